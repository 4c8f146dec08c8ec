//! The bodies of a PUT and a POST: the whole user, so that a PUT means the same whether HubSpot replaces what
//! it is not told or keeps it. Its own documents say the latter for 2026-09, older behaviour was the former.

use std::collections::BTreeSet;

use crate::model::{ApiVersion, Named, PermissionSetId, TeamId, User};
use crate::plan::UserAttribute;
use crate::portal::{Field, NewUser, Settings, UserBody};

/// `live` as just read, with the wanted value of each changed attribute.
pub(super) fn merge(live: &Settings, wanted: &User, changed: &[UserAttribute], api: ApiVersion) -> UserBody {
    let mut body = UserBody::whole(live);
    for attribute in changed {
        match attribute {
            // A PUT with a permission set takes super admin away (seen with v3; HubSpot documents nothing).
            UserAttribute::Role if live.super_admin => {}
            UserAttribute::Role => body.role = role(wanted).map_or(Field::Cleared, Field::Set),
            UserAttribute::Team => body.team = main_team(live, wanted, api),
            UserAttribute::ExtraTeams => body.extra_teams = Some(extra_teams(wanted)),
            UserAttribute::Seats => body.seats = Some(wanted.seats.iter().cloned().collect()),
            UserAttribute::FirstName => body.first_name = name(&live.first_name, &wanted.first_name),
            UserAttribute::LastName => body.last_name = name(&live.last_name, &wanted.last_name),
            // The one belongs to the POST alone, the other to SCIM.
            UserAttribute::Invite | UserAttribute::State => {}
        }
    }
    if live.super_admin {
        body.role = Field::LeftOut;
    }
    // Where the main team is left out and HubSpot keeps it, it cannot be an extra one in the same call; the Teams
    // API makes it one afterwards.
    if let (Field::LeftOut, Some(main), Some(extra)) = (&body.team, &live.team, &mut body.extra_teams) {
        extra.remove(main);
    }
    if !api.carries_seats() {
        body.seats = None;
    }
    body
}

/// A PUT that leaves the main team out clears it or keeps it, and how to say "none" is not established: where
/// the Teams API can take a kept one away, nothing is said that HubSpot might refuse.
fn main_team(live: &Settings, wanted: &User, api: ApiVersion) -> Field<TeamId> {
    match id(&wanted.team) {
        Some(team) => Field::Set(team),
        None if live.team.is_none() || api.has_teams_api() => Field::LeftOut,
        None => Field::Cleared,
    }
}

/// A name that is not there is not sent: the PUT of somebody invited is refused for the name alone.
fn name(live: &Option<String>, wanted: &Option<String>) -> Field<String> {
    match (wanted, live) {
        (Some(wanted), _) => Field::Set(wanted.clone()),
        (None, Some(_)) => Field::Cleared,
        (None, None) => Field::LeftOut,
    }
}

/// Everything about somebody new, in the one call that HubSpot takes before they accept.
pub(super) fn new_user(user: &User, send_mail: bool) -> NewUser {
    NewUser {
        email: user.email.clone(),
        send_welcome_email: send_mail,
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        role: role(user),
        team: id(&user.team),
        extra_teams: extra_teams(user),
        seats: (!user.seats.is_empty()).then(|| user.seats.iter().cloned().collect()),
    }
}

fn role(user: &User) -> Option<PermissionSetId> {
    user.permission_sets.first().and_then(|set| set.id.clone())
}

fn extra_teams(user: &User) -> BTreeSet<TeamId> {
    user.extra_teams.iter().filter_map(|team| team.id.clone()).collect()
}

fn id(team: &Option<Named<TeamId>>) -> Option<TeamId> {
    team.as_ref().and_then(|team| team.id.clone())
}
