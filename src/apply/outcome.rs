//! An action's parts put together again: one outcome for each action of the plan.

use crate::plan::{Action, Attribute, Change};

use super::ended::Ended;
use super::report::{Outcome, OutcomeKind};

/// `profile` is `None` for an action without that part, and for one whose settings calls ended so that the
/// profile was not tried.
pub(super) fn outcome(action: &Action, settings: Ended, profile: Option<Ended>) -> Outcome {
    let profile = profile.unwrap_or_else(|| Ended { not_done: Vec::new(), ..settings.clone() });
    let mut missed: Vec<Attribute> = missed_of(action, &settings, false);
    missed.extend(missed_of(action, &profile, true));
    let not_done: Vec<Change> =
        action.changes.iter().filter(|change| missed.contains(&change.attribute)).cloned().collect();
    let has_profile = action.changes.iter().any(|change| change.attribute.is_profile());
    let (worse, other) = if has_profile && severity(profile.kind) > severity(settings.kind) {
        (profile, settings)
    } else {
        (settings, profile)
    };
    let mut notes: Vec<String> = worse.note.into_iter().collect();
    notes.extend(other.note.filter(|note| has_profile && !notes.contains(note)));
    Outcome {
        action: action.clone(),
        kind: worse.kind,
        not_done: if not_done.len() == action.changes.len() { Vec::new() } else { not_done },
        error: worse.error.or(other.error.filter(|_| has_profile)).map(|error| *error),
        note: (!notes.is_empty()).then(|| notes.join("; ")),
    }
}

fn missed_of(action: &Action, ended: &Ended, profile: bool) -> Vec<Attribute> {
    if ended.kind == OutcomeKind::Done {
        return Vec::new();
    }
    if !ended.not_done.is_empty() {
        return ended.not_done.clone();
    }
    let attributes = action.changes.iter().map(|change| change.attribute);
    attributes.filter(|attribute| attribute.is_profile() == profile).collect()
}

/// Which of two kinds speaks for an action whose parts did not end alike.
fn severity(kind: OutcomeKind) -> u8 {
    match kind {
        OutcomeKind::Done => 0,
        OutcomeKind::Waiting => 1,
        OutcomeKind::Skipped => 2,
        OutcomeKind::Stale => 3,
        OutcomeKind::Refused => 4,
        OutcomeKind::Failed => 5,
        OutcomeKind::Unknown => 6,
    }
}
