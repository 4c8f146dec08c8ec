//! The portal at work: who may call, what goes wrong, and what is answered.
//!
//! One lock is held around it by the host. Deliberately absent: waiting, files and HTTP.

use jiff::Timestamp;
use serde_json::Value;

use super::call::{Answer, Call, Granted};
use super::errors::{Category, Refusal};
use super::faults::{Action, Canned, Strikes, When};
use super::ids::UserId;
use super::limits::{Header, Meter, Quota};
use super::reply::{Asked, Reply, Sending};
use super::routes::{self, Realm};
use super::seed::{Behaviour, Token, changed_person};
use super::state::{Act, Person, Portal};

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) portal: Portal,
    pub(crate) meter: Meter,
}

/// A call that was let in or refused, and what will go wrong with it.
pub(crate) struct Begun {
    realm: Realm,
    caller: Result<Caller, Refusal>,
    headers: Vec<Header>,
    pub(crate) strikes: Strikes,
}

/// Who makes a call, and what they may do.
struct Caller {
    granted: Granted,
    user: Option<UserId>,
}

impl World {
    /// Lets a call in by its token and the limits. Only calls that are let in meet faults.
    pub(crate) fn begin(&mut self, asked: &Asked, now: Timestamp) -> Begun {
        let realm = Realm::of(&asked.path);
        let mut headers = Vec::new();
        let caller = self.admit(asked, realm, now, &mut headers);
        let mut strikes = Strikes::default();
        if caller.is_ok() {
            self.portal.request_came();
            strikes = self.portal.meet_faults(&asked.method, &asked.path, asked.query.as_deref());
        }
        for action in strikes.iter() {
            if let Action::OtherApplication(per_second) = action {
                self.meter.share_with(*per_second, now);
            }
        }
        Begun { realm, caller, headers, strikes }
    }

    /// Carries the call out, unless something goes wrong before.
    pub(crate) fn finish(&mut self, asked: &Asked, begun: Begun, now: Timestamp) -> Reply {
        let Begun { realm, caller, headers, strikes } = begun;
        let mut reply = match caller {
            Err(refusal) => refused(realm, &refusal),
            Ok(caller) => self.carry_out(asked, realm, caller, &strikes, now),
        };
        if realm == Realm::Scim {
            reply.speak_scim();
        }
        reply.add_headers(headers);
        reply
    }

    fn carry_out(
        &mut self,
        asked: &Asked,
        realm: Realm,
        caller: Caller,
        strikes: &Strikes,
        now: Timestamp,
    ) -> Reply {
        if let Err(refusal) = self.change_people(strikes, When::Before, now) {
            return refused(realm, &refusal);
        }
        if strikes.drops(When::Before) {
            return Reply::dropped();
        }
        if let Some(canned) = strikes.canned(When::Before) {
            return canned_reply(canned);
        }
        let behaviour = self.portal.behaviour.clone();
        self.portal.behaviour = lagging(&behaviour, strikes);
        let result = self.run(asked, caller, now);
        self.portal.behaviour = behaviour;
        if let Err(refusal) = self.change_people(strikes, When::After, now) {
            return refused(realm, &refusal);
        }
        if strikes.drops(When::After) {
            return Reply::dropped();
        }
        if let Some(canned) = strikes.canned(When::After) {
            return canned_reply(canned);
        }
        let reply = match result {
            Ok(answer) => Reply::from(with_repeated_cursor(answer, asked, strikes)),
            Err(refusal) => refused(realm, &refusal),
        };
        distorted(reply, strikes)
    }

    fn run(&mut self, asked: &Asked, caller: Caller, now: Timestamp) -> Result<Answer, Refusal> {
        let (endpoint, parts) = routes::find(&asked.method, &asked.path)?;
        caller.granted.require(endpoint.scopes)?;
        let call = Call {
            path: asked.path.clone(),
            parts,
            query: asked.parameters(),
            body: asked.json()?,
            granted: caller.granted,
            act: Act { at: now, by: caller.user },
            used_today: self.meter.used_today(now),
        };
        (endpoint.run)(&mut self.portal, &call)
    }

    fn change_people(&mut self, strikes: &Strikes, when: When, now: Timestamp) -> Result<(), Refusal> {
        for change in strikes.changes(when) {
            let person = changed_person(&self.portal, change).map_err(|error| {
                let message = format!("The fault cannot change {}: {error}.", change.person);
                Refusal::new(500, Category::InternalError, message)
            })?;
            self.portal.replace_person(person, now);
        }
        Ok(())
    }

    fn admit(
        &mut self,
        asked: &Asked,
        realm: Realm,
        now: Timestamp,
        headers: &mut Vec<Header>,
    ) -> Result<Caller, Refusal> {
        match realm {
            Realm::Introspection => Ok(Caller { granted: Granted::Everything, user: None }),
            Realm::Scim => self.scim_caller(asked.token.as_deref()),
            Realm::Api => {
                let key = asked.token.as_deref().ok_or_else(unauthenticated)?;
                let token = self.token(key)?;
                let found = routes::find(&asked.method, &asked.path);
                let search = found.is_ok_and(|(endpoint, _)| endpoint.is_search());
                let (quota, zone) = (Quota::of(&self.portal), self.portal.time_zone());
                let (verdict, told) = self.meter.admit(quota, key, search, now, &zone);
                *headers = told;
                verdict?;
                self.check_creator(token.as_ref())?;
                let user = token.as_ref().map_or(self.portal.credential_owner, |token| token.user_id);
                Ok(Caller { granted: Granted::of(token.as_ref()), user })
            }
        }
    }

    /// The seed's entry for this token; None where any token is good.
    fn token(&self, given: &str) -> Result<Option<Token>, Refusal> {
        let Some(tokens) = &self.portal.tokens else { return Ok(None) };
        let found = tokens.iter().find(|token| token.token == given);
        found.map(|token| Some(token.clone())).ok_or_else(unauthenticated)
    }

    /// A token dies with its creator's place in the portal.
    fn check_creator(&self, token: Option<&Token>) -> Result<(), Refusal> {
        let creator = token.and_then(|token| token.user_id).and_then(|user| self.portal.people.get(user));
        if creator.is_some_and(Person::is_archived_owner) {
            return Err(Refusal::new(
                403,
                Category::UserDoesNotHavePermissions,
                "The user who created this token does not have permissions in this account any more.",
            ));
        }
        Ok(())
    }

    fn scim_caller(&self, token: Option<&str>) -> Result<Caller, Refusal> {
        let token = token.ok_or_else(unauthenticated)?;
        let scim = self.portal.scim.as_ref().filter(|_| self.portal.has_scim());
        let scim = scim.ok_or_else(|| {
            let message = "This account has no SCIM app, which needs Professional.";
            Refusal::new(403, Category::MissingScopes, message)
        })?;
        let is_good = scim.tokens.as_ref().is_none_or(|tokens| tokens.iter().any(|good| good == token));
        if is_good { Ok(Caller { granted: Granted::Everything, user: None }) } else { Err(unauthenticated()) }
    }
}

fn unauthenticated() -> Refusal {
    Refusal::new(
        401,
        Category::InvalidAuthentication,
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more \
         details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
    )
}

fn refused(realm: Realm, refusal: &Refusal) -> Reply {
    match realm {
        Realm::Scim => Reply::json(refusal.status, &routes::scim_error(refusal)),
        Realm::Api | Realm::Introspection => Reply::json(refusal.status, &refusal.body()),
    }
}

fn lagging(behaviour: &Behaviour, strikes: &Strikes) -> Behaviour {
    let mut lagging = behaviour.clone();
    for action in strikes.iter() {
        match action {
            Action::ListLag(reads) => lagging.list_lag = *reads,
            Action::SeatLag(requests) => lagging.seat_lag = *requests,
            Action::CrmRecordLag(reads) => lagging.crm_record_lag = *reads,
            _ => {}
        }
    }
    lagging
}

fn with_repeated_cursor(mut answer: Answer, asked: &Asked, strikes: &Strikes) -> Answer {
    let repeats = strikes.iter().any(|action| *action == Action::RepeatCursor);
    let after = asked.parameters().into_iter().find(|(key, value)| key == "after" && !value.is_empty());
    if let (true, Some((_, after)), Some(Value::Object(body))) = (repeats, after, &mut answer.body) {
        body.insert("paging".to_owned(), serde_json::json!({ "next": { "after": after } }));
    }
    answer
}

fn distorted(mut reply: Reply, strikes: &Strikes) -> Reply {
    for action in strikes.iter() {
        match action {
            Action::CutBody(bytes) => reply.sending = Sending::Cut(*bytes),
            Action::GiganticBody(bytes) => reply.sending = Sending::Gigantic(*bytes),
            Action::MalformedJson => reply.break_json(),
            _ => {}
        }
    }
    reply
}

fn canned_reply(canned: &Canned) -> Reply {
    let mut reply = if canned.html {
        Reply::page(canned.status)
    } else {
        match &canned.body {
            Some(Value::String(text)) => Reply::text(canned.status, text),
            body => {
                let mut error = error_of_status(canned.status).body();
                if let (Some(Value::Object(laid_over)), Value::Object(error)) = (body, &mut error) {
                    error.extend(laid_over.clone());
                }
                Reply::json(canned.status, &error)
            }
        }
    };
    let given = canned.headers.iter().map(|(name, value)| (name.clone(), value.clone()));
    reply.headers.extend(given);
    if let Some(seconds) = canned.retry_after {
        reply.headers.push(("Retry-After".to_owned(), seconds.to_string()));
    }
    reply
}

/// What HubSpot says with a status (its page on error handling).
fn error_of_status(status: u16) -> Refusal {
    match status {
        423 => Refusal::new(
            423,
            Category::Locked,
            "Too many changes at once: the resource is locked. Wait two seconds.",
        ),
        429 => Refusal::rate_limited("TEN_SECONDLY_ROLLING"),
        477 => Refusal::new(477, Category::Migration, "The account is being moved to another data centre."),
        404 => Refusal::not_found("Not found."),
        409 => Refusal::conflict("Conflict."),
        400..=499 => Refusal::new(status, Category::ValidationError, "The request is not acceptable."),
        _ => Refusal::new(status, Category::InternalError, "Something went wrong. Try again later."),
    }
}
