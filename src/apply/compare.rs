//! Whether what HubSpot shows is what was planned from, and afterwards what was wanted.
//!
//! Only what an answer shows is compared: older API versions say nothing of seats.

use std::collections::BTreeSet;

use crate::model::{Named, Profile, User};
use crate::plan::{Action, Attribute, ProfileAttribute, UserAttribute};
use crate::portal::Settings;

const SETTINGS: [UserAttribute; 6] = [
    UserAttribute::Role,
    UserAttribute::Team,
    UserAttribute::ExtraTeams,
    UserAttribute::Seats,
    UserAttribute::FirstName,
    UserAttribute::LastName,
];

/// What an action changes on the settings side.
pub(super) fn settings_changes(action: &Action) -> Vec<UserAttribute> {
    let user = |attribute| match attribute {
        Attribute::User(attribute) => Some(attribute),
        Attribute::Team(_) | Attribute::Profile(_) => None,
    };
    action.changes.iter().filter_map(|change| user(change.attribute)).collect()
}

/// What an action changes on the CRM record.
pub(super) fn profile_changes(action: &Action) -> Vec<ProfileAttribute> {
    let profile = |attribute| match attribute {
        Attribute::Profile(attribute) => Some(attribute),
        Attribute::Team(_) | Attribute::User(_) => None,
    };
    action.changes.iter().filter_map(|change| profile(change.attribute)).collect()
}

/// What of a person differs from `planned`, in the words of the files; empty: nothing.
pub(super) fn differences(live: &Settings, planned: &User) -> Vec<&'static str> {
    let mut differences: Vec<&'static str> = missing(live, planned, &SETTINGS)
        .into_iter()
        .map(|attribute| Attribute::User(attribute).as_str())
        .collect();
    if live.super_admin != planned.super_admin {
        differences.push("super admin");
    }
    if live.email != planned.email {
        differences.push("email");
    }
    differences
}

/// Which of `attributes` the portal does not show as `wanted` has them.
pub(super) fn missing(live: &Settings, wanted: &User, attributes: &[UserAttribute]) -> Vec<UserAttribute> {
    attributes.iter().copied().filter(|attribute| !shows(live, wanted, *attribute)).collect()
}

fn shows(live: &Settings, user: &User, attribute: UserAttribute) -> bool {
    match attribute {
        UserAttribute::Role => live.role_ids.iter().eq(ids(&user.permission_sets)),
        UserAttribute::Team => live.team.as_ref() == user.team.as_ref().and_then(|team| team.id.as_ref()),
        UserAttribute::ExtraTeams => live.extra_teams.iter().eq(ids(&user.extra_teams)),
        UserAttribute::Seats => match &live.seats {
            Some(seats) => seats.iter().eq(user.seats.iter().collect::<BTreeSet<_>>()),
            None => true,
        },
        UserAttribute::FirstName => live.first_name == user.first_name,
        UserAttribute::LastName => live.last_name == user.last_name,
        // No settings read tells whether a mail was sent, or whether somebody is active.
        UserAttribute::Invite | UserAttribute::State => true,
    }
}

fn ids<Id: Ord>(named: &[Named<Id>]) -> BTreeSet<&Id> {
    named.iter().filter_map(|named| named.id.as_ref()).collect()
}

/// Which of `attributes` are not alike on two profiles.
pub(super) fn profile_differences(
    one: &Profile,
    other: &Profile,
    attributes: &[ProfileAttribute],
) -> Vec<ProfileAttribute> {
    let alike = |attribute| match attribute {
        ProfileAttribute::JobTitle => one.job_title == other.job_title,
        ProfileAttribute::Phone => one.phone == other.phone,
        ProfileAttribute::Availability => one.availability == other.availability,
        ProfileAttribute::TimeZone => one.time_zone == other.time_zone,
        ProfileAttribute::WorkingHours => one.working_hours == other.working_hours,
        ProfileAttribute::OutOfOffice => one.out_of_office == other.out_of_office,
        ProfileAttribute::MainLanguage => one.main_language == other.main_language,
        ProfileAttribute::OtherLanguages => one.other_languages == other.other_languages,
    };
    attributes.iter().copied().filter(|attribute| !alike(*attribute)).collect()
}
