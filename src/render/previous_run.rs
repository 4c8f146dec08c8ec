//! An earlier run that was cut off, as text: what it had done, and what the portal shows of what it left open.
//!
//! Deliberately absent: settling that; `apply` does it, from a reading made after that run.

use std::borrow::Cow;

use crate::apply::{OutcomeKind, Settled};
use crate::plan::ActionKind;

use super::counts::amount;
use super::labels::{self, Symbol};
use super::report_document::{PreviousAction, PreviousRun};
use super::rich::Rich;
use super::rows::{Line, Row, Section, What};
use super::table;
use super::text::{TextOptions, paragraph};

/// So many of what had ended are named in a report; the journal has all.
const NAMED: usize = 20;

/// Before the plan: that there was such a run, and what became of what it left open.
pub fn previous_run_in_short(run: &PreviousRun, options: &TextOptions) -> String {
    let width = options.columns();
    let mut out = String::new();
    paragraph(&Rich::plain(&sentence(run)), 0, width, &mut out);
    table::render(&Vec::from_iter(run.under_way.iter().map(open)), width, &mut out);
    out
}

/// In the report: what it had done as well.
pub(super) fn in_report(run: &PreviousRun, width: usize, out: &mut String) {
    paragraph(&Rich::plain(&sentence(run)), 0, width, out);
    let ended = run.ended.iter().take(NAMED).map(ended);
    table::render(&Vec::from_iter(ended.chain(run.under_way.iter().map(open))), width, out);
    if run.ended.len() > NAMED {
        let more = run.ended.len() - NAMED;
        let journal = &run.journal;
        let text = format!("… and {more} more that had ended: `hubroster journal {journal}` lists them.");
        paragraph(&Rich::plain(&text), 2, width, out);
    }
}

fn sentence(run: &PreviousRun) -> String {
    let PreviousRun { journal, began, digest: _, planned, ended, under_way } = run;
    // RFC 3339 in UTC: to the second is enough for people.
    let began = began.split(['.', 'Z']).next().unwrap_or(began).replace('T', " ");
    let planned = amount(*planned, "planned action", "planned actions");
    let under_way = match under_way.len() {
        0 => "none was under way".to_owned(),
        1 => "1 was under way".to_owned(),
        number => format!("{number} were under way"),
    };
    let ended = ended.len();
    format!(
        "The run of {began} UTC was cut off: of {planned} {ended} had ended and {under_way}. Its journal is {journal}."
    )
}

fn ended(action: &PreviousAction) -> Row<'_> {
    let PreviousAction { kind, subject, outcome } = action;
    row((kind, subject), outcome_kind(outcome), Cow::Borrowed(outcome))
}

/// Of a journal's word; one of a later version tells nothing.
pub(super) fn outcome_kind(word: &str) -> OutcomeKind {
    let kind = OutcomeKind::ALL.into_iter().find(|kind| kind.as_str() == word);
    kind.unwrap_or(OutcomeKind::Unknown)
}

fn open(action: &PreviousAction) -> Row<'_> {
    let settled = Settled::ALL.into_iter().find(|settled| settled.as_str() == action.outcome);
    let (kind, said) = match settled {
        Some(Settled::Done) => (OutcomeKind::Done, "under way then; it was done, as the portal shows"),
        Some(Settled::Planned) => {
            (OutcomeKind::Skipped, "under way then; what is left of it is planned again")
        }
        Some(Settled::NotDone) => {
            (OutcomeKind::Skipped, "under way then; it was not done, and is planned no more")
        }
        Some(Settled::Unknown) | None => {
            (OutcomeKind::Unknown, "under way then; nothing that could be read tells whether it was done")
        }
    };
    row((&action.kind, &action.subject), kind, Cow::Borrowed(said))
}

/// `kind` is the journal's word; the plan's is shown.
pub(super) fn row<'run>(
    (kind, subject): (&'run str, &'run str),
    outcome: OutcomeKind,
    said: Cow<'run, str>,
) -> Row<'run> {
    let known = ActionKind::ALL.into_iter().find(|known| known.as_str() == kind);
    let word: Cow<'run, str> = match known {
        Some(known) => Cow::Borrowed(labels::action(known)),
        None => Cow::Borrowed(kind),
    };
    Row {
        section: Section::Changes,
        kind: "",
        symbol: Symbol::Outcome(outcome),
        subject,
        cause: &[],
        lines: vec![Line { word, what: What::Sentence(said), remarks: Vec::new(), cause: &[] }],
        changes: &[],
        id: None,
        seats_left: None,
        source: None,
    }
}
