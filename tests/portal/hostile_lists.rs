//! Lists and headers that are wrong: no list is taken for whole that is not, nobody for absent, and no number in a
//! header makes a run wait for ever or fall over.

use std::time::{Duration, Instant};

use hubroster::model::{ApiVersion, Status};
use hubroster::portal::{Error, ReadClient};
use serde_json::{Value, json};

use super::script::{Script, Step, answer};
use super::{client, connection, user_id, wanted};

const ANA: &str = r#"{"id":"1","email":"ana@example.com","roleIds":[],"superAdmin":false}"#;

const LISTS: [&str; 6] = [
    "/settings/users/2026-09?",
    "/settings/users/2026-09/roles",
    "/settings/teams/2026-09",
    "/settings/users/2026-09/seats",
    "/crm/objects/2026-03/users",
    "/crm/owners/2026-09",
];

/// A portal with one person, in which the list of that path is answered by `spoilt`.
fn portal(line: &str, list: &str, spoilt: &dyn Fn() -> Step) -> Step {
    let path = line.strip_prefix("GET ").unwrap();
    if path.starts_with("/account-info") {
        let account = json!({ "portalId": 1, "accountType": "STANDARD", "timeZone": "UTC", "uiDomain": "x",
                              "dataHostingLocation": "na1" });
        return answer(200, account);
    }
    let is_users = path.starts_with(LISTS[0]);
    match path.starts_with(list) {
        true => spoilt(),
        false if is_users => answer(200, format!(r#"{{"results":[{ANA}]}}"#)),
        false => answer(200, json!({ "results": [] })),
    }
}

/// What a page of a list is instead.
type Spoil = fn() -> Step;

#[tokio::test]
async fn a_spoilt_list_makes_nobody_absent() {
    let spoilt: [(&str, Spoil); 12] = [
        ("a web page", || answer(200, "<html><title>Sign in</title>")),
        ("an error with status 200", || answer(200, r#"{"status":"error","message":"no","results":[]}"#)),
        ("no content", || Step::Answer(204, "", String::new())),
        ("another shape", || answer(200, r#"{"total":0}"#)),
        ("null for a list", || answer(200, r#"{"results":null}"#)),
        ("two lists", || answer(200, r#"{"results":[],"results":[{}]}"#)),
        ("somebody who is nobody", || answer(200, r#"{"results":[null]}"#)),
        ("cut", || Step::Cut(200, r#"{"results":[]"#.to_owned())),
        ("a page that comes again", || answer(200, r#"{"results":[],"paging":{"next":{"after":"a"}}}"#)),
        ("a refusal by a proxy", || answer(404, "<html>Not found")),
        ("a server in trouble", || Step::Answer(500, "retry-after: 0", String::new())),
        ("gigantic", || Step::Flood { bytes: 20_000_000, announced: false }),
    ];
    // At the same time, since some are tried again before they are given up.
    let mut cells = Vec::new();
    for list in LISTS {
        cells.extend(spoilt.map(|(what, step)| {
            tokio::spawn(async move {
                let script = Script::by(move |line| portal(line, list, &step)).await;
                let client = client(&script.url);
                let account = client.account().await.unwrap();
                let read = client.snapshot(account, &wanted(&["ana@example.com", "new@example.com"])).await;
                assert!(read.is_err(), "{list}, {what}: {read:?}");
            })
        }));
    }
    for cell in cells {
        cell.await.unwrap();
    }
}

#[tokio::test]
async fn a_refusal_of_hubspots_degrades_and_makes_nobody_absent() {
    let refusal = || {
        let body =
            json!({ "status": "error", "category": "MISSING_SCOPES", "message": "no", "correlationId": "c" });
        answer(403, body)
    };
    for list in &LISTS[1..] {
        let script = Script::by(move |line| portal(line, list, &refusal)).await;
        let client = client(&script.url);
        let account = client.account().await.unwrap();
        let read = client.snapshot(account, &wanted(&["ana@example.com"])).await.unwrap();
        assert!(!read.degraded.is_empty(), "{list}");
        assert_eq!(read.people.len(), 1);
        assert_ne!(read.people[0].user.status, Status::Absent, "{list}");
    }
}

#[tokio::test]
async fn pages_that_never_end_are_given_up() {
    // Without a new connection for each page, of which a machine has only so many.
    let app = axum::Router::new().fallback(|uri: axum::http::Uri| async move {
        let page: u64 = uri.query().and_then(|query| query.rsplit('=').next()?.parse().ok()).unwrap_or(0);
        let headers = [("x-hubspot-ratelimit-max", "1000000"), ("x-hubspot-ratelimit-remaining", "1000000")];
        let next = json!({ "results": [], "paging": { "next": { "after": (page + 1).to_string() } } });
        (headers, next.to_string())
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let client = client(&url);
    let error = client.teams().await.unwrap_err();
    assert!(matches!(error, Error::EndlessList { pages: 5_000, .. }), "{error:?}");
    assert_eq!(client.requests().reads, 5_000);
    assert!(error.to_string().contains("no end after 5000 pages"), "{error}");
}

#[tokio::test]
async fn numbers_that_somebody_made_up_stop_no_run() {
    let ana: fn() -> String = || ANA.to_owned();
    for headers in [
        "x-hubspot-ratelimit-max: 0\r\nx-hubspot-ratelimit-remaining: 0",
        "x-hubspot-ratelimit-max: 18446744073709551615\r\nx-hubspot-ratelimit-remaining: 18446744073709551615",
        "x-hubspot-ratelimit-max: 18446744073709551615\r\nx-hubspot-ratelimit-remaining: 18446744073709551614\r\n\
         x-hubspot-ratelimit-interval-milliseconds: 1",
        "x-hubspot-ratelimit-max: 1\r\nx-hubspot-ratelimit-interval-milliseconds: 18446744073709551615",
        "x-hubspot-ratelimit-max: -1\r\nx-hubspot-ratelimit-daily: -1\r\nx-hubspot-ratelimit-daily-remaining: x",
        "x-hubspot-correlation-id: \u{eb}\u{2067}",
    ] {
        let script =
            Script::play([Step::Answer(200, headers, ana()), Step::Answer(200, headers, ana())]).await;
        let client = client(&script.url);
        client.user(&user_id("1")).await.unwrap();
        let (limit, interval) = client.rate_limit();
        assert!((1..=1_000_000).contains(&limit), "{headers}: {limit}");
        assert!(interval <= Duration::from_secs(60), "{headers}: {interval:?}");
        // A second call may rightly have to wait where the limit is 1.
        if limit > 1 {
            client.user(&user_id("1")).await.unwrap();
        }
    }
}

#[tokio::test]
async fn nobody_waits_for_ever_because_an_answer_asks_for_it() {
    let started = Instant::now();
    for (status, header) in [
        (429, "retry-after: 18446744073709551615"),
        (477, "retry-after: 18446744073709551615"),
        (503, "retry-after: Wed, 30 Dec 9998 23:59:59 GMT\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT"),
    ] {
        // The first try takes a while, so that there is something to add to.
        let slow = Script::by(move |_| Step::Answer(status, header, String::new())).await;
        let error = client(&slow.url).user(&user_id("1")).await.unwrap_err();
        assert!(!error.to_string().is_empty());
        assert_eq!(slow.seen().len(), 1, "{header}");
    }
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[tokio::test]
async fn names_of_a_megabyte_and_of_nothing_visible_are_only_names() {
    let name = format!("{}\0\u{1b}[2J\u{202e}", "x".repeat(1_000_000));
    let body: Value = json!({ "results": [{ "id": "1", "name": name }, { "id": "2", "name": "" }] });
    let script = Script::play([answer(200, body)]).await;
    let teams = client(&script.url).teams().await.unwrap();
    assert_eq!(teams.iter().map(|team| team.name.len()).collect::<Vec<_>>(), [0, name.len()]);
    let account = json!({ "portalId": 1, "accountType": "", "timeZone": "\0", "uiDomain": "\u{202e}", "dataHostingLocation": "" });
    let script = Script::play([answer(200, account)]).await;
    assert!(client(&script.url).account().await.is_ok());
}

#[tokio::test]
async fn one_id_with_two_addresses_is_no_list_of_people() {
    let two = || {
        let page = json!({ "results": [
            { "id": "1", "email": "ana@example.com", "roleIds": [], "superAdmin": false },
            { "id": "1", "email": "bo@example.com", "roleIds": [], "superAdmin": false },
        ] });
        answer(200, page)
    };
    let script = Script::by(move |line| portal(line, LISTS[0], &two)).await;
    let client = client(&script.url);
    let account = client.account().await.unwrap();
    let error = client.snapshot(account, &wanted(&["ana@example.com"])).await.unwrap_err();
    assert!(error.to_string().contains("two people with the id `1`"), "{error}");
}

#[tokio::test]
async fn headers_without_end_are_not_read_to_their_end() {
    let header: &'static str = format!("x: {}", "x".repeat(10_000_000)).leak();
    let script = Script::by(move |_| Step::Bytes(header, Vec::new())).await;
    let mut connection = connection(&script.url, ApiVersion::September2026);
    connection.timeouts.call = Duration::from_millis(150);
    let error = ReadClient::new(connection).unwrap().user(&user_id("1")).await.unwrap_err();
    assert!(matches!(error, Error::Transport { .. }), "{error:?}");
    assert!(error.to_string().chars().count() < 1_000, "{error}");
}
