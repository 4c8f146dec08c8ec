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
use super::limits::{Header, Meter, Quota};
use super::log::{Entry, Log};
use super::seed::Token;
use super::state::{Act, Portal};
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
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Reply {
        let headers = answer.location.map(|location| ("Location", location)).into_iter().collect();
        Reply { status: answer.status, headers, body: answer.body }
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Reply {
        Reply { status: refusal.status, headers: Vec::new(), body: Some(refusal.body()) }
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
        Some(body) => response
            .header(header::CONTENT_TYPE, "application/json;charset=utf-8")
            .body(Body::from(body.to_string())),
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
        let found = routes::find(&asked.method, &asked.path);
        let needs_token = found.as_ref().map_or(true, |(endpoint, _)| endpoint.needs_token());
        let token = match self.token(asked.token.as_deref(), needs_token) {
            Ok(token) => token,
            Err(refusal) => return refusal.into(),
        };
        let mut headers = Vec::new();
        if let Some(key) = asked.token.as_deref().filter(|_| needs_token) {
            let search = found.as_ref().is_ok_and(|(endpoint, _)| endpoint.is_search());
            let (quota, zone) = (Quota::of(&self.portal), self.portal.time_zone());
            let (verdict, limits) = self.meter.admit(quota, key, search, now, &zone);
            headers = limits;
            if let Err(refusal) = verdict {
                let mut reply = Reply::from(refusal);
                reply.headers = headers;
                return reply;
            }
        }
        self.portal.request_came();
        let granted = Granted::of(token.as_ref());
        let by = token.map_or(self.portal.credential_owner, |token| token.user_id);
        let result = found.and_then(|(endpoint, parts)| {
            granted.require(endpoint.scopes)?;
            let call = Call {
                path: asked.path.clone(),
                parts,
                query: asked.query(),
                body: asked.json()?,
                granted,
                act: Act { at: now, by },
                used_today: self.meter.used_today(),
            };
            (endpoint.run)(&mut self.portal, &call)
        });
        let mut reply = result.map_or_else(Reply::from, Reply::from);
        reply.headers.extend(headers);
        reply
    }

    /// The seed's entry for this token; None where any token is good.
    fn token(&self, given: Option<&str>, needed: bool) -> Result<Option<Token>, Refusal> {
        let Some(given) = given else {
            return if needed { Err(unauthenticated()) } else { Ok(None) };
        };
        match &self.portal.tokens {
            None => Ok(None),
            Some(tokens) => match tokens.iter().find(|token| token.token == given) {
                Some(token) => Ok(Some(token.clone())),
                None if needed => Err(unauthenticated()),
                None => Ok(None),
            },
        }
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
