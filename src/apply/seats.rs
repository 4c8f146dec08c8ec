//! Seats that a run gives back, so that whoever is refused one knows whether waiting can help.
//!
//! Deliberately absent: counting what is left. The plan has counted; here it is only HubSpot that is late.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Action, Work};
use crate::portal::Error;

use super::ended::Ended;
use super::patience::Looks;
use super::run::Run;

/// Seen on a live portal, when a seat was wanted right after it had been given back.
const NO_SEAT: &str = "NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION";

/// What the actions of one plan give back.
#[derive(Debug, Default)]
pub(super) struct Seats {
    /// How many actions that give one back have not ended yet.
    pending: BTreeMap<String, usize>,
    released: BTreeSet<String>,
}

impl Seats {
    pub(super) fn of(actions: &[Action]) -> Seats {
        let mut seats = Seats::default();
        for seat in actions.iter().flat_map(|action| released_by(&action.work)) {
            *seats.pending.entry(seat.clone()).or_default() += 1;
        }
        seats
    }

    pub(super) fn ended(&mut self, work: &Work, done: bool) {
        for seat in released_by(work) {
            if let Some(pending) = self.pending.get_mut(seat) {
                *pending = pending.saturating_sub(1);
            }
            if done {
                self.released.insert(seat.clone());
            }
        }
    }

    /// Whether one of `wanted` has been given back by this run, or still may be. A permission set can need
    /// a seat that nobody names, so where none is named any will do.
    pub(super) fn may_come(&self, wanted: &[String]) -> bool {
        let pending = self.pending.iter().filter(|(_, count)| **count > 0).map(|(seat, _)| seat);
        self.released.iter().chain(pending).any(|seat| wanted.is_empty() || wanted.contains(seat))
    }
}

/// The seats that a person has before and not after.
pub(super) fn released_by(work: &Work) -> Vec<&String> {
    match work {
        // A deactivated person keeps the seat, and it stops counting.
        Work::Remove { before } | Work::Deactivate { before, .. } => before.seats.iter().collect(),
        Work::Update { before, after, .. } | Work::Strip { before, after } => {
            before.seats.iter().filter(|seat| !after.seats.contains(seat)).collect()
        }
        Work::Reactivate { .. }
        | Work::Invite { .. }
        | Work::CreateTeam { .. }
        | Work::UpdateTeam { .. }
        | Work::DeleteTeam { .. } => Vec::new(),
    }
}

/// What a call that may need a seat came to.
pub(super) enum Attempt {
    Ended(Ended),
    NoSeat(Error),
}

impl From<Ended> for Attempt {
    fn from(ended: Ended) -> Attempt {
        Attempt::Ended(ended)
    }
}

/// HubSpot gives a seat back late: whoever is refused one that this run releases tries again for a while.
pub(super) struct SeatWait<'a> {
    run: &'a Run<'a>,
    wanted: Vec<String>,
    looks: Looks,
}

impl<'a> SeatWait<'a> {
    pub(super) fn new(run: &'a Run<'a>, wanted: Vec<String>) -> SeatWait<'a> {
        SeatWait { run, wanted, looks: run.looks(|patience| patience.seat) }
    }

    /// Returns when it is time for the next attempt; `Err` where there is none to come.
    pub(super) async fn after(&mut self, attempt: Attempt) -> Result<(), Ended> {
        let error = match attempt {
            Attempt::Ended(ended) => return Err(ended),
            Attempt::NoSeat(error) => error,
        };
        if self.run.seat_may_come(&self.wanted) && self.run.again(&mut self.looks).await {
            return Ok(());
        }
        self.run.may_go_on()?;
        Err(self.run.ended_by(&error).noted("no seat is left for this"))
    }
}

pub(super) fn refused(run: &Run<'_>, error: Error) -> Attempt {
    if error.has_code(NO_SEAT) { Attempt::NoSeat(error) } else { Attempt::Ended(run.ended_by(&error)) }
}
