//! The rules that had a say about somebody: of the policy, of HubSpot, of the entry itself.
//!
//! Deliberately absent: what the rows of the plan say already (why something is blocked or waits, what a reviewer
//! should know); whoever shows an explanation shows those rows with it.

use crate::config::{DeactivateBy, DesiredUser, NamePolicy, Setting, Unmanaged, WantedState};
use crate::model::{Member, Place, Status, UserId};
use crate::resolve::{CredentialOwner, Person, Resolved};

/// A rule, what it found, and where the files have it, as far as they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiredRule {
    pub name: RuleName,
    pub place: Option<Place>,
}

/// What had a say; the words are `render`'s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleName {
    /// `policy.ignore`: never listed, never touched.
    Ignored {
        pattern: String,
    },
    /// `policy.unmanaged`, about somebody no file names.
    Unmanaged(Unmanaged),
    /// The portal no longer has them; the CRM or an archived owner still does.
    FormerPerson,
    /// `id`: whoever has it is meant, whatever their address.
    PinnedById(UserId),
    /// `previous_email`, or an id: the portal has them under another address.
    KnownAs {
        live: String,
    },
    /// `policy.protected`.
    Protected {
        pattern: String,
    },
    /// HubSpot's API or `policy.credential_owner` says that the token acts for them.
    CredentialOwner {
        configured: bool,
    },
    SuperAdmin,
    /// `expires` has come, and this follows.
    Expired(WantedState),
    /// `policy.names: create_only`: the entry has other names than the portal.
    NamesAreKept,
    /// `policy.allowed_domains` does not have the domain.
    ForeignDomain(String),
    /// Several permission sets: any PUT keeps one.
    SeveralPermissionSets {
        collapse: bool,
    },
    /// No permission set and no super admin: permissions made by hand, which no API reads.
    HandMadePermissions,
    /// Invited and not accepted: HubSpot takes little.
    NotAccepted,
    /// `policy.deactivate: strip`, which takes access and leaves the login.
    Stripped,
}

pub(super) fn of_unmanaged(resolved: &Resolved<'_>, member: &Member) -> Vec<FiredRule> {
    let email = &member.user.email;
    let ignored = resolved.policy.ignore.iter().find(|pattern| pattern.matches(email));
    let name = match (ignored, member.user.status) {
        (Some(pattern), _) => RuleName::Ignored { pattern: pattern.as_str().to_owned() },
        (None, Status::Absent) => RuleName::FormerPerson,
        (None, _) => RuleName::Unmanaged(resolved.policy.unmanaged),
    };
    vec![FiredRule { name, place: None }]
}

pub(super) fn of_person(resolved: &Resolved<'_>, person: &Person<'_>) -> Vec<FiredRule> {
    let mut rules = Vec::new();
    let mut fired =
        |name: RuleName, place: Option<&Place>| rules.push(FiredRule { name, place: place.cloned() });
    let live = person.live.filter(|member| member.user.status != Status::Absent);
    match person.entry {
        None => fired(RuleName::Unmanaged(resolved.policy.unmanaged), None),
        Some(entry) => of_entry(resolved, person, entry, &mut fired),
    }
    let protects = resolved.policy.protected.iter().find(|pattern| pattern.matches(person.email));
    if let (true, Some(pattern)) = (person.is_protected, protects) {
        fired(RuleName::Protected { pattern: pattern.as_str().to_owned() }, None);
    }
    match person.credential_owner {
        CredentialOwner::Told => fired(RuleName::CredentialOwner { configured: false }, None),
        CredentialOwner::Configured => fired(RuleName::CredentialOwner { configured: true }, None),
        CredentialOwner::No => {}
    }
    if let Some(member) = live {
        of_member(person, member, &mut fired);
        let is_stripped = person.state == WantedState::Deactivated
            && resolved.policy.deactivate == DeactivateBy::Strip
            && member.user.status != Status::Deactivated;
        if is_stripped {
            fired(RuleName::Stripped, None);
        }
    }
    rules
}

fn of_entry(
    resolved: &Resolved<'_>,
    person: &Person<'_>,
    entry: &DesiredUser,
    fired: &mut impl FnMut(RuleName, Option<&Place>),
) {
    if let Some((id, place)) = entry.id.as_deref() {
        fired(RuleName::PinnedById(id.clone()), Some(place));
    }
    if let Some(live) = person.live_email {
        let place = entry.previous_email.as_deref().map(|(_, place)| place);
        fired(RuleName::KnownAs { live: live.as_str().to_owned() }, place);
    }
    if let (Some(_), Some(expiry)) = (person.expired, &entry.expires) {
        fired(RuleName::Expired(person.state), Some(&expiry.place));
    }
    let live = person.live.filter(|member| member.user.status != Status::Absent);
    let is_other = |given: &Setting<String>, live: Option<&String>| match given {
        Setting::Given(name, _) => Some(name) != live,
        Setting::LeftOut | Setting::Clear(_) => false,
    };
    if let (Some(member), NamePolicy::CreateOnly) = (live, resolved.policy.names) {
        let user = &member.user;
        if is_other(&entry.first_name, user.first_name.as_ref())
            || is_other(&entry.last_name, user.last_name.as_ref())
        {
            let place = entry.first_name.place().or(entry.last_name.place());
            fired(RuleName::NamesAreKept, place);
        }
    }
    if person.has_foreign_domain {
        fired(RuleName::ForeignDomain(person.email.domain().to_owned()), Some(&entry.place));
    }
}

fn of_member(person: &Person<'_>, member: &Member, fired: &mut impl FnMut(RuleName, Option<&Place>)) {
    let user = &member.user;
    if user.super_admin {
        fired(RuleName::SuperAdmin, None);
    } else if user.permission_sets.len() > 1 {
        let collapse = person.entry.is_some_and(|entry| entry.collapse_roles);
        fired(RuleName::SeveralPermissionSets { collapse }, None);
    } else if user.permission_sets.is_empty() && user.status == Status::Active {
        fired(RuleName::HandMadePermissions, None);
    }
    if user.status == Status::Invited {
        fired(RuleName::NotAccepted, None);
    }
}
