//! `snapshot`: a file for its owner alone, to plan against without a network and to rehearse on.

use super::desk::Desk;

#[test]
fn it_says_what_it_saved() {
    assert_run!(Desk::small().run("snapshot --sandbox --out portal.json"), @r"
    exit 0
    ── stderr
    2 people in 7 reads, saved in portal.json
    ");
}

#[test]
fn it_gives_the_same_plan_without_a_network() {
    let desk = Desk::small();
    let live = desk.run("plan --sandbox --format json");
    desk.run("snapshot --sandbox --out portal.json");
    std::fs::remove_file(desk.path("sandbox.yaml")).expect("it was there");
    let saved = desk.run("plan --snapshot portal.json --format json");
    let parsed = |text: &str| -> serde_json::Value { serde_json::from_str(text).expect("a plan is JSON") };
    let (live, saved_plan) = (parsed(&live.stdout), parsed(&saved.stdout));
    assert_eq!(saved_plan["requests"]["reads"], 0);
    for part in ["digest", "actions", "summary"] {
        assert_eq!(saved_plan[part], live[part], "{part}");
    }
    assert_eq!(desk.run("plan --snapshot portal.json --detailed-exitcode").code, Some(2));
}

#[test]
fn it_can_be_rehearsed_on() {
    let desk = Desk::small();
    let live = desk.run("plan --sandbox");
    desk.run("snapshot --sandbox --out portal.json");
    let other = Desk::small();
    other.write("sandbox.yaml", &desk.read("portal.json"));
    assert_eq!(other.run("plan --sandbox").transcript(), live.transcript());
}

#[test]
fn it_keeps_who_deactivated_whom() {
    let desk = Desk::small();
    desk.edit("sandbox.yaml", "permission_sets: [Viewer]", "status: deactivated, last_active: 2026-05-02");
    let history =
        "history: [{ at: 2026-09-01T03:00:00Z, type: DEACTIVATE_USER, object: '1001', automatic: true }]";
    desk.write("sandbox.yaml", &format!("{}{history}\n", desk.read("sandbox.yaml")));
    let of_ana = |plan: &str| -> String {
        plan.lines().filter(|line| line.contains("ana@example.com")).map(|line| format!("{line}\n")).collect()
    };
    let live = of_ana(&desk.run("plan --sandbox").stdout);
    assert!(live.contains("it seems by HubSpot for inactivity: last active 2026-05-02"), "{live}");
    desk.run("snapshot --sandbox --out portal.json");
    assert_eq!(of_ana(&desk.run("plan --snapshot portal.json").stdout), live);
    // And whoever rehearses on it is told the same.
    desk.write("sandbox.yaml", &desk.read("portal.json"));
    assert_eq!(of_ana(&desk.run("plan --sandbox").stdout), live);
}

#[cfg(unix)]
#[test]
fn it_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::small();
    desk.write("portal.json", "an older one, for everybody");
    desk.run("snapshot --sandbox --out portal.json");
    for file in ["portal.json", ".hubroster/sandbox.json"] {
        let mode = std::fs::metadata(desk.path(file)).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn a_place_that_is_not_there() {
    assert_run!(Desk::small().run("snapshot --sandbox --out nowhere/portal.json"), @r"
    exit 1
    ── stderr
    error: cannot write `nowhere/portal.json`
      caused by: entity not found
    ");
}

#[test]
fn a_snapshot_that_is_not_there() {
    assert_run!(Desk::small().run("plan --snapshot portal.json"), @r"
    exit 1
    ── stderr
    error: cannot read the snapshot `portal.json`
      caused by: No such file or directory (os error [number])
    ");
}

#[test]
fn a_snapshot_that_is_none() {
    let desk = Desk::small();
    assert_run!(desk.run("plan --snapshot users.yaml"), @r"
    exit 1
    ── stderr
    error: `users.yaml` is no snapshot that this version reads: expected value at line 1 column 1; make one with `hubroster snapshot --out`
    ");
    desk.run("snapshot --sandbox --out portal.json");
    let whole = desk.read("portal.json");
    desk.write("portal.json", &whole[..whole.len() / 2]);
    assert_run!(desk.run("plan --snapshot portal.json"), @r"
    exit 1
    ── stderr
    error: `portal.json` is no snapshot that this version reads: `people[0].sources.settings`: EOF while parsing a value at line 43 column 20; make one with `hubroster snapshot --out`
    ");
    desk.write("portal.json", &whole.replace("\"status\": \"active\"", "\"status\": 7"));
    assert_run!(desk.run("plan --snapshot portal.json"), @r"
    exit 1
    ── stderr
    error: `portal.json` is no snapshot that this version reads: `people[0].status`: expected value at line 29 column 17; make one with `hubroster snapshot --out`
    ");
}

#[test]
fn a_snapshot_of_another_portal() {
    let desk = Desk::small();
    desk.run("snapshot --sandbox --out portal.json");
    desk.edit("users.yaml", "id: 4611686", "id: 999");
    assert_run!(desk.run("plan --snapshot portal.json"), @r"
    exit 4
    ── stderr
    error: `portal.json` was taken from portal 4611686, the files are for portal 999; take one with the token of portal 999, or use the directory of portal 4611686
    ");
}
