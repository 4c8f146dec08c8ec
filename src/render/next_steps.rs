//! What to do after an apply, by how its actions ended.
//!
//! Deliberately absent: what happened; the rows say that.

use super::counts::amount;
use super::report_document::ReportDocument;

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
    if summary.failed > 0 {
        next.push(
            "Mend what HubSpot refused and run `apply` again; its support asks for the correlation id."
                .to_owned(),
        );
    }
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
