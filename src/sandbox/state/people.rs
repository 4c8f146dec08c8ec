//! The people, found by each of the keys under which HubSpot's views know them.
//!
//! Deliberately absent: rules. Whoever holds a `&mut Person` must not change a key: take them out and in again.

use std::collections::BTreeMap;
use std::ops::Bound;

use jiff::Timestamp;

use crate::sandbox::ids::{OwnerId, RecordId, SetId, TeamId, UserId};
use crate::sandbox::seed::{Owned, Status};

/// Somebody as the settings, the CRM record and the owner show them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) status: Status,
    pub(crate) super_admin: bool,
    /// The first is the one that the API calls `roleId`.
    pub(crate) permission_sets: Vec<SetId>,
    pub(crate) team: Option<TeamId>,
    pub(crate) extra_teams: Vec<TeamId>,
    pub(crate) seats: Vec<String>,
    pub(crate) last_active: Option<Timestamp>,
    pub(crate) record: Option<RecordId>,
    pub(crate) owner: Option<OwnerId>,
    /// The writable CRM properties that have a value.
    pub(crate) profile: BTreeMap<String, String>,
    /// CRM properties that go before the derived ones; None takes one away.
    pub(crate) properties: BTreeMap<String, Option<String>>,
    pub(crate) owned: Owned,
    /// Whether the settings list shows them; a direct read does in any case.
    pub(crate) listed: bool,
    /// When the sandbox made or changed the record; None since before it started.
    pub(crate) created: Option<Timestamp>,
    pub(crate) updated: Option<Timestamp>,
}

impl Person {
    /// Whether the settings still know them.
    pub(crate) fn is_member(&self) -> bool {
        self.status != Status::Removed
    }

    /// Whether the owners list has them among the archived.
    pub(crate) fn is_archived_owner(&self) -> bool {
        matches!(self.status, Status::Deactivated | Status::Removed)
    }
}

/// HubSpot compares addresses without regard to case.
fn address_key(email: &str) -> String {
    email.trim().to_lowercase()
}

#[derive(Debug, Clone, Default)]
pub(crate) struct People {
    by_id: BTreeMap<UserId, Person>,
    by_email: BTreeMap<String, UserId>,
    by_record: BTreeMap<RecordId, UserId>,
    by_owner: BTreeMap<OwnerId, UserId>,
}

impl People {
    /// Takes in somebody none of whose keys is taken.
    pub(crate) fn insert(&mut self, person: Person) {
        self.by_email.insert(address_key(&person.email), person.id);
        if let Some(record) = person.record {
            self.by_record.insert(record, person.id);
        }
        if let Some(owner) = person.owner {
            self.by_owner.insert(owner, person.id);
        }
        self.by_id.insert(person.id, person);
    }

    /// Takes somebody out under every key.
    pub(crate) fn remove(&mut self, id: UserId) {
        let Some(person) = self.by_id.remove(&id) else { return };
        self.by_email.remove(&address_key(&person.email));
        if let Some(record) = person.record {
            self.by_record.remove(&record);
        }
        if let Some(owner) = person.owner {
            self.by_owner.remove(&owner);
        }
    }

    pub(crate) fn get(&self, id: UserId) -> Option<&Person> {
        self.by_id.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: UserId) -> Option<&mut Person> {
        self.by_id.get_mut(&id)
    }

    pub(crate) fn by_email(&self, email: &str) -> Option<&Person> {
        self.by_email.get(&address_key(email)).and_then(|id| self.get(*id))
    }

    pub(crate) fn by_record(&self, record: RecordId) -> Option<&Person> {
        self.by_record.get(&record).and_then(|id| self.get(*id))
    }

    pub(crate) fn by_owner(&self, owner: OwnerId) -> Option<&Person> {
        self.by_owner.get(&owner).and_then(|id| self.get(*id))
    }

    /// Everybody, by settings id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Person> {
        self.by_id.values()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Person> {
        self.by_id.values_mut()
    }

    /// Everybody after this settings id.
    pub(crate) fn after(&self, id: Option<UserId>) -> impl Iterator<Item = &Person> {
        let start = id.map_or(Bound::Unbounded, Bound::Excluded);
        self.by_id.range((start, Bound::Unbounded)).map(|(_, person)| person)
    }

    /// Everybody with a CRM record after this one, by record id.
    pub(crate) fn records_after(
        &self,
        record: Option<RecordId>,
    ) -> impl Iterator<Item = (RecordId, &Person)> {
        let start = record.map_or(Bound::Unbounded, Bound::Excluded);
        self.by_record.range((start, Bound::Unbounded)).map(|(record, id)| (*record, &self.by_id[id]))
    }

    /// Everybody who is an owner after this one, by owner id.
    pub(crate) fn owners_after(&self, owner: Option<OwnerId>) -> impl Iterator<Item = (OwnerId, &Person)> {
        let start = owner.map_or(Bound::Unbounded, Bound::Excluded);
        self.by_owner.range((start, Bound::Unbounded)).map(|(owner, id)| (*owner, &self.by_id[id]))
    }

    /// A settings id, a record id and an owner id that nobody has, each from a range of its own.
    pub(crate) fn new_ids(&self) -> (UserId, RecordId, OwnerId) {
        let next = |last: Option<u64>, first: u64| last.unwrap_or_default().max(first) + 1;
        (
            UserId(next(self.by_id.last_key_value().map(|(id, _)| id.0), super::super::seed::FIRST_USER)),
            RecordId(next(
                self.by_record.last_key_value().map(|(id, _)| id.0),
                super::super::seed::FIRST_RECORD,
            )),
            OwnerId(next(
                self.by_owner.last_key_value().map(|(id, _)| id.0),
                super::super::seed::FIRST_OWNER,
            )),
        )
    }
}
