//! A run that cannot write down what it does, or that it has come to its end.
//!
//! Deliberately absent: a disk that is full from the beginning, where nothing is done.

use std::process::Command;

use super::desk::{Desk, TOKEN};
use super::portal::{Relay, Served};

/// No file may grow beyond 512 bytes (1024 with some shells), which is enough for the first action.
#[cfg(unix)]
#[test]
fn what_a_full_disk_stops_was_applied_in_part() {
    let desk = Desk::small();
    let teams = Vec::from_iter((0..20).map(|number| format!("{{ name: Team {number} }}"))).join(", ");
    desk.edit("users.yaml", "users:\n", &format!("teams: [{teams}]\nusers:\n"));
    let limited = "trap '' XFSZ; ulimit -f 1; exec \"$0\" apply --yes";
    let mut command = Command::new("sh");
    command.args(["-c", limited, env!("CARGO_BIN_EXE_hubroster")]).current_dir(desk.path("")).env_clear();
    let portal = Served::start(&desk);
    command.env("HUBSPOT_ACCESS_TOKEN", TOKEN).env("HUBROSTER_PORTAL_URL", &portal.url);
    let ran = command.output().expect("a shell");
    let (stdout, stderr) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert_eq!(ran.status.code(), Some(8), "{stdout}{stderr}");
    assert!(stdout.contains("✓ Team 0"), "{stdout}");
    assert!(stdout.contains("the journal could not be written"), "{stdout}");
    assert!(stderr.contains("error: what was done stands in the report"), "{stderr}");
}

#[test]
fn a_run_that_cannot_note_its_end_was_applied_in_part() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let note = desk.path(".hubroster/journal/4611686.last");
    let relay = Relay::start(&portal, move |line, real| {
        if line.starts_with("POST /settings/users") {
            std::fs::remove_file(&note).expect("it is there before anything is done");
            std::fs::create_dir(&note).expect("a folder in its place");
        }
        real
    });
    let ran = desk.hubroster("apply --yes").at(&relay.url).run();
    assert_eq!(ran.code, Some(8), "{}", ran.transcript());
    assert!(ran.stdout.contains("✓ cy@example.com"), "{}", ran.stdout);
    assert!(ran.stderr.contains("error: what was done stands in the report"), "{}", ran.stderr);
    assert!(ran.stderr.contains("4611686.last` cannot be noted for the next run"), "{}", ran.stderr);
}
