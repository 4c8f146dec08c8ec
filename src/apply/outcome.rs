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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Email, User};
    use crate::plan::{
        ActionKind, Calls, PrivilegeChange, ProfileAttribute, SettingsCall, Subject, UserAttribute, Value,
        Work,
    };

    const ROLE: Attribute = Attribute::User(UserAttribute::Role);
    const SEATS: Attribute = Attribute::User(UserAttribute::Seats);
    const PHONE: Attribute = Attribute::Profile(ProfileAttribute::Phone);

    fn action(attributes: &[Attribute]) -> Action {
        let email = Email::from_portal("ana@example.com");
        let user = Box::new(User::absent(email.clone()));
        let change = |attribute: &Attribute| Change {
            attribute: *attribute,
            before: Value::Nothing,
            after: Value::text("x"),
        };
        let calls = Calls { settings: Some(SettingsCall::Put), profile: attributes.contains(&PHONE) };
        Action {
            kind: ActionKind::Update,
            subject: Subject::User { email, id: None },
            changes: attributes.iter().map(change).collect(),
            privilege: PrivilegeChange::None,
            notes: Vec::new(),
            source: None,
            work: Work::Update { before: user.clone(), after: user, crm_id: None, calls },
        }
    }

    fn told(outcome: &Outcome) -> (OutcomeKind, Vec<Attribute>, Option<&str>) {
        let missed = outcome.not_done.iter().map(|change| change.attribute).collect();
        (outcome.kind, missed, outcome.note.as_deref())
    }

    #[test]
    fn the_worse_part_speaks_and_what_it_missed_is_named() {
        let both = action(&[ROLE, SEATS, PHONE]);
        let end = |settings, profile| outcome(&both, settings, Some(profile));
        let told_of = |settings, profile| {
            let outcome = end(settings, profile);
            let (kind, missed, note) = told(&outcome);
            (kind, missed, note.map(str::to_owned))
        };
        let note = |text: &str| Some(text.to_owned());
        assert_eq!(told_of(Ended::done(), Ended::done()), (OutcomeKind::Done, vec![], None));
        assert_eq!(
            told_of(Ended::done(), Ended::waiting("later")),
            (OutcomeKind::Waiting, vec![PHONE], note("later"))
        );
        assert_eq!(
            told_of(Ended::failed("no"), Ended::waiting("later")),
            (OutcomeKind::Failed, vec![], note("no; later")),
            "nothing was done, so the kind says it all"
        );
        assert_eq!(
            told_of(Ended::failed("half").without(&[UserAttribute::Seats]), Ended::done()),
            (OutcomeKind::Failed, vec![SEATS], note("half"))
        );
        assert_eq!(
            told_of(Ended::skipped("stopped"), Ended::skipped("stopped")),
            (OutcomeKind::Skipped, vec![], note("stopped")),
            "said once"
        );
    }

    #[test]
    fn a_profile_that_was_not_tried_shares_the_fate_of_the_settings() {
        let both = action(&[ROLE, SEATS, PHONE]);
        let stale = outcome(&both, Ended::stale("moved"), None);
        assert_eq!(told(&stale), (OutcomeKind::Stale, vec![], Some("moved")));
        let half = outcome(&both, Ended::unknown("lost").without(&[UserAttribute::Role]), None);
        assert_eq!(told(&half), (OutcomeKind::Unknown, vec![ROLE, PHONE], Some("lost")));
    }

    #[test]
    fn an_action_without_a_profile_is_its_settings() {
        let settings = action(&[ROLE, SEATS]);
        let done = outcome(&settings, Ended::done_with("was already gone"), None);
        assert_eq!(told(&done), (OutcomeKind::Done, vec![], Some("was already gone")));
        let half = outcome(&settings, Ended::failed("half").without(&[UserAttribute::Seats]), None);
        assert_eq!(told(&half), (OutcomeKind::Failed, vec![SEATS], Some("half")));
    }
}
