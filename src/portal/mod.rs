//! HubSpot over HTTP: a client that reads, a client that also writes; the only way out.
//!
//! A command that does not apply is given a [`ReadClient`], which has no method that writes. Both clients of a
//! run share one rate limit. Deliberately absent: plans, files, and any decision about a person.

mod answer;
mod call;
mod connection;
mod door;
mod endpoint;
mod error;
mod history;
mod identity;
mod paging;
mod paths;
mod people;
mod probe;
mod profile;
mod read;
mod record;
mod redact;
mod retry;
mod scim;
mod settings;
mod snapshot;
mod source;
mod status;
mod throttle;
mod transport;
pub mod wire;
mod write;

pub use answer::{Asked, refusal};
pub use connection::{BaseUrl, Connection, ScimConnection, Timeouts};
pub use door::Realm;
pub use error::{Answer, Cause, Error, TransportFailure};
pub use paths::Paths;
pub use people::{Lists, Question, Wanted, two_people_of_one_id};
pub use probe::{Checkup, DailyUsage, Probe, ProbeOutcome};
pub use profile::ProfileChanges;
pub use read::{ReadClient, TokenFacts};
pub use record::{ArchivedOwner, CrmRecord};
pub use scim::{Unclear, scim_person, the_one};
pub use settings::{Field, NewUser, Settings, UserBody};
pub use transport::Requests;
pub use write::{TeamMembership, WriteClient, WrittenProfile};
