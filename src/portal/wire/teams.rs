//! The Settings Teams API of 2026-09.

use serde::{Deserialize, Serialize};

use super::{Id, Reference};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamResponse {
    pub id: Id,
    pub name: String,
    #[serde(default)]
    pub parent_team_id: Option<Reference>,
}

/// `members` is required, and may be empty.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamCreateRequest {
    pub name: String,
    pub members: Vec<TeamMemberAssignment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_team_id: Option<String>,
}

/// The document requires both keys and types both as bare objects, which is how its generator writes an
/// optional text: they are sent as text, and `null` is "no parent".
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamUpdateRequest {
    pub name: String,
    pub parent_team_id: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamMemberAssignment {
    pub user_id: String,
    /// `DEFAULT` or `EXTRA`.
    #[serde(rename = "type")]
    pub kind: &'static str,
}
