//! Proof that the judge judges: what is right passes, each kind of wrong is found at its exact place, and the
//! relay changes nothing.
//!
//! Deliberately absent: HubSpot's documents. Tests of the judge need them and say so where there are none; tests
//! of the relay do not.

#![expect(clippy::unwrap_used, reason = "what fails here is a failed test")]

mod judge;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Once;

use judge::{Answer, Exchange, Judge, Relay};
use serde_json::{Value, json};

const USERS: &str = "user-provisioning-2026-09-beta.json";
const TEAMS: &str = "teams-2026-09-beta.json";
const OWNERS: &str = "owners-2026-09.json";
const CRM: &str = "crm-users-2026-03.json";

fn judge() -> Option<Judge> {
    static SAID: Once = Once::new();
    let judge = Judge::from_environment();
    if judge.is_none() {
        // Past the capture of a test's output: a gate that judged nothing has to show.
        SAID.call_once(|| {
            let missing = b"skipped: HUBROSTER_HUBSPOT_SPECS names no directory with HubSpot's documents\n";
            std::io::stderr().write_all(missing).unwrap();
        });
    }
    judge
}

/// An exchange without a body either way.
fn exchange(method: &str, path_and_query: &str, status: u16) -> Exchange {
    let answer = Some(Answer { status, content_type: None, body: Vec::new() });
    let (method, path_and_query) = (method.to_owned(), path_and_query.to_owned());
    Exchange { method, path_and_query, content_type: None, body: Vec::new(), answer }
}

impl Exchange {
    fn asking(mut self, body: &Value) -> Exchange {
        self.content_type = Some("application/json".to_owned());
        self.body = body.to_string().into_bytes();
        self
    }

    fn answered(mut self, body: &Value) -> Exchange {
        let status = self.answer.map_or(0, |answer| answer.status);
        let content_type = Some("application/json;charset=utf-8".to_owned());
        self.answer = Some(Answer { status, content_type, body: body.to_string().into_bytes() });
        self
    }
}

fn found(judge: Judge, exchange: &Exchange) -> Vec<String> {
    judge.exchange(exchange).iter().map(ToString::to_string).collect()
}

#[track_caller]
fn assert_right(exchange: &Exchange) {
    let Some(judge) = judge() else { return };
    let found = found(judge, exchange);
    assert!(found.is_empty(), "{} {}: {found:#?}", exchange.method, exchange.path_and_query);
}

/// `expected` are the violations, each with `{}` where the exchange stands: asked, or asked and answered.
#[track_caller]
fn assert_wrong(exchange: &Exchange, expected: &[&str]) {
    let Some(judge) = judge() else { return };
    assert_eq!(found(judge, exchange), expected);
}

fn user() -> Value {
    json!({
        "id": "1001", "email": "ana@example.com", "firstName": "Ana", "lastName": "Silva",
        "roleId": "7", "roleIds": ["7"], "primaryTeamId": "31", "secondaryTeamIds": ["32"],
        "seatNames": ["Core"], "superAdmin": false, "sendWelcomeEmail": false,
    })
}

fn error(category: &str) -> Value {
    json!({
        "status": "error", "category": category, "message": "It cannot be done.",
        "correlationId": "aeb5f871-7f07-4993-9211-075dc63e7cbf",
    })
}

/// A list of people in which the second one has this value at this key.
fn list_with(key: &str, value: Value) -> Exchange {
    let mut wrong = user();
    wrong[key] = value;
    exchange("GET", "/settings/users/2026-09?limit=100", 200).answered(&json!({ "results": [user(), wrong] }))
}

fn invitation() -> Value {
    json!({ "email": "cy@example.com", "sendWelcomeEmail": true, "seatNames": ["Core"] })
}

fn inviting(body: &Value) -> Exchange {
    exchange("POST", "/settings/users/2026-09", 201).asking(body).answered(&user())
}

#[test]
fn right_exchanges_pass() {
    let page = json!({ "results": [user()], "paging": { "next": { "after": "MTAw" } } });
    assert_right(&exchange("GET", "/settings/users/2026-09?limit=100&after=NTA%3D", 200).answered(&page));
    assert_right(&inviting(&invitation()));
    let by_email = "/settings/users/2026-09/ana%40example.com?idProperty=EMAIL";
    assert_right(&exchange("GET", by_email, 200).answered(&user()));
    assert_right(&exchange("DELETE", "/settings/users/2026-09/1001", 204));
    let member = json!({ "inputs": [{ "userId": "1001", "type": "EXTRA" }] });
    let added = json!({
        "status": "COMPLETE", "results": [{ "userId": "1001", "type": "EXTRA" }],
        "startedAt": "2026-11-01T09:30:00Z", "completedAt": "2026-11-01T09:30:00.125Z",
    });
    let batch = exchange("POST", "/settings/teams/2026-09/31/members/batch", 200);
    assert_right(&batch.asking(&member).answered(&added));
    let account = json!({
        "portalId": 4_611_686, "accountType": "STANDARD", "timeZone": "Europe/Brussels", "companyCurrency": "EUR",
        "additionalCurrencies": [], "utcOffset": "+01:00", "utcOffsetMilliseconds": 3_600_000,
        "uiDomain": "app-eu1.hubspot.com", "dataHostingLocation": "eu1",
    });
    assert_right(&exchange("GET", "/account-info/2026-09/details", 200).answered(&account));
}

#[test]
fn every_spelling_and_version_finds_its_document() {
    for path in
        ["/settings/v3/users", "/settings/users/v3", "/settings/users/2026-03", "/settings/users/2026-09"]
    {
        assert_right(&exchange("GET", path, 200).answered(&json!({ "results": [] })));
    }
    assert_right(&exchange("DELETE", "/settings/v3/users/1001", 204));
    let roles = json!({ "results": [{ "id": "7", "name": "Sales Rep", "requiresBillingWrite": false }] });
    for path in ["/settings/v3/users/roles", "/settings/users/2026-03/roles", "/settings/users/2026-09/roles"]
    {
        assert_right(&exchange("GET", path, 200).answered(&roles));
    }
    // In 2026-03 the answer about one person has no seats.
    assert_wrong(
        &exchange("GET", "/settings/users/2026-03/1001", 200).answered(&user()),
        &["GET /settings/users/2026-03/1001 → 200: seatNames: HubSpot's document has no such field \
           (user-provisioning-2026-03.json)"],
    );
}

#[test]
fn what_is_listed_as_undocumented_is_not_judged() {
    let search = json!({ "anything": true });
    for path in ["/__sandbox/state", "/scim/v2/Users?filter=userName+eq+%22ana%22"] {
        assert_right(&exchange("GET", path, 200).answered(&search));
    }
    for path in ["/crm/objects/2026-03/deals/search", "/oauth/v2/private-apps/get/access-token-info"] {
        assert_right(&exchange("POST", path, 200).asking(&search).answered(&search));
    }
}

#[test]
fn an_unknown_path_or_method_is_found() {
    assert_wrong(
        &exchange("GET", "/settings/users/2026-10?limit=5", 404).answered(&error("OBJECT_NOT_FOUND")),
        &["GET /settings/users/2026-10?limit=5: path: HubSpot documents no such path"],
    );
    assert_wrong(
        &exchange("DELETE", "/crm/objects/2026-03/deals/search", 200),
        &["DELETE /crm/objects/2026-03/deals/search: path: HubSpot documents no such path"],
    );
    // `roles` is not a person.
    assert_wrong(
        &exchange("DELETE", "/settings/users/2026-09/roles", 204),
        &["DELETE /settings/users/2026-09/roles: method: HubSpot documents only GET here \
           (user-provisioning-2026-09-beta.json)"],
    );
}

#[test]
fn wrong_parameters_are_found() {
    let wrong =
        |query: &str| exchange("GET", &format!("/settings/users/2026-09/1001{query}"), 200).answered(&user());
    let message = |query: &str, problem: &str| {
        format!("GET /settings/users/2026-09/1001{query}: query {problem} ({USERS})")
    };
    for (query, problem) in [
        ("?properties=email", "properties: HubSpot's document has no such parameter"),
        ("?idProperty=NAME", r#"idProperty: "NAME" is not one of ["EMAIL","USER_ID"]"#),
        ("?idProperty=EMAIL&idProperty=EMAIL", "idProperty: given 2 times"),
    ] {
        assert_wrong(&wrong(query), &[&message(query, problem)]);
    }
    let list = |query: &str| exchange("GET", query, 200).answered(&json!({ "results": [] }));
    assert_wrong(
        &list("/settings/users/2026-09?limit=all"),
        &[&format!(
            r#"GET /settings/users/2026-09?limit=all: query limit: "all" is not of type "integer" ({USERS})"#
        )],
    );
    assert_wrong(
        &list("/crm/owners/2026-09?archived=yes"),
        &[&format!(
            r#"GET /crm/owners/2026-09?archived=yes: query archived: "yes" is not of type "boolean" ({OWNERS})"#
        )],
    );
    // A list is given by repeating the parameter.
    assert_right(&list(
        "/crm/objects/2026-03/users?properties=hs_email&properties=hs_deactivated&archived=false",
    ));
}

#[test]
fn wrong_bodies_of_requests_are_found() {
    let with = |key: &str, value: Value| {
        let mut body = invitation();
        body[key] = value;
        inviting(&body)
    };
    let mut nameless = invitation();
    nameless.as_object_mut().unwrap().remove("email");
    let wrong = |problem: &str| format!("POST /settings/users/2026-09: {problem} ({USERS})");
    assert_wrong(&inviting(&nameless), &[&wrong("body.email: required and missing")]);
    assert_wrong(
        &with("superAdmin", json!(true)),
        &[&wrong("body.superAdmin: HubSpot's document has no such field")],
    );
    assert_wrong(
        &with("seatNames", json!(["Core", 2])),
        &[&wrong(r#"body.seatNames[1]: 2 is not of type "string""#)],
    );
    // Nothing in a request is nullable: what is not to be said is left out.
    assert_wrong(&with("roleId", Value::Null), &[&wrong(r#"body.roleId: null is not of type "string""#)]);

    let empty = exchange("POST", "/settings/users/2026-09", 201).answered(&user());
    assert_wrong(&empty, &[&wrong("body: required and missing")]);
    let mut as_text = inviting(&invitation());
    as_text.content_type = Some("text/plain".to_owned());
    assert_wrong(&as_text, &[&wrong("body: not sent as `application/json` but as `text/plain`")]);
    assert_wrong(
        &exchange("DELETE", "/settings/users/2026-09/1001", 204).asking(&json!({})),
        &[&format!("DELETE /settings/users/2026-09/1001: body: sent where HubSpot documents none ({USERS})")],
    );
    assert_wrong(
        &exchange("POST", "/settings/teams/2026-09/31/members", 201)
            .asking(&json!({ "userId": "1001", "type": "PRIMARY" }))
            .answered(&json!({ "userId": "1001", "type": "DEFAULT" })),
        &[&format!(
            "POST /settings/teams/2026-09/31/members: body.type: \"PRIMARY\" is not one of [\"DEFAULT\",\"EXTRA\"] \
             ({TEAMS})"
        )],
    );
}

#[test]
fn a_request_is_judged_without_its_answer() {
    let mut exchange = inviting(&json!({ "email": "cy@example.com" }));
    exchange.answer = None;
    let wrong =
        format!("POST /settings/users/2026-09: body.sendWelcomeEmail: required and missing ({USERS})");
    assert_wrong(&exchange, &[&wrong]);
}

#[test]
fn wrong_answers_are_found() {
    let wrong = |problem: &str| format!("GET /settings/users/2026-09?limit=100 → 200: {problem} ({USERS})");
    assert_wrong(
        &list_with("superAdmin", json!("yes")),
        &[&wrong(r#"results[1].superAdmin: "yes" is not of type "boolean""#)],
    );
    assert_wrong(
        &list_with("active", json!(true)),
        &[&wrong("results[1].active: HubSpot's document has no such field")],
    );
    assert_wrong(&list_with("id", json!(1001)), &[&wrong(r#"results[1].id: 1001 is not of type "string""#)]);

    let get = |status| exchange("GET", "/settings/users/2026-09?limit=100", status);
    assert_wrong(&get(200).answered(&json!([])), &[&wrong(r#"the body: [] is not of type "object""#)]);
    assert_wrong(&get(200), &[&wrong("the body: not sent as `application/json` but as `nothing`")]);
    let mut cut = get(200).answered(&json!({ "results": [] }));
    cut.answer.as_mut().unwrap().body.pop();
    assert_wrong(&cut, &[&wrong("the body: not JSON: EOF while parsing an object at line 1 column 13")]);
    for status in [202, 301] {
        let expected = format!(
            "GET /settings/users/2026-09?limit=100 → {status}: status: HubSpot documents 200 and errors ({USERS})"
        );
        assert_wrong(&get(status).answered(&json!({ "results": [] })), &[&expected]);
    }
    assert_wrong(
        &exchange("DELETE", "/settings/users/2026-09/1001", 204).answered(&json!({})),
        &[&format!("DELETE /settings/users/2026-09/1001 → 204: the body: HubSpot documents none ({USERS})")],
    );
}

#[test]
fn everything_that_is_wrong_is_found() {
    let exchange = exchange("POST", "/settings/users/2026-09?dryRun=true", 201)
        .asking(&json!({ "email": 5, "sendWelcomeEmail": true }))
        .answered(&json!({ "id": "1001", "email": "cy@example.com", "roleIds": [] }));
    assert_wrong(
        &exchange,
        &[
            &format!(
                "POST /settings/users/2026-09?dryRun=true: query dryRun: HubSpot's document has no such parameter \
                 ({USERS})"
            ),
            &format!(
                "POST /settings/users/2026-09?dryRun=true: body.email: 5 is not of type \"string\" ({USERS})"
            ),
            &format!(
                "POST /settings/users/2026-09?dryRun=true → 201: superAdmin: required and missing ({USERS})"
            ),
        ],
    );
}

#[test]
fn errors_have_hubspots_shape_and_may_say_more() {
    let refused = |status, body: &Value| exchange("GET", "/settings/users/2026-09/5", status).answered(body);
    let mut limited = error("RATE_LIMITS");
    limited["policyName"] = "TEN_SECONDLY_ROLLING".into();
    limited["errors"] = json!([{ "message": "Too fast.", "code": "LIMIT", "more": 1 }]);
    assert_right(&refused(429, &limited));
    let wrong = |problem: &str| format!("GET /settings/users/2026-09/5 → 404: {problem} ({USERS})");
    let mut anonymous = error("OBJECT_NOT_FOUND");
    anonymous["correlationId"] = "17".into();
    anonymous["context"] = json!({ "ids": "5" });
    assert_wrong(
        &refused(404, &anonymous),
        &[
            &wrong(r#"context.ids: "5" is not of type "array""#),
            &wrong(r#"correlationId: "17" is not a "uuid""#),
        ],
    );
    let mut page = refused(404, &json!({}));
    page.answer = Some(Answer { status: 404, content_type: Some("text/html".to_owned()), body: Vec::new() });
    assert_wrong(&page, &[&wrong("the body: not sent as `application/json` but as `text/html`")]);
}

#[test]
fn exceptions_excuse_no_more_than_they_say() {
    let owner = |user: Value, including_inactive: Value| {
        let owner = json!({
            "id": "88", "email": "ana@example.com", "firstName": null, "type": "PERSON", "archived": true,
            "userId": user, "userIdIncludingInactive": including_inactive,
            "createdAt": "2026-01-02T03:04:05.006Z", "updatedAt": "2026-01-02T03:04:05Z",
        });
        exchange("GET", "/crm/owners/2026-09?archived=true", 200).answered(&json!({ "results": [owner] }))
    };
    assert_right(&owner(Value::Null, json!(9_007_199_254_740_991_u64)));
    let wrong = |problem: &str| format!("GET /crm/owners/2026-09?archived=true → 200: {problem} ({OWNERS})");
    assert_wrong(
        &owner(json!("5"), Value::Null),
        &[
            &wrong(r#"results[0].userId: "5" is not of types "integer", "null""#),
            &wrong(r#"results[0].userIdIncludingInactive: null is not of type "integer""#),
        ],
    );

    let record = |properties: Value, updated: &str| {
        let record = json!({
            "id": "501", "properties": properties, "archived": false,
            "createdAt": "2026-01-02T03:04:05.006Z", "updatedAt": updated,
        });
        exchange("GET", "/crm/objects/2026-03/users?limit=100", 200).answered(&json!({ "results": [record] }))
    };
    assert_right(&record(json!({ "hs_deactivated": null, "any": "text" }), "2026-01-02T03:04:05Z"));
    let wrong = |problem: &str| format!("GET /crm/objects/2026-03/users?limit=100 → 200: {problem} ({CRM})");
    assert_wrong(
        &record(json!({ "hs_deactivated": true }), "yesterday"),
        &[
            &wrong(r#"results[0].properties.hs_deactivated: true is not of types "null", "string""#),
            &wrong(r#"results[0].updatedAt: "yesterday" is not a "date-time""#),
        ],
    );

    let moving = |body: Value| {
        let team = json!({ "id": "31", "name": "Sales" });
        exchange("PATCH", "/settings/teams/2026-09/31", 200).asking(&body).answered(&team)
    };
    assert_right(&moving(json!({ "name": "Sales", "parentTeamId": null })));
    assert_wrong(
        &moving(json!({ "name": null })),
        &[
            &format!("PATCH /settings/teams/2026-09/31: body.name: null is not of type \"string\" ({TEAMS})"),
            &format!("PATCH /settings/teams/2026-09/31: body.parentTeamId: required and missing ({TEAMS})"),
        ],
    );
}

/// Answers connections one after the other with these bytes, closes each, and gives back what was asked.
fn upstream(answers: Vec<&'static str>) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let answer = |answer: &&str| {
            let (mut connection, _) = listener.accept().unwrap();
            let asked = read_request(&mut connection);
            connection.write_all(answer.as_bytes()).unwrap();
            asked
        };
        answers.iter().map(answer).collect()
    });
    (url, thread)
}

/// Head and body of a request with a `Content-Length`, or without a body.
fn read_request(connection: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = connection.read(&mut buffer).unwrap();
        request.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&request).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            assert_ne!(read, 0, "the request ended early: {text}");
            continue;
        };
        let length = head.split("\r\n").find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return String::from_utf8(request).unwrap();
        }
        assert_ne!(read, 0, "the request ended early: {text}");
    }
}

/// What came back over a fresh connection, to its end.
fn raw(relay: &Relay, request: &str) -> String {
    let address = relay.url().trim_start_matches("http://").to_owned();
    let mut connection = TcpStream::connect(address).unwrap();
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A reset is as much of an end as any.
    let _ = connection.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn the_relay_changes_nothing() {
    let (url, asked) = upstream(vec![
        "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 9\r\nContent-Type: application/json\r\n\
         X-HubSpot-RateLimit-Remaining: 0\r\nX-Twice: a\r\nX-Twice: b\r\nLocation: /elsewhere\r\nConnection: close\
         \r\n\r\n{ \"a\": 1}",
        "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    ]);
    let relay = Relay::start(&url, None).await;
    let answer = raw(
        &relay,
        "POST /a/b%2Fc?d=%C3%A9&d=e+f HTTP/1.1\r\nHost: relay\r\nAccept: text/x\r\nAuthorization: Bearer x\r\nContent-Type: text/plain\
         \r\nContent-Length: 5\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\nh\u{e9}l\n",
    );
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head.split("\r\n").collect();
    assert_eq!(lines.remove(0), "HTTP/1.1 429 Too Many Requests");
    lines.retain(|line| !line.starts_with("date: ") && !line.starts_with("connection: "));
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "content-length: 9",
            "content-type: application/json",
            "location: /elsewhere",
            "x-hubspot-ratelimit-remaining: 0",
            "x-twice: a",
            "x-twice: b",
        ]
    );
    assert_eq!(body, "{ \"a\": 1}");
    let redirected = raw(&relay, "GET /moved HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n");
    assert!(redirected.starts_with("HTTP/1.1 302 Found\r\n"), "{redirected}");
    assert_eq!(relay.exchanges(), 2);
    relay.stop().await;

    let asked = asked.join().unwrap();
    let (head, body) = asked[0].split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head.split("\r\n").collect();
    assert_eq!(lines.remove(0), "POST /a/b%2Fc?d=%C3%A9&d=e+f HTTP/1.1");
    lines.retain(|line| !line.starts_with("host: "));
    lines.sort_unstable();
    let same = [
        "accept-encoding: gzip",
        "accept: text/x",
        "authorization: Bearer x",
        "content-length: 5",
        "content-type: text/plain",
    ];
    assert_eq!(lines, same);
    assert_eq!(body, "h\u{e9}l\n");
}

#[tokio::test]
async fn the_relay_drops_what_the_portal_drops() {
    let (url, _asked) = upstream(vec![
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 20\r\nContent-Type: application/json\r\n\r\n{\"results\"",
    ]);
    let relay = Relay::start(&url, None).await;
    let request = "GET /settings/users/2026-09 HTTP/1.1\r\nHost: relay\r\n\r\n";
    assert_eq!(raw(&relay, request), "", "no answer at all");
    let cut = raw(&relay, request);
    let (head, body) = cut.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.contains("content-length: 20"), "{head}");
    assert_eq!(body, "{\"results\"");
    assert_eq!(relay.exchanges(), 2);
    relay.stop().await;
}

#[tokio::test]
async fn stopping_a_relay_tells_what_was_found() {
    let Some(judge) = judge() else { return };
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{}";
    let (url, _asked) = upstream(vec![answer; 2]);
    let relay = Relay::start(&url, Some(judge)).await;
    let request = "GET /settings/users/2026-09 HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n";
    raw(&relay, request);
    let wrong = format!("GET /settings/users/2026-09 → 200: results: required and missing ({USERS})");
    assert_eq!(relay.violations(), [wrong.as_str()]);
    assert!(relay.violations().is_empty(), "what was asked for is not told again");
    raw(&relay, request);
    let panic = tokio::spawn(relay.stop()).await.unwrap_err().into_panic();
    let message = panic.downcast_ref::<String>().unwrap();
    assert_eq!(*message, format!("violations of HubSpot's documents: 1 in 2 exchanges\n  {wrong}"));
}
