//! From the bytes of an answer to its type: the whole of it, without equal keys, with the place of what does not fit.
//!
//! Deliberately absent: errors with a status; `transport` knows which call it was.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// # Errors
///
/// Why nothing can be concluded from the body: it is no JSON, or not of this shape, or holds two values for one key,
/// of which nobody can say which one is meant; or it is an error although its status is that of a success.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    whole::<Unambiguous>(body)?;
    if let Ok(Outcome { status, message }) = whole(body)
        && status.as_deref() == Some("error")
    {
        return Err(format!("it is an error: {}", message.as_deref().unwrap_or("without a message")));
    }
    whole(body)
}

fn whole<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        match error.path().to_string().as_str() {
            "." => error.inner().to_string(),
            path => format!("at `{}`: {}", shortened(path), error.inner()),
        }
    })?;
    json.end().map(|()| value).map_err(|error| error.to_string())
}

/// What is wrong must not drown in where.
fn shortened(path: &str) -> String {
    const LONGEST: usize = 80;
    match path.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &path[..end]),
        None => path.to_owned(),
    }
}

/// What every error of HubSpot's says, and no other answer.
#[derive(Deserialize)]
struct Outcome {
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    message: Option<String>,
}

/// JSON in which no object has a key twice.
struct Unambiguous;

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Unambiguous, D::Error> {
        deserializer.deserialize_any(UnambiguousVisitor)
    }
}

struct UnambiguousVisitor;

impl<'de> Visitor<'de> for UnambiguousVisitor {
    type Value = Unambiguous;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_str<E>(self, _: &str) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_unit<E>(self) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Unambiguous, A::Error> {
        while items.next_element::<Unambiguous>()?.is_some() {}
        Ok(Unambiguous)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Unambiguous, A::Error> {
        let mut keys = BTreeSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            if keys.contains(&key) {
                return Err(A::Error::custom(format_args!("the key `{key}` stands there twice")));
            }
            keys.insert(key);
            entries.next_value::<Unambiguous>()?;
        }
        Ok(Unambiguous)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::Page;
    use super::*;

    fn refused(body: &str) -> String {
        decode::<Page<Value>>(body.as_bytes()).expect_err(body)
    }

    #[test]
    fn of_two_equal_keys_neither_is_taken() {
        assert_eq!(
            refused(r#"{"results":[{"a":1},{"b":{"active":true,"active":false}}]}"#),
            "at `results[1].b`: the key `active` stands there twice at line 1 column 48"
        );
        assert!(
            refused(r#"{"results":[],"results":[]}"#).starts_with("the key `results` stands there twice")
        );
        assert!(decode::<Page<Value>>(br#"{"results":[{"a":1},{"a":1}]}"#).is_ok());
    }

    #[test]
    fn an_error_is_no_answer_whatever_its_status_is() {
        let error = r#"{"status":"error","message":"internal error","results":[]}"#;
        assert_eq!(refused(error), "it is an error: internal error");
        let done = br#"{"status":"COMPLETE","results":[]}"#;
        assert!(decode::<Page<Value>>(done).is_ok());
        let other = br#"{"status":{"status":"error"},"results":[]}"#;
        assert!(decode::<Page<Value>>(other).is_ok());
    }

    #[test]
    fn half_an_answer_is_none() {
        for body in ["", r#"{"results":[]"#, r#"{"results":[]}}"#, r#"{"results":[]} {"results":[]}"#] {
            refused(body);
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(refused(&deep).contains("recursion limit exceeded"), "{}", refused(&deep));
    }

    #[test]
    fn what_is_no_text_is_told_apart_from_text() {
        assert!(refused(r#"{"results":["\ud800"]}"#).contains("hex escape"));
        assert!(decode::<Value>(b"{\"name\":\"Zo\xeb\"}").is_err(), "Latin-1 is not UTF-8");
        assert!(decode::<Value>(b"\xff\xfe{\0}\0").is_err(), "nor is UTF-16");
    }
}
