//! A plan as text for a terminal, a log or a file: aligned, as wide as it is given, readable without colour.
//!
//! Deliberately absent: finding out how wide the terminal is and whether it has colours. Styles are escape
//! sequences, which `anstream` takes out where they are not wanted.

use anstyle::{AnsiColor, Style};

use super::causes::{self, Group};
use super::counts::{amount, removals_sentence, summary_sentence};
use super::document::{ByHandEntry, DegradedEntry, PeopleEntry, PlanDocument, PortalEntry, Requests};
use super::mask::NOTICE;
use super::policies;
use super::policy_changes;
use super::rich::Rich;
use super::rows::{self, Row};
use super::table::{self, Table, end_line};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextOptions {
    /// In columns; never less than 40.
    pub width: usize,
}

impl Default for TextOptions {
    /// Wide enough for nearly every row, for where no terminal tells.
    fn default() -> TextOptions {
        TextOptions { width: 120 }
    }
}

impl TextOptions {
    pub(super) fn columns(self) -> usize {
        self.width.max(40)
    }
}

pub fn text(document: &PlanDocument, options: &TextOptions) -> String {
    let width = options.columns();
    let mut out = String::new();
    heading(&document.portal, &document.people, document.requests, width, &mut out);
    end_line(&Rich::plain(&format!("Plan {}", document.digest)), &mut out);
    if document.masked {
        paragraph(&Rich::plain(NOTICE), 0, width, &mut out);
    }
    if !document.targets.is_empty() {
        let targets = format!("Only {} (--target)", document.targets.join(", "));
        paragraph(&Rich::plain(&targets), 0, width, &mut out);
    }
    if let Some(base) = &document.base {
        let base = format!("Compared with the files at {}", base.shown());
        paragraph(&Rich::plain(&base), 0, width, &mut out);
    }
    out.push('\n');
    let rows = rows::rows(document);
    if document.base.is_some() {
        by_cause(document, &rows, width, &mut out);
    } else if !rows.is_empty() {
        table::render(&rows, width, &mut out);
        out.push('\n');
    }
    by_hand(&document.by_hand, width, &mut out);
    degraded(&document.degraded, width, &mut out);
    let mut summary = Rich::styled(Style::new().bold(), &summary_sentence(document));
    for sentence in removals_sentence(document).into_iter().chain(causes::sentence(document)) {
        summary.push(Style::new(), " ");
        summary.push(Style::new(), &sentence);
    }
    paragraph(&summary, 0, width, &mut out);
    refusals(document, width, &mut out);
    policies(document, width, &mut out);
    out
}

/// First what this change does, also where that is nothing; then what was different before.
fn by_cause(document: &PlanDocument, rows: &[Row], width: usize, out: &mut String) {
    let cancelled = causes::cancelled(document);
    let policy = policy_changes::sentences(document);
    if rows.is_empty() && cancelled.is_none() && policy.is_empty() {
        return;
    }
    let table = Table::fit(rows, width);
    for group in Group::ALL {
        let own: Vec<&Row> = rows.iter().filter(|row| Group::of(row.cause) == group).collect();
        if own.is_empty() && group == Group::Drift {
            continue;
        }
        let heading = Rich::styled(Style::new().bold(), &causes::heading(document, group));
        paragraph(&heading, 0, width, out);
        if group == Group::ThisChange {
            for sentence in &policy {
                paragraph(&Rich::styled(AnsiColor::Yellow.on_default(), sentence), 2, width, out);
            }
        }
        own.iter().for_each(|row| table.row(row, out));
        if let Some(sentence) = cancelled.as_ref().filter(|_| group == Group::ThisChange) {
            paragraph(&Rich::plain(sentence), 2, width, out);
        }
        out.push('\n');
    }
}

/// `Portal 4611686 Example BV (eu1) · 214 people · 12 reads, 0 writes`
pub(super) fn heading(
    portal: &PortalEntry,
    people: &PeopleEntry,
    requests: Requests,
    width: usize,
    out: &mut String,
) {
    let mut heading = Rich::styled(Style::new().bold(), &format!("Portal {}", portal.id));
    if let Some(name) = &portal.name {
        heading.push(Style::new().bold(), &format!(" {name}"));
    }
    let mut about: Vec<String> = Vec::new();
    if !portal.region.is_empty() {
        about.push(portal.region.clone());
    }
    // A sandbox or test account looks like the real one in everything else.
    if !portal.account_type.is_empty() && portal.account_type != "STANDARD" {
        about.push(portal.account_type.to_lowercase().replace('_', " "));
    }
    if !about.is_empty() {
        heading.push(Style::new(), &format!(" ({})", about.join(", ")));
    }
    heading.push(
        Style::new(),
        &format!(
            " · {} · {}, {}",
            amount(people.live, "person", "people"),
            amount(requests.reads, "read", "reads"),
            amount(requests.writes, "write", "writes")
        ),
    );
    paragraph(&heading, 0, width, out);
}

/// Wrapped lines, indented.
pub(super) fn paragraph(text: &Rich, indent: usize, width: usize, out: &mut String) {
    for line in text.wrapped(width.saturating_sub(indent)) {
        let mut indented = Rich::plain(&" ".repeat(indent));
        indented.append(line);
        end_line(&indented, out);
    }
}

/// Behind a lead, with the lines after the first below the text and not below the lead.
pub(super) fn hanging(lead: &Rich, text: &Rich, width: usize, out: &mut String) {
    let indent = lead.width();
    for (index, line) in text.wrapped(width.saturating_sub(indent)).into_iter().enumerate() {
        let mut whole = if index == 0 { lead.clone() } else { Rich::plain(&" ".repeat(indent)) };
        whole.append(line);
        end_line(&whole, out);
    }
}

pub(super) fn by_hand(entries: &[ByHandEntry], width: usize, out: &mut String) {
    if entries.is_empty() {
        return;
    }
    end_line(&Rich::styled(Style::new().bold(), "By hand, in HubSpot:"), out);
    for entry in entries {
        out.push('\n');
        let mut title = Rich::styled(AnsiColor::Cyan.on_default(), "☐ ");
        title.push(Style::new(), &format!("{}: {}", entry.subject.name(), entry.title));
        paragraph(&title, 2, width, out);
        for (index, step) in entry.steps.iter().enumerate() {
            let lead = Rich::plain(&format!("    {:>2}. ", index + 1));
            hanging(&lead, &Rich::plain(step), width, out);
        }
    }
    out.push('\n');
}

fn degraded(entries: &[DegradedEntry], width: usize, out: &mut String) {
    for DegradedEntry { what, missing_scope, effect } in entries {
        let mut sentence = Rich::styled(AnsiColor::Yellow.on_default(), "Not read: ");
        let scope = match missing_scope {
            Some(scope) => format!(" (the token lacks the scope `{scope}`)"),
            None => String::new(),
        };
        sentence.push(Style::new(), &format!("{what}{scope}; {effect}."));
        paragraph(&sentence, 0, width, out);
    }
    if !entries.is_empty() {
        out.push('\n');
    }
}

/// What rules say, warnings too, since nothing else tells those that concern no row.
fn policies(document: &PlanDocument, width: usize, out: &mut String) {
    for told in policies::told(document) {
        out.push('\n');
        let colour = if told.is_denial() { AnsiColor::Red } else { AnsiColor::Yellow };
        paragraph(&Rich::styled(colour.on_default().bold(), &format!("{}:", told.heading)), 0, width, out);
        for line in told.lines.iter().chain(told.rest().as_ref()) {
            hanging(&Rich::plain("  "), &Rich::plain(line), width, out);
        }
    }
}

fn refusals(document: &PlanDocument, width: usize, out: &mut String) {
    for guard in document.refusals() {
        out.push('\n');
        let mut refused = Rich::styled(AnsiColor::Red.on_default().bold(), "Refused: ");
        refused.push(Style::new(), &format!("{}.", guard.message));
        paragraph(&refused, 0, width, out);
        if let Some(go_on) = &guard.go_on {
            paragraph(&Rich::plain(go_on), 2, width, out);
        }
    }
}
