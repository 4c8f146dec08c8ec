//! What a cell must come to: one word for each kind of fault and part of a run, and the few calls that differ, each with
//! its reason.

use crate::endpoints::{Endpoint, Part};
use crate::faults::{Fault, Kind};

pub(crate) fn expected(endpoint: &Endpoint, fault: &Fault) -> String {
    if endpoint.is_for_the_plan() {
        return while_reading(endpoint.part, fault.kind).to_owned();
    }
    if let Some(word) = exception(endpoint, fault) {
        return word.to_owned();
    }
    let word = while_applying(endpoint.part, fault.kind);
    stop(endpoint, fault).map_or_else(|| word.to_owned(), |stop| format!("{word}/{stop}"))
}

fn while_reading(part: Part, kind: Kind) -> &'static str {
    match (kind, part) {
        // Waiting and asking again is all that it takes, and an answer that did not come whole is asked for again.
        (Kind::Passing | Kind::Lost | Kind::Shared, _) => "same",
        // Without the permission, or where the account has no such thing, a plan is made of the rest and says so.
        (Kind::Scope, Part::Extra | Part::ExtraByScope | Part::Remark) => "less",
        (Kind::Refusal(400 | 404), Part::Extra) => "less",
        // Introspection does not answer for every kind of token; then nobody knows whom it acts for.
        (Kind::Refusal(_) | Kind::Page(_) | Kind::Replaced(_) | Kind::Token, Part::Remark) => "less",
        // HubSpot's own word about one person, and nothing else, is taken for it.
        (Kind::Refusal(404), Part::Direct) => "less",
        // Everything else is no reading: half a list, a page of a proxy, an answer that cannot be understood.
        _ => "error",
    }
}

fn while_applying(part: Part, kind: Kind) -> &'static str {
    match (kind, part) {
        (Kind::Passing | Kind::Late | Kind::Shared, _) => "done",
        // Asked again where it was a question; where it was a write, settled by reading and not done twice.
        (Kind::Lost, _) => "done",
        (Kind::Garbled | Kind::Replaced(_), Part::Write | Part::Create | Part::Confirm) => "done",
        (Kind::Garbled | Kind::Replaced(_), _) => "failed",
        // What was accepted and cannot be seen is no failure and no success.
        (Kind::Refusal(404), Part::Confirm) => "done",
        (
            Kind::Refusal(_)
            | Kind::Page(_)
            | Kind::Scope
            | Kind::Token
            | Kind::Staying
            | Kind::Daily
            | Kind::Moving,
            Part::Confirm,
        ) => "unknown",
        // The run ends before it.
        (Kind::Token | Kind::Daily | Kind::Moving, _) => "skipped",
        (Kind::Refusal(404 | 409), _) => "stale",
        // A creation that reading does not show may still come to show; a page in place of its answer says nothing.
        (Kind::Staying | Kind::Page(_), Part::Create) => "unknown",
        (Kind::Refusal(_) | Kind::Page(_) | Kind::Scope, _) => "failed",
        (Kind::Staying, _) => "failed",
        // Somebody else was there between the plan and the look; after the look nobody can tell.
        (Kind::Meddled, Part::Look | Part::Create) => "stale",
        (Kind::Meddled, _) => "done",
        (Kind::Circle, _) => "error",
    }
}

/// Where a call while applying differs from its part.
fn exception(endpoint: &Endpoint, fault: &Fault) -> Option<&'static str> {
    let word = match (endpoint.name, fault.kind) {
        // That nobody is there is what these hope for.
        ("GET by address" | "GET leaver" | "GET old team", Kind::Refusal(404)) => "done",
        // Not a word about whether somebody has the address, so no invitation and no reason to plan again.
        ("GET by address", Kind::Refusal(409)) => "failed",
        // Then the member is gone, and not the membership.
        ("GET new member", Kind::Refusal(404)) => "stale",
        // Somebody else changes a name, which is not what these are about.
        (
            "POST read profiles" | "POST find record" | "GET SCIM person" | "GET SCIM former",
            Kind::Meddled,
        ) => "done",
        // Where records cannot be found a hundred at a time, they are asked for one by one.
        ("POST find record", Kind::Refusal(400)) => "done",
        // Where SCIM refuses PATCH, the whole person is PUT.
        ("PATCH deactivate" | "PATCH reactivate", Kind::Refusal(400)) => "done",
        // One of two teams is changed by then, and no read can show it any more.
        ("POST member", Kind::Daily) => "unknown/daily_limit",
        ("POST member", Kind::Moving) => "unknown/migrating",
        // The run does not end for it, and nothing of SCIM's can be done.
        (_, Kind::Token) if endpoint.is_scim() => "failed",
        _ => return None,
    };
    Some(word)
}

/// Why the run must end before the plan does.
pub(crate) fn stop(endpoint: &Endpoint, fault: &Fault) -> Option<&'static str> {
    match fault.kind {
        // SCIM's token is another: without it all else goes on.
        Kind::Token if endpoint.is_scim() => None,
        Kind::Token => Some("credential"),
        Kind::Daily => Some("daily_limit"),
        Kind::Moving => Some("migrating"),
        _ => None,
    }
}

/// The answer says in HubSpot's own words that whom it is about is not there, and they are. Nothing else proves
/// absence, and nothing proves this one wrong.
pub(crate) fn is_a_lie(endpoint: &Endpoint, fault: &Fault) -> bool {
    fault.kind == Kind::Refusal(404) && !endpoint.writes()
}

/// In the end.
pub(crate) fn mails(endpoint: &Endpoint, fault: &Fault) -> &'static [&'static str] {
    // Somebody else takes the newcomer in, without a mail.
    let is_taken_in =
        fault.kind == Kind::Meddled && matches!(endpoint.name, "GET by address" | "POST invitation");
    if is_taken_in { &[] } else { &["cy@example.com"] }
}
