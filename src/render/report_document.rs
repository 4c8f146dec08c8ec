//! "The report as JSON": every action of a plan with what became of it, counted by what happened.
//!
//! Deliberately absent: the journal, which is written while applying; this is written afterwards.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::apply::{ActionError, Outcome, OutcomeKind, Report, Stop};

use super::compose::{action_entry, change_entry, count};
use super::document::{
    ActionEntry, BlockedEntry, ByHandEntry, ChangeEntry, FORMAT_VERSION, PeopleEntry, PlanDocument,
    PortalEntry, Requests, WaitingEntry, is_false, pretty,
};
use super::kind_word;
use super::next_steps;
use super::previous_document::PreviousRun;

/// What `apply --format json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "hubroster report")]
pub struct ReportDocument {
    pub format_version: String,
    /// People have pseudonyms; left out: they have their names.
    #[serde(default, skip_serializing_if = "is_false")]
    pub masked: bool,
    pub portal: PortalEntry,
    /// The plan's.
    pub digest: String,
    /// As they were before.
    pub people: PeopleEntry,
    /// Of the whole run, planning included.
    pub requests: Requests,
    /// What was done first, then what was not, each in the plan's order of reading.
    pub actions: Vec<OutcomeEntry>,
    pub blocked: Vec<BlockedEntry>,
    pub by_hand: Vec<ByHandEntry>,
    /// Changes that were not tried because HubSpot would refuse them for now.
    pub waiting: Vec<WaitingEntry>,
    /// The run before, where it was cut off or its journal does not tell all, and what the portal shows of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_run: Option<PreviousRun>,
    /// Left out where the run went through the whole plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<StopEntry>,
    pub summary: OutcomeSummary,
    /// What to do now, in sentences; empty where everything is done.
    pub next: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeEntry {
    #[serde(flatten)]
    pub action: ActionEntry,
    #[serde(with = "kind_word")]
    #[schemars(schema_with = "kind_word::schema::<OutcomeKind>")]
    pub outcome: OutcomeKind,
    /// Where the calls for one person did not all end alike: the changes that were not made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_done: Vec<ChangeEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorEntry>,
    /// What to know or do, in a lower-case fragment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What HubSpot said, or what was in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorEntry {
    /// Of HTTP; left out where there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    pub message: String,
    /// What HubSpot's support asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StopEntry {
    /// `interrupted`, `daily_limit`, `credential` or `migrating`.
    pub reason: String,
    pub message: String,
}

/// How many actions ended in each way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct OutcomeSummary {
    pub done: u64,
    pub failed: u64,
    pub stale: u64,
    pub refused: u64,
    pub skipped: u64,
    pub waiting: u64,
    pub unknown: u64,
}

impl ReportDocument {
    /// `plan` is the document of the plan that was applied.
    pub fn new(report: &Report, plan: &PlanDocument) -> ReportDocument {
        let Report { outcomes, reads, writes, stopped } = report;
        let mut actions: Vec<OutcomeEntry> = outcomes.iter().enumerate().map(outcome_entry).collect();
        // Done first: what needs attention then stands at the end, where a terminal shows it.
        let places: BTreeMap<u64, usize> =
            plan.actions.iter().enumerate().map(|(place, action)| (action.order, place)).collect();
        actions.sort_by_key(|entry| (entry.outcome != OutcomeKind::Done, places.get(&entry.action.order)));
        let of = |kind| count(report.count(kind));
        let mut document = ReportDocument {
            format_version: FORMAT_VERSION.to_owned(),
            masked: false,
            portal: plan.portal.clone(),
            digest: plan.digest.clone(),
            people: plan.people.clone(),
            requests: Requests { reads: *reads, writes: *writes },
            actions,
            blocked: plan.blocked.clone(),
            by_hand: plan.by_hand.clone(),
            waiting: plan.waiting.clone(),
            previous_run: None,
            stopped: stopped.map(stop_entry),
            summary: OutcomeSummary {
                done: of(OutcomeKind::Done),
                failed: of(OutcomeKind::Failed),
                stale: of(OutcomeKind::Stale),
                refused: of(OutcomeKind::Refused),
                skipped: of(OutcomeKind::Skipped),
                waiting: of(OutcomeKind::Waiting),
                unknown: of(OutcomeKind::Unknown),
            },
            next: Vec::new(),
        };
        document.next = next_steps::sentences(&document);
        document
    }

    /// Indented, with a newline at the end.
    pub fn to_json(&self) -> String {
        pretty(self)
    }
}

fn outcome_entry((index, outcome): (usize, &Outcome)) -> OutcomeEntry {
    let Outcome { action, kind, not_done, error, note } = outcome;
    OutcomeEntry {
        action: action_entry(action, index),
        outcome: *kind,
        not_done: not_done.iter().map(change_entry).collect(),
        error: error.as_ref().map(error_entry),
        note: note.clone(),
    }
}

fn error_entry(error: &ActionError) -> ErrorEntry {
    let ActionError { status, category, message, correlation_id } = error;
    ErrorEntry {
        status: *status,
        category: category.clone(),
        message: message.clone(),
        correlation_id: correlation_id.clone(),
    }
}

fn stop_entry(stop: Stop) -> StopEntry {
    let (reason, message) = match stop {
        Stop::Interrupted => ("interrupted", "the run was interrupted"),
        Stop::DailyLimit => ("daily_limit", "HubSpot's daily limit of calls is used up"),
        Stop::Credential => ("credential", "HubSpot no longer accepts the token"),
        Stop::Migrating => {
            ("migrating", "HubSpot is moving the account between data centres and asks to wait")
        }
        Stop::Journal => {
            ("journal", "the journal could not be written, and what is not written down is not done")
        }
    };
    StopEntry { reason: reason.to_owned(), message: message.to_owned() }
}
