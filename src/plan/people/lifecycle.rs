//! Who leaves, is deactivated or stripped, and who returns.

use crate::config::{DeactivateBy, Privilege};
use crate::model::{Deactivation, Member, Scim, Status, User};
use crate::plan::{
    ActionKind, Attribute, ByHandStep, Change, Deactivated, DeactivatedBy, Note, PrivilegeChange, Rule,
    UserAttribute, Value, WaitingReason, WhyByHand, Work, compare, privilege,
};
use crate::resolve::CredentialOwner;

use super::Planner;

impl Planner<'_, '_> {
    /// Why this person may not lose their access.
    fn guarded(&self, member: &Member) -> Option<Rule> {
        match self.person.credential_owner {
            CredentialOwner::Told | CredentialOwner::Configured => Some(Rule::CredentialOwner),
            CredentialOwner::No if member.user.super_admin => Some(Rule::SuperAdmin),
            CredentialOwner::No if self.person.is_protected => Some(Rule::Protected),
            CredentialOwner::No => None,
        }
    }

    pub(super) fn remove(&mut self, member: &Member) {
        let changes = compare::differences(&member.user, &User::absent(member.user.email.clone()));
        // Whoever is removed loses their profile too; that is no news.
        let changes: Vec<Change> = changes.into_iter().filter(|change| is_access(change.attribute)).collect();
        if let Some(rule) = self.guarded(member) {
            return self.block(ActionKind::Remove, changes, rule);
        }
        let mut notes = self.leaving_notes(member);
        if self.person.entry.is_none() {
            notes.push(Note::Unmanaged);
        }
        self.act(
            ActionKind::Remove,
            changes,
            (PrivilegeChange::None, notes),
            Work::Remove { before: Box::new(member.user.clone()) },
        );
    }

    pub(super) fn deactivate(&mut self, member: &Member) {
        if member.user.status == Status::Deactivated {
            return;
        }
        match self.guarded(member) {
            Some(rule) => self.block(ActionKind::Deactivate, Vec::new(), rule),
            None => match self.policy.deactivate {
                DeactivateBy::Manual => self.deactivate_by_hand(member, WhyByHand::NoApi),
                DeactivateBy::Scim => self.deactivate_by_scim(member),
                DeactivateBy::Strip => self.strip(member),
            },
        }
    }

    fn deactivate_by_hand(&mut self, member: &Member, why: WhyByHand) {
        let step = ByHandStep::Deactivate {
            expired: self.person.expired,
            why,
            owned: member.owned.filter(|owned| owned.total() > 0),
        };
        self.by_hand(step, PrivilegeChange::None);
    }

    fn deactivate_by_scim(&mut self, member: &Member) {
        match &member.scim {
            Scim::Unread => self.deactivate_by_hand(member, WhyByHand::NoScimToken),
            Scim::NotShown => self.deactivate_by_hand(member, WhyByHand::UnknownToScim),
            Scim::Shown(scim) if !scim.active => self.deactivate_by_hand(member, WhyByHand::ScimDisagrees),
            Scim::Shown(scim) => {
                let changes = vec![state(member.user.status, Status::Deactivated)];
                let work =
                    Work::Deactivate { before: Box::new(member.user.clone()), scim_id: scim.id.clone() };
                let notes = self.leaving_notes(member);
                self.act(ActionKind::Deactivate, changes, (PrivilegeChange::None, notes), work);
            }
        }
    }

    /// Access is taken away as far as it goes; the person can still log in, so it has a word of its own.
    fn strip(&mut self, member: &Member) {
        let before = &member.user;
        let mut after = before.clone();
        if let Some(set) = self.strip_role.and_then(|role| role.named_set()) {
            after.permission_sets = vec![set];
        }
        after.team = None;
        after.extra_teams.clear();
        after.seats.retain(|seat| !self.is_paid(seat));
        if before.status == Status::Invited {
            self.keep_until_accepted(before, &mut after);
        }
        let changes = compare::differences(before, &after);
        if changes.is_empty() {
            return;
        }
        let mut notes = self.leaving_notes(member);
        notes.push(Note::StillLogsIn);
        if before.permission_sets.len() > 1 {
            let dropped = before.permission_sets.iter().filter(|set| !after.permission_sets.contains(set));
            notes.push(Note::DropsPermissionSets(dropped.map(|set| set.name.clone()).collect()));
        }
        if before.permission_sets.is_empty() && !after.permission_sets.is_empty() {
            notes.push(Note::ReplacesHandMadePermissions);
        }
        let privilege = privilege::compare(self.privileges.of(before), self.privileges.of(&after));
        let work = Work::Strip { before: Box::new(before.clone()), after: Box::new(after) };
        self.act(ActionKind::Strip, changes, (privilege, notes), work);
    }

    /// A kind of seat that HubSpot counts is one that is paid for; where the list of seats could not be read,
    /// any may be.
    fn is_paid(&self, seat: &str) -> bool {
        let seats = self.catalog.seats.as_deref();
        seats
            .and_then(|seats| seats.iter().find(|kind| kind.name == seat))
            .is_none_or(|kind| kind.remaining.is_some())
    }

    fn leaving_notes(&self, member: &Member) -> Vec<Note> {
        let expired = self.person.expired.map(Note::Expired);
        let owned = member.owned.filter(|owned| owned.total() > 0).map(Note::Owns);
        expired.into_iter().chain(owned).collect()
    }

    pub(super) fn reactivate(&mut self, member: &Member) {
        if self.person.credential_owner == CredentialOwner::Configured {
            return self.block(ActionKind::Reactivate, Vec::new(), Rule::CredentialOwner);
        }
        let deactivated = deactivated(member);
        // Until then they have nothing, whatever they get back.
        let privilege = privilege::compare(Privilege::Standard, self.privileges.of(&member.user));
        match (self.policy.deactivate, &member.scim) {
            (DeactivateBy::Scim, Scim::Shown(scim)) if !scim.active => {
                let changes = vec![state(member.user.status, Status::Active)];
                let work =
                    Work::Reactivate { before: Box::new(member.user.clone()), scim_id: scim.id.clone() };
                let notes = deactivated.map(Note::Deactivated).into_iter().collect();
                self.act(ActionKind::Reactivate, changes, (privilege, notes), work);
            }
            (how, scim) => {
                let why = why_by_hand(how, scim);
                self.by_hand(ByHandStep::Reactivate { why, deactivated }, privilege);
            }
        }
        let changes = compare::differences(&member.user, &self.person.wanted);
        if !changes.is_empty() {
            self.wait(WaitingReason::Reactivation, changes);
        }
    }
}

/// HubSpot deactivates whoever was inactive for more than this, every month, unless an admin turned that off
/// (its page on inactive users, 2025-10).
const INACTIVE_DAYS: i64 = 90;

fn deactivated(member: &Member) -> Option<Deactivated> {
    let Deactivation { at, by } = member.deactivated.as_ref()?;
    let day = |moment: jiff::Timestamp| jiff::tz::TimeZone::UTC.to_datetime(moment).date();
    let was_long_ago = |last: &jiff::Timestamp| {
        at.duration_since(*last) >= jiff::SignedDuration::from_hours(24 * INACTIVE_DAYS)
    };
    let by = match (by, member.last_active.filter(was_long_ago)) {
        (Some(by), _) => DeactivatedBy::Person(by.clone()),
        (None, Some(last)) => DeactivatedBy::Inactivity { last_active: day(last) },
        (None, None) => DeactivatedBy::Unnamed,
    };
    Some(Deactivated { on: day(*at), by })
}

fn why_by_hand(how: DeactivateBy, scim: &Scim) -> WhyByHand {
    match (how, scim) {
        (DeactivateBy::Manual | DeactivateBy::Strip, _) => WhyByHand::NoApi,
        (DeactivateBy::Scim, Scim::Unread) => WhyByHand::NoScimToken,
        (DeactivateBy::Scim, Scim::NotShown) => WhyByHand::UnknownToScim,
        (DeactivateBy::Scim, Scim::Shown(_)) => WhyByHand::ScimDisagrees,
    }
}

fn state(before: Status, after: Status) -> Change {
    Change {
        attribute: Attribute::User(UserAttribute::State),
        before: Value::text(before.as_str()),
        after: Value::text(after.as_str()),
    }
}

fn is_access(attribute: Attribute) -> bool {
    match attribute {
        Attribute::User(
            UserAttribute::FirstName | UserAttribute::LastName | UserAttribute::Invite | UserAttribute::State,
        ) => false,
        Attribute::User(
            UserAttribute::Role | UserAttribute::Team | UserAttribute::ExtraTeams | UserAttribute::Seats,
        ) => true,
        Attribute::Team(_) | Attribute::Profile(_) => false,
    }
}
