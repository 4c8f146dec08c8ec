//! One call from beginning to end: the queue for the rate limit, the tries, and what can be said in the end.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Url};
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use super::answer::{self, Asked, Reply};
use super::call::{Call, Effect};
use super::connection::{Connection, Timeouts};
use super::door::{Door, Realm};
use super::error::Error;
use super::redact::{Secrets, clean};
use super::retry::{Limit, Retry, TRIES};
use super::throttle::{Permit, Throttle};
use super::wire;
use crate::model::ApiVersion;

/// Per 10 seconds, until an answer tells: what every account has at least.
const FIRST_LIMIT: u64 = 100;
const FIRST_INTERVAL: Duration = Duration::from_secs(10);
/// HubSpot's usage guidelines; answers to searches announce nothing.
const SEARCHES_PER_SECOND: u64 = 5;

/// Shared by everything that calls one portal in one run.
pub(super) struct Transport {
    portal: Door,
    scim: Option<Door>,
    pub(super) api: ApiVersion,
    timeouts: Timeouts,
    throttle: Throttle,
    searches: Throttle,
    reads: AtomicU64,
    writes: AtomicU64,
    daily: Mutex<Option<(u64, u64)>>,
    /// Once the daily limit is used up or the account is moving, nothing more is sent.
    over: OnceLock<Error>,
}

/// Answered reading calls, and writing calls sent, further tries of the same call included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Requests {
    pub reads: u64,
    pub writes: u64,
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Transport");
        let scim = self.scim.as_ref().map(|door| &door.base);
        debug.field("portal", &self.portal.base).field("scim", &scim);
        debug.field("api", &self.api).finish_non_exhaustive()
    }
}

impl Transport {
    pub(super) fn new(connection: Connection) -> Result<Transport, Error> {
        let Connection { base_url, token, api, user_agent, timeouts, scim } = connection;
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Loses only against another thread that installs one at this moment, which is as good.
            rustls::crypto::ring::default_provider().install_default().ok();
        }
        let builder = || {
            Client::builder()
                .user_agent(&user_agent)
                .gzip(true)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .connect_timeout(timeouts.connect)
                .timeout(timeouts.request)
        };
        let scim =
            scim.map(|scim| Door::new(Realm::Scim, scim.base_url, scim.token, builder())).transpose()?;
        Ok(Transport {
            portal: Door::new(Realm::Portal, base_url, token, builder())?,
            scim,
            api,
            timeouts,
            throttle: Throttle::new(FIRST_LIMIT, FIRST_INTERVAL),
            searches: Throttle::new(SEARCHES_PER_SECOND, Duration::from_secs(1)),
            reads: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            daily: Mutex::new(None),
            over: OnceLock::new(),
        })
    }

    pub(super) fn requests(&self) -> Requests {
        Requests { reads: self.reads.load(Ordering::Relaxed), writes: self.writes.load(Ordering::Relaxed) }
    }

    /// Calls per interval, as last announced.
    pub(super) fn rate_limit(&self) -> (u64, Duration) {
        self.throttle.limit()
    }

    /// The daily limit and what remains of it, as last announced.
    pub(super) fn daily(&self) -> Option<(u64, u64)> {
        *self.daily.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn has_scim(&self) -> bool {
        self.scim.is_some()
    }

    fn door(&self, realm: Realm) -> Option<&Door> {
        match realm {
            Realm::Portal => Some(&self.portal),
            Realm::Scim => self.scim.as_ref(),
        }
    }

    /// Of both doors: an answer that came through the one may repeat the token of the other.
    pub(super) fn secrets(&self) -> Secrets<'_> {
        [self.token(), self.scim.as_ref().map_or("", Door::secret)]
    }

    pub(super) fn token(&self) -> &str {
        self.portal.secret()
    }

    /// Sends the call and reads what its answer holds.
    pub(super) async fn fetch<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Error> {
        let reply = self.send(call).await?;
        self.decode(call, &reply)
    }

    pub(super) fn decode<T: DeserializeOwned>(&self, call: &Call, reply: &Reply) -> Result<T, Error> {
        wire::decode(&reply.body).map_err(|reason| match reply.body.trim_ascii_start().starts_with(b"<") {
            true => self.undecodable(call, reply, &answer::stray_text(&reply.body)),
            false => self.undecodable(call, reply, &reason),
        })
    }

    /// A write that was answered like this may or may not have been made.
    pub(super) fn undecodable(&self, call: &Call, reply: &Reply, reason: &str) -> Error {
        let error = Error::Undecodable {
            call: call.shown(),
            status: reply.status,
            correlation_id: reply.correlation_id.clone(),
            reason: clean(reason, self.secrets()),
        };
        match call.effect {
            Effect::Reads => error,
            Effect::Writes | Effect::Creates => unknown(call, error),
        }
    }

    /// Sends the call until it is answered, as often as it may be sent and as waiting may help.
    pub(super) async fn send(&self, call: &Call) -> Result<Reply, Error> {
        let door = self.door(call.path.realm).ok_or(Error::NoScim)?;
        let mut spent = Duration::ZERO;
        let mut maybe_done = false;
        let mut was_answered = false;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let error = match self.attempt(door, call, self.timeouts.call.saturating_sub(spent)).await {
                Ok(reply) => {
                    self.count_read(call);
                    return Ok(reply);
                }
                Err(Failed { error, lasted }) => {
                    spent += lasted.unwrap_or_default();
                    was_answered |= lasted.is_some();
                    error
                }
            };
            maybe_done |= call.effect != Effect::Reads && error.leaves_outcome_open();
            let repeatable = call.effect != Effect::Creates || !maybe_done;
            let retry = Retry::after(&error, call.limit, attempt);
            let wait = match retry {
                Retry::Never => None,
                Retry::Alone(wait) | Retry::Together(_, wait) => Some(wait),
            };
            let patient = repeatable && attempt < TRIES;
            let Some(wait) = wait.filter(|wait| patient && spent + *wait < self.timeouts.call) else {
                if was_answered {
                    self.count_read(call);
                }
                return Err(self.last_word(call, error, maybe_done));
            };
            tracing::debug!(call = %call.shown(), attempt, milliseconds = %wait.as_millis(), "waiting to try again");
            match retry {
                Retry::Together(Limit::Ordinary, wait) => self.throttle.pause(wait),
                Retry::Together(Limit::Search, wait) => self.searches.pause(wait),
                Retry::Alone(_) | Retry::Never => tokio::time::sleep(wait).await,
            }
            spent += wait;
        }
    }

    /// A read counts once, however many tries it took: what a plan says of its reads must not depend on how busy
    /// HubSpot was.
    fn count_read(&self, call: &Call) {
        if call.effect == Effect::Reads {
            self.reads.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// One try; where it failed, with how long it took, the queue aside.
    async fn attempt(&self, door: &Door, call: &Call, left: Duration) -> Result<Reply, Failed> {
        let search_permit = match call.limit {
            Limit::Ordinary => None,
            Limit::Search => Some(self.searches.acquire().await),
        };
        let permit = self.throttle.acquire().await;
        if let Some(over) = self.over.get() {
            return Err(Failed { error: over.clone(), lasted: None });
        }
        let started = Instant::now();
        let sent = self.exchange(door, call, permit, self.timeouts.request.min(left)).await;
        drop(search_permit);
        sent.map_err(|error| Failed { error, lasted: Some(started.elapsed()) })
    }

    async fn exchange(
        &self,
        door: &Door,
        call: &Call,
        mut permit: Permit<'_>,
        timeout: Duration,
    ) -> Result<Reply, Error> {
        let shown = call.shown();
        let realm = call.path.realm;
        let url = address(door, call)
            .ok_or_else(|| Error::Request { what: format!("`{shown}`"), reason: "it makes no address" })?;
        let mut request = door.http.request(call.method.clone(), url).timeout(timeout);
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, realm.media_type()).json(body);
        }
        if call.effect != Effect::Reads {
            self.writes.fetch_add(1, Ordering::Relaxed);
        }
        let started = Instant::now();
        let response = request.send().await.map_err(|error| {
            if error.is_connect() && call.effect != Effect::Reads {
                self.writes.fetch_sub(1, Ordering::Relaxed);
            }
            answer::transport(&shown, error)
        });
        let took = started.elapsed().as_millis();
        let response = match response {
            Ok(response) => response,
            Err(error) => {
                tracing::debug!(call = %shown, milliseconds = %took, "no answer: {error}");
                return Err(error);
            }
        };
        tracing::debug!(call = %shown, status = response.status().as_u16(), milliseconds = %took, "answered");
        // What SCIM would announce is another token's, and says nothing of what remains to this one.
        if realm == Realm::Portal {
            if let Some(announcement) = answer::announcement(response.status(), response.headers()) {
                permit.heed(announcement);
            }
            if let Some(daily) = answer::daily(response.headers()) {
                *self.daily.lock().unwrap_or_else(PoisonError::into_inner) = Some(daily);
            }
        }
        // HubSpot has counted the call, however long its body takes.
        drop(permit);
        answer::read(response, Asked { realm, shown: &shown, secrets: self.secrets() }).await
    }

    /// What the caller is told when no further try is made.
    fn last_word(&self, call: &Call, error: Error, maybe_done: bool) -> Error {
        let error = match error {
            Error::Answer(answer) if answer.status == 477 => {
                Error::Migrating { retry_after: answer.retry_after }
            }
            other => other,
        };
        if matches!(error, Error::DailyLimit { .. } | Error::Migrating { .. }) {
            self.over.get_or_init(|| error.clone());
        }
        if !maybe_done {
            return error;
        }
        match error {
            // HubSpot understood this try and refused it: that is an answer.
            Error::Answer(mut answer)
                if answer.from_hubspot
                    && matches!(answer.status, 400..=499)
                    && !matches!(answer.status, 408 | 423 | 429) =>
            {
                answer.repeated = true;
                Error::Answer(answer)
            }
            error => unknown(call, error),
        }
    }
}

/// A try that came to nothing.
struct Failed {
    error: Error,
    /// `None`: it was not sent, because the run is over.
    lasted: Option<Duration>,
}

fn unknown(call: &Call, cause: Error) -> Error {
    Error::OutcomeUnknown { call: call.shown(), cause: Box::new(cause) }
}

fn address(door: &Door, call: &Call) -> Option<Url> {
    let mut url = Url::parse(&format!("{}{}", door.base.as_str(), call.path.sent)).ok()?;
    if !call.query.is_empty() {
        url.query_pairs_mut().extend_pairs(&call.query);
        // `+` is a space in forms alone; not every server takes it for one in an address.
        let query = url.query().map(|query| query.replace('+', "%20"));
        url.set_query(query.as_deref());
    }
    Some(url)
}
