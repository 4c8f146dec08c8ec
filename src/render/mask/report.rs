//! A report with pseudonyms in it, and what it says of an earlier run.
//!
//! Deliberately absent: the journal, which stays as it is: a file for its owner alone.

use super::super::compose;
use super::super::previous_document::{PreviousAction, PreviousRun};
use super::super::report_document::{ErrorEntry, OutcomeEntry, ReportDocument};
use super::entries::Mask;
use super::known::Known;
use super::{MASKED, order, text};
use crate::apply::OutcomeKind;

/// A journal names people whom no row of the present plan does.
pub(super) fn add_people(known: &mut Known, run: &PreviousRun) {
    let actions = run.ended.iter().chain(&run.under_way).filter(|action| is_of_person(action));
    actions.for_each(|action| known.add_address(&action.subject));
}

fn is_of_person(action: &PreviousAction) -> bool {
    !action.kind.starts_with("team_")
}

impl Mask<'_> {
    pub(super) fn report(&mut self, report: &ReportDocument) -> ReportDocument {
        // Destructured so that a new field has to be judged here.
        let ReportDocument {
            format_version,
            masked: _,
            portal,
            digest,
            people,
            requests,
            actions,
            blocked,
            by_hand,
            waiting,
            previous_run,
            stopped,
            summary,
            next,
        } = report;
        let mut masked = ReportDocument {
            format_version: format_version.clone(),
            masked: true,
            portal: self.portal(portal),
            digest: self.pseudonyms.digest(digest),
            people: people.clone(),
            requests: *requests,
            actions: self.outcomes(actions),
            blocked: blocked.iter().map(|entry| self.blocked(entry)).collect(),
            by_hand: by_hand.iter().map(|entry| self.by_hand(entry)).collect(),
            waiting: waiting.iter().map(|entry| self.waiting(entry)).collect(),
            previous_run: previous_run.as_ref().map(|run| self.previous_run(run)),
            stopped: stopped.clone(),
            summary: *summary,
            next: next.iter().map(|sentence| self.ours(sentence)).collect(),
        };
        masked.blocked.sort_by_cached_key(|entry| order::subject_key(&entry.subject));
        masked.by_hand.sort_by_cached_key(|entry| order::subject_key(&entry.subject));
        masked.waiting.sort_by(|left, right| left.email.cmp(&right.email));
        masked
    }

    /// What was done first, then the rest, each in the order in which the masked plan is read.
    fn outcomes(&mut self, entries: &[OutcomeEntry]) -> Vec<OutcomeEntry> {
        let mut entries: Vec<OutcomeEntry> = entries.iter().map(|entry| self.outcome(entry)).collect();
        let mut actions: Vec<_> = entries.iter().map(|entry| entry.action.clone()).collect();
        order::actions(&mut actions);
        for (entry, action) in entries.iter_mut().zip(actions) {
            entry.action = action;
        }
        entries.sort_by_cached_key(|entry| {
            (entry.outcome != OutcomeKind::Done, compose::reading_key(&entry.action))
        });
        entries
    }

    fn outcome(&mut self, entry: &OutcomeEntry) -> OutcomeEntry {
        let OutcomeEntry { action, outcome, not_done, error, note } = entry;
        OutcomeEntry {
            not_done: self.changes(&action.subject, not_done),
            action: self.action(action),
            outcome: *outcome,
            error: error.as_ref().map(|error| self.error(error)),
            note: note.as_ref().map(|note| self.quoting(note)),
        }
    }

    fn error(&mut self, error: &ErrorEntry) -> ErrorEntry {
        let ErrorEntry { status, category, message, correlation_id } = error;
        ErrorEntry {
            status: *status,
            category: category.as_ref().map(|category| self.others(category)),
            message: self.quoting(message),
            correlation_id: correlation_id.as_ref().map(|id| self.others(id)),
        }
    }

    /// HubSpot may name people whom nobody else does.
    fn quoting(&mut self, message: &str) -> String {
        text::without_values(&self.others(message), MASKED)
    }

    pub(super) fn previous_run(&mut self, run: &PreviousRun) -> PreviousRun {
        let PreviousRun { journal, began, digest, planned, finished, ended, under_way, unread, lost } = run;
        PreviousRun {
            journal: text::without_digests(&self.others(journal), MASKED),
            began: began.clone(),
            digest: digest.as_ref().map(|digest| self.pseudonyms.digest(digest)),
            planned: *planned,
            finished: finished.clone(),
            ended: self.previous_actions(ended),
            under_way: self.previous_actions(under_way),
            unread: unread.clone(),
            // A system's words about a file.
            lost: lost.as_ref().map(|why| self.others(why)),
        }
    }

    fn previous_actions(&mut self, actions: &[PreviousAction]) -> Vec<PreviousAction> {
        let masked = actions.iter().map(|action| {
            let PreviousAction { kind, subject, outcome } = action;
            let subject = match is_of_person(action) {
                true => self.pseudonyms.person(subject),
                false => self.ours(subject),
            };
            PreviousAction { kind: kind.clone(), subject, outcome: outcome.clone() }
        });
        let mut masked: Vec<PreviousAction> = masked.collect();
        masked.sort_by(|left, right| (&left.kind, &left.subject).cmp(&(&right.kind, &right.subject)));
        masked
    }
}
