//! `profile:` → what a person's CRM record should say about their work.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZoneDatabase;

use super::decode::{is_null, list_setting, setting};
use super::fields::Shape;
use super::reading::{Reading, quote};
use super::tree::{Kind, Node};
use super::{DesiredAbsence, DesiredProfile};
use crate::model::{Day, Minutes, WorkingHours};

pub(super) const PROFILE: Shape = Shape::new(
    "`profile`",
    &[
        "job_title",
        "phone",
        "availability",
        "time_zone",
        "working_hours",
        "out_of_office",
        "main_language",
        "other_languages",
    ],
);

pub(super) const ABSENCE: Shape = Shape::new("an absence", &["from", "to"]);

/// HubSpot's routing skills (the CRM properties of users, 2026-09); not languages of its interface.
pub(super) const LANGUAGES: [&str; 14] =
    ["da", "de", "en", "es", "fi", "fr", "it", "ja", "nl", "no", "pl", "ptbr", "sv", "zhtw"];

pub(super) const AVAILABILITY: [&str; 2] = ["available", "away"];

pub(super) fn profile(reading: &mut Reading, node: &Node<'_>) -> Option<Box<DesiredProfile>> {
    let fields = reading.fields(node, PROFILE)?;
    let given = |key: &str| fields.get(key);
    if let (Some(zone), Some(hours)) = (given("time_zone"), given("working_hours"))
        && is_null(zone)
        && !is_null(hours)
    {
        // HubSpot's guide to user properties: hours need a time zone.
        let place = reading.place(hours.spot);
        let message = "HubSpot sets `working_hours` only with a `time_zone`, and this clears it";
        reading
            .warning("hours-without-zone", place, 1, message)
            .set_help("write the person's time zone, or clear `working_hours` too");
    }
    Some(Box::new(DesiredProfile {
        job_title: setting(reading, given("job_title"), "`job_title`", owned_text),
        phone: setting(reading, given("phone"), "`phone`", owned_text),
        availability: setting(reading, given("availability"), "`availability`", |reading, node, what| {
            word(reading, node, what, &AVAILABILITY)
        }),
        time_zone: setting(reading, given("time_zone"), "`time_zone`", time_zone),
        working_hours: setting(reading, given("working_hours"), "`working_hours`", working_hours),
        out_of_office: list_setting(reading, given("out_of_office"), "`out_of_office`", absences),
        main_language: setting(reading, given("main_language"), "`main_language`", |reading, node, what| {
            word(reading, node, what, &LANGUAGES)
        }),
        other_languages: list_setting(reading, given("other_languages"), "`other_languages`", languages),
    }))
}

pub(super) fn owned_text(reading: &mut Reading, node: &Node<'_>, what: &str) -> Option<String> {
    reading.text(node, what).map(str::to_owned)
}

fn word(reading: &mut Reading, node: &Node<'_>, what: &str, words: &[&'static str]) -> Option<String> {
    let choices: Vec<(&'static str, &'static str)> = words.iter().map(|word| (*word, *word)).collect();
    reading.choice(node, what, &choices).map(str::to_owned)
}

fn languages(reading: &mut Reading, node: &Node<'_>, what: &str) -> Option<Vec<String>> {
    let mut languages: Vec<String> = Vec::new();
    for item in reading.list(node, what)? {
        let Some(language) = word(reading, item, what, &LANGUAGES) else { continue };
        if languages.contains(&language) {
            reading
                .error("listed-twice", item.spot, format!("{} stands in {what} twice", quote(&language)))
                .set_help("keep one of the two");
            continue;
        }
        languages.push(language);
    }
    languages.sort_unstable();
    Some(languages)
}

/// Against the names that come with the program, so that every machine says the same.
fn time_zone(reading: &mut Reading, node: &Node<'_>, what: &str) -> Option<String> {
    let text = reading.text(node, what)?;
    let bundled = TimeZoneDatabase::bundled();
    if let Ok(zone) = bundled.get(text) {
        match zone.iana_name() {
            // The database does not mind the case; HubSpot's list of values does.
            Some(name) if name == text => return Some(text.to_owned()),
            Some(name) => {
                reading
                    .error(
                        "unknown-time-zone",
                        node.spot,
                        format!("{} is not how this time zone is written", quote(text)),
                    )
                    .set_help(format!("write `{name}`"));
                return None;
            }
            None => {}
        }
    }
    let names: Vec<String> = bundled.available().map(|name| name.to_string()).collect();
    let help = match reading.nearest(text, names.iter().map(String::as_str)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "write a name of the IANA database, as `Europe/Brussels`".to_owned(),
    };
    reading
        .error("unknown-time-zone", node.spot, format!("{} is not a time zone", quote(text)))
        .set_help(help);
    None
}

fn working_hours(reading: &mut Reading, node: &Node<'_>, what: &str) -> Option<WorkingHours> {
    let fields = reading.any_fields(node, what)?;
    if fields.iter().next().is_none() {
        reading
            .error("empty-value", node.spot, format!("{what} names no day"))
            .set_help("write `null` to clear it, or `every-day: null` for always closed");
        return None;
    }
    let mut taken: Vec<(Day, &str, &Node<'_>)> = Vec::new();
    let mut spans: Vec<(Day, Minutes)> = Vec::new();
    for (name, key, value) in fields.iter() {
        let Some(days) = days(name) else {
            unknown_day(reading, name, key);
            continue;
        };
        if let Some((day, first, at)) = taken.iter().find(|(day, ..)| days.contains(day)) {
            let day = day.as_str();
            let message = match (*first, name) {
                (first, name) if day == name => format!("`{day}` is in `{first}` already"),
                (first, name) => format!("`{day}` is in `{first}` and in `{name}`"),
            };
            let at = reading.place(at.spot);
            reading
                .error("overlapping-hours", key.spot, message)
                .set_related(at, "the other one")
                .set_help("name each day once, as `mon-thu` and `fri`");
            continue;
        }
        taken.extend(days.iter().map(|day| (*day, name, key)));
        let hours = hours_of_day(reading, value, name);
        for day in days {
            spans.extend(hours.iter().map(|span| (*day, *span)));
        }
    }
    Some(WorkingHours::from_spans(spans))
}

static WEEK: [Day; 7] = Day::WEEK;

/// A day, or days in a row.
fn days(name: &str) -> Option<&'static [Day]> {
    let position = |name: &str| Day::WEEK.iter().position(|day| day.as_str() == name);
    if name == "every-day" {
        return Some(&WEEK);
    }
    match name.split_once('-') {
        None => position(name).map(|day| &WEEK[day..=day]),
        Some((first, last)) => {
            let (first, last) = (position(first)?, position(last)?);
            (first < last).then(|| &WEEK[first..=last])
        }
    }
}

/// The place in the week of what a key of `working_hours` begins with.
pub(super) fn first_day(name: &str) -> Option<usize> {
    let first = days(name)?.first()?;
    Day::WEEK.iter().position(|day| day == first)
}

fn unknown_day(reading: &mut Reading, name: &str, key: &Node<'_>) {
    reading
        .error("unknown-key", key.spot, format!("{} is neither a day nor days in a row", quote(name)))
        .set_help("write `mon` … `sun`, a range such as `mon-fri`, or `every-day`");
}

fn hours_of_day(reading: &mut Reading, node: &Node<'_>, name: &str) -> Vec<Minutes> {
    let what = format!("`{name}`");
    if is_null(node) {
        return Vec::new();
    }
    if matches!(node.kind(), Kind::Blank) {
        reading.wrong_type(node, &what, "its hours, as `\"09:00-17:30\"`, or `null` for closed");
        return Vec::new();
    }
    let items = match node.kind() {
        Kind::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut spans: Vec<Minutes> = Vec::new();
    for item in items.iter().take(1440) {
        let Some(text) = reading.text(item, &what) else { continue };
        let Ok(span) = text.parse::<Minutes>() else {
            reading
                .error("bad-hours", item.spot, format!("{} is not a span of hours", quote(text)))
                .set_help("write `\"09:00-17:30\"`: two digits each, the start before the end; the day ends at `24:00`");
            continue;
        };
        if let Some(other) = spans.iter().find(|other| span.start < other.end && other.start < span.end) {
            reading
                .error("overlapping-hours", item.spot, format!("`{span}` overlaps `{other}`"))
                .set_help("write each hour once");
            continue;
        }
        spans.push(span);
    }
    spans
}

fn absences(reading: &mut Reading, node: &Node<'_>, what: &str) -> Option<Vec<DesiredAbsence>> {
    let items = reading.list(node, what)?;
    let mut absences: Vec<DesiredAbsence> = Vec::with_capacity(items.len());
    for item in items {
        absences.extend(absence(reading, item));
    }
    absences.sort_by_key(|absence| (absence.from, absence.to));
    for (one, next) in absences.iter().zip(absences.iter().skip(1)) {
        if next.from < one.to {
            reading
                .error_at("overlapping-absences", next.place.clone(), 1, "two absences overlap")
                .set_related(one.place.clone(), "the other one")
                .set_help("write them as one, from the first day to the last");
        }
    }
    Some(absences)
}

fn absence(reading: &mut Reading, node: &Node<'_>) -> Option<DesiredAbsence> {
    let fields = reading.fields(node, ABSENCE)?;
    let (Some(from), Some(to)) = (fields.get("from"), fields.get("to")) else {
        reading.missing(
            node,
            "an absence needs `from` and `to`",
            "write `{ from: 2027-07-01, to: 2027-07-14 }`",
        );
        return None;
    };
    let start = moment(reading, from, "`from`").map(|moment| moment.at);
    let end = moment(reading, to, "`to`").and_then(|moment| {
        // A day alone is meant to its end.
        if moment.whole_day {
            moment.at.date().tomorrow().ok().map(|day| day.to_datetime(Time::midnight()))
        } else {
            Some(moment.at)
        }
    });
    let (start, end) = (start?, end?);
    if start >= end {
        reading
            .error("bad-order", to.spot, "`to` is not after `from`")
            .set_help("write the first day in `from` and the last in `to`");
        return None;
    }
    Some(DesiredAbsence { from: start, to: end, place: reading.place(node.spot) })
}

struct Moment {
    at: DateTime,
    whole_day: bool,
}

/// `2027-07-01`, `2027-07-01T09:00` or `2027-07-01 09:00`.
fn moment(reading: &mut Reading, node: &Node<'_>, what: &str) -> Option<Moment> {
    let text = reading.text(node, what)?;
    let parsed = match text.split_once(['T', ' ']) {
        None => read_day(text).map(|day| Moment { at: day.to_datetime(Time::midnight()), whole_day: true }),
        Some((day, time)) => read_day(day)
            .zip(clock(time))
            .map(|(day, time)| Moment { at: day.to_datetime(time), whole_day: false }),
    };
    if parsed.is_none() {
        reading
            .error("bad-date", node.spot, format!("{} is neither a day nor a time of one", quote(text)))
            .set_help("write `2027-07-01`, or `2027-07-01T09:00` on a 24-hour clock");
    }
    parsed
}

/// `HH:MM`.
fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hour) || !two_digits(minute) {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// `YYYY-MM-DD`, if there is such a day.
pub(super) fn read_day(text: &str) -> Option<Date> {
    let (year, month, day) = day_parts(text)?;
    Date::new(year, month, day).ok()
}

fn day_parts(text: &str) -> Option<(i16, i8, i8)> {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        parts.next().filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    if parts.next().is_some() {
        return None;
    }
    Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
}

/// A day, and no time.
pub(super) fn day(reading: &mut Reading, node: &Node<'_>, what: &str) -> Option<Date> {
    let text = reading.text(node, what)?;
    let Some((year, month, day)) = day_parts(text) else {
        reading
            .error("bad-date", node.spot, format!("{} is not a day", quote(text)))
            .set_help("write year, month and day, as `2027-03-31`");
        return None;
    };
    let date = Date::new(year, month, day).ok();
    if date.is_none() {
        reading
            .error("bad-date", node.spot, format!("there is no day {}", quote(text)))
            .set_help(last_day_help(year, month));
    }
    date
}

fn last_day_help(year: i16, month: i8) -> String {
    match Date::new(year, month, 1) {
        Ok(first) => format!("the last day of that month is `{}`", first.last_of_month()),
        Err(_) => "write year, month and day, as `2027-03-31`".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::super::{Finding, Setting};
    use super::*;

    fn read(text: &str) -> (DesiredProfile, Vec<Finding>) {
        let mut reading = Reading::new("users.yaml".into());
        let profile = profile(&mut reading, &tree_of(text)).expect("a map");
        (*profile, reading.finish())
    }

    #[test]
    fn a_week_may_be_written_in_many_ways() {
        for (text, shown) in [
            ("{ mon-fri: \"09:00-17:30\" }", "mon-fri 09:00-17:30"),
            ("{ every-day: \"00:00-24:00\" }", "mon-sun 00:00-24:00"),
            ("{ mon: [\"13:00-17:00\", \"09:00-12:00\"], sat-sun: null }", "mon 09:00-12:00 13:00-17:00"),
            ("{ tue-thu: 09:00-12:00, mon: 09:00-12:00 }", "mon-thu 09:00-12:00"),
            ("{ every-day: null }", "closed"),
        ] {
            let text = format!("{{ working_hours: {text} }}");
            let (profile, findings) = read(&text);
            let Setting::Given(hours, _) = profile.working_hours else { panic!("{text}: {findings:?}") };
            assert_eq!((hours.to_string().as_str(), findings.len()), (shown, 0), "{text}");
        }
    }

    #[test]
    fn an_absence_that_ends_on_a_day_lasts_to_its_end() {
        for (from, to, start, end) in [
            ("2027-07-01", "2027-07-01", "2027-07-01T00:00:00", "2027-07-02T00:00:00"),
            ("2027-12-24T13:00", "2027-12-31", "2027-12-24T13:00:00", "2028-01-01T00:00:00"),
            ("2027-07-01 09:00", "2027-07-01 12:30", "2027-07-01T09:00:00", "2027-07-01T12:30:00"),
        ] {
            let text = format!("{{ out_of_office: [{{ from: {from}, to: {to} }}] }}");
            let (profile, findings) = read(&text);
            let Setting::Given(absences, _) = profile.out_of_office else { panic!("{findings:?}") };
            assert_eq!(
                (absences[0].from.to_string(), absences[0].to.to_string()),
                (start.into(), end.into())
            );
        }
    }

    #[test]
    fn absences_that_meet_do_not_overlap_and_are_put_in_order() {
        let (profile, findings) = read(
            "{ out_of_office: [{ from: 2027-07-03, to: 2027-07-04 }, { from: 2027-07-01, to: 2027-07-02 }] }",
        );
        let Setting::Given(absences, _) = profile.out_of_office else { panic!("{findings:?}") };
        assert!(findings.is_empty() && absences[0].to == absences[1].from);
    }

    #[test]
    fn left_out_cleared_and_given_are_three_things() {
        let (profile, findings) =
            read("{ phone: null, job_title: Lead, out_of_office: [], other_languages: [fr, en] }");
        assert!(findings.is_empty());
        assert_eq!(profile.availability, Setting::LeftOut);
        assert!(matches!(profile.phone, Setting::Clear(_)));
        assert!(matches!(profile.out_of_office, Setting::Clear(_)));
        assert!(matches!(profile.job_title, Setting::Given(title, _) if title == "Lead"));
        assert!(matches!(profile.other_languages, Setting::Given(languages, _) if languages == ["en", "fr"]));
    }

    #[test]
    fn days_are_written_one_way() {
        for (text, taken) in [
            ("2028-02-29", true),
            ("2027-02-29", false),
            ("2027-3-1", false),
            ("20270301", false),
            ("+2027-03-01", false),
            ("2027-03-01T00:00", false),
        ] {
            assert_eq!(read_day(text).is_some(), taken, "{text}");
        }
    }
}
