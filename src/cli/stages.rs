//! The stages that `plan`, `apply` and `snapshot` share: load, pin, snapshot, resolve, plan, guard.

use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::apply::PastRun;
use crate::config::{self, Desired, Findings};
use crate::guard::{self, Acknowledged, Verdict};
use crate::model::{Account, Snapshot};
use crate::plan::{self, Plan};
use crate::portal::{ReadClient, Wanted};
use crate::resolve;

use super::environment;
use super::exit::Error;
use super::{output, second_look};

/// The files, free of errors; warnings are shown on the way.
pub(super) fn load(directory: &Path) -> Result<Desired, Error> {
    let loaded = config::load(directory, directory).map_err(shown)?;
    output::findings(&loaded.warnings);
    tracing::trace!(people = loaded.desired.users.len(), "files read");
    Ok(loaded.desired)
}

/// Findings go to stderr where they come up, so that `main` need not know them.
fn shown(findings: Findings) -> Error {
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
    Ok(client.snapshot(account, &wanted(desired, last_run)).await?)
}

/// The people the files name, and whom the last run may have invited: whom the lists leave open is settled
/// by a direct read.
fn wanted(desired: &Desired, last_run: Option<&PastRun>) -> Wanted {
    let earlier = desired.users.iter().filter_map(|user| user.previous_email.as_ref());
    let emails = desired.users.iter().map(|user| &user.email).chain(earlier.map(|(email, _)| email));
    let ids = desired.users.iter().filter_map(|user| user.id.as_ref());
    Wanted {
        emails: emails.cloned().collect(),
        ids: ids.map(|(id, _)| id.clone()).collect(),
        newcomers: last_run.into_iter().flat_map(PastRun::newcomers).collect(),
    }
}

/// What a run plans under.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conditions {
    pub today: Option<Date>,
    pub acknowledged: Acknowledged,
    /// `--no-removals`.
    pub without_removals: bool,
}

/// A plan and what the guards say of it.
pub(super) struct Judged {
    pub plan: Plan,
    pub verdicts: Vec<Verdict>,
}

impl Judged {
    pub(super) fn is_refused(&self) -> bool {
        self.verdicts.iter().any(|verdict| verdict.refused)
    }
}

pub(super) fn plan(
    directory: &Path,
    desired: &Desired,
    snapshot: &Snapshot,
    conditions: Conditions,
) -> Result<Judged, Error> {
    let today = conditions.today.unwrap_or_else(|| today_in(&snapshot.portal.time_zone));
    let resolved = resolve::resolve(desired, snapshot, today)
        .map_err(|findings| shown(config::quote_sources(directory, directory, findings)))?;
    let plan = match conditions.without_removals {
        true => plan::plan_without_removals(&resolved),
        false => plan::plan(&resolved),
    };
    let verdicts = guard::judge(&plan, &desired.policy, conditions.acknowledged);
    tracing::trace!(%today, live = snapshot.people.len(), actions = plan.actions.len(), "planned");
    Ok(Judged { plan, verdicts })
}

/// Reads the portal and plans; then looks a second time at whom the plan is about, and plans with that. Gives
/// back the reading as well, for what else it settles.
pub(super) async fn read_and_plan(
    directory: &Path,
    (desired, last_run): (&Desired, Option<&PastRun>),
    client: &ReadClient,
    conditions: Conditions,
) -> Result<(Judged, Snapshot), Error> {
    let mut snapshot = read(client, desired, last_run).await?;
    let judged = plan(directory, desired, &snapshot, conditions)?;
    if !second_look::take(client, desired, (&mut snapshot, &judged.plan)).await? {
        return Ok((judged, snapshot));
    }
    Ok((plan(directory, desired, &snapshot, conditions)?, snapshot))
}

/// Days in the files are days in the portal's time zone.
fn today_in(time_zone: &str) -> Date {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    environment::now().to_zoned(zone).date()
}
