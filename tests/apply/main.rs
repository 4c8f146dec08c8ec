//! What `apply` does to a portal, over real HTTP.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod arrivals;
mod faults;
mod invitations;
mod journals;
mod meddler;
mod mixed_up;
mod people;
mod places;
mod profiles;
mod runs;
mod teams;
mod world;
