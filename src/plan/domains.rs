//! Whether a newcomer's domain is probably a slip of the pen for one that people of the portal have.
//!
//! Deliberately absent: domains that the policy allows; where it lists some, the files are held to them.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::model::{Snapshot, Status};

/// A domain that people have, close to one that nobody has.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Near<'a> {
    pub(super) domain: &'a str,
    pub(super) people: usize,
}

/// The domains of everybody in the portal, with how many have each; counted once somebody is to be invited.
#[derive(Debug)]
pub(super) struct Domains<'a> {
    snapshot: &'a Snapshot,
    people: OnceCell<BTreeMap<&'a str, usize>>,
}

impl<'a> Domains<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Domains<'a> {
        Domains { snapshot, people: OnceCell::new() }
    }

    /// `None` for a domain that somebody has, and for one that is like no other.
    pub(super) fn near(&self, domain: &str) -> Option<Near<'a>> {
        let known = self.people.get_or_init(|| count(self.snapshot));
        if known.contains_key(domain) {
            return None;
        }
        let near = known.iter().filter(|(known, _)| is_slip(domain, known));
        let most = near.max_by_key(|(_, people)| **people);
        most.map(|(known, people)| Near { domain: known, people: *people })
    }
}

fn count(snapshot: &Snapshot) -> BTreeMap<&str, usize> {
    let mut domains = BTreeMap::new();
    for member in snapshot.people.iter().filter(|member| member.user.status != Status::Absent) {
        *domains.entry(member.user.email.domain()).or_default() += 1;
    }
    domains
}

/// A letter or two in the name, or one in the ending: `exmaple.com` and `example.con` for `example.com`. Two
/// countries are no slip: `example.nl` is not `example.be`.
fn is_slip(one: &str, other: &str) -> bool {
    let Some(((name, ending), (other_name, other_ending))) = one.rsplit_once('.').zip(other.rsplit_once('.'))
    else {
        return false;
    };
    let letters = name.chars().count().min(other_name.chars().count());
    let most = match letters {
        ..3 => 0,
        3..6 => 1,
        6.. => 2,
    };
    if ending == other_ending {
        return (1..=most).contains(&strsim::osa_distance(name, other_name));
    }
    let are_countries = ending.len() == 2 && other_ending.len() == 2;
    name == other_name && !are_countries && strsim::osa_distance(ending, other_ending) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_another_company() {
        for slip in ["exmaple.com", "exampl.com", "eaxmpel.com", "example.con", "example.cm", "example.co"] {
            assert!(is_slip(slip, "example.com"), "{slip}");
        }
        for other in [
            "example.com",
            "example.be",
            "sample.org",
            "example.net",
            "partner.com",
            "com",
            "mail.example.com",
        ] {
            assert!(!is_slip(other, "example.com"), "{other}");
        }
        assert!(!is_slip("example.nl", "example.be"));
        assert!(!is_slip("hp.com", "ha.com"), "short names are easily alike");
        assert!(is_slip("acne.com", "acme.com"));
        assert!(!is_slip("acnr.com", "acme.com"));
    }
}
