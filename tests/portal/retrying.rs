//! What is tried again, what is never sent twice, and what is said in the end.

use std::time::{Duration, Instant};

use hubroster::model::{ApiVersion, Email};
use hubroster::portal::{Error, Field, NewUser, ReadClient, Requests, TransportFailure, UserBody};
use serde_json::json;

use super::script::{Script, Step, answer};
use super::{client, connection, user_id};

const RETRY_NOW: &str = "retry-after: 0";

fn ana() -> Step {
    answer(200, json!({ "id": "1", "email": "ana@example.com", "roleIds": [], "superAdmin": false }))
}

fn created() -> Step {
    answer(201, json!({ "id": "1", "email": "ana@example.com", "roleIds": [], "superAdmin": false }))
}

fn refusal(status: u16, category: &str) -> Step {
    answer(status, json!({ "status": "error", "category": category, "message": "no", "correlationId": "c" }))
}

fn limited(header: &'static str, policy: &str) -> Step {
    let body =
        json!({ "status": "error", "category": "RATE_LIMITS", "message": "limit", "policyName": policy });
    Step::Answer(429, header, body.to_string())
}

fn newcomer() -> NewUser {
    NewUser {
        email: Email::from_portal("ana@example.com"),
        send_welcome_email: true,
        first_name: None,
        last_name: None,
        role: None,
        team: None,
        extra_teams: Default::default(),
        seats: None,
    }
}

fn body() -> UserBody {
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
async fn a_read_is_tried_again_when_waiting_may_help() {
    for trouble in [
        answer(502, "<html>"),
        answer(503, ""),
        answer(524, ""),
        Step::Drop,
        Step::Cut(200, "{".to_owned()),
        limited(RETRY_NOW, "TEN_SECONDLY_ROLLING"),
        Step::Answer(477, RETRY_NOW, String::new()),
    ] {
        let script = Script::play([trouble, ana()]).await;
        let client = client(&script.url);
        assert!(client.user(&user_id("1")).await.unwrap().is_some());
        assert_eq!(script.lines(), ["GET /settings/users/2026-09/1"; 2]);
    }
}

#[tokio::test]
async fn a_read_is_tried_five_times_at_most() {
    let script = Script::play((0..5).map(|_| answer(500, "<html>"))).await;
    let error = client(&script.url).user(&user_id("1")).await.unwrap_err();
    assert_eq!(error.answer().unwrap().status, 500);
    assert_eq!(script.seen().len(), 5);
}

#[tokio::test]
async fn locked_means_two_seconds() {
    let script = Script::play([answer(423, ""), ana()]).await;
    let started = Instant::now();
    client(&script.url).user(&user_id("1")).await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
async fn a_refusal_is_not_tried_again() {
    for status in [400, 401, 403, 405, 409, 414] {
        let script = Script::play([refusal(status, "VALIDATION_ERROR")]).await;
        let error = client(&script.url).user(&user_id("1")).await.unwrap_err();
        assert_eq!(error.answer().unwrap().status, status);
    }
}

#[tokio::test]
async fn retry_after_is_honoured_by_every_call_of_the_run() {
    let script = Script::play([limited("retry-after: 1", "TEN_SECONDLY_ROLLING"), ana(), ana()]).await;
    let client = client(&script.url);
    let started = Instant::now();
    let early = async { client.user(&user_id("1")).await };
    let late = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        client.user(&user_id("1")).await
    };
    let (first, second) = tokio::join!(early, late);
    assert!(first.is_ok() && second.is_ok());
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_an_answer() {
    let script = Script::play([limited("retry-after: 3600", "TEN_SECONDLY_ROLLING")]).await;
    let error = client(&script.url).user(&user_id("1")).await.unwrap_err();
    assert_eq!(error.answer().unwrap().retry_after, Some(Duration::from_secs(3600)));
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test]
async fn a_create_that_may_have_arrived_is_never_sent_again() {
    let invisible = [
        Step::Drop,
        Step::Silence(Duration::from_secs(30)),
        Step::Cut(201, r#"{"id":"1","#.to_owned()),
        answer(201, "<html>it worked</html>"),
        answer(201, "{}"),
        answer(500, "<html>"),
        answer(502, ""),
        answer(503, ""),
        answer(504, ""),
    ];
    for trouble in invisible {
        let script = Script::play([trouble]).await;
        let mut connection = connection(&script.url, ApiVersion::September2026);
        connection.timeouts.request = Duration::from_secs(1);
        let writer = ReadClient::new(connection).unwrap().into_writing();
        let error = writer.create_user(&newcomer()).await.unwrap_err();
        assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error:?}");
        assert_eq!(script.seen().len(), 1, "{error}");
        assert_eq!(writer.reader().requests(), Requests { reads: 0, writes: 1 });
    }
}

#[tokio::test]
async fn a_create_that_was_refused_for_the_moment_is_sent_again() {
    let steps = [limited(RETRY_NOW, "TEN_SECONDLY_ROLLING"), answer(423, ""), created()];
    let script = Script::play(steps).await;
    let writer = client(&script.url).into_writing();
    writer.create_user(&newcomer()).await.unwrap();
    assert_eq!(writer.reader().requests().writes, 3);
}

#[tokio::test]
async fn a_portal_that_cannot_be_reached_has_done_nothing() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let writer = client(&url).into_writing();
    let error = writer.create_user(&newcomer()).await.unwrap_err();
    let Error::Transport { failure, .. } = &error else { panic!("{error:?}") };
    assert_eq!(*failure, TransportFailure::Unreachable);
    assert_eq!(writer.reader().requests(), Requests::default());
}

#[tokio::test]
async fn what_says_the_same_twice_is_said_again() {
    let script = Script::play([Step::Drop, answer(502, ""), ana()]).await;
    let writer = client(&script.url).into_writing();
    writer.update_user(&user_id("1"), &body()).await.unwrap();
    assert_eq!(script.lines(), ["PUT /settings/users/2026-09/1"; 3]);
    assert_eq!(writer.reader().requests(), Requests { reads: 0, writes: 3 });
}

#[tokio::test]
async fn an_update_that_never_gets_an_answer_is_not_known_to_have_failed() {
    let script = Script::play((0..5).map(|_| Step::Drop)).await;
    let writer = client(&script.url).into_writing();
    let error = writer.update_user(&user_id("1"), &body()).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error:?}");

    let script = Script::play([Step::Drop, refusal(400, "VALIDATION_ERROR")]).await;
    let writer = client(&script.url).into_writing();
    let error = writer.update_user(&user_id("1"), &body()).await.unwrap_err();
    assert!(matches!(error, Error::Answer(ref answer) if answer.repeated), "{error:?}");
}

#[tokio::test]
async fn a_removal_whose_answer_was_lost_and_then_finds_nobody_is_done() {
    let gone = || refusal(404, "OBJECT_NOT_FOUND");
    let script = Script::play([Step::Drop, gone()]).await;
    client(&script.url).into_writing().remove_user(&user_id("1")).await.unwrap();

    let script = Script::play([gone()]).await;
    let error = client(&script.url).into_writing().remove_user(&user_id("1")).await.unwrap_err();
    assert_eq!(error.answer().unwrap().status, 404);
}

#[tokio::test]
async fn the_daily_limit_stops_the_run_at_once() {
    let script = Script::play([limited(RETRY_NOW, "DAILY")]).await;
    let client = client(&script.url);
    for _ in 0..3 {
        assert!(client.user(&user_id("1")).await.unwrap_err().is_daily_limit());
    }
    assert!(client.clone().into_writing().remove_user(&user_id("1")).await.unwrap_err().is_daily_limit());
    assert_eq!(script.seen().len(), 1);
    assert_eq!(client.requests(), Requests { reads: 1, writes: 0 });
}

#[tokio::test]
async fn a_move_to_another_data_centre_ends_the_run_with_the_time_it_asks_for() {
    let script = Script::play([Step::Answer(477, "retry-after: 7200", String::new())]).await;
    let client = client(&script.url);
    let error = client.user(&user_id("1")).await.unwrap_err();
    assert!(matches!(error, Error::Migrating { retry_after: Some(wait) } if wait.as_secs() == 7200));
    assert!(error.to_string().contains("7200 seconds"), "{error}");
    assert!(matches!(client.user(&user_id("1")).await, Err(Error::Migrating { .. })));
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test]
async fn every_request_says_who_asks_and_carries_the_token() {
    let script = Script::play([ana()]).await;
    client(&script.url).user(&user_id("1")).await.unwrap();
    let head = script.seen()[0].head.to_lowercase();
    assert!(head.contains(&format!("user-agent: hubroster/{}\r\n", env!("CARGO_PKG_VERSION"))), "{head}");
    assert!(head.contains(&format!("authorization: bearer {}\r\n", super::TOKEN)), "{head}");
    assert!(head.contains("accept-encoding: gzip"), "{head}");
}
