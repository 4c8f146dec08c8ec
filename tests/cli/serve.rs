//! `sandbox serve`: where it listens, what it refuses, what it keeps.

use super::desk::{Desk, TOKEN};
use super::portal::Served;

#[test]
fn the_first_line_says_where() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let (host, port) =
        portal.url.strip_prefix("http://").and_then(|rest| rest.split_once(':')).expect("an address");
    assert_eq!(host, "127.0.0.1");
    assert_ne!(port.parse::<u16>().expect("a port"), 0);
}

#[test]
fn the_log_has_one_line_per_request() {
    let desk = Desk::settled();
    let portal = Served::start(&desk);
    desk.hubroster("plan").at(&portal.url).run();
    let mut requests = portal.requests();
    requests[1..].sort();
    insta::assert_snapshot!(requests.join("\n"), @r"
    GET /account-info/2026-09/details 200
    GET /crm/objects/2026-03/users 200
    GET /crm/owners/2026-09 200
    GET /settings/teams/2026-09 200
    GET /settings/users/2026-09 200
    GET /settings/users/2026-09/roles 200
    GET /settings/users/2026-09/seats 200
    ");
    let first = desk.read("requests.ndjson").lines().next().expect("a line").to_owned();
    let keys: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&first).expect("an object");
    assert_eq!(keys.keys().collect::<Vec<_>>(), ["body", "method", "path", "status", "time"]);
    assert!(!desk.read("state.json").contains(TOKEN));
}

#[test]
fn it_listens_on_this_machine_alone() {
    let desk = Desk::small();
    assert_run!(desk.run("sandbox serve --listen 0.0.0.0:0"), @r"
    exit 1
    ── stderr
    error: the simulated portal takes any token, so it listens on loopback only; `0.0.0.0` is not
    ");
    assert_run!(desk.run("sandbox serve --listen [::]:0"), @r"
    exit 1
    ── stderr
    error: the simulated portal takes any token, so it listens on loopback only; `::` is not
    ");
    assert_run!(desk.run("sandbox serve --listen localhost"), @r"
    exit 1
    ── stderr
    error: invalid value 'localhost' for '--listen <ADDRESS:PORT>': write address and port as `127.0.0.1:8787`

    For more information, try '--help'.
    ");
}

#[test]
fn a_port_that_is_taken() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let address = portal.url.strip_prefix("http://").expect("plain http");
    let ran = desk.hubroster("sandbox serve --listen").arg(address).hiding(address, "127.0.0.1:[port]").run();
    assert_run!(ran, @r"
    exit 1
    ── stderr
    error: the sandbox cannot listen on `127.0.0.1:[port]`: choose another address or port
      caused by: Address already in use (os error [number])
    ");
}

#[test]
fn a_seed_that_is_not_there() {
    assert_run!(Desk::empty().run("sandbox serve"), @r"
    exit 1
    ── stderr
    error: cannot read `sandbox.yaml`, which says what the simulated portal holds; docs/sandbox.md shows how to write one, and `hubroster snapshot --out` saves one from a real portal
      caused by: No such file or directory (os error [number])
    ");
    assert_run!(Desk::empty().run("sandbox serve --listen 127.0.0.1:0 --seed other.yaml"), @r"
    exit 1
    ── stderr
    error: cannot read `other.yaml`, which says what the simulated portal holds; docs/sandbox.md shows how to write one, and `hubroster snapshot --out` saves one from a real portal
      caused by: No such file or directory (os error [number])
    ");
}

#[test]
fn a_seed_that_is_wrong() {
    let desk = Desk::small();
    desk.edit("sandbox.yaml", "super_admin: true", "super_admin: perhaps");
    assert_run!(desk.run("sandbox serve --listen 127.0.0.1:0"), @r#"
    exit 3
    ── stderr
    error[seed]: invalid type: string "perhaps", expected a boolean
     --> sandbox.yaml:6:58
      |
    6 |   - { id: '1000', email: owner@example.com, super_admin: perhaps }
      |                                                          ^^^^^^^

    1 error.
    "#);
    desk.write("sandbox.yaml", "portal: [\n");
    assert_run!(desk.run("sandbox serve --listen 127.0.0.1:0"), @r"
    exit 3
    ── stderr
    error[syntax]: a bracket that is never closed
     --> sandbox.yaml:1:9
      |
    1 | portal: [
      |         ^
      |
      = help: close it with `]` or `}`

    1 error.
    ");
}

#[test]
fn a_state_that_cannot_be_kept() {
    let desk = Desk::small();
    desk.write("taken", "a file");
    assert_run!(desk.run("sandbox serve --listen 127.0.0.1:0 --state taken/state.json"), @r"
    exit 1
    ── stderr
    error: the sandbox's state cannot be written to `taken/state.json`: choose another file
      caused by: File exists (os error [number])
    ");
    assert_run!(desk.run("sandbox serve --listen 127.0.0.1:0 --log nowhere/requests.ndjson"), @r"
    exit 1
    ── stderr
    error: the sandbox's request log `nowhere/requests.ndjson` cannot be opened: choose another file
      caused by: No such file or directory (os error [number])
    ");
}

#[test]
fn what_was_done_survives_a_restart() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    assert_eq!(desk.hubroster("apply --yes").at(&portal.url).run().code, Some(0));
    drop(portal);
    let portal = Served::start(&desk);
    assert_eq!(desk.hubroster("plan --detailed-exitcode").at(&portal.url).run().code, Some(0));
}

#[cfg(unix)]
#[test]
fn ctrl_c_is_how_it_ends() {
    let desk = Desk::small();
    let running = desk.hubroster("sandbox serve --listen 127.0.0.1:0").start();
    let url = running.first_line().replace("listening on ", "");
    running.says("stop with Ctrl-C");
    running.interrupt();
    let ran = running.end();
    assert_eq!(
        (ran.code, ran.stdout, ran.stderr),
        (Some(0), format!("listening on {url}\n"), "stop with Ctrl-C\n".to_owned())
    );
}
