//! `drift`: ends with 2 when the portal is not as the files want it, and with nothing else to say than `plan`.

use super::desk::Desk;

#[test]
fn a_portal_as_the_files_want_it_has_not_drifted() {
    assert_run!(Desk::settled().run("drift --sandbox"), @"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]

    No changes. The portal is as the files want it.
    ");
}

#[test]
fn drift_ends_with_2_and_writes_its_report_wherever_it_is_wanted() {
    let desk = Desk::small();
    let ran = desk.run("drift --sandbox --output markdown=drift.md --out drift.json");
    assert_eq!(ran.code, Some(2));
    assert_eq!(ran.stdout, desk.run("plan --sandbox").stdout);
    assert!(desk.read("drift.md").contains("1 to invite"));
    assert_eq!(desk.run("show drift.json").stdout, ran.stdout);
}

#[test]
fn newcomers_are_drift_where_the_policy_calls_them_an_error() {
    let desk = Desk::settled();
    desk.edit("sandbox.yaml", "people:\n", "people:\n  - { email: eve@example.com }\n");
    assert_eq!(desk.run("drift --sandbox").code, Some(0), "reported, and no drift");
    desk.edit("users.yaml", "min_super_admins: 1", "unmanaged: error, min_super_admins: 1");
    assert_run!(desk.run("drift --sandbox"), @"
    exit 2
    ── stdout
    Portal 4611686 Example BV (na1) · 3 people · 7 reads, 0 writes
    Plan sha256:[digest]

      ? eve@example.com  unmanaged

    No changes. The portal is as the files want it; 1 unmanaged.

    Refused: 1 person is in the portal and not in the files.
      Add them to `users.yaml`, name them in `policy.ignore`, or set `policy.unmanaged: report`.
    ");
    assert_run!(desk.run("drift --sandbox --ignore-unmanaged"), @"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 3 people · 7 reads, 0 writes
    Plan sha256:[digest]

    No changes. The portal is as the files want it.
    ");
}

#[test]
fn a_saved_reading_is_compared_without_a_network() {
    let desk = Desk::small();
    desk.run("snapshot --sandbox --out portal.json");
    assert_eq!(desk.run("drift --snapshot portal.json").code, Some(2));
    assert_eq!(desk.run("drift").code, Some(4), "without a token there is no portal to read");
}
