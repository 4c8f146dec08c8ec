//! What an expression is and means, judged by another interpreter of CEL, and that nothing in one makes it run
//! for ever, take all memory or fall over.

mod judge;
mod limits;
mod meaning;
mod mistakes;
mod random;
