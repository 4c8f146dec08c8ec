//! SCIM: who is found, how somebody is deactivated and reactivated, and what is not believed.

use hubroster::model::{ApiVersion, Email, ScimUser};
use hubroster::portal::{BaseUrl, Error, Realm, Requests, ScimConnection, WriteClient};
use hubroster::portal::{ReadClient, TransportFailure};
use hubroster::sandbox::Running;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::script::{Script, Step, answer};
use super::{TOKEN, client, connection, of_itself, portal, user_id};

const SCIM_TOKEN: &str = "scim-0123-4567-89ab-cdef";
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const ANA: &str = "/scim/v2/Users/1001";

/// HubSpot's API at one address, SCIM at another.
fn with_scim(portal: &str, scim: &str) -> ReadClient {
    let base_url = BaseUrl::parse(&format!("{scim}/scim/v2")).unwrap();
    let scim = ScimConnection { base_url, token: SecretString::from(SCIM_TOKEN) };
    ReadClient::new(connection(portal, ApiVersion::September2026).with_scim(scim)).unwrap()
}

fn reading(script: &Script) -> ReadClient {
    with_scim(&script.url, &script.url)
}

fn writing(script: &Script) -> WriteClient {
    reading(script).into_writing()
}

/// Each token is good on its own side only.
async fn company(scim: Value) -> (Running, WriteClient) {
    let people = json!([
        { "id": "1000", "email": "owner@example.com", "super_admin": true },
        { "id": "1001", "email": "Ana@example.com", "first_name": "Ana", "last_name": "Silva",
          "permission_sets": ["Sales Rep"], "team": "Benelux", "seats": ["Core"] },
        { "id": "1002", "email": "gus@example.com", "status": "deactivated" },
        { "id": "1003", "email": "quo\"te\\r@example.com" },
        { "id": "1004", "email": "partner@example.com" },
    ]);
    let mut app = json!({ "tokens": [SCIM_TOKEN], "unknown": ["partner@example.com"] });
    for (key, value) in scim.as_object().unwrap() {
        app[key] = value.clone();
    }
    let portal = portal(people, json!({ "scim": app, "tokens": [{ "token": TOKEN }] })).await;
    let writer = with_scim(&portal.url(), &portal.url()).into_writing();
    (portal, writer)
}

fn email(text: &str) -> Email {
    Email::from_portal(text)
}

fn shown(id: &str, active: bool) -> ScimUser {
    ScimUser { id: id.to_owned(), active }
}

fn ana(active: impl Into<Value>) -> Value {
    json!({ "id": "1001", "userName": "ana@example.com", "active": active.into() })
}

fn list(people: &[Value]) -> Value {
    json!({ "schemas": [LIST], "totalResults": people.len(), "Resources": people })
}

fn refused(status: u16) -> Step {
    answer(status, json!({ "schemas": [ERROR], "status": status.to_string(), "detail": "no" }))
}

async fn finding(body: impl ToString) -> Result<Option<ScimUser>, Error> {
    let script = Script::play([answer(200, body)]).await;
    reading(&script).scim_user(&email("ana@example.com")).await
}

#[tokio::test]
async fn somebody_is_found_by_address_whatever_its_case() {
    let (_portal, writer) = company(json!({})).await;
    let reader = writer.reader();
    assert!(reader.has_scim());
    let ana = reader.scim_user(&email("ANA@example.com")).await.unwrap();
    assert_eq!(ana, Some(shown("1001", true)));
    assert_eq!(reader.scim_user_by_id("1001", &email("ana@example.com")).await.unwrap(), ana);
    assert_eq!(reader.scim_user(&email("gus@example.com")).await.unwrap(), Some(shown("1002", false)));
    for unknown in ["nobody@example.com", "partner@example.com"] {
        assert_eq!(reader.scim_user(&email(unknown)).await.unwrap(), None, "{unknown}");
    }
    for unknown in ["7", "1004"] {
        assert_eq!(
            reader.scim_user_by_id(unknown, &email("ana@example.com")).await.unwrap(),
            None,
            "{unknown}"
        );
    }
    assert_eq!(reader.requests(), Requests { reads: 7, writes: 0 });
}

#[tokio::test]
async fn an_address_cannot_become_another_question() {
    let (portal, writer) = company(json!({})).await;
    let quoted = writer.reader().scim_user(&email(r#"quo"te\r@example.com"#)).await.unwrap();
    assert_eq!(quoted, Some(shown("1003", true)));
    let trick = email(r#"x" or userName eq "ana@example.com"#);
    assert_eq!(writer.reader().scim_user(&trick).await.unwrap(), None);
    let requests = of_itself(&portal, "requests").await;
    assert_eq!(
        requests[0]["path"],
        "/scim/v2/Users?filter=userName%20eq%20%22quo%5C%22te%5C%5Cr%40example.com%22"
    );
}

#[tokio::test]
async fn deactivated_and_active_again_by_one_call_each() {
    let (portal, writer) = company(json!({})).await;
    let before = writer.reader().user(&user_id("1001")).await.unwrap().unwrap();
    for active in [false, false, true, true] {
        assert_eq!(
            writer.set_active("1001", &email("ana@example.com"), active).await.unwrap(),
            shown("1001", active)
        );
        assert_eq!(
            writer.reader().scim_user_by_id("1001", &email("ana@example.com")).await.unwrap(),
            Some(shown("1001", active))
        );
    }
    assert_eq!(writer.reader().user(&user_id("1001")).await.unwrap(), Some(before));
    assert_eq!(writer.reader().requests(), Requests { reads: 6, writes: 4 });
    let requests = of_itself(&portal, "requests").await;
    assert_eq!((&requests[1]["method"], &requests[1]["path"]), (&json!("PATCH"), &json!(ANA)));
    assert_eq!(
        requests[1]["body"],
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "path": "active", "value": false }],
        })
    );
}

#[tokio::test]
async fn where_there_is_no_patch_the_whole_person_is_put_as_just_read() {
    let (portal, writer) = company(json!({ "patch": false })).await;
    let before = writer.reader().user(&user_id("1001")).await.unwrap().unwrap();
    assert_eq!(
        writer.set_active("1001", &email("ana@example.com"), false).await.unwrap(),
        shown("1001", false)
    );
    assert_eq!(
        writer.set_active("1001", &email("ana@example.com"), true).await.unwrap(),
        shown("1001", true)
    );
    assert_eq!(writer.reader().user(&user_id("1001")).await.unwrap(), Some(before));
    // A refused PATCH is a writing call too.
    assert_eq!(writer.reader().requests(), Requests { reads: 4, writes: 4 });
    let requests = of_itself(&portal, "requests").await;
    let calls: Vec<&str> =
        requests.as_array().unwrap().iter().map(|call| call["method"].as_str().unwrap()).collect();
    assert_eq!(calls, ["GET", "PATCH", "GET", "PUT", "PATCH", "GET", "PUT", "GET"]);
    let put = &requests[3]["body"];
    assert_eq!(put["active"], false);
    assert_eq!(put["name"], json!({ "givenName": "Ana", "familyName": "Silva" }));
    assert_eq!(put["roles"], json!([{ "value": "Sales Rep" }]));
    assert_eq!(put["userName"], "Ana@example.com");
}

#[tokio::test]
async fn whom_scim_does_not_know_it_cannot_deactivate() {
    for app in [json!({}), json!({ "patch": false })] {
        let (_portal, writer) = company(app).await;
        let error = writer.set_active("1004", &email("partner@example.com"), false).await.unwrap_err();
        assert_eq!(error.answer().unwrap().status, 404, "{error}");
    }
}

#[tokio::test]
async fn each_token_is_shown_on_its_own_side_only() {
    let (_portal, writer) = company(json!({})).await;
    assert!(writer.reader().account().await.is_ok());
    assert!(writer.set_active("1001", &email("ana@example.com"), false).await.is_ok());

    let settings = json!({ "id": "1001", "email": "ana@example.com", "roleIds": [], "superAdmin": false });
    let api = Script::play([answer(200, settings.clone()), answer(200, settings)]).await;
    let scim = Script::play([answer(200, ana(true)), answer(200, ana(false))]).await;
    let writer = with_scim(&api.url, &scim.url).into_writing();
    writer.reader().user(&user_id("1001")).await.unwrap();
    writer.reader().scim_user_by_id("1001", &email("ana@example.com")).await.unwrap();
    writer.set_active("1001", &email("ana@example.com"), false).await.unwrap();
    writer.reader().user(&user_id("1001")).await.unwrap();
    assert_eq!(api.lines(), ["GET /settings/users/2026-09/1001"; 2]);
    assert_eq!(scim.lines(), [format!("GET {ANA}"), format!("PATCH {ANA}")]);
    for (script, own, other) in [(&api, TOKEN, SCIM_TOKEN), (&scim, SCIM_TOKEN, TOKEN)] {
        for seen in script.seen() {
            assert!(seen.head.contains(&format!("authorization: Bearer {own}\r\n")), "{}", seen.head);
            assert!(!format!("{}{}", seen.head, seen.body).contains(other), "{}", seen.head);
        }
    }
    let head = &scim.seen()[1].head;
    assert!(head.contains("accept: application/scim+json"), "{head}");
    assert!(head.contains("content-type: application/scim+json\r\n"), "{head}");
}

#[tokio::test]
async fn without_a_token_nothing_is_asked() {
    let script = Script::play([]).await;
    let writer = client(&script.url).into_writing();
    assert!(!writer.reader().has_scim());
    let errors = [
        writer.reader().scim_user(&email("ana@example.com")).await.unwrap_err(),
        writer.reader().scim_user_by_id("1001", &email("ana@example.com")).await.unwrap_err(),
        writer.set_active("1001", &email("ana@example.com"), false).await.unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, Error::NoScim), "{error:?}");
        assert!(error.to_string().contains("HUBSPOT_SCIM_TOKEN"), "{error}");
    }
    assert!(script.seen().is_empty());
    let base_url = BaseUrl::parse(&script.url).unwrap();
    let scim = ScimConnection { base_url, token: SecretString::from(" ") };
    let connection = connection(&script.url, ApiVersion::September2026).with_scim(scim);
    let error = ReadClient::new(connection).unwrap_err();
    assert!(matches!(error, Error::ScimToken(_)) && error.is_about_the_credential(), "{error:?}");
}

#[tokio::test]
async fn an_id_cannot_lead_to_another_path() {
    let script = Script::play([]).await;
    for id in ["", ".", ".."] {
        let error = writing(&script).set_active(id, &email("ana@example.com"), false).await.unwrap_err();
        assert!(matches!(error, Error::Request { .. }), "{error:?}");
    }
    assert!(script.seen().is_empty());
}

#[tokio::test]
async fn active_is_read_however_it_is_written_and_never_made_up() {
    for (written, expected) in
        [(json!(true), true), (json!("True"), true), (json!(false), false), (json!("false"), false)]
    {
        let found = finding(list(&[ana(written.clone())])).await.unwrap();
        assert_eq!(found, Some(shown("1001", expected)), "{written}");
    }
    let number = json!({ "id": 1001, "userName": "ana@example.com", "active": true });
    assert_eq!(finding(list(&[number])).await.unwrap(), Some(shown("1001", true)));
    let silent = json!({ "id": "1001", "userName": "ana@example.com" });
    for person in [silent, ana(Value::Null), ana("yes"), ana(1), ana("")] {
        let error = finding(list(std::slice::from_ref(&person))).await.unwrap_err();
        assert!(matches!(error, Error::Undecodable { .. }), "{person}: {error:?}");
        assert!(error.to_string().contains("`active`"), "{error}");
        let script = Script::play([answer(200, &person)]).await;
        let error = reading(&script).scim_user_by_id("1001", &email("ana@example.com")).await.unwrap_err();
        assert!(matches!(error, Error::Undecodable { .. }), "{person}: {error:?}");
    }
}

#[tokio::test]
async fn nobody_is_absent_unless_scim_says_so() {
    for none in [list(&[]), json!({ "totalResults": 0 }), json!({ "totalResults": 0, "Resources": null })] {
        assert_eq!(finding(&none).await.unwrap(), None, "{none}");
    }
    let other = json!({ "id": "1002", "userName": "gus@example.com", "active": true });
    let nameless = json!({ "id": "1001", "active": true });
    let anonymous = json!({ "userName": "ana@example.com", "id": " ", "active": true });
    let wrong = [
        json!({}).to_string(),
        json!([]).to_string(),
        json!({ "Resources": [] }).to_string(),
        json!({ "totalResults": 1 }).to_string(),
        json!({ "totalResults": 600, "Resources": [ana(true)] }).to_string(),
        json!({ "totalResults": 0, "Resources": [ana(true)] }).to_string(),
        list(std::slice::from_ref(&other)).to_string(),
        list(&[ana(true), other]).to_string(),
        list(&[nameless]).to_string(),
        list(&[anonymous]).to_string(),
        "<html>".to_owned(),
        String::new(),
    ];
    for body in wrong {
        let error = finding(&body).await.unwrap_err();
        assert!(matches!(error, Error::Undecodable { .. }), "{body}: {error:?}");
        assert_eq!((error.status(), error.correlation_id()), (Some(200), Some("c-1")));
        assert!(!error.to_string().contains('@'), "{error}");
    }
    for step in [refused(404), answer(404, "<html>"), refused(403)] {
        let script = Script::play([step]).await;
        let error = reading(&script).scim_user(&email("ana@example.com")).await.unwrap_err();
        assert!(matches!(error, Error::Answer(_)), "{error:?}");
    }
    let script = Script::play([answer(404, "<html>")]).await;
    assert!(reading(&script).scim_user_by_id("1001", &email("ana@example.com")).await.is_err());
    let script = Script::play([answer(404, ""), refused(404)]).await;
    assert_eq!(reading(&script).scim_user_by_id("1001", &email("ana@example.com")).await.unwrap(), None);
}

#[tokio::test]
async fn two_people_of_one_address_are_nobody_to_act_on() {
    let twin = json!({ "id": "1005", "userName": "Ana@Example.com", "active": false });
    let error = finding(list(&[ana(true), twin])).await.unwrap_err();
    assert!(matches!(error, Error::Ambiguous { found: 2, .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "`GET /scim/v2/Users` found 2 people of one address, and SCIM allows one; nothing was concluded from it, \
         settle it in the identity provider"
    );
}

#[tokio::test]
async fn an_answer_about_somebody_else_is_not_believed() {
    let others = [
        (json!({ "id": "1002", "userName": "gus@example.com", "active": false }), "`id`"),
        (json!({ "id": "1002", "userName": "ana@example.com", "active": false }), "`id`"),
        (json!({ "id": "1001", "userName": "owner@example.com\u{1b}[2J", "active": false }), "`userName`"),
        (json!({ "id": "1001", "active": false }), "`userName`"),
    ];
    let ana_example = email("ana@example.com");
    for (other, differs) in others {
        let script = Script::play([answer(200, &other)]).await;
        let error = reading(&script).scim_user_by_id("1001", &ana_example).await.unwrap_err();
        assert!(matches!(error, Error::Undecodable { .. }), "{error:?}");
        let text = error.to_string();
        assert!(
            text.contains("`GET /scim/v2/Users/1001`") && text.contains("somebody or something else"),
            "{text}"
        );
        assert!(text.contains(differs) && !text.contains('@') && !text.contains('\u{1b}'), "{text}");

        let unconfirmed = [
            vec![answer(200, &other)],
            vec![answer(204, ""), answer(200, &other)],
            vec![refused(501), answer(200, ana(true)), answer(200, &other)],
        ];
        for steps in unconfirmed {
            let script = Script::play(steps).await;
            let error = writing(&script).set_active("1001", &ana_example, false).await.unwrap_err();
            assert!(matches!(error, Error::OutcomeUnknown { .. }), "{other}: {error:?}");
        }

        // PATCH was refused, and nobody else is put in the person's place.
        let script = Script::play([refused(501), answer(200, &other)]).await;
        let error = writing(&script).set_active("1001", &ana_example, false).await.unwrap_err();
        assert!(matches!(error, Error::Undecodable { .. }), "{other}: {error:?}");
        assert_eq!(script.lines(), [format!("PATCH {ANA}"), format!("GET {ANA}")]);
    }
    let script = Script::play([answer(200, ana(true))]).await;
    let found = reading(&script).scim_user_by_id("1001", &email("ANA@Example.com")).await.unwrap();
    assert_eq!(found, Some(shown("1001", true)));
}

#[tokio::test]
async fn a_change_that_does_not_show_was_not_made() {
    let not_taken = [
        vec![answer(200, ana(true))],
        vec![answer(204, ""), answer(200, ana("True"))],
        vec![answer(200, " \n"), answer(200, ana(true))],
        vec![refused(501), answer(200, ana(true)), answer(200, ana(true))],
        vec![refused(501), answer(200, ana(true)), answer(204, ""), answer(200, ana(true))],
    ];
    for steps in not_taken {
        let script = Script::play(steps).await;
        let error = writing(&script).set_active("1001", &email("ana@example.com"), false).await.unwrap_err();
        assert!(matches!(error, Error::NotTaken { active: true, .. }), "{error:?}");
        assert!(error.to_string().contains("without making the change"), "{error}");
    }
    let script = Script::play([answer(204, ""), answer(200, ana("False"))]).await;
    let writer = writing(&script);
    assert_eq!(
        writer.set_active("1001", &email("ana@example.com"), false).await.unwrap(),
        shown("1001", false)
    );
    assert_eq!(script.lines(), [format!("PATCH {ANA}"), format!("GET {ANA}")]);
    assert_eq!(writer.reader().requests(), Requests { reads: 1, writes: 1 });
}

#[tokio::test]
async fn what_no_answer_shows_is_not_known() {
    let unsettled = [
        vec![answer(200, "<html>it worked</html>")],
        vec![answer(200, "{}")],
        vec![answer(200, json!(["1001", "ana@example.com", false]))],
        vec![answer(200, json!({ "id": "1001", "userName": "ana@example.com" }))],
        vec![answer(204, ""), refused(404)],
        vec![answer(204, ""), answer(200, "<html>")],
        (0..5).map(|_| Step::Drop).collect(),
        vec![Step::Drop, refused(501), refused(403)],
        vec![Step::Drop, refused(501), answer(200, ana(true)), refused(405)],
    ];
    for steps in unsettled {
        let script = Script::play(steps).await;
        let error = writing(&script).set_active("1001", &email("ana@example.com"), false).await.unwrap_err();
        assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn what_says_the_same_twice_is_said_again() {
    let script = Script::play([Step::Drop, answer(503, ""), answer(200, ana(false))]).await;
    assert!(writing(&script).set_active("1001", &email("ana@example.com"), false).await.is_ok());
    assert_eq!(script.lines(), [format!("PATCH {ANA}"), format!("PATCH {ANA}"), format!("PATCH {ANA}")]);

    let steps = [refused(501), answer(200, ana(true)), Step::Drop, answer(200, ana(false))];
    let script = Script::play(steps).await;
    assert!(writing(&script).set_active("1001", &email("ana@example.com"), false).await.is_ok());
    let calls: Vec<String> =
        script.lines().iter().map(|line| line.replace(ANA, "").trim().to_owned()).collect();
    assert_eq!(calls, ["PATCH", "GET", "PUT", "PUT"]);
}

#[tokio::test]
async fn a_refused_patch_is_put_and_any_other_refusal_stays_one() {
    for status in [400, 405, 415, 501] {
        for refusal in [refused(status), answer(status, "<html>")] {
            let person = json!({ "id": "1001", "userName": "ana@example.com", "active": true, "urn:x": { "kept": 1 } });
            let script = Script::play([refusal, answer(200, &person), answer(200, ana(false))]).await;
            let done = writing(&script).set_active("1001", &email("ana@example.com"), false).await.unwrap();
            assert_eq!(done, shown("1001", false));
            let mut expected = person;
            expected["active"] = false.into();
            assert_eq!(serde_json::from_str::<Value>(&script.seen()[2].body).unwrap(), expected);
        }
    }
    for status in [401, 403, 404, 409, 412, 422] {
        let script = Script::play([refused(status)]).await;
        let error = writing(&script).set_active("1001", &email("ana@example.com"), false).await.unwrap_err();
        assert_eq!(error.answer().unwrap().status, status);
        assert_eq!(script.seen().len(), 1);
    }
}

#[tokio::test]
async fn the_refusal_that_says_more_is_told() {
    let patch = || {
        let body = json!({ "schemas": [ERROR], "status": "400", "scimType": "mutability",
                           "detail": "The owner stays." });
        answer(400, body)
    };
    let told = |steps: Vec<Step>| async {
        let script = Script::play(steps).await;
        writing(&script).set_active("1001", &email("ana@example.com"), false).await.unwrap_err().to_string()
    };
    let of_patch = told(vec![patch(), answer(200, ana(true)), refused(501)]).await;
    assert_eq!(
        of_patch,
        "`PATCH /scim/v2/Users/1001` was refused with status 400 `mutability`: The owner stays. \
         (correlation id c-1)"
    );
    let of_put = told(vec![refused(501), answer(200, ana(true)), patch()]).await;
    assert!(of_put.starts_with("`PUT /scim/v2/Users/1001` was refused with status 400"), "{of_put}");
    let already_so = Script::play([patch(), answer(200, ana(false))]).await;
    assert!(writing(&already_so).set_active("1001", &email("ana@example.com"), false).await.is_ok());
}

#[tokio::test]
async fn a_refused_token_is_scims_and_never_shown() {
    let echo = json!({ "schemas": [ERROR], "status": "401", "detail": format!("Bad token {SCIM_TOKEN}") });
    let script = Script::play([answer(401, echo)]).await;
    let error = reading(&script).scim_user_by_id("1001", &email("ana@example.com")).await.unwrap_err();
    assert_eq!(error.answer().unwrap().realm, Realm::Scim);
    assert!(error.to_string().contains("SCIM token"), "{error}");
    assert!(!format!("{error} {error:?}").contains(SCIM_TOKEN), "{error:?}");
    let undecodable = json!({ "id": "1001", "active": SCIM_TOKEN });
    let script = Script::play([answer(200, undecodable)]).await;
    let client = reading(&script);
    let error = client.scim_user_by_id("1001", &email("ana@example.com")).await.unwrap_err();
    assert!(!format!("{error} {error:?} {client:?}").contains(SCIM_TOKEN), "{error:?}");

    let portal = portal(json!([{ "id": "1000", "email": "owner@example.com" }]), json!({})).await;
    let error = with_scim(&portal.url(), &portal.url())
        .scim_user_by_id("1000", &email("ana@example.com"))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("SCIM app"), "{error}");
    assert!(error.is_about_the_credential());
}

#[tokio::test]
async fn neither_side_tells_the_token_of_the_other() {
    let refusal =
        |token: &str| json!({ "status": "error", "category": "NO", "message": format!("not {token}") });
    let garbled = |token: &str| json!({ "id": "1001", "userName": [token], "email": [token] });
    for body in [refusal, garbled] {
        for status in [200, 400] {
            let script = Script::play([answer(status, body(SCIM_TOKEN))]).await;
            let of_the_portal = reading(&script).user(&user_id("1001")).await.unwrap_err();
            let script = Script::play([answer(status, body(TOKEN))]).await;
            let of_scim =
                reading(&script).scim_user_by_id("1001", &email("ana@example.com")).await.unwrap_err();
            for (error, token) in [(of_the_portal, SCIM_TOKEN), (of_scim, TOKEN)] {
                assert!(!format!("{error} {error:?}").contains(token), "{error:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_bounds_of_every_call_hold() {
    let elsewhere = Step::Answer(307, "location: http://127.0.0.1:1/", String::new());
    let script = Script::play([elsewhere]).await;
    let error = writing(&script).set_active("1001", &email("ana@example.com"), false).await.unwrap_err();
    let Error::OutcomeUnknown { cause, .. } = error else { panic!("{error:?}") };
    assert!(matches!(*cause, Error::Redirected { .. }), "{cause:?}");
    assert_eq!(script.seen().len(), 1);

    let script = Script::play([Step::Flood { bytes: 40_000_000, announced: true }]).await;
    let error = reading(&script).scim_user(&email("ana@example.com")).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "{error:?}");

    let script = Script::play((0..5).map(|_| Step::Cut(200, "{".to_owned()))).await;
    let error = reading(&script).scim_user(&email("ana@example.com")).await.unwrap_err();
    assert!(matches!(error, Error::CutShort { failure: TransportFailure::Lost, .. }), "{error:?}");
    assert!(!format!("{error:?}").contains("example.com"), "{error:?}");
}

#[tokio::test]
async fn the_limit_that_scim_announces_is_not_the_portals() {
    let announced = "x-hubspot-ratelimit-max: 7\r\nx-hubspot-ratelimit-remaining: 0\r\n\
                     x-hubspot-ratelimit-interval-milliseconds: 10000";
    let again = Step::Answer(429, "retry-after: 0", String::new());
    let steps = [Step::Answer(200, announced, ana(true).to_string()), again, answer(200, ana(true))];
    let script = Script::play(steps).await;
    let client = reading(&script);
    let before = client.rate_limit();
    client.scim_user_by_id("1001", &email("ana@example.com")).await.unwrap();
    client.scim_user_by_id("1001", &email("ana@example.com")).await.unwrap();
    assert_eq!(client.rate_limit(), before);
    assert_eq!(script.seen().len(), 3);
}
