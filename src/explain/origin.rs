//! Where a wanted value comes from: a line of the files, the role, a default, or nowhere, so that it is left
//! alone.

use std::collections::BTreeMap;

use crate::config::{DesiredProfile, DesiredUser, NamePolicy, Role, RoleKey, Setting, WantedState};
use crate::model::{Place, Status};
use crate::plan::{Attribute, ProfileAttribute, UserAttribute};
use crate::resolve::{Person, Resolved};

/// The places of an entry's keys in the file, by name.
pub type Keys = BTreeMap<String, Place>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The person's entry says so.
    Entry(Place),
    /// The entry names a role, and this is what its file says.
    Role { key: RoleKey, place: Place, entry: Place },
    /// The day in `expires` has come.
    Expiry(Place),
    /// Not written anywhere: what the documentation promises.
    Default(&'static str),
    /// The files say it, and this policy keeps the live value all the same.
    Kept { policy: &'static str, entry: Place },
    /// The files are silent, so the live value stays.
    LeftAlone,
}

pub(super) struct Origins<'a> {
    entry: Option<&'a DesiredUser>,
    role: Option<(&'a RoleKey, &'a Role)>,
    expired: bool,
    is_removed: bool,
    /// Where a name in the files changes nothing: the live ones.
    kept_names: Option<(Option<&'a str>, Option<&'a str>)>,
    keys: &'a Keys,
}

impl<'a> Origins<'a> {
    pub(super) fn new(resolved: &'a Resolved<'_>, person: &'a Person<'_>, keys: &'a Keys) -> Origins<'a> {
        let role = person.entry.and_then(|entry| match &entry.role {
            Setting::Given(key, _) => resolved.roles.get(key).map(|role| (key, role.role)),
            Setting::LeftOut | Setting::Clear(_) => None,
        });
        let live = person.live.filter(|member| member.user.status != Status::Absent);
        let names = live.map(|member| (member.user.first_name.as_deref(), member.user.last_name.as_deref()));
        Origins {
            entry: person.entry,
            role,
            expired: person.expired.is_some(),
            is_removed: person.state == WantedState::Removed,
            kept_names: names.filter(|_| resolved.policy.names == NamePolicy::CreateOnly),
            keys,
        }
    }

    pub(super) fn state(&self) -> Origin {
        let Some(entry) = self.entry else { return Origin::LeftAlone };
        match (&entry.expires, self.keys.get("state")) {
            (Some(expiry), _) if self.expired => Origin::Expiry(expiry.place.clone()),
            (_, Some(place)) => Origin::Entry(place.clone()),
            (_, None) => Origin::Default("whoever is listed is wanted present"),
        }
    }

    pub(super) fn of(&self, attribute: Attribute) -> Origin {
        let Some(entry) = self.entry else { return Origin::LeftAlone };
        if self.is_removed {
            return self.state();
        }
        match attribute {
            Attribute::Team(_) => Origin::LeftAlone,
            Attribute::User(attribute) => self.of_user(entry, attribute),
            Attribute::Profile(attribute) => match &entry.profile {
                Some(profile) => given(profile_place(profile, attribute)),
                None => Origin::LeftAlone,
            },
        }
    }

    fn of_user(&self, entry: &DesiredUser, attribute: UserAttribute) -> Origin {
        match attribute {
            UserAttribute::Role => match (&entry.role, self.role) {
                (Setting::Given(_, place), Some((key, role))) => {
                    let (key, entry) = (key.clone(), place.clone());
                    Origin::Role { key, place: role.access_place.clone(), entry }
                }
                (setting, _) => given(setting.place()),
            },
            UserAttribute::Team => given(entry.team.place()),
            UserAttribute::ExtraTeams => given(entry.extra_teams.place()),
            UserAttribute::Seats => match (entry.seats.place(), self.role) {
                (Some(place), _) => Origin::Entry(place.clone()),
                (None, Some((key, role))) => match role.seats.place() {
                    Some(place) => Origin::Role {
                        key: key.clone(),
                        place: place.clone(),
                        entry: entry.role.place().unwrap_or(&entry.place).clone(),
                    },
                    None => Origin::LeftAlone,
                },
                (None, None) => Origin::LeftAlone,
            },
            UserAttribute::FirstName => name(&entry.first_name, self.kept_names.map(|(first, _)| first)),
            UserAttribute::LastName => name(&entry.last_name, self.kept_names.map(|(_, last)| last)),
            // Neither is a value of the person's: the one is the status, the other the invitation's.
            UserAttribute::State | UserAttribute::Invite => Origin::LeftAlone,
        }
    }

    pub(super) fn language(&self) -> Option<(String, Origin)> {
        let language = self.entry?.language.as_ref()?;
        Some((language.to_string(), self.key_or("language", "`defaults.language`")))
    }

    pub(super) fn invite(&self) -> Option<(bool, Origin)> {
        let default = "`defaults.invite`, which is true where it is left out";
        Some((self.entry?.invite, self.key_or("invite", default)))
    }

    fn key_or(&self, key: &str, default: &'static str) -> Origin {
        self.keys.get(key).map_or(Origin::Default(default), |place| Origin::Entry(place.clone()))
    }
}

/// `kept`: the live name, where the policy keeps it.
fn name(setting: &Setting<String>, kept: Option<Option<&str>>) -> Origin {
    match (setting, kept) {
        (Setting::Given(name, place), Some(live)) if live != Some(name) => {
            Origin::Kept { policy: "`policy.names: create_only`", entry: place.clone() }
        }
        (setting, _) => given(setting.place()),
    }
}

fn given(place: Option<&Place>) -> Origin {
    place.map_or(Origin::LeftAlone, |place| Origin::Entry(place.clone()))
}

fn profile_place(profile: &DesiredProfile, attribute: ProfileAttribute) -> Option<&Place> {
    match attribute {
        ProfileAttribute::JobTitle => profile.job_title.place(),
        ProfileAttribute::Phone => profile.phone.place(),
        ProfileAttribute::Availability => profile.availability.place(),
        ProfileAttribute::TimeZone => profile.time_zone.place(),
        ProfileAttribute::WorkingHours => profile.working_hours.place(),
        ProfileAttribute::OutOfOffice => profile.out_of_office.place(),
        ProfileAttribute::MainLanguage => profile.main_language.place(),
        ProfileAttribute::OtherLanguages => profile.other_languages.place(),
    }
}
