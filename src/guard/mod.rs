//! Is this plan probably a mistake? Judges a finished plan, never edits it, and says how to go on.
//!
//! Deliberately absent: rules about one person; those block their action while planning and stop nothing else.

mod verdict;

pub use verdict::{Guard, Verdict};
