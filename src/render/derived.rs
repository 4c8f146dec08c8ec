//! What a plan says twice, and whether both say the same: counts are made again from the rows that they count.
//!
//! Deliberately absent: what follows from no row. Causes, notes, reasons, a raise of privileges, limits and what guards
//! and rules say of them, and the portal's own numbers are what whoever saved the plan wrote down.

use jiff::civil::Date;

use crate::guard::{self, Guard};
use crate::plan::{Attribute, PrivilegeChange};
use crate::policy::weekday;

use super::compose::{self, count};
use super::document::{ActionEntry, Cause, GuardEntry, PeopleEntry, PlanDocument};
use super::policy_document::PolicyVerdict;

type Holds = fn(&PlanDocument) -> bool;

/// The first key that says something else than what it follows from.
pub(super) fn contradiction(document: &PlanDocument) -> Option<&'static str> {
    let checks: [(&'static str, Holds); 6] = [
        ("summary", |document| document.summary == compose::summary(document, |_| true)),
        ("people", people_are_counted),
        ("guards", |document| document.guards.iter().all(|guard| guard_is_counted(document, guard))),
        ("policies", rules_say_what_they_found),
        ("users", days_and_domains_are_right),
        ("cause", causes_have_a_base),
    ];
    checks.into_iter().find(|(_, holds)| !holds(document)).map(|(key, _)| key)
}

/// By the entries and seats beside the rows, where the plan was saved with them.
fn people_are_counted(document: &PlanDocument) -> bool {
    let PlanDocument { people, users, seats, .. } = document;
    let PeopleEntry { live: _, desired, super_admins, super_admins_after, paid_seats, paid_seats_after } =
        people;
    let present = users.iter().filter(|user| user.state == "present").count();
    let paid = seats.as_ref().map(|seats| seats.iter().filter(|seat| seat.paid));
    let sums = paid.map(|paid| {
        paid.fold((0_u64, 0_u64), |(used, after), seat| {
            (used.saturating_add(seat.used), after.saturating_add(seat.used_after))
        })
    });
    let revoked = count(document.by_hand.iter().filter(|entry| entry.kind == "revoke_super_admin").count());
    (users.is_empty() || *desired == count(present))
        && *super_admins_after == super_admins.saturating_sub(revoked)
        && (*paid_seats, *paid_seats_after) == (sums.map(|(used, _)| used), sums.map(|(_, after)| after))
}

/// Its numbers; those of a guard that a later version added are its own.
fn guard_is_counted(document: &PlanDocument, guard: &GuardEntry) -> bool {
    let PlanDocument { people, actions, unmanaged, .. } = document;
    let of = |name: Guard| guard.guard == name.as_str();
    let counted =
        |holds: fn(&ActionEntry) -> bool| count(actions.iter().filter(|action| holds(action)).count());
    let (actual, among) = if of(Guard::EmptyList) {
        (people.desired, people.live)
    } else if of(Guard::MaxRemovals) {
        (counted(|action| action.kind.is_removal()), people.live)
    } else if of(Guard::MaxUpdates) {
        (counted(changes_access), people.live)
    } else if of(Guard::MinSuperAdmins) {
        (people.super_admins_after, people.super_admins)
    } else if of(Guard::Unmanaged) {
        (count(unmanaged.iter().filter(|entry| entry.status.is_some()).count()), people.live)
    } else if of(Guard::AcknowledgeRaises) {
        (counted(|action| action.privilege == PrivilegeChange::Raise), people.live)
    } else {
        return true;
    };
    (guard.actual, guard.of) == (actual, among)
}

fn changes_access(action: &ActionEntry) -> bool {
    let attributes = action.changes.iter().filter_map(|change| Attribute::parse(&change.attribute));
    guard::changes_access(action.kind, attributes)
}

fn rules_say_what_they_found(document: &PlanDocument) -> bool {
    document.policies.iter().all(|entry| (entry.verdict == PolicyVerdict::Ok) == entry.findings.is_empty())
}

fn days_and_domains_are_right(document: &PlanDocument) -> bool {
    let today = document.today.as_ref().map(|today| today.parse::<Date>());
    let (Some(Ok(today)), Some(said)) = (today, &document.weekday) else {
        return document.today.is_none() && document.weekday.is_none() && document.users.is_empty();
    };
    let days =
        |day: &String| today.until(day.parse::<Date>().ok()?).ok().map(|span| i64::from(span.get_days()));
    weekday(today) == said
        && document.users.iter().all(|user| {
            let domain = user.email.rsplit_once('@').map_or("", |(_, domain)| domain);
            user.domain == domain.to_lowercase()
                && user.expires_in_days == user.expires.as_ref().and_then(days)
        })
}

/// Nothing can be told from drift without another revision to compare with.
fn causes_have_a_base(document: &PlanDocument) -> bool {
    let PlanDocument {
        base, actions, blocked, by_hand, waiting, unmanaged, cancelled, policy_changes, ..
    } = document;
    let rows: [Vec<&[Cause]>; 5] = [
        actions.iter().map(|entry| entry.cause.as_slice()).collect(),
        blocked.iter().map(|entry| entry.cause.as_slice()).collect(),
        by_hand.iter().map(|entry| entry.cause.as_slice()).collect(),
        waiting.iter().map(|entry| entry.cause.as_slice()).collect(),
        unmanaged.iter().map(|entry| entry.cause.as_slice()).collect(),
    ];
    base.is_some()
        || (cancelled.is_empty()
            && policy_changes.is_empty()
            && rows.iter().flatten().all(|cause| cause.is_empty()))
}
