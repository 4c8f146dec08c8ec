//! `journal`: what a run did, also one that was cut off in the middle of a line.

use super::desk::Desk;

const RUN: &str = r#"{"event":"run","format":"hubroster-journal/1","at":"2026-11-22T21:00:00.4Z","hubroster":"0.1.0","portal":4611686,"digest":"sha256:00ab","actions":6}
{"event":"start","at":"2026-11-22T21:00:01Z","action":0,"kind":"team_create","subject":"Sales"}
{"event":"end","at":"2026-11-22T21:00:02Z","action":0,"kind":"team_create","subject":"Sales","outcome":"done"}
{"event":"start","at":"2026-11-22T21:00:02Z","action":1,"kind":"update","subject":"ana@example.com","id":"1001"}
{"event":"start","at":"2026-11-22T21:00:02Z","action":2,"kind":"update","subject":"bo@example.com","id":"1002"}
{"event":"settings","at":"2026-11-22T21:00:03Z","action":2,"outcome":"done"}
{"event":"end","at":"2026-11-22T21:00:03Z","action":1,"kind":"update","subject":"ana@example.com","id":"1001","outcome":"failed","not_done":["role"],"error":{"status":403,"category":"FORBIDDEN","message":"Role is locked","correlation_id":"5f5a8b3e"}}
{"event":"start","at":"2026-11-22T21:00:04Z","action":3,"kind":"invite","subject":"cy@example.com"}
"#;
const FINISH: &str = r#"{"event":"finish","at":"2026-11-22T21:00:09Z"}
"#;

#[test]
fn what_a_run_did_that_was_cut_off() {
    let desk = Desk::empty();
    desk.write("one.ndjson", &format!("{RUN}{{\"event\":\"en"));
    assert_run!(desk.run("journal one.ndjson"), @"
    exit 0
    ── stdout
    Run of 2026-11-22 21:00:00 UTC on portal 4611686 · cut off before its report
    Plan sha256:[digest]

      ✓ Sales            create team  21:00:02  done
      ✗ ana@example.com  change       21:00:03  failed, without role: 403 FORBIDDEN: Role is locked (correlation id 5f5a8b3e)
      ? bo@example.com   change       21:00:02  settings done, profile still to come, and never ended; the next `apply` settles it by reading
      ? cy@example.com   invite       21:00:04  started, and never ended; the next `apply` settles it by reading

    6 planned actions: 2 ended, 2 left open, 2 not begun.
    Line 9 is cut; what it said of its action is lost.
    ");
}

#[test]
fn several_runs_in_one_file() {
    let desk = Desk::empty();
    let first = RUN.lines().take(3).collect::<Vec<_>>().join("\n");
    desk.write("one.ndjson", &format!("{first}\n{FINISH}{}\n{FINISH}", RUN.lines().next().expect("a line")));
    assert_run!(desk.run("journal one.ndjson"), @r"
    exit 0
    ── stdout
    Run of 2026-11-22 21:00:00 UTC on portal 4611686 · finished 2026-11-22 21:00:09 UTC
    Plan sha256:[digest]

      ✓ Sales  create team  21:00:02  done

    6 planned actions: 1 ended, 5 not begun.

    Run of 2026-11-22 21:00:00 UTC on portal 4611686 · finished 2026-11-22 21:00:09 UTC
    Plan sha256:[digest]

    6 planned actions: 6 not begun.
    ");
}

#[test]
fn text_of_the_portal_is_harmless() {
    let desk = Desk::empty();
    desk.write(
        "one.ndjson",
        &RUN.replace("Role is locked", "\\u001b[2Jgone").replace("Sales", "Sa\\u202eles"),
    );
    let ran = desk.run("journal one.ndjson");
    assert!(!ran.stdout.contains(['\u{1b}', '\u{202e}']), "{}", ran.stdout);
}

#[test]
fn a_run_that_had_only_begun() {
    let desk = Desk::empty();
    desk.write("one.ndjson", &RUN[..40]);
    assert_run!(desk.run("journal one.ndjson"), @"
    exit 0
    ── stdout
    one.ndjson: nothing is left but a part of the first line. Either the run was cut off there, before it changed anything, or the rest of the file is lost.
    ");
    desk.write(".hubroster/journal/20261122T210000.000Z-9f3c.ndjson", "");
    assert_run!(desk.run("journal"), @"
    exit 0
    ── stdout
    .hubroster/journal/20261122T210000.000Z-9f3c.ndjson: it is empty. Either the run was cut off there, before it changed anything, or the rest of the file is lost.
    ");
}

#[test]
fn where_there_is_none() {
    let desk = Desk::small();
    assert_run!(desk.run("journal"), @r"
    exit 1
    ── stderr
    error: no journal in `.hubroster/journal` yet: `hubroster apply` writes one; or name a file
    ");
    assert_run!(desk.run("journal users.yaml"), @r"
    exit 1
    ── stderr
    error: `users.yaml` is no journal of hubroster
    ");
    assert_run!(desk.run("journal missing.ndjson"), @r"
    exit 1
    ── stderr
    error: the journal `missing.ndjson` cannot be read
      caused by: No such file or directory (os error [number])
    ");
}

#[test]
fn the_newest_of_the_directory() {
    let desk = Desk::small();
    desk.run("apply --sandbox --yes");
    let ran = desk.run("journal");
    let has_line = |start: &str, end: &str| {
        let mut lines = ran.stdout.lines();
        assert!(lines.any(|line| line.starts_with(start) && line.ends_with(end)), "{}", ran.stdout);
    };
    has_line("Run of ", " UTC");
    has_line("  ✓ ana@example.com  change  ", "  done");
    has_line("  ✓ cy@example.com   invite  ", "  done");
    has_line("2 planned actions: 2 ended.", "");
}
