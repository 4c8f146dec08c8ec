//! `--base`: the plan that the files at another revision would have made of the same reading on the same day, and what
//! follows from it for each row of the plan at hand and for what guards and rules say of it.
//!
//! Deliberately absent: a verdict of its own. The plan, its digest and what a run ends with are the same with and without it; and
//! where the files at the base cannot be planned, nothing is claimed and the plan says why.

use std::path::Path;

use crate::config::{self, Desired, Files, Findings, Held, PolicyDifference, Severity};
use crate::guard::{self, Verdict};
use crate::model::Snapshot;
use crate::plan::{self, Causes, Extent};
use crate::policy::{self, RuleVerdict};
use crate::render::{
    self, BaseEntry, JudgedByPolicy, NotCompared, PlanDocument, Verdicts, escape_for_terminal,
};
use crate::resolve;

use super::environment;
use super::exit::Error;
use super::git::{self, AtRevision, Revision};
use super::output;
use super::stages::{Conditions, Judged};

/// A plan, and all that it was made of.
#[derive(Clone, Copy)]
pub(super) struct Planned<'a> {
    pub desired: &'a Desired,
    pub judged: &'a Judged,
    pub snapshot: &'a Snapshot,
    pub conditions: Conditions<'a>,
}

/// What stood at the base.
pub(super) struct Base {
    revision: String,
    commit: String,
    /// What stands before a file's path in findings, as `git show` takes it: `origin/main:clients/example/`.
    prefix: String,
    files: Option<Held>,
}

impl Base {
    pub(super) fn read(directory: &Path, revision: &Revision) -> Result<Base, Error> {
        let AtRevision { commit, path, files } = git::read(directory, revision)?;
        let revision = revision.to_string();
        // What a merge base is called is no name that git would take again.
        let name = if revision.contains("...") { short(&commit) } else { &revision };
        let prefix = format!("{name}:{path}");
        if files.is_none() {
            let file = escape_for_terminal(&format!("{prefix}users.yaml"));
            let remark = format!("`{file}` does not exist, so everything in the plan is this change.\n");
            output::remark(&remark);
        }
        Ok(Base { revision, commit, prefix, files })
    }

    /// Tells the document of a plan why each row is in it and what of the policy is another, or why it cannot.
    pub(super) fn explain(&self, document: PlanDocument, planned: &Planned<'_>) -> PlanDocument {
        let base = BaseEntry { revision: self.revision.clone(), commit: self.commit.clone() };
        let Some(held) = &self.files else {
            return document.with_causes(base, &Causes::of(&planned.judged.plan, None));
        };
        match self.compared(held, planned) {
            Ok(compared) => compared.explain(document.with_causes(base, &compared.causes), planned.judged),
            Err(reason) => document.without_causes(&base, &reason),
        }
    }

    fn compared(&self, held: &Held, planned: &Planned<'_>) -> Result<Compared, NotCompared> {
        let Planned { desired, judged, snapshot, conditions } = *planned;
        let files = Files::Held { files: held, prefix: &self.prefix };
        let base = config::load_files(files).map_err(|findings| self.unusable(findings))?.desired;
        if base.portal.id != desired.portal.id {
            return Err(NotCompared::OtherPortal(base.portal.id.0));
        }
        let resolved = resolve::resolve(&base, snapshot, judged.today)
            .map_err(|findings| self.unusable(config::quote_sources(files, findings)))?;
        let extent = Extent { targets: &judged.same_people, ..conditions.extent };
        let plan = plan::plan(&resolved, extent);
        let difference = PolicyDifference::between(&base, desired);
        let by_base_rules = if difference.rules.is_empty() {
            judged.rules.clone()
        } else {
            // They resolved before, or there would be no plan to compare.
            resolve::resolve(desired, snapshot, judged.today)
                .map(|own| policy::judge_by(&base.policy.rules, &own, &judged.plan))
                .map_err(|findings| self.unusable(findings))?
        };
        let acknowledged = conditions.acknowledged;
        Ok(Compared {
            causes: Causes::of(&judged.plan, Some(&plan)),
            base: (guard::judge(&plan, &base.policy, acknowledged), policy::judge(&resolved, &plan)),
            by_base: (guard::judge(&judged.plan, &base.policy, acknowledged), by_base_rules),
            difference,
        })
    }
}

/// What follows from the files at the base.
struct Compared {
    causes: Causes,
    difference: PolicyDifference,
    /// Of the plan at the base, by its own policy.
    base: (Vec<Verdict>, Vec<RuleVerdict>),
    /// Of the plan at hand, by the policy at the base.
    by_base: (Vec<Verdict>, Vec<RuleVerdict>),
}

impl Compared {
    fn explain(&self, document: PlanDocument, judged: &Judged) -> PlanDocument {
        fn verdicts((guards, rules): &(Vec<Verdict>, Vec<RuleVerdict>)) -> Verdicts<'_> {
            Verdicts { guards, rules }
        }
        let own = Verdicts { guards: &judged.verdicts, rules: &judged.rules };
        let (base, by_base) = (verdicts(&self.base), verdicts(&self.by_base));
        document.with_policy_changes(&self.difference, JudgedByPolicy { base, by_base, own })
    }
}

impl Base {
    /// The findings go where findings go; the plan has how many and the first.
    fn unusable(&self, findings: Findings) -> NotCompared {
        output::remark(&format!(
            "The files at {} cannot be planned, so the plan does not tell this change from drift:\n\n{}\n",
            escape_for_terminal(&self.revision),
            render::findings::text(&findings, environment::stdout_width())
        ));
        let mut errors = findings.0.iter().filter(|finding| finding.severity == Severity::Error);
        let first = errors.next().map(|finding| (finding.place.to_string(), finding.message.clone()));
        NotCompared::Findings { first, more: errors.count() }
    }
}

fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}
