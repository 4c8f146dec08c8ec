//! What to do after an apply, by how its actions ended.
//!
//! Deliberately absent: what happened; the rows say that.

use crate::apply::OutcomeKind;

use super::counts::amount;
use super::report_document::{OutcomeEntry, ReportDocument};

/// In the order of urgency; empty where everything is done.
pub(super) fn sentences(report: &ReportDocument) -> Vec<String> {
    let summary = &report.summary;
    let mut next: Vec<String> = Vec::new();
    if let Some(stopped) = &report.stopped {
        let then = match stopped.reason.as_str() {
            "daily_limit" => {
                "It is full again at midnight in the account's time zone; run `apply` again then."
            }
            "credential" => {
                "Give hubroster a valid token and run `apply` again; what is done is not done twice."
            }
            "migrating" => "Run `apply` again later; what is done is not done twice.",
            _ => "Run `apply` again; what is done is not done twice.",
        };
        next.push(format!("The run stopped early: {}. {then}", stopped.message));
    }
    if summary.unknown > 0 {
        next.push(format!(
            "{} may or may not have been done; run `plan`, which reads the portal again and shows what is missing.",
            amount(summary.unknown, "action", "actions")
        ));
    }
    next.extend(after_failures(report));
    if summary.stale > 0 {
        next.push(format!(
            "{} changed in the portal since the plan was made; plan again and look at what is different.",
            amount(summary.stale, "person or team has", "people or teams have")
        ));
    }
    if summary.refused > 0 {
        next.push("What was refused at the last moment was not written; plan again.".to_owned());
    }
    if summary.skipped > 0 && report.stopped.is_none() {
        next.push(
            "What was skipped depends on something that was not done; run `apply` again after that."
                .to_owned(),
        );
    }
    if summary.waiting > 0 || !report.waiting.is_empty() {
        next.push(
            "What waits needs nothing now: run `apply` again later, or leave it to the next run.".to_owned(),
        );
    }
    if !report.by_hand.is_empty() {
        let steps = amount(super::compose::count(report.by_hand.len()), "step", "steps");
        next.push(format!("{steps} to do by hand in HubSpot; `plan` lists them click by click."));
    }
    next
}

/// What HubSpot refuses somebody has to mend; what never came to it, or was answered by something else, may pass.
fn after_failures(report: &ReportDocument) -> Vec<String> {
    let failed = report.actions.iter().filter(|entry| entry.outcome == OutcomeKind::Failed);
    let (unanswered, refused): (Vec<&OutcomeEntry>, Vec<&OutcomeEntry>) = failed.partition(|entry| {
        entry.error.as_ref().is_some_and(|error| error.category.is_none() && error.correlation_id.is_none())
    });
    let mut next = Vec::new();
    if !refused.is_empty() {
        let has_id =
            |entry: &&OutcomeEntry| entry.error.as_ref().is_some_and(|error| error.correlation_id.is_some());
        let support = match refused.iter().any(has_id) {
            true => "; its support asks for the correlation id",
            false => "",
        };
        next.push(format!("Mend what HubSpot refused and run `apply` again{support}."));
    }
    if !unanswered.is_empty() {
        next.push(
            "What failed without an answer of HubSpot's own was not done: check the network and any proxy, and run \
             `apply` again."
                .to_owned(),
        );
    }
    next
}
