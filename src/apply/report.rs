//! What became of a plan. Failures are data: one does not hide the others.

use crate::plan::{Action, Change};
use crate::portal;

/// One outcome per action, in the order of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub outcomes: Vec<Outcome>,
    /// Answered calls of the whole run, the plan's included.
    pub reads: u64,
    pub writes: u64,
    /// Why the run ended before the plan did.
    pub stopped: Option<Stop>,
}

impl Report {
    pub fn count(&self, kind: OutcomeKind) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.kind == kind).count()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub action: Action,
    pub kind: OutcomeKind,
    /// For a person whose calls did not all end alike: what was not done. Empty where `kind` says it all.
    pub not_done: Vec<Change>,
    pub error: Option<ActionError>,
    /// What the admin should know or do, in a sentence fragment.
    pub note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutcomeKind {
    Done,
    /// HubSpot refused, or accepted the call without making the change.
    Failed,
    /// The person differs from what was planned from; nothing was written.
    Stale,
    /// A guard at the last moment; nothing was written.
    Refused,
    /// Not tried, because the run stopped or what it depends on failed.
    Skipped,
    /// HubSpot will take it later: after acceptance, or once the CRM record exists. No failure.
    Waiting,
    /// It may have been done, and reading could not settle it.
    Unknown,
}

impl OutcomeKind {
    pub const ALL: [OutcomeKind; 7] = [
        OutcomeKind::Done,
        OutcomeKind::Failed,
        OutcomeKind::Stale,
        OutcomeKind::Refused,
        OutcomeKind::Skipped,
        OutcomeKind::Waiting,
        OutcomeKind::Unknown,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            OutcomeKind::Done => "done",
            OutcomeKind::Failed => "failed",
            OutcomeKind::Stale => "stale",
            OutcomeKind::Refused => "refused",
            OutcomeKind::Skipped => "skipped",
            OutcomeKind::Waiting => "waiting",
            OutcomeKind::Unknown => "unknown",
        }
    }

    /// Whether the action is as the plan wanted it, or will be without anybody's doing.
    pub fn is_well(self) -> bool {
        matches!(self, OutcomeKind::Done | OutcomeKind::Waiting)
    }
}

/// What HubSpot, or the way to it, said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionError {
    pub status: Option<u16>,
    pub category: Option<String>,
    /// Cut and scrubbed of anything that looks like a token.
    pub message: String,
    pub correlation_id: Option<String>,
}

impl From<&portal::Error> for ActionError {
    fn from(error: &portal::Error) -> ActionError {
        use portal::Error;
        match error {
            Error::OutcomeUnknown { cause, .. } => ActionError::from(cause.as_ref()),
            Error::Answer(answer) => ActionError {
                status: Some(answer.status),
                category: answer.category.clone(),
                message: if answer.message.is_empty() { error.to_string() } else { answer.message.clone() },
                correlation_id: answer.correlation_id.clone(),
            },
            Error::Redirected { status, correlation_id, .. }
            | Error::CutShort { status, correlation_id, .. }
            | Error::Undecodable { status, correlation_id, .. }
            | Error::TooLarge { status, correlation_id, .. } => ActionError {
                status: Some(*status),
                category: None,
                message: error.to_string(),
                correlation_id: correlation_id.clone(),
            },
            Error::DailyLimit { correlation_id } => ActionError {
                status: Some(429),
                category: None,
                message: error.to_string(),
                correlation_id: correlation_id.clone(),
            },
            Error::Migrating { .. } => ActionError {
                status: Some(477),
                category: None,
                message: error.to_string(),
                correlation_id: None,
            },
            _ => {
                ActionError { status: None, category: None, message: error.to_string(), correlation_id: None }
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    Interrupted,
    DailyLimit,
    /// The token was refused in the middle of the run.
    Credential,
    /// HubSpot moves the account between data centres and asks for longer than a run waits.
    Migrating,
    /// The journal could not be written, and without it nothing more is done.
    Journal,
}

impl Stop {
    pub fn as_str(self) -> &'static str {
        match self {
            Stop::Interrupted => "interrupted",
            Stop::DailyLimit => "daily_limit",
            Stop::Credential => "credential",
            Stop::Migrating => "migrating",
            Stop::Journal => "journal",
        }
    }
}
