//! People who are changed and removed.

use hubroster::apply::OutcomeKind;
use hubroster::model::ApiVersion;
use serde_json::{Value as Json, json};

use crate::meddler::{Trick, What};
use crate::world::{World, kinds, not_done, note};

const PUT_ANA: &str = "PUT /settings/users/2026-09/1001";

fn seed(put: &str) -> Json {
    json!({
        "permission_sets": [{ "name": "Viewer" }, { "name": "Sales Rep" }, { "name": "Manager" }],
        "teams": [{ "name": "Sales" }, { "name": "Support" }, { "name": "Enablement" }],
        "seats": [{ "name": "Core", "remaining": 0 }, { "name": "Service Hub", "remaining": 3 }],
        "people": [
            { "id": 1001, "email": "ana@example.com", "first_name": "Ana", "last_name": "Silva",
              "status": "active", "permission_sets": ["Viewer"], "team": "Sales",
              "extra_teams": ["Enablement"], "seats": ["Core"],
              "profile": { "job_title": "Account manager" } },
            { "id": 1002, "email": "bo@example.com", "first_name": "Bo", "status": "active",
              "permission_sets": ["Viewer"] },
            { "id": 1003, "email": "chief@example.com", "first_name": "Chi", "status": "active",
              "super_admin": true, "team": "Sales" },
            { "id": 1004, "email": "both@example.com", "status": "active",
              "permission_sets": ["Viewer", "Manager"], "team": "Sales" },
            { "id": 1005, "email": "guest@example.com", "status": "invited",
              "permission_sets": ["Viewer"] },
            { "id": 1006, "email": "named@example.com", "status": "invited", "first_name": "Na",
              "permission_sets": ["Viewer"] },
        ],
        "behaviour": { "put": put },
    })
}

/// Everything but what is named stays as the seed has it.
fn ana_with(changes: Json) -> Json {
    let mut ana = json!({
        "first_name": "Ana", "last_name": "Silva", "permission_sets": ["Viewer"], "team": "Sales",
        "extra_teams": ["Enablement"], "seats": ["Core"],
    });
    for (key, value) in changes.as_object().unwrap() {
        ana[key] = value.clone();
    }
    ana
}

async fn assert_ana(world: &World, changes: Json, case: &str) {
    let now = world.now("ana@example.com").await;
    for (key, value) in ana_with(changes).as_object().unwrap() {
        let now = if now[key].is_null() && value.is_array() { &json!([]) } else { &now[key] };
        assert_eq!(now, value, "{case}: {key}");
    }
}

#[tokio::test]
async fn one_attribute_changes_and_the_others_stay_whichever_way_hubspot_reads_a_put() {
    for put in ["replace", "merge"] {
        let world = World::of(seed(put)).await;
        let (manager, support) = (world.set("Manager"), world.team("Support"));

        let role = world.update("ana@example.com", |ana| ana.permission_sets = vec![manager]);
        assert_eq!(world.outcome(role).await.kind, OutcomeKind::Done, "{put}");
        assert_ana(&world, json!({ "permission_sets": ["Manager"] }), put).await;
        assert_eq!(world.calls().await, ["GET /settings/users/2026-09/1001", PUT_ANA], "one read, one write");

        let world = World::of(seed(put)).await;
        let seats = world.update("ana@example.com", |ana| ana.seats = vec!["Service Hub".to_owned()]);
        assert_eq!(world.outcome(seats).await.kind, OutcomeKind::Done, "{put}");
        assert_ana(&world, json!({ "seats": ["Service Hub"] }), put).await;

        let world = World::of(seed(put)).await;
        let name = world.update("ana@example.com", |ana| {
            ana.last_name = Some("Santos".to_owned());
            ana.team = Some(support);
            ana.extra_teams = Vec::new();
        });
        assert_eq!(world.outcome(name).await.kind, OutcomeKind::Done, "{put}");
        let expected = json!({ "last_name": "Santos", "team": "Support", "extra_teams": [] });
        assert_ana(&world, expected, put).await;
        assert_eq!(world.writes().await, [PUT_ANA], "teams go along in the PUT");
    }
}

#[tokio::test]
async fn a_put_carries_the_whole_user() {
    let world = World::of(seed("merge")).await;
    let seats = world.update("ana@example.com", |ana| ana.seats = Vec::new());
    world.apply(vec![seats]).await;
    let body = world.bodies(PUT_ANA).await.remove(0);
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["firstName", "lastName", "primaryTeamId", "roleId", "seatNames", "secondaryTeamIds"]);
    assert_eq!(body["seatNames"], json!([]));
}

#[tokio::test]
async fn a_role_is_cleared_with_the_empty_text() {
    for put in ["replace", "merge"] {
        let world = World::of(seed(put)).await;
        let clear = world.update("ana@example.com", |ana| ana.permission_sets.clear());
        assert_eq!(world.outcome(clear).await.kind, OutcomeKind::Done, "{put}");
        assert_ana(&world, json!({ "permission_sets": [] }), put).await;
        assert_eq!(world.bodies(PUT_ANA).await[0]["roleId"], "");
    }
}

#[tokio::test]
async fn a_role_that_hubspot_keeps_is_for_a_person_to_take_away() {
    let mut seed = seed("merge");
    seed["behaviour"]["clear_role"] = json!("keeps");
    let world = World::of(seed).await;
    let outcome = world.outcome(world.update("ana@example.com", |ana| ana.permission_sets.clear())).await;
    assert_eq!(outcome.kind, OutcomeKind::Failed);
    assert_eq!(note(&outcome), "HubSpot accepted the call and kept the permission set: take it away by hand");
}

#[tokio::test]
async fn a_main_team_goes_with_the_put_or_else_by_the_teams_api() {
    for put in ["replace", "merge"] {
        let world = World::of(seed(put)).await;
        let manager = world.set("Manager");
        let action = world.update("ana@example.com", |ana| {
            ana.permission_sets = vec![manager];
            ana.team = None;
        });
        assert_eq!(world.outcome(action).await.kind, OutcomeKind::Done, "{put}");
        assert_ana(&world, json!({ "permission_sets": ["Manager"], "team": null }), put).await;
    }
}

#[tokio::test]
async fn a_change_that_hubspot_accepts_and_does_not_make_is_a_failure() {
    let answer = json!({ "id": "1001", "email": "ana@example.com", "superAdmin": false, "roleIds": ["1"] });
    let world = World::meddled(seed("merge"), vec![Trick::always("PUT ", What::Answer(200, answer))]).await;
    let (manager, seat) = (world.set("Manager"), "Service Hub".to_owned());
    let outcome = world
        .outcome(world.update("ana@example.com", |ana| {
            ana.permission_sets = vec![manager];
            ana.seats = vec![seat];
        }))
        .await;
    assert_eq!(outcome.kind, OutcomeKind::Failed);
    assert_eq!(note(&outcome), "HubSpot accepted the call without making the change: role, seats");
    assert!(outcome.not_done.is_empty(), "the kind speaks for all");
}

#[tokio::test]
async fn an_answer_that_shows_too_little_is_looked_up_before_it_is_called_a_failure() {
    let answer = json!({ "id": "1001", "email": "ana@example.com", "superAdmin": false, "roleIds": [] });
    let world = World::meddled(seed("merge"), vec![Trick::always("PUT ", What::Instead(answer))]).await;
    let manager = world.set("Manager");
    let action = world.update("ana@example.com", |ana| ana.permission_sets = vec![manager]);
    assert_eq!(world.outcome(action).await.kind, OutcomeKind::Done);
}

#[tokio::test]
async fn somebody_who_changed_since_the_plan_is_left_alone() {
    let world = World::of(seed("merge")).await;
    let set = world.set("Sales Rep");
    let role = world.update("ana@example.com", |ana| ana.permission_sets = vec![set.clone()]);
    let removal = world.remove("ana@example.com");
    let manager = world.set("Manager").id.unwrap().to_string();
    for action in [role, removal] {
        let body = json!({ "firstName": "Anna", "lastName": "Silva", "roleId": manager });
        let tricks = vec![Trick::once("GET ", What::First("PUT", "/settings/users/2026-09/1001", body))];
        let meddled = World::meddled(seed("merge"), tricks).await;
        let outcome = meddled.outcome(action).await;
        assert_eq!(outcome.kind, OutcomeKind::Stale);
        assert_eq!(note(&outcome), "changed since the plan: role, first_name; plan again");
        assert_eq!(meddled.writes().await, [PUT_ANA], "the other one's write alone");
    }
}

#[tokio::test]
async fn somebody_who_became_super_admin_or_went_away_is_stale() {
    let world = World::of(seed("merge")).await;
    let manager = world.set("Manager");
    let mut action = world.update("chief@example.com", |chief| chief.last_name = Some("Ef".to_owned()));
    if let hubroster::plan::Work::Update { before, .. } = &mut action.work {
        before.super_admin = false;
    }
    assert_eq!(note(&world.outcome(action).await), "changed since the plan: super admin; plan again");

    let gone = world.update("bo@example.com", |bo| bo.permission_sets = vec![manager]);
    let report = world.apply(vec![world.remove("bo@example.com")]).await;
    assert_eq!(kinds(&report), [OutcomeKind::Done]);
    let outcome = world.outcome(gone).await;
    assert_eq!((outcome.kind, note(&outcome)), (OutcomeKind::Stale, "no longer in the portal; plan again"));
}

#[tokio::test]
async fn a_super_admin_is_never_sent_a_role() {
    let world = World::of(seed("replace")).await;
    let action = world.update("chief@example.com", |chief| chief.last_name = Some("Ef".to_owned()));
    assert_eq!(world.outcome(action).await.kind, OutcomeKind::Done);
    let body = world.bodies("PUT ").await.remove(0);
    assert_eq!(body.get("roleId"), None);
    let chief = world.now("chief@example.com").await;
    assert_eq!(
        (&chief["super_admin"], &chief["last_name"], &chief["team"]),
        (&json!(true), &json!("Ef"), &json!("Sales"))
    );
}

#[tokio::test]
async fn several_permission_sets_are_not_lost_by_the_way() {
    let world = World::of(seed("merge")).await;
    let by_the_way = world.update("both@example.com", |both| both.first_name = Some("Bo".to_owned()));
    assert_eq!(world.outcome(by_the_way).await.kind, OutcomeKind::Refused);
    assert_eq!(world.writes().await, [""; 0]);

    let viewer = world.set("Viewer");
    let collapse = world.update("both@example.com", |both| both.permission_sets = vec![viewer]);
    assert_eq!(world.outcome(collapse).await.kind, OutcomeKind::Done);
    assert_eq!(world.now("both@example.com").await["permission_sets"], json!(["Viewer"]));
}

#[tokio::test]
async fn an_invited_person_without_names_can_be_given_another_role() {
    let world = World::of(seed("replace")).await;
    let manager = world.set("Manager");
    let action = world.update("guest@example.com", |guest| guest.permission_sets = vec![manager]);
    assert_eq!(world.outcome(action).await.kind, OutcomeKind::Done);
    let body = world.bodies("PUT ").await.remove(0);
    assert_eq!((body.get("firstName"), body.get("lastName")), (None, None));
}

#[tokio::test]
async fn what_hubspot_takes_only_after_acceptance_is_waiting_and_no_failure() {
    let world = World::of(seed("merge")).await;
    let manager = world.set("Manager");
    let action = world.update("named@example.com", |named| {
        named.permission_sets = vec![manager];
        named.profile.job_title = Some("Guest".to_owned());
    });
    let outcome = world.outcome(action).await;
    assert_eq!(outcome.kind, OutcomeKind::Waiting);
    assert_eq!(not_done(&outcome), ["role"], "the profile was tried, and taken");
    assert_eq!(note(&outcome), "HubSpot takes this once the invitation is accepted");
    assert_eq!(world.now("named@example.com").await["profile"]["job_title"], "Guest");
}

#[tokio::test]
async fn teams_alone_go_through_the_teams_api_which_touches_nothing_else() {
    let world = World::of(seed("replace")).await;
    let (support, sales) = (world.team("Support"), world.team("Sales"));
    let action = world.update("ana@example.com", |ana| {
        ana.team = Some(support);
        ana.extra_teams = vec![sales];
    });
    assert_eq!(world.outcome(action).await.kind, OutcomeKind::Done);
    assert_ana(&world, json!({ "team": "Support", "extra_teams": ["Sales"] }), "").await;
    assert!(world.writes().await.iter().all(|call| call.contains("/settings/teams/2026-09/")));

    let world = World::of(seed("replace")).await;
    let enablement = world.team("Enablement");
    let promoted = world.update("ana@example.com", |ana| {
        ana.team = Some(enablement);
        ana.extra_teams = Vec::new();
    });
    assert_eq!(world.outcome(promoted).await.kind, OutcomeKind::Done);
    assert_ana(&world, json!({ "team": "Enablement", "extra_teams": [] }), "").await;

    let none = world.update("chief@example.com", |chief| chief.team = None);
    assert_eq!(world.outcome(none).await.kind, OutcomeKind::Done, "a super admin's teams too");
    assert_eq!(world.now("chief@example.com").await["team"], Json::Null);
}

#[tokio::test]
async fn a_new_main_team_waits_for_the_old_one_to_go_where_hubspot_wants_that() {
    let has_one = json!({ "status": "error", "category": "VALIDATION_ERROR", "message": "has a main team" });
    let refuses = vec![Trick::once("POST /settings/teams", What::Answer(400, has_one))];
    let ignores = vec![Trick::once("POST /settings/teams", What::Answer(201, json!({})))];
    for tricks in [refuses, ignores] {
        let world = World::meddled(seed("merge"), tricks).await;
        let support = world.team("Support");
        let action = world.update("ana@example.com", |ana| ana.team = Some(support));
        assert_eq!(world.outcome(action).await.kind, OutcomeKind::Done);
        assert_ana(&world, json!({ "team": "Support" }), "").await;
    }
}

#[tokio::test]
async fn a_main_team_that_is_refused_costs_nobody_the_one_they_have() {
    let no =
        json!({ "status": "error", "category": "VALIDATION_ERROR", "message": "this team takes nobody" });
    let mut seed = seed("merge");
    seed["teams"][1]["id"] = json!("77");
    let tricks = vec![Trick::always("POST /settings/teams/2026-09/77/members", What::Answer(400, no))];
    let world = World::meddled(seed, tricks).await;
    let support = world.team("Support");
    let outcome = world.outcome(world.update("ana@example.com", |ana| ana.team = Some(support))).await;
    assert_eq!((outcome.kind, not_done(&outcome)), (OutcomeKind::Failed, vec![]));
    assert_eq!(outcome.error.unwrap().message, "this team takes nobody");
    assert_ana(&world, json!({}), "").await;
}

#[tokio::test]
async fn teams_that_are_all_changed_are_done_though_a_read_of_them_was_garbled() {
    let garbled = Trick { call: "GET /settings/users", from: 3, to: 3, what: What::Instead(json!({})) };
    let world = World::meddled(seed("merge"), vec![garbled]).await;
    let support = world.team("Support");
    let outcome = world.outcome(world.update("ana@example.com", |ana| ana.team = Some(support))).await;
    assert_eq!((outcome.kind, not_done(&outcome)), (OutcomeKind::Done, vec![]));
    assert!(world.calls().await.iter().filter(|call| call.starts_with("GET ")).count() > 3, "it was garbled");
}

/// As of a proxy in trouble: the person may be there as before.
#[tokio::test]
async fn a_404_that_is_not_hubspots_makes_nobody_stale() {
    for call in ["GET /settings/users", "PUT ", "DELETE "] {
        let world =
            World::meddled(seed("merge"), vec![Trick::always(call, What::Answer(404, json!("gone")))]).await;
        let manager = world.set("Manager");
        let action = match call {
            "DELETE " => world.remove("bo@example.com"),
            _ => world.update("ana@example.com", |ana| ana.permission_sets = vec![manager]),
        };
        let outcome = world.outcome(action).await;
        assert_eq!((outcome.kind, outcome.error.unwrap().status), (OutcomeKind::Failed, Some(404)), "{call}");
    }
}

#[tokio::test]
async fn an_accepted_put_that_no_read_can_confirm_is_unknown() {
    let answer = json!({ "id": "1001", "email": "ana@example.com", "roleIds": [], "superAdmin": false });
    let tricks = vec![
        Trick::once("PUT ", What::Instead(answer)),
        Trick { call: "GET /settings/users", from: 2, to: 9, what: What::Instead(json!({})) },
    ];
    let world = World::meddled(seed("merge"), tricks).await;
    let manager = world.set("Manager");
    let outcome =
        world.outcome(world.update("ana@example.com", |ana| ana.permission_sets = vec![manager])).await;
    let expected = "HubSpot accepted the call; reading could not confirm it";
    assert_eq!((outcome.kind, note(&outcome)), (OutcomeKind::Unknown, expected));
}

#[tokio::test]
async fn teams_changed_in_part_say_which_were_not() {
    let no = json!({ "status": "error", "category": "FORBIDDEN", "message": "no" });
    let tricks = vec![Trick::always("POST /settings/teams", What::Answer(403, no))];
    let world = World::meddled(seed("merge"), tricks).await;
    let support = world.team("Support");
    let action = world.update("ana@example.com", |ana| {
        ana.team = Some(support);
        ana.extra_teams = Vec::new();
    });
    let outcome = world.outcome(action).await;
    assert_eq!(outcome.kind, OutcomeKind::Failed);
    assert_eq!(not_done(&outcome), ["team"]);
    assert_eq!(outcome.error.unwrap().status, Some(403));
    assert_ana(&world, json!({ "extra_teams": [] }), "").await;
}

#[tokio::test]
async fn with_an_older_version_teams_go_in_the_put() {
    for (api, path) in [
        (ApiVersion::V3, "PUT /settings/v3/users/1001"),
        (ApiVersion::March2026, "PUT /settings/users/2026-03/1001"),
    ] {
        for put in ["replace", "merge"] {
            let world = World::with(seed(put), api, Vec::new()).await;
            let support = world.team("Support");
            let moves = world.update("ana@example.com", |ana| ana.team = Some(support));
            assert_eq!(world.outcome(moves).await.kind, OutcomeKind::Done, "{api} {put}");
            assert_ana(&world, json!({ "team": "Support" }), put).await;
            assert_eq!(world.writes().await, [path]);

            let world = World::with(seed(put), api, Vec::new()).await;
            let none = world.update("ana@example.com", |ana| ana.team = None);
            assert_eq!(world.outcome(none).await.kind, OutcomeKind::Done, "{api} {put}");
            assert_ana(&world, json!({ "team": null }), put).await;
        }
    }
}

#[tokio::test]
async fn a_removal_is_read_before_and_proved_after() {
    let world = World::of(seed("merge")).await;
    assert_eq!(world.outcome(world.remove("ana@example.com")).await.kind, OutcomeKind::Done);
    let get = "GET /settings/users/2026-09/1001";
    assert_eq!(world.calls().await, [get, "DELETE /settings/users/2026-09/1001", get]);
    assert_eq!(world.now("ana@example.com").await, Json::Null);

    let again = world.outcome(world.remove("ana@example.com")).await;
    assert_eq!((again.kind, note(&again)), (OutcomeKind::Done, "was already gone"));
}

#[tokio::test]
async fn a_removal_that_does_not_show_is_a_failure() {
    let tricks = vec![Trick::always("DELETE ", What::Answer(204, Json::Null))];
    let world = World::meddled(seed("merge"), tricks).await;
    let outcome = world.outcome(world.remove("ana@example.com")).await;
    assert_eq!(outcome.kind, OutcomeKind::Failed);
    assert_eq!(note(&outcome), "HubSpot accepted the removal, and the person is still there");
}

#[tokio::test]
async fn a_refusal_is_reported_in_hubspots_words() {
    let world = World::of(seed("merge")).await;
    let mut action = world.remove("chief@example.com");
    action.notes.clear();
    let outcome = world.outcome(action).await;
    assert_eq!(outcome.kind, OutcomeKind::Failed);
    let error = outcome.error.unwrap();
    assert_eq!((error.status, error.category.as_deref()), (Some(400), Some("VALIDATION_ERROR")));
    assert!(error.message.contains("super admin"), "{}", error.message);
    assert!(error.correlation_id.is_some());
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_settled_by_reading() {
    // Each is tried several times; together they take no longer than one.
    tokio::join!(
        lost("PUT ", What::LoseAnswer, OutcomeKind::Done),
        lost("PUT ", What::LoseCall, OutcomeKind::Failed),
        lost("DELETE ", What::LoseAnswer, OutcomeKind::Done),
        lost("DELETE ", What::LoseCall, OutcomeKind::Failed),
    );
}

async fn lost(call: &'static str, what: What, expected: OutcomeKind) {
    let world = World::meddled(seed("merge"), vec![Trick::always(call, what)]).await;
    let manager = world.set("Manager");
    let action = match call {
        "PUT " => world.update("ana@example.com", |ana| ana.permission_sets = vec![manager]),
        _ => world.remove("bo@example.com"),
    };
    let outcome = world.outcome(action).await;
    assert_eq!(outcome.kind, expected, "{call}");
    assert!(outcome.error.is_some() || call == "DELETE ", "what happened is told all the same");
}

#[tokio::test]
async fn a_write_that_reading_cannot_settle_is_unknown() {
    let down = json!({ "status": "error", "message": "down" });
    let tricks = vec![
        Trick::always("PUT ", What::LoseAnswer),
        Trick { call: "GET /settings/users", from: 2, to: 99, what: What::Answer(400, down) },
    ];
    let world = World::meddled(seed("merge"), tricks).await;
    let manager = world.set("Manager");
    let role = world.update("ana@example.com", |ana| ana.permission_sets = vec![manager]);
    assert_eq!(world.outcome(role).await.kind, OutcomeKind::Unknown);
}

#[tokio::test]
async fn a_seat_that_another_action_gives_back_is_taken_even_if_hubspot_is_late() {
    let mut seed = seed("merge");
    seed["behaviour"]["seat_lag"] = json!(5);
    let world = World::of(seed).await;
    let gives = world.update("ana@example.com", |ana| ana.seats = vec!["Service Hub".to_owned()]);
    let takes = world.update("bo@example.com", |bo| bo.seats = vec!["Core".to_owned()]);
    let report = world.apply(vec![takes, gives]).await;
    assert_eq!(kinds(&report), [OutcomeKind::Done; 2]);
    assert_eq!(world.now("bo@example.com").await["seats"], json!(["Core"]));
}

#[tokio::test]
async fn a_seat_that_nobody_gives_back_is_not_waited_for() {
    let world = World::of(seed("merge")).await;
    let outcome =
        world.outcome(world.update("bo@example.com", |bo| bo.seats = vec!["Core".to_owned()])).await;
    assert_eq!(outcome.kind, OutcomeKind::Failed);
    assert_eq!(note(&outcome), "no seat is left for this");
    assert_eq!(world.writes().await.len(), 1);
}
