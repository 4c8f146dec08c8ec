//! What this change does, and what was different before, in a document: laid over it, counted and in two groups.
//!
//! Deliberately absent: how causes are found (`plan` compares two plans) and how each format shows them.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::{self, ActionKind, Causes, RowCause};

use super::compose;
use super::counts::{self, counted};
use super::document::{Cause, ChangeEntry, DegradedEntry, PlanDocument, SubjectEntry};
use super::kind_word;
use super::labels;
use super::policy_changes;

/// The files that a plan was compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BaseEntry {
    /// As it was asked for: `origin/main...`.
    pub revision: String,
    /// The whole name of the commit that this was.
    pub commit: String,
}

/// What the files at the base would have had done and these do not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CancelledEntry {
    #[serde(with = "kind_word")]
    #[schemars(schema_with = "kind_word::schema::<ActionKind>")]
    pub kind: ActionKind,
    #[serde(flatten)]
    pub subject: SubjectEntry,
    /// Of an update those that are no longer made; of everything else all.
    pub changes: Vec<ChangeEntry>,
}

/// Why nothing is said of causes, though it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotCompared {
    /// The files at the base have errors: place and message of the first, and how many more there are.
    Findings { first: Option<(String, String)>, more: usize },
    /// They are for this portal.
    OtherPortal(u64),
}

impl BaseEntry {
    /// `origin/main... (3f2a9c1d0e11)`; the commit once where it is all that was asked for.
    pub(super) fn shown(&self) -> String {
        let short = self.commit.get(..12).unwrap_or(&self.commit);
        if self.commit.starts_with(&self.revision) {
            short.to_owned()
        } else {
            format!("{} ({short})", self.revision)
        }
    }
}

impl PlanDocument {
    /// `causes` are those of the plan that the document is of.
    pub fn with_causes(mut self, base: BaseEntry, causes: &Causes) -> PlanDocument {
        let Causes { actions, blocked, by_hand, waiting, unmanaged, cancelled } = causes;
        for entry in &mut self.actions {
            let place = usize::try_from(entry.order).ok().and_then(|order| order.checked_sub(1));
            if let Some(cause) = place.and_then(|place| actions.get(place)) {
                entry.cause = tell(&mut entry.changes, cause);
            }
        }
        for (entry, cause) in self.blocked.iter_mut().zip(blocked) {
            entry.cause = tell(&mut entry.changes, cause);
        }
        for (entry, cause) in self.by_hand.iter_mut().zip(by_hand) {
            entry.cause = list(*cause);
        }
        for (entry, cause) in self.waiting.iter_mut().zip(waiting) {
            entry.cause = tell(&mut entry.changes, cause);
        }
        for (entry, cause) in self.unmanaged.iter_mut().zip(unmanaged) {
            entry.cause = list(*cause);
        }
        self.base = Some(base);
        self.cancelled = cancelled
            .iter()
            .map(|plan::Cancelled { kind, subject, changes }| CancelledEntry {
                kind: *kind,
                subject: compose::subject_entry(subject),
                changes: changes.iter().map(compose::change_entry).collect(),
            })
            .collect();
        compose::sort(&mut self);
        self
    }

    /// Claims nothing, and says why.
    pub fn without_causes(mut self, base: &BaseEntry, reason: &NotCompared) -> PlanDocument {
        let why = match reason {
            NotCompared::Findings { first, more } => {
                let count = counted(more + usize::from(first.is_some()), "thing", "things");
                let lead = if *more > 0 { ", first " } else { ", " };
                let first = first.as_ref().map(|(place, message)| format!("{lead}`{place}`: {message}"));
                format!("they have {count} to mend{}", first.unwrap_or_default())
            }
            NotCompared::OtherPortal(id) => format!("they are for portal {id}"),
        };
        self.degraded.push(DegradedEntry {
            what: format!("what the files at {} would have planned", base.shown()),
            missing_scope: None,
            effect: format!("{why}. So this change is not told from drift"),
        });
        self
    }

    /// The plan as if nobody had asked why.
    pub(super) fn without_claims(&self) -> PlanDocument {
        let mut plain = self.clone();
        let PlanDocument { actions, blocked, by_hand, waiting, unmanaged, .. } = &mut plain;
        for entry in actions {
            entry.cause.clear();
            forget(&mut entry.changes);
        }
        for entry in blocked {
            entry.cause.clear();
            forget(&mut entry.changes);
        }
        by_hand.iter_mut().for_each(|entry| entry.cause.clear());
        for entry in waiting {
            entry.cause.clear();
            forget(&mut entry.changes);
        }
        unmanaged.iter_mut().for_each(|entry| entry.cause.clear());
        plain.base = None;
        plain.cancelled.clear();
        plain.policy_changes.clear();
        compose::sort(&mut plain);
        plain
    }
}

fn forget(changes: &mut [ChangeEntry]) {
    changes.iter_mut().for_each(|change| change.cause.clear());
}

/// The row's cause; its changes tell theirs where they are not all of it.
fn tell(changes: &mut [ChangeEntry], cause: &RowCause) -> Vec<Cause> {
    if cause.changes.iter().any(|own| *own != cause.row) {
        for (entry, own) in changes.iter_mut().zip(&cause.changes) {
            entry.cause = list(*own);
        }
    }
    list(cause.row)
}

fn list(cause: plan::Cause) -> Vec<Cause> {
    match cause {
        plan::Cause::ThisChange => vec![Cause::ThisChange],
        plan::Cause::Drift => vec![Cause::Drift],
        plan::Cause::Both => vec![Cause::ThisChange, Cause::Drift],
    }
}

/// The two halves of a plan, in the order of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// What this change does, alone or on top of what was different before.
    ThisChange,
    /// What would be there without it.
    Drift,
}

impl Group {
    pub(super) const ALL: [Group; 2] = [Group::ThisChange, Group::Drift];

    pub(super) fn of(cause: &[Cause]) -> Group {
        if cause == [Cause::Drift] { Group::Drift } else { Group::ThisChange }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Group::ThisChange => "This change",
            Group::Drift => "Drift, different before this change",
        }
    }

    /// The cause of a row that is nothing but of this group.
    pub(super) fn cause(self) -> &'static [Cause] {
        match self {
            Group::ThisChange => &[Cause::ThisChange],
            Group::Drift => &[Cause::Drift],
        }
    }
}

/// What the heading that a row stands under does not tell of the cause of the row, or of one of its changes.
pub(super) fn untold(row: &[Cause], own: &[Cause]) -> Option<&'static str> {
    let is_told = own.is_empty() || own == Group::of(row).cause();
    (!is_told).then_some(if own.len() > 1 { "this change and drift" } else { labels::cause(own) })
}

/// `This change: policy; 1 to invite, 1 to remove; 1 by hand`
pub(super) fn heading(document: &PlanDocument, group: Group) -> String {
    let summary = compose::summary(document, |cause| Group::of(cause) == group);
    let policy = if group == Group::ThisChange { policy_changes::in_short(document) } else { String::new() };
    let parts = [policy, counts::work(&summary).join(", "), counts::beside(&summary).join(", ")];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let what = if parts.is_empty() { "nothing".to_owned() } else { parts.join("; ") };
    format!("{}: {what}", group.title())
}

/// `Actions by cause: 2 this change, 1 drift, 1 both.`
pub(super) fn sentence(document: &PlanDocument) -> Option<String> {
    let causes: Vec<&str> = document
        .actions
        .iter()
        .map(|action| labels::cause(&action.cause))
        .filter(|word| !word.is_empty())
        .collect();
    if causes.is_empty() {
        return None;
    }
    let each = ["this change", "drift", "both"].map(|word| {
        let count = causes.iter().filter(|cause| **cause == word).count();
        (count, word)
    });
    let each = each.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    Some(format!("Actions by cause: {}.", Vec::from_iter(each).join(", ")))
}

/// More than these are only counted; the JSON has all.
const MOST_NAMED: usize = 10;

/// `No longer planned because of this change (2): remove …; role of ….`
pub(super) fn cancelled(document: &PlanDocument) -> Option<String> {
    let entries = &document.cancelled;
    if entries.is_empty() {
        return None;
    }
    let mut named: Vec<String> = entries.iter().take(MOST_NAMED).map(cancelled_entry).collect();
    if entries.len() > MOST_NAMED {
        named.push(format!("and {} more", entries.len() - MOST_NAMED));
    }
    Some(format!("No longer planned because of this change ({}): {}.", entries.len(), named.join("; ")))
}

/// `remove `leaver@example.com``, `role of `bo@example.com``
fn cancelled_entry(entry: &CancelledEntry) -> String {
    let name = entry.subject.name();
    let attributes = || {
        let of_team = matches!(entry.subject, SubjectEntry::Team { .. });
        let words = entry.changes.iter().map(|change| labels::attribute(&change.attribute, of_team));
        counts::enumerated(&words.map(Cow::into_owned).collect::<Vec<String>>())
    };
    match entry.kind {
        ActionKind::Update => format!("{} of `{name}`", attributes()),
        ActionKind::TeamUpdate => format!("{} `{name}`", attributes()),
        kind => format!("{} `{name}`", labels::action(kind)),
    }
}
