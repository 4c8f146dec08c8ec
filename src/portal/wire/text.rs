//! Values that HubSpot writes as text, as a number or as a boolean, depending on the API and its version.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// Kept as text: nothing is calculated with it. A number that JSON gives as a fraction is written as Rust
/// writes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text(pub String);

/// What something is told apart by: text, or a whole number, and never empty. Nobody may be taken for whoever has the
/// rounded id, and no call may go to an id that is none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id(pub String);

/// The id of something else, or the cursor of a page. Empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference(pub String);

impl Text {
    /// `None` for nothing but spaces: HubSpot uses null, a missing key and the empty text alike.
    pub fn filled(self) -> Option<String> {
        (!self.0.trim().is_empty()).then_some(self.0)
    }
}

impl Reference {
    /// As [`Text::filled`].
    pub fn filled(self) -> Option<String> {
        Text(self.0).filled()
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Id, D::Error> {
        let Reference(id) = Reference::deserialize(deserializer)?;
        if id.trim().is_empty() { Err(D::Error::custom("an empty id")) } else { Ok(Id(id)) }
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Reference, D::Error> {
        deserializer.deserialize_any(IdVisitor).map(Reference)
    }
}

struct IdVisitor;

impl Visitor<'_> for IdVisitor {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an id: text, or a whole number of at most 64 bits")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<String, E> {
        Ok(value.to_owned())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

/// From 2^53 on not every whole number has a 64-bit float of its own.
const FIRST_ROUNDED: f64 = 9_007_199_254_740_992.0;

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("text, a number or a boolean")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Text, E> {
        Ok(Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Text, E> {
        Ok(Text(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Text, E> {
        if value.abs() >= FIRST_ROUNDED {
            return Err(E::custom("a number with more digits than can be read exactly"));
        }
        Ok(Text(value.to_string()))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn a_number_is_kept_to_its_last_digit_or_refused() {
        assert_eq!(read("18446744073709551615"), Ok(Id("18446744073709551615".to_owned())));
        assert_eq!(read(r#""0017""#), Ok(Id("0017".to_owned())));
        for json in
            ["18446744073709551616", "-9223372036854775809", "1e3", "17.0", "1.5", "true", "null", "[]"]
        {
            assert!(read::<Id>(json).is_err(), "{json}");
            assert!(read::<Reference>(json).is_err(), "{json}");
        }
        assert_eq!(read(r#"" ""#), Ok(Reference(" ".to_owned())));
        assert_eq!(Reference(" ".to_owned()).filled(), None);
        assert!(read::<Id>(r#"" ""#).is_err());
        assert_eq!(read("1.5"), Ok(Text("1.5".to_owned())));
        assert_eq!(read("1795683120000"), Ok(Text("1795683120000".to_owned())));
        for json in ["18446744073709551616", "1e300"] {
            assert!(read::<Text>(json).is_err(), "{json}");
        }
    }
}
