//! Who stays: what is changed, and what is left as it is because HubSpot or the policy would not have it.

use crate::model::{ApiVersion, Member, Named, PermissionSetId, Status, User};
use crate::plan::{
    ActionKind, Attribute, ByHandStep, Calls, Change, Note, PrivilegeChange, Rule, SettingsCall,
    UserAttribute, Value, WaitingReason, Work, compare, privilege,
};
use crate::resolve::{CredentialOwner, WantedAccess};

use super::Planner;

impl Planner<'_, '_> {
    pub(super) fn update(&mut self, member: &Member) {
        let person = self.person;
        let before = &member.user;
        let mut after = (*person.wanted).clone();
        // Super admin rights are granted and revoked by hand, and a super admin is never sent a role.
        if before.super_admin != after.super_admin || before.super_admin {
            after.permission_sets.clone_from(&before.permission_sets);
            after.super_admin = before.super_admin;
        }
        if person.credential_owner == CredentialOwner::Configured {
            let changes = compare::differences(before, &after);
            if !changes.is_empty() {
                self.block(ActionKind::Update, changes, Rule::CredentialOwner);
            }
            return;
        }
        self.unavailable_role(before);
        self.access_by_hand(Some(before));
        self.keep_protected(before, &mut after);
        self.settle_several_sets(before, &mut after);
        if before.status == Status::Invited {
            self.keep_until_accepted(before, &mut after);
        }
        let changes = compare::differences(before, &after);
        if changes.is_empty() {
            return;
        }
        let calls = calls(&changes, self.api);
        let privilege = privilege::compare(self.privileges.of(before), self.privileges.of(&after));
        let mut notes = Vec::new();
        if has(&changes, UserAttribute::Role) {
            notes.extend(self.access_notes(Some(before)));
        }
        if before.status == Status::Unknown {
            notes.push(Note::StatusUnknown);
        }
        let work = Work::Update {
            before: Box::new(before.clone()),
            after: Box::new(after),
            crm_id: member.crm_id.clone(),
            calls,
        };
        self.act(ActionKind::Update, changes, (privilege, notes), work);
    }

    /// A role that the account's tier cannot give.
    fn unavailable_role(&mut self, before: &User) {
        if let WantedAccess::Unavailable { set, .. } = self.person.access
            && !before.super_admin
            && before.permission_sets.is_empty()
        {
            let change = Change {
                attribute: Attribute::User(UserAttribute::Role),
                before: Value::Nothing,
                after: Value::text(set),
            };
            self.block(ActionKind::Update, vec![change], Rule::NoPermissionSets { set: set.to_owned() });
        }
    }

    /// Role and seats of protected people are blocked; the rest may change.
    fn keep_protected(&mut self, before: &User, after: &mut User) {
        if !self.person.is_protected {
            return;
        }
        let blocked = take_back(before, after, |attribute| {
            matches!(attribute, Attribute::User(UserAttribute::Role | UserAttribute::Seats))
        });
        if !blocked.is_empty() {
            self.block(ActionKind::Update, blocked, Rule::Protected);
        }
    }

    /// Any PUT keeps one of several permission sets and drops the rest.
    fn settle_several_sets(&mut self, before: &User, after: &mut User) {
        // It says that the others may go, not which one stays: that takes a role.
        let collapses = self.person.entry.is_some_and(|entry| entry.collapse_roles);
        let names_one = after.permission_sets.len() < 2;
        if before.permission_sets.len() < 2 || (collapses && names_one) {
            return;
        }
        let keep = match after.permission_sets.as_slice() {
            [one] if before.permission_sets.contains(one) => Some(one.name.clone()),
            _ => None,
        };
        if let Some(keep) = keep {
            let others = before.permission_sets.iter().filter(|set| set.name != keep);
            let take_away = others.map(|set| set.name.clone()).collect();
            self.by_hand(ByHandStep::TakeAwayPermissionSets { keep, take_away }, PrivilegeChange::Lower);
            after.permission_sets.clone_from(&before.permission_sets);
        }
        let teams_need_put = !self.api.has_teams_api();
        let blocked = take_back(before, after, |attribute| {
            !attribute.is_profile() && (teams_need_put || !attribute.is_membership())
        });
        if !blocked.is_empty() {
            let kept: Option<&Named<PermissionSetId>> = self.wanted_set(before);
            let lost = before.permission_sets.iter().filter(|set| Some(*set) != kept);
            let lost = lost.map(|set| set.name.clone()).collect();
            self.block(ActionKind::Update, blocked, Rule::SeveralPermissionSets { lost });
        }
    }

    /// The one live set that a PUT would keep.
    pub(super) fn wanted_set<'u>(&self, before: &'u User) -> Option<&'u Named<PermissionSetId>> {
        let wanted = self.person.wanted.permission_sets.first()?;
        if self.person.wanted.permission_sets.len() > 1 {
            return None;
        }
        before.permission_sets.iter().find(|set| set.id == wanted.id)
    }

    /// HubSpot refuses a PUT with names before the person accepts, and the whole user has them once given.
    pub(super) fn keep_until_accepted(&mut self, before: &User, after: &mut User) {
        let is_named = before.has_name();
        let teams_need_put = !self.api.has_teams_api();
        let waiting = take_back(before, after, |attribute| match attribute {
            Attribute::User(UserAttribute::FirstName | UserAttribute::LastName) => true,
            Attribute::User(UserAttribute::Role | UserAttribute::Seats) => is_named,
            attribute if attribute.is_membership() => is_named && teams_need_put,
            _ => false,
        });
        if !waiting.is_empty() {
            self.wait(WaitingReason::Acceptance, waiting);
        }
    }
}

fn has(changes: &[Change], attribute: UserAttribute) -> bool {
    changes.iter().any(|change| change.attribute == Attribute::User(attribute))
}

/// Sets attributes back to the live value and returns what would have changed.
fn take_back(before: &User, after: &mut User, which: impl Fn(Attribute) -> bool) -> Vec<Change> {
    let mut taken = compare::differences(before, after);
    taken.retain(|change| which(change.attribute));
    for change in &taken {
        match change.attribute {
            Attribute::User(UserAttribute::Role) => after.permission_sets.clone_from(&before.permission_sets),
            Attribute::User(UserAttribute::Team) => after.team.clone_from(&before.team),
            Attribute::User(UserAttribute::ExtraTeams) => after.extra_teams.clone_from(&before.extra_teams),
            Attribute::User(UserAttribute::Seats) => after.seats.clone_from(&before.seats),
            Attribute::User(UserAttribute::FirstName) => after.first_name.clone_from(&before.first_name),
            Attribute::User(UserAttribute::LastName) => after.last_name.clone_from(&before.last_name),
            Attribute::User(UserAttribute::Invite | UserAttribute::State) | Attribute::Team(_) => {}
            Attribute::Profile(_) => after.profile.clone_from(&before.profile),
        }
    }
    taken
}

/// The narrowest endpoints that do it: profile → CRM, nothing but teams → Teams API, all else → one PUT.
fn calls(changes: &[Change], api: ApiVersion) -> Calls {
    let profile = changes.iter().any(|change| change.attribute.is_profile());
    let mut of_settings = changes.iter().filter(|change| !change.attribute.is_profile()).peekable();
    let settings = if of_settings.peek().is_none() {
        None
    } else if api.has_teams_api() && of_settings.all(|change| change.attribute.is_membership()) {
        Some(SettingsCall::Teams)
    } else {
        Some(SettingsCall::Put)
    };
    Calls { settings, profile }
}
