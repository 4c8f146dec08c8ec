//! The part of CEL, the Common Expression Language, that rules need: text → checked expression → value.
//!
//! What is here means what CEL says it means; another interpreter of CEL judges that in the tests. Everything is
//! bounded: the length and the nesting of a text, and the steps of an evaluation with all the memory it takes.
//! Deliberately absent: people and plans, which whoever asks declares as variables; and of CEL the numbers with a
//! fraction, bytes, times, conversions, regular expressions and messages, since no rule has needed them yet.

mod budget;
mod check;
mod check_uses;
mod each;
mod evaluate;
mod function;
mod lexer;
mod literal;
mod names;
mod operations;
mod operator;
mod parser;
mod precedence;
mod problem;
mod syntax;
mod terms;
mod typing;
mod value;

pub use budget::Budget;
pub use check::{Expression, Variable};
pub use evaluate::Failure;
pub use parser::{MAX_LENGTH, parse};
pub use problem::Problem;
pub use syntax::Syntax;
pub use typing::{Base, Field, Shape, Type};
pub use value::{Record, Value};
