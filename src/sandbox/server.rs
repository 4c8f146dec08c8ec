//! The HTTP side: reads a request, lets the portal answer it, keeps the limits, saves, logs, replies.
//!
//! Deliberately absent: TLS and every listener but the one it is given. The sandbox is for loopback.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::Value;

use super::call::{Answer, Call, Granted};
use super::errors::{Category, Refusal};
use super::ids::UserId;
use super::limits::{Header, Meter, Quota};
use super::log::{Entry, Log};
use super::routes::Realm;
use super::seed::Token;
use super::state::{Act, Person, Portal};
use super::store::Store;
use super::{control, routes};

/// A body of HubSpot's API is far smaller.
const LARGEST_BODY: usize = 16 << 20;

/// Everything that the requests share.
#[derive(Debug)]
pub(crate) struct Host {
    world: Mutex<World>,
    store: Option<Store>,
    pub(crate) log: Log,
}

#[derive(Debug)]
struct World {
    portal: Portal,
    meter: Meter,
}

/// A request taken apart.
pub(crate) struct Asked {
    method: String,
    path: String,
    query: Option<String>,
    token: Option<String>,
    body: Bytes,
}

/// What goes back, before it is HTTP.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Option<Value>,
    pub(crate) content_type: &'static str,
}

const JSON: &str = "application/json;charset=utf-8";
const SCIM_JSON: &str = "application/scim+json";

impl Reply {
    pub(crate) fn json(status: u16, body: Value) -> Reply {
        Reply { status, headers: Vec::new(), body: Some(body), content_type: JSON }
    }
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Reply {
        let headers = answer.location.map(|location| ("Location", location)).into_iter().collect();
        Reply { status: answer.status, headers, body: answer.body, content_type: JSON }
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Reply {
        Reply::json(refusal.status, refusal.body())
    }
}

#[expect(clippy::disallowed_methods, reason = "the sandbox is a server of its own, with a clock of its own")]
fn now() -> Timestamp {
    let now = Timestamp::now();
    // HubSpot's moments are in milliseconds.
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

/// Answers any request. The one function that axum calls.
pub(crate) async fn serve(State(host): State<Arc<Host>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return respond(
            Refusal::new(413, Category::ValidationError, "The body of the request is too large.").into(),
        );
    };
    let asked = Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        token: bearer(&parts.headers),
        body,
    };
    if asked.path.starts_with("/__sandbox/") {
        return respond(control::answer(&host, &asked.method, &asked.path));
    }
    let latency = host.world().portal.behaviour.latency_ms;
    if latency > 0 {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    // Saving the state blocks.
    let reply = tokio::task::spawn_blocking(move || host.answer(&asked)).await;
    respond(reply.unwrap_or_else(|_| Refusal::new(500, Category::InternalError, "internal error").into()))
}

/// The token of an `Authorization: Bearer` header. It goes into the meter and nowhere else.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| token.to_owned())
}

fn respond(reply: Reply) -> Response {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    let response = match reply.body {
        None => response.body(Body::empty()),
        Some(body) => {
            response.header(header::CONTENT_TYPE, reply.content_type).body(Body::from(body.to_string()))
        }
    };
    response.unwrap_or_else(|_| {
        let mut failed = Response::new(Body::empty());
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}

impl Host {
    pub(crate) fn new(portal: Portal, store: Option<Store>, log: Log) -> Host {
        Host { world: Mutex::new(World { portal, meter: Meter::default() }), store, log }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets somebody look at the portal.
    pub(crate) fn with_portal<T>(&self, look: impl FnOnce(&Portal) -> T) -> T {
        look(&self.world().portal)
    }

    fn answer(&self, asked: &Asked) -> Reply {
        let time = now();
        let (mut reply, revision) = {
            let mut world = self.world();
            (world.answer(asked, time), world.portal.revision)
        };
        if let Some(store) = &self.store
            && let Err(error) = store.save(revision, || self.world().portal.clone())
        {
            tracing::error!(%error, "the sandbox's state could not be written");
            reply = Refusal::new(
                500,
                Category::InternalError,
                format!("the state could not be written: {error}"),
            )
            .into();
        }
        self.log.write(Entry {
            time,
            method: asked.method.clone(),
            path: asked.path_and_query(),
            status: Some(reply.status),
            body: asked.logged_body(),
        });
        reply
    }
}

impl World {
    fn answer(&mut self, asked: &Asked, now: Timestamp) -> Reply {
        let realm = Realm::of(&asked.path);
        let mut headers = Vec::new();
        let result = self.admit(asked, realm, now, &mut headers).and_then(|caller| {
            self.portal.request_came();
            let (endpoint, parts) = routes::find(&asked.method, &asked.path)?;
            caller.granted.require(endpoint.scopes)?;
            let call = Call {
                path: asked.path.clone(),
                parts,
                query: asked.query(),
                body: asked.json()?,
                granted: caller.granted,
                act: Act { at: now, by: caller.user },
                used_today: self.meter.used_today(),
            };
            (endpoint.run)(&mut self.portal, &call)
        });
        let mut reply = match (result, realm) {
            (Ok(answer), _) => Reply::from(answer),
            (Err(refusal), Realm::Scim) => Reply::json(refusal.status, routes::scim_error(&refusal)),
            (Err(refusal), Realm::Api | Realm::Introspection) => Reply::from(refusal),
        };
        if realm == Realm::Scim {
            reply.content_type = SCIM_JSON;
        }
        reply.headers.extend(headers);
        reply
    }

    /// Lets a call in by its token and the limits; the limits' headers are told either way.
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
                let search =
                    routes::find(&asked.method, &asked.path).is_ok_and(|(found, _)| found.is_search());
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
            Refusal::new(
                403,
                Category::MissingScopes,
                "This account has no SCIM app, which needs Professional.",
            )
        })?;
        let is_good = scim.tokens.as_ref().is_none_or(|tokens| tokens.iter().any(|good| good == token));
        if is_good { Ok(Caller { granted: Granted::Everything, user: None }) } else { Err(unauthenticated()) }
    }

    /// The seed's entry for this token; None where any token is good.
    fn token(&self, given: &str) -> Result<Option<Token>, Refusal> {
        let Some(tokens) = &self.portal.tokens else { return Ok(None) };
        let found = tokens.iter().find(|token| token.token == given);
        found.map(|token| Some(token.clone())).ok_or_else(unauthenticated)
    }
}

/// Who makes a call, and what they may do.
struct Caller {
    granted: Granted,
    user: Option<UserId>,
}

fn unauthenticated() -> Refusal {
    Refusal::new(
        401,
        Category::InvalidAuthentication,
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more \
         details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
    )
}

impl Asked {
    fn path_and_query(&self) -> String {
        match &self.query {
            None => self.path.clone(),
            Some(query) => format!("{}?{query}", self.path),
        }
    }

    fn query(&self) -> Vec<(String, String)> {
        let query = self.query.as_deref().unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    fn json(&self) -> Result<Option<Value>, Refusal> {
        if self.body.is_empty() {
            return Ok(None);
        }
        let body = serde_json::from_slice(&self.body);
        body.map(Some).map_err(|error| Refusal::validation(format!("Invalid input JSON: {error}.")))
    }

    /// The body as the log shows it. Introspection carries a token there.
    fn logged_body(&self) -> Value {
        let mut body = serde_json::from_slice(&self.body).unwrap_or(Value::Null);
        if let Some(key) = body.get_mut("tokenKey") {
            *key = "[redacted]".into();
        }
        body
    }
}
