//! The HTTP side: reads a request, waits where it should, and sends the reply, torn where it should be.
//!
//! Deliberately absent: TLS and every listener but the one it is given. The sandbox is for loopback.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;

use super::control;
use super::errors::{Category, Refusal};
use super::faults::When;
use super::limits::Meter;
use super::log::{Entry, Log};
use super::reply::{Asked, Reply, Sending};
use super::state::Portal;
use super::store::Store;
use super::world::{Begun, World};

/// A body of HubSpot's API is far smaller.
const LARGEST_BODY: usize = 16 << 20;
/// How long the bytes before a cut have to leave.
const BEFORE_CUT: Duration = Duration::from_millis(50);
const CHUNK: usize = 64 << 10;

/// Everything that the requests share.
#[derive(Debug)]
pub(crate) struct Host {
    world: Mutex<World>,
    store: Option<Store>,
    pub(crate) log: Log,
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
        let message = "The body of the request is too large.";
        return respond(Refusal::new(413, Category::ValidationError, message).into());
    };
    let asked = Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        token: bearer(&parts.headers),
        body,
    };
    if asked.path.starts_with("/__sandbox/") {
        return respond(control::answer(&host, &asked));
    }
    // A task of its own: like a real server, it goes on when the client has stopped waiting.
    let reply = tokio::spawn(answer(host, asked)).await;
    respond(reply.unwrap_or_else(|_| broken("a request panicked")))
}

async fn answer(host: Arc<Host>, asked: Asked) -> Reply {
    let (begun, latency) = host.begin(&asked);
    let (before, after) = (begun.strikes.delay(When::Before), begun.strikes.delay(When::After));
    wait(latency + before).await;
    // Saving the state blocks.
    let reply = tokio::task::spawn_blocking(move || host.finish(&asked, begun)).await;
    wait(after).await;
    reply.unwrap_or_else(|_| broken("a request panicked"))
}

async fn wait(span: Duration) {
    if !span.is_zero() {
        tokio::time::sleep(span).await;
    }
}

fn broken(why: &str) -> Reply {
    tracing::error!(why, "the sandbox could not answer");
    Refusal::new(500, Category::InternalError, "The sandbox itself failed; see its log.").into()
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
    if reply.body.is_some() {
        response = response.header(header::CONTENT_TYPE, reply.content_type);
    }
    let text = reply.body.unwrap_or_default();
    let response = match reply.sending {
        Sending::Whole => response.body(Body::from(text)),
        Sending::Cut(bytes) => {
            response.header(header::CONTENT_LENGTH, text.len().max(bytes + 1)).body(cut(&text, bytes))
        }
        Sending::Gigantic(bytes) => {
            let (length, body) = gigantic(bytes);
            response.header(header::CONTENT_LENGTH, length).body(body)
        }
        // A body that fails before its first byte makes the server close the connection with nothing sent.
        Sending::Nothing => {
            response.body(Body::from_stream(stream::once(async { Err::<Bytes, _>(closed()) })))
        }
    };
    response.unwrap_or_else(|_| {
        let mut failed = Response::new(Body::empty());
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}

fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "the seed closes this connection")
}

fn cut(text: &str, bytes: usize) -> Body {
    let part = Bytes::copy_from_slice(&text.as_bytes()[..bytes.min(text.len())]);
    let end = stream::once(async {
        tokio::time::sleep(BEFORE_CUT).await;
        Err(closed())
    });
    Body::from_stream(stream::once(async { Ok(part) }).chain(end))
}

/// A list that begins like any other and goes on with white space; with its length, which is announced.
fn gigantic(bytes: u64) -> (u64, Body) {
    const HEAD: &[u8] = br#"{"results":["#;
    const TAIL: &[u8] = b"]}";
    let chunk = Bytes::from(vec![b' '; CHUNK]);
    let chunks = bytes.div_ceil(CHUNK as u64);
    let filling = stream::iter(0..chunks).map(move |_| chunk.clone());
    let tail = stream::iter([Bytes::from_static(TAIL)]);
    let all = stream::iter([Bytes::from_static(HEAD)]).chain(filling).chain(tail);
    let length = (HEAD.len() + TAIL.len()) as u64 + chunks * CHUNK as u64;
    (length, Body::from_stream(all.map(Ok::<Bytes, io::Error>)))
}

impl Host {
    pub(crate) fn new(portal: Portal, store: Option<Store>, log: Log) -> Host {
        Host { world: Mutex::new(World { portal, meter: Meter::default() }), store, log }
    }

    /// The world, for one step at a time.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, asked: &Asked) -> (Begun, Duration) {
        let mut world = self.world();
        let latency = Duration::from_millis(world.portal.behaviour.latency_ms);
        (world.begin(asked, now()), latency)
    }

    fn finish(&self, asked: &Asked, begun: Begun) -> Reply {
        let time = now();
        let mut reply = self.world().finish(asked, begun, time);
        if let Err(error) = self.save() {
            reply = broken(&format!("the state could not be written: {error}"));
        }
        self.log.write(Entry {
            time,
            method: asked.method.clone(),
            path: asked.path_and_query(),
            status: reply.sent_status(),
            body: asked.logged_body(),
        });
        reply
    }

    /// Writes the state where there is something new in it.
    pub(crate) fn save(&self) -> io::Result<()> {
        let Some(store) = &self.store else { return Ok(()) };
        let revision = self.world().portal.revision;
        store.save(revision, || self.world().portal.clone())
    }
}
