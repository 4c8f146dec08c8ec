//! One sandbox and one client of it: read, planned and applied as the commands do it, with a journal on disk.
//!
//! Deliberately absent: waiting as long as a real run would; patience is an input.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use hubroster::apply::{self, Context, Interrupted, Journal, PastRun, Patience, Report, Unobserved};
use hubroster::ask;
use hubroster::config::Desired;
use hubroster::model::Snapshot;
use hubroster::plan::{self, Extent, Plan};
use hubroster::portal::{BaseUrl, Connection, Error, ReadClient, Requests, ScimConnection, Timeouts};
use hubroster::resolve;
use hubroster::sandbox::{Options, Running, Sandbox, Seed};
use serde_json::Value;

use crate::endpoints::Endpoint;
use crate::faults::Fault;
use crate::scenario::{TOKEN, desired, seed};

/// How long the client waits for an answer where time is the fault: less than `faults::TOO_LONG_MS`. In every other cell
/// it waits as it always does, so that a busy machine is no fault.
const ANSWER_IN: Duration = Duration::from_secs(2);
const PATIENCE: Patience = Patience {
    seat: Duration::from_secs(4),
    crm_record: Duration::from_secs(4),
    lost_answer: Duration::from_millis(400),
    lost_creation: Duration::from_millis(400),
    removal: Duration::from_secs(2),
    first_pause: Duration::from_millis(20),
};

pub(crate) struct Portal {
    running: Running,
    client: ReadClient,
    desired: &'static Desired,
    timeouts: Timeouts,
}

/// A call that reached the portal.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Without its query.
    pub(crate) path: String,
    pub(crate) body: Value,
}

impl Portal {
    pub(crate) async fn start(endpoint: &Endpoint, fault: &Fault) -> Portal {
        let seed = Seed::from_json(seed(endpoint, fault)).expect("a valid seed");
        let listen = "127.0.0.1:0".parse().expect("an address");
        let running = Sandbox::start(listen, seed, Options::default()).await.expect("a free port");
        let desired = desired(endpoint.stage);
        let timeouts = match fault.is_about_time() {
            true => Timeouts { request: ANSWER_IN, ..Timeouts::default() },
            false => Timeouts::default(),
        };
        Portal { client: client(&running, desired, timeouts), running, desired, timeouts }
    }

    /// What went wrong is over, and another process with a memory of its own goes on.
    pub(crate) async fn next_run(self) -> Portal {
        let url = format!("{}/__sandbox/faults", self.running.url());
        http().delete(url).send().await.expect("the sandbox answers");
        Portal { client: client(&self.running, self.desired, self.timeouts), ..self }
    }

    pub(crate) async fn stop(self) {
        self.running.stop().await;
    }

    pub(crate) async fn begin(&self, fault: &Value) {
        let url = format!("{}/__sandbox/faults", self.running.url());
        let answer = http().post(url).json(fault).send().await.expect("the sandbox answers");
        assert!(answer.status().is_success(), "{fault}: {}", answer.text().await.unwrap_or_default());
    }

    async fn get(&self, what: &str) -> Value {
        let url = format!("{}/__sandbox/{what}", self.running.url());
        http().get(url).send().await.expect("the sandbox answers").json().await.expect("JSON")
    }

    pub(crate) async fn requests(&self) -> Vec<Request> {
        let request = |request: &Value| {
            let text = |key: &str| request[key].as_str().unwrap_or_default().to_owned();
            let path = text("path").split('?').next().unwrap_or_default().to_owned();
            Request { method: text("method"), path, body: request["body"].clone() }
        };
        self.get("requests").await.as_array().expect("a list").iter().map(request).collect()
    }

    /// Everything but the faults that are left.
    pub(crate) async fn state(&self) -> Value {
        let mut state = self.get("state").await;
        state.as_object_mut().expect("an object").remove("faults");
        state
    }

    pub(crate) async fn outbox(&self) -> Vec<String> {
        let to = |mail: &Value| mail["to"].as_str().expect("an address").to_owned();
        self.get("outbox").await.as_array().expect("a list").iter().map(to).collect()
    }

    /// Reads as `plan` does.
    pub(crate) async fn plan(&self) -> Result<Plan, Error> {
        let account = self.client.account().await?;
        let mut snapshot = self.client.snapshot(account, &ask::wanted(self.desired)).await?;
        let first = self.planned(&snapshot);
        let has_news = ask::follow_up(&self.client, self.desired, (&mut snapshot, &first)).await?;
        Ok(if has_news { self.planned(&snapshot) } else { first })
    }

    fn planned(&self, snapshot: &Snapshot) -> Plan {
        let today = "2026-11-22".parse().expect("a day");
        match resolve::resolve(self.desired, snapshot, today) {
            Ok(resolved) => plan::plan(&resolved, Extent::default()),
            Err(findings) => panic!("a name that could not be read is no finding: {findings:#?}"),
        }
    }

    /// With what the journal tells afterwards.
    pub(crate) async fn apply_with_journal(&self, plan: &Plan) -> (Report, PastRun) {
        let folder = fast_folder();
        let path = folder.path().join("journal.ndjson");
        let journal = Journal::begin(&path, plan, || jiff::Timestamp::UNIX_EPOCH).expect("a new file");
        let context = Context { observer: &journal, interrupted: Interrupted::never(), patience: PATIENCE };
        let report = apply::apply(plan, &self.client.clone().into_writing(), &context).await;
        journal.finish(&report).expect("a last line");
        let past = PastRun::read(&path).expect("a journal").pop().expect("a run");
        (report, past)
    }

    pub(crate) async fn apply(&self, plan: &Plan) -> Report {
        let context =
            Context { observer: &Unobserved, interrupted: Interrupted::never(), patience: PATIENCE };
        apply::apply(plan, &self.client.clone().into_writing(), &context).await
    }

    pub(crate) fn counted(&self) -> Requests {
        self.client.requests()
    }
}

/// In memory where the system has such a place: each line of a journal waits for the disk, and the matrix is about
/// what it says.
fn fast_folder() -> tempfile::TempDir {
    let memory: PathBuf = Path::new("/dev/shm").to_owned();
    tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir()).expect("a folder")
}

fn client(running: &Running, desired: &Desired, timeouts: Timeouts) -> ReadClient {
    let base = BaseUrl::parse(&running.url()).expect("a loopback address");
    let scim = BaseUrl::parse(&format!("{}/scim/v2", running.url())).expect("a loopback address");
    let token = || TOKEN.to_owned().into();
    let mut connection = Connection::new(base, token(), desired.portal.api);
    connection.timeouts = timeouts;
    let connection = connection.with_scim(ScimConnection { base_url: scim, token: token() });
    ReadClient::new(connection).expect("a client")
}

fn http() -> &'static reqwest::Client {
    static HTTP: OnceLock<reqwest::Client> = OnceLock::new();
    HTTP.get_or_init(|| {
        reqwest::Client::builder().pool_max_idle_per_host(0).no_proxy().build().expect("a client")
    })
}
