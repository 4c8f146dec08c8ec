//! The values that every stage shares: a person on either side, ids, the catalog and the snapshot.
//!
//! Deliberately absent: I/O, clocks, HubSpot's wire shapes, and any idea of what should happen to a person.

mod api;
mod catalog;
mod email;
mod id;
mod place;
mod profile;
mod snapshot;
mod snapshot_record;
mod status;
mod user;
mod visible;
mod working_hours;

pub use api::{ApiVersion, UnknownApiVersion};
pub use catalog::{Catalog, PermissionSet, Seat, Team};
pub use email::{Email, EmailPattern, InvalidEmail};
pub use id::{CrmUserId, Named, OwnerId, PermissionSetId, PortalId, TeamId, UserId};
pub use place::Place;
pub use profile::{Absence, Profile, Raw};
pub use snapshot::{
    Account, Deactivation, Degraded, Member, Owned, SNAPSHOT_FORMAT, Scim, ScimUser, Snapshot, SnapshotError,
    Source, Sources,
};
pub use status::Status;
pub use user::User;
pub use visible::{is_hidden, visible, visible_json};
pub use working_hours::{Day, Minutes, WorkingHours};
