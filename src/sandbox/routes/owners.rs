//! Owners: the ids under which people own records, active and archived.
//!
//! Deliberately absent: owners that are queues.

use serde_json::{Value, json};

use crate::sandbox::call::{Answer, Call, parse_id};
use crate::sandbox::errors::Refusal;
use crate::sandbox::ids::{OwnerId, UserId};
use crate::sandbox::seed::Unset;
use crate::sandbox::state::{Person, Portal};

const DEFAULT_PAGE: usize = 100;
const MOST_A_PAGE: usize = 500;

fn shown(portal: &Portal, owner: OwnerId, person: &Person) -> Value {
    let archived = person.is_archived_owner();
    let mut shown = json!({
        "id": owner.to_string(),
        "email": person.email,
        "type": "PERSON",
        "archived": archived,
        "userIdIncludingInactive": person.id.0,
        "createdAt": person.created_at().to_string(),
        // HubSpot does not touch this for a change of permissions or teams, and the sandbox for no change at all.
        "updatedAt": person.created_at().to_string(),
    });
    let unset = |value: Option<Value>| match (value, portal.behaviour.unset) {
        (None, Unset::SentAsNull) => Some(Value::Null),
        (value, _) => value,
    };
    let teams =
        (portal.has_teams() && !archived).then(|| teams(portal, person)).filter(|teams| !teams.is_empty());
    for (key, value) in [
        ("firstName", unset(person.first_name.clone().map(Value::from))),
        ("lastName", unset(person.last_name.clone().map(Value::from))),
        // Null for whoever is inactive (HubSpot's guide to owners).
        ("userId", unset((!archived).then(|| person.id.0.into()))),
        ("teams", teams.map(Value::Array)),
    ] {
        if let Some(value) = value {
            shown[key] = value;
        }
    }
    shown
}

fn teams(portal: &Portal, person: &Person) -> Vec<Value> {
    let main = person.team.map(|team| (team, true));
    let extra = person.extra_teams.iter().map(|team| (*team, false));
    main.into_iter()
        .chain(extra)
        .filter_map(|(id, primary)| {
            let team = portal.teams.get(&id)?;
            Some(json!({ "id": id.to_string(), "name": team.name, "primary": primary }))
        })
        .collect()
}

pub(super) fn list(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let limit = call.limit(DEFAULT_PAGE, MOST_A_PAGE)?;
    let archived = call.flag("archived")?;
    let list = if archived { "archived owners" } else { "owners" };
    let after = call.after(list)?.map(OwnerId);
    let email = call.parameter("email").map(str::trim).map(str::to_lowercase);
    let owners = portal.people.owners_after(after).filter(|(_, person)| {
        person.is_archived_owner() == archived
            && email.as_ref().is_none_or(|email| person.email.to_lowercase() == *email)
    });
    Ok(Answer::page(list, limit, owners.map(|(owner, person)| (owner.0, shown(portal, owner, person)))))
}

pub(super) fn get(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let archived = call.flag("archived")?;
    let key = call.part("owner");
    let person = match call.parameter("idProperty") {
        None | Some("id") => portal.people.by_owner(parse_id(key, "ownerId")?),
        Some("userId") => portal.people.get(parse_id::<UserId>(key, "ownerId")?),
        Some(other) => {
            return Err(Refusal::validation(format!(
                "Invalid value for 'idProperty': '{other}' is not id or userId."
            )));
        }
    };
    person
        .filter(|person| person.is_archived_owner() == archived)
        .and_then(|person| person.owner.map(|owner| Answer::ok(shown(portal, owner, person))))
        .ok_or_else(|| Refusal::not_found(format!("Owner {key} does not exist.")))
}
