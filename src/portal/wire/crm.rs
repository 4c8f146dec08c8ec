//! CRM objects: users, one by one and in batches, and the search that counts records.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Id, Text};

/// `SimplePublicObject`. A property without a value is null or left out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CrmObject {
    pub id: Id,
    pub properties: BTreeMap<String, Option<Text>>,
    #[serde(default)]
    pub updated_at: Option<String>,
}

/// `BatchReadInputSimplePublicObjectId`; reading by record id leaves `idProperty` out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchRead {
    pub inputs: Vec<ObjectId>,
    pub properties: Vec<&'static str>,
    pub properties_with_history: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_property: Option<&'static str>,
}

#[derive(Debug, Serialize)]
pub struct ObjectId {
    pub id: String,
}

#[derive(Debug, Serialize)]
pub struct BatchUpdate {
    pub inputs: Vec<ObjectUpdate>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ObjectUpdate {
    pub id: String,
    pub properties: BTreeMap<&'static str, String>,
}

/// With status 200 all went well; with 207 `errors` tells what did not.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResponse {
    pub results: Vec<CrmObject>,
    #[serde(default)]
    pub errors: Vec<Value>,
}

/// The document requires every key, also where there is nothing to say.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchRequest {
    pub filter_groups: Vec<FilterGroup>,
    pub limit: u32,
    pub after: &'static str,
    pub properties: Vec<&'static str>,
    pub sorts: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
pub struct FilterGroup {
    pub filters: Vec<Filter>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    pub property_name: &'static str,
    pub operator: &'static str,
    pub value: String,
}

#[derive(Debug, Deserialize)]
pub struct SearchTotal {
    pub total: u64,
}
