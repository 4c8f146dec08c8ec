//! Plan → report: carries out a plan's actions and tells what became of each.
//!
//! Deliberately absent: choices. Names are resolved, the order is fixed and the calls are decided before.

mod report;

pub use report::{ActionError, Outcome, OutcomeKind, Report, Stop};
