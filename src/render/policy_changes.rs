//! What this change does to what is allowed: keys, rules and privileges that differ from those at the base, and what
//! guards and rules say differently for it.
//!
//! Deliberately absent: judging (`guard` and `policy` do), comparing files (`config` does), and escaping, as in `rows`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::{Effect, PolicyDifference, PrivilegeDifference, RuleDifference};
use crate::guard::{Guard, Verdict};
use crate::policy::RuleVerdict;

use super::counts::enumerated;
use super::document::PlanDocument;
use super::limits;

/// One difference from the base. `before` and `after` are left out where there is nothing to say of that side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyChangeEntry {
    pub kind: PolicyChangeKind,
    /// A key of `policy`, the name of a rule or of a guard, the key of a role.
    pub name: String,
    /// Of a rule `deny` or `warn`, of a role its privilege, of what was judged `refused` by a guard, `denied` or
    /// `warned` by a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Of a guard: what the one that refuses found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyChangeKind {
    /// A key of `policy` has another value.
    Key,
    /// A rule is new (no `before`), was changed, or was taken out (no `after`).
    Rule,
    /// A role file has another `privilege`.
    Privilege,
    /// Of this plan: `before` by the policy at the base, `after` by its own.
    ByPolicy,
    /// `before` of the plan of the files at the base, by their own policy; `after` of this plan by its own.
    ByFiles,
}

/// What guards and rules said of one plan by one policy.
#[derive(Debug, Clone, Copy)]
pub struct Verdicts<'a> {
    pub guards: &'a [Verdict],
    pub rules: &'a [RuleVerdict],
}

/// The three of them that there are with a base.
#[derive(Debug, Clone, Copy)]
pub struct JudgedByPolicy<'a> {
    /// The plan of the files at the base, by their policy.
    pub base: Verdicts<'a>,
    /// This plan by the policy at the base.
    pub by_base: Verdicts<'a>,
    /// This plan by its own.
    pub own: Verdicts<'a>,
}

impl PolicyChangeEntry {
    /// Somebody gave it that name.
    pub(super) fn names_rule(&self) -> bool {
        let is_said_by_rule = [&self.before, &self.after].into_iter().flatten().any(|word| word != REFUSED);
        match self.kind {
            PolicyChangeKind::Key | PolicyChangeKind::Privilege => false,
            PolicyChangeKind::Rule => true,
            PolicyChangeKind::ByPolicy | PolicyChangeKind::ByFiles => is_said_by_rule,
        }
    }
}

impl PlanDocument {
    /// For a document that has a base.
    pub fn with_policy_changes(
        mut self,
        difference: &PolicyDifference,
        judged: JudgedByPolicy<'_>,
    ) -> PlanDocument {
        self.policy_changes = entries(difference);
        self.policy_changes.extend(verdicts(judged));
        self
    }
}

fn entries(difference: &PolicyDifference) -> Vec<PolicyChangeEntry> {
    let PolicyDifference { keys, rules, privileges } = difference;
    let entry = |kind, name: &str, before: Option<&str>, after: Option<&str>| {
        let (before, after) = (before.map(str::to_owned), after.map(str::to_owned));
        PolicyChangeEntry { kind, name: name.to_owned(), before, after, message: None }
    };
    let keys = keys.iter().map(|key| entry(PolicyChangeKind::Key, key, None, None));
    let rules = rules.iter().map(|RuleDifference { name, before, after }| {
        entry(PolicyChangeKind::Rule, name, before.map(effect), after.map(effect))
    });
    let privileges = privileges.iter().map(|PrivilegeDifference { role, before, after }| {
        entry(PolicyChangeKind::Privilege, &role.0, Some(before.as_str()), Some(after.as_str()))
    });
    keys.chain(rules).chain(privileges).collect()
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Deny => "deny",
        Effect::Warn => "warn",
    }
}

const REFUSED: &str = "refused";
const DENIED: &str = "denied";
const WARNED: &str = "warned";

/// Whoever judges, by name; and what it says, where it does not let the plan pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By<'a> {
    Guard(Guard),
    Rule(&'a str),
}

/// The word, and of a guard what it found.
type Said = Option<(&'static str, Option<String>)>;

impl Verdicts<'_> {
    fn of(&self, by: By<'_>) -> Said {
        match by {
            By::Guard(guard) => {
                let verdict = self.guards.iter().find(|verdict| verdict.guard == guard)?;
                verdict.refused.then(|| (REFUSED, Some(limits::finding(verdict))))
            }
            By::Rule(name) => {
                let verdict = self.rules.iter().find(|verdict| verdict.name == name)?;
                let word = if verdict.effect == Effect::Deny { DENIED } else { WARNED };
                (!verdict.findings.is_empty()).then_some((word, None))
            }
        }
    }
}

/// Told by the policy where it alone makes the difference; otherwise by all of the files.
fn verdicts(judged: JudgedByPolicy<'_>) -> Vec<PolicyChangeEntry> {
    let JudgedByPolicy { base, by_base, own } = judged;
    let mut all: Vec<By<'_>> = own.guards.iter().map(|verdict| By::Guard(verdict.guard)).collect();
    for rule in own.rules.iter().chain(by_base.rules) {
        let by = By::Rule(&rule.name);
        if !all.contains(&by) {
            all.push(by);
        }
    }
    let differs = |before: &Said, after: &Said| {
        before.as_ref().map(|(word, _)| *word) != after.as_ref().map(|(word, _)| *word)
    };
    let told = all.into_iter().filter_map(|by| {
        let name = match by {
            By::Guard(guard) => guard.as_str(),
            By::Rule(name) => name,
        };
        let (earlier, by_earlier, now) = (base.of(by), by_base.of(by), own.of(by));
        let (kind, before, after) = if differs(&by_earlier, &now) {
            (PolicyChangeKind::ByPolicy, by_earlier, now)
        } else if differs(&earlier, &now) {
            (PolicyChangeKind::ByFiles, earlier, now)
        } else {
            return None;
        };
        let message = [&before, &after].into_iter().flatten().find_map(|(_, message)| message.clone());
        let word = |said: Said| said.map(|(word, _)| word.to_owned());
        let (before, after) = (word(before), word(after));
        Some(PolicyChangeEntry { kind, name: name.to_owned(), before, after, message })
    });
    told.collect()
}

/// More than these are only counted; the JSON has all.
const MOST_NAMED: usize = 10;

/// For a heading, to go before the rows: `policy and privileges`; empty where nothing changed.
pub(super) fn in_short(document: &PlanDocument) -> String {
    let has =
        |kinds: &[PolicyChangeKind]| document.policy_changes.iter().any(|entry| kinds.contains(&entry.kind));
    let mut parts: Vec<String> = Vec::new();
    if has(&[PolicyChangeKind::Key, PolicyChangeKind::Rule]) {
        parts.push("policy".to_owned());
    }
    if has(&[PolicyChangeKind::Privilege]) {
        parts.push("privileges".to_owned());
    }
    if parts.is_empty() && has(&[PolicyChangeKind::ByPolicy, PolicyChangeKind::ByFiles]) {
        parts.push("what guards and rules say".to_owned());
    }
    enumerated(&parts)
}

/// What changed, and then what follows from it; each a whole sentence.
pub(super) fn sentences(document: &PlanDocument) -> Vec<String> {
    let of = |kind: PolicyChangeKind| document.policy_changes.iter().filter(move |entry| entry.kind == kind);
    let said = |kind, side: fn(&PolicyChangeEntry) -> bool, lead: &str, end: &str| {
        let items: Vec<String> = of(kind).filter(|entry| side(entry)).map(verdict).collect();
        (!items.is_empty()).then(|| format!("{lead} {}; {end}.", some(items)))
    };
    let of_policy = of(PolicyChangeKind::Key).map(|entry| format!("`{}`", entry.name));
    let of_policy: Vec<String> = of_policy.chain(of(PolicyChangeKind::Rule).map(rule)).collect();
    let privileges: Vec<String> = of(PolicyChangeKind::Privilege).map(privilege).collect();
    let changed =
        |what: &str, items: Vec<String>| (!items.is_empty()).then(|| format!("{what}: {}.", some(items)));
    let sentences = [
        said(
            PolicyChangeKind::ByPolicy,
            is_less,
            "By the policy at the base this plan would be",
            "by its own it is not",
        ),
        said(
            PolicyChangeKind::ByPolicy,
            is_more,
            "By its own policy this plan is",
            "by that at the base it would not be",
        ),
        said(
            PolicyChangeKind::ByFiles,
            is_less,
            "The plan of the files at the base would be",
            "this one is not",
        ),
        said(
            PolicyChangeKind::ByFiles,
            is_more,
            "This plan is",
            "that of the files at the base would not be",
        ),
    ];
    changed("Policy changed", of_policy)
        .into_iter()
        .chain(changed("Privileges of roles changed", privileges))
        .chain(sentences.into_iter().flatten())
        .collect()
}

/// A refusal or denial that went away weighs more than a warning that takes its place.
fn is_less(entry: &PolicyChangeEntry) -> bool {
    weight(entry.before.as_deref()) > weight(entry.after.as_deref())
}

fn is_more(entry: &PolicyChangeEntry) -> bool {
    !is_less(entry)
}

fn weight(word: Option<&str>) -> u8 {
    match word {
        None => 0,
        Some(WARNED) => 1,
        Some(_) => 2,
    }
}

/// ``refused by `max_removals` (6 of 8 people …)``, ``denied by `x` (now only warned)``
fn verdict(entry: &PolicyChangeEntry) -> String {
    let PolicyChangeEntry { name, before, after, message, .. } = entry;
    let (said, instead, when) =
        if is_less(entry) { (before, after, "now only") } else { (after, before, "before only") };
    let message = message.as_ref().map(|message| format!(" ({message})")).unwrap_or_default();
    let instead = instead.as_ref().map(|instead| format!(" ({when} {instead})")).unwrap_or_default();
    format!("{} by `{name}`{message}{instead}", said.as_deref().unwrap_or_default())
}

fn rule(entry: &PolicyChangeEntry) -> String {
    let PolicyChangeEntry { name, before, after, .. } = entry;
    match (before, after) {
        (None, _) => format!("rule `{name}` (new)"),
        (_, None) => format!("rule `{name}` (taken out)"),
        (Some(before), Some(after)) if before != after => {
            format!("rule `{name}` (`{before}` → `{after}`)")
        }
        _ => format!("rule `{name}` (changed)"),
    }
}

fn privilege(entry: &PolicyChangeEntry) -> String {
    let side = |side: &Option<String>| side.clone().unwrap_or_default();
    format!("`{}` {} → {}", entry.name, side(&entry.before), side(&entry.after))
}

fn some(mut items: Vec<String>) -> String {
    let more = items.len().saturating_sub(MOST_NAMED);
    items.truncate(MOST_NAMED);
    if more > 0 {
        items.push(format!("{more} more"));
    }
    enumerated(&items)
}
