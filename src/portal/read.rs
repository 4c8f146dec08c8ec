//! The client that reads. It has no method that writes, and no way to the methods that do but one.
//!
//! Deliberately absent: reading the whole portal (`snapshot`), and what doctor asks (`probe`).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::answer::Reply;
use super::call::{Call, Path};
use super::connection::Connection;
use super::endpoint;
use super::error::Error;
use super::identity::Sought;
use super::profile;
use super::record::{self, CrmRecord};
use super::retry::Limit;
use super::settings::Settings;
use super::source::{self, Optional};
use super::transport::{Requests, Transport};
use super::wire::account::{PortalInformationResponse, TokenInformation, TokenQuestion};
use super::wire::crm::{
    BatchRead, BatchResponse, CrmObject, Filter, FilterGroup, ObjectId, SearchRequest, SearchTotal,
};
use super::wire::error::ErrorBody;
use super::wire::teams::TeamResponse;
use super::wire::users::{PublicTeam, PublicUser};
use super::wire::{Page, Reference};
use super::write::WriteClient;
use crate::model::{
    Account, ApiVersion, CrmUserId, Degraded, Email, Owned, OwnerId, PortalId, Profile, Team, TeamId, UserId,
};

/// The most records that one batch call takes.
pub(super) const BATCH: usize = 100;

/// Cheap to clone; clones share the rate limit and the count of requests.
#[derive(Debug, Clone)]
pub struct ReadClient {
    pub(super) transport: Arc<Transport>,
}

/// What a token says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFacts {
    pub portal: Option<PortalId>,
    pub owner: Option<UserId>,
    /// Sorted.
    pub scopes: Vec<String>,
}

impl ReadClient {
    /// Sends nothing yet.
    pub fn new(connection: Connection) -> Result<ReadClient, Error> {
        Ok(ReadClient { transport: Arc::new(Transport::new(connection)?) })
    }

    /// The one door to writing.
    pub fn into_writing(self) -> WriteClient {
        WriteClient::new(self)
    }

    pub fn api(&self) -> ApiVersion {
        self.transport.api
    }

    pub fn requests(&self) -> Requests {
        self.transport.requests()
    }

    /// Calls allowed per interval, as HubSpot announced last.
    pub fn rate_limit(&self) -> (u64, Duration) {
        self.transport.rate_limit()
    }

    /// The account the token belongs to; to be asked before anything else.
    pub async fn account(&self) -> Result<Account, Error> {
        let details: PortalInformationResponse =
            self.transport.fetch(&Call::get(endpoint::account_details())).await?;
        let PortalInformationResponse {
            portal_id,
            account_type,
            time_zone,
            ui_domain,
            data_hosting_location,
        } = details;
        Ok(Account { id: PortalId(portal_id), account_type, time_zone, ui_domain, data_hosting_location })
    }

    /// What the token says about itself. `None` where this kind of token does not tell: introspection is for
    /// the tokens of legacy private apps, and HubSpot refuses it for others.
    pub async fn token_facts(&self) -> Result<Option<TokenFacts>, Error> {
        let token_key = self.transport.token();
        let call = Call::ask(endpoint::token_information(), &TokenQuestion { token_key });
        let facts: TokenInformation = match self.transport.fetch(&call).await {
            Ok(facts) => facts,
            Err(Error::Answer(answer)) if matches!(answer.status, 400..=428 | 430..=499) => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut scopes = facts.scopes.unwrap_or_default();
        scopes.sort_unstable();
        Ok(Some(TokenFacts {
            portal: facts.hub_id.0.parse().ok().map(PortalId),
            owner: facts.user_id.and_then(Reference::filled).map(UserId::new),
            scopes,
        }))
    }

    /// Whom the token acts for, where the kind of token tells.
    pub async fn credential_owner(&self) -> Result<Option<UserId>, Error> {
        Ok(self.token_facts().await?.and_then(|facts| facts.owner))
    }

    /// A direct read; `None` only when HubSpot itself answers that there is no such person.
    pub async fn user(&self, id: &UserId) -> Result<Option<Settings>, Error> {
        let path = endpoint::users(self.api()).id(id.as_str())?;
        absent(self.transport.one_user(&Call::get(path), Sought::User(id)).await)
    }

    /// As [`ReadClient::user`].
    pub async fn user_by_email(&self, email: &Email) -> Result<Option<Settings>, Error> {
        let path = endpoint::users(self.api()).personal(email.as_str())?;
        let call = Call::get(path).with("idProperty", "EMAIL");
        absent(self.transport.one_user(&call, Sought::Address(email)).await)
    }

    /// Profiles by CRM record; records that HubSpot does not find are missing from the map.
    pub async fn profiles(&self, ids: &[CrmUserId]) -> Result<BTreeMap<CrmUserId, Profile>, Error> {
        let mut profiles = BTreeMap::new();
        for ids in ids.chunks(BATCH) {
            let inputs = ids.iter().map(|id| ObjectId { id: id.as_str().to_owned() }).collect();
            let properties = profile::property_names().to_vec();
            let question =
                BatchRead { inputs, properties, properties_with_history: Vec::new(), id_property: None };
            let objects = self.batch_read(&question).await?;
            profiles.extend(
                objects
                    .into_iter()
                    .map(|object| (CrmUserId::new(object.id.0), profile::read(&object.properties)))
                    .filter(|(id, _)| ids.contains(id)),
            );
        }
        Ok(profiles)
    }

    /// A person's CRM record by their settings id; a newcomer's may not be there yet.
    pub async fn crm_record(&self, id: &UserId) -> Result<Option<(CrmUserId, Profile)>, Error> {
        let call = Call::get(endpoint::crm_users().id(id.as_str())?)
            .with("idProperty", record::INTERNAL_ID)
            .with_each("properties", &record::properties());
        let found: Option<(CrmObject, Reply)> =
            absent(self.transport.fetch_sought(&call, Sought::RecordOf(id)).await)?;
        Ok(found.map(|(object, _)| CrmRecord::read(object)).map(|record| (record.id, record.profile)))
    }

    /// As [`ReadClient::crm_record`], for many at once; those who have none yet are missing from the map. That
    /// single records can be asked for by settings id is seen in use; where a batch cannot, they are asked for
    /// one by one.
    pub async fn records_of(&self, ids: &[UserId]) -> Result<BTreeMap<UserId, (CrmUserId, Profile)>, Error> {
        let mut records = BTreeMap::new();
        for ids in ids.chunks(BATCH) {
            let question = BatchRead {
                inputs: ids.iter().map(|id| ObjectId { id: id.as_str().to_owned() }).collect(),
                properties: record::properties(),
                properties_with_history: Vec::new(),
                id_property: Some(record::INTERNAL_ID),
            };
            match self.batch_read(&question).await {
                Ok(objects) => {
                    let found = objects.into_iter().map(CrmRecord::read);
                    let of_user = |record: CrmRecord| Some((record.user_id?, (record.id, record.profile)));
                    records.extend(found.filter_map(of_user).filter(|(id, _)| ids.contains(id)));
                }
                Err(Error::Answer(answer)) if answer.status == 400 => {
                    for id in ids {
                        records.extend(self.crm_record(id).await?.map(|record| (id.clone(), record)));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(records)
    }

    async fn batch_read(&self, question: &BatchRead) -> Result<Vec<CrmObject>, Error> {
        let call = Call::ask(endpoint::crm_users().then("/batch/read"), question);
        let response: BatchResponse = self.transport.fetch(&call).await?;
        match response.errors.iter().find(|error| !is_not_found(error)) {
            Some(error) => Err(self.transport.batch_error(&call, error)),
            None => Ok(response.results),
        }
    }

    /// What somebody who leaves would leave behind, and which kinds could not be counted.
    pub async fn owned_records(&self, owner: &OwnerId) -> Result<(Owned, Vec<Degraded>), Error> {
        let [contacts, companies, deals, tickets] = source::OWNED.map(|kind| self.owned(kind, owner));
        let counted: [Result<u64, Degraded>; 4] =
            tokio::try_join!(contacts, companies, deals, tickets)?.into();
        let [contacts, companies, deals, tickets] =
            counted.each_ref().map(|count| count.as_ref().ok().copied());
        let degraded = counted.into_iter().filter_map(Result::err).collect();
        Ok((Owned { contacts, companies, deals, tickets }, degraded))
    }

    async fn owned(
        &self,
        (object, optional): (&str, Optional),
        owner: &OwnerId,
    ) -> Result<Result<u64, Degraded>, Error> {
        match self.transport.fetch::<SearchTotal>(&count(object, owner)).await {
            Ok(found) => Ok(Ok(found.total)),
            Err(error) => optional.degraded(&error).map(Err).ok_or(error),
        }
    }

    /// All teams, sorted by name; only with an API version that has the Settings Teams API.
    pub async fn teams(&self) -> Result<Vec<Team>, Error> {
        let teams: Vec<TeamResponse> =
            self.transport.list(Call::get(self.teams_path()?).with("limit", "100")).await?;
        Ok(sorted(teams.into_iter().map(team).collect()))
    }

    /// As [`ReadClient::user`], for a team; only with an API version that has the Settings Teams API.
    pub async fn team(&self, id: &TeamId) -> Result<Option<Team>, Error> {
        let call = Call::get(self.teams_path()?.id(id.as_str())?);
        absent(self.transport.one_team(&call, Sought::Team(id)).await)
    }

    pub(super) fn teams_path(&self) -> Result<Path, Error> {
        match self.api().has_teams_api() {
            true => Ok(endpoint::teams()),
            false => Err(Error::Unsupported { what: "teams API", api: self.api() }),
        }
    }

    /// The flat list, in which teams have no parents.
    pub(super) async fn flat_teams(&self) -> Result<Vec<Team>, Error> {
        let call = Call::get(endpoint::users(self.api()).then("/teams"));
        let teams: Page<PublicTeam> = self.transport.fetch(&call).await?;
        let flat = |team: PublicTeam| Team { id: TeamId::new(team.id.0), name: team.name, parent: None };
        Ok(sorted(teams.results.into_iter().map(flat).collect()))
    }
}

impl Transport {
    pub(super) fn settings(&self, call: &Call, user: PublicUser) -> Result<Settings, Error> {
        Settings::read(user, self.api).map_err(|reason| Error::Undecodable {
            call: call.shown(),
            status: 200,
            correlation_id: None,
            reason: reason.to_owned(),
        })
    }
}

pub(super) fn team(team: TeamResponse) -> Team {
    let TeamResponse { id, name, parent_team_id } = team;
    Team { id: TeamId::new(id.0), name, parent: parent_team_id.and_then(Reference::filled).map(TeamId::new) }
}

fn sorted(mut teams: Vec<Team>) -> Vec<Team> {
    teams.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
    teams
}

/// Counts the records that name this owner, and fetches next to nothing.
pub(super) fn count(object: &str, owner: &OwnerId) -> Call {
    let filter = Filter { property_name: record::OWNER_ID, operator: "EQ", value: owner.as_str().to_owned() };
    let question = SearchRequest {
        filter_groups: vec![FilterGroup { filters: vec![filter] }],
        limit: 1,
        after: "0",
        properties: Vec::new(),
        sorts: Vec::new(),
    };
    Call::ask(endpoint::crm_search(object), &question).under(Limit::Search)
}

pub(super) fn absent<T>(fetched: Result<T, Error>) -> Result<Option<T>, Error> {
    match fetched {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.proves_absence() => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_not_found(error: &serde_json::Value) -> bool {
    ErrorBody::from_value(error).is_some_and(|body| {
        body.codes.iter().any(|code| code.contains("NOT_FOUND"))
            && !body.codes.iter().any(|code| code == "VALIDATION_ERROR")
    })
}
