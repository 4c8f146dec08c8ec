//! What rules say, with pseudonyms in it: value by value where it is known what was filled in.
//!
//! Deliberately absent: text of which nobody knows how it came about; `text` has that.

use std::collections::BTreeMap;

use crate::config::{Filled, Holds};

use super::super::document::{SourceEntry, SubjectEntry};
use super::super::facts_document::UserEntry;
use super::super::policy_document::{Pieces, PolicyEntry, PolicyFinding};
use super::entries::Mask;
use super::pseudonyms::Kind;
use super::text;

impl Mask<'_> {
    pub(super) fn policies(&mut self, policies: &[PolicyEntry], users: &[UserEntry]) -> Vec<PolicyEntry> {
        let entries = Entries::new(users);
        policies.iter().map(|entry| self.policy(entry, &entries)).collect()
    }

    fn policy(&mut self, entry: &PolicyEntry, entries: &Entries) -> PolicyEntry {
        let PolicyEntry { rule, verdict, findings, source } = entry;
        PolicyEntry {
            rule: self.others(rule),
            verdict: *verdict,
            findings: findings.iter().map(|finding| self.policy_finding(finding, entries)).collect(),
            source: source.clone(),
        }
    }

    fn policy_finding(&mut self, finding: &PolicyFinding, entries: &Entries) -> PolicyFinding {
        let PolicyFinding { subject, kind, by_hand, message, unknown, source, pieces } = finding;
        let message = match pieces.0.as_slice() {
            [] => self.read_back(message, finding, entries),
            pieces => self.filled(pieces),
        };
        PolicyFinding {
            subject: subject.as_ref().map(|subject| self.subject(subject)),
            kind: kind.clone(),
            by_hand: *by_hand,
            message,
            unknown: *unknown,
            source: source.clone(),
            pieces: Pieces::default(),
        }
    }

    /// What pieces make together, such as an address of a name and a domain, goes as well.
    fn filled(&mut self, pieces: &[Filled]) -> String {
        let mut masked = String::new();
        let mut rest = pieces;
        while let [piece, after @ ..] = rest {
            if let [first, between, last, after @ ..] = rest
                && let Some(address) = self.in_full(first, between, last)
            {
                masked.push_str(&self.pseudonyms.person(&address));
                rest = after;
                continue;
            }
            masked.push_str(&self.piece(piece));
            rest = after;
        }
        self.ours(&masked)
    }

    /// Whose name is given in full.
    fn in_full(&self, first: &Filled, between: &Filled, last: &Filled) -> Option<String> {
        let [Filled::Value(Holds::Name, first), Filled::Text(between), Filled::Value(Holds::Name, last)] =
            [first, between, last]
        else {
            return None;
        };
        let name = format!("{first}{between}{last}");
        self.known.full_names.get(&name).cloned()
    }

    fn piece(&mut self, piece: &Filled) -> String {
        match piece {
            Filled::Text(text) | Filled::Value(Holds::Other, text) => self.others(text),
            Filled::Value(Holds::Address, address) => self.pseudonyms.person(address),
            Filled::Value(Holds::Domain, domain) => self.pseudonyms.domain(domain),
            Filled::Value(Holds::UserId, id) => self.pseudonyms.user_id(id),
            Filled::Value(Holds::Name, name) => self.pseudonyms.of_person(Kind::Name, "", name.trim()),
        }
    }

    /// Of a saved plan it is not known what was filled in. It can only be of the person the finding is about, so what
    /// is theirs goes wherever it stands, in the middle of a word too: rather too much than too little.
    fn read_back(&mut self, message: &str, finding: &PolicyFinding, entries: &Entries) -> String {
        let (own, domains) = entries.values(finding);
        let values: Vec<&str> = own.keys().map(String::as_str).collect();
        let masked = text::replaced_anywhere(message, &values, |value| match own[value] {
            (Kind::Person, email) => self.pseudonyms.person(email),
            (Kind::UserId, id) => self.pseudonyms.user_id(id),
            (kind, value) => self.pseudonyms.of_person(kind, "", value),
        });
        let masked = self.others(&masked);
        // By now those of addresses are gone with them.
        text::replaced_anywhere(&masked, &domains, |domain| self.pseudonyms.domain(domain))
    }
}

/// The entries of the files, by all that a finding can call them: the portal may know somebody by another address.
struct Entries<'a> {
    by_name: BTreeMap<&'a str, &'a UserEntry>,
    by_place: BTreeMap<Place<'a>, &'a UserEntry>,
}

/// What may stand in a message, and what is behind it.
type Own<'a> = BTreeMap<String, (Kind, &'a str)>;
type Place<'a> = (&'a str, u32, Option<u32>);

fn place(source: &SourceEntry) -> Place<'_> {
    (&source.file, source.line, source.column)
}

impl<'a> Entries<'a> {
    fn new(users: &'a [UserEntry]) -> Entries<'a> {
        let ids = users.iter().filter_map(|user| Some((user.user_id.as_deref()?, user)));
        let emails = users.iter().map(|user| (user.email.as_str(), user));
        Entries {
            by_name: ids.chain(emails).collect(),
            by_place: users.iter().map(|user| (place(&user.source), user)).collect(),
        }
    }

    /// What a message can have been given of the person that a finding is about; and their domain.
    fn values(&self, finding: &'a PolicyFinding) -> (Own<'a>, Vec<&'a str>) {
        let Some(SubjectEntry::User { email, user_id }) = &finding.subject else {
            return (Own::new(), Vec::new());
        };
        let id = user_id.as_deref();
        let at = finding.source.as_ref().and_then(|source| self.by_place.get(&place(source)));
        let by_id = id.and_then(|id| self.by_name.get(id));
        let user = at.or(by_id).or_else(|| self.by_name.get(email.as_str())).copied();
        let mut own = Own::new();
        let names = user.into_iter().flat_map(|user| [&user.first_name, &user.last_name]).flatten();
        let names: Vec<&str> = names.map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
        if let (Some(user), [first, last]) = (user, names.as_slice()) {
            let whole = [format!("{first} {last}"), format!("{last} {first}")];
            let joined = [format!("{first}{last}"), format!("{last}{first}")];
            let full = whole.into_iter().chain(joined);
            own.extend(full.map(|name| (name, (Kind::Person, user.email.as_str()))));
        }
        // A single letter is in every word.
        let names = names.into_iter().filter(|name| name.chars().count() > 1);
        own.extend(names.map(|name| (name.to_owned(), (Kind::Name, name))));
        let ids = id.into_iter().chain(user.and_then(|user| user.user_id.as_deref()));
        own.extend(ids.filter(|id| !id.is_empty()).map(|id| (id.to_owned(), (Kind::UserId, id))));
        let emails = [email.as_str()].into_iter().chain(user.map(|user| user.email.as_str()));
        let emails = emails.filter(|email| !email.is_empty());
        own.extend(emails.map(|email| (email.to_owned(), (Kind::Person, email))));
        let domain = user.map(|user| user.domain.as_str()).filter(|domain| domain.contains('.'));
        (own, domain.into_iter().collect())
    }
}
