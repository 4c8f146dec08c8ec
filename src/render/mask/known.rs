//! Who is in a document: addresses, names and ids, so that they are found again inside its sentences.
//!
//! Deliberately absent: finding and replacing them; `text` does that.

use std::collections::{BTreeMap, BTreeSet};

use super::super::document::{ChangeEntry, PlanDocument, Shown, SubjectEntry};
use super::super::{notes, reasons, steps};
use super::ROLE;
use super::text::is_one_word;

/// What is known of the people of a document before its text is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// In lower case.
    pub addresses: BTreeSet<String>,
    /// Those that do not look like an address, as written.
    pub odd_addresses: BTreeSet<String>,
    pub user_ids: BTreeSet<String>,
    /// In lower case.
    pub domains: BTreeSet<String>,
    /// First and last name, and the address they belong to.
    pub full_names: BTreeMap<String, String>,
    /// First and last names, each for itself.
    pub names: BTreeSet<String>,
}

impl Known {
    pub(super) fn add_address(&mut self, address: &str) {
        let address = address.trim();
        if address.is_empty() {
            return;
        }
        let key = address.to_lowercase();
        if let Some((_, domain)) = key.rsplit_once('@') {
            // A word without a dot is no domain that anybody would recognise.
            self.domains.extend(domain.contains('.').then(|| domain.to_owned()));
        }
        if !is_one_word(address) {
            self.odd_addresses.insert(address.to_owned());
        }
        self.addresses.insert(key);
    }

    pub(super) fn add_names(&mut self, address: &str, first: Option<&str>, last: Option<&str>) {
        let said =
            |name: Option<&str>| name.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        let (first, last) = (said(first), said(last));
        if let (Some(first), Some(last)) = (&first, &last) {
            // A rule's message may have joined them, and an address of the web does.
            let names = [
                format!("{first} {last}"),
                format!("{last} {first}"),
                format!("{first}{last}"),
                format!("{last}{first}"),
            ];
            for name in names {
                self.full_names.extend(as_written(&name).map(|name| (name, address.to_owned())));
            }
        }
        let names = first.into_iter().chain(last);
        self.names.extend(names.flat_map(|name| as_written(&name)));
    }
}

/// Surnames are often written in capitals, and handles in small letters; the files and the portal need not agree.
fn as_written(name: &str) -> [String; 4] {
    [name.to_owned(), name.to_lowercase(), name.to_uppercase(), with_initials(name)]
}

/// `ANNE-MARIE DE SMET`: Anne-Marie De Smet.
fn with_initials(name: &str) -> String {
    let mut is_inside_a_word = false;
    let mut written = String::with_capacity(name.len());
    for character in name.chars() {
        match is_inside_a_word {
            true => written.extend(character.to_lowercase()),
            false => written.extend(character.to_uppercase()),
        }
        is_inside_a_word = character.is_alphanumeric();
    }
    written
}

/// Everybody whom the document names, also inside its sentences.
pub(super) fn add_people(known: &mut Known, document: &PlanDocument) {
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
            add_names(known, email, changes);
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
        add_names(known, &entry.email, &entry.changes);
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
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_however_it_is_written() {
        for (name, written) in
            [("ANNE-MARIE DE SMET", "Anne-Marie De Smet"), ("ana", "Ana"), ("O'NEIL", "O'Neil")]
        {
            assert_eq!(as_written(name)[3], written);
        }
    }
}
