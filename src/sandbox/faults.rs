//! Faults: which calls go wrong, when, and how.
//!
//! A fault counts itself down: `nth` and `times` are what is left, and a fault that is used up is gone, so that a
//! saved state does not begin it again. Deliberately absent: chance. The same calls meet the same faults.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

fn one() -> u32 {
    1
}

fn is_one(value: &u32) -> bool {
    *value == 1
}

fn once() -> Option<u32> {
    Some(1)
}

fn is_once(value: &Option<u32>) -> bool {
    *value == once()
}

/// One thing that goes wrong with the calls it matches.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    /// Left out: any method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    /// `*` stands for anything in one segment, `**` for anything. Left out: any path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The how-manieth matching call it begins with.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    nth: u32,
    /// How many matching calls it strikes from there. None: all of them.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    times: Option<u32>,
    #[serde(rename = "do")]
    action: Action,
}

/// Before or after the portal has carried out the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum When {
    #[default]
    Before,
    After,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    /// Answers this; with `when: before` the call is not carried out.
    Answer(Canned),
    /// Waits this long.
    Delay(Delay),
    /// Closes the connection without an answer; with `before` the call is not carried out.
    Drop(When),
    /// Announces the whole body, sends this many bytes of it and closes the connection.
    CutBody(usize),
    /// Sends a body that ends in the middle of the JSON as if that were all.
    MalformedJson,
    /// Sends a body of at least this many bytes.
    GiganticBody(u64),
    /// Changes somebody, or takes somebody in, as an administrator in the user interface would.
    Change(Change),
    /// The cursor of the next page is the one that led to this page.
    RepeatCursor,
    /// What this call does shows in the list so many listings later.
    ListLag(u32),
    /// Seats that this call gives back are free so many requests later.
    SeatLag(u32),
    /// A CRM record that this call makes shows so many reads later.
    CrmRecordLag(u32),
    /// From this call on another application makes so many calls a second with the same limits. 0 ends it.
    OtherApplication(u32),
}

/// An answer made up by the seed.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Canned {
    pub(crate) status: u16,
    #[serde(default, skip_serializing_if = "is_before")]
    pub(crate) when: When,
    /// Text is sent as it is; an object is laid over HubSpot's error for this status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Value>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) headers: BTreeMap<String, String>,
    /// Seconds in a `Retry-After` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retry_after: Option<u64>,
    /// Sends an error page for people instead of JSON.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) html: bool,
}

fn is_before(when: &When) -> bool {
    *when == When::Before
}

fn is_false(value: &bool) -> bool {
    !*value
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Delay {
    pub(crate) ms: u64,
    #[serde(default, skip_serializing_if = "is_before")]
    pub(crate) when: When,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    /// An e-mail address or a settings id. An address that nobody has is taken in.
    pub(crate) person: String,
    /// Any keys of a person of the seed.
    pub(crate) set: Map<String, Value>,
    #[serde(default, skip_serializing_if = "is_before")]
    pub(crate) when: When,
}

impl Fault {
    /// What is wrong with it, and at which key, apart from what only the portal knows.
    pub(crate) fn check(&self) -> Result<(), (&'static str, String)> {
        if self.nth == 0 {
            return Err(("nth", "the first matching call is 1".to_owned()));
        }
        if self.times == Some(0) {
            return Err(("times", "it must strike at least once; null is every time".to_owned()));
        }
        if let Action::Answer(canned) = &self.action {
            if !(200..=599).contains(&canned.status) {
                return Err(("do.answer.status", format!("{} is no status of an answer", canned.status)));
            }
            if canned.html && canned.body.is_some() {
                return Err(("do.answer.html", "`body` is given too: leave out one of them".to_owned()));
            }
            let is_token = |name: &str| {
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            };
            if let Some(name) = canned.headers.keys().find(|name| !is_token(name)) {
                return Err(("do.answer.headers", format!("`{name}` is no name of a header")));
            }
            if canned.headers.values().any(|value| value.chars().any(char::is_control)) {
                return Err(("do.answer.headers", "a header's value has no control characters".to_owned()));
            }
        }
        Ok(())
    }

    pub(crate) fn change(&self) -> Option<&Change> {
        if let Action::Change(change) = &self.action { Some(change) } else { None }
    }

    fn matches(&self, method: &str, path: &str, query: Option<&str>) -> bool {
        let same_method = self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
        let same_path = self.path.as_ref().is_none_or(|pattern| match query {
            Some(query) if pattern.contains('?') => {
                glob(pattern.as_bytes(), format!("{path}?{query}").as_bytes())
            }
            _ => glob(pattern.as_bytes(), path.as_bytes()),
        });
        same_method && same_path
    }
}

/// Whether the pattern describes the whole text.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match pattern {
        [] => text.is_empty(),
        [b'*', b'*', rest @ ..] => (0..=text.len()).any(|start| glob(rest, &text[start..])),
        [b'*', rest @ ..] => {
            let segment = text.iter().position(|byte| *byte == b'/').unwrap_or(text.len());
            (0..=segment).any(|start| glob(rest, &text[start..]))
        }
        [first, rest @ ..] => text.first() == Some(first) && glob(rest, &text[1..]),
    }
}

/// What strikes one call, in the order of the faults.
#[derive(Debug, Clone, Default)]
pub(crate) struct Strikes(Vec<Action>);

impl Strikes {
    /// Counts this call in each fault it matches and takes what strikes it.
    pub(crate) fn take(faults: &mut Vec<Fault>, method: &str, path: &str, query: Option<&str>) -> Strikes {
        let mut strikes = Vec::new();
        faults.retain_mut(|fault| {
            if !fault.matches(method, path, query) {
                return true;
            }
            if fault.nth > 1 {
                fault.nth -= 1;
                return true;
            }
            strikes.push(fault.action.clone());
            fault.times = fault.times.map(|times| times - 1);
            fault.times != Some(0)
        });
        Strikes(strikes)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Action> {
        self.0.iter()
    }

    pub(crate) fn delay(&self, moment: When) -> Duration {
        let delays = self.0.iter().map(|action| match action {
            Action::Delay(Delay { ms, when }) if *when == moment => *ms,
            _ => 0,
        });
        Duration::from_millis(delays.sum())
    }

    pub(crate) fn drops(&self, moment: When) -> bool {
        self.0.contains(&Action::Drop(moment))
    }

    pub(crate) fn canned(&self, moment: When) -> Option<&Canned> {
        self.0.iter().find_map(|action| match action {
            Action::Answer(canned) if canned.when == moment => Some(canned),
            _ => None,
        })
    }

    pub(crate) fn changes(&self, moment: When) -> impl Iterator<Item = &Change> {
        self.0.iter().filter_map(move |action| match action {
            Action::Change(change) if change.when == moment => Some(change),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stays_in_its_segment_and_two_do_not() {
        let matches = |pattern: &str, path: &str| glob(pattern.as_bytes(), path.as_bytes());
        assert!(matches("/settings/users/*", "/settings/users/2026-09"));
        assert!(!matches("/settings/users/*", "/settings/users/2026-09/1001"));
        assert!(matches("/settings/users/*/10*1", "/settings/users/2026-09/1001"));
        assert!(matches("/settings/**", "/settings/users/2026-09/1001"));
        assert!(matches("**/1001", "/settings/users/2026-09/1001"));
        assert!(!matches("/settings", "/settings/users"));
        assert!(matches("**", ""));
    }

    #[test]
    fn a_fault_strikes_from_its_nth_call_on_and_then_is_gone() {
        let fault: Fault =
            serde_json::from_str(r#"{ "method": "put", "nth": 2, "times": 2, "do": "malformed_json" }"#)
                .unwrap();
        let mut faults = vec![fault];
        let mut strikes =
            |method: &str| Strikes::take(&mut faults, method, "/x", None).iter().next().is_some();
        assert_eq!(["PUT", "GET", "PUT", "PUT", "PUT"].map(&mut strikes), [false, false, true, true, false]);
        assert!(faults.is_empty());
    }
}
