//! Is this plan probably a mistake? Judges a finished plan, never edits it.
//!
//! Deliberately absent: rules about one person; those block their action while planning and stop nothing else.
//! And words: `render` says what a verdict means and how to go on.

mod verdict;

pub use verdict::{Guard, Verdict};

use crate::config::{Acknowledge, Percent, Policy, Unmanaged};
use crate::plan::{Action, ActionKind, Attribute, Plan, PrivilegeChange, UserAttribute};

/// What whoever runs `apply` has acknowledged, by number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Acknowledged {
    /// `--ack-removals N`.
    pub removals: Option<u64>,
    /// `--ack-raises N`.
    pub raises: Option<u64>,
}

/// Every guard's verdict, in the order of [`Guard`]. One that refuses stops the whole `apply`.
pub fn judge(plan: &Plan, policy: &Policy, acknowledged: Acknowledged) -> Vec<Verdict> {
    vec![
        empty_list(plan),
        removals(plan, policy, acknowledged.removals),
        updates(plan, policy),
        super_admins(plan, policy),
        unmanaged(plan, policy),
        raises(plan, policy, acknowledged.raises),
    ]
}

fn verdict(guard: Guard, plan: &Plan, actual: usize) -> Verdict {
    Verdict {
        guard,
        refused: false,
        limit: None,
        limit_percent: None,
        actual: actual as u64,
        of: plan.people.live as u64,
        acknowledged: None,
    }
}

/// A file that lists nobody is a file that lost its content.
fn empty_list(plan: &Plan) -> Verdict {
    let refused = plan.people.empty_list && plan.people.live > 0;
    Verdict { refused, ..verdict(Guard::EmptyList, plan, plan.people.desired) }
}

fn removals(plan: &Plan, policy: &Policy, acknowledged: Option<u64>) -> Verdict {
    let removed = plan.actions.iter().filter(|action| action.kind.is_removal()).count();
    let limits = policy.max_removals;
    let within = within(removed, (limits.count, limits.percent), plan.people.live);
    let refused = match acknowledged {
        // An acknowledgement of another plan is worth nothing, even where no limit is tripped.
        Some(number) => number != removed as u64,
        None => !within,
    };
    limited(verdict(Guard::MaxRemovals, plan, removed), (limits.count, limits.percent), refused, acknowledged)
}

fn updates(plan: &Plan, policy: &Policy) -> Verdict {
    let is_update =
        |action: &&Action| changes_access(action.kind, action.changes.iter().map(|change| change.attribute));
    let updated = plan.actions.iter().filter(is_update).count();
    let limits = policy.max_updates;
    let refused = !within(updated, (limits.count, limits.percent), plan.people.live);
    limited(verdict(Guard::MaxUpdates, plan, updated), (limits.count, limits.percent), refused, None)
}

/// Whether an action counts for `max_updates`: a new job title is no mass change; another role, team or seat is, and so
/// is access given back.
pub fn changes_access(kind: ActionKind, mut attributes: impl Iterator<Item = Attribute>) -> bool {
    match kind {
        ActionKind::Reactivate => true,
        ActionKind::Update => attributes.any(|attribute| {
            attribute.is_membership()
                || matches!(attribute, Attribute::User(UserAttribute::Role | UserAttribute::Seats))
        }),
        _ => false,
    }
}

fn within(count: usize, (limit, percent): (Option<u32>, Option<Percent>), live: usize) -> bool {
    let within_count = limit.is_none_or(|limit| count <= limit as usize);
    let within_percent = percent.is_none_or(|Percent { percent, from }| {
        live < from as usize || count * 100 <= live * percent as usize
    });
    within_count && within_percent
}

fn limited(
    verdict: Verdict,
    (limit, percent): (Option<u32>, Option<Percent>),
    refused: bool,
    acknowledged: Option<u64>,
) -> Verdict {
    let is_judged = |percent: &Percent| verdict.of >= u64::from(percent.from);
    let limit_percent = percent.filter(is_judged).map(|percent| u64::from(percent.percent));
    Verdict { refused, limit: limit.map(u64::from), limit_percent, acknowledged, ..verdict }
}

/// Only a plan that takes the rights away is refused: where there were too few before, this plan is not why.
fn super_admins(plan: &Plan, policy: &Policy) -> Verdict {
    let (before, after) = (plan.people.super_admins, plan.people.super_admins_after);
    let minimum = policy.min_super_admins as usize;
    Verdict {
        refused: after < minimum && after < before,
        limit: Some(minimum as u64),
        of: before as u64,
        ..verdict(Guard::MinSuperAdmins, plan, after)
    }
}

/// Only where the policy asks for it; a number that was given must be exact all the same.
fn raises(plan: &Plan, policy: &Policy, acknowledged: Option<u64>) -> Verdict {
    let raised = plan.actions.iter().filter(|action| action.privilege == PrivilegeChange::Raise).count();
    let is_asked_for = policy.acknowledge.contains(&Acknowledge::Raises);
    let refused = match acknowledged {
        Some(number) => number != raised as u64,
        None => is_asked_for && raised > 0,
    };
    Verdict {
        refused,
        limit: is_asked_for.then_some(0),
        acknowledged,
        ..verdict(Guard::AcknowledgeRaises, plan, raised)
    }
}

fn unmanaged(plan: &Plan, policy: &Policy) -> Verdict {
    let people = plan.unmanaged.iter().filter(|row| row.status.is_some()).count();
    let is_error = policy.unmanaged == Unmanaged::Error;
    Verdict {
        refused: is_error && people > 0,
        limit: is_error.then_some(0),
        ..verdict(Guard::Unmanaged, plan, people)
    }
}
