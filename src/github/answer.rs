//! Reading one answer: its body within bounds, the next page, how long to wait, or the error it stands for.

use std::sync::Arc;
use std::time::Duration;

use jiff::Zoned;
use reqwest::header::{DATE, HeaderMap, LINK, RETRY_AFTER};
use reqwest::{Response, Url};

use super::call::Call;
use super::error::{Error, Failure, Refusal};
use super::text::clean;
use super::wire::ErrorBody;

/// A hundred comments, each as long as one may be, with every character escaped.
const LONGEST: usize = 64_000_000;
/// Of an error answer more is not kept; the rest is left unread.
const LONGEST_ERROR: usize = 256_000;

/// A successful answer.
pub(super) struct Reply {
    pub(super) body: Vec<u8>,
    /// The query of the page that follows.
    pub(super) next: Option<String>,
}

/// An answer that is none, and how long GitHub asks to wait where waiting would help.
pub(super) struct Trouble {
    pub(super) error: Error,
    pub(super) wait: Wait,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// Waiting does not help.
    Useless,
    /// For a moment, longer each time.
    Backoff,
    /// A rate limit: as long as its headers say.
    Asked(Duration),
    /// A rate limit that says nothing: a minute, and longer each time (GitHub's documents).
    Minute,
}

pub(super) async fn read(response: Response, call: &Call, secret: &str) -> Result<Reply, Trouble> {
    let status = response.status();
    let useless = |error| Trouble { error, wait: Wait::Useless };
    if status.is_redirection() {
        return Err(useless(Error::Redirected { call: call.shown(), status: status.as_u16() }));
    }
    let headers = response.headers().clone();
    if !status.is_success() {
        let body = body(response, LONGEST_ERROR).await.unwrap_or_else(|partial| partial.read);
        return Err(refusal(call, status.as_u16(), (&headers, &body), secret));
    }
    match body(response, LONGEST).await {
        Ok(body) => Ok(Reply { body, next: next_query(&headers) }),
        Err(Partial { failure: Some(error), .. }) => {
            Err(Trouble { error: transport(call, error), wait: Wait::Backoff })
        }
        Err(Partial { failure: None, .. }) => {
            Err(useless(Error::TooLarge { call: call.shown(), limit: LONGEST }))
        }
    }
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

pub(super) fn transport(call: &Call, error: reqwest::Error) -> Error {
    let failure = if error.is_connect() {
        Failure::Unreachable
    } else if error.is_timeout() {
        Failure::TimedOut
    } else {
        Failure::Lost
    };
    Error::Transport { call: call.shown(), failure, source: Arc::new(error.without_url()) }
}

fn refusal(call: &Call, status: u16, (headers, body): (&HeaderMap, &[u8]), secret: &str) -> Trouble {
    let parsed: Option<ErrorBody> = serde_json::from_slice(body).ok();
    let from_github = parsed.as_ref().is_some_and(|parsed| parsed.message.is_some());
    let said = match parsed {
        Some(ErrorBody { message: Some(message), errors }) => with_reasons(message, errors.as_ref()),
        _ if body.trim_ascii_start().starts_with(b"<") => {
            "a web page instead of an answer of GitHub's API".to_owned()
        }
        _ => String::from_utf8_lossy(body).into_owned(),
    };
    let message = clean(said.trim_end_matches('.'), secret);
    let wait = wait(status, headers, &message);
    let refusal = Refusal { call: call.shown(), purpose: call.purpose.clone(), status, message, from_github };
    Trouble { error: Error::Refused(Box::new(refusal)), wait }
}

/// With status 422 the reason stands in `errors`, each a text, or an object with a message or a code.
fn with_reasons(message: String, errors: Option<&serde_json::Value>) -> String {
    let reason = |error: &serde_json::Value| {
        let text = |key: &str| error.get(key).and_then(serde_json::Value::as_str);
        match (error.as_str().or_else(|| text("message")), text("field"), text("code")) {
            (Some(message), _, _) => Some(message.to_owned()),
            (None, Some(field), Some(code)) => Some(format!("`{field}` {code}")),
            _ => None,
        }
    };
    let errors = errors.and_then(serde_json::Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let reasons: Vec<String> = errors.iter().filter_map(reason).take(5).collect();
    if reasons.is_empty() {
        message
    } else {
        format!("{}: {}", message.trim_end_matches('.'), reasons.join(", "))
    }
}

/// Both kinds of rate limit come with 403 or 429; 403 may as well be a permission that is missing.
fn wait(status: u16, headers: &HeaderMap, message: &str) -> Wait {
    if status >= 500 {
        return Wait::Backoff;
    }
    if !matches!(status, 403 | 429) {
        return Wait::Useless;
    }
    if let Some(asked) = retry_after(headers) {
        return Wait::Asked(asked);
    }
    if text(headers, "x-ratelimit-remaining") == Some("0")
        && let Some(left) = until_reset(headers)
    {
        return Wait::Asked(left);
    }
    let message = message.to_ascii_lowercase();
    match status == 429 || message.contains("secondary rate limit") || message.contains("abuse detection") {
        true => Wait::Minute,
        false => Wait::Useless,
    }
}

/// Seconds, or a date, which is compared with the answer's own.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, RETRY_AFTER.as_str())?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = date(value)?;
    Some(Duration::from_secs(u64::try_from(at - date(text(headers, DATE.as_str())?)?).unwrap_or(0)))
}

/// The headers are in seconds since 1970, by GitHub's clock; so is its `date`. One more, because both are cut off.
fn until_reset(headers: &HeaderMap) -> Option<Duration> {
    let reset: i64 = text(headers, "x-ratelimit-reset")?.trim().parse().ok()?;
    let left = reset.saturating_sub(date(text(headers, DATE.as_str())?)?);
    Some(Duration::from_secs(u64::try_from(left).map_or(0, |left| left + 1)))
}

fn date(text: &str) -> Option<i64> {
    jiff::fmt::rfc2822::parse(text).ok().map(|zoned: Zoned| zoned.timestamp().as_second())
}

/// From `Link: <https://…?page=2>; rel="next"`. The query alone: the token goes where we send it, not where an answer
/// says.
fn next_query(headers: &HeaderMap) -> Option<String> {
    let links = headers
        .get_all(LINK)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    for link in links {
        let Some((address, parameters)) = link.split_once('>') else { continue };
        let is_next = parameters.split(';').any(|parameter| {
            matches!(parameter.trim().split_once('='), Some(("rel", name)) if name.trim_matches('"') == "next")
        });
        if is_next {
            let address = address.trim().strip_prefix('<')?;
            return Url::parse(address).ok()?.query().map(str::to_owned);
        }
    }
    None
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().expect("a name"), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn the_next_page_is_in_the_link() {
        let link = |value| next_query(&headers(&[("link", value)]));
        let both = r#"<https://api.github.com/x?page=1>; rel="prev", <https://api.github.com/x?per_page=100&page=3>; rel="next""#;
        assert_eq!(link(both).as_deref(), Some("per_page=100&page=3"));
        assert_eq!(link(r#"<https://api.github.com/x?page=1>; rel="first""#), None);
        assert_eq!(link("nonsense"), None);
        assert_eq!(next_query(&HeaderMap::new()), None);
    }

    #[test]
    fn a_limit_says_how_long_it_lasts() {
        let seconds = |seconds| Wait::Asked(Duration::from_secs(seconds));
        assert_eq!(wait(403, &headers(&[("retry-after", "30")]), ""), seconds(30));
        assert_eq!(wait(429, &headers(&[("retry-after", "30")]), ""), seconds(30));
        let primary = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1795600060"),
            ("date", "Wed, 25 Nov 2026 09:47:10 GMT"),
        ];
        assert_eq!(
            wait(403, &headers(&primary), "API rate limit exceeded for installation ID 1"),
            seconds(31)
        );
        let over = [("date", "Wed, 25 Nov 2026 10:00:00 GMT")];
        let over = headers(&[primary[0], primary[1], over[0]]);
        assert_eq!(wait(403, &over, ""), seconds(0));
        assert_eq!(wait(403, &HeaderMap::new(), "You have exceeded a secondary rate limit"), Wait::Minute);
        assert_eq!(wait(429, &HeaderMap::new(), ""), Wait::Minute);
    }

    #[test]
    fn a_missing_permission_is_not_waited_for() {
        let left = [("x-ratelimit-remaining", "4999"), ("x-ratelimit-reset", "1795600060")];
        assert_eq!(wait(403, &headers(&left), "Resource not accessible by integration"), Wait::Useless);
        assert_eq!(wait(404, &headers(&[("retry-after", "1")]), ""), Wait::Useless);
        assert_eq!(wait(502, &HeaderMap::new(), ""), Wait::Backoff);
    }

    #[test]
    fn reasons_stand_behind_the_message() {
        let errors = serde_json::json!([{ "field": "body", "code": "missing_field" }, { "message": "too long" }, "plain", 7]);
        assert_eq!(
            with_reasons("Validation Failed".to_owned(), Some(&errors)),
            "Validation Failed: `body` missing_field, too long, plain"
        );
    }
}
