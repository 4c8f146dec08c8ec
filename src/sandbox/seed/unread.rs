//! What a snapshot's token could not read, as far as its people show it.
//!
//! Deliberately absent: what nobody has. Of a list that was not read, that is not known.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Document, PermissionSet, Reference, Seat, Team};
use crate::sandbox::ids::{SetId, TeamId};

/// Makes a list of what people have, in the place of each that is null.
pub(super) fn fill(document: &mut Document) {
    let Document { permission_sets, teams, seats, people, .. } = document;
    permission_sets.get_or_insert_with(|| {
        let named = named(people.iter().flat_map(|person| &person.permission_sets));
        let set = |(id, name)| PermissionSet { id: Some(SetId(id)), name, requires_billing_write: false };
        named.into_iter().map(set).collect()
    });
    teams.get_or_insert_with(|| {
        let named = named(people.iter().flat_map(|person| person.team.iter().chain(&person.extra_teams)));
        named.into_iter().map(|(id, name)| Team { id: Some(TeamId(id)), name, parent: None }).collect()
    });
    seats.get_or_insert_with(|| {
        let names: BTreeSet<&String> = people.iter().flat_map(|person| &person.seats).collect();
        names
            .into_iter()
            .map(|name| Seat { name: name.clone(), description: None, remaining: None })
            .collect()
    });
}

/// By id, of what is written as a snapshot does.
fn named<'a>(references: impl Iterator<Item = &'a Reference>) -> BTreeMap<u64, String> {
    references
        .filter_map(|reference| match reference {
            Reference::Named(named) => Some((named.id?.0, named.name.clone())),
            Reference::Text(_) | Reference::Number(_) => None,
        })
        .collect()
}
