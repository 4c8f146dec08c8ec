//! `policy.rules` at the edge: what a denial ends with, what goes before it, and what is said of a rule that is
//! none.

use super::desk::Desk;

/// The small one, with a rule.
fn ruled(rule: &str) -> Desk {
    let desk = Desk::small();
    desk.edit(
        "users.yaml",
        "policy: { min_super_admins: 1, credential_owner: owner@example.com }",
        &format!("policy:\n  min_super_admins: 1\n  credential_owner: owner@example.com\n  rules:\n{rule}"),
    );
    desk
}

const NO_NEWCOMERS: &str = "    - name: no-newcomers
      deny: action.kind == \"invite\"
      message: nobody is invited this week";

#[test]
fn a_denial_is_shown_by_plan_and_refuses_apply() {
    let desk = ruled(NO_NEWCOMERS);
    assert_run!(desk.run("plan --sandbox --detailed-exitcode"), @"
    exit 2
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]

      ~ ana@example.com  role    Viewer → Sales Rep   no role names `Viewer`, so it counts as standard
      + cy@example.com   invite  Sales Rep            denied by `no-newcomers`: nobody is invited this week

    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5.

    Denied by `no-newcomers` (users.yaml:7):
      cy@example.com (invite): nobody is invited this week
    ");
    assert_run!(desk.run("apply --sandbox --yes"), @"
    exit 6
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]

      ~ ana@example.com  role    Viewer → Sales Rep   no role names `Viewer`, so it counts as standard
      + cy@example.com   invite  Sales Rep            denied by `no-newcomers`: nobody is invited this week

    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5.

    Denied by `no-newcomers` (users.yaml:7):
      cy@example.com (invite): nobody is invited this week
    ── stderr
    error: refused by `policy.rules`, nothing was changed
    Denied by `no-newcomers` (users.yaml:7):
      cy@example.com (invite): nobody is invited this week
    ");
    assert_eq!(desk.run("plan --sandbox --detailed-exitcode").code, Some(2), "nothing was changed");
}

#[test]
fn what_is_no_change_is_refused_all_the_same() {
    let desk = Desk::settled();
    desk.edit(
        "users.yaml",
        "policy: {",
        "policy: { rules: [{ name: nobody, deny: 'user.role == \"sales-rep\"', message: 'no reps' }],",
    );
    assert_eq!(desk.run("plan --sandbox --detailed-exitcode").code, Some(0));
    assert_eq!(desk.run("drift --sandbox").code, Some(0));
    assert_eq!(desk.run("apply --sandbox --yes").code, Some(6));
}

#[test]
fn a_guard_that_refuses_goes_before_a_rule() {
    let desk = ruled(NO_NEWCOMERS);
    assert_run!(desk.run("apply --sandbox --yes --ack-removals 3").from("Plan:"), @"
    exit 5
    ── stdout
    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5.

    Refused: 0 of 2 people would be removed, deactivated or stripped; `policy.max_removals` is 5; `--ack-removals 3` is another number.
      If that is meant, run `apply --ack-removals 0`, which holds for exactly 0; or change `policy.max_removals` in `users.yaml`. `apply --no-removals` does
      everything else.

    Denied by `no-newcomers` (users.yaml:7):
      cy@example.com (invite): nobody is invited this week
    ── stderr
    error: refused, nothing was changed: 0 of 2 people would be removed, deactivated or stripped; `policy.max_removals` is 5; `--ack-removals 3` is another number
      If that is meant, run `apply --ack-removals 0`, which holds for exactly 0; or change `policy.max_removals` in `users.yaml`. `apply --no-removals` does everything else.
    ");
}

#[test]
fn an_approval_of_another_plan_goes_before_both() {
    let desk = ruled(NO_NEWCOMERS);
    desk.run("plan --sandbox --out plan.json");
    desk.edit(
        "users.yaml",
        "  - { email: cy@example.com, role: sales-rep }\n",
        "  - { email: di@example.com, role: sales-rep }\n",
    );
    assert_eq!(desk.run("apply plan.json --sandbox --yes").code, Some(7));
    desk.run("plan --sandbox --out plan.json");
    assert_eq!(desk.run("apply plan.json --sandbox --yes").code, Some(6));
}

/// The rule is none of what was approved: mending it keeps the approval.
#[test]
fn a_rule_is_not_part_of_the_digest() {
    let desk = ruled(NO_NEWCOMERS);
    desk.run("plan --sandbox --out plan.json");
    desk.edit("users.yaml", "deny:", "warn:");
    assert_eq!(desk.run("apply plan.json --sandbox --yes").code, Some(0));
}

#[test]
fn a_warning_refuses_nothing() {
    let desk = ruled(&NO_NEWCOMERS.replace("deny:", "warn:"));
    let ran = desk.run("apply --sandbox --yes");
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.stdout.contains("\nWarned by `no-newcomers` (users.yaml:7):\n  cy@example.com (invite): "),
        "{}",
        ran.stdout
    );
}

#[test]
fn for_programs_the_plan_that_was_refused_is_the_result() {
    let desk = ruled(NO_NEWCOMERS);
    let ran = desk.run("apply --sandbox --yes --format json --today 2026-11-27");
    assert_eq!(ran.code, Some(6));
    let plan: serde_json::Value = serde_json::from_str(&ran.stdout).expect("one document");
    assert_eq!(
        plan["policies"],
        serde_json::json!([{
            "rule": "no-newcomers",
            "verdict": "refused",
            "findings": [{
                "subject": "user", "email": "cy@example.com", "kind": "invite",
                "message": "nobody is invited this week",
                "source": { "file": "users.yaml", "line": 13, "column": 14 }
            }],
            "source": { "file": "users.yaml", "line": 7, "column": 13 }
        }])
    );
    assert_eq!((&plan["today"], &plan["weekday"]), (&"2026-11-27".into(), &"friday".into()));
    let users: Vec<&str> =
        plan["users"].as_array().expect("a list").iter().filter_map(|user| user["email"].as_str()).collect();
    assert_eq!(users, ["ana@example.com", "cy@example.com", "owner@example.com"]);
}

#[test]
fn a_saved_plan_shows_what_the_rules_said() {
    let desk = ruled(NO_NEWCOMERS);
    let planned = desk.run("plan --sandbox --out plan.json").stdout;
    assert!(planned.contains("Denied by `no-newcomers`"), "{planned}");
    assert_eq!(desk.run("show plan.json").stdout, planned);
    // What only the JSON shows is in the file, whatever was printed beside it.
    assert!(desk.read("plan.json").contains("\"users\": ["));
}

#[test]
fn a_part_is_judged_by_its_people() {
    let desk = ruled(NO_NEWCOMERS);
    assert_eq!(desk.run("apply --sandbox --yes --target cy@example.com").code, Some(6));
    assert_eq!(desk.run("apply --sandbox --yes --target ana@example.com").code, Some(0));
}

#[test]
fn a_rule_that_makes_no_sense_is_a_finding_at_its_place() {
    let desk = ruled(
        "    - name: typo
      deny: |
        action.kind == \"invite\" &&
          usr.super_admin
      message: x",
    );
    assert_run!(desk.run("validate"), @"
    exit 3
    ── stdout
    error[unknown-variable]: there is no `usr`
      --> users.yaml:10:11
       |
    10 |           usr.super_admin
       |           ^^^
       |
       = help: did you mean `user`?

    1 error.
    ");
    assert_run!(desk.run("validate --format json"), @"
    exit 3
    ── stdout
    {
      \"findings\": [
        {
          \"file\": \"users.yaml\",
          \"line\": 10,
          \"column\": 11,
          \"code\": \"unknown-variable\",
          \"severity\": \"error\",
          \"message\": \"there is no `usr`\",
          \"help\": \"did you mean `user`?\"
        }
      ]
    }
    ");
    assert_eq!(desk.run("plan --sandbox").code, Some(3));
}

/// The rules of others may be in the files that a pull request changes.
#[test]
fn a_rule_that_would_take_for_ever_ends() {
    let desk = ruled(
        "    - name: for-ever
      deny: plan.users.all(a, plan.users.all(b, plan.users.all(c, a.email != \"\")))
      message: x",
    );
    let people: String = (0..400).map(|number| format!("  - email: person{number}@example.com\n")).collect();
    let users = desk.read("users.yaml");
    desk.write("users.yaml", &format!("{users}{people}"));
    let ran = desk.run("plan --sandbox");
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.stdout.contains("cannot be judged: it takes more than 20000000 steps"),
        "{}",
        ran.stdout.lines().rev().take(5).collect::<String>()
    );
}

/// A message may name people of whom no row says the name, and of whom there may be no row at all.
#[test]
fn a_masked_plan_names_nobody_in_a_message_of_a_rule() {
    let desk = ruled(
        "    - name: everybody
      warn: user.email != \"\"
      message: \"{user.first_name} {user.last_name} ({user.email}, id {user.user_id}) is somebody\"",
    );
    // As long as HubSpot's own are.
    desk.edit("sandbox.yaml", "'1000'", "'70010001'");
    desk.edit(
        "sandbox.yaml",
        "email: owner@example.com,",
        "email: owner@example.com, first_name: Olivia, last_name: Peeters,",
    );
    desk.edit(
        "sandbox.yaml",
        "email: ana@example.com,",
        "email: ana@example.com, first_name: Ana, last_name: Silva,",
    );
    let plain = desk.run("plan --sandbox").stdout;
    assert!(plain.contains("Olivia Peeters (owner@example.com, id 70010001) is somebody"), "{plain}");
    for format in ["text", "markdown", "html", "github", "json"] {
        let line = format!("plan --sandbox --mask --format {format}");
        let ran = desk.hubroster(&line).env("HUBROSTER_MASK_KEY", "0123456789abcdef0123456789abcdef").run();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(ran.stdout.contains("is somebody"), "{format}");
        for name in ["Olivia", "Peeters", "Silva", "owner@example.com", "ana@example.com", "70010001"] {
            assert!(!ran.stdout.contains(name), "{format} has {name}: {}", ran.stdout);
        }
    }
}
