//! An explanation with pseudonyms in it: one person, as the plan's rows call them.

use super::super::document::{Shown, SubjectEntry};
use super::super::explanation::{
    AttributeEntry, CallEntry, ExplanationDocument, OriginEntry, RuleEntry, StatusEntry,
};
use super::MASKED;
use super::entries::Mask;
use super::known::Known;

/// Whom it is about may be in no row of the plan, and have other names in the portal than in the files.
pub(super) fn add_person(known: &mut Known, explanation: &ExplanationDocument) {
    known.add_address(&explanation.email);
    known.user_ids.extend(explanation.user_id.clone());
    for of in [(|entry| &entry.live) as fn(&AttributeEntry) -> &Shown, |entry| &entry.wanted] {
        let name = |attribute: &str| {
            let entry = explanation.attributes.iter().find(|entry| entry.attribute == attribute)?;
            match of(entry) {
                Shown::Text(text) => Some(text.as_str()),
                Shown::Nothing | Shown::List(_) => None,
            }
        };
        known.add_names(&explanation.email, name("first_name"), name("last_name"));
    }
}

impl Mask<'_> {
    pub(super) fn explanation(&mut self, explanation: &ExplanationDocument) -> ExplanationDocument {
        // Destructured so that a new field has to be judged here.
        let ExplanationDocument {
            format_version,
            masked: _,
            portal,
            requests,
            digest,
            email,
            user_id,
            source,
            status,
            attributes,
            rules,
            actions,
            blocked,
            by_hand,
            waiting,
            unmanaged,
            calls,
            refused,
        } = explanation;
        let subject = SubjectEntry::User { email: email.clone(), user_id: user_id.clone() };
        ExplanationDocument {
            format_version: format_version.clone(),
            masked: true,
            portal: self.portal(portal),
            requests: *requests,
            digest: self.pseudonyms.digest(digest),
            email: self.pseudonyms.person(email),
            user_id: user_id.as_ref().map(|id| self.pseudonyms.user_id(id)),
            source: source.clone(),
            status: self.status(status),
            attributes: attributes.iter().map(|entry| self.attribute(&subject, entry)).collect(),
            rules: rules.iter().map(|entry| self.rule(entry)).collect(),
            actions: actions.iter().map(|entry| self.action(entry)).collect(),
            blocked: blocked.iter().map(|entry| self.blocked(entry)).collect(),
            by_hand: by_hand.iter().map(|entry| self.by_hand(entry)).collect(),
            waiting: waiting.iter().map(|entry| self.waiting(entry)).collect(),
            unmanaged: unmanaged.iter().map(|entry| self.unmanaged(entry)).collect(),
            calls: calls.iter().map(|entry| self.call(entry)).collect(),
            refused: refused.iter().map(|message| self.ours(message)).collect(),
        }
    }

    fn status(&mut self, status: &StatusEntry) -> StatusEntry {
        StatusEntry { origin: self.origin(&status.origin), ..status.clone() }
    }

    fn origin(&mut self, origin: &OriginEntry) -> OriginEntry {
        let OriginEntry { from, source, role, role_source, note } = origin;
        OriginEntry {
            from: from.clone(),
            source: source.clone(),
            role: role.as_ref().map(|role| self.ours(role)),
            role_source: role_source.clone(),
            note: note.as_ref().map(|note| self.ours(note)),
        }
    }

    fn attribute(&mut self, subject: &SubjectEntry, entry: &AttributeEntry) -> AttributeEntry {
        let AttributeEntry { attribute, live, wanted, live_id, wanted_id, origin } = entry;
        AttributeEntry {
            attribute: attribute.clone(),
            live: self.value(subject, attribute, live),
            wanted: self.value(subject, attribute, wanted),
            live_id: live_id.as_ref().map(|ids| self.ids(ids)),
            wanted_id: wanted_id.as_ref().map(|ids| self.ids(ids)),
            origin: self.origin(origin),
        }
    }

    fn rule(&mut self, entry: &RuleEntry) -> RuleEntry {
        let RuleEntry { rule, message, source } = entry;
        RuleEntry { rule: rule.clone(), message: self.ours(message), source: source.clone() }
    }

    fn call(&mut self, entry: &CallEntry) -> CallEntry {
        let CallEntry { method, path, writes, purpose } = entry;
        CallEntry {
            method: method.clone(),
            path: self.path(path),
            writes: *writes,
            purpose: self.ours(purpose),
        }
    }

    /// SCIM has an id of its own for a person, which may be an address or any text.
    fn path(&mut self, path: &str) -> String {
        if let Some((before, _)) = path.split_once(SCIM_USERS) {
            return format!("{before}{SCIM_USERS}{MASKED}");
        }
        let parts = path.split('/').map(|part| match self.known.user_ids.contains(part) {
            true => self.pseudonyms.user_id(part),
            false => self.ours(part),
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

/// What stands before a person's id.
const SCIM_USERS: &str = "/Users/";
