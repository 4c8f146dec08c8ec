//! What one rule says of a plan.

use crate::config::{Effect, Filled};
use crate::model::{Email, Place, UserId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleVerdict {
    pub name: String,
    pub effect: Effect,
    /// Where the rule stands.
    pub place: Place,
    /// Everything that it holds for, in the order of the plan, or by e-mail; empty where it lets the plan pass.
    pub findings: Vec<RuleFinding>,
}

impl RuleVerdict {
    /// Whether it refuses the whole `apply`: it holds for something, or nobody can say that it does not.
    pub fn is_refused(&self) -> bool {
        self.effect == Effect::Deny && !self.findings.is_empty()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFinding {
    pub about: About,
    /// The rule's own message, or why it cannot be said whether it holds.
    pub message: String,
    /// The message as it was put together; empty where it is not the rule's own.
    pub pieces: Vec<Filled>,
    /// It cannot be said, which refuses as if it did.
    pub is_unknown: bool,
}

/// What was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    Plan,
    /// By its place in `Plan::actions`.
    Action(usize),
    /// By its place in `Plan::by_hand`.
    ByHand(usize),
    /// An entry of the files.
    User {
        email: Email,
        id: Option<UserId>,
        source: Place,
    },
}
