//! One person: as wanted, as live, where each value comes from, and which rules had a say.
//!
//! Deliberately absent: planning. What is explained is a plan that was made for everybody; nothing here decides
//! anything, so that an explanation cannot differ from what `apply` does.

mod origin;
mod rules;

pub use origin::{Keys, Origin};
pub use rules::{FiredRule, RuleName};

use jiff::civil::Date;

use crate::config::{Access, RoleKey, WantedState};
use crate::model::{Email, Member, Place, Sources, Status, User, UserId};
use crate::plan::{Attribute, Subject, UserAttribute, Value, values_of};
use crate::resolve::{Person, Resolved, WantedAccess};

use origin::Origins;

/// Everything about one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// As the files write it, or as the portal holds it.
    pub email: Email,
    /// HubSpot's settings user id, where the portal shows them.
    pub id: Option<UserId>,
    /// The entry in the files; `None` for somebody no file names.
    pub source: Option<Place>,
    pub status: StatusExplained,
    /// What the role gives otherwise than by a permission set; only by hand.
    pub access: Option<AccessByHand>,
    /// Every attribute that has a value on either side.
    pub attributes: Vec<Explained>,
    /// Of the mails that hubroster writes; HubSpot has no such thing.
    pub language: Option<(String, Origin)>,
    /// Whether HubSpot mails an invitation; of somebody who would be invited.
    pub invite: Option<(bool, Origin)>,
    /// In the order in which they have a say.
    pub rules: Vec<FiredRule>,
}

/// Access that no API gives, and the role that asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessByHand {
    pub role: RoleKey,
    /// Where the role's file says so.
    pub place: Place,
    pub access: Access,
}

/// How the person stands, and how they should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusExplained {
    /// `Absent` where nothing shows them.
    pub live: Status,
    /// What the live status was derived from; `None` where nothing shows them.
    pub sources: Option<Sources>,
    pub super_admin: bool,
    /// The day of HubSpot's last sign of them.
    pub last_active: Option<jiff::Timestamp>,
    /// After expiry; `None` for somebody no file names.
    pub wanted: Option<WantedState>,
    pub origin: Origin,
    /// The day in `expires`, come or not.
    pub expires: Option<Date>,
}

/// One attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    pub attribute: Attribute,
    pub live: Value,
    pub wanted: Value,
    pub origin: Origin,
}

/// What is known of an address; `None` where neither the files nor the portal know it. `keys` are the places of
/// the entry's own keys.
pub fn explain(resolved: &Resolved<'_>, email: &Email, keys: &Keys) -> Option<Explanation> {
    if let Some(person) = resolved.people.iter().find(|person| is_known_as(person, email)) {
        return Some(of_person(resolved, person, keys));
    }
    let member = resolved.snapshot.people.iter().find(|member| member.user.email == *email)?;
    Some(Explanation {
        email: member.user.email.clone(),
        id: member.user.id.clone(),
        source: None,
        status: StatusExplained {
            wanted: None,
            origin: Origin::LeftAlone,
            expires: None,
            ..status(Some(member))
        },
        access: None,
        attributes: attributes(Some(&member.user), &member.user, |_| Origin::LeftAlone),
        language: None,
        invite: None,
        rules: rules::of_unmanaged(resolved, member),
    })
}

/// The rows of a plan that are about this person, however the row calls them.
pub fn is_about(subject: &Subject, explanation: &Explanation) -> bool {
    match subject {
        Subject::Team { .. } => false,
        Subject::User { email, id } => *email == explanation.email || (id.is_some() && *id == explanation.id),
    }
}

/// By the address of the entry, by the one in the portal, or by an earlier one.
pub fn is_known_as(person: &Person<'_>, email: &Email) -> bool {
    let earlier = person.entry.and_then(|entry| entry.previous_email.as_deref()).map(|(earlier, _)| earlier);
    [Some(person.email), person.live_email, earlier].into_iter().flatten().any(|known| known == email)
}

fn of_person(resolved: &Resolved<'_>, person: &Person<'_>, keys: &Keys) -> Explanation {
    let origins = Origins::new(resolved, person, keys);
    let nobody = User::absent(person.email.clone());
    let live = person.live.filter(|member| member.user.status != Status::Absent);
    let is_removed = person.state == WantedState::Removed;
    let wanted = if is_removed { &nobody } else { &*person.wanted };
    let mut attributes =
        attributes(live.map(|member| &member.user), wanted, |attribute| origins.of(attribute));
    // What the entry clears says nothing about somebody who goes with all they have.
    attributes.retain(|one| !is_removed || !one.live.is_nothing());
    let id = person.live.and_then(|member| member.user.id.clone());
    Explanation {
        email: person.email.clone(),
        source: person.entry.map(|entry| entry.place.clone()),
        status: StatusExplained {
            wanted: Some(person.state),
            origin: origins.state(),
            expires: person.entry.and_then(|entry| entry.expires.as_ref()).map(|expiry| expiry.day),
            ..status(person.live)
        },
        attributes,
        language: origins.language(),
        invite: origins.invite().filter(|_| live.is_none()),
        access: access_by_hand(person.access),
        rules: rules::of_person(resolved, person),
        id,
    }
}

fn access_by_hand(wanted: WantedAccess<'_>) -> Option<AccessByHand> {
    match wanted {
        WantedAccess::LeftOut | WantedAccess::Cleared | WantedAccess::PermissionSet(_) => None,
        WantedAccess::Unavailable { role, .. }
        | WantedAccess::Template { role, .. }
        | WantedAccess::Scratch(role)
        | WantedAccess::SuperAdmin(role) => Some(AccessByHand {
            role: role.key.clone(),
            place: role.role.access_place.clone(),
            access: role.role.access.clone(),
        }),
    }
}

fn status(member: Option<&Member>) -> StatusExplained {
    StatusExplained {
        live: member.map_or(Status::Absent, |member| member.user.status),
        sources: member.map(|member| member.sources),
        super_admin: member.is_some_and(|member| member.user.super_admin),
        last_active: member.and_then(|member| member.last_active),
        wanted: None,
        origin: Origin::LeftAlone,
        expires: None,
    }
}

fn attributes(live: Option<&User>, wanted: &User, origin: impl Fn(Attribute) -> Origin) -> Vec<Explained> {
    let live = live.map(values_of).unwrap_or_default();
    let wanted = values_of(wanted);
    let of = |values: &[(Attribute, Value)], attribute: Attribute| {
        let found = values.iter().find(|(one, _)| *one == attribute);
        found.map_or(Value::Nothing, |(_, value)| value.clone())
    };
    // The one is the status, the other an invitation's own; both are told apart.
    let is_told_elsewhere = |attribute: &Attribute| {
        matches!(attribute, Attribute::User(UserAttribute::State | UserAttribute::Invite))
    };
    let all = Attribute::ALL.into_iter().filter(|attribute| !is_told_elsewhere(attribute));
    let explained = all.map(|attribute| Explained {
        attribute,
        live: of(&live, attribute),
        wanted: of(&wanted, attribute),
        origin: origin(attribute),
    });
    explained
        .filter(|one| {
            !one.live.is_nothing() || !one.wanted.is_nothing() || matches!(one.origin, Origin::Entry(_))
        })
        .collect()
}
