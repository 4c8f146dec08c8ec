//! The journal: one line when an action starts, one when it ends, each on disk before the next step.
//!
//! Deliberately absent: tokens and request bodies, and reading (`past`). Whoever reads a journal finds who was
//! changed, by e-mail address, so only its owner may.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::model::visible_json;
use crate::plan::{Action, Digest, Plan};

use super::Observer;
use super::private;
use super::report::{ActionError, Outcome, OutcomeKind, Report, Stop};
use super::site::Site;

/// The value of `format` in the first line of a run.
pub(super) const FORMAT: &str = "hubroster-journal/1";

/// Tells the time; the clock is `cli`'s to read.
pub type Clock = fn() -> jiff::Timestamp;

/// What every journal begins with.
const BEGIN: &[u8] = br#"{"event":"run""#;

/// The journal of one run. A file that is already there is added to, never overwritten.
pub struct Journal {
    path: PathBuf,
    began: jiff::Timestamp,
    clock: Clock,
    file: Mutex<File>,
}

#[derive(Debug, thiserror::Error)]
#[error("the journal `{}` cannot be {doing}", path.display())]
pub struct JournalError {
    path: PathBuf,
    doing: &'static str,
    source: io::Error,
}

impl JournalError {
    pub(super) fn read(path: &Path, source: io::Error) -> JournalError {
        JournalError { path: path.to_owned(), doing: "read", source }
    }

    pub(super) fn io(&self) -> &io::Error {
        &self.source
    }

    fn written(path: &Path, source: io::Error) -> JournalError {
        let doing = if is_full(&source) {
            "written; make room on its disk. Another file (`--journal`) is enough only where `.hubroster/journal` has room \
             for the note of where the journal is"
        } else {
            "written; choose another file with `--journal`"
        };
        JournalError { path: path.to_owned(), doing, source }
    }

    /// `path` is the journal's: nothing that the next run would not find is done.
    pub(super) fn noted(path: &Path, source: io::Error) -> JournalError {
        let doing = if is_full(&source) {
            "noted for the next run, beside the lock; make room for it in `.hubroster/journal`, which another file \
             (`--journal`) does not help"
        } else {
            "noted for the next run, beside the lock"
        };
        JournalError { path: path.to_owned(), doing, source }
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// One line. Readers ignore events and keys that they do not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Event {
    /// A run begins.
    Run {
        format: String,
        at: jiff::Timestamp,
        hubroster: String,
        portal: u64,
        digest: String,
        actions: usize,
    },
    /// The action's first call that writes is about to be made; for one that creates, each of them.
    Start {
        at: jiff::Timestamp,
        #[serde(flatten)]
        action: Named,
    },
    /// Its settings calls have ended, its profile is still to be written.
    Settings { at: jiff::Timestamp, action: usize, outcome: String },
    /// Nothing more will be called for the action.
    End {
        at: jiff::Timestamp,
        #[serde(flatten)]
        action: Named,
        outcome: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        not_done: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<Failure>,
    },
    /// The run has come to its end and its report was made.
    Finish {
        at: jiff::Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stopped: Option<String>,
    },
}

/// Which action: its place in the plan, from 0, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Named {
    pub(super) action: usize,
    pub(super) kind: String,
    /// The e-mail address, or the team's name.
    pub(super) subject: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Failure {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) category: Option<String>,
    pub(super) message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) correlation_id: Option<String>,
}

impl Named {
    fn of(number: usize, action: &Action) -> Named {
        Named {
            action: number,
            kind: action.kind.as_str().to_owned(),
            subject: action.subject.name().to_owned(),
            id: action.subject.id().map(str::to_owned),
        }
    }
}

impl From<&ActionError> for Failure {
    fn from(error: &ActionError) -> Failure {
        let ActionError { status, category, message, correlation_id } = error.clone();
        Failure { status, category, message, correlation_id }
    }
}

impl Journal {
    /// The name of a run's journal in its folder; names sort by time.
    pub fn file_name(at: jiff::Timestamp, digest: &Digest) -> String {
        let digits = digest.as_str().trim_start_matches("sha256:");
        let short = digits.get(..12).unwrap_or(digits);
        format!("{}-{short}.ndjson", at.strftime("%Y%m%dT%H%M%S%.3fZ"))
    }

    /// As [`Journal::begin`], in the file that a run has by itself: nobody has put a link there on purpose.
    pub fn begin_in(
        (folder, site): (&Path, impl Into<Site>),
        plan: &Plan,
        clock: Clock,
    ) -> Result<Journal, JournalError> {
        let path = folder.join(site.into().journal_name(&Journal::file_name(clock(), &plan.digest())));
        if private::is_link(&path) {
            return Err(JournalError::written(&path, io::Error::other("it is a symbolic link")));
        }
        Journal::begin(&path, plan, clock)
    }

    /// Opens the file, made with the folders above it where it is missing, and writes the run's first line.
    pub fn begin(path: &Path, plan: &Plan, clock: Clock) -> Result<Journal, JournalError> {
        let unwritable = |source| JournalError::written(path, source);
        let file = open(path).map_err(unwritable)?;
        let began = clock();
        let journal = Journal { path: path.to_owned(), began, clock, file: Mutex::new(file) };
        let run = Event::Run {
            format: FORMAT.to_owned(),
            at: began,
            hubroster: env!("CARGO_PKG_VERSION").to_owned(),
            portal: plan.portal.id.0,
            digest: plan.digest().to_string(),
            actions: plan.actions.len(),
        };
        journal.write(&run, Durable::Yes).map_err(unwritable)?;
        private::keep_name(path).map_err(unwritable)?;
        Ok(journal)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// As its first line has it.
    pub fn began(&self) -> jiff::Timestamp {
        self.began
    }

    /// The last line: whoever reads it knows that nothing was cut off.
    pub fn finish(&self, report: &Report) -> Result<(), JournalError> {
        let stopped = report.stopped.map(Stop::as_str).map(str::to_owned);
        let finish = Event::Finish { at: (self.clock)(), stopped };
        self.write(&finish, Durable::Yes).map_err(|source| JournalError::written(&self.path, source))
    }

    fn write(&self, event: &Event, durable: Durable) -> io::Result<()> {
        let line = visible_json(&serde_json::to_string(event).map_err(io::Error::other)?) + "\n";
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(line.as_bytes())?;
        match durable {
            Durable::Yes => file.sync_data(),
            Durable::No => Ok(()),
        }
    }
}

/// Whether the line must have reached the disk before the next step.
enum Durable {
    Yes,
    /// Nothing was written to the portal for it: losing it in a power cut loses nothing.
    No,
}

impl Observer for Journal {
    fn started(&self, number: usize, action: &Action) -> io::Result<()> {
        let start = Event::Start { at: (self.clock)(), action: Named::of(number, action) };
        self.write(&start, Durable::Yes)
    }

    fn settings_ended(&self, number: usize, kind: OutcomeKind) -> io::Result<()> {
        let outcome = kind.as_str().to_owned();
        self.write(&Event::Settings { at: (self.clock)(), action: number, outcome }, Durable::Yes)
    }

    fn ended(&self, number: usize, outcome: &Outcome) -> io::Result<()> {
        let Outcome { action, kind, not_done, error, note } = outcome;
        let not_done = not_done.iter().map(|change| change.attribute.as_str().to_owned()).collect();
        let end = Event::End {
            at: (self.clock)(),
            action: Named::of(number, action),
            outcome: kind.as_str().to_owned(),
            not_done,
            note: note.clone(),
            error: error.as_ref().map(Failure::from),
        };
        self.write(&end, if *kind == OutcomeKind::Skipped { Durable::No } else { Durable::Yes })
    }
}

/// For adding, only for its owner, and never right behind a line that was cut.
fn open(path: &Path) -> io::Result<File> {
    private::make_folder_of(path)?;
    let mut file = private::file(OpenOptions::new().create(true).append(true).read(true)).open(path)?;
    // A device or a pipe keeps nothing for the next run.
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no ordinary file, so nothing would be kept in it"));
    }
    let mut start = Vec::new();
    (&mut file).take(BEGIN.len() as u64).read_to_end(&mut start)?;
    // Another file must not become half a journal; one that was cut while it began may.
    if !BEGIN.starts_with(&start) {
        return Err(io::Error::other("it is another file, and no journal, or its first line is damaged"));
    }
    private::tighten(&file)?;
    if file.seek(SeekFrom::End(0))? > 0 {
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Another file for the journal leaves the note where it is.
    #[test]
    fn on_a_full_disk_room_is_asked_for() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        for error in
            [JournalError::written(Path::new("one"), full()), JournalError::noted(Path::new("one"), full())]
        {
            let told = error.to_string();
            assert!(told.contains("make room") && told.contains("`.hubroster/journal`"), "{told}");
        }
        let other = JournalError::written(Path::new("one"), io::Error::from(io::ErrorKind::PermissionDenied));
        assert!(other.to_string().ends_with("; choose another file with `--journal`"), "{other}");
    }
}
