//! Plan and report → rows → text and JSON; every colour, plural and symbol.

pub mod findings;
