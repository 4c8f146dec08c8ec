//! The workflows and the action, held to rules of our own: what a job may do, and what may come near a secret.
//!
//! Read as a specification. What actionlint and GitHub's schemas find is found by `.ci/lint-workflows`; here is what they
//! do not know. Deliberately absent: running them; `tests/action/` runs their scripts.

#![expect(clippy::disallowed_methods, reason = "a test reads the workflows")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value};

struct File {
    name: String,
    text: String,
    yaml: Value,
}

struct Job<'a> {
    file: &'a File,
    name: &'a str,
    yaml: &'a Value,
}

fn read(path: &Path) -> File {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let yaml = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = path.file_name().expect("a file").to_string_lossy().into_owned();
    File { name, text, yaml }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn workflows() -> Vec<File> {
    let entries = std::fs::read_dir(root().join(".github/workflows")).expect("there are workflows");
    let mut files: Vec<File> = entries.map(|entry| read(&entry.expect("a file").path())).collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(files.len() >= 5, "ci, plan, review, apply and drift");
    files
}

fn action() -> File {
    read(&root().join("action.yml"))
}

fn map(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("a map and not {value}"))
}

impl File {
    fn jobs(&self) -> Vec<Job<'_>> {
        map(&self.yaml["jobs"]).iter().map(|(name, yaml)| Job { file: self, name, yaml }).collect()
    }

    /// `on:` as a list of events, whichever way it is written.
    fn events(&self) -> Vec<&str> {
        match &self.yaml["on"] {
            Value::String(event) => vec![event],
            Value::Array(events) => events.iter().filter_map(Value::as_str).collect(),
            events => map(events).keys().map(String::as_str).collect(),
        }
    }

    fn is_triggered_by(&self, event: &str) -> bool {
        self.events().contains(&event)
    }

    fn steps(&self) -> Vec<&Value> {
        match self.yaml.get("runs") {
            Some(runs) => runs["steps"].as_array().expect("steps").iter().collect(),
            None => self.jobs().into_iter().flat_map(|job| job.steps()).collect(),
        }
    }
}

impl<'a> Job<'a> {
    fn shown(&self) -> String {
        format!("{} › {}", self.file.name, self.name)
    }

    fn steps(&self) -> Vec<&'a Value> {
        self.yaml["steps"].as_array().expect("steps").iter().collect()
    }

    fn has_secrets(&self) -> bool {
        self.yaml.to_string().contains("secrets.")
    }

    fn checkouts(&self) -> Vec<&'a Value> {
        self.steps()
            .into_iter()
            .filter(|step| uses(step).is_some_and(|uses| uses.starts_with("actions/checkout@")))
            .collect()
    }
}

fn uses(step: &Value) -> Option<&str> {
    step.get("uses")?.as_str()
}

#[test]
fn a_workflow_begins_with_no_permission_and_each_job_says_what_it_needs() {
    for file in workflows() {
        assert_eq!(
            file.yaml["permissions"],
            Value::Object(Map::new()),
            "{}: `permissions: {{}}` at the top",
            file.name
        );
        for job in file.jobs() {
            assert!(job.yaml["permissions"].is_object(), "{}: permissions, one by one", job.shown());
        }
    }
}

/// A comment, an issue, a check: nothing of this repository is written by a workflow.
#[test]
fn no_job_may_write_more_than_is_seen_at_a_review() {
    let mut writing = BTreeSet::new();
    for file in workflows() {
        for job in file.jobs() {
            for (what, how) in map(&job.yaml["permissions"]) {
                match how.as_str() {
                    Some("read") => {}
                    Some("write") => {
                        writing.insert(format!("{} {what}", job.shown()));
                    }
                    other => panic!("{}: {what}: {other:?}", job.shown()),
                }
            }
        }
    }
    let expected =
        ["drift.yml › drift issues", "review.yml › plan checks", "review.yml › plan pull-requests"];
    assert_eq!(writing.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn an_action_is_pinned_by_its_commit_and_one_version_of_it_is_used() {
    let mut pins: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in workflows().into_iter().chain([action()]) {
        let lines: Vec<&str> = file
            .text
            .lines()
            .filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: "))
            .collect();
        assert_eq!(
            lines.len(),
            file.steps().into_iter().filter_map(uses).count(),
            "{}: each `uses:` on a line",
            file.name
        );
        for line in lines.into_iter().filter(|line| *line != "./") {
            let (pinned, version) =
                line.split_once(" # v").unwrap_or_else(|| panic!("{}: no version behind {line}", file.name));
            let (name, commit) = pinned.split_once('@').unwrap_or_else(|| panic!("{}: {line}", file.name));
            let is_commit =
                commit.len() == 40 && commit.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            assert!(is_commit, "{}: {line} is pinned by 40 hexadecimal digits", file.name);
            assert_eq!(version.split('.').count(), 3, "{}: the whole version behind {line}", file.name);
            assert!(name.starts_with("actions/"), "{}: {name} is GitHub's own", file.name);
            pins.entry(name.to_owned()).or_default().insert(line.to_owned());
        }
    }
    for (name, lines) in pins {
        assert_eq!(lines.len(), 1, "{name} in several versions: {lines:?}");
    }
}

/// Whatever GitHub writes into a script is run. What is data goes in as a variable of the environment.
#[test]
fn no_expression_stands_in_a_script() {
    for file in workflows().into_iter().chain([action()]) {
        for step in file.steps() {
            if let Some(script) = step.get("run").and_then(Value::as_str) {
                assert!(!script.contains("${{"), "{}: {script}", file.name);
            }
        }
    }
}

#[test]
fn a_checkout_leaves_no_token_behind() {
    let mut checkouts = 0;
    for file in workflows() {
        for job in file.jobs() {
            for checkout in job.checkouts() {
                assert_eq!(checkout["with"]["persist-credentials"], Value::Bool(false), "{}", job.shown());
                checkouts += 1;
            }
        }
    }
    assert!(checkouts >= 5);
}

#[test]
fn every_job_ends_in_time() {
    for file in workflows() {
        for job in file.jobs() {
            let minutes =
                job.yaml["timeout-minutes"].as_u64().unwrap_or_else(|| panic!("{}: no timeout", job.shown()));
            assert!((1..=60).contains(&minutes), "{}: {minutes}", job.shown());
        }
    }
}

/// `pull_request_target` would run with secrets on whatever the pull request's checkout brings.
#[test]
fn what_a_pull_request_brings_never_runs_beside_a_secret() {
    for file in workflows() {
        assert!(!file.is_triggered_by("pull_request_target"), "{}", file.name);
        if file.is_triggered_by("pull_request") {
            assert!(
                !file.text.contains("secrets."),
                "{}: a secret where the pull request's code runs",
                file.name
            );
            assert!(!file.yaml.to_string().contains("github-token"), "{}: a token of its own", file.name);
        }
        for job in file.jobs().into_iter().filter(Job::has_secrets) {
            for checkout in job.checkouts() {
                for key in ["ref", "repository", "ssh-key", "token"] {
                    assert!(checkout["with"].get(key).is_none(), "{}: a checkout with `{key}`", job.shown());
                }
            }
            for step in job.steps() {
                assert!(step.get("run").is_none(), "{}: a script of its own beside a secret", job.shown());
            }
        }
    }
}

#[test]
fn a_secret_is_given_to_our_own_action_alone_and_kept_by_an_environment() {
    let mut with_secrets = Vec::new();
    for file in workflows() {
        assert!(!file.text.contains("secrets: inherit"), "{}", file.name);
        assert!(
            file.yaml.get("env").is_none_or(|env| !env.to_string().contains("secrets.")),
            "{}",
            file.name
        );
        for job in file.jobs().into_iter().filter(Job::has_secrets) {
            with_secrets.push(job.shown());
            assert!(job.yaml["environment"].is_string(), "{}: no environment", job.shown());
            assert!(job.yaml.get("env").is_none(), "{}: a variable that every step sees", job.shown());
            for step in job.steps().into_iter().filter(|step| step.to_string().contains("secrets.")) {
                assert_eq!(uses(step), Some("./"), "{}: {step}", job.shown());
            }
        }
    }
    assert_eq!(
        with_secrets,
        ["apply.yml › apply", "apply.yml › plan", "drift.yml › drift", "review.yml › plan"]
    );
}

/// Reading and writing are two tokens, so that only an approved job can write.
#[test]
fn only_the_job_that_applies_has_the_environment_that_writes() {
    for file in workflows() {
        for job in file.jobs().into_iter().filter(Job::has_secrets) {
            let applies = job.steps().into_iter().any(|step| step["with"]["command"] == "apply");
            let expected = if applies { "portal-write" } else { "portal-read" };
            assert_eq!(job.yaml["environment"], expected, "{}", job.shown());
        }
    }
}

#[test]
fn what_is_applied_is_what_was_planned_and_approved() {
    let files = workflows();
    let apply = files.iter().find(|file| file.name == "apply.yml").expect("there is one");
    assert!(!apply.is_triggered_by("pull_request") && !apply.is_triggered_by("workflow_run"));
    assert_eq!(apply.yaml["on"]["push"]["branches"], serde_json::json!(["main"]));
    let job = apply.jobs().into_iter().find(|job| job.name == "apply").expect("there is one");
    assert_eq!(job.yaml["needs"], "plan");
    let step = job.steps().into_iter().find(|step| step["with"]["command"] == "apply").expect("there is one");
    assert_eq!(step["with"]["expect-digest"], "${{ needs.plan.outputs.digest }}");
    assert_eq!(step["with"]["branch"], "main");
}

#[test]
fn an_apply_is_alone_at_its_portal_and_not_cut_off() {
    let files = workflows();
    let concurrency = |name: &str| {
        let file = files.iter().find(|file| file.name == name).expect("there is one");
        file.yaml["concurrency"].clone()
    };
    let apply = concurrency("apply.yml");
    assert_eq!(apply["cancel-in-progress"], Value::Bool(false));
    assert!(
        apply["group"].as_str().is_some_and(|group| !group.contains("${{")),
        "one group, whatever ran it"
    );
    for file in &files {
        let group = &file.yaml["concurrency"]["group"];
        assert!(group.is_string(), "{}: no concurrency", file.name);
        // Of several that wait in a group GitHub keeps the newest.
        assert!(
            file.name == "apply.yml" || *group != apply["group"],
            "{} would push an apply out of its place",
            file.name
        );
    }
}

#[test]
fn the_half_with_secrets_runs_after_a_green_half_without() {
    for file in workflows().iter().filter(|file| file.is_triggered_by("workflow_run")) {
        for job in file.jobs() {
            let condition = job.yaml["if"].as_str().unwrap_or_default();
            for part in [
                "github.event.workflow_run.event == 'pull_request'",
                "github.event.workflow_run.conclusion == 'success'",
            ] {
                assert!(condition.contains(part), "{}: {part}", job.shown());
            }
            // Nothing that the other half wrote down is believed.
            assert!(!job.yaml.to_string().contains("download-artifact"), "{}", job.shown());
        }
    }
}

#[test]
fn only_inputs_that_the_action_has_are_given_to_it() {
    let action = action();
    let inputs = map(&action.yaml["inputs"]);
    for file in workflows() {
        for step in file.steps().into_iter().filter(|step| uses(step) == Some("./")) {
            for (name, _) in map(&step["with"]) {
                assert!(inputs.contains_key(name), "{}: there is no input `{name}`", file.name);
            }
        }
    }
}

/// What people copy from the page.
#[test]
fn the_page_shows_parts_that_exist() {
    let page = std::fs::read_to_string(root().join("docs/gitops.md")).expect("the page is there");
    let (action, all) = (action(), workflows().into_iter().map(|file| file.text).collect::<String>());
    let mut steps = 0;
    for block in
        page.split("\n```yaml\n").skip(1).map(|rest| rest.split("\n```\n").next().unwrap_or_default())
    {
        let yaml: Value = serde_yaml::from_str(block).unwrap_or_else(|error| panic!("{error}\n{block}"));
        let jobs = yaml.get("jobs").and_then(Value::as_object).into_iter().flat_map(Map::values);
        for step in jobs.filter_map(|job| job["steps"].as_array()).flatten() {
            let uses = uses(step).expect("a step that uses something");
            assert!(all.contains(uses), "{uses} is another version than the workflows use");
            let of_ours = if uses == "./" { map(&step["with"]) } else { continue };
            for name in of_ours.keys() {
                assert!(map(&action.yaml["inputs"]).contains_key(name), "there is no input `{name}`");
            }
            steps += 1;
        }
    }
    assert_eq!(steps, 2);
    for name in ["plan.yml", "review.yml", "apply.yml", "drift.yml"] {
        assert!(page.contains(name), "{name} is not told of");
    }
}

#[test]
fn every_input_and_output_says_what_it_is_and_is_used() {
    let action = action();
    let steps = action.yaml["runs"].to_string();
    for (name, input) in map(&action.yaml["inputs"]) {
        assert!(
            input["description"].as_str().is_some_and(|text| text.ends_with('.') || text.ends_with('`')),
            "{name}"
        );
        assert!(input["default"].is_string(), "{name}: a default");
        assert!(steps.contains(&format!("${{{{ inputs.{name} }}}}")), "{name} is not used");
    }
    let scripts = [script("run.sh"), script("take-pull-request.sh"), script("find-binary.sh")].concat();
    for (name, output) in map(&action.yaml["outputs"]) {
        assert!(output["description"].as_str().is_some_and(|text| text.ends_with('.')), "{name}");
        assert!(scripts.contains(&format!("say {name} ")), "no script says `{name}`");
    }
}

/// With `set -u` a variable that action.yml forgets would end every run.
#[test]
fn the_script_is_given_every_variable_it_reads() {
    let action = action();
    let step = action.steps().into_iter().find(|step| step["id"] == "run").expect("there is one");
    let given = map(&step["env"]);
    let scripts = [script("run.sh"), script("take-pull-request.sh"), script("is-newest.sh")].concat();
    let of_the_runner =
        ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_REPOSITORY", "RUNNER_TEMP", "BASH_SOURCE", "PAUSE"];
    let mut read = BTreeSet::new();
    for piece in scripts.split('$').skip(1) {
        let piece = piece.trim_start_matches(['{', '!']);
        let name: String =
            piece.chars().take_while(|letter| letter.is_ascii_uppercase() || *letter == '_').collect();
        read.insert(name);
    }
    read.retain(|name| name.len() > 1 && !of_the_runner.contains(&name.as_str()));
    for name in &read {
        assert!(given.contains_key(name), "{name} is read and not given");
    }
    assert!(read.len() > 15, "{read:?}");
}

fn script(name: &str) -> String {
    std::fs::read_to_string(root().join(".github/action").join(name)).expect("there is one")
}
