//! Owners: who stands on records, archived ones included.

use serde::Deserialize;

use super::{Id, Reference};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicOwner {
    pub id: Id,
    #[serde(default)]
    pub email: Option<String>,
    /// `PERSON`, `QUEUE`, or whatever HubSpot says next.
    #[serde(rename = "type")]
    pub kind: String,
    pub archived: bool,
    /// Null for archived owners.
    #[serde(default)]
    pub user_id: Option<Reference>,
    #[serde(default)]
    pub user_id_including_inactive: Option<Reference>,
}
