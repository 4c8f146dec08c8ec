//! The run after one that was cut off, in every state that the machine may be in: the journal elsewhere, gone, cut or
//! damaged, and the portal still at work.
//!
//! Deliberately absent: kills at random moments (`tests/kill.rs`), and journals cut at every byte (`tests/apply`).

use std::path::PathBuf;

use super::desk::{Desk, wait_for};
use super::portal::{Relay, Served};

const JOURNAL: &str = ".hubroster/journal/20261122T210000.000Z-9f3c.ndjson";
/// Where the last run says that its journal is.
const NOTE: &str = ".hubroster/journal/4611686.last";
const NOTE_OF_A_REHEARSAL: &str = ".hubroster/journal/4611686.sandbox.last";

const RUN: &str = r#"{"event":"run","format":"hubroster-journal/1","at":"2026-11-22T21:00:00Z","hubroster":"0.1.0","portal":4611686,"digest":"sha256:00ab","actions":2}"#;
const ANA: &str = r#"{"event":"start","at":"2026-11-22T21:00:01Z","action":0,"kind":"update","subject":"ana@example.com","id":"1001"}"#;
const ANA_DONE: &str = r#"{"event":"end","at":"2026-11-22T21:00:02Z","action":0,"kind":"update","subject":"ana@example.com","id":"1001","outcome":"done"}"#;
const CY: &str =
    r#"{"event":"start","at":"2026-11-22T21:00:02Z","action":1,"kind":"invite","subject":"cy@example.com"}"#;
const FINISH: &str = r#"{"event":"finish","at":"2026-11-22T21:00:03Z"}"#;

/// After the run of this journal: what `apply` says before its plan.
fn said(journal: &str) -> String {
    let desk = Desk::small();
    desk.write(JOURNAL, journal);
    let ran = desk.run("apply --sandbox --yes");
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());
    if !ran.stderr.is_empty() {
        // Whoever reads the report alone is told too.
        let first = ran.stderr.lines().next().expect("a line");
        assert!(ran.stdout.contains(first), "{}", ran.transcript());
    }
    let next = desk.run("apply --sandbox --yes");
    assert_eq!((next.code, next.stderr.as_str()), (Some(0), ""), "told once is enough");
    ran.stderr
}

#[test]
fn a_start_that_was_cut_may_have_been_done() {
    insta::assert_snapshot!(said(&format!("{RUN}\n{ANA}\n{ANA_DONE}\n{}", &CY[..70])), @"
    The run of 2026-11-22 21:00:00 UTC was cut off: of 2 planned actions 1 had ended and whether any was under way is not known. Its journal is
    .hubroster/journal/20261122T210000.000Z-9f3c.ndjson. Line 4 of it, the last, is cut. An action that stood there may have been done or not: everybody is read
    before they are changed, and what is left to do is planned again.
    ");
}

#[test]
fn a_cut_start_with_its_name_is_settled_as_the_others() {
    insta::assert_snapshot!(said(&format!("{RUN}\n{}", &ANA[..ANA.len() - 3])), @"
    The run of 2026-11-22 21:00:00 UTC was cut off: of 2 planned actions 0 had ended and 1 was under way. Its journal is
    .hubroster/journal/20261122T210000.000Z-9f3c.ndjson. Line 2 of it, the last, is cut.
      » ana@example.com  change  under way then; what is left of it is planned again
    ");
}

#[test]
fn a_damaged_first_line_hides_nothing_behind_it() {
    insta::assert_snapshot!(said(&format!("{}\n{ANA}\n{ANA_DONE}\n{CY}\n", &RUN[..90])), @"
    The last run was cut off, and its journal does not tell any more which run it was. As far as it can be read, 1 action had ended and 1 was under way, and perhaps
    others. Its journal is .hubroster/journal/20261122T210000.000Z-9f3c.ndjson. Line 1 of it cannot be read. What cannot be read may have been done or not:
    everybody is read before they are changed, and what is left to do is planned again.
      » cy@example.com  invite  under way then; what is left of it is planned again
    ");
    insta::assert_snapshot!(said(&format!("\0\0\0\n{ANA}\n")), @"
    The last run was cut off, and its journal does not tell any more which run it was. As far as it can be read, 0 actions had ended and 1 was under way, and
    perhaps others. Its journal is .hubroster/journal/20261122T210000.000Z-9f3c.ndjson. Line 1 of it cannot be read. An action that stood there may have been done
    or not: everybody is read before they are changed, and what is left to do is planned again.
      » ana@example.com  change  under way then; what is left of it is planned again
    ");
}

#[test]
fn damage_in_the_middle_costs_its_lines_alone() {
    let rest = format!("{}\n{CY}\n", &ANA_DONE[..40]);
    insta::assert_snapshot!(said(&format!("{RUN}\n\u{1}{}\n{rest}", &ANA[10..])), @"
    The run of 2026-11-22 21:00:00 UTC was cut off: of 2 planned actions 0 had ended and 1 was under way, and perhaps others. Its journal is
    .hubroster/journal/20261122T210000.000Z-9f3c.ndjson. Lines 2 and 3 of it cannot be read. An action that stood there may have been done or not: everybody is read
    before they are changed, and what is left to do is planned again.
      » cy@example.com  invite  under way then; what is left of it is planned again
    ");
}

#[test]
fn damage_in_a_run_that_came_to_its_end() {
    insta::assert_snapshot!(said(&format!("{RUN}\n{}\n{FINISH}\n", &ANA[..40])), @"
    The run of 2026-11-22 21:00:00 UTC came to its end and made its report, and its journal is not whole any more. Its journal is
    .hubroster/journal/20261122T210000.000Z-9f3c.ndjson. Line 2 of it cannot be read.
    ");
    assert_eq!(said(&format!("{RUN}\n{ANA}\n{ANA_DONE}\n{FINISH}\n")), "");
}

#[test]
fn of_another_version_or_without_any_line() {
    insta::assert_snapshot!(said(&format!("{}\n{ANA}\n", RUN.replace("journal/1", "journal/2"))), @"
    The last run was cut off, and its journal does not tell any more which run it was. As far as it can be read, 0 actions had ended and whether any was under way
    is not known. Its journal is .hubroster/journal/20261122T210000.000Z-9f3c.ndjson. Line 1 of it has a format that this version does not know. What cannot be read
    may have been done or not: everybody is read before they are changed, and what is left to do is planned again.
    ");
    insta::assert_snapshot!(said("\0\0\0\0\0\0"), @"
    .hubroster/journal/20261122T210000.000Z-9f3c.ndjson has no line that can be read. So nothing is known of what that run had done; everybody is read before they
    are changed, and what is left to do is planned again.
    ");
    assert_eq!(said(""), "", "it had not begun");
    assert_eq!(said(&RUN[..30]), "", "it had only begun");
}

#[test]
fn machines_are_told_too() {
    let desk = Desk::small();
    desk.write(JOURNAL, &format!("{}\n{ANA}\n{ANA_DONE}\n{}", &RUN[..90], &CY[..70]));
    let ran = desk.run("apply --sandbox --yes --format json");
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("one JSON document");
    insta::assert_snapshot!(format!("{:#}", report["previous_run"]), @r#"
    {
      "ended": [
        {
          "kind": "update",
          "outcome": "done",
          "subject": "ana@example.com"
        }
      ],
      "journal": ".hubroster/journal/20261122T210000.000Z-9f3c.ndjson",
      "under_way": [],
      "unread": [
        {
          "about": "run",
          "cut": false,
          "line": 1
        },
        {
          "about": "unknown",
          "cut": true,
          "line": 4
        }
      ]
    }
    "#);
}

/// A desk whose run with its journal elsewhere was killed while the portal made a team.
fn killed_with_its_journal_elsewhere(desk: &Desk, portal: &Served) -> PathBuf {
    let relay = Relay::start(portal, |line, real| {
        if line.starts_with("POST /settings/teams") {
            std::thread::sleep(std::time::Duration::from_secs(50));
        }
        real
    });
    let mut running = desk.hubroster("apply --yes --journal elsewhere/one.ndjson").at(&relay.url).start();
    relay.was_asked("POST /settings/teams");
    running.kill();
    running.end();
    desk.path("elsewhere/one.ndjson")
}

fn with_a_team() -> Desk {
    let desk = Desk::small();
    desk.edit("users.yaml", "users:\n", "teams: [{ name: Sales }]\nusers:\n");
    desk
}

/// What a message begins with, without what differs from run to run.
fn settled(stderr: &str) -> String {
    let lines = stderr.lines().filter(|line| !line.contains("of its lock"));
    let text = Vec::from_iter(lines).join("\n");
    let (start, rest) = text.split_once("he run of 20").expect("it says of which run");
    let (_, rest) = rest.split_once(" UTC").expect("a moment");
    format!("{start}he run of [moment] UTC{rest}")
}

#[test]
fn a_journal_elsewhere_is_found() {
    for line in [
        "apply --yes",
        "apply --yes --journal elsewhere/two.ndjson",
        "apply --yes --journal elsewhere/one.ndjson",
    ] {
        let desk = with_a_team();
        let portal = Served::start(&desk);
        killed_with_its_journal_elsewhere(&desk, &portal);
        let newest = desk.run("journal");
        assert!(newest.stdout.contains("started, and never ended"), "{}", newest.transcript());
        let ran = desk.hubroster(line).at(&portal.url).run();
        assert_eq!(ran.code, Some(0), "{}", ran.transcript());
        assert!(
            ran.stderr.contains(" was cut off: of 3 planned actions 0 had ended and 1 was under way."),
            "{}",
            ran.stderr
        );
        assert!(ran.stderr.contains("one.ndjson"), "{}", ran.stderr);
        assert!(ran.stderr.contains("under way then; it was done, as the portal shows"), "{}", ran.stderr);
        let next = desk.hubroster("apply --yes").at(&portal.url).run();
        assert_eq!((next.code, next.stderr.as_str()), (Some(0), ""));
    }
}

#[test]
fn a_journal_that_is_gone_is_missed() {
    for (spoil, why) in [
        (None, "is not there any more"),
        (Some(""), "does not hold that run any more"),
        (Some("nothing of ours\n"), "does not hold that run any more"),
    ] {
        let desk = with_a_team();
        let portal = Served::start(&desk);
        let journal = killed_with_its_journal_elsewhere(&desk, &portal);
        match spoil {
            None => std::fs::remove_file(&journal).expect("it was there"),
            Some(text) => desk.write("elsewhere/one.ndjson", text),
        }
        // As if it had been a rehearsal, which is not waited for.
        std::fs::rename(desk.path(NOTE), desk.path(NOTE_OF_A_REHEARSAL)).expect("a note");
        let ran = desk.run("apply --sandbox --yes");
        assert_eq!(ran.code, Some(0), "{}", ran.transcript());
        let told = settled(&ran.stderr);
        assert!(told.contains(why), "{told}");
        if spoil.is_none() {
            insta::assert_snapshot!(told.replace(&desk.path("").display().to_string(), "[desk]/"), @"
            The journal of the run of [moment] UTC, [desk]/elsewhere/one.ndjson, is not there any more. So nothing is known of what that run had
            done; everybody is read before they are changed, and what is left to do is planned again.
            ");
        }
        let next = desk.run("apply --sandbox --yes");
        assert_eq!((next.code, next.stderr.as_str()), (Some(0), ""));
    }
}

/// Journals are tidied away, and nobody has to hear of it.
#[test]
fn a_finished_runs_journal_is_not_missed() {
    let desk = Desk::small();
    desk.run("apply --sandbox --yes --journal elsewhere/one.ndjson");
    std::fs::remove_dir_all(desk.path("elsewhere")).expect("it was there");
    let next = desk.run("apply --sandbox --yes");
    assert_eq!((next.code, next.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_note_that_cannot_be_read_is_told() {
    let desk = Desk::small();
    desk.write(NOTE_OF_A_REHEARSAL, "{\"journal");
    let ran = desk.run("apply --sandbox --yes");
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());
    insta::assert_snapshot!(ran.stderr, @"
    .hubroster/journal/4611686.sandbox.last does not say any more where the last run has its journal (EOF while parsing a string at line 1 column 9). So nothing is
    known of what that run had done; everybody is read before they are changed, and what is left to do is planned again.
    ");
    let next = desk.run("apply --sandbox --yes");
    assert_eq!((next.code, next.stderr.as_str()), (Some(0), ""));
}

/// Killed while the portal makes an invitation, and started again as if 10 seconds had passed.
#[test]
fn an_invitation_that_the_portal_is_still_making_is_waited_for() {
    let desk = Desk::small();
    let slowly = "faults: [{ method: POST, path: /settings/users/2026-09, do: { delay: { ms: 2000 } } }]\n";
    desk.edit("sandbox.yaml", "permission_sets:\n", &format!("{slowly}permission_sets:\n"));
    let portal = Served::start(&desk);
    let mut running = desk.hubroster("apply --yes --journal one.ndjson").at(&portal.url).start();
    let is_started = |journal: &str| journal.contains(r#""kind":"invite""#);
    wait_for("the invitation", || {
        desk.path("one.ndjson")
            .exists()
            .then(|| desk.read("one.ndjson"))
            .filter(|journal| is_started(journal))
    });
    // Into the middle of the call.
    std::thread::sleep(std::time::Duration::from_millis(300));
    running.kill();
    running.end();
    let journal = desk.read("one.ndjson");
    desk.write("one.ndjson", &earlier(&journal, jiff::SignedDuration::from_secs(10)));
    let ran = desk.hubroster("apply --yes").at(&portal.url).run();
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());
    assert!(ran.stderr.contains("inviting cy@example.com, and HubSpot may still be at it"), "{}", ran.stderr);
    let mut sent = portal.requests();
    sent.retain(|line| line.starts_with("POST /settings/users/2026-09"));
    assert_eq!(sent, ["POST /settings/users/2026-09 201"], "nobody is invited twice");
    assert!(ran.stderr.contains("under way then; it was done, as the portal shows"), "{}", ran.stderr);
}

/// Every moment of a journal, so much earlier; its first line, by which it is known, stays.
fn earlier(journal: &str, span: jiff::SignedDuration) -> String {
    let (first, rest) = journal.split_once('\n').expect("a first line");
    let mut parts = rest.split("\"at\":\"");
    let mut aged = format!("{first}\n{}", parts.next().unwrap_or_default());
    for part in parts {
        let (at, rest) = part.split_once('"').expect("the end of a moment");
        let at: jiff::Timestamp = at.parse().expect("a moment");
        aged.push_str(&format!("\"at\":\"{}\"{rest}", at - span));
    }
    aged
}

/// The next run waits, saying this; Ctrl-C ends the wait, before anything was changed.
#[cfg(unix)]
fn waits(desk: &Desk, said: &str) {
    let portal = Served::start(desk);
    let running = desk.hubroster("apply --yes").at(&portal.url).start();
    running.says("waiting for at most");
    running.interrupt();
    let ran = running.end();
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(130), ""));
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("error: interrupted; nothing was changed\n"), "{}", ran.stderr);
    assert_eq!(portal.writes(), [""; 0]);
}

/// Sent just now, and with what follows.
fn invited_now(rest: &[&str]) -> String {
    #[expect(clippy::disallowed_methods, reason = "a journal of just now")]
    let now = jiff::Timestamp::now().to_string();
    let at_once = |line: &str| line.replace("2026-11-22T21:00:02Z", &now);
    format!("{RUN}\n{}\n{}", at_once(CY), at_once(&rest.join("\n")))
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_wait() {
    let desk = Desk::small();
    desk.write(JOURNAL, &invited_now(&[]));
    waits(&desk, "The last run may have been inviting cy@example.com, and HubSpot may still be at it");
}

/// It came to its end, and its report said that it did not know.
#[cfg(unix)]
#[test]
fn an_invitation_of_unknown_outcome_is_waited_for_as_well() {
    let unknown = CY.replace("start", "end").replace('}', r#","outcome":"unknown"}"#);
    let desk = Desk::small();
    desk.write(JOURNAL, &invited_now(&[&unknown, FINISH, ""]));
    waits(&desk, "The last run may have been inviting cy@example.com, and HubSpot may still be at it");
}

/// As the note names it, and nothing says that the run came to its end.
#[cfg(unix)]
#[test]
fn a_run_whose_journal_is_lost_is_waited_for_as_long_as_a_call_may_take() {
    let other = format!("{}\n{CY}\n", RUN.replace("journal/1", "journal/2"));
    let spoiled = [&RUN[..60], "", "nothing of ours\n", &other].map(Some).into_iter().chain([None]);
    for (number, text) in spoiled.enumerate() {
        let desk = Desk::small();
        noted(&desk, NOTE);
        if let Some(text) = text {
            desk.write(JOURNAL, text);
        }
        let waiting = "The last run may have been inviting somebody whom its journal cannot name any more, and HubSpot may \
                       still be at it: waiting for at most 60 seconds";
        waits(&desk, waiting);
        // The simulated portal of a run begins anew.
        let ran = desk.run("apply --sandbox --yes");
        assert_eq!(ran.code, Some(0), "{number}: {}", ran.transcript());
        assert!(!ran.stderr.contains("waiting"), "{number}: {}", ran.stderr);
    }
    let desk = Desk::small();
    noted(&desk, NOTE);
    std::fs::create_dir(desk.path(JOURNAL)).expect("a folder");
    waits(&desk, "somebody whom its journal cannot name any more");
}

/// What a run leaves behind that has just begun with `JOURNAL`.
fn noted(desk: &Desk, note: &str) {
    let name = JOURNAL.rsplit('/').next().expect("a name");
    let text = format!(r#"{{"journal":"{name}","began":"2026-11-22T21:00:00Z","finished":false}}"#);
    desk.write(note, &text);
}

#[test]
fn a_journal_that_a_note_names_has_lost_what_stood_behind_a_cut_first_line() {
    let desk = Desk::small();
    noted(&desk, NOTE_OF_A_REHEARSAL);
    desk.write(JOURNAL, &RUN[..60]);
    insta::assert_snapshot!(desk.run("apply --sandbox --yes").stderr, @"
    The journal of the run of 2026-11-22 21:00:00 UTC, .hubroster/journal/20261122T210000.000Z-9f3c.ndjson, has lost all but a part of its first line. So nothing is
    known of what that run had done; everybody is read before they are changed, and what is left to do is planned again.
    ");
}

#[test]
fn a_rehearsal_hides_nothing_of_what_a_real_run_left_open() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    desk.write(JOURNAL, &format!("{RUN}\n{ANA}\n{ANA_DONE}\n{CY}\n"));
    let rehearsal = desk.run("apply --sandbox --yes");
    assert_eq!(rehearsal.code, Some(0), "{}", rehearsal.transcript());
    let told = desk.hubroster("apply --yes").at(&portal.url).run();
    assert!(
        told.stderr.contains("of 2 planned actions 1 had ended and 1 was under way"),
        "{}",
        told.transcript()
    );
}
