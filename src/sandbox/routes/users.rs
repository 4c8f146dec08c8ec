//! User provisioning: people, roles, teams and seats, in three versions.
//!
//! Field for field as HubSpot's documents of 2026-09-beta, 2026-03 and v3 have it. Deliberately absent:
//! deactivation and e-mail changes, which no version has.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::sandbox::call::{Answer, Call, Object, parse_id, wrong_field};
use crate::sandbox::errors::Refusal;
use crate::sandbox::ids::{SetId, TeamId, UserId};
use crate::sandbox::seed::Status;
use crate::sandbox::state::{Field, NewUser, Person, Portal, UserChange};

const LIST: &str = "settings users";
const MOST_A_PAGE: usize = 100;
const BILLING: &[&str] = &["settings.billing.write"];

/// In 2026-03 the bodies that are sent, and the answers about one person, have no seats.
fn has_seats(call: &Call) -> bool {
    call.part("version") != "2026-03"
}

pub(super) fn list(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let limit = call.limit(MOST_A_PAGE, MOST_A_PAGE)?;
    let after = call.after(LIST)?.map(UserId);
    if after.is_none() {
        portal.lags.list_is_read();
    }
    let people = portal.people.after(after).filter_map(|person| as_listed(portal, person));
    let items = people.map(|person| (person.id.0, shown(portal, person, true, false)));
    Ok(Answer::page(LIST, limit, items))
}

/// The person as the list has them, which may be somebody who is gone.
fn as_listed<'a>(portal: &'a Portal, person: &'a Person) -> Option<&'a Person> {
    match person.status {
        Status::Removed => portal.lags.ghost(person.id),
        Status::Deactivated if !portal.behaviour.lists_deactivated => None,
        Status::Active | Status::Invited | Status::Deactivated => {
            (person.listed && !portal.lags.is_unlisted(person.id)).then_some(person)
        }
    }
}

fn shown(portal: &Portal, person: &Person, seats: bool, welcome: bool) -> Value {
    let mut user = Map::new();
    let mut set = |key: &str, value: Value| user.insert(key.to_owned(), value);
    set("id", person.id.to_string().into());
    set("email", person.email.clone().into());
    if let Some(name) = &person.first_name {
        set("firstName", name.clone().into());
    }
    if let Some(name) = &person.last_name {
        set("lastName", name.clone().into());
    }
    let sets = if portal.has_permission_sets() { person.permission_sets.as_slice() } else { &[] };
    if let Some(role) = sets.first() {
        set("roleId", role.to_string().into());
    }
    set("roleIds", sets.iter().map(ToString::to_string).collect());
    if portal.has_teams() {
        if let Some(team) = person.team {
            set("primaryTeamId", team.to_string().into());
        }
        set("secondaryTeamIds", person.extra_teams.iter().map(ToString::to_string).collect());
    } else {
        set("secondaryTeamIds", json!([]));
    }
    if seats {
        set("seatNames", person.seats.clone().into());
    }
    set("superAdmin", person.super_admin.into());
    // Only the answer to the invitation itself tells whether a mail was asked for.
    set("sendWelcomeEmail", welcome.into());
    Value::Object(user)
}

/// The person whom the path names, by id or by e-mail.
fn addressed(portal: &Portal, call: &Call) -> Result<Option<UserId>, Refusal> {
    match call.parameter("idProperty") {
        None | Some("USER_ID") => parse_id(call.part("user"), "userId").map(Some),
        Some("EMAIL") => Ok(portal.people.by_email(call.part("user")).map(|person| person.id)),
        Some(other) => Err(Refusal::validation(format!(
            "Invalid value for 'idProperty': '{other}' is not USER_ID or EMAIL."
        ))),
    }
}

fn found(portal: &Portal, call: &Call) -> Result<UserId, Refusal> {
    let nobody = || Refusal::not_found(format!("User {} does not exist.", call.part("user")));
    let id = addressed(portal, call)?.ok_or_else(nobody)?;
    portal.member(id).map(|person| person.id).map_err(|_| nobody())
}

pub(super) fn get(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let id = found(portal, call)?;
    Ok(Answer::ok(shown(portal, portal.member(id)?, has_seats(call), false)))
}

pub(super) fn create(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let body = call.object()?;
    let mut known = vec!["email", "sendWelcomeEmail", "firstName", "lastName"];
    known.extend(["roleId", "primaryTeamId", "secondaryTeamIds"]);
    if has_seats(call) {
        known.push("seatNames");
    }
    body.only(&known)?;
    let email = body.needed_text("email")?.trim();
    if !is_address(email) {
        return Err(wrong_field("email", "INVALID_EMAIL", &format!("'{email}' is not an e-mail address")));
    }
    let new = NewUser {
        email: email.to_owned(),
        first_name: filled(body.text("firstName")?),
        last_name: filled(body.text("lastName")?),
        role: id_field(body, "roleId")?.value(),
        team: id_field(body, "primaryTeamId")?.value(),
        extra_teams: ids_field(body, "secondaryTeamIds")?.value().unwrap_or_default(),
        seats: body.texts("seatNames")?.map(without_repetition).unwrap_or_default(),
        send_welcome_email: body.needed_flag("sendWelcomeEmail")?,
    };
    check_billing(portal, call, new.role)?;
    let welcome = new.send_welcome_email;
    let id = portal.create_user(new, call.act)?;
    let location = format!("{}/{id}", call.path);
    Ok(Answer::created(shown(portal, portal.member(id)?, true, welcome), location))
}

pub(super) fn update(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let id = found(portal, call)?;
    let empty = Value::Object(Map::new());
    let body = Object::new(call.body.as_ref().unwrap_or(&empty))?;
    let mut known = vec!["firstName", "lastName", "roleId", "primaryTeamId", "secondaryTeamIds"];
    if has_seats(call) {
        known.push("seatNames");
    }
    body.only(&known)?;
    let seats = match (has_seats(call), body.get("seatNames")) {
        (false, _) => None,
        (true, None) => Some(Field::LeftOut),
        (true, Some(_)) => {
            Some(body.texts("seatNames")?.map(without_repetition).map_or(Field::Cleared, Field::Set))
        }
    };
    let change = UserChange {
        first_name: text_field(body, "firstName")?,
        last_name: text_field(body, "lastName")?,
        role: id_field(body, "roleId")?,
        team: id_field(body, "primaryTeamId")?,
        extra_teams: ids_field(body, "secondaryTeamIds")?,
        seats,
    };
    let before = portal.member(id)?.permission_sets.first().copied();
    let after = change.role.value();
    if before != after && change.role != Field::LeftOut {
        check_billing(portal, call, before)?;
        check_billing(portal, call, after)?;
    }
    portal.update_user(id, change, call.act)?;
    Ok(Answer::ok(shown(portal, portal.member(id)?, has_seats(call), false)))
}

/// A set with a paid seat can be given and taken only by who may write billing (`requiresBillingWrite`).
fn check_billing(portal: &Portal, call: &Call, set: Option<SetId>) -> Result<(), Refusal> {
    match set.and_then(|set| portal.set(set)) {
        Some(set) if set.requires_billing_write => call.granted.require(BILLING),
        _ => Ok(()),
    }
}

/// Removing somebody who is not there is done already.
pub(super) fn remove(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    if let Some(id) = addressed(portal, call)? {
        portal.remove_user(id, call.act)?;
    }
    Ok(Answer::no_content())
}

pub(super) fn roles(portal: &mut Portal, _call: &Call) -> Result<Answer, Refusal> {
    portal.check_has_permission_sets()?;
    let roles: Vec<Value> = portal
        .sets
        .iter()
        .map(|set| {
            json!({
                "id": set.id.to_string(),
                "name": set.name,
                "requiresBillingWrite": set.requires_billing_write,
            })
        })
        .collect();
    Ok(Answer::ok(json!({ "results": roles })))
}

/// Every team with its members, in one answer without pages.
pub(super) fn teams(portal: &mut Portal, _call: &Call) -> Result<Answer, Refusal> {
    portal.check_has_teams()?;
    let mut members: BTreeMap<TeamId, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for person in portal.people.iter().filter(|person| person.is_member()) {
        if let Some(team) = person.team {
            members.entry(team).or_default().0.push(person.id.to_string());
        }
        for team in &person.extra_teams {
            members.entry(*team).or_default().1.push(person.id.to_string());
        }
    }
    let teams: Vec<Value> = portal
        .teams
        .iter()
        .map(|(id, team)| {
            let (main, extra) = members.remove(id).unwrap_or_default();
            json!({ "id": id.to_string(), "name": team.name, "userIds": main, "secondaryUserIds": extra })
        })
        .collect();
    Ok(Answer::ok(json!({ "results": teams })))
}

pub(super) fn seats(portal: &mut Portal, _call: &Call) -> Result<Answer, Refusal> {
    let seats: Vec<Value> = portal
        .seats
        .iter()
        .map(|seat| {
            let mut shown = json!({ "name": seat.name });
            if let Some(description) = &seat.description {
                shown["description"] = description.clone().into();
            }
            if let Some(remaining) = seat.remaining {
                shown["remainingSeats"] = remaining.into();
            }
            shown
        })
        .collect();
    Ok(Answer::ok(json!({ "results": seats })))
}

impl<T> Field<T> {
    fn value(&self) -> Option<T>
    where
        T: Clone,
    {
        match self {
            Field::Set(value) => Some(value.clone()),
            Field::LeftOut | Field::Cleared => None,
        }
    }
}

fn is_address(email: &str) -> bool {
    let plain = !email.chars().any(|character| character.is_whitespace() || character.is_control());
    plain
        && email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.contains('@')
        })
}

fn filled(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

fn without_repetition(names: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for name in names {
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    kept
}

fn text_field(body: Object<'_>, key: &str) -> Result<Field<String>, Refusal> {
    Ok(match (body.get(key), filled(body.text(key)?)) {
        (None, _) => Field::LeftOut,
        (Some(_), None) => Field::Cleared,
        (Some(_), Some(text)) => Field::Set(text),
    })
}

fn id_field<T: std::str::FromStr>(body: Object<'_>, key: &str) -> Result<Field<T>, Refusal> {
    Ok(match (body.get(key), filled(body.text(key)?)) {
        (None, _) => Field::LeftOut,
        (Some(_), None) => Field::Cleared,
        (Some(_), Some(text)) => Field::Set(parse_id(&text, key)?),
    })
}

fn ids_field(body: Object<'_>, key: &str) -> Result<Field<Vec<TeamId>>, Refusal> {
    if body.get(key).is_none() {
        return Ok(Field::LeftOut);
    }
    let Some(texts) = body.texts(key)? else { return Ok(Field::Cleared) };
    let ids =
        without_repetition(texts).iter().map(|text| parse_id(text, key)).collect::<Result<Vec<_>, _>>()?;
    Ok(Field::Set(ids))
}
