//! The simulated portal: HubSpot's API over real HTTP, with state, behaviour, tiers and limits.
//!
//! It is what a new user tries the tool on and what the tests run against; `docs/sandbox.md` describes it.
//! Deliberately absent: any type of `portal`. Both speak JSON as HubSpot's documents have it, so that a mistake on
//! one side shows on the other.

mod call;
mod control;
mod cursor;
mod errors;
mod faults;
mod ids;
mod limits;
mod log;
mod reply;
mod routes;
mod seed;
mod server;
mod state;
mod store;
mod world;

pub use seed::{Seed, SeedError};

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use log::Log;
use server::Host;
use store::Store;

/// How long `Running::stop` waits for requests that are being answered.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a sandbox keeps what it does; nothing is kept unless named.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The whole state as a seed, replaced after every change (mode 0600).
    pub state: Option<PathBuf>,
    /// One JSON line per request, appended: time, method, path, status, body.
    pub log: Option<PathBuf>,
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The address is taken, or not of this machine.
    #[error("the sandbox cannot listen on `{address}`: choose another address or port")]
    Listen { address: SocketAddr, source: io::Error },
    /// The state cannot be saved.
    #[error("the sandbox's state cannot be written to `{}`: choose another file", path.display())]
    State { path: PathBuf, source: io::Error },
    /// The log cannot be opened.
    #[error("the sandbox's request log `{}` cannot be opened: choose another file", path.display())]
    Log { path: PathBuf, source: io::Error },
}

/// The simulated portal, before it runs.
#[derive(Debug)]
pub struct Sandbox;

impl Sandbox {
    /// Starts to serve this seed; port 0 takes a free one.
    ///
    /// # Errors
    /// The address cannot be listened on, or the state or log file cannot be written.
    pub async fn start(listen: SocketAddr, seed: Seed, options: Options) -> Result<Running, SandboxError> {
        let portal = seed.portal;
        let log = Log::open(options.log.as_deref())
            .map_err(|source| SandboxError::Log { path: options.log.clone().unwrap_or_default(), source })?;
        let store = match &options.state {
            None => None,
            Some(path) => Some(
                Store::open(path, &portal)
                    .map_err(|source| SandboxError::State { path: path.clone(), source })?,
            ),
        };
        let cannot_listen = |source| SandboxError::Listen { address: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(cannot_listen)?;
        let address = listener.local_addr().map_err(cannot_listen)?;
        let host = Arc::new(Host::new(portal, store, log));
        let router = Router::new().fallback(server::serve).with_state(host);
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            // An error of the sender means that the `Running` was dropped, which stops the sandbox too.
            let shutdown = async { stopped.await.unwrap_or_default() };
            if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(shutdown).await {
                tracing::error!(%error, "the sandbox stopped serving");
            }
        });
        Ok(Running { address, stop, task })
    }
}

/// A sandbox that serves until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    /// Where it listens, with the port it was given.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base URL, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes no more requests and waits a few seconds for those that are being answered.
    pub async fn stop(self) {
        let Running { stop, mut task, .. } = self;
        // A failed send means that the server has ended by itself.
        let _ = stop.send(());
        if tokio::time::timeout(PATIENCE, &mut task).await.is_err() {
            task.abort();
        }
    }
}
