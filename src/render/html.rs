//! A plan as one page that needs nothing else: to read, search, filter and print.
//!
//! Deliberately absent: a network, storage, and data that only a script could show. Every row is written here;
//! the script hides rows and shows them again.

use sha2::{Digest as _, Sha256};

use super::causes;
use super::counts::{amount, grouped, removals_sentence, summary_sentence};
use super::document::{Cause, DegradedEntry, GuardEntry, GuardVerdict, PlanDocument, PortalEntry};
use super::escape::html as escaped;
use super::html_rows::{self, sentence};
use super::mask::NOTICE;
use super::policies::{self, Told};
use super::policy_changes;
use super::rows::{self, Row, Section};

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// With more rows than this a browser is spared the layout of those out of view.
const LONG: usize = 200;

/// One file, light and dark.
pub fn html(document: &PlanDocument) -> String {
    let rows = rows::rows(document);
    let groups = groups(&rows);
    let mut page = String::new();
    page.push_str(&head(&document.portal));
    page.push_str("<body>\n<a class=\"skip\" href=\"#rows\">To the rows</a>\n<header class=\"wrap\">\n");
    page.push_str(&heading(document));
    if document.masked {
        page.push_str(&format!("<div class=\"notice\"><p>{}</p></div>\n", escaped(NOTICE)));
    }
    for guard in document.refusals() {
        page.push_str(&refusal(guard));
    }
    for told in policies::told(document) {
        page.push_str(&policy(&told));
    }
    let changes: String =
        policy_changes::sentences(document).iter().map(|text| format!("<p>{}</p>", sentence(text))).collect();
    if !changes.is_empty() {
        page.push_str(&format!("<div class=\"notice unread\">{changes}</div>\n"));
    }
    for entry in &document.degraded {
        page.push_str(&degraded(entry));
    }
    if let Some(text) = causes::cancelled(document) {
        page.push_str(&format!("<div class=\"notice\"><p>{}</p></div>\n", sentence(&text)));
    }
    page.push_str(&guards(&document.guards));
    page.push_str("</header>\n");
    if rows.is_empty() {
        page.push_str("<main id=\"rows\" class=\"wrap\"><p class=\"calm\"><b>Nothing to do</b>Nothing changes, nothing is blocked, and nothing waits for anybody.</p></main>\n");
    } else {
        page.push_str(&bar(&rows, &groups));
        page.push_str("<main id=\"rows\" class=\"wrap\" tabindex=\"-1\">\n");
        let is_long = rows.len() > LONG;
        for group in &groups {
            html_rows::section(group, is_long, document, &mut page);
        }
        page.push_str(
            "<div class=\"calm none\" hidden><b>No row is like that</b>\
             <button class=\"plain\" id=\"everything\" type=\"button\">Show all of them again</button></div>\n",
        );
        page.push_str("</main>\n");
    }
    page.push_str(&footer(!rows.is_empty()));
    page.push_str(&format!("<script>{SCRIPT}</script>\n</body>\n</html>\n"));
    page
}

/// The rows of one section, all of them neighbours.
pub(super) struct Group<'rows, 'document> {
    pub section: Section,
    pub rows: &'rows [Row<'document>],
}

fn groups<'rows, 'document>(rows: &'rows [Row<'document>]) -> Vec<Group<'rows, 'document>> {
    rows.chunk_by(|left, right| left.section == right.section)
        .map(|rows| Group { section: rows[0].section, rows })
        .collect()
}

/// No script and no style but those of this page runs, whatever a name holds.
fn head(portal: &PortalEntry) -> String {
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <title>Plan for {}</title>\n<style>{STYLE}</style>\n</head>\n",
        escaped(&portal_name(portal))
    )
}

fn portal_name(portal: &PortalEntry) -> String {
    portal.name.clone().unwrap_or_else(|| format!("portal {}", portal.id))
}

/// As a Content Security Policy names a script: `sha256-` and the hash in Base64.
fn hash(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut base64 = String::from("sha256-");
    for chunk in Sha256::digest(text.as_bytes()).chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = usize::try_from(bits >> (18 - 6 * place) & 63).expect("less than 64");
            base64.push(if place > chunk.len() { '=' } else { char::from(DIGITS[digit]) });
        }
    }
    base64
}

fn heading(document: &PlanDocument) -> String {
    let portal = &document.portal;
    let further = removals_sentence(document).into_iter().chain(causes::sentence(document));
    let further = further.collect::<Vec<String>>().join(" ");
    let further = match further.as_str() {
        "" => String::new(),
        further => format!("<p class=\"further\">{}</p>\n", escaped(further)),
    };
    let mut facts = vec![
        format!("Portal <b>{}</b>", portal.id),
        format!("Region <b>{}</b>", escaped(&portal.region)),
        format!("Account <b>{}</b>", escaped(&portal.account_type.to_lowercase().replace('_', " "))),
        format!("API <b>{}</b>", escaped(&portal.api)),
        format!("<b>{}</b>", amount(document.people.live, "person", "people")),
        format!(
            "<b>{}, {}</b>",
            amount(document.requests.reads, "read", "reads"),
            amount(document.requests.writes, "write", "writes")
        ),
    ];
    if !document.targets.is_empty() {
        facts.push(format!("Only <b>{}</b>", escaped(&document.targets.join(", "))));
    }
    if let Some(base) = &document.base {
        facts.push(format!("Compared with the files at <b>{}</b>", escaped(&base.shown())));
    }
    let facts: String = facts.iter().map(|fact| format!("<li>{fact}</li>")).collect();
    format!(
        "<button class=\"plain\" id=\"theme\" type=\"button\" data-script hidden>Dark colours</button>\n\
         <p class=\"eyebrow\">Plan for the people of</p>\n<h1>{}</h1>\n\
         <p class=\"sentence\">{}</p>\n{further}<ul class=\"facts\">{facts}</ul>\n\
         <div class=\"digest\"><code id=\"digest\">{}</code>\
         <button class=\"plain\" id=\"copy\" type=\"button\" data-script hidden>Copy</button></div>\n",
        escaped(&portal_name(portal)),
        escaped(&summary_sentence(document)),
        escaped(&document.digest)
    )
}

fn refusal(guard: &GuardEntry) -> String {
    let go_on = guard.go_on.as_deref().unwrap_or_default();
    format!(
        "<div class=\"notice refused\"><p><strong>Apply is refused.</strong> {}.</p><p>{}</p></div>\n",
        sentence(&guard.message),
        sentence(go_on)
    )
}

fn policy(told: &Told) -> String {
    let (class, consequence) =
        if told.is_denial() { ("refused", "Apply is refused.") } else { ("unread", "A rule warns.") };
    let lines: String = told
        .lines
        .iter()
        .chain(told.rest().as_ref())
        .map(|line| format!("<li>{}</li>", sentence(line)))
        .collect();
    format!(
        "<div class=\"notice {class}\"><p><strong>{consequence}</strong> {}:</p><ul>{lines}</ul></div>\n",
        sentence(&told.heading)
    )
}

fn degraded(entry: &DegradedEntry) -> String {
    let DegradedEntry { what, missing_scope, effect } = entry;
    let scope = match missing_scope {
        Some(scope) => format!(" The token lacks the scope <code>{}</code>.", escaped(scope)),
        None => String::new(),
    };
    format!(
        "<div class=\"notice unread\"><p><strong>Not read: {}.</strong> {}.{scope}</p></div>\n",
        escaped(what),
        sentence(effect)
    )
}

/// Those that let the plan pass; the others are told above.
fn guards(guards: &[GuardEntry]) -> String {
    let items: String = guards
        .iter()
        .filter(|guard| guard.verdict == GuardVerdict::Ok)
        .map(|guard| format!("<li>{}</li>", sentence(&guard.message)))
        .collect();
    let count = guards.iter().filter(|guard| guard.verdict == GuardVerdict::Ok).count();
    let summary = match (count, guards.len() - count) {
        (0, _) => return String::new(),
        (1, 0) => "<b>✓</b> The guard lets this plan pass".to_owned(),
        (count, 0) => format!("<b>✓</b> All {count} guards let this plan pass"),
        (1, _) => "<b>✓</b> 1 other guard would let this plan pass".to_owned(),
        (count, _) => format!("<b>✓</b> {count} other guards would let this plan pass"),
    };
    format!(
        "<details class=\"guards\"><summary>{summary}</summary><ul role=\"list\">{items}</ul></details>\n"
    )
}

/// How many of each, and what is shown alone when pressed.
fn tiles(groups: &[Group]) -> String {
    let tiles: String = groups
        .iter()
        .map(|Group { section, rows }| {
            format!(
                "<button class=\"tile {}\" type=\"button\" aria-pressed=\"false\" data-section=\"{}\"><b>{}</b> <span>{}</span></button>\n",
                html_rows::tone(*section),
                html_rows::key(*section),
                grouped(rows.len()),
                html_rows::title(*section)
            )
        })
        .collect();
    format!("<div class=\"tiles\" role=\"group\" aria-label=\"Show only\">\n{tiles}</div>\n")
}

fn bar(rows: &[Row], groups: &[Group]) -> String {
    let with = |cause: Cause| grouped(rows.iter().filter(|row| row.cause.contains(&cause)).count());
    let causes = if rows.iter().any(|row| !row.cause.is_empty()) {
        format!(
            "<div class=\"choice\" role=\"group\" aria-label=\"Cause\">\
             <button type=\"button\" data-cause=\"\" aria-pressed=\"true\">Any cause <small>{}</small></button>\
             <button type=\"button\" data-cause=\"this_change\" aria-pressed=\"false\">This change <small>{}</small></button>\
             <button type=\"button\" data-cause=\"drift\" aria-pressed=\"false\">Drift <small>{}</small></button></div>",
            grouped(rows.len()),
            with(Cause::ThisChange),
            with(Cause::Drift)
        )
    } else {
        String::new()
    };
    format!(
        "<div class=\"bar\" role=\"search\" data-script hidden><div class=\"bar-inside\"><div class=\"find\">\
         <input class=\"search\" type=\"search\" placeholder=\"Search people, teams, roles, notes …\" aria-label=\"Search\" aria-keyshortcuts=\"/\" autocomplete=\"off\" spellcheck=\"false\">\
         {causes}<span class=\"shown\" role=\"status\">{} shown</span></div>\n{}</div></div>\n",
        grouped(rows.len()),
        tiles(groups)
    )
}

fn footer(has_rows: bool) -> String {
    let keys = if has_rows {
        "<div class=\"keys\" data-script hidden><label><input type=\"checkbox\" id=\"keys\" checked> Keys</label> \
         <kbd>/</kbd> search · <kbd>j</kbd> <kbd>k</kbd> next and previous row · <kbd>Enter</kbd> the row’s steps · \
         <kbd>Esc</kbd> everything again</div>"
    } else {
        ""
    };
    format!("<footer class=\"wrap\">{keys}</footer>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_a_content_security_policy() {
        assert_eq!(hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(hash("abc"), "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }
}
