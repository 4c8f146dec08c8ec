//! The stages that `plan`, `apply` and `snapshot` share: load, pin, snapshot, resolve, plan, guard.

use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::config::{self, Desired, Findings};
use crate::guard::{self, Acknowledged, Verdict};
use crate::model::{Account, Snapshot};
use crate::plan::{self, Plan};
use crate::portal::{ReadClient, Wanted};
use crate::resolve;

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

pub(super) async fn read(client: &ReadClient, desired: &Desired) -> Result<Snapshot, Error> {
    let account = pinned_account(client, desired).await?;
    Ok(client.snapshot(account, &wanted(desired)).await?)
}

/// The people the files name: whom the lists leave open is settled by a direct read.
fn wanted(desired: &Desired) -> Wanted {
    let earlier = desired.users.iter().filter_map(|user| user.previous_email.as_ref());
    let emails = desired.users.iter().map(|user| &user.email).chain(earlier.map(|(email, _)| email));
    let ids = desired.users.iter().filter_map(|user| user.id.as_ref());
    Wanted { emails: emails.cloned().collect(), ids: ids.map(|(id, _)| id.clone()).collect() }
}

/// What a run plans under.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conditions {
    pub today: Option<Date>,
    pub acknowledged: Acknowledged,
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
    let plan = plan::plan(&resolved);
    let verdicts = guard::judge(&plan, &desired.policy, conditions.acknowledged);
    tracing::trace!(%today, live = snapshot.people.len(), actions = plan.actions.len(), "planned");
    Ok(Judged { plan, verdicts })
}

/// Reads the portal and plans. Whom the token acts for is asked only when the plan would take somebody's
/// access away, because only then does it matter.
pub(super) async fn read_and_plan(
    directory: &Path,
    desired: &Desired,
    client: &ReadClient,
    conditions: Conditions,
) -> Result<Judged, Error> {
    let mut snapshot = read(client, desired).await?;
    let judged = plan(directory, desired, &snapshot, conditions)?;
    if !judged.plan.actions.iter().any(|action| action.kind.is_removal()) {
        return Ok(judged);
    }
    ask_credential_owner(client, desired, &mut snapshot).await?;
    plan(directory, desired, &snapshot, conditions)
}

/// Where HubSpot does not tell and the policy does not either, the plan says that nobody knows.
pub(super) async fn ask_credential_owner(
    client: &ReadClient,
    desired: &Desired,
    snapshot: &mut Snapshot,
) -> Result<(), Error> {
    snapshot.credential_owner = client.credential_owner().await?;
    if snapshot.credential_owner.is_none() && desired.policy.credential_owner.is_none() {
        snapshot.degraded.push(crate::model::Degraded {
            what: crate::model::Degraded::CREDENTIAL_OWNER.to_owned(),
            missing_scope: None,
            effect: "HubSpot does not tell whom this token acts for, so that person is not held back from removal; \
                     name them in `policy.credential_owner`"
                .to_owned(),
        });
    }
    Ok(())
}

/// Days in the files are days in the portal's time zone.
fn today_in(time_zone: &str) -> Date {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    environment::now().to_zoned(zone).date()
}
