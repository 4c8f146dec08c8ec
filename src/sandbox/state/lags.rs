//! What HubSpot shows late: somebody in or out of a list, a CRM record, a seat that was given back.
//!
//! Lags are counted in reads, never in time, so that a test does not wait. Deliberately absent from a saved state.

use std::collections::BTreeMap;

use super::Person;
use crate::sandbox::ids::UserId;
use crate::sandbox::seed::Seat;

#[derive(Debug, Clone, Default)]
pub(crate) struct Lags {
    /// People who were removed and are still listed, as they were.
    ghosts: BTreeMap<UserId, (Person, u32)>,
    /// People who are there and not listed yet.
    unlisted: BTreeMap<UserId, u32>,
    /// People whose CRM record is not there yet.
    without_record: BTreeMap<UserId, u32>,
    /// Seats given back, by name, that are not free yet.
    returning: Vec<(String, u32)>,
}

/// Takes one step: what had no step left is over.
fn count_down<K: Ord, V>(lags: &mut BTreeMap<K, V>, left: impl Fn(&mut V) -> &mut u32) {
    lags.retain(|_, value| {
        let left = left(value);
        let stays = *left > 0;
        *left = left.saturating_sub(1);
        stays
    });
}

impl Lags {
    /// A listing of the settings' users begins (its further pages do not count).
    pub(crate) fn list_is_read(&mut self) {
        count_down(&mut self.ghosts, |(_, left)| left);
        count_down(&mut self.unlisted, |left| left);
    }

    /// CRM user records are read.
    pub(crate) fn records_are_read(&mut self) {
        count_down(&mut self.without_record, |left| left);
    }

    /// A request came in; gives the names of the seats that are free from now on.
    pub(super) fn request_came(&mut self) -> Vec<String> {
        let mut free = Vec::new();
        self.returning.retain_mut(|(name, left)| {
            if *left == 0 {
                free.push(std::mem::take(name));
                return false;
            }
            *left -= 1;
            true
        });
        free
    }

    pub(super) fn came(&mut self, id: UserId, list_lag: u32, record_lag: u32) {
        self.ghosts.remove(&id);
        if list_lag > 0 {
            self.unlisted.insert(id, list_lag);
        }
        if record_lag > 0 {
            self.without_record.insert(id, record_lag);
        }
    }

    pub(super) fn went(&mut self, person: Person, list_lag: u32) {
        self.unlisted.remove(&person.id);
        if list_lag > 0 {
            self.ghosts.insert(person.id, (person, list_lag));
        }
    }

    pub(super) fn seat_returns(&mut self, name: &str, lag: u32) {
        // The request that gives the seat back is counted already, so the next one is the first further one.
        self.returning.push((name.to_owned(), lag));
    }

    /// Whether the settings list does not show this person yet.
    pub(crate) fn is_unlisted(&self, id: UserId) -> bool {
        self.unlisted.contains_key(&id)
    }

    /// Somebody who is gone and listed all the same.
    pub(crate) fn ghost(&self, id: UserId) -> Option<&Person> {
        self.ghosts.get(&id).map(|(person, _)| person)
    }

    /// Whether the CRM record of this person is there.
    pub(crate) fn has_record(&self, id: UserId) -> bool {
        !self.without_record.contains_key(&id)
    }

    /// Adds the seats on their way back, for a state that is saved.
    pub(crate) fn return_seats(&self, seats: &mut [Seat]) {
        for (name, _) in &self.returning {
            if let Some(seat) = seats.iter_mut().find(|seat| seat.name == *name) {
                seat.remaining = seat.remaining.map(|remaining| remaining + 1);
            }
        }
    }
}
