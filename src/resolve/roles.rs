//! The roles that somebody has, with the permission set each stands for.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{Access, Desired, Findings, Role, RoleKey, Setting};
use crate::model::{Named, PermissionSet, PermissionSetId, Seat, Snapshot};

use super::names::{Lookup, ambiguous, look_up, missing};

#[derive(Debug, Clone, Copy)]
pub struct ResolvedRole<'a> {
    pub key: &'a RoleKey,
    pub role: &'a Role,
    /// The set that `access.permission_set` names. `None` for the other kinds of access, and where the
    /// account's permission sets could not be read.
    pub set: Option<&'a PermissionSet>,
}

impl ResolvedRole<'_> {
    pub fn named_set(&self) -> Option<Named<PermissionSetId>> {
        self.set.map(|set| Named::new(set.id.clone(), set.name.as_str()))
    }
}

/// Roles that nobody has are looked up too where that is possible: they tell the privilege of live sets.
pub(super) fn resolve<'a>(
    desired: &'a Desired,
    snapshot: &'a Snapshot,
    findings: &mut Findings,
) -> BTreeMap<&'a RoleKey, ResolvedRole<'a>> {
    let mut used: BTreeSet<&RoleKey> = desired.policy.strip_role.iter().map(|(key, _)| key).collect();
    used.extend(desired.users.iter().filter_map(|user| match &user.role {
        Setting::Given(key, _) => Some(key),
        Setting::LeftOut | Setting::Clear(_) => None,
    }));
    desired
        .roles
        .iter()
        .map(|(key, role)| {
            let set = permission_set(role, snapshot, used.contains(key).then_some(&mut *findings));
            if let (true, Some(seats)) = (used.contains(key), &snapshot.catalog.seats) {
                check_seats(&role.seats, seats, findings);
            }
            (key, ResolvedRole { key, role, set })
        })
        .collect()
}

fn permission_set<'a>(
    role: &Role,
    snapshot: &'a Snapshot,
    findings: Option<&mut Findings>,
) -> Option<&'a PermissionSet> {
    let (Access::PermissionSet(name), Some(sets)) = (&role.access, &snapshot.catalog.permission_sets) else {
        return None;
    };
    let what = ("permission set", &**name);
    let finding = match look_up(sets, name, |set| &set.name) {
        Lookup::One(set) => return Some(set),
        Lookup::Missing { nearest } => missing("unknown-permission-set", what, &role.access_place, nearest),
        Lookup::Several(count) => ambiguous("ambiguous-permission-set", what, &role.access_place, count),
    };
    if let Some(findings) = findings {
        findings.0.push(finding);
    }
    None
}

/// Names of seats are HubSpot's and change; only the portal's own list says which there are.
pub(super) fn check_seats(
    wanted: &Setting<Vec<(std::sync::Arc<str>, crate::model::Place)>>,
    seats: &[Seat],
    findings: &mut Findings,
) {
    let Setting::Given(wanted, _) = wanted else { return };
    for (name, place) in wanted {
        if let Lookup::Missing { nearest } = look_up(seats, name, |seat| &seat.name) {
            findings.0.push(missing("unknown-seat", ("kind of seat", name), place, nearest));
        }
    }
}
