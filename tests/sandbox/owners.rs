//! Owners: who can own records, and who no longer works here but still does.

use serde_json::{Value, json};

use crate::portal::{Portal, USERS, seed, seed_and, seed_with};

const OWNERS: &str = "/crm/owners/2026-09";

#[tokio::test]
async fn an_owner_is_shown_as_hubspots_document_has_it() {
    let portal = Portal::start(seed()).await;
    let ana = json!({
        "id": "71", "email": "Ana@example.com", "firstName": "Ana", "lastName": "Silva", "type": "PERSON",
        "archived": false, "userId": 1001, "userIdIncludingInactive": 1001,
        "teams": [{ "id": "11", "name": "Sales", "primary": true }, { "id": "12", "name": "Benelux", "primary": false }],
        "createdAt": "2026-01-05T09:00:00Z", "updatedAt": "2026-01-05T09:00:00Z",
    });
    for path in ["/crm/owners/2026-09/71", "/crm/owners/2026-03/71", "/crm/v3/owners/71"] {
        assert_eq!(portal.get(path).await.body, ana, "{path}");
    }
    assert_eq!(portal.get(&format!("{OWNERS}/1001?idProperty=userId")).await.body, ana);
    let by_email = portal.get(&format!("{OWNERS}?email=ana%40example.com")).await;
    assert_eq!(by_email.body["results"], json!([ana]));
    assert_eq!(portal.get(&format!("{OWNERS}/1001")).await.status, 404);
}

#[tokio::test]
async fn deactivated_and_removed_people_are_archived_owners_without_a_user_id() {
    let people = json!([
        { "id": 1002, "email": "di@example.com", "status": "deactivated", "owner_id": 72 },
        { "id": 1003, "email": "gus@example.com", "status": "invited", "owner_id": 73 },
    ]);
    let portal = Portal::start(seed_and(people)).await;
    portal.delete(&format!("{USERS}/1001")).await;
    assert_eq!(portal.get(OWNERS).await.each("/id"), ["70", "73"]);
    let archived = portal.get(&format!("{OWNERS}?archived=true")).await;
    assert_eq!(archived.each("/id"), ["71", "72"]);
    assert_eq!(archived.each("/userIdIncludingInactive"), ["1001", "1002"]);
    assert!(archived.body["results"].as_array().unwrap().iter().all(|owner| owner.get("userId").is_none()));
    assert_eq!(portal.get(&format!("{OWNERS}/72")).await.status, 404);
    assert_eq!(portal.get(&format!("{OWNERS}/72?archived=true")).await.status, 200);
}

#[tokio::test]
async fn an_archived_owners_user_id_is_null_where_the_seed_wants_nulls() {
    let portal = Portal::start(seed_with(json!({ "behaviour": { "unset": "sent_as_null" } }))).await;
    portal.delete(&format!("{USERS}/1001")).await;
    let ana = portal.get(&format!("{OWNERS}/71?archived=true")).await;
    assert_eq!(ana.body.get("userId"), Some(&Value::Null));
}

#[tokio::test]
async fn owners_come_a_hundred_at_a_time_and_up_to_five_hundred() {
    let people: Vec<Value> = (0..600).map(|n| json!({ "email": format!("p{n}@example.com") })).collect();
    let portal = Portal::start(seed_and(json!(people))).await;
    assert_eq!(portal.get(OWNERS).await.each("/id").len(), 100);
    let (ids, pages) = portal.all(&format!("{OWNERS}?limit=500"), "/id").await;
    assert_eq!((ids.len(), pages), (602, 2));
    assert_eq!(portal.get(&format!("{OWNERS}?limit=501")).await.status, 400);
    let cursor = portal.get(OWNERS).await.next().unwrap();
    assert_eq!(portal.get(&format!("{OWNERS}?archived=true&after={cursor}")).await.status, 400);
}
