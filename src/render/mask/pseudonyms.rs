//! Who is called what: pseudonyms of one portal, the same in every run, none twice in a document.
//!
//! Deliberately absent: finding what is to be replaced (`text`), and where a document has it (`mask`).

use std::collections::{BTreeMap, BTreeSet};

use super::key::MaskKey;

/// What stands behind a pseudonym; the word it begins with says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Person,
    UserId,
    Name,
    Phone,
    Domain,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Person => "person",
            Kind::UserId => "user",
            Kind::Name => "name",
            Kind::Phone => "phone",
            Kind::Domain => "domain",
        }
    }

    /// In letters and digits of five bits each: among ten thousand people two have the same ten in one of twenty million
    /// portals.
    fn length(self) -> usize {
        match self {
            Kind::Person | Kind::UserId => 10,
            Kind::Name | Kind::Phone | Kind::Domain => 6,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Pseudonyms {
    key: MaskKey,
    portal: String,
    /// What was handed out, and for what.
    given: BTreeMap<String, (Kind, Vec<String>)>,
    /// For whom the usual length is that of somebody else's, too.
    longer: BTreeSet<(Kind, Vec<String>)>,
    /// Two were given one pseudonym.
    has_collided: bool,
    /// Of the usual length, in percent; tests make them short enough to collide.
    scale: usize,
}

impl Pseudonyms {
    pub(super) fn new(key: &MaskKey, portal: u64) -> Pseudonyms {
        Pseudonyms {
            key: key.clone(),
            portal: portal.to_string(),
            given: BTreeMap::new(),
            longer: BTreeSet::new(),
            has_collided: false,
            scale: 100,
        }
    }

    /// An address is the same address however it is written.
    pub(super) fn person(&mut self, email: &str) -> String {
        self.give(Kind::Person, &[&email.trim().to_lowercase()])
    }

    pub(super) fn user_id(&mut self, id: &str) -> String {
        self.give(Kind::UserId, &[id])
    }

    pub(super) fn domain(&mut self, domain: &str) -> String {
        self.give(Kind::Domain, &[&domain.to_lowercase()])
    }

    /// A value of a person: one that several have in common is not the same pseudonym, since how often a first name
    /// occurs tells which it is.
    pub(super) fn of_person(&mut self, kind: Kind, person: &str, value: &str) -> String {
        self.give(kind, &[&person.trim().to_lowercase(), value])
    }

    fn give(&mut self, kind: Kind, parts: &[&str]) -> String {
        let whole: Vec<&str> = ["hubroster-mask/1", &self.portal, kind.word()]
            .into_iter()
            .chain(parts.iter().copied())
            .collect();
        let signature = self.key.sign(&whole);
        let behind = (kind, parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>());
        let usual = kind.length() * self.scale / 100;
        let length = if self.longer.contains(&behind) { LONGEST } else { usual };
        let pseudonym = format!("{}-{}", kind.word(), letters(&signature, length));
        match self.given.get(&pseudonym) {
            Some(other) if *other != behind => {
                self.longer.extend([other.clone(), behind]);
                self.has_collided = true;
            }
            Some(_) => {}
            None => {
                self.given.insert(pseudonym.clone(), behind);
            }
        }
        pseudonym
    }

    #[cfg(test)]
    pub(super) fn given(&self) -> &BTreeMap<String, (Kind, Vec<String>)> {
        &self.given
    }

    /// Whether what was handed out has to be handed out again, since two had the same; then they get longer ones.
    pub(super) fn begin_again(&mut self) -> bool {
        self.given.clear();
        std::mem::take(&mut self.has_collided)
    }

    /// Where a digest is shown whose plan is not: who guesses the plan cannot see whether the guess is right.
    pub(super) fn digest(&self, digest: &str) -> String {
        let signature = self.key.sign(&["hubroster-mask/1", &self.portal, "digest", digest]);
        signature.iter().fold(MASKED_DIGEST.to_owned(), |text, byte| text + &format!("{byte:02x}"))
    }
}

/// What a masked plan's digest begins with.
const MASKED_DIGEST: &str = "hmac-sha256:";

/// Whether a text is the digest of a masked plan: the prefix, and 64 hexadecimal digits in lower case.
pub fn is_masked_digest(text: &str) -> bool {
    let digits = text.strip_prefix(MASKED_DIGEST).unwrap_or_default();
    digits.len() == 64 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// All that a signature has.
const LONGEST: usize = 51;

/// Without letters that look like another one.
fn letters(bytes: &[u8; 32], length: usize) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    (0..length)
        .map(|place| {
            let bits = (0..5).fold(0_usize, |bits, bit| {
                let index = 5 * place + bit;
                bits << 1 | usize::from(bytes[index / 8] >> (7 - index % 8) & 1)
            });
            char::from(LETTERS[bits])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn key() -> MaskKey {
        MaskKey::new(SecretString::from("0123456789abcdef".repeat(4))).expect("long enough")
    }

    #[test]
    fn an_address_has_one_pseudonym_however_it_is_written_and_another_in_each_portal() {
        let key = key();
        let mut here = Pseudonyms::new(&key, 1);
        assert_eq!(here.person("Ana@Example.com "), here.person("ana@example.com"));
        assert_ne!(here.person("ana@example.com"), Pseudonyms::new(&key, 2).person("ana@example.com"));
        assert_ne!(here.person("ana@example.com"), here.person("bo@example.com"));
        assert_eq!(here.person("ana@example.com").len(), "person-".len() + 10);
    }

    #[test]
    fn a_name_that_two_have_in_common_is_not_told() {
        let key = key();
        let mut pseudonyms = Pseudonyms::new(&key, 1);
        let one = pseudonyms.of_person(Kind::Name, "ana@example.com", "Ana");
        assert_ne!(one, pseudonyms.of_person(Kind::Name, "ana.b@example.com", "Ana"));
    }

    #[test]
    fn those_who_collide_get_longer_ones_and_nobody_else() {
        let key = key();
        let mut pseudonyms = Pseudonyms { scale: 10, ..Pseudonyms::new(&key, 1) };
        let people: Vec<String> = (0..40).map(|number| format!("p{number}@example.com")).collect();
        let mut handed_out = Vec::new();
        for round in 0.. {
            handed_out = people.iter().map(|person| pseudonyms.person(person)).collect::<Vec<_>>();
            if !pseudonyms.begin_again() {
                break;
            }
            assert!(round < 40, "it ends");
        }
        assert_eq!(handed_out.iter().collect::<BTreeSet<_>>().len(), people.len());
        assert!(handed_out.iter().any(|pseudonym| pseudonym.len() == "person-".len() + 1));
    }

    #[test]
    fn every_letter_is_five_bits() {
        assert_eq!(letters(&[0; 32], 3), "000");
        assert_eq!(letters(&[0xff; 32], LONGEST).len(), 51);
        let mut bytes = [0; 32];
        bytes[0] = 0b0000_1000;
        assert_eq!(letters(&bytes, 2), "10");
    }
}
