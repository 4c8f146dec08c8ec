//! The stages that `plan`, `apply` and `snapshot` share: load, pin, snapshot, resolve, plan, guard.

use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::apply::PastRun;
use crate::ask;
use crate::config::{self, Desired, Files, Findings};
use crate::guard::{self, Acknowledged, Verdict};
use crate::model::{Account, Email, Snapshot};
use crate::plan::{self, Extent, Plan, Target};
use crate::policy::{self, Facts, RuleVerdict};
use crate::portal::{ReadClient, Wanted};
use crate::render::FactsDocument;
use crate::resolve::{self, Resolved};

use super::environment;
use super::exit::Error;
use super::output;

/// The files, free of errors; warnings are shown on the way.
pub(super) fn load(directory: &Path) -> Result<Desired, Error> {
    let loaded = config::load(directory, directory).map_err(shown)?;
    output::findings(&loaded.warnings);
    tracing::trace!(people = loaded.desired.users.len(), "files read");
    Ok(loaded.desired)
}

/// Findings go to stderr where they come up, so that `main` need not know them.
pub(super) fn shown(findings: Findings) -> Error {
    output::findings(&findings);
    Error::Findings(findings)
}

/// The first call of every run: no other is made to a portal that is not the pinned one.
pub(super) async fn pinned_account(client: &ReadClient, desired: &Desired) -> Result<Account, Error> {
    let account = client.account().await?;
    if account.id != desired.portal.id {
        return Err(Error::WrongPortal { pinned: desired.portal.id, live: account.id });
    }
    Ok(account)
}

pub(super) async fn read(
    client: &ReadClient,
    desired: &Desired,
    last_run: Option<&PastRun>,
) -> Result<Snapshot, Error> {
    let account = pinned_account(client, desired).await?;
    // Whom the last run may have invited HubSpot's lists may lack yet.
    let newcomers = last_run.into_iter().flat_map(PastRun::newcomers).collect();
    let wanted = Wanted { newcomers, ..ask::wanted(desired) };
    Ok(client.snapshot(account, &wanted).await?)
}

/// What a run plans under.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Conditions<'a> {
    pub today: Option<Date>,
    pub acknowledged: Acknowledged,
    pub extent: Extent<'a>,
    /// The plan will be JSON, which carries what rules and policy tools ask, or masked, which takes everybody's names.
    pub with_facts: bool,
}

/// A plan, and what guards and rules say of it.
pub(super) struct Judged {
    pub plan: Plan,
    pub verdicts: Vec<Verdict>,
    /// The day it is planned for.
    pub today: Date,
    /// Whom it is about, as targets that name the same people in other files; empty: everybody.
    pub same_people: Vec<Target>,
    /// What each of `policy.rules` says.
    pub rules: Vec<RuleVerdict>,
    pub facts: Option<FactsDocument>,
}

impl Judged {
    /// By a guard, which goes before the rules.
    pub(super) fn is_refused(&self) -> bool {
        self.verdicts.iter().any(|verdict| verdict.refused)
    }

    /// By a rule of `policy.rules`.
    pub(super) fn is_denied(&self) -> bool {
        self.rules.iter().any(RuleVerdict::is_refused)
    }
}

pub(super) fn plan(
    directory: &Path,
    desired: &Desired,
    snapshot: &Snapshot,
    conditions: Conditions<'_>,
) -> Result<Judged, Error> {
    judged(desired, &resolved(directory, desired, snapshot, conditions)?, conditions)
}

pub(super) fn resolved<'a>(
    directory: &Path,
    desired: &'a Desired,
    snapshot: &'a Snapshot,
    conditions: Conditions<'_>,
) -> Result<Resolved<'a>, Error> {
    let today = conditions.today.unwrap_or_else(|| today_in(&snapshot.portal.time_zone));
    tracing::trace!(%today, live = snapshot.people.len(), "resolving");
    let files = Files::Directory { path: directory, shown_as: directory };
    resolve::resolve(desired, snapshot, today)
        .map_err(|findings| shown(config::quote_sources(files, findings)))
}

pub(super) fn judged(
    desired: &Desired,
    resolved: &Resolved<'_>,
    conditions: Conditions<'_>,
) -> Result<Judged, Error> {
    let of_nobody = plan::targets_of_nobody(conditions.extent.targets, resolved);
    if !of_nobody.is_empty() {
        return Err(Error::TargetsOfNobody(of_nobody));
    }
    let plan = plan::plan(resolved, conditions.extent);
    let verdicts = guard::judge(&plan, &desired.policy, conditions.acknowledged);
    let rules = policy::judge(resolved, &plan);
    let facts = conditions.with_facts.then(|| FactsDocument::new(&Facts::new(resolved, &plan)));
    tracing::trace!(actions = plan.actions.len(), "planned");
    let same_people = plan::same_people(conditions.extent.targets, resolved);
    Ok(Judged { plan, verdicts, rules, facts, today: resolved.today, same_people })
}

/// An address that neither the files nor the portal know.
pub(super) fn nobody(email: &Email, resolved: &Resolved<'_>) -> Error {
    Error::TargetsOfNobody(plan::targets_of_nobody(&[Target::Person(email.clone())], resolved))
}

/// Reads the portal and plans; then looks a second time at whom the plan is about, and plans with that. With the
/// reading as it was in the end.
pub(super) async fn read_and_plan(
    directory: &Path,
    files_and_last_run: (&Desired, Option<&PastRun>),
    client: &ReadClient,
    conditions: Conditions<'_>,
) -> Result<(Judged, Snapshot), Error> {
    let (snapshot, judged) = read_for_plan(directory, files_and_last_run, client, conditions).await?;
    let (desired, _) = files_and_last_run;
    let judged = judged.map_or_else(|| plan(directory, desired, &snapshot, conditions), Ok)?;
    Ok((judged, snapshot))
}

/// The reading that a plan is made from, with what a first plan showed to be worth asking; and that plan, where
/// the answers cannot have changed it.
pub(super) async fn read_for_plan(
    directory: &Path,
    (desired, last_run): (&Desired, Option<&PastRun>),
    client: &ReadClient,
    conditions: Conditions<'_>,
) -> Result<(Snapshot, Option<Judged>), Error> {
    let mut snapshot = read(client, desired, last_run).await?;
    let first = plan(directory, desired, &snapshot, conditions)?;
    let has_news = ask::follow_up(client, desired, (&mut snapshot, &first.plan)).await?;
    Ok((snapshot, (!has_news).then_some(first)))
}

/// Days in the files are days in the portal's time zone.
fn today_in(time_zone: &str) -> Date {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    environment::now().to_zoned(zone).date()
}
