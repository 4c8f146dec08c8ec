//! Seats against what remains: releases of the whole plan are counted before its additions.

use std::collections::BTreeMap;

use crate::model::{Catalog, Degraded, Snapshot, Status, User};

use super::{Action, Attribute, Blocked, Change, NamedText, Note, Plan, Rule, UserAttribute, Value, Work};

/// Moves the people whom a shortage hits to the blocked ones, in the order of the plan, and tells the others
/// what is left. A blocked person releases nothing, so the count is made again until it holds.
pub(super) fn check(plan: &mut Plan, snapshot: &Snapshot) {
    let unchecked = snapshot.lacks(Degraded::SEATS);
    loop {
        let mut ledger = Ledger::new(&snapshot.catalog, &plan.actions);
        let short: Vec<Option<Rule>> = plan.actions.iter_mut().map(|action| ledger.take(action)).collect();
        if short.iter().all(Option::is_none) {
            break;
        }
        let mut short = short.into_iter();
        let (kept, blocked): (Vec<_>, Vec<_>) = plan
            .actions
            .drain(..)
            .map(|action| (action, short.next().flatten()))
            .partition(|(_, rule)| rule.is_none());
        plan.actions = kept.into_iter().map(|(action, _)| action).collect();
        plan.blocked.extend(blocked.into_iter().filter_map(|(action, rule)| {
            let Action { kind, subject, changes, source, .. } = action;
            rule.map(|rule| Blocked { kind, subject, changes, rule, source })
        }));
    }
    if unchecked {
        for action in plan.actions.iter_mut().filter(|action| !taken(action).is_empty()) {
            action.notes.push(Note::SeatsUnchecked);
        }
    }
}

/// HubSpot does not count the seats of somebody deactivated (its knowledge base on deactivating users), though they
/// keep them: to be deactivated gives them back, to be reactivated takes them again.
fn seats(action: &Action) -> (Vec<&str>, Vec<&str>) {
    match &action.work {
        Work::Deactivate { before, .. } => return (held(before), Vec::new()),
        Work::Reactivate { before, .. } => return (Vec::new(), held(before)),
        _ => {}
    }
    match action.change(Attribute::User(UserAttribute::Seats)) {
        Some(Change { attribute: _, before, after }) => (names(before), names(after)),
        None => (Vec::new(), Vec::new()),
    }
}

/// HubSpot does not count the seat of somebody deactivated, so that it is not one more when they give it back.
fn is_counted(action: &Action) -> bool {
    match &action.work {
        Work::Remove { before } | Work::Update { before, .. } | Work::Strip { before, .. } => {
            before.status != Status::Deactivated
        }
        _ => true,
    }
}

fn held(user: &User) -> Vec<&str> {
    user.seats.iter().map(String::as_str).collect()
}

fn names(value: &Value) -> Vec<&str> {
    match value {
        Value::List(items) => items.iter().map(|NamedText { name, id: _ }| name.as_str()).collect(),
        Value::Nothing | Value::Text(_) | Value::Named(_) => Vec::new(),
    }
}

fn taken(action: &Action) -> Vec<String> {
    let (before, after) = seats(action);
    after.iter().filter(|seat| !before.contains(seat)).map(|seat| (*seat).to_owned()).collect()
}

/// What remains of each kind of seat that HubSpot counts.
struct Ledger {
    remaining: BTreeMap<String, i64>,
    /// With every release of the plan, before any addition: what a shortage is measured by.
    available: BTreeMap<String, i64>,
    wanted: BTreeMap<String, usize>,
}

impl Ledger {
    fn new(catalog: &Catalog, actions: &[Action]) -> Ledger {
        let seats_of = catalog.seats.as_deref().unwrap_or_default();
        let mut remaining: BTreeMap<String, i64> =
            seats_of.iter().filter_map(|seat| Some((seat.name.clone(), seat.remaining?))).collect();
        let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
        for action in actions {
            let (before, after) = seats(action);
            for seat in before.iter().filter(|seat| is_counted(action) && !after.contains(seat)) {
                if let Some(remaining) = remaining.get_mut(*seat) {
                    *remaining = remaining.saturating_add(1);
                }
            }
            for seat in taken(action) {
                *wanted.entry(seat).or_default() += 1;
            }
        }
        Ledger { available: remaining.clone(), remaining, wanted }
    }

    /// Takes what the action needs, or says which seat is short and takes nothing.
    fn take(&mut self, action: &mut Action) -> Option<Rule> {
        action.notes.retain(|note| !matches!(note, Note::SeatsLeft { .. }));
        let taken = taken(action);
        let short =
            taken.iter().find(|seat| self.remaining.get(*seat).is_some_and(|remaining| *remaining < 1));
        if let Some(seat) = short {
            return Some(Rule::NoSeatLeft {
                seat: seat.clone(),
                wanted: self.wanted.get(seat).copied().unwrap_or_default(),
                remaining: self.available.get(seat).copied().unwrap_or_default(),
            });
        }
        for seat in taken {
            if let Some(remaining) = self.remaining.get_mut(&seat) {
                *remaining -= 1;
                action.notes.push(Note::SeatsLeft { seat, left: *remaining });
            }
        }
        None
    }
}
