//! Who is new: everything in one invitation, and what refuses it.

use crate::config::Privilege;
use crate::model::User;
use crate::plan::domains::Near;
use crate::plan::{
    ActionKind, Attribute, ByHandStep, Change, Note, PrivilegeChange, Rule, UserAttribute, Value, Work,
    compare, privilege,
};
use crate::resolve::WantedAccess;

use super::Planner;

impl Planner<'_, '_> {
    pub(super) fn invite(&mut self) {
        let person = self.person;
        let entry = person.entry.expect("only an entry of the file wants somebody present");
        let mut user = (*person.wanted).clone();
        // The POST carries one permission set; it cannot make anybody a super admin.
        user.super_admin = false;
        let wants_seats_by_hand = !self.api.has_seats() && !user.seats.is_empty();
        let seats = if wants_seats_by_hand { std::mem::take(&mut user.seats) } else { Vec::new() };
        let mut changes = self.changes_of_invitation(&user);
        if !entry.invite {
            changes.push(Change {
                attribute: Attribute::User(UserAttribute::Invite),
                before: Value::Nothing,
                after: Value::text("false"),
            });
        }
        if let Some(rule) = self.refused_invitation() {
            return self.block(ActionKind::Invite, changes, rule);
        }
        let mut notes = self.access_notes(None);
        if user.permission_sets.is_empty() && !notes.contains(&Note::StartsWithMinimalAccess) {
            notes.push(Note::WithoutRole);
        }
        notes.extend(person.live.map(|_| Note::Returns));
        if !entry.invite {
            notes.push(Note::WithoutMail);
        }
        notes.extend(person.unresolved_team.map(|team| Note::WithoutTeam(team.to_owned())));
        if wants_seats_by_hand {
            self.by_hand(ByHandStep::SetSeats { before: Vec::new(), after: seats }, PrivilegeChange::None);
        }
        self.access_by_hand(None);
        let privilege = self.privilege_of_invitation(&user);
        let work = Work::Invite { user: Box::new(user), send_mail: entry.invite };
        self.act(ActionKind::Invite, changes, (privilege, notes), work);
    }

    /// Everything starts from nothing, except what is cleared in the profile of somebody who was here before.
    fn changes_of_invitation(&self, user: &User) -> Vec<Change> {
        let profile = self.person.live.map(|former| former.user.profile.clone()).unwrap_or_default();
        let before = User { profile, ..User::absent(user.email.clone()) };
        let mut changes = compare::differences(&before, user);
        for change in changes.iter_mut().filter(|change| !change.after.is_nothing()) {
            change.before = Value::Nothing;
        }
        changes
    }

    fn refused_invitation(&self) -> Option<Rule> {
        let person = self.person;
        if person.has_foreign_domain {
            return Some(Rule::ForeignDomain { domain: person.email.domain().to_owned() });
        }
        if self.policy.allowed_domains.is_empty()
            && let Some(Near { domain, people }) = self.domains.near(person.email.domain())
        {
            let (near, domain) = (domain.to_owned(), person.email.domain().to_owned());
            return Some(Rule::SimilarDomain { domain, near, people });
        }
        match person.access {
            WantedAccess::Unavailable { set, .. } => Some(Rule::NoPermissionSets { set: set.to_owned() }),
            _ => None,
        }
    }

    fn privilege_of_invitation(&self, user: &User) -> PrivilegeChange {
        privilege::compare(Privilege::Standard, self.privileges.of(user))
    }
}
