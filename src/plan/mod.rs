//! People wanted against people live → ordered actions, with both sides kept, and beside them what hubroster
//! will not do or cannot do.
//!
//! Deliberately absent: words for people (`render` has them), clients, clocks, and no-ops: what is in
//! `actions` changes something.

mod action;
mod attribute;
mod beside;
mod digest;

pub use action::{Action, ActionKind, Calls, Note, PrivilegeChange, SettingsCall, Subject, TeamState, Work};
pub use attribute::{Attribute, Change, NamedText, ProfileAttribute, TeamAttribute, UserAttribute, Value};
pub use beside::{
    Blocked, BlockedKind, ByHand, ByHandStep, Permission, Rule, StartFrom, Unmanaged, Waiting, WaitingReason,
};
pub use digest::Digest;

use crate::model::{Account, ApiVersion, Degraded, PortalId};

/// Everything that follows from one set of files and one reading of the portal; ordered, comparable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub portal: PlannedPortal,
    pub people: People,
    /// What was asked for with `--target`, sorted; empty: everybody.
    pub targets: Vec<String>,
    /// In the order in which they are carried out; see [`order`].
    pub actions: Vec<Action>,
    /// Sorted by subject.
    pub blocked: Vec<Blocked>,
    pub by_hand: Vec<ByHand>,
    pub waiting: Vec<Waiting>,
    pub unmanaged: Vec<Unmanaged>,
    /// What could not be read, and what that means for this plan.
    pub degraded: Vec<Degraded>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPortal {
    pub id: PortalId,
    /// From the file; HubSpot's API does not tell an account's name.
    pub name: Option<String>,
    pub api: ApiVersion,
    pub account: Account,
}

/// Counts that guards and headings need.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct People {
    /// In the portal and not ignored.
    pub live: usize,
    /// Entries that want somebody present.
    pub desired: usize,
    pub super_admins: usize,
    /// Once every row of the plan is done, by hand or not, new grants not counted.
    pub super_admins_after: usize,
    /// The file lists nobody at all.
    pub empty_list: bool,
}

impl Plan {
    /// A plan is empty when it has no actions; what is blocked, by hand, waiting or unmanaged does not count.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    pub fn count(&self, kind: ActionKind) -> usize {
        self.actions.iter().filter(|action| action.kind == kind).count()
    }

    pub fn digest(&self) -> Digest {
        Digest::of(self.portal.id, &self.targets, &self.actions)
    }
}
