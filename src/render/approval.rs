//! What stands between an approved plan and the present one, action by action.
//!
//! Only what the digest is over: a note that reads otherwise, or a cause, is no reason to refuse. Deliberately absent: whether
//! the present plan may be applied; the digests decide that.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use anstyle::Style;

use super::document::{ActionEntry, ChangeEntry, PlanDocument};
use super::labels;
use super::rich::Rich;
use super::rows::{self, Line, Row, What};
use super::table::{self, end_line};
use super::text::TextOptions;

const INVITE: &str = "invite";

/// Three groups of rows, each left out where it is empty; plain words where only the order differs. Each part ends
/// with an empty line.
pub fn approval_difference(approved: &PlanDocument, present: &PlanDocument, options: &TextOptions) -> String {
    let (approved, present) = (&approved.without_claims(), &present.without_claims());
    let (before, now) = (by_subject(approved), by_subject(present));
    let missing = before.iter().filter(|(key, _)| !now.contains_key(*key)).map(|(_, entry)| plain(entry));
    let added = now.iter().filter(|(key, _)| !before.contains_key(*key)).map(|(_, entry)| plain(entry));
    let pairs = before.iter().filter_map(|(key, entry)| Some((*entry, *now.get(key)?)));
    let otherwise = pairs.filter(|(approved, present)| !is_same(approved, present)).map(both);
    let groups: [(&str, Vec<Row>); 3] = [
        ("Approved, and not to be done any more:", missing.collect()),
        ("To be done now, and not approved:", added.collect()),
        ("Approved otherwise:", otherwise.collect()),
    ];
    let mut out = String::new();
    for (title, rows) in groups.iter().filter(|(_, rows)| !rows.is_empty()) {
        end_line(&Rich::styled(Style::new().bold(), title), &mut out);
        table::render(rows, options.columns(), &mut out);
        out.push('\n');
    }
    let mut sentences = beside_the_actions(approved, present);
    if out.is_empty() && sentences.is_empty() {
        sentences.push("The same actions, in another order.".to_owned());
    }
    for sentence in sentences {
        end_line(&Rich::plain(&sentence), &mut out);
        out.push('\n');
    }
    out
}

/// There is one action of a kind for each.
fn by_subject(document: &PlanDocument) -> BTreeMap<(String, &'static str), &ActionEntry> {
    let entries = document.actions.iter();
    entries.map(|entry| ((entry.subject.name().to_lowercase(), entry.kind.as_str()), entry)).collect()
}

fn is_same(approved: &ActionEntry, present: &ActionEntry) -> bool {
    approved.changes == present.changes && approved.subject.id() == present.subject.id()
}

fn beside_the_actions(approved: &PlanDocument, present: &PlanDocument) -> Vec<String> {
    let mut differences = Vec::new();
    if approved.portal.id != present.portal.id {
        differences.push(format!("Approved for portal {}, not {}.", approved.portal.id, present.portal.id));
    }
    if approved.targets != present.targets {
        let targets = |document: &PlanDocument| match document.targets.as_slice() {
            [] => "everybody".to_owned(),
            targets => targets.join(", "),
        };
        differences.push(format!("Approved for {}, not for {}.", targets(approved), targets(present)));
    }
    differences
}

fn plain(entry: &ActionEntry) -> Row<'_> {
    rows::action(entry)
}

/// The lines that differ, each with the side it is of.
fn both<'document>((approved, present): (&'document ActionEntry, &'document ActionEntry)) -> Row<'document> {
    let (before, now) = (rows::action(approved), rows::action(present));
    let only_of =
        |one: &Row<'document>, other: &Row<'document>, side: &'static str| -> Vec<Line<'document>> {
            let shown: Vec<String> = other.lines.iter().map(shown).collect();
            let lines = one.lines.iter().filter(|line| !shown.contains(&self::shown(line)));
            lines.map(|line| Line { remarks: vec![Cow::Borrowed(side)], ..line.clone() }).collect()
        };
    let mut lines = only_of(&before, &now, "approved");
    lines.extend(only_of(&now, &before, "now"));
    let unshown = match lines.is_empty() {
        true => unshown(approved, present),
        false => mail(approved, present).map(str::to_owned).into_iter().collect(),
    };
    lines.extend(unshown.into_iter().filter_map(|difference| {
        let what = What::Sentence(Cow::Owned(difference));
        now.lines.first().map(|line| Line { what, remarks: Vec::new(), ..line.clone() })
    }));
    Row { lines, ..now }
}

/// An invitation's row has no line for it.
fn mail(approved: &ActionEntry, present: &ActionEntry) -> Option<&'static str> {
    let is_mailed = |entry: &ActionEntry| change(entry, INVITE).is_none();
    match (is_mailed(approved), is_mailed(present)) {
        (true, false) => Some("approved with an invitation mail, now without one"),
        (false, true) => Some("approved without an invitation mail, now with one"),
        (true, true) | (false, false) => None,
    }
}

fn change<'document>(entry: &'document ActionEntry, attribute: &str) -> Option<&'document ChangeEntry> {
    entry.changes.iter().find(|change| change.attribute == attribute)
}

/// What differs where the lines of both are the same.
fn unshown(approved: &ActionEntry, present: &ActionEntry) -> Vec<String> {
    let mut said: Vec<String> = mail(approved, present).map(str::to_owned).into_iter().collect();
    if approved.subject.id() != present.subject.id() {
        said.push("of the same name, with another id in HubSpot".to_owned());
    }
    let attributes = approved.changes.iter().chain(&present.changes).map(|change| change.attribute.as_str());
    let attributes: BTreeSet<&str> = attributes.filter(|attribute| *attribute != INVITE).collect();
    for attribute in attributes {
        let (before, now) = (change(approved, attribute), change(present, attribute));
        let name = labels::attribute(attribute, false);
        let shown = |change: Option<&'_ ChangeEntry>| {
            change.map(|change| (change.before.clone(), change.after.clone()))
        };
        if shown(before) != shown(now) {
            said.push(format!("{name} approved otherwise"));
        } else if before != now {
            said.push(format!("{name} of the same name, with another id in HubSpot"));
        }
    }
    if said.is_empty() {
        said.push("the same changes, in another order".to_owned());
    }
    said
}

fn shown(line: &Line) -> String {
    format!("{} {}", line.word, table::what(line).text())
}
