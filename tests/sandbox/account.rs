//! The account, its tokens and scopes, its history, and what belongs to no endpoint.

use serde_json::json;

use crate::portal::{Portal, USERS, seed, seed_and, seed_with};

#[tokio::test]
async fn the_details_pin_the_account() {
    let portal = Portal::start(seed()).await;
    for version in ["2026-09", "2026-03", "2025-09", "v3"] {
        let details = portal.get(&format!("/account-info/{version}/details")).await;
        assert_eq!(details.status, 200, "{version}");
        assert_eq!(details.body["portalId"], 4_611_686);
        assert_eq!(details.body["accountType"], "STANDARD");
        assert_eq!(details.body["uiDomain"], "app-eu1.hubspot.com");
        assert_eq!(details.body["timeZone"], "Europe/Brussels");
        let offset =
            (details.body["utcOffset"].as_str().unwrap(), details.body["utcOffsetMilliseconds"].as_i64());
        assert!([("+01:00", Some(3_600_000)), ("+02:00", Some(7_200_000))].contains(&offset), "{offset:?}");
    }
}

#[tokio::test]
async fn the_daily_usage_counts_every_call() {
    let portal = Portal::start(seed_with(json!({ "limits": { "daily": 500 } }))).await;
    portal.get(USERS).await;
    let usage = portal.get("/account-info/2026-09/api-usage/daily/private-apps").await;
    let usage = &usage.body["results"][0];
    assert_eq!((&usage["currentUsage"], &usage["usageLimit"]), (&json!(2), &json!(500)));
    assert_eq!(usage["fetchStatus"], "SUCCESS");
}

#[tokio::test]
async fn no_token_and_an_unknown_token_are_401() {
    let portal = Portal::start(seed()).await.with_token("");
    assert_eq!(portal.get(USERS).await.refusal(), (401, "INVALID_AUTHENTICATION".to_owned()));
    let portal = Portal::start(seed_with(json!({ "tokens": [{ "token": "good" }] }))).await.with_token("bad");
    assert_eq!(portal.get(USERS).await.refusal().0, 401);
    assert_eq!(portal.with_token("good").get(USERS).await.status, 200);
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let tokens = json!([{ "token": "t", "scopes": ["crm.objects.owners.read"] }]);
    let portal = Portal::start(seed_with(json!({ "tokens": tokens }))).await.with_token("t");
    let refused = portal.get(USERS).await;
    assert_eq!(refused.refusal(), (403, "MISSING_SCOPES".to_owned()));
    let either = json!(["settings.users.read", "crm.objects.users.read"]);
    assert_eq!(refused.body["context"], json!({ "missingScopes": either, "requiredScopes": either }));
}

#[tokio::test]
async fn each_endpoint_needs_its_own_scope() {
    let user = format!("{USERS}/1001");
    let roles = format!("{USERS}/roles");
    let flat_teams = format!("{USERS}/teams");
    let seats = format!("{USERS}/seats");
    let reads: [(&str, &[&str]); 11] = [
        (USERS, &["settings.users.read", "crm.objects.users.read"]),
        (&user, &["settings.users.read", "crm.objects.users.read"]),
        (&roles, &["settings.users.read", "crm.objects.users.read"]),
        (&flat_teams, &["settings.users.teams.read"]),
        (&seats, &["settings.billing.write"]),
        ("/settings/teams/2026-09", &["settings.users.teams.read"]),
        ("/crm/objects/2026-09/users", &["crm.objects.users.read"]),
        ("/crm/owners/2026-09", &["crm.objects.owners.read"]),
        ("/account-info/2026-09/activity/login", &["account-info.security.read"]),
        ("/account-info/2026-09/activity/security", &["account-info.security.read"]),
        ("/account-info/2026-09/details", &[]),
    ];
    let all = reads.iter().flat_map(|(_, scopes)| scopes.iter()).collect::<std::collections::BTreeSet<_>>();
    let mut tokens = vec![json!({ "token": "none", "scopes": [] })];
    tokens.extend(all.iter().map(|scope| json!({ "token": scope, "scopes": [scope] })));
    let mut portal =
        Portal::start(seed_with(json!({ "tokens": tokens, "limits": { "ten_seconds": null } }))).await;
    for (path, scopes) in reads {
        for token in all.iter().copied().chain([&"none"]) {
            portal = portal.with_token(token);
            let expected = if scopes.is_empty() || scopes.contains(token) { 200 } else { 403 };
            assert_eq!(portal.get(path).await.status, expected, "{path} with {token}");
        }
    }
}

#[tokio::test]
async fn reading_scopes_do_not_write() {
    let tokens = json!([{ "token": "t", "scopes": [
        "settings.users.read", "crm.objects.users.read", "settings.users.teams.read", "crm.objects.owners.read",
    ] }]);
    let portal = Portal::start(seed_with(json!({ "tokens": tokens }))).await.with_token("t");
    let user = format!("{USERS}/1001");
    let statuses = [
        portal.post(USERS, json!({ "email": "a@example.com", "sendWelcomeEmail": false })).await.status,
        portal.put(&user, json!({})).await.status,
        portal.delete(&user).await.status,
        portal.post("/settings/teams/2026-09", json!({ "name": "X", "members": [] })).await.status,
        portal.patch("/settings/teams/2026-09/11", json!({ "name": "X", "parentTeamId": null })).await.status,
        portal.delete("/settings/teams/2026-09/11").await.status,
        portal.post("/settings/teams/2026-09/11/members", json!({})).await.status,
        portal.post("/settings/teams/2026-09/11/members/batch", json!({})).await.status,
        portal.delete("/settings/teams/2026-09/11/members/1001").await.status,
        portal.patch("/crm/objects/2026-03/users/501", json!({ "properties": {} })).await.status,
        portal.post("/crm/objects/2026-03/users/batch/update", json!({ "inputs": [] })).await.status,
    ];
    assert_eq!(statuses, [403; 11]);
    let read =
        portal.post("/crm/objects/2026-03/users/batch/read", json!({ "inputs": [], "properties": [] })).await;
    assert_eq!(read.status, 200);
}

#[tokio::test]
async fn the_two_crm_user_scopes_are_enough_for_the_main_job() {
    let tokens = json!([{ "token": "t", "scopes": ["crm.objects.users.read", "crm.objects.users.write"] }]);
    let portal = Portal::start(seed_with(json!({ "tokens": tokens }))).await.with_token("t");
    assert_eq!(portal.get(USERS).await.status, 200);
    let created = portal.post(USERS, json!({ "email": "a@example.com", "sendWelcomeEmail": false })).await;
    assert_eq!(created.status, 201);
    assert_eq!(portal.put(&format!("{USERS}/1001"), json!({ "seatNames": ["Core"] })).await.status, 200);
    assert_eq!(portal.delete(&format!("{USERS}/1001")).await.status, 204);
}

#[tokio::test]
async fn a_set_with_a_paid_seat_is_given_and_taken_by_who_may_write_billing() {
    let tokens = json!([
        { "token": "users", "scopes": ["settings.users.write"] },
        { "token": "billing", "scopes": ["settings.users.write", "settings.billing.write"] },
    ]);
    let portal = Portal::start(seed_with(json!({ "tokens": tokens }))).await.with_token("users");
    let ana = format!("{USERS}/1001");
    let refused = portal.put(&ana, json!({ "roleId": "103" })).await;
    assert_eq!(refused.body["context"]["missingScopes"], json!(["settings.billing.write"]));
    let portal = portal.with_token("billing");
    assert_eq!(portal.put(&ana, json!({ "roleId": "103" })).await.status, 200);
    let portal = portal.with_token("users");
    assert_eq!(portal.put(&ana, json!({ "roleId": "103" })).await.status, 200, "nothing is given or taken");
    assert_eq!(portal.put(&ana, json!({ "roleId": "101" })).await.status, 403);
}

#[tokio::test]
async fn counting_owned_records_needs_the_scope_of_their_kind() {
    let tokens = json!([{ "token": "t", "scopes": ["crm.objects.contacts.read", "tickets"] }]);
    let portal = Portal::start(seed_with(json!({ "tokens": tokens }))).await.with_token("t");
    let mut statuses = Vec::new();
    for object in ["contacts", "companies", "deals", "tickets"] {
        let path = format!("/crm/objects/2026-09/{object}/search");
        statuses.push(portal.post(&path, json!({ "filterGroups": [] })).await.status);
    }
    assert_eq!(statuses, [200, 403, 403, 200]);
}

#[tokio::test]
async fn introspection_tells_whom_a_token_acts_for() {
    let tokens = json!([
        { "token": "pat-eu1-private", "scopes": ["oauth"], "user_id": 1000 },
        { "token": "service-key" },
    ]);
    let portal = Portal::start(seed_with(json!({ "tokens": tokens }))).await.with_token("");
    let path = "/oauth/v2/private-apps/get/access-token-info";
    let told = portal.post(path, json!({ "tokenKey": "pat-eu1-private" })).await;
    assert_eq!(
        (told.status, &told.body["userId"], &told.body["hubId"]),
        (200, &json!(1000), &json!(4_611_686))
    );
    assert_eq!(told.body["scopes"], json!(["oauth"]));
    for unknown in ["service-key", "nonsense"] {
        assert_eq!(portal.post(path, json!({ "tokenKey": unknown })).await.status, 404, "{unknown}");
    }
    let portal = Portal::start(seed_with(json!({ "credential_owner": "1000" }))).await;
    assert_eq!(portal.post(path, json!({ "tokenKey": "any" })).await.body["userId"], 1000);
}

#[tokio::test]
async fn the_history_tells_what_happened_and_who_did_it() {
    let tokens = json!([{ "token": "t", "user_id": 1000 }]);
    let history = json!([{ "at": "2026-08-01T00:00:00Z", "type": "DEACTIVATE_USER", "object": 1001 }]);
    let portal =
        Portal::start(seed_with(json!({ "tokens": tokens, "history": history }))).await.with_token("t");
    let created = portal.post(USERS, json!({ "email": "a@example.com", "sendWelcomeEmail": false })).await;
    portal.delete(&format!("{USERS}/1001")).await;
    let security = "/account-info/2026-09/activity/security";
    let told = portal.get(security).await;
    assert_eq!(told.each("/type"), ["REMOVE_USER", "ADD_USER", "DEACTIVATE_USER"]);
    assert_eq!(told.each("/objectId"), ["1001", created.body["id"].as_str().unwrap(), "1001"]);
    assert_eq!(told.each("/actingUser")[0], "owner@example.com");
    assert_eq!(told.body["results"][0]["userId"], 1000);
    let paged = portal.all(&format!("{security}?limit=1"), "/type").await;
    assert_eq!(paged, (told.each("/type"), 3));
    let old = portal.get(&format!("{security}?toTimestamp=1786000000000")).await;
    assert_eq!(old.each("/type"), ["DEACTIVATE_USER"]);
    assert_eq!(portal.get(&format!("{security}?limit=201")).await.status, 400);
}

#[tokio::test]
async fn the_last_activity_is_the_one_login_that_is_known() {
    let portal =
        Portal::start(seed_and(json!([{ "email": "x@example.com", "last_active": "2026-08-02" }]))).await;
    let logins = portal.get("/account-info/2026-09/activity/login").await;
    assert_eq!(logins.each("/email"), ["owner@example.com", "x@example.com"]);
    assert_eq!(logins.each("/loginAt"), ["2026-11-20T09:12:00Z", "2026-08-02T00:00:00Z"]);
    let one = portal.get("/account-info/2026-09/activity/login?userId=1000").await;
    assert_eq!(one.each("/userId"), ["1000"]);
}

#[tokio::test]
async fn unknown_paths_wrong_methods_and_broken_json_are_told_apart() {
    let portal = Portal::start(seed()).await;
    assert_eq!(portal.get("/crm/v3/objects/llamas").await.refusal(), (404, "RESOURCE_NOT_FOUND".to_owned()));
    assert_eq!(portal.get("/settings/users/2026-09/1001/").await.status, 404);
    assert_eq!(portal.patch(&format!("{USERS}/1001"), json!({})).await.refusal().0, 405);
    let broken = reqwest::Client::new()
        .post(format!("{}{USERS}", portal.url()))
        .bearer_auth("t")
        .body(r#"{"email": "#)
        .send()
        .await
        .unwrap();
    assert_eq!(broken.status(), 400);
    assert!(broken.text().await.unwrap().contains("Invalid input JSON"));
}
