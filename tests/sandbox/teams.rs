//! The Teams API: teams, and people in and out of them without touching anything else.

use serde_json::{Value, json};

use crate::portal::{Portal, USERS, seed, seed_and};

const TEAMS: &str = "/settings/teams/2026-09";

async fn ana(portal: &Portal) -> Value {
    portal.get(&format!("{USERS}/1001")).await.body
}

#[tokio::test]
async fn teams_are_listed_made_changed_and_deleted() {
    let portal = Portal::start(seed()).await;
    let listed = portal.get(TEAMS).await;
    let benelux = json!({ "id": "12", "name": "Benelux", "parentTeamId": "11" });
    assert_eq!(listed.body, json!({ "results": [{ "id": "11", "name": "Sales" }, benelux] }));
    assert_eq!(portal.get("/settings/teams/2026-09-beta").await.body, listed.body);

    let made = portal.post(TEAMS, json!({ "name": "Enablement", "members": [], "parentTeamId": "11" })).await;
    assert_eq!((made.status, &made.body["name"]), (201, &json!("Enablement")));
    let path = format!("{TEAMS}/{}", made.body["id"].as_str().unwrap());
    assert_eq!(made.header("Location"), Some(path.as_str()));
    assert_eq!(portal.get(&path).await.body, made.body);

    let changed = portal.patch(&path, json!({ "name": "Sales Enablement", "parentTeamId": null })).await;
    assert_eq!((changed.status, changed.body.get("parentTeamId")), (200, None));
    assert_eq!(portal.get(&path).await.body["name"], "Sales Enablement");

    assert_eq!(portal.delete(&path).await.status, 204);
    assert_eq!(portal.get(&path).await.refusal(), (404, "OBJECT_NOT_FOUND".to_owned()));
    assert_eq!(portal.delete(&path).await.status, 404);
}

#[tokio::test]
async fn a_new_team_has_its_first_members() {
    let portal = Portal::start(seed()).await;
    let members = json!([{ "userId": "1000", "type": "DEFAULT" }, { "userId": "1001", "type": "EXTRA" }]);
    let made = portal.post(TEAMS, json!({ "name": "Enablement", "members": members })).await;
    let id = made.body["id"].as_str().unwrap();
    assert_eq!(portal.get(&format!("{TEAMS}/{id}/members")).await.body["results"], members);
}

#[tokio::test]
async fn a_team_that_makes_no_sense_is_refused_whole() {
    let portal = Portal::start(seed()).await;
    for (status, wrong) in [
        (400, json!({ "name": "Enablement" })),
        (400, json!({ "members": [] })),
        (400, json!({ "name": " ", "members": [] })),
        (400, json!({ "name": "Enablement", "members": [], "parentTeamId": "99" })),
        (404, json!({ "name": "Enablement", "members": [{ "userId": "99", "type": "EXTRA" }] })),
        (400, json!({ "name": "Enablement", "members": [{ "userId": "1001", "type": "PRIMARY" }] })),
        (409, json!({ "name": "Sales", "members": [] })),
    ] {
        assert_eq!(portal.post(TEAMS, wrong.clone()).await.refusal().0, status, "{wrong}");
    }
    assert_eq!(portal.get(TEAMS).await.each("/id"), ["11", "12"]);
}

#[tokio::test]
async fn a_change_needs_both_fields_and_no_circle() {
    let portal = Portal::start(seed()).await;
    let sales = format!("{TEAMS}/11");
    assert_eq!(portal.patch(&sales, json!({ "name": "Sales" })).await.status, 400);
    assert_eq!(portal.patch(&sales, json!({ "parentTeamId": null })).await.status, 400);
    assert_eq!(portal.patch(&sales, json!({ "name": "Sales", "parentTeamId": "12" })).await.status, 400);
    assert_eq!(portal.patch(&sales, json!({ "name": "Sales", "parentTeamId": "11" })).await.status, 400);
    assert_eq!(portal.patch(&sales, json!({ "name": "Benelux", "parentTeamId": null })).await.status, 409);
    assert_eq!(portal.get(&sales).await.body, json!({ "id": "11", "name": "Sales" }));
}

#[tokio::test]
async fn members_come_and_go_without_touching_anything_else() {
    let portal = Portal::start(seed()).await;
    let before = ana(&portal).await;
    let member = json!({ "userId": "1001", "type": "DEFAULT" });
    let added = portal.post(&format!("{TEAMS}/12/members"), member.clone()).await;
    assert_eq!((added.status, added.body), (201, member));
    let moved = ana(&portal).await;
    assert_eq!((&moved["primaryTeamId"], &moved["secondaryTeamIds"]), (&json!("12"), &json!([])));
    assert_eq!((&moved["roleId"], &moved["seatNames"]), (&before["roleId"], &before["seatNames"]));

    let extra = json!({ "userId": "1001", "type": "EXTRA" });
    assert_eq!(portal.post(&format!("{TEAMS}/11/members"), extra.clone()).await.status, 201);
    assert_eq!(portal.post(&format!("{TEAMS}/11/members"), extra.clone()).await.status, 201);
    assert_eq!(ana(&portal).await["secondaryTeamIds"], json!(["11"]));
    let main_again = portal.post(&format!("{TEAMS}/12/members"), extra).await;
    assert_eq!(main_again.status, 400, "the main team cannot be an extra one too");

    assert_eq!(portal.delete(&format!("{TEAMS}/11/members/1001")).await.status, 204);
    assert_eq!(ana(&portal).await["secondaryTeamIds"], json!(["11"]), "DEFAULT is the default type");
    assert_eq!(portal.delete(&format!("{TEAMS}/11/members/1001?type=EXTRA")).await.status, 204);
    assert_eq!(portal.delete(&format!("{TEAMS}/12/members/1001?type=DEFAULT")).await.status, 204);
    assert_eq!(portal.delete(&format!("{TEAMS}/12/members/1001?type=MAIN")).await.status, 400);
    let out = ana(&portal).await;
    assert_eq!((out.get("primaryTeamId"), &out["secondaryTeamIds"]), (None, &json!([])));
}

#[tokio::test]
async fn a_batch_adds_whom_it_can() {
    let portal = Portal::start(seed()).await;
    let inputs = json!([
        { "userId": "1000", "type": "EXTRA" },
        { "userId": "99", "type": "EXTRA" },
        { "userId": "1001", "type": "DEFAULT" },
    ]);
    let batch = portal.post(&format!("{TEAMS}/12/members/batch"), json!({ "inputs": inputs })).await;
    assert_eq!((batch.status, &batch.body["status"]), (200, &json!("COMPLETE")));
    assert_eq!(batch.each("/userId"), ["1000", "1001"]);
    assert_eq!(
        (&batch.body["numErrors"], &batch.body["errors"][0]["category"]),
        (&json!(1), &json!("OBJECT_NOT_FOUND"))
    );
    let too_many: Vec<Value> = (0..101).map(|_| json!({ "userId": "1000", "type": "EXTRA" })).collect();
    let refused = portal.post(&format!("{TEAMS}/12/members/batch"), json!({ "inputs": too_many })).await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn members_are_paged_main_ones_first() {
    let people: Vec<Value> = (0..150)
        .map(|n| {
            let key = if n % 2 == 0 { "team" } else { "extra_teams" };
            let value = if n % 2 == 0 { json!("Benelux") } else { json!(["Benelux"]) };
            json!({ "id": 2000 + n, "email": format!("p{n}@example.com"), key: value })
        })
        .collect();
    let portal = Portal::start(seed_and(json!(people))).await;
    let (types, pages) = portal.all(&format!("{TEAMS}/12/members"), "/type").await;
    assert_eq!((types.len(), pages), (151, 2));
    assert!(types.is_sorted(), "DEFAULT sorts before EXTRA");
    let other = portal.get(&format!("{TEAMS}/12/members")).await.next().unwrap();
    assert_eq!(portal.get(&format!("{TEAMS}/11/members?after={other}")).await.status, 400);
}

#[tokio::test]
async fn deleting_a_team_takes_memberships_away_and_lifts_the_teams_below_it() {
    let portal = Portal::start(seed()).await;
    assert_eq!(portal.delete(&format!("{TEAMS}/11")).await.status, 204);
    assert_eq!(ana(&portal).await.get("primaryTeamId"), None);
    assert_eq!(portal.get(&format!("{TEAMS}/12")).await.body, json!({ "id": "12", "name": "Benelux" }));
}

#[tokio::test]
async fn who_is_removed_is_in_no_team() {
    let portal = Portal::start(seed()).await;
    portal.delete(&format!("{USERS}/1001")).await;
    assert_eq!(portal.get(&format!("{TEAMS}/11/members")).await.body["results"], json!([]));
    let add =
        portal.post(&format!("{TEAMS}/11/members"), json!({ "userId": "1001", "type": "DEFAULT" })).await;
    assert_eq!(add.refusal().0, 404);
}
