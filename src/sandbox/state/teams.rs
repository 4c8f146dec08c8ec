//! Teams and who is in them.
//!
//! Deliberately absent: what a team lets people see. HubSpot's API does not tell either.

use super::{Act, Portal, Team};
use crate::sandbox::errors::{Detail, Refusal};
use crate::sandbox::ids::{TeamId, UserId};
use crate::sandbox::seed::FIRST_TEAM;

/// How somebody belongs to a team: `DEFAULT` is the main team, `EXTRA` one of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Membership {
    Default,
    Extra,
}

/// What a team is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TeamChange {
    pub(crate) name: String,
    pub(crate) parent: Option<TeamId>,
}

impl Portal {
    /// Makes a team with its first members; all of it or nothing.
    pub(crate) fn create_team(
        &mut self,
        team: TeamChange,
        members: &[(UserId, Membership)],
        act: Act,
    ) -> Result<TeamId, Refusal> {
        let last = self.teams.last_key_value().map_or(0, |(id, _)| id.0);
        let id = TeamId(last.max(FIRST_TEAM) + 1);
        self.check_team(&team, id)?;
        for (user, _) in members {
            self.check_member(*user)?;
        }
        self.teams.insert(id, Team { name: team.name, parent: team.parent });
        self.record(act, "TEAM_ADDED", id.0);
        for (user, membership) in members {
            self.add_to_team(*user, id, *membership, act)?;
        }
        self.changed();
        Ok(id)
    }

    pub(crate) fn update_team(&mut self, id: TeamId, change: TeamChange) -> Result<(), Refusal> {
        self.check_team(&change, id)?;
        let mut above = change.parent;
        while let Some(team) = above {
            if team == id {
                return Err(Refusal::validation("A team cannot be placed below itself."));
            }
            above = self.teams.get(&team).and_then(|team| team.parent);
        }
        let team = self.teams.get_mut(&id).ok_or_else(|| no_team(id))?;
        *team = Team { name: change.name, parent: change.parent };
        self.changed();
        Ok(())
    }

    /// Takes the team away with every membership; teams below it move to the top.
    pub(crate) fn delete_team(&mut self, id: TeamId, act: Act) -> Result<(), Refusal> {
        self.teams.remove(&id).ok_or_else(|| no_team(id))?;
        for team in self.teams.values_mut() {
            team.parent = team.parent.filter(|parent| *parent != id);
        }
        for person in self.people.iter_mut() {
            person.team = person.team.filter(|team| *team != id);
            person.extra_teams.retain(|team| *team != id);
        }
        self.record(act, "TEAM_DELETED", id.0);
        self.changed();
        Ok(())
    }

    /// Puts somebody into a team. A new main team takes the place of the old one.
    pub(crate) fn add_to_team(
        &mut self,
        user: UserId,
        team: TeamId,
        membership: Membership,
        act: Act,
    ) -> Result<(), Refusal> {
        if !self.teams.contains_key(&team) {
            return Err(no_team(team));
        }
        self.check_member(user)?;
        let person = self.people.get_mut(user).ok_or_else(|| no_member(user))?;
        match membership {
            Membership::Default => {
                person.extra_teams.retain(|extra| *extra != team);
                person.team = Some(team);
            }
            Membership::Extra if person.team == Some(team) => {
                return Err(Refusal::validation(format!(
                    "User {user} has team {team} as main team and cannot have it as an extra team too."
                )));
            }
            Membership::Extra => {
                if !person.extra_teams.contains(&team) {
                    person.extra_teams.push(team);
                }
            }
        }
        self.record(act, "TEAM_USER_ADDED", user.0);
        self.changed();
        Ok(())
    }

    /// Takes somebody out of a team. Somebody who is not in it stays so.
    pub(crate) fn remove_from_team(
        &mut self,
        user: UserId,
        team: TeamId,
        membership: Membership,
        act: Act,
    ) -> Result<(), Refusal> {
        if !self.teams.contains_key(&team) {
            return Err(no_team(team));
        }
        self.check_member(user)?;
        let person = self.people.get_mut(user).ok_or_else(|| no_member(user))?;
        let was_in = match membership {
            Membership::Default => person.team == Some(team),
            Membership::Extra => person.extra_teams.contains(&team),
        };
        if was_in {
            match membership {
                Membership::Default => person.team = None,
                Membership::Extra => person.extra_teams.retain(|extra| *extra != team),
            }
            self.record(act, "TEAM_USER_DELETED", user.0);
            self.changed();
        }
        Ok(())
    }

    /// The members of a team: main ones first, each by settings id.
    pub(crate) fn members(&self, team: TeamId) -> Vec<(UserId, Membership)> {
        let main = self.people.iter().filter(|person| person.is_member() && person.team == Some(team));
        let extra =
            self.people.iter().filter(|person| person.is_member() && person.extra_teams.contains(&team));
        main.map(|person| (person.id, Membership::Default))
            .chain(extra.map(|person| (person.id, Membership::Extra)))
            .collect()
    }

    fn check_team(&self, team: &TeamChange, id: TeamId) -> Result<(), Refusal> {
        if team.name.trim().is_empty() {
            return Err(Refusal::validation("A team needs a name.")
                .because(Detail::new("name must not be blank", "BLANK").of_field("name")));
        }
        if let Some(parent) = team.parent
            && !self.teams.contains_key(&parent)
        {
            return Err(Refusal::validation(format!("There is no team {parent} to be the parent."))
                .because(Detail::new("unknown team", "INVALID_TEAM").of_field("parentTeamId")));
        }
        let same_name = |(other, existing): (&TeamId, &Team)| *other != id && existing.name == team.name;
        if self.teams.iter().any(same_name) {
            return Err(Refusal::conflict(format!("A team named '{}' already exists.", team.name)));
        }
        Ok(())
    }

    fn check_member(&self, user: UserId) -> Result<(), Refusal> {
        self.people.get(user).filter(|person| person.is_member()).map(|_| ()).ok_or_else(|| no_member(user))
    }
}

pub(crate) fn no_team(id: TeamId) -> Refusal {
    Refusal::not_found(format!("Team {id} does not exist."))
}

fn no_member(id: UserId) -> Refusal {
    Refusal::not_found(format!("User {id} does not exist."))
}
