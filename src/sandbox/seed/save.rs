//! From a portal back to a document that loads as the same portal.
//!
//! Deliberately absent: what still lags, and when a record was made or changed; both start afresh.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::{
    Document, Named, PermissionSet, Person as Written, Reference, Sources, Team as WrittenTeam,
};
use super::profile;
use crate::sandbox::ids::{ObjectId, SetId, TeamId};
use crate::sandbox::state::{Person, Portal, Set};

/// The whole state, ids and names written out.
pub(crate) fn document(portal: &Portal) -> Document {
    // Destructured, so that a new part of the state cannot be forgotten here.
    let Portal {
        account,
        tier: _,
        behaviour,
        limits,
        tokens,
        credential_owner,
        scim,
        sets,
        teams,
        seats,
        people,
        faults,
        history,
        outbox,
        lags,
        revision: _,
    } = portal;
    let mut seats = seats.clone();
    lags.return_seats(&mut seats);
    Document {
        credential_owner: *credential_owner,
        portal: account.clone(),
        permission_sets: Some(sets.iter().map(written_set).collect()),
        teams: Some(
            teams
                .iter()
                .map(|(id, team)| WrittenTeam {
                    id: Some(*id),
                    name: team.name.clone(),
                    parent: team.parent.map(|parent| team_reference(portal, parent)),
                })
                .collect(),
        ),
        seats: Some(seats),
        people: people.iter().map(|person| written_person(portal, person)).collect(),
        tokens: tokens.clone(),
        scim: scim.clone(),
        limits: *limits,
        behaviour: behaviour.clone(),
        faults: faults.clone(),
        history: history.clone(),
        outbox: outbox.clone(),
        ..Document::default()
    }
}

fn written_set(set: &Set) -> PermissionSet {
    PermissionSet {
        id: Some(set.id),
        name: set.name.clone(),
        requires_billing_write: set.requires_billing_write,
    }
}

/// A plain name where it is the only one, so that the file is pleasant to edit; id and name otherwise.
fn reference<'a>(id: u64, name: &str, all: impl Iterator<Item = &'a str>) -> Reference {
    if all.filter(|other| *other == name).count() == 1 {
        Reference::Text(name.to_owned())
    } else {
        Reference::Named(Named { id: Some(ObjectId(id)), name: name.to_owned() })
    }
}

fn set_reference(portal: &Portal, id: SetId) -> Reference {
    let name = portal.sets.iter().find(|set| set.id == id).map_or("", |set| set.name.as_str());
    reference(id.0, name, portal.sets.iter().map(|set| set.name.as_str()))
}

fn team_reference(portal: &Portal, id: TeamId) -> Reference {
    let name = portal.teams.get(&id).map_or("", |team| team.name.as_str());
    reference(id.0, name, portal.teams.values().map(|team| team.name.as_str()))
}

pub(super) fn written_person(portal: &Portal, person: &Person) -> Written {
    let Person {
        id,
        email,
        first_name,
        last_name,
        status,
        super_admin,
        permission_sets,
        team,
        extra_teams,
        seats,
        last_active,
        record,
        owner,
        profile,
        properties,
        owned,
        listed,
        created: _,
        updated: _,
    } = person;
    let properties: BTreeMap<String, Value> = properties
        .iter()
        .map(|(name, value)| (name.clone(), value.clone().map_or(Value::Null, Value::String)))
        .collect();
    Written {
        id: Some(*id),
        email: email.clone(),
        first_name: first_name.clone(),
        last_name: last_name.clone(),
        status: *status,
        super_admin: *super_admin,
        permission_sets: permission_sets.iter().map(|set| set_reference(portal, *set)).collect(),
        team: team.map(|team| team_reference(portal, team)),
        extra_teams: extra_teams.iter().map(|team| team_reference(portal, *team)).collect(),
        seats: seats.clone(),
        last_active: last_active.map(|moment| moment.to_string()),
        crm_id: Some(*record),
        owner_id: Some(*owner),
        profile: profile::to_words(profile),
        properties,
        owned: *owned,
        listed: *listed,
        sources: Sources::default(),
        scim: None,
        deactivated: None,
    }
}
