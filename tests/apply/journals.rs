//! What is written down, what can be read back, and what a run that was cut off leaves to the next.

use std::path::Path;
use std::time::Duration;

use hubroster::apply::{
    Context, Interrupted, Journal, LastRun, Observer, OutcomeKind, PastRun, Settled, Unobserved, apply,
};
use hubroster::model::PortalId;
use hubroster::plan::{Action, Plan};
use serde_json::{Value as Json, json};

use crate::meddler::{Trick, What};
use crate::world::{PATIENCE, World};

const START: &[u8] = br#"{"event":"st"#;
const PORTAL: PortalId = PortalId(4611686);

fn clock() -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_790_000_000).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test looks at the file itself")]
fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

/// By the journals in a folder alone.
fn last(folder: &Path, portal: PortalId) -> Option<PastRun> {
    LastRun::find(folder, portal, None).run
}

fn seed() -> Json {
    let person = |number: usize| {
        json!({ "id": 1000 + number, "email": format!("p{number}@example.com"), "status": "active",
                "permission_sets": ["Viewer"] })
    };
    json!({
        "permission_sets": [{ "name": "Viewer" }, { "name": "Manager" }],
        "teams": [{ "name": "Sales" }],
        "people": (0..16).map(person).collect::<Vec<_>>(),
        "behaviour": { "latency_ms": 3, "list_lag": 1 },
    })
}

/// What a plan would hold: eight people leave, eight are promoted, eight come.
fn planned(world: &World) -> Vec<Action> {
    let email = |number: usize| format!("p{number}@example.com");
    let leave = (0..8).map(email).filter(|email| world.has(email)).map(|email| world.remove(&email));
    let promote = (8..16).map(|number| {
        let manager = world.set("Manager");
        world.update(&email(number), |person| {
            person.permission_sets = vec![manager];
            person.profile.job_title = Some("Manager".to_owned());
        })
    });
    let come = (0..8).map(|number| {
        let (email, team) = (format!("new{number}@example.com"), world.team("Sales"));
        let edit = |person: &mut hubroster::model::User| {
            person.team = Some(team);
            person.profile.job_title = Some("Seller".to_owned());
        };
        if world.has(&email) { world.update(&email, edit) } else { world.invite(&email, edit) }
    });
    leave.chain(promote).chain(come).filter(|action| !action.changes.is_empty()).collect()
}

async fn run(world: &World, plan: &Plan, path: &Path) {
    let journal = Journal::begin(path, plan, clock).unwrap();
    let context = Context { observer: &journal, interrupted: Interrupted::never(), patience: PATIENCE };
    let report = apply(plan, &world.client, &context).await;
    journal.finish(&report).unwrap();
}

#[tokio::test]
async fn every_action_has_its_lines_and_every_word_of_hubspots_refusal() {
    let no = json!({ "status": "error", "category": "FORBIDDEN", "message": "no",
                     "correlationId": "5f5a8b3e-0000-0000-0000-000000000000" });
    let tricks = vec![Trick::always("PUT /settings/users/2026-09/1008", What::Answer(403, no))];
    let world = World::meddled(seed(), tricks).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal").join("one.ndjson");
    let plan = world.plan(planned(&world));
    run(&world, &plan, &path).await;

    let text = String::from_utf8(bytes(&path)).unwrap();
    assert!(!text.contains("test-token"));
    let lines: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["event"], "run");
    assert_eq!(lines[0]["digest"], plan.digest().as_str());
    assert_eq!(lines.last().unwrap()["event"], "finish");
    let about = |number: u64| lines.iter().filter(move |line| line["action"] == number);
    let events: Vec<&Json> = about(9).map(|line| &line["event"]).collect();
    assert_eq!(events, ["start", "settings", "end"]);
    let end = about(8).next_back().unwrap();
    assert_eq!((&end["outcome"], &end["subject"]), (&json!("failed"), &json!("p8@example.com")));
    assert_eq!(end["not_done"], json!(["role"]));
    assert_eq!(
        end["error"],
        json!({ "status": 403, "category": "FORBIDDEN", "message": "no",
                                     "correlation_id": "5f5a8b3e-0000-0000-0000-000000000000" })
    );

    let past = last(path.parent().unwrap(), PORTAL).unwrap();
    assert!(!past.was_cut_off());
    assert_eq!((past.head.as_ref().unwrap().planned, past.actions.len(), past.unread.len()), (24, 24, 0));
    assert_eq!(past.ended().filter(|(_, end)| end.outcome == "done").count(), 23);
}

/// Whoever reads it knows since when the last of them may be on its way.
#[tokio::test]
async fn each_try_of_an_invitation_is_announced() {
    let world = World::meddled(seed(), vec![Trick::always("POST /settings/users", What::LoseCall)]).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.ndjson");
    let newcomer = world.invite("new@example.com", |_| {});
    run(&world, &world.plan(vec![newcomer]), &path).await;
    let text = String::from_utf8(bytes(&path)).unwrap();
    let events: Vec<Json> =
        text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()["event"].take()).collect();
    assert_eq!(events, ["run", "start", "start", "end", "finish"]);
}

#[tokio::test]
async fn a_journal_cut_anywhere_is_read_up_to_the_cut() {
    let world = World::of(seed()).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.ndjson");
    run(&world, &world.plan(planned(&world)), &path).await;
    let whole = bytes(&path);
    let complete = PastRun::read(&path).unwrap().remove(0);
    for cut in 1..whole.len() {
        let runs = PastRun::parse(&path, &whole[..cut]).unwrap();
        let first_line = whole.iter().position(|byte| *byte == b'\n').unwrap();
        let past = &runs[0];
        assert_eq!((runs.len(), past.had_only_begun()), (1, cut < first_line), "{cut}");
        // A last line that lacks nothing but its end is whole.
        let at_a_line = matches!(whole[cut], b'\n') || whole[cut - 1] == b'\n';
        let number = whole[..cut].iter().filter(|byte| **byte == b'\n').count() + 1;
        let unread: Vec<(usize, bool)> = past.unread.iter().map(|line| (line.line, line.is_cut)).collect();
        assert_eq!(unread, if at_a_line { vec![] } else { vec![(number, true)] }, "{cut}");
        for action in &past.actions {
            let all = &complete.actions[action.number];
            assert_eq!((&action.subject, action.started), (&all.subject, all.started));
            assert!(action.end.is_none() || action.end == all.end);
        }
    }
}

/// At every byte: reading never fails and never invents an end, the portal settles what the cut left open, and
/// the next run writes behind the cut as if it were not there.
#[tokio::test]
async fn a_finished_journal_cut_at_every_byte_never_misleads_the_next_run() {
    let mut world = World::of(seed()).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.ndjson");
    let some = [0, 8, 9, 16].map(|number| planned(&world).remove(number));
    run(&world, &world.plan(some.to_vec()), &path).await;
    let whole = bytes(&path);
    let outbox = world.outbox().await;
    world.read_again().await;
    world.read_again().await;
    let nothing = world.plan(planned(&world).into_iter().filter(|action| some.contains(action)).collect());
    assert_eq!(nothing.actions, []);

    for cut in 0..whole.len() {
        let path = folder.path().join("cut.ndjson");
        let kept = &whole[..cut];
        std::fs::File::create(&path).and_then(|mut file| std::io::Write::write_all(&mut file, kept)).unwrap();
        let lines =
            || kept.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Json>(line).ok());
        let count = |event: &str| lines().filter(|line| line["event"] == event).count();

        let past = PastRun::read(&path).unwrap().pop();
        assert_eq!(past.is_some(), cut > 0, "{cut}");
        if let Some(past) = &past {
            assert_eq!(past.head.is_some(), count("run") == 1, "{cut}");
            assert_eq!(past.was_cut_off(), count("finish") == 0, "{cut}");
            assert_eq!(past.ended().count(), count("end"), "{cut}");
            // Of a start that was cut it is enough to know whose it was; or that an action may be missing.
            let in_a_start = kept.rsplit(|byte| *byte == b'\n').next().unwrap().starts_with(START);
            assert!(past.actions.len() >= count("start"), "{cut}");
            let is_told = past.actions.len() > count("start") || past.may_have_done_more();
            assert!(!in_a_start || !past.is_damaged() || is_told, "{cut}");
            for (action, settled) in past.settled_by(&nothing, &world.snapshot) {
                assert_eq!(settled, Settled::Done, "{cut}: {action:?}");
            }
        }
        run(&world, &nothing, &path).await;
        let mut runs = PastRun::read(&path).unwrap();
        let next = runs.pop().unwrap();
        assert!(!next.was_cut_off() && !next.is_damaged() && next.actions.is_empty(), "{cut}");
        let as_if_whole = |run: PastRun| PastRun { unread: Vec::new(), ..run };
        assert_eq!(runs.pop().map(as_if_whole), past.map(as_if_whole), "{cut}");
    }
    assert_eq!(world.outbox().await, outbox, "nobody is invited again");
}

#[tokio::test]
async fn a_journal_is_added_to_and_never_overwritten() {
    let world = World::of(seed()).await;
    let plan = world.plan(planned(&world));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.ndjson");
    let journal = Journal::begin(&path, &plan, clock).unwrap();
    journal.started(3, &plan.actions[3]).unwrap();
    drop(journal);
    let mut cut = bytes(&path);
    cut.truncate(cut.len() - 20);
    std::fs::File::create(&path).and_then(|mut file| std::io::Write::write_all(&mut file, &cut)).unwrap();

    run(&world, &plan, &path).await;
    let runs = PastRun::read(&path).unwrap();
    assert_eq!(runs.len(), 2);
    assert!(runs[0].was_cut_off() && runs[0].is_damaged() && runs[0].may_have_done_more());
    assert_eq!(runs[0].actions, []);
    assert!(!runs[1].was_cut_off() && !runs[1].is_damaged());
}

#[tokio::test]
async fn the_last_run_is_the_last_on_this_portal() {
    let world = World::of(seed()).await;
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(last(&folder.path().join("missing"), PORTAL), None);
    let mut plan = world.plan(Vec::new());
    let at = |second: i64| jiff::Timestamp::from_second(1_790_000_000 + second).unwrap();
    for second in [0, 10] {
        let path = folder.path().join(Journal::file_name(at(second), &plan.digest()));
        Journal::begin(&path, &plan, clock).unwrap();
    }
    plan.portal.id = PortalId(1);
    let other = folder.path().join(Journal::file_name(at(20), &plan.digest()));
    Journal::begin(&other, &plan, clock).unwrap();
    std::fs::File::create(folder.path().join(Journal::file_name(at(30), &plan.digest()))).unwrap();

    let found = last(folder.path(), PORTAL).unwrap();
    let name = found.journal.file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with("20260921T141330.000Z-"), "{name}");
    assert_eq!(last(folder.path(), PortalId(2)), None);
}

#[test]
fn a_line_of_a_later_version_is_passed_over_and_no_damage() {
    let text = concat!(
        r#"{"event":"run","format":"hubroster-journal/1","at":"2026-11-22T20:00:00Z","hubroster":"9.9.9","#,
        r#""portal":4611686,"digest":"sha256:0","actions":1,"mood":"good"}"#,
        "\n",
        r#"{"event":"sighed","at":"2026-11-22T20:00:00Z"}"#,
        "\n",
    );
    let runs = PastRun::parse(Path::new("later"), text.as_bytes()).unwrap();
    assert_eq!((runs.len(), runs[0].is_damaged()), (1, false));
}

/// Cut off at many moments, each time a little later: the journal never claims what was not done, every write
/// was announced, one more run is enough, and nobody is invited twice.
#[tokio::test]
async fn wherever_a_run_is_cut_off_the_next_one_completes_it_and_nobody_is_invited_twice() {
    let mut cut_off = 0;
    for step in 0..40 {
        let mut world = World::of(seed()).await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.ndjson");
        let plan = world.plan(planned(&world));
        let time = Duration::from_millis(step * 4);
        if tokio::time::timeout(time, run(&world, &plan, &path)).await.is_ok() {
            break;
        }
        // What was sent arrives, though nobody hears the answer.
        tokio::time::sleep(Duration::from_millis(30)).await;
        let past = PastRun::read(&path).unwrap().pop().unwrap();
        assert!(past.was_cut_off());
        cut_off += 1;
        announced(&world, &past).await;

        world.read_again().await;
        let next = world.plan(planned(&world));
        for (action, settled) in past.settled_by(&next, &world.snapshot) {
            if settled == Settled::Done && action.kind == "remove" {
                assert_eq!(world.now(&action.subject).await, Json::Null);
            }
        }
        let context =
            Context { observer: &Unobserved, interrupted: Interrupted::never(), patience: PATIENCE };
        let report = apply(&next, &world.client, &context).await;
        let done = report.count(OutcomeKind::Done);
        assert_eq!(done, next.actions.len(), "step {step}: {:?}", report.outcomes);

        let mut outbox = world.outbox().await;
        outbox.sort();
        let expected: Vec<String> = (0..8).map(|number| format!("new{number}@example.com")).collect();
        assert_eq!(outbox, expected, "step {step}");
        world.read_again().await;
        world.read_again().await;
        assert_eq!(planned(&world), [], "step {step}");
    }
    assert!(cut_off > 5, "{cut_off}");
}

/// Every write that reached the portal stands in the journal as started.
async fn announced(world: &World, past: &PastRun) {
    let started = |name: &str| {
        past.actions.iter().any(|action| {
            action.started.is_some() && (action.subject == name || action.id.as_deref() == Some(name))
        })
    };
    for call in world.writes().await {
        let id = call.rsplit('/').next().unwrap();
        assert!(!(call.starts_with("PUT ") || call.starts_with("DELETE ")) || started(id), "{call}");
    }
    for email in world.outbox().await {
        assert!(started(&email), "{email}");
    }
}
