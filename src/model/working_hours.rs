//! A week of working hours, in one canonical form: one entry per day that has hours, spans sorted and joined.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    pub const WEEK: [Day; 7] = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri, Day::Sat, Day::Sun];

    pub fn as_str(self) -> &'static str {
        match self {
            Day::Mon => "mon",
            Day::Tue => "tue",
            Day::Wed => "wed",
            Day::Thu => "thu",
            Day::Fri => "fri",
            Day::Sat => "sat",
            Day::Sun => "sun",
        }
    }
}

/// From `start` up to `end`, in minutes after midnight; `end` may be 1440, the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Minutes {
    pub start: u16,
    pub end: u16,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a span of hours; write it as \"09:00-17:30\", the start before the end")]
pub struct InvalidMinutes(String);

impl FromStr for Minutes {
    type Err = InvalidMinutes;

    fn from_str(text: &str) -> Result<Minutes, InvalidMinutes> {
        let parsed = text
            .split_once('-')
            .and_then(|(start, end)| Some((clock_minutes(start.trim())?, clock_minutes(end.trim())?)))
            .filter(|(start, end)| start < end);
        match parsed {
            Some((start, end)) => Ok(Minutes { start, end }),
            None => Err(InvalidMinutes(text.to_owned())),
        }
    }
}

fn clock_minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= 1440).then_some(total)
}

impl fmt::Display for Minutes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Minutes { start, end } = self;
        write!(formatter, "{:02}:{:02}-{:02}:{:02}", start / 60, start % 60, end / 60, end % 60)
    }
}

impl TryFrom<String> for Minutes {
    type Error = InvalidMinutes;

    fn try_from(text: String) -> Result<Minutes, InvalidMinutes> {
        text.parse()
    }
}

impl From<Minutes> for String {
    fn from(minutes: Minutes) -> String {
        minutes.to_string()
    }
}

/// Days without hours are not in the map: "closed" and "not named" mean the same to HubSpot.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "BTreeMap<Day, Vec<Minutes>>", into = "BTreeMap<Day, Vec<Minutes>>")]
pub struct WorkingHours(BTreeMap<Day, Vec<Minutes>>);

impl From<BTreeMap<Day, Vec<Minutes>>> for WorkingHours {
    fn from(days: BTreeMap<Day, Vec<Minutes>>) -> WorkingHours {
        WorkingHours::from_spans(
            days.into_iter().flat_map(|(day, spans)| spans.into_iter().map(move |span| (day, span))),
        )
    }
}

impl From<WorkingHours> for BTreeMap<Day, Vec<Minutes>> {
    fn from(hours: WorkingHours) -> BTreeMap<Day, Vec<Minutes>> {
        hours.0
    }
}

impl WorkingHours {
    /// In any order; spans that touch or overlap are joined, so that two ways of writing a week are equal.
    pub fn from_spans(spans: impl IntoIterator<Item = (Day, Minutes)>) -> WorkingHours {
        let mut days: BTreeMap<Day, Vec<Minutes>> = BTreeMap::new();
        for (day, span) in spans {
            days.entry(day).or_default().push(span);
        }
        for spans in days.values_mut() {
            spans.sort_unstable();
            spans.dedup_by(|next, kept| {
                let joins = next.start <= kept.end;
                if joins {
                    kept.end = kept.end.max(next.end);
                }
                joins
            });
        }
        WorkingHours(days)
    }

    /// One row per span, days in the order of the week.
    pub fn spans(&self) -> impl Iterator<Item = (Day, Minutes)> + '_ {
        self.0.iter().flat_map(|(day, spans)| spans.iter().map(move |span| (*day, *span)))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for WorkingHours {
    /// `mon-fri 09:00-17:30, sat 10:00-12:00`: neighbouring days with the same hours as one range.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return formatter.write_str("closed");
        }
        let mut days = self.0.iter().peekable();
        let mut separator = "";
        while let Some((first, spans)) = days.next() {
            let mut last = first;
            while let Some((next, _)) =
                days.next_if(|(day, other)| **day as u8 == *last as u8 + 1 && *other == spans)
            {
                last = next;
            }
            write!(formatter, "{separator}{}", first.as_str())?;
            if last != first {
                write!(formatter, "-{}", last.as_str())?;
            }
            for span in spans {
                write!(formatter, " {span}")?;
            }
            separator = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> Minutes {
        text.parse().expect("a span")
    }

    #[test]
    fn two_ways_of_writing_a_week_are_equal() {
        let one =
            WorkingHours::from_spans([(Day::Mon, span("09:00-12:00")), (Day::Mon, span("12:00-17:00"))]);
        let other =
            WorkingHours::from_spans([(Day::Mon, span("11:00-17:00")), (Day::Mon, span("09:00-11:30"))]);
        assert_eq!(one, other);
        assert_eq!(one.to_string(), "mon 09:00-17:00");
    }

    #[test]
    fn neighbouring_days_read_as_a_range() {
        let week = Day::WEEK.into_iter().take(5).map(|day| (day, span("09:00-17:30")));
        let hours = WorkingHours::from_spans(week.chain([(Day::Sun, span("22:00-24:00"))]));
        assert_eq!(hours.to_string(), "mon-fri 09:00-17:30, sun 22:00-24:00");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in
            ["9-17", "09:00-09:00", "17:00-09:00", "09:60-10:00", "09:00-24:01", "09:00", "+9:00-10:00"]
        {
            assert!(text.parse::<Minutes>().is_err(), "{text}");
        }
    }
}
