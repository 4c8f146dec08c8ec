//! How many calls HubSpot takes: the rolling ten seconds of a token, the day of an account, search's own second.
//!
//! Numbers and headers as in HubSpot's usage guidelines. Deliberately absent from a saved state: what was used.

use std::collections::{BTreeMap, VecDeque};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::errors::Refusal;
use super::seed::Tier;
use super::state::Portal;

const WINDOW: SignedDuration = SignedDuration::from_secs(10);
const SECOND: SignedDuration = SignedDuration::from_secs(1);
const SEARCHES_PER_SECOND: u32 = 5;

/// The limits in force. None: not limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(crate) ten_seconds: Option<u32>,
    pub(crate) daily: Option<u32>,
    pub(crate) search_per_second: Option<u32>,
}

impl Quota {
    /// What the seed says, and what the tier has where it says nothing.
    pub(crate) fn of(portal: &Portal) -> Quota {
        let (ten_seconds, daily) = match portal.tier {
            Tier::Free | Tier::Starter => (100, 250_000),
            Tier::Professional => (190, 625_000),
            Tier::Enterprise => (190, 1_000_000),
        };
        Quota {
            ten_seconds: portal.limits.ten_seconds.unwrap_or(Some(ten_seconds)),
            daily: portal.limits.daily.unwrap_or(Some(daily)),
            search_per_second: portal.limits.search_per_second.unwrap_or(Some(SEARCHES_PER_SECOND)),
        }
    }
}

/// A header of an answer.
pub(crate) type Header = (&'static str, String);

#[derive(Debug, Default)]
pub(crate) struct Meter {
    windows: BTreeMap<String, VecDeque<Timestamp>>,
    searches: BTreeMap<String, VecDeque<Timestamp>>,
    day: Option<Date>,
    today: u32,
    other: Option<Other>,
}

/// Another application that makes calls with the same limits.
#[derive(Debug, Clone, Copy)]
struct Other {
    since: Timestamp,
    per_second: u32,
}

impl Other {
    /// How many calls it has made in the last part of the time since it began.
    fn calls(self, now: Timestamp, within: SignedDuration) -> u32 {
        let span = now.duration_since(self.since).min(within).max(SignedDuration::ZERO);
        let calls = span.as_millis() * i128::from(self.per_second) / 1000;
        u32::try_from(calls).unwrap_or(u32::MAX)
    }
}

fn forget_before(moments: &mut VecDeque<Timestamp>, now: Timestamp, span: SignedDuration) {
    while moments.front().is_some_and(|moment| now.duration_since(*moment) >= span) {
        moments.pop_front();
    }
}

fn count(moments: &VecDeque<Timestamp>) -> u32 {
    u32::try_from(moments.len()).unwrap_or(u32::MAX)
}

impl Meter {
    /// How many calls were taken today.
    pub(crate) fn used_today(&self, now: Timestamp) -> u32 {
        self.today.saturating_add(self.of_other(now, SignedDuration::MAX))
    }

    /// From now on another application makes calls too; with 0 a second it stops.
    pub(crate) fn share_with(&mut self, per_second: u32, now: Timestamp) {
        self.other = (per_second > 0).then_some(Other { since: now, per_second });
    }

    pub(crate) fn share_with_nobody(&mut self) {
        self.other = None;
    }

    fn of_other(&self, now: Timestamp, within: SignedDuration) -> u32 {
        self.other.map_or(0, |other| other.calls(now, within))
    }

    /// Takes a call or refuses it, and gives the headers that its answer carries either way. A call that is
    /// refused is not counted. Search has a limit of its own and no headers.
    pub(crate) fn admit(
        &mut self,
        quota: Quota,
        token: &str,
        search: bool,
        now: Timestamp,
        time_zone: &TimeZone,
    ) -> (Result<(), Refusal>, Vec<Header>) {
        let today = now.to_zoned(time_zone.clone()).date();
        if self.day != Some(today) {
            self.day = Some(today);
            self.today = 0;
        }
        let (span, limit, policy, windows) = if search {
            (SECOND, quota.search_per_second, "SECONDLY", &mut self.searches)
        } else {
            (WINDOW, quota.ten_seconds, "TEN_SECONDLY_ROLLING", &mut self.windows)
        };
        let others = self.other.map_or(0, |other| other.calls(now, span));
        let others_today = self.other.map_or(0, |other| other.calls(now, SignedDuration::MAX));
        let window = windows.entry(token.to_owned()).or_default();
        forget_before(window, now, span);
        let verdict = if quota.daily.is_some_and(|daily| self.today.saturating_add(others_today) >= daily) {
            Err(Refusal::rate_limited("DAILY"))
        } else if limit.is_some_and(|limit| count(window).saturating_add(others) >= limit) {
            Err(Refusal::rate_limited(policy))
        } else {
            window.push_back(now);
            self.today += 1;
            Ok(())
        };
        let used = count(window).saturating_add(others);
        let today = self.today.saturating_add(others_today);
        let headers = if search { Vec::new() } else { headers(quota, used, today) };
        (verdict, headers)
    }
}

fn headers(quota: Quota, used: u32, today: u32) -> Vec<Header> {
    let mut headers = Vec::new();
    if let Some(limit) = quota.ten_seconds {
        headers.push(("X-HubSpot-RateLimit-Max", limit.to_string()));
        headers.push(("X-HubSpot-RateLimit-Remaining", limit.saturating_sub(used).to_string()));
        headers.push(("X-HubSpot-RateLimit-Interval-Milliseconds", WINDOW.as_millis().to_string()));
    }
    if let Some(daily) = quota.daily {
        headers.push(("X-HubSpot-RateLimit-Daily", daily.to_string()));
        headers.push(("X-HubSpot-RateLimit-Daily-Remaining", daily.saturating_sub(today).to_string()));
    }
    headers
}

/// The next midnight of the portal, when the day's count starts again.
pub(crate) fn next_midnight(now: Timestamp, time_zone: &TimeZone) -> Timestamp {
    let today = now.to_zoned(time_zone.clone()).date();
    today
        .tomorrow()
        .ok()
        .and_then(|day| day.to_zoned(time_zone.clone()).ok())
        .map_or(now, |midnight| midnight.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(1_790_000_000_000 + milliseconds).unwrap()
    }

    #[test]
    fn a_call_leaves_the_window_ten_seconds_after_it_came() {
        let quota = Quota { ten_seconds: Some(2), daily: None, search_per_second: None };
        let mut meter = Meter::default();
        let mut admit =
            |moment: i64| meter.admit(quota, "token", false, at(moment), &TimeZone::UTC).0.is_ok();
        assert_eq!([admit(0), admit(6_000), admit(9_999)], [true, true, false]);
        assert_eq!([admit(10_000), admit(10_001), admit(16_000)], [true, false, true]);
    }

    #[test]
    fn tokens_do_not_share_a_window_but_the_day() {
        let quota = Quota { ten_seconds: Some(1), daily: Some(2), search_per_second: None };
        let mut meter = Meter::default();
        let mut policy = |token: &str| {
            let (verdict, _) = meter.admit(quota, token, false, at(0), &TimeZone::UTC);
            verdict.err().and_then(|refusal| refusal.policy)
        };
        assert_eq!(policy("a"), None);
        assert_eq!(policy("a"), Some("TEN_SECONDLY_ROLLING"));
        assert_eq!(policy("b"), None);
        assert_eq!(policy("c"), Some("DAILY"));
    }

    #[test]
    fn the_day_starts_again_at_midnight_in_the_portals_time_zone() {
        let zone = TimeZone::get("Europe/Brussels").unwrap();
        let quota = Quota { ten_seconds: None, daily: Some(1), search_per_second: None };
        let mut meter = Meter::default();
        let before: Timestamp = "2026-11-22T22:59:59Z".parse().unwrap();
        let midnight: Timestamp = "2026-11-22T23:00:00Z".parse().unwrap();
        assert!(meter.admit(quota, "a", false, before, &zone).0.is_ok());
        assert!(meter.admit(quota, "a", false, before, &zone).0.is_err());
        assert_eq!(next_midnight(before, &zone), midnight);
        assert!(meter.admit(quota, "a", false, midnight, &zone).0.is_ok());
    }
}
