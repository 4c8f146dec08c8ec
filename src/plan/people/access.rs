//! Access: what a reviewer should know of a role, and what no API gives or takes.

use crate::config::{Access, PermissionGrant, Privilege};
use crate::model::{Status, User};
use crate::plan::{
    ActionKind, Attribute, ByHandStep, Change, Note, Permission, PrivilegeChange, Rule, StartFrom,
    UserAttribute, Value, privilege,
};
use crate::resolve::{ResolvedRole, WantedAccess};

use super::Planner;

impl Planner<'_, '_> {
    /// What a reviewer should know about the role of a newcomer, or of a changed person.
    pub(super) fn access_notes(&self, before: Option<&User>) -> Vec<Note> {
        let mut notes = Vec::new();
        match self.person.access {
            WantedAccess::PermissionSet(ResolvedRole { set: Some(set), .. }) => {
                if before.is_some_and(|user| user.permission_sets.is_empty() && !user.super_admin) {
                    notes.push(Note::ReplacesHandMadePermissions);
                }
                if set.requires_billing_write {
                    notes.push(Note::NeedsBillingWrite);
                }
            }
            WantedAccess::Template { .. } | WantedAccess::Scratch(_) | WantedAccess::SuperAdmin(_)
                if before.is_none() =>
            {
                notes.push(Note::StartsWithMinimalAccess);
            }
            _ => {}
        }
        if let Some(before) = before {
            let kept = self.wanted_set(before);
            let dropped = before.permission_sets.iter().filter(|set| Some(*set) != kept);
            if before.permission_sets.len() > 1 {
                notes.push(Note::DropsPermissionSets(dropped.map(|set| set.name.clone()).collect()));
            }
            notes.extend(self.privileges.unnamed(before).into_iter().map(Note::UnnamedPermissionSet));
        }
        notes
    }

    /// Access that no API gives or takes.
    pub(super) fn access_by_hand(&mut self, before: Option<&User>) {
        let person = self.person;
        let is_admin = before.is_some_and(|user| user.super_admin);
        match person.access {
            WantedAccess::SuperAdmin(_) if !is_admin => {
                let privilege = match before {
                    Some(before) => privilege::compare(self.privileges.of(before), Privilege::Admin),
                    None => PrivilegeChange::Raise,
                };
                self.access_step(ByHandStep::GrantSuperAdmin, privilege);
            }
            WantedAccess::LeftOut | WantedAccess::SuperAdmin(_) => {}
            access if is_admin => {
                let then = access.role().map(|role| match access {
                    WantedAccess::Template { template, .. } => format!("the template `{template}`"),
                    WantedAccess::Scratch(_) => "permissions from scratch".to_owned(),
                    _ => match &role.role.access {
                        Access::PermissionSet(set) => format!("the permission set `{set}`"),
                        _ => role.role.name.clone(),
                    },
                });
                self.access_step(ByHandStep::RevokeSuperAdmin { then }, PrivilegeChange::Lower);
            }
            WantedAccess::Template { role, template } => {
                self.hand_made(role, StartFrom::Template(template.to_owned()), before);
            }
            WantedAccess::Scratch(role) => self.hand_made(role, StartFrom::Scratch, before),
            WantedAccess::Cleared | WantedAccess::PermissionSet(_) | WantedAccess::Unavailable { .. } => {}
        }
    }

    /// Whether it was done cannot be read back, so the step is shown while there is reason to think it was
    /// not: for a newcomer, until they accept, and while they still have permission sets.
    fn hand_made(&mut self, role: ResolvedRole<'_>, start: StartFrom, before: Option<&User>) {
        let take_away: Vec<String> =
            before.into_iter().flat_map(|user| &user.permission_sets).map(|set| set.name.clone()).collect();
        if before.is_some_and(|user| user.status != Status::Invited) && take_away.is_empty() {
            return;
        }
        let current = before.map_or(Privilege::Standard, |user| self.privileges.of(user));
        let privilege = privilege::compare(current, role.role.privilege);
        let permissions = role.role.permissions.iter().map(permission).collect();
        self.access_step(ByHandStep::SetPermissions { start, permissions, take_away }, privilege);
    }

    /// A protected person's role is not changed by hand either.
    fn access_step(&mut self, step: ByHandStep, privilege: PrivilegeChange) {
        let is_live = self.person.live.is_some_and(|member| member.user.status != Status::Absent);
        if self.person.is_protected && is_live {
            let change = Change {
                attribute: Attribute::User(UserAttribute::Role),
                before: Value::Nothing,
                after: Value::text(step.as_str()),
            };
            return self.block(ActionKind::Update, vec![change], Rule::Protected);
        }
        self.by_hand(step, privilege);
    }
}

fn permission((line, grant): &(String, PermissionGrant)) -> Permission {
    let grants = match grant {
        PermissionGrant::Switch(on) => vec![(String::new(), if *on { "on" } else { "off" }.to_owned())],
        PermissionGrant::Level(level) => vec![(String::new(), level.clone())],
        PermissionGrant::Reach(grants) => grants.clone(),
    };
    Permission { line: line.clone(), grants }
}
