//! A plan whose people cannot be told: pseudonyms instead of addresses, names, phone numbers and ids of users.
//!
//! A function of the document, before any format: what no format is given, none can leak. Teams, roles, seats and
//! places in the files stay, since they are what a reviewer judges by. Deliberately absent: a way back. Who has the key
//! can try addresses; the whole plan is in the file that `--out` wrote.

mod entries;
mod explanation;
mod findings;
mod key;
mod known;
mod order;
mod pseudonyms;
mod report;
mod text;

use super::compose;
use super::document::PlanDocument;
use super::explanation::ExplanationDocument;
use super::previous_document::PreviousRun;
use super::report_document::ReportDocument;
use crate::plan::Subject;
use entries::Mask;
use known::Known;
use pseudonyms::Pseudonyms;

pub use key::{MaskKey, ShortMaskKey};
pub use pseudonyms::is_masked_digest;

/// What every format says of a masked plan.
pub(super) const NOTICE: &str =
    "Masked: people have pseudonyms instead of addresses, names, phone numbers and ids.";

const MASKED: &str = "[masked]";

/// What a target that is a role begins with.
const ROLE: &str = "role:";

/// For messages beside a masked plan: what looks like an address is left out.
pub fn without_addresses(text: &str) -> String {
    text::without_addresses(text, MASKED)
}

/// For messages that quote a portal or a file: long numbers and what stands between quotes is left out as well.
pub fn without_values(text: &str) -> String {
    text::without_values(&without_addresses(text), MASKED)
}

/// The digest that the masked form of a plan shows.
pub fn masked_digest(portal: u64, digest: &str, key: &MaskKey) -> String {
    Pseudonyms::new(key, portal).digest(digest)
}

impl PlanDocument {
    /// As it is where it is masked already.
    pub fn masked(&self, key: &MaskKey) -> PlanDocument {
        Masking::new(key, &[self]).plan(self)
    }
}

/// A mask for everything that a run shows: who is known from the plans it was made of has one pseudonym in all of it.
#[derive(Debug, Clone)]
pub struct Masking {
    known: Known,
    pseudonyms: Pseudonyms,
}

impl Masking {
    /// `plans` are of one portal; the first says which.
    pub fn new(key: &MaskKey, plans: &[&PlanDocument]) -> Masking {
        let mut known = Known::default();
        plans.iter().for_each(|plan| known::add_people(&mut known, plan));
        let portal = plans.first().map_or(0, |plan| plan.portal.id);
        Masking { known, pseudonyms: Pseudonyms::new(key, portal) }
    }

    /// Once more where two were given one pseudonym; then they get longer ones, here and in what follows.
    fn masked<Of>(&mut self, mask: impl Fn(&mut Mask<'_>) -> Of) -> Of {
        loop {
            let masked = mask(&mut Mask { known: &self.known, pseudonyms: &mut self.pseudonyms });
            if !self.pseudonyms.begin_again() {
                return masked;
            }
        }
    }

    /// As it is where it is masked already.
    pub fn plan(&mut self, plan: &PlanDocument) -> PlanDocument {
        if plan.masked { plan.clone() } else { self.masked(|mask| mask.document(plan)) }
    }

    pub fn explanation(&mut self, explanation: &ExplanationDocument) -> ExplanationDocument {
        explanation::add_person(&mut self.known, explanation);
        self.masked(|mask| mask.explanation(explanation))
    }

    pub fn report(&mut self, report: &ReportDocument) -> ReportDocument {
        report.previous_run.iter().for_each(|run| report::add_people(&mut self.known, run));
        self.masked(|mask| mask.report(report))
    }

    pub fn previous_run(&mut self, run: &PreviousRun) -> PreviousRun {
        report::add_people(&mut self.known, run);
        self.masked(|mask| mask.previous_run(run))
    }

    /// What a row would call them.
    pub fn name(&mut self, subject: &Subject) -> String {
        let subject = compose::subject_entry(subject);
        self.masked(|mask| mask.subject(&subject).name().to_owned())
    }

    /// As it is where it is that of a masked plan already.
    pub fn digest(&self, digest: &str) -> String {
        if is_masked_digest(digest) { digest.to_owned() } else { self.pseudonyms.digest(digest) }
    }

    /// A message of this program's.
    pub fn message(&mut self, text: &str) -> String {
        self.masked(|mask| mask.ours(text))
    }

    /// A message that quotes a portal or a file.
    pub fn message_of_others(&mut self, text: &str) -> String {
        self.masked(|mask| mask.others(text))
    }
}
