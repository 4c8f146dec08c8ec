//! SCIM: finding people, making them inactive and active again, and what the other views then show.

use serde_json::{Value, json};

use crate::portal::{Portal, USERS, seed, seed_and, seed_with};

const PEOPLE: &str = "/scim/v2/Users";
const ANA: &str = "/scim/v2/Users/1001";

fn with_scim() -> Value {
    seed_with(json!({ "scim": {} }))
}

fn patch(operations: Value) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations })
}

fn active(value: bool) -> Value {
    patch(json!([{ "op": "replace", "path": "active", "value": value }]))
}

async fn remaining(portal: &Portal) -> Value {
    portal.get(&format!("{USERS}/seats")).await.body["results"][0]["remainingSeats"].clone()
}

#[tokio::test]
async fn somebody_is_found_by_user_name_whatever_its_case() {
    let portal = Portal::start(with_scim()).await;
    let filter = |filter: &str| format!("{PEOPLE}?filter={}", filter.replace(' ', "%20").replace('"', "%22"));
    let found = portal.get(&filter(r#"userName eq "ana@EXAMPLE.com""#)).await;
    assert_eq!((found.status, &found.body["totalResults"]), (200, &json!(1)));
    let ana = &found.body["Resources"][0];
    assert_eq!(
        (&ana["id"], &ana["userName"], &ana["active"]),
        (&json!("1001"), &json!("Ana@example.com"), &json!(true))
    );
    assert_eq!(ana["name"], json!({ "givenName": "Ana", "familyName": "Silva" }));
    assert_eq!(ana["roles"], json!([{ "value": "Sales Rep" }]));
    assert_eq!(portal.get(ANA).await.body, *ana);
    assert_eq!(portal.get(&filter(r#"userName eq "nobody@example.com""#)).await.body["totalResults"], 0);
    for wrong in ["emails eq \"x\"", "userName sw \"x\"", "userName eq x", "userName"] {
        let refused = portal.get(&filter(wrong)).await;
        assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidFilter")), "{wrong}");
    }
}

#[tokio::test]
async fn everybody_is_listed_by_index_and_count() {
    let portal = Portal::start(with_scim()).await;
    let all = portal.get(PEOPLE).await;
    assert_eq!((&all.body["totalResults"], &all.body["itemsPerPage"]), (&json!(2), &json!(2)));
    let second = portal.get(&format!("{PEOPLE}?startIndex=2&count=1")).await;
    assert_eq!(second.body["Resources"][0]["id"], "1001");
    assert_eq!(portal.get(&format!("{PEOPLE}?startIndex=x")).await.status, 400);
}

#[tokio::test]
async fn each_form_of_a_patch_sets_active() {
    let portal = Portal::start(with_scim()).await;
    for (operation, expected) in [
        (json!({ "op": "replace", "path": "active", "value": false }), false),
        (json!({ "op": "replace", "value": { "active": true } }), true),
        (json!({ "op": "Replace", "path": "active", "value": "False" }), false),
        (json!({ "op": "Add", "path": "active", "value": "True" }), true),
    ] {
        let patched = portal.patch(ANA, patch(json!([operation]))).await;
        assert_eq!((patched.status, &patched.body["active"]), (200, &json!(expected)), "{operation}");
    }
    for wrong in [
        json!([{ "op": "remove", "path": "active" }]),
        json!([{ "op": "replace", "path": "userName", "value": "x@example.com" }]),
        json!([{ "op": "replace", "path": "active", "value": "maybe" }]),
        json!([{ "op": "replace", "value": { "active": false, "title": "x" } }]),
        json!({}),
    ] {
        assert_eq!(portal.patch(ANA, patch(wrong.clone())).await.status, 400, "{wrong}");
    }
    let no_schema = json!({ "Operations": [{ "op": "replace", "path": "active", "value": false }] });
    assert_eq!(portal.patch(ANA, no_schema).await.status, 400);
    assert_eq!(portal.get(ANA).await.body["active"], true);
}

#[tokio::test]
async fn put_sets_active_and_names_and_no_other_address() {
    let portal = Portal::start(with_scim()).await;
    let whole = json!({ "userName": "ana@example.com", "name": { "givenName": "Anna" }, "active": false });
    let put = portal.put(ANA, whole).await;
    assert_eq!((put.status, &put.body["active"]), (200, &json!(false)));
    assert_eq!(portal.get(&format!("{USERS}/1001")).await.body["firstName"], "Anna");
    let back = portal.put(ANA, json!({ "userName": "ana@example.com" })).await;
    assert_eq!(back.body["active"], true, "left out means active");
    let other = portal.put(ANA, json!({ "userName": "other@example.com", "active": true })).await;
    assert_eq!((other.status, &other.body["scimType"]), (400, &json!("mutability")));
}

#[tokio::test]
async fn patch_may_not_be_supported() {
    let portal = Portal::start(seed_with(json!({ "scim": { "patch": false } }))).await;
    assert_eq!(portal.patch(ANA, active(false)).await.status, 501);
    assert_eq!(portal.put(ANA, json!({ "userName": "ana@example.com", "active": false })).await.status, 200);
    let config = portal.get("/scim/v2/ServiceProviderConfig").await;
    assert_eq!(config.body["patch"]["supported"], false);
}

#[tokio::test]
async fn deactivation_shows_in_every_view_and_in_the_history() {
    let portal = Portal::start(with_scim()).await;
    let before = portal.get(&format!("{USERS}/1001")).await.body;
    assert_eq!(remaining(&portal).await, 2);
    portal.patch(ANA, active(false)).await;

    assert_eq!(
        portal.get(&format!("{USERS}/1001")).await.body,
        before,
        "they keep everything, their seat too"
    );
    assert_eq!(remaining(&portal).await, 3, "which does not count any more");
    let record = "/crm/objects/2026-03/users/501?properties=hs_deactivated";
    assert_eq!(portal.get(record).await.body["properties"]["hs_deactivated"], "true");
    assert_eq!(portal.get("/crm/owners/2026-09?archived=true").await.each("/id"), ["71"]);

    portal.patch(ANA, active(true)).await;
    assert_eq!(remaining(&portal).await, 2);
    assert_eq!(portal.get(record).await.body["properties"]["hs_deactivated"], "false");
    assert_eq!(portal.get("/crm/owners/2026-09").await.each("/id"), ["70", "71"]);
    portal.patch(ANA, active(true)).await;
    let history = portal.get("/account-info/2026-09/activity/security").await;
    assert_eq!(history.each("/type"), ["REACTIVATE_USER", "DEACTIVATE_USER"]);
    assert_eq!(history.each("/objectId"), ["1001", "1001"]);
}

#[tokio::test]
async fn who_comes_back_when_no_seat_is_left_comes_back_without() {
    let seats = json!([{ "name": "Core", "remaining": 0 }]);
    let portal = Portal::start(seed_with(json!({ "scim": {}, "seats": seats }))).await;
    portal.patch(ANA, active(false)).await;
    let taken = portal
        .post(USERS, json!({ "email": "cy@example.com", "sendWelcomeEmail": false, "seatNames": ["Core"] }))
        .await;
    assert_eq!(taken.status, 201);
    portal.patch(ANA, active(true)).await;
    assert_eq!(portal.get(&format!("{USERS}/1001")).await.body["seatNames"], json!([]));
}

#[tokio::test]
async fn who_is_removed_or_unknown_to_scim_is_not_found() {
    let people = json!([
        { "id": 1002, "email": "local@example.com" },
        { "id": 1003, "email": "gone@example.com", "status": "removed" },
        { "id": 1004, "email": "di@example.com", "status": "deactivated" },
    ]);
    let mut seed = seed_and(people);
    seed["scim"] = json!({ "unknown": ["LOCAL@example.com"] });
    let portal = Portal::start(seed).await;
    for id in ["1002", "1003", "9999", "ana"] {
        let missing = portal.get(&format!("{PEOPLE}/{id}")).await;
        assert_eq!(missing.status, 404, "{id}");
        assert_eq!(missing.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
        assert_eq!(missing.body["status"], "404");
        assert_eq!(portal.patch(&format!("{PEOPLE}/{id}"), active(false)).await.status, 404);
    }
    assert_eq!(portal.get(&format!("{PEOPLE}/1004")).await.body["active"], false);
    assert_eq!(portal.get(PEOPLE).await.body["totalResults"], 3);
}

#[tokio::test]
async fn scim_takes_people_in_without_a_mail() {
    let portal = Portal::start(with_scim()).await;
    let person = json!({ "userName": "cy@example.com", "name": { "givenName": "Cy" }, "active": true });
    let created = portal.post(PEOPLE, person.clone()).await;
    assert_eq!(created.status, 201);
    let id = created.body["id"].as_str().unwrap();
    assert_eq!(created.header("Location"), Some(format!("{PEOPLE}/{id}").as_str()));
    assert_eq!(portal.get(&format!("{USERS}/{id}")).await.body["firstName"], "Cy");
    assert_eq!(portal.get("/__sandbox/outbox").await.body, json!([]));
    let again = portal.post(PEOPLE, person).await;
    assert_eq!((again.status, &again.body["scimType"]), (409, &json!("uniqueness")));
}

#[tokio::test]
async fn scim_has_tokens_of_its_own_and_needs_professional() {
    let seed_without_app = seed();
    let seed = seed_with(json!({ "tokens": [{ "token": "api" }], "scim": { "tokens": ["scim"] } }));
    let portal = Portal::start(seed.clone()).await.with_token("api");
    assert_eq!(portal.get(PEOPLE).await.status, 401);
    assert_eq!(portal.get(USERS).await.status, 200);
    let portal = portal.with_token("scim");
    let answer = portal.get(PEOPLE).await;
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("application/scim+json")));
    assert_eq!(portal.get(USERS).await.status, 401);
    let state = portal.get("/__sandbox/state").await.body;
    assert_eq!((state.get("tokens"), state["scim"].get("tokens")), (None, None), "tokens are not shown");
    assert_eq!(portal.with_token("").get(PEOPLE).await.status, 401);

    let mut starter = seed;
    starter["portal"]["tier"] = json!("starter");
    assert_eq!(Portal::start(starter).await.with_token("scim").get(PEOPLE).await.status, 403);
    assert_eq!(Portal::start(seed_without_app).await.get(PEOPLE).await.status, 403, "no SCIM app is set up");
}

#[tokio::test]
async fn scim_is_not_counted_by_the_limits() {
    let portal = Portal::start(seed_with(json!({ "scim": {}, "limits": { "ten_seconds": 1 } }))).await;
    for _ in 0..3 {
        let answer = portal.get(ANA).await;
        assert_eq!((answer.status, answer.header("X-HubSpot-RateLimit-Max")), (200, None));
    }
    assert_eq!(portal.get(USERS).await.status, 200);
}

#[tokio::test]
async fn a_token_dies_with_its_creators_place_in_the_portal() {
    let mut seed = seed_with(json!({ "scim": {}, "tokens": [{ "token": "t", "user_id": 1001 }] }));
    seed["people"][1]["super_admin"] = json!(true);
    let portal = Portal::start(seed).await.with_token("t");
    assert_eq!(portal.get(USERS).await.status, 200);
    assert_eq!(portal.patch(ANA, active(false)).await.status, 200);
    assert_eq!(portal.get(USERS).await.refusal(), (403, "USER_DOES_NOT_HAVE_PERMISSIONS".to_owned()));
}
