//! Which portal a run is on: the real one, or the simulated one of the same number.
//!
//! A rehearsal keeps its journals and its note apart, so that it never hides what a real run left open. Deliberately
//! absent: the lock, which is one for both.

use std::path::Path;

use crate::model::PortalId;

/// What stands before the ending of a rehearsal's files.
const SIMULATED: &str = ".sandbox";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    pub portal: PortalId,
    pub is_simulated: bool,
}

impl From<PortalId> for Site {
    /// The real one.
    fn from(portal: PortalId) -> Site {
        Site { portal, is_simulated: false }
    }
}

impl Site {
    /// `4611686.last`, or `4611686.sandbox.last`.
    pub(super) fn note_name(self) -> String {
        let simulated = if self.is_simulated { SIMULATED } else { "" };
        format!("{}{simulated}.last", self.portal)
    }

    /// Whose note this name is.
    pub(super) fn of_note(name: &str) -> Option<Site> {
        let name = name.strip_suffix(".last")?;
        let (number, is_simulated) = match name.strip_suffix(SIMULATED) {
            Some(number) => (number, true),
            None => (name, false),
        };
        Some(Site { portal: PortalId(number.parse().ok()?), is_simulated })
    }

    /// `name` is a real run's.
    pub(super) fn journal_name(self, name: &str) -> String {
        match name.strip_suffix(".ndjson") {
            Some(stem) if self.is_simulated => format!("{stem}{SIMULATED}.ndjson"),
            _ => name.to_owned(),
        }
    }

    /// Whether the journal may tell of a run here: a rehearsal's never tells of the real portal.
    pub(super) fn may_have(self, journal: &Path) -> bool {
        let stem = journal.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        self.is_simulated || !stem.ends_with(SIMULATED)
    }
}
