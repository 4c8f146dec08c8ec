//! The limits: ten seconds, a day, search's second; their headers and their refusals.

use serde_json::json;

use crate::portal::{Portal, USERS, seed, seed_with};

#[tokio::test]
async fn every_answer_tells_what_is_left() {
    let portal = Portal::start(seed()).await;
    portal.get(USERS).await;
    for path in [USERS, "/no/such/path"] {
        let answer = portal.get(path).await;
        assert_eq!(answer.header("X-HubSpot-RateLimit-Max"), Some("190"), "{path}");
        assert_eq!(answer.header("X-HubSpot-RateLimit-Interval-Milliseconds"), Some("10000"));
        assert_eq!(answer.header("X-HubSpot-RateLimit-Daily"), Some("1000000"));
    }
    let last = portal.get(USERS).await;
    assert_eq!(last.header("X-HubSpot-RateLimit-Remaining"), Some("186"));
    assert_eq!(last.header("X-HubSpot-RateLimit-Daily-Remaining"), Some("999996"));
}

#[tokio::test]
async fn the_limits_are_those_of_the_tier_unless_the_seed_says_otherwise() {
    for (tier, most, daily) in
        [("free", "100", "250000"), ("professional", "190", "625000"), ("enterprise", "190", "1000000")]
    {
        let mut seed = seed();
        seed["portal"]["tier"] = json!(tier);
        let answer = Portal::start(seed).await.get(USERS).await;
        assert_eq!(answer.header("X-HubSpot-RateLimit-Max"), Some(most));
        assert_eq!(answer.header("X-HubSpot-RateLimit-Daily"), Some(daily));
    }
    let portal = Portal::start(seed_with(json!({ "limits": { "ten_seconds": null, "daily": 7 } }))).await;
    let answer = portal.get(USERS).await;
    assert_eq!(answer.header("X-HubSpot-RateLimit-Max"), None);
    assert_eq!(answer.header("X-HubSpot-RateLimit-Daily-Remaining"), Some("6"));
}

#[tokio::test]
async fn the_call_over_the_limit_of_ten_seconds_is_refused_and_does_nothing() {
    let portal = Portal::start(seed_with(json!({ "limits": { "ten_seconds": 2 } }))).await;
    portal.get(USERS).await;
    portal.get(USERS).await;
    let refused = portal.delete(&format!("{USERS}/1001")).await;
    assert_eq!(refused.refusal(), (429, "RATE_LIMITS".to_owned()));
    assert_eq!(refused.body["policyName"], "TEN_SECONDLY_ROLLING");
    assert_eq!(refused.body["message"], "You have reached your ten_secondly_rolling limit.");
    assert_eq!(refused.header("X-HubSpot-RateLimit-Remaining"), Some("0"));
    assert_eq!(refused.header("Retry-After"), None, "HubSpot does not send it reliably");
    let portal = portal.with_token("another");
    assert_eq!(portal.get(&format!("{USERS}/1001")).await.status, 200, "each token has its own window");
}

#[tokio::test]
async fn the_daily_limit_is_the_accounts() {
    let portal = Portal::start(seed_with(json!({ "limits": { "daily": 1 } }))).await;
    portal.get(USERS).await;
    let refused = portal.with_token("another").get(USERS).await;
    assert_eq!((refused.status, &refused.body["policyName"]), (429, &json!("DAILY")));
}

#[tokio::test]
async fn search_has_a_limit_of_its_own_and_no_headers() {
    let limits = json!({ "ten_seconds": 1, "search_per_second": 2 });
    let portal = Portal::start(seed_with(json!({ "limits": limits }))).await;
    let search = "/crm/objects/2026-09/contacts/search";
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(portal.post(search, json!({ "filterGroups": [] })).await);
    }
    assert_eq!(answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), [200, 200, 429]);
    assert_eq!(answers[2].body["policyName"], "SECONDLY");
    assert!(answers[0].headers.keys().all(|name| !name.as_str().contains("ratelimit")));
    assert_eq!(portal.get(USERS).await.status, 200);
}

#[tokio::test]
async fn an_answer_may_be_slow() {
    let portal = Portal::start(seed_with(json!({ "behaviour": { "latency_ms": 80 } }))).await;
    let start = std::time::Instant::now();
    portal.get(USERS).await;
    assert!(start.elapsed().as_millis() >= 80);
}
