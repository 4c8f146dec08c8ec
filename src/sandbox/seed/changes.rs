//! Faults that change people, read and checked with the same eyes as the people of a seed.
//!
//! Deliberately absent: when a change happens. Here it is only worked out what somebody becomes.

use serde_json::{Map, Value, json};

use super::SeedError;
use super::document::Person as Written;
use super::load::{Catalog, Names, person};
use super::save::written_person;
use crate::sandbox::faults::{Change, Fault};
use crate::sandbox::state::{Person, Portal};

/// Reads faults that are given while the sandbox runs.
pub(crate) fn parse_faults(portal: &Portal, value: Value) -> Result<Vec<Fault>, SeedError> {
    let faults: Vec<Fault> = serde_path_to_error::deserialize(value).map_err(|error| {
        let path = format!("faults{}", error.path());
        SeedError::at(path, error.into_inner().to_string())
    })?;
    check_faults(portal, &faults)?;
    Ok(faults)
}

pub(super) fn check_faults(portal: &Portal, faults: &[Fault]) -> Result<(), SeedError> {
    for (index, fault) in faults.iter().enumerate() {
        let place = format!("faults[{index}]");
        fault.check().map_err(|(key, message)| SeedError::at(format!("{place}.{key}"), message))?;
        if let Some(change) = fault.change() {
            changed_person(portal, change)
                .map_err(|error| SeedError::at(format!("{place}.do.change.{}", error.path), error.message))?;
        }
    }
    Ok(())
}

/// The person as the change leaves them. Somebody new gets the ids that are not given.
pub(crate) fn changed_person(portal: &Portal, change: &Change) -> Result<Person, SeedError> {
    let by_id = change.person.parse().ok().and_then(|id| portal.people.get(id));
    let before = by_id.or_else(|| portal.people.by_email(&change.person));
    let mut written: Map<String, Value> = match before {
        Some(before) => json!(written_person(portal, before)).as_object().cloned().unwrap_or_default(),
        None => Map::from_iter([("email".to_owned(), change.person.clone().into())]),
    };
    written.extend(change.set.clone());
    let written: Written = serde_path_to_error::deserialize(Value::Object(written)).map_err(|error| {
        let path = format!("set.{}", error.path());
        SeedError::at(path, error.into_inner().to_string())
    })?;
    let (new_user, new_record, new_owner) = portal.people.new_ids();
    let id = written.id.unwrap_or(new_user);
    let record = written.crm_id.unwrap_or(Some(new_record));
    let owner = written.owner_id.unwrap_or(Some(new_owner));
    if before.is_some_and(|before| before.id != id) {
        return Err(SeedError::at("set.id", "a settings id never changes"));
    }
    if before.is_none() && portal.people.get(id).is_some() {
        return Err(SeedError::at("set.id", "somebody else has it"));
    }
    let taken = |other: Option<&Person>| other.is_some_and(|other| other.id != id);
    for (key, other) in [
        ("email", portal.people.by_email(&written.email)),
        ("crm_id", record.and_then(|record| portal.people.by_record(record))),
        ("owner_id", owner.and_then(|owner| portal.people.by_owner(owner))),
    ] {
        if taken(other) {
            return Err(SeedError::at(format!("set.{key}"), "somebody else has it"));
        }
    }
    let sets = Names::new("permission set", portal.sets.iter().map(|set| (set.id.0, set.name.as_str())));
    let teams = Names::new("team", portal.teams.iter().map(|(id, team)| (id.0, team.name.as_str())));
    let catalog = Catalog { sets: &sets, teams: &teams, seats: &portal.seats };
    let after = person(&written, (id, record, owner), &catalog, "set")?;
    Ok(Person { created: before.and_then(|before| before.created), ..after })
}
