//! An explanation as text: who, how they stand, where each value comes from, the rules, the rows, the calls.

use anstyle::{AnsiColor, Style};

use super::document::{PlanDocument, Shown, SourceEntry};
use super::explanation::{
    AttributeEntry, CallEntry, ExplanationDocument, OriginEntry, RuleEntry, STRIPPED, StatusEntry,
};
use super::labels;
use super::mask::NOTICE;
use super::rich::Rich;
use super::rows;
use super::table::{self, end_line};
use super::text::{TextOptions, by_hand, hanging, heading, paragraph};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const DIFFERS: Style = AnsiColor::Yellow.on_default();
/// Longer values push nothing away; they wrap.
const WIDEST_VALUE: usize = 34;

/// `plan` is the one the explanation was taken from.
pub fn explanation_text(
    explanation: &ExplanationDocument,
    plan: &PlanDocument,
    options: &TextOptions,
) -> String {
    let width = options.columns();
    let mut out = String::new();
    heading(&explanation.portal, &plan.people, explanation.requests, width, &mut out);
    if explanation.masked {
        paragraph(&Rich::plain(NOTICE), 0, width, &mut out);
    }
    out.push('\n');
    who(explanation, width, &mut out);
    status(&explanation.status, width, &mut out);
    attributes(&explanation.attributes, width, &mut out);
    rules(&explanation.rules, width, &mut out);
    in_the_plan(explanation, plan, width, &mut out);
    calls(&explanation.calls, width, &mut out);
    for message in &explanation.refused {
        let mut refused =
            Rich::styled(AnsiColor::Red.on_default().bold(), "The plan as a whole is refused: ");
        refused.push(Style::new(), &format!("{message}."));
        paragraph(&refused, 0, width, &mut out);
    }
    out
}

fn title(text: &str, out: &mut String) {
    out.push('\n');
    end_line(&Rich::styled(BOLD, text), out);
}

fn who(explanation: &ExplanationDocument, width: usize, out: &mut String) {
    let mut line = Rich::styled(BOLD, &explanation.email);
    if let Some(id) = &explanation.user_id {
        line.push(Style::new(), &format!(" · HubSpot's user {id}"));
    }
    let place = match &explanation.source {
        Some(source) => format!(" · {}", place(source)),
        None => " · in no file".to_owned(),
    };
    line.push(Style::new(), &place);
    paragraph(&line, 0, width, out);
}

fn status(status: &StatusEntry, width: usize, out: &mut String) {
    let StatusEntry { live, wanted, origin, super_admin, expires, last_active, sources } = status;
    let mut line = Rich::plain(&format!("live {live}"));
    if *super_admin {
        line.push(Style::new(), ", super admin");
    }
    if let Some(day) = last_active {
        line.push(Style::new(), &format!(", last active {day}"));
    }
    if let Some(wanted) = wanted {
        line.push(BOLD, &format!(" · wanted {wanted}"));
        line.push(DIM, &format!(" ({})", from(origin)));
    }
    if let Some(day) = expires {
        line.push(Style::new(), &format!(" · expires {day}"));
    }
    paragraph(&line, 0, width, out);
    let said: Vec<String> = sources.iter().map(|one| format!("{}: {}", one.source, one.says)).collect();
    if !said.is_empty() {
        paragraph(&Rich::styled(DIM, &said.join(" · ")), 0, width, out);
    }
}

fn attributes(entries: &[AttributeEntry], width: usize, out: &mut String) {
    if entries.is_empty() {
        return;
    }
    title("Attributes", out);
    let names: Vec<Rich> = entries.iter().map(name).collect();
    let live: Vec<Rich> = entries.iter().map(|entry| Rich::plain(&table::value(&entry.live))).collect();
    let wanted: Vec<Rich> = entries.iter().map(wanted_value).collect();
    let widest = |column: &[Rich], head: &str| {
        let widths = column.iter().map(Rich::width).filter(|width| *width <= WIDEST_VALUE);
        widths.max().unwrap_or(0).max(head.len())
    };
    let widths = [widest(&names, ""), widest(&live, "live"), widest(&wanted, "wanted")];
    let mut head = Rich::plain("  ");
    for (text, width) in ["", "live", "wanted"].into_iter().zip(widths) {
        head.append(Rich::styled(DIM, text).padded(width + 2));
    }
    head.append(Rich::styled(DIM, "from"));
    end_line(&head, out);
    for (index, entry) in entries.iter().enumerate() {
        let mut line = Rich::plain("  ");
        for (column, width) in [&names, &live, &wanted].into_iter().zip(widths) {
            let value = column[index].clone();
            let padded = (value.width() + 2).max(width + 2);
            line.append(value.padded(padded));
        }
        let text = Rich::styled(DIM, &from(&entry.origin));
        if line.width() + text.width() <= width {
            line.append(text);
            end_line(&line, out);
        } else {
            paragraph(&line, 0, width, out);
            paragraph(&text, widths[0] + 4, width, out);
        }
    }
}

fn name(entry: &AttributeEntry) -> Rich {
    Rich::plain(&labels::attribute(&entry.attribute, false))
}

/// What stays is said once.
fn wanted_value(entry: &AttributeEntry) -> Rich {
    if entry.live == entry.wanted && entry.live_id == entry.wanted_id {
        Rich::styled(DIM, "the same")
    } else if entry.wanted == Shown::Nothing {
        Rich::styled(DIFFERS, "none")
    } else {
        Rich::styled(DIFFERS, &table::value(&entry.wanted))
    }
}

fn place(source: &SourceEntry) -> String {
    match source.column {
        Some(column) => format!("{}:{}:{column}", source.file, source.line),
        None => format!("{}:{}", source.file, source.line),
    }
}

/// `users.yaml:73:11, role sales-rep (roles/sales-rep.yaml:4:10)`
fn from(origin: &OriginEntry) -> String {
    let OriginEntry { from: _, source, role, role_source, note } = origin;
    let mut pieces: Vec<String> = source.iter().map(place).collect();
    if let Some(role) = role {
        let file = role_source.as_ref().map(|source| format!(" ({})", place(source))).unwrap_or_default();
        pieces.push(format!("role {role}{file}"));
    }
    pieces.extend(note.clone());
    pieces.join(", ")
}

fn rules(entries: &[RuleEntry], width: usize, out: &mut String) {
    if entries.is_empty() {
        return;
    }
    title("Rules", out);
    let widest = entries.iter().map(|entry| entry.rule.len()).max().unwrap_or(0);
    for RuleEntry { rule, message, source } in entries {
        let place = source.as_ref().map(|source| format!(" ({})", place(source))).unwrap_or_default();
        let lead = Rich::plain("  ").then(Rich::plain(rule).padded(widest + 2));
        hanging(&lead, &Rich::plain(&format!("{message}{place}")), width, out);
    }
}

fn in_the_plan(explanation: &ExplanationDocument, plan: &PlanDocument, width: usize, out: &mut String) {
    let only = PlanDocument {
        actions: explanation.actions.clone(),
        blocked: explanation.blocked.clone(),
        by_hand: explanation.by_hand.clone(),
        waiting: explanation.waiting.clone(),
        unmanaged: explanation.unmanaged.clone(),
        ..plan.clone()
    };
    title("In the plan", out);
    let rows = rows::rows(&only);
    if rows.is_empty() {
        // Nobody deactivates whom the policy only strips.
        let nothing = match explanation.rules.iter().any(|rule| rule.rule == STRIPPED) {
            true => "  Nothing more: they are stripped, and not deactivated.",
            false => "  Nothing: the portal is as the files want it, or the files say nothing.",
        };
        end_line(&Rich::plain(nothing), out);
    } else {
        table::render(&rows, width, out);
    }
    if !only.by_hand.is_empty() {
        out.push('\n');
        by_hand(&only.by_hand, width, out);
    }
}

fn calls(entries: &[CallEntry], width: usize, out: &mut String) {
    if entries.is_empty() {
        return;
    }
    title("Calls, if the plan is applied", out);
    let widest = entries.iter().map(|entry| Rich::plain(&entry.path).width()).max().unwrap_or(0);
    for CallEntry { method, path, writes, purpose } in entries {
        let style = if *writes { BOLD } else { Style::new() };
        let lead = Rich::plain("  ").then(Rich::styled(style, method).padded(8));
        hanging(&lead.then(Rich::plain(path).padded(widest + 3)), &Rich::plain(purpose), width, out);
    }
}
