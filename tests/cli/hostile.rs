//! Text from outside, wherever the binary prints it: no terminal obeys it, no log of a GitHub runner takes it for a
//! command, and nothing of it vanishes.

use hubroster::model::is_hidden;

use super::desk::{Desk, Ran};
use super::portal::{Relay, Served, answer};

/// Escape sequences, a link by OSC 8, C1, bidirectional overrides and isolates, what has no width, a tag, commands
/// to a runner, markup, a formula; as YAML in double quotes.
const HOSTILE: &str = "=1+1 \\e[2J\\e]8;;https://example.com\\aX\\e]8;;\\a\\x9b31m\\u202eevil\\u2066\\u200b\\U000e0041\\r\\n::error::y \
                       ##[error]z @ana **b** <script>c</script> | `d` ![e](https://example.com)";

/// Nothing hidden and no command, in what was said on either side; `own` lines are the program's own commands.
fn is_harmless(ran: &Ran, what: &str, own: fn(&str) -> bool) {
    for said in [&ran.stdout, &ran.stderr] {
        let hidden = said.chars().find(|character| *character != '\n' && is_hidden(*character));
        assert_eq!(hidden, None, "{what}:\n{}", ran.transcript());
        assert!(!said.contains("##["), "{what}:\n{}", ran.transcript());
        let is_command = |line: &&str| {
            let rest = line.trim_start().strip_prefix("::");
            // A second pair of colons ends its name; a rule of a style sheet has none.
            let begins = |rest: &str| {
                rest.starts_with(|first: char| first.is_ascii_alphabetic()) && rest.contains("::")
            };
            rest.is_some_and(begins) && !own(line)
        };
        assert_eq!(said.lines().find(is_command), None, "{what}:\n{}", ran.transcript());
    }
}

/// Everything in the portal that has a name has this one.
fn hostile_portal() -> Desk {
    let desk = Desk::small();
    let seed = format!(
        "portal: {{ id: 4611686, ui_domain: \"{HOSTILE}\", data_hosting_location: \"{HOSTILE}\" }}
permission_sets:
  - {{ id: '301', name: Sales Rep }}
  - {{ id: '304', name: \"{HOSTILE}\" }}
teams:
  - {{ id: '11', name: \"{HOSTILE}\" }}
seats:
  - {{ name: \"{HOSTILE}\", remaining: 3 }}
people:
  - {{ id: '1000', email: owner@example.com, super_admin: true }}
  - {{ id: '1001', email: ana@example.com, first_name: \"{HOSTILE}\", permission_sets: [\"{HOSTILE}\"], team: \"{HOSTILE}\",
      seats: [\"{HOSTILE}\"], properties: {{ \"{HOSTILE}\": \"{HOSTILE}\" }} }}
  - {{ id: '1003', email: \"eve {HOSTILE}@example.com\", permission_sets: [\"{HOSTILE}\"], profile: {{ job_title: \"{HOSTILE}\" }} }}
tokens:
  - {{ token: \"{}\", user_id: '1000' }}
",
        super::desk::TOKEN
    );
    desk.write("sandbox.yaml", &seed);
    desk
}

#[test]
fn names_of_everything_do_no_harm_in_any_command_or_format() {
    let desk = hostile_portal();
    desk.edit("users.yaml", "policy: {", "policy: { unmanaged: remove, max_removals: { count: 9 }, ");
    desk.edit(
        "users.yaml",
        "role: sales-rep }\n  - { email: cy",
        "role: sales-rep, team: null, seats: [] }\n  - { email: cy",
    );
    let none = |_: &str| false;
    let workflow =
        |line: &str| ["::notice ", "::warning ", "::error "].iter().any(|own| line.starts_with(own));
    for line in [
        "doctor --sandbox",
        "explain ana@example.com --sandbox",
        "plan --sandbox",
        "plan --sandbox --format markdown",
        "plan --sandbox --format html",
        "plan --sandbox --format json --out plan.json",
        "show plan.json",
        "-vv snapshot --sandbox --out portal.json",
        "plan --snapshot portal.json --format json",
        "-vv apply --sandbox --yes --format text",
        "journal",
        "apply --sandbox --yes --format json",
        "validate --format json",
    ] {
        let ran = desk.run(line);
        assert!(matches!(ran.code, Some(0)), "{line}:\n{}", ran.transcript());
        is_harmless(&ran, line, none);
    }
    is_harmless(&hostile_portal().run("plan --sandbox --format github"), "github", workflow);
    let journals = std::fs::read_dir(desk.path(".hubroster/journal")).expect("apply writes one");
    for file in journals
        .map(|entry| entry.expect("an entry").path())
        .chain([desk.path("portal.json"), desk.path("plan.json")])
    {
        let text = std::fs::read_to_string(&file).expect("text");
        assert!(!text.contains(|character| character != '\n' && is_hidden(character)), "{}", file.display());
    }
}

#[test]
fn what_a_portal_answers_does_no_harm_in_an_error() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let hostile: serde_json::Value = serde_json::from_str(
        r#""\u001b[2J\u001b]8;;https://example.com\u0007X\u009b31m\u202eevil\u2066\u200b\udb40\udc41\r\n::error::y ##[error]z\u0000""#,
    )
    .expect("JSON");
    let body = serde_json::json!({ "status": "error", "category": hostile, "message": hostile, "correlationId": hostile,
                                   "context": { "missingScopes": [hostile] } });
    for status in ["400 Bad Request", "403 Forbidden", "404 Not Found", "502 Bad Gateway"] {
        let body = body.to_string();
        let relay = Relay::start(&portal, move |line, real| {
            match line.contains("/roles") || line.contains("/crm/") {
                true => answer(status, "application/json", &body),
                false => real,
            }
        });
        for line in ["-vv plan", "-vv doctor", "-vv apply --yes"] {
            is_harmless(&desk.hubroster(line).at(&relay.url).run(), &format!("{line}, {status}"), |_| false);
        }
    }
    let page = "<title>\u{1b}[2J\u{202e}##[error]</title>".to_owned();
    let relay = Relay::start(&portal, move |_, _| answer("200 OK", "text/html", &page));
    let ran = desk.hubroster("plan").at(&relay.url).run();
    is_harmless(&ran, "a web page", |_| false);
    assert!(ran.stderr.contains("␛[2J\\u{202e}"), "it is shown: {}", ran.stderr);
}

#[test]
fn a_journal_from_elsewhere_does_no_harm() {
    let desk = Desk::small();
    desk.write(
        "journal.ndjson",
        concat!(
            r#"{"event":"run","format":"hubroster-journal/1","at":"2026-11-22T08:00:00Z","hubroster":"0.1.0","portal":4611686,"#,
            r#""digest":"\u001b[31m","actions":2}"#,
            "\n",
            r#"{"event":"end","at":"2026-11-22T08:00:01Z","action":0,"kind":"\u001b[2J","subject":"\u202e::error::x","outcome":"\u009b2J","#,
            r###""not_done":["\u0007"],"note":"##[error]y","error":{"message":"\u001b]8;;z\u0007","correlation_id":"\u2066"}}"###,
            "\n",
            r#"{"event":"start","at":"2026-11-22T08:00:02Z","action":1,"kind":"\u001b[2J","subject":"\u202e"}"#,
            "\n",
            r#"{"event":"finish","at":"2026-11-22T08:00:03Z","stopped":"\u001b[5m"}"#,
            "\n",
        ),
    );
    let ran = desk.run("journal journal.ndjson");
    is_harmless(&ran, "journal", |_| false);
    assert_run!(ran, @r"
    exit 0
    ── stdout
    Run of 2026-11-22 08:00:00 UTC on portal 4611686 · stopped 2026-11-22 08:00:03 UTC: ␛[5m
    Plan ␛[31m

      ? \u{202e}:\u{3a}error:\u{3a}x  ␛[2J  08:00:01  \u{9b}2J, without ␇: ␛]8;;z␇ (correlation id \u{2066}); #\u{23}[error]y
      ? \u{202e}                      ␛[2J  08:00:02  started, and never ended; the next `apply` settles it by reading

    2 planned actions: 1 ended, 1 left open.
    ");
}

#[test]
fn the_log_of_a_sandbox_is_plain_ascii() {
    let desk = hostile_portal();
    let portal = Served::start(&desk);
    assert_eq!(desk.hubroster("apply --yes").at(&portal.url).run().code, Some(0));
    let log = desk.read("requests.ndjson");
    assert!(
        log.lines().count() > 5 && log.bytes().all(|byte| byte == b'\n' || matches!(byte, b' '..=b'~')),
        "{log}"
    );
}

#[test]
fn a_file_name_does_no_harm() {
    let desk = Desk::small();
    for line in ["validate", "plan --snapshot", "show", "journal"] {
        let ran = desk.hubroster(line).arg("\u{1b}]0;x\u{7}\u{202e}##[error]").run();
        assert_ne!(ran.code, Some(0), "{line}");
        is_harmless(&ran, line, |_| false);
    }
}
