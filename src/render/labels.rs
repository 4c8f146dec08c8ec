//! The words and symbols of a row: what is done, to which attribute, and why.
//!
//! Deliberately absent: sentences (`notes`, `reasons`, `limits`, `steps`) and colours (`table`).

use std::borrow::Cow;

use crate::apply::OutcomeKind;
use crate::plan::ActionKind;

use super::document::Cause;

/// What stands in front of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Symbol {
    TakeAway,
    Blocked,
    Change,
    Add,
    ByHand,
    Waiting,
    Unmanaged,
    Outcome(OutcomeKind),
}

impl Symbol {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Symbol::TakeAway => "-",
            Symbol::Blocked => "!",
            Symbol::Change => "~",
            Symbol::Add => "+",
            Symbol::ByHand => "☐",
            Symbol::Waiting | Symbol::Outcome(OutcomeKind::Waiting) => "…",
            Symbol::Unmanaged | Symbol::Outcome(OutcomeKind::Unknown) => "?",
            Symbol::Outcome(OutcomeKind::Done) => "✓",
            Symbol::Outcome(OutcomeKind::Failed) => "✗",
            Symbol::Outcome(OutcomeKind::Stale) => "≠",
            Symbol::Outcome(OutcomeKind::Refused) => "!",
            Symbol::Outcome(OutcomeKind::Skipped) => "»",
        }
    }
}

pub(super) fn symbol(kind: ActionKind) -> Symbol {
    match kind {
        ActionKind::Remove | ActionKind::Deactivate | ActionKind::Strip | ActionKind::TeamDelete => {
            Symbol::TakeAway
        }
        ActionKind::Update | ActionKind::TeamUpdate | ActionKind::Reactivate => Symbol::Change,
        ActionKind::Invite | ActionKind::TeamCreate => Symbol::Add,
    }
}

pub(super) fn action(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::TeamCreate => "create team",
        ActionKind::TeamUpdate => "change team",
        ActionKind::Remove => "remove",
        ActionKind::Deactivate => "deactivate",
        ActionKind::Strip => "strip",
        ActionKind::Update => "change",
        ActionKind::Reactivate => "reactivate",
        ActionKind::Invite => "invite",
        ActionKind::TeamDelete => "delete team",
    }
}

/// `profile.job_title` → `job title`; of a team, `name` → `rename team`.
pub(super) fn attribute(key: &str, of_team: bool) -> Cow<'static, str> {
    match key {
        "name" if of_team => Cow::Borrowed("rename team"),
        "parent" if of_team => Cow::Borrowed("move team"),
        "role" => Cow::Borrowed("role"),
        _ => Cow::Owned(key.strip_prefix("profile.").unwrap_or(key).replace('_', " ")),
    }
}

pub(super) fn cause(causes: &[Cause]) -> &'static str {
    match (causes.contains(&Cause::ThisChange), causes.contains(&Cause::Drift)) {
        (true, true) => "both",
        (true, false) => "this change",
        (false, true) => "drift",
        (false, false) => "",
    }
}
