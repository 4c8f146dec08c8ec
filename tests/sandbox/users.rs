//! User provisioning: reading, inviting, changing and removing people, in three versions of the API.

use serde_json::{Value, json};

use crate::portal::{Portal, USERS, seed, seed_and, seed_with};

const ANA: &str = "/settings/users/2026-09/1001";

fn invite(email: &str) -> Value {
    json!({ "email": email, "sendWelcomeEmail": false })
}

#[tokio::test]
async fn a_person_is_shown_as_hubspots_document_has_it() {
    let portal = Portal::start(seed()).await;
    let ana = portal.get(ANA).await;
    assert_eq!(
        ana.body,
        json!({
            "id": "1001",
            "email": "Ana@example.com",
            "firstName": "Ana",
            "lastName": "Silva",
            "roleId": "101",
            "roleIds": ["101"],
            "primaryTeamId": "11",
            "secondaryTeamIds": ["12"],
            "seatNames": ["Core"],
            "superAdmin": false,
            "sendWelcomeEmail": false,
        })
    );
}

#[tokio::test]
async fn a_person_is_found_by_email_whatever_its_case_only_where_that_is_asked_for() {
    let portal = Portal::start(seed()).await;
    let found = portal.get(&format!("{USERS}/aNA%40example.com?idProperty=EMAIL")).await;
    assert_eq!((found.status, &found.body["id"]), (200, &json!("1001")));
    assert_eq!(portal.get(&format!("{USERS}/ana%40example.com")).await.status, 400);
    assert_eq!(portal.get(&format!("{USERS}/1001?idProperty=NAME")).await.status, 400);
    let nobody = portal.get(&format!("{USERS}/nobody%40example.com?idProperty=EMAIL")).await;
    assert_eq!(nobody.refusal(), (404, "OBJECT_NOT_FOUND".to_owned()));
}

#[tokio::test]
async fn every_version_has_the_same_people_and_its_own_fields() {
    let portal = Portal::start(seed()).await;
    for list in
        ["2026-09", "2026-09-beta", "2026-03", "v3"].map(|version| format!("/settings/users/{version}"))
    {
        let people = portal.get(&list).await;
        assert_eq!(people.each("/id"), ["1000", "1001"], "{list}");
        assert_eq!(people.each("/seatNames"), [r#"["Core"]"#, r#"["Core"]"#], "{list}");
    }
    assert_eq!(portal.get("/settings/v3/users").await.each("/id"), ["1000", "1001"]);
    assert_eq!(portal.get("/settings/v3/users/1001").await.body["seatNames"], json!(["Core"]));
    let march = portal.get("/settings/users/2026-03/1001").await;
    assert_eq!((march.status, march.body.get("seatNames")), (200, None));
    assert_eq!(portal.get("/settings/users/2025-01").await.status, 404);
}

#[tokio::test]
async fn seats_are_told_in_2026_09_only() {
    let portal = Portal::start(seed()).await;
    let seats = portal.get(&format!("{USERS}/seats")).await;
    assert_eq!(
        seats.body["results"],
        json!([{ "name": "Core", "description": "Edit access", "remainingSeats": 2 }, { "name": "View-only" }])
    );
    for older in ["/settings/users/2026-03/seats", "/settings/v3/users/seats"] {
        assert_ne!(portal.get(older).await.status, 200, "{older}");
    }
    let with_seats = json!({ "seatNames": ["Core"] });
    assert_eq!(portal.put("/settings/users/2026-03/1001", with_seats).await.status, 400);
}

#[tokio::test]
async fn roles_and_flat_teams_come_in_one_answer() {
    let portal = Portal::start(seed()).await;
    for base in [USERS, "/settings/users/2026-03", "/settings/v3/users"] {
        let roles = portal.get(&format!("{base}/roles")).await;
        assert_eq!(
            roles.body["results"][0],
            json!({ "id": "101", "name": "Sales Rep", "requiresBillingWrite": false })
        );
        let teams = portal.get(&format!("{base}/teams")).await;
        assert_eq!(
            teams.body["results"],
            json!([
                { "id": "11", "name": "Sales", "userIds": ["1001"], "secondaryUserIds": [] },
                { "id": "12", "name": "Benelux", "userIds": [], "secondaryUserIds": ["1001"] },
            ])
        );
    }
}

#[tokio::test]
async fn lists_are_paged_by_cursors_that_cannot_be_made_up() {
    let people: Vec<Value> =
        (0..250).map(|n| json!({ "id": 2000 + n, "email": format!("p{n}@example.com") })).collect();
    let portal = Portal::start(seed_and(json!(people))).await;
    let (ids, pages) = portal.all(USERS, "/id").await;
    assert_eq!((ids.len(), pages), (252, 3));
    assert_eq!(portal.all(&format!("{USERS}?limit=7"), "/id").await.0, ids);
    let cursor = portal.get(USERS).await.next().unwrap();
    assert!(!cursor.contains("2097"), "{cursor}");
    for forged in ["2097", "x", &cursor[1..], &format!("{cursor}0")] {
        assert_eq!(portal.get(&format!("{USERS}?after={forged}")).await.status, 400, "{forged}");
    }
    assert_eq!(portal.get(&format!("/crm/objects/2026-03/users?after={cursor}")).await.status, 400);
    for limit in ["101", "0", "-1", "many"] {
        let refused = portal.get(&format!("{USERS}?limit={limit}")).await;
        assert_eq!(refused.refusal(), (400, "VALIDATION_ERROR".to_owned()), "{limit}");
    }
}

#[tokio::test]
async fn an_invitation_puts_everything_in_one_call() {
    let portal = Portal::start(seed()).await;
    let created = portal
        .post(
            USERS,
            json!({
                "email": "cy@example.com", "firstName": "Cy", "lastName": "Young", "roleId": "101",
                "primaryTeamId": "12", "secondaryTeamIds": ["11"], "seatNames": ["Core"], "sendWelcomeEmail": true,
            }),
        )
        .await;
    assert_eq!(created.status, 201);
    let id = created.body["id"].as_str().unwrap();
    assert_eq!(created.header("Location"), Some(format!("{USERS}/{id}").as_str()));
    assert_eq!(created.body["sendWelcomeEmail"], true);
    let read = portal.get(&format!("{USERS}/{id}")).await;
    assert_eq!(read.body["sendWelcomeEmail"], false, "only the answer to the invitation tells");
    assert_eq!(read.body["primaryTeamId"], "12");
    let outbox = portal.get("/__sandbox/outbox").await;
    assert_eq!(outbox.body[0]["to"], "cy@example.com");
    assert_eq!(outbox.body[0]["subject"], "You have been invited to Example BV on HubSpot");
    assert_eq!(portal.get(&format!("{USERS}/seats")).await.body["results"][0]["remainingSeats"], 1);
}

#[tokio::test]
async fn an_invitation_without_the_mail_sends_none() {
    let portal = Portal::start(seed()).await;
    assert_eq!(portal.post(USERS, invite("cy@example.com")).await.status, 201);
    assert_eq!(portal.get("/__sandbox/outbox").await.body, json!([]));
}

#[tokio::test]
async fn an_invitation_that_makes_no_sense_is_refused_whole() {
    let portal = Portal::start(seed()).await;
    for wrong in [
        json!({ "email": "cy@example.com" }),
        json!({ "sendWelcomeEmail": false }),
        json!({ "email": "nobody", "sendWelcomeEmail": false }),
        json!({ "email": "cy@example.com", "sendWelcomeEmail": false, "roleId": "999" }),
        json!({ "email": "cy@example.com", "sendWelcomeEmail": false, "primaryTeamId": "999" }),
        json!({ "email": "cy@example.com", "sendWelcomeEmail": false, "primaryTeamId": "11", "secondaryTeamIds": ["11"] }),
        json!({ "email": "cy@example.com", "sendWelcomeEmail": false, "seatNames": ["Throne"] }),
        json!({ "email": "cy@example.com", "sendWelcomeEmail": false, "superAdmin": true }),
        json!({ "email": "cy@example.com", "sendWelcomeEmail": "no" }),
        json!(["cy@example.com"]),
    ] {
        let refused = portal.post(USERS, wrong.clone()).await;
        assert_eq!(refused.refusal(), (400, "VALIDATION_ERROR".to_owned()), "{wrong}");
    }
    assert_eq!(portal.get(USERS).await.each("/id").len(), 2);
}

#[tokio::test]
async fn who_is_there_already_is_a_conflict_whatever_the_case() {
    let portal = Portal::start(seed()).await;
    let conflict = portal.post(USERS, invite("ANA@example.com")).await;
    assert_eq!(conflict.refusal(), (409, "CONFLICT".to_owned()));
}

#[tokio::test]
async fn who_comes_back_has_the_same_id() {
    let portal = Portal::start(seed()).await;
    assert_eq!(portal.delete(ANA).await.status, 204);
    assert_eq!(portal.get(ANA).await.status, 404);
    assert_eq!(portal.get(&format!("{USERS}/ana@example.com?idProperty=EMAIL")).await.status, 404);
    assert_eq!(portal.get(USERS).await.each("/id"), ["1000"]);
    assert_eq!(portal.delete(ANA).await.status, 204, "removing twice is removing once");
    let back = portal.post(USERS, invite("ana@example.com")).await;
    assert_eq!((back.status, &back.body["id"]), (201, &json!("1001")));
    assert_eq!(back.body["roleIds"], json!([]), "what they had is gone");
}

#[tokio::test]
async fn a_super_admin_cannot_be_removed_and_a_role_demotes_them() {
    let portal = Portal::start(seed()).await;
    let owner = format!("{USERS}/1000");
    assert_eq!(portal.delete(&owner).await.refusal(), (400, "VALIDATION_ERROR".to_owned()));
    let kept = portal.put(&owner, json!({ "firstName": "Olga", "seatNames": ["Core"] })).await;
    assert_eq!(kept.body["superAdmin"], true);
    let demoted = portal.put(&owner, json!({ "firstName": "Olga", "roleId": "102" })).await;
    assert_eq!((&demoted.body["superAdmin"], &demoted.body["roleIds"]), (&json!(false), &json!(["102"])));
    assert_eq!(portal.delete(&owner).await.status, 204);
}

#[tokio::test]
async fn put_that_replaces_clears_what_is_left_out() {
    let portal = Portal::start(seed()).await;
    let put = portal.put(ANA, json!({ "roleId": "102" })).await;
    assert_eq!(
        put.body,
        json!({ "id": "1001", "email": "Ana@example.com", "roleId": "102", "roleIds": ["102"],
                "secondaryTeamIds": [], "seatNames": [], "superAdmin": false, "sendWelcomeEmail": false })
    );
}

#[tokio::test]
async fn put_that_merges_keeps_what_is_left_out() {
    let portal = Portal::start(seed_with(json!({ "behaviour": { "put": "merge" } }))).await;
    let before = portal.get(ANA).await.body;
    assert_eq!(portal.put(ANA, json!({})).await.body, before);
    let put =
        portal.put(ANA, json!({ "roleId": "102", "primaryTeamId": null, "secondaryTeamIds": [] })).await;
    assert_eq!((&put.body["roleId"], &put.body["firstName"]), (&json!("102"), &json!("Ana")));
    assert_eq!((put.body.get("primaryTeamId"), &put.body["secondaryTeamIds"]), (None, &json!([])));
}

#[tokio::test]
async fn a_whole_put_means_the_same_under_both_readings() {
    let whole = json!({ "firstName": "Ana", "lastName": "Silva", "roleId": "102", "primaryTeamId": "12",
                        "secondaryTeamIds": [], "seatNames": ["Core"] });
    let mut results = Vec::new();
    for put in ["replace", "merge"] {
        let portal = Portal::start(seed_with(json!({ "behaviour": { "put": put } }))).await;
        results.push(portal.put(ANA, whole.clone()).await.body);
    }
    assert_eq!(results[0], results[1]);
}

#[tokio::test]
async fn put_in_a_version_without_seats_leaves_seats_alone() {
    let portal = Portal::start(seed()).await;
    assert_eq!(portal.put("/settings/users/2026-03/1001", json!({})).await.status, 200);
    assert_eq!(portal.get(ANA).await.body["seatNames"], json!(["Core"]));
}

#[tokio::test]
async fn any_put_keeps_one_permission_set_and_drops_the_others() {
    for (put, kept) in [("replace", json!([])), ("merge", json!(["102"]))] {
        let people =
            json!([{ "id": 1002, "email": "di@example.com", "permission_sets": ["Viewer", "Sales Rep"] }]);
        let mut seed = seed_and(people);
        seed["behaviour"] = json!({ "put": put });
        let portal = Portal::start(seed).await;
        let di = format!("{USERS}/1002");
        let both = portal.get(&di).await;
        assert_eq!((&both.body["roleId"], &both.body["roleIds"]), (&json!("102"), &json!(["102", "101"])));
        assert_eq!(portal.put(&di, json!({ "primaryTeamId": "11" })).await.body["roleIds"], kept, "{put}");
    }
}

#[tokio::test]
async fn an_empty_role_clears_or_is_accepted_without_effect() {
    for (clear_role, left) in [("accepts", json!([])), ("keeps", json!(["101"]))] {
        let portal = Portal::start(seed_with(json!({ "behaviour": { "clear_role": clear_role } }))).await;
        let put = portal.put(ANA, json!({ "roleId": "" })).await;
        assert_eq!((put.status, &put.body["roleIds"]), (200, &left), "{clear_role}");
    }
}

#[tokio::test]
async fn the_name_of_an_invited_person_cannot_be_changed_but_the_rest_can() {
    let people =
        json!([{ "id": 1002, "email": "gus@example.com", "first_name": "Gus", "status": "invited" }]);
    let portal = Portal::start(seed_and(people)).await;
    let gus = format!("{USERS}/1002");
    for name in [json!({ "firstName": "Gus" }), json!({ "lastName": "Gray", "roleId": "101" })] {
        let refused = portal.put(&gus, name).await;
        assert_eq!(refused.refusal(), (400, "VALIDATION_ERROR".to_owned()));
        assert_eq!(refused.body["errors"][0]["code"], "USER_NOT_ON_ANY_HUBS");
    }
    let role = portal.put(&gus, json!({ "roleId": "101", "seatNames": ["Core"] })).await;
    assert_eq!((role.status, &role.body["roleIds"]), (200, &json!(["101"])));
}

#[tokio::test]
async fn seats_run_out() {
    let portal = Portal::start(seed()).await;
    for email in ["a@example.com", "b@example.com"] {
        let mut body = invite(email);
        body["seatNames"] = json!(["Core", "Core"]);
        let created = portal.post(USERS, body).await;
        assert_eq!((created.status, &created.body["seatNames"]), (201, &json!(["Core"])));
    }
    let mut body = invite("c@example.com");
    body["seatNames"] = json!(["Core"]);
    let refused = portal.post(USERS, body).await;
    assert_eq!(refused.refusal(), (400, "VALIDATION_ERROR".to_owned()));
    assert_eq!(refused.body["subCategory"], "AppUserErrors.NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION");
    assert_eq!(portal.get(&format!("{USERS}/c@example.com?idProperty=EMAIL")).await.status, 404);
    assert_eq!(portal.put(ANA, json!({ "seatNames": ["Core"] })).await.status, 200, "who has one keeps it");
    assert_eq!(
        portal.put(ANA, json!({ "seatNames": ["View-only"] })).await.status,
        200,
        "uncounted seats do not"
    );
    assert_eq!(portal.get(&format!("{USERS}/seats")).await.body["results"][0]["remainingSeats"], 1);
}

#[tokio::test]
async fn a_seat_that_is_given_back_may_come_late() {
    let seats = json!([{ "name": "Core", "remaining": 0 }]);
    let portal = Portal::start(seed_with(json!({ "seats": seats, "behaviour": { "seat_lag": 2 } }))).await;
    let mut body = invite("cy@example.com");
    body["seatNames"] = json!(["Core"]);
    assert_eq!(portal.delete(ANA).await.status, 204);
    let tries = [
        portal.post(USERS, body.clone()).await.status,
        portal.post(USERS, body.clone()).await.status,
        portal.post(USERS, body).await.status,
    ];
    assert_eq!(tries, [400, 400, 201]);
}

#[tokio::test]
async fn the_list_may_lag_behind_direct_reads() {
    let portal = Portal::start(seed_with(json!({ "behaviour": { "list_lag": 2 } }))).await;
    portal.delete(ANA).await;
    let id = portal.post(USERS, invite("cy@example.com")).await.body["id"].as_str().unwrap().to_owned();
    assert_eq!(portal.get(ANA).await.status, 404);
    assert_eq!(portal.get(&format!("{USERS}/{id}")).await.status, 200);
    for _ in 0..2 {
        assert_eq!(portal.get(USERS).await.each("/email"), ["owner@example.com", "Ana@example.com"]);
    }
    assert_eq!(portal.get(USERS).await.each("/email"), ["owner@example.com", "cy@example.com"]);
}

#[tokio::test]
async fn all_pages_of_one_listing_lag_alike() {
    let portal = Portal::start(seed_with(json!({ "behaviour": { "list_lag": 1 } }))).await;
    portal.delete(ANA).await;
    let (ids, pages) = portal.all(&format!("{USERS}?limit=1"), "/id").await;
    assert_eq!((ids, pages), (vec!["1000".to_owned(), "1001".to_owned()], 2));
    assert_eq!(portal.all(&format!("{USERS}?limit=1"), "/id").await.0, ["1000"]);
}

#[tokio::test]
async fn deactivated_and_unlisted_people_are_read_directly_whatever_the_list_shows() {
    let people = json!([
        { "id": 1002, "email": "di@example.com", "status": "deactivated" },
        { "id": 1003, "email": "eve@example.com", "listed": false },
        { "id": 1004, "email": "fi@example.com", "status": "removed" },
    ]);
    for (lists_deactivated, listed) in [(true, vec!["1000", "1001", "1002"]), (false, vec!["1000", "1001"])] {
        let mut seed = seed_and(people.clone());
        seed["behaviour"] = json!({ "lists_deactivated": lists_deactivated });
        let portal = Portal::start(seed).await;
        assert_eq!(portal.get(USERS).await.each("/id"), listed);
        let mut statuses = Vec::new();
        for id in 1002..=1004 {
            statuses.push(portal.get(&format!("{USERS}/{id}")).await.status);
        }
        assert_eq!(statuses, [200, 200, 404]);
    }
}

#[tokio::test]
async fn tiers_without_permission_sets_or_teams_say_so() {
    for (tier, roles, teams) in
        [("free", 400, 400), ("starter", 400, 400), ("professional", 400, 200), ("enterprise", 200, 200)]
    {
        let mut seed = seed();
        seed["portal"]["tier"] = json!(tier);
        let portal = Portal::start(seed).await;
        let answer = portal.get(&format!("{USERS}/roles")).await;
        assert_eq!(answer.status, roles, "{tier}");
        if roles == 400 {
            assert_eq!(answer.refusal().1, "VALIDATION_ERROR");
            assert_eq!(answer.body["message"], "Account doesn't have access to roles.");
            assert_eq!(portal.get(ANA).await.body["roleIds"], json!([]));
            assert_eq!(portal.put(ANA, json!({ "roleId": "101" })).await.status, 400);
        }
        assert_eq!(portal.get(&format!("{USERS}/teams")).await.status, teams, "{tier}");
        assert_eq!(portal.get("/settings/teams/2026-09").await.status, teams, "{tier}");
    }
}

#[tokio::test]
async fn ten_thousand_people_are_listed_in_a_hundred_pages_and_one() {
    let people: Vec<Value> = (0..10_000)
        .map(|n| json!({ "email": format!("p{n}@example.com"), "permission_sets": ["Viewer"], "team": "Sales" }))
        .collect();
    let mut seed = seed_and(json!(people));
    seed["limits"] = json!({ "ten_seconds": null });
    let portal = Portal::start(seed).await;
    let (ids, pages) = portal.all(USERS, "/id").await;
    assert_eq!((ids.len(), pages), (10_002, 101));
}
