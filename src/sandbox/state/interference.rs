//! What happens to the portal from outside the API: faults, and changes made behind a client's back.
//!
//! Deliberately absent: what a fault does to an answer. The world and the server do that.

use jiff::Timestamp;

use super::{Person, Portal};
use crate::sandbox::faults::{Fault, Strikes};
use crate::sandbox::seed::Status;

impl Portal {
    /// Counts a call in the faults it matches and gives what strikes it.
    pub(crate) fn meet_faults(&mut self, method: &str, path: &str, query: Option<&str>) -> Strikes {
        if self.faults.is_empty() {
            return Strikes::default();
        }
        let before = self.faults.clone();
        let strikes = Strikes::take(&mut self.faults, method, path, query);
        if before != self.faults {
            self.changed();
        }
        strikes
    }

    pub(crate) fn add_faults(&mut self, faults: Vec<Fault>) {
        self.faults.extend(faults);
        self.changed();
    }

    pub(crate) fn clear_faults(&mut self) {
        self.faults.clear();
        self.changed();
    }

    /// Puts somebody in the place of who has the same settings id, with the seats that this takes or frees.
    pub(crate) fn replace_person(&mut self, person: Person, now: Timestamp) {
        let counted = |person: &Person| match person.status {
            Status::Active | Status::Invited => person.seats.clone(),
            Status::Deactivated | Status::Removed => Vec::new(),
        };
        let held = self.people.get(person.id).map(counted).unwrap_or_default();
        self.exchange_seats(&counted(&person), &held);
        self.people.remove(person.id);
        self.people.insert(Person { updated: Some(now), ..person });
        self.changed();
    }
}
