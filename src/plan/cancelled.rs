//! What the files at the base would have had done and these do not: what this change calls off.
//!
//! Deliberately absent: rows beside the actions. That something is no longer blocked, by hand or waiting is told by
//! what is planned instead, and where nothing is, nothing is left to review.

use super::cause::{Rows, about, is_update};
use super::{Action, ActionKind, Change, Subject};

/// An action of the base that is no longer planned: the whole of it, or of an update what is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    pub kind: ActionKind,
    pub subject: Subject,
    pub changes: Vec<Change>,
}

/// Of the plan at hand, not of the base's.
impl Rows<'_> {
    /// What of the base's action this plan has no place for any more.
    pub(super) fn cancel(&self, base: &Action) -> Option<Cancelled> {
        let Action { kind, subject, changes, .. } = base;
        let changes = if is_update(*kind) {
            let is_left = |change: &&Change| !self.is_told(subject, *kind, change);
            changes.iter().filter(is_left).cloned().collect()
        } else {
            changes.clone()
        };
        let is_cancelled =
            if is_update(*kind) { !changes.is_empty() } else { self.action_of(subject, *kind).is_none() };
        (is_cancelled && !self.is_replaced(base)).then(|| Cancelled {
            kind: *kind,
            subject: subject.clone(),
            changes,
        })
    }

    /// Whether some row of this plan is about the attribute: what is blocked or waits is not forgotten.
    fn is_told(&self, subject: &Subject, kind: ActionKind, change: &Change) -> bool {
        let has = |changes: &[Change]| changes.iter().any(|own| own.attribute == change.attribute);
        let waiting = match subject {
            Subject::User { email, .. } => self.waiting.get(email.key()),
            Subject::Team { .. } => None,
        };
        self.action_of(subject, kind).is_some_and(|action| has(&action.changes))
            || about(&self.blocked, subject)
                .iter()
                .any(|blocked| blocked.kind == kind && has(&blocked.changes))
            || waiting.into_iter().flatten().any(|waiting| has(&waiting.changes))
    }

    /// Whether this plan comes to the same end in another way, or to one that makes the action pointless.
    fn is_replaced(&self, base: &Action) -> bool {
        let subject = &base.subject;
        let acts =
            |kinds: &[ActionKind]| about(&self.actions, subject).iter().any(|row| kinds.contains(&row.kind));
        let is_blocked = || about(&self.blocked, subject).iter().any(|row| row.kind == base.kind);
        let by_hand = |word: &str| about(&self.by_hand, subject).iter().any(|row| row.step.as_str() == word);
        let is_out = || {
            acts(&[ActionKind::Remove, ActionKind::Deactivate, ActionKind::Strip]) || by_hand("deactivate")
        };
        match base.kind {
            ActionKind::Remove | ActionKind::Deactivate | ActionKind::Strip => is_out() || is_blocked(),
            ActionKind::Update => is_out(),
            ActionKind::Reactivate => by_hand("reactivate") || is_blocked(),
            ActionKind::TeamUpdate => acts(&[ActionKind::TeamDelete]),
            ActionKind::Invite | ActionKind::TeamCreate | ActionKind::TeamDelete => is_blocked(),
        }
    }
}
