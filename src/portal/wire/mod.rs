//! HubSpot's request and response bodies, field for field as its documents give them, one file per API.
//!
//! Deliberately absent: meaning. Nothing here is refused for being new: unknown fields are ignored or carried,
//! unknown values of an enumeration stay text, and ids may come as numbers or as text.

pub mod account;
pub mod activity;
pub mod crm;
pub mod error;
pub mod owners;
mod page;
pub mod scim;
pub mod teams;
mod text;
pub mod users;

pub use page::{Forward, NextPage, Page};
pub use text::Text;
