//! `apply`: what it shows, what it asks for, what it ends with.

use super::desk::Desk;
use super::portal::{Relay, Served, answer};

const REFUSED: &str = r#"{"status":"error","message":"Role is locked","correlationId":"11111111-2222-3333-4444-555555555555","category":"VALIDATION_ERROR"}"#;

#[test]
fn the_plan_then_the_report() {
    assert_run!(Desk::small().run("apply --sandbox --yes"), @r"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]

      ~ ana@example.com  role    Viewer → Sales Rep   no role names `Viewer`, so it counts as standard
      + cy@example.com   invite  Sales Rep

    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5.

    Portal 4611686 Example BV (na1) · 2 people · 9 reads, 2 writes
    Applied sha256:[digest]

      ✓ ana@example.com  role    Viewer → Sales Rep   done
      ✓ cy@example.com   invite  Sales Rep            done

    Applied: 2 of 2 actions done.
    ");
}

#[test]
fn the_example() {
    assert_run!(
        "apply_example",
        Desk::example().run("apply --sandbox --yes --today 2026-11-22").from("\nPlan: ")
    );
}

#[test]
fn for_programs_stdout_has_the_report_alone() {
    let ran = Desk::small().run("apply --sandbox --yes --format json");
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("one JSON document");
    assert_eq!(report["actions"].as_array().map(Vec::len), Some(2));
    assert_run!("apply_json", ran);
}

#[test]
fn nothing_to_do_needs_nobody_to_ask() {
    assert_run!(Desk::settled().run("apply --sandbox --yes"), @r"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]

    No changes. The portal is as the files want it.

    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Applied sha256:[digest]

    Nothing was to be done.
    ");
}

#[test]
fn without_a_terminal_it_does_not_guess() {
    let desk = Desk::small();
    assert_run!(desk.run("apply --sandbox"), @r"
    exit 1
    ── stderr
    error: apply asks before it changes anything, and here is nobody to answer; add `--yes` once the plan is approved
    ");
    assert!(!desk.path(".hubroster").exists(), "nothing was begun");
}

/// Two of four people leave, and one is allowed to.
fn leavers() -> Desk {
    let desk = Desk::settled();
    desk.edit("users.yaml", "min_super_admins: 1", "max_removals: { count: 1 }, min_super_admins: 1");
    for name in ["one", "two"] {
        desk.edit(
            "users.yaml",
            "users:\n",
            &format!("users:\n  - {{ email: {name}@example.com, state: removed }}\n"),
        );
        desk.edit("sandbox.yaml", "people:\n", &format!("people:\n  - {{ email: {name}@example.com }}\n"));
    }
    desk
}

#[test]
fn a_guard_refuses() {
    let desk = leavers();
    let portal = Served::start(&desk);
    assert_run!(desk.hubroster("apply --yes").at(&portal.url).run(), @r"
    exit 5
    ── stdout
    Portal 4611686 Example BV (na1) · 4 people · 18 reads, 0 writes
    Plan sha256:[digest]

      - one@example.com  remove
      - two@example.com  remove

    Plan: 2 to remove. Removals 2 of 4, limit 1.

    Refused: 2 of 4 people would be removed, deactivated or stripped; `policy.max_removals` is 1.
      If that is meant, run `apply --ack-removals 2`, which holds for exactly 2; or change `policy.max_removals` in `users.yaml`. `apply --no-removals` does
      everything else.
    ── stderr
    error: refused, nothing was changed: 2 of 4 people would be removed, deactivated or stripped; `policy.max_removals` is 1
      If that is meant, run `apply --ack-removals 2`, which holds for exactly 2; or change `policy.max_removals` in `users.yaml`. `apply --no-removals` does everything else.
    ");
    assert_eq!(portal.writes(), [""; 0]);
}

#[test]
fn a_guard_refuses_and_programs_get_the_plan() {
    let ran = leavers().run("apply --sandbox --yes --format json");
    let plan: serde_json::Value = serde_json::from_str(&ran.stdout).expect("one JSON document");
    assert_eq!((ran.code, &plan["format_version"]), (Some(5), &"1".into()));
    assert_eq!(plan["actions"].as_array().map(Vec::len), Some(2));
    assert_run!(ran.without_stdout(), @r"
    exit 5
    ── stderr
    error: refused, nothing was changed: 2 of 4 people would be removed, deactivated or stripped; `policy.max_removals` is 1
      If that is meant, run `apply --ack-removals 2`, which holds for exactly 2; or change `policy.max_removals` in `users.yaml`. `apply --no-removals` does everything else.
    ");
}

#[test]
fn too_many_removals_are_acknowledged_by_their_exact_number() {
    let desk = leavers();
    assert_eq!(desk.run("apply --sandbox --yes").code, Some(5));
    assert_run!(desk.run("apply --sandbox --yes --ack-removals 3").from("\nPlan:"), @r"
    exit 5
    ── stdout

    Plan: 2 to remove. Removals 2 of 4, limit 1.

    Refused: 2 of 4 people would be removed, deactivated or stripped; `policy.max_removals` is 1; `--ack-removals 3` is another number.
      If that is meant, run `apply --ack-removals 2`, which holds for exactly 2; or change `policy.max_removals` in `users.yaml`. `apply --no-removals` does
      everything else.
    ── stderr
    error: refused, nothing was changed: 2 of 4 people would be removed, deactivated or stripped; `policy.max_removals` is 1; `--ack-removals 3` is another number
      If that is meant, run `apply --ack-removals 2`, which holds for exactly 2; or change `policy.max_removals` in `users.yaml`. `apply --no-removals` does everything else.
    ");
    assert_run!(desk.run("apply --sandbox --yes --ack-removals 2").from("\nPlan:"), @r"
    exit 0
    ── stdout

    Plan: 2 to remove. Removals 2 of 4, limit 1.

    Portal 4611686 Example BV (na1) · 4 people · 22 reads, 2 writes
    Applied sha256:[digest]

      ✓ one@example.com  remove  done
      ✓ two@example.com  remove  done

    Applied: 2 of 2 actions done.
    ");
}

#[test]
fn what_failed_is_told_and_what_went_well_is_counted() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let relay = Relay::start(&portal, |line, real| match line.starts_with("PUT ") {
        true => answer("400 Bad Request", "application/json", REFUSED),
        false => real,
    });
    assert_run!(desk.hubroster("apply --yes").at(&relay.url).run().from("\nPlan:"), @r"
    exit 8
    ── stdout

    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5.

    Portal 4611686 Example BV (na1) · 2 people · 9 reads, 2 writes
    Applied sha256:[digest]

      ✓ cy@example.com   invite  Sales Rep            done
      ✗ ana@example.com  role    Viewer → Sales Rep   failed: 400 VALIDATION_ERROR: Role is locked (correlation id [uuid])

    Applied: 1 of 2 actions done; 1 failed.
    Mend what HubSpot refused and run `apply` again; its support asks for the correlation id.
    ");
}

#[test]
fn when_all_failed_it_is_no_part() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let relay = Relay::start(&portal, |line, real| match line.starts_with("GET ") {
        true => real,
        false => answer("400 Bad Request", "application/json", REFUSED),
    });
    let ran = desk.hubroster("apply --yes --format json").at(&relay.url).run();
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("one JSON document");
    assert_eq!((ran.code, &report["summary"]["failed"]), (Some(1), &2.into()), "{}", ran.transcript());
}

#[test]
fn a_token_that_is_taken_away_in_the_middle_stops_it() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let relay = Relay::start(&portal, |line, real| match line.starts_with("GET ") {
        true => real,
        false => answer(
            "401 Unauthorized",
            "application/json",
            r#"{"status":"error","message":"The token was revoked","category":"INVALID_AUTHENTICATION"}"#,
        ),
    });
    assert_run!(desk.hubroster("apply --yes").at(&relay.url).run().from("\nPlan:"), @r"
    exit 4
    ── stdout

    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5.

    Portal 4611686 Example BV (na1) · 2 people · 8 reads, 1 write
    Applied sha256:[digest]

      » ana@example.com  role    Viewer → Sales Rep   skipped: 401 INVALID_AUTHENTICATION: The token was revoked; HubSpot does not accept the token any more
      » cy@example.com   invite  Sales Rep            skipped: HubSpot does not accept the token any more

    Applied: 0 of 2 actions done; 2 skipped.
    The run stopped early: HubSpot no longer accepts the token. Give hubroster a valid token and run `apply` again; what is done is not done twice.
    ");
}

#[test]
fn the_daily_limit_ends_it_with_what_was_done() {
    let desk = Desk::small();
    desk.edit("sandbox.yaml", "permission_sets:\n", "limits: { daily: 10 }\npermission_sets:\n");
    let ran = desk.run("apply --sandbox --yes");
    assert_eq!(ran.code, Some(9), "{}", ran.transcript());
    assert_run!(ran.from("\nPlan:"), @r"
    exit 9
    ── stdout

    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5.

    Portal 4611686 Example BV (na1) · 2 people · 9 reads, 2 writes
    Applied sha256:[digest]

      ✓ ana@example.com  role    Viewer → Sales Rep   done
      » cy@example.com   invite  Sales Rep
                                 skipped: 429: HubSpot's daily limit of calls is used up for this account, correlation id [uuid]; it
                                 is reset at midnight in the account's time zone; the account's daily limit of calls is used up

    Applied: 1 of 2 actions done; 1 skipped.
    The run stopped early: HubSpot's daily limit of calls is used up. It is full again at midnight in the account's time zone; run `apply` again then.
    ");
}

#[test]
fn quiet_leaves_the_result() {
    let desk = Desk::small();
    desk.write("roles/nobody.yaml", "name: Nobody\naccess: { scratch: true }\n");
    let loud = desk.run("plan --sandbox");
    assert!(loud.stderr.contains("warning"), "{}", loud.stderr);
    let quiet = desk.run("--quiet plan --sandbox");
    assert_eq!((&quiet.stdout, quiet.stderr.as_str()), (&loud.stdout, ""));
    assert_eq!(desk.run("apply --quiet --sandbox --yes --format json").stderr, "");
    assert_eq!(desk.run("snapshot --quiet --sandbox --out portal.json").stderr, "");
    assert_run!(desk.run("apply --quiet --sandbox"), @r"
    exit 1
    ── stderr
    error: apply asks before it changes anything, and here is nobody to answer; add `--yes` once the plan is approved
    ");
}
