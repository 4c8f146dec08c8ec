//! Files → desired state, with the place of every value and every finding of a run; the only YAML.
//!
//! Deliberately absent: ids, the live portal, and the clock. Whether a name exists in the portal is
//! `resolve`'s question; whether a day has come is a value that `resolve` is given.

mod desired;
mod finding;

pub use desired::{
    Access, Acknowledge, DeactivateBy, Desired, DesiredAbsence, DesiredProfile, DesiredUser, Expiry,
    NamePolicy, Percent, PermissionGrant, Policy, PortalPin, Privilege, RemovalLimit, Role, RoleKey, Setting,
    TeamEntry, Unmanaged, UpdateLimit, WantedState,
};
pub use finding::{Finding, Findings, Severity, SourceLine};
