//! Profiles: the CRM records of people.

use hubroster::apply::OutcomeKind;
use hubroster::plan::Action;
use serde_json::{Value as Json, json};

use crate::meddler::{Trick, What};
use crate::world::{World, kinds, not_done, note};

const READ: &str = "/crm/objects/2026-03/users/batch/read";
const WRITE: &str = "/crm/objects/2026-03/users/batch/update";

fn seed(people: usize) -> Json {
    let person = |number: usize| {
        json!({ "id": 1000 + number, "crm_id": 5000 + number, "email": format!("p{number}@example.com"),
                "status": "active", "profile": { "job_title": "Seller", "phone": "1" } })
    };
    json!({
        "permission_sets": [{ "name": "Sales Rep" }],
        "people": (0..people).map(person).collect::<Vec<_>>(),
    })
}

fn promote(world: &World, number: usize) -> Action {
    world.update(&format!("p{number}@example.com"), |person| {
        person.profile.job_title = Some("Manager".to_owned());
    })
}

#[tokio::test]
async fn a_hundred_people_are_one_read_and_one_write() {
    let world = World::of(seed(230)).await;
    let report = world.apply((0..230).map(|number| promote(&world, number)).collect()).await;
    assert_eq!(report.count(OutcomeKind::Done), 230);
    let calls = world.calls().await;
    assert_eq!(calls.iter().filter(|call| call.ends_with(READ)).count(), 3);
    assert_eq!(calls.iter().filter(|call| call.ends_with(WRITE)).count(), 3);
    assert_eq!(calls.len(), 6);
    let now = world.now("p229@example.com").await;
    assert_eq!(now["profile"], json!({ "job_title": "Manager", "phone": "1" }));
}

#[tokio::test]
async fn only_what_changes_is_sent_and_the_empty_text_clears() {
    let world = World::of(seed(1)).await;
    let action = world.update("p0@example.com", |person| {
        person.profile.phone = None;
        person.profile.time_zone = Some("Europe/Brussels".to_owned());
    });
    assert_eq!(world.outcome(action).await.kind, OutcomeKind::Done);
    let sent = &world.bodies(WRITE).await[0]["inputs"][0]["properties"];
    assert_eq!(sent, &json!({ "hs_additional_phone": "", "hs_standard_time_zone": "Europe/Brussels" }));
}

#[tokio::test]
async fn a_profile_that_changed_since_the_plan_is_left_alone_and_the_others_are_written() {
    let elsewhere = json!({ "properties": { "hs_job_title": "Director" } });
    let first = What::First("PATCH", "/crm/objects/2026-03/users/5001", elsewhere);
    let world = World::meddled(seed(3), vec![Trick::once(READ, first)]).await;
    let report = world.apply((0..3).map(|number| promote(&world, number)).collect()).await;
    assert_eq!(kinds(&report), [OutcomeKind::Done, OutcomeKind::Stale, OutcomeKind::Done]);
    assert_eq!(note(&report.outcomes[1]), "changed since the plan: profile.job_title; plan again");
    assert_eq!(world.now("p1@example.com").await["profile"]["job_title"], "Director");
}

#[tokio::test]
async fn what_somebody_else_changed_beside_it_does_not_matter() {
    let elsewhere = json!({ "properties": { "hs_additional_phone": "2" } });
    let first = What::First("PATCH", "/crm/objects/2026-03/users/5000", elsewhere);
    let world = World::meddled(seed(1), vec![Trick::once(READ, first)]).await;
    assert_eq!(world.outcome(promote(&world, 0)).await.kind, OutcomeKind::Done);
    let now = world.now("p0@example.com").await;
    assert_eq!(now["profile"], json!({ "job_title": "Manager", "phone": "2" }));
}

#[tokio::test]
async fn one_bad_value_does_not_stop_the_others() {
    let world = World::of(seed(5)).await;
    let mut actions: Vec<Action> = (0..5).map(|number| promote(&world, number)).collect();
    actions[2] = world.update("p2@example.com", |person| {
        person.profile.time_zone = Some("Nowhere/Land".to_owned());
    });
    let report = world.apply(actions).await;
    assert_eq!(report.count(OutcomeKind::Done), 4);
    assert_eq!(report.outcomes[2].kind, OutcomeKind::Failed);
    assert!(report.outcomes[2].error.is_some());
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_reading() {
    tokio::join!(lost(What::LoseAnswer, OutcomeKind::Done), lost(What::LoseCall, OutcomeKind::Failed));
}

async fn lost(what: What, expected: OutcomeKind) {
    let world = World::meddled(seed(2), vec![Trick::always(WRITE, what)]).await;
    let report = world.apply(vec![promote(&world, 0), promote(&world, 1)]).await;
    assert_eq!(kinds(&report), [expected; 2]);
}

#[tokio::test]
async fn newcomers_records_are_waited_for_together() {
    let mut seed = seed(0);
    seed["behaviour"] = json!({ "crm_record_lag": 2 });
    let world = World::of(seed).await;
    let actions = (0..40).map(|number| {
        world.invite(&format!("new{number}@example.com"), |person| {
            person.profile.job_title = Some("Seller".to_owned());
        })
    });
    let report = world.apply(actions.collect()).await;
    assert_eq!(report.count(OutcomeKind::Done), 40);
    let looks = world.calls().await.iter().filter(|call| call.ends_with(READ)).count();
    assert!((2..=4).contains(&looks), "one look for all: {looks}");
    assert_eq!(world.now("new39@example.com").await["profile"]["job_title"], "Seller");
}

#[tokio::test]
async fn a_newcomer_without_a_record_is_invited_and_the_profile_waits() {
    let mut seed = seed(0);
    seed["behaviour"] = json!({ "crm_record_lag": 10000 });
    let world = World::of(seed).await;
    let set = world.set("Sales Rep");
    let invite = world.invite("new@example.com", |person| {
        person.permission_sets = vec![set];
        person.profile.job_title = Some("Seller".to_owned());
    });
    let outcome = world.outcome(invite).await;
    assert_eq!(outcome.kind, OutcomeKind::Waiting);
    assert_eq!(not_done(&outcome), ["profile.job_title"]);
    assert_eq!(world.outbox().await.len(), 1);
}

#[tokio::test]
async fn newcomers_are_found_one_by_one_where_a_batch_cannot_ask_by_settings_id() {
    let no = json!({ "status": "error", "category": "VALIDATION_ERROR", "message": "unknown idProperty" });
    let tricks = vec![Trick::always(READ, What::Answer(400, no))];
    let world = World::meddled(seed(0), tricks).await;
    let invite = world.invite("new@example.com", |person| {
        person.profile.job_title = Some("Seller".to_owned());
    });
    assert_eq!(world.outcome(invite).await.kind, OutcomeKind::Done);
}

#[tokio::test]
async fn a_person_whose_put_is_done_and_whose_profile_is_not_says_which() {
    let no = json!({ "status": "error", "category": "VALIDATION_ERROR", "message": "no" });
    let world = World::meddled(seed(1), vec![Trick::always(WRITE, What::Answer(400, no))]).await;
    let set = world.set("Sales Rep");
    let action = world.update("p0@example.com", |person| {
        person.permission_sets = vec![set];
        person.profile.job_title = Some("Manager".to_owned());
    });
    let outcome = world.outcome(action).await;
    assert_eq!(outcome.kind, OutcomeKind::Failed);
    assert_eq!(not_done(&outcome), ["profile.job_title"]);
    assert_eq!(world.now("p0@example.com").await["permission_sets"], json!(["Sales Rep"]));
}

#[tokio::test]
async fn a_person_who_is_not_as_planned_keeps_the_profile_too() {
    let elsewhere = json!({ "firstName": "Somebody" });
    let first = What::First("PUT", "/settings/users/2026-09/1000", elsewhere);
    let world = World::meddled(seed(1), vec![Trick::once("GET /settings/users", first)]).await;
    let set = world.set("Sales Rep");
    let action = world.update("p0@example.com", |person| {
        person.permission_sets = vec![set];
        person.profile.job_title = Some("Manager".to_owned());
    });
    let outcome = world.outcome(action).await;
    assert_eq!(outcome.kind, OutcomeKind::Stale);
    assert!(outcome.not_done.is_empty());
    assert_eq!(world.now("p0@example.com").await["profile"]["job_title"], "Seller");
}
