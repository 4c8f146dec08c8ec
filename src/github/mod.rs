//! GitHub over HTTP: one comment on a pull request, one issue about drift, and a check at the commit.
//!
//! What is posted is found again by a hidden marker and updated, never repeated; what somebody else wrote is left
//! alone, marker or not. Deliberately absent: what is said (`render`), where the token comes from (`cli`), and
//! everything else that GitHub can do.

mod address;
mod answer;
mod call;
mod check;
mod client;
mod comment;
mod error;
mod identity;
mod issue;
mod marker;
mod text;
mod wire;

pub use address::{ApiUrl, Repository};
pub use check::{Annotation, Check, CheckResult, Level, MOST_ANNOTATIONS};
pub use client::{Client, Connection, Patience};
pub use comment::{Done, Posted};
pub use error::{Error, Failure, Purpose, Refusal};
pub use issue::Drift;
pub use marker::Marker;
pub use text::{LONGEST_BODY, Oversized};
