//! The specification as folders: files and a portal in, a plan, a report, the writes and the portal after out.
//!
//! Adding a case needs no Rust: `users.yaml`, `roles/` and `portal.yaml` in a folder of `tests/cases/`, and
//! `HUBROSTER_BLESS=1 cargo test --test cases` to write the rest, which is then read as a reviewer reads it.
//! Every case plans, applies, and plans again; the second plan must be empty, or the same as the first where
//! nothing could be applied; a case with a `goes-on.txt` has the second plan there. `arguments.txt` may hold further arguments (`--today`, `--ack-removals`).
//! A case with a folder `base/` is a change under review: these files are committed, the others are the working tree,
//! and `plan.txt` is planned with `--base`. What `base/` leaves out of `roles/` is as it is now.

#![expect(clippy::disallowed_methods, reason = "a test reads its own files and switches")]

mod judge;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::cargo::CommandCargoExt as _;
use futures_util::StreamExt as _;
use hubroster::render::{self, PlanDocument, TextOptions};
use hubroster::sandbox::{Options, Sandbox, Seed};
use judge::{Judge, Relay};
use serde_json::Value;

#[test]
fn every_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("tests/cases exists")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    let only = std::env::var("HUBROSTER_CASE").ok();
    let wanted =
        |case: &&PathBuf| only.as_ref().is_none_or(|only| case.to_string_lossy().contains(only.as_str()));
    let cases: Vec<&PathBuf> = cases.iter().filter(wanted).collect();
    let ran = cases.len();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut failures: Vec<String> = runtime.block_on(
        futures_util::stream::iter(cases)
            .map(|case| async move {
                let name = case.file_name().expect("a folder has a name").to_string_lossy();
                let started = std::time::Instant::now();
                let result = check(case).await;
                if std::env::var_os("HUBROSTER_SLOW_CASES").is_some() {
                    println!("{:>6} ms  {name}", started.elapsed().as_millis());
                }
                result.err().map(|problems| format!("── {name}\n{problems}"))
            })
            .buffer_unordered(8)
            .filter_map(std::future::ready)
            .collect(),
    );
    failures.sort();
    assert!(failures.is_empty(), "{} of {ran} cases differ\n\n{}", failures.len(), failures.join("\n"));
    assert!(only.is_some() || ran >= 40, "only {ran} cases: is the folder whole?");
}

/// One case, from its files to the second plan.
async fn check(case: &Path) -> Result<(), String> {
    let portal = Portal::start(case).await?;
    // Journals and locks are written beside the files, so each run has a copy of them.
    let copy = tempfile::tempdir().expect("a temporary directory");
    copy_files(case, copy.path());
    let here = copy.path();
    let further = further_arguments(case);
    let mut problems = String::new();

    let before = portal.requests().await.len();
    let base = commit_base(case, here);
    let saved = here.join("plan.json");
    let with_out = [further.as_slice(), &["--out".to_owned(), saved.display().to_string()]].concat();
    let plan = portal.hubroster(here, "plan", &with_out).await;
    if saved.exists() {
        problems.push_str(&not_shown_alike(&saved, &plan));
    }
    let told = match &base {
        None => transcript(&plan),
        Some(commit) => {
            let mut arguments = further.clone();
            arguments.extend(["--base".to_owned(), "HEAD".to_owned()]);
            let explained = portal.hubroster(here, "plan", &arguments).await;
            let digest = |output: &Output| stdout(output).lines().nth(1).map(str::to_owned);
            if digest(&explained) != digest(&plan) {
                problems.push_str("another digest with --base\n");
            }
            transcript(&explained).replace(&commit[..12], "<commit>")
        }
    };
    for request in &portal.requests().await[before..] {
        if is_write(request) {
            let _ = writeln!(problems, "plan wrote: {}", shown(request));
        }
    }
    expect(case, "plan.txt", &told, &mut problems);

    let before = portal.requests().await.len();
    let mut arguments = vec!["--yes".to_owned()];
    arguments.extend(further.iter().cloned());
    let applied = portal.hubroster(here, "apply", &arguments).await;
    let writes = writes(&portal.requests().await[before..]);
    expect(case, "report.txt", &after_the_plan(&applied, &plan), &mut problems);
    expect(case, "requests.txt", &writes, &mut problems);
    expect(case, "state-after.yaml", &portal.state_after().await, &mut problems);

    let mut again = vec!["--detailed-exitcode".to_owned()];
    again.extend(further.into_iter().filter(|argument| !is_for_apply(argument)));
    let second = portal.hubroster(here, "plan", &again).await;
    let was_applied = applied.status.code() == Some(0);
    // What was left out of the run, or waited for a part of it, is what is left to do.
    let is_to_go_on = case.join("goes-on.txt").exists();
    if is_to_go_on {
        expect(case, "goes-on.txt", &transcript(&second), &mut problems);
    }
    let is_converged =
        is_to_go_on || second.status.code() == Some(if was_applied { 0 } else { plan_exit(&plan) });
    if !is_converged || (!was_applied && writes.is_empty() && stdout(&second) != stdout(&plan)) {
        let _ = writeln!(problems, "planned again after apply:\n{}", transcript(&second));
    }
    for violation in portal.stop().await {
        let _ = writeln!(problems, "HubSpot's documents: {violation}");
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Whatever is planned can be saved and shown again, and its counts are believed.
fn not_shown_alike(saved: &Path, plan: &Output) -> String {
    let json = std::fs::read(saved).expect("it was just saved");
    match PlanDocument::from_json(&json) {
        Ok(document) => {
            let text = render::text(&document, &TextOptions { width: 160 });
            let text = anstream::adapter::strip_str(&text).to_string();
            if text == stdout(plan) {
                String::new()
            } else {
                format!("shown again it is another plan:\n{text}")
            }
        }
        Err(error) => format!("the saved plan is refused: {error}\n"),
    }
}

/// What the second plan ends with where the first could not be applied.
fn plan_exit(plan: &Output) -> i32 {
    match plan.status.code() {
        Some(0) => 2,
        other => other.unwrap_or(-1),
    }
}

fn copy_files(from: &Path, to: &Path) {
    std::fs::copy(from.join("users.yaml"), to.join("users.yaml")).expect("a case has a users.yaml");
    for role in std::fs::read_dir(from.join("roles")).into_iter().flatten().flatten() {
        std::fs::create_dir_all(to.join("roles")).expect("a new directory");
        std::fs::copy(role.path(), to.join("roles").join(role.file_name())).expect("a role's file");
    }
}

/// The files of `base/` as the last commit of a repository in which the case is the working tree.
fn commit_base(case: &Path, here: &Path) -> Option<String> {
    let base = case.join("base");
    if !base.is_dir() {
        return None;
    }
    copy_files(&base, here);
    git(here, &["init", "--quiet", "--initial-branch=main"]);
    git(here, &["add", "--all"]);
    git(here, &["commit", "--quiet", "--message=base"]);
    for entry in std::fs::read_dir(here.join("roles")).into_iter().flatten().flatten() {
        std::fs::remove_file(entry.path()).expect("a copy");
    }
    copy_files(case, here);
    Some(git(here, &["rev-parse", "HEAD"]))
}

const GIT_OF_NOBODY: [(&str, &str); 2] = [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")];

/// Always by the same author.
fn git(here: &Path, arguments: &[&str]) -> String {
    let mut command = std::process::Command::new("git");
    command.args(arguments).current_dir(here).envs(GIT_OF_NOBODY);
    for role in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{role}_NAME"), "Ana")
            .env(format!("GIT_{role}_EMAIL"), "ana@example.com")
            .env(format!("GIT_{role}_DATE"), "2026-11-20T09:00:00Z");
    }
    let output = command.output().expect("git is installed");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Arguments are separated by spaces; `--ack-removals` is for `apply` alone and written as one word.
fn further_arguments(case: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(case.join("arguments.txt")).unwrap_or_default();
    text.split_whitespace().map(str::to_owned).collect()
}

/// The sandbox portal of one case, with HubSpot's documents between it and the client.
struct Portal {
    running: hubroster::sandbox::Running,
    relay: Relay,
    before: Value,
}

impl Portal {
    async fn start(case: &Path) -> Result<Portal, String> {
        let bytes = std::fs::read(case.join("portal.yaml")).expect("a case has a portal.yaml");
        let data = hubroster::config::data(&bytes, "portal.yaml").expect("portal.yaml is YAML");
        let seed = Seed::from_json(data.value.clone())
            .map_err(|error| format!("portal.yaml: {}: {}", error.path, error.message))?;
        let listen = "127.0.0.1:0".parse().expect("an address");
        let running =
            Sandbox::start(listen, seed, Options { state: None, log: None }).await.expect("a free port");
        let relay = Relay::start(&running.url(), Judge::from_environment()).await;
        let mut portal = Portal { running, relay, before: Value::Null };
        portal.before = portal.ask("state").await;
        Ok(portal)
    }

    /// Runs the binary as CI would: no terminal, a token in the environment.
    async fn hubroster(&self, case: &Path, command: &str, arguments: &[String]) -> Output {
        let mut process = std::process::Command::cargo_bin("hubroster").expect("the binary is built");
        let arguments = arguments.iter().filter(|word| command == "apply" || !is_for_apply(word));
        process
            .current_dir(case)
            .env_clear()
            .env("HUBSPOT_ACCESS_TOKEN", "case-token")
            .env("HUBSPOT_SCIM_TOKEN", "case-scim-token")
            .env("HUBROSTER_PORTAL_URL", self.relay.url())
            // For `--base`: where git is, and nobody's settings of it.
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(GIT_OF_NOBODY)
            .arg(command)
            .args(arguments);
        tokio::task::spawn_blocking(move || process.output().expect("the binary runs"))
            .await
            .expect("no panic")
    }

    async fn ask(&self, what: &str) -> Value {
        let url = format!("{}/__sandbox/{what}", self.running.url());
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        client.get(url).send().await.expect("the sandbox answers").json().await.expect("with JSON")
    }

    async fn requests(&self) -> Vec<Value> {
        match self.ask("requests").await {
            Value::Array(requests) => requests,
            Value::Object(mut object) => match object.remove("requests").or_else(|| object.remove("results"))
            {
                Some(Value::Array(requests)) => requests,
                other => panic!("no list of requests: {other:?}"),
            },
            other => panic!("no list of requests: {other}"),
        }
    }

    /// What of the portal differs from before: people, teams, seats and the outbox, whole entries.
    async fn state_after(&self) -> String {
        let after = self.ask("state").await;
        let mut text = String::new();
        for part in ["teams", "seats", "people", "outbox"] {
            let entries = |state: &Value| -> BTreeMap<String, Value> {
                let entries = state[part].as_array().cloned().unwrap_or_default();
                entries.into_iter().enumerate().map(|(place, entry)| (key(&entry, place), entry)).collect()
            };
            let (old, new) = (entries(&self.before), entries(&after));
            let keys: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            let mut lines = String::new();
            for key in keys {
                match (old.get(key), new.get(key)) {
                    (old, new) if old == new => {}
                    (Some(_), None) => {
                        let _ = writeln!(lines, "  # gone: {key}");
                    }
                    (_, Some(new)) => {
                        let _ = writeln!(lines, "  - {}", timeless(new));
                    }
                    (None, None) => unreachable!("a key comes from one of the two"),
                }
            }
            if !lines.is_empty() {
                let _ = write!(text, "{part}:\n{lines}");
            }
        }
        if text.is_empty() { "# nothing changed\n".to_owned() } else { text }
    }

    async fn stop(self) -> Vec<String> {
        let violations = self.relay.violations();
        self.relay.stop().await;
        self.running.stop().await;
        violations
    }
}

/// People by address and teams by name: ids that the sandbox gives depend on who comes first.
fn key(entry: &Value, place: usize) -> String {
    let named = ["email", "name", "to"].into_iter().find_map(|key| entry[key].as_str());
    named.map_or_else(|| place.to_string(), str::to_owned)
}

/// One line of YAML (JSON is YAML), without what the clock and the order of arrival decide.
fn timeless(entry: &Value) -> String {
    let mut entry = entry.clone();
    if let Some(object) = entry.as_object_mut() {
        for (key, value) in object.iter_mut() {
            let is_given = value
                .as_str()
                .is_some_and(|text| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()));
            if key.ends_with("_at") || is_given {
                *value = Value::from("…");
            }
        }
        object.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|array| !array.is_empty()));
    }
    entry.to_string()
}

/// The writes, one line each. Independent people are changed at the same time, so within a stage the order is
/// theirs to choose: here it is by person, and each person's own order is kept.
fn writes(requests: &[Value]) -> String {
    let writes: Vec<&Value> = requests.iter().filter(|request| is_write(request)).collect();
    let stages = writes.chunk_by(|one, other| stage(one) == stage(other));
    let mut lines = String::new();
    for together in stages {
        let mut together = together.to_vec();
        together.sort_by_key(|request| person(request));
        lines.extend(together.into_iter().map(|request| shown(request) + "\n"));
    }
    lines
}

/// What of a write tells its stage: the method and the kind of thing, with changes of people as one kind.
fn stage(request: &Value) -> String {
    let (method, path) = (request["method"].as_str().unwrap_or("?"), request["path"].as_str().unwrap_or("?"));
    if method == "PUT" || path.contains("/members") {
        return "people".to_owned();
    }
    let is_team = path.starts_with("/settings/teams");
    // Teams are changed one after another, and their order is the plan's.
    if is_team { format!("{method} {path} {}", request["body"]) } else { method.to_owned() }
}

/// The id or the address of the person whom a write is about.
fn person(request: &Value) -> String {
    let body = &request["body"];
    let named = ["userId", "email"].into_iter().find_map(|key| body[key].as_str());
    let path = request["path"].as_str().unwrap_or("?").split('?').next().unwrap_or_default();
    named.unwrap_or_else(|| path.rsplit('/').next().unwrap_or_default()).to_owned()
}

fn is_for_apply(argument: &str) -> bool {
    argument.starts_with("--ack-") || argument == "--no-removals"
}

fn is_write(request: &Value) -> bool {
    let (method, path) = (request["method"].as_str().unwrap_or("?"), request["path"].as_str().unwrap_or("?"));
    let reads_by_post =
        path.ends_with("/batch/read") || path.ends_with("/search") || path.contains("/access-token-info");
    method != "GET" && !reads_by_post
}

fn shown(request: &Value) -> String {
    let body = if request["body"].is_null() { String::new() } else { format!(" {}", request["body"]) };
    let (method, path) = (request["method"].as_str().unwrap_or("?"), request["path"].as_str().unwrap_or("?"));
    format!("{method} {path}{body} → {}", request["status"])
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n")
}

/// What `apply` said beyond the plan, which `plan.txt` has.
fn after_the_plan(applied: &Output, plan: &Output) -> String {
    let (transcript, plan) = (transcript(applied), stdout(plan));
    if plan.is_empty() { transcript } else { transcript.replace(&plan, "(the plan)\n") }
}

/// stdout, then stderr, then the exit code; correlation ids are new every time.
fn transcript(output: &Output) -> String {
    let mut text = stdout(output);
    let stderr = String::from_utf8_lossy(&output.stderr).replace("\r\n", "\n");
    if !stderr.is_empty() {
        let _ = write!(text, "stderr:\n{stderr}");
    }
    let code = output.status.code().map_or("none".to_owned(), |code| code.to_string());
    let _ = writeln!(text, "exit {code}");
    without_uuids(&text)
}

fn without_uuids(text: &str) -> String {
    let is_uuid = |window: &[char]| {
        window.iter().enumerate().all(|(place, character)| match place {
            8 | 13 | 18 | 23 => *character == '-',
            _ => character.is_ascii_hexdigit(),
        })
    };
    let characters: Vec<char> = text.chars().collect();
    let (mut result, mut place) = (String::new(), 0);
    while place < characters.len() {
        if place + 36 <= characters.len() && is_uuid(&characters[place..place + 36]) {
            result.push_str("<uuid>");
            place += 36;
        } else {
            result.push(characters[place]);
            place += 1;
        }
    }
    result
}

/// Compares with the file, or writes it where blessing was asked for.
fn expect(case: &Path, file: &str, actual: &str, problems: &mut String) {
    let path = case.join(file);
    if std::env::var_os("HUBROSTER_BLESS").is_some() {
        std::fs::write(&path, actual).expect("a case's folder can be written");
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    if expected != actual {
        let difference = similar::TextDiff::from_lines(expected.as_str(), actual);
        let _ =
            writeln!(problems, "{file} differs:\n{}", difference.unified_diff().header("expected", "actual"));
    }
}
