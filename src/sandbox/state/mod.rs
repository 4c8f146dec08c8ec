//! The simulated portal as a value: who is in it, what there is to assign, and what HubSpot's rules do to it.
//!
//! Every rule is a method that changes the value or refuses. Deliberately absent: HTTP, JSON bodies, scopes and
//! limits (the routes and the server), and the clock: each method that needs the moment is given it.

mod activation;
mod interference;
mod lags;
mod membership;
mod people;
mod records;
mod seats;
mod teams;

pub(crate) use activation::Identity;
pub(crate) use lags::Lags;
pub(crate) use membership::{Field, NewUser, UserChange};
pub(crate) use people::{People, Person};
pub(crate) use records::no_record;
pub(crate) use teams::{Membership, TeamChange, no_team};

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::faults::Fault;
use super::ids::{ObjectId, SetId, TeamId, UserId};
use super::seed::{Account, Behaviour, HistoryEntry, Limits, Mail, Scim, Seat, Tier, Token};

/// One portal with all that is in it.
#[derive(Debug, Clone)]
pub(crate) struct Portal {
    pub(crate) account: Account,
    pub(crate) tier: Tier,
    pub(crate) behaviour: Behaviour,
    pub(crate) limits: Limits,
    /// None: any bearer token is good for everything.
    pub(crate) tokens: Option<Vec<Token>>,
    pub(crate) credential_owner: Option<UserId>,
    /// None: no SCIM app is set up.
    pub(crate) scim: Option<Scim>,
    pub(crate) sets: Vec<Set>,
    pub(crate) teams: BTreeMap<TeamId, Team>,
    pub(crate) seats: Vec<Seat>,
    pub(crate) people: People,
    pub(crate) faults: Vec<Fault>,
    pub(crate) history: Vec<HistoryEntry>,
    pub(crate) outbox: Vec<Mail>,
    pub(crate) lags: Lags,
    /// Counts the changes, so that the server knows when there is something to save.
    pub(crate) revision: u64,
}

/// A permission set, which the API calls a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Set {
    pub(crate) id: SetId,
    pub(crate) name: String,
    pub(crate) requires_billing_write: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Team {
    pub(crate) name: String,
    pub(crate) parent: Option<TeamId>,
}

/// Who does something, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Act {
    pub(crate) at: Timestamp,
    pub(crate) by: Option<UserId>,
}

impl Portal {
    pub(crate) fn time_zone(&self) -> TimeZone {
        super::seed::time_zone(self.account.time_zone.as_deref()).unwrap_or(TimeZone::UTC)
    }

    /// Permission sets need Enterprise (HubSpot's knowledge base, "Create permission sets").
    pub(crate) fn has_permission_sets(&self) -> bool {
        self.tier >= Tier::Enterprise
    }

    /// SCIM needs Professional (HubSpot's guide to SCIM apps).
    pub(crate) fn has_scim(&self) -> bool {
        self.tier >= Tier::Professional && self.scim.is_some()
    }

    pub(crate) fn has_teams(&self) -> bool {
        self.tier >= Tier::Professional
    }

    pub(crate) fn set(&self, id: SetId) -> Option<&Set> {
        self.sets.iter().find(|set| set.id == id)
    }

    /// Must be called by every change, or it is never saved.
    fn changed(&mut self) {
        self.revision += 1;
    }

    fn record(&mut self, act: Act, kind: &str, object: u64) {
        self.history.push(HistoryEntry {
            at: act.at,
            kind: kind.to_owned(),
            object: Some(ObjectId(object)),
            by: act.by,
            automatic: false,
        });
    }
}
