//! Reading one answer: its body within bounds, or the error it stands for.

use std::sync::Arc;
use std::time::Duration;

use jiff::Zoned;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde_json::Value;

use super::Error;
use super::call::Call;
use super::door::Realm;
use super::error::{Answer, TransportFailure};
use super::redact::{Secrets, clean};
use super::throttle::Announcement;
use super::transport::Transport;
use super::wire::error::ErrorBody;
use super::wire::scim;

/// The longest list page is far below a megabyte, and what is not in pages (teams with all who are in them) takes a few
/// megabytes in the largest account. Counted unpacked, since a small answer may unpack to a large one.
const LONGEST: usize = 16_000_000;
/// Of an error answer more is not kept; the rest is left unread.
const LONGEST_ERROR: usize = 256_000;
/// Of nested errors, and of the scopes that would help, more are not told.
const MOST_TOLD: usize = 10;
/// HubSpot announces a few hundred calls per ten seconds. Beyond these bounds a number would stop the run, or its
/// arithmetic.
const MOST_CALLS: u64 = 1_000_000;
const LONGEST_INTERVAL: Duration = Duration::from_secs(60);
/// No wait is longer: beyond it is a date that somebody made up.
const LONGEST_WAIT: Duration = Duration::from_secs(366 * 24 * 3600);

/// A successful answer.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) correlation_id: Option<String>,
    pub(super) body: Vec<u8>,
}

/// What was asked.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub realm: Realm,
    /// The call as it may be logged.
    pub shown: &'a str,
    /// The tokens of the run. They go from every text.
    pub secrets: Secrets<'a>,
}

pub(super) async fn read(response: Response, asked: Asked<'_>) -> Result<Reply, Error> {
    let Asked { shown, secrets, .. } = asked;
    let status = response.status();
    let headers = response.headers().clone();
    let correlation_id = text(&headers, "x-hubspot-correlation-id").map(|id| clean(id, secrets));
    if status.is_redirection() {
        return Err(Error::Redirected { call: shown.to_owned(), status: status.as_u16(), correlation_id });
    }
    let cut_short = |error: reqwest::Error| Error::CutShort {
        call: shown.to_owned(),
        status: status.as_u16(),
        correlation_id: correlation_id.clone(),
        failure: failure(&error),
        source: Arc::new(error.without_url()),
    };
    if !status.is_success() {
        return Err(match body(response, LONGEST_ERROR).await {
            // What is refused, and whether it is HubSpot that refuses it, stands in the part that did not come.
            Err(Partial { failure: Some(error), .. }) if !passes_by_waiting(status) => cut_short(error),
            Ok(body) | Err(Partial { read: body, .. }) => refusal(asked, status.as_u16(), &headers, &body),
        });
    }
    let too_large = Error::TooLarge {
        call: shown.to_owned(),
        status: status.as_u16(),
        correlation_id: correlation_id.clone(),
        limit: LONGEST,
    };
    // What is announced as too much is not waited for; what is not announced is counted.
    if response.content_length().is_some_and(|length| length > LONGEST as u64) {
        return Err(too_large);
    }
    match body(response, LONGEST).await {
        // It would stand in the plan, and be sent back to HubSpot.
        Ok(body) if repeats(&body, secrets) => Err(Error::Undecodable {
            call: shown.to_owned(),
            status: status.as_u16(),
            correlation_id,
            reason: "it repeats the token, which everybody can use who sees this in HubSpot; make a new one"
                .to_owned(),
        }),
        Ok(body) => Ok(Reply { status: status.as_u16(), correlation_id, body }),
        Err(Partial { failure: Some(error), .. }) => Err(cut_short(error)),
        Err(Partial { failure: None, .. }) => Err(too_large),
    }
}

/// The status alone says how to go on.
fn passes_by_waiting(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 423 | 429 | 477 | 500..)
}

/// A short one, as a simulated portal may have, stands in every text.
fn repeats(body: &[u8], secrets: Secrets<'_>) -> bool {
    const SHORTEST_SECRET: usize = 16;
    let Ok(body) = std::str::from_utf8(body) else { return false };
    secrets.iter().any(|secret| secret.len() >= SHORTEST_SECRET && body.contains(secret))
}

/// What was read before it became too much (`failure` is `None`) or broke off.
struct Partial {
    read: Vec<u8>,
    failure: Option<reqwest::Error>,
}

async fn body(mut response: Response, longest: usize) -> Result<Vec<u8>, Partial> {
    let mut read = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if read.len() + chunk.len() > longest => {
                read.extend_from_slice(&chunk[..longest - read.len()]);
                return Err(Partial { read, failure: None });
            }
            Ok(Some(chunk)) => read.extend_from_slice(&chunk),
            Ok(None) => return Ok(read),
            Err(error) => return Err(Partial { read, failure: Some(error) }),
        }
    }
}

/// The library's own message may hold the address, and with it an e-mail address: that part is taken out.
pub(super) fn transport(shown: &str, error: reqwest::Error) -> Error {
    let failure = failure(&error);
    Error::Transport { call: shown.to_owned(), failure, source: Arc::new(error.without_url()) }
}

fn failure(error: &reqwest::Error) -> TransportFailure {
    if error.is_connect() {
        TransportFailure::Unreachable
    } else if error.is_timeout() {
        TransportFailure::TimedOut
    } else {
        TransportFailure::Lost
    }
}

/// What an answer stands for whose status is neither a success nor a redirect.
pub fn refusal(asked: Asked<'_>, status: u16, headers: &HeaderMap, body: &[u8]) -> Error {
    let Asked { realm, shown, secrets } = asked;
    let parsed = match realm {
        Realm::Portal => ErrorBody::read(body),
        // What stands before SCIM, as the check of the token, may answer in HubSpot's shape.
        Realm::Scim => scim::error_body(body).or_else(|| ErrorBody::read(body)),
    };
    let from_header = text(headers, "x-hubspot-correlation-id").map(str::to_owned);
    // An empty answer of HubSpot's is still HubSpot's; one of a proxy on the way is not.
    let from_hubspot = parsed.is_some() || (body.is_empty() && from_header.is_some());
    let without_body = || ErrorBody { message: Some(stray_text(body)), ..ErrorBody::default() };
    let parsed = parsed.unwrap_or_else(without_body);
    let clean = |text: String| clean(&text, secrets);
    let correlation_id = parsed.correlation_id.or(from_header).map(clean);
    if status == 429 && parsed.policy_name.as_deref() == Some("DAILY") {
        return Error::DailyLimit { correlation_id };
    }
    Error::Answer(Box::new(Answer {
        realm,
        call: shown.to_owned(),
        status,
        category: parsed.category.map(clean),
        sub_category: parsed.sub_category.map(clean),
        message: message(parsed.message, parsed.messages).map(clean).unwrap_or_default(),
        correlation_id,
        missing_scopes: parsed.scopes.into_iter().take(MOST_TOLD).map(clean).collect(),
        policy: parsed.policy_name.map(clean),
        retry_after: retry_after(headers),
        codes: parsed.codes.into_iter().map(clean).collect(),
        from_hubspot,
        repeated: false,
    }))
}

impl Transport {
    /// An error inside the answer to a batch, as if it had been the answer.
    pub(super) fn batch_error(&self, call: &Call, error: &Value) -> Error {
        let status = error
            .get("status")
            .and_then(|status| status.as_u64().or_else(|| status.as_str()?.parse().ok()))
            .and_then(|status| u16::try_from(status).ok())
            .filter(|status| (400..600).contains(status));
        let body = error.to_string();
        let headers = HeaderMap::new();
        let shown = call.shown();
        let asked = Asked { realm: call.path.realm, shown: &shown, secrets: self.secrets() };
        refusal(asked, status.unwrap_or(400), &headers, body.as_bytes())
    }
}

/// The message and, where they say more, those of nested errors.
fn message(own: Option<String>, nested: Vec<String>) -> Option<String> {
    let mut said: Vec<String> = Vec::new();
    for message in own.into_iter().chain(nested).take(MOST_TOLD) {
        if !said.iter().any(|earlier| earlier.contains(&message)) {
            said.push(message);
        }
    }
    said.into_iter().reduce(|text, next| {
        // Most are sentences, each with its full stop.
        let between = if text.ends_with('.') { " " } else { "; " };
        text + between + &next
    })
}

/// What to say of an error that is not HubSpot's own: the title of a web page, or the text itself.
pub(super) fn stray_text(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if !text.starts_with('<') {
        return text.to_owned();
    }
    let lower = text.to_ascii_lowercase();
    let title = lower.find("<title>").map(|start| start + "<title>".len()).and_then(|start| {
        let end = lower[start..].find("</title>")?;
        Some(text[start..start + end].trim())
    });
    match title {
        Some(title) => format!("a web page, `{title}`, instead of an answer of HubSpot's API"),
        None => "a web page instead of an answer of HubSpot's API".to_owned(),
    }
}

/// Seconds, or a date, which is compared with the answer's own.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, RETRY_AFTER.as_str())?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(LONGEST_WAIT));
    }
    let date = |text: &str| jiff::fmt::rfc2822::parse(text).ok().map(|zoned: Zoned| zoned.timestamp());
    let wait = date(value)?.as_second() - date(text(headers, DATE.as_str())?)?.as_second();
    Some(Duration::from_secs(u64::try_from(wait).unwrap_or(0)).min(LONGEST_WAIT))
}

/// `None` where the headers announce nothing, or what HubSpot never would.
pub(super) fn announcement(status: StatusCode, headers: &HeaderMap) -> Option<Announcement> {
    let number = |name| text(headers, name)?.trim().parse::<u64>().ok();
    let limit = number("x-hubspot-ratelimit-max").filter(|limit| (1..=MOST_CALLS).contains(limit))?;
    let interval = number("x-hubspot-ratelimit-interval-milliseconds").map(Duration::from_millis);
    Some(Announcement {
        limit,
        interval: interval.filter(|interval| *interval <= LONGEST_INTERVAL),
        remaining: number("x-hubspot-ratelimit-remaining").map(|remaining| remaining.min(limit)),
        counted: status != StatusCode::TOO_MANY_REQUESTS,
    })
}

/// The daily limit and what remains of it, where the headers tell.
pub(super) fn daily(headers: &HeaderMap) -> Option<(u64, u64)> {
    let number = |name| text(headers, name)?.trim().parse::<u64>().ok();
    Some((number("x-hubspot-ratelimit-daily")?, number("x-hubspot-ratelimit-daily-remaining")?))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn refused(status: u16, body: &str) -> Error {
        let asked = Asked { realm: Realm::Portal, shown: "GET /x", secrets: ["the-token", ""] };
        refusal(asked, status, &HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn a_web_page_is_told_from_an_answer() {
        let error = refused(502, "<!doctype html><html><TITLE>502 Bad\n Gateway</TITLE>");
        assert_eq!(
            error.to_string(),
            "`GET /x` was refused with status 502: a web page, `502 Bad Gateway`, instead of an answer of \
             HubSpot's API; this is HubSpot's side, so run again later"
        );
        assert!(!refused(404, "<html>").proves_absence());
        assert!(!refused(404, "").proves_absence());
        assert!(refused(404, r#"{"message":"no such user","correlationId":"c"}"#).proves_absence());
    }

    #[test]
    fn a_missing_scope_is_named() {
        let error = refused(
            403,
            r#"{"status":"error","category":"MISSING_SCOPES","message":"no","correlationId":"c-1",
                "context":{"missingScopes":["settings.billing.write"]}}"#,
        );
        assert_eq!(
            error.to_string(),
            "`GET /x` was refused with status 403 `MISSING_SCOPES`: no (correlation id c-1); give the token \
             the scope `settings.billing.write`"
        );
    }

    #[test]
    fn nothing_secret_comes_out() {
        let error = refused(
            400,
            r#"{"message":"bad pat-eu1-0123456789 and the-token","category":"the-token","correlationId":"the-token"}"#,
        );
        let text = format!("{error} {error:?}");
        assert!(!text.contains("pat-eu1") && !text.contains("the-token"), "{text}");
    }

    #[test]
    fn the_daily_limit_is_an_error_of_its_own() {
        assert!(refused(429, r#"{"message":"m","policyName":"DAILY"}"#).is_daily_limit());
        assert!(!refused(429, r#"{"message":"m","policyName":"TEN_SECONDLY_ROLLING"}"#).is_daily_limit());
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("7"));
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(7)));
        headers.insert(RETRY_AFTER, HeaderValue::from_static("Sun, 22 Nov 2026 10:00:30 GMT"));
        assert_eq!(retry_after(&headers), None);
        headers.insert(DATE, HeaderValue::from_static("Sun, 22 Nov 2026 10:00:00 GMT"));
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(30)));
        headers.insert(RETRY_AFTER, HeaderValue::from_static("soon"));
        assert_eq!(retry_after(&headers), None);
    }
}
