//! What the simulated portal does, over real HTTP, as a specification.
//!
//! Deliberately absent: the check against HubSpot's documents, which has a test of its own.

#![expect(clippy::unwrap_used, reason = "what fails here is a failed test")]

mod account;
mod crm;
mod faults;
mod limits;
mod owners;
mod portal;
mod scim;
mod seed;
mod teams;
mod users;
