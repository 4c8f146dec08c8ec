//! Seats in use, before and after the plan.
//!
//! A kind of seat is paid for where HubSpot counts how many are left of it. A deactivated person's seat does not
//! count against the total (HubSpot's knowledge base on deactivating users). Deliberately absent: steps by hand,
//! which may be done or not.

use std::collections::BTreeMap;

use crate::model::{Seat, Snapshot, Status, User};
use crate::plan::{Action, Attribute, Plan, UserAttribute, Work};

/// A kind of seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatUse {
    pub name: String,
    pub paid: bool,
    /// By everybody in the portal.
    pub used: u64,
    /// Once the actions of the plan are done.
    pub used_after: u64,
    /// That can still be given now; `None` where HubSpot does not count.
    pub remaining: Option<i64>,
}

/// All the kinds that are paid for together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaidSeats {
    pub used: u64,
    pub used_after: u64,
}

impl PaidSeats {
    pub(super) fn of(seats: &[SeatUse]) -> PaidSeats {
        let paid = || seats.iter().filter(|seat| seat.paid);
        PaidSeats {
            used: paid().map(|seat| seat.used).sum(),
            used_after: paid().map(|seat| seat.used_after).sum(),
        }
    }
}

/// Sorted by name; `None` where the portal's list could not be read.
pub(super) fn used(snapshot: &Snapshot, plan: &Plan) -> Option<Vec<SeatUse>> {
    let catalog = snapshot.catalog.seats.as_ref()?;
    let holds = |user: &&User| !matches!(user.status, Status::Absent | Status::Deactivated);
    let holders = snapshot.people.iter().map(|member| &member.user).filter(holds);
    let mut before: BTreeMap<&str, u64> = BTreeMap::new();
    for seat in holders.flat_map(|user| &user.seats) {
        *before.entry(seat).or_default() += 1;
    }
    let mut after: BTreeMap<&str, u64> = before.clone();
    for action in &plan.actions {
        let (released, taken) = change(action);
        for seat in released {
            let used = after.entry(seat).or_default();
            *used = used.saturating_sub(1);
        }
        for seat in taken {
            *after.entry(seat).or_default() += 1;
        }
    }
    let count = |counts: &BTreeMap<&str, u64>, seat: &Seat| {
        counts.get(seat.name.as_str()).copied().unwrap_or_default()
    };
    let kinds = catalog.iter().map(|seat| SeatUse {
        name: seat.name.clone(),
        paid: seat.remaining.is_some(),
        used: count(&before, seat),
        used_after: count(&after, seat),
        remaining: seat.remaining,
    });
    Some(kinds.collect())
}

/// What an action releases and what it takes.
fn change(action: &Action) -> (Vec<&str>, Vec<&str>) {
    match &action.work {
        Work::Deactivate { before, .. } | Work::Remove { before } => (names(&before.seats), Vec::new()),
        Work::Reactivate { before, .. } => (Vec::new(), names(&before.seats)),
        Work::Invite { .. } | Work::Update { .. } | Work::Strip { .. } => {
            let change = action.change(Attribute::User(UserAttribute::Seats));
            change.map(|change| (change.before.names(), change.after.names())).unwrap_or_default()
        }
        Work::CreateTeam { .. } | Work::UpdateTeam { .. } | Work::DeleteTeam { .. } => {
            (Vec::new(), Vec::new())
        }
    }
}

fn names(seats: &[String]) -> Vec<&str> {
    seats.iter().map(String::as_str).collect()
}
