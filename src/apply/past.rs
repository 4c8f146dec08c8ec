//! What a journal tells of a run, above all of one that was cut off.
//!
//! A run that was killed leaves actions that were started and never ended: whether HubSpot carried them out the
//! journal cannot know. The next plan knows, since it is made from a new reading of the portal. Deliberately absent:
//! making runs from lines (`lines`), and finding the right journal (`last_run`).

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::model::PortalId;

use super::journal::{Event, Failure, JournalError, Named};
use super::lines;
use super::report::ActionError;

/// One run, as far as its journal goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRun {
    pub journal: PathBuf,
    /// What its first line says; `None` where that cannot be read.
    pub head: Option<Head>,
    /// Those that were started or ended, in the plan's order.
    pub actions: Vec<PastAction>,
    /// `None`: the run was cut off before it could make its report.
    pub finished: Option<jiff::Timestamp>,
    /// Why a finished run ended before its plan did, in the report's word.
    pub stopped: Option<String>,
    /// Lines that were cut or damaged, in their order.
    pub unread: Vec<UnreadLine>,
}

/// Which run it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub began: jiff::Timestamp,
    pub portal: PortalId,
    /// As the plan printed it.
    pub digest: String,
    /// How many actions the plan had.
    pub planned: usize,
}

/// A line of a journal that was cut or damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadLine {
    /// Its number in the file, from 1.
    pub line: usize,
    /// The file ends in the middle of it.
    pub is_cut: bool,
    pub about: About,
}

/// What an unread line was about, as far as what is left of it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Which run it was: the first line of one.
    Run,
    /// It is the first line of a run, whole and in a format that this version does not know.
    OtherFormat,
    /// What other lines tell of as well, or enough is left of it: an action that is among the run's.
    Known,
    /// Perhaps the start of an action, which may have been done or not.
    Unknown {
        /// It begins as a line of a journal does.
        is_event: bool,
        /// The action's number in the plan, where that is left.
        action: Option<usize>,
        /// Likewise.
        kind: Option<String>,
        at: Option<jiff::Timestamp>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAction {
    pub number: usize,
    /// The word of the plan's JSON, as it was written: `invite`.
    pub kind: String,
    /// The e-mail address, or the team's name.
    pub subject: String,
    pub id: Option<String>,
    /// For an invitation that was tried again, the last time.
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

    /// As [`PastRun::read`]. A line that cannot be read is passed over and remembered; only reading itself can fail.
    /// No runs: it is empty, or no journal.
    pub fn parse(journal: &Path, lines: impl BufRead) -> std::io::Result<Vec<PastRun>> {
        lines::runs(journal, lines)
    }

    pub(super) fn new(journal: &Path, head: Option<Head>) -> PastRun {
        PastRun {
            journal: journal.to_owned(),
            head,
            actions: Vec::new(),
            finished: None,
            stopped: None,
            unread: Vec::new(),
        }
    }

    pub fn was_cut_off(&self) -> bool {
        self.finished.is_none()
    }

    /// Cut off while it wrote its first line, before it had done anything.
    pub fn had_only_begun(&self) -> bool {
        let is_cut_at_its_head =
            |lines: &[UnreadLine]| matches!(lines, [UnreadLine { is_cut: true, about: About::Run, .. }]);
        self.head.is_none()
            && self.actions.is_empty()
            && self.was_cut_off()
            && is_cut_at_its_head(&self.unread)
    }

    pub fn is_damaged(&self) -> bool {
        !self.unread.is_empty()
    }

    /// Whether there may have been actions that no readable line names.
    pub fn may_have_done_more(&self) -> bool {
        self.head.is_none() || self.unread.iter().any(|line| self.leaves_open(line))
    }

    /// Whether what the line said is told by no other.
    pub fn leaves_open(&self, line: &UnreadLine) -> bool {
        match &line.about {
            About::Run | About::OtherFormat => true,
            About::Known => false,
            About::Unknown { action, .. } => {
                !action.is_some_and(|number| self.actions.iter().any(|action| action.number == number))
            }
        }
    }

    /// `None` where no line tells.
    pub fn began(&self) -> Option<jiff::Timestamp> {
        self.head.as_ref().map(|head| head.began).or_else(|| self.times().min())
    }

    /// The latest moment that a line tells of.
    pub(super) fn last_heard(&self) -> Option<jiff::Timestamp> {
        self.head.as_ref().map(|head| head.began).into_iter().chain(self.times()).max()
    }

    fn times(&self) -> impl Iterator<Item = jiff::Timestamp> {
        let of_action = |action: &PastAction| [action.started, action.end.as_ref().map(|end| end.at)];
        self.actions.iter().flat_map(of_action).chain([self.finished]).flatten()
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

    /// Whether the run knows another action by this one's number, or has come to its end: then the event is one of
    /// a run whose first line is lost.
    pub(super) fn cannot_be_of(&self, event: &Event) -> bool {
        let is_another = |named: &Named| {
            let known = self.actions.iter().find(|action| action.number == named.action);
            known.is_some_and(|known| (&known.kind, &known.subject) != (&named.kind, &named.subject))
        };
        match event {
            Event::Start { action, .. } | Event::End { action, .. } => {
                self.finished.is_some() || is_another(action)
            }
            Event::Run { .. } | Event::Settings { .. } | Event::Finish { .. } => self.finished.is_some(),
        }
    }

    pub(super) fn heed(&mut self, event: Event) {
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
