//! Where nobody can say whether a rule holds: a `deny` refuses, a `warn` warns, and both say why.

use serde_json::{Value, json};

use super::world::World;

fn one() -> World {
    World::new().user("email: ana@example.com, role: manager").live_rep("ana@example.com")
}

#[test]
fn what_cannot_be_judged_is_not_allowed() {
    for (condition, why) in [
        (
            "role.permissions.import == true",
            "cannot be judged: a map has no `import`, at `role.permissions.import`",
        ),
        (
            "role.permissions.export.view == \"all\"",
            "cannot be judged: a yes-or-no value has no `view`, at `role.permissions.export.view`",
        ),
        ("user.extra_teams[0] == \"Sales\"", "cannot be judged: the list has no element 0: it has 0, at `0`"),
        (
            "100 / (plan.people.live - 1) > 5 && user.email != \"\"",
            "cannot be judged: a division by zero, at `100 / (plan.people.live - 1`",
        ),
        (
            "user.team != \"x\" &&\n  user.team < \"z\"",
            "cannot be judged: `<` cannot compare `null` with text, at `user.team < \"z\"`",
        ),
    ] {
        let judged = one().deny(condition).judge();
        assert!(judged.is_refused(), "{condition}");
        assert_eq!(judged.messages(), [why]);
        assert!(judged.rules[0].findings[0].is_unknown);
        assert_eq!(judged.holds_for(), ["ana@example.com"]);
    }
}

#[test]
fn a_warning_that_cannot_be_judged_warns() {
    let judged = one().rule("name: w\nwarn: role.permissions.import == true\nmessage: no").judge();
    assert!(!judged.is_refused());
    assert_eq!(judged.messages(), ["cannot be judged: a map has no `import`, at `role.permissions.import`"]);
}

#[test]
fn what_decides_outweighs_what_cannot_be_judged() {
    assert_eq!(
        one().deny("role.permissions.import == true && user.email == \"bo@example.com\"").judge().holds_for(),
        [""; 0]
    );
    let judged = one().deny("role.permissions.import == true || user.email == \"ana@example.com\"").judge();
    assert_eq!(judged.messages(), ["no"]);
}

#[test]
fn seats_that_could_not_be_read_are_unknown_and_not_few() {
    let unread = || {
        let mut world = one();
        world.snapshot["seats"] = Value::Null;
        world.snapshot["degraded"] = json!([{ "what": "seats", "missing_scope": "settings.billing.write", "effect": "seat limits were not checked" }]);
        world
    };
    for condition in [
        "plan.people.paid_seats_after > 50",
        "plan.people.paid_seats > 50",
        "plan.seats.exists(s, s.used_after > 50)",
    ] {
        assert_eq!(one().deny(condition).judge().holds_for(), [""; 0], "{condition}");
        let judged = unread().deny(condition).judge();
        assert!(judged.is_refused(), "{condition}");
        assert!(judged.rules[0].findings[0].is_unknown);
    }
    assert_eq!(
        unread()
            .deny("plan.degraded.exists(d, d.what == \"seats\" && d.missing_scope != null)")
            .judge()
            .messages(),
        ["no"]
    );
    let document = unread().judge().document;
    assert_eq!((document.people.paid_seats, document.seats), (None, None));
}
