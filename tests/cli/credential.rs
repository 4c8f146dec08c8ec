//! Whom the token belongs to and where it comes from; what is wrong with it ends the run before anything else.

use super::desk::{Desk, Ran, TOKEN, WRONG_TOKEN};
use super::portal::{Relay, Served, answer};

/// A portal that knows one token, with these scopes.
fn guarded(scopes: &str) -> Desk {
    let desk = Desk::small();
    desk.edit(
        "sandbox.yaml",
        "people:\n",
        &format!("tokens: [{{ token: {TOKEN}, scopes: [{scopes}] }}]\npeople:\n"),
    );
    desk
}

const PLANNING: &str =
    "crm.objects.users.read, settings.users.teams.read, crm.objects.owners.read, settings.billing.write";

#[test]
fn another_portal() {
    let desk = Desk::small();
    desk.edit("users.yaml", "id: 4611686", "id: 999");
    let portal = Served::start(&desk);
    assert_run!(desk.hubroster("plan").at(&portal.url).run(), @r"
    exit 4
    ── stderr
    error: the portal that answers is 4611686, the files are for portal 999; nothing else was read. Use the token of portal 999, or the directory of portal 4611686; with `--sandbox`, mend `portal.id` of the simulated one
    ");
    assert_eq!(portal.requests(), ["GET /account-info/2026-09/details 200"]);
    for line in ["apply --yes", "snapshot --out portal.json", "doctor"] {
        assert_eq!(desk.hubroster(line).at(&portal.url).run().code, Some(4), "{line}");
    }
    assert!(portal.requests().iter().all(|line| line == "GET /account-info/2026-09/details 200"));
}

#[test]
fn another_simulated_portal() {
    let desk = Desk::small();
    desk.edit("sandbox.yaml", "id: 4611686", "id: 999");
    assert_run!(desk.run("plan --sandbox"), @r"
    exit 4
    ── stderr
    error: the portal that answers is 999, the files are for portal 4611686; nothing else was read. Use the token of portal 4611686, or the directory of portal 999; with `--sandbox`, mend `portal.id` of the simulated one
    ");
}

#[test]
fn a_token_that_is_not_accepted() {
    let desk = guarded(PLANNING);
    let portal = Served::start(&desk);
    let ran = desk.hubroster("plan").at(&portal.url).env("HUBSPOT_ACCESS_TOKEN", WRONG_TOKEN).run();
    assert_run!(ran, @r"
    exit 4
    ── stderr
    error: `GET /account-info/2026-09/details` was refused with status 401 `INVALID_AUTHENTICATION`: Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview (correlation id [uuid]); check that the token is whole, current and of this account
    ");
    assert_eq!(portal.requests(), ["GET /account-info/2026-09/details 401"]);
}

#[test]
fn a_scope_that_nothing_works_without() {
    let desk = guarded("settings.users.teams.read");
    let portal = Served::start(&desk);
    assert_run!(desk.hubroster("plan").at(&portal.url).run(), @r"
    exit 4
    ── stderr
    error: `GET /settings/users/2026-09` was refused with status 403 `MISSING_SCOPES`: This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes. One or more of the following scopes are required. (correlation id [uuid]); give the token the scope `crm.objects.users.read` or `settings.users.read`
    ");
    assert_eq!(portal.writes(), [""; 0]);
}

#[test]
fn scopes_that_degrade_the_plan_are_named_in_it() {
    let desk = guarded("crm.objects.users.read");
    let portal = Served::start(&desk);
    assert_run!(desk.hubroster("plan").at(&portal.url).run(), @r"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 8 reads, 0 writes
    Plan sha256:[digest]

      ~ ana@example.com  role    Viewer → Sales Rep   no role names `Viewer`, so it counts as standard
      + cy@example.com   invite  Sales Rep

    Not read: archived owners (the token lacks the scope `crm.objects.owners.read`); somebody deactivated whom HubSpot's user list leaves out is recognised by the
    CRM record alone.
    Not read: seats (the token lacks the scope `settings.billing.write`); seat limits were not checked.
    Not read: teams (the token lacks the scope `settings.users.teams.read`); teams are shown by id, and cannot be checked, assigned or changed.

    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5.
    ");
}

#[test]
fn a_scope_that_only_writing_needs() {
    let desk = guarded(PLANNING);
    let portal = Served::start(&desk);
    assert_eq!(desk.hubroster("plan").at(&portal.url).run().code, Some(0));
    assert_run!(desk.hubroster("apply --yes").at(&portal.url).run().from("\nPlan:"), @r"
    exit 4
    ── stdout

    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5.

    Portal 4611686 Example BV (na1) · 2 people · 9 reads, 2 writes
    Applied sha256:[digest]

      ✗ ana@example.com  role    Viewer → Sales Rep
                                 failed: 403 MISSING_SCOPES: This app hasn't been granted all required scopes to make this call. Read more about required scopes
                                 here: https://developers.hubspot.com/scopes. One or more of the following scopes are required. (correlation id
                                 [uuid]); give the token the scope `crm.objects.users.write` or `settings.users.write`
      ✗ cy@example.com   invite  Sales Rep
                                 failed: 403 MISSING_SCOPES: This app hasn't been granted all required scopes to make this call. Read more about required scopes
                                 here: https://developers.hubspot.com/scopes. One or more of the following scopes are required. (correlation id
                                 [uuid]); give the token the scope `crm.objects.users.write` or `settings.users.write`

    Applied: 0 of 2 actions done; 2 failed.
    Mend what HubSpot refused and run `apply` again; its support asks for the correlation id.
    ");
}

/// SCIM's token is another, and without it all else is done.
#[test]
fn a_scim_token_that_expires_in_the_middle() {
    let desk = Desk::small();
    desk.edit("users.yaml", "policy: {", "policy: { deactivate: scim,");
    desk.edit(
        "users.yaml",
        "  - { email: cy@example.com, role: sales-rep }\n",
        "  - { email: di@example.com, state: deactivated }\n",
    );
    desk.edit("sandbox.yaml", "people:\n", "scim: {}\npeople:\n  - { id: '1002', email: di@example.com }\n");
    let portal = Served::start(&desk);
    let relay = Relay::start(&portal, |line, told| match line.starts_with("PATCH /scim/") {
        true => {
            let body = r#"{"status":"error","category":"EXPIRED_AUTHENTICATION","message":"The token has expired.","correlationId":"c-1"}"#;
            answer("401 Unauthorized", "application/json", body)
        }
        false => told,
    });
    let ran = desk.hubroster("apply --yes").at(&relay.url).env("HUBSPOT_SCIM_TOKEN", "token-of-scim").run();
    assert_run!(ran.from("\n  ✗"), @r"
    exit 4
    ── stdout

      ✗ di@example.com   deactivate  failed: 401 EXPIRED_AUTHENTICATION: The token has expired. (correlation id c-1); SCIM does not accept its token; check
                                     `HUBSPOT_SCIM_TOKEN`

    Applied: 1 of 2 actions done; 1 failed.
    Mend what HubSpot refused and run `apply` again; its support asks for the correlation id.
    ");
}

#[test]
fn no_token_and_no_sandbox() {
    let desk = Desk::small();
    assert_run!(desk.run("plan"), @r"
    exit 4
    ── stderr
    error: no portal to read: set HUBSPOT_ACCESS_TOKEN (or HUBSPOT_ACCESS_TOKEN_FILE, or HUBSPOT_ACCESS_TOKEN_COMMAND) for the real one, or add `--sandbox` to rehearse on the simulated one
    ");
    let expected = desk.run("plan").transcript();
    for line in ["apply --yes", "snapshot --out portal.json", "doctor"] {
        assert_eq!(desk.run(line).transcript(), expected, "{line}");
    }
    assert!(!desk.path("portal.json").exists());
}

#[test]
fn an_address_alone_is_no_token() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let ran =
        desk.hubroster("plan").env("HUBROSTER_PORTAL_URL", &portal.url).hiding(&portal.url, "[portal]").run();
    assert_run!(ran, @r"
    exit 4
    ── stderr
    error: no token for [portal]: set HUBSPOT_ACCESS_TOKEN (or HUBSPOT_ACCESS_TOKEN_FILE, or HUBSPOT_ACCESS_TOKEN_COMMAND); a `sandbox serve` takes any, unless its seed lists some
    ");
    assert_eq!(portal.requests(), [""; 0]);
}

/// Plans against a portal that knows the right token alone.
fn with_variables(variables: &[(&str, &str)]) -> (Ran, usize) {
    let desk = guarded(PLANNING);
    desk.write("token.txt", &format!("{TOKEN}\n"));
    desk.write("token-crlf.txt", &format!("{TOKEN}\r\n"));
    desk.write("two-tokens.txt", &format!("{TOKEN}\n{WRONG_TOKEN}\n"));
    desk.write("empty.txt", "\n");
    let portal = Served::start(&desk);
    let run = |line| {
        let invocation = desk.hubroster(line).env("HUBROSTER_PORTAL_URL", &portal.url);
        variables.iter().fold(invocation, |invocation, (name, value)| invocation.env(name, value)).run()
    };
    // `Ran` makes sure that the token stays out of what is told at the highest level too.
    run("-vv plan");
    (run("plan"), portal.requests().len())
}

#[test]
fn a_token_has_three_ways_in() {
    let padded = format!("  {TOKEN}\n");
    for (name, value) in [
        ("HUBSPOT_ACCESS_TOKEN", TOKEN),
        ("HUBSPOT_ACCESS_TOKEN", padded.as_str()),
        ("HUBSPOT_ACCESS_TOKEN_FILE", "token.txt"),
        ("HUBSPOT_ACCESS_TOKEN_FILE", "token-crlf.txt"),
        ("HUBSPOT_ACCESS_TOKEN_COMMAND", "cat token.txt"),
        ("HUBSPOT_ACCESS_TOKEN_COMMAND", "printf 'noise on stderr' >&2; cat token.txt | tr -d '\\n'"),
    ] {
        let (ran, requests) = with_variables(&[(name, value)]);
        assert_eq!(ran.code, Some(0), "{name}: {}", ran.transcript());
        assert!(requests > 1, "{name}");
    }
}

#[test]
fn an_empty_variable_is_not_set() {
    let (ran, requests) =
        with_variables(&[("HUBSPOT_ACCESS_TOKEN", ""), ("HUBSPOT_ACCESS_TOKEN_FILE", "token.txt")]);
    assert_eq!((ran.code, requests > 1), (Some(0), true), "{}", ran.transcript());
    let (ran, requests) = with_variables(&[("HUBSPOT_ACCESS_TOKEN", ""), ("HUBSPOT_ACCESS_TOKEN_FILE", "")]);
    assert_eq!((ran.code, requests), (Some(4), 0), "{}", ran.transcript());
}

#[test]
fn two_ways_at_once_are_ambiguous() {
    let (ran, requests) =
        with_variables(&[("HUBSPOT_ACCESS_TOKEN", TOKEN), ("HUBSPOT_ACCESS_TOKEN_FILE", "token.txt")]);
    assert_run!(ran, @r"
    exit 4
    ── stderr
    error: both HUBSPOT_ACCESS_TOKEN and HUBSPOT_ACCESS_TOKEN_FILE are set; keep the one that holds the right token
    ");
    assert_eq!(requests, 0);
}

#[test]
fn something_that_is_no_token() {
    let (ran, requests) = with_variables(&[("HUBSPOT_ACCESS_TOKEN", &format!("{TOKEN}\n{WRONG_TOKEN}"))]);
    assert_run!(ran, @r"
    exit 4
    ── stderr
    error: HUBSPOT_ACCESS_TOKEN gives something that is no token: it has spaces, lines or odd characters
    ");
    assert_eq!(requests, 0);
}

#[test]
fn a_token_file_that_is_not_there() {
    let (ran, requests) = with_variables(&[("HUBSPOT_ACCESS_TOKEN_FILE", "nowhere.txt")]);
    assert_run!(ran, @r"
    exit 4
    ── stderr
    error: cannot read `nowhere.txt`, which HUBSPOT_ACCESS_TOKEN_FILE names
      caused by: No such file or directory (os error [number])
    ");
    assert_eq!(requests, 0);
}

#[test]
fn a_token_file_with_nothing_in_it() {
    let (ran, requests) = with_variables(&[("HUBSPOT_ACCESS_TOKEN_FILE", "empty.txt")]);
    assert_run!(ran, @r"
    exit 4
    ── stderr
    error: HUBSPOT_ACCESS_TOKEN_FILE gives an empty token
    ");
    assert_eq!(requests, 0);
}

#[test]
fn a_token_file_with_more_than_a_token() {
    let (ran, requests) = with_variables(&[("HUBSPOT_ACCESS_TOKEN_FILE", "two-tokens.txt")]);
    assert_run!(ran, @r"
    exit 4
    ── stderr
    error: HUBSPOT_ACCESS_TOKEN_FILE gives something that is no token: it has spaces, lines or odd characters
    ");
    assert_eq!(requests, 0);
}

#[test]
fn a_command_that_fails() {
    let command = "echo 'vault: locked' >&2; exit 3";
    let (ran, requests) = with_variables(&[("HUBSPOT_ACCESS_TOKEN_COMMAND", command)]);
    assert_run!(ran, @r"
    exit 4
    ── stderr
    vault: locked
    error: the command in HUBSPOT_ACCESS_TOKEN_COMMAND failed: exit status: 3
    ");
    assert_eq!(requests, 0);
}

#[test]
fn a_command_that_says_nothing() {
    let (ran, requests) = with_variables(&[("HUBSPOT_ACCESS_TOKEN_COMMAND", "true")]);
    assert_run!(ran, @r"
    exit 4
    ── stderr
    error: HUBSPOT_ACCESS_TOKEN_COMMAND gives an empty token
    ");
    assert_eq!(requests, 0);
}

/// `Ran` itself asserts that no output has a token; here every level and format is made to talk.
#[test]
fn no_output_has_the_token() {
    let desk = guarded(PLANNING);
    let portal = Served::start(&desk);
    for line in [
        "-vv plan",
        "-vv plan --format json",
        "-vv doctor",
        "-vv snapshot --out portal.json",
        "-vv apply --yes",
        "-vv apply --yes --format json",
        "-vv --color always plan",
    ] {
        let ran = desk.hubroster(line).at(&portal.url).env("RUST_LOG", "trace").run();
        assert!(
            ran.stderr.contains("GET /account-info/2026-09/details"),
            "{line} tells nothing:\n{}",
            ran.stderr
        );
    }
    assert!(!desk.read("portal.json").contains(TOKEN));
    assert!(!desk.read("requests.ndjson").contains(TOKEN));
}

#[test]
fn a_portal_that_repeats_the_token_is_not_repeated() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let relay = Relay::start(&portal, |_, _| {
        let body =
            format!(r#"{{"status":"error","message":"Bearer {TOKEN} is not known","category":"NOPE"}}"#);
        answer("400 Bad Request", "application/json", &body)
    });
    desk.hubroster("-vv plan").at(&relay.url).run();
    assert_run!(desk.hubroster("plan").at(&relay.url).run(), @r"
    exit 1
    ── stderr
    error: `GET /account-info/2026-09/details` was refused with status 400 `NOPE`: Bearer [redacted] is not known
    ");
}

/// Files from a pull request must not send a token to wherever they like.
#[test]
fn the_scim_token_goes_only_where_the_environment_allows() {
    let desk = guarded(PLANNING);
    desk.edit("users.yaml", "min_super_admins: 1", "deactivate: scim, min_super_admins: 1");
    let portal = Served::start(&desk);
    let plan = |scim_url: &str| {
        let run = desk.hubroster("plan").at(&portal.url).env("HUBSPOT_SCIM_TOKEN", TOKEN);
        run.env("HUBSPOT_SCIM_URL", scim_url).run()
    };
    assert_run!(plan("https://api.hubspot.com/scim/v2"), @"
    exit 4
    ── stderr
    error: the SCIM token would go to [portal]/scim/v2, and HUBSPOT_SCIM_URL allows https://api.hubspot.com/scim/v2 alone; nothing was sent. Mend `portal.scim_url`, or change the variable where the token is kept
    ");
    assert_eq!(portal.requests(), [""; 0]);
    assert_eq!(plan(&format!("{}/scim/v2/", portal.url)).code, Some(0));
    // Without a token there is nothing to hold back.
    let ran = desk
        .hubroster("plan")
        .at(&portal.url)
        .env("HUBSPOT_SCIM_URL", "https://api.hubspot.com/scim/v2")
        .run();
    assert_eq!(ran.code, Some(0));
}
