//! Deactivated and active again, by SCIM: the one way that HubSpot's API has to it.
//!
//! Deliberately absent: creating people by SCIM, its groups and its roles; the settings' API does more.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::answer::Reply;
use super::call::Call;
use super::endpoint;
use super::error::Error;
use super::identity::somebody_else;
use super::read::{ReadClient, absent};
use super::transport::Transport;
use super::wire::scim::{ListResponse, PatchOperations, UserResource, user_name_filter};
use super::write::WriteClient;
use crate::model::{Email, ScimUser};

/// Why a list does not tell who has an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unclear {
    Several(usize),
    /// It is no answer to what was asked.
    Undecodable(String),
}

/// Whom a list names that was asked for by an address; `None` when it names nobody.
pub fn the_one(found: ListResponse, email: &Email) -> Result<Option<ScimUser>, Unclear> {
    let shown = found.resources.unwrap_or_default();
    // A part of them proves nothing: whoever was asked for, or a second one, may be in the rest.
    if usize::try_from(found.total_results) != Ok(shown.len()) {
        let reason = format!("it holds {} of {} people", shown.len(), found.total_results);
        return Err(Unclear::Undecodable(reason));
    }
    if !shown.iter().all(|user| is_named(user, email)) {
        return Err(Unclear::Undecodable("it holds somebody who was not asked for".to_owned()));
    }
    match shown.len() {
        0 | 1 => shown.into_iter().next().map(scim_person).transpose().map_err(Unclear::Undecodable),
        found => Err(Unclear::Several(found)),
    }
}

/// Whom an answer must be about: an id alone may have come from an answer that mixed people up.
#[derive(Debug, Clone, Copy)]
struct Sought<'a> {
    id: &'a str,
    email: &'a Email,
}

impl Sought<'_> {
    fn checked(self, user: UserResource) -> Result<UserResource, String> {
        if user.id.0 != self.id {
            return Err(somebody_else("id"));
        }
        match is_named(&user, self.email) {
            true => Ok(user),
            false => Err(somebody_else("userName")),
        }
    }
}

fn is_named(user: &UserResource, email: &Email) -> bool {
    user.user_name.as_deref().is_some_and(|name| Email::from_portal(name) == *email)
}

impl ReadClient {
    /// Whether there is a token for SCIM. Without one each of its calls is [`Error::NoScim`].
    pub fn has_scim(&self) -> bool {
        self.transport.has_scim()
    }

    /// `None` only when SCIM says that nobody it knows has this address. That need not mean that they are not in
    /// the portal: SCIM may know those people alone whom the identity provider manages.
    pub async fn scim_user(&self, email: &Email) -> Result<Option<ScimUser>, Error> {
        let call = Call::get(endpoint::scim_users()).with("filter", user_name_filter(email.as_str()));
        let reply = self.transport.send(&call).await?;
        let found: ListResponse = self.transport.decode(&call, &reply)?;
        let undecodable = |reason: String| self.transport.undecodable(&call, &reply, &reason);
        the_one(found, email).map_err(|unclear| match unclear {
            Unclear::Several(found) => Error::Ambiguous { call: call.shown(), found },
            Unclear::Undecodable(reason) => undecodable(reason),
        })
    }

    /// By SCIM's own id, and only if it is this person's. `None` as of [`ReadClient::user`].
    pub async fn scim_user_by_id(&self, id: &str, email: &Email) -> Result<Option<ScimUser>, Error> {
        Ok(absent(self.scim_resource(Sought { id, email }).await)?.map(|(user, _)| user))
    }

    /// The person, and all that SCIM says of them.
    async fn scim_resource(&self, sought: Sought<'_>) -> Result<(ScimUser, Map<String, Value>), Error> {
        let call = Call::get(endpoint::scim_users().id(sought.id)?);
        let reply = self.transport.send(&call).await?;
        self.transport.scim_person(&call, &reply, sought)
    }
}

impl WriteClient {
    /// Deactivates or reactivates. Said twice it is the same. By PATCH, which not every SCIM service takes, or
    /// else by a PUT of the whole person as just read. That the change was made is seen in the answer, or by
    /// reading where the answer has no body: [`Error::NotTaken`].
    pub async fn set_active(&self, id: &str, email: &Email, active: bool) -> Result<ScimUser, Error> {
        let sought = Sought { id, email };
        let body = PatchOperations::set_active(active);
        let call = Call::write(Method::PATCH, endpoint::scim_users().id(id)?, &body);
        match self.reader().transport.send(&call).await {
            Ok(reply) => self.taken(&call, &reply, sought, active).await,
            Err(refusal) if may_be_about_the_method(&refusal) => {
                self.replace_active(sought, active, refusal).await
            }
            Err(error) => Err(error),
        }
    }

    /// `refusal` is what PATCH met.
    async fn replace_active(
        &self,
        sought: Sought<'_>,
        active: bool,
        refusal: Error,
    ) -> Result<ScimUser, Error> {
        let (user, mut resource) = match self.reader().scim_resource(sought).await {
            Ok(found) => found,
            // An earlier try of the PATCH may have been carried out, and nothing has settled it.
            Err(_) if matches!(refusal, Error::OutcomeUnknown { .. }) || was_repeated(&refusal) => {
                return Err(refusal);
            }
            Err(error) => return Err(error),
        };
        if user.active == active {
            return Ok(user);
        }
        resource.insert("active".to_owned(), active.into());
        let call = Call::write(Method::PUT, endpoint::scim_users().id(sought.id)?, &resource);
        match self.reader().transport.send(&call).await {
            Ok(reply) => self.taken(&call, &reply, sought, active).await,
            // Then the PATCH was not refused for being one, and its answer says more.
            Err(Error::Answer(answer)) if matches!(answer.status, 405 | 501) => Err(refusal),
            Err(error) => Err(error),
        }
    }

    /// `reply` is what `call`, which succeeded, was answered with; an empty one is allowed (RFC 7644,
    /// section 3.5.2).
    async fn taken(
        &self,
        call: &Call,
        reply: &Reply,
        sought: Sought<'_>,
        active: bool,
    ) -> Result<ScimUser, Error> {
        let user = if reply.body.trim_ascii().is_empty() {
            let unknown = |cause| Error::OutcomeUnknown { call: call.shown(), cause: Box::new(cause) };
            self.reader().scim_resource(sought).await.map_err(unknown)?.0
        } else {
            self.reader().transport.scim_person(call, reply, sought)?.0
        };
        match user.active == active {
            true => Ok(user),
            false => Err(Error::NotTaken { call: call.shown(), active: user.active }),
        }
    }
}

impl Transport {
    fn scim_person(
        &self,
        call: &Call,
        reply: &Reply,
        sought: Sought<'_>,
    ) -> Result<(ScimUser, Map<String, Value>), Error> {
        let resource: Map<String, Value> = self.decode(call, reply)?;
        let user = UserResource::deserialize(&resource).map_err(|error| error.to_string());
        match user.and_then(|user| sought.checked(user)).and_then(scim_person) {
            Ok(user) => Ok((user, resource)),
            Err(reason) => Err(self.undecodable(call, reply, &reason)),
        }
    }
}

/// # Errors
///
/// A value of `active` that is neither true nor false.
pub fn scim_person(user: UserResource) -> Result<ScimUser, String> {
    let active = user.active.ok_or("it does not say whether the person is `active`")?.0;
    let active = match active.to_ascii_lowercase().as_str() {
        "true" => true,
        "false" => false,
        _ => return Err(format!("`active` is `{active}`, neither true nor false")),
    };
    Ok(ScimUser { id: user.id.0, active })
}

/// A 400 may be about the person instead: then the PUT, which says the same, is refused too.
fn may_be_about_the_method(refusal: &Error) -> bool {
    refusal.answer().is_some_and(|answer| matches!(answer.status, 400 | 405 | 415 | 501))
}

fn was_repeated(refusal: &Error) -> bool {
    refusal.answer().is_some_and(|answer| answer.repeated)
}
