//! A run as a whole: failures beside each other, what stops it, what it tells while it goes on.

use std::io;
use std::sync::Mutex;

use hubroster::apply::{
    Context, Interrupted, Interrupter, Observer, Outcome, OutcomeKind, Stop, Unobserved, apply,
};
use hubroster::plan::Action;
use serde_json::{Value as Json, json};

use crate::meddler::{Trick, What};
use crate::world::{PATIENCE, World, kinds, note};

fn seed() -> Json {
    let person = |number: usize| {
        json!({ "id": 1000 + number, "email": format!("p{number}@example.com"), "status": "active",
                "permission_sets": ["Viewer"] })
    };
    json!({
        "permission_sets": [{ "name": "Viewer" }, { "name": "Manager" }],
        "people": (0..60).map(person).collect::<Vec<_>>(),
    })
}

fn promotions(world: &World) -> Vec<Action> {
    let promote = |number: usize| {
        let manager = world.set("Manager");
        world.update(&format!("p{number}@example.com"), |person| {
            person.permission_sets = vec![manager];
            person.profile.job_title = Some("Manager".to_owned());
        })
    };
    (0..60).map(promote).collect()
}

#[tokio::test]
async fn one_failure_does_not_stop_the_others() {
    let no = json!({ "status": "error", "category": "FORBIDDEN", "message": "no" });
    let tricks = vec![Trick::always("PUT /settings/users/2026-09/1007", What::Answer(403, no))];
    let world = World::meddled(seed(), tricks).await;
    let report = world.apply(promotions(&world)).await;
    assert_eq!(report.count(OutcomeKind::Done), 59);
    assert_eq!(report.outcomes[7].kind, OutcomeKind::Failed);
    assert_eq!(report.stopped, None);
    let emails: Vec<&str> = report.outcomes.iter().map(|outcome| outcome.action.subject.name()).collect();
    assert_eq!(emails[..3], ["p0@example.com", "p1@example.com", "p2@example.com"], "in the plan's order");
}

#[tokio::test]
async fn one_write_for_each_person_and_endpoint_and_one_read_before_it() {
    let world = World::of(seed()).await;
    let report = world.apply(promotions(&world)).await;
    assert_eq!(report.count(OutcomeKind::Done), 60);
    assert_eq!(report.writes, 61, "sixty people and one batch of profiles");
    assert_eq!(world.calls().await.len(), 60 + 60 + 2);
}

#[tokio::test]
async fn the_daily_limit_stops_the_run_and_keeps_what_was_done() {
    let daily = json!({ "status": "error", "category": "RATE_LIMITS", "policyName": "DAILY",
                        "message": "You have reached your daily limit." });
    let tricks = vec![Trick { call: "PUT ", from: 21, to: 9999, what: What::Answer(429, daily) }];
    let world = World::meddled(seed(), tricks).await;
    let report = world.apply(promotions(&world)).await;
    assert_eq!(report.stopped, Some(Stop::DailyLimit));
    assert_eq!(report.outcomes.len(), 60);
    assert_eq!(
        report.count(OutcomeKind::Skipped),
        60,
        "profiles of the first twenty were not written any more"
    );
    let half_done = report.outcomes.iter().filter(|outcome| !outcome.not_done.is_empty());
    assert_eq!(half_done.count(), 20);
    assert_eq!(note(&report.outcomes[59]), "the account's daily limit of calls is used up");
}

#[tokio::test]
async fn a_token_that_is_refused_stops_the_run() {
    let no = json!({ "status": "error", "category": "INVALID_AUTHENTICATION", "message": "expired" });
    let tricks = vec![Trick { call: "PUT ", from: 5, to: 9999, what: What::Answer(401, no) }];
    let world = World::meddled(seed(), tricks).await;
    let report = world.apply(promotions(&world)).await;
    assert_eq!(report.stopped, Some(Stop::Credential));
    assert_eq!(report.count(OutcomeKind::Skipped), 60);
    assert!(world.writes().await.len() < 60, "nothing new began");
}

#[tokio::test]
async fn a_moving_account_stops_the_run() {
    let world = World::meddled(seed(), vec![Trick::always("PUT ", What::Moving(3600))]).await;
    let report = world.apply(promotions(&world)).await;
    assert_eq!(report.stopped, Some(Stop::Migrating));
    assert_eq!(report.count(OutcomeKind::Skipped), 60);
    let error = report.outcomes[0].error.as_ref().unwrap();
    assert!(error.message.contains("3600 seconds"), "{}", error.message);
}

/// Notes what it hears, and asks the run to stop, or fails, at the start of some action.
struct Watcher {
    heard: Mutex<Vec<String>>,
    interrupter: Option<Interrupter>,
    at: usize,
}

impl Watcher {
    fn hears(&self, line: String) {
        self.heard.lock().unwrap().push(line);
    }
}

impl Observer for Watcher {
    fn started(&self, number: usize, _: &Action) -> io::Result<()> {
        self.hears(format!("start {number}"));
        if number != self.at {
            return Ok(());
        }
        match &self.interrupter {
            Some(interrupter) => interrupter.interrupt(),
            None => return Err(io::Error::other("disk full")),
        }
        Ok(())
    }

    fn settings_ended(&self, number: usize, kind: OutcomeKind) -> io::Result<()> {
        self.hears(format!("settings {number} {}", kind.as_str()));
        Ok(())
    }

    fn ended(&self, number: usize, outcome: &Outcome) -> io::Result<()> {
        self.hears(format!("end {number} {}", outcome.kind.as_str()));
        Ok(())
    }
}

#[tokio::test]
async fn an_interrupted_run_finishes_what_is_in_flight_and_skips_the_rest() {
    let world = World::of(seed()).await;
    let (interrupter, interrupted) = Interrupter::new();
    let watcher = Watcher { heard: Mutex::default(), interrupter: Some(interrupter), at: 20 };
    let context = Context { observer: &watcher, interrupted, patience: PATIENCE };
    let report = apply(&world.plan(promotions(&world)), &world.client, &context).await;
    assert_eq!(report.stopped, Some(Stop::Interrupted));
    assert_eq!(report.outcomes.len(), 60);
    assert_eq!(report.count(OutcomeKind::Skipped), 60);
    let written = report.outcomes.iter().filter(|outcome| !outcome.not_done.is_empty()).count();
    assert_eq!(world.writes().await.len(), written, "every call that was made is in the report");
    assert!((1..60).contains(&written), "{written}");
    let heard = watcher.heard.into_inner().unwrap();
    for number in 0..60 {
        let ends = heard.iter().filter(|line| line.starts_with(&format!("end {number} "))).count();
        assert_eq!(ends, 1, "{number}");
    }
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_done() {
    let world = World::of(seed()).await;
    let watcher = Watcher { heard: Mutex::default(), interrupter: None, at: 0 };
    let context = Context { observer: &watcher, interrupted: Interrupted::never(), patience: PATIENCE };
    let report = apply(&world.plan(promotions(&world)), &world.client, &context).await;
    assert_eq!(report.stopped, Some(Stop::Journal));
    assert_eq!(note(&report.outcomes[0]), "the journal could not be written");
    assert_eq!(world.now("p0@example.com").await["permission_sets"], json!(["Viewer"]));
}

#[tokio::test]
async fn the_start_is_told_before_the_write_and_the_end_after_it() {
    let world = World::of(seed()).await;
    let watcher = Watcher { heard: Mutex::default(), interrupter: None, at: 99 };
    let context = Context { observer: &watcher, interrupted: Interrupted::never(), patience: PATIENCE };
    let plan = world.plan(promotions(&world).split_off(59));
    apply(&plan, &world.client, &context).await;
    assert_eq!(*watcher.heard.lock().unwrap(), ["start 0", "settings 0 done", "end 0 done"]);
}

#[tokio::test]
async fn somebody_who_is_stale_was_never_started() {
    let elsewhere = json!({ "firstName": "Somebody" });
    let first = What::First("PUT", "/settings/users/2026-09/1059", elsewhere);
    let world = World::meddled(seed(), vec![Trick::once("GET ", first)]).await;
    let watcher = Watcher { heard: Mutex::default(), interrupter: None, at: 99 };
    let context = Context { observer: &watcher, interrupted: Interrupted::never(), patience: PATIENCE };
    let plan = world.plan(promotions(&world).split_off(59));
    apply(&plan, &world.client, &context).await;
    assert_eq!(*watcher.heard.lock().unwrap(), ["end 0 stale"]);
}

#[tokio::test]
async fn an_empty_plan_makes_no_call() {
    let world = World::of(seed()).await;
    let context = Context { observer: &Unobserved, interrupted: Interrupted::never(), patience: PATIENCE };
    let report = apply(&world.plan(Vec::new()), &world.client, &context).await;
    assert_eq!(kinds(&report), []);
    assert_eq!(world.calls().await, [""; 0]);
}

#[tokio::test]
async fn a_run_may_be_a_task_of_its_own() {
    let world = World::of(seed()).await;
    let report = tokio::spawn(async move { world.apply(promotions(&world)).await }).await.unwrap();
    assert_eq!(report.count(OutcomeKind::Done), 60);
}
