//! A person's CRM record, and the archived owner of somebody who left: what the lists beside the settings say.

use std::collections::BTreeMap;

use super::profile::{self, Properties, property_names, text};
use super::status::{ACCEPTED_TIME, DEACTIVATED, INVITE_STATUS, LAST_ACTIVITY, Lifecycle};
use super::wire::crm::CrmObject;
use super::wire::owners::PublicOwner;
use super::wire::{Reference, Text};
use crate::model::{CrmUserId, Email, OwnerId, Profile, UserId};

/// The settings id: how the three views of a person are joined.
pub(super) const INTERNAL_ID: &str = "hs_internal_user_id";
pub(super) const OWNER_ID: &str = "hubspot_owner_id";
const EMAIL: &str = "hs_email";
/// What HubSpot adds to every answer; it says nothing about the person.
const ALWAYS_ADDED: [&str; 3] = ["hs_object_id", "hs_createdate", "hs_lastmodifieddate"];

/// Every property that a CRM user is read with. HubSpot ignores those that an account does not have.
pub(super) fn properties() -> Vec<&'static str> {
    let mut all =
        vec![INTERNAL_ID, OWNER_ID, EMAIL, DEACTIVATED, INVITE_STATUS, ACCEPTED_TIME, LAST_ACTIVITY];
    all.extend(property_names());
    all
}

/// What a CRM record says of a person.
#[derive(Debug, Clone)]
pub struct CrmRecord {
    pub(super) id: CrmUserId,
    pub(super) user_id: Option<UserId>,
    pub(super) email: Option<Email>,
    pub(super) owner_id: Option<OwnerId>,
    pub(super) last_active: Option<jiff::Timestamp>,
    pub(super) lifecycle: Lifecycle,
    pub(super) profile: Profile,
    /// The lifecycle's properties and unknown ones, as they were said.
    pub(super) carried: BTreeMap<String, String>,
    /// Decides between several records of one person.
    pub(super) updated_at: Option<String>,
}

impl CrmRecord {
    pub fn read(object: CrmObject) -> CrmRecord {
        let CrmObject { id, properties, updated_at } = object;
        CrmRecord {
            id: CrmUserId::new(id.0),
            user_id: text(&properties, INTERNAL_ID).map(UserId::new),
            email: text(&properties, EMAIL).map(|email| Email::from_portal(&email)),
            owner_id: text(&properties, OWNER_ID).map(OwnerId::new),
            last_active: text(&properties, LAST_ACTIVITY).and_then(|moment| timestamp(&moment)),
            lifecycle: Lifecycle::read(&properties),
            profile: profile::read(&properties),
            carried: carried(properties),
            updated_at,
        }
    }
}

fn carried(properties: Properties) -> BTreeMap<String, String> {
    let understood = |name: &str| {
        [INTERNAL_ID, OWNER_ID, EMAIL].contains(&name)
            || ALWAYS_ADDED.contains(&name)
            || property_names().contains(&name)
    };
    properties
        .into_iter()
        .filter(|(name, _)| !understood(name))
        .filter_map(|(name, value)| Some((name, value.and_then(Text::filled)?)))
        .collect()
}

/// HubSpot writes moments as RFC 3339 or as milliseconds since 1970.
fn timestamp(text: &str) -> Option<jiff::Timestamp> {
    match text.trim().parse::<i64>() {
        Ok(milliseconds) => jiff::Timestamp::from_millisecond(milliseconds).ok(),
        Err(_) => text.trim().parse().ok(),
    }
}

/// An owner who was deactivated or removed.
#[derive(Debug, Clone)]
pub struct ArchivedOwner {
    pub(super) id: OwnerId,
    pub(super) user_id: Option<UserId>,
    pub(super) email: Option<Email>,
}

impl ArchivedOwner {
    /// `None` for owners that are not archived or no people.
    pub fn read(owner: PublicOwner) -> Option<ArchivedOwner> {
        let PublicOwner { id, email, kind, archived, user_id, user_id_including_inactive } = owner;
        let user_id = user_id_including_inactive.or(user_id).and_then(Reference::filled);
        (archived && kind != "QUEUE").then(|| ArchivedOwner {
            id: OwnerId::new(id.0),
            user_id: user_id.map(UserId::new),
            email: email.filter(|email| !email.trim().is_empty()).map(|email| Email::from_portal(&email)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_carried() {
        let object = serde_json::json!({
            "id": 501, "archived": false, "createdAt": "x", "updatedAt": "2026-11-01T00:00:00Z",
            "properties": {
                "hs_internal_user_id": "1001", "hs_email": "ana@example.com", "hs_deactivated": "false",
                "hs_invite_status": null, "hs_last_activity_time": "1795683120000", "hs_job_title": "",
                "hs_object_id": "501", "hs_new_thing": true
            }
        });
        let record = CrmRecord::read(serde_json::from_value(object).expect("an object"));
        assert_eq!(record.id, CrmUserId::new("501"));
        assert_eq!(
            record.last_active.map(|moment| moment.to_string()).as_deref(),
            Some("2026-11-26T08:52:00Z")
        );
        let carried: Vec<(&str, &str)> =
            record.carried.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            carried,
            [
                ("hs_deactivated", "false"),
                ("hs_last_activity_time", "1795683120000"),
                ("hs_new_thing", "true")
            ]
        );
    }

    #[test]
    fn both_ways_of_writing_a_moment_are_understood() {
        assert_eq!(timestamp("2026-11-20T09:12:00.000Z"), timestamp("1795165920000"));
        assert_eq!(timestamp("yesterday"), None);
    }
}
