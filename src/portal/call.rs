//! One call to HubSpot before it is sent: what it asks, whether it writes, whether it may be repeated.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde::Serialize;
use serde_json::Value;

use super::Error;
use super::door::Realm;
use super::retry::Limit;

/// All but the characters that need no encoding anywhere (RFC 3986, "unreserved").
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Of an id, in a log or an error; HubSpot's have a dozen digits.
const LONGEST_SHOWN: usize = 80;

/// Without `Debug`: one body holds the token.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: Path,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Option<Value>,
    pub(super) effect: Effect,
    pub(super) limit: Limit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Changes nothing, whatever the method.
    Reads,
    /// Doing it twice is the same as doing it once.
    Writes,
    /// Doing it twice would do it twice: never sent again once it may have arrived.
    Creates,
}

impl Call {
    fn new(method: Method, path: Path, effect: Effect) -> Call {
        Call { method, path, query: Vec::new(), body: None, effect, limit: Limit::Ordinary }
    }

    pub(super) fn get(path: Path) -> Call {
        Call::new(Method::GET, path, Effect::Reads)
    }

    /// A question that is too long for an address.
    pub(super) fn ask(path: Path, question: &impl Serialize) -> Call {
        Call::new(Method::POST, path, Effect::Reads).with_body(question)
    }

    pub(super) fn create(path: Path, body: &impl Serialize) -> Call {
        Call::new(Method::POST, path, Effect::Creates).with_body(body)
    }

    /// `POST`, `PUT` or `PATCH` of something that says the same when it is said twice.
    pub(super) fn write(method: Method, path: Path, body: &impl Serialize) -> Call {
        Call::new(method, path, Effect::Writes).with_body(body)
    }

    pub(super) fn delete(path: Path) -> Call {
        Call::new(Method::DELETE, path, Effect::Writes)
    }

    pub(super) fn with(mut self, key: &'static str, value: impl Into<String>) -> Call {
        self.query.push((key, value.into()));
        self
    }

    /// Repeats the key, which is how HubSpot's documents write a list.
    pub(super) fn with_each(mut self, key: &'static str, values: &[&str]) -> Call {
        self.query.extend(values.iter().map(|value| (key, (*value).to_owned())));
        self
    }

    pub(super) fn under(mut self, limit: Limit) -> Call {
        self.limit = limit;
        self
    }

    fn with_body(mut self, body: &impl Serialize) -> Call {
        let value = serde_json::to_value(body).expect("structs of texts and lists have a JSON form");
        self.body = Some(value);
        self
    }

    /// As it may be logged: no query, nothing personal.
    pub(super) fn shown(&self) -> String {
        format!("{} {}", self.method, self.path.shown)
    }
}

/// A path as it is sent, as it may be logged, and the door that it leads through: no call can come to another door
/// than its path's, nor be shown another token there.
#[derive(Debug, Clone)]
pub(super) struct Path {
    pub(super) realm: Realm,
    pub(super) sent: String,
    shown: String,
}

impl Path {
    /// Begins with a slash and has no slash at the end.
    pub(super) fn new(fixed: impl Into<String>) -> Path {
        let fixed = fixed.into();
        Path { realm: Realm::Portal, sent: fixed.clone(), shown: fixed }
    }

    /// Below the SCIM service's own address. Begins with a slash and has none at the end.
    pub(super) fn of_scim(fixed: &str) -> Path {
        Path { realm: Realm::Scim, sent: fixed.to_owned(), shown: format!("/scim/v2{fixed}") }
    }

    pub(super) fn then(mut self, fixed: &str) -> Path {
        self.sent.push_str(fixed);
        self.shown.push_str(fixed);
        self
    }

    pub(super) fn id(self, id: &str) -> Result<Path, Error> {
        let encoded = utf8_percent_encode(id, SEGMENT).to_string();
        match encoded.get(..LONGEST_SHOWN) {
            Some(beginning) => self.segment(id, &format!("{beginning}…")),
            None => self.segment(id, &encoded),
        }
    }

    /// For an e-mail address: sent, and not logged.
    pub(super) fn personal(self, value: &str) -> Result<Path, Error> {
        self.segment(value, "…")
    }

    /// An empty segment, `.` and `..` would make it another path, and so another call.
    fn segment(mut self, value: &str, shown: &str) -> Result<Path, Error> {
        if matches!(value, "" | "." | "..") {
            let what = format!("`{value}` as an id");
            return Err(Error::Request { what, reason: "it would change the call's path" });
        }
        self.sent.push('/');
        self.sent.extend(utf8_percent_encode(value, SEGMENT));
        self.shown.push('/');
        self.shown.push_str(shown);
        Ok(self)
    }
}

/// As it may be logged.
impl std::fmt::Display for Path {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_encoded_whole_and_not_shown() {
        let path = Path::new("/users").personal("o'b+r/i%e#n&x y@example.com").expect("a path");
        assert_eq!(path.sent, "/users/o%27b%2Br%2Fi%25e%23n%26x%20y%40example.com");
        assert_eq!(Call::get(path).shown(), "GET /users/…");
    }

    #[test]
    fn an_id_cannot_lead_to_another_path() {
        assert_eq!(Path::new("/users").id("../1").expect("a path").sent, "/users/..%2F1");
        let long = Path::new("/users").id(&"\u{1b}".repeat(1_000)).expect("a path");
        assert_eq!(long.sent.len(), "/users/".len() + 3_000);
        assert_eq!(Call::get(long).shown().chars().count(), "GET /users/…".chars().count() + 80);
        for id in ["", ".", ".."] {
            assert!(Path::new("/users").id(id).is_err(), "{id}");
        }
    }
}
