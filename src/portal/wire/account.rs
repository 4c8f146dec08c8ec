//! Account details, daily usage, and what a token says about itself.

use serde::{Deserialize, Serialize};

use super::{Id, Reference};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PortalInformationResponse {
    pub portal_id: u64,
    pub account_type: String,
    pub time_zone: String,
    pub ui_domain: String,
    pub data_hosting_location: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiUsage {
    pub name: String,
    pub current_usage: u64,
    pub usage_limit: u64,
    /// `SUCCESS`, `CACHED`, `TIMEOUT`, `FAILURE`, `NOTFOUND`, or whatever HubSpot says next.
    pub fetch_status: String,
    #[serde(default)]
    pub collected_at: Option<String>,
    #[serde(default)]
    pub resets_at: Option<String>,
}

/// The question to the introspection of legacy private apps. Holds the token: no `Debug`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenQuestion<'a> {
    pub token_key: &'a str,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenInformation {
    pub hub_id: Id,
    #[serde(default)]
    pub user_id: Option<Reference>,
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
}
