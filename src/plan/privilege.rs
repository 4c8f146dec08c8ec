//! Whether a change gives more, or less.

use std::collections::BTreeMap;

use crate::config::Privilege;
use crate::model::{PermissionSetId, User};
use crate::resolve::Resolved;

use super::PrivilegeChange;

/// The privilege of each permission set that a role file names: the highest where several do.
pub(super) struct Privileges<'a>(BTreeMap<&'a PermissionSetId, Privilege>);

impl<'a> Privileges<'a> {
    pub(super) fn new(resolved: &Resolved<'a>) -> Privileges<'a> {
        let mut privileges = BTreeMap::new();
        for role in resolved.roles.values() {
            if let Some(set) = role.set {
                let highest = privileges.entry(&set.id).or_insert(role.role.privilege);
                *highest = role.role.privilege.max(*highest);
            }
        }
        Privileges(privileges)
    }

    /// A live set that no role names, and hand-made permissions, count as standard.
    pub(super) fn of(&self, user: &User) -> Privilege {
        if user.super_admin {
            return Privilege::Admin;
        }
        let ids = user.permission_sets.iter().filter_map(|set| set.id.as_ref());
        ids.filter_map(|id| self.0.get(id)).max().copied().unwrap_or(Privilege::Standard)
    }

    /// The live sets whose privilege is only assumed.
    pub(super) fn unnamed(&self, user: &User) -> Vec<String> {
        let is_unnamed = |id: &PermissionSetId| !self.0.contains_key(id);
        let sets = user.permission_sets.iter();
        sets.filter(|set| set.id.as_ref().is_none_or(is_unnamed)).map(|set| set.name.clone()).collect()
    }
}

pub(super) fn compare(before: Privilege, after: Privilege) -> PrivilegeChange {
    match before.cmp(&after) {
        std::cmp::Ordering::Less => PrivilegeChange::Raise,
        std::cmp::Ordering::Equal => PrivilegeChange::None,
        std::cmp::Ordering::Greater => PrivilegeChange::Lower,
    }
}
