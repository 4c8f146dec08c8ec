//! What doctor asks: each thing hubroster reads, tried once, with the scope that a failure needs.
//!
//! Deliberately absent: writing scopes, which only a write can prove; a token that tells its own scopes is asked.

use crate::model::OwnerId;

use super::call::{Call, Path};
use super::endpoint;
use super::error::Error;
use super::read::{ReadClient, TokenFacts, count};
use super::source::{ARCHIVED_OWNERS, CRM_RECORDS, OWNED, Optional, PERMISSION_SETS, SEATS, TEAMS};
use super::wire::account::ApiUsage;

/// One thing that was tried.
#[derive(Debug, Clone)]
pub struct Probe {
    pub what: &'static str,
    /// The scope that opens it.
    pub scope: &'static str,
    /// What is lost without it.
    pub effect: &'static str,
    pub outcome: ProbeOutcome,
}

#[derive(Debug, Clone)]
pub enum ProbeOutcome {
    Works,
    /// The chosen `portal.api` does not have it.
    NotInThisVersion,
    /// HubSpot refused it; [`Error::answer`] names scopes and reasons.
    Failed(Error),
}

/// One daily limit, as HubSpot counts it (its account information document; the figures may be cached).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyUsage {
    pub name: String,
    pub used: u64,
    pub limit: u64,
    /// `SUCCESS`, `CACHED`, `TIMEOUT`, `FAILURE`, `NOTFOUND`, or whatever HubSpot says next.
    pub fetch_status: String,
    pub resets_at: Option<jiff::Timestamp>,
}

/// Everything that doctor shows.
#[derive(Debug, Clone)]
pub struct Checkup {
    pub token: Option<TokenFacts>,
    pub probes: Vec<Probe>,
    pub daily: Vec<DailyUsage>,
    /// The daily limit and what remains of it by the headers of the answers, where they tell.
    pub daily_by_header: Option<(u64, u64)>,
}

const PEOPLE: (&str, &str, &str) =
    ("people", "crm.objects.users.read", "nothing can be planned without the list of people");

const DEACTIVATIONS: (&str, &str, &str) =
    ("deactivations", "account-info.security.read", "who deactivated somebody who is to return is not told");

impl ReadClient {
    /// Daily limits of private apps and what of them is used.
    pub async fn daily_usage(&self) -> Result<Vec<DailyUsage>, Error> {
        let usages: Vec<ApiUsage> = self.transport.short_list(endpoint::daily_usage()).await?;
        let usage = |usage: ApiUsage| DailyUsage {
            name: usage.name,
            used: usage.current_usage,
            limit: usage.usage_limit,
            fetch_status: usage.fetch_status,
            resets_at: usage.resets_at.and_then(|moment| moment.parse().ok()),
        };
        Ok(usages.into_iter().map(usage).collect())
    }

    /// Tries everything that hubroster reads, with the smallest page each. Fails only where going on is
    /// pointless: no network, no valid token, no calls left today.
    pub async fn probe(&self) -> Result<Checkup, Error> {
        let users = || endpoint::users(self.api());
        let teams = match self.api().has_teams_api() {
            true => endpoint::teams(),
            false => users().then("/teams"),
        };
        let seats = self.api().has_seats().then(|| users().then("/seats"));
        let owners = Call::get(endpoint::owners()).with("archived", "true");
        let (people, sets, teams, seats, records, owners) = tokio::join!(
            self.tried(Some(smallest(users()))),
            self.tried(Some(Call::get(users().then("/roles")))),
            self.tried(Some(Call::get(teams))),
            self.tried(seats.map(Call::get)),
            self.tried(Some(smallest(endpoint::crm_users()))),
            self.tried(Some(owners.with("limit", "1"))),
        );
        let (what, scope, effect) = PEOPLE;
        let mut probes = vec![Probe { what, scope, effect, outcome: people? }];
        for (optional, outcome) in [
            (PERMISSION_SETS, sets),
            (TEAMS, teams),
            (SEATS, seats),
            (CRM_RECORDS, records),
            (ARCHIVED_OWNERS, owners),
        ] {
            let Optional { what, scope, effect, .. } = optional;
            probes.push(Probe { what, scope, effect, outcome: outcome? });
        }
        for (object, optional) in OWNED {
            let Optional { what, scope, effect, .. } = optional;
            let outcome = self.tried(Some(count(object, &OwnerId::new("0")))).await?;
            probes.push(Probe { what, scope, effect, outcome });
        }
        let (what, scope, effect) = DEACTIVATIONS;
        let outcome = self.tried(Some(smallest(endpoint::security_history()))).await?;
        probes.push(Probe { what, scope, effect, outcome });
        let token = self.token_facts().await?;
        let daily = match self.daily_usage().await {
            Ok(daily) => daily,
            Err(Error::Answer(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        Ok(Checkup { token, probes, daily, daily_by_header: self.transport.daily() })
    }

    async fn tried(&self, call: Option<Call>) -> Result<ProbeOutcome, Error> {
        let Some(call) = call else { return Ok(ProbeOutcome::NotInThisVersion) };
        match self.transport.fetch::<serde_json::Value>(&call).await {
            Ok(_) => Ok(ProbeOutcome::Works),
            Err(Error::Answer(answer)) if answer.status != 401 => {
                Ok(ProbeOutcome::Failed(Error::Answer(answer)))
            }
            Err(error @ Error::Undecodable { .. }) => Ok(ProbeOutcome::Failed(error)),
            Err(error) => Err(error),
        }
    }
}

fn smallest(path: Path) -> Call {
    Call::get(path).with("limit", "1")
}
