//! CRM user records and search: the profile, the status that only the CRM tells, and how much somebody owns.

use serde_json::{Value, json};

use crate::portal::{Portal, USERS, seed, seed_and, seed_with};

const RECORDS: &str = "/crm/objects/2026-03/users";

#[tokio::test]
async fn a_record_carries_the_properties_that_were_asked_for() {
    let portal = Portal::start(seed()).await;
    let properties =
        "hs_internal_user_id,hs_email&properties=hubspot_owner_id&properties=hs_job_title,hs_given_name";
    let ana = portal.get(&format!("{RECORDS}/501?properties={properties},hs_main_phone")).await;
    assert_eq!(
        ana.body,
        json!({
            "id": "501",
            "properties": {
                "hs_internal_user_id": "1001", "hs_email": "Ana@example.com", "hubspot_owner_id": "71",
                "hs_job_title": "Account manager", "hs_given_name": "Ana", "hs_object_id": "501",
                "hs_createdate": "2026-01-05T09:00:00Z", "hs_lastmodifieddate": "2026-01-05T09:00:00Z",
            },
            "createdAt": "2026-01-05T09:00:00Z",
            "updatedAt": "2026-01-05T09:00:00Z",
            "archived": false,
        })
    );
    let plain = portal.get(&format!("{RECORDS}/501")).await;
    assert_eq!(plain.body["properties"].as_object().unwrap().len(), 3);
}

#[tokio::test]
async fn what_a_person_does_not_have_is_left_out_or_null_as_the_seed_says() {
    let path = format!("{RECORDS}/500?properties=hs_job_title");
    let portal = Portal::start(seed()).await;
    assert_eq!(portal.get(&path).await.body["properties"].get("hs_job_title"), None);
    let portal = Portal::start(seed_with(json!({ "behaviour": { "unset": "sent_as_null" } }))).await;
    assert_eq!(portal.get(&path).await.body["properties"].get("hs_job_title"), Some(&Value::Null));
}

#[tokio::test]
async fn status_and_activity_stand_in_the_record() {
    let portal = Portal::start(seed_and(json!([
        { "id": 1002, "email": "gus@example.com", "status": "invited", "crm_id": 502 },
        { "id": 1003, "email": "di@example.com", "status": "deactivated", "crm_id": 503 },
        { "id": 1004, "email": "fi@example.com", "status": "removed", "crm_id": 504 },
        { "id": 1005, "email": "eve@example.com", "status": "unknown", "crm_id": 505 },
    ])))
    .await;
    let asked = "hs_deactivated,hs_invite_status,hs_last_activity_time,hs_assigned_seats";
    let list = portal.get(&format!("{RECORDS}?limit=100&properties={asked}")).await;
    assert_eq!(list.each("/properties/hs_deactivated"), ["false", "false", "false", "true", "true", "false"]);
    let invites = ["ACCEPTED", "ACCEPTED", "PENDING", "ACCEPTED", "ACCEPTED", "ACCEPTED"];
    assert_eq!(list.each("/properties/hs_invite_status"), invites);
    assert_eq!(list.body["results"][0]["properties"]["hs_last_activity_time"], "2026-11-20T09:12:00Z");
    assert_eq!(list.body["results"][0]["properties"]["hs_assigned_seats"], "Core");
}

#[tokio::test]
async fn records_are_listed_in_all_versions_ten_at_a_time_by_default() {
    let people: Vec<Value> = (0..120).map(|n| json!({ "email": format!("p{n}@example.com") })).collect();
    let portal = Portal::start(seed_and(json!(people))).await;
    assert_eq!(portal.get(RECORDS).await.each("/id").len(), 10);
    let (ids, pages) = portal.all(&format!("{RECORDS}?limit=100"), "/id").await;
    assert_eq!((ids.len(), pages), (122, 2));
    assert_eq!(portal.all("/crm/v3/objects/users?limit=50", "/id").await, (ids.clone(), 3));
    assert_eq!(portal.all("/crm/objects/2026-09/users?limit=100", "/id").await.0, ids);
    assert_eq!(portal.get(&format!("{RECORDS}?limit=101")).await.status, 400);
    let archived = portal.get(&format!("{RECORDS}?archived=true")).await;
    assert_eq!(archived.refusal(), (400, "VALIDATION_ERROR".to_owned()));
}

#[tokio::test]
async fn a_record_is_found_by_each_of_its_unique_properties() {
    let portal = Portal::start(seed()).await;
    for (key, property) in
        [("1001", "hs_internal_user_id"), ("ana%40example.com", "hs_email"), ("501", "hs_object_id")]
    {
        let found = portal.get(&format!("{RECORDS}/{key}?idProperty={property}")).await;
        assert_eq!((found.status, &found.body["id"]), (200, &json!("501")), "{property}");
    }
    assert_eq!(
        portal.get(&format!("{RECORDS}/1001")).await.status,
        404,
        "the three views have ids of their own"
    );
    assert_eq!(portal.get(&format!("{RECORDS}/501?idProperty=hs_job_title")).await.status, 400);
}

#[tokio::test]
async fn a_property_is_set_and_cleared_and_a_change_that_is_none_leaves_no_trace() {
    let portal = Portal::start(seed()).await;
    let set =
        portal.patch(&format!("{RECORDS}/501"), json!({ "properties": { "hs_job_title": "Boss" } })).await;
    assert_eq!((set.status, &set.body["properties"]["hs_job_title"]), (200, &json!("Boss")));
    let updated = set.body["updatedAt"].clone();
    assert_ne!(updated, "2026-01-05T09:00:00Z");
    let again = portal
        .patch(
            &format!("{RECORDS}/1001?idProperty=hs_internal_user_id"),
            json!({ "properties": { "hs_job_title": "Boss" } }),
        )
        .await;
    assert_eq!(again.body["updatedAt"], updated);
    let cleared =
        portal.patch(&format!("{RECORDS}/501"), json!({ "properties": { "hs_job_title": "" } })).await;
    assert_eq!(cleared.body["properties"].get("hs_job_title"), None);
}

#[tokio::test]
async fn what_hubspot_refuses_in_a_profile_is_refused() {
    let portal = Portal::start(seed()).await;
    for (name, value, code) in [
        ("hs_email", "x@example.com", "READ_ONLY_VALUE"),
        ("hs_deactivated", "true", "READ_ONLY_VALUE"),
        ("favourite_colour", "blue", "PROPERTY_DOESNT_EXIST"),
        ("hs_availability_status", "asleep", "INVALID_OPTION"),
        ("hs_main_user_language_skill", "tlh", "INVALID_OPTION"),
        ("hs_secondary_user_language_skill", "en;tlh", "INVALID_OPTION"),
        ("hs_standard_time_zone", "Europe/Atlantis", "INVALID_OPTION"),
        ("hs_working_hours", "nine to five", "INVALID_OPTION"),
        ("hs_working_hours", r#"[{"days":"MONDAY","startMinute":600,"endMinute":540}]"#, "INVALID_OPTION"),
        ("hs_out_of_office_hours", r#"[{"startTimestamp":2,"endTimestamp":1}]"#, "INVALID_OPTION"),
    ] {
        let body = json!({ "properties": { name: value, "hs_job_title": "Boss" } });
        let refused = portal.patch(&format!("{RECORDS}/501"), body).await;
        assert_eq!(refused.refusal(), (400, "VALIDATION_ERROR".to_owned()), "{name}");
        assert_eq!(refused.body["errors"][0]["code"], code, "{name}");
        assert_eq!(refused.body["errors"][0]["context"]["propertyName"], json!([name]));
    }
    let ana = portal.get(&format!("{RECORDS}/501?properties=hs_job_title")).await;
    assert_eq!(ana.body["properties"]["hs_job_title"], "Account manager", "all of a request or none of it");
}

#[tokio::test]
async fn working_hours_need_a_time_zone_before_or_with_them() {
    let portal = Portal::start(seed()).await;
    let hours = r#"[{"days":"EVERY_DAY","startMinute":0,"endMinute":1440}]"#;
    let owner = format!("{RECORDS}/500");
    let alone = portal.patch(&owner, json!({ "properties": { "hs_working_hours": hours } })).await;
    assert_eq!(alone.body["errors"][0]["code"], "MISSING_TIME_ZONE");
    let both =
        json!({ "properties": { "hs_working_hours": hours, "hs_standard_time_zone": "Europe/Brussels" } });
    assert_eq!(portal.patch(&owner, both).await.status, 200);
    let later = r#"[{"days":"MONDAY","startMinute":540,"endMinute":600}]"#;
    let after = portal.patch(&owner, json!({ "properties": { "hs_working_hours": later } })).await;
    assert_eq!((after.status, &after.body["properties"]["hs_working_hours"]), (200, &json!(later)));
}

#[tokio::test]
async fn a_batch_reads_what_is_there_and_names_what_is_not() {
    let portal = Portal::start(seed()).await;
    let body = |ids: &[&str]| {
        let inputs: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
        json!({ "idProperty": "hs_internal_user_id", "properties": ["hs_email"], "propertiesWithHistory": [], "inputs": inputs })
    };
    let read = portal.post(&format!("{RECORDS}/batch/read"), body(&["1001", "1000"])).await;
    assert_eq!((read.status, read.each("/id")), (200, vec!["501".to_owned(), "500".to_owned()]));
    assert_eq!(read.each("/properties/hs_email")[0], "Ana@example.com");
    let part = portal.post(&format!("{RECORDS}/batch/read"), body(&["1001", "99"])).await;
    assert_eq!((part.status, part.each("/id")), (207, vec!["501".to_owned()]));
    assert_eq!(part.body["numErrors"], 1);
    assert_eq!(part.body["errors"][0]["context"]["ids"], json!(["99"]));
}

#[tokio::test]
async fn a_batch_changes_whom_it_can() {
    let portal = Portal::start(seed()).await;
    let inputs = json!([
        { "id": "1001", "idProperty": "hs_internal_user_id", "properties": { "hs_job_title": "Boss" } },
        { "id": "99", "properties": { "hs_job_title": "Ghost" } },
        { "id": "500", "properties": { "hs_email": "new@example.com" } },
    ]);
    let changed = portal.post(&format!("{RECORDS}/batch/update"), json!({ "inputs": inputs })).await;
    assert_eq!((changed.status, changed.each("/id")), (207, vec!["501".to_owned()]));
    assert_eq!(changed.body["numErrors"], 2);
    assert_eq!(changed.body["errors"][0]["category"], "OBJECT_NOT_FOUND");
    assert_eq!(changed.body["errors"][1]["category"], "VALIDATION_ERROR");
    let fine = portal
        .post(
            &format!("{RECORDS}/batch/update"),
            json!({ "inputs": [{ "id": "500", "properties": { "hs_job_title": "Chair" } }] }),
        )
        .await;
    assert_eq!((fine.status, fine.body.get("errors")), (200, None));
}

#[tokio::test]
async fn a_batch_has_at_most_a_hundred_inputs_and_none_twice() {
    let portal = Portal::start(seed()).await;
    let many: Vec<Value> = (0..101).map(|n| json!({ "id": n.to_string(), "properties": {} })).collect();
    let twice = json!([{ "id": "501", "properties": {} }, { "id": "501", "properties": {} }]);
    for inputs in [json!(many), twice] {
        let refused = portal.post(&format!("{RECORDS}/batch/update"), json!({ "inputs": inputs })).await;
        assert_eq!(refused.refusal(), (400, "VALIDATION_ERROR".to_owned()));
    }
}

#[tokio::test]
async fn a_newcomers_record_may_come_late() {
    let portal = Portal::start(seed_with(json!({ "behaviour": { "crm_record_lag": 2 } }))).await;
    let id =
        portal.post(USERS, json!({ "email": "cy@example.com", "sendWelcomeEmail": false })).await.body["id"]
            .clone();
    let path = format!("{RECORDS}/{}?idProperty=hs_internal_user_id", id.as_str().unwrap());
    let reads =
        [portal.get(&path).await.status, portal.get(&path).await.status, portal.get(&path).await.status];
    assert_eq!(reads, [404, 404, 200]);
}

#[tokio::test]
async fn who_is_removed_keeps_a_record_that_says_so() {
    let portal = Portal::start(seed()).await;
    portal.delete(&format!("{USERS}/1001")).await;
    let stale = portal.get(&format!("{RECORDS}/501?properties=hs_deactivated,hs_internal_user_id")).await;
    assert_eq!(stale.body["properties"]["hs_deactivated"], "true");
    assert_eq!(stale.body["properties"]["hs_internal_user_id"], "1001");
}

#[tokio::test]
async fn search_counts_what_an_owner_owns() {
    let portal = Portal::start(seed_with(json!({ "limits": { "search_per_second": null } }))).await;
    let owned = |owner: &str| {
        json!({ "filterGroups": [{ "filters": [{ "propertyName": "hubspot_owner_id", "operator": "EQ", "value": owner }] }],
                "limit": 1, "after": "0", "properties": [], "sorts": [] })
    };
    for (object, total) in [("contacts", 31), ("companies", 0), ("deals", 4), ("tickets", 0)] {
        let found = portal.post(&format!("/crm/objects/2026-09/{object}/search"), owned("71")).await;
        assert_eq!((found.status, &found.body["total"]), (200, &json!(total)), "{object}");
        assert_eq!(found.each("/properties/hubspot_owner_id").len(), usize::from(total > 0));
    }
    assert_eq!(portal.post("/crm/v3/objects/contacts/search", owned("70")).await.body["total"], 0);
    assert_eq!(portal.post("/crm/v3/objects/llamas/search", owned("70")).await.status, 404);
    let by_name = json!({ "filterGroups": [{ "filters": [{ "propertyName": "name", "operator": "EQ", "value": "x" }] }] });
    assert_eq!(portal.post("/crm/v3/objects/deals/search", by_name).await.status, 400);
}
