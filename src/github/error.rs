//! What can go wrong between hubroster and GitHub, each with what to do about it.
//!
//! Deliberately absent: exit codes, and the decision to try again (`client`).

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::address::Repository;
use super::text::{LONGEST_BODY, Oversized};

/// `call` is the method and the path: `GET /repos/example/access/issues/12/comments`.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Not repeated: it may hold a password.
    #[error("the address of GitHub's API cannot be used: {reason}")]
    Address { reason: &'static str },

    #[error("a repository is written `owner/name`, as GITHUB_REPOSITORY has it")]
    Repository,

    #[error("the GitHub token {0}; copy it again")]
    Token(&'static str),

    #[error("no HTTP client could be made for this machine; check its certificates and proxy settings")]
    Client(#[source] Cause),

    /// Found before anything was sent.
    #[error(
        "the text has {} characters, and GitHub takes {LONGEST_BODY}; shorten it, or post a saved plan, which is cut to fit",
        .0.characters
    )]
    Oversized(Oversized),

    #[error("no answer to `{call}`: {failure}")]
    Transport {
        call: String,
        failure: Failure,
        #[source]
        source: Cause,
    },

    #[error(
        "GitHub sent `{call}` elsewhere (status {status}), and redirects are not followed, since the token would go along; \
         a repository that was renamed or moved is named by its new name with --repository"
    )]
    Redirected { call: String, status: u16 },

    #[error("{0}")]
    Refused(Box<Refusal>),

    #[error(
        "GitHub's rate limit is used up, and `{call}` would have to wait {} more; run again then",
        Minutes(*wait)
    )]
    Limited { call: String, wait: Duration },

    #[error("the answer to `{call}` could not be understood: {reason}; nothing was concluded from it")]
    Undecodable { call: String, reason: String },

    #[error("the answer to `{call}` is larger than {} MB and was not read", limit / 1_000_000)]
    TooLarge { call: String, limit: usize },

    #[error("the list `{call}` has no end after {pages} pages; nothing was concluded from it")]
    EndlessList { call: String, pages: usize },

    /// Read again in between, and not there.
    #[error(
        "it is not known whether `{call}` was carried out; look there, and run again: what is there is taken over"
    )]
    Unsettled {
        call: String,
        #[source]
        cause: Box<Error>,
    },
}

/// An error of a library below, kept for the printed chain.
type Cause = Arc<dyn StdError + Send + Sync>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No connection came about, so nothing was sent.
    Unreachable,
    TimedOut,
    /// Anything else, as a connection lost in the middle: the call may have been carried out.
    Lost,
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Failure::Unreachable => {
                "GitHub could not be reached; check GITHUB_API_URL, the network and any proxy"
            }
            Failure::TimedOut => "it did not come in time; run again",
            Failure::Lost => "the connection was lost; run again",
        })
    }
}

/// What a call is part of: what to do about a refusal depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    PullRequest { repository: Repository, number: u64 },
    Issue { repository: Repository },
    Check { repository: Repository },
}

/// An answer that is an error. Its text is short, on one line, and free of anything like a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub call: String,
    pub purpose: Purpose,
    pub status: u16,
    pub message: String,
    /// The answer has the shape of GitHub's errors, so it is GitHub itself that says so.
    pub from_github: bool,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refusal { call, status, message, .. } = self;
        write!(formatter, "`{call}` was refused with status {status}")?;
        if !message.is_empty() {
            write!(formatter, ": {message}")?;
        }
        match self.what_to_do() {
            Some(advice) => write!(formatter, "; {advice}"),
            None => Ok(()),
        }
    }
}

impl Refusal {
    /// GitHub says so with status 403, as it says that a permission is missing.
    fn is_about_a_lock(&self) -> bool {
        self.message.to_ascii_lowercase().contains("lock")
    }

    fn what_to_do(&self) -> Option<String> {
        let permission = match &self.purpose {
            Purpose::PullRequest { .. } => "pull-requests: write",
            Purpose::Issue { .. } => "issues: write",
            Purpose::Check { .. } => "checks: write",
        };
        let advice = match (self.status, &self.purpose) {
            (400..=499, _) if !self.from_github => {
                "something on the way to GitHub says so, so check GITHUB_API_URL and any proxy".to_owned()
            }
            (401, _) => "check that the token is whole and has not expired".to_owned(),
            (403, _) if self.is_about_a_lock() => {
                "unlock the conversation, or let people with write access alone comment on it".to_owned()
            }
            (403, Purpose::PullRequest { .. } | Purpose::Check { .. }) => format!(
                "give the job `permissions: {permission}`. For a pull request from a fork a workflow's token only reads, whatever it asks for: \
                 post from a workflow that runs on `workflow_run`, as docs/gitops.md shows"
            ),
            (403, Purpose::Issue { .. }) => format!("give the job `permissions: {permission}`"),
            (404, Purpose::PullRequest { repository, number }) => format!(
                "there is no pull request {number} in `{repository}`, or the token may not see it (`permissions: {permission}`)"
            ),
            (404, Purpose::Issue { repository }) => format!(
                "there is no repository `{repository}`, or the token may not see its issues (`permissions: {permission}`)"
            ),
            (404, Purpose::Check { repository }) => format!(
                "there is no such commit in `{repository}`, or the token may not write checks (`permissions: {permission}`)"
            ),
            (410, Purpose::Issue { repository } | Purpose::Check { repository }) => {
                format!("issues are switched off in the settings of `{repository}`, or this one was deleted")
            }
            (422, Purpose::Check { .. }) => "check that the commit is in this repository".to_owned(),
            (422, _) => "GitHub does not take it as it is, so trying again would not help".to_owned(),
            (500.., _) => "this is GitHub's side, so run again later".to_owned(),
            _ => return None,
        };
        Some(advice)
    }
}

impl Error {
    /// The token is not accepted, or lacks a permission.
    pub fn is_about_the_credential(&self) -> bool {
        match self {
            Error::Token(_) => true,
            Error::Refused(refusal) => {
                refusal.from_github
                    && (refusal.status == 401 || refusal.status == 403 && !refusal.is_about_a_lock())
            }
            Error::Unsettled { cause, .. } => cause.is_about_the_credential(),
            _ => false,
        }
    }

    pub(super) fn status(&self) -> Option<u16> {
        match self {
            Error::Refused(refusal) => Some(refusal.status),
            _ => None,
        }
    }

    /// The call may have been carried out although this is what came back.
    pub(super) fn leaves_outcome_open(&self) -> bool {
        match self {
            Error::Transport { failure, .. } => *failure != Failure::Unreachable,
            Error::Refused(refusal) => refusal.status == 408 || refusal.status >= 500,
            Error::Undecodable { .. } | Error::TooLarge { .. } | Error::Unsettled { .. } => true,
            Error::Address { .. }
            | Error::Repository
            | Error::Token(_)
            | Error::Client(_)
            | Error::Oversized(_)
            | Error::Redirected { .. }
            | Error::Limited { .. }
            | Error::EndlessList { .. } => false,
        }
    }
}

/// Rounded up: who comes back a little late has lost nothing.
struct Minutes(Duration);

impl fmt::Display for Minutes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_secs().div_ceil(60) {
            0 | 1 => formatter.write_str("a minute"),
            minutes => write!(formatter, "{minutes} minutes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, message: &str) -> Refusal {
        let repository = Repository::parse("example/access").expect("a repository");
        Refusal {
            call: "POST /x".to_owned(),
            purpose: Purpose::PullRequest { repository, number: 12 },
            status,
            message: message.to_owned(),
            from_github: true,
        }
    }

    #[test]
    fn a_lock_is_told_from_a_missing_permission() {
        let locked = refusal(403, "Unable to create comment because issue is locked.");
        assert!(
            locked
                .to_string()
                .ends_with("; unlock the conversation, or let people with write access alone comment on it")
        );
        assert!(!Error::Refused(Box::new(locked)).is_about_the_credential());
        let missing = refusal(403, "Resource not accessible by integration");
        assert!(missing.to_string().contains("`permissions: pull-requests: write`"), "{missing}");
        assert!(Error::Refused(Box::new(missing)).is_about_the_credential());
    }

    #[test]
    fn what_a_proxy_says_is_not_what_github_says() {
        let page = Refusal { from_github: false, ..refusal(404, "") };
        assert!(page.to_string().contains("on the way to GitHub"), "{page}");
        assert!(
            !Error::Refused(Box::new(Refusal { from_github: false, ..refusal(401, "") }))
                .is_about_the_credential()
        );
    }

    #[test]
    fn waits_are_rounded_up() {
        for (seconds, said) in [(1, "a minute"), (60, "a minute"), (61, "2 minutes"), (3600, "60 minutes")] {
            assert_eq!(Minutes(Duration::from_secs(seconds)).to_string(), said);
        }
    }
}
