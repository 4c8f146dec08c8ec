//! What a command can end with, and the exit code of each: one contract for all of them.

use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::config::{Findings, FormatError};
use crate::model::{PortalId, SnapshotError};
use crate::plan::{Target, TargetOfNobody};
use crate::render::{DocumentError, escape_for_terminal};
use crate::{apply, github, portal, sandbox};

use super::git::GitError;
use super::output;

/// The exit codes; `docs/exit-codes` in the README.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    Failed = 1,
    /// There are changes: `plan --detailed-exitcode`, `fmt --check`.
    Changes = 2,
    InvalidFiles = 3,
    /// Credential, scope or wrong portal.
    Credential = 4,
    /// A guard refused.
    Guard = 5,
    /// `policy.rules` refused.
    Policy = 6,
    /// The plan is not the one that was approved.
    Stale = 7,
    /// Applied in part.
    Partial = 8,
    /// The daily quota is used up.
    DailyLimit = 9,
    /// Another run holds the lock.
    Locked = 10,
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Why a command could not do its work. `main` prints it once, with its causes.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Already printed, each with its place.
    #[error(transparent)]
    Findings(#[from] Findings),
    #[error(transparent)]
    Format(FormatError),
    #[error(transparent)]
    Portal(#[from] portal::Error),
    #[error(transparent)]
    Sandbox(#[from] sandbox::SandboxError),
    #[error(
        "the portal that answers is {live}, the files are for portal {pinned}; nothing else was read. Use the token of \
         portal {pinned}, or the directory of portal {live}; with `--sandbox`, mend `portal.id` of the simulated one"
    )]
    WrongPortal { pinned: PortalId, live: PortalId },
    #[error(
        "`{}` was taken from portal {live}, the files are for portal {pinned}; take one with the token of portal \
         {pinned}, or use the directory of portal {live}",
        path.display()
    )]
    OtherSnapshot { path: PathBuf, pinned: PortalId, live: PortalId },
    #[error(
        "no portal to read: set HUBSPOT_ACCESS_TOKEN (or HUBSPOT_ACCESS_TOKEN_FILE, or HUBSPOT_ACCESS_TOKEN_COMMAND) \
         for the real one, or add `--sandbox` to rehearse on the simulated one"
    )]
    NoToken,
    #[error(
        "no token for {0}: set HUBSPOT_ACCESS_TOKEN (or HUBSPOT_ACCESS_TOKEN_FILE, or HUBSPOT_ACCESS_TOKEN_COMMAND); \
         a `sandbox serve` takes any, unless its seed lists some"
    )]
    NoTokenFor(portal::BaseUrl),
    #[error(
        "the SCIM token would go to {asked}, and HUBSPOT_SCIM_URL allows {allowed} alone; nothing was sent. Mend \
         `portal.scim_url`, or change the variable where the token is kept"
    )]
    ScimElsewhere { asked: portal::BaseUrl, allowed: portal::BaseUrl },
    #[error("{0}")]
    Credential(String, #[source] Option<std::io::Error>),
    /// Of `--base`.
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("{}", of_nobody(.0))]
    TargetsOfNobody(Vec<TargetOfNobody>),
    #[error(
        "the plan in `{}` is of portal {planned}, the files are for portal {pinned}; apply it from the directory of \
         portal {planned} (`--dir`), or plan again here",
        path.display()
    )]
    OtherPlan { path: PathBuf, pinned: PortalId, planned: PortalId },
    /// With both digests and, where the approved plan is known, what is different.
    #[error("{0}")]
    Stale(String),
    /// With what each guard found and how to go on.
    #[error("refused, nothing was changed: {0}")]
    Refused(String),
    /// With what each rule says.
    #[error("refused by `policy.rules`, nothing was changed\n{0}")]
    Denied(String),
    #[error("interrupted; nothing was changed")]
    Interrupted,
    #[error(
        "stopped at once; calls that were under way may have been done: `hubroster plan` shows what is left"
    )]
    StoppedAtOnce,
    /// Wrong use of the command line that clap cannot see.
    #[error("{0}")]
    Usage(String),
    #[error("cannot {action} `{}`", path.display())]
    File {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error(
        "cannot read `{}`, which says what the simulated portal holds; docs/sandbox.md shows how to write one, and \
         `hubroster snapshot --out` saves one from a real portal",
        path.display()
    )]
    Seed {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("`{}` is no snapshot that this version reads: {reason}; make one with `hubroster snapshot --out`", path.display())]
    Snapshot { path: PathBuf, reason: SnapshotError },
    /// Why is its source: who reads it must know which file is meant.
    #[error("`{}` is no plan to rely on", path.display())]
    SavedPlan {
        path: PathBuf,
        #[source]
        source: DocumentError,
    },
    #[error(
        "the plan in `{}` is masked: it says what is to be done and not to whom; apply the one that `plan --out` saved, \
         which is never masked",
        .0.display()
    )]
    MaskedPlan(PathBuf),
    #[error(transparent)]
    Locked(apply::LockError),
    #[error(transparent)]
    Lock(apply::LockError),
    #[error(transparent)]
    Journal(#[from] apply::JournalError),
    /// Of a run that has made its report, whose exit this is.
    #[error("what was done stands in the report, and not all of it is written down for the next run")]
    Unrecorded { source: apply::JournalError, exit: Exit },
    #[error(transparent)]
    Github(#[from] github::Error),
    #[error(
        "no token for GitHub: set GITHUB_TOKEN (or GITHUB_TOKEN_FILE, or GITHUB_TOKEN_COMMAND); in a workflow, give the step \
         `env: {{ GITHUB_TOKEN: ${{{{ github.token }}}} }}` and the job `permissions: pull-requests: write`"
    )]
    NoGithubToken,
    #[error("cannot write the result")]
    Output(#[source] std::io::Error),
    #[error("cannot start")]
    Runtime(#[source] std::io::Error),
}

impl Error {
    pub fn exit(&self) -> Exit {
        match self {
            Error::Findings(_) | Error::Format(FormatError::Findings(_)) => Exit::InvalidFiles,
            Error::Portal(error) => portal_exit(error),
            Error::WrongPortal { .. }
            | Error::OtherSnapshot { .. }
            | Error::OtherPlan { .. }
            | Error::NoToken
            | Error::NoTokenFor(_)
            | Error::NoGithubToken
            | Error::ScimElsewhere { .. }
            | Error::Credential(..) => Exit::Credential,
            Error::Github(error) if error.is_about_the_credential() => Exit::Credential,
            Error::Refused(_) => Exit::Guard,
            Error::Stale(_) => Exit::Stale,
            Error::Denied(_) => Exit::Policy,
            Error::Locked(_) => Exit::Locked,
            Error::Unrecorded { exit, .. } => *exit,
            Error::Interrupted | Error::StoppedAtOnce => Exit::Interrupted,
            Error::Format(FormatError::Unsafe { .. })
            | Error::Sandbox(_)
            | Error::Usage(_)
            | Error::Git(_)
            | Error::TargetsOfNobody(_)
            | Error::File { .. }
            | Error::Seed { .. }
            | Error::Snapshot { .. }
            | Error::SavedPlan { .. }
            | Error::MaskedPlan(_)
            | Error::Lock(_)
            | Error::Journal(_)
            | Error::Github(_)
            | Error::Output(_)
            | Error::Runtime(_) => Exit::Failed,
        }
    }

    /// Whether its text stands on stderr already.
    pub fn is_printed(&self) -> bool {
        matches!(self, Error::Findings(_))
    }
}

fn of_nobody(targets: &[TargetOfNobody]) -> String {
    let lines = targets.iter().map(|TargetOfNobody { target, nearest }| {
        let whom = match target {
            Target::Person(email) => format!("`{email}` is neither in the files nor in the portal"),
            Target::Role(key) => format!("nobody in the files has the role `{key}`"),
        };
        match nearest {
            Some(nearest) => format!("\n  {whom}; did you mean `{nearest}`?"),
            None => format!("\n  {whom}"),
        }
    });
    format!("no such person or role:{}", String::from_iter(lines))
}

fn portal_exit(error: &portal::Error) -> Exit {
    if error.is_daily_limit() {
        Exit::DailyLimit
    } else if error.is_about_the_credential() {
        Exit::Credential
    } else {
        Exit::Failed
    }
}

/// An error with everything that caused it, one cause per line, harmless to a terminal: paths and answers are in it.
pub struct Chain<'a>(pub &'a Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quotes = matches!(self.0, Error::Portal(_) | Error::Snapshot { .. } | Error::SavedPlan { .. });
        formatter.write_str(&harmless(self.0, quotes))?;
        let mut source = std::error::Error::source(self.0);
        while let Some(cause) = source {
            write!(formatter, "\n  caused by: {}", harmless(cause, quotes))?;
            source = cause.source();
        }
        Ok(())
    }
}

/// The lines of an error are its own; what it quotes was cleaned of line breaks where it came in.
fn harmless(error: &dyn std::error::Error, quotes: bool) -> String {
    let text = error.to_string();
    let text = if quotes { output::told_of_others(&text) } else { output::told(&text) };
    Vec::from_iter(text.split('\n').map(escape_for_terminal)).join("\n")
}
