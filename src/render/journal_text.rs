//! Past runs as text, action by action, by what their journal knows.
//!
//! Deliberately absent: what became of what a run left open; only a new reading tells (`previous_run`).

use std::borrow::Cow;

use anstyle::Style;

use crate::apply::{About, OutcomeKind, PastAction, PastEnd, PastRun, UnreadLine};

use super::counts::counted;
use super::previous_run;
use super::report_text::why;
use super::rich::Rich;
use super::rows::Row;
use super::table::{self, end_line};
use super::text::{TextOptions, paragraph};

pub fn journal_text(runs: &[PastRun], options: &TextOptions) -> String {
    let width = options.columns();
    let mut out = String::new();
    for (place, run) in runs.iter().enumerate() {
        if place > 0 {
            out.push('\n');
        }
        one(run, width, &mut out);
    }
    out
}

fn one(run: &PastRun, width: usize, out: &mut String) {
    let how = match (&run.finished, &run.stopped) {
        (None, _) => "cut off before its report".to_owned(),
        (Some(at), None) => format!("finished {}", moment(*at)),
        (Some(at), Some(why)) => format!("stopped {}: {}", moment(*at), why.replace('_', " ")),
    };
    let heading = match &run.head {
        Some(head) => format!("Run of {} on portal {} · {how}", moment(head.began), head.portal),
        None => format!("Run whose first line cannot be read · {how}"),
    };
    paragraph(&Rich::styled(Style::new().bold(), &heading), 0, width, out);
    if let Some(head) = &run.head {
        end_line(&Rich::plain(&format!("Plan {}", head.digest)), out);
    }
    out.push('\n');
    let rows: Vec<Row> = run.actions.iter().map(row).collect();
    if !rows.is_empty() {
        table::render(&rows, width, out);
        out.push('\n');
    }
    paragraph(&Rich::plain(&summary(run)), 0, width, out);
    for line in &run.unread {
        paragraph(&Rich::plain(&unread(run, line)), 0, width, out);
    }
}

fn moment(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

fn row(action: &PastAction) -> Row<'_> {
    let (kind, said) = match &action.end {
        Some(end) => (previous_run::outcome_kind(&end.outcome), ended(end)),
        None => (OutcomeKind::Unknown, left_open(action)),
    };
    let at = action.end.as_ref().map(|end| end.at).or(action.started);
    let at = at.map_or_else(String::new, |at| at.strftime("%H:%M:%S  ").to_string());
    previous_run::row((&action.kind, &action.subject), kind, Cow::Owned(format!("{at}{said}")))
}

/// `failed, without role: 403 FORBIDDEN: no (correlation id 5f…); plan again`
fn ended(end: &PastEnd) -> String {
    let PastEnd { at: _, outcome, not_done, note, error } = end;
    let mut said = outcome.clone();
    if !not_done.is_empty() {
        said.push_str(&format!(", without {}", not_done.join(", ")));
    }
    said.push_str(&why(previous_run::outcome_kind(outcome), error.as_ref(), note.as_deref()));
    said
}

fn left_open(action: &PastAction) -> String {
    let settings = match &action.settings {
        Some(outcome) => format!("settings {outcome}, profile still to come"),
        None => "started".to_owned(),
    };
    format!("{settings}, and never ended; the next `apply` settles it by reading")
}

/// `16 planned actions: 9 ended, 3 left open, 4 not begun.`
fn summary(run: &PastRun) -> String {
    let (ended, open) = (run.ended().count(), run.open().count());
    let planned = run.head.as_ref().map(|head| head.planned);
    let rest = planned.map_or(0, |planned| planned.saturating_sub(ended + open));
    // Where a line is lost, so may be the start of any of them.
    let of_the_rest = if run.may_have_done_more() { "not known" } else { "not begun" };
    let parts = [(ended, "ended"), (open, "left open"), (rest, of_the_rest)];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    match (parts.as_slice(), planned) {
        ([], Some(_)) => "Nothing was planned.".to_owned(),
        ([], None) => "Nothing is known of what it did.".to_owned(),
        (parts, Some(planned)) => {
            format!("{}: {}.", counted(planned, "planned action", "planned actions"), parts.join(", "))
        }
        (parts, None) => format!("As far as it can be read: {}.", parts.join(", ")),
    }
}

fn unread(run: &PastRun, line: &UnreadLine) -> String {
    let number = line.line;
    let how = if line.is_cut { "is cut" } else { "cannot be read" };
    match line.about {
        About::OtherFormat => {
            format!(
                "Line {number} has a format that this version does not know; what follows it is passed over."
            )
        }
        About::Run => {
            format!("Line {number} {how}; which run it was, and whether all of it is here, is not known.")
        }
        About::Known | About::Unknown { .. } if !run.leaves_open(line) => {
            format!("Line {number} {how}; what it said of its action is lost.")
        }
        About::Known | About::Unknown { .. } => {
            format!("Line {number} {how}; if an action started there, it may have been done or not.")
        }
    }
}
