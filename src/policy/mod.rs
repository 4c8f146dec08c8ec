//! The user's own rules over a finished plan: what each says of whom. Judges, never edits.
//!
//! Deliberately absent: understanding rules, which `config` has done; and words of the plan, which are `render`'s. A
//! rule that cannot be evaluated says so in the words of the expression.

mod facts;
mod seats;
mod values;
mod verdict;

pub use facts::{Facts, WantedUser, weekday};
pub use seats::{PaidSeats, SeatUse};
pub use verdict::{About, RuleFinding, RuleVerdict};

use std::collections::BTreeMap;

use crate::config::{Each, Filled, PolicyRule};
use crate::expression::{Budget, Failure, Value};
use crate::model::Place;
use crate::plan::Plan;
use crate::resolve::Resolved;

use values::Values;

/// Steps that one rule may take for everything it judges: enough for a condition over 100,000 people, and for one
/// that compares everybody with everybody in a portal of more than a thousand.
pub const STEPS_A_RULE: u64 = 20_000_000;
/// What a byte of a message costs of them: what rules say is kept.
const STEPS_A_BYTE: usize = 4;
/// Characters of an expression that are repeated where it has no value.
const MAX_QUOTED: usize = 80;

/// Every rule of the policy over the finished plan, in the order of the file.
pub fn judge(resolved: &Resolved<'_>, plan: &Plan) -> Vec<RuleVerdict> {
    judge_by(&resolved.policy.rules, resolved, plan)
}

/// By rules that need not be those of the files that the plan is of.
pub fn judge_by(rules: &[PolicyRule], resolved: &Resolved<'_>, plan: &Plan) -> Vec<RuleVerdict> {
    if rules.is_empty() {
        return Vec::new();
    }
    let facts = Facts::new(resolved, plan);
    let values = Values::new(&facts, plan);
    let users: BTreeMap<&Place, usize> =
        facts.users.iter().enumerate().map(|(index, user)| (&user.entry.place, index)).collect();
    rules
        .iter()
        .map(|rule| {
            let PolicyRule { name, place, effect, .. } = rule;
            let findings = Judge { rule, plan, facts: &facts, values: &values, users: &users }.findings();
            RuleVerdict { name: name.clone(), effect: *effect, place: place.clone(), findings }
        })
        .collect()
}

/// One rule over everything it is about.
struct Judge<'a> {
    rule: &'a PolicyRule,
    plan: &'a Plan,
    facts: &'a Facts<'a>,
    values: &'a Values,
    /// By the place of their entry.
    users: &'a BTreeMap<&'a Place, usize>,
}

/// What is judged: the plan, or something by its place in what holds it.
#[derive(Debug, Clone, Copy)]
enum Judged {
    Plan,
    Action(usize),
    ByHand(usize),
    User(usize),
}

impl Judge<'_> {
    fn findings(&self) -> Vec<RuleFinding> {
        let mut budget = Budget::new(STEPS_A_RULE);
        let mut findings = Vec::new();
        for (judged, variables) in self.subjects() {
            match self.finding((judged, &variables), &mut budget) {
                Ok(finding) => findings.extend(finding),
                // Of whom it has not come to nobody knows either.
                Err(steps) => {
                    findings.push(spent(steps));
                    break;
                }
            }
        }
        findings
    }

    /// `Err`: there are none left of so many steps.
    fn finding(
        &self,
        (judged, variables): (Judged, &[Value]),
        budget: &mut Budget,
    ) -> Result<Option<RuleFinding>, u64> {
        let unknown = |why: &str| format!("cannot be judged: {why}");
        let (message, pieces, is_unknown) = match self.rule.condition.holds(variables, budget) {
            Ok(false) => return Ok(None),
            Ok(true) => {
                let pieces = self.rule.message.fill(variables);
                (pieces.iter().map(Filled::text).collect(), pieces, false)
            }
            Err(Failure::Unknown { message, start, end }) => {
                (unknown(&format!("{message}{}", self.quoted((start, end)))), Vec::new(), true)
            }
            Err(Failure::Budget { steps }) => return Err(steps),
        };
        match budget.charge(message.len() * STEPS_A_BYTE) {
            Ok(()) => Ok(Some(RuleFinding { about: self.about(judged), message, pieces, is_unknown })),
            Err(_) => Err(STEPS_A_RULE),
        }
    }

    fn about(&self, judged: Judged) -> About {
        match judged {
            Judged::Plan => About::Plan,
            Judged::Action(index) => About::Action(index),
            Judged::ByHand(index) => About::ByHand(index),
            Judged::User(index) => {
                let WantedUser { person, entry, .. } = &self.facts.users[index];
                let (email, source) = (person.email.clone(), entry.place.clone());
                About::User { email, id: person.wanted.id.clone(), source }
            }
        }
    }

    /// What is judged, each with its variables in the order of `Each`. Where a rule names a user or a role, only
    /// what has one.
    fn subjects(&self) -> Box<dyn Iterator<Item = (Judged, Vec<Value>)> + '_> {
        let plan = || self.values.plan.clone();
        match self.rule.each {
            Each::Plan => Box::new(std::iter::once((Judged::Plan, vec![plan()]))),
            Each::User => {
                let users = self.facts.users.iter().enumerate().filter(|(_, user)| user.is_judged());
                Box::new(users.filter_map(move |(index, _)| {
                    let [user, role] = self.person(Some(index))?;
                    Some((Judged::User(index), vec![plan(), user, role]))
                }))
            }
            Each::Action => {
                let actions = self.plan.actions.iter().map(|action| action.source.as_ref());
                let by_hand = self.plan.by_hand.iter().map(|row| row.source.as_ref());
                let actions = actions.enumerate().map(|(index, source)| (Judged::Action(index), source));
                let by_hand = by_hand.enumerate().map(|(index, source)| (Judged::ByHand(index), source));
                let rows = actions.chain(by_hand).zip(&self.values.actions);
                Box::new(rows.filter_map(move |((judged, source), action)| {
                    let index = source.and_then(|place| self.users.get(place)).copied();
                    let [user, role] = self.person(index)?;
                    Some((judged, vec![plan(), action.clone(), user, role]))
                }))
            }
        }
    }

    /// User and role; `null` for what the rule does not name, `None` where it names what is not there.
    fn person(&self, index: Option<usize>) -> Option<[Value; 2]> {
        let user = index.and_then(|index| self.values.users.get(index));
        let role =
            index.and_then(|index| self.facts.role_of(index)).and_then(|role| self.values.roles.get(role));
        let is_missing = (self.rule.names_user && user.is_none()) || (self.rule.names_role && role.is_none());
        (!is_missing).then(|| [Value::or_null(user.cloned()), Value::or_null(role.cloned())])
    }

    /// `, at …`: the part of the expression that has no value.
    fn quoted(&self, (start, end): (usize, usize)) -> String {
        let part = self.rule.condition.text().get(start..end).unwrap_or_default();
        let words: Vec<&str> = part.split_whitespace().collect();
        let part = words.join(" ");
        match part.char_indices().nth(MAX_QUOTED) {
            _ if part.is_empty() => String::new(),
            None => format!(", at `{part}`"),
            Some((cut, _)) => format!(", at `{}…`", &part[..cut]),
        }
    }
}

/// About the plan as a whole, since it is not known about whom.
fn spent(steps: u64) -> RuleFinding {
    let message =
        format!("cannot be judged: it takes more than {steps} steps; look at fewer lists inside one another");
    RuleFinding { about: About::Plan, message, pieces: Vec::new(), is_unknown: true }
}
