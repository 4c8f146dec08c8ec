//! One portal and its files, and the pipeline over them: load, read over HTTP, plan, apply, look at the portal.
//!
//! Deliberately absent: the binary. What it adds to the pipeline has tests of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use hubroster::apply::{self, Context, Interrupted, Patience, Report, Unobserved};
use hubroster::config::{self, Desired};
use hubroster::guard::{self, Acknowledged};
use hubroster::model::Snapshot;
use hubroster::plan::{self, Plan, Target};
use hubroster::portal::{BaseUrl, Connection, ReadClient, Wanted};
use hubroster::render::{self, PlanDocument};
use hubroster::resolve;
use hubroster::sandbox::{Options, Running, Sandbox, Seed};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use serde_json::Value;

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

/// Asks about the people whom the files name, as the commands do.
fn wanted(desired: &Desired) -> Wanted {
    let earlier = desired.users.iter().filter_map(|user| user.previous_email.as_ref());
    let emails = desired.users.iter().map(|user| &user.email).chain(earlier.map(|(email, _)| email));
    let ids = desired.users.iter().filter_map(|user| user.id.as_ref());
    Wanted {
        emails: emails.cloned().collect(),
        ids: ids.map(|(id, _)| id.clone()).collect(),
        newcomers: Vec::new(),
    }
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
        let connection = Connection::new(url, TOKEN.to_owned().into(), desired.portal.api);
        ReadClient::new(connection).expect("a client")
    }

    pub(crate) async fn snapshot(&self, desired: &Desired) -> Result<Snapshot, String> {
        let client = self.client(desired);
        let account = client.account().await.map_err(|error| error.to_string())?;
        client.snapshot(account, &wanted(desired)).await.map_err(|error| error.to_string())
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

    pub(crate) async fn state(&self) -> State {
        let url = format!("{}/__sandbox/state", self.running.url());
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        State(client.get(url).send().await.expect("the sandbox answers").json().await.expect("with JSON"))
    }

    pub(crate) async fn stop(self) {
        self.running.stop().await;
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
