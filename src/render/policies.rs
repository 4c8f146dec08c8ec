//! What rules say, in words: beside the rows they concern, and in the end as reasons.
//!
//! Deliberately absent: escaping, as in `rows`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::document::PlanDocument;
use super::policy_document::{PolicyEntry, PolicyFinding, PolicyVerdict};
use super::rows::{Row, Section};

const DENIED: &str = "denied by ";
const WARNED: &str = "warned by ";

/// How many of those a rule holds for are told one by one.
const TOLD: usize = 20;

/// A remark that stands out.
pub(super) fn is_denial(remark: &str) -> bool {
    remark.starts_with(DENIED)
}

/// Puts what rules say of a row, or of the person it is about, in front of its remarks. Who has several rows is
/// told once.
pub(super) fn remark<'document>(rows: &mut [Row<'document>], document: &'document PlanDocument) {
    let mut of_rows: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    let mut of_people: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for policy in said(document) {
        for finding in &policy.findings {
            let Some(subject) = &finding.subject else { continue };
            let text = format!("{}`{}`: {}", lead(policy), policy.rule, finding.message);
            match &finding.kind {
                Some(kind) => {
                    of_rows.entry((finding.by_hand, kind, subject.name())).or_default().push(text);
                }
                // By the id, since the portal may know them by another address.
                None => of_people.entry(subject.id().unwrap_or(subject.name())).or_default().push(text),
            }
        }
    }
    for row in rows {
        let key: Key = (row.section == Section::ByHand, row.kind, row.subject);
        let mut texts = of_rows.remove(&key).unwrap_or_default();
        // An unmanaged person is in no file, and whoever is of a rule's people is in one.
        if row.section != Section::Unmanaged {
            texts.extend(row.id.and_then(|id| of_people.remove(id)).unwrap_or_default());
            texts.extend(of_people.remove(row.subject).unwrap_or_default());
        }
        if let Some(line) = row.lines.first_mut() {
            line.remarks.splice(0..0, texts.into_iter().map(Cow::Owned));
        }
    }
}

/// By hand or not, kind, subject.
type Key<'k> = (bool, &'k str, &'k str);

/// Denials first.
fn said(document: &PlanDocument) -> impl Iterator<Item = &PolicyEntry> {
    let of = |verdict| document.policies.iter().filter(move |policy| policy.verdict == verdict);
    of(PolicyVerdict::Refused).chain(of(PolicyVerdict::Warned))
}

fn lead(policy: &PolicyEntry) -> &'static str {
    match policy.verdict {
        PolicyVerdict::Refused => DENIED,
        PolicyVerdict::Ok | PolicyVerdict::Warned => WARNED,
    }
}

/// A rule that says something, told in the end.
pub(super) struct Told<'document> {
    pub policy: &'document PolicyEntry,
    /// A sentence without its full stop.
    pub heading: String,
    /// One for each message, with all that it is about, up to some.
    pub lines: Vec<String>,
    /// How many more findings there are.
    pub more: usize,
}

impl Told<'_> {
    pub(super) fn is_denial(&self) -> bool {
        self.policy.verdict == PolicyVerdict::Refused
    }

    /// For those that are not told.
    pub(super) fn rest(&self) -> Option<String> {
        (self.more > 0).then(|| format!("and {} more", self.more))
    }
}

/// Why `policy.rules` refuse a plan: a line for each rule, and below it whom it is about.
pub fn denials(document: &PlanDocument) -> String {
    let denials = told(document).into_iter().filter(Told::is_denial).map(|told| {
        let rest = told.rest();
        let lines: String = told.lines.iter().chain(&rest).map(|line| format!("\n  {line}")).collect();
        format!("{}:{lines}", told.heading)
    });
    denials.collect::<Vec<_>>().join("\n")
}

/// Denials first.
pub(super) fn told(document: &PlanDocument) -> Vec<Told<'_>> {
    said(document)
        .map(|policy| {
            let PolicyEntry { rule, findings, source, verdict: _ } = policy;
            Told {
                policy,
                heading: format!("{}`{rule}` ({}:{})", capital(lead(policy)), source.file, source.line),
                lines: lines(&findings[..findings.len().min(TOLD)]),
                more: findings.len().saturating_sub(TOLD),
            }
        })
        .collect()
}

fn capital(lead: &str) -> &'static str {
    if lead == DENIED { "Denied by " } else { "Warned by " }
}

/// Those that a rule holds for, told one by one, as far as they are told.
pub(super) fn each(policy: &PolicyEntry) -> impl Iterator<Item = &PolicyFinding> {
    policy.findings.iter().take(TOLD)
}

/// What is said of several is said once.
fn lines(findings: &[PolicyFinding]) -> Vec<String> {
    let mut groups: Vec<(&str, Vec<&PolicyFinding>)> = Vec::new();
    for finding in findings {
        match groups.iter_mut().find(|(message, _)| *message == finding.message) {
            Some((_, group)) => group.push(finding),
            None => groups.push((&finding.message, vec![finding])),
        }
    }
    let line = |(message, group): (&str, Vec<&PolicyFinding>)| match group.as_slice() {
        [one] => line(one),
        several => {
            let all: Vec<String> = several.iter().filter_map(|one| about(one)).collect();
            format!("{message}: {}", all.join(", "))
        }
    };
    groups.into_iter().map(line).collect()
}

/// `leaver@example.com (remove): nobody is removed on a Friday`; a message that has the name says it itself.
pub(super) fn line(finding: &PolicyFinding) -> String {
    let message = &finding.message;
    let says_so = finding.subject.as_ref().is_some_and(|subject| message.contains(subject.name()));
    match about(finding) {
        Some(about) if !says_so => format!("{about}: {message}"),
        _ => message.clone(),
    }
}

fn about(finding: &PolicyFinding) -> Option<String> {
    let name = finding.subject.as_ref()?.name();
    Some(match &finding.kind {
        Some(kind) => format!("{name} ({})", kind.replace('_', " ")),
        None => name.to_owned(),
    })
}
