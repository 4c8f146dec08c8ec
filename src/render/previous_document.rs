//! The run before, as the report's JSON has it: what had ended, what was under way, which lines tell nothing any more.
//!
//! Deliberately absent: sentences (`previous_run`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::apply::{About, Lost, PastAction, PastRun, Settled};

use super::compose::count;

/// A run that was killed or lost its machine, or whose journal is damaged or gone; by its journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PreviousRun {
    /// Where `lost` speaks of the note that says where it is: that file.
    pub journal: String,
    /// RFC 3339; left out where the journal's first line cannot be read, as are `digest` and `planned`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Actions in its plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<u64>,
    /// RFC 3339: it came to its end, and its journal was damaged since. Left out where it was cut off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<String>,
    /// What had ended, and how.
    pub ended: Vec<PreviousAction>,
    /// What was under way when it was cut off; settled by the reading for this run: `done`, `planned` again, `not_done`,
    /// or `unknown`.
    pub under_way: Vec<PreviousAction>,
    /// Lines of the journal that were cut or damaged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<UnreadEntry>,
    /// Why nothing of it is known, in a fragment that goes on behind the file's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PreviousAction {
    /// The word of the plan's JSON.
    pub kind: String,
    /// The e-mail address, or the team's name.
    pub subject: String,
    pub outcome: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnreadEntry {
    /// From 1.
    pub line: u64,
    /// The file ends in the middle of it.
    pub cut: bool,
    /// `run`: which run it was. `other_format`: the same, in a format of another version. `known`: what other lines
    /// tell too. `unknown`: perhaps an action, which may have been done or not.
    pub about: String,
}

impl PreviousRun {
    /// `settled`: what it left open, judged by a reading after that run.
    pub fn new(past: &PastRun, settled: &[(&PastAction, Settled)]) -> PreviousRun {
        let entry = |action: &PastAction, outcome: &str| PreviousAction {
            kind: action.kind.clone(),
            subject: action.subject.clone(),
            outcome: outcome.to_owned(),
        };
        let unread = past.unread.iter().map(|line| UnreadEntry {
            line: count(line.line),
            cut: line.is_cut,
            about: match line.about {
                About::Run => "run",
                About::OtherFormat => "other_format",
                About::Known | About::Unknown { .. } if !past.leaves_open(line) => "known",
                About::Known | About::Unknown { .. } => "unknown",
            }
            .to_owned(),
        });
        let under_way = settled.iter().filter(|_| past.was_cut_off());
        let head = past.head.as_ref();
        PreviousRun {
            journal: past.journal.to_string_lossy().into_owned(),
            began: head.map(|head| head.began.to_string()),
            digest: head.map(|head| head.digest.clone()),
            planned: head.map(|head| count(head.planned)),
            finished: past.finished.map(|at| at.to_string()),
            ended: past.ended().map(|(action, end)| entry(action, &end.outcome)).collect(),
            under_way: under_way.map(|(action, settled)| entry(action, settled.as_str())).collect(),
            unread: unread.collect(),
            lost: None,
        }
    }

    /// Of which nothing is known.
    pub fn lost(lost: &Lost) -> PreviousRun {
        let Lost { path, began, why } = lost;
        PreviousRun {
            journal: path.to_string_lossy().into_owned(),
            began: began.map(|at| at.to_string()),
            digest: None,
            planned: None,
            finished: None,
            ended: Vec::new(),
            under_way: Vec::new(),
            unread: Vec::new(),
            lost: Some(why.clone()),
        }
    }
}
