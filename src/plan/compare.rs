//! The difference between the two sides of a person, attribute by attribute.

use crate::model::{Absence, Named, Profile, Raw, User, WorkingHours};

use super::{Attribute, Change, NamedText, ProfileAttribute, UserAttribute, Value};

/// In the order of [`UserAttribute`], then [`ProfileAttribute`]. Status and e-mail are no attributes: the one
/// is a lifecycle, the other only its owner can change.
pub(super) fn differences(before: &User, after: &User) -> Vec<Change> {
    // Destructured on one side so that a new attribute is a compile error here.
    let User {
        email: _,
        id: _,
        status: _,
        first_name,
        last_name,
        super_admin: _,
        permission_sets,
        team,
        extra_teams,
        seats,
        profile,
    } = before;
    let mut changes = Vec::new();
    let mut compare = |attribute: UserAttribute, before: Value, after: Value| {
        changes.extend(change(Attribute::User(attribute), before, after));
    };
    compare(UserAttribute::Role, list(permission_sets), list(&after.permission_sets));
    if !is_same_team(team.as_ref(), after.team.as_ref()) {
        compare(UserAttribute::Team, named(team.as_ref()), named(after.team.as_ref()));
    }
    if !is_same_teams(extra_teams, &after.extra_teams) {
        compare(UserAttribute::ExtraTeams, named_list(extra_teams), named_list(&after.extra_teams));
    }
    compare(UserAttribute::Seats, texts(seats), texts(&after.seats));
    compare(UserAttribute::FirstName, text(first_name.as_deref()), text(after.first_name.as_deref()));
    compare(UserAttribute::LastName, text(last_name.as_deref()), text(after.last_name.as_deref()));
    compare_profiles(profile, &after.profile, &mut changes);
    changes
}

/// Every attribute of somebody that has a value.
pub fn values_of(user: &User) -> Vec<(Attribute, Value)> {
    let nobody = User::absent(user.email.clone());
    differences(&nobody, user)
        .into_iter()
        .map(|Change { attribute, before: _, after }| (attribute, after))
        .collect()
}

fn compare_profiles(before: &Profile, after: &Profile, changes: &mut Vec<Change>) {
    if before == after {
        return;
    }
    let Profile {
        job_title,
        phone,
        availability,
        time_zone,
        working_hours,
        out_of_office,
        main_language,
        other_languages,
    } = before;
    let mut compare = |attribute: ProfileAttribute, before: Value, after: Value| {
        changes.extend(change(Attribute::Profile(attribute), before, after));
    };
    compare(ProfileAttribute::JobTitle, text(job_title.as_deref()), text(after.job_title.as_deref()));
    compare(ProfileAttribute::Phone, text(phone.as_deref()), text(after.phone.as_deref()));
    compare(
        ProfileAttribute::Availability,
        text(availability.as_deref()),
        text(after.availability.as_deref()),
    );
    compare(ProfileAttribute::TimeZone, text(time_zone.as_deref()), text(after.time_zone.as_deref()));
    compare(
        ProfileAttribute::WorkingHours,
        hours(working_hours.as_ref()),
        hours(after.working_hours.as_ref()),
    );
    compare(
        ProfileAttribute::OutOfOffice,
        absences(out_of_office.as_ref()),
        absences(after.out_of_office.as_ref()),
    );
    compare(
        ProfileAttribute::MainLanguage,
        text(main_language.as_deref()),
        text(after.main_language.as_deref()),
    );
    compare(ProfileAttribute::OtherLanguages, texts(other_languages), texts(&after.other_languages));
}

fn change(attribute: Attribute, before: Value, after: Value) -> Option<Change> {
    (before != after).then_some(Change { attribute, before, after })
}

fn text(value: Option<&str>) -> Value {
    value.map_or(Value::Nothing, Value::text)
}

fn texts(values: &[String]) -> Value {
    if values.is_empty() {
        return Value::Nothing;
    }
    Value::List(values.iter().map(|name| NamedText { name: name.clone(), id: None }).collect())
}

fn hours(value: Option<&Raw<WorkingHours>>) -> Value {
    match value {
        None => Value::Nothing,
        // Closed all week and never filled in are the same to HubSpot.
        Some(Raw::Known(hours)) if hours.is_empty() => Value::Nothing,
        Some(Raw::Known(hours)) => Value::text(hours.to_string()),
        Some(Raw::Unreadable(raw)) => Value::text(raw.as_str()),
    }
}

fn absences(value: Option<&Raw<Vec<Absence>>>) -> Value {
    match value {
        None => Value::Nothing,
        Some(Raw::Known(absences)) => {
            let names: Vec<String> =
                absences.iter().map(|Absence { from, to }| format!("{from} to {to}")).collect();
            texts(&names)
        }
        Some(Raw::Unreadable(raw)) => Value::text(raw.as_str()),
    }
}

pub(super) fn named<Id: AsText>(value: Option<&Named<Id>>) -> Value {
    value.map_or(Value::Nothing, |value| Value::Named(named_text(value)))
}

fn named_list<Id: AsText>(values: &[Named<Id>]) -> Value {
    if values.is_empty() { Value::Nothing } else { Value::List(values.iter().map(named_text).collect()) }
}

/// One permission set is one value; several are a list.
fn list<Id: AsText>(values: &[Named<Id>]) -> Value {
    match values {
        [one] => Value::Named(named_text(one)),
        several => named_list(several),
    }
}

fn named_text<Id: AsText>(value: &Named<Id>) -> NamedText {
    NamedText { name: value.name.clone(), id: value.id.as_ref().map(|id| id.as_text().to_owned()) }
}

/// By id: a team that the same plan renames is the same team.
fn is_same_team<Id: PartialEq>(before: Option<&Named<Id>>, after: Option<&Named<Id>>) -> bool {
    match (before, after) {
        (None, None) => true,
        (Some(before), Some(after)) => after.id.is_some() && before.id == after.id,
        _ => false,
    }
}

fn is_same_teams<Id: PartialEq>(before: &[Named<Id>], after: &[Named<Id>]) -> bool {
    let has = |team: &Named<Id>| before.iter().any(|other| is_same_team(Some(other), Some(team)));
    before.len() == after.len() && after.iter().all(has)
}

/// An id's text, whichever kind it is.
pub(super) trait AsText {
    fn as_text(&self) -> &str;
}

impl AsText for crate::model::TeamId {
    fn as_text(&self) -> &str {
        self.as_str()
    }
}

impl AsText for crate::model::PermissionSetId {
    fn as_text(&self) -> &str {
        self.as_str()
    }
}
