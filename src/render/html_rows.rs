//! The rows of the page, each with what was before and what will be.
//!
//! Deliberately absent: what stands around them (`html`), and how it looks (`html/style.css`).

use super::counts::{counted, grouped};
use super::difference::{self, Part};
use super::document::{ByHandEntry, Cause, ChangeEntry, PlanDocument, Shown};
use super::escape::html as escaped;
use super::html::Group;
use super::labels::{self, Symbol};
use super::markdown::is_plain_address;
use super::rows::{Line, Row, Section, What, stands_out};
use super::sentence::{Piece, pieces};
use super::table;

pub(super) fn title(section: Section) -> &'static str {
    match section {
        Section::Removals => "Removals",
        Section::Blocked => "Blocked",
        Section::Raises => "Privilege raises",
        Section::Changes => "Changes",
        Section::Invitations => "Invitations",
        Section::ByHand => "By hand",
        Section::Waiting => "Waiting",
        Section::Unmanaged => "Unmanaged",
    }
}

pub(super) fn key(section: Section) -> &'static str {
    match section {
        Section::Removals => "removals",
        Section::Blocked => "blocked",
        Section::Raises => "raises",
        Section::Changes => "changes",
        Section::Invitations => "invitations",
        Section::ByHand => "by_hand",
        Section::Waiting => "waiting",
        Section::Unmanaged => "unmanaged",
    }
}

/// The class that gives a colour.
pub(super) fn tone(section: Section) -> &'static str {
    match section {
        Section::Removals => "take",
        Section::Blocked => "stop",
        Section::Raises => "raise",
        Section::Changes => "turn",
        Section::Invitations => "give",
        Section::ByHand => "hand",
        Section::Waiting | Section::Unmanaged => "rest",
    }
}

/// On a long page a browser lays out a lot when it comes into view, and not before: ten thousand rows open at once.
const LOT: usize = 50;

pub(super) fn section(group: &Group, is_long: bool, document: &PlanDocument, page: &mut String) {
    let Group { section, rows } = group;
    page.push_str(&format!(
        "<section data-section=\"{0}\" data-total=\"{1}\" aria-labelledby=\"of-{0}\"><h2 id=\"of-{0}\">{2} <small>{3}</small></h2>\n<div class=\"rows\">\n",
        key(*section),
        rows.len(),
        title(*section),
        grouped(rows.len())
    ));
    for (lot, rows) in rows.chunks(LOT).enumerate() {
        let class = if is_long { "lot far" } else { "lot" };
        page.push_str(&format!("<ul class=\"{class}\" role=\"list\">\n"));
        for (index, row) in rows.iter().enumerate() {
            // Rows by hand are the entries in their order.
            let entry = lot * LOT + index;
            let by_hand = if *section == Section::ByHand { document.by_hand.get(entry) } else { None };
            self::row(row, by_hand, page);
        }
        page.push_str("</ul>\n");
    }
    page.push_str("</div></section>\n");
}

fn row(row: &Row, by_hand: Option<&ByHandEntry>, page: &mut String) {
    let causes: Vec<&str> = row.cause.iter().copied().map(cause_key).collect();
    let cause =
        if causes.is_empty() { String::new() } else { format!(" data-cause=\"{}\"", causes.join(" ")) };
    page.push_str(&format!(
        "<li class=\"row\" tabindex=\"-1\"{cause}><span class=\"tag {}\">{}</span>",
        row_tone(row),
        escaped(tag(row))
    ));
    let id = row.id.map(|id| format!("<small>id {}</small>", escaped(id))).unwrap_or_default();
    page.push_str(&format!("<div class=\"who\">{}{id}</div><div class=\"what\">", escaped(row.subject)));
    match by_hand {
        Some(entry) => page.push_str(&steps(entry)),
        None => page.push_str(&what(row)),
    }
    page.push_str(&notes(row));
    page.push_str("</div>");
    page.push_str(&from(row));
    page.push_str("</li>\n");
}

fn cause_key(cause: Cause) -> &'static str {
    match cause {
        Cause::ThisChange => "this_change",
        Cause::Drift => "drift",
    }
}

/// An attribute is no name for what is done: a row that changes several has one word for all of them.
fn tag<'row>(row: &'row Row) -> &'row str {
    match (row.symbol, row.lines.first()) {
        (Symbol::Change, Some(Line { what: What::Change(_), .. })) => "change",
        (_, Some(line)) => &line.word,
        (_, None) => "",
    }
}

fn row_tone(row: &Row) -> &'static str {
    match (row.section, row.symbol) {
        (Section::Changes, Symbol::Add) => "give",
        (section, _) => tone(section),
    }
}

fn what(row: &Row) -> String {
    let mut html = String::new();
    let told_as_changes = !row.changes.is_empty();
    let is_newcomer = row.symbol == Symbol::Add;
    match row.lines.first().map(|line| &line.what) {
        // A new team's parent is among its changes.
        Some(What::Sentence(_)) if told_as_changes && is_newcomer => {}
        Some(What::Sentence(text)) if !text.is_empty() => {
            html.push_str(&format!("<p>{}</p>", sentence(text)));
        }
        Some(What::Given(pieces)) if !pieces.is_empty() && !told_as_changes => {
            html.push_str(&format!("<p>{}</p>", escaped(&pieces.join(" · "))));
        }
        _ => {}
    }
    let told: Vec<&ChangeEntry> = row.changes.iter().filter(|change| !is_said_already(row, change)).collect();
    if !told.is_empty() {
        html.push_str("<dl>");
        for change in told {
            let word = labels::attribute(&change.attribute, false);
            let only_after = is_newcomer && change.before == Shown::Nothing;
            let value = if only_after {
                format!("<dd>{}{}</dd>", side(&change.after, "ins"), own_cause(change))
            } else {
                self::change(change)
            };
            html.push_str(&format!("<dt>{}</dt>{value}", escaped(&word)));
        }
        html.push_str("</dl>");
    }
    html
}

/// The name of a team that comes or goes is what the row is called, and of an invitation without a mail there is a note.
fn is_said_already(row: &Row, change: &ChangeEntry) -> bool {
    match change.attribute.as_str() {
        "name" => matches!(row.symbol, Symbol::Add | Symbol::TakeAway),
        "invite" => row.symbol == Symbol::Add,
        _ => false,
    }
}

fn change(change: &ChangeEntry) -> String {
    match difference::parts(&change.before, &change.after) {
        Some(parts) => {
            let separator = if matches!(change.after, Shown::List(_)) { ", " } else { "" };
            let parts: Vec<String> = parts
                .iter()
                .map(|part| match part {
                    Part::Same(text) => escaped(text),
                    Part::Went(text) => format!("<del>{}</del>", escaped(text)),
                    Part::Came(text) => format!("<ins>{}</ins>", escaped(text)),
                })
                .collect();
            format!("<dd class=\"mixed\">{}{}</dd>", parts.join(separator), own_cause(change))
        }
        None => {
            let (before, after) = (side(&change.before, "del"), side(&change.after, "ins"));
            format!("<dd>{before} → {after}{}</dd>", own_cause(change))
        }
    }
}

/// Only where the changes of a row have different ones.
fn own_cause(change: &ChangeEntry) -> String {
    match labels::cause(&change.cause) {
        "" => String::new(),
        label => format!(" <em>{label}</em>"),
    }
}

fn side(shown: &Shown, element: &str) -> String {
    match shown {
        Shown::Nothing => "<span class=\"nothing\">none</span>".to_owned(),
        Shown::Text(_) | Shown::List(_) => {
            format!("<{element}>{}</{element}>", escaped(&table::value(shown)))
        }
    }
}

fn notes(row: &Row) -> String {
    let mut items = String::new();
    for remark in row.lines.iter().flat_map(|line| &line.remarks) {
        let class = if stands_out(remark) { " class=\"loud\"" } else { "" };
        items.push_str(&format!("<li{class}>{}</li>", sentence(remark)));
    }
    // Elsewhere they stand among what a newcomer gets, which is told as changes here.
    if matches!(row.lines.first(), Some(Line { what: What::Given(_), .. })) {
        for (seat, left) in row.seats_left.into_iter().flatten() {
            items.push_str(&format!("<li>{left} {} left</li>", escaped(seat)));
        }
    }
    if items.is_empty() { items } else { format!("<ul class=\"notes\">{items}</ul>") }
}

/// To be ticked off, on the screen or on paper.
fn steps(entry: &ByHandEntry) -> String {
    let ByHandEntry { title, path, steps, link, .. } = entry;
    let item = |step: &String| {
        format!("<li><label><input type=\"checkbox\"><span>{}</span></label></li>", sentence(step))
    };
    let items: String = steps.iter().map(item).collect();
    let link = match link {
        Some(link) if is_plain_address(link) => format!(
            "<a class=\"go\" href=\"{}\" target=\"_blank\" rel=\"noopener noreferrer\">Open in HubSpot</a>",
            escaped(link)
        ),
        _ => String::new(),
    };
    format!(
        "<p>{}</p><details class=\"steps\"><summary>{} <small>{}</small></summary><ol role=\"list\">{items}</ol>{link}</details>",
        sentence(title),
        escaped(path),
        counted(steps.len(), "step", "steps")
    )
}

fn from(row: &Row) -> String {
    let cause = match labels::cause(row.cause) {
        "" => String::new(),
        label => format!("<em>{label}</em><br>"),
    };
    let place =
        row.source.map(|source| format!("{}:{}", escaped(&source.file), source.line)).unwrap_or_default();
    format!("<div class=\"from\">{cause}{place}</div>")
}

pub(super) fn sentence(text: &str) -> String {
    let piece = |piece| match piece {
        Piece::Words(words) => escaped(words),
        Piece::Literal(literal) => format!("<code>{}</code>", escaped(literal)),
    };
    pieces(text).into_iter().map(piece).collect()
}
