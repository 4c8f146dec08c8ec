//! No token in anything that a command writes: stdout, stderr, at every log level, journals, locks, snapshots, saved
//! plans, the sandbox's state and log; not even when the portal says it back.

use std::path::Path;

use super::desk::{Desk, TOKEN, WRONG_TOKEN};
use super::portal::{Relay, Served, answer};

const SCIM_TOKEN: &str = "token-of-the-identity-provider-5e90";
const GITHUB_TOKEN: &str = "token-of-the-review-forge-c41d";
const MASK_KEY: &str = "key-of-the-pseudonyms-of-these-tests-0b7a";

/// Each command with what it needs, and a command that is not here is a finding of its own.
const COMMANDS: &[(&str, &[&str])] = &[
    ("validate", &["validate", "validate --format json"]),
    ("fmt", &["fmt --check", "fmt"]),
    ("schema", &["schema users"]),
    (
        "plan",
        &[
            "plan --out plan.json --output html=plan.html --output markdown=plan.md --output github=plan.txt",
            "plan --format json",
            "plan --snapshot portal.json",
        ],
    ),
    ("drift", &["drift --out drift.json"]),
    (
        "explain",
        &[
            "explain ana@example.com",
            "explain ana@example.com --format json",
            "explain ana@example.com --mask",
        ],
    ),
    ("show", &["show plan.json --format html"]),
    (
        "apply",
        &[
            "apply --yes --expect-digest sha256:0000000000000000000000000000000000000000000000000000000000000000",
            "apply --yes --mask --target di@example.com",
            "apply --yes --format json",
            "apply plan.json --yes",
        ],
    ),
    ("journal", &["journal"]),
    ("snapshot", &["snapshot --out portal.json"]),
    ("doctor", &["doctor"]),
    // Whoever answers there is no GitHub, and may say back what it was shown.
    ("comment", &["comment plan.json --repository example/access --pull-request 1"]),
    // The portal of these tests is one.
    ("sandbox", &[]),
    ("completions", &["completions bash"]),
];

#[test]
fn every_command_is_covered() {
    let mut covered: Vec<&str> = COMMANDS.iter().map(|(name, _)| *name).collect();
    covered.sort_unstable();
    let command = hubroster::cli::command();
    let mut all: Vec<&str> = command.get_subcommands().map(|command| command.get_name()).collect();
    all.sort_unstable();
    assert_eq!(covered, all);
}

fn desk() -> Desk {
    let desk = Desk::small();
    desk.edit("users.yaml", "policy: {", "policy: { deactivate: scim,");
    desk.edit(
        "users.yaml",
        "  - { email: cy@example.com, role: sales-rep }\n",
        "  - { email: cy@example.com, role: sales-rep }\n  - { email: di@example.com, state: deactivated }\n",
    );
    desk.edit("sandbox.yaml", "people:\n", "scim: {}\npeople:\n  - { id: '1002', email: di@example.com }\n");
    desk
}

/// Runs everything, with both tokens in the environment.
fn run_everything(desk: &Desk, url: &str, levels: &[&str]) {
    for level in levels {
        for line in COMMANDS.iter().flat_map(|(_, lines)| *lines) {
            let ran = desk
                .hubroster(&format!("{line} {level}"))
                .at(url)
                .env("HUBSPOT_SCIM_TOKEN", SCIM_TOKEN)
                .env("GITHUB_TOKEN", GITHUB_TOKEN)
                .env("HUBROSTER_MASK_KEY", MASK_KEY)
                .env("GITHUB_API_URL", url)
                .run();
            holds_no_token(&ran.stdout, &format!("stdout of {line} {level}"));
            holds_no_token(&ran.stderr, &format!("stderr of {line} {level}"));
        }
    }
}

/// Nor a part of one that would help to guess the rest.
fn holds_no_token(text: &str, whose: &str) {
    const LONG: usize = 12;
    for token in [TOKEN, WRONG_TOKEN, SCIM_TOKEN, GITHUB_TOKEN, MASK_KEY] {
        for part in (0..=token.len() - LONG).map(|start| &token[start..start + LONG]) {
            assert!(!text.contains(part), "{whose} holds {part:?}:\n{text}");
        }
    }
}

fn files_below(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() {
            files_below(&entry.path(), files);
        } else {
            files.push(entry.path());
        }
    }
}

fn no_file_holds_a_token(desk: &Desk) -> Vec<String> {
    let mut files = Vec::new();
    files_below(desk.directory.path(), &mut files);
    for file in &files {
        let text = String::from_utf8_lossy(&std::fs::read(file).expect("a file")).into_owned();
        holds_no_token(&text, &file.display().to_string());
    }
    files.iter().map(|file| file.display().to_string()).collect()
}

/// The first line of each command in every format that it offers.
fn lines_in_every_format() -> Vec<String> {
    let all = hubroster::cli::command();
    let mut lines = Vec::new();
    for (name, of_command) in COMMANDS {
        let command = all.find_subcommand(name).expect("every command is covered");
        let formats = command.get_arguments().find(|argument| argument.get_id() == "format");
        let first = of_command.first().map(|line| line.split(" --format").next().unwrap_or(line));
        for format in formats.into_iter().flat_map(|argument| argument.get_possible_values()) {
            lines.extend(first.map(|line| format!("{line} --format {}", format.get_name())));
        }
    }
    assert!(lines.iter().any(|line| line.starts_with("plan ") && line.ends_with(" html")), "{lines:?}");
    lines
}

#[test]
fn what_goes_well_holds_no_token() {
    let desk = desk();
    let portal = Served::start(&desk);
    run_everything(&desk, &portal.url, &["-q", "", "-v", "-vv"]);
    for line in lines_in_every_format() {
        let ran = desk.hubroster(&line).at(&portal.url).env("HUBSPOT_SCIM_TOKEN", SCIM_TOKEN).run();
        holds_no_token(&ran.stdout, &line);
        holds_no_token(&ran.stderr, &line);
    }
    assert!(portal.writes().iter().any(|line| line.starts_with("PATCH /scim/")), "SCIM was asked");
    let names = no_file_holds_a_token(&desk);
    for made in [".ndjson", ".lock", "portal.json", "plan.json", "plan.html", "state.json", "requests.ndjson"]
    {
        assert!(names.iter().any(|name| name.ends_with(made)), "the runs made no {made}: {names:?}");
    }
}

#[test]
fn no_way_in_is_told() {
    let ways = [
        [("HUBSPOT_ACCESS_TOKEN_FILE", "../portal.txt"), ("HUBSPOT_SCIM_TOKEN_FILE", "../scim.txt")],
        [
            ("HUBSPOT_ACCESS_TOKEN_COMMAND", "cat ../portal.txt"),
            ("HUBSPOT_SCIM_TOKEN_COMMAND", "cat ../scim.txt"),
        ],
    ];
    for way in ways {
        let desk = desk();
        // Beside the portal directory, as what a token is in should be.
        let beside = Desk::empty();
        beside.write("portal.txt", TOKEN);
        beside.write("scim.txt", &format!("{SCIM_TOKEN}\n"));
        let portal = Served::start(&desk);
        for line in ["plan --out plan.json", "apply --yes --format json", "journal", "doctor"] {
            for level in ["", "-vv"] {
                let invocation =
                    desk.hubroster(&format!("{line} {level}")).env("HUBROSTER_PORTAL_URL", &portal.url);
                let invocation = way.iter().fold(invocation, |invocation, (name, value)| {
                    invocation
                        .env(name, value.replace("../", &format!("{}/", beside.directory.path().display())))
                });
                let ran = invocation.env("PATH", std::env::var_os("PATH").unwrap_or_default()).run();
                assert_eq!(ran.code, Some(0), "{line}: {}", ran.stderr);
                holds_no_token(&ran.stdout, line);
                holds_no_token(&ran.stderr, line);
            }
        }
        assert!(portal.writes().iter().any(|line| line.starts_with("PATCH /scim/")), "SCIM was asked");
        no_file_holds_a_token(&desk);
    }
}

/// A portal that knows neither token; what the simulated one accepts stands in its own seed and state alone.
#[test]
fn a_token_that_is_refused_is_not_told() {
    let desk = desk();
    let tokens = "tokens: [{ token: another-one }]\nscim: { tokens: [another-one-still] }\n";
    desk.edit("sandbox.yaml", "scim: {}\n", tokens);
    let portal = Served::start(&desk);
    for level in ["-q", "", "-v", "-vv"] {
        for line in COMMANDS.iter().flat_map(|(_, lines)| *lines) {
            let ran = desk
                .hubroster(&format!("{line} {level}"))
                .at(&portal.url)
                .env("HUBSPOT_ACCESS_TOKEN", WRONG_TOKEN)
                .env("HUBSPOT_SCIM_TOKEN", SCIM_TOKEN)
                .run();
            holds_no_token(&ran.stdout, line);
            holds_no_token(&ran.stderr, line);
        }
    }
    assert!(portal.requests().iter().all(|line| line.ends_with(" 401")), "{:?}", portal.requests());
    no_file_holds_a_token(&desk);
}

#[cfg(unix)]
#[test]
fn the_simulated_portal_tells_no_token_either() {
    let desk = desk();
    let line =
        "-vv sandbox serve --listen 127.0.0.1:0 --seed sandbox.yaml --state state.json --log requests.ndjson";
    let serving = desk.hubroster(line).env("RUST_LOG", "trace").start();
    let first = serving.first_line();
    let url = first.strip_prefix("listening on ").expect("where it listens");
    for line in ["plan", "apply --yes", "doctor"] {
        let ran = desk.hubroster(line).at(url).env("HUBSPOT_SCIM_TOKEN", SCIM_TOKEN).run();
        assert_eq!(ran.code, Some(0), "{line}: {}", ran.stderr);
    }
    serving.interrupt();
    let served = serving.end();
    holds_no_token(&served.stdout, "stdout of the sandbox");
    holds_no_token(&served.stderr, "stderr of the sandbox");
    no_file_holds_a_token(&desk);
}

/// In the message, the correlation id, the category, a header, a name: wherever an answer has text.
#[test]
fn what_the_portal_says_back_holds_no_token() {
    let desk = desk();
    let portal = Served::start(&desk);
    let body = |line: &str| {
        // Each door knows the token that is shown there, and no other.
        let token = match line {
            line if line.contains("/scim/") => SCIM_TOKEN,
            line if line.contains("/repos/") => GITHUB_TOKEN,
            _ => TOKEN,
        };
        let said = format!("Bearer {token}, or {token}");
        let body = serde_json::json!({
            "status": "error", "message": said, "category": said, "correlationId": said, "subCategory": said,
            "context": { "token": [said], "missingScopes": [said] }, "errors": [{ "message": said }],
        });
        body.to_string()
    };
    let spoiled = |line: &str| {
        line.starts_with("PUT ")
            || line.contains("/repos/")
            || line.contains("/scim/")
            || line.contains("/owners/")
    };
    let relay = Relay::start(&portal, move |line, told| match spoiled(line) {
        true => answer("400 Bad Request", "application/json", &body(line)),
        false => told,
    });
    run_everything(&desk, &relay.url, &["", "-vv"]);
    let page = format!("<html><title>{TOKEN}</title><body>{TOKEN}</body></html>");
    let relay = Relay::start(&portal, move |line, told| match line.contains("/account-info/") {
        true => answer("403 Forbidden", "text/html", &page),
        false => told,
    });
    for level in ["", "-vv"] {
        let ran = desk.hubroster(&format!("plan {level}")).at(&relay.url).run();
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        holds_no_token(&ran.stderr, "a page for people");
    }
    no_file_holds_a_token(&desk);
}

/// It would stand in a plan, and be sent back.
#[test]
fn an_answer_that_repeats_the_token_as_a_name_goes_no_further() {
    let desk = desk();
    let portal = Served::start(&desk);
    let relay = Relay::start(&portal, |line, told| match line.contains("/settings/users/2026-09?") {
        true => {
            let person = format!(
                r#"{{"id":"1001","email":"ana@example.com","firstName":"{TOKEN}","roleIds":[],"superAdmin":false}}"#
            );
            answer("200 OK", "application/json", &format!(r#"{{"results":[{person}]}}"#))
        }
        false => told,
    });
    for line in ["-vv plan", "-vv snapshot --out portal.json", "-vv apply --yes"] {
        let ran = desk.hubroster(line).at(&relay.url).env("HUBSPOT_SCIM_TOKEN", SCIM_TOKEN).run();
        assert_eq!(ran.code, Some(1), "{line}");
        assert!(
            ran.stderr.contains("it repeats the token, which everybody can use"),
            "{line}: {}",
            ran.stderr
        );
        holds_no_token(&ran.stderr, line);
    }
    assert_eq!(portal.writes(), [""; 0]);
}

#[test]
fn each_token_is_shown_at_its_own_door_alone() {
    let desk = desk();
    let tokens = format!("tokens: [{{ token: {TOKEN} }}]\nscim: {{ tokens: [{SCIM_TOKEN}] }}\n");
    desk.edit("sandbox.yaml", "scim: {}\n", &tokens);
    let portal = Served::start(&desk);
    let ran = desk.hubroster("apply --yes").at(&portal.url).env("HUBSPOT_SCIM_TOKEN", SCIM_TOKEN).run();
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());
    let requests = portal.requests();
    assert!(requests.iter().any(|line| line == "PATCH /scim/v2/Users/1002 200"), "{requests:?}");
    assert!(!requests.iter().any(|line| line.ends_with(" 401")), "{requests:?}");
}

#[cfg(unix)]
#[test]
fn what_tells_of_people_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = desk();
    let portal = Served::start(&desk);
    run_everything(&desk, &portal.url, &[""]);
    let mut files = Vec::new();
    files_below(desk.directory.path(), &mut files);
    let own = |file: &Path| {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let given = ["users.yaml", "sandbox.yaml", "sales-rep.yaml"];
        !given.contains(&name)
    };
    for file in files.iter().filter(|file| own(file)) {
        let mode = std::fs::metadata(file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} can be read by others: {mode:o}", file.display());
    }
}
