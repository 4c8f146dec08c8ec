//! People who are new.

use std::time::Duration;

use hubroster::apply::{Context, Interrupted, OutcomeKind, Patience, Unobserved, apply};
use hubroster::model::Named;
use hubroster::portal::Timeouts;
use serde_json::{Value as Json, json};

use crate::meddler::{Trick, What};
use crate::world::{PATIENCE, World, kinds, not_done, note};

const POST: &str = "POST /settings/users/2026-09";

fn seed() -> Json {
    json!({
        "permission_sets": [{ "name": "Sales Rep" }],
        "teams": [{ "name": "Sales" }, { "name": "Enablement" }],
        "seats": [{ "name": "Core", "remaining": 5 }, { "name": "Sales Hub", "remaining": 0 }],
        "people": [
            { "id": 1001, "email": "ana@example.com", "status": "active", "permission_sets": ["Sales Rep"],
              "seats": ["Sales Hub"] },
        ],
    })
}

fn newcomer(world: &World) -> hubroster::plan::Action {
    let (set, team, extra) = (world.set("Sales Rep"), world.team("Sales"), world.team("Enablement"));
    world.invite("cy@example.com", |cy| {
        cy.first_name = Some("Cy".to_owned());
        cy.permission_sets = vec![set];
        cy.team = Some(team);
        cy.extra_teams = vec![extra];
        cy.seats = vec!["Core".to_owned()];
    })
}

#[tokio::test]
async fn everything_goes_in_the_one_post() {
    let world = World::of(seed()).await;
    assert_eq!(world.outcome(newcomer(&world)).await.kind, OutcomeKind::Done);
    let cy = world.now("cy@example.com").await;
    let expected = json!({ "first_name": "Cy", "permission_sets": ["Sales Rep"], "team": "Sales",
                           "extra_teams": ["Enablement"], "seats": ["Core"], "status": "invited" });
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&cy[key], value, "{key}");
    }
    assert_eq!(world.writes().await, [POST]);
    assert_eq!(world.outbox().await, ["cy@example.com"]);
}

#[tokio::test]
async fn without_mail_nobody_is_written_to() {
    let world = World::of(seed()).await;
    let mut action = newcomer(&world);
    if let hubroster::plan::Work::Invite { send_mail, .. } = &mut action.work {
        *send_mail = false;
    }
    assert_eq!(world.outcome(action).await.kind, OutcomeKind::Done);
    assert_eq!(world.outbox().await, [""; 0]);
}

#[tokio::test]
async fn somebody_who_was_faster_is_not_overwritten() {
    let theirs = json!({ "email": "CY@example.com", "sendWelcomeEmail": true });
    for call in ["GET /settings/users", POST] {
        let first = What::First("POST", "/settings/users/2026-09", theirs.clone());
        let world = World::meddled(seed(), vec![Trick::once(call, first)]).await;
        let outcome = world.outcome(newcomer(&world)).await;
        assert_eq!(outcome.kind, OutcomeKind::Stale, "{call}");
        assert!(note(&outcome).ends_with("plan again"), "{}", note(&outcome));
        assert_eq!(world.outbox().await.len(), 1, "theirs");
    }
}

#[tokio::test]
async fn somebody_who_is_there_exactly_as_planned_is_done_and_not_invited_again() {
    let sales = World::of(seed()).await.team("Sales").id.unwrap().to_string();
    let theirs = json!({ "email": "cy@example.com", "sendWelcomeEmail": true, "primaryTeamId": sales });
    for call in ["GET /settings/users", POST] {
        let first = What::First("POST", "/settings/users/2026-09", theirs.clone());
        let world = World::meddled(seed(), vec![Trick::once(call, first)]).await;
        let team = world.team("Sales");
        let outcome = world
            .outcome(world.invite("cy@example.com", |cy| {
                cy.first_name = Some("Cy".to_owned());
                cy.team = Some(team);
                cy.profile.job_title = Some("Seller".to_owned());
            }))
            .await;
        assert_eq!(outcome.kind, OutcomeKind::Done, "{call}");
        assert_eq!(note(&outcome), "was in the portal already, as planned");
        assert_eq!(world.outbox().await.len(), 1);
        assert_eq!(world.now("cy@example.com").await["profile"]["job_title"], "Seller");
    }
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_reading_and_nobody_is_invited_twice() {
    let world = World::meddled(seed(), vec![Trick::once(POST, What::LoseAnswer)]).await;
    let outcome = world.outcome(newcomer(&world)).await;
    assert_eq!(outcome.kind, OutcomeKind::Done);
    assert_eq!(note(&outcome), "the answer was lost; reading shows the person");
    assert_eq!(world.writes().await, [POST]);
    assert_eq!(world.outbox().await.len(), 1);
}

#[tokio::test]
async fn a_server_error_after_the_invitation_went_out_is_a_lost_answer_too() {
    let broken = json!({ "status": "error", "message": "internal" });
    let world = World::meddled(seed(), vec![Trick::once(POST, What::Instead(broken))]).await;
    assert_eq!(world.outcome(newcomer(&world)).await.kind, OutcomeKind::Done);
    assert_eq!(world.outbox().await.len(), 1);
}

#[tokio::test]
async fn a_lost_call_is_sent_again_once_reading_shows_that_it_came_to_nothing() {
    let world = World::meddled(seed(), vec![Trick::once(POST, What::LoseCall)]).await;
    assert_eq!(world.outcome(newcomer(&world)).await.kind, OutcomeKind::Done);
    let reads = world.calls().await.iter().filter(|call| call.starts_with("GET ")).count();
    assert!(reads > 2, "one before, several to settle: {reads}");
    assert_eq!(world.outbox().await.len(), 1);
}

#[tokio::test]
async fn a_call_that_is_lost_every_time_stays_unknown() {
    let world = World::meddled(seed(), vec![Trick::always(POST, What::LoseCall)]).await;
    let outcome = world.outcome(newcomer(&world)).await;
    assert_eq!(outcome.kind, OutcomeKind::Unknown);
    assert_eq!(world.outbox().await, [""; 0]);
}

#[tokio::test]
async fn while_the_outcome_cannot_be_read_nothing_is_sent_again() {
    let down = json!({ "status": "error", "message": "down" });
    let tricks = vec![
        Trick::always(POST, What::LoseAnswer),
        Trick { call: "GET /settings/users", from: 2, to: 99, what: What::Answer(400, down) },
    ];
    let world = World::meddled(seed(), tricks).await;
    assert_eq!(world.outcome(newcomer(&world)).await.kind, OutcomeKind::Unknown);
    assert_eq!(world.writes().await, [POST]);
    assert_eq!(world.outbox().await.len(), 1);
}

#[tokio::test]
async fn a_conflict_with_the_own_lost_post_is_that_ones_success() {
    // The first POST is slow: reading does not show it, and it lands before the second.
    let absent = json!({ "status": "error", "category": "OBJECT_NOT_FOUND", "message": "no such user",
                         "correlationId": "00000000-0000-0000-0000-000000000000" });
    let looks_before_the_second =
        Trick { call: "GET /settings/users", from: 1, to: 4, what: What::Answer(404, absent) };
    let tricks = vec![Trick::once(POST, What::LoseAnswer), looks_before_the_second];
    let world = World::meddled(seed(), tricks).await;
    let outcome = world.outcome(newcomer(&world)).await;
    assert_eq!(outcome.kind, OutcomeKind::Done, "{}", note(&outcome));
    assert_eq!(world.outbox().await.len(), 1);
}

/// Something on the way gave up early, and HubSpot is still at it.
#[tokio::test]
async fn a_second_post_waits_until_the_first_can_no_longer_be_under_way() {
    let absent = json!({ "status": "error", "category": "OBJECT_NOT_FOUND", "message": "no such user",
                         "correlationId": "00000000-0000-0000-0000-000000000000" });
    let for_some_looks =
        Trick { call: "GET /settings/users", from: 1, to: 5, what: What::Answer(404, absent) };
    let tricks = vec![Trick::once(POST, What::LoseAnswer), for_some_looks];
    let world = World::meddled(seed(), tricks).await;
    let patience =
        Patience { lost_answer: Duration::ZERO, lost_creation: Timeouts::default().request, ..PATIENCE };
    let context = Context { observer: &Unobserved, interrupted: Interrupted::never(), patience };
    let report = apply(&world.plan(vec![newcomer(&world)]), &world.client, &context).await;
    assert_eq!(kinds(&report), [OutcomeKind::Done]);
    assert_eq!(note(&report.outcomes[0]), "the answer was lost; reading shows the person");
    assert_eq!(world.writes().await, [POST]);
}

#[tokio::test]
async fn what_hubspot_leaves_out_is_named() {
    let sales = World::of(seed()).await.team("Sales").id.unwrap().to_string();
    let less = json!({ "email": "cy@example.com", "sendWelcomeEmail": true, "primaryTeamId": sales });
    let world = World::meddled(seed(), vec![Trick::once(POST, What::Become(less))]).await;
    let outcome = world.outcome(newcomer(&world)).await;
    assert_eq!(outcome.kind, OutcomeKind::Failed);
    assert_eq!(note(&outcome), "invited, but HubSpot left out: role, extra_teams, seats; plan again");
    assert_eq!(not_done(&outcome), ["role", "extra_teams", "seats"]);
}

#[tokio::test]
async fn a_name_that_hubspot_knows_better_is_no_failure() {
    let mut seed = seed();
    seed["people"].as_array_mut().unwrap().push(json!(
        { "id": 1009, "email": "cy@example.com", "first_name": "Cyrus", "status": "removed" }));
    let world = World::of(seed).await;
    let set = world.set("Sales Rep");
    let action = world.invite("cy@example.com", |cy| cy.permission_sets = vec![set]);
    assert_eq!(world.outcome(action).await.kind, OutcomeKind::Done);
    assert_eq!(world.now("cy@example.com").await["id"], "1009", "the old id is back");
}

#[tokio::test]
async fn a_team_of_the_same_plan_is_there_for_the_newcomer() {
    let world = World::of(seed()).await;
    let team = world.create_team("Partners", Some(world.team("Sales")));
    let below = world.create_team("Partners North", Some(Named::to_be_created("Partners")));
    let invite = world.invite("cy@example.com", |cy| cy.team = Some(Named::to_be_created("Partners North")));
    let moves =
        world.update("ana@example.com", |ana| ana.extra_teams = vec![Named::to_be_created("Partners")]);
    let report = world.apply(vec![team, below, moves, invite]).await;
    assert_eq!(kinds(&report), [OutcomeKind::Done; 4]);
    assert_eq!(world.now("cy@example.com").await["team"], "Partners North");
    assert_eq!(world.now("ana@example.com").await["extra_teams"], json!(["Partners"]));
}

#[tokio::test]
async fn without_its_team_nobody_is_invited_and_the_rest_goes_on() {
    let no = json!({ "status": "error", "category": "VALIDATION_ERROR", "message": "no more teams" });
    let tricks = vec![Trick::always("POST /settings/teams", What::Answer(400, no))];
    let world = World::meddled(seed(), tricks).await;
    let team = world.create_team("Partners", None);
    let cy = world.invite("cy@example.com", |cy| cy.team = Some(Named::to_be_created("Partners")));
    let dee = world.invite("dee@example.com", |dee| dee.first_name = Some("Dee".to_owned()));
    let report = world.apply(vec![team, cy, dee]).await;
    assert_eq!(kinds(&report), [OutcomeKind::Failed, OutcomeKind::Skipped, OutcomeKind::Done]);
    assert_eq!(note(&report.outcomes[1]), "the team `Partners` was not created");
    assert_eq!(world.outbox().await, ["dee@example.com"]);
}

#[tokio::test]
async fn the_seat_of_somebody_who_leaves_is_waited_for() {
    let mut seed = seed();
    seed["behaviour"] = json!({ "seat_lag": 6 });
    let world = World::of(seed).await;
    let cy = world.invite("cy@example.com", |cy| cy.seats = vec!["Sales Hub".to_owned()]);
    let report = world.apply(vec![world.remove("ana@example.com"), cy]).await;
    assert_eq!(kinds(&report), [OutcomeKind::Done; 2]);
    assert!(world.writes().await.iter().filter(|call| *call == POST).count() > 1, "asked again");
    assert_eq!(world.outbox().await.len(), 1);

    let world = World::of(self::seed()).await;
    let cy = world.invite("cy@example.com", |cy| cy.seats = vec!["Sales Hub".to_owned()]);
    let outcome = world.outcome(cy).await;
    assert_eq!((outcome.kind, note(&outcome)), (OutcomeKind::Failed, "no seat is left for this"));
    assert_eq!(not_done(&outcome), [""; 0]);
    assert_eq!(world.writes().await, [POST], "nobody gives one back");
}
