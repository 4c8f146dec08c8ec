//! Files → desired state, with the place of every value and every finding of a run; the only YAML.
//!
//! Deliberately absent: ids, the live portal, and the clock. Whether a name exists in the portal is
//! `resolve`'s question; whether a day has come is a value that `resolve` is given.

mod check;
mod data;
mod decode;
mod desired;
mod fields;
mod files;
mod finding;
mod format;
mod keys;
mod load;
mod message;
mod person;
mod policy;
mod policy_difference;
mod profile;
mod reading;
mod role_file;
mod rules;
mod schema;
mod source;
mod syntax;
mod team;
mod tree;
mod users_file;
pub mod vocabulary;
mod written;

pub use data::{Data, data};

pub use desired::{
    Access, Acknowledge, DeactivateBy, Desired, DesiredAbsence, DesiredProfile, DesiredUser, Expiry,
    NamePolicy, Percent, PermissionGrant, Policy, PortalPin, Privilege, RemovalLimit, Role, RoleKey, Setting,
    TeamEntry, Unmanaged, UpdateLimit, WantedState,
};
pub use files::{Files, Held, HeldFile};
pub use finding::{Finding, Findings, Severity, SourceLine};
pub use format::{Difference, FormatError, Formatted, format};
pub use keys::keys_of_entry;
pub use load::{Loaded, load, load_files, quote_sources};
pub use message::{Filled, Holds, Message};
pub use policy_difference::{PolicyDifference, PrivilegeDifference, RuleDifference};
pub use rules::{Each, Effect, PolicyRule};
pub use schema::{role_schema, users_schema};
pub use source::MAX_FILE_BYTES;
