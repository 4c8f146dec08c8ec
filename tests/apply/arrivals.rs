//! Whom a run waits for after one that left invitations open, and until when.

use std::path::Path;
use std::time::Duration;

use hubroster::apply::{Arrivals, LastRun, Lost, PastRun};
use hubroster::render;
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::world::{PATIENCE, World, http};

const REQUEST: Duration = Duration::from_secs(60);

/// Seconds after the run began.
fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn run() -> String {
    let at = at(0);
    format!(
        r#"{{"event":"run","format":"hubroster-journal/1","at":"{at}","hubroster":"0.1.0","portal":4611686,"digest":"sha256:0","actions":3}}"#
    )
}

fn start(second: i64, number: u64, kind: &str, subject: &str) -> String {
    let at = at(second);
    format!(r#"{{"event":"start","at":"{at}","action":{number},"kind":"{kind}","subject":"{subject}"}}"#)
}

fn end(second: i64, number: u64, kind: &str, subject: &str) -> String {
    let start = start(second, number, kind, subject).replace("start", "end");
    start.replace('}', r#","outcome":"done"}"#)
}

fn last(lines: &[String]) -> LastRun {
    let text = lines.join("\n");
    let run = PastRun::parse(Path::new("one.ndjson"), text.as_bytes()).unwrap().pop();
    assert!(run.is_some(), "{text}");
    LastRun { run, lost: None }
}

fn finish(second: i64) -> String {
    format!(r#"{{"event":"finish","at":"{}"}}"#, at(second))
}

fn arrivals(lines: &[String], now: i64) -> Option<(Vec<String>, Duration)> {
    let arrivals = Arrivals::of(&last(lines), at(now), REQUEST)?;
    Some((arrivals.people().map(ToString::to_string).collect(), arrivals.longest()))
}

#[test]
fn an_open_invitation_may_arrive_until_its_client_would_have_given_up() {
    let open = [run(), start(10, 0, "invite", "cy@example.com")];
    let cy = |seconds| Some((vec!["cy@example.com".to_owned()], Duration::from_secs(seconds)));
    assert_eq!(arrivals(&open, 11), cy(59));
    assert_eq!(arrivals(&open, 69), cy(1));
    assert_eq!(arrivals(&open, 70), None);
    assert_eq!(arrivals(&open, -86_400), cy(60), "a clock that was set back");
}

#[test]
fn what_ended_or_invites_nobody_is_not_waited_for() {
    let update = start(10, 1, "update", "bo@example.com");
    assert_eq!(arrivals(&[run(), update], 11), None);
    let invitation = [start(10, 0, "invite", "cy@example.com"), end(11, 0, "invite", "cy@example.com")];
    assert_eq!(arrivals(&[&[run()], &invitation[..]].concat(), 12), None);
    assert_eq!(arrivals(&[&[run()], &invitation[..], &[finish(12)]].concat(), 13), None);
}

/// It made its report, and did not know either.
#[test]
fn an_invitation_whose_outcome_a_run_did_not_know_may_arrive_after_it() {
    let started = start(10, 0, "invite", "cy@example.com");
    let again = start(30, 0, "invite", "cy@example.com");
    let unknown = end(31, 0, "invite", "cy@example.com").replace("done", "unknown");
    let cy = |seconds| Some((vec!["cy@example.com".to_owned()], Duration::from_secs(seconds)));
    let lines = [run(), started.clone(), again, unknown.clone(), finish(32)];
    assert_eq!(arrivals(&lines, 33), cy(57));
    assert_eq!(arrivals(&lines, 90), None);
    assert_eq!(arrivals(&lines[..4], 33), cy(57), "and was cut off then");
    assert_eq!(arrivals(&[run(), unknown, finish(32)], 33), cy(58), "its start is lost");
    assert_eq!(arrivals(&[run(), started, finish(12)], 13), cy(57), "its end is lost");
    let update = [start(10, 0, "update", "bo@example.com"), end(11, 0, "update", "bo@example.com")];
    let update = update.map(|line| line.replace("done", "unknown"));
    assert_eq!(arrivals(&[&[run()], &update[..], &[finish(12)]].concat(), 13), None);
}

/// When it did what, and whether it is over.
#[test]
fn a_run_of_which_nothing_is_known_is_waited_for_as_long_as_a_call_may_take() {
    let lost =
        Lost { path: "one.ndjson".into(), began: Some(at(0)), why: "is not there any more".to_owned() };
    let of_lost = Arrivals::of(&LastRun { run: None, lost: Some(lost) }, at(3600), REQUEST).unwrap();
    assert_eq!((of_lost.people().count(), of_lost.longest()), (0, REQUEST));
    let nothing_known = Some((Vec::new(), REQUEST));
    let other = run().replace("journal/1", "journal/2");
    assert_eq!(arrivals(&[other, start(10, 0, "invite", "cy@example.com")], 3600), nothing_known);
    let damaged = run().replace("4611686", "46one");
    assert_eq!(arrivals(&[damaged.clone(), String::new()], 3600), nothing_known);
    let rest = [start(10, 0, "update", "bo@example.com"), end(11, 0, "update", "bo@example.com")];
    assert_eq!(arrivals(&[&[damaged], &rest[..]].concat(), 12), None, "the rest tells everything");
}

/// Each POST is announced, and the last of them counts.
#[test]
fn an_invitation_that_was_tried_again_counts_from_then() {
    let twice = [run(), start(10, 0, "invite", "cy@example.com"), start(60, 0, "invite", "cy@example.com")];
    assert_eq!(arrivals(&twice, 71).unwrap().1, Duration::from_secs(49));
}

#[test]
fn somebody_whom_a_cut_line_does_not_name_is_waited_for_too() {
    let cut = |line: String, until: &str| line[..line.find(until).unwrap()].to_owned();
    let nameless = |seconds| Some((Vec::new(), Duration::from_secs(seconds)));
    let invite = cut(start(10, 0, "invite", "cy@example.com"), "@example");
    assert_eq!(arrivals(&[run(), invite], 11), nameless(59));
    let update = cut(start(10, 0, "update", "cy@example.com"), "@example");
    assert_eq!(arrivals(&[run(), update], 11), None);
    // Without a moment of its own, from the last line that has one.
    let anything = cut(start(10, 1, "invite", "cy@example.com"), "art");
    let before = [start(3, 0, "update", "bo@example.com"), end(4, 0, "update", "bo@example.com")];
    assert_eq!(arrivals(&[&[run()], &before[..], &[anything]].concat(), 11), nameless(53));
    let end = cut(end(10, 0, "invite", "cy@example.com"), "@example");
    assert_eq!(arrivals(&[run(), end], 11), None, "an end is of something that another line has started");
}

fn seed() -> Json {
    json!({ "permission_sets": [{ "id": "301", "name": "Viewer" }],
            "people": [{ "id": "1001", "email": "ana@example.com", "permission_sets": ["Viewer"] }] })
}

/// With so many milliseconds left.
fn waiting_for(email: &str, left: u64) -> Arrivals {
    let last = last(&[run(), start(0, 0, "invite", email)]);
    Arrivals::of(&last, at(0), Duration::from_millis(left)).unwrap()
}

#[tokio::test]
async fn whoever_is_there_already_ends_the_wait() {
    let world = World::of(seed()).await;
    waiting_for("ana@example.com", 600_000).wait(world.client.reader(), &PATIENCE).await.unwrap();
    assert_eq!(world.calls().await.len(), 1, "one look");
}

#[tokio::test]
async fn whoever_arrives_ends_the_wait() {
    let world = World::of(seed()).await;
    let arriving = async {
        tokio::time::sleep(Duration::from_millis(40)).await;
        let body = json!({ "email": "cy@example.com", "sendWelcomeEmail": false });
        let url = world.url("/settings/users/2026-09");
        let sent = http().post(url).bearer_auth("test-token").json(&body).send().await.unwrap();
        assert_eq!(sent.status(), 201);
    };
    let waiting = waiting_for("cy@example.com", 600_000).wait(world.client.reader(), &PATIENCE);
    let (waited, ()) = tokio::join!(waiting, arriving);
    waited.unwrap();
    assert!(world.calls().await.len() > 2, "looked at before and after");
}

#[tokio::test]
async fn nobody_comes_and_the_wait_ends_with_the_time() {
    let world = World::of(seed()).await;
    waiting_for("cy@example.com", 100).wait(world.client.reader(), &PATIENCE).await.unwrap();
    assert!(world.calls().await.len() > 2, "looked at again and again");
}

#[test]
fn who_is_waited_for_is_named_unless_names_are_masked() {
    let open = last(&[run(), start(10, 0, "invite", "cy@example.com")]);
    let arrivals = Arrivals::of(&open, at(11), REQUEST).unwrap();
    let told = |with_names| render::waiting_for_arrivals(&arrivals, with_names);
    assert!(told(true).contains("inviting cy@example.com, "), "{}", told(true));
    assert!(told(false).contains("inviting 1 person, "), "{}", told(false));
}
