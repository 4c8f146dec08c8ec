//! Faults: each way in which the sandbox misbehaves on request.

use std::time::{Duration, Instant};

use hubroster::sandbox::Options;
use serde_json::{Value, json};

use crate::portal::{Portal, USERS, refused, seed, seed_with};

const FAULTS: &str = "/__sandbox/faults";
const ANA: &str = "/settings/users/2026-09/1001";

fn with_fault(fault: Value) -> Value {
    seed_with(json!({ "faults": [fault] }))
}

/// Sends a request and gives the error that a client without retries sees.
async fn failure(portal: &Portal, method: reqwest::Method, path: &str, body: Value) -> reqwest::Error {
    let client = reqwest::Client::builder().retry(reqwest::retry::never()).build().unwrap();
    let request = client.request(method, format!("{}{path}", portal.url())).bearer_auth("t").json(&body);
    match request.send().await {
        Err(error) => error,
        Ok(response) => response.bytes().await.expect_err("the answer should not have arrived whole"),
    }
}

#[tokio::test]
async fn a_fault_is_matched_by_method_path_and_the_how_manieth_call() {
    let fault = json!({ "method": "GET", "path": "/settings/users/*/1001", "nth": 2, "times": 2,
                        "do": { "answer": { "status": 503 } } });
    let portal = Portal::start(with_fault(fault)).await;
    assert_eq!(portal.get(USERS).await.status, 200, "another path does not count");
    assert_eq!(
        portal.put(ANA, json!({ "roleId": "101" })).await.status,
        200,
        "another method does not count"
    );
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(portal.get(ANA).await.status);
    }
    assert_eq!(statuses, [200, 503, 503, 200]);
}

#[tokio::test]
async fn a_fault_without_conditions_strikes_the_next_call_and_null_times_every_one() {
    let portal = Portal::start(with_fault(json!({ "do": { "answer": { "status": 502 } } }))).await;
    assert_eq!([portal.get(ANA).await.status, portal.get(ANA).await.status], [502, 200]);
    let portal =
        Portal::start(with_fault(json!({ "times": null, "do": { "answer": { "status": 502 } } }))).await;
    assert_eq!([portal.get(ANA).await.status, portal.get(USERS).await.status], [502, 502]);
}

#[tokio::test]
async fn an_answer_has_hubspots_shape_its_headers_and_what_is_laid_over_it() {
    let portal = Portal::start(json!({
        "portal": { "id": 1 },
        "faults": [
            { "do": { "answer": { "status": 429, "retry_after": 3, "body": { "policyName": "DAILY" } } } },
            { "nth": 2, "do": { "answer": { "status": 423 } } },
            { "nth": 3, "do": { "answer": { "status": 477, "retry_after": 86400, "headers": { "X-Trace": "abc" } } } },
            { "nth": 4, "do": { "answer": { "status": 502, "html": true } } },
            { "nth": 5, "do": { "answer": { "status": 200, "body": "no JSON at all" } } },
        ],
    }))
    .await;
    let daily = portal.get(USERS).await;
    assert_eq!(daily.refusal(), (429, "RATE_LIMITS".to_owned()));
    assert_eq!((daily.header("Retry-After"), &daily.body["policyName"]), (Some("3"), &json!("DAILY")));
    assert!(daily.header("X-HubSpot-RateLimit-Remaining").is_some());
    assert_eq!(portal.get(USERS).await.refusal(), (423, "LOCKED".to_owned()));
    let migration = portal.get(USERS).await;
    assert_eq!((migration.status, migration.header("X-Trace")), (477, Some("abc")));
    for (status, kind, text) in
        [(502, "text/html;charset=utf-8", "<h1>502</h1>"), (200, "text/plain;charset=utf-8", "no JSON")]
    {
        let answer = reqwest::Client::new()
            .get(format!("{}{USERS}", portal.url()))
            .bearer_auth("t")
            .send()
            .await
            .unwrap();
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()),
            (status, kind)
        );
        assert!(answer.text().await.unwrap().contains(text));
    }
}

#[tokio::test]
async fn an_error_comes_before_the_change_or_after_it() {
    for (when, left) in [("before", 200), ("after", 404)] {
        let fault = json!({ "method": "DELETE", "do": { "answer": { "status": 504, "when": when } } });
        let portal = Portal::start(with_fault(fault)).await;
        assert_eq!(portal.delete(ANA).await.status, 504);
        assert_eq!(portal.get(ANA).await.status, left, "{when}");
    }
}

#[tokio::test]
async fn a_connection_is_dropped_before_the_change_or_after_it() {
    for (when, invited) in [("before", 0), ("after", 1)] {
        let fault = json!({ "method": "POST", "path": USERS, "do": { "drop": when } });
        let portal = Portal::start(with_fault(fault)).await;
        let body = json!({ "email": "cy@example.com", "sendWelcomeEmail": true });
        let error = failure(&portal, reqwest::Method::POST, USERS, body).await;
        assert!(error.is_request() && error.status().is_none(), "{error:?}");
        assert_eq!(portal.get("/__sandbox/outbox").await.body.as_array().unwrap().len(), invited, "{when}");
        let requests = portal.get("/__sandbox/requests").await.body;
        assert_eq!(
            (&requests[0]["status"], &requests[0]["body"]["email"]),
            (&Value::Null, &json!("cy@example.com"))
        );
    }
}

#[tokio::test]
async fn a_body_is_cut_short_after_the_change() {
    for bytes in [0, 20, 100_000] {
        let fault = json!({ "method": "DELETE", "path": "**/members/*", "do": { "drop": "after" } });
        let cut = json!({ "method": "PUT", "do": { "cut_body": bytes } });
        let portal = Portal::start(seed_with(json!({ "faults": [fault, cut] }))).await;
        let error = failure(&portal, reqwest::Method::PUT, ANA, json!({ "roleId": "102" })).await;
        assert!(error.is_body() || error.is_decode() || error.is_request(), "{error:?}");
        assert_eq!(portal.get(ANA).await.body["roleId"], "102", "{bytes}");
    }
}

#[tokio::test]
async fn the_status_of_a_cut_answer_arrives() {
    let portal = Portal::start(with_fault(json!({ "do": { "cut_body": 5 } }))).await;
    let answer =
        reqwest::Client::new().get(format!("{}{ANA}", portal.url())).bearer_auth("t").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert!(answer.bytes().await.is_err());
}

#[tokio::test]
async fn json_may_be_malformed_though_the_answer_is_whole() {
    let portal = Portal::start(with_fault(json!({ "do": "malformed_json" }))).await;
    let answer =
        reqwest::Client::new().get(format!("{}{ANA}", portal.url())).bearer_auth("t").send().await.unwrap();
    let text = answer.text().await.unwrap();
    assert!(text.starts_with('{') && serde_json::from_str::<Value>(&text).is_err(), "{text}");
}

#[tokio::test]
async fn a_body_may_be_gigantic() {
    let portal = Portal::start(with_fault(json!({ "do": { "gigantic_body": 20_000_000 } }))).await;
    let answer =
        reqwest::Client::new().get(format!("{}{USERS}", portal.url())).bearer_auth("t").send().await.unwrap();
    let body = answer.bytes().await.unwrap();
    assert!(body.len() >= 20_000_000);
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), json!({ "results": [] }));
}

#[tokio::test]
async fn an_answer_is_slow_before_the_change_or_after_it_and_the_change_comes_even_when_nobody_waits() {
    for when in ["before", "after"] {
        let fault = json!({ "method": "PUT", "do": { "delay": { "ms": 1500, "when": when } } });
        let portal = Portal::start(with_fault(fault)).await;
        let client = reqwest::Client::builder().timeout(Duration::from_millis(300)).build().unwrap();
        let put =
            client.put(format!("{}{ANA}", portal.url())).bearer_auth("t").json(&json!({ "roleId": "102" }));
        assert!(put.send().await.unwrap_err().is_timeout());
        let now = portal.get(ANA).await.body["roleId"].clone();
        assert_eq!(now, if when == "before" { "101" } else { "102" }, "{when}");
        tokio::time::sleep(Duration::from_millis(1800)).await;
        assert_eq!(portal.get(ANA).await.body["roleId"], "102", "{when}");
    }
}

#[tokio::test]
async fn a_delay_takes_as_long_as_it_says() {
    let portal = Portal::start(with_fault(json!({ "do": { "delay": { "ms": 120 } } }))).await;
    let start = Instant::now();
    portal.get(ANA).await;
    assert!(start.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn somebody_is_changed_between_two_calls() {
    let change = json!({ "person": "ana@example.com", "when": "after",
                         "set": { "permission_sets": ["Viewer"], "team": null, "seats": [] } });
    let portal = Portal::start(with_fault(json!({ "path": ANA, "do": { "change": change } }))).await;
    assert_eq!(portal.get(ANA).await.body["roleId"], "101", "this answer is from before");
    let after = portal.get(ANA).await.body;
    assert_eq!((&after["roleId"], after.get("primaryTeamId")), (&json!("102"), None));
    assert_eq!(after["firstName"], "Ana", "what is not set stays");
    assert_eq!(portal.get(&format!("{USERS}/seats")).await.body["results"][0]["remainingSeats"], 3);
}

#[tokio::test]
async fn somebody_else_changes_the_address_removes_or_invites() {
    let change = |person: &str, set: Value| json!({ "do": { "change": { "person": person, "set": set } } });
    let portal = Portal::start(seed_with(json!({ "faults": [
        change("1001", json!({ "email": "new@example.com" })),
        change("cy@example.com", json!({ "status": "invited", "permission_sets": ["Viewer"] })),
        change("owner@example.com", json!({ "status": "removed" })),
    ] })))
    .await;
    let by_email = |email: &str| format!("{USERS}/{email}?idProperty=EMAIL");
    assert_eq!(portal.get(&by_email("new@example.com")).await.body["id"], "1001");
    assert_eq!(portal.get(&by_email("ana@example.com")).await.status, 404);
    assert_eq!(portal.get(&by_email("owner@example.com")).await.status, 404);
    let invited = portal.post(USERS, json!({ "email": "cy@example.com", "sendWelcomeEmail": false })).await;
    assert_eq!(invited.status, 409, "somebody was faster");
}

#[tokio::test]
async fn a_cursor_may_repeat() {
    let fault = json!({ "path": USERS, "times": null, "do": "repeat_cursor" });
    let portal = Portal::start(with_fault(fault)).await;
    let first = portal.get(&format!("{USERS}?limit=1")).await.next().unwrap();
    let second = portal.get(&format!("{USERS}?limit=1&after={first}")).await;
    assert_eq!((second.each("/id"), second.next()), (vec!["1001".to_owned()], Some(first)));
}

#[tokio::test]
async fn what_one_call_does_may_show_late() {
    let faults = json!([
        { "method": "DELETE", "do": { "list_lag": 1 } },
        { "method": "DELETE", "do": { "seat_lag": 3 } },
        { "method": "POST", "do": { "crm_record_lag": 1 } },
    ]);
    let portal = Portal::start(seed_with(json!({ "faults": faults }))).await;
    portal.delete(ANA).await;
    assert_eq!(portal.get(USERS).await.each("/id"), ["1000", "1001"]);
    assert_eq!(portal.get(USERS).await.each("/id"), ["1000"]);
    let seats =
        || async { portal.get(&format!("{USERS}/seats")).await.body["results"][0]["remainingSeats"].clone() };
    assert_eq!((seats().await, seats().await), (json!(2), json!(3)));
    portal.post(USERS, json!({ "email": "cy@example.com", "sendWelcomeEmail": false })).await;
    assert_eq!(portal.get("/crm/v3/objects/users").await.each("/id").len(), 2);
    assert_eq!(portal.get("/crm/v3/objects/users").await.each("/id").len(), 3);
}

#[tokio::test]
async fn another_application_uses_the_same_limits() {
    let faults =
        json!([{ "do": { "other_application": 50 } }, { "path": "/end", "do": { "other_application": 0 } }]);
    let portal = Portal::start(seed_with(
        json!({ "faults": faults, "limits": { "ten_seconds": 100, "daily": 1000 } }),
    ))
    .await;
    let remaining = async |name: &str| -> u32 {
        portal.get(USERS).await.header(&format!("X-HubSpot-RateLimit-{name}")).unwrap().parse().unwrap()
    };
    assert!(remaining("Remaining").await >= 90);
    tokio::time::sleep(Duration::from_millis(400)).await;
    let left = remaining("Remaining").await;
    assert!(left <= 80, "{left}");
    assert!(remaining("Daily-Remaining").await <= 980);
    tokio::time::sleep(Duration::from_millis(1800)).await;
    assert_eq!(portal.get(USERS).await.body["policyName"], "TEN_SECONDLY_ROLLING");
    portal.send(reqwest::Method::DELETE, FAULTS, None).await;
    assert!(remaining("Remaining").await >= 85, "only our own calls count again");
}

#[tokio::test]
async fn faults_are_set_listed_and_cleared_while_it_runs() {
    let portal = Portal::start(seed()).await.with_token("");
    let fault = json!({ "path": ANA, "times": 3, "do": { "answer": { "status": 500 } } });
    let set = portal.post(FAULTS, fault.clone()).await;
    assert_eq!((set.status, &set.body), (200, &json!([fault])));
    let set = portal.post(FAULTS, json!([{ "do": "malformed_json" }, { "do": { "drop": "after" } }])).await;
    assert_eq!(set.body.as_array().unwrap().len(), 3);
    assert_eq!(portal.get(USERS).await.status, 401, "a call that is not let in meets no fault");
    assert_eq!(portal.get(FAULTS).await.body, set.body);
    assert_eq!(portal.delete(FAULTS).await.body, json!([]));
    assert_eq!(portal.with_token("t").get(ANA).await.status, 200);
}

#[tokio::test]
async fn a_fault_that_is_used_up_is_not_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let fault = json!({ "nth": 2, "times": 2, "do": { "delay": { "ms": 1 } } });
    let options = Options { state: Some(path.clone()), log: None };
    let portal = Portal::start_with(with_fault(fault), options).await;
    let saved = || crate::seed::read(&path)["faults"].clone();
    portal.get(ANA).await;
    assert_eq!(saved(), json!([{ "times": 2, "do": { "delay": { "ms": 1 } } }]));
    portal.get(ANA).await;
    assert_eq!(saved(), json!([{ "do": { "delay": { "ms": 1 } } }]));
    portal.get(ANA).await;
    assert_eq!(saved(), Value::Null);
}

#[tokio::test]
async fn a_mistake_in_a_fault_is_told_with_its_place() {
    let portal = Portal::start(seed()).await;
    for (fault, path) in [
        (json!({ "do": { "explode": 1 } }), "faults[0].do"),
        (json!({ "path": "/x" }), "faults[0]"),
        (json!({ "nth": 0, "do": "malformed_json" }), "faults[0].nth"),
        (json!({ "times": 0, "do": "malformed_json" }), "faults[0].times"),
        (json!({ "do": { "answer": { "status": 99 } } }), "faults[0].do.answer.status"),
        (
            json!({ "do": { "answer": { "status": 500, "headers": { "a b": "c" } } } }),
            "faults[0].do.answer.headers",
        ),
        (
            json!({ "do": { "answer": { "status": 500, "html": true, "body": "x" } } }),
            "faults[0].do.answer.html",
        ),
        (json!({ "do": { "drop": "never" } }), "faults[0].do.drop"),
        (
            json!({ "do": { "change": { "person": "1001", "set": { "shoe": 1 } } } }),
            "faults[0].do.change.set.shoe",
        ),
        (
            json!({ "do": { "change": { "person": "1001", "set": { "team": "X" } } } }),
            "faults[0].do.change.set.team",
        ),
        (
            json!({ "do": { "change": { "person": "1001", "set": { "id": "5" } } } }),
            "faults[0].do.change.set.id",
        ),
        (
            json!({ "do": { "change": { "person": "1001", "set": { "email": "owner@example.com" } } } }),
            "faults[0].do.change.set.email",
        ),
    ] {
        let error = refused(with_fault(fault.clone()));
        assert!(error.path.starts_with(path), "{fault}: {error}");
        let answer = portal.post(FAULTS, fault).await;
        assert_eq!(answer.refusal().0, 400);
        assert!(answer.body["message"].as_str().unwrap().starts_with(&format!("`{path}")), "{}", answer.body);
    }
    assert_eq!(portal.get(FAULTS).await.body, json!([]));
}

#[tokio::test]
async fn scim_meets_faults_too() {
    let fault = json!({ "path": "/scim/**", "do": { "answer": { "status": 503 } } });
    let portal = Portal::start(seed_with(json!({ "scim": {}, "faults": [fault] }))).await;
    let path = "/scim/v2/Users/1001";
    assert_eq!([portal.get(path).await.status, portal.get(path).await.status], [503, 200]);
}
