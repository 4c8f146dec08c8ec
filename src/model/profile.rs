//! What a person's CRM record says about their work, in the words of `users.yaml`.
//!
//! Deliberately absent: HubSpot's property names; `portal` knows those.

use serde::{Deserialize, Serialize};

use super::WorkingHours;

/// Values are what HubSpot holds; unknown ones are carried as they are and never defaulted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_title: Option<String>,
    /// The additional phone number; the main one is the person's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// `available` or `away`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability: Option<String>,
    /// IANA name, as `Europe/Brussels`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_hours: Option<Raw<WorkingHours>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_office: Option<Raw<Vec<Absence>>>,
    /// A routing skill, not the language of the user interface: `nl`, `ptbr`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main_language: Option<String>,
    /// Sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_languages: Vec<String>,
}

/// A value in a structure of HubSpot's own, or its text where that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Raw<T> {
    Known(T),
    Unreadable(String),
}

#[derive(Serialize, Deserialize)]
struct Unreadable {
    raw: String,
}

impl<T: Serialize> Serialize for Raw<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Raw::Known(value) => value.serialize(serializer),
            Raw::Unreadable(raw) => Unreadable { raw: raw.clone() }.serialize(serializer),
        }
    }
}

impl<'de, T: serde::de::DeserializeOwned> Deserialize<'de> for Raw<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Raw<T>, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        if let Some(raw) = value.get("raw").and_then(serde_json::Value::as_str) {
            return Ok(Raw::Unreadable(raw.to_owned()));
        }
        T::deserialize(value).map(Raw::Known).map_err(serde::de::Error::custom)
    }
}

/// A stretch of time out of the office.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Absence {
    pub from: jiff::Timestamp,
    pub to: jiff::Timestamp,
}
