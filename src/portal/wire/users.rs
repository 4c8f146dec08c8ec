//! User provisioning: people, permission sets (`roles`), seats, and the flat list of teams.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Id, Reference};

/// `PublicUser`. What the documents call required and what decides about access (`id`, `email`,
/// `superAdmin`, and `roleIds` or `roleId`) is required here too: taking a missing one for "no" would be a lie.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicUser {
    pub id: Id,
    pub email: String,
    #[serde(default)]
    pub first_name: Option<String>,
    #[serde(default)]
    pub last_name: Option<String>,
    #[serde(default)]
    pub role_id: Option<Reference>,
    #[serde(default)]
    pub role_ids: Option<Vec<Reference>>,
    #[serde(default)]
    pub primary_team_id: Option<Reference>,
    #[serde(default)]
    pub secondary_team_ids: Option<Vec<Reference>>,
    #[serde(default)]
    pub seat_names: Option<Vec<String>>,
    pub super_admin: bool,
    /// Only said in the answer to a POST; later reads say `false` (HubSpot's v3 document).
    #[serde(default, rename = "sendWelcomeEmail")]
    pub sent_welcome_email: Option<bool>,
    #[serde(flatten)]
    pub unknown: BTreeMap<String, Value>,
}

/// The body of a POST.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserProvisionRequest {
    pub email: String,
    pub send_welcome_email: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_team_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secondary_team_ids: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat_names: Option<Vec<String>>,
}

/// The body of a PUT.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicUserUpdate {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_team_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secondary_team_ids: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat_names: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicPermissionSet {
    pub id: Id,
    pub name: String,
    #[serde(default)]
    pub requires_billing_write: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicSeat {
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub remaining_seats: Option<i64>,
}

/// An entry of the flat list, the only one that versions before 2026-09 have; it does not tell parents. The
/// members it also lists are known from the people themselves.
#[derive(Debug, Deserialize)]
pub struct PublicTeam {
    pub id: Id,
    pub name: String,
}
