//! The document that a sandbox starts from and is saved as: its keys, and the way in and out.
//!
//! A snapshot of a real portal is a document of this format as well. Deliberately absent: YAML (the caller
//! turns it into JSON values) and the counters of what still lags, which live only as long as the process.

mod changes;
mod document;
mod hours;
mod load;
mod profile;
mod save;
mod unread;

pub(crate) use changes::{changed_person, parse_faults};
pub(crate) use document::{
    Behaviour, ClearRole, HistoryEntry, Limits, Mail, Owned, Portal as Account, Put, Scim, Seat, Status,
    Tier, Token, Unset,
};
pub(crate) use load::{FIRST_OWNER, FIRST_RECORD, FIRST_TEAM, FIRST_USER, time_zone};
pub(crate) use profile::{PROFILE, check_hours, check_out_of_office};
pub(crate) use save::document as to_document;

use serde_json::Value;

use super::state::Portal;

/// The state a sandbox starts from, checked: every name in it resolves.
#[derive(Debug, Clone)]
pub struct Seed {
    pub(crate) portal: Portal,
}

/// What is wrong with a seed, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}`: {message}")]
pub struct SeedError {
    /// The place in the document, such as `people[3].status`; `.` is the whole document.
    pub path: String,
    /// What is wrong there, and what to write instead.
    pub message: String,
}

impl SeedError {
    fn at(path: impl Into<String>, message: impl Into<String>) -> SeedError {
        SeedError { path: path.into(), message: message.into() }
    }
}

impl Seed {
    /// Reads a seed, a saved state or a snapshot.
    ///
    /// # Errors
    /// The first unknown key, value of the wrong kind, repeated id or address, or name that nothing has.
    pub fn from_json(value: Value) -> Result<Seed, SeedError> {
        let document = serde_path_to_error::deserialize(value).map_err(|error| {
            let path = error.path().to_string();
            SeedError::at(path, error.into_inner().to_string())
        })?;
        load::portal(document).map(|portal| Seed { portal })
    }

    /// The same portal, ids and names written out: what a sandbox keeps in its state file.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(to_document(&self.portal)).expect("a document has only text keys")
    }

    /// The first of the tokens it lists; `None` where any token is good.
    pub fn first_token(&self) -> Option<&str> {
        self.portal.tokens.as_ref()?.first().map(|token| token.token.as_str())
    }

    /// A token that its SCIM takes; `None` where it has no SCIM.
    pub fn scim_token(&self) -> Option<&str> {
        let scim = self.portal.scim.as_ref()?;
        Some(scim.tokens.as_ref().and_then(|tokens| tokens.first()).map_or("scim", String::as_str))
    }
}
