//! HubSpot's request and response bodies, field for field as its documents give them, one file per API.
//!
//! Deliberately absent: meaning. Nothing here is refused for being new: unknown fields are ignored or carried,
//! unknown values of an enumeration stay text, and ids may come as numbers or as text. What is refused is what can be read
//! in two ways.

pub mod account;
pub mod activity;
pub mod crm;
mod decode;
pub mod error;
pub mod owners;
mod page;
pub mod scim;
pub mod teams;
mod text;
pub mod users;

pub use decode::decode;
pub use page::{Forward, NextPage, Page};
pub use text::{Id, Reference, Text};
