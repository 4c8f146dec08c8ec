//! The document as rows: one for each thing a reader decides on, the same for every format.
//!
//! Deliberately absent: escaping, columns and colours. Text here is as it came.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::plan::{ActionKind, PrivilegeChange};

use super::document::{
    ActionEntry, BlockedEntry, ByHandEntry, Cause, ChangeEntry, PlanDocument, Shown, SourceEntry,
    SubjectEntry, UnmanagedEntry, WaitingEntry,
};
use super::labels::{self, Symbol};
use super::policies;

const RAISES_PRIVILEGE: &str = "raises privilege";

/// A person or a team, and what is to happen.
#[derive(Debug, Clone)]
pub(super) struct Row<'document> {
    pub section: Section,
    /// The word of the JSON; empty for what neither `apply` nor a person does.
    pub kind: &'document str,
    pub symbol: Symbol,
    pub subject: &'document str,
    pub cause: &'document [Cause],
    /// At least one; the first begins with what is done.
    pub lines: Vec<Line<'document>>,
    /// All of them, also those that `lines` has in short or not at all.
    pub changes: &'document [ChangeEntry],
    pub id: Option<&'document str>,
    /// By seat that the action takes.
    pub seats_left: Option<&'document BTreeMap<String, i64>>,
    /// `None` for what no file asks for.
    pub source: Option<&'document SourceEntry>,
}

impl Row<'_> {
    /// By hand or not.
    pub(super) fn raises(&self) -> bool {
        self.lines.iter().any(|line| line.remarks.iter().any(|remark| remark == RAISES_PRIVILEGE))
    }
}

/// In the order of reading: what takes away or could be missed comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Removals,
    Blocked,
    Raises,
    Changes,
    Invitations,
    ByHand,
    Waiting,
    Unmanaged,
}

#[derive(Debug, Clone)]
pub(super) struct Line<'document> {
    /// What is done, or the attribute that changes.
    pub word: Cow<'document, str>,
    pub what: What<'document>,
    pub remarks: Vec<Cow<'document, str>>,
    /// Its own, where the lines of a row have different ones.
    pub cause: &'document [Cause],
}

#[derive(Debug, Clone)]
pub(super) enum What<'document> {
    Sentence(Cow<'document, str>),
    /// What a newcomer gets, each for itself.
    Given(Vec<String>),
    /// What somebody loses, each for itself; afterwards there is nothing.
    Taken(Vec<String>),
    Change(&'document ChangeEntry),
}

impl What<'_> {
    pub(super) fn empty() -> What<'static> {
        What::Sentence(Cow::Borrowed(""))
    }
}

/// All rows of a plan, in the order of reading.
pub(super) fn rows(document: &PlanDocument) -> Vec<Row<'_>> {
    let mut rows: Vec<Row> = Vec::new();
    rows.extend(document.actions.iter().map(action));
    rows.extend(document.blocked.iter().map(blocked));
    rows.extend(document.by_hand.iter().map(by_hand));
    rows.extend(document.waiting.iter().map(waiting));
    rows.extend(document.unmanaged.iter().map(unmanaged));
    // Stable: within a section the order is the document's.
    rows.sort_by_key(|row| row.section);
    policies::remark(&mut rows, document);
    rows
}

/// What a reader must not miss among the remarks.
pub(super) fn stands_out(remark: &str) -> bool {
    remark == RAISES_PRIVILEGE || policies::is_denial(remark)
}

pub(super) fn action(entry: &ActionEntry) -> Row<'_> {
    let mut lines = action_lines(entry);
    let remarks =
        raise(entry.privilege).into_iter().chain(entry.notes.iter().map(|note| Cow::Borrowed(&**note)));
    lines[0].remarks.splice(0..0, remarks);
    Row {
        section: section(entry),
        kind: entry.kind.as_str(),
        symbol: labels::symbol(entry.kind),
        subject: entry.subject.name(),
        cause: &entry.cause,
        lines,
        changes: &entry.changes,
        id: entry.subject.id(),
        seats_left: Some(&entry.seats_left),
        source: entry.source.as_ref(),
    }
}

fn section(entry: &ActionEntry) -> Section {
    match entry.kind {
        ActionKind::Remove | ActionKind::Deactivate | ActionKind::Strip | ActionKind::TeamDelete => {
            Section::Removals
        }
        _ if entry.privilege == PrivilegeChange::Raise => Section::Raises,
        ActionKind::TeamCreate | ActionKind::TeamUpdate | ActionKind::Update | ActionKind::Reactivate => {
            Section::Changes
        }
        ActionKind::Invite => Section::Invitations,
    }
}

fn raise(privilege: PrivilegeChange) -> Option<Cow<'static, str>> {
    (privilege == PrivilegeChange::Raise).then_some(Cow::Borrowed(RAISES_PRIVILEGE))
}

fn action_lines(entry: &ActionEntry) -> Vec<Line<'_>> {
    let word = labels::action(entry.kind);
    let changes = || change_lines(&entry.changes, &entry.subject);
    match entry.kind {
        ActionKind::Invite => vec![line(word, What::Given(given(entry)))],
        ActionKind::TeamCreate => vec![line(word, What::Sentence(under(&entry.changes)))],
        ActionKind::TeamDelete => vec![line(word, What::empty())],
        ActionKind::Remove => vec![line(word, What::Taken(taken(&entry.changes)))],
        // What changes is the word itself.
        ActionKind::Deactivate | ActionKind::Reactivate => vec![line(word, What::empty())],
        ActionKind::Update | ActionKind::TeamUpdate if !entry.changes.is_empty() => {
            let mut lines = changes();
            remark_seats(&mut lines, entry);
            lines
        }
        ActionKind::Update | ActionKind::TeamUpdate | ActionKind::Strip => {
            let mut lines = vec![line(word, What::empty())];
            lines.extend(changes());
            remark_seats(&mut lines, entry);
            lines
        }
    }
}

fn line<'document>(word: impl Into<Cow<'document, str>>, what: What<'document>) -> Line<'document> {
    Line { word: word.into(), what, remarks: Vec::new(), cause: &[] }
}

fn change_lines<'document>(
    changes: &'document [ChangeEntry],
    subject: &SubjectEntry,
) -> Vec<Line<'document>> {
    let of_team = matches!(subject, SubjectEntry::Team { .. });
    changes
        .iter()
        .map(|change| Line {
            cause: &change.cause,
            ..line(labels::attribute(&change.attribute, of_team), What::Change(change))
        })
        .collect()
}

/// Beside the line about seats; an action whose seats do not change carries none.
fn remark_seats(lines: &mut [Line], entry: &ActionEntry) {
    let seats = lines
        .iter_mut()
        .find(|line| matches!(line.what, What::Change(change) if change.attribute == "seats"));
    if let Some(line) = seats {
        line.remarks
            .extend(entry.seats_left.iter().map(|(seat, left)| Cow::Owned(format!("{left} {seat} left"))));
    }
}

/// A newcomer's access first, then the rest: `Sales Rep · Sales Benelux · Core (2 left)`.
fn given(entry: &ActionEntry) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut names = Vec::new();
    for ChangeEntry { attribute, after, cause, .. } in &entry.changes {
        let values = values(after);
        let given: Vec<String> = match attribute.as_str() {
            "role" | "team" => values,
            "extra_teams" => values.into_iter().map(|team| format!("also {team}")).collect(),
            "seats" => values
                .into_iter()
                .map(|seat| match entry.seats_left.get(&seat) {
                    Some(left) => format!("{seat} ({left} left)"),
                    None => seat,
                })
                .collect(),
            "first_name" | "last_name" => {
                names.extend(with_cause(values, cause));
                continue;
            }
            // Said in words beside it.
            "invite" if !cause.contains(&Cause::ThisChange) => continue,
            "invite" => vec!["no mail".to_owned()],
            other => values
                .into_iter()
                .map(|value| format!("{} {value}", labels::attribute(other, false)))
                .collect(),
        };
        pieces.extend(with_cause(given, cause));
    }
    if !names.is_empty() {
        pieces.push(format!("named {}", names.join(" ")));
    }
    pieces
}

/// Marked where the row has several causes and this change is one of this piece's: the rest was to come anyway.
fn with_cause(pieces: Vec<String>, cause: &[Cause]) -> Vec<String> {
    if !cause.contains(&Cause::ThisChange) {
        return pieces;
    }
    let label = labels::cause(cause);
    pieces.into_iter().map(|piece| format!("{piece} [{label}]")).collect()
}

/// What of a removal is access; name and profile go with the person and say nothing more.
fn taken(changes: &[ChangeEntry]) -> Vec<String> {
    let is_access = |change: &&ChangeEntry| {
        matches!(change.attribute.as_str(), "role" | "team" | "extra_teams" | "seats")
    };
    changes.iter().filter(is_access).flat_map(|change| values(&change.before)).collect()
}

fn under(changes: &[ChangeEntry]) -> Cow<'static, str> {
    let parent = changes.iter().find(|change| change.attribute == "parent");
    match parent.map(|change| values(&change.after)).unwrap_or_default().pop() {
        Some(parent) => Cow::Owned(format!("under {parent}")),
        None => Cow::Borrowed(""),
    }
}

fn values(shown: &Shown) -> Vec<String> {
    match shown {
        Shown::Nothing => Vec::new(),
        Shown::Text(text) => vec![text.clone()],
        Shown::List(items) => items.clone(),
    }
}

fn blocked(entry: &BlockedEntry) -> Row<'_> {
    let mut lines = vec![line("blocked", What::Sentence(Cow::Borrowed(&entry.reason)))];
    if matches!(entry.kind, ActionKind::Update | ActionKind::TeamUpdate) {
        lines.extend(change_lines(&entry.changes, &entry.subject));
    }
    Row {
        section: Section::Blocked,
        kind: "",
        symbol: Symbol::Blocked,
        subject: entry.subject.name(),
        cause: &entry.cause,
        lines,
        changes: &entry.changes,
        id: entry.subject.id(),
        seats_left: None,
        source: entry.source.as_ref(),
    }
}

fn by_hand(entry: &ByHandEntry) -> Row<'_> {
    let what = What::Sentence(Cow::Owned(format!("{}: {}", entry.title, entry.path)));
    let mut first = line("by hand", what);
    first.remarks.extend(raise(entry.privilege));
    Row {
        section: Section::ByHand,
        kind: &entry.kind,
        symbol: Symbol::ByHand,
        subject: entry.subject.name(),
        cause: &entry.cause,
        lines: vec![first],
        changes: &[],
        id: entry.subject.id(),
        seats_left: None,
        source: entry.source.as_ref(),
    }
}

pub(super) fn waiting(entry: &WaitingEntry) -> Row<'_> {
    let mut lines = vec![line("waiting", What::Sentence(Cow::Borrowed(&entry.reason)))];
    let subject = SubjectEntry::User { email: String::new(), user_id: None };
    lines.extend(change_lines(&entry.changes, &subject));
    Row {
        section: Section::Waiting,
        kind: "",
        symbol: Symbol::Waiting,
        subject: &entry.email,
        cause: &entry.cause,
        lines,
        changes: &entry.changes,
        id: None,
        seats_left: None,
        source: entry.source.as_ref(),
    }
}

fn unmanaged(entry: &UnmanagedEntry) -> Row<'_> {
    let mut pieces = Vec::new();
    match (&entry.subject, entry.status.as_deref()) {
        (SubjectEntry::Team { .. }, _) => pieces.push("team".to_owned()),
        // Nearly everybody is; what matters is when they last were.
        (SubjectEntry::User { .. }, None | Some("active")) => {}
        (SubjectEntry::User { .. }, Some("unknown")) => pieces.push("status unknown".to_owned()),
        (SubjectEntry::User { .. }, Some(status)) => pieces.push(status.to_owned()),
    }
    pieces.extend(entry.last_active.as_ref().map(|day| format!("last active {day}")));
    Row {
        section: Section::Unmanaged,
        kind: "",
        symbol: Symbol::Unmanaged,
        subject: entry.subject.name(),
        cause: &entry.cause,
        lines: vec![line("unmanaged", What::Given(pieces))],
        changes: &[],
        id: entry.subject.id(),
        seats_left: None,
        source: None,
    }
}
