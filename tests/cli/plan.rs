//! `plan`: the plan on stdout, what it ends with, where its files may lie, and that it never writes.

use super::desk::Desk;
use super::portal::Served;

#[test]
fn the_example() {
    assert_run!("plan_example", Desk::example().run("plan --sandbox --today 2026-11-22"));
}

#[test]
fn a_small_one() {
    assert_run!(Desk::small().run("plan --sandbox"), @r"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]

      ~ ana@example.com  role    Viewer → Sales Rep   no role names `Viewer`, so it counts as standard
      + cy@example.com   invite  Sales Rep

    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5.
    ");
}

#[test]
fn as_json() {
    assert_run!("plan_json", Desk::small().run("plan --sandbox --format json --today 2026-11-22"));
}

#[test]
fn changes_end_with_2_where_that_was_asked() {
    let (small, settled) = (Desk::small(), Desk::settled());
    assert_eq!(small.run("plan --sandbox --detailed-exitcode").code, Some(2));
    assert_eq!(small.run("plan --sandbox --detailed-exitcode --format json").code, Some(2));
    assert_eq!(settled.run("plan --sandbox").code, Some(0));
    assert_run!(settled.run("plan --sandbox --detailed-exitcode"), @r"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]

    No changes. The portal is as the files want it.
    ");
}

#[test]
fn the_day_decides_what_has_expired() {
    let desk = Desk::settled();
    desk.edit(
        "users.yaml",
        "role: sales-rep }",
        "role: sales-rep, expires: 2027-03-31, on_expiry: removed }",
    );
    assert_eq!(desk.run("plan --sandbox --detailed-exitcode --today 2027-03-30").code, Some(0));
    assert_run!(desk.run("plan --sandbox --detailed-exitcode --today 2027-03-31"), @r"
    exit 2
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 13 reads, 0 writes
    Plan sha256:[digest]

      - ana@example.com  remove  Sales Rep → none   expired on 2027-03-31

    Plan: 1 to remove. Removals 1 of 2, limit 5.
    ");
}

#[test]
fn what_a_guard_refuses_is_shown_and_is_no_failure() {
    let desk = Desk::small();
    desk.edit("users.yaml", "min_super_admins: 1", "unmanaged: error, min_super_admins: 1");
    desk.edit("sandbox.yaml", "people:\n", "people:\n  - { email: eve@example.com }\n");
    assert_run!(desk.run("plan --sandbox --detailed-exitcode").from("Plan:"), @r"
    exit 2
    ── stdout
    Plan: 1 to invite, 1 to change; 1 unmanaged. Removals 0 of 3, limit 5.

    Refused: 1 person is in the portal and not in the files.
      Add them to `users.yaml`, name them in `policy.ignore`, or set `policy.unmanaged: report`.
    ");
}

#[test]
fn it_never_writes() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let before = desk.read("state.json");
    assert_eq!(desk.hubroster("plan").at(&portal.url).run().code, Some(0));
    assert!(portal.requests().len() >= 5, "{:?}", portal.requests());
    assert!(portal.requests().iter().all(|line| line.starts_with("GET ")), "{:?}", portal.requests());
    assert_eq!(desk.read("state.json"), before);
}

#[test]
fn a_directory_may_be_named_from_elsewhere() {
    let desk = Desk::small();
    let here = desk.run("plan --sandbox");
    let elsewhere = Desk::empty();
    let ran =
        desk.hubroster("plan --sandbox").arg(desk.directory.path()).from(elsewhere.directory.path()).run();
    assert_eq!(ran.transcript(), here.transcript());
    assert!(
        elsewhere.directory.path().read_dir().expect("a directory").next().is_none(),
        "nothing is left behind"
    );
    assert!(desk.path(".hubroster/sandbox.json").exists());
}

#[test]
fn a_directory_may_have_any_name() {
    let plain = Desk::small();
    let expected = plain.run("plan --sandbox").transcript();
    let home = Desk::empty();
    let name = "Klanten België/Example « BV » 株式会社";
    std::fs::create_dir_all(home.path(name).parent().expect("a parent")).expect("a folder");
    std::fs::rename(plain.directory.path(), home.path(name)).expect("one file system");
    std::fs::create_dir(plain.directory.path()).expect("again");
    assert_eq!(home.hubroster("plan --sandbox").arg(name).run().transcript(), expected);
}

#[test]
fn files_may_come_from_windows() {
    let (unix, windows) = (Desk::small(), Desk::small());
    for name in ["users.yaml", "roles/sales-rep.yaml", "sandbox.yaml"] {
        let text = windows.read(name).replace('\n', "\r\n");
        windows.write(name, &format!("\u{feff}{text}"));
    }
    assert_eq!(windows.run("plan --sandbox").transcript(), unix.run("plan --sandbox").transcript());
}

#[test]
fn without_a_seed_there_is_nothing_to_rehearse_on() {
    let desk = Desk::small();
    std::fs::remove_file(desk.path("sandbox.yaml")).expect("it was there");
    assert_run!(desk.run("plan --sandbox"), @r"
    exit 1
    ── stderr
    error: cannot read `sandbox.yaml`, which says what the simulated portal holds; docs/sandbox.md shows how to write one, and `hubroster snapshot --out` saves one from a real portal
      caused by: No such file or directory (os error [number])
    ");
}

#[test]
fn a_bad_seed_is_shown_with_its_place() {
    let desk = Desk::small();
    desk.edit("sandbox.yaml", "permission_sets: [Viewer]", "permission_sets: [Vewer]");
    assert_run!(desk.run("plan --sandbox"), @r"
    exit 3
    ── stderr
    error[seed]: there is no permission set `Vewer`: add it, or correct the name
     --> sandbox.yaml:7:61
      |
    7 |   - { id: '1001', email: ana@example.com, permission_sets: [Vewer] }
      |                                                             ^^^^^

    1 error.
    ");
}

#[test]
fn a_broken_state_is_shown_with_its_place() {
    let desk = Desk::small();
    desk.run("plan --sandbox");
    desk.edit(".hubroster/sandbox.json", "\"super_admin\": true", "\"super_admin\": 7");
    assert_run!(desk.run("plan --sandbox"), @r#"
    exit 3
    ── stderr
    error[seed]: invalid type: integer `7`, expected a boolean
      --> .hubroster/sandbox.json:22:22
       |
    22 |       "super_admin": 7,
       |                      ^

    1 error.
    "#);
}

#[test]
fn one_run_feeds_comment_page_annotations_and_a_saved_plan() {
    let desk = Desk::small();
    let ran = desk.run(
        "plan --sandbox --out plan.json --output markdown=comment.md --output html=plan.html \
         --output github=annotations.txt --output json=again.json --output text=plan.txt",
    );
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert_eq!(desk.read("plan.txt"), ran.stdout, "on no terminal the text is the same");
    assert_eq!(desk.read("plan.json"), desk.read("again.json"));
    assert!(desk.read("comment.md").starts_with("## hubroster plan: 1 to invite, 1 to change\n"));
    assert!(desk.read("plan.html").starts_with("<!doctype html>"));
    assert!(desk.read("annotations.txt").contains("::notice file=users.yaml,line=7,"));
    for (format, file) in
        [("text", "plan.txt"), ("markdown", "comment.md"), ("html", "plan.html"), ("json", "plan.json")]
    {
        let shown = desk.run(&format!("show plan.json --format {format}"));
        assert_eq!((shown.code, shown.stdout), (Some(0), desk.read(file)), "{format}");
    }
}

#[cfg(unix)]
#[test]
fn files_of_people_are_for_their_owner_alone_and_pipes_stay_pipes() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::small();
    desk.run("plan --sandbox --out plan.json --output html=plan.html");
    for file in ["plan.json", "plan.html"] {
        let mode = std::fs::metadata(desk.path(file)).expect("written").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let ran = desk.run("show plan.json --format json --output text=/dev/stderr");
    assert!(ran.stderr.starts_with("Portal 4611686"), "{}", ran.stderr);
}

#[test]
fn what_is_no_saved_plan_is_not_shown() {
    let desk = Desk::small();
    desk.run("plan --sandbox --out plan.json");
    assert_run!(desk.run("show users.yaml"), @"
    exit 1
    ── stderr
    error: `users.yaml` is no plan to rely on
      caused by: it is no JSON, or cut off; save it again with `plan --out`
      caused by: expected value at line 1 column 1
    ");
    desk.edit("plan.json", "\"reads\": 7", "\"reads\": 8");
    assert_run!(desk.run("show plan.json"), @"
    exit 1
    ── stderr
    error: `plan.json` is no plan to rely on
      caused by: it was changed after it was saved: its `checksum` is of another text; plan again
    ");
    let cut = desk.read("plan.json")[..300].to_owned();
    desk.write("plan.json", &cut);
    assert_run!(desk.run("show plan.json"), @"
    exit 1
    ── stderr
    error: `plan.json` is no plan to rely on
      caused by: it is no JSON, or cut off; save it again with `plan --out`
      caused by: EOF while parsing a value at line 14 column 12
    ");
    assert_run!(desk.run("show nowhere.json"), @"
    exit 1
    ── stderr
    error: cannot read the plan `nowhere.json`
      caused by: No such file or directory (os error [number])
    ");
    assert_run!(desk.run("plan --sandbox --output pdf=plan.pdf"), @"
    exit 1
    ── stderr
    error: invalid value 'pdf=plan.pdf' for '--output <FORMAT=FILE>': there is no format `pdf`; the formats are text, markdown, html, json, github

    For more information, try '--help'.
    ");
    assert_run!(desk.run("plan --sandbox --output html=plan --out plan"), @"
    exit 1
    ── stderr
    error: `plan` is named twice; give each result a file of its own
    ");
    assert_run!(desk.run("plan --sandbox --output html"), @"
    exit 1
    ── stderr
    error: invalid value 'html' for '--output <FORMAT=FILE>': write it as `html=plan.html`

    For more information, try '--help'.
    ");
}

#[test]
fn no_result_takes_the_place_of_what_plans_are_made_from() {
    let desk = Desk::small();
    let before = (desk.read("users.yaml"), desk.read("roles/sales-rep.yaml"));
    for line in [
        "plan --sandbox --out users.yaml",
        "plan --sandbox --output html=roles/sales-rep.yaml",
        "plan --sandbox --output text=./sandbox.yaml",
        "plan --sandbox --out plan.json --output json=./plan.json",
    ] {
        assert_eq!(desk.run(line).code, Some(1), "{line}");
    }
    assert_eq!(before, (desk.read("users.yaml"), desk.read("roles/sales-rep.yaml")));
}
