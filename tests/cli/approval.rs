//! `apply` of what was approved: a saved plan or its digest, and nothing else.

use super::desk::Desk;

/// The digest of the plan that `plan --out plan.json` saved.
fn digest(desk: &Desk) -> String {
    let plan: serde_json::Value = serde_json::from_str(&desk.read("plan.json")).expect("JSON");
    plan["digest"].as_str().expect("a digest").to_owned()
}

/// Somebody changes things in HubSpot's interface.
fn behind_the_back(desk: &Desk, from: &str, to: &str) {
    desk.edit(".hubroster/sandbox.json", from, to);
}

fn approved(desk: &Desk) -> String {
    assert_eq!(desk.run("plan --sandbox --out plan.json").code, Some(0));
    digest(desk)
}

#[test]
fn an_approved_plan_is_applied_by_its_file_or_by_its_digest() {
    for line in ["apply plan.json --sandbox --yes", "apply --sandbox --yes --expect-digest DIGEST"] {
        let desk = Desk::small();
        let digest = approved(&desk);
        let ran = desk.run(&line.replace("DIGEST", &digest.to_uppercase().replace("SHA256", "sha256")));
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{line}\n{}", ran.stdout);
        assert_eq!(desk.run("plan --sandbox --detailed-exitcode").code, Some(0), "{line}");
        let again = desk.run("apply plan.json --sandbox --yes");
        assert_eq!(again.code, Some(7), "what was approved is done");
        assert!(again.stderr.contains("Nothing is left to do"), "{}", again.stderr);
    }
}

#[test]
fn another_plan_than_the_approved_one_is_refused_with_the_difference() {
    let desk = Desk::small();
    approved(&desk);
    // Ana gets another role, and Cy is invited by hand.
    behind_the_back(&desk, "\"permission_sets\": [\n        \"Viewer\"\n      ]", "\"permission_sets\": []");
    desk.edit(
        "users.yaml",
        "  - { email: cy@example.com, role: sales-rep }\n",
        "  - { email: di@example.com, role: sales-rep }\n",
    );
    assert_run!(desk.run("apply plan.json --sandbox --yes"), @"
    exit 7
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]

      ~ ana@example.com  role    none → Sales Rep   assigning a permission set replaces permissions set by hand; cannot be undone by hubroster
      + di@example.com   invite  Sales Rep

    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5.
    ── stderr
    error: the plan is not the one that was approved, nothing was changed
      approved sha256:[digest]
      now      sha256:[digest]

    Approved, and not to be done any more:
      + cy@example.com  invite  Sales Rep

    To be done now, and not approved:
      + di@example.com  invite  Sales Rep

    Approved otherwise:
      ~ ana@example.com  role  Viewer → Sales Rep   approved
                         role  none → Sales Rep     now

    Save a new plan with `plan --out`, have it approved, and apply that one.
    ");
    let json = desk.run("apply plan.json --sandbox --yes --format json");
    let shown: serde_json::Value = serde_json::from_str(&json.stdout).expect("the present plan");
    assert_eq!((json.code, shown["summary"]["invite"].as_u64()), (Some(7), Some(1)));
    assert!(json.stderr.contains("the plan is not the one that was approved"), "{}", json.stderr);
    let outbox = desk.read(".hubroster/sandbox.json");
    assert!(!outbox.contains("cy@example.com") && !outbox.contains("di@example.com"), "nothing was done");
}

#[test]
fn of_a_digest_alone_the_present_plan_is_all_there_is_to_show() {
    let desk = Desk::small();
    let other = format!("sha256:{}", "0".repeat(64));
    assert_run!(desk.run(&format!("apply --sandbox --yes --expect-digest {other}")), @"
    exit 7
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]

      ~ ana@example.com  role    Viewer → Sales Rep   no role names `Viewer`, so it counts as standard
      + cy@example.com   invite  Sales Rep

    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5.
    ── stderr
    error: the plan is not the one that was approved, nothing was changed
      approved sha256:[digest]
      now      sha256:[digest]

    Save a new plan with `plan --out`, have it approved, and apply that one.
    ");
}

#[test]
fn what_was_approved_is_said_once_and_clearly() {
    let desk = Desk::small();
    approved(&desk);
    let other = format!("sha256:{}", "0".repeat(64));
    assert_run!(desk.run(&format!("apply plan.json --sandbox --yes --expect-digest {other}")), @"
    exit 7
    ── stderr
    error: `plan.json` is not the plan that was approved, nothing was changed: its digest is sha256:[digest], and sha256:[digest] was asked for
    ");
    assert_run!(desk.run("apply plan.json --sandbox --yes --target ana@example.com"), @"
    exit 1
    ── stderr
    error: a saved plan has the targets it was made with; to apply another part, save a plan of that part with `plan --target … --out`
    ");
    assert_run!(desk.run("apply --sandbox --yes --expect-digest 9f3c"), @"
    exit 1
    ── stderr
    error: invalid value '9f3c' for '--expect-digest <DIGEST>': `9f3c` is not a plan's digest; it is `sha256:[digest]` and 64 hexadecimal digits, as the plan prints it

    For more information, try '--help'.
    ");
    assert_run!(desk.run("apply . --dir elsewhere --sandbox --yes"), @"
    exit 1
    ── stderr
    error: `--dir` names the directory of a saved plan, and here is no saved plan; name the directory alone
    ");
    assert_run!(desk.run("apply clients --dir elsewhere --sandbox --yes"), @"
    exit 1
    ── stderr
    error: `--dir` names the directory of a saved plan, and here is no saved plan; name the directory alone
    ");
    assert_run!(desk.run("apply nowhere.json --sandbox --yes"), @"
    exit 1
    ── stderr
    error: cannot read the plan `nowhere.json`
      caused by: No such file or directory (os error [number])
    ");
    desk.edit("users.yaml", "id: 4611686", "id: 4611687");
    assert_run!(desk.run("apply plan.json --sandbox --yes"), @"
    exit 4
    ── stderr
    error: the plan in `plan.json` is of portal 4611686, the files are for portal 4611687; apply it from the directory of portal 4611686 (`--dir`), or plan again here
    ");
    desk.edit("plan.json", "cy@example.com", "eve@example.com");
    assert_run!(desk.run("apply plan.json --sandbox --yes"), @"
    exit 1
    ── stderr
    error: `plan.json` is no plan to rely on
      caused by: it was changed after it was saved: its `checksum` is of another text; plan again
    ");
}

/// Sealed again by somebody who knows how, under the genuine digest: what can be counted is counted again.
#[test]
fn a_saved_plan_whose_counts_were_edited_is_refused() {
    use sha2::Digest as _;

    let desk = Desk::small();
    approved(&desk);
    let mut plan: serde_json::Value = serde_json::from_str(&desk.read("plan.json")).expect("JSON");
    plan["summary"]["invite"] = 0.into();
    plan.as_object_mut().expect("an object").remove("checksum").expect("it was sealed");
    let sum: String =
        sha2::Sha256::digest(plan.to_string()).iter().map(|byte| format!("{byte:02x}")).collect();
    plan["checksum"] = format!("sha256:{sum}").into();
    desk.write("plan.json", &plan.to_string());
    let shown = desk.run("show plan.json");
    assert_eq!(desk.run("apply plan.json --sandbox --yes").transcript(), shown.transcript());
    assert_run!(shown, @"
    exit 1
    ── stderr
    error: `plan.json` is no plan to rely on
      caused by: what it says in `summary` is not what its rows come to, so it was changed after it was saved; plan again
    ");
}

#[test]
fn a_saved_plan_is_applied_from_anywhere_with_its_directory_named() {
    let desk = Desk::small();
    approved(&desk);
    let elsewhere = Desk::empty();
    elsewhere.write("plan.json", &desk.read("plan.json"));
    let line = format!("apply plan.json --sandbox --yes --dir {}", desk.directory.path().display());
    assert_eq!(elsewhere.run(&line).code, Some(0));
    assert!(!elsewhere.path(".hubroster").exists(), "journal and portal are beside the files");
    assert!(desk.path(".hubroster/journal").exists());
}

#[test]
fn a_part_is_planned_said_and_approved_as_that_part() {
    let desk = Desk::small();
    assert_run!(desk.run("plan --sandbox --target CY@example.com --out plan.json"), @"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]
    Only cy@example.com (--target)

      + cy@example.com  invite  Sales Rep

    Plan: 1 to invite. Removals 0 of 2, limit 5.
    ");
    let whole = desk.run("plan --sandbox --format json").stdout;
    assert!(!whole.contains(&digest(&desk)), "a part has a digest of its own");
    let ran = desk.run("apply plan.json --sandbox --yes --format json");
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("a report");
    assert_eq!((ran.code, report["summary"]["done"].as_u64()), (Some(0), Some(1)));
    assert_run!(desk.run("plan --sandbox --target cy@example.com"), @"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 3 people · 7 reads, 0 writes
    Plan sha256:[digest]
    Only cy@example.com (--target)

    No changes. What was asked for is as the files want it.
    ");
    assert_run!(desk.run("apply --sandbox --yes --target role:sales-rep"), @"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 3 people · 7 reads, 0 writes
    Plan sha256:[digest]
    Only role:sales-rep (--target)

      ~ ana@example.com  role  Viewer → Sales Rep   no role names `Viewer`, so it counts as standard

    Plan: 1 to change. Removals 0 of 3, limit 5.

    Portal 4611686 Example BV (na1) · 3 people · 8 reads, 1 write
    Applied sha256:[digest]

      ✓ ana@example.com  role  Viewer → Sales Rep   done

    Applied: 1 of 1 action done.
    ");
    assert_run!(desk.run("plan --sandbox --detailed-exitcode"), @"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 3 people · 7 reads, 0 writes
    Plan sha256:[digest]

    No changes. The portal is as the files want it.
    ");
}

#[test]
fn a_target_that_is_nobody_is_an_error_and_no_empty_plan() {
    let desk = Desk::small();
    assert_run!(desk.run("plan --sandbox --target anna@example.com --target role:sales-repp"), @"
    exit 1
    ── stderr
    error: no such person or role:
      `anna@example.com` is neither in the files nor in the portal; did you mean `ana@example.com`?
      nobody in the files has the role `sales-repp`; did you mean `role:sales-rep`?
    ");
    assert_run!(desk.run("plan --sandbox --target ana"), @"
    exit 1
    ── stderr
    error: invalid value 'ana' for '--target <EMAIL|role:KEY>': `ana` is no target; write an e-mail address, or `role:KEY` for everybody to whom the files give the role

    For more information, try '--help'.
    ");
    assert_run!(desk.run("plan --sandbox --target role:"), @"
    exit 1
    ── stderr
    error: invalid value 'role:' for '--target <EMAIL|role:KEY>': `role:` is no target; write an e-mail address, or `role:KEY` for everybody to whom the files give the role

    For more information, try '--help'.
    ");
    assert_run!(desk.run("apply --sandbox --yes --target zed@elsewhere.example"), @"
    exit 1
    ── stderr
    error: no such person or role:
      `zed@elsewhere.example` is neither in the files nor in the portal
    ");
}

#[test]
fn of_the_teams_a_part_has_those_that_its_people_come_into() {
    let desk = Desk::small();
    desk.edit(
        "users.yaml",
        "users:\n",
        "teams:\n  - { name: Benelux, parent: Sales }\n  - { name: Sales }\n  - { name: Support }\nusers:\n",
    );
    desk.edit(
        "users.yaml",
        "ana@example.com, role: sales-rep",
        "ana@example.com, role: sales-rep, team: Benelux",
    );
    assert_run!(desk.run("plan --sandbox --target ana@example.com"), @"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]
    Only ana@example.com (--target)

      + Benelux          create team  under Sales
      + Sales            create team
      ~ ana@example.com  role         Viewer → Sales Rep   no role names `Viewer`, so it counts as standard
                         team         none → Benelux

    Plan: 1 to change, 2 teams to create. Removals 0 of 2, limit 5.
    ");
    assert_run!(desk.run("plan --sandbox --target cy@example.com"), @"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]
    Only cy@example.com (--target)

      + cy@example.com  invite  Sales Rep

    Plan: 1 to invite. Removals 0 of 2, limit 5.
    ");
    assert_eq!(desk.run("apply --sandbox --yes --target ana@example.com").code, Some(0));
    assert_eq!(desk.run("plan --sandbox --detailed-exitcode --target ana@example.com").code, Some(0));
}

#[test]
fn the_same_plan_and_digest_whatever_the_machine_is_set_to() {
    let desk = Desk::example();
    let line = "plan --sandbox --today 2026-11-22 --format json";
    let plain = desk.run(line).stdout;
    for (name, value) in
        [("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Auckland"), ("TOKIO_WORKER_THREADS", "1"), ("LANG", "C")]
    {
        assert_eq!(desk.hubroster(line).env(name, value).run().stdout, plain, "{name}={value}");
    }
    // The order of the entries is nobody's business either.
    let (one, other) = (Desk::small(), Desk::small());
    let cy = "  - { email: cy@example.com, role: sales-rep }\n";
    other.edit("users.yaml", cy, "");
    other.edit("users.yaml", "users:\n", &format!("users:\n{cy}"));
    assert_eq!(approved(&one), approved(&other));
}

#[test]
fn a_mail_that_was_not_approved_is_said() {
    const MAILED: &str = "{ email: cy@example.com, role: sales-rep }";
    const UNMAILED: &str = "{ email: cy@example.com, role: sales-rep, invite: false }";
    for (from, to, said) in [
        (UNMAILED, MAILED, "approved without an invitation mail, now with one"),
        (MAILED, UNMAILED, "approved with an invitation mail, now without one"),
    ] {
        let desk = Desk::small();
        desk.edit("users.yaml", MAILED, from);
        approved(&desk);
        desk.edit("users.yaml", from, to);
        let ran = desk.run("apply plan.json --sandbox --yes");
        assert_eq!(ran.code, Some(7), "{}", ran.stderr);
        assert!(ran.stderr.contains(said) && !ran.stderr.contains("another id"), "{}", ran.stderr);
        // Beside what its row shows as well.
        desk.edit("users.yaml", to, &to.replace(", role: sales-rep", ""));
        let ran = desk.run("apply plan.json --sandbox --yes");
        assert!(ran.stderr.contains(said) && ran.stderr.contains("Sales Rep"), "{}", ran.stderr);
    }
}
