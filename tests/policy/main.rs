//! Rules over plans: what each judges, what it is told, what happens where nobody can say, and that the rules of
//! `docs/policy.md` are as good as their word.
//!
//! Deliberately absent: how it is shown (`tests/render`) and what a command ends with (`tests/cli`).

mod documentation;
mod facts;
mod limits;
mod scope;
mod unknown;
mod world;
