//! SCIM 2.0 users (RFC 7643, RFC 7644): HubSpot publishes that it speaks SCIM, and no document of the bodies.
//!
//! Deliberately absent: all of a person but what finds them and whether they are active. The rest is carried as it
//! came, since a PUT replaces the whole person.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::ErrorBody;
use super::{Id, Text};

const PATCH_OPERATION: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListResponse {
    /// Of all pages together.
    pub total_results: u64,
    /// Left out, or null, when there are none.
    #[serde(rename = "Resources", default)]
    pub resources: Option<Vec<UserResource>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserResource {
    pub id: Id,
    #[serde(default)]
    pub user_name: Option<String>,
    /// A boolean by the RFC, which some services write as the text `True` or `False`.
    #[serde(default)]
    pub active: Option<Text>,
}

#[derive(Debug, Serialize)]
pub struct PatchOperations {
    schemas: [&'static str; 1],
    #[serde(rename = "Operations")]
    operations: [Replace; 1],
}

#[derive(Debug, Serialize)]
struct Replace {
    op: &'static str,
    path: &'static str,
    value: bool,
}

impl PatchOperations {
    pub fn set_active(active: bool) -> PatchOperations {
        PatchOperations {
            schemas: [PATCH_OPERATION],
            operations: [Replace { op: "replace", path: "active", value: active }],
        }
    }
}

/// A filter that finds one address; its value is a JSON string (RFC 7644, section 3.4.2.2).
pub fn user_name_filter(address: &str) -> String {
    format!("userName eq {}", Value::from(address))
}

/// An error in SCIM's shape, told in HubSpot's; `None` when it has another.
pub fn error_body(body: &[u8]) -> Option<ErrorBody> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let schemas = body.get("schemas")?.as_array()?;
    let is_error = |schema: &Value| schema.as_str().is_some_and(|schema| schema.eq_ignore_ascii_case(ERROR));
    if !schemas.iter().any(is_error) {
        return None;
    }
    let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
    let kind = text("scimType");
    Some(ErrorBody {
        category: kind.clone(),
        message: text("detail"),
        codes: kind.into_iter().collect(),
        ..ErrorBody::default()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_cannot_end_its_filter() {
        assert_eq!(
            user_name_filter(r#"a" or userName pr or \"@example.com"#),
            r#"userName eq "a\" or userName pr or \\\"@example.com""#
        );
    }

    #[test]
    fn only_scims_shape_is_scims_error() {
        let error =
            json!({ "schemas": [ERROR], "status": "400", "scimType": "invalidFilter", "detail": "no" });
        let read = error_body(error.to_string().as_bytes()).expect("an error of SCIM's");
        assert_eq!((read.category.as_deref(), read.message.as_deref()), (Some("invalidFilter"), Some("no")));
        assert_eq!(read.codes, ["invalidFilter"]);
        for other in [r#"{"detail":"no"}"#, r#"{"schemas":["urn:other"],"detail":"no"}"#, "[]", "<html>", ""]
        {
            assert_eq!(error_body(other.as_bytes()), None, "{other}");
        }
    }
}
