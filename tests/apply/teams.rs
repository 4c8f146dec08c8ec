//! Teams.

use hubroster::apply::{OutcomeKind, Stop};
use hubroster::model::Named;
use serde_json::{Value as Json, json};

use crate::meddler::{Trick, What};
use crate::world::{World, kinds, note};

const POST: &str = "POST /settings/teams/2026-09";

fn seed() -> Json {
    json!({
        "teams": [
            { "id": 11, "name": "Sales" },
            { "id": 12, "name": "Sales North", "parent": "Sales" },
            { "id": 13, "name": "Support" },
        ],
        "people": [{ "id": 1001, "email": "ana@example.com", "status": "active", "team": "Sales North" }],
    })
}

fn team(name: &str, parent: Option<&str>) -> (String, Option<String>) {
    (name.to_owned(), parent.map(str::to_owned))
}

#[tokio::test]
async fn parents_come_first() {
    let world = World::of(seed()).await;
    let actions = vec![
        world.create_team("Partners", None),
        world.create_team("Partners North", Some(Named::to_be_created("Partners"))),
    ];
    assert_eq!(kinds(&world.apply(actions).await), [OutcomeKind::Done; 2]);
    let teams = world.teams_now().await;
    assert!(teams.contains(&team("Partners North", Some("Partners"))), "{teams:?}");
}

#[tokio::test]
async fn a_team_whose_parent_failed_is_skipped() {
    let no = json!({ "status": "error", "category": "VALIDATION_ERROR", "message": "no" });
    let world = World::meddled(seed(), vec![Trick::once(POST, What::Answer(400, no))]).await;
    let actions = vec![
        world.create_team("Partners", None),
        world.create_team("Partners North", Some(Named::to_be_created("Partners"))),
        world.create_team("Finance", None),
    ];
    let report = world.apply(actions).await;
    assert_eq!(kinds(&report), [OutcomeKind::Failed, OutcomeKind::Skipped, OutcomeKind::Done]);
    assert_eq!(note(&report.outcomes[1]), "the team `Partners` was not created");
}

#[tokio::test]
async fn a_team_that_somebody_else_made_is_not_made_again() {
    let theirs = json!({ "name": "Partners", "members": [], "parentTeamId": "11" });
    for call in ["GET /settings/teams", POST] {
        let first = What::First("POST", "/settings/teams/2026-09", theirs.clone());
        let world = World::meddled(seed(), vec![Trick::once(call, first)]).await;
        let outcome = world.outcome(world.create_team("Partners", None)).await;
        assert_eq!(outcome.kind, OutcomeKind::Stale, "{call}");
    }
    let first = What::First("POST", "/settings/teams/2026-09", theirs);
    let world = World::meddled(seed(), vec![Trick::once("GET ", first)]).await;
    let same = world.outcome(world.create_team("Partners", Some(world.team("Sales")))).await;
    assert_eq!((same.kind, note(&same)), (OutcomeKind::Done, "was in the portal already, as planned"));
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_reading_and_no_team_is_made_twice() {
    for what in [What::LoseAnswer, What::LoseCall] {
        let world = World::meddled(seed(), vec![Trick::once(POST, what)]).await;
        let actions = vec![
            world.create_team("Partners", None),
            world.create_team("Partners North", Some(Named::to_be_created("Partners"))),
        ];
        assert_eq!(kinds(&world.apply(actions).await), [OutcomeKind::Done; 2]);
        let teams = world.teams_now().await;
        assert_eq!(teams.iter().filter(|(name, _)| name == "Partners").count(), 1);
    }
    let world = World::meddled(seed(), vec![Trick::always(POST, What::LoseCall)]).await;
    let outcome = world.outcome(world.create_team("Partners", None)).await;
    assert_eq!(outcome.kind, OutcomeKind::Unknown);
}

#[tokio::test]
async fn a_team_is_renamed_moved_and_brought_to_the_top() {
    let world = World::of(seed()).await;
    let support = world.team("Support");
    let below = world.update_team("Sales North", |team| {
        team.name = "North".to_owned();
        team.parent = Some(support);
    });
    assert_eq!(world.outcome(below).await.kind, OutcomeKind::Done);
    assert!(world.teams_now().await.contains(&team("North", Some("Support"))));

    let world = World::of(seed()).await;
    let top = world.update_team("Sales North", |team| team.parent = None);
    assert_eq!(world.outcome(top).await.kind, OutcomeKind::Done);
    assert!(world.teams_now().await.contains(&team("Sales North", None)));
}

#[tokio::test]
async fn a_team_that_changed_since_the_plan_is_left_alone() {
    let elsewhere = json!({ "name": "Sales South", "parentTeamId": "11" });
    let first = What::First("PATCH", "/settings/teams/2026-09/12", elsewhere);
    for kind in ["update", "delete"] {
        let world = World::meddled(seed(), vec![Trick::once("GET ", first.clone())]).await;
        let action = match kind {
            "update" => world.update_team("Sales North", |team| team.name = "North".to_owned()),
            _ => world.delete_team("Sales North"),
        };
        let outcome = world.outcome(action).await;
        assert_eq!(outcome.kind, OutcomeKind::Stale, "{kind}");
        assert!(world.teams_now().await.contains(&team("Sales South", Some("Sales"))));
    }
}

#[tokio::test]
async fn a_team_whose_name_hubspot_keeps_is_a_failure() {
    let answer = json!({ "id": "12", "name": "Sales North", "parentTeamId": "11" });
    let world = World::meddled(seed(), vec![Trick::always("PATCH ", What::Answer(200, answer))]).await;
    let outcome =
        world.outcome(world.update_team("Sales North", |team| team.name = "North".to_owned())).await;
    assert_eq!(outcome.kind, OutcomeKind::Failed);
}

#[tokio::test]
async fn a_change_or_a_deletion_whose_answer_never_comes_is_what_reading_shows() {
    let rename = |world: &World| world.update_team("Sales North", |team| team.name = "North".to_owned());
    let world = World::meddled(seed(), vec![Trick::always("PATCH ", What::LoseAnswer)]).await;
    let outcome = world.outcome(rename(&world)).await;
    assert_eq!(
        (outcome.kind, note(&outcome)),
        (OutcomeKind::Done, "the answer was lost; reading shows the change")
    );

    let world = World::meddled(seed(), vec![Trick::always("PATCH ", What::LoseCall)]).await;
    let outcome = world.outcome(rename(&world)).await;
    let expected = "the answer was lost, and reading does not show the change; plan again";
    assert_eq!((outcome.kind, note(&outcome)), (OutcomeKind::Failed, expected));

    let world = World::meddled(seed(), vec![Trick::always("DELETE ", What::LoseCall)]).await;
    let outcome = world.outcome(world.delete_team("Sales North")).await;
    assert_eq!((outcome.kind, note(&outcome)), (OutcomeKind::Failed, "reading shows the team still there"));
}

#[tokio::test]
async fn what_no_read_can_confirm_is_unknown_and_no_claim_about_the_portal() {
    let expired = || {
        What::Answer(401, json!({ "status": "error", "category": "INVALID_AUTHENTICATION", "message": "no" }))
    };
    let second_read = Trick { call: "GET /settings/teams/2026-09/12", from: 2, to: 9, what: expired() };
    let world = World::meddled(seed(), vec![second_read.clone()]).await;
    let report = world.apply(vec![world.delete_team("Sales North")]).await;
    assert_eq!(report.stopped, Some(Stop::Credential));
    let outcome = &report.outcomes[0];
    let expected = "HubSpot accepted the removal; reading could not confirm it";
    assert_eq!((outcome.kind, note(outcome)), (OutcomeKind::Unknown, expected));

    let answer = json!({ "id": "12", "name": "Sales North", "parentTeamId": "11" });
    let tricks = vec![Trick::always("PATCH ", What::Answer(200, answer)), second_read];
    let world = World::meddled(seed(), tricks).await;
    let outcome =
        world.outcome(world.update_team("Sales North", |team| team.name = "North".to_owned())).await;
    let expected = "HubSpot accepted the call; reading could not confirm it";
    assert_eq!((outcome.kind, note(&outcome)), (OutcomeKind::Unknown, expected));
}

#[tokio::test]
async fn children_go_first_and_a_parent_whose_child_stays_stays_too() {
    let world = World::of(seed()).await;
    let actions = vec![world.delete_team("Sales North"), world.delete_team("Sales")];
    assert_eq!(kinds(&world.apply(actions).await), [OutcomeKind::Done; 2]);
    assert_eq!(world.teams_now().await, [team("Support", None)]);

    let no = json!({ "status": "error", "category": "FORBIDDEN", "message": "no" });
    let tricks = vec![Trick::always("DELETE /settings/teams/2026-09/12", What::Answer(403, no))];
    let world = World::meddled(seed(), tricks).await;
    let actions =
        vec![world.delete_team("Sales North"), world.delete_team("Sales"), world.delete_team("Support")];
    let report = world.apply(actions).await;
    assert_eq!(kinds(&report), [OutcomeKind::Failed, OutcomeKind::Skipped, OutcomeKind::Done]);
    let expected = "a team below it was to be deleted or moved first, and was not";
    assert_eq!(note(&report.outcomes[1]), expected);
}

/// HubSpot lifts what is below a deleted team to the top, which nobody asked for.
#[tokio::test]
async fn a_team_stays_while_one_that_was_to_move_away_is_below_it() {
    let no = json!({ "status": "error", "category": "FORBIDDEN", "message": "no" });
    let tricks = vec![Trick::always("PATCH ", What::Answer(403, no))];
    let world = World::meddled(seed(), tricks).await;
    let support = world.team("Support");
    let moves = world.update_team("Sales North", |team| team.parent = Some(support));
    let report = world.apply(vec![moves, world.delete_team("Sales")]).await;
    assert_eq!(kinds(&report), [OutcomeKind::Failed, OutcomeKind::Skipped]);
    assert!(world.teams_now().await.contains(&team("Sales North", Some("Sales"))));
}

#[tokio::test]
async fn people_leave_a_team_before_it_is_deleted() {
    let world = World::of(seed()).await;
    let support = world.team("Support");
    let moves = world.update("ana@example.com", |ana| ana.team = Some(support));
    let report = world.apply(vec![moves, world.delete_team("Sales North")]).await;
    assert_eq!(kinds(&report), [OutcomeKind::Done; 2]);
    assert_eq!(world.now("ana@example.com").await["team"], "Support");
    let again = world.outcome(world.delete_team("Sales North")).await;
    assert_eq!((again.kind, note(&again)), (OutcomeKind::Done, "was already gone"));
}
