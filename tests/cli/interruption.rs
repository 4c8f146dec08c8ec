//! Ctrl-C, at every moment: nothing begun is left in the dark, and the second one is at once.

use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use super::desk::Desk;
use super::portal::{Relay, Served};

#[test]
fn while_planning() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    for line in ["plan", "apply --yes", "snapshot --out portal.json", "doctor"] {
        let relay = Relay::start(&portal, |line, real| {
            if line.starts_with("GET /settings") {
                std::thread::sleep(Duration::from_secs(30));
            }
            real
        });
        let running = desk.hubroster(line).at(&relay.url).start();
        relay.was_asked("GET /settings");
        running.interrupt();
        let ran = running.end();
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(130), ""), "{line}: {}", ran.stderr);
        assert_eq!(ran.stderr, "error: interrupted; nothing was changed\n", "{line}");
    }
    assert_eq!(portal.writes(), [""; 0]);
    assert!(!desk.path("portal.json").exists());
}

/// A team is made before any person is changed, one call after another.
fn with_a_team() -> Desk {
    let desk = Desk::small();
    desk.edit("users.yaml", "users:\n", "teams: [{ name: Sales }]\nusers:\n");
    desk
}

#[test]
fn while_applying_what_is_under_way_is_finished_and_told() {
    let desk = with_a_team();
    let portal = Served::start(&desk);
    let (release, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let relay = Relay::start(&portal, move |line, real| {
        if line.starts_with("POST /settings/teams") {
            held.lock().expect("no panic holds it").recv().expect("the test lets it go");
        }
        real
    });
    let running = desk.hubroster("apply --yes").at(&relay.url).start();
    relay.was_asked("POST /settings/teams");
    running.interrupt();
    running.says("Ctrl-C again");
    release.send(()).expect("the relay waits");
    assert_run!(running.end().from("\nPlan:"), @r"
    exit 130
    ── stdout

    Plan: 1 to invite, 1 to change, 1 team to create. Removals 0 of 2, limit 5.

    Portal 4611686 Example BV (na1) · 2 people · 8 reads, 1 write
    Applied sha256:[digest]

      ✓ Sales            create team  done
      » ana@example.com  role         Viewer → Sales Rep   skipped: the run was interrupted
      » cy@example.com   invite       Sales Rep            skipped: the run was interrupted

    Applied: 1 of 3 actions done; 2 skipped.
    The run stopped early: the run was interrupted. Run `apply` again; what is done is not done twice.
    ── stderr

    Stopping: what is under way is finished, the rest is left. Ctrl-C again stops at once.
    ");
    assert_eq!(portal.writes(), ["POST /settings/teams/2026-09 201"]);
    // And the next run does what is left.
    assert_eq!(desk.hubroster("apply --yes").at(&portal.url).run().code, Some(0));
    assert_eq!(desk.hubroster("plan --detailed-exitcode").at(&portal.url).run().code, Some(0));
}

#[test]
fn twice_stops_at_once() {
    let desk = with_a_team();
    let portal = Served::start(&desk);
    let relay = Relay::start(&portal, |line, real| {
        if line.starts_with("POST /settings/teams") {
            std::thread::sleep(Duration::from_secs(50));
        }
        real
    });
    let running = desk.hubroster("apply --yes").at(&relay.url).start();
    relay.was_asked("POST /settings/teams");
    running.interrupt();
    running.says("Ctrl-C again");
    let again = Instant::now();
    running.interrupt();
    let ran = running.end();
    assert!(again.elapsed() < Duration::from_secs(20), "that took {:?}", again.elapsed());
    assert_run!(ran.from("\nPlan:"), @r"
    exit 130
    ── stdout

    Plan: 1 to invite, 1 to change, 1 team to create. Removals 0 of 2, limit 5.
    ── stderr

    Stopping: what is under way is finished, the rest is left. Ctrl-C again stops at once.
    error: stopped at once; calls that were under way may have been done: `hubroster plan` shows what is left
    ");
}
