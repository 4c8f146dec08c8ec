//! What rules and policy tools are told: the seats before and after, days until an expiry, people as they will be.

use hubroster::config::vocabulary::SHAPES;
use hubroster::render::{SeatEntry, UserEntry};
use serde_json::json;

use super::world::World;

#[test]
fn seats_are_counted_before_and_after() {
    let judged = World::new()
        .policy("deactivate: scim")
        .user("email: leaver@example.com, state: removed")
        .user("email: new@example.com, role: sales-rep")
        .user("email: newer@example.com, role: sales-rep")
        .user("email: swaps@example.com, seats: [View-only]")
        .user("email: stays@example.com")
        .user("email: paused@example.com, state: deactivated")
        .live_rep("leaver@example.com")
        .live_rep("swaps@example.com")
        .live_rep("stays@example.com")
        .live("paused@example.com", json!({ "seats": ["Core"], "scim": { "id": "7", "active": true } }))
        .live("gone@example.com", json!({ "seats": ["Core"], "status": "deactivated" }))
        .live_rep("unmanaged@example.com")
        .judge();
    let core = SeatEntry { name: "Core".to_owned(), paid: true, used: 5, used_after: 4, remaining: Some(9) };
    let view =
        SeatEntry { name: "View-only".to_owned(), paid: false, used: 0, used_after: 1, remaining: None };
    assert_eq!(judged.document.seats, Some(vec![core, view]));
    assert_eq!(
        (judged.document.people.paid_seats, judged.document.people.paid_seats_after),
        (Some(5), Some(4))
    );
}

#[test]
fn people_are_told_as_they_will_be() {
    let judged = World::new()
        .policy("on_expiry: removed")
        .policy("protected: [\"ana@example.com\"]")
        .user("email: Zoe@Example.com, role: manager, team: Sales, expires: 2026-12-31, language: nl")
        .user("email: ana@example.com, first_name: Ana, expires: 2026-11-24, on_expiry: deactivated, invite: false")
        .live("ana@example.com", json!({ "first_name": "Anna", "team": { "id": "501", "name": "Sales" }, "seats": ["Core"] }))
        .live("zoe@example.com", json!({ "status": "invited" }))
        .judge();
    let [ana, zoe] = judged.document.users.as_slice() else { panic!("{:?}", judged.document.users) };
    // The name is the live one: the policy gives it once, to newcomers.
    let told = |user: &UserEntry| (user.first_name.clone(), user.team.clone(), user.seats.clone());
    assert_eq!(told(ana), (Some("Anna".to_owned()), Some("Sales".to_owned()), vec!["Core".to_owned()]));
    assert_eq!(
        (ana.state.as_str(), ana.expires_in_days, ana.on_expiry.as_str()),
        ("deactivated", Some(-1), "deactivated")
    );
    assert_eq!((ana.protected, ana.invite, ana.role.as_deref()), (true, false, None));
    assert_eq!(
        (zoe.email.as_str(), zoe.domain.as_str(), zoe.status.as_str()),
        ("Zoe@Example.com", "example.com", "invited")
    );
    assert_eq!(
        (zoe.expires_in_days, zoe.on_expiry.as_str(), zoe.language.as_deref()),
        (Some(36), "removed", Some("nl"))
    );
    assert_eq!(zoe.permission_sets, ["Manager"]);
}

#[test]
fn neither_where_an_entry_stands_nor_where_a_person_is_listed_matters() {
    let world = |order: [usize; 3]| {
        let users = [
            "email: ana@example.com, role: manager",
            "email: bo@example.com",
            "email: cy@example.com, role: sales-rep",
        ];
        order.iter().fold(World::new(), |world, at| world.user(users[*at])).live_rep("bo@example.com")
    };
    let told = |order| {
        let judged = world(order).deny("user.email != \"\"").deny("action.kind == \"invite\"").judge();
        let mut users = judged.document.users.clone();
        users.iter_mut().for_each(|user| user.source.line = 0);
        let holds: Vec<String> = judged
            .document
            .policies
            .iter()
            .flat_map(|policy| &policy.findings)
            .map(|finding| format!("{:?}", finding.subject))
            .collect();
        (users, holds)
    };
    assert_eq!(told([0, 1, 2]), told([2, 0, 1]));
}

/// The page that says how to write rules says what there is to see.
#[test]
fn the_documentation_names_every_field_and_every_word() {
    let page = include_str!("../../docs/policy.md");
    for shape in SHAPES {
        for field in shape.fields {
            assert!(
                page.contains(&format!("`{}`", field.name)),
                "{} `{}` is not documented",
                shape.name,
                field.name
            );
            if let hubroster::expression::Base::Word(words) = field.r#type.base
                && field.name != "attribute"
            {
                for word in words {
                    let quoted =
                        page.contains(&format!("`\"{word}\"`")) || page.contains(&format!("`{word}`"));
                    assert!(quoted, "`{word}` of {} `{}` is not documented", shape.name, field.name);
                }
            }
        }
    }
}
