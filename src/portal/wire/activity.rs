//! What happened in the account, by its security history.

use serde::Deserialize;

use super::Text;

/// `HydratedCriticalAction` of HubSpot's document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecurityEvent {
    /// `DEACTIVATE_USER`, `REACTIVATE_USER` …, or whatever HubSpot says next.
    #[serde(rename = "type")]
    pub kind: String,
    pub created_at: String,
    /// The address of whoever did it.
    #[serde(default)]
    pub acting_user: Option<String>,
    /// Whom or what it happened to.
    #[serde(default)]
    pub object_id: Option<Text>,
}
