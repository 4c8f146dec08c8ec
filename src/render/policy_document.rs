//! What the rules of `policy.rules` say, as JSON: each rule with everything it holds for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::{Effect, Filled};
use crate::plan::{Plan, Subject};
use crate::policy::{About, RuleFinding, RuleVerdict};

use super::compose::{source_entry, subject_entry};
use super::document::{PlanDocument, SourceEntry, SubjectEntry};

/// A rule, whatever it said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyEntry {
    /// The rule's name.
    pub rule: String,
    pub verdict: PolicyVerdict,
    /// Everything it holds for; empty where the verdict is `ok`.
    pub findings: Vec<PolicyFinding>,
    /// Where the rule stands.
    pub source: SourceEntry,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PolicyVerdict {
    Ok,
    /// A `warn` that holds; nothing is refused.
    Warned,
    /// A `deny` that holds, or cannot be judged: the whole `apply` is refused.
    Refused,
}

/// One person, team or step that a rule holds for, or the plan as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyFinding {
    /// The person or team; left out where the rule judges the plan as a whole.
    #[serde(flatten)]
    pub subject: Option<SubjectEntry>,
    /// The kind of the row among `actions` or `by_hand`; left out where the rule judges people or the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The row stands in `by_hand`, not in `actions`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub by_hand: bool,
    /// The rule's own, filled in; or why it cannot be judged.
    pub message: String,
    /// It cannot be said whether the rule holds, which counts as if it did.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unknown: bool,
    /// The entry of the files that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceEntry>,
    #[serde(skip)]
    pub pieces: Pieces,
}

/// The message as it was put together, for a mask; empty in a plan that was read back. Two findings that say the same
/// are the same without it.
#[derive(Debug, Clone, Default)]
pub struct Pieces(pub Vec<Filled>);

impl PartialEq for Pieces {
    fn eq(&self, _: &Pieces) -> bool {
        true
    }
}

impl Eq for Pieces {}

fn is_false(value: &bool) -> bool {
    !value
}

impl PlanDocument {
    /// With what rules said of this plan.
    pub fn judged(mut self, plan: &Plan, rules: &[RuleVerdict]) -> PlanDocument {
        self.policies = rules.iter().map(|rule| policy_entry(rule, plan)).collect();
        self
    }
}

fn policy_entry(rule: &RuleVerdict, plan: &Plan) -> PolicyEntry {
    let RuleVerdict { name, effect, place, findings } = rule;
    let verdict = match effect {
        _ if findings.is_empty() => PolicyVerdict::Ok,
        Effect::Deny => PolicyVerdict::Refused,
        Effect::Warn => PolicyVerdict::Warned,
    };
    PolicyEntry {
        rule: name.clone(),
        verdict,
        findings: findings.iter().map(|finding| policy_finding(finding, plan)).collect(),
        source: source_entry(place),
    }
}

fn policy_finding(finding: &RuleFinding, plan: &Plan) -> PolicyFinding {
    let RuleFinding { about, message, pieces, is_unknown } = finding;
    let whole = PolicyFinding {
        subject: None,
        kind: None,
        by_hand: false,
        message: message.clone(),
        unknown: *is_unknown,
        source: None,
        pieces: Pieces(pieces.clone()),
    };
    match about {
        About::Plan => whole,
        About::Action(index) => {
            let action = &plan.actions[*index];
            PolicyFinding {
                subject: Some(subject_entry(&action.subject)),
                kind: Some(action.kind.as_str().to_owned()),
                source: action.source.as_ref().map(source_entry),
                ..whole
            }
        }
        About::ByHand(index) => {
            let row = &plan.by_hand[*index];
            PolicyFinding {
                subject: Some(subject_entry(&row.subject)),
                kind: Some(row.step.as_str().to_owned()),
                by_hand: true,
                source: row.source.as_ref().map(source_entry),
                ..whole
            }
        }
        About::User { email, id, source } => PolicyFinding {
            subject: Some(subject_entry(&Subject::User { email: email.clone(), id: id.clone() })),
            source: Some(source_entry(source)),
            ..whole
        },
    }
}
