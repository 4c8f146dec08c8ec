//! What a journal tells of a run, above all of one that was cut off.
//!
//! A run that was killed leaves actions that were started and never ended: whether HubSpot carried them out the
//! journal cannot know. The next plan knows, since it is made from a new reading of the portal.

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use crate::model::PortalId;

use super::journal::{Event, FORMAT, Failure, JournalError, Named};
use super::report::ActionError;

/// One run, as far as its journal goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRun {
    pub journal: PathBuf,
    pub began: jiff::Timestamp,
    pub portal: PortalId,
    /// As the plan printed it.
    pub digest: String,
    /// How many actions the plan had.
    pub planned: usize,
    /// Those that were started or ended, in the plan's order.
    pub actions: Vec<PastAction>,
    /// `None`: the run was cut off before it could make its report.
    pub finished: Option<jiff::Timestamp>,
    /// Why a finished run ended before its plan did, in the report's word.
    pub stopped: Option<String>,
    /// A line was cut or could not be understood.
    pub damaged: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAction {
    pub number: usize,
    /// The word of the plan's JSON, as it was written: `invite`.
    pub kind: String,
    /// The e-mail address, or the team's name.
    pub subject: String,
    pub id: Option<String>,
    pub started: Option<jiff::Timestamp>,
    /// The settings calls' outcome, where only the profile was still to be written.
    pub settings: Option<String>,
    pub end: Option<PastEnd>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastEnd {
    pub at: jiff::Timestamp,
    /// The report's word: `done`, `failed` …
    pub outcome: String,
    /// Attributes, under the file's own names.
    pub not_done: Vec<String>,
    pub note: Option<String>,
    pub error: Option<ActionError>,
}

impl PastRun {
    /// Every run of a journal, in the order in which they began.
    pub fn read(path: &Path) -> Result<Vec<PastRun>, JournalError> {
        let runs = File::open(path).and_then(|file| PastRun::parse(path, BufReader::new(file)));
        runs.map_err(|source| JournalError::read(path, source))
    }

    /// Whether a file without any run is the journal of one that was cut off while it wrote its first line, before
    /// it had done anything.
    pub fn had_only_begun(path: &Path) -> Result<bool, JournalError> {
        const BEGIN: &[u8] = br#"{"event":"run","#;
        let mut start = Vec::new();
        File::open(path)
            .and_then(|file| file.take(4096).read_to_end(&mut start))
            .map_err(|source| JournalError::read(path, source))?;
        let compared = start.len().min(BEGIN.len());
        Ok(start[..compared] == BEGIN[..compared] && !start.contains(&b'\n'))
    }

    /// As [`PastRun::read`]. Lines that were cut are passed over, as are events that this version does not
    /// know and runs of another format; only reading itself can fail.
    pub fn parse(journal: &Path, lines: impl BufRead) -> std::io::Result<Vec<PastRun>> {
        let mut runs = Vec::new();
        let mut is_readable = false;
        for line in lines.split(b'\n') {
            heed((&mut runs, &mut is_readable), journal, &line?);
        }
        Ok(runs)
    }

    /// The last run on this portal whose journal is in `folder`; `None` where there is no such run or folder.
    pub fn last(folder: &Path, portal: PortalId) -> Result<Option<PastRun>, JournalError> {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(JournalError::read(folder, source)),
        };
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(|source| JournalError::read(folder, source))?.path();
            if path.extension().is_some_and(|extension| extension == "ndjson") {
                paths.push(path);
            }
        }
        // Names begin with the time, so the newest is nearly always the first to be read.
        paths.sort_unstable_by(|one, other| other.cmp(one));
        for path in paths {
            let mut runs = PastRun::read(&path)?;
            runs.retain(|run| run.portal == portal);
            if let Some(last) = runs.pop() {
                return Ok(Some(last));
            }
        }
        Ok(None)
    }

    pub fn was_cut_off(&self) -> bool {
        self.finished.is_none()
    }

    /// What was started and never ended: done or not, the journal cannot know.
    pub fn open(&self) -> impl Iterator<Item = &PastAction> {
        self.actions.iter().filter(|action| action.end.is_none())
    }

    /// What ended, and how.
    pub fn ended(&self) -> impl Iterator<Item = (&PastAction, &PastEnd)> {
        self.actions.iter().filter_map(|action| Some((action, action.end.as_ref()?)))
    }

    fn action(&mut self, named: Named) -> &mut PastAction {
        let Named { action: number, kind, subject, id } = named;
        let place = self.actions.partition_point(|action| action.number < number);
        if self.actions.get(place).is_none_or(|action| action.number != number) {
            let fresh = PastAction { number, kind, subject, id, started: None, settings: None, end: None };
            self.actions.insert(place, fresh);
        }
        &mut self.actions[place]
    }

    fn heed(&mut self, event: Event) {
        match event {
            Event::Run { .. } => {}
            Event::Start { at, action } => self.action(action).started = Some(at),
            Event::Settings { at: _, action: number, outcome } => {
                if let Some(action) = self.actions.iter_mut().find(|action| action.number == number) {
                    action.settings = Some(outcome);
                }
            }
            Event::End { at, action, outcome, not_done, note, error } => {
                let error = error.map(|Failure { status, category, message, correlation_id }| ActionError {
                    status,
                    category,
                    message,
                    correlation_id,
                });
                self.action(action).end = Some(PastEnd { at, outcome, not_done, note, error });
            }
            Event::Finish { at, stopped } => {
                self.finished = Some(at);
                self.stopped = stopped;
            }
        }
    }
}

/// `is_readable` tells whether the last of the runs is the one that a line is about: what a run did whose first line
/// cannot be read is not the deed of the run before it.
fn heed((runs, is_readable): (&mut Vec<PastRun>, &mut bool), path: &Path, line: &[u8]) {
    if line.iter().all(u8::is_ascii_whitespace) {
        return;
    }
    match event(line) {
        Parsed::Event(event) => match *event {
            Event::Run { format, .. } if format != FORMAT => *is_readable = false,
            Event::Run { format: _, at, portal, digest, actions, hubroster: _ } => {
                *is_readable = true;
                runs.push(PastRun {
                    journal: path.to_owned(),
                    began: at,
                    portal: PortalId(portal),
                    digest,
                    planned: actions,
                    actions: Vec::new(),
                    finished: None,
                    stopped: None,
                    damaged: false,
                });
            }
            event => {
                if let Some(run) = runs.last_mut().filter(|_| *is_readable) {
                    run.heed(event);
                }
            }
        },
        Parsed::Unknown => {}
        Parsed::Damaged => {
            if let Some(run) = runs.last_mut() {
                run.damaged = true;
            }
        }
        Parsed::DamagedRun => *is_readable = false,
    }
}

enum Parsed {
    Event(Box<Event>),
    /// Whole, and of a later version.
    Unknown,
    Damaged,
    /// The first line of a run, and nothing of it is known.
    DamagedRun,
}

fn event(line: &[u8]) -> Parsed {
    const KNOWN: [&str; 5] = ["run", "start", "settings", "end", "finish"];
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(line) else {
        let is_run = line.starts_with(b"{\"event\":\"run\"");
        return if is_run { Parsed::DamagedRun } else { Parsed::Damaged };
    };
    match value.get("event").and_then(serde_json::Value::as_str) {
        Some(name) if !KNOWN.contains(&name) => Parsed::Unknown,
        Some("run") => {
            serde_json::from_value(value).map_or(Parsed::DamagedRun, |event| Parsed::Event(Box::new(event)))
        }
        _ => serde_json::from_value(value).map_or(Parsed::Damaged, |event| Parsed::Event(Box::new(event))),
    }
}
