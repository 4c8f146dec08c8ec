//! How one part of an action ended: its settings calls, or its profile.
//!
//! Deliberately absent: the action itself; `outcome` puts the parts of one together.

use crate::plan::{Attribute, UserAttribute};
use crate::portal::{self, Realm};

use super::report::{ActionError, OutcomeKind};

/// The way out of a part that came to its end early is `Err(Ended)`, so that `?` leads there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ended {
    pub kind: OutcomeKind,
    pub error: Option<Box<ActionError>>,
    pub note: Option<String>,
    /// Where only some of the part's changes were not made: those. Otherwise `kind` speaks for all.
    pub not_done: Vec<Attribute>,
}

impl Ended {
    pub(super) fn done() -> Ended {
        Ended::of(OutcomeKind::Done)
    }

    pub(super) fn done_with(note: impl Into<String>) -> Ended {
        Ended::done().noted(note)
    }

    pub(super) fn stale(note: impl Into<String>) -> Ended {
        Ended::of(OutcomeKind::Stale).noted(note)
    }

    pub(super) fn refused(note: impl Into<String>) -> Ended {
        Ended::of(OutcomeKind::Refused).noted(note)
    }

    pub(super) fn skipped(note: impl Into<String>) -> Ended {
        Ended::of(OutcomeKind::Skipped).noted(note)
    }

    pub(super) fn waiting(note: impl Into<String>) -> Ended {
        Ended::of(OutcomeKind::Waiting).noted(note)
    }

    pub(super) fn failed(note: impl Into<String>) -> Ended {
        Ended::of(OutcomeKind::Failed).noted(note)
    }

    pub(super) fn unknown(note: impl Into<String>) -> Ended {
        Ended::of(OutcomeKind::Unknown).noted(note)
    }

    fn of(kind: OutcomeKind) -> Ended {
        Ended { kind, error: None, note: None, not_done: Vec::new() }
    }

    pub(super) fn noted(mut self, note: impl Into<String>) -> Ended {
        self.note = Some(note.into());
        self
    }

    pub(super) fn because(mut self, error: &portal::Error) -> Ended {
        self.error = Some(Box::new(ActionError::from(error)));
        self
    }

    pub(super) fn without(mut self, missing: &[UserAttribute]) -> Ended {
        self.not_done = missing.iter().map(|attribute| Attribute::User(*attribute)).collect();
        self
    }

    /// What became of a call that HubSpot answered with an error, or that got no answer. One that may have
    /// been carried out is first settled by reading; what could not be settled is unknown.
    pub(super) fn by(error: &portal::Error) -> Ended {
        if matches!(error, portal::Error::OutcomeUnknown { .. }) {
            return Ended::unknown("it may have been done, and reading could not settle it").because(error);
        }
        if error.has_code(NOT_ACCEPTED_YET) {
            return Ended::waiting("HubSpot takes this once the invitation is accepted").because(error);
        }
        // What something on the way says tells nothing of who is in the portal.
        let answer = error.answer().filter(|answer| answer.from_hubspot);
        match answer.map(|answer| answer.status) {
            Some(404) => Ended::stale("no longer in the portal; plan again").because(error),
            Some(409) => Ended::stale("somebody was faster; plan again").because(error),
            Some(401) if answer.is_some_and(|answer| answer.realm == Realm::Scim) => {
                Ended::failed("SCIM does not accept its token; check `HUBSPOT_SCIM_TOKEN`").because(error)
            }
            _ => {
                let failed = Ended::of(OutcomeKind::Failed).because(error);
                match (answer.map(|answer| answer.missing_scopes.join("` or `")), error.status()) {
                    (Some(scopes), _) if !scopes.is_empty() => {
                        failed.noted(format!("give the token the scope `{scopes}`"))
                    }
                    (None, Some(400..=499)) => {
                        failed.noted("something on the way to HubSpot says so; check any proxy")
                    }
                    _ => failed,
                }
            }
        }
    }
}

/// HubSpot's answer to a change of somebody who has not accepted the invitation (seen on a live portal).
const NOT_ACCEPTED_YET: &str = "USER_NOT_ON_ANY_HUBS";

/// The names of attributes, as a sentence takes them.
pub(super) fn list(attributes: &[UserAttribute]) -> String {
    let names: Vec<&str> = attributes.iter().map(|attribute| Attribute::User(*attribute).as_str()).collect();
    names.join(", ")
}

/// Whether only reading can tell what this call did.
pub(super) fn may_have_been_done(error: &portal::Error) -> bool {
    matches!(error, portal::Error::OutcomeUnknown { .. })
        || error.answer().is_some_and(|answer| answer.repeated)
}
