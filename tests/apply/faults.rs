//! Whatever goes wrong on the way: what is reported as done is done, one more run completes the rest, and nobody
//! is invited twice.

use futures_util::StreamExt;
use hubroster::apply::OutcomeKind;
use hubroster::plan::{Action, ActionKind};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value as Json, json};

use crate::meddler::{Trick, What};
use crate::world::World;

const ROUNDS: u64 = 24;
const CALLS: [&str; 8] = [
    "POST /settings/users",
    "PUT /settings/users",
    "DELETE /settings/users",
    "GET /settings/users",
    "POST /settings/teams",
    "DELETE /settings/teams",
    "/batch/read",
    "/batch/update",
];

fn seed(put: &str) -> Json {
    let person = |number: usize| {
        json!({ "id": 1000 + number, "email": format!("p{number}@example.com"), "status": "active",
                "first_name": "Pat", "permission_sets": ["Viewer"], "team": "Sales", "seats": ["Core"] })
    };
    json!({
        "permission_sets": [{ "name": "Viewer" }, { "name": "Manager" }],
        "teams": [{ "name": "Sales" }, { "name": "Support" }, { "name": "Enablement" }],
        "seats": [{ "name": "Core", "remaining": 10 }],
        "people": (0..12).map(person).collect::<Vec<_>>(),
        "behaviour": { "put": put, "crm_record_lag": 1 },
    })
}

/// Three leave, three are promoted, three change teams, three lose their seat and team, four come.
fn planned(world: &World) -> Vec<Action> {
    let email = |number: usize| format!("p{number}@example.com");
    let leave = (0..3).map(email).filter(|email| world.has(email)).map(|email| world.remove(&email));
    let change = (3..12).map(|number| {
        let (manager, support, enablement) =
            (world.set("Manager"), world.team("Support"), world.team("Enablement"));
        world.update(&email(number), |person| match number {
            3..6 => {
                person.permission_sets = vec![manager];
                person.profile.job_title = Some("Manager".to_owned());
            }
            6..9 => {
                person.team = Some(support);
                person.extra_teams = vec![enablement];
            }
            _ => {
                person.seats = Vec::new();
                person.team = None;
            }
        })
    });
    let come = (0..4).map(|number| {
        let (email, team, viewer) =
            (format!("new{number}@example.com"), world.team("Sales"), world.set("Viewer"));
        let edit = |person: &mut hubroster::model::User| {
            person.permission_sets = vec![viewer];
            person.team = Some(team);
            person.seats = vec!["Core".to_owned()];
            person.profile.job_title = Some("Seller".to_owned());
        };
        if world.has(&email) { world.update(&email, edit) } else { world.invite(&email, edit) }
    });
    leave.chain(change).chain(come).filter(|action| !action.changes.is_empty()).collect()
}

fn tricks(dice: &mut StdRng) -> Vec<Trick> {
    let kinds = [
        What::LoseAnswer,
        What::LoseCall,
        What::Answer(502, json!({})),
        What::Answer(423, json!({ "status": "error", "message": "locked" })),
        What::Answer(400, json!({ "status": "error", "category": "VALIDATION_ERROR", "message": "no" })),
        What::Instead(json!({ "unexpected": true })),
    ];
    let trick = |dice: &mut StdRng| {
        let from = dice.random_range(1..8);
        let to = from + dice.random_range(0..6);
        Trick { call: CALLS.choose(dice).unwrap(), from, to, what: kinds.choose(dice).unwrap().clone() }
    };
    (0..8).map(|_| trick(dice)).collect()
}

#[tokio::test]
async fn what_is_reported_as_done_is_done_and_one_more_run_completes_the_rest() {
    futures_util::stream::iter(0..ROUNDS).for_each_concurrent(None, round).await;
}

async fn round(number: u64) {
    let mut dice = StdRng::seed_from_u64(number);
    let put = if number.is_multiple_of(2) { "replace" } else { "merge" };
    let tricks = tricks(&mut dice);
    let mut world = World::meddled(seed(put), tricks.clone()).await;
    let case = format!("round {number}: {tricks:?}");
    let report = world.apply(planned(&world)).await;
    for outcome in &report.outcomes {
        if outcome.kind == OutcomeKind::Done {
            assert_done(&world, &outcome.action, &case).await;
        }
    }
    world.stop_meddling();
    world.read_again().await;
    let rest = planned(&world);
    let expected = rest.len();
    let again = world.apply(rest).await;
    assert_eq!(again.count(OutcomeKind::Done), expected, "{case}\n{:#?}", again.outcomes);
    world.read_again().await;
    assert_eq!(planned(&world), [], "{case}");
    let mut outbox = world.outbox().await;
    outbox.sort();
    assert_eq!(outbox, ["new0", "new1", "new2", "new3"].map(|name| format!("{name}@example.com")), "{case}");
}

async fn assert_done(world: &World, action: &Action, case: &str) {
    let email = action.subject.name();
    let now = world.now(email).await;
    match action.kind {
        ActionKind::Remove => assert_eq!(now, Json::Null, "{email} {case}"),
        ActionKind::Invite => {
            assert_eq!(now["profile"]["job_title"], "Seller", "{email} {case}");
            assert_eq!(now["team"], "Sales", "{email} {case}");
        }
        _ => match email.as_bytes()[1] {
            b'3'..=b'5' => {
                assert_eq!(now["permission_sets"], json!(["Manager"]), "{email} {case}");
                assert_eq!(now["profile"]["job_title"], "Manager", "{email} {case}");
            }
            b'6'..=b'8' => {
                assert_eq!(now["team"], "Support", "{email} {case}");
                assert_eq!(now["extra_teams"], json!(["Enablement"]), "{email} {case}");
            }
            _ => assert_eq!((&now["team"], &now["seats"]), (&Json::Null, &Json::Null), "{email} {case}"),
        },
    }
}
