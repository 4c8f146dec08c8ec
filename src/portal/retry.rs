//! Which errors pass by waiting, and for how long.
//!
//! Deliberately absent: whether a call may be repeated at all; `transport` knows the call.

use std::time::Duration;

use rand::Rng;

use super::error::{Answer, Error};

pub(super) const TRIES: u32 = 5;

/// What to do after the `attempt`-th try of a call failed; the first is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    Never,
    /// This call waits.
    Alone(Duration),
    /// A rate limit was hit: every call under it waits.
    Together(Limit, Duration),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    Ordinary,
    Search,
}

impl Retry {
    /// `limit` is the one the call is under, for a 429 that does not say which was hit.
    pub(super) fn after(error: &Error, limit: Limit, attempt: u32) -> Retry {
        match error {
            Error::Answer(answer) => after_answer(answer, limit, attempt),
            Error::Transport { .. } | Error::CutShort { .. } => Retry::Alone(backoff(attempt)),
            Error::BaseUrl { .. }
            | Error::Token(_)
            | Error::ScimToken(_)
            | Error::NoScim
            | Error::Client(_)
            | Error::Request { .. }
            | Error::Unsupported { .. }
            | Error::Redirected { .. }
            | Error::Undecodable { .. }
            | Error::TooLarge { .. }
            | Error::RepeatedCursor { .. }
            | Error::EndlessList { .. }
            | Error::Ambiguous { .. }
            | Error::NotTaken { .. }
            | Error::DailyLimit { .. }
            | Error::Migrating { .. }
            | Error::OutcomeUnknown { .. } => Retry::Never,
        }
    }
}

/// The waits are those of HubSpot's usage guidelines and of its own client library.
fn after_answer(answer: &Answer, limit: Limit, attempt: u32) -> Retry {
    let asked = answer.retry_after;
    let limit = match answer.policy.as_deref() {
        Some("SECONDLY") => Limit::Search,
        Some(_) => Limit::Ordinary,
        None => limit,
    };
    match (answer.status, limit) {
        (429, Limit::Search) => Retry::Together(limit, asked.unwrap_or(Duration::from_secs(1) * attempt)),
        (429, Limit::Ordinary) => Retry::Together(limit, asked.unwrap_or(Duration::from_secs(10) * attempt)),
        // Locked: HubSpot asks for at least two seconds.
        (423, _) => Retry::Alone(asked.unwrap_or_default().max(Duration::from_secs(2))),
        // The account is moving to another data centre.
        (477, _) => Retry::Alone(asked.unwrap_or(Duration::from_secs(10) * attempt)),
        (501, _) if answer.is_not_supported() => Retry::Never,
        (500.., _) => Retry::Alone(asked.unwrap_or_else(|| backoff(attempt))),
        _ => Retry::Never,
    }
}

/// 0.2 s, doubled with each try, and up to half of it more, so that calls do not come back together.
fn backoff(attempt: u32) -> Duration {
    let base = Duration::from_millis(200) * 2_u32.pow(attempt.clamp(1, 10) - 1);
    base.mul_f64(rand::rng().random_range(1.0..1.5))
}

#[cfg(test)]
mod tests {
    use super::super::door::Realm;
    use super::*;

    fn answer(status: u16, policy: Option<&str>, retry_after: Option<u64>) -> Error {
        Error::Answer(Box::new(Answer {
            status,
            policy: policy.map(str::to_owned),
            retry_after: retry_after.map(Duration::from_secs),
            ..Answer::default()
        }))
    }

    fn after(error: &Error, attempt: u32) -> Retry {
        Retry::after(error, Limit::Ordinary, attempt)
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_rate_limit_makes_everybody_wait() {
        let rolling = answer(429, Some("TEN_SECONDLY_ROLLING"), None);
        assert_eq!(after(&rolling, 1), Retry::Together(Limit::Ordinary, seconds(10)));
        assert_eq!(after(&rolling, 3), Retry::Together(Limit::Ordinary, seconds(30)));
        assert_eq!(
            after(&answer(429, Some("SECONDLY"), None), 2),
            Retry::Together(Limit::Search, seconds(2))
        );
        assert_eq!(
            Retry::after(&answer(429, None, None), Limit::Search, 1),
            Retry::Together(Limit::Search, seconds(1))
        );
        assert_eq!(after(&answer(429, None, Some(3)), 1), Retry::Together(Limit::Ordinary, seconds(3)));
    }

    #[test]
    fn the_servers_troubles_pass_with_time() {
        for (asked, wait) in [(None, 2), (Some(1), 2), (Some(5), 5)] {
            assert_eq!(
                after(&answer(423, None, asked), 1),
                Retry::Alone(seconds(wait)),
                "at least two seconds"
            );
        }
        assert_eq!(after(&answer(477, None, None), 2), Retry::Alone(seconds(20)));
        assert_eq!(after(&answer(477, None, Some(40)), 1), Retry::Alone(seconds(40)));
        for (attempt, base) in [(1, 200), (2, 400), (4, 1600)] {
            let Retry::Alone(wait) = after(&answer(502, None, None), attempt) else { panic!() };
            let base = Duration::from_millis(base);
            assert!((base..base * 3 / 2).contains(&wait), "{wait:?}");
        }
    }

    #[test]
    fn what_scim_does_not_support_it_will_not_support_later() {
        let realm = Realm::Scim;
        let unsupported = Error::Answer(Box::new(Answer { realm, status: 501, ..Answer::default() }));
        assert_eq!(after(&unsupported, 1), Retry::Never);
        assert_ne!(after(&answer(501, None, None), 1), Retry::Never);
    }

    #[test]
    fn a_refusal_stays_a_refusal() {
        for status in [400, 401, 403, 404, 405, 408, 409, 414, 422] {
            assert_eq!(after(&answer(status, None, None), 1), Retry::Never, "{status}");
        }
    }
}
