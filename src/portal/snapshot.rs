//! One reading of the whole portal: independent lists at the same time, then the few direct reads they leave
//! necessary, then everything joined.
//!
//! For N people it takes one call for the account, at most ⌈N/100⌉ for the settings and as many for the CRM
//! records, ⌈N/500⌉ for archived owners, and one each for permission sets, teams (per hundred) and seats.
//! Deliberately absent: owners that are not archived, since the CRM record has the owner's id.

use futures_util::{StreamExt, TryStreamExt, stream};

use super::call::Call;
use super::endpoint;
use super::error::Error;
use super::people::{Lists, Question, Wanted, two_people_of_one_id};
use super::read::ReadClient;
use super::record::{self, ArchivedOwner, CrmRecord};
use super::redact::clean;
use super::settings::Settings;
use super::source::{self, Optional};
use super::wire::crm::CrmObject;
use super::wire::owners::PublicOwner;
use super::wire::users::{PublicPermissionSet, PublicSeat, PublicUser};
use crate::model::{
    Account, ApiVersion, Catalog, Degraded, PermissionSet, PermissionSetId, SNAPSHOT_FORMAT, Seat, Snapshot,
    Team,
};

/// Direct reads under way at a time.
const AT_ONCE: usize = 16;

impl ReadClient {
    /// Everything that planning needs. Fails where the people themselves cannot be read whole; what else the
    /// token may not read is named in `degraded`.
    pub async fn snapshot(&self, account: Account, wanted: &Wanted) -> Result<Snapshot, Error> {
        let (users, permission_sets, teams, seats, records, owners) = tokio::join!(
            self.settings_list(),
            self.permission_sets(),
            self.team_list(),
            self.seats(),
            self.crm_records(),
            self.archived_owners(),
        );
        let users = users?;
        let mut degraded = version_limits(self.api());
        let mut take = Degradations(&mut degraded);
        let catalog = Catalog {
            permission_sets: take.whole(&source::PERMISSION_SETS, permission_sets)?,
            teams: take.whole(&source::TEAMS, teams)?,
            seats: match seats {
                Some(seats) => take.whole(&source::SEATS, seats)?,
                None => None,
            },
        };
        let records = take.whole(&source::CRM_RECORDS, records)?;
        let owners = take.whole(&source::ARCHIVED_OWNERS, owners)?;
        degraded.extend(hidden_seats(self.api(), &users));
        let lists = Lists::new(users, records, owners);
        let answers = self.settle(lists.open_questions(wanted)).await?;
        let people = lists.people(answers, &catalog);
        degraded.sort();
        degraded.dedup();
        Ok(Snapshot {
            format: SNAPSHOT_FORMAT.to_owned(),
            api: self.api(),
            portal: account,
            catalog,
            people,
            credential_owner: None,
            degraded,
            reads: self.requests().reads,
        })
    }

    /// In the order of the questions, whatever the order of the answers.
    async fn settle(
        &self,
        questions: impl IntoIterator<Item = Question>,
    ) -> Result<Vec<(Question, Option<Settings>)>, Error> {
        stream::iter(questions)
            .map(|question| async move {
                let answer = match &question {
                    Question::Id(id) => self.user(id).await?,
                    Question::Email(email) => self.user_by_email(email).await?,
                };
                Ok((question, answer))
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await
    }

    pub(super) async fn settings_list(&self) -> Result<Vec<Settings>, Error> {
        let call = Call::get(endpoint::users(self.api())).with("limit", "100");
        let users: Vec<PublicUser> = self.transport.list(call.clone()).await?;
        let users: Vec<Settings> =
            users.into_iter().map(|user| self.transport.settings(&call, user)).collect::<Result<_, _>>()?;
        match two_people_of_one_id(&users) {
            None => Ok(users),
            Some(id) => Err(Error::Undecodable {
                call: call.shown(),
                status: 200,
                correlation_id: None,
                reason: clean(&format!("it shows two people with the id `{id}`, so run again"), [""; 2]),
            }),
        }
    }

    pub(super) async fn permission_sets(&self) -> Result<Vec<PermissionSet>, Error> {
        let path = endpoint::users(self.api()).then("/roles");
        let sets: Vec<PublicPermissionSet> = self.transport.short_list(path).await?;
        let mut sets: Vec<PermissionSet> = sets
            .into_iter()
            .map(|set| PermissionSet {
                id: PermissionSetId::new(set.id.0),
                name: set.name,
                requires_billing_write: set.requires_billing_write,
            })
            .collect();
        sets.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        Ok(sets)
    }

    pub(super) async fn team_list(&self) -> Result<Vec<Team>, Error> {
        match self.api().has_teams_api() {
            true => self.teams().await,
            false => self.flat_teams().await,
        }
    }

    /// `None` where the API version has no list of seats.
    pub(super) async fn seats(&self) -> Option<Result<Vec<Seat>, Error>> {
        if !self.api().has_seats() {
            return None;
        }
        let path = endpoint::users(self.api()).then("/seats");
        let seats: Result<Vec<PublicSeat>, Error> = self.transport.short_list(path).await;
        Some(seats.map(|seats| {
            let mut seats: Vec<Seat> = seats
                .into_iter()
                .map(|PublicSeat { name, description, remaining_seats }| Seat {
                    name,
                    description,
                    remaining: remaining_seats,
                })
                .collect();
            seats.sort_by(|one, other| one.name.cmp(&other.name));
            seats
        }))
    }

    pub(super) async fn crm_records(&self) -> Result<Vec<CrmRecord>, Error> {
        let call = Call::get(endpoint::crm_users())
            .with("limit", "100")
            .with_each("properties", &record::properties());
        let objects: Vec<CrmObject> = self.transport.list(call).await?;
        Ok(objects.into_iter().map(CrmRecord::read).collect())
    }

    pub(super) async fn archived_owners(&self) -> Result<Vec<ArchivedOwner>, Error> {
        let call = Call::get(endpoint::owners()).with("limit", "500").with("archived", "true");
        let owners: Vec<PublicOwner> = self.transport.list(call).await?;
        Ok(owners.into_iter().filter_map(ArchivedOwner::read).collect())
    }
}

/// Collects what could not be read.
struct Degradations<'a>(&'a mut Vec<Degraded>);

impl Degradations<'_> {
    /// The list, or `None` where the account or the token does not have it; any other failure stays one.
    fn whole<T>(&mut self, optional: &Optional, list: Result<T, Error>) -> Result<Option<T>, Error> {
        match list {
            Ok(list) => Ok(Some(list)),
            Err(error) => match optional.degraded(&error) {
                Some(degraded) => {
                    self.0.push(degraded);
                    Ok(None)
                }
                None => Err(error),
            },
        }
    }
}

/// What no token can read with this version of user provisioning.
fn version_limits(api: ApiVersion) -> Vec<Degraded> {
    let mut limits = Vec::new();
    let mut limit = |what: &str, effect: String| {
        limits.push(Degraded { what: what.to_owned(), missing_scope: None, effect });
    };
    if !api.has_seats() {
        limit(
            "seats",
            format!(
                "version {api} of HubSpot's API does not list seats; they are neither checked nor changed"
            ),
        );
    }
    if !api.has_teams_api() {
        limit(
            "teams",
            format!(
                "version {api} of HubSpot's API does not tell parents; teams are not created, renamed or moved"
            ),
        );
    }
    limits
}

/// The document makes `seatNames` optional: an account that never says it holds back who has which seat.
fn hidden_seats(api: ApiVersion, users: &[Settings]) -> Option<Degraded> {
    let hidden = api.has_seats() && !users.is_empty() && users.iter().all(|user| user.seats.is_none());
    hidden.then(|| Degraded {
        what: "seats".to_owned(),
        missing_scope: None,
        effect: "HubSpot's answers do not show who holds which seat; nobody is taken to hold one".to_owned(),
    })
}
