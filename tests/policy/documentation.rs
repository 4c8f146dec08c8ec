//! The policies of `docs/policy.md`, taken from the page itself: each against plans that must pass it and plans that
//! it must refuse.

use serde_json::json;

use super::world::World;

const PAGE: &str = include_str!("../../docs/policy.md");

/// The one rule below a heading.
fn rule(heading: &str) -> &'static str {
    let section =
        PAGE.split(&format!("\n### {heading}\n")).nth(1).unwrap_or_else(|| panic!("no `{heading}`"));
    let section = section.split("\n### ").next().expect("a part");
    let blocks: Vec<&str> = section.split("```yaml\n").skip(1).collect();
    let [block] = blocks.as_slice() else { panic!("one rule below `{heading}`") };
    assert!(section.contains("```rego\npackage main\n"), "`{heading}` in Rego");
    block.split("```").next().expect("a block")
}

fn passes(heading: &str, world: World) {
    let judged = world.rules(rule(heading)).judge();
    assert_eq!(judged.messages(), [""; 0], "{heading}");
}

fn refuses(heading: &str, world: World, messages: &[&str]) {
    let judged = world.rules(rule(heading)).judge();
    assert!(judged.is_refused(), "{heading}");
    assert_eq!(judged.messages(), messages, "{heading}");
    assert!(judged.rules[0].findings.iter().all(|finding| !finding.is_unknown), "{heading}");
}

#[test]
fn each_policy_of_the_page_is_tried() {
    let policies = PAGE.split("\n## Policies worth having\n").nth(1).expect("the part").split("\n## ").next();
    let headings: Vec<&str> =
        policies.expect("a part").lines().filter_map(|line| line.strip_prefix("### ")).collect();
    assert_eq!(headings, [SUPER_ADMINS, EXPORT, EXPIRY, SEATS, FRIDAY, INVITATIONS]);
}

const SUPER_ADMINS: &str = "No super admin outside a list";
const EXPORT: &str = "No export right with an external domain";
const EXPIRY: &str = "An elevated role needs an expiry date";
const SEATS: &str = "Paid seats below a number";
const FRIDAY: &str = "No removal on a Friday";
const INVITATIONS: &str = "No crowd of invitations at once";

#[test]
fn no_super_admin_outside_a_list() {
    passes(
        SUPER_ADMINS,
        World::new()
            .user("email: Owner@example.com, role: admin")
            .user("email: ops@example.com")
            .user("email: ana@example.com, role: manager")
            .user("email: former@example.com, state: removed")
            .live("owner@example.com", json!({}))
            .live("ops@example.com", json!({ "super_admin": true }))
            .live("former@example.com", json!({ "super_admin": true })),
    );
    // Newcomers, those who are to become one, and those who are one and of whom the files say nothing.
    refuses(
        SUPER_ADMINS,
        World::new()
            .user("email: new@example.com, role: admin")
            .user("email: ana@example.com, role: admin")
            .user("email: old@example.com")
            .live_rep("ana@example.com")
            .live("old@example.com", json!({ "super_admin": true })),
        &[
            "ana@example.com is not on the list of super admins",
            "new@example.com is not on the list of super admins",
            "old@example.com is not on the list of super admins",
        ],
    );
}

#[test]
fn no_export_right_with_an_external_domain() {
    passes(
        EXPORT,
        World::new()
            .user("email: ana@example.com, role: manager")
            .user("email: bo@EXAMPLE.com, role: admin")
            .user("email: cy@example.org, role: sales-rep")
            .user("email: gone@example.org, role: manager, state: deactivated")
            .live_rep("cy@example.org"),
    );
    refuses(
        EXPORT,
        World::new()
            .user("email: may@example.org, role: manager")
            .user("email: says-nothing@example.org, role: agent")
            .user("email: everything@example.org, role: admin")
            .live_rep("may@example.org"),
        &[
            "everything@example.org is external and could export data as Super admin",
            "may@example.org is external and could export data as Manager",
            "says-nothing@example.org is external and could export data as Agent",
        ],
    );
}

#[test]
fn an_elevated_role_needs_an_expiry_date() {
    passes(
        EXPIRY,
        World::new()
            .user("email: ana@example.com, role: manager, expires: 2027-11-25")
            .user("email: bo@example.com, role: sales-rep")
            .user("email: cy@example.com")
            .user("email: di@example.com, role: manager, expires: 2026-11-25"),
    );
    // The portal is as the files say: nothing would be changed, and the files are wrong all the same.
    let manager = json!({ "permission_sets": [{ "id": "302", "name": "Manager" }] });
    let world = World::new()
        .user("email: ana@example.com, role: manager")
        .user("email: bo@example.com, role: manager, expires: 2027-11-26")
        .live("ana@example.com", manager.clone())
        .live("bo@example.com", manager);
    refuses(
        EXPIRY,
        world,
        &[
            "Manager is an elevated role: give ana@example.com an expiry date within a year",
            "Manager is an elevated role: give bo@example.com an expiry date within a year",
        ],
    );
}

#[test]
fn paid_seats_below_a_number() {
    let world = |holders: usize| {
        (0..holders).fold(World::new(), |world, number| world.live_rep(&format!("rep{number}@example.com")))
    };
    passes(SEATS, world(49).user("email: new@example.com, role: sales-rep"));
    refuses(
        SEATS,
        world(50).user("email: new@example.com, role: sales-rep"),
        &["51 paid seats, and 50 are in the budget"],
    );
    // Too many already: whoever leaves may leave, and whoever swaps may swap.
    passes(SEATS, world(60).user("email: rep0@example.com, state: removed"));
    passes(
        SEATS,
        world(60)
            .user("email: rep0@example.com, state: removed")
            .user("email: new@example.com, role: sales-rep"),
    );
}

#[test]
fn no_removal_on_a_friday() {
    let world = || {
        World::new()
            .user("email: leaver@example.com, state: removed")
            .user("email: paused@example.com, state: deactivated")
            .user("email: new@example.com, role: sales-rep")
            .live_rep("leaver@example.com")
            .live_rep("paused@example.com")
    };
    passes(FRIDAY, world().today("2026-11-26"));
    passes(FRIDAY, world().today("2026-11-28"));
    passes(FRIDAY, World::new().user("email: new@example.com, role: sales-rep").today("2026-11-27"));
    refuses(
        FRIDAY,
        world().today("2026-11-27"),
        &[
            "leaver@example.com would leave on a Friday: wait until Monday",
            "paused@example.com would leave on a Friday: wait until Monday",
        ],
    );
}

/// Those that stand in the text as parts of a file.
#[test]
fn the_other_rules_of_the_page_are_rules() {
    let examples: Vec<&str> = PAGE
        .split("```yaml\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .filter(|block| !block.starts_with("- name"))
        .collect();
    assert_eq!(examples.len(), 2);
    for example in examples {
        let rules = example.split("  rules:\n").last().expect("rules");
        let rules: String =
            rules.lines().map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line))).collect();
        assert_eq!(World::new().rules(&rules).judge().rules.len(), 1, "{example}");
    }
}

#[test]
fn no_crowd_of_invitations_at_once() {
    let world = |newcomers: usize| {
        (0..newcomers).fold(
            World::new().user("email: rep@example.com").live_rep("rep@example.com"),
            |world, number| {
                world.user(&format!("email: new{number}@example.com, role: sales-rep, seats: []"))
            },
        )
    };
    passes(INVITATIONS, world(25));
    refuses(
        INVITATIONS,
        world(26),
        &["26 people would be invited at once: raise the number if that is meant"],
    );
}
