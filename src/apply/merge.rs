//! The bodies of a PUT and a POST: the whole user, so that a PUT means the same whether HubSpot replaces what
//! it is not told or keeps it. Its own documents say the latter for 2026-09, older behaviour was the former.

use crate::model::{ApiVersion, Named, TeamId, User};
use crate::plan::UserAttribute;
use crate::portal::{Field, NewUser, Settings, UserBody};

/// `live` as just read, with the wanted value of each changed attribute. Seats are kept out where the version
/// shows none.
pub(super) fn merge(
    live: &Settings,
    wanted: &User,
    changed: &[UserAttribute],
    api: ApiVersion,
) -> UserBody {
    let is = |attribute| changed.contains(&attribute);
    let role = match wanted.permission_sets.first().and_then(|set| set.id.clone()) {
        // A PUT with a permission set takes super admin away (seen with v3; HubSpot documents nothing).
        _ if live.super_admin => Field::Keep,
        Some(id) if is(UserAttribute::Role) => Field::Set(id),
        None if is(UserAttribute::Role) => Field::Clear,
        _ => live.role_ids.first().cloned().map_or(Field::Keep, Field::Set),
    };
    UserBody {
        first_name: name(&live.first_name, &wanted.first_name, is(UserAttribute::FirstName)),
        last_name: name(&live.last_name, &wanted.last_name, is(UserAttribute::LastName)),
        role,
        team: match if is(UserAttribute::Team) { team_id(&wanted.team) } else { live.team.clone() } {
            Some(team) => Field::Set(team),
            None if live.team.is_none() => Field::Keep,
            // How to say "no team" in a PUT is not established, and the Teams API can take one away.
            None if api.has_teams_api() => Field::Keep,
            None => Field::Clear,
        },
        extra_teams: if is(UserAttribute::ExtraTeams) {
            Field::Set(wanted.extra_teams.iter().filter_map(|team| team.id.clone()).collect())
        } else {
            Field::Set(live.extra_teams.clone())
        },
        seats: match &live.seats {
            _ if is(UserAttribute::Seats) => Field::Set(wanted.seats.iter().cloned().collect()),
            Some(seats) => Field::Set(seats.clone()),
            None => Field::Keep,
        },
    }
}

/// A name that is not there is not sent: an invited person's PUT is refused for the name alone.
fn name(live: &Option<String>, wanted: &Option<String>, changed: bool) -> Field<String> {
    match (wanted, live) {
        (Some(wanted), _) if changed => Field::Set(wanted.clone()),
        (None, Some(_)) if changed => Field::Clear,
        (_, Some(live)) if !changed => Field::Set(live.clone()),
        _ => Field::Keep,
    }
}

/// Everything about somebody new, in the one call that HubSpot takes before they accept.
pub(super) fn new_user(user: &User, send_mail: bool) -> NewUser {
    NewUser {
        email: user.email.clone(),
        send_welcome_email: send_mail,
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        role: user.permission_sets.first().and_then(|set| set.id.clone()),
        team: team_id(&user.team),
        extra_teams: user.extra_teams.iter().filter_map(|team| team.id.clone()).collect(),
        seats: user.seats.iter().cloned().collect(),
    }
}

fn team_id(team: &Option<Named<TeamId>>) -> Option<TeamId> {
    team.as_ref().and_then(|team| team.id.clone())
}
