//! What has been found in one file so far, and the texts that many of its values share.
//!
//! Deliberately absent: stopping. A wrong value is reported and left out, and the next one is read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::tree::Spot;
use super::{Finding, Severity};
use crate::model::Place;

/// Beyond this nobody reads on, and a file of nothing but mistakes costs no more.
const MAX_FINDINGS: usize = 10_000;
/// Of these many are the same, where a mistake is repeated by aliases.
const MAX_REPORTS: usize = 20 * MAX_FINDINGS;
/// Looking for the nearest name costs more than all else that is done with a wrong one.
const MAX_SUGGESTIONS: u32 = 100;
/// Names looked at for one suggestion; more than there are time zones.
const MAX_CANDIDATES: usize = 2000;
/// Longer words are not mistyped names.
const MAX_SUGGESTED_LENGTH: usize = 64;
/// How much of a text from a file a message repeats.
const QUOTED_CHARACTERS: usize = 80;

pub(super) struct Reading {
    file: Arc<str>,
    has_places: bool,
    findings: Vec<Finding>,
    reports: usize,
    /// A value that aliases repeat is wrong once. By line, column, and what is said; the finding's index.
    reported: BTreeMap<(u32, u32, String), usize>,
    suggestions_left: u32,
    names: BTreeSet<Arc<str>>,
}

impl Reading {
    pub(super) fn new(file: Arc<str>) -> Reading {
        Reading {
            file,
            has_places: true,
            findings: Vec::new(),
            reports: 0,
            reported: BTreeMap::new(),
            suggestions_left: MAX_SUGGESTIONS,
            names: BTreeSet::new(),
        }
    }

    /// For comparing what two texts mean: everything stands at the same place.
    pub(super) fn without_places() -> Reading {
        Reading { has_places: false, ..Reading::new("".into()) }
    }

    pub(super) fn place(&self, spot: Spot) -> Place {
        let spot = if self.has_places { spot } else { Spot::at(1, 0) };
        Place { file: Arc::clone(&self.file), line: spot.line, column: spot.column }
    }

    /// The same text only once in memory.
    pub(super) fn name(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.names.get(text) {
            return Arc::clone(known);
        }
        let name: Arc<str> = text.into();
        self.names.insert(Arc::clone(&name));
        name
    }

    pub(super) fn error(
        &mut self,
        code: &'static str,
        spot: Spot,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.error_at(code, self.place(spot), spot.width as usize, message)
    }

    pub(super) fn error_at(
        &mut self,
        code: &'static str,
        place: Place,
        width: usize,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.push(Finding::error(code, place, message).wide(width))
    }

    pub(super) fn warning(
        &mut self,
        code: &'static str,
        place: Place,
        width: usize,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.push(Finding::warning(code, place, message).wide(width))
    }

    fn push(&mut self, finding: Finding) -> &mut Finding {
        self.reports += 1;
        let Place { line, column, .. } = finding.place;
        let newest = self.findings.len();
        let at = *self.reported.entry((line, column, finding.message.clone())).or_insert(newest);
        if at < newest {
            return &mut self.findings[at];
        }
        self.findings.push(finding);
        &mut self.findings[at]
    }

    /// There is no use in reading on.
    pub(super) fn is_full(&self) -> bool {
        self.findings.len() > MAX_FINDINGS || self.reports > MAX_REPORTS
    }

    pub(super) fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// Of several wrong names the first hundred get a suggestion.
    pub(super) fn nearest<'c>(
        &mut self,
        written: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<&'c str> {
        let length = written.chars().count();
        if self.suggestions_left == 0 || length > MAX_SUGGESTED_LENGTH {
            return None;
        }
        self.suggestions_left -= 1;
        let lower = written.to_lowercase();
        candidates
            .into_iter()
            .take(MAX_CANDIDATES)
            .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
            .filter(|(distance, candidate)| *distance <= length.max(candidate.chars().count()) / 3)
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, candidate)| candidate)
    }

    /// In the order of the file; of too many the ones that were found first.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        let is_full = self.is_full();
        self.findings.truncate(MAX_FINDINGS);
        self.findings.sort_by(|one, other| one.place.cmp(&other.place));
        if is_full && let Some(last) = self.findings.last().map(|finding| finding.place.clone()) {
            let message = "too many findings: the rest of this file was not looked at";
            self.findings.push(Finding::error("too-many-findings", last, message));
        }
        self.findings
    }
}

/// A text from a file inside a message: in backticks, and cut where it is long.
pub(super) fn quote(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARACTERS) {
        None => format!("`{text}`"),
        Some((end, _)) => format!("`{}…`", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_near() {
        let mut reading = Reading::new("users.yaml".into());
        let names = ["sales-rep", "sales-manager", "viewer"];
        assert_eq!(reading.nearest("sales-mangler", names), Some("sales-manager"));
        assert_eq!(reading.nearest("Viewer", names), Some("viewer"));
        assert_eq!(reading.nearest("salesrep", names), Some("sales-rep"));
        assert_eq!(reading.nearest("owner", names), None);
        assert_eq!(reading.nearest("", names), None);
    }

    #[test]
    fn a_file_of_nothing_but_mistakes_has_an_end() {
        let mut reading = Reading::new("users.yaml".into());
        for line in 1..=2 * MAX_FINDINGS {
            reading.error("test", Spot::at(line, 0), "m");
        }
        let findings = reading.finish();
        assert_eq!(findings.len(), MAX_FINDINGS + 1);
        assert_eq!(findings.last().map(|finding| finding.code), Some("too-many-findings"));
    }
}
