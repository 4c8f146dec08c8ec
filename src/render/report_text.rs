//! A report as text: each action with what became of it, what was counted, what to do next.
//!
//! Deliberately absent: what the plan had to say about an action; it has been read and approved by then.

use std::borrow::Cow;

use anstyle::Style;

use crate::apply::{ActionError, OutcomeKind};
use crate::plan::ActionKind;

use super::counts::{amount, enumerated};
use super::labels::{self, Symbol};
use super::mask::NOTICE;
use super::previous_run;
use super::report_document::{ErrorEntry, OutcomeEntry, OutcomeSummary, ReportDocument};
use super::rich::Rich;
use super::rows::{self, Line, Row, What};
use super::table::{self, end_line};
use super::text::{TextOptions, heading, paragraph};

pub fn report_text(document: &ReportDocument, options: &TextOptions) -> String {
    let width = options.columns();
    let mut out = String::new();
    heading(&document.portal, &document.people, document.requests, width, &mut out);
    end_line(&Rich::plain(&format!("Applied {}", document.digest)), &mut out);
    if document.masked {
        paragraph(&Rich::plain(NOTICE), 0, width, &mut out);
    }
    out.push('\n');
    if let Some(run) = &document.previous_run {
        previous_run::in_report(run, width, &mut out);
        out.push('\n');
    }
    let mut rows: Vec<Row> = document.actions.iter().map(row).collect();
    rows.extend(document.waiting.iter().map(rows::waiting));
    if !rows.is_empty() {
        table::render(&rows, width, &mut out);
        out.push('\n');
    }
    let mut summary = summary_sentence(&document.summary);
    let in_part = document.actions.iter().filter(|entry| !entry.not_done.is_empty()).count();
    if in_part > 0 {
        summary.push_str(&format!(" Done in part: {in_part}."));
    }
    paragraph(&Rich::styled(Style::new().bold(), &summary), 0, width, &mut out);
    for sentence in &document.next {
        paragraph(&Rich::plain(sentence), 0, width, &mut out);
    }
    out
}

fn row(entry: &OutcomeEntry) -> Row<'_> {
    let mut row = rows::action(&entry.action);
    row.symbol = Symbol::Outcome(entry.outcome);
    let mut about = Some(about(entry));
    for (index, line) in row.lines.iter_mut().enumerate() {
        line.remarks.clear();
        match outcome(entry, line, index) {
            None => {}
            // Why stands with the first of what it explains.
            Some(kind) if kind == entry.outcome => {
                let about = about.take().unwrap_or_default();
                let in_part = in_part(entry, line);
                line.remarks.push(Cow::Owned(format!("{in_part}{}{about}", kind.as_str())));
            }
            Some(kind) => line.remarks.push(Cow::Borrowed(kind.as_str())),
        }
    }
    row
}

/// Where one line tells of changes that did not all end alike, as an invitation's: which were not made.
fn in_part(entry: &OutcomeEntry, line: &Line) -> String {
    if entry.not_done.is_empty() || matches!(line.what, What::Change(_)) {
        return String::new();
    }
    let missed: Vec<String> = entry
        .not_done
        .iter()
        .map(|change| labels::attribute(&change.attribute, false).into_owned())
        .collect();
    let made = match entry.action.kind {
        ActionKind::Invite => "invited",
        _ => "done",
    };
    format!("{made}, all but {}: ", enumerated(&missed))
}

/// Once for the whole action; for each change where some were made and some not.
fn outcome(entry: &OutcomeEntry, line: &Line, index: usize) -> Option<OutcomeKind> {
    match line.what {
        What::Change(change) if !entry.not_done.is_empty() => {
            let done = !entry.not_done.contains(change);
            Some(if done { OutcomeKind::Done } else { entry.outcome })
        }
        _ => (index == 0).then_some(entry.outcome),
    }
}

/// `: 400 VALIDATION_ERROR …; what to do`, or nothing.
fn about(entry: &OutcomeEntry) -> String {
    let error = entry.error.clone().map(|error| {
        let ErrorEntry { status, category, message, correlation_id } = error;
        ActionError { status, category, message, correlation_id }
    });
    why(entry.outcome, error.as_ref(), entry.note.as_deref())
}

/// What is done all the same needs no advice on the error that came by the way; the report's JSON and the journal keep it.
pub(super) fn why(outcome: OutcomeKind, error: Option<&ActionError>, note: Option<&str>) -> String {
    let error = error.filter(|_| outcome != OutcomeKind::Done || note.is_none());
    let why: Vec<String> = error.map(error_words).into_iter().chain(note.map(str::to_owned)).collect();
    if why.is_empty() { String::new() } else { format!(": {}", why.join("; ")) }
}

/// `400 VALIDATION_ERROR: message (correlation id 0e…)`
fn error_words(error: &ActionError) -> String {
    let ActionError { status, category, message, correlation_id } = error;
    let status = status.map(|status| status.to_string());
    let what: Vec<&str> = [status.as_deref(), category.as_deref()].into_iter().flatten().collect();
    let mut text = what.join(" ");
    if !text.is_empty() {
        text.push_str(": ");
    }
    text.push_str(message);
    if let Some(id) = correlation_id.as_ref().filter(|id| !message.contains(id.as_str())) {
        text.push_str(&format!(" (correlation id {id})"));
    }
    text
}

/// `Applied: 3 of 5 actions done; 1 failed, 1 skipped.`
fn summary_sentence(summary: &OutcomeSummary) -> String {
    let OutcomeSummary { done, failed, stale, refused, skipped, waiting, unknown } = *summary;
    let others = [
        (failed, "failed"),
        (stale, "stale"),
        (refused, "refused"),
        (unknown, "unknown"),
        (skipped, "skipped"),
        (waiting, "waiting"),
    ];
    let all = done + others.iter().map(|(number, _)| number).sum::<u64>();
    if all == 0 {
        return "Nothing was to be done.".to_owned();
    }
    let others: Vec<String> = others
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    let rest = if others.is_empty() { String::new() } else { format!("; {}", others.join(", ")) };
    format!("Applied: {done} of {} done{rest}.", amount(all, "action", "actions"))
}
