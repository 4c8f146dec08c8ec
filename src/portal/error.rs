//! What can go wrong between hubroster and HubSpot, sorted by who is at fault.
//!
//! Deliberately absent: exit codes, and the decision to try again (`retry`).

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::door::Realm;
use crate::model::ApiVersion;

/// `call` is always the method and the path without anything personal: `GET /settings/users/2026-09`.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    #[error("`{given}` cannot be the portal's address: {reason}")]
    BaseUrl { given: String, reason: &'static str },

    #[error("the access token {0}; copy it again from HubSpot")]
    Token(&'static str),

    #[error("the SCIM token {0}; copy it again from the SCIM app in HubSpot")]
    ScimToken(&'static str),

    /// Found before anything was sent.
    #[error("SCIM has a token of its own, and none was given; set `HUBSPOT_SCIM_TOKEN`")]
    NoScim,

    #[error("no HTTP client could be made for this machine; check its certificates and proxy settings")]
    Client(#[source] Cause),

    /// Found before anything was sent.
    #[error("{what} cannot be sent to HubSpot: {reason}")]
    Request { what: String, reason: &'static str },

    /// Found before anything was sent.
    #[error("version `{api}` of HubSpot's user provisioning has no {what}; set `portal.api: \"2026-09\"`")]
    Unsupported { what: &'static str, api: ApiVersion },

    #[error("no answer to `{call}`: {failure}")]
    Transport {
        call: String,
        failure: TransportFailure,
        #[source]
        source: Cause,
    },

    #[error(
        "the answer to `{call}` (status {status}{}) broke off, and nothing was concluded from it: {failure}",
        Correlation(correlation_id)
    )]
    CutShort {
        call: String,
        status: u16,
        correlation_id: Option<String>,
        failure: TransportFailure,
        #[source]
        source: Cause,
    },

    #[error(
        "HubSpot sent `{call}` elsewhere (status {status}{}), and redirects are not followed; \
         check the portal's address",
        Correlation(correlation_id)
    )]
    Redirected { call: String, status: u16, correlation_id: Option<String> },

    /// HubSpot, or something on the way to it, said no.
    #[error("{0}")]
    Answer(Box<Answer>),

    #[error(
        "the answer to `{call}` (status {status}{}) could not be understood: {reason}; \
         nothing was concluded from it",
        Correlation(correlation_id)
    )]
    Undecodable { call: String, status: u16, correlation_id: Option<String>, reason: String },

    #[error(
        "the answer to `{call}` (status {status}{}) is larger than {} MB and was not read; \
         nothing was concluded from it",
        Correlation(correlation_id),
        limit / 1_000_000
    )]
    TooLarge { call: String, status: u16, correlation_id: Option<String>, limit: usize },

    #[error(
        "the list `{call}` came back to a page it had already given; nothing was concluded from it, run again"
    )]
    RepeatedCursor { call: String },

    #[error(
        "the list `{call}` has no end after {pages} pages and {} MB; nothing was concluded from it",
        bytes / 1_000_000
    )]
    EndlessList { call: String, pages: usize, bytes: usize },

    #[error(
        "HubSpot's daily limit of calls is used up for this account{}; it is reset at midnight in the \
         account's time zone",
        Correlation(correlation_id)
    )]
    DailyLimit { correlation_id: Option<String> },

    #[error("HubSpot is moving this account to another data centre; {}", Comeback(retry_after))]
    Migrating { retry_after: Option<Duration> },

    #[error(
        "`{call}` found {found} people of one address, and SCIM allows one; nothing was concluded from it, settle it \
         in the identity provider"
    )]
    Ambiguous { call: String, found: usize },

    /// The one change that SCIM is asked for.
    #[error(
        "SCIM accepted `{call}` without making the change: `active` is {active} as before; make the change in the \
         identity provider"
    )]
    NotTaken { call: String, active: bool },

    /// A write that may or may not have been made; only a read can tell.
    #[error("it is not known whether `{call}` was carried out; read the portal before trying it again")]
    OutcomeUnknown {
        call: String,
        #[source]
        cause: Box<Error>,
    },
}

/// An error of a library below, kept for the printed chain.
pub type Cause = Arc<dyn StdError + Send + Sync>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportFailure {
    /// No connection came about, so nothing was sent.
    Unreachable,
    TimedOut,
    /// Anything else, as a connection lost in the middle: the call may have been carried out.
    Lost,
}

impl fmt::Display for TransportFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            TransportFailure::Unreachable => {
                "the portal could not be reached; check its address, the network and any proxy"
            }
            TransportFailure::TimedOut => "it did not come in time; run again",
            TransportFailure::Lost => "the connection was lost; run again",
        })
    }
}

/// An answer that is an error. Texts are cut, and free of control characters and of anything like a token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    pub realm: Realm,
    pub call: String,
    pub status: u16,
    /// `VALIDATION_ERROR`, `MISSING_SCOPES`, `RATE_LIMITS` … `None` where the answer is not HubSpot's own.
    pub category: Option<String>,
    pub sub_category: Option<String>,
    pub message: String,
    /// What HubSpot's support asks for.
    pub correlation_id: Option<String>,
    /// With status 403: the scopes the token would need, any of them.
    pub missing_scopes: Vec<String>,
    /// With status 429: which limit.
    pub policy: Option<String>,
    pub retry_after: Option<Duration>,
    /// Every category and code of the answer, nested ones included.
    pub codes: Vec<String>,
    /// The answer has the shape of HubSpot's errors, or of SCIM's where that was asked, so it is HubSpot itself that
    /// says so.
    pub from_hubspot: bool,
    /// An earlier try of the same call may have been carried out.
    pub repeated: bool,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Answer { realm, call, status, category, message, correlation_id, missing_scopes, .. } = self;
        write!(formatter, "`{call}` was refused with status {status}")?;
        if let Some(category) = category {
            write!(formatter, " `{category}`")?;
        }
        if !message.is_empty() {
            write!(formatter, ": {message}")?;
        }
        if let Some(id) = correlation_id {
            write!(formatter, " (correlation id {id})")?;
        }
        match status {
            400..=499 if !self.from_hubspot => formatter.write_str(
                "; something on the way to HubSpot says so, so check the portal's address and any proxy",
            ),
            401 if *realm == Realm::Scim => formatter
                .write_str("; check that the SCIM token is whole, current and of this account's SCIM app"),
            403 if *realm == Realm::Scim => formatter.write_str(
                "; check that the account has a SCIM app (Professional or Enterprise) and that the token is its own",
            ),
            401 => formatter.write_str("; check that the token is whole, current and of this account"),
            403 if !missing_scopes.is_empty() => {
                write!(formatter, "; give the token the scope `{}`", missing_scopes.join("` or `"))
            }
            403 => formatter.write_str("; check the token's scopes and the rights of the person it acts for"),
            409 => formatter.write_str("; somebody was faster, so plan again"),
            429 => formatter
                .write_str("; another application may be using the same limit, so wait and run again"),
            500.. => formatter.write_str("; this is HubSpot's side, so run again later"),
            _ => Ok(()),
        }
    }
}

impl Answer {
    /// SCIM does not know the method, as PATCH (RFC 7644, section 3.12): nothing was done, nor would waiting help.
    pub(super) fn is_not_supported(&self) -> bool {
        self.realm == Realm::Scim && self.status == 501
    }

    /// The call may have been carried out although this is what came back.
    pub(super) fn leaves_outcome_open(&self) -> bool {
        match self.status {
            408 => true,
            // Nobody but HubSpot has this one.
            477 => false,
            500.. => !self.is_not_supported(),
            // HubSpot's own refusal settles it. A page of something on the way may replace any answer.
            _ => !self.from_hubspot,
        }
    }

    /// Whether the answer carries `code`, as `USER_NOT_ON_ANY_HUBS`: alone, after a dot, or as a word of the
    /// message, since HubSpot nests codes differently from case to case.
    pub fn has_code(&self, code: &str) -> bool {
        self.codes.iter().any(|known| known.rsplit('.').next() == Some(code))
            || self
                .message
                .split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
                .any(|word| word == code)
    }
}

impl Error {
    /// The error answer behind this error, also behind an unknown outcome.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Error::Answer(answer) => Some(answer),
            Error::OutcomeUnknown { cause, .. } => cause.answer(),
            _ => None,
        }
    }

    /// The HTTP status that came back, where one did.
    pub fn status(&self) -> Option<u16> {
        match self {
            Error::Answer(answer) => Some(answer.status),
            Error::Redirected { status, .. }
            | Error::CutShort { status, .. }
            | Error::Undecodable { status, .. }
            | Error::TooLarge { status, .. } => Some(*status),
            Error::OutcomeUnknown { cause, .. } => cause.status(),
            _ => None,
        }
    }

    /// What HubSpot's support asks for.
    pub fn correlation_id(&self) -> Option<&str> {
        match self {
            Error::Answer(answer) => answer.correlation_id.as_deref(),
            Error::Redirected { correlation_id, .. }
            | Error::CutShort { correlation_id, .. }
            | Error::Undecodable { correlation_id, .. }
            | Error::TooLarge { correlation_id, .. }
            | Error::DailyLimit { correlation_id } => correlation_id.as_deref(),
            Error::OutcomeUnknown { cause, .. } => cause.correlation_id(),
            _ => None,
        }
    }

    /// As [`Answer::has_code`]; `false` where there is no error answer.
    pub fn has_code(&self, code: &str) -> bool {
        self.answer().is_some_and(|answer| answer.has_code(code))
    }

    /// The token is not accepted, or lacks a scope or a right.
    pub fn is_about_the_credential(&self) -> bool {
        matches!(self, Error::Token(_) | Error::ScimToken(_))
            || self.answer().is_some_and(|answer| answer.from_hubspot && matches!(answer.status, 401 | 403))
    }

    pub fn is_daily_limit(&self) -> bool {
        match self {
            Error::DailyLimit { .. } => true,
            Error::OutcomeUnknown { cause, .. } => cause.is_daily_limit(),
            _ => false,
        }
    }

    /// Whether HubSpot itself says that what the call names does not exist. A 404 page of a proxy, or of an
    /// address that is no portal, proves nothing.
    pub(super) fn proves_absence(&self) -> bool {
        matches!(self, Error::Answer(answer) if answer.status == 404 && answer.from_hubspot)
    }

    /// The call may have been carried out although this is what came back.
    pub(super) fn leaves_outcome_open(&self) -> bool {
        match self {
            Error::Transport { failure, .. } => *failure != TransportFailure::Unreachable,
            Error::Answer(answer) => answer.leaves_outcome_open(),
            // HubSpot's API redirects nobody: it is not HubSpot's answer.
            Error::Redirected { .. }
            | Error::CutShort { .. }
            | Error::Undecodable { .. }
            | Error::TooLarge { .. }
            | Error::OutcomeUnknown { .. } => true,
            Error::BaseUrl { .. }
            | Error::Token(_)
            | Error::ScimToken(_)
            | Error::NoScim
            | Error::Client(_)
            | Error::Request { .. }
            | Error::Unsupported { .. }
            | Error::RepeatedCursor { .. }
            | Error::EndlessList { .. }
            | Error::Ambiguous { .. }
            | Error::NotTaken { .. }
            | Error::DailyLimit { .. }
            | Error::Migrating { .. } => false,
        }
    }
}

struct Correlation<'a>(&'a Option<String>);

impl fmt::Display for Correlation<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(id) => write!(formatter, ", correlation id {id}"),
            None => Ok(()),
        }
    }
}

struct Comeback<'a>(&'a Option<Duration>);

impl fmt::Display for Comeback<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(wait) => write!(formatter, "it asks to come back in {} seconds", wait.as_secs()),
            None => formatter.write_str("run again later"),
        }
    }
}
