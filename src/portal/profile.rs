//! Between HubSpot's CRM properties and a [`Profile`]: names of properties, and values in HubSpot's own JSON.
//!
//! Deliberately absent: comparing two weeks of working hours; `model` has one canonical form for that.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::wire::Text;
use crate::model::{Absence, Day, Minutes, Profile, Raw, WorkingHours};

const JOB_TITLE: &str = "hs_job_title";
const PHONE: &str = "hs_additional_phone";
const AVAILABILITY: &str = "hs_availability_status";
const TIME_ZONE: &str = "hs_standard_time_zone";
const WORKING_HOURS: &str = "hs_working_hours";
const OUT_OF_OFFICE: &str = "hs_out_of_office_hours";
const MAIN_LANGUAGE: &str = "hs_main_user_language_skill";
const OTHER_LANGUAGES: &str = "hs_secondary_user_language_skill";

/// The properties of a profile, each with its name in `users.yaml` (HubSpot's guide to CRM users lists them as
/// writable).
const PROPERTIES: [(&str, &str); 8] = [
    (JOB_TITLE, "job_title"),
    (PHONE, "phone"),
    (AVAILABILITY, "availability"),
    (TIME_ZONE, "time_zone"),
    (WORKING_HOURS, "working_hours"),
    (OUT_OF_OFFICE, "out_of_office"),
    (MAIN_LANGUAGE, "main_language"),
    (OTHER_LANGUAGES, "other_languages"),
];

pub(super) fn property_names() -> [&'static str; 8] {
    PROPERTIES.map(|(property, _)| property)
}

/// Properties as a CRM answer has them.
pub(super) type Properties = BTreeMap<String, Option<Text>>;

/// The property's text; `None` where it is missing, null or empty, which HubSpot does not tell apart.
pub(super) fn text(properties: &Properties, name: &str) -> Option<String> {
    properties.get(name)?.clone()?.filled()
}

pub(super) fn read(properties: &Properties) -> Profile {
    let text = |name| text(properties, name);
    let mut other_languages: Vec<String> = text(OTHER_LANGUAGES)
        .iter()
        .flat_map(|list| list.split(';'))
        .map(|language| language.trim().to_owned())
        .filter(|language| !language.is_empty())
        .collect();
    other_languages.sort_unstable();
    other_languages.dedup();
    Profile {
        job_title: text(JOB_TITLE),
        phone: text(PHONE),
        availability: text(AVAILABILITY),
        time_zone: text(TIME_ZONE),
        working_hours: text(WORKING_HOURS).map(|json| raw(json, working_hours)),
        out_of_office: text(OUT_OF_OFFICE).map(|json| raw(json, out_of_office)),
        main_language: text(MAIN_LANGUAGE),
        other_languages,
    }
}

fn raw<T>(json: String, read: impl FnOnce(&str) -> Option<T>) -> Raw<T> {
    match read(&json) {
        Some(value) => Raw::Known(value),
        None => Raw::Unreadable(json),
    }
}

/// The properties of a profile that change, with their new values; empty ones clear.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileChanges(BTreeMap<&'static str, String>);

impl ProfileChanges {
    /// What must be sent to make `before` into `after`.
    pub fn between(before: &Profile, after: &Profile) -> ProfileChanges {
        let Profile {
            job_title,
            phone,
            availability,
            time_zone,
            working_hours,
            out_of_office,
            main_language,
            other_languages,
        } = after;
        let plain = |value: &Option<String>| value.clone().unwrap_or_default();
        let mut changes = BTreeMap::new();
        let mut add = |differs: bool, property: &'static str, value: &dyn Fn() -> String| {
            if differs {
                changes.insert(property, value());
            }
        };
        add(before.job_title != *job_title, JOB_TITLE, &|| plain(job_title));
        add(before.phone != *phone, PHONE, &|| plain(phone));
        add(before.availability != *availability, AVAILABILITY, &|| plain(availability));
        add(before.time_zone != *time_zone, TIME_ZONE, &|| plain(time_zone));
        add(before.working_hours != *working_hours, WORKING_HOURS, &|| {
            written(working_hours.as_ref(), working_hours_json)
        });
        add(before.out_of_office != *out_of_office, OUT_OF_OFFICE, &|| {
            written(out_of_office.as_ref(), |absences| out_of_office_json(absences))
        });
        add(before.main_language != *main_language, MAIN_LANGUAGE, &|| plain(main_language));
        add(before.other_languages != *other_languages, OTHER_LANGUAGES, &|| other_languages.join(";"));
        ProfileChanges(changes)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As HubSpot takes them.
    pub fn properties(&self) -> &BTreeMap<&'static str, String> {
        &self.0
    }

    /// The attributes, as `users.yaml` names them, that `shown` has with another value than was sent. Compared
    /// by meaning, and only where the answer shows the property.
    pub(super) fn not_taken(&self, shown: &Properties) -> BTreeSet<&'static str> {
        let sent: Properties =
            self.0.iter().map(|(name, value)| ((*name).to_owned(), Some(Text(value.clone())))).collect();
        let mut visible = shown.clone();
        visible.retain(|name, _| self.0.contains_key(name.as_str()));
        let mut expected = sent;
        expected.retain(|name, _| visible.contains_key(name));
        ProfileChanges::between(&read(&visible), &read(&expected))
            .0
            .keys()
            .filter_map(|changed| PROPERTIES.iter().find(|(property, _)| property == changed))
            .map(|(_, attribute)| *attribute)
            .collect()
    }
}

fn written<T>(value: Option<&Raw<T>>, json: impl FnOnce(&T) -> String) -> String {
    match value {
        None => String::new(),
        Some(Raw::Known(value)) => json(value),
        Some(Raw::Unreadable(text)) => text.clone(),
    }
}

/// One entry of `hs_working_hours`, which is a JSON list inside a text. Minutes are 0 to 1440.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Hours {
    days: String,
    start_minute: u16,
    end_minute: u16,
}

/// The groups of days of HubSpot's guide to CRM users.
const DAYS: [(&str, &[Day]); 10] = [
    ("EVERY_DAY", &Day::WEEK),
    ("MONDAY_TO_FRIDAY", &[Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri]),
    ("SATURDAY_SUNDAY", &[Day::Sat, Day::Sun]),
    ("MONDAY", &[Day::Mon]),
    ("TUESDAY", &[Day::Tue]),
    ("WEDNESDAY", &[Day::Wed]),
    ("THURSDAY", &[Day::Thu]),
    ("FRIDAY", &[Day::Fri]),
    ("SATURDAY", &[Day::Sat]),
    ("SUNDAY", &[Day::Sun]),
];

/// `None` for anything that is not exactly as documented: what could not be read whole is not read at all.
fn working_hours(json: &str) -> Option<WorkingHours> {
    let entries: Vec<Hours> = serde_json::from_str(json).ok()?;
    let mut spans = Vec::new();
    for Hours { days, start_minute: start, end_minute: end } in entries {
        if start >= end || end > 1440 {
            return None;
        }
        let (_, days) = DAYS.iter().find(|(name, _)| *name == days)?;
        spans.extend(days.iter().map(|day| (*day, Minutes { start, end })));
    }
    Some(WorkingHours::from_spans(spans))
}

/// The largest groups first, so that a plain week reads in HubSpot as a person would have entered it.
fn working_hours_json(hours: &WorkingHours) -> String {
    let mut week: BTreeMap<Day, Vec<Minutes>> = BTreeMap::new();
    for (day, span) in hours.spans() {
        week.entry(day).or_default().push(span);
    }
    let mut entries = Vec::new();
    for (name, days) in DAYS {
        let Some(spans) = days.first().and_then(|first| week.get(first)).cloned() else { continue };
        if days.iter().any(|day| week.get(day) != Some(&spans)) {
            continue;
        }
        week.retain(|day, _| !days.contains(day));
        entries.extend(spans.iter().map(|span| Hours {
            days: name.to_owned(),
            start_minute: span.start,
            end_minute: span.end,
        }));
    }
    serde_json::to_string(&entries).expect("texts and numbers have a JSON form")
}

/// One entry of `hs_out_of_office_hours`; milliseconds since 1970, as HubSpot's timestamps are.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OutOfOffice {
    start_timestamp: i64,
    end_timestamp: i64,
}

fn out_of_office(json: &str) -> Option<Vec<Absence>> {
    let entries: Vec<OutOfOffice> = serde_json::from_str(json).ok()?;
    let mut absences = Vec::new();
    for OutOfOffice { start_timestamp, end_timestamp } in entries {
        let from = jiff::Timestamp::from_millisecond(start_timestamp).ok()?;
        let to = jiff::Timestamp::from_millisecond(end_timestamp).ok()?;
        absences.push(Absence { from, to });
    }
    absences.sort_unstable();
    Some(absences)
}

/// HubSpot wants them ascending.
fn out_of_office_json(absences: &[Absence]) -> String {
    let mut absences = absences.to_vec();
    absences.sort_unstable();
    let entries: Vec<OutOfOffice> = absences
        .iter()
        .map(|absence| OutOfOffice {
            start_timestamp: absence.from.as_millisecond(),
            end_timestamp: absence.to.as_millisecond(),
        })
        .collect();
    serde_json::to_string(&entries).expect("numbers have a JSON form")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn properties(pairs: &[(&str, &str)]) -> Properties {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), Some(Text((*value).to_owned())))).collect()
    }

    fn hours(json: &str) -> WorkingHours {
        working_hours(json).expect(json)
    }

    #[test]
    fn a_week_written_by_days_or_by_groups_is_the_same_week() {
        let grouped = r#"[{"days":"MONDAY_TO_FRIDAY","startMinute":540,"endMinute":1050}]"#;
        let single: Vec<String> = ["FRIDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY"]
            .iter()
            .map(|day| format!(r#"{{"days":"{day}","startMinute":540,"endMinute":1050}}"#))
            .collect();
        assert_eq!(hours(grouped), hours(&format!("[{}]", single.join(","))));
        assert_eq!(working_hours_json(&hours(grouped)), grouped);
    }

    #[test]
    fn what_is_written_reads_back_as_the_same_week() {
        for json in [
            "[]",
            r#"[{"days":"EVERY_DAY","startMinute":0,"endMinute":1440}]"#,
            r#"[{"days":"MONDAY_TO_FRIDAY","startMinute":540,"endMinute":720},
                {"days":"MONDAY","startMinute":780,"endMinute":1020}]"#,
            r#"[{"days":"SATURDAY_SUNDAY","startMinute":600,"endMinute":660},
                {"days":"WEDNESDAY","startMinute":1,"endMinute":2}]"#,
        ] {
            let week = hours(json);
            assert_eq!(hours(&working_hours_json(&week)), week, "{json}");
        }
    }

    #[test]
    fn hours_that_are_not_understood_are_carried_as_they_are() {
        for json in [
            "9 to 5",
            "{}",
            r#"[{"days":"WEEKDAYS","startMinute":540,"endMinute":1050}]"#,
            r#"[{"days":"MONDAY","startMinute":1050,"endMinute":540}]"#,
            r#"[{"days":"MONDAY","startMinute":540,"endMinute":1441}]"#,
            r#"[{"days":"MONDAY","startMinute":540,"endMinute":1050,"break":30}]"#,
            r#"[{"days":"MONDAY","startMinute":-1,"endMinute":1050}]"#,
        ] {
            let profile = read(&properties(&[(WORKING_HOURS, json)]));
            assert_eq!(profile.working_hours, Some(Raw::Unreadable(json.to_owned())));
        }
    }

    #[test]
    fn out_of_office_is_milliseconds_in_order() {
        let profile = read(&properties(&[(
            OUT_OF_OFFICE,
            r#"[{"startTimestamp":1798300000000,"endTimestamp":1798400000000},
                {"startTimestamp":1798100000000,"endTimestamp":1798200000000}]"#,
        )]));
        let Some(Raw::Known(absences)) = &profile.out_of_office else { panic!("{profile:?}") };
        assert_eq!(
            out_of_office_json(absences),
            r#"[{"startTimestamp":1798100000000,"endTimestamp":1798200000000},{"startTimestamp":1798300000000,"endTimestamp":1798400000000}]"#
        );
    }

    #[test]
    fn only_what_changes_is_sent_and_the_empty_text_clears() {
        let before = read(&properties(&[
            (JOB_TITLE, "Seller"),
            (PHONE, "1"),
            (TIME_ZONE, "Europe/Brussels"),
            (OTHER_LANGUAGES, "fr;en"),
        ]));
        let after = Profile {
            job_title: Some("Manager".to_owned()),
            phone: None,
            other_languages: vec!["en".to_owned(), "fr".to_owned(), "nl".to_owned()],
            ..before.clone()
        };
        let changes = ProfileChanges::between(&before, &after);
        let expected = [(PHONE, ""), (JOB_TITLE, "Manager"), (OTHER_LANGUAGES, "en;fr;nl")];
        let expected: BTreeMap<&str, String> =
            expected.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        assert_eq!(*changes.properties(), expected);
        assert!(ProfileChanges::between(&before, &before).is_empty());
    }

    #[test]
    fn an_answer_is_compared_by_meaning_and_only_where_it_shows_the_property() {
        let wanted = Profile {
            job_title: Some("Manager".to_owned()),
            availability: Some("away".to_owned()),
            working_hours: Some(Raw::Known(hours(
                r#"[{"days":"SATURDAY","startMinute":1,"endMinute":9},{"days":"SUNDAY","startMinute":1,"endMinute":9}]"#,
            ))),
            ..Profile::default()
        };
        let changes = ProfileChanges::between(&Profile::default(), &wanted);
        let shown = properties(&[
            (AVAILABILITY, "available"),
            (WORKING_HOURS, r#"[{"days":"SATURDAY_SUNDAY","startMinute":1,"endMinute":9}]"#),
        ]);
        assert_eq!(changes.not_taken(&shown), BTreeSet::from(["availability"]));
    }
}
