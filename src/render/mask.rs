//! A plan whose people cannot be told: pseudonyms instead of addresses, names, phone numbers and ids of users.
//!
//! A function of the document, before any format: what no format is given, none can leak. Teams, roles, seats and
//! places in the files stay, since they are what a reviewer judges by. Deliberately absent: a way back. Who has the key
//! can try addresses; the whole plan is in the file that `--out` wrote.

mod key;
mod pseudonyms;
mod text;

use std::collections::BTreeMap;

use super::causes::{BaseEntry, CancelledEntry};
use super::document::{
    ActionEntry, BlockedEntry, ByHandEntry, ChangeEntry, DegradedEntry, GuardEntry, Ids, PlanDocument,
    PortalEntry, Shown, SubjectEntry, UnmanagedEntry, WaitingEntry,
};
use super::facts_document::{RoleEntry, UserEntry};
use super::policy_document::{PolicyEntry, PolicyFinding};
use super::{compose, notes, reasons, steps};
use pseudonyms::{Kind, Pseudonyms};
use text::Known;

pub use key::{MaskKey, ShortMaskKey};
pub use pseudonyms::is_masked_digest;

/// What every format says of a masked plan.
pub(super) const NOTICE: &str =
    "Masked: people have pseudonyms instead of addresses, names, phone numbers and ids.";

const MASKED: &str = "[masked]";

/// For messages beside a masked plan: what looks like an address is left out.
pub fn without_addresses(text: &str) -> String {
    text::without_addresses(text, MASKED)
}

/// For messages that quote a portal or a file: long numbers and what stands between quotes is left out as well.
pub fn without_values(text: &str) -> String {
    text::without_values(&without_addresses(text), MASKED)
}

/// The digest that the masked form of a plan shows.
pub fn masked_digest(portal: u64, digest: &str, key: &MaskKey) -> String {
    Pseudonyms::new(key, portal).digest(digest)
}

impl PlanDocument {
    /// As it is where it is masked already.
    pub fn masked(&self, key: &MaskKey) -> PlanDocument {
        if self.masked {
            return self.clone();
        }
        let known = known(self);
        let mut pseudonyms = Pseudonyms::new(key, self.portal.id);
        loop {
            let masked = Mask { known: &known, pseudonyms: &mut pseudonyms }.document(self);
            if !pseudonyms.begin_again() {
                return masked;
            }
        }
    }
}

/// Everybody whom the document names, also inside its sentences.
fn known(document: &PlanDocument) -> Known {
    let mut known = Known::default();
    let subjects = document
        .actions
        .iter()
        .map(|entry| (&entry.subject, entry.changes.as_slice()))
        .chain(document.blocked.iter().map(|entry| (&entry.subject, entry.changes.as_slice())))
        .chain(document.by_hand.iter().map(|entry| (&entry.subject, [].as_slice())))
        .chain(document.cancelled.iter().map(|entry| (&entry.subject, entry.changes.as_slice())))
        .chain(document.unmanaged.iter().map(|entry| (&entry.subject, [].as_slice())));
    for (subject, changes) in subjects {
        if let SubjectEntry::User { email, user_id } = subject {
            known.add_address(email);
            known.user_ids.extend(user_id.clone());
            add_names(&mut known, email, changes);
        }
    }
    for entry in &document.users {
        known.add_address(&entry.email);
        known.user_ids.extend(entry.user_id.clone());
        known.add_names(&entry.email, entry.first_name.as_deref(), entry.last_name.as_deref());
    }
    for finding in document.policies.iter().flat_map(|entry| &entry.findings) {
        if let Some(SubjectEntry::User { email, user_id }) = &finding.subject {
            known.add_address(email);
            known.user_ids.extend(user_id.clone());
        }
    }
    for entry in &document.waiting {
        known.add_address(&entry.email);
        add_names(&mut known, &entry.email, &entry.changes);
    }
    let notes =
        document.actions.iter().flat_map(|entry| &entry.notes).filter_map(|note| notes::address(note));
    let blocked = document.blocked.iter().filter_map(|entry| reasons::address(&entry.reason));
    let by_hand = document.by_hand.iter().filter_map(|entry| steps::address(&entry.title));
    let targets = document.targets.iter().map(String::as_str).filter(|target| !target.starts_with(ROLE));
    for address in notes.chain(blocked).chain(by_hand).chain(targets) {
        known.add_address(address);
    }
    known.user_ids.extend(document.blocked.iter().flat_map(|entry| reasons::user_ids(&entry.reason)));
    known
}

/// What a target that is a role begins with.
const ROLE: &str = "role:";

fn add_names(known: &mut Known, email: &str, changes: &[ChangeEntry]) {
    let side = |attribute: &str, of: fn(&ChangeEntry) -> &Shown| {
        let change = changes.iter().find(|change| change.attribute == attribute)?;
        match of(change) {
            Shown::Text(text) => Some(text.as_str()),
            Shown::Nothing | Shown::List(_) => None,
        }
    };
    for of in [(|change| &change.before) as fn(&ChangeEntry) -> &Shown, |change| &change.after] {
        known.add_names(email, side("first_name", of), side("last_name", of));
    }
}

struct Mask<'a, 'key> {
    known: &'a Known,
    pseudonyms: &'a mut Pseudonyms<'key>,
}

impl Mask<'_, '_> {
    fn document(&mut self, document: &PlanDocument) -> PlanDocument {
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
            guards: guards.iter().map(|entry| self.guard(entry)).collect(),
            policies: policies.iter().map(|entry| self.policy(entry)).collect(),
            users: users.iter().map(|entry| self.user(entry)).collect(),
            roles: roles.iter().map(|entry| self.role(entry)).collect(),
            seats: seats.clone(),
            degraded: degraded.iter().map(|entry| self.degraded(entry)).collect(),
            summary: summary.clone(),
        };
        sort(&mut masked);
        masked
    }

    fn portal(&mut self, portal: &PortalEntry) -> PortalEntry {
        PortalEntry { name: portal.name.as_ref().map(|name| self.ours(name)), ..portal.clone() }
    }

    fn target(&mut self, target: &str) -> String {
        if target.starts_with(ROLE) { self.ours(target) } else { self.pseudonyms.person(target) }
    }

    fn subject(&mut self, subject: &SubjectEntry) -> SubjectEntry {
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

    fn action(&mut self, entry: &ActionEntry) -> ActionEntry {
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

    fn blocked(&mut self, entry: &BlockedEntry) -> BlockedEntry {
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

    fn by_hand(&mut self, entry: &ByHandEntry) -> ByHandEntry {
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

    fn waiting(&mut self, entry: &WaitingEntry) -> WaitingEntry {
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

    fn unmanaged(&mut self, entry: &UnmanagedEntry) -> UnmanagedEntry {
        let UnmanagedEntry { subject, status, last_active, cause } = entry;
        UnmanagedEntry {
            subject: self.subject(subject),
            status: status.clone(),
            last_active: last_active.clone(),
            cause: cause.clone(),
        }
    }

    /// A branch is often called after somebody.
    fn base(&mut self, base: &BaseEntry) -> BaseEntry {
        let BaseEntry { revision, commit } = base;
        BaseEntry { revision: self.others(revision), commit: commit.clone() }
    }

    fn cancelled(&mut self, entry: &CancelledEntry) -> CancelledEntry {
        let CancelledEntry { kind, subject, changes } = entry;
        CancelledEntry {
            kind: *kind,
            changes: self.changes(subject, changes),
            subject: self.subject(subject),
        }
    }

    fn guard(&mut self, entry: &GuardEntry) -> GuardEntry {
        GuardEntry {
            message: self.ours(&entry.message),
            go_on: entry.go_on.as_ref().map(|go_on| self.ours(go_on)),
            ..entry.clone()
        }
    }

    fn policy(&mut self, entry: &PolicyEntry) -> PolicyEntry {
        let PolicyEntry { rule, verdict, findings, source } = entry;
        PolicyEntry {
            rule: self.others(rule),
            verdict: *verdict,
            findings: findings.iter().map(|finding| self.policy_finding(finding)).collect(),
            source: source.clone(),
        }
    }

    fn policy_finding(&mut self, finding: &PolicyFinding) -> PolicyFinding {
        let PolicyFinding { subject, kind, by_hand, message, unknown, source } = finding;
        PolicyFinding {
            subject: subject.as_ref().map(|subject| self.subject(subject)),
            kind: kind.clone(),
            by_hand: *by_hand,
            message: self.others(message),
            unknown: *unknown,
            source: source.clone(),
        }
    }

    fn user(&mut self, entry: &UserEntry) -> UserEntry {
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

    fn role(&mut self, entry: &RoleEntry) -> RoleEntry {
        RoleEntry {
            name: self.ours(&entry.name),
            description: entry.description.as_ref().map(|text| self.others(text)),
            ..entry.clone()
        }
    }

    fn degraded(&mut self, entry: &DegradedEntry) -> DegradedEntry {
        let DegradedEntry { what, missing_scope, effect } = entry;
        DegradedEntry {
            what: self.others(what),
            missing_scope: missing_scope.as_ref().map(|scope| self.ours(scope)),
            effect: self.others(effect),
        }
    }

    fn changes(&mut self, subject: &SubjectEntry, changes: &[ChangeEntry]) -> Vec<ChangeEntry> {
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

    fn value(&mut self, subject: &SubjectEntry, attribute: &str, shown: &Shown) -> Shown {
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
    fn ids(&mut self, ids: &Ids) -> Ids {
        match ids {
            Ids::None => Ids::None,
            Ids::One(id) => Ids::One(self.ours(id)),
            Ids::List(ids) => Ids::List(ids.iter().map(|id| id.as_ref().map(|id| self.ours(id))).collect()),
        }
    }

    fn ours(&mut self, text: &str) -> String {
        text::of_ours(text, self.known, self.pseudonyms)
    }

    fn others(&mut self, text: &str) -> String {
        text::of_others(text, self.known, self.pseudonyms)
    }
}

/// By pseudonyms where it was by addresses: a place between two others would tell what somebody is called.
fn sort(document: &mut PlanDocument) {
    document.targets.sort_unstable();
    order(&mut document.actions);
    document.blocked.sort_by_cached_key(|entry| subject_key(&entry.subject));
    document.by_hand.sort_by_cached_key(|entry| subject_key(&entry.subject));
    document.waiting.sort_by(|left, right| left.email.cmp(&right.email));
    document.unmanaged.sort_by_cached_key(|entry| subject_key(&entry.subject));
    document.cancelled.sort_by_cached_key(|entry| subject_key(&entry.subject));
    document.users.sort_by(|left, right| left.email.cmp(&right.email));
    for entry in &mut document.policies {
        entry.findings.sort_by_cached_key(|finding| finding.subject.as_ref().map(subject_key));
    }
    compose::sort(document);
}

/// People before teams, as `plan::order` has them.
fn subject_key(subject: &SubjectEntry) -> (bool, String) {
    (matches!(subject, SubjectEntry::Team { .. }), subject.name().to_lowercase())
}

/// Among people of whom the same is done the order of work is that of their addresses; here that of their pseudonyms.
fn order(actions: &mut [ActionEntry]) {
    let mut alike: BTreeMap<_, Vec<&mut ActionEntry>> = BTreeMap::new();
    for entry in actions.iter_mut().filter(|entry| matches!(entry.subject, SubjectEntry::User { .. })) {
        let raises = entry.privilege == crate::plan::PrivilegeChange::Raise;
        alike.entry((entry.kind, takes_seat(entry), raises)).or_default().push(entry);
    }
    for mut entries in alike.into_values() {
        let mut places: Vec<u64> = entries.iter().map(|entry| entry.order).collect();
        places.sort_unstable();
        entries.sort_by(|left, right| left.subject.name().cmp(right.subject.name()));
        for (entry, place) in entries.into_iter().zip(places) {
            entry.order = place;
        }
    }
}

fn takes_seat(entry: &ActionEntry) -> bool {
    let seats = |shown: &Shown| match shown {
        Shown::List(seats) => seats.clone(),
        Shown::Nothing | Shown::Text(_) => Vec::new(),
    };
    let change = entry.changes.iter().find(|change| change.attribute == "seats");
    change.is_some_and(|change| {
        let before = seats(&change.before);
        seats(&change.after).iter().any(|seat| !before.contains(seat))
    })
}
