//! A relay between the client and the sandbox that shows every exchange to the judge.
//!
//! It changes nothing: status, headers and bytes pass as they are, and a connection that the sandbox drops is
//! dropped towards the client too. Without a judge it only passes on, so that a test is the same with and
//! without HubSpot's documents. Deliberately absent: timeouts and retries. Those are the client's, and under test.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName};
use axum::response::Response;
use futures_util::stream;
use tokio::sync::oneshot;

use super::{Answer, Exchange, Judge};

/// These belong to one connection (RFC 9110, 7.6.1), and the relay has one on either side.
const OF_ONE_CONNECTION: [HeaderName; 4] =
    [header::CONNECTION, header::TRANSFER_ENCODING, header::UPGRADE, HeaderName::from_static("keep-alive")];

/// Passes requests on until it is stopped.
///
/// Dropped without `stop`, it panics likewise with what the judge found, so that nothing found is lost.
pub(crate) struct Relay {
    address: SocketAddr,
    court: Arc<Court>,
    running: Option<Running>,
}

struct Running {
    stop: oneshot::Sender<()>,
    /// Its own thread and runtime: a test may block while it waits for a client in another process.
    thread: JoinHandle<()>,
}

struct Court {
    upstream: String,
    client: reqwest::Client,
    judge: Option<Judge>,
    record: Mutex<Record>,
}

#[derive(Default)]
struct Record {
    exchanges: usize,
    /// As text, and only those that nobody has asked for.
    violations: Vec<String>,
}

impl Relay {
    /// Listens on a free port of loopback and passes everything on to `upstream_url` (no slash at the end).
    pub(crate) async fn start(upstream_url: &str, judge: Option<Judge>) -> Relay {
        // Fails where there is a provider already, which is as good.
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = reqwest::Client::builder()
            .http1_only()
            .no_proxy()
            .gzip(false)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .build()
            .expect("nothing in these settings can fail");
        let record = Mutex::new(Record::default());
        let court = Arc::new(Court { upstream: upstream_url.to_owned(), client, judge, record });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
        listener.set_nonblocking(true).expect("a fresh socket can be set so");
        let address = listener.local_addr().expect("a bound socket has an address");
        let router = Router::new().fallback(pass_on).with_state(Arc::clone(&court));
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || serve(listener, router, stopped));
        Relay { address, court, running: Some(Running { stop, thread }) }
    }

    /// The base URL for the client, without a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was found since this was last asked. What is taken here does not make `stop` panic.
    pub(crate) fn violations(&self) -> Vec<String> {
        std::mem::take(&mut self.court.record().violations)
    }

    /// How many requests came, answered or not.
    pub(crate) fn exchanges(&self) -> usize {
        self.court.record().exchanges
    }

    /// Drops what is still open.
    ///
    /// # Panics
    /// There are violations that nobody has asked for.
    pub(crate) async fn stop(mut self) {
        self.close();
    }

    fn close(&mut self) {
        if let Some(Running { stop, thread }) = self.running.take() {
            // A failed send means that the thread has ended by itself.
            stop.send(()).ok();
            assert!(thread.join().is_ok(), "the relay itself panicked");
        }
        let violations = self.violations();
        assert!(
            violations.is_empty(),
            "violations of HubSpot's documents: {} in {} exchanges\n  {}",
            violations.len(),
            self.exchanges(),
            violations.join("\n  ")
        );
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.close();
        }
    }
}

/// Serves until told to stop; whatever is open then ends with the runtime.
fn serve(listener: TcpListener, router: Router, stopped: oneshot::Receiver<()>) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a small runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).expect("the socket does not block");
        tokio::select! {
            served = axum::serve(listener, router) => served.expect("serving ends when it is told to"),
            // An error means that the relay was dropped.
            _ = stopped => {}
        }
    });
}

impl Court {
    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An exchange that is going on. It is judged when it ends, also where the client gives up and axum with it.
struct Hearing {
    court: Arc<Court>,
    exchange: Exchange,
}

impl Drop for Hearing {
    fn drop(&mut self) {
        let violations = self.court.judge.map(|judge| judge.exchange(&self.exchange)).unwrap_or_default();
        let mut record = self.court.record();
        record.exchanges += 1;
        record.violations.extend(violations.iter().map(ToString::to_string));
    }
}

async fn pass_on(State(court): State<Arc<Court>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path_and_query = parts.uri.path_and_query().map_or("/", |asked| asked.as_str()).to_owned();
    let Ok(body) = to_bytes(body, usize::MAX).await else { return dropped(Bytes::new(), Response::new(())) };
    let mut hearing = Hearing {
        court: Arc::clone(&court),
        exchange: Exchange {
            method: parts.method.to_string(),
            path_and_query,
            content_type: content_type(&parts.headers),
            body: body.to_vec(),
            answer: None,
        },
    };
    let mut headers = passed_on(&parts.headers);
    headers.remove(header::HOST);
    let url = format!("{}{}", court.upstream, hearing.exchange.path_and_query);
    let mut asked = court.client.request(parts.method, url).headers(headers);
    if !body.is_empty() {
        asked = asked.body(body);
    }
    let Ok(mut answered) = asked.send().await else { return dropped(Bytes::new(), Response::new(())) };
    let mut answer = Response::new(());
    *answer.status_mut() = answered.status();
    *answer.headers_mut() = passed_on(answered.headers());
    let mut body = Vec::new();
    loop {
        match answered.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(_) => return dropped(body.into(), answer),
        }
    }
    hearing.exchange.answer = Some(Answer {
        status: answer.status().as_u16(),
        content_type: content_type(answer.headers()),
        body: body.clone(),
    });
    // Before the client has the answer, so that it may ask for the violations at once.
    drop(hearing);
    answer.map(|()| Body::from(body))
}

/// Breaks the connection off after this much of the body. Where that is nothing, the head is not sent either:
/// hyper meets the error before it has written anything out.
fn dropped(sent: Bytes, answer: Response<()>) -> Response {
    let broken = || Err(io::Error::from(io::ErrorKind::ConnectionReset));
    let pieces = stream::unfold(Some(sent), move |sent| async move {
        match sent {
            Some(sent) if !sent.is_empty() => Some((Ok(sent), None)),
            Some(_) => Some((broken(), None)),
            None => {
                // Hyper writes the first piece out while this waits.
                tokio::task::yield_now().await;
                Some((broken(), None))
            }
        }
    });
    answer.map(|()| Body::from_stream(pieces))
}

fn passed_on(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in OF_ONE_CONNECTION {
        headers.remove(name);
    }
    headers
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}
