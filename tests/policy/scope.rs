//! What a rule is judged for: everything that would happen, everybody who is wanted, or the plan.

use serde_json::json;

use super::world::World;

/// Somebody of every kind.
fn everybody() -> World {
    World::new()
        .policy("unmanaged: remove")
        .user("email: new@example.com, role: sales-rep, team: Sales")
        .user("email: change@example.com, role: manager")
        .user("email: same@example.com, role: sales-rep")
        .user("email: none@example.com")
        .user("email: leaver@example.com, state: removed")
        .user("email: paused@example.com, role: sales-rep, state: deactivated")
        .user("email: grant@example.com, role: admin")
        .user("email: agent@example.com, role: agent")
        .live_rep("change@example.com")
        .live_rep("same@example.com")
        .live_rep("none@example.com")
        .live_rep("leaver@example.com")
        .live_rep("paused@example.com")
        .live_rep("grant@example.com")
        .live_rep("unmanaged@example.com")
}

#[test]
fn a_rule_about_actions_sees_all_that_would_happen_by_hand_or_not() {
    assert_eq!(
        everybody().deny("action.name != \"\"").judge().holds_for(),
        [
            "leaver@example.com remove",
            "unmanaged@example.com remove",
            "change@example.com update",
            "agent@example.com invite",
            "new@example.com invite",
            "agent@example.com set_permissions by hand",
            "grant@example.com grant_super_admin by hand",
            "paused@example.com deactivate by hand",
        ]
    );
    assert_eq!(
        everybody().deny("action.removal").judge().holds_for(),
        [
            "leaver@example.com remove",
            "unmanaged@example.com remove",
            "paused@example.com deactivate by hand"
        ]
    );
    assert_eq!(
        everybody().deny("action.by_hand && action.privilege == \"raise\"").judge().holds_for(),
        ["grant@example.com grant_super_admin by hand"]
    );
    assert_eq!(
        everybody()
            .deny("action.changes.exists(c, c.attribute == \"role\" && \"Manager\" in c.after)")
            .judge()
            .holds_for(),
        ["change@example.com update"]
    );
}

#[test]
fn beside_an_action_stands_the_person_it_is_about_where_there_is_an_entry() {
    // Whom no entry names is no user, and a rule that names one has nothing to say of them.
    assert_eq!(
        everybody().deny("action.kind == \"remove\" && user.state == \"removed\"").judge().holds_for(),
        ["leaver@example.com remove"]
    );
    assert_eq!(
        everybody().deny("action.kind != \"update\" && role.key == \"agent\"").judge().holds_for(),
        ["agent@example.com invite", "agent@example.com set_permissions by hand"]
    );
    // A team has nobody.
    let teams =
        World::new().rule("name: t\ndeny: action.subject == \"team\" && user.email == \"x\"\nmessage: no");
    assert_eq!(teams.judge().holds_for(), [""; 0]);
}

#[test]
fn a_rule_about_people_judges_everybody_who_is_wanted_changed_or_not() {
    assert_eq!(
        everybody().deny("user.domain == \"example.com\"").judge().holds_for(),
        [
            "agent@example.com",
            "change@example.com",
            "grant@example.com",
            "new@example.com",
            "none@example.com",
            "same@example.com"
        ]
    );
    assert_eq!(
        everybody().deny("role.privilege == \"standard\"").judge().holds_for(),
        ["agent@example.com", "new@example.com", "same@example.com"]
    );
    assert_eq!(everybody().deny("user.role == null").judge().holds_for(), ["none@example.com"]);
    assert_eq!(everybody().deny("user.super_admin").judge().holds_for(), ["grant@example.com"]);
    assert_eq!(
        everybody().deny("\"Core\" in user.seats && user.status == \"absent\"").judge().holds_for(),
        ["new@example.com"]
    );
}

#[test]
fn a_rule_may_say_what_it_is_judged_for() {
    let only_changed =
        "name: changed\neach: action\ndeny: role.privilege == \"standard\"\nmessage: \"{action.kind}\"";
    let judged = everybody().rule(only_changed).judge();
    assert_eq!(
        judged.holds_for(),
        [
            "agent@example.com invite",
            "new@example.com invite",
            "agent@example.com set_permissions by hand",
            "paused@example.com deactivate by hand"
        ]
    );
    assert_eq!(judged.messages(), ["invite", "invite", "set_permissions", "deactivate"]);
    let each_user = "name: everybody\neach: user\ndeny: size(plan.actions) > 4\nmessage: \"{user.email}\"";
    assert_eq!(everybody().rule(each_user).judge().messages().len(), 6);
}

#[test]
fn a_rule_about_the_plan_judges_it_once() {
    for condition in [
        "plan.summary.remove == 2 && plan.summary.by_hand == 3 && plan.summary.invite == 2",
        "plan.actions.exists(a, a.kind == \"invite\" && a.email == \"new@example.com\" && a.subject == \"user\")",
        "plan.by_hand.exists_one(a, a.kind == \"grant_super_admin\" && a.by_hand)",
        "plan.users.size() == 8 && plan.users.exists(u, u.state == \"removed\")",
        "plan.roles.map(r, r.key) == [\"admin\", \"agent\", \"manager\", \"sales-rep\"]",
        "plan.people.live == 7 && plan.people.desired == 6 && plan.people.super_admins == 0",
        "plan.portal.id == 4611686 && plan.portal.name == null",
        "plan.today == \"2026-11-25\" && plan.weekday == \"wednesday\"",
        "plan.blocked == [] && plan.waiting == [] && plan.unmanaged == [] && plan.degraded == []",
    ] {
        assert_eq!(everybody().deny(condition).judge().holds_for(), ["plan"], "{condition}");
    }
}

#[test]
fn what_is_blocked_waits_or_is_unmanaged_is_seen_in_the_plan_and_does_not_happen() {
    let world = || {
        World::new()
            .policy("protected: [\"kept@example.com\"]")
            .user("email: kept@example.com, state: removed")
            .user("email: invited@example.com, role: manager")
            .live_rep("kept@example.com")
            .live("invited@example.com", json!({ "status": "invited", "first_name": "Ina", "permission_sets": [{ "id": "301", "name": "Sales Rep" }] }))
            .live_rep("eve@example.com")
    };
    assert_eq!(world().deny("action.name != \"\"").judge().holds_for(), [""; 0]);
    for condition in [
        "plan.blocked.exists(b, b.kind == \"remove\" && b.rule == \"protected\" && b.email == \"kept@example.com\")",
        "plan.waiting.exists(w, w.email == \"invited@example.com\" && w.changes.exists(c, c.before == [\"Sales Rep\"] && c.after == [\"Manager\"]))",
        "plan.unmanaged.map(u, u.name + \" \" + u.subject) == [\"eve@example.com user\", \"Sales team\"] || plan.unmanaged.exists(u, u.email == \"eve@example.com\" && u.status == \"active\")",
    ] {
        assert_eq!(world().deny(condition).judge().holds_for(), ["plan"], "{condition}");
    }
}

#[test]
fn with_targets_only_their_people_are_judged() {
    let world =
        |condition: &str| everybody().target("change@example.com").target("role:agent").deny(condition);
    assert_eq!(world("user.email != \"\"").judge().holds_for(), ["agent@example.com", "change@example.com"]);
    assert_eq!(
        world("action.name != \"\"").judge().holds_for(),
        [
            "change@example.com update",
            "agent@example.com invite",
            "agent@example.com set_permissions by hand"
        ]
    );
    assert_eq!(world("plan.users.size() == 8 && plan.actions.size() == 2").judge().holds_for(), ["plan"]);
}

#[test]
fn messages_are_filled_in() {
    let message = |message: &str| {
        let rule = format!(
            "name: m\ndeny: role.key == \"manager\" && action.kind == \"update\"\nmessage: {message}"
        );
        everybody().rule(&rule).judge().messages().concat()
    };
    assert_eq!(
        message("\"{user.email} {role.name} {action.name} {plan.today}\""),
        "change@example.com Manager change@example.com 2026-11-25"
    );
    assert_eq!(
        message("\"{user.team}, {user.super_admin}, {plan.people.live}, {user.seats}\""),
        "none, no, 7, Core"
    );
    assert_eq!(message("\"{{user.email}} {user.domain}\""), "{user.email} example.com");
    assert_eq!(message("|\n    {user.domain}\n    in two lines\n"), "example.com in two lines");
}
