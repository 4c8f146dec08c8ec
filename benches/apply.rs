//! A long apply against the rate limit: how much of it is used, and whether HubSpot would ever have to refuse a call.
//!
//! `cargo bench --bench apply` applies hundreds of changes to a `sandbox serve` in a process of its own, with the
//! latency of a real portal, at both of HubSpot's limits, and beside another application that uses a part of the
//! account's. All figures are counted in the portal's request log, not by the client. They are about waiting, so
//! `--profile dev` gives the same ones without a release build. `HUBROSTER_BENCH_CHANGES=60` makes it short,
//! `HUBROSTER_BENCH_LOGS=DIRECTORY` keeps the request logs.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark reads its own files and prints figures"
)]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use jiff::Timestamp;
use serde_json::Value;

const LATENCY_MS: u64 = 50;
const BUDGET: f64 = 0.9;
/// HubSpot's window rolls.
const WINDOW_MS: i64 = 10_000;

/// One measured apply.
struct Scenario {
    name: &'static str,
    /// Calls per ten seconds.
    limit: u32,
    changes: usize,
    /// Calls a second of somebody else.
    other: u32,
}

fn main() {
    let changes = std::env::var("HUBROSTER_BENCH_CHANGES").ok().and_then(|text| text.parse().ok());
    let scenarios = [
        Scenario { name: "190 per 10 s", limit: 190, changes: 600, other: 0 },
        Scenario { name: "100 per 10 s", limit: 100, changes: 200, other: 0 },
        Scenario {
            name: "190 per 10 s, of which another application uses 80",
            limit: 190,
            changes: 300,
            other: 8,
        },
    ];
    println!("apply against `sandbox serve`, {LATENCY_MS} ms latency; counted in the portal's request log");
    for scenario in scenarios {
        let scenario = Scenario { changes: changes.unwrap_or(scenario.changes), ..scenario };
        let figures = measure(&scenario);
        report(&scenario, &figures);
    }
}

fn report(scenario: &Scenario, figures: &Figures) {
    let Scenario { name, changes, .. } = scenario;
    let Figures { used, refused, seconds, reads, writes } = figures;
    let used = match used {
        Some(used) => format!(
            "{:.1} % of what is ours, on average over the middle of the run   (budget {:.0} %: {})",
            used * 100.0,
            BUDGET * 100.0,
            if *used >= BUDGET { "kept" } else { "missed" }
        ),
        None => "too short to have a middle".to_owned(),
    };
    println!("  {name}, {changes} changes");
    println!("    limit used   {used}");
    println!("    429 for us   {refused}   (budget 0)");
    println!("    wall time    {seconds:.1} s for {reads} reads and {writes} writes");
}

struct Figures {
    /// A share of 1.
    used: Option<f64>,
    refused: usize,
    seconds: f64,
    reads: usize,
    writes: usize,
}

fn measure(scenario: &Scenario) -> Figures {
    let directory = tempfile::tempdir().expect("a temporary directory");
    generate(directory.path(), scenario);
    let portal = Portal::serve(directory.path());
    let started = Instant::now();
    let applied = Command::new(env!("CARGO_BIN_EXE_hubroster"))
        .args(["apply", "--yes", "--quiet", "--format", "json"])
        .current_dir(directory.path())
        .env("HUBSPOT_ACCESS_TOKEN", "token-of-the-benchmark")
        .env("HUBROSTER_PORTAL_URL", &portal.url)
        .output()
        .expect("the binary runs");
    let seconds = started.elapsed().as_secs_f64();
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    let report: Value = serde_json::from_slice(&applied.stdout).expect("a report");
    assert_eq!(report["summary"]["done"], scenario.changes, "{}", report["summary"]);
    drop(portal);
    if let Some(folder) = std::env::var_os("HUBROSTER_BENCH_LOGS") {
        let kept = format!("{}-{}.ndjson", scenario.limit, scenario.other);
        std::fs::copy(directory.path().join("requests.ndjson"), Path::new(&folder).join(kept))
            .expect("a copy");
    }
    figures(directory.path(), scenario, seconds)
}

/// One line of the request log.
struct Request {
    at: Timestamp,
    status: u64,
    is_read: bool,
}

fn figures(directory: &Path, scenario: &Scenario, seconds: f64) -> Figures {
    let log = std::fs::read_to_string(directory.join("requests.ndjson")).expect("the request log");
    let requests: Vec<Request> = log.lines().map(request).collect();
    let refused = requests.iter().filter(|request| request.status == 429).count();
    let answered: Vec<&Request> = requests.iter().filter(|request| request.status != 429).collect();
    let reads = answered.iter().filter(|request| request.is_read).count();
    let mut moments: Vec<i64> = answered.iter().map(|request| request.at.as_millisecond()).collect();
    moments.sort_unstable();
    let ours = f64::from(scenario.limit) - 10.0 * f64::from(scenario.other);
    let fills = window_fills(&moments);
    Figures {
        used: (!fills.is_empty()).then(|| fills.iter().sum::<f64>() / fills.len() as f64 / ours),
        refused,
        seconds,
        reads,
        writes: answered.len() - reads,
    }
}

/// How many calls are in HubSpot's rolling window, looked at every 10 ms. From the first full window on, and not
/// while the last of the work runs out: between them the limit is what holds the run up.
fn window_fills(moments: &[i64]) -> Vec<f64> {
    let (Some(first), Some(last)) = (moments.first(), moments.last()) else { return Vec::new() };
    let before = |moment: i64| moments.partition_point(|at| *at < moment);
    let looks = (first + WINDOW_MS..last - WINDOW_MS / 2).step_by(10);
    looks.map(|end| (before(end) - before(end - WINDOW_MS)) as f64).collect()
}

fn request(line: &str) -> Request {
    let entry: Value = serde_json::from_str(line).expect("a line of the log is JSON");
    let path = entry["path"].as_str().expect("a path");
    Request {
        at: entry["time"].as_str().and_then(|time| time.parse().ok()).expect("a time"),
        status: entry["status"].as_u64().expect("a status"),
        is_read: entry["method"] == "GET" || path.contains("/batch/read") || path.contains("/search"),
    }
}

/// `sandbox serve`, until it is dropped.
struct Portal {
    process: Child,
    url: String,
}

impl Portal {
    fn serve(directory: &Path) -> Portal {
        let mut process = Command::new(env!("CARGO_BIN_EXE_hubroster"))
            .args(["sandbox", "serve", "--listen", "127.0.0.1:0", "--log", "requests.ndjson"])
            .current_dir(directory)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().expect("a pipe")).read_line(&mut line).expect("a line");
        let url = line.trim().strip_prefix("listening on ").expect("where it listens").to_owned();
        Portal { process, url }
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Of twelve people nine have a new role, one a new team, and one is new; and one has a new job title, which costs
/// a hundredth of a call.
fn generate(directory: &Path, scenario: &Scenario) {
    let mut users = String::from(
        "version: 1\nportal: { id: 1 }\npolicy: { min_super_admins: 0, max_updates: { percent: 100 } }\nusers:\n",
    );
    let mut seed = format!(
        "portal: {{ id: 1, tier: enterprise }}\nlimits: {{ ten_seconds: {}, daily: null }}\nbehaviour: {{ latency_ms: {LATENCY_MS} }}\n\
         permission_sets: [{{ id: '1', name: Old }}, {{ id: '2', name: New }}]\nteams: [{{ id: '7', name: Sales }}]\n",
        scenario.limit
    );
    if scenario.other > 0 {
        let _ = writeln!(seed, "faults: [{{ do: {{ other_application: {} }} }}]", scenario.other);
    }
    seed.push_str("people:\n");
    for number in 0..scenario.changes {
        let email = format!("person-{number:04}@example.com");
        let wanted = match number % 12 {
            0 => "role: new",
            1 => "team: Sales",
            2 => "profile: { job_title: Seller }",
            _ => "role: new",
        };
        let _ = writeln!(users, "  - {{ email: {email}, {wanted} }}");
        if number % 12 != 0 {
            let _ =
                writeln!(seed, "  - {{ id: '{}', email: {email}, permission_sets: [Old] }}", 1000 + number);
        }
    }
    let write =
        |name: &str, text: &str| std::fs::write(directory.join(name), text).expect("it can be written");
    write("users.yaml", &users);
    write("sandbox.yaml", &seed);
    std::fs::create_dir(directory.join("roles")).expect("a new directory");
    write("roles/new.yaml", "name: New\naccess: { permission_set: New }\n");
}
