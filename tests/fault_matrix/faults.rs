//! What can go wrong with one call, in the sandbox's words, and the rules that say what must come of it.

use std::time::Duration;

use hubroster::portal::Timeouts;
use serde_json::{Value, json};

use crate::endpoints::{Endpoint, Phase};

/// Longer than the client waits for an answer where that is the fault; no other fault is about time.
const TOO_LONG: Duration = Duration::from_secs(6);
const NOT_SO_LONG: Duration = Duration::from_secs(4);

pub(crate) struct Fault {
    pub(crate) name: &'static str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// HubSpot says no, in its own words.
    Refusal(u16),
    /// The token may not do this.
    Credential(u16),
    /// It passes by waiting, and nothing was done.
    Passing,
    Daily,
    /// The account moves to another data centre for hours.
    Moving,
    /// The portal has done it, and the client cannot tell from the answer.
    AnswerLost,
    /// Somebody else changes the person just before the call.
    Meddled,
    /// A page leads back to itself.
    Circle,
}

const fn fault(name: &'static str, kind: Kind) -> Fault {
    Fault { name, kind }
}

pub(crate) const FAULTS: &[Fault] = &[
    fault("400", Kind::Refusal(400)),
    fault("401", Kind::Credential(401)),
    fault("403", Kind::Credential(403)),
    fault("404", Kind::Refusal(404)),
    fault("409", Kind::Refusal(409)),
    fault("423", Kind::Passing),
    fault("429", Kind::Passing),
    fault("429 daily", Kind::Daily),
    fault("477 short", Kind::Passing),
    fault("477 long", Kind::Moving),
    fault("500", Kind::Passing),
    fault("502 html", Kind::Passing),
    fault("drop before", Kind::Passing),
    fault("500 after", Kind::AnswerLost),
    fault("504 after", Kind::AnswerLost),
    fault("drop after", Kind::AnswerLost),
    fault("too late", Kind::AnswerLost),
    fault("cut body", Kind::AnswerLost),
    fault("malformed", Kind::AnswerLost),
    fault("gigantic", Kind::AnswerLost),
    fault("html 200", Kind::AnswerLost),
    fault("meddled", Kind::Meddled),
    fault("circle", Kind::Circle),
];

impl Fault {
    /// Whether it can strike that call at all.
    pub(crate) fn fits(&self, endpoint: &Endpoint) -> bool {
        match self.kind {
            Kind::Circle => endpoint.is_list,
            // Somebody else changes people, and is only in the way where a person is written.
            Kind::Meddled => endpoint.phase == Phase::Applying && endpoint.subject.contains('@'),
            // Neither SCIM nor introspection counts against the account's day.
            Kind::Daily => !endpoint.is_scim() && !endpoint.is_introspection(),
            _ => true,
        }
    }

    /// What must come of it, where that is a rule and no matter of the single call.
    pub(crate) fn must_be(&self, endpoint: &Endpoint) -> Option<&'static str> {
        match (self.kind, endpoint.phase) {
            // Waiting and trying again is all that it takes; a POST that was not carried out is sent again.
            (Kind::Passing, Phase::Reading) => Some("same"),
            (Kind::Passing, Phase::Applying) => Some("done"),
            // A write whose answer is lost is settled by reading; nothing is done twice, and nothing is left open.
            (Kind::AnswerLost, Phase::Applying) if endpoint.writes => Some("done"),
            (Kind::Daily, Phase::Reading) => Some("error"),
            // A list that leads round in a circle is unread, and proves nothing about anybody.
            (Kind::Circle, _) if endpoint.name == "GET people" => Some("error"),
            _ => None,
        }
    }

    /// Whether the run as a whole must stop, and why.
    pub(crate) fn must_stop(&self, endpoint: &Endpoint) -> Option<&'static str> {
        match self.kind {
            Kind::Daily => Some("daily_limit"),
            Kind::Moving => Some("migrating"),
            // Introspection asks about the token and is shown none; whom it acts for is then not known.
            Kind::Credential(401) if !endpoint.is_introspection() => Some("credential"),
            _ => None,
        }
    }

    /// Whether the answer says that whom it is about is not there: a lie, and nothing else proves absence.
    pub(crate) fn says_absent(&self, endpoint: &Endpoint) -> bool {
        self.kind == Kind::Refusal(404) && !endpoint.writes
    }

    /// Whether somebody else takes the newcomer in first, so that no mail is due.
    pub(crate) fn takes_in(&self, endpoint: &Endpoint) -> bool {
        self.kind == Kind::Meddled && endpoint.subject == "cy@example.com"
    }

    /// How long the client waits for an answer: on a busy machine a patient one, so that only the fault decides.
    pub(crate) fn answer_in(&self) -> Duration {
        if self.name == "too late" { NOT_SO_LONG } else { Timeouts::default().request }
    }

    /// As `/__sandbox/faults` takes it.
    pub(crate) fn of(&self, endpoint: &Endpoint) -> Value {
        let mut fault =
            json!({ "method": endpoint.method, "path": endpoint.path, "do": self.deed(endpoint) });
        if self.is_lasting() {
            fault["times"] = Value::Null;
        }
        fault
    }

    /// Refusals stay; troubles pass.
    fn is_lasting(&self) -> bool {
        matches!(
            self.kind,
            Kind::Refusal(_) | Kind::Credential(_) | Kind::Daily | Kind::Moving | Kind::Circle
        )
    }

    fn deed(&self, endpoint: &Endpoint) -> Value {
        match self.name {
            "400" => error(400, "VALIDATION_ERROR"),
            "401" => error(401, "INVALID_AUTHENTICATION"),
            "403" => error(403, "MISSING_SCOPES"),
            "404" => error(404, "OBJECT_NOT_FOUND"),
            "409" => error(409, "CONFLICT"),
            "423" => error(423, "LOCKED"),
            // It says how long, so that the matrix need not wait ten seconds for each.
            "429" => json!({ "answer": { "status": 429, "retry_after": 1,
                "body": { "policyName": policy(endpoint), "category": "RATE_LIMITS" } } }),
            "429 daily" => json!({ "answer": { "status": 429,
                "body": { "policyName": "DAILY", "category": "RATE_LIMITS" } } }),
            "477 short" => json!({ "answer": { "status": 477, "retry_after": 1 } }),
            "477 long" => json!({ "answer": { "status": 477, "retry_after": 7200 } }),
            "500" => error(500, "INTERNAL_ERROR"),
            "502 html" => json!({ "answer": { "status": 502, "html": true } }),
            "drop before" => json!({ "drop": "before" }),
            "500 after" => json!({ "answer": { "status": 500, "when": "after" } }),
            "504 after" => json!({ "answer": { "status": 504, "when": "after", "html": true } }),
            "drop after" => json!({ "drop": "after" }),
            "too late" => json!({ "delay": { "ms": TOO_LONG.as_millis() as u64, "when": "after" } }),
            "cut body" => json!({ "cut_body": 9 }),
            "malformed" => json!("malformed_json"),
            "gigantic" => json!({ "gigantic_body": 17_000_000 }),
            "html 200" => json!({ "answer": { "status": 200, "when": "after", "html": true } }),
            "meddled" => {
                json!({ "change": { "person": endpoint.subject, "set": { "last_name": "Meddled" } } })
            }
            "circle" => json!("repeat_cursor"),
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
