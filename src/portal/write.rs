//! The client that also writes; `apply` alone is handed one.
//!
//! Deliberately absent: deciding anything. Each method is one call, and what became of it is told as it is:
//! done, refused, or not known.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::Value;

use super::call::Call;
use super::endpoint;
use super::error::Error;
use super::identity::Sought;
use super::profile::{self, ProfileChanges};
use super::read::{BATCH, ReadClient};
use super::redact::clean;
use super::settings::{NewUser, Settings, UserBody};
use super::transport::Transport;
use super::wire::crm::{BatchResponse, BatchUpdate, CrmObject, ObjectUpdate};
use super::wire::error::ErrorBody;
use super::wire::teams::{TeamCreateRequest, TeamMemberAssignment, TeamUpdateRequest};
use crate::model::{CrmUserId, Profile, Team, TeamId, UserId};

/// Cheap to clone; shares the rate limit and the count of requests with its reader.
#[derive(Debug, Clone)]
pub struct WriteClient {
    reader: ReadClient,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamMembership {
    /// HubSpot's main team; its API says `DEFAULT`.
    Main,
    /// One of the additional teams; its API says `EXTRA`.
    Extra,
}

impl TeamMembership {
    fn wire(self) -> &'static str {
        match self {
            TeamMembership::Main => "DEFAULT",
            TeamMembership::Extra => "EXTRA",
        }
    }
}

/// What HubSpot answered to one person's change of profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenProfile {
    /// As far as the answer shows it.
    pub profile: Profile,
    /// Attributes, as `users.yaml` names them, that the answer shows with another value than was sent.
    pub not_taken: BTreeSet<&'static str>,
}

impl WriteClient {
    pub(super) fn new(reader: ReadClient) -> WriteClient {
        WriteClient { reader }
    }

    pub fn reader(&self) -> &ReadClient {
        &self.reader
    }

    fn transport(&self) -> &Transport {
        &self.reader.transport
    }

    /// Sent at most once as far as can be told: [`Error::OutcomeUnknown`] is to be settled by reading the
    /// person by e-mail. A 409 means that somebody was faster.
    pub async fn create_user(&self, new: &NewUser) -> Result<Settings, Error> {
        let api = self.reader.api();
        let call = Call::create(endpoint::users(api), &new.wire(api)?);
        self.transport().one_user(&call, Sought::Address(&new.email)).await
    }

    /// PUT; the answer is the person as HubSpot has them now.
    pub async fn update_user(&self, id: &UserId, body: &UserBody) -> Result<Settings, Error> {
        let api = self.reader.api();
        let path = endpoint::users(api).id(id.as_str())?;
        let call = Call::write(Method::PUT, path, &body.wire(api)?);
        self.transport().one_user(&call, Sought::User(id)).await
    }

    /// Takes the person out of the account. HubSpot answers the same when they are gone already.
    pub async fn remove_user(&self, id: &UserId) -> Result<(), Error> {
        self.delete(Call::delete(endpoint::users(self.reader.api()).id(id.as_str())?)).await
    }

    /// As [`WriteClient::create_user`]: to be settled by reading the teams.
    pub async fn create_team(&self, name: &str, parent: Option<&TeamId>) -> Result<Team, Error> {
        let body = TeamCreateRequest {
            name: name.to_owned(),
            members: Vec::new(),
            parent_team_id: parent.map(TeamId::to_string),
        };
        let call = Call::create(self.reader.teams_path()?, &body);
        self.transport().one_team(&call, Sought::TeamName(name)).await
    }

    /// Name and parent both, as they are to be; `None` is the top.
    pub async fn update_team(&self, id: &TeamId, name: &str, parent: Option<&TeamId>) -> Result<Team, Error> {
        let path = self.reader.teams_path()?.id(id.as_str())?;
        let body = TeamUpdateRequest { name: name.to_owned(), parent_team_id: parent.map(TeamId::to_string) };
        self.transport().one_team(&Call::write(Method::PATCH, path, &body), Sought::Team(id)).await
    }

    /// The team goes and with it all membership; the people stay.
    pub async fn remove_team(&self, id: &TeamId) -> Result<(), Error> {
        self.delete(Call::delete(self.reader.teams_path()?.id(id.as_str())?)).await
    }

    /// Touches neither role nor seats nor names. Said twice it is the same membership.
    pub async fn add_team_member(
        &self,
        team: &TeamId,
        user: &UserId,
        membership: TeamMembership,
    ) -> Result<(), Error> {
        let path = self.reader.teams_path()?.id(team.as_str())?.then("/members");
        let body = TeamMemberAssignment { user_id: user.to_string(), kind: membership.wire() };
        self.transport().send(&Call::write(Method::POST, path, &body)).await.map(drop)
    }

    pub async fn remove_team_member(
        &self,
        team: &TeamId,
        user: &UserId,
        membership: TeamMembership,
    ) -> Result<(), Error> {
        let path = self.reader.teams_path()?.id(team.as_str())?.then("/members").id(user.as_str())?;
        self.delete(Call::delete(path).with("type", membership.wire())).await
    }

    /// A 404 to a further try is what the first try has brought about.
    async fn delete(&self, call: Call) -> Result<(), Error> {
        match self.transport().send(&call).await {
            Err(Error::Answer(answer)) if answer.status == 404 && answer.repeated => Ok(()),
            sent => sent.map(drop),
        }
    }

    /// One outcome per change, in the order given; no record may be among them twice. Batches of a hundred. What
    /// such an answer leaves open is asked again in smaller ones: HubSpot may refuse a whole batch for one bad
    /// value, or list an error without saying whose it is.
    pub async fn update_profiles(
        &self,
        changes: &[(CrmUserId, ProfileChanges)],
    ) -> Vec<Result<WrittenProfile, Error>> {
        let mut outcomes: BTreeMap<usize, Result<WrittenProfile, Error>> = BTreeMap::new();
        let positions: Vec<usize> = (0..changes.len()).collect();
        let mut batches: Vec<Vec<usize>> = positions.chunks(BATCH).rev().map(<[usize]>::to_vec).collect();
        while let Some(batch) = batches.pop() {
            let alone = batch.len() == 1;
            let sent: Vec<&(CrmUserId, ProfileChanges)> =
                batch.iter().map(|position| &changes[*position]).collect();
            match self.update_batch(&sent).await {
                Ok(told) => {
                    for (position, told) in batch.into_iter().zip(told) {
                        match told {
                            Told::Outcome(outcome) => drop(outcomes.insert(position, *outcome)),
                            Told::Error(error) if alone => drop(outcomes.insert(position, Err(error))),
                            Told::Error(_) => batches.push(vec![position]),
                        }
                    }
                }
                Err(Error::Answer(answer)) if answer.status == 400 && !alone => {
                    let (first, second) = batch.split_at(batch.len() / 2);
                    batches.extend([second.to_vec(), first.to_vec()]);
                }
                Err(error) => {
                    outcomes.extend(batch.into_iter().map(|position| (position, Err(error.clone()))));
                }
            }
        }
        outcomes.into_values().collect()
    }

    /// What the answer tells of each.
    async fn update_batch(&self, batch: &[&(CrmUserId, ProfileChanges)]) -> Result<Vec<Told>, Error> {
        let inputs = batch.iter().map(|(id, changes)| ObjectUpdate {
            id: id.to_string(),
            properties: changes.properties().clone(),
        });
        let body = BatchUpdate { inputs: inputs.collect() };
        let call = Call::write(Method::POST, endpoint::crm_users().then("/batch/update"), &body);
        let response: BatchResponse = self.transport().fetch(&call).await?;
        let written: BTreeMap<String, CrmObject> =
            response.results.into_iter().map(|object| (object.id.0.clone(), object)).collect();
        let refused = Refused::of(&response.errors);
        let told = batch.iter().map(|(id, changes)| match written.get(id.as_str()) {
            Some(object) => Told::Outcome(Box::new(Ok(WrittenProfile {
                profile: profile::read(&object.properties),
                not_taken: changes.not_taken(&object.properties),
            }))),
            None => self.transport().not_written(&call, id, &refused),
        });
        Ok(told.collect())
    }
}

/// What the answer to a batch says of one record.
enum Told {
    Outcome(Box<Result<WrittenProfile, Error>>),
    /// It was not written, and this error may be why or another record's.
    Error(Error),
}

/// The errors of the answer to a batch.
struct Refused<'a> {
    first: Option<&'a Value>,
    /// The first error that names the record.
    by_id: BTreeMap<String, &'a Value>,
}

impl<'a> Refused<'a> {
    fn of(errors: &'a [Value]) -> Refused<'a> {
        let mut by_id = BTreeMap::new();
        for error in errors {
            for id in ErrorBody::from_value(error).map(|body| body.ids).unwrap_or_default() {
                by_id.entry(id).or_insert(error);
            }
        }
        Refused { first: errors.first(), by_id }
    }
}

impl Transport {
    fn not_written(&self, call: &Call, id: &CrmUserId, refused: &Refused<'_>) -> Told {
        if let Some(error) = refused.by_id.get(id.as_str()) {
            return Told::Outcome(Box::new(Err(self.batch_error(call, error))));
        }
        Told::Error(match refused.first {
            Some(error) => self.batch_error(call, error),
            None => Error::OutcomeUnknown {
                call: call.shown(),
                cause: Box::new(Error::Undecodable {
                    call: call.shown(),
                    status: 200,
                    correlation_id: None,
                    reason: clean(&format!("it does not mention the record `{id}`"), [""; 2]),
                }),
            },
        })
    }
}
