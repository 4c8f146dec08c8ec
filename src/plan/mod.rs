//! People wanted against people live → ordered actions, with both sides kept, and beside them what hubroster
//! will not do or cannot do.
//!
//! Deliberately absent: words for people (`render` has them), clients, clocks, and no-ops: what is in
//! `actions` changes something.

mod action;
mod attribute;
mod beside;
mod cancelled;
mod cause;
mod compare;
mod digest;
mod domains;
mod order;
mod people;
mod privilege;
mod seats;
mod target;
mod teams;

pub use action::{
    Action, ActionKind, Calls, Deactivated, DeactivatedBy, Note, PrivilegeChange, SettingsCall, Subject,
    TeamState, Work,
};
pub use attribute::{Attribute, Change, NamedText, ProfileAttribute, TeamAttribute, UserAttribute, Value};
pub use beside::{
    Blocked, BlockedKind, ByHand, ByHandStep, Permission, Rule, StartFrom, Unmanaged, Waiting, WaitingReason,
    WhyByHand,
};
pub use cancelled::Cancelled;
pub use cause::{Cause, Causes, RowCause};
pub use compare::values_of;
pub use digest::{Bound, Digest, InvalidDigest};
pub use target::{InvalidTarget, Target, TargetOfNobody, same_people, targets_of_nobody};

use crate::config::WantedState;
use crate::model::{Account, ApiVersion, Degraded, Member, PortalId, Status};
use crate::resolve::{Person, Resolved};

use target::Scope;

/// Everything that follows from one set of files and one reading of the portal; ordered, comparable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub portal: PlannedPortal,
    pub people: People,
    /// What was asked for with `--target`, sorted; empty: everybody.
    pub targets: Vec<String>,
    /// In the order in which they are carried out; see the module `order`.
    pub actions: Vec<Action>,
    /// Sorted by subject.
    pub blocked: Vec<Blocked>,
    pub by_hand: Vec<ByHand>,
    pub waiting: Vec<Waiting>,
    pub unmanaged: Vec<Unmanaged>,
    /// What could not be read, and what that means for this plan.
    pub degraded: Vec<Degraded>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPortal {
    pub id: PortalId,
    /// From the file; HubSpot's API does not tell an account's name.
    pub name: Option<String>,
    pub api: ApiVersion,
    pub account: Account,
}

/// Counts that guards and headings need.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct People {
    /// In the portal and not ignored.
    pub live: usize,
    /// Entries that want somebody present.
    pub desired: usize,
    pub super_admins: usize,
    /// Once every row of the plan is done, by hand or not, new grants not counted.
    pub super_admins_after: usize,
    /// The file lists nobody at all.
    pub empty_list: bool,
}

impl Plan {
    /// A plan is empty when it has no actions; what is blocked, by hand, waiting or unmanaged does not count.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    pub fn count(&self, kind: ActionKind) -> usize {
        self.actions.iter().filter(|action| action.kind == kind).count()
    }

    pub fn digest(&self) -> Digest {
        Digest::of(self.portal.id, &self.targets, self.actions.iter().map(Bound::from))
    }
}

/// What is planned of all that differs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extent<'a> {
    /// `--target`; empty: everybody.
    pub targets: &'a [Target],
    /// `--no-removals`, for a bad day: removals, deactivations and strips are blocked, and release no seat.
    pub without_removals: bool,
    /// `--ignore-unmanaged`: as if `policy.unmanaged` said so, but for removing them.
    pub without_unmanaged: bool,
}

/// Compares both sides of everybody. Total: whatever the sides are, there is a plan.
pub fn plan(resolved: &Resolved<'_>, extent: Extent<'_>) -> Plan {
    let scope = Scope::of(extent.targets);
    let mut plan = Plan {
        portal: PlannedPortal {
            id: resolved.portal.id,
            name: resolved.portal.name.clone(),
            api: resolved.api,
            account: resolved.account.clone(),
        },
        people: People::default(),
        targets: scope.texts(),
        actions: Vec::new(),
        blocked: Vec::new(),
        by_hand: Vec::new(),
        waiting: Vec::new(),
        unmanaged: if extent.without_unmanaged { Vec::new() } else { unmanaged(resolved, scope) },
        degraded: resolved.snapshot.degraded.clone(),
    };
    teams::plan(resolved, &mut plan);
    people::plan(resolved, scope, &mut plan);
    scope.narrow_teams(&mut plan);
    if extent.without_removals {
        leave_out_removals(&mut plan);
    }
    let teams = resolved.snapshot.catalog.teams.as_deref().unwrap_or_default();
    order::sort(&mut plan, teams);
    seats::check(&mut plan, resolved.snapshot);
    forget_steps_for_nobody(&mut plan);
    // Whom a shortage blocked has come to the end of the list.
    order::sort(&mut plan, teams);
    plan.people = count(resolved, &plan);
    plan
}

/// Whoever is not invited has no page in HubSpot on which anything could be done by hand.
fn forget_steps_for_nobody(plan: &mut Plan) {
    let blocked = plan.blocked.iter().filter(|blocked| blocked.kind == ActionKind::Invite);
    let nobody: Vec<Subject> = blocked.map(|blocked| blocked.subject.clone()).collect();
    plan.by_hand.retain(|row| !nobody.contains(&row.subject));
}

fn leave_out_removals(plan: &mut Plan) {
    let removals = plan.actions.extract_if(.., |action| action.kind.is_removal());
    plan.blocked.extend(removals.map(|action| {
        let Action { kind, subject, changes, source, .. } = action;
        Blocked { kind, subject, changes, rule: Rule::NoRemovals, source }
    }));
}

fn unmanaged(resolved: &Resolved<'_>, scope: Scope<'_>) -> Vec<Unmanaged> {
    if resolved.policy.unmanaged == crate::config::Unmanaged::Ignore {
        return Vec::new();
    }
    let covered = resolved.unmanaged.iter().filter(|member| scope.covers_unmanaged(&member.user.email));
    let people = covered.map(|member| Unmanaged {
        subject: Subject::User { email: member.user.email.clone(), id: member.user.id.clone() },
        status: Some(member.user.status),
        last_active: member.last_active,
    });
    // A target is never a team.
    let teams = resolved.unmanaged_teams.iter().filter(|_| scope.is_everybody());
    let teams = teams.map(|team| Unmanaged {
        subject: Subject::Team { name: team.name.clone(), id: Some(team.id.clone()) },
        status: None,
        last_active: None,
    });
    people.chain(teams).collect()
}

fn count(resolved: &Resolved<'_>, plan: &Plan) -> People {
    let is_super_admin = |member: &&Member| {
        member.user.super_admin && !matches!(member.user.status, Status::Absent | Status::Deactivated)
    };
    let super_admins = resolved.snapshot.people.iter().filter(is_super_admin).count();
    let revoked =
        plan.by_hand.iter().filter(|row| matches!(row.step, ByHandStep::RevokeSuperAdmin { .. })).count();
    let is_wanted = |person: &&Person<'_>| person.state == WantedState::Present;
    People {
        live: resolved.live,
        desired: resolved.people.iter().filter(is_wanted).count(),
        super_admins,
        super_admins_after: super_admins.saturating_sub(revoked),
        empty_list: resolved.empty_list,
    }
}
