//! The seed: what it may hold, how its mistakes are told, and that a saved state is one.

use std::path::Path;

use hubroster::sandbox::{Options, Sandbox, Seed};
use serde_json::{Value, json};

use crate::portal::{Portal, USERS, refused, seed, seed_and, seed_with};

#[expect(clippy::disallowed_methods, reason = "the test looks at what the sandbox wrote")]
fn read_text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

pub(crate) fn read(path: &Path) -> Value {
    serde_json::from_str(&read_text(path)).unwrap()
}

#[tokio::test]
async fn the_seed_in_the_documentation_can_be_served() {
    let page = include_str!("../../docs/sandbox.md");
    let examples = page.split("```yaml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    let mut examples = examples.map(|example| serde_yaml::from_str::<Value>(example).unwrap());
    let (mut seed, faults) = (examples.next().unwrap(), examples.next().unwrap());
    seed["faults"] = faults["faults"].clone();
    let portal = Portal::start(seed).await.with_token("admin");
    let people = portal.get(USERS).await;
    assert_eq!(people.each("/email"), ["owner@example.com", "ana@example.com", "gus@example.com"]);
    assert_eq!(people.body["results"][1]["primaryTeamId"], "12");
}

#[test]
fn a_mistake_is_told_with_its_place() {
    let team = |team: Value| seed_and(json!([{ "email": "x@example.com", "team": team }]));
    let person = |key: &str, value: Value| seed_and(json!([{ "email": "x@example.com", key: value }]));
    for (seed, path, message) in [
        (json!({ "portal": { "id": 1 }, "peple": [] }), "peple", "unknown field"),
        (seed_with(json!({ "portal": { "id": 1, "tier": "gold" } })), "portal.tier", "unknown variant"),
        (seed_with(json!({ "portal": { "id": 1, "time_zone": "Mars" } })), "portal.time_zone", "IANA"),
        (seed_with(json!({ "behaviour": { "put": "guess" } })), "behaviour.put", "unknown variant"),
        (person("status", json!("gone")), "people[2].status", "unknown variant"),
        (person("id", json!("x1")), "people[2].id", "expected an id"),
        (person("id", json!(1001)), "people[2].id", "earlier person"),
        (person("email", json!("ANA@example.com")), "people[2].email", "earlier person"),
        (person("owner_id", json!(71)), "people[2].owner_id", "earlier person"),
        (person("crm_id", json!(501)), "people[2].crm_id", "earlier person"),
        (
            person("permission_sets", json!(["Boss"])),
            "people[2].permission_sets[0]",
            "no permission set `Boss`",
        ),
        (team(json!("Marketing")), "people[2].team", "no team `Marketing`"),
        (team(json!(99)), "people[2].team", "no team `99`"),
        (person("extra_teams", json!(["Sales", "X"])), "people[2].extra_teams[1]", "no team `X`"),
        (person("seats", json!(["Throne"])), "people[2].seats[0]", "no seat `Throne`"),
        (person("last_active", json!("yesterday")), "people[2].last_active", "no moment"),
        (person("profile", json!({ "shoe_size": "43" })), "people[2].profile.shoe_size", "unknown key"),
        (
            person("profile", json!({ "working_hours": { "mon": "9-5" } })),
            "people[2].profile.working_hours",
            "HH:MM-HH:MM",
        ),
        (person("properties", json!({ "hs_x": [] })), "people[2].properties.hs_x", "quotes"),
        (
            seed_with(json!({ "tokens": [{ "token": "t", "user_id": 5 }] })),
            "tokens[0].user_id",
            "has the id 5",
        ),
        (
            seed_with(json!({ "teams": [{ "id": 11, "name": "Sales", "parent": "Benelux" },
                                        { "id": 12, "name": "Benelux", "parent": "Sales" }] })),
            "teams[0].parent",
            "circle",
        ),
    ] {
        let error = refused(seed);
        assert_eq!(error.path, path, "{error}");
        assert!(error.message.contains(message), "{error}");
    }
}

#[test]
fn an_ambiguous_name_is_refused_and_an_id_is_not() {
    let teams = json!([{ "id": 11, "name": "Sales" }, { "id": 12, "name": "Benelux" }, { "id": 13, "name": "Sales" }]);
    let people = |team: Value| json!([{ "email": "x@example.com", "team": team }]);
    let error = refused(seed_with(json!({ "teams": teams, "people": people(json!("Sales")) })));
    assert!(error.message.contains("several teams are called `Sales`"), "{error}");
    for team in [json!(13), json!("13"), json!({ "id": "13", "name": "Sales" })] {
        Seed::from_json(seed_with(json!({ "teams": teams, "people": people(team) }))).unwrap();
    }
}

#[tokio::test]
async fn a_snapshot_is_a_seed() {
    let mut snapshot = seed_with(json!({
        "format": "hubroster-snapshot/1", "api": "2026-09", "taken_at": "2026-11-22T10:00:00Z", "reads": 12,
        "degraded": [{ "what": "seats" }], "credential_owner": "1000",
    }));
    let ana = &mut snapshot["people"][1];
    ana["sources"] =
        json!({ "settings": "notshown", "crm": "shown", "archived_owner": "unread", "direct": "shown" });
    ana["permission_sets"] = json!([{ "id": "101", "name": "Sales Rep" }]);
    ana["team"] = json!({ "id": "11", "name": "Sales" });
    ana["profile"] = json!({ "availability": "away", "working_hours": { "raw": "unreadable" } });
    let portal = Portal::start(snapshot).await;
    assert_eq!(portal.get(&format!("{USERS}/1001")).await.body["roleId"], "101");
    assert!(!portal.get(USERS).await.each("/id").contains(&"1001".to_owned()), "the list did not show them");
    let record =
        portal.get("/crm/objects/2026-03/users/501?properties=hs_working_hours,hs_availability_status").await;
    assert_eq!(record.body["properties"]["hs_working_hours"], "unreadable");
    assert_eq!(record.body["properties"]["hs_availability_status"], "away");
}

#[tokio::test]
async fn a_profile_in_words_is_served_in_hubspots_form() {
    let profile = json!({
        "job_title": "Account manager", "phone": "+32 2 555 01 23", "availability": "available",
        "time_zone": "Europe/Brussels", "main_language": "nl", "other_languages": ["en", "fr"],
        "working_hours": { "mon-fri": "09:00-17:30", "sat": ["10:00-12:00"], "sun": null },
        "out_of_office": [{ "from": "2026-12-24T17:30:00Z", "to": "2027-01-04T00:00:00Z" }],
    });
    let properties = json!({ "hs_job_title": "Raw title", "hs_main_phone": 123, "shoe_size": "43" });
    let person =
        json!([{ "email": "x@example.com", "crm_id": 502, "profile": profile, "properties": properties }]);
    let portal = Portal::start(seed_and(person)).await;
    let asked = "hs_job_title,hs_additional_phone,hs_availability_status,hs_standard_time_zone,hs_main_phone,shoe_size,\
                 hs_main_user_language_skill,hs_secondary_user_language_skill,hs_working_hours,hs_out_of_office_hours";
    let record = portal.get(&format!("/crm/v3/objects/users/502?properties={asked}")).await;
    let told = &record.body["properties"];
    assert_eq!(told["hs_job_title"], "Raw title", "a raw property goes before the derived one");
    assert_eq!(told["hs_main_phone"], "123");
    assert_eq!(told["hs_secondary_user_language_skill"], "en;fr");
    let hours: Value = serde_json::from_str(told["hs_working_hours"].as_str().unwrap()).unwrap();
    assert_eq!(
        hours,
        json!([{ "days": "MONDAY_TO_FRIDAY", "startMinute": 540, "endMinute": 1050 },
               { "days": "SATURDAY", "startMinute": 600, "endMinute": 720 }])
    );
    let absences: Value = serde_json::from_str(told["hs_out_of_office_hours"].as_str().unwrap()).unwrap();
    assert_eq!(
        absences,
        json!([{ "startTimestamp": 1_798_133_400_000_i64, "endTimestamp": 1_799_020_800_000_i64 }])
    );
    let custom =
        portal.patch("/crm/v3/objects/users/501", json!({ "properties": { "shoe_size": "38" } })).await;
    assert_eq!(custom.status, 200, "a property that somebody has exists for all");
}

#[tokio::test]
async fn ids_that_are_left_out_are_given_and_never_the_same_in_two_views() {
    let portal =
        Portal::start(json!({ "portal": { "id": 1 }, "people": [{ "email": "x@example.com" }] })).await;
    let person = portal.get("/__sandbox/state").await.body["people"][0].clone();
    let ids = [&person["id"], &person["crm_id"], &person["owner_id"]];
    assert!(ids[0] != ids[1] && ids[1] != ids[2], "{ids:?}");
}

#[tokio::test]
async fn people_may_lack_a_record_or_an_owner() {
    let person = json!([{ "id": 1002, "email": "x@example.com", "crm_id": null, "owner_id": null }]);
    let portal = Portal::start(seed_and(person)).await;
    assert_eq!(portal.get("/crm/v3/objects/users").await.each("/id"), ["500", "501"]);
    assert_eq!(portal.get("/crm/v3/owners").await.each("/id"), ["70", "71"]);
    assert_eq!(portal.get(&format!("{USERS}/1002")).await.status, 200);
}

#[tokio::test]
async fn the_state_is_saved_after_every_change_and_is_a_seed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/folder/state.json");
    let options = Options { state: Some(path.clone()), log: None };
    let seed = seed_with(json!({ "tokens": [{ "token": "any-token" }] }));
    let portal = Portal::start_with(seed, options).await;
    assert_eq!(read(&path)["people"][1]["first_name"], "Ana", "it is there from the start");
    portal.put(&format!("{USERS}/1001"), json!({ "firstName": "Anna", "roleId": "102" })).await;
    let saved = read(&path);
    assert_eq!(saved["people"][1]["first_name"], "Anna");
    assert_eq!(saved["people"][1]["permission_sets"], json!(["Viewer"]));
    assert_eq!(saved["people"][1]["profile"]["working_hours"], json!({ "mon-fri": "09:00-17:30" }));
    let mut shown = portal.get("/__sandbox/state").await.body;
    shown["tokens"] = saved["tokens"].clone();
    assert_eq!(shown, saved, "what is shown is what is saved, but for the tokens");
    portal.stop().await;

    let mut edited = saved.clone();
    edited["people"][1]["team"] = json!("Benelux");
    let portal = Portal::start(edited).await;
    assert_eq!(portal.get(&format!("{USERS}/1001")).await.body["primaryTeamId"], "12");
}

#[tokio::test]
async fn a_state_that_is_loaded_and_saved_is_the_same() {
    let people = json!([
        { "id": 1002, "email": "gus@example.com", "status": "invited", "listed": false, "crm_id": null },
        { "id": 1003, "email": "di@example.com", "status": "removed", "owned": { "tickets": 3 },
          "properties": { "hs_x": "y", "hs_email": null }, "profile": { "working_hours": { "raw": "?" } } },
    ]);
    let mut seed = seed_and(people);
    seed["behaviour"] = json!({ "put": "merge", "list_lag": 3 });
    seed["limits"] = json!({ "ten_seconds": null, "daily": 10 });
    seed["history"] =
        json!([{ "at": "2026-08-01T00:00:00Z", "type": "ADD_USER", "object": 1001, "by": 1000 }]);
    let portal = Portal::start(seed).await;
    let once = portal.get("/__sandbox/state").await.body;
    let twice = Portal::start(once.clone()).await.get("/__sandbox/state").await.body;
    assert_eq!(once, twice);
    assert_eq!(once["limits"], json!({ "ten_seconds": null, "daily": 10 }));
    assert_eq!(once["people"][2]["crm_id"], Value::Null);
}

#[cfg(unix)]
#[tokio::test]
async fn state_and_log_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (state, log) = (folder.path().join("state.json"), folder.path().join("log.ndjson"));
    let options = Options { state: Some(state.clone()), log: Some(log.clone()) };
    Portal::start_with(seed(), options).await.get(USERS).await;
    for path in [state, log] {
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
    }
}

#[tokio::test]
async fn the_log_has_one_line_per_request_and_no_token() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.ndjson");
    let options = Options { state: None, log: Some(path.clone()) };
    let portal = Portal::start_with(seed(), options).await.with_token("pat-eu1-secret");
    portal.get(&format!("{USERS}?limit=1")).await;
    portal.put(&format!("{USERS}/1001"), json!({ "roleId": "102" })).await;
    portal.get("/nowhere").await;
    portal
        .post("/oauth/v2/private-apps/get/access-token-info", json!({ "tokenKey": "pat-eu1-secret" }))
        .await;
    let requests = portal.get("/__sandbox/requests").await.body;
    let text = read_text(&path);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(requests, json!(lines), "the sandbox's own pages are not requests of the portal");
    let brief: Vec<String> = lines
        .iter()
        .map(|line| format!("{} {} {} {}", line["method"], line["path"], line["status"], line["body"]))
        .collect();
    assert_eq!(
        brief,
        [
            r#""GET" "/settings/users/2026-09?limit=1" 200 null"#,
            r#""PUT" "/settings/users/2026-09/1001" 200 {"roleId":"102"}"#,
            r#""GET" "/nowhere" 404 null"#,
            r#""POST" "/oauth/v2/private-apps/get/access-token-info" 404 {"tokenKey":"[redacted]"}"#,
        ]
    );
    assert!(!text.contains("pat-eu1-secret"));
    assert!(lines[0]["time"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn many_changes_at_once_are_all_in_the_saved_state() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let seed = seed_with(json!({ "limits": { "ten_seconds": null } }));
    let portal = Portal::start_with(seed, Options { state: Some(path.clone()), log: None }).await;
    let invitations = (0..40).map(|n| {
        portal.post(USERS, json!({ "email": format!("p{n}@example.com"), "sendWelcomeEmail": true }))
    });
    let replies = futures_util::future::join_all(invitations).await;
    assert!(replies.iter().all(|reply| reply.status == 201));
    let saved = read(&path);
    assert_eq!(saved["people"].as_array().unwrap().len(), 42);
    assert_eq!(saved["outbox"].as_array().unwrap().len(), 40);
}

#[tokio::test]
async fn the_sandboxs_own_pages_are_read_only_and_need_no_token() {
    let portal = Portal::start(seed()).await.with_token("");
    assert_eq!(portal.get("/__sandbox/state").await.body["portal"]["id"], 4_611_686);
    assert_eq!(portal.get("/__sandbox/nothing").await.status, 404);
    assert_eq!(portal.delete("/__sandbox/state").await.status, 405);
}

#[tokio::test]
async fn a_taken_address_and_an_impossible_file_are_told_at_the_start() {
    let portal = Portal::start(seed()).await;
    let taken = portal.url().trim_start_matches("http://").parse().unwrap();
    let start = |listen, options| Sandbox::start(listen, Seed::from_json(seed()).unwrap(), options);
    let error = start(taken, Options::default()).await.err().unwrap();
    assert!(error.to_string().contains("choose another address"), "{error}");
    let file = tempfile::NamedTempFile::new().unwrap();
    let impossible = Some(file.path().join("below/a/file"));
    let free = "127.0.0.1:0".parse().unwrap();
    let error = start(free, Options { state: impossible.clone(), log: None }).await.err().unwrap();
    assert!(error.to_string().contains("choose another file"), "{error}");
    let error = start(free, Options { state: None, log: impossible }).await.err().unwrap();
    assert!(error.to_string().contains("choose another file"), "{error}");
}

#[tokio::test]
async fn a_sandbox_that_is_stopped_answers_no_more() {
    let portal = Portal::start(seed()).await;
    let url = portal.url();
    portal.stop().await;
    assert!(reqwest::get(url).await.is_err());
}
