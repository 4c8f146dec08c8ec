//! One request as the routes see it, and the answer they give.
//!
//! Deliberately absent: axum's types. A route is a function from a call and the portal to an answer.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde_json::{Map, Value, json};

use super::cursor;
use super::errors::{Detail, Refusal};
use super::seed::Token;
use super::state::Act;

/// What the token of a call may do.
#[derive(Debug, Clone)]
pub(crate) enum Granted {
    Everything,
    Scopes(Vec<String>),
}

impl Granted {
    pub(crate) fn of(token: Option<&Token>) -> Granted {
        match token.and_then(|token| token.scopes.as_ref()) {
            None => Granted::Everything,
            Some(scopes) => Granted::Scopes(scopes.clone()),
        }
    }

    /// Whether one of these is among the scopes; no scope at all is needed where none is named.
    pub(crate) fn has_any(&self, any_of: &[&str]) -> bool {
        match self {
            Granted::Everything => true,
            Granted::Scopes(scopes) => {
                any_of.is_empty() || scopes.iter().any(|scope| any_of.contains(&scope.as_str()))
            }
        }
    }

    pub(crate) fn require(&self, any_of: &[&str]) -> Result<(), Refusal> {
        if self.has_any(any_of) { Ok(()) } else { Err(Refusal::missing_scopes(any_of)) }
    }
}

/// A request that found its endpoint.
#[derive(Debug)]
pub(crate) struct Call {
    /// The path as it was asked for, without the query.
    pub(crate) path: String,
    /// The parts of the path that the endpoint's pattern names, decoded.
    pub(crate) parts: BTreeMap<&'static str, String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) granted: Granted,
    pub(crate) act: Act,
    /// How many calls the account has made today, this one included.
    pub(crate) used_today: u32,
}

impl Call {
    pub(crate) fn part(&self, name: &str) -> &str {
        self.parts.get(name).map_or("", String::as_str)
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A list that is given comma separated, repeated, or both.
    pub(crate) fn list_parameter(&self, name: &str) -> Vec<String> {
        let given = self.query.iter().filter(|(key, _)| key == name);
        given
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect()
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.parameter(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(wrong_parameter(name, &format!("'{other}' is neither true nor false"))),
        }
    }

    /// The `limit` of a list: from 1 to `most`.
    pub(crate) fn limit(&self, default: usize, most: usize) -> Result<usize, Refusal> {
        let Some(given) = self.parameter("limit") else { return Ok(default) };
        match given.parse() {
            Ok(limit) if (1..=most).contains(&limit) => Ok(limit),
            _ => Err(wrong_parameter("limit", &format!("'{given}' is not a number from 1 to {most}"))),
        }
    }

    /// The position after which a page of this list begins.
    pub(crate) fn after(&self, list: &str) -> Result<Option<u64>, Refusal> {
        match self.parameter("after") {
            None | Some("") => Ok(None),
            Some(text) => cursor::read(list, text)
                .map(Some)
                .ok_or_else(|| wrong_parameter("after", "it is not a cursor of this list")),
        }
    }

    /// The body, which must be an object.
    pub(crate) fn object(&self) -> Result<Object<'_>, Refusal> {
        match &self.body {
            Some(Value::Object(fields)) => Ok(Object { fields }),
            _ => Err(Refusal::validation("Invalid input JSON: the body must be an object.")),
        }
    }
}

fn wrong_parameter(name: &str, problem: &str) -> Refusal {
    let message = format!("Invalid value for '{name}': {problem}.");
    Refusal::validation(message.clone()).because(Detail::new(message, "INVALID_PARAMETER").of_field(name))
}

/// The fields of a JSON object in a body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Object<'a> {
    fields: &'a Map<String, Value>,
}

impl<'a> Object<'a> {
    pub(crate) fn new(value: &'a Value) -> Result<Object<'a>, Refusal> {
        let fields = value.as_object();
        fields
            .map(|fields| Object { fields })
            .ok_or_else(|| Refusal::validation("Invalid input JSON: expected an object."))
    }

    /// Refuses a field that the document of this version does not have.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        match self.fields.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => Err(wrong_field(key, "UNKNOWN_FIELD", "it is not a field of this request")),
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.fields.get(key)
    }

    /// Text, or None where the field is left out or null.
    pub(crate) fn text(&self, key: &str) -> Result<Option<&'a str>, Refusal> {
        match self.fields.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong_field(key, "INVALID_TYPE", "expected text")),
        }
    }

    pub(crate) fn needed_text(&self, key: &str) -> Result<&'a str, Refusal> {
        self.text(key)?.ok_or_else(|| missing_field(key))
    }

    pub(crate) fn needed_flag(&self, key: &str) -> Result<bool, Refusal> {
        match self.fields.get(key) {
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::Null) | None => Err(missing_field(key)),
            Some(_) => Err(wrong_field(key, "INVALID_TYPE", "expected true or false")),
        }
    }

    /// A list, or None where the field is left out or null.
    pub(crate) fn list(&self, key: &str) -> Result<Option<&'a [Value]>, Refusal> {
        match self.fields.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(values)) => Ok(Some(values)),
            Some(_) => Err(wrong_field(key, "INVALID_TYPE", "expected a list")),
        }
    }

    pub(crate) fn needed_list(&self, key: &str) -> Result<&'a [Value], Refusal> {
        self.list(key)?.ok_or_else(|| missing_field(key))
    }

    /// A list of text, or None where the field is left out or null.
    pub(crate) fn texts(&self, key: &str) -> Result<Option<Vec<String>>, Refusal> {
        let Some(values) = self.list(key)? else { return Ok(None) };
        let texts = values.iter().map(|value| value.as_str().map(str::to_owned));
        let texts: Option<Vec<String>> = texts.collect();
        texts.map(Some).ok_or_else(|| wrong_field(key, "INVALID_TYPE", "expected a list of text"))
    }

    /// CRM properties: names and text.
    pub(crate) fn properties(&self) -> Result<BTreeMap<String, String>, Refusal> {
        let Some(Value::Object(properties)) = self.fields.get("properties") else {
            return Err(missing_field("properties"));
        };
        properties
            .iter()
            .map(|(name, value)| match value {
                Value::String(text) => Ok((name.clone(), text.clone())),
                Value::Null => Ok((name.clone(), String::new())),
                Value::Bool(_) | Value::Number(_) => Ok((name.clone(), value.to_string())),
                Value::Array(_) | Value::Object(_) => {
                    Err(wrong_field(name, "INVALID_TYPE", "a property's value is text"))
                }
            })
            .collect()
    }
}

pub(crate) fn wrong_field(key: &str, code: &str, problem: &str) -> Refusal {
    let message = format!("Invalid input JSON at '{key}': {problem}.");
    Refusal::validation(message.clone()).because(Detail::new(message, code).of_field(key))
}

fn missing_field(key: &str) -> Refusal {
    let message = format!("Some required fields were not set: [{key}].");
    Refusal::validation(message.clone()).because(Detail::new(message, "REQUIRED_FIELD").of_field(key))
}

/// An id in a path or a body.
pub(crate) fn parse_id<T: FromStr>(text: &str, name: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| wrong_parameter(name, &format!("'{text}' is not an id")))
}

/// What a route answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
    pub(crate) location: Option<String>,
}

impl Answer {
    pub(crate) fn ok(body: Value) -> Answer {
        Answer { status: 200, body: Some(body), location: None }
    }

    pub(crate) fn created(body: Value, location: String) -> Answer {
        Answer { status: 201, body: Some(body), location: Some(location) }
    }

    pub(crate) fn no_content() -> Answer {
        Answer { status: 204, body: None, location: None }
    }

    /// Some did, some did not.
    pub(crate) fn multi_status(body: Value) -> Answer {
        Answer { status: 207, body: Some(body), location: None }
    }

    /// One page of a list: at most `limit` of the items, and a cursor where there are more.
    pub(crate) fn page(list: &str, limit: usize, items: impl IntoIterator<Item = (u64, Value)>) -> Answer {
        let mut items = items.into_iter();
        let mut results = Vec::new();
        let mut last = 0;
        for (position, item) in items.by_ref().take(limit) {
            results.push(item);
            last = position;
        }
        let more = results.len() == limit && items.next().is_some();
        let mut body = json!({ "results": results });
        if more {
            body["paging"] = json!({ "next": { "after": cursor::write(list, last) } });
        }
        Answer::ok(body)
    }
}
