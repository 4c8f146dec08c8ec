//! A person in HubSpot's settings: as read, as changed, as newly made.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Error;
use super::wire::Reference;
use super::wire::users::{PublicUser, PublicUserUpdate, UserProvisionRequest};
use crate::model::{ApiVersion, Email, PermissionSetId, TeamId, UserId};

/// One answer of user provisioning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub id: UserId,
    pub email: Email,
    /// Empty names are `None`.
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// Of `roleIds` and `roleId` together.
    pub role_ids: BTreeSet<PermissionSetId>,
    pub team: Option<TeamId>,
    pub extra_teams: BTreeSet<TeamId>,
    /// `None` where the answer has none, which is always so before 2026-09.
    pub seats: Option<BTreeSet<String>>,
    /// What a PUT repeats of the seats so that they stay: v3 says and takes them too, though with no list of
    /// seats nothing else can be done with them there. 2026-03 takes none.
    pub seats_to_keep: Option<BTreeSet<String>>,
    pub super_admin: bool,
    /// Fields that the documents do not have, as the answer writes them.
    pub unknown: BTreeMap<String, String>,
}

impl Settings {
    /// # Errors
    ///
    /// What the answer would have to say and does not.
    pub fn read(user: PublicUser, api: ApiVersion) -> Result<Settings, &'static str> {
        let PublicUser {
            id,
            email,
            first_name,
            last_name,
            role_id,
            role_ids,
            primary_team_id,
            secondary_team_ids,
            seat_names,
            super_admin,
            sent_welcome_email: _,
            unknown,
        } = user;
        if role_id.is_none() && role_ids.is_none() {
            return Err("a person has neither `roleIds` nor `roleId`");
        }
        let filled = |name: Option<String>| name.filter(|name| !name.trim().is_empty());
        let ids =
            |ids: Option<Vec<Reference>>| ids.unwrap_or_default().into_iter().filter_map(Reference::filled);
        let seats = seat_names.map(BTreeSet::from_iter);
        let mut unknown: BTreeMap<String, String> = unknown.into_iter().map(as_said).collect();
        if let (false, Some(seats)) = (api.has_seats(), &seats) {
            let said = Value::from_iter(seats.iter().cloned());
            unknown.extend([as_said(("seatNames".to_owned(), said))]);
        }
        Ok(Settings {
            id: UserId::new(id.0),
            email: Email::from_portal(&email),
            first_name: filled(first_name),
            last_name: filled(last_name),
            role_ids: ids(role_ids)
                .chain(role_id.and_then(Reference::filled))
                .map(PermissionSetId::new)
                .collect(),
            team: primary_team_id.and_then(Reference::filled).map(TeamId::new),
            extra_teams: ids(secondary_team_ids).map(TeamId::new).collect(),
            seats_to_keep: seats.clone().filter(|_| takes_seats(api)),
            seats: seats.filter(|_| api.has_seats()),
            super_admin,
            unknown,
        })
    }
}

fn as_said((name, value): (String, Value)) -> (String, String) {
    match value {
        Value::String(text) => (name, text),
        other => (name, other.to_string()),
    }
}

/// One field of a request body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field<T> {
    /// The key is not sent. Whether HubSpot then keeps or clears the value is not established.
    LeftOut,
    /// The key is sent with the empty text.
    Cleared,
    Set(T),
}

impl<T> Field<T> {
    fn sent(&self, text: impl FnOnce(&T) -> String) -> Option<String> {
        match self {
            Field::LeftOut => None,
            Field::Cleared => Some(String::new()),
            Field::Set(value) => Some(text(value)),
        }
    }
}

impl<T> From<Option<T>> for Field<T> {
    /// Something that is not there needs no key.
    fn from(value: Option<T>) -> Field<T> {
        value.map_or(Field::LeftOut, Field::Set)
    }
}

/// What a PUT carries. HubSpot's documents can be read as replacing the whole user or as merging, so it should
/// hold everything that is to stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserBody {
    pub first_name: Field<String>,
    pub last_name: Field<String>,
    pub role: Field<PermissionSetId>,
    pub team: Field<TeamId>,
    /// `None` leaves the key out; an empty set clears.
    pub extra_teams: Option<BTreeSet<TeamId>>,
    /// As `extra_teams`; not with 2026-03.
    pub seats: Option<BTreeSet<String>>,
}

impl UserBody {
    /// The whole user as it was read: sent like this, it changes nothing. Of several permission sets none is
    /// carried, since a PUT can only keep one: whoever sends such a body has decided which.
    pub fn whole(settings: &Settings) -> UserBody {
        let Settings { first_name, last_name, role_ids, team, extra_teams, seats_to_keep, .. } = settings;
        let only_role = role_ids.first().filter(|_| role_ids.len() == 1);
        UserBody {
            first_name: first_name.clone().into(),
            last_name: last_name.clone().into(),
            role: only_role.cloned().into(),
            team: team.clone().into(),
            extra_teams: Some(extra_teams.clone()),
            seats: seats_to_keep.clone(),
        }
    }

    pub(super) fn wire(&self, api: ApiVersion) -> Result<PublicUserUpdate, Error> {
        let UserBody { first_name, last_name, role, team, extra_teams, seats } = self;
        Ok(PublicUserUpdate {
            first_name: first_name.sent(String::clone),
            last_name: last_name.sent(String::clone),
            role_id: role.sent(PermissionSetId::to_string),
            primary_team_id: team.sent(TeamId::to_string),
            secondary_team_ids: extra_teams.as_ref().map(texts),
            seat_names: seat_names(seats.as_ref(), api)?,
        })
    }
}

/// Somebody to be invited, or added without an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    pub email: Email,
    pub send_welcome_email: bool,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// `None`: HubSpot gives minimal permissions.
    pub role: Option<PermissionSetId>,
    pub team: Option<TeamId>,
    pub extra_teams: BTreeSet<TeamId>,
    /// Only with 2026-09; `None` leaves the choice to HubSpot.
    pub seats: Option<BTreeSet<String>>,
}

impl NewUser {
    pub(super) fn wire(&self, api: ApiVersion) -> Result<UserProvisionRequest, Error> {
        let NewUser { email, send_welcome_email, first_name, last_name, role, team, extra_teams, seats } =
            self;
        Ok(UserProvisionRequest {
            email: email.as_str().to_owned(),
            send_welcome_email: *send_welcome_email,
            first_name: first_name.clone(),
            last_name: last_name.clone(),
            role_id: role.as_ref().map(PermissionSetId::to_string),
            primary_team_id: team.as_ref().map(TeamId::to_string),
            secondary_team_ids: (!extra_teams.is_empty()).then(|| texts(extra_teams)),
            seat_names: seat_names(seats.as_ref(), api)?,
        })
    }
}

fn texts(ids: &BTreeSet<TeamId>) -> Vec<String> {
    ids.iter().map(TeamId::to_string).collect()
}

/// Whether the version's write bodies have `seatNames`, by its document.
fn takes_seats(api: ApiVersion) -> bool {
    match api {
        ApiVersion::V3 | ApiVersion::September2026 => true,
        ApiVersion::March2026 => false,
    }
}

fn seat_names(seats: Option<&BTreeSet<String>>, api: ApiVersion) -> Result<Option<Vec<String>>, Error> {
    match seats {
        Some(_) if !takes_seats(api) => Err(Error::Unsupported { what: "seats", api }),
        seats => Ok(seats.map(|seats| seats.iter().cloned().collect())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value, api: ApiVersion) -> Result<Settings, &'static str> {
        Settings::read(serde_json::from_value(value).expect("a user"), api)
    }

    #[test]
    fn ids_may_be_numbers_and_both_spellings_of_roles_count() {
        let settings = read(
            json!({"id": 1001, "email": "ana@example.com", "superAdmin": false, "roleId": 7,
                   "roleIds": ["8"], "primaryTeamId": 11, "secondaryTeamIds": ["12", 13], "lastName": " "}),
            ApiVersion::September2026,
        )
        .expect("readable");
        assert_eq!(settings.id, UserId::new("1001"));
        assert_eq!(settings.role_ids, ["7", "8"].map(PermissionSetId::new).into());
        assert_eq!(settings.extra_teams, ["12", "13"].map(TeamId::new).into());
        assert_eq!(settings.last_name, None);
        assert_eq!(settings.seats, None);
    }

    #[test]
    fn what_decides_about_access_is_never_assumed() {
        let without_roles = json!({"id": "1", "email": "a@example.com", "superAdmin": false});
        assert!(read(without_roles, ApiVersion::V3).is_err());
        let without_super_admin = json!({"id": "1", "email": "a@example.com", "roleIds": []});
        assert!(serde_json::from_value::<PublicUser>(without_super_admin).is_err());
    }

    #[test]
    fn unknown_fields_are_carried() {
        let user = json!({"id": "1", "email": "a@example.com", "superAdmin": true, "roleIds": [],
                          "seatNames": ["Core"], "partner": true, "note": "x"});
        let carried = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let new = read(user.clone(), ApiVersion::September2026).expect("readable");
        assert_eq!(new.seats, Some(["Core".to_owned()].into()));
        assert_eq!(new.unknown, carried(&[("note", "x"), ("partner", "true")]));
        let old = read(user, ApiVersion::March2026).expect("readable");
        assert_eq!(old.seats, None);
        assert_eq!(old.unknown, carried(&[("note", "x"), ("partner", "true"), ("seatNames", r#"["Core"]"#)]));
    }

    #[test]
    fn clearing_and_leaving_out_are_different() {
        let body = UserBody {
            first_name: Field::LeftOut,
            last_name: Field::Set("Silva".to_owned()),
            role: Field::Cleared,
            team: Field::LeftOut,
            extra_teams: Some(BTreeSet::new()),
            seats: None,
        };
        let wire = serde_json::to_value(body.wire(ApiVersion::V3).expect("a body")).expect("JSON");
        assert_eq!(wire, json!({"lastName": "Silva", "roleId": "", "secondaryTeamIds": []}));
    }

    #[test]
    fn with_v3_seats_are_not_shown_and_yet_kept() {
        let settings = read(
            json!({"id": "1", "email": "a@example.com", "superAdmin": false, "roleIds": ["7"],
                   "seatNames": ["Core"]}),
            ApiVersion::V3,
        )
        .expect("readable");
        assert_eq!(settings.seats, None);
        assert_eq!(UserBody::whole(&settings).seats, Some(["Core".to_owned()].into()));
    }

    #[test]
    fn seats_are_not_sent_to_a_version_without_them() {
        let settings = read(
            json!({"id": "1", "email": "a@example.com", "superAdmin": false, "roleIds": ["7"],
                   "seatNames": ["Core"]}),
            ApiVersion::September2026,
        )
        .expect("readable");
        let whole = UserBody::whole(&settings);
        assert!(whole.wire(ApiVersion::September2026).is_ok());
        assert!(matches!(whole.wire(ApiVersion::March2026), Err(Error::Unsupported { .. })));
    }
}
