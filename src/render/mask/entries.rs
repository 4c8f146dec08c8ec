//! A plan, entry by entry, with pseudonyms in it.
//!
//! Deliberately absent: who is known (`known`), and in which order rows stand then (`order`).

use super::super::causes::{BaseEntry, CancelledEntry};
use super::super::document::{
    ActionEntry, BlockedEntry, ByHandEntry, ChangeEntry, DegradedEntry, GuardEntry, Ids, PlanDocument,
    PortalEntry, Shown, SubjectEntry, UnmanagedEntry, WaitingEntry,
};
use super::super::facts_document::{RoleEntry, UserEntry};
use super::super::policy_changes::PolicyChangeEntry;
use super::super::reasons;
use super::known::Known;
use super::pseudonyms::{Kind, Pseudonyms};
use super::{ROLE, order, text};

pub(super) struct Mask<'a> {
    pub known: &'a Known,
    pub pseudonyms: &'a mut Pseudonyms,
}

impl Mask<'_> {
    pub(super) fn document(&mut self, document: &PlanDocument) -> PlanDocument {
        // Destructured so that a new field has to be judged here.
        let PlanDocument {
            format_version,
            masked: _,
            portal,
            today,
            weekday,
            digest,
            people,
            requests,
            targets,
            base,
            directory,
            actions,
            blocked,
            by_hand,
            waiting,
            unmanaged,
            cancelled,
            policy_changes,
            guards,
            policies,
            users,
            roles,
            seats,
            degraded,
            summary,
        } = document;
        let mut masked = PlanDocument {
            format_version: format_version.clone(),
            masked: true,
            portal: self.portal(portal),
            today: today.clone(),
            weekday: weekday.clone(),
            digest: self.pseudonyms.digest(digest),
            people: people.clone(),
            requests: *requests,
            targets: targets.iter().map(|target| self.target(target)).collect(),
            base: base.as_ref().map(|base| self.base(base)),
            directory: directory.clone(),
            actions: actions.iter().map(|entry| self.action(entry)).collect(),
            blocked: blocked.iter().map(|entry| self.blocked(entry)).collect(),
            by_hand: by_hand.iter().map(|entry| self.by_hand(entry)).collect(),
            waiting: waiting.iter().map(|entry| self.waiting(entry)).collect(),
            unmanaged: unmanaged.iter().map(|entry| self.unmanaged(entry)).collect(),
            cancelled: cancelled.iter().map(|entry| self.cancelled(entry)).collect(),
            policy_changes: policy_changes.iter().map(|entry| self.policy_change(entry)).collect(),
            guards: guards.iter().map(|entry| self.guard(entry)).collect(),
            policies: self.policies(policies, users),
            users: users.iter().map(|entry| self.user(entry)).collect(),
            roles: roles.iter().map(|entry| self.role(entry)).collect(),
            seats: seats.clone(),
            degraded: degraded.iter().map(|entry| self.degraded(entry)).collect(),
            summary: summary.clone(),
        };
        order::sort(&mut masked);
        masked
    }

    pub(super) fn portal(&mut self, portal: &PortalEntry) -> PortalEntry {
        PortalEntry { name: portal.name.as_ref().map(|name| self.ours(name)), ..portal.clone() }
    }

    pub(super) fn target(&mut self, target: &str) -> String {
        if target.starts_with(ROLE) { self.ours(target) } else { self.pseudonyms.person(target) }
    }

    pub(super) fn subject(&mut self, subject: &SubjectEntry) -> SubjectEntry {
        match subject {
            SubjectEntry::User { email, user_id } => SubjectEntry::User {
                email: self.pseudonyms.person(email),
                user_id: user_id.as_ref().map(|id| self.pseudonyms.user_id(id)),
            },
            SubjectEntry::Team { team, team_id } => {
                SubjectEntry::Team { team: self.ours(team), team_id: team_id.clone() }
            }
        }
    }

    pub(super) fn action(&mut self, entry: &ActionEntry) -> ActionEntry {
        let ActionEntry { kind, subject, changes, cause, privilege, notes, seats_left, source, order } =
            entry;
        ActionEntry {
            kind: *kind,
            changes: self.changes(subject, changes),
            subject: self.subject(subject),
            cause: cause.clone(),
            privilege: *privilege,
            notes: notes.iter().map(|note| self.ours(note)).collect(),
            seats_left: seats_left.iter().map(|(seat, left)| (self.ours(seat), *left)).collect(),
            source: source.clone(),
            order: *order,
        }
    }

    pub(super) fn blocked(&mut self, entry: &BlockedEntry) -> BlockedEntry {
        let BlockedEntry { kind, subject, rule, reason, changes, cause, source } = entry;
        let mut reason = self.ours(reason);
        // Short ones are words of many sentences; here it is known that they are ids.
        for id in reasons::user_ids(&entry.reason) {
            reason = reason.replace(&format!("`{id}`"), &format!("`{}`", self.pseudonyms.user_id(&id)));
        }
        BlockedEntry {
            kind: *kind,
            changes: self.changes(subject, changes),
            subject: self.subject(subject),
            rule: rule.clone(),
            reason,
            cause: cause.clone(),
            source: source.clone(),
        }
    }

    pub(super) fn by_hand(&mut self, entry: &ByHandEntry) -> ByHandEntry {
        let ByHandEntry { kind, subject, title, path, steps, link, privilege, cause, source } = entry;
        ByHandEntry {
            kind: kind.clone(),
            subject: self.subject(subject),
            title: self.ours(title),
            path: self.ours(path),
            steps: steps.iter().map(|step| self.ours(step)).collect(),
            link: link.as_ref().map(|link| self.ours(link)),
            privilege: *privilege,
            cause: cause.clone(),
            source: source.clone(),
        }
    }

    pub(super) fn waiting(&mut self, entry: &WaitingEntry) -> WaitingEntry {
        let WaitingEntry { email, reason, changes, cause, source } = entry;
        let subject = SubjectEntry::User { email: email.clone(), user_id: None };
        WaitingEntry {
            email: self.pseudonyms.person(email),
            reason: self.ours(reason),
            changes: self.changes(&subject, changes),
            cause: cause.clone(),
            source: source.clone(),
        }
    }

    pub(super) fn unmanaged(&mut self, entry: &UnmanagedEntry) -> UnmanagedEntry {
        let UnmanagedEntry { subject, status, last_active, cause } = entry;
        UnmanagedEntry {
            subject: self.subject(subject),
            status: status.clone(),
            last_active: last_active.clone(),
            cause: cause.clone(),
        }
    }

    /// A branch is often called after somebody.
    pub(super) fn base(&mut self, base: &BaseEntry) -> BaseEntry {
        let BaseEntry { revision, commit } = base;
        BaseEntry { revision: self.others(revision), commit: commit.clone() }
    }

    pub(super) fn cancelled(&mut self, entry: &CancelledEntry) -> CancelledEntry {
        let CancelledEntry { kind, subject, changes } = entry;
        CancelledEntry {
            kind: *kind,
            changes: self.changes(subject, changes),
            subject: self.subject(subject),
        }
    }

    /// What hubroster itself named stays.
    pub(super) fn policy_change(&mut self, entry: &PolicyChangeEntry) -> PolicyChangeEntry {
        let name = if entry.names_rule() { self.others(&entry.name) } else { entry.name.clone() };
        let message = entry.message.as_ref().map(|message| self.ours(message));
        PolicyChangeEntry { name, message, ..entry.clone() }
    }

    pub(super) fn guard(&mut self, entry: &GuardEntry) -> GuardEntry {
        GuardEntry {
            message: self.ours(&entry.message),
            go_on: entry.go_on.as_ref().map(|go_on| self.ours(go_on)),
            ..entry.clone()
        }
    }

    pub(super) fn user(&mut self, entry: &UserEntry) -> UserEntry {
        let name = |mask: &mut Self, name: &String| mask.pseudonyms.of_person(Kind::Name, &entry.email, name);
        let email = self.pseudonyms.person(&entry.email);
        UserEntry {
            // A domain of one's own names its owner.
            domain: email.rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.to_owned()),
            email,
            user_id: entry.user_id.as_ref().map(|id| self.pseudonyms.user_id(id)),
            first_name: entry.first_name.as_ref().map(|first| name(self, first)),
            last_name: entry.last_name.as_ref().map(|last| name(self, last)),
            ..entry.clone()
        }
    }

    pub(super) fn role(&mut self, entry: &RoleEntry) -> RoleEntry {
        RoleEntry {
            name: self.ours(&entry.name),
            description: entry.description.as_ref().map(|text| self.others(text)),
            ..entry.clone()
        }
    }

    pub(super) fn degraded(&mut self, entry: &DegradedEntry) -> DegradedEntry {
        let DegradedEntry { what, missing_scope, effect } = entry;
        DegradedEntry {
            what: self.others(what),
            missing_scope: missing_scope.as_ref().map(|scope| self.ours(scope)),
            effect: self.others(effect),
        }
    }

    pub(super) fn changes(&mut self, subject: &SubjectEntry, changes: &[ChangeEntry]) -> Vec<ChangeEntry> {
        changes
            .iter()
            .map(|change| {
                let ChangeEntry { attribute, before, after, before_id, after_id, cause } = change;
                ChangeEntry {
                    before: self.value(subject, attribute, before),
                    after: self.value(subject, attribute, after),
                    attribute: attribute.clone(),
                    before_id: before_id.as_ref().map(|ids| self.ids(ids)),
                    after_id: after_id.as_ref().map(|ids| self.ids(ids)),
                    cause: cause.clone(),
                }
            })
            .collect()
    }

    pub(super) fn value(&mut self, subject: &SubjectEntry, attribute: &str, shown: &Shown) -> Shown {
        let is_of_person = matches!(subject, SubjectEntry::User { .. });
        let mut each = |text: &String| match attribute {
            "first_name" | "last_name" if is_of_person => {
                self.pseudonyms.of_person(Kind::Name, subject.name(), text)
            }
            "profile.phone" => self.pseudonyms.of_person(Kind::Phone, subject.name(), text),
            "profile.job_title" => self.others(text),
            _ => self.ours(text),
        };
        match shown {
            Shown::Nothing => Shown::Nothing,
            Shown::Text(text) => Shown::Text(each(text)),
            Shown::List(items) => Shown::List(items.iter().map(each).collect()),
        }
    }

    /// Of roles and teams; they stay, unless they are an address.
    pub(super) fn ids(&mut self, ids: &Ids) -> Ids {
        match ids {
            Ids::None => Ids::None,
            Ids::One(id) => Ids::One(self.ours(id)),
            Ids::List(ids) => Ids::List(ids.iter().map(|id| id.as_ref().map(|id| self.ours(id))).collect()),
        }
    }

    pub(super) fn ours(&mut self, text: &str) -> String {
        text::of_ours(text, self.known, self.pseudonyms)
    }

    pub(super) fn others(&mut self, text: &str) -> String {
        text::of_others(text, self.known, self.pseudonyms)
    }
}
