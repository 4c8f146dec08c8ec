//! The Teams API of 2026-09: teams, and people in and out of them one by one.
//!
//! Deliberately absent: taking several people out at once. HubSpot's document has only the batch that adds.

use std::str::FromStr;

use serde_json::{Value, json};

use crate::sandbox::call::{Answer, Call, Object, parse_id, wrong_field};
use crate::sandbox::errors::Refusal;
use crate::sandbox::ids::{TeamId, UserId};
use crate::sandbox::state::{Membership, Portal, Team, TeamChange, no_team};

const LIST: &str = "teams";
const MOST_A_PAGE: usize = 100;
const MOST_A_BATCH: usize = 100;
/// Extra members come after main ones, whatever their ids.
const EXTRA_POSITION: u64 = 1 << 63;

impl Membership {
    fn name(self) -> &'static str {
        match self {
            Membership::Default => "DEFAULT",
            Membership::Extra => "EXTRA",
        }
    }
}

impl FromStr for Membership {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Membership, Refusal> {
        match text {
            "DEFAULT" => Ok(Membership::Default),
            "EXTRA" => Ok(Membership::Extra),
            other => {
                Err(wrong_field("type", "INVALID_OPTION", &format!("'{other}' is not DEFAULT or EXTRA")))
            }
        }
    }
}

fn shown(id: TeamId, team: &Team) -> Value {
    let mut shown = json!({ "id": id.to_string(), "name": team.name });
    if let Some(parent) = team.parent {
        shown["parentTeamId"] = parent.to_string().into();
    }
    shown
}

fn shown_member((user, membership): (UserId, Membership)) -> Value {
    json!({ "userId": user.to_string(), "type": membership.name() })
}

fn addressed(portal: &Portal, call: &Call) -> Result<TeamId, Refusal> {
    portal.check_has_teams()?;
    let id = parse_id(call.part("team"), "teamId")?;
    if portal.teams.contains_key(&id) { Ok(id) } else { Err(no_team(id)) }
}

pub(super) fn list(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    portal.check_has_teams()?;
    let limit = call.limit(MOST_A_PAGE, MOST_A_PAGE)?;
    let after = call.after(LIST)?;
    let teams = portal.teams.iter().filter(|(id, _)| after.is_none_or(|after| id.0 > after));
    Ok(Answer::page(LIST, limit, teams.map(|(id, team)| (id.0, shown(*id, team)))))
}

pub(super) fn get(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let id = addressed(portal, call)?;
    Ok(Answer::ok(shown(id, &portal.teams[&id])))
}

pub(super) fn create(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    portal.check_has_teams()?;
    let body = call.object()?;
    body.only(&["name", "members", "parentTeamId"])?;
    let members: Vec<(UserId, Membership)> =
        body.needed_list("members")?.iter().map(assignment).collect::<Result<_, _>>()?;
    let team = TeamChange { name: body.needed_text("name")?.to_owned(), parent: parent(body)? };
    let id = portal.create_team(team, &members, call.act)?;
    Ok(Answer::created(shown(id, &portal.teams[&id]), format!("{}/{id}", call.path)))
}

/// HubSpot's document calls both fields of a change required.
pub(super) fn update(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let id = addressed(portal, call)?;
    let body = call.object()?;
    body.only(&["name", "parentTeamId"])?;
    if body.get("parentTeamId").is_none() {
        return Err(Refusal::validation("Some required fields were not set: [parentTeamId]."));
    }
    let change = TeamChange { name: body.needed_text("name")?.to_owned(), parent: parent(body)? };
    portal.update_team(id, change)?;
    Ok(Answer::ok(shown(id, &portal.teams[&id])))
}

/// Null and empty text both mean the top.
fn parent(body: Object<'_>) -> Result<Option<TeamId>, Refusal> {
    let parent = body.text("parentTeamId")?.filter(|parent| !parent.is_empty());
    parent.map(|parent| parse_id(parent, "parentTeamId")).transpose()
}

pub(super) fn delete(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let id = addressed(portal, call)?;
    portal.delete_team(id, call.act)?;
    Ok(Answer::no_content())
}

fn assignment(value: &Value) -> Result<(UserId, Membership), Refusal> {
    let assignment = Object::new(value)?;
    assignment.only(&["userId", "type"])?;
    let user = parse_id(assignment.needed_text("userId")?, "userId")?;
    Ok((user, assignment.needed_text("type")?.parse()?))
}

pub(super) fn members(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let id = addressed(portal, call)?;
    let limit = call.limit(MOST_A_PAGE, MOST_A_PAGE)?;
    let list = format!("members of {id}");
    let after = call.after(&list)?;
    let position = |(user, membership): (UserId, Membership)| match membership {
        Membership::Default => user.0,
        Membership::Extra => user.0 | EXTRA_POSITION,
    };
    let members = portal.members(id).into_iter().map(|member| (position(member), shown_member(member)));
    let rest = members.filter(|(position, _)| after.is_none_or(|after| *position > after));
    Ok(Answer::page(&list, limit, rest))
}

pub(super) fn add(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let id = addressed(portal, call)?;
    let body = call.body.as_ref().unwrap_or(&Value::Null);
    let (user, membership) = assignment(body)?;
    portal.add_to_team(user, id, membership, call.act)?;
    Ok(Answer::created(shown_member((user, membership)), call.path.clone()))
}

/// Adds each that can be added; the others are errors of the answer, whose status is 200 all the same.
pub(super) fn add_batch(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let id = addressed(portal, call)?;
    let inputs = call.object()?.needed_list("inputs")?;
    if inputs.len() > MOST_A_BATCH {
        return Err(Refusal::validation(format!("A batch has at most {MOST_A_BATCH} inputs.")));
    }
    let members: Vec<(UserId, Membership)> = inputs.iter().map(assignment).collect::<Result<_, _>>()?;
    let mut results = Vec::new();
    let mut errors = Vec::new();
    for (user, membership) in members {
        match portal.add_to_team(user, id, membership, call.act) {
            Ok(()) => results.push(shown_member((user, membership))),
            Err(refusal) => errors.push(refusal.batch_entry()),
        }
    }
    let mut body = json!({
        "status": "COMPLETE",
        "results": results,
        "startedAt": call.act.at.to_string(),
        "completedAt": call.act.at.to_string(),
    });
    if !errors.is_empty() {
        body["numErrors"] = errors.len().into();
        body["errors"] = errors.into();
    }
    Ok(Answer::ok(body))
}

pub(super) fn remove(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let id = addressed(portal, call)?;
    let user = parse_id(call.part("user"), "userId")?;
    let membership = call.parameter("type").unwrap_or("DEFAULT").parse()?;
    portal.remove_from_team(user, id, membership, call.act)?;
    Ok(Answer::no_content())
}
