//! How many calls a plan and an apply may take, counted in the sandbox's request log.
//!
//! Deliberately absent: time. What is at the same time is seen by holding the calls back until all are there.

#![expect(clippy::disallowed_methods, reason = "a test writes the files that it plans")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use assert_cmd::cargo::CommandCargoExt as _;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use hubroster::sandbox::{Options, Running, Sandbox, Seed};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::Barrier;

const PORTAL: u64 = 4611686;
const LISTS: [&str; 6] = [
    "/settings/users/2026-09",
    "/settings/users/2026-09/roles",
    "/settings/users/2026-09/seats",
    "/settings/teams/2026-09",
    "/crm/objects/2026-03/users",
    "/crm/owners/2026-09",
];

/// Everybody is as the files say: Sales rep, in Sales, with a Core seat.
fn person(number: u64) -> Value {
    json!({
        "id": (100_000 + number).to_string(),
        "crm_id": (300_000 + number).to_string(),
        "owner_id": (500_000 + number).to_string(),
        "email": format!("person-{number}@example.com"),
        "first_name": "First", "last_name": format!("Last {number}"),
        "permission_sets": ["Sales Rep"], "team": "Sales", "seats": ["Core"],
        "profile": { "job_title": "Seller" },
    })
}

/// With `gone` people who have left a CRM record and an archived owner behind.
fn seed(people: u64, gone: u64) -> Value {
    let left = (people..people + gone).map(|number| {
        let mut person = person(number);
        person["status"] = "removed".into();
        person["permission_sets"] = json!([]);
        person["team"] = Value::Null;
        person["seats"] = json!([]);
        person
    });
    json!({
        "portal": { "id": PORTAL, "time_zone": "Europe/Brussels", "tier": "enterprise" },
        "permission_sets": [{ "id": 1, "name": "Sales Rep" }, { "id": 2, "name": "Viewer" }],
        "teams": [{ "id": 11, "name": "Sales" }, { "id": 12, "name": "Marketing" }],
        "seats": [{ "name": "Core", "remaining": 100 }],
        // As good as none, and announced, so that the client does not keep to its first guess.
        "limits": { "ten_seconds": 1_000_000 },
        "people": (0..people).map(person).chain(left).collect::<Vec<_>>(),
    })
}

fn entry(number: u64) -> Value {
    json!({
        "email": format!("person-{number}@example.com"), "role": "sales-rep", "team": "Sales",
        "profile": { "job_title": "Seller" },
    })
}

/// A portal directory: one entry a line.
fn files(users: impl IntoIterator<Item = Value>) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory for the files");
    let write = |name: &str, text: &str| {
        std::fs::write(directory.path().join(name), text).expect("a file can be written");
    };
    let mut text = format!(
        "version: 1\nportal: {{ id: {PORTAL} }}\n\
         policy: {{ max_removals: {{ count: null, percent: null }}, max_updates: {{ percent: null }}, min_super_admins: 0 }}\n\
         users:\n"
    );
    users.into_iter().for_each(|user| text += &format!("  - {user}\n"));
    write("users.yaml", &text);
    std::fs::create_dir(directory.path().join("roles")).expect("an empty directory");
    for (key, set) in [("sales-rep", "Sales Rep"), ("viewer", "Viewer")] {
        let role = format!("name: {set}\naccess: {{ permission_set: {set} }}\nseats: [Core]\n");
        write(&format!("roles/{key}.yaml"), &role);
    }
    directory
}

struct Portal {
    running: Running,
}

/// One line of the request log.
#[derive(Debug, Clone)]
struct Asked {
    method: String,
    path: String,
    query: String,
    body: Value,
}

impl Asked {
    fn is_write(&self) -> bool {
        self.method != "GET"
            && !self.path.ends_with("/batch/read")
            && !self.path.ends_with("/search")
            && !self.path.ends_with("/access-token-info")
    }
}

impl Portal {
    async fn start(seed: Value) -> Portal {
        let seed = Seed::from_json(seed).unwrap_or_else(|error| panic!("{error}"));
        let listen = "127.0.0.1:0".parse().expect("an address");
        Portal { running: Sandbox::start(listen, seed, Options::default()).await.expect("a free port") }
    }

    async fn log(&self) -> Vec<Asked> {
        let url = format!("{}/__sandbox/requests", self.running.url());
        let log: Vec<Value> = http().get(url).send().await.expect("an answer").json().await.expect("JSON");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        log.iter()
            .map(|line| {
                let path = text(&line["path"]);
                let (path, query) = path.split_once('?').unwrap_or((&path, ""));
                let (path, query) = (path.to_owned(), query.to_owned());
                Asked { method: text(&line["method"]), path, query, body: line["body"].clone() }
            })
            .collect()
    }
}

fn http() -> reqwest::Client {
    rustls::crypto::ring::default_provider().install_default().ok();
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

async fn hubroster(directory: &Path, url: &str, arguments: &[&str]) -> Output {
    let mut process = Command::cargo_bin("hubroster").expect("the binary is built");
    process.env_clear().env("HUBSPOT_ACCESS_TOKEN", "a-token").args(arguments).arg(directory);
    process.args(["--portal-url", url]);
    let output = tokio::task::spawn_blocking(move || process.output()).await.expect("no panic");
    let output = output.expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// `people` are in the settings, `gone` only in the two other lists.
async fn plan_within_budget(people: u64, gone: u64) {
    let portal = Portal::start(seed(people, gone)).await;
    let directory = files((0..people).map(entry));
    let output = hubroster(directory.path(), &portal.running.url(), &["plan", "--detailed-exitcode"]).await;
    let log = portal.log().await;
    portal.running.stop().await;
    let longest = people + gone;
    let budget = 2 * longest.div_ceil(100) + longest.div_ceil(500) + 7;
    let case = format!("{people} people and {gone} who are gone");
    assert!(log.len() as u64 <= budget, "{case}: {} reads, budget {budget}", log.len());
    let writes: Vec<&Asked> = log.iter().filter(|asked| asked.is_write()).collect();
    assert!(writes.is_empty(), "{case}: a plan wrote: {writes:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    let said = format!("{} reads, 0 writes", log.len());
    assert!(text.contains(&said), "{case}: the plan does not say {said:?}:\n{text}");
    let expected = [
        (LISTS[0], people.div_ceil(100).max(1)),
        (LISTS[1], 1),
        (LISTS[2], 1),
        (LISTS[3], 1),
        (LISTS[4], longest.div_ceil(100).max(1)),
        (LISTS[5], gone.div_ceil(500).max(1)),
        ("/account-info/2026-09/details", 1),
    ];
    let mut pages: BTreeMap<&str, u64> = BTreeMap::new();
    log.iter().for_each(|asked| *pages.entry(&asked.path).or_default() += 1);
    assert_eq!(pages, BTreeMap::from(expected), "{case}: pages of each list");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_a_thousand_is_within_the_budget() {
    plan_within_budget(1_000, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_ten_thousand_is_within_the_budget() {
    plan_within_budget(10_000, 0).await;
}

/// A page that is exactly full is the last one.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_page_may_be_full() {
    for people in [1, 99, 100, 101, 200] {
        plan_within_budget(people, 0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_may_have_gone_than_are_there() {
    for (people, gone) in [(100, 500), (200, 1_300)] {
        plan_within_budget(people, gone).await;
    }
}

/// Stands between client and sandbox, and holds the first page of every list back until all six are asked for.
struct Gate {
    target: String,
    client: reqwest::Client,
    all: Barrier,
    opened: AtomicBool,
}

async fn pass(State(gate): State<Arc<Gate>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let is_first = !parts.uri.query().unwrap_or_default().contains("after=");
    if LISTS.contains(&parts.uri.path()) && is_first {
        // Far longer than any machine needs to send six requests; without the sixth the test fails.
        let all = tokio::time::timeout(Duration::from_secs(20), gate.all.wait()).await;
        gate.opened.fetch_or(all.is_ok(), Ordering::SeqCst);
    }
    let body = to_bytes(body, usize::MAX).await.expect("a whole body");
    let sent = gate.client.request(parts.method, format!("{}{target}", gate.target));
    let answer = sent.headers(parts.headers).body(body).send().await.expect("the sandbox answers");
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers().iter().filter(|(name, _)| name.as_str().starts_with("x-hubspot")) {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.bytes().await.expect("a whole answer"))).expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lists_are_read_at_the_same_time() {
    let portal = Portal::start(seed(250, 50)).await;
    let gate = Arc::new(Gate {
        target: portal.running.url(),
        client: http(),
        all: Barrier::new(LISTS.len()),
        opened: AtomicBool::new(false),
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let router = axum::Router::new().fallback(pass).with_state(Arc::clone(&gate));
    let relay = tokio::spawn(async move { axum::serve(listener, router).await });
    let directory = files((0..250).map(entry));
    hubroster(directory.path(), &url, &["plan"]).await;
    relay.abort();
    portal.running.stop().await;
    assert!(gate.opened.load(Ordering::SeqCst), "the six lists were never under way together");
}

/// Who changes how; everybody else is as the files say.
const ROLES: std::ops::Range<u64> = 0..20;
const TEAMS: std::ops::Range<u64> = 20..35;
const GONE: std::ops::Range<u64> = 35..40;
const TITLES: std::ops::Range<u64> = 40..160;
const BOTH: std::ops::Range<u64> = 160..170;
const PEOPLE: u64 = 300;
const NEW: std::ops::Range<u64> = 300..304;

fn changed_entry(number: u64) -> Value {
    let mut entry = entry(number);
    if ROLES.contains(&number) || BOTH.contains(&number) {
        entry["role"] = "viewer".into();
    }
    if TEAMS.contains(&number) {
        entry["team"] = "Marketing".into();
    }
    if TITLES.contains(&number) || BOTH.contains(&number) || NEW.contains(&number) {
        entry["profile"]["job_title"] = "Manager".into();
    }
    if GONE.contains(&number) {
        entry["state"] = "removed".into();
    }
    entry
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_reads_once_and_writes_once() {
    let portal = Portal::start(seed(PEOPLE, 0)).await;
    let directory = files((0..NEW.end).map(changed_entry));
    hubroster(directory.path(), &portal.running.url(), &["apply", "--yes"]).await;
    let log = portal.log().await;
    portal.running.stop().await;
    let count = |method: &str, path: &str| {
        log.iter().filter(|asked| asked.method == method && asked.path == path).count()
    };

    let users = LISTS[0];
    for number in 0..PEOPLE {
        let path = format!("{users}/{}", 100_000 + number);
        let puts = usize::from(ROLES.contains(&number) || BOTH.contains(&number));
        let deletes = usize::from(GONE.contains(&number));
        assert_eq!(count("PUT", &path), puts, "PUT of person {number}");
        assert_eq!(count("DELETE", &path), deletes, "DELETE of person {number}");
        let added = |team: u64| {
            let path = format!("{}/{team}/members", LISTS[3]);
            let id = (100_000 + number).to_string();
            let is_them = |asked: &&Asked| asked.body["userId"] == id.as_str();
            log.iter().filter(|asked| asked.method == "POST" && asked.path == path).filter(is_them).count()
        };
        let moves = usize::from(TEAMS.contains(&number));
        assert_eq!((added(11), added(12)), (0, moves), "team changes of person {number}");
        let id = (100_000 + number).to_string();
        let first_write = log.iter().position(|asked| {
            asked.is_write() && (asked.path == path || asked.body["userId"] == id.as_str())
        });
        let reads_before = log[..first_write.unwrap_or(log.len())]
            .iter()
            .filter(|asked| asked.method == "GET" && asked.path == path)
            .count();
        // Whoever is to be removed is looked at once more while planning: the list lags behind removals.
        let expected = puts + 2 * deletes + moves;
        assert_eq!(reads_before, expected, "reads of person {number} before the write");
    }
    for number in NEW {
        let email = format!("person-{number}@example.com");
        let posts = log.iter().filter(|asked| asked.method == "POST" && asked.path == users);
        assert_eq!(posts.filter(|asked| asked.body["email"] == email.as_str()).count(), 1, "POST of {email}");
        let is_look = |asked: &&Asked| asked.method == "GET" && asked.query.contains("idProperty=EMAIL");
        let looks =
            log.iter().filter(is_look).filter(|asked| asked.path.contains(&format!("person-{number}")));
        assert_eq!(looks.count(), 1, "reads of {email} before the invitation");
    }
    profiles_by_the_hundred(&log);
    let writes = log.iter().filter(|asked| asked.is_write()).count();
    let expected = ROLES.count() + BOTH.count() + TEAMS.count() + GONE.count() + NEW.count() + 3;
    assert_eq!(writes, expected, "every write is one of these");
}

/// 130 of those who are there in two calls, the newcomers in one; each batch read right before, in as many.
fn profiles_by_the_hundred(log: &[Asked]) {
    let batch = |name: &str| -> Vec<BTreeSet<String>> {
        let path = format!("{}/batch/{name}", LISTS[4]);
        let batches = log.iter().filter(|asked| asked.path == path);
        let ids = |asked: &Asked| {
            let inputs = asked.body["inputs"].as_array().cloned().unwrap_or_default();
            inputs.iter().map(|input| input["id"].as_str().unwrap_or_default().to_owned()).collect()
        };
        batches.map(ids).collect()
    };
    let sizes = |batches: &[BTreeSet<String>]| {
        let mut sizes: Vec<usize> = batches.iter().map(BTreeSet::len).collect();
        sizes.sort_unstable();
        sizes
    };
    let (read, written) = (batch("read"), batch("update"));
    assert_eq!(sizes(&written), [4, 30, 100], "profiles in a call");
    assert_eq!(sizes(&read), [4, 30, 100], "profiles read in a call");
    let changed: BTreeSet<String> = TITLES.chain(BOTH).map(|number| (300_000 + number).to_string()).collect();
    let there: BTreeSet<String> = written.iter().filter(|ids| ids.len() > 4).flatten().cloned().collect();
    assert_eq!(there, changed, "whose profile was written");
    let read: BTreeSet<String> = read.iter().filter(|ids| ids.len() > 4).flatten().cloned().collect();
    assert_eq!(read, changed, "whose profile was read");
}
