//! A portal that is away, elsewhere, or answers nonsense: an error that says which, and never half a plan.

use super::desk::{Desk, TOKEN};
use super::portal::{Relay, Served, answer};

const PEOPLE: &str = "GET /settings/users/2026-09?";

#[test]
fn plain_http_is_for_this_machine() {
    let desk = Desk::small();
    let ran =
        desk.hubroster("plan --portal-url http://api.hubapi.com").env("HUBSPOT_ACCESS_TOKEN", TOKEN).run();
    assert_run!(ran, @r"
    exit 1
    ── stderr
    error: `http://api.hubapi.com` cannot be the portal's address: plain http would show the token to the network; use https, or http to this machine alone
    ");
}

#[test]
fn something_that_is_no_address() {
    let desk = Desk::small();
    let ran = desk.hubroster("plan --portal-url api.hubapi.com").env("HUBSPOT_ACCESS_TOKEN", TOKEN).run();
    assert_run!(ran, @r"
    exit 1
    ── stderr
    error: `api.hubapi.com` cannot be the portal's address: it is no URL; write it as `https://api.hubapi.com`
    ");
}

#[test]
fn nobody_answers() {
    // Port 1 of this machine: nobody listens there.
    let ran = Desk::small().hubroster("plan").at("http://127.0.0.1:1").run();
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    let (message, causes) = ran.stderr.split_once('\n').expect("a message and its causes");
    insta::assert_snapshot!(message, @"error: no answer to `GET /account-info/2026-09/details`: the portal could not be reached; check its address, the network and any proxy");
    assert!(causes.lines().all(|line| line.starts_with("  caused by: ")), "{causes}");
}

#[test]
fn the_sandbox_goes_before_an_address_in_the_environment() {
    let desk = Desk::small();
    let expected = desk.run("plan --sandbox").transcript();
    let ran = desk.hubroster("plan --sandbox").env("HUBROSTER_PORTAL_URL", "http://127.0.0.1:1").run();
    assert_eq!(ran.transcript(), expected);
}

#[test]
fn an_argument_goes_before_the_environment() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let ran = desk.hubroster("plan --portal-url").arg(&portal.url).at("http://127.0.0.1:1").run();
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());
}

#[test]
fn a_web_page_is_no_answer() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let page = "<!doctype html><html><head><title>Sign in to the proxy</title></head><body>…</body></html>";
    let relay = Relay::start(&portal, move |_, _| answer("403 Forbidden", "text/html", page));
    assert_run!(desk.hubroster("plan").at(&relay.url).run(), @r"
    exit 1
    ── stderr
    error: `GET /account-info/2026-09/details` was refused with status 403: a web page, `Sign in to the proxy`, instead of an answer of HubSpot's API; something on the way to HubSpot says so, so check the portal's address and any proxy
    ");
    let relay = Relay::start(&portal, move |_, _| answer("200 OK", "text/html", page));
    assert_run!(desk.hubroster("plan").at(&relay.url).run(), @r"
    exit 1
    ── stderr
    error: the answer to `GET /account-info/2026-09/details` (status 200) could not be understood: a web page, `Sign in to the proxy`, instead of an answer of HubSpot's API; nothing was concluded from it
    ");
}

#[test]
fn a_page_of_the_list_that_is_cut_is_no_plan() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let relay = Relay::start(&portal, |line, real| {
        if !line.starts_with(PEOPLE) {
            return real;
        }
        let text = String::from_utf8(real).expect("JSON");
        let (_, body) = text.split_once("\r\n\r\n").expect("a body");
        answer("200 OK", "application/json", &body[..body.len() / 2])
    });
    assert_run!(desk.hubroster("plan --detailed-exitcode").at(&relay.url).run(), @r"
    exit 1
    ── stderr
    error: the answer to `GET /settings/users/2026-09` (status 200) could not be understood: at `results[1].?`: EOF while parsing a string at line 1 column 151; nothing was concluded from it
    ");
    assert_eq!(desk.hubroster("apply --yes").at(&relay.url).run().code, Some(1));
    assert_eq!(portal.writes(), [""; 0]);
}

#[test]
fn a_connection_that_breaks_in_the_middle_is_no_plan() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let relay = Relay::start(&portal, |line, mut real| {
        if line.starts_with(PEOPLE) {
            real.truncate(real.len() - 10);
        }
        real
    });
    let ran = desk.hubroster("plan --detailed-exitcode").at(&relay.url).run();
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    insta::assert_snapshot!(ran.stderr.lines().next().unwrap_or_default(), @"error: the answer to `GET /settings/users/2026-09` (status 200) broke off, and nothing was concluded from it: the connection was lost; run again");
    let tries =
        portal.requests().iter().filter(|line| line.starts_with("GET /settings/users/2026-09 ")).count();
    assert_eq!(tries, 5, "a read is tried again");
}

#[test]
fn a_list_without_its_parts_is_no_plan() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    for body in ["{}", "[]", "null", r#"{"results":[{"id":"1001"}]}"#] {
        let relay = Relay::start(&portal, move |line, real| match line.starts_with(PEOPLE) {
            true => answer("200 OK", "application/json", body),
            false => real,
        });
        let ran = desk.hubroster("plan").at(&relay.url).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{body}: {}", ran.stderr);
    }
}

#[test]
fn a_redirection_is_not_followed() {
    let desk = Desk::small();
    let portal = Served::start(&desk);
    let relay = Relay::start(&portal, |_, _| {
        b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec()
    });
    assert_run!(desk.hubroster("plan").at(&relay.url).run(), @r"
    exit 1
    ── stderr
    error: HubSpot sent `GET /account-info/2026-09/details` elsewhere (status 302), and redirects are not followed; check the portal's address
    ");
}

#[test]
fn the_daily_limit_is_used_up() {
    let desk = Desk::small();
    desk.edit("sandbox.yaml", "permission_sets:\n", "limits: { daily: 2 }\npermission_sets:\n");
    let portal = Served::start(&desk);
    assert_run!(desk.hubroster("plan").at(&portal.url).run(), @r"
    exit 9
    ── stderr
    error: HubSpot's daily limit of calls is used up for this account, correlation id [uuid]; it is reset at midnight in the account's time zone
    ");
}
