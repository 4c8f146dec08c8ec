//! Which person in the portal an entry of the file is: by pinned id, by address, by earlier address.
//!
//! Never by likeness: what does not match is somebody else.

use std::collections::BTreeMap;

use crate::config::{DesiredUser, Finding, Severity};
use crate::model::{Email, EmailPattern, Member, Place, Snapshot, Status, UserId};

/// The person an entry was found to be.
pub(super) struct Found<'a> {
    pub member: Option<&'a Member>,
    /// The portal knows them by another address, which only they can change.
    pub live_email: Option<&'a Email>,
    pub conflict: Option<Conflict>,
}

/// Why it cannot be said who is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// `id` is one person, the address another.
    PinnedIdIsSomebodyElse { pinned: UserId, live: UserId },
    /// Several people in the portal answer to the address.
    SeveralLivePeople(Vec<UserId>),
    /// The address and the earlier one are two people.
    PreviousEmailStillLive(Email),
    /// The entry leads to somebody whom `policy.ignore` keeps out of sight.
    Ignored(Email),
    /// Nobody in the portal has the pinned id, or it was a former person with another address.
    NobodyHasId(UserId),
}

/// The people of a snapshot by id and by address, and who of them an entry has claimed.
pub(super) struct Index<'a> {
    people: &'a [Member],
    /// Positions in `people`, sorted by address; several for one address are possible.
    by_email: Vec<u32>,
    by_id: Vec<u32>,
    /// `policy.ignore`: nobody it covers is ever changed, whatever an entry says.
    ignore: &'a [EmailPattern],
    claimed: Vec<bool>,
    claims: BTreeMap<u32, &'a Place>,
}

impl<'a> Index<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, ignore: &'a [EmailPattern]) -> Index<'a> {
        let people = snapshot.people.as_slice();
        let all = || (0..people.len()).map(|position| position as u32);
        let mut by_email: Vec<u32> = all().collect();
        by_email.sort_by_key(|position| people[*position as usize].user.email.key());
        let mut by_id: Vec<u32> =
            all().filter(|position| people[*position as usize].user.id.is_some()).collect();
        by_id.sort_by_key(|position| people[*position as usize].user.id.as_ref());
        Index { people, by_email, by_id, ignore, claimed: vec![false; people.len()], claims: BTreeMap::new() }
    }

    fn member(&self, position: u32) -> &'a Member {
        &self.people[position as usize]
    }

    fn with_id(&self, id: &UserId) -> Option<u32> {
        let start = self.by_id.partition_point(|position| self.member(*position).user.id.as_ref() < Some(id));
        self.by_id.get(start).copied().filter(|position| self.member(*position).user.id.as_ref() == Some(id))
    }

    /// Former people that share the address are passed over where somebody present has it.
    fn with_email(&self, email: &Email) -> Vec<u32> {
        let start =
            self.by_email.partition_point(|position| self.member(*position).user.email.key() < email.key());
        let same: Vec<u32> = self.by_email[start..]
            .iter()
            .copied()
            .take_while(|position| self.member(*position).user.email == *email)
            .collect();
        let present: Vec<u32> = same
            .iter()
            .copied()
            .filter(|position| self.member(*position).user.status != Status::Absent)
            .collect();
        if present.is_empty() { same.into_iter().take(1).collect() } else { present }
    }

    /// Who the entry is; a second entry for the same person is a finding.
    pub(super) fn claim(&mut self, entry: &'a DesiredUser) -> Result<Found<'a>, Box<Finding>> {
        // Everybody the entry may mean is spoken for, also where it cannot be said which: a mistake in an entry
        // must not make its people unmanaged.
        for position in self.meant(entry) {
            self.claimed[position as usize] = true;
        }
        let (position, conflict) = self.find(entry);
        let Some(position) = position else {
            return Ok(Found { member: None, live_email: None, conflict });
        };
        let member = self.member(position);
        let is_ignored = self.ignore.iter().any(|pattern| pattern.matches(&member.user.email));
        let conflict = if is_ignored { Some(Conflict::Ignored(member.user.email.clone())) } else { conflict };
        if let Some(first) = self.claims.get(&position) {
            return Err(Box::new(same_person(entry, first, member)));
        }
        self.claims.insert(position, &entry.place);
        let differs = member.user.email != entry.email && member.user.status != Status::Absent;
        Ok(Found { member: Some(member), live_email: differs.then_some(&member.user.email), conflict })
    }

    fn meant(&self, entry: &DesiredUser) -> Vec<u32> {
        let pinned = entry.id.as_deref().and_then(|(id, _)| self.with_id(id));
        let addresses = [Some(&entry.email), entry.previous_email.as_deref().map(|(previous, _)| previous)];
        let by_email = addresses.into_iter().flatten().flat_map(|email| self.with_email(email));
        pinned.into_iter().chain(by_email).collect()
    }

    fn find(&self, entry: &DesiredUser) -> (Option<u32>, Option<Conflict>) {
        let by_email = self.with_email(&entry.email);
        let is_present = |position: &u32| self.member(*position).user.status != Status::Absent;
        let id_at = |position: &u32| self.member(*position).user.id.clone();
        if let Some((id, _)) = entry.id.as_deref() {
            let pinned = self.with_id(id);
            let elsewhere = by_email.iter().find(|position| Some(**position) != pinned);
            let conflict = elsewhere
                .filter(|position| self.member(**position).user.status != Status::Absent)
                .and_then(id_at)
                .map(|live| Conflict::PinnedIdIsSomebodyElse { pinned: id.clone(), live });
            // Without a conflict a former record under the address is not this person either: the id says so.
            let pinned = pinned.filter(|position| {
                // A former person who comes back is the same only under the same address.
                is_present(position) || self.member(*position).user.email == entry.email
            });
            let position = pinned.or_else(|| elsewhere.copied().filter(|_| conflict.is_some()));
            let nobody = position.is_none().then(|| Conflict::NobodyHasId(id.clone()));
            return (position, conflict.or(nobody));
        }
        if by_email.len() > 1 {
            let ids = by_email.iter().filter_map(id_at).collect();
            return (by_email.first().copied(), Some(Conflict::SeveralLivePeople(ids)));
        }
        let found = by_email.first().copied();
        let Some((previous, _)) = entry.previous_email.as_deref() else { return (found, None) };
        let earlier = self.with_email(previous).into_iter().find(is_present);
        match (found.filter(is_present), earlier) {
            (Some(found), Some(earlier)) if found != earlier => {
                (Some(found), Some(Conflict::PreviousEmailStillLive(previous.clone())))
            }
            (None, Some(earlier)) => (Some(earlier), None),
            _ => (found, None),
        }
    }

    /// Everybody no entry is about, sorted by address.
    pub(super) fn unclaimed(&self) -> impl Iterator<Item = &'a Member> + '_ {
        self.by_email
            .iter()
            .filter(|position| !self.claimed[**position as usize])
            .map(|position| self.member(*position))
    }
}

fn same_person(entry: &DesiredUser, first: &Place, member: &Member) -> Finding {
    Finding {
        severity: Severity::Error,
        code: "same-person",
        place: entry.place.clone(),
        width: entry.email.as_str().chars().count() as u32,
        source_line: None,
        message: format!(
            "this entry and an earlier one are the same person in the portal, `{}`",
            member.user.email
        ),
        help: Some("keep one of the two entries".to_owned()),
        related: Some((first.clone(), "the other entry".to_owned())),
    }
}
