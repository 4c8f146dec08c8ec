//! One call from beginning to end: the tries, the waits, and lists read page by page.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rand::Rng as _;
use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;

use super::address::{ApiUrl, Repository};
use super::answer::{self, Reply, Trouble, Wait};
use super::call::{Call, Effect, Target};
use super::error::Error;
use super::text::clean;

const TRIES: u32 = 5;
/// As many as GitHub gives.
const PER_PAGE: &str = "100";
/// More comments than GitHub lets a conversation have, and far more issues than are read in one go.
const MOST_PAGES: usize = 50;
/// The version whose documents this was written by.
const API_VERSION: &str = "2022-11-28";

pub struct Connection {
    pub api: ApiUrl,
    pub token: SecretString,
    pub repository: Repository,
    pub patience: Patience,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    pub connect: Duration,
    /// One request, from sending it to the last byte of its answer.
    pub request: Duration,
    /// All waits of one call together.
    pub waiting: Duration,
    /// After the first try that failed, doubled with each further one.
    pub backoff: Duration,
    /// Before what may have been done is looked for: GitHub shows it a moment later.
    pub settling: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            connect: Duration::from_secs(10),
            request: Duration::from_secs(30),
            waiting: Duration::from_secs(300),
            backoff: Duration::from_millis(500),
            settling: Duration::from_secs(2),
        }
    }
}

pub struct Client {
    http: reqwest::Client,
    api: ApiUrl,
    secret: SecretString,
    pub(super) repository: Repository,
    pub(super) patience: Patience,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Client");
        debug.field("api", &self.api).field("repository", &self.repository).finish_non_exhaustive()
    }
}

impl Client {
    pub fn new(connection: Connection) -> Result<Client, Error> {
        let Connection { api, token, repository, patience } = connection;
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Loses only against another thread that installs one at this moment, which is as good.
            rustls::crypto::ring::default_provider().install_default().ok();
        }
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, authorization(&token)?);
        headers.insert(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
        headers.insert("x-github-api-version", HeaderValue::from_static(API_VERSION));
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("hubroster/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .https_only(!api.is_loopback())
            .gzip(true)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(patience.connect)
            .timeout(patience.request);
        if api.is_loopback() {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| Error::Client(Arc::new(error)))?;
        Ok(Client { http, api, secret: token, repository, patience })
    }

    pub(super) async fn fetch<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Error> {
        self.decode(call, &self.send(call).await?)
    }

    /// The whole list, or an error; never a part of it taken for all.
    pub(super) async fn list<T: DeserializeOwned>(&self, first: Call) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        let first = first.with("per_page", PER_PAGE);
        let mut query = None;
        for _ in 0..MOST_PAGES {
            let reply = self.send_page(&first, query.as_deref()).await?;
            all.append(&mut self.decode::<Vec<T>>(&first, &reply)?);
            match reply.next {
                Some(next) => query = Some(next),
                None => return Ok(all),
            }
        }
        Err(Error::EndlessList { call: first.shown(), pages: MOST_PAGES })
    }

    fn decode<T: DeserializeOwned>(&self, call: &Call, reply: &Reply) -> Result<T, Error> {
        let mut json = serde_json::Deserializer::from_slice(&reply.body);
        serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let reason = match error.path().to_string().as_str() {
                "." => error.inner().to_string(),
                path => format!("at `{path}`: {}", error.inner()),
            };
            Error::Undecodable { call: call.shown(), reason: clean(&reason, self.secret.expose_secret()) }
        })
    }

    pub(super) async fn send(&self, call: &Call) -> Result<Reply, Error> {
        self.send_page(call, None).await
    }

    /// Sends the call until it is answered, as often as it may be sent and as waiting may help. `query` stands in for
    /// the call's own.
    async fn send_page(&self, call: &Call, query: Option<&str>) -> Result<Reply, Error> {
        let mut waited = Duration::ZERO;
        for attempt in 1.. {
            let Trouble { error, wait } = match self.exchange(call, query).await {
                Ok(reply) => return Ok(reply),
                Err(trouble) => trouble,
            };
            if call.effect == Effect::Creates && error.leaves_outcome_open() {
                return Err(error);
            }
            let limited = matches!(wait, Wait::Asked(_) | Wait::Minute);
            let wait = match wait {
                Wait::Useless => return Err(error),
                Wait::Backoff => jittered(self.patience.backoff * 2_u32.pow(attempt - 1)),
                Wait::Asked(asked) => asked,
                Wait::Minute => Duration::from_secs(60) * 2_u32.pow(attempt - 1),
            };
            if limited && waited + wait > self.patience.waiting {
                return Err(Error::Limited { call: call.shown(), wait });
            }
            if attempt == TRIES || waited + wait > self.patience.waiting {
                return Err(error);
            }
            tracing::debug!(call = %call.shown(), attempt, milliseconds = %wait.as_millis(), "waiting to try again");
            tokio::time::sleep(wait).await;
            waited += wait;
        }
        unreachable!("the last try returns")
    }

    async fn exchange(&self, call: &Call, query: Option<&str>) -> Result<Reply, Trouble> {
        let mut request = self.http.request(call.method.clone(), self.address(call, query));
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let sent = request.send().await;
        let response = sent.map_err(|error| {
            let error = answer::transport(call, error);
            tracing::debug!(call = %call.shown(), "no answer: {error}");
            Trouble { error, wait: Wait::Backoff }
        })?;
        tracing::debug!(call = %call.shown(), status = response.status().as_u16(), "answered");
        answer::read(response, call, self.secret.expose_secret()).await
    }

    fn address(&self, call: &Call, query: Option<&str>) -> Url {
        let text = match &call.target {
            Target::Rest(path) => self.api.rest(path),
            Target::Graphql => self.api.graphql(),
        };
        let mut url = Url::parse(&text).expect("an address that was parsed, and a path of plain segments");
        match query {
            Some(query) => url.set_query(Some(query)),
            None if call.query.is_empty() => {}
            None => {
                url.query_pairs_mut().extend_pairs(&call.query);
            }
        }
        url
    }
}

fn authorization(token: &SecretString) -> Result<HeaderValue, Error> {
    let token = token.expose_secret();
    if token.trim().is_empty() {
        return Err(Error::Token("is empty"));
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::Token("holds a space, a line break or another character that no token has"));
    }
    let mut value =
        HeaderValue::try_from(format!("Bearer {token}")).expect("printable ASCII is a valid header value");
    value.set_sensitive(true);
    Ok(value)
}

/// Up to half of it more, so that runs do not come back together.
fn jittered(wait: Duration) -> Duration {
    wait.mul_f64(rand::rng().random_range(1.0..1.5))
}
