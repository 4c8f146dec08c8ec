//! The order of rows under a mask.
//!
//! Deliberately absent: the order of a plan as it is read, which is `compose`'s.

use std::collections::BTreeMap;

use crate::plan::PrivilegeChange;

use super::super::compose;
use super::super::document::{ActionEntry, PlanDocument, Shown, SubjectEntry};

/// By pseudonyms where it was by addresses: a place between two others would tell what somebody is called.
pub(super) fn sort(document: &mut PlanDocument) {
    document.targets.sort_unstable();
    actions(&mut document.actions);
    document.blocked.sort_by_cached_key(|entry| subject_key(&entry.subject));
    document.by_hand.sort_by_cached_key(|entry| subject_key(&entry.subject));
    document.waiting.sort_by(|left, right| left.email.cmp(&right.email));
    document.unmanaged.sort_by_cached_key(|entry| subject_key(&entry.subject));
    document.cancelled.sort_by_cached_key(|entry| subject_key(&entry.subject));
    document.users.sort_by(|left, right| left.email.cmp(&right.email));
    for entry in &mut document.policies {
        entry.findings.sort_by_cached_key(|finding| finding.subject.as_ref().map(subject_key));
    }
    compose::sort(document);
}

/// People before teams, as `plan::order` has them.
pub(super) fn subject_key(subject: &SubjectEntry) -> (bool, String) {
    (matches!(subject, SubjectEntry::Team { .. }), subject.name().to_lowercase())
}

/// Among people of whom the same is done the order of work is that of their addresses; here that of their pseudonyms.
pub(super) fn actions(actions: &mut [ActionEntry]) {
    let mut alike: BTreeMap<_, Vec<&mut ActionEntry>> = BTreeMap::new();
    for entry in actions.iter_mut().filter(|entry| matches!(entry.subject, SubjectEntry::User { .. })) {
        let raises = entry.privilege == PrivilegeChange::Raise;
        alike.entry((entry.kind, takes_seat(entry), raises)).or_default().push(entry);
    }
    for mut entries in alike.into_values() {
        let mut places: Vec<u64> = entries.iter().map(|entry| entry.order).collect();
        places.sort_unstable();
        entries.sort_by(|left, right| left.subject.name().cmp(right.subject.name()));
        for (entry, place) in entries.into_iter().zip(places) {
            entry.order = place;
        }
    }
}

fn takes_seat(entry: &ActionEntry) -> bool {
    let seats = |shown: &Shown| match shown {
        Shown::List(seats) => seats.clone(),
        Shown::Nothing | Shown::Text(_) => Vec::new(),
    };
    let change = entry.changes.iter().find(|change| change.attribute == "seats");
    change.is_some_and(|change| {
        let before = seats(&change.before);
        seats(&change.after).iter().any(|seat| !before.contains(seat))
    })
}
