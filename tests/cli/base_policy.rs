//! `plan --base` and what is allowed: a limit, a rule or a privilege that a change switches off is seen, and so is
//! one that it brings.
//!
//! Deliberately absent: rows and their causes; `base` has those, and the folders in `tests/cases/`.

use serde_json::{Value, json};

use super::base::{commit_all, git, hubroster};
use super::desk::{Desk, Ran};

/// Nobody may be removed, and whoever leaves must be somebody else than Ana.
const USERS: &str = "\
version: 1
portal: { id: 4611686, name: Example BV }
policy:
  min_super_admins: 1
  max_removals: { count: 0 }
  credential_owner: owner@example.com
  rules:
    - name: ana-stays
      deny: action.kind == \"remove\" && user.email == \"ana@example.com\"
      message: \"{user.email} stays\"
    - name: few-leave
      warn: plan.summary.remove > 5
      message: too many
users:
  - email: owner@example.com
  - { email: ana@example.com, state: removed }
";
const LIMIT: &str = "max_removals: { count: 0 }";
const LOOSE: &str = "max_removals: { count: 5 }";
const RULE: &str = "    - name: ana-stays
      deny: action.kind == \"remove\" && user.email == \"ana@example.com\"
      message: \"{user.email} stays\"
";

/// `users` and the role committed on `main`.
fn at_base(users: &str) -> Desk {
    let desk = Desk::small();
    desk.write("users.yaml", users);
    if !users.contains("sales-rep") {
        std::fs::remove_file(desk.path("roles/sales-rep.yaml")).expect("a file of ours");
    }
    desk.write(".gitignore", ".hubroster/\n");
    git(desk.directory.path(), "init --quiet --initial-branch=main");
    commit_all(desk.directory.path());
    desk
}

fn plan(desk: &Desk, more: &str) -> Ran {
    let commit = git(desk.directory.path(), "rev-parse --short=12 main");
    hubroster(desk, &format!("plan --sandbox --base main{more}")).hiding(&commit, "[commit]").run()
}

fn changes(desk: &Desk) -> Value {
    let plan: Value = serde_json::from_str(&plan(desk, " --format json").stdout).expect("JSON");
    plan["policy_changes"].clone()
}

#[test]
fn a_limit_that_is_raised_and_a_rule_that_is_taken_out_come_first() {
    let desk = at_base(USERS);
    desk.edit("users.yaml", LIMIT, LOOSE);
    desk.edit("users.yaml", RULE, "");
    assert_run!(plan(&desk, ""), @"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 13 reads, 0 writes
    Plan sha256:[digest]
    Compared with the files at main ([commit])

    This change: policy
      Policy changed: `max_removals` and rule `ana-stays` (taken out).
      By the policy at the base this plan would be refused by `max_removals` (1 of 2 people would be removed, deactivated or stripped; `policy.max_removals` is 0)
      and denied by `ana-stays`; by its own it is not.

    Drift, different before this change: 1 to remove
      - ana@example.com  remove  [drift]  Viewer → none

    Plan: 1 to remove. Removals 1 of 2, limit 5. Actions by cause: 1 drift.
    ");
}

#[test]
fn what_a_change_brings_is_told_too() {
    let desk = at_base(&USERS.replace(LIMIT, LOOSE).replace(RULE, ""));
    desk.write("users.yaml", USERS);
    assert_run!(plan(&desk, ""), @"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 13 reads, 0 writes
    Plan sha256:[digest]
    Compared with the files at main ([commit])

    This change: policy
      Policy changed: `max_removals` and rule `ana-stays` (new).
      By its own policy this plan is refused by `max_removals` (1 of 2 people would be removed, deactivated or stripped; `policy.max_removals` is 0) and denied by
      `ana-stays`; by that at the base it would not be.

    Drift, different before this change: 1 to remove
      - ana@example.com  remove  [drift]  Viewer → none   denied by `ana-stays`: ana@example.com stays

    Plan: 1 to remove. Removals 1 of 2, limit 0. Actions by cause: 1 drift.

    Refused: 1 of 2 people would be removed, deactivated or stripped; `policy.max_removals` is 0.
      If that is meant, run `apply --ack-removals 1`, which holds for exactly 1; or change `policy.max_removals` in `users.yaml`. `apply --no-removals` does
      everything else.

    Denied by `ana-stays` (users.yaml:8):
      ana@example.com stays
    ");
}

/// Who is removed in the same change as the limit that forbids it is raised.
#[test]
fn a_plan_that_the_policy_at_the_base_would_refuse_says_so() {
    let desk = at_base(&USERS.replace(", state: removed", ""));
    desk.write(
        "users.yaml",
        &USERS.replace(LIMIT, LOOSE).replace("      deny: action", "      warn: action"),
    );
    assert_run!(plan(&desk, ""), @"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 13 reads, 0 writes
    Plan sha256:[digest]
    Compared with the files at main ([commit])

    This change: policy; 1 to remove
      Policy changed: `max_removals` and rule `ana-stays` (`deny` → `warn`).
      By the policy at the base this plan would be refused by `max_removals` (1 of 2 people would be removed, deactivated or stripped; `policy.max_removals` is 0)
      and denied by `ana-stays` (now only warned); by its own it is not.
      - ana@example.com  remove  [this change]  Viewer → none   warned by `ana-stays`: ana@example.com stays

    Plan: 1 to remove. Removals 1 of 2, limit 5. Actions by cause: 1 this change.

    Warned by `ana-stays` (users.yaml:8):
      ana@example.com stays
    ");
    assert_eq!(
        changes(&desk),
        json!([
            { "kind": "key", "name": "max_removals" },
            { "kind": "rule", "name": "ana-stays", "before": "deny", "after": "warn" },
            {
                "kind": "by_policy", "name": "max_removals", "before": "refused",
                "message": "1 of 2 people would be removed, deactivated or stripped; `policy.max_removals` is 0",
            },
            { "kind": "by_policy", "name": "ana-stays", "before": "denied", "after": "warned" },
        ])
    );
}

#[test]
fn what_the_same_policy_says_of_other_files_is_told() {
    let desk = at_base(&USERS.replace(", state: removed", ""));
    desk.write("users.yaml", USERS);
    assert_eq!(
        changes(&desk),
        json!([
            {
                "kind": "by_files", "name": "max_removals", "after": "refused",
                "message": "1 of 2 people would be removed, deactivated or stripped; `policy.max_removals` is 0",
            },
            { "kind": "by_files", "name": "ana-stays", "after": "denied" },
        ])
    );
}

#[test]
fn a_policy_that_changes_nothing_today_is_not_nothing() {
    let desk = at_base(
        "\
version: 1
portal: { id: 4611686, name: Example BV }
policy: { min_super_admins: 1, protected: [owner@example.com, '*@example.org'] }
users:
  - email: owner@example.com
",
    );
    desk.edit(
        "users.yaml",
        "protected: [owner@example.com, '*@example.org']",
        "protected: [owner@example.com]",
    );
    desk.edit("users.yaml", "min_super_admins: 1", "min_super_admins: 0");
    let ran = plan(&desk, "");
    assert!(ran.stdout.contains("\nThis change: policy\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("Policy changed: `protected` and `min_super_admins`."), "{}", ran.stdout);
}

#[test]
fn another_order_and_other_lines_are_no_other_policy() {
    let desk = at_base(&USERS.replace("  rules:", "  protected: [a@example.com, b@example.com]\n  rules:"));
    let moved = USERS.replace(RULE, "").replace("message: too many\n", &format!("message: too many\n{RULE}"));
    desk.write(
        "users.yaml",
        &moved.replace("  rules:", "  # Both.\n  protected: [b@example.com, a@example.com]\n  rules:"),
    );
    assert_eq!(changes(&desk), Value::Null);
    assert!(plan(&desk, "").stdout.contains("\nThis change: nothing\n"));
}

#[test]
fn a_raise_that_a_role_file_no_longer_calls_one_is_this_change() {
    let desk = at_base(
        "\
version: 1
portal: { id: 4611686 }
policy: { min_super_admins: 1, acknowledge: [raises] }
users:
  - email: owner@example.com
  - { email: ana@example.com, role: sales-rep }
",
    );
    desk.edit("roles/sales-rep.yaml", "name: Sales rep\n", "name: Sales rep\nprivilege: elevated\n");
    commit_all(desk.directory.path());
    desk.edit("roles/sales-rep.yaml", "privilege: elevated\n", "");
    assert_run!(plan(&desk, ""), @"
    exit 0
    ── stdout
    Portal 4611686 (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]
    Compared with the files at main ([commit])

    This change: privileges; 1 to change
      Privileges of roles changed: `sales-rep` elevated → standard.
      The plan of the files at the base would be refused by `acknowledge_raises` (1 privilege is raised); this one is not.
      ~ ana@example.com  role  [both]  Viewer → Sales Rep   no role names `Viewer`, so it counts as standard

    Plan: 1 to change. Removals 0 of 2, limit 5. Actions by cause: 1 both.
    ");
    // Under another name as well.
    desk.write("roles/seller.yaml", &desk.read("roles/sales-rep.yaml"));
    std::fs::remove_file(desk.path("roles/sales-rep.yaml")).expect("a file of ours");
    desk.edit("users.yaml", "role: sales-rep", "role: seller");
    let expected =
        json!({ "kind": "privilege", "name": "seller", "before": "elevated", "after": "standard" });
    assert_eq!(changes(&desk)[0], expected);
}

#[test]
fn every_format_says_it_and_a_saved_plan_keeps_it() {
    let desk = at_base(USERS);
    desk.edit("users.yaml", LIMIT, LOOSE);
    desk.edit("users.yaml", RULE, "");
    plan(&desk, " --out told.json");
    for format in ["text", "markdown", "html", "github"] {
        let shown = plan(&desk, &format!(" --format {format}")).stdout;
        let words: Vec<&str> = shown.split_whitespace().collect();
        let words = words.join(" ").replace("<code>", "`").replace("</code>", "`");
        for told in [
            "Policy changed: `max_removals` and rule `ana-stays` (taken out).",
            "this plan would be refused by `max_removals`",
        ] {
            assert!(words.contains(told), "{format}: {shown}");
        }
        let commit = git(desk.directory.path(), "rev-parse --short=12 main");
        let again =
            hubroster(&desk, &format!("show told.json --format {format}")).hiding(&commit, "[commit]").run();
        assert_eq!(again.stdout, shown, "{format}");
    }
    let saved = desk.read("told.json");
    desk.write("told.json", &saved.replace("\"name\": \"ana-stays\"", "\"name\": \"somebody-goes\""));
    let ran = hubroster(&desk, "show told.json").run();
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("changed after it was saved"), "{}", ran.stderr);
}

#[test]
fn a_rule_that_is_called_after_somebody_is_masked() {
    let rules = USERS.replace("ana-stays", "ana@example.com stays");
    let desk = at_base(&rules);
    desk.edit("users.yaml", LIMIT, LOOSE);
    desk.edit("users.yaml", &RULE.replace("ana-stays", "ana@example.com stays"), "");
    let ran =
        hubroster(&desk, "plan --sandbox --base main --mask").env("HUBROSTER_MASK_KEY", "k".repeat(32)).run();
    let shown = ran.stdout;
    assert!(shown.contains("(taken out)"), "{shown}");
    assert!(!shown.contains("ana@example.com"), "{shown}");
}
