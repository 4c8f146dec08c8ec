//! Deactivated and active again: what SCIM can do to people and the settings cannot.
//!
//! Deliberately absent: HubSpot's monthly deactivation of whoever was inactive. A seed or a fault plays it.

use super::{Act, Person, Portal};
use crate::sandbox::errors::Refusal;
use crate::sandbox::ids::UserId;
use crate::sandbox::seed::Status;

/// Somebody as an identity provider describes them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Identity {
    pub(crate) email: String,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) active: bool,
}

impl Portal {
    /// Deactivates or reactivates somebody. Who stands so already stays so.
    pub(crate) fn set_active(&mut self, id: UserId, active: bool, act: Act) -> Result<(), Refusal> {
        let before = self.member(id)?.clone();
        match (active, before.status) {
            (false, Status::Active | Status::Invited) => self.deactivate(before, act),
            (true, Status::Deactivated) => self.reactivate(before, act),
            (true, Status::Active | Status::Invited)
            | (false, Status::Deactivated)
            | (_, Status::Removed) => {}
        }
        Ok(())
    }

    /// Their seats stay theirs and no longer count (HubSpot's knowledge base, "Deactivate HubSpot users").
    fn deactivate(&mut self, person: Person, act: Act) {
        self.exchange_seats(&[], &person.seats);
        self.record(act, "DEACTIVATE_USER", person.id.0);
        self.people.insert(Person { status: Status::Deactivated, updated: Some(act.at), ..person });
        self.changed();
    }

    /// They come back with those of their seats that are left. Which seats HubSpot gives is not established.
    fn reactivate(&mut self, mut person: Person, act: Act) {
        let mut seats = std::mem::take(&mut person.seats);
        seats.retain(|seat| self.take_seat(seat));
        self.record(act, "REACTIVATE_USER", person.id.0);
        self.people.insert(Person { status: Status::Active, seats, updated: Some(act.at), ..person });
        self.changed();
    }

    /// Takes in somebody whom the identity provider knows, without an invitation.
    pub(crate) fn provision(&mut self, identity: Identity, act: Act) -> Result<UserId, Refusal> {
        let earlier = self.people.by_email(&identity.email).cloned();
        if earlier.as_ref().is_some_and(Person::is_member) {
            return Err(Refusal::conflict(format!("A user '{}' already exists.", identity.email)));
        }
        let mut person = earlier.unwrap_or_else(|| self.newcomer(&identity.email, act));
        let id = person.id;
        person.first_name = identity.first_name.or(person.first_name);
        person.last_name = identity.last_name.or(person.last_name);
        person.status = if identity.active { Status::Active } else { Status::Deactivated };
        person.updated = Some(act.at);
        self.people.insert(person);
        self.lags.came(id, self.behaviour.list_lag, self.behaviour.crm_record_lag);
        self.record(act, "ADD_USER", id.0);
        self.changed();
        Ok(id)
    }

    /// Gives somebody the names that their identity provider has for them.
    pub(crate) fn rename(&mut self, id: UserId, first: Option<String>, last: Option<String>, act: Act) {
        let Some(person) = self.people.get_mut(id) else { return };
        let (first, last) = (first.or(person.first_name.clone()), last.or(person.last_name.clone()));
        if (&first, &last) != (&person.first_name, &person.last_name) {
            (person.first_name, person.last_name) = (first, last);
            person.updated = Some(act.at);
            self.changed();
        }
    }
}
