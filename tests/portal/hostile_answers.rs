//! Answers that are wrong: told clearly, within bounds, and nobody is taken for absent.

use std::error::Error as _;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hubroster::model::{ApiVersion, CrmUserId, Email, TeamId};
use hubroster::portal::{BaseUrl, Connection, Error, Field, NewUser, ReadClient, UserBody, Wanted};
use secrecy::SecretString;
use serde_json::{Value as Json, json};

use super::script::{Script, Step, answer};
use super::{TOKEN, client, connection, user_id};

async fn reading(step: Step) -> Error {
    let script = Script::play([step]).await;
    client(&script.url).user(&user_id("1")).await.unwrap_err()
}

#[tokio::test]
async fn only_hubspots_own_404_makes_anybody_absent() {
    let own =
        json!({ "status": "error", "category": "OBJECT_NOT_FOUND", "message": "m", "correlationId": "c" });
    let script = Script::play([answer(404, own)]).await;
    assert_eq!(client(&script.url).user(&user_id("1")).await.unwrap(), None);
    for page in ["<html><title>Not found</title>", "nothing here", "{}", "[]"] {
        let error = reading(answer(404, page)).await;
        assert_eq!(error.answer().unwrap().status, 404, "{page}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_understood_names_status_and_correlation_id() {
    for body in
        ["<html>", "", "null", "[]", r#"{"id":"1"}"#, r#"{"id":"1","email":"a@example.com","roleIds":[]}"#]
    {
        let error = reading(answer(200, body)).await;
        assert!(matches!(error, Error::Undecodable { .. }), "{error:?}");
        assert_eq!((error.status(), error.correlation_id()), (Some(200), Some("c-1")));
        let text = error.to_string();
        assert!(
            text.contains("status 200, correlation id c-1") && text.contains("nothing was concluded"),
            "{text}"
        );
    }
    let ana = r#"{"id":"1","email":"a@example.com","roleIds":[],"superAdmin":false}"#;
    assert!(matches!(reading(answer(200, format!("{ana}{ana}"))).await, Error::Undecodable { .. }));
    let wrong = reading(answer(200, r#"{"id":"1","email":7,"roleIds":[],"superAdmin":false}"#)).await;
    assert!(wrong.to_string().contains("`email`"), "{wrong}");
}

#[tokio::test]
async fn a_list_is_whole_or_an_error() {
    let page = |after: &str| {
        let next = json!({ "next": { "after": after } });
        answer(200, json!({ "results": [], "paging": next }))
    };
    let list = |steps: Vec<Step>| async {
        let script = Script::play(steps).await;
        (client(&script.url).teams().await, script.lines())
    };
    let (repeated, lines) = list(vec![page("a"), page("b"), page("a")]).await;
    assert!(matches!(repeated, Err(Error::RepeatedCursor { .. })), "{repeated:?}");
    assert_eq!(lines[2], "GET /settings/teams/2026-09?limit=100&after=b");
    let (empty, _) = list(vec![page("")]).await;
    assert!(matches!(empty, Err(Error::RepeatedCursor { .. })), "{empty:?}");
    let (broken, _) = list(vec![page("a"), answer(200, "{}")]).await;
    assert!(matches!(broken, Err(Error::Undecodable { .. })), "{broken:?}");
    let (number, _) = list(vec![
        answer(200, json!({ "results": [{ "id": 1, "name": "A" }], "paging": { "next": { "after": 100 } } })),
        answer(200, json!({ "results": [{ "id": "2", "name": "B" }], "paging": { "next": null } })),
    ])
    .await;
    assert_eq!(number.unwrap().len(), 2);
}

#[tokio::test]
async fn a_redirect_is_refused_and_the_token_goes_nowhere_else() {
    let elsewhere = Script::play([]).await;
    let header: &'static str = format!("location: {}/stolen", elsewhere.url).leak();
    let error = reading(Step::Answer(302, header, String::new())).await;
    assert!(matches!(error, Error::Redirected { status: 302, .. }), "{error:?}");
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn a_gigantic_answer_is_not_read_to_its_end() {
    for announced in [true, false] {
        let error = reading(Step::Flood { bytes: 200_000_000, announced }).await;
        assert!(matches!(error, Error::TooLarge { .. }), "{error:?}");
    }
}

/// The half of a 404 that came does not tell whose it is; asked again, HubSpot says it whole.
#[tokio::test]
async fn a_refusal_that_is_cut_is_no_refusal_yet() {
    let own = r#"{"status":"error","category":"OBJECT_NOT_FOUND","message":"m","correlationId":"c"}"#;
    for kept in [0, 9, own.len()] {
        let script = Script::play([Step::Cut(404, own[..kept].to_owned()), answer(404, own)]).await;
        assert_eq!(client(&script.url).user(&user_id("1")).await.unwrap(), None, "{kept}");
        assert_eq!(script.lines().len(), 2, "{kept}");
    }
    let script = Script::play((0..5).map(|_| Step::Cut(404, own.to_owned()))).await;
    let error = client(&script.url).user(&user_id("1")).await.unwrap_err();
    assert!(matches!(error, Error::CutShort { status: 404, .. }), "{error:?}");
}

#[tokio::test]
async fn a_slow_answer_is_given_up() {
    let steps = (0..5).map(|_| Step::Silence(Duration::from_secs(30)));
    let script = Script::play(steps).await;
    let mut connection = connection(&script.url, ApiVersion::September2026);
    connection.timeouts.request = Duration::from_millis(100);
    let error = ReadClient::new(connection).unwrap().user(&user_id("1")).await.unwrap_err();
    assert!(error.to_string().contains("did not come in time"), "{error}");
    assert!(error.source().is_some());
}

#[tokio::test]
async fn one_unreadable_person_makes_the_whole_list_unreadable() {
    let account = json!({ "portalId": 1, "accountType": "STANDARD", "timeZone": "UTC", "uiDomain": "x",
                          "dataHostingLocation": "na1" });
    let nobody =
        || answer(200, json!({ "results": [{ "id": "1", "email": "a@example.com", "roleIds": [] }] }));
    let script =
        Script::play([answer(200, account), nobody(), nobody(), nobody(), nobody(), nobody(), nobody()])
            .await;
    let client = client(&script.url);
    let account = client.account().await.unwrap();
    assert!(matches!(client.snapshot(account, &Wanted::default()).await, Err(Error::Undecodable { .. })));
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_token_nor_addresses_reach_a_log_or_an_error() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let echo = json!({ "message": format!("who is Bearer {TOKEN}?\u{1b}[31m"), "category": TOKEN, "correlationId": TOKEN,
                       "errors": [{ "message": TOKEN, "code": TOKEN, "context": { "missingScopes": [TOKEN] } }] });
    let steps = [
        answer(400, &echo),
        answer(403, &echo),
        answer(200, json!({ "id": TOKEN, "email": [TOKEN] })),
        answer(404, "<html>ana@example.com"),
    ];
    let script = Script::play(steps).await;
    let client = client(&script.url);
    let email = Email::from_portal("ana@example.com");
    let mut said = format!("{client:?}");
    for _ in 0..3 {
        let error = client.user_by_email(&email).await.unwrap_err();
        said += &format!("{error} {error:?}");
    }
    drop(guard);
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("GET /settings/users/2026-09/…"), "{logged}");
    for text in [&said, &logged] {
        assert!(!text.contains(TOKEN), "{text}");
        assert!(!text.contains("ana@") && !text.contains("ana%40"), "{text}");
        assert!(!text.contains('\u{1b}') || text == &logged, "{text}");
    }
}

/// Each call, what its answer must be about, and answers about another: none is believed, and of a write it is not known
/// whether it was made.
#[tokio::test]
async fn an_answer_about_somebody_else_is_none() {
    let person =
        |id: &str, email: &str| json!({ "id": id, "email": email, "roleIds": [], "superAdmin": false });
    let team =
        |id: &str, name: &str| json!({ "id": id, "name": name, "userIds": [], "secondaryUserIds": [] });
    let record = |user: Json| json!({ "id": "501", "properties": { "hs_internal_user_id": user } });
    let (ana, sales) = (Email::from_portal("ana@example.com"), TeamId::new("11"));
    let newcomer = NewUser {
        email: ana.clone(),
        send_welcome_email: true,
        first_name: None,
        last_name: None,
        role: None,
        team: None,
        extra_teams: Default::default(),
        seats: None,
    };
    for (key, right, wrong) in [
        ("user", person("1", "ana@example.com"), person("2", "ana@example.com")),
        ("user_by_email", person("2", "ANA@Example.com"), person("1", "owner@example.com\u{1b}[2J")),
        ("create_user", person("2", "Ana@example.com"), person("1", "owner@example.com")),
        ("update_user", person("1", "ana@example.com"), person("2", "ana@example.com")),
        ("team", team("11", "North"), team("12", "Sales")),
        ("create_team", team("12", "Sales"), team("11", "Support")),
        ("update_team", team("11", "Sales"), team("12", "Sales")),
        ("crm_record", record("1".into()), record("2".into())),
        ("crm_record", record(1.into()), record(Json::Null)),
    ] {
        for (answered, is_right) in [(right, true), (wrong, false)] {
            let script = Script::play([answer(200, &answered)]).await;
            let writer = client(&script.url).into_writing();
            let reader = writer.reader();
            let done: Result<bool, Error> = match key {
                "user" => reader.user(&user_id("1")).await.map(|found| found.is_some()),
                "user_by_email" => reader.user_by_email(&ana).await.map(|found| found.is_some()),
                "create_user" => writer.create_user(&newcomer).await.map(|_| true),
                "update_user" => writer.update_user(&user_id("1"), &nothing()).await.map(|_| true),
                "team" => reader.team(&sales).await.map(|found| found.is_some()),
                "create_team" => writer.create_team("Sales", None).await.map(|_| true),
                "update_team" => writer.update_team(&sales, "Sales", None).await.map(|_| true),
                _ => reader.crm_record(&user_id("1")).await.map(|found| found.is_some()),
            };
            if is_right {
                assert!(done.unwrap(), "{key}: {answered}");
                continue;
            }
            let cause = match done.unwrap_err() {
                Error::OutcomeUnknown { cause, .. }
                    if key.starts_with("create") || key.starts_with("update") =>
                {
                    *cause
                }
                error => {
                    assert!(!key.starts_with("create") && !key.starts_with("update"), "{key}: {error:?}");
                    error
                }
            };
            assert!(matches!(cause, Error::Undecodable { .. }), "{key}: {cause:?}");
            assert_eq!((cause.status(), cause.correlation_id()), (Some(200), Some("c-1")), "{key}");
            let text = cause.to_string();
            assert!(text.contains("it is about somebody or something else: its `"), "{key}: {text}");
            assert!(!text.contains('@') && !text.contains('\u{1b}'), "{key}: {text}");
        }
    }
}

fn nothing() -> UserBody {
    UserBody {
        first_name: Field::LeftOut,
        last_name: Field::LeftOut,
        role: Field::LeftOut,
        team: Field::LeftOut,
        extra_teams: None,
        seats: None,
    }
}

#[tokio::test]
async fn of_a_batch_only_what_was_asked_for_is_taken() {
    let record = |id: &str, user: &str| json!({ "id": id, "properties": { "hs_internal_user_id": user, "hs_job_title": "Chief" } });
    let answered = json!({ "results": [record("501", "1"), record("502", "2")] });
    let script = Script::play([answer(200, &answered), answer(200, &answered)]).await;
    let client = client(&script.url);
    let profiles = client.profiles(&[CrmUserId::new("501")]).await.unwrap();
    assert_eq!(profiles.into_keys().collect::<Vec<_>>(), [CrmUserId::new("501")]);
    let records = client.records_of(&[user_id("1")]).await.unwrap();
    assert_eq!(records.into_keys().collect::<Vec<_>>(), [user_id("1")]);
}

#[tokio::test]
async fn a_token_that_is_none_is_told_before_anything_is_sent() {
    for token in ["", " ", "a b", "a\n", "tökén"] {
        let connection =
            Connection::new(BaseUrl::hubspot(), SecretString::from(token), ApiVersion::September2026);
        let error = ReadClient::new(connection).unwrap_err();
        assert!(matches!(error, Error::Token(_)), "{error:?}");
    }
}
