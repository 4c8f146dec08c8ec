//! The numbers HubSpot gives to people, records, owners, teams and permission sets, each its own type.
//!
//! HubSpot sends most of them as text and a few as integers; here they are integers with a `Display`.
//! Deliberately absent: ids that are not numbers. HubSpot has none, and an owner's `userId` could not carry one.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// The text is not a whole number as HubSpot would print it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is a number without sign, leading zeros or spaces")]
pub(crate) struct NotAnId;

fn number(text: &str) -> Result<u64, NotAnId> {
    let plain = !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    if !plain {
        return Err(NotAnId);
    }
    text.parse().map_err(|_| NotAnId)
}

struct IdVisitor;

impl Visitor<'_> for IdVisitor {
    type Value = u64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an id: a number, or its digits as text")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<u64, E> {
        Ok(value)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<u64, E> {
        number(value).map_err(|_| E::invalid_value(de::Unexpected::Str(value), &self))
    }
}

macro_rules! id {
    ($(#[$documentation:meta])* $name:ident) => {
        $(#[$documentation])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) struct $name(pub(crate) u64);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                number(text).map($name)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(IdVisitor).map($name)
            }
        }
    };
}

id! {
    /// A settings user id: global, the same in every portal and after a removal.
    UserId
}
id! {
    /// The id of a person's CRM user record, of one portal.
    RecordId
}
id! {
    /// The id under which a person owns records, of one portal.
    OwnerId
}
id! {
    /// A team's id.
    TeamId
}
id! {
    /// The id of a permission set, which the API calls a role.
    SetId
}
id! {
    /// An id of which only the place says what it belongs to.
    ObjectId
}
