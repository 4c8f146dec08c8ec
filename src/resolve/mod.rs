//! Desired state and snapshot → people with ids; what is unmanaged adopts the live value.
//!
//! "Leave it alone" is not a case of its own later on: a person's wanted side begins as the live one and only
//! what the files say is laid over it. Deliberately absent: comparing the two sides, and any rule about what
//! may be done; those are `plan`'s. Names that the portal does not know come out as findings.

mod identity;
mod names;
mod person;
mod roles;
mod teams;

pub use identity::Conflict;
pub use person::{CredentialOwner, Person, Wanted, WantedAccess};
pub use roles::ResolvedRole;
pub use teams::{TeamPair, WantedTeam};

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::config::{Desired, Findings, Policy, PortalPin, RoleKey, Unmanaged};
use crate::model::{Account, ApiVersion, Member, Snapshot, Source, Status, Team};

use identity::Index;

/// Everything `plan` looks at.
#[derive(Debug)]
pub struct Resolved<'a> {
    pub portal: &'a PortalPin,
    pub account: &'a Account,
    pub api: ApiVersion,
    pub policy: &'a Policy,
    /// The entries of the file, in its order, and with `policy.unmanaged: remove` everybody else after them.
    pub people: Vec<Person<'a>>,
    /// Empty where teams are not managed.
    pub teams: Vec<TeamPair<'a>>,
    /// In the portal, in no file, and not ignored; sorted by e-mail.
    pub unmanaged: Vec<&'a Member>,
    /// Empty where teams are not managed.
    pub unmanaged_teams: Vec<&'a Team>,
    pub roles: BTreeMap<&'a RoleKey, ResolvedRole<'a>>,
    pub snapshot: &'a Snapshot,
    /// The day it is resolved for, in the portal's time zone.
    pub today: Date,
    /// People in the portal who are not ignored.
    pub live: usize,
    /// The file lists nobody.
    pub empty_list: bool,
}

/// `today` is a day in the portal's time zone.
///
/// # Errors
///
/// Every name in the files that the portal does not know or knows twice, and entries that turn out to be one
/// person.
pub fn resolve<'a>(
    desired: &'a Desired,
    snapshot: &'a Snapshot,
    today: Date,
) -> Result<Resolved<'a>, Findings> {
    let Desired { portal, policy, teams: _, users, users_place: _, roles: _ } = desired;
    let mut findings = Findings::default();
    let roles = roles::resolve(desired, snapshot, &mut findings);
    let teams = teams::Directory::new(desired, snapshot, &mut findings);
    let mut index = Index::new(snapshot, &policy.ignore);
    let context = person::Context { desired, snapshot, today, roles: &roles, teams: &teams };
    let mut people = Vec::with_capacity(users.len());
    for entry in users {
        match index.claim(entry) {
            Ok(found) => people.push(person::resolve(&context, entry, found, &mut findings)),
            Err(finding) => findings.0.push(*finding),
        }
    }
    if findings.has_errors() {
        return Err(findings);
    }
    let is_ignored =
        |member: &Member| policy.ignore.iter().any(|pattern| pattern.matches(&member.user.email));
    let is_live = |member: &&Member| {
        member.user.status != Status::Absent
            && (member.sources.settings != Source::NotShown || member.sources.direct == Source::Shown)
            && !is_ignored(member)
    };
    let live = snapshot.people.iter().filter(is_live).count();
    let mut unmanaged: Vec<&Member> = index.unclaimed().filter(is_live).collect();
    if policy.unmanaged == Unmanaged::Remove {
        people.extend(unmanaged.drain(..).map(|member| person::not_in_files(&context, member)));
    }
    Ok(Resolved {
        portal,
        account: &snapshot.portal,
        api: snapshot.api,
        policy,
        people,
        unmanaged_teams: teams.unmanaged(),
        teams: teams.into_pairs(),
        unmanaged,
        roles,
        snapshot,
        today,
        live,
        empty_list: users.is_empty(),
    })
}
