//! The run before, where it was cut off or its journal is not whole, as text: what it had done, what the portal shows of
//! what it left open, and what is not known.
//!
//! Deliberately absent: settling that; `apply` does it, from a reading made after that run.

use std::borrow::Cow;

use crate::apply::{Arrivals, OutcomeKind, Settled};
use crate::plan::ActionKind;

use super::counts::{amount, counted, enumerated};
use super::escape;
use super::labels::{self, Symbol};
use super::previous_document::{PreviousAction, PreviousRun, UnreadEntry};
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
    if let Some(why) = &run.lost {
        return lost(run, why);
    }
    let mut sentences = vec![what_is_known(run), format!("Its journal is {}.", run.journal)];
    sentences.extend(unread_lines(&run.unread));
    sentences.extend(what_is_not_known(run));
    sentences.join(" ")
}

fn what_is_known(run: &PreviousRun) -> String {
    let began = began(run).map(|began| format!("The run of {began} UTC"));
    let began = began.unwrap_or_else(|| "The last run".to_owned());
    if run.finished.is_some() {
        return format!(
            "{began} came to its end and made its report, and its journal is not whole any more."
        );
    }
    let ended = run.ended.len();
    let under_way = under_way(run);
    match run.planned {
        Some(planned) => {
            let planned = amount(planned, "planned action", "planned actions");
            format!("{began} was cut off: of {planned} {ended} had ended and {under_way}.")
        }
        None => {
            let ended = counted(ended, "action", "actions");
            format!(
                "{began} was cut off, and its journal does not tell any more which run it was. As far as it can be read, \
                 {ended} had ended and {under_way}."
            )
        }
    }
}

fn under_way(run: &PreviousRun) -> String {
    let is_certain = run.planned.is_some() && run.unread.iter().all(|line| line.about == "known");
    let known = match run.under_way.len() {
        0 if is_certain => "none was under way".to_owned(),
        0 => return "whether any was under way is not known".to_owned(),
        1 => "1 was under way".to_owned(),
        number => format!("{number} were under way"),
    };
    if is_certain { known } else { format!("{known}, and perhaps others") }
}

/// Of a run that came to its end its report told everything.
fn what_is_not_known(run: &PreviousRun) -> Option<String> {
    let lost = run.unread.iter().filter(|line| line.about == "unknown").count();
    let what = match lost {
        _ if run.finished.is_some() => return None,
        0 if run.planned.is_some() => return None,
        0 => "What cannot be read may have been done or not",
        1 => "An action that stood there may have been done or not",
        _ => "Actions that stood there may have been done or not",
    };
    Some(format!("{what}: {ALL_THE_SAME}."))
}

const ALL_THE_SAME: &str =
    "everybody is read before they are changed, and what is left to do is planned again";

/// To the second, which is enough for people; the document has RFC 3339 in UTC.
fn began(run: &PreviousRun) -> Option<String> {
    let began = run.began.as_ref()?;
    Some(began.split(['.', 'Z']).next().unwrap_or(began).replace('T', " "))
}

fn lost(run: &PreviousRun, why: &str) -> String {
    let journal = &run.journal;
    let what = match began(run) {
        Some(began) => format!("The journal of the run of {began} UTC, {journal}, {why}"),
        None => format!("{journal} {why}"),
    };
    format!("{what}. So nothing is known of what that run had done; {ALL_THE_SAME}.")
}

/// `Line 3 of it cannot be read, and line 9, the last, is cut.`
fn unread_lines(unread: &[UnreadEntry]) -> Option<String> {
    let of = |is_meant: fn(&UnreadEntry) -> bool| {
        let lines = unread.iter().filter(|line| is_meant(line)).map(|line| line.line.to_string());
        Vec::from_iter(lines)
    };
    let parts = [
        (of(|line| line.about == "other_format"), "has a format that this version does not know"),
        (of(|line| line.about != "other_format" && !line.cut), "cannot be read"),
        (of(|line| line.about != "other_format" && line.cut), "is cut"),
    ];
    let mut text = String::new();
    for (numbers, what) in parts.iter().filter(|(numbers, _)| !numbers.is_empty()) {
        let (lead, of_it) = if text.is_empty() { ("L", " of it") } else { (", and l", "") };
        let many = if numbers.len() == 1 { "" } else { "s" };
        let last = if *what == "is cut" { ", the last," } else { "" };
        text.push_str(&format!("{lead}ine{many} {}{of_it}{last} {what}", enumerated(numbers)));
    }
    (!text.is_empty()).then(|| text + ".")
}

/// Before a wait for what the last run may still be bringing about.
pub fn waiting_for_arrivals(arrivals: &Arrivals, with_names: bool) -> String {
    let longest = arrivals.longest();
    let seconds = amount(longest.as_secs() + u64::from(longest.subsec_nanos() > 0), "second", "seconds");
    let people: Vec<String> = arrivals.people().map(|email| escape::terminal(email.as_str())).collect();
    let whom = match people.as_slice() {
        [] => "somebody whom its journal cannot name any more".to_owned(),
        few @ [_] | few @ [_, _] | few @ [_, _, _] if with_names => enumerated(few),
        people => counted(people.len(), "person", "people"),
    };
    format!(
        "The last run may have been inviting {whom}, and HubSpot may still be at it: waiting for at most \
         {seconds}, so that nobody is invited twice. Ctrl-C stops; nothing has been changed.\n"
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
