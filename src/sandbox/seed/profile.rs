//! A person's profile: the seed's words on one side, HubSpot's CRM properties on the other.
//!
//! Deliberately absent: a value's history, and any property that only HubSpot writes (the state derives those).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::hours::{Week, absences_from_raw, absences_to_raw};

/// The seed's words and the writable CRM properties they stand for (HubSpot's guide to the users object).
pub(crate) const PROFILE: [(&str, &str); 8] = [
    ("job_title", "hs_job_title"),
    ("phone", "hs_additional_phone"),
    ("availability", "hs_availability_status"),
    ("time_zone", "hs_standard_time_zone"),
    ("working_hours", "hs_working_hours"),
    ("out_of_office", "hs_out_of_office_hours"),
    ("main_language", "hs_main_user_language_skill"),
    ("other_languages", "hs_secondary_user_language_skill"),
];

/// Says why HubSpot would refuse this text as working hours.
pub(crate) fn check_hours(raw: &str) -> Result<(), String> {
    Week::from_raw(raw).map(|_| ())
}

/// Says why HubSpot would refuse this text as hours out of office.
pub(crate) fn check_out_of_office(raw: &str) -> Result<(), String> {
    absences_from_raw(raw).map(|_| ())
}

/// Turns the seed's words into properties; a null word is a property that is not set.
///
/// # Errors
/// The word at fault and what is wrong with it.
pub(super) fn to_properties(
    words: &BTreeMap<String, Value>,
) -> Result<BTreeMap<String, String>, (String, String)> {
    let mut properties = BTreeMap::new();
    for (word, value) in words {
        let Some((_, property)) = PROFILE.iter().find(|(known, _)| known == word) else {
            let known: Vec<&str> = PROFILE.iter().map(|(word, _)| *word).collect();
            return Err((word.clone(), format!("unknown key, expected one of {}", known.join(", "))));
        };
        if let Some(raw) = raw(word, value).map_err(|message| (word.clone(), message))? {
            properties.insert((*property).to_owned(), raw);
        }
    }
    Ok(properties)
}

fn raw(word: &str, value: &Value) -> Result<Option<String>, String> {
    if let Value::Object(object) = value
        && object.len() == 1
        && let Some(Value::String(raw)) = object.get("raw")
    {
        return Ok(Some(raw.clone()));
    }
    let raw = match (word, value) {
        (_, Value::Null) => return Ok(None),
        ("working_hours", Value::Object(days)) => Week::from_words(days)?.to_raw(),
        ("working_hours", _) => return Err("expected a map from days to times, or `{ raw: … }`".to_owned()),
        ("out_of_office", Value::Array(absences)) => absences_to_raw(&worded_absences(absences)?),
        ("out_of_office", _) => return Err("expected a list of `{ from, to }`, or `{ raw: … }`".to_owned()),
        ("other_languages", Value::Array(languages)) => languages
            .iter()
            .map(|language| language.as_str().ok_or("expected a list of languages"))
            .collect::<Result<Vec<_>, _>>()?
            .join(";"),
        ("other_languages", _) => return Err("expected a list of languages, or `{ raw: … }`".to_owned()),
        (_, Value::String(text)) => text.clone(),
        _ => return Err("expected text, or `{ raw: … }`".to_owned()),
    };
    Ok((raw != "[]").then_some(raw).filter(|raw| !raw.is_empty()))
}

fn worded_absences(absences: &[Value]) -> Result<Vec<(i64, i64)>, String> {
    let absences = absences
        .iter()
        .map(|absence| {
            let moment = |key: &str| {
                let text = absence.get(key).and_then(Value::as_str).unwrap_or_default();
                text.parse::<Timestamp>()
                    .map(Timestamp::as_millisecond)
                    .map_err(|_| format!("`{key}` must be a moment such as 2026-12-24T17:30:00Z"))
            };
            Ok((moment("from")?, moment("to")?))
        })
        .collect::<Result<Vec<_>, String>>()?;
    let raw = absences_to_raw(&absences);
    absences_from_raw(&raw)
}

/// The words for these properties; what has no word is left where it is, unreadable text stands as `{ raw }`.
pub(super) fn to_words(properties: &BTreeMap<String, String>) -> BTreeMap<String, Value> {
    let mut words = BTreeMap::new();
    for (word, property) in PROFILE {
        if let Some(raw) = properties.get(property) {
            words.insert(word.to_owned(), worded(word, raw).unwrap_or_else(|| json!({ "raw": raw })));
        }
    }
    words
}

fn worded(word: &str, raw: &str) -> Option<Value> {
    if raw.is_empty() {
        return None;
    }
    match word {
        "working_hours" => {
            let week = Week::from_raw(raw).ok()?;
            (week != Week::default()).then(|| Value::Object(week.to_words()))
        }
        "out_of_office" => {
            let absences = absences_from_raw(raw).ok()?;
            let worded =
                |milliseconds: i64| Timestamp::from_millisecond(milliseconds).ok().map(|at| at.to_string());
            let list = absences
                .into_iter()
                .map(|(from, to)| {
                    let mut absence = Map::new();
                    absence.insert("from".to_owned(), worded(from)?.into());
                    absence.insert("to".to_owned(), worded(to)?.into());
                    Some(Value::Object(absence))
                })
                .collect::<Option<Vec<_>>>()?;
            (!list.is_empty()).then_some(Value::Array(list))
        }
        "other_languages" => Some(raw.split(';').collect()),
        _ => Some(raw.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(value: Value) -> BTreeMap<String, Value> {
        value.as_object().unwrap().clone().into_iter().collect()
    }

    #[test]
    fn words_come_back_as_they_were_written() {
        let written = words(json!({
            "job_title": "Account manager",
            "time_zone": "Europe/Brussels",
            "working_hours": { "mon-fri": "09:00-17:30" },
            "out_of_office": [{ "from": "2026-12-24T17:30:00Z", "to": "2027-01-04T00:00:00Z" }],
            "other_languages": ["en", "fr"],
            "availability": { "raw": "on the moon" },
        }));
        let properties = to_properties(&written).unwrap();
        assert_eq!(properties["hs_secondary_user_language_skill"], "en;fr");
        assert_eq!(properties["hs_availability_status"], "on the moon");
        let mut expected = written;
        expected.insert("availability".to_owned(), json!("on the moon"));
        assert_eq!(to_words(&properties), expected);
    }

    #[test]
    fn text_that_means_nothing_is_kept_as_it_is() {
        let written = words(json!({ "working_hours": { "raw": "nine to five" } }));
        let properties = to_properties(&written).unwrap();
        assert_eq!(properties["hs_working_hours"], "nine to five");
        assert_eq!(to_words(&properties), written);
    }
}
