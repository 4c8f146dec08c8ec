//! One portal and its files, and the pipeline over them: load, read over HTTP, plan, apply, look at the portal.
//!
//! Deliberately absent: the binary. What it adds to the pipeline has tests of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hubroster::apply::{
    self, Context, Interrupted, Journal, Observer, Outcome, OutcomeKind, PastRun, Patience, Report,
    Unobserved,
};
use hubroster::ask;
use hubroster::config::{self, DeactivateBy, Desired};
use hubroster::guard::{self, Acknowledged};
use hubroster::model::Snapshot;
use hubroster::plan::{self, Action, Plan, Target};
use hubroster::portal::{BaseUrl, Connection, ReadClient, ScimConnection};
use hubroster::render::{self, PlanDocument};
use hubroster::resolve;
use hubroster::sandbox::{Options, Running, Sandbox, Seed};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use serde_json::Value;
use tokio::sync::Notify;

use crate::faults::ARRIVES_WITHIN;
use crate::files::{Files, TODAY};

/// Everything that a property begins with.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) seed: Value,
    pub(crate) files: Files,
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "── users.yaml\n{}", self.files.users_yaml())?;
        for (key, role) in &self.files.roles {
            writeln!(formatter, "── roles/{key}.yaml\n{role}")?;
        }
        writeln!(formatter, "── the portal")?;
        for (key, value) in self.seed.as_object().into_iter().flatten() {
            match value.as_array() {
                None => writeln!(formatter, "{key}: {value}")?,
                Some(entries) => {
                    writeln!(formatter, "{key}:")?;
                    entries.iter().try_for_each(|entry| writeln!(formatter, "  - {entry}"))?;
                }
            }
        }
        Ok(())
    }
}

/// proptest asks for it; what fails is shown as it would be written.
impl fmt::Debug for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

pub(crate) const TOKEN: &str = "a-token";

pub(crate) type Holds = Result<(), String>;

pub(crate) fn same<T: PartialEq + fmt::Debug>(what: &str, one: &T, other: &T) -> Holds {
    if one == other {
        return Ok(());
    }
    let (one, other) = (format!("{one:#?}"), format!("{other:#?}"));
    let difference = similar::TextDiff::from_lines(one.as_str(), other.as_str());
    Err(format!("{what}:\n{}", difference.unified_diff().context_radius(4).header("one", "other")))
}

/// The same cases every time; `PROPTEST_CASES` asks for more, `PROPTEST_RNG_SEED` for others.
pub(crate) fn check<T: fmt::Debug + fmt::Display>(
    cases: u32,
    drawn: impl Strategy<Value = T>,
    holds: impl AsyncFn(&T) -> Holds,
) {
    let given = Config::default();
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let config = Config {
        cases: if asked { given.cases } else { cases },
        rng_seed: match given.rng_seed {
            RngSeed::Random => RngSeed::Fixed(20_261_122),
            fixed => fixed,
        },
        failure_persistence: None,
        max_shrink_iters: 400,
        max_shrink_time: 60_000,
        ..given
    };
    rustls::crypto::ring::default_provider().install_default().ok();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let result = TestRunner::new(config)
        .run(&drawn, |drawn| runtime.block_on(holds(&drawn)).map_err(TestCaseError::fail));
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, drawn)) => panic!("{reason}\n\n{drawn}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

/// The files as the pipeline has them once they are loaded.
pub(crate) fn load(files: &Files) -> Result<Desired, String> {
    let directory = tempfile::tempdir().expect("a directory for the files");
    let path = directory.path();
    std::fs::create_dir(path.join("roles")).expect("an empty directory");
    std::fs::write(path.join("users.yaml"), files.users_yaml()).expect("a file can be written");
    for (key, role) in &files.roles {
        std::fs::write(path.join("roles").join(format!("{key}.yaml")), role.to_string())
            .expect("a file can be written");
    }
    let loaded = config::load(path, std::path::Path::new("."));
    loaded.map(|loaded| loaded.desired).map_err(|findings| format!("the files have findings: {findings:#?}"))
}

pub(crate) fn plan(desired: &Desired, snapshot: &Snapshot) -> Result<Plan, String> {
    plan_part(desired, snapshot, &[])
}

pub(crate) fn plan_part(desired: &Desired, snapshot: &Snapshot, targets: &[Target]) -> Result<Plan, String> {
    let today = TODAY.parse().expect("a day");
    let resolved = resolve::resolve(desired, snapshot, today)
        .map_err(|findings| format!("names are not known: {findings:#?}"))?;
    Ok(plan::plan(&resolved, plan::Extent { targets, ..plan::Extent::default() }))
}

pub(crate) fn document(desired: &Desired, plan: &Plan) -> PlanDocument {
    let verdicts = guard::judge(plan, &desired.policy, Acknowledged::default());
    PlanDocument::new(plan, &verdicts, render::Requests { reads: 0, writes: 0 })
}

/// A sandbox that serves one case.
pub(crate) struct Portal {
    running: Running,
}

impl Portal {
    pub(crate) async fn start(seed: &Value) -> Result<Portal, String> {
        let seed = Seed::from_json(seed.clone()).map_err(|error| format!("the seed: {error}"))?;
        let listen = "127.0.0.1:0".parse().expect("an address");
        let running = Sandbox::start(listen, seed, Options::default()).await.expect("a free port");
        Ok(Portal { running })
    }

    pub(crate) fn client(&self, desired: &Desired) -> ReadClient {
        let url = BaseUrl::parse(&self.running.url()).expect("a loopback address");
        let scim = BaseUrl::parse(&format!("{}/scim/v2", self.running.url())).expect("a loopback address");
        let token = || TOKEN.to_owned().into();
        let connection = Connection::new(url, token(), desired.portal.api);
        let connection = match desired.policy.deactivate {
            DeactivateBy::Scim => connection.with_scim(ScimConnection { base_url: scim, token: token() }),
            DeactivateBy::Manual | DeactivateBy::Strip => connection,
        };
        ReadClient::new(connection).expect("a client")
    }

    pub(crate) async fn snapshot(&self, desired: &Desired) -> Result<Snapshot, String> {
        let client = self.client(desired);
        let account = client.account().await.map_err(|error| error.to_string())?;
        client.snapshot(account, &ask::wanted(desired)).await.map_err(|error| error.to_string())
    }

    pub(crate) async fn apply(&self, desired: &Desired, plan: &Plan) -> Report {
        let patience = Patience {
            first_pause: Duration::from_millis(1),
            // Only ever used up where something never comes, which is then a failure.
            seat: Duration::from_secs(2),
            ..Patience::default()
        };
        let context = Context { observer: &Unobserved, interrupted: Interrupted::never(), patience };
        apply::apply(plan, &self.client(desired).into_writing(), &context).await
    }

    /// As the commands plan: what a first plan makes worth asking is asked.
    pub(crate) async fn read_and_plan(&self, desired: &Desired) -> Result<Plan, String> {
        let mut snapshot = self.snapshot(desired).await?;
        let first = plan(desired, &snapshot)?;
        let client = self.client(desired);
        let has_news = ask::follow_up(&client, desired, (&mut snapshot, &first)).await;
        if has_news.map_err(|error| error.to_string())? { plan(desired, &snapshot) } else { Ok(first) }
    }

    /// Applies with a journal, to the end or until it has so many lines; then there is no report.
    pub(crate) async fn apply_in_trouble(
        &self,
        desired: &Desired,
        plan: &Plan,
        cut_after: Option<usize>,
    ) -> (Option<Report>, PastRun) {
        let folder = fast_folder();
        let path = folder.path().join("journal.ndjson");
        let journal = Journal::begin(&path, plan, || jiff::Timestamp::UNIX_EPOCH).expect("a new file");
        let cutter = Cutter { left: AtomicUsize::new(cut_after.unwrap_or(usize::MAX)), cut: Notify::new() };
        let observer: [&dyn Observer; 2] = [&journal, &cutter];
        let patience = Patience {
            seat: Duration::from_millis(300),
            crm_record: Duration::from_millis(300),
            lost_answer: Duration::from_millis(60),
            lost_creation: Duration::from_millis(60),
            removal: Duration::from_millis(100),
            first_pause: Duration::from_millis(1),
        };
        let context = Context { observer: &observer, interrupted: Interrupted::never(), patience };
        let writer = self.client(desired).into_writing();
        let report = tokio::select! {
            biased;
            () = cutter.cut.notified() => None,
            report = apply::apply(plan, &writer, &context) => Some(report),
        };
        if let Some(report) = &report {
            journal.finish(report).expect("a last line");
        }
        tokio::time::sleep(ARRIVES_WITHIN).await;
        let past = PastRun::read(&path).expect("a journal").pop().expect("a run");
        (report, past)
    }

    pub(crate) async fn set_faults(&self, faults: &[Value]) {
        let answer = http().post(self.of_itself("faults")).json(faults).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{faults:?}: {}", answer.text().await.unwrap_or_default());
    }

    pub(crate) async fn clear_faults(&self) {
        http().delete(self.of_itself("faults")).send().await.expect("an answer");
    }

    /// Lags are counted in reads and requests.
    pub(crate) async fn let_lags_pass(&self, desired: &Desired) -> Holds {
        for _ in 0..3 {
            self.snapshot(desired).await?;
        }
        Ok(())
    }

    fn of_itself(&self, what: &str) -> String {
        format!("{}/__sandbox/{what}", self.running.url())
    }

    pub(crate) async fn state(&self) -> State {
        let url = self.of_itself("state");
        let client = http();
        State(client.get(url).send().await.expect("the sandbox answers").json().await.expect("with JSON"))
    }

    pub(crate) async fn stop(self) {
        self.running.stop().await;
    }
}

/// Making a client takes longer than a call; connections are not kept from one case to the next.
fn http() -> &'static reqwest::Client {
    static HTTP: OnceLock<reqwest::Client> = OnceLock::new();
    HTTP.get_or_init(|| {
        reqwest::Client::builder().pool_max_idle_per_host(0).no_proxy().build().expect("a client")
    })
}

/// In memory where the system has such a place: each line of a journal waits for the disk.
fn fast_folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder")
}

/// Counts the lines of a journal, and says when there are enough.
struct Cutter {
    left: AtomicUsize,
    cut: Notify,
}

impl Cutter {
    fn count(&self) {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.cut.notify_one();
        }
    }
}

impl Observer for Cutter {
    fn started(&self, _: usize, _: &Action) -> io::Result<()> {
        self.count();
        Ok(())
    }

    fn settings_ended(&self, _: usize, _: OutcomeKind) -> io::Result<()> {
        self.count();
        Ok(())
    }

    fn ended(&self, _: usize, _: &Outcome) -> io::Result<()> {
        self.count();
        Ok(())
    }
}

/// What the sandbox holds, in the format of a seed.
pub(crate) struct State(pub(crate) Value);

/// A person of the state: what PUT and the Teams API may touch, by id; and the whole rest.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Held {
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) permission_sets: BTreeSet<String>,
    pub(crate) team: Option<String>,
    pub(crate) extra_teams: BTreeSet<String>,
    pub(crate) seats: BTreeSet<String>,
    pub(crate) super_admin: bool,
    pub(crate) status: String,
    pub(crate) profile: Value,
    pub(crate) rest: BTreeMap<String, Value>,
}

impl State {
    fn entries(&self, key: &str) -> &[Value] {
        self.0[key].as_array().map_or(&[], Vec::as_slice)
    }

    /// Ids by name, of what people refer to.
    fn ids(&self, key: &str) -> BTreeMap<&str, String> {
        let entries = self.entries(key).iter();
        entries.filter_map(|entry| Some((entry["name"].as_str()?, text(&entry["id"])))).collect()
    }

    pub(crate) fn team_ids(&self) -> BTreeSet<String> {
        self.ids("teams").into_values().collect()
    }

    pub(crate) fn team_id(&self, name: &str) -> Option<String> {
        self.ids("teams").get(name).cloned()
    }

    pub(crate) fn outbox(&self) -> Vec<String> {
        self.entries("outbox").iter().map(|mail| text(&mail["to"])).collect()
    }

    /// Everybody, by settings id.
    pub(crate) fn people(&self) -> BTreeMap<String, Held> {
        let (teams, sets) = (self.ids("teams"), self.ids("permission_sets"));
        let held = |person: &Value| {
            let mut rest: BTreeMap<String, Value> =
                person.as_object().expect("a person").clone().into_iter().collect();
            let mut take = |key: &str| rest.remove(key).unwrap_or_default();
            let list = |value: Value| value.as_array().cloned().unwrap_or_default();
            let name = |value: Value| value.as_str().map(str::to_owned);
            let id = |value: &Value, of: &BTreeMap<&str, String>| of[value.as_str().expect("a name")].clone();
            let team = Some(take("team")).filter(|team| !team.is_null());
            let held = Held {
                first_name: name(take("first_name")),
                last_name: name(take("last_name")),
                permission_sets: list(take("permission_sets")).iter().map(|set| id(set, &sets)).collect(),
                team: team.map(|team| id(&team, &teams)),
                extra_teams: list(take("extra_teams")).iter().map(|team| id(team, &teams)).collect(),
                seats: list(take("seats")).iter().map(text).collect(),
                super_admin: take("super_admin") == true,
                status: text(&take("status")),
                profile: take("profile"),
                rest: BTreeMap::new(),
            };
            (text(&person["id"]), Held { rest, ..held })
        };
        self.entries("people").iter().map(held).collect()
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
