//! Apply, and nothing is left; change something by hand, and exactly that is planned.

use super::desk::Desk;
use super::portal::Served;

#[test]
fn after_apply_the_example_has_nothing_left_but_what_is_by_hand() {
    let desk = Desk::example();
    assert_eq!(desk.run("apply --sandbox --yes --today 2026-11-22").code, Some(0));
    let again = desk.run("plan --sandbox --detailed-exitcode --today 2026-11-22");
    assert_eq!(again.code, Some(0), "{}", again.transcript());
    assert_run!("plan_example_again", again);
}

#[test]
fn a_change_by_hand_is_exactly_what_is_planned() {
    let desk = Desk::small();
    desk.run("apply --sandbox --yes");
    // What `cy` was given is taken away behind hubroster's back.
    let state = desk.read(".hubroster/sandbox.json");
    let (before, newcomer) = state.split_at(state.find("cy@example.com").expect("the newcomer is kept"));
    let changed = newcomer.replacen("Sales Rep", "Viewer", 1).replacen("\"301\"", "\"304\"", 1);
    assert_ne!(changed, newcomer);
    desk.write(".hubroster/sandbox.json", &format!("{before}{changed}"));
    assert_run!(desk.run("plan --sandbox --detailed-exitcode"), @r"
    exit 2
    ── stdout
    Portal 4611686 Example BV (na1) · 3 people · 7 reads, 0 writes
    Plan sha256:[digest]

      ~ cy@example.com  role  Viewer → Sales Rep   no role names `Viewer`, so it counts as standard

    Plan: 1 to change. Removals 0 of 3, limit 5.
    ");
}

#[test]
fn somebody_new_in_the_portal_is_reported() {
    let desk = Desk::small();
    desk.run("apply --sandbox --yes");
    desk.edit(".hubroster/sandbox.json", "\"people\": [", "\"people\": [{ \"email\": \"eve@example.com\" },");
    assert_run!(desk.run("plan --sandbox --detailed-exitcode"), @r"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 4 people · 7 reads, 0 writes
    Plan sha256:[digest]

      ? eve@example.com  unmanaged

    No changes. The portal is as the files want it; 1 unmanaged.
    ");
}

#[test]
fn the_same_over_http_with_another_process() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let plan = |line: &str| desk.hubroster(line).at("").arg("--portal-url").arg(&portal.url).run();
    assert_eq!(plan("plan --detailed-exitcode").code, Some(2));
    assert_eq!(portal.writes(), [""; 0], "plan writes nothing");
    assert_eq!(plan("apply --yes").code, Some(0));
    let mut writes = portal.writes();
    writes.sort();
    assert_eq!(writes, ["POST /settings/users/2026-09 201", "PUT /settings/users/2026-09/1001 200"]);
    let again = plan("plan --detailed-exitcode");
    assert_eq!(again.code, Some(0), "{}", again.transcript());
    assert_eq!(plan("apply --yes").code, Some(0));
    assert_eq!(portal.writes().len(), 2, "nothing is written twice");
}
