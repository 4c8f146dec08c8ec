//! What the simulated portal does, over real HTTP, as a specification.
//!
//! Deliberately absent: the check against HubSpot's documents, which has a test of its own.

mod portal;
mod users;
