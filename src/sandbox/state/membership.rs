//! What the user provisioning API does to people: invite, change, remove.
//!
//! Deliberately absent: deactivation. No endpoint of HubSpot's settings has it.

use super::{Act, Person, Portal};
use crate::sandbox::errors::{Detail, Refusal};
use crate::sandbox::ids::{SetId, TeamId, UserId};
use crate::sandbox::seed::{ClearRole, Mail, Owned, Put, Status};

/// Somebody to be invited.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewUser {
    pub(crate) email: String,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) role: Option<SetId>,
    pub(crate) team: Option<TeamId>,
    pub(crate) extra_teams: Vec<TeamId>,
    pub(crate) seats: Vec<String>,
    pub(crate) send_welcome_email: bool,
}

/// One field of a PUT: left out, `null` or empty, or a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Field<T> {
    #[default]
    LeftOut,
    Cleared,
    Set(T),
}

impl<T: Clone> Field<T> {
    fn is_carried(&self) -> bool {
        !matches!(self, Field::LeftOut)
    }

    /// The value after a PUT, given the one before.
    fn after(&self, before: Option<T>, put: Put) -> Option<T> {
        match (self, put) {
            (Field::Set(value), _) => Some(value.clone()),
            (Field::Cleared, _) | (Field::LeftOut, Put::Replace) => None,
            (Field::LeftOut, Put::Merge) => before,
        }
    }
}

/// A PUT. `seats` is None in a version of the API that has no seats, which then cannot clear them.
#[derive(Debug, Clone, Default)]
pub(crate) struct UserChange {
    pub(crate) first_name: Field<String>,
    pub(crate) last_name: Field<String>,
    pub(crate) role: Field<SetId>,
    pub(crate) team: Field<TeamId>,
    pub(crate) extra_teams: Field<Vec<TeamId>>,
    pub(crate) seats: Option<Field<Vec<String>>>,
}

impl Portal {
    /// Invites somebody; who was here before gets their old settings id back.
    pub(crate) fn create_user(&mut self, new: NewUser, act: Act) -> Result<UserId, Refusal> {
        let earlier = self.people.by_email(&new.email).cloned();
        if earlier.as_ref().is_some_and(Person::is_member) {
            return Err(Refusal::conflict(format!("A user with the email '{}' already exists.", new.email)));
        }
        self.check_assignment(new.role, new.team, &new.extra_teams, None)?;
        self.check_seats(&new.seats, &[])?;
        self.exchange_seats(&new.seats, &[]);
        // Who was here before still has a CRM record.
        let record_lag = if earlier.is_none() { self.behaviour.crm_record_lag } else { 0 };
        let mut person = earlier.unwrap_or_else(|| self.newcomer(&new.email, act));
        let id = person.id;
        person.first_name = new.first_name.or(person.first_name);
        person.last_name = new.last_name.or(person.last_name);
        person.status = Status::Invited;
        person.super_admin = false;
        person.permission_sets = new.role.into_iter().collect();
        person.team = new.team;
        person.extra_teams = new.extra_teams;
        person.seats = new.seats;
        person.updated = Some(act.at);
        self.people.insert(person);
        self.lags.came(id, self.behaviour.list_lag, record_lag);
        if new.send_welcome_email {
            let subject = format!(
                "You have been invited to {} on HubSpot",
                self.account.name.clone().unwrap_or_else(|| self.account.id.to_string())
            );
            self.outbox.push(Mail { to: new.email, subject, user_id: id, sent_at: act.at });
        }
        self.record(act, "ADD_USER", id.0);
        self.changed();
        Ok(id)
    }

    /// Somebody new with ids of their own, invited and not taken in yet.
    pub(super) fn newcomer(&self, email: &str, act: Act) -> Person {
        let (id, record, owner) = self.people.new_ids();
        Person {
            id,
            email: email.to_owned(),
            first_name: None,
            last_name: None,
            status: Status::Invited,
            super_admin: false,
            permission_sets: Vec::new(),
            team: None,
            extra_teams: Vec::new(),
            seats: Vec::new(),
            last_active: None,
            record: Some(record),
            owner: Some(owner),
            profile: Default::default(),
            properties: Default::default(),
            owned: Owned::default(),
            listed: true,
            created: Some(act.at),
            updated: Some(act.at),
        }
    }

    /// Carries out a PUT under the reading of it that the seed chose.
    pub(crate) fn update_user(&mut self, id: UserId, change: UserChange, act: Act) -> Result<(), Refusal> {
        let put = self.behaviour.put;
        let before = self.member(id)?.clone();
        if before.status == Status::Invited
            && (change.first_name.is_carried() || change.last_name.is_carried())
        {
            return Err(not_on_any_hub(&before));
        }
        let mut after = before.clone();
        after.first_name = change.first_name.after(before.first_name.clone(), put);
        after.last_name = change.last_name.after(before.last_name.clone(), put);
        after.permission_sets = self.sets_after(&before, &change.role);
        if !after.permission_sets.is_empty() {
            after.super_admin = false;
        }
        after.team = change.team.after(before.team, put);
        let extra_teams = change.extra_teams.after(Some(before.extra_teams.clone()), put);
        after.extra_teams = extra_teams.unwrap_or_default();
        if let Some(seats) = &change.seats {
            after.seats = seats.after(Some(before.seats.clone()), put).unwrap_or_default();
        }
        let new_role = after.permission_sets.first().copied().filter(|_| change.role.is_carried());
        self.check_assignment(new_role, after.team, &after.extra_teams, Some(&before))?;
        // The seats of somebody who is deactivated are not counted.
        if before.status != Status::Deactivated {
            self.check_seats(&after.seats, &before.seats)?;
            self.exchange_seats(&after.seats, &before.seats);
        }
        if before.super_admin && !after.super_admin {
            self.record(act, "REMOVE_ADMIN_USER", id.0);
        }
        after.updated = Some(act.at);
        self.people.insert(after);
        self.changed();
        Ok(())
    }

    /// Any PUT leaves at most one permission set: the one it carries, or the first there was.
    fn sets_after(&self, before: &Person, role: &Field<SetId>) -> Vec<SetId> {
        let first = before.permission_sets.first().copied();
        match role {
            Field::Cleared if self.behaviour.clear_role == ClearRole::Keeps => first,
            role => role.after(first, self.behaviour.put),
        }
        .into_iter()
        .collect()
    }

    /// Removes somebody from the portal. Whoever is not in it stays so.
    pub(crate) fn remove_user(&mut self, id: UserId, act: Act) -> Result<(), Refusal> {
        let Ok(before) = self.member(id).cloned() else { return Ok(()) };
        if before.super_admin {
            return Err(Refusal::validation(format!(
                "User {id} is a super admin. Remove the super admin permission before removing the user."
            )));
        }
        let mut after = before.clone();
        after.status = Status::Removed;
        after.permission_sets.clear();
        after.team = None;
        after.extra_teams.clear();
        after.seats.clear();
        after.updated = Some(act.at);
        if before.status != Status::Deactivated {
            self.exchange_seats(&[], &before.seats);
        }
        self.people.insert(after);
        let lag = if before.listed { self.behaviour.list_lag } else { 0 };
        self.lags.went(before, lag);
        self.record(act, "REMOVE_USER", id.0);
        self.changed();
        Ok(())
    }

    /// Somebody whom the settings know.
    pub(crate) fn member(&self, id: UserId) -> Result<&Person, Refusal> {
        let member = self.people.get(id).filter(|person| person.is_member());
        member.ok_or_else(|| Refusal::not_found(format!("User {id} does not exist.")))
    }

    fn check_assignment(
        &self,
        role: Option<SetId>,
        team: Option<TeamId>,
        extra_teams: &[TeamId],
        before: Option<&Person>,
    ) -> Result<(), Refusal> {
        if let Some(role) = role {
            self.check_has_permission_sets()?;
            if self.set(role).is_none() {
                let message = format!("Role {role} does not exist.");
                return Err(Refusal::validation(message.clone())
                    .because(Detail::new(message, "INVALID_ROLE").of_field("roleId")));
            }
        }
        let has = |person: &Person, team| person.team == Some(team) || person.extra_teams.contains(&team);
        for team in team.iter().chain(extra_teams) {
            if before.is_some_and(|person| has(person, *team)) {
                continue;
            }
            self.check_has_teams()?;
            if !self.teams.contains_key(team) {
                let message = format!("Team {team} does not exist.");
                return Err(Refusal::validation(message.clone())
                    .because(Detail::new(message, "INVALID_TEAM").of_field("primaryTeamId")));
            }
        }
        if team.is_some_and(|team| extra_teams.contains(&team)) {
            return Err(Refusal::validation("The main team cannot be one of the secondary teams too.")
                .because(Detail::new("repeats the main team", "INVALID_TEAM").of_field("secondaryTeamIds")));
        }
        Ok(())
    }

    /// What a portal without permission sets answers, seen on Free.
    pub(crate) fn check_has_permission_sets(&self) -> Result<(), Refusal> {
        if self.has_permission_sets() {
            return Ok(());
        }
        Err(Refusal::validation("Account doesn't have access to roles."))
    }

    /// The same for teams, whose real answer is not known.
    pub(crate) fn check_has_teams(&self) -> Result<(), Refusal> {
        if self.has_teams() {
            return Ok(());
        }
        Err(Refusal::validation("Account doesn't have access to teams."))
    }
}

fn not_on_any_hub(person: &Person) -> Refusal {
    let message = format!("User {} has not activated their account yet.", person.id);
    Refusal::validation("The name of this user cannot be changed.")
        .because(Detail::new(message, "USER_NOT_ON_ANY_HUBS").of_field("firstName"))
}
