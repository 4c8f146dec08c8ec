//! Whom or what an answer is about: one about somebody or something else than was asked for is none.
//!
//! Something on the way may mix up answers, or a server its people; what is taken from such an answer would be done to
//! the wrong one. Deliberately absent: lists and batches, whose readers take what they asked for and nothing else.

use serde::de::DeserializeOwned;

use super::answer::Reply;
use super::call::Call;
use super::error::Error;
use super::settings::Settings;
use super::transport::Transport;
use super::wire::crm::CrmObject;
use super::wire::teams::TeamResponse;
use super::wire::users::PublicUser;
use super::{profile, record};
use crate::model::{Email, Team, TeamId, UserId};

/// What the answer must show again of the question.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sought<'a> {
    User(&'a UserId),
    /// Addresses are compared without regard to case.
    Address(&'a Email),
    Team(&'a TeamId),
    TeamName(&'a str),
    /// The CRM record of this person.
    RecordOf(&'a UserId),
}

/// An answer that says whom or what it is about.
pub(super) trait About {
    fn is_about(&self, sought: Sought<'_>) -> bool;
}

impl About for PublicUser {
    fn is_about(&self, sought: Sought<'_>) -> bool {
        match sought {
            Sought::User(id) => self.id.0 == id.as_str(),
            Sought::Address(email) => Email::from_portal(&self.email) == *email,
            Sought::Team(_) | Sought::TeamName(_) | Sought::RecordOf(_) => false,
        }
    }
}

impl About for TeamResponse {
    fn is_about(&self, sought: Sought<'_>) -> bool {
        match sought {
            Sought::Team(id) => self.id.0 == id.as_str(),
            Sought::TeamName(name) => self.name.trim() == name.trim(),
            Sought::User(_) | Sought::Address(_) | Sought::RecordOf(_) => false,
        }
    }
}

impl About for CrmObject {
    fn is_about(&self, sought: Sought<'_>) -> bool {
        match sought {
            Sought::RecordOf(id) => {
                profile::text(&self.properties, record::INTERNAL_ID).as_deref() == Some(id.as_str())
            }
            Sought::User(_) | Sought::Address(_) | Sought::Team(_) | Sought::TeamName(_) => false,
        }
    }
}

/// Why an answer is not believed; not a word of it is repeated, since it may be about a person.
pub(super) fn somebody_else(key: &str) -> String {
    format!("it is about somebody or something else: its `{key}` is not the one of the call")
}

impl Sought<'_> {
    /// Where an answer says it.
    fn key(self) -> &'static str {
        match self {
            Sought::User(_) | Sought::Team(_) => "id",
            Sought::Address(_) => "email",
            Sought::TeamName(_) => "name",
            Sought::RecordOf(_) => record::INTERNAL_ID,
        }
    }
}

impl Transport {
    /// As [`Transport::fetch`], and only what was asked for: of a write that is answered with another thing it is not
    /// known whether it was made.
    pub(super) async fn fetch_sought<T>(&self, call: &Call, sought: Sought<'_>) -> Result<(T, Reply), Error>
    where
        T: DeserializeOwned + About,
    {
        let reply = self.send(call).await?;
        let answer: T = self.decode(call, &reply)?;
        match answer.is_about(sought) {
            true => Ok((answer, reply)),
            false => Err(self.undecodable(call, &reply, &somebody_else(sought.key()))),
        }
    }

    pub(super) async fn one_user(&self, call: &Call, sought: Sought<'_>) -> Result<Settings, Error> {
        let (user, reply): (PublicUser, Reply) = self.fetch_sought(call, sought).await?;
        Settings::read(user, self.api).map_err(|reason| self.undecodable(call, &reply, reason))
    }

    pub(super) async fn one_team(&self, call: &Call, sought: Sought<'_>) -> Result<Team, Error> {
        let (team, _): (TeamResponse, Reply) = self.fetch_sought(call, sought).await?;
        Ok(super::read::team(team))
    }
}
