//! Working hours: HubSpot's text, the seed's words, and the week that both mean.
//!
//! HubSpot's text is a JSON array of `{days, startMinute, endMinute}` (its guide to the users object). Deliberately
//! absent: time zones, which are a property of their own.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

const DAYS: [(&str, &str); 7] = [
    ("mon", "MONDAY"),
    ("tue", "TUESDAY"),
    ("wed", "WEDNESDAY"),
    ("thu", "THURSDAY"),
    ("fri", "FRIDAY"),
    ("sat", "SATURDAY"),
    ("sun", "SUNDAY"),
];

/// HubSpot's words for several days at once, with the days' indexes.
const GROUPS: [(&str, &[usize]); 3] = [
    ("EVERY_DAY", &[0, 1, 2, 3, 4, 5, 6]),
    ("MONDAY_TO_FRIDAY", &[0, 1, 2, 3, 4]),
    ("SATURDAY_SUNDAY", &[5, 6]),
];

/// Minutes since midnight, from and to, in order and without overlap, for each of the days from Monday on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Week([Vec<(u16, u16)>; 7]);

impl Week {
    fn add(&mut self, day: usize, from: u16, to: u16) -> Result<(), String> {
        if from >= to {
            return Err(format!("working hours must end after they start, and {from} to {to} does not"));
        }
        if to > 1440 {
            return Err(format!("minute {to} is after the end of the day, which is 1440"));
        }
        let hours = &mut self.0[day];
        if hours.iter().any(|(start, end)| from < *end && *start < to) {
            return Err(format!("working hours on {} overlap", DAYS[day].1));
        }
        hours.push((from, to));
        hours.sort_unstable();
        Ok(())
    }

    /// Reads HubSpot's text.
    pub(super) fn from_raw(raw: &str) -> Result<Week, String> {
        let value: Value = serde_json::from_str(raw).map_err(|_| "working hours are not JSON".to_owned())?;
        let entries = value.as_array().ok_or("working hours are not a JSON array")?;
        let mut week = Week::default();
        for entry in entries {
            let entry = entry.as_object().ok_or("an entry of the working hours is not an object")?;
            if let Some(key) =
                entry.keys().find(|key| !["days", "startMinute", "endMinute"].contains(&key.as_str()))
            {
                return Err(format!("working hours have no `{key}`"));
            }
            let minute = |key: &str| {
                entry
                    .get(key)
                    .and_then(Value::as_u64)
                    .and_then(|minute| u16::try_from(minute).ok())
                    .ok_or_else(|| format!("`{key}` must be a minute from 0 to 1440"))
            };
            let (from, to) = (minute("startMinute")?, minute("endMinute")?);
            let days = entry.get("days").and_then(Value::as_str).unwrap_or_default();
            for day in raw_days(days).ok_or_else(|| format!("`{days}` is not a value of `days`"))? {
                week.add(day, from, to)?;
            }
        }
        Ok(week)
    }

    /// Reads the seed's map from days to times.
    pub(super) fn from_words(words: &Map<String, Value>) -> Result<Week, String> {
        let mut week = Week::default();
        let mut said = [false; 7];
        for (key, value) in words {
            let days = worded_days(key).ok_or_else(|| {
                format!("`{key}` is no day: write `mon` … `sun`, a range such as `mon-fri`, or `every-day`")
            })?;
            let spans: Vec<&str> = match value {
                Value::Null => Vec::new(),
                Value::String(span) => vec![span],
                Value::Array(spans) => spans
                    .iter()
                    .map(|span| span.as_str().ok_or("each time must be text such as `09:00-17:30`"))
                    .collect::<Result<_, _>>()?,
                _ => return Err(format!("`{key}` must be text such as `09:00-17:30`, a list, or null")),
            };
            for day in days {
                if std::mem::replace(&mut said[day], true) {
                    return Err(format!("{} is said twice", DAYS[day].0));
                }
                for span in &spans {
                    let (from, to) =
                        parse_span(span).ok_or_else(|| format!("`{span}` is not `HH:MM-HH:MM`"))?;
                    week.add(day, from, to)?;
                }
            }
        }
        Ok(week)
    }

    /// HubSpot's text for this week, with HubSpot's words for several days where they fit.
    pub(super) fn to_raw(&self) -> String {
        let mut entries = Vec::new();
        for (name, days) in self.grouped() {
            for (from, to) in &self.0[days[0]] {
                entries.push(json!({ "days": name, "startMinute": from, "endMinute": to }));
            }
        }
        Value::Array(entries).to_string()
    }

    fn grouped(&self) -> Vec<(&'static str, Vec<usize>)> {
        let mut left: Vec<usize> = (0..7).filter(|day| !self.0[*day].is_empty()).collect();
        let mut groups = Vec::new();
        for (name, days) in GROUPS {
            let alike = days.iter().all(|day| left.contains(day) && self.0[*day] == self.0[days[0]]);
            if alike {
                left.retain(|day| !days.contains(day));
                groups.push((name, days.to_vec()));
            }
        }
        groups.extend(left.into_iter().map(|day| (DAYS[day].1, vec![day])));
        groups
    }

    /// The seed's map for this week; closed days are left out.
    pub(super) fn to_words(&self) -> Map<String, Value> {
        let mut words = Map::new();
        for (_, days) in self.grouped() {
            let key = match days.as_slice() {
                [day] => DAYS[*day].0.to_owned(),
                [first, .., last] if days.len() < 7 => format!("{}-{}", DAYS[*first].0, DAYS[*last].0),
                _ => "every-day".to_owned(),
            };
            let spans: Vec<Value> =
                self.0[days[0]].iter().map(|span| Value::from(print_span(*span))).collect();
            let value = if let [span] = spans.as_slice() { span.clone() } else { Value::Array(spans) };
            words.insert(key, value);
        }
        words
    }
}

fn raw_days(name: &str) -> Option<Vec<usize>> {
    if let Some((_, days)) = GROUPS.iter().find(|(group, _)| *group == name) {
        return Some(days.to_vec());
    }
    DAYS.iter().position(|(_, day)| *day == name).map(|day| vec![day])
}

fn worded_days(key: &str) -> Option<Vec<usize>> {
    if key == "every-day" {
        return Some((0..7).collect());
    }
    let day = |word: &str| DAYS.iter().position(|(day, _)| *day == word);
    match key.split_once('-') {
        None => day(key).map(|day| vec![day]),
        Some((first, last)) => {
            let (first, last) = (day(first)?, day(last)?);
            (first < last).then(|| (first..=last).collect())
        }
    }
}

fn parse_span(span: &str) -> Option<(u16, u16)> {
    let (from, to) = span.split_once('-')?;
    Some((parse_time(from.trim())?, parse_time(to.trim())?))
}

fn parse_time(time: &str) -> Option<u16> {
    let (hours, minutes) = time.split_once(':')?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let inside = minutes < 60 && (hours < 24 || (hours == 24 && minutes == 0));
    inside.then_some(hours * 60 + minutes)
}

fn print_span((from, to): (u16, u16)) -> String {
    format!("{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
}

/// Absences: `{startTimestamp, endTimestamp}` in milliseconds, ascending and without overlap.
pub(super) fn absences_from_raw(raw: &str) -> Result<Vec<(i64, i64)>, String> {
    let value: Value =
        serde_json::from_str(raw).map_err(|_| "out of office hours are not JSON".to_owned())?;
    let entries = value.as_array().ok_or("out of office hours are not a JSON array")?;
    let mut absences: Vec<(i64, i64)> = Vec::new();
    for entry in entries {
        let moment = |key: &str| {
            entry.get(key).and_then(Value::as_i64).ok_or_else(|| format!("`{key}` must be milliseconds"))
        };
        let absence = (moment("startTimestamp")?, moment("endTimestamp")?);
        if absence.0 >= absence.1 {
            return Err("out of office hours must end after they start".to_owned());
        }
        if absences.last().is_some_and(|(_, end)| absence.0 < *end) {
            return Err("out of office hours must be in order and must not overlap".to_owned());
        }
        absences.push(absence);
    }
    Ok(absences)
}

pub(super) fn absences_to_raw(absences: &[(i64, i64)]) -> String {
    let entries: Vec<BTreeMap<&str, i64>> = absences
        .iter()
        .map(|(start, end)| BTreeMap::from([("startTimestamp", *start), ("endTimestamp", *end)]))
        .collect();
    json!(entries).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(value: Value) -> Result<Week, String> {
        Week::from_words(value.as_object().unwrap())
    }

    #[test]
    fn words_and_hubspots_text_mean_the_same_week() {
        let week =
            words(json!({ "mon-fri": "09:00-17:30", "sat": ["10:00-12:00", "13:00-24:00"], "sun": null }))
                .unwrap();
        assert_eq!(Week::from_raw(&week.to_raw()).unwrap(), week);
        assert_eq!(Week::from_words(&week.to_words()).unwrap(), week);
        assert!(week.to_raw().contains("MONDAY_TO_FRIDAY"), "{}", week.to_raw());
    }

    #[test]
    fn days_sent_one_by_one_are_the_same_week_as_their_group() {
        let one_by_one = r#"[{"days":"SUNDAY","startMinute":0,"endMinute":60},
                             {"days":"SATURDAY","startMinute":0,"endMinute":60}]"#;
        assert_eq!(Week::from_raw(one_by_one).unwrap(), words(json!({ "sat-sun": "00:00-01:00" })).unwrap());
    }

    #[test]
    fn overlaps_wrong_minutes_and_unknown_days_are_refused() {
        for wrong in [
            json!({ "mon": ["09:00-12:00", "11:00-13:00"] }),
            json!({ "mon": "12:00-12:00" }),
            json!({ "mon": "09:00-25:00" }),
            json!({ "mon": "9:00-10:00" }),
            json!({ "funday": "09:00-10:00" }),
            json!({ "mon-fri": "09:00-10:00", "wed": "09:00-10:00" }),
        ] {
            assert!(words(wrong.clone()).is_err(), "{wrong}");
        }
        assert!(Week::from_raw(r#"[{"days":"MONDAY","startMinute":0,"endMinute":1441}]"#).is_err());
        assert!(Week::from_raw(r#"[{"days":"MON","startMinute":0,"endMinute":60}]"#).is_err());
    }
}
