//! Answers about somebody or something else than was asked for: the other one is left alone, and nothing is told as done
//! that was not.

use hubroster::apply::{Outcome, OutcomeKind};
use hubroster::model::Named;
use serde_json::{Value as Json, json};

use crate::meddler::{Trick, What};
use crate::world::{World, kinds, note};

const PATCH_LEA: &str = "PATCH /scim/v2/Users/1002";
const POST_USER: &str = "POST /settings/users/2026-09";
const POST_TEAM: &str = "POST /settings/teams/2026-09";

fn seed() -> Json {
    json!({
        "scim": {},
        "permission_sets": [{ "name": "Viewer", "id": 101 }, { "name": "Manager", "id": 102 }],
        "teams": [{ "name": "Sales", "id": 11 }, { "name": "Support", "id": 12 }],
        "people": [
            { "id": 1001, "email": "owner@example.com", "status": "active", "super_admin": true,
              "permission_sets": ["Viewer"], "profile": { "job_title": "Owner" } },
            { "id": 1002, "email": "lea@example.com", "status": "active", "permission_sets": ["Viewer"] },
            { "id": 1003, "email": "gus@example.com", "status": "deactivated", "permission_sets": ["Viewer"] },
        ],
    })
}

fn settings(id: &str, email: &str, set: &str) -> Json {
    json!({ "id": id, "email": email, "roleId": set, "roleIds": [set], "secondaryTeamIds": [], "seatNames": [],
            "superAdmin": false })
}

fn error(outcome: &Outcome) -> &str {
    outcome.error.as_ref().map_or("", |error| error.message.as_str())
}

async fn status(world: &World, email: &str) -> String {
    world.now(email).await["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn whom_scim_shows_under_the_id_of_another_is_neither_deactivated_nor_reactivated() {
    let world = World::of(seed()).await;
    let cases = [world.deactivate("lea@example.com", "1001"), world.reactivate("lea@example.com", "1003")];
    for action in cases {
        let outcome = world.outcome(action).await;
        assert_eq!(outcome.kind, OutcomeKind::Failed, "{outcome:?}");
        assert_eq!(
            note(&outcome),
            "SCIM does not show this person under the id of the plan; nothing was changed, plan again"
        );
        assert!(error(&outcome).contains("its `userName` is not the one of the call"), "{outcome:?}");
    }
    assert_eq!(world.writes().await, [""; 0]);
    let now = [status(&world, "owner@example.com").await, status(&world, "gus@example.com").await];
    assert_eq!(now, ["active", "deactivated"]);
    assert_eq!(world.outcome(world.deactivate("lea@example.com", "1002")).await.kind, OutcomeKind::Done);
    assert_eq!(status(&world, "lea@example.com").await, "deactivated");
}

#[tokio::test]
async fn a_deactivation_that_is_answered_with_somebody_else_is_settled_by_reading() {
    let others = [
        json!({ "id": "1003", "userName": "lea@example.com", "active": false }),
        json!({ "id": "1002", "userName": "gus@example.com", "active": false }),
    ];
    for other in others {
        let world = World::meddled(seed(), vec![Trick::once(PATCH_LEA, What::Instead(other.clone()))]).await;
        let outcome = world.outcome(world.deactivate("lea@example.com", "1002")).await;
        assert_eq!(
            (outcome.kind, note(&outcome)),
            (OutcomeKind::Done, "the answer was lost; reading shows that it was done"),
            "{other}"
        );
        let world = World::meddled(seed(), vec![Trick::once(PATCH_LEA, What::Answer(200, other))]).await;
        let outcome = world.outcome(world.deactivate("lea@example.com", "1002")).await;
        assert_eq!(outcome.kind, OutcomeKind::Failed, "{outcome:?}");
        assert_eq!(status(&world, "lea@example.com").await, "active");
    }
}

#[tokio::test]
async fn an_invitation_that_is_answered_with_somebody_else_gives_them_nothing() {
    let owner = settings("1001", "owner@example.com", "101");
    for what in [What::Instead(owner.clone()), What::Answer(201, owner)] {
        let world = World::meddled(seed(), vec![Trick::once(POST_USER, what)]).await;
        let outcome = world.outcome(newcomer(&world)).await;
        assert_eq!(outcome.kind, OutcomeKind::Done, "{outcome:?}");
        assert_eq!(world.now("owner@example.com").await["profile"], json!({ "job_title": "Owner" }));
        assert_eq!(world.now("cy@example.com").await["profile"], json!({ "job_title": "Seller" }));
        assert_eq!(world.outbox().await, ["cy@example.com"]);
    }
    let always = Trick::always(POST_USER, What::Answer(201, settings("1001", "owner@example.com", "101")));
    let world = World::meddled(seed(), vec![always]).await;
    let outcome = world.outcome(newcomer(&world)).await;
    assert_eq!(outcome.kind, OutcomeKind::Unknown, "{outcome:?}");
    assert_eq!(world.now("owner@example.com").await["profile"], json!({ "job_title": "Owner" }));
}

fn newcomer(world: &World) -> hubroster::plan::Action {
    let set = world.set("Viewer");
    world.invite("cy@example.com", |cy| {
        cy.permission_sets = vec![set];
        cy.profile.job_title = Some("Seller".to_owned());
    })
}

#[tokio::test]
async fn an_address_that_is_answered_with_somebody_else_is_not_taken_for_the_newcomers() {
    let look =
        Trick::always("idProperty=EMAIL", What::Answer(200, settings("1002", "lea@example.com", "101")));
    let world = World::meddled(seed(), vec![look]).await;
    let outcome = world.outcome(newcomer(&world)).await;
    assert_eq!(outcome.kind, OutcomeKind::Failed, "{outcome:?}");
    assert!(error(&outcome).contains("its `email` is not the one of the call"), "{outcome:?}");
    assert_eq!(world.writes().await, [""; 0]);
}

#[tokio::test]
async fn an_id_that_is_answered_with_another_is_no_reason_to_write() {
    let other = settings("1003", "lea@example.com", "101");
    for kind in ["update", "remove"] {
        let look = Trick::always("GET /settings/users/2026-09/1002", What::Answer(200, other.clone()));
        let world = World::meddled(seed(), vec![look]).await;
        let outcome = world.outcome(match kind {
            "update" => promotion(&world),
            _ => world.remove("lea@example.com"),
        });
        let outcome = outcome.await;
        assert_eq!(outcome.kind, OutcomeKind::Failed, "{kind}: {outcome:?}");
        assert!(error(&outcome).contains("its `id` is not the one of the call"), "{kind}: {outcome:?}");
        assert_eq!(world.writes().await, [""; 0], "{kind}");
    }
}

fn promotion(world: &World) -> hubroster::plan::Action {
    let manager = world.set("Manager");
    world.update("lea@example.com", |lea| lea.permission_sets = vec![manager])
}

#[tokio::test]
async fn a_change_that_is_answered_with_somebody_else_is_settled_by_reading() {
    const PUT_LEA: &str = "PUT /settings/users/2026-09/1002";
    let other = settings("1003", "lea@example.com", "102");
    let world = World::meddled(seed(), vec![Trick::once(PUT_LEA, What::Instead(other.clone()))]).await;
    let outcome = world.outcome(promotion(&world)).await;
    assert_eq!(
        (outcome.kind, note(&outcome)),
        (OutcomeKind::Done, "the answer was lost; reading shows the change")
    );
    let world = World::meddled(seed(), vec![Trick::once(PUT_LEA, What::Answer(200, other))]).await;
    let outcome = world.outcome(promotion(&world)).await;
    assert_eq!(outcome.kind, OutcomeKind::Failed, "{outcome:?}");
    assert_eq!(world.now("lea@example.com").await["permission_sets"], json!(["Viewer"]));
}

#[tokio::test]
async fn a_new_team_that_is_answered_with_another_is_looked_for_by_its_name() {
    let sales = json!({ "id": "11", "name": "Sales" });
    for what in [What::Instead(sales.clone()), What::Answer(201, sales)] {
        let world = World::meddled(seed(), vec![Trick::once(POST_TEAM, what)]).await;
        let actions = vec![
            world.create_team("Partners", None),
            world.create_team("Partners North", Some(Named::to_be_created("Partners"))),
        ];
        assert_eq!(kinds(&world.apply(actions).await), [OutcomeKind::Done; 2]);
        let teams = world.teams_now().await;
        let names: Vec<(&str, Option<&str>)> =
            teams.iter().map(|(name, parent)| (name.as_str(), parent.as_deref())).collect();
        let expected =
            [("Partners", None), ("Partners North", Some("Partners")), ("Sales", None), ("Support", None)];
        assert_eq!(names, expected);
    }
}

#[tokio::test]
async fn a_team_that_is_answered_with_another_is_neither_changed_nor_told_as_changed() {
    let rename = |world: &World| world.update_team("Sales", |team| team.name = "North".to_owned());
    let look = Trick::always(
        "GET /settings/teams/2026-09/11",
        What::Answer(200, json!({ "id": "12", "name": "Sales" })),
    );
    let world = World::meddled(seed(), vec![look]).await;
    for action in [rename(&world), world.delete_team("Sales")] {
        let outcome = world.outcome(action).await;
        assert_eq!(outcome.kind, OutcomeKind::Failed, "{outcome:?}");
        assert!(error(&outcome).contains("its `id` is not the one of the call"), "{outcome:?}");
    }
    assert_eq!(world.writes().await, [""; 0]);

    let north = json!({ "id": "12", "name": "North" });
    let patch = "PATCH /settings/teams/2026-09/11";
    for (what, expected) in
        [(What::Instead(north.clone()), OutcomeKind::Done), (What::Answer(200, north), OutcomeKind::Failed)]
    {
        let world = World::meddled(seed(), vec![Trick::once(patch, what)]).await;
        let outcome = world.outcome(rename(&world)).await;
        assert_eq!(outcome.kind, expected, "{outcome:?}");
        let is_renamed = world.teams_now().await.iter().any(|(name, _)| name == "North");
        assert_eq!(is_renamed, expected == OutcomeKind::Done);
    }
}
