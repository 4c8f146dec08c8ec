//! The CRM's view of people: the properties of object type 0-115, derived and written.
//!
//! Deliberately absent: property history, associations, and properties that no person of the portal has.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Act, Person, Portal};
use crate::sandbox::errors::{Detail, Refusal};
use crate::sandbox::ids::RecordId;
use crate::sandbox::seed::{PROFILE, Status, check_hours, check_out_of_office};

/// Properties that HubSpot alone writes, as public code reads them.
const READ_ONLY: [&str; 21] = [
    "hs_assigned_seats",
    "hs_calendar_connection_status",
    "hs_connected_email_status",
    "hs_createdate",
    "hs_deactivated",
    "hs_email",
    "hs_family_name",
    "hs_given_name",
    "hs_internal_user_id",
    "hs_invite_accepted_time",
    "hs_invite_email_status",
    "hs_invite_status",
    "hs_last_activity_time",
    "hs_lastmodifieddate",
    "hs_main_phone",
    "hs_object_id",
    "hs_object_source",
    "hs_object_source_id",
    "hs_object_source_label",
    "hs_searchable_calculated_name",
    "hubspot_owner_id",
];

/// The ninth writable property, which has no word in the seed.
const UNCATEGORIZED_SKILLS: &str = "hs_uncategorized_skills";

/// Languages that HubSpot routes by; they are skills and not the language of the user interface.
const LANGUAGES: [&str; 14] =
    ["da", "de", "en", "es", "fi", "fr", "it", "ja", "nl", "no", "pl", "ptbr", "sv", "zhtw"];

/// What a record that was there before the sandbox started was made and changed at.
const BEFORE: &str = "2026-01-05T09:00:00Z";

pub(crate) fn is_read_only(property: &str) -> bool {
    READ_ONLY.contains(&property)
}

/// Whether the portal has this property at all.
pub(crate) fn is_known(portal: &Portal, property: &str) -> bool {
    is_read_only(property)
        || property == UNCATEGORIZED_SKILLS
        || PROFILE.iter().any(|(_, known)| *known == property)
        || portal.people.iter().any(|person| person.properties.contains_key(property))
}

fn before() -> Timestamp {
    BEFORE.parse().expect("the constant is a moment")
}

impl Person {
    pub(crate) fn created_at(&self) -> Timestamp {
        self.created.unwrap_or_else(before)
    }

    pub(crate) fn updated_at(&self) -> Timestamp {
        self.updated.or(self.created).unwrap_or_else(before)
    }

    /// The value of a CRM property; None where it has none.
    pub(crate) fn property(&self, name: &str) -> Option<String> {
        if let Some(own) = self.properties.get(name) {
            return own.clone();
        }
        let derived = match name {
            "hs_object_id" => self.record.map(|record| record.to_string()),
            "hs_createdate" => Some(self.created_at().to_string()),
            "hs_lastmodifieddate" => Some(self.updated_at().to_string()),
            "hs_internal_user_id" => Some(self.id.to_string()),
            "hubspot_owner_id" => self.owner.map(|owner| owner.to_string()),
            "hs_email" => Some(self.email.clone()),
            "hs_given_name" => self.first_name.clone(),
            "hs_family_name" => self.last_name.clone(),
            "hs_searchable_calculated_name" => self.full_name(),
            "hs_deactivated" => Some(self.is_archived_owner().to_string()),
            // HubSpot's words for these two states are not published; these are the sandbox's own.
            "hs_invite_status" => {
                Some(if self.status == Status::Invited { "PENDING" } else { "ACCEPTED" }.to_owned())
            }
            "hs_invite_accepted_time" => {
                (self.status != Status::Invited).then(|| self.created_at().to_string())
            }
            "hs_last_activity_time" => self.last_active.map(|moment| moment.to_string()),
            "hs_assigned_seats" => (!self.seats.is_empty()).then(|| self.seats.join(";")),
            _ => self.profile.get(name).cloned(),
        };
        derived.filter(|value| !value.is_empty())
    }

    fn full_name(&self) -> Option<String> {
        let names: Vec<&str> =
            [&self.first_name, &self.last_name].into_iter().flatten().map(String::as_str).collect();
        (!names.is_empty()).then(|| names.join(" "))
    }
}

impl Portal {
    /// Sets properties of a CRM record, all of them or none. Setting what is there already changes nothing, not
    /// even the time of the last change, as a live portal was seen to do.
    pub(crate) fn write_record(
        &mut self,
        record: RecordId,
        properties: &BTreeMap<String, String>,
        act: Act,
    ) -> Result<(), Refusal> {
        let mut details = Vec::new();
        for (name, value) in properties {
            details.extend(self.check_property(name, value));
        }
        let person = self.people.by_record(record).filter(|person| self.lags.has_record(person.id));
        let person = person.ok_or_else(|| no_record(&record.to_string()))?;
        let after = |name: &str| properties.get(name).cloned().or_else(|| person.property(name));
        let has_hours = properties.get("hs_working_hours").is_some_and(|hours| !hours.is_empty());
        if has_hours && after("hs_standard_time_zone").is_none_or(|zone| zone.is_empty()) {
            details.push(invalid(
                "hs_working_hours",
                "hs_standard_time_zone must be set first",
                "MISSING_TIME_ZONE",
            ));
        }
        if !details.is_empty() {
            return Err(invalid_properties(details));
        }
        let id = person.id;
        let changes: Vec<(&String, &String)> = properties
            .iter()
            .filter(|(name, value)| person.property(name).unwrap_or_default() != **value)
            .collect();
        if changes.is_empty() {
            return Ok(());
        }
        let person = self.people.get_mut(id).expect("the person was found by their record");
        for (name, value) in changes {
            let is_profile = PROFILE.iter().any(|(_, property)| property == name);
            if is_profile && !person.properties.contains_key(name) {
                set_or_clear(&mut person.profile, name, value);
            } else {
                let value = Some(value.clone()).filter(|value| !value.is_empty());
                person.properties.insert(name.clone(), value);
            }
        }
        person.updated = Some(act.at);
        self.changed();
        Ok(())
    }

    fn check_property(&self, name: &str, value: &str) -> Option<Detail> {
        if !is_known(self, name) {
            return Some(invalid(
                name,
                &format!("Property \"{name}\" does not exist"),
                "PROPERTY_DOESNT_EXIST",
            ));
        }
        if is_read_only(name) {
            return Some(invalid(
                name,
                &format!("\"{name}\" is a read only property; its value cannot be set."),
                "READ_ONLY_VALUE",
            ));
        }
        if value.is_empty() {
            return None;
        }
        let option = |options: &[&str]| {
            (!options.contains(&value))
                .then(|| format!("{value} was not one of the allowed options: {options:?}"))
        };
        let problem = match name {
            "hs_availability_status" => option(&["available", "away"]),
            "hs_main_user_language_skill" => option(&LANGUAGES),
            "hs_secondary_user_language_skill" => value
                .split(';')
                .find(|language| !LANGUAGES.contains(language))
                .map(|language| format!("{language} was not one of the allowed options: {LANGUAGES:?}")),
            "hs_standard_time_zone" => {
                TimeZone::get(value).err().map(|_| format!("{value} is not a valid time zone"))
            }
            "hs_working_hours" => check_hours(value).err(),
            "hs_out_of_office_hours" => check_out_of_office(value).err(),
            _ => None,
        };
        problem.map(|message| invalid(name, &message, "INVALID_OPTION"))
    }
}

fn set_or_clear(values: &mut BTreeMap<String, String>, name: &str, value: &str) {
    if value.is_empty() {
        values.remove(name);
    } else {
        values.insert(name.to_owned(), value.to_owned());
    }
}

fn invalid(property: &str, message: &str, code: &str) -> Detail {
    Detail::new(message, code).with("propertyName", vec![property.to_owned()])
}

fn invalid_properties(details: Vec<Detail>) -> Refusal {
    let messages: Vec<&str> = details.iter().map(|detail| detail.message.as_str()).collect();
    let mut refusal = Refusal::validation(format!("Property values were not valid: {}", messages.join("; ")));
    refusal.details = details;
    refusal
}

pub(crate) fn no_record(key: &str) -> Refusal {
    Refusal::not_found(format!("No object of type 0-115 was found for '{key}'."))
        .with("ids", vec![key.to_owned()])
}
