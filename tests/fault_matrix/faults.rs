//! What can go wrong with one call, in the sandbox's words.
//!
//! Deliberately absent: what must come of it (`rules`).

use serde_json::{Value, json};

use crate::endpoints::Endpoint;

/// Longer than the client of the matrix waits for an answer.
pub(crate) const TOO_LONG_MS: u64 = 5_000;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// HubSpot says no, in its own words.
    Refusal(u16),
    /// Something on the way says it, with a page for people.
    Page(u16),
    /// HubSpot does not accept the token.
    Token,
    /// The token lacks a scope.
    Scope,
    /// It passes by waiting, and nothing was done.
    Passing,
    /// It does not pass, and nothing was done.
    Staying,
    Daily,
    /// The account moves to another data centre for hours.
    Moving,
    /// It was done, and no answer came, or a part of one.
    Lost,
    /// It was done, and the answer is whole and cannot be understood.
    Garbled,
    /// It was done, and something on the way put a page for people in place of the answer.
    Replaced(u16),
    /// Somebody else changes the person just before the call.
    Meddled,
    /// What the call does shows later.
    Late,
    /// A page leads back to itself.
    Circle,
    /// Somebody else's program uses the same limit.
    Shared,
}

const fn fault(name: &'static str, kind: Kind) -> Fault {
    Fault { name, kind }
}

pub(crate) const FAULTS: &[Fault] = &[
    fault("400", Kind::Refusal(400)),
    fault("401", Kind::Token),
    fault("403", Kind::Scope),
    fault("404", Kind::Refusal(404)),
    fault("404 page", Kind::Page(404)),
    fault("409", Kind::Refusal(409)),
    fault("423", Kind::Passing),
    fault("429", Kind::Passing),
    fault("429 daily", Kind::Daily),
    fault("477 short", Kind::Passing),
    fault("477 long", Kind::Moving),
    fault("500", Kind::Passing),
    fault("502 page", Kind::Passing),
    fault("503", Kind::Passing),
    fault("504", Kind::Passing),
    fault("524", Kind::Passing),
    fault("drop before", Kind::Passing),
    fault("500 stays", Kind::Staying),
    fault("drop stays", Kind::Staying),
    fault("500 after", Kind::Lost),
    fault("504 after", Kind::Lost),
    fault("drop after", Kind::Lost),
    fault("too late", Kind::Lost),
    fault("cut body", Kind::Lost),
    fault("malformed", Kind::Garbled),
    fault("gigantic", Kind::Garbled),
    fault("200 page", Kind::Garbled),
    fault("403 page after", Kind::Replaced(403)),
    fault("meddled", Kind::Meddled),
    fault("list lag", Kind::Late),
    fault("seat lag", Kind::Late),
    fault("record lag", Kind::Late),
    fault("circle", Kind::Circle),
    fault("shared", Kind::Shared),
];

impl Fault {
    /// Whether it can strike that call at all.
    pub(crate) fn fits(&self, endpoint: &Endpoint) -> bool {
        match (self.kind, self.name) {
            (Kind::Circle, _) => endpoint.page.is_some(),
            // People are in each other's way where a person is written.
            (Kind::Meddled, _) => !endpoint.is_for_the_plan() && endpoint.is_about_a_person(),
            (Kind::Daily | Kind::Shared, _) => endpoint.is_limited(),
            (Kind::Late, "list lag") => matches!(endpoint.name, "POST invitation" | "DELETE person"),
            (Kind::Late, "seat lag") => endpoint.name == "DELETE person",
            (Kind::Late, _) => endpoint.name == "POST invitation",
            _ => true,
        }
    }

    /// The status that the client hears, where the fault is an answer.
    pub(crate) fn status(&self) -> Option<u16> {
        self.name.split(' ').next().and_then(|word| word.parse().ok())
    }

    /// These stay; all others strike one call.
    fn is_lasting(&self) -> bool {
        match self.kind {
            Kind::Refusal(_) | Kind::Page(_) | Kind::Token | Kind::Scope => true,
            Kind::Daily | Kind::Moving | Kind::Staying | Kind::Circle => true,
            Kind::Passing | Kind::Lost | Kind::Garbled | Kind::Replaced(_) => false,
            Kind::Meddled | Kind::Late | Kind::Shared => false,
        }
    }

    pub(crate) fn is_about_time(&self) -> bool {
        self.name == "too late"
    }

    /// Whether a cell of it waits long, so that it had better begin early.
    pub(crate) fn is_slow(&self) -> bool {
        self.kind == Kind::Staying || self.is_about_time() || self.name == "423"
    }

    /// As `/__sandbox/faults` takes it.
    pub(crate) fn of(&self, endpoint: &Endpoint) -> Value {
        let mut fault = json!({ "method": endpoint.method, "path": endpoint.path, "nth": endpoint.nth,
                                "do": self.deed(endpoint) });
        if self.is_lasting() {
            fault["times"] = Value::Null;
        }
        fault
    }

    fn deed(&self, endpoint: &Endpoint) -> Value {
        match self.name {
            "400" => error(400, "VALIDATION_ERROR"),
            "401" => error(401, "INVALID_AUTHENTICATION"),
            "403" => error(403, "MISSING_SCOPES"),
            "404" => error(404, "OBJECT_NOT_FOUND"),
            "404 page" => json!({ "answer": { "status": 404, "html": true } }),
            "409" => error(409, "CONFLICT"),
            "423" => error(423, "LOCKED"),
            // They say how long, so that the matrix need not wait ten seconds for each.
            "429" => json!({ "answer": { "status": 429, "retry_after": 1,
                "body": { "policyName": policy(endpoint), "category": "RATE_LIMITS" } } }),
            "477 short" => json!({ "answer": { "status": 477, "retry_after": 1 } }),
            "429 daily" => json!({ "answer": { "status": 429,
                "body": { "policyName": "DAILY", "category": "RATE_LIMITS" } } }),
            "477 long" => json!({ "answer": { "status": 477, "retry_after": 7200 } }),
            "500" | "500 stays" => error(500, "INTERNAL_ERROR"),
            "502 page" => json!({ "answer": { "status": 502, "html": true } }),
            "503" => error(503, "UNAVAILABLE"),
            "504" => error(504, "TIMEOUT"),
            "524" => json!({ "answer": { "status": 524, "html": true } }),
            "drop before" | "drop stays" => json!({ "drop": "before" }),
            "500 after" => json!({ "answer": { "status": 500, "when": "after" } }),
            "504 after" => json!({ "answer": { "status": 504, "when": "after", "html": true } }),
            "drop after" => json!({ "drop": "after" }),
            "too late" => json!({ "delay": { "ms": TOO_LONG_MS, "when": "after" } }),
            "cut body" => json!({ "cut_body": 9 }),
            "malformed" => json!("malformed_json"),
            "gigantic" => json!({ "gigantic_body": 17_000_000 }),
            "200 page" => json!({ "answer": { "status": 200, "when": "after", "html": true } }),
            "403 page after" => json!({ "answer": { "status": 403, "when": "after", "html": true } }),
            "meddled" => {
                json!({ "change": { "person": endpoint.subject, "set": { "last_name": "Meddled" } } })
            }
            "list lag" => json!({ "list_lag": 2 }),
            "seat lag" => json!({ "seat_lag": 4 }),
            "record lag" => json!({ "crm_record_lag": 2 }),
            "circle" => json!("repeat_cursor"),
            "shared" => json!({ "other_application": 10 }),
            other => panic!("{other} has no deed"),
        }
    }
}

fn error(status: u16, category: &str) -> Value {
    json!({ "answer": { "status": status, "body": { "category": category, "message": "no" } } })
}

fn policy(endpoint: &Endpoint) -> &'static str {
    if endpoint.is_search() { "SECONDLY" } else { "TEN_SECONDLY_ROLLING" }
}
