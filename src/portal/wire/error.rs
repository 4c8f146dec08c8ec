//! Error bodies. HubSpot asks to treat every field as optional, and writes `subCategory` as text in one API and
//! as an object in another, so nothing here can fail.

use serde_json::Value;

/// What could be understood of an error body.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ErrorBody {
    pub category: Option<String>,
    pub sub_category: Option<String>,
    pub message: Option<String>,
    pub correlation_id: Option<String>,
    /// `TEN_SECONDLY_ROLLING`, `SECONDLY`, `DAILY` … of a 429.
    pub policy_name: Option<String>,
    /// The scopes it names as missing or, where it names none, those of which the call needs one.
    pub scopes: Vec<String>,
    /// Every category, sub category and code, also those of nested errors; and the nested messages.
    pub codes: Vec<String>,
    pub messages: Vec<String>,
    /// The records an error of a batch is about.
    pub ids: Vec<String>,
}

impl ErrorBody {
    /// `None` unless it is an object that has one of the keys that HubSpot's errors have.
    pub fn read(body: &[u8]) -> Option<ErrorBody> {
        ErrorBody::from_value(&serde_json::from_slice(body).ok()?)
    }

    pub fn from_value(value: &Value) -> Option<ErrorBody> {
        const KEYS: [&str; 5] = ["category", "correlationId", "message", "errorType", "errors"];
        if !KEYS.iter().any(|key| value.get(key).is_some()) {
            return None;
        }
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let mut body = ErrorBody {
            category: text("category").or_else(|| text("errorType")),
            message: text("message"),
            correlation_id: text("correlationId"),
            policy_name: text("policyName"),
            ..ErrorBody::default()
        };
        let mut required = Vec::new();
        body.collect(value, &mut required, 0);
        if body.scopes.is_empty() {
            body.scopes = required;
        }
        body.scopes.sort();
        body.scopes.dedup();
        body.sub_category = value.get("subCategory").and_then(first_text);
        Some(body)
    }

    /// Errors nest in HubSpot's documents one deep; deeper ones are still looked into, not without end.
    fn collect(&mut self, value: &Value, required: &mut Vec<String>, depth: u8) {
        for key in ["category", "subCategory", "code", "errorType", "error"] {
            if let Some(code) = value.get(key).and_then(first_text) {
                self.codes.push(code);
            }
        }
        if let Some(message) = value.get("message").and_then(Value::as_str) {
            self.messages.push(message.to_owned());
        }
        if let Some(id) = value.get("id").and_then(id_text) {
            self.ids.push(id);
        }
        if let Some(context) = value.get("context").and_then(Value::as_object) {
            for (key, values) in context {
                let values = values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice);
                let kept = match key.as_str() {
                    "missingScopes" => &mut self.scopes,
                    "requiredScopes" | "requiredGranularScopes" => &mut *required,
                    "id" | "ids" | "objectId" => &mut self.ids,
                    _ => continue,
                };
                kept.extend(values.iter().filter_map(id_text));
            }
        }
        if depth < 4 {
            for nested in value.get("errors").and_then(Value::as_array).into_iter().flatten() {
                self.collect(nested, required, depth + 1);
            }
        }
    }
}

/// Text, or the first text inside an object, as `subCategory` of the older shape.
fn first_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(fields) => fields.values().find_map(first_text),
        _ => None,
    }
}

fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> ErrorBody {
        ErrorBody::read(body.as_bytes()).expect("an error body")
    }

    #[test]
    fn scopes_are_found_wherever_hubspot_puts_them() {
        let documented = read(
            r#"{"status":"error","category":"MISSING_SCOPES","message":"m","correlationId":"c",
                "context":{"requiredScopes":["x"],"missingScopes":["settings.billing.write"]}}"#,
        );
        assert_eq!(documented.scopes, ["settings.billing.write"]);
        let nested = read(
            r#"{"category":"MISSING_SCOPES","errors":[{"message":"m",
                "context":{"requiredGranularScopes":["b","a"]}}]}"#,
        );
        assert_eq!(nested.scopes, ["a", "b"]);
    }

    #[test]
    fn nested_codes_are_kept() {
        let body = read(
            r#"{"message":"no","category":"VALIDATION_ERROR",
                "subCategory":"AppUserErrors.NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION",
                "errors":[{"message":"x","code":"USER_NOT_ON_ANY_HUBS"}]}"#,
        );
        assert_eq!(
            body.codes,
            [
                "VALIDATION_ERROR",
                "AppUserErrors.NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION",
                "USER_NOT_ON_ANY_HUBS"
            ]
        );
    }

    #[test]
    fn a_sub_category_may_be_an_object() {
        let body = read(r#"{"message":"m","subCategory":{"name":"crm.NOT_FOUND"},"context":{"ids":["7"]}}"#);
        assert_eq!(body.sub_category.as_deref(), Some("crm.NOT_FOUND"));
        assert_eq!(body.ids, ["7"]);
    }

    #[test]
    fn what_is_no_error_of_hubspots_is_not_taken_for_one() {
        for body in ["<html>", "[]", "null", "{}", r#"{"results":[]}"#, r#"{"message":"#] {
            assert_eq!(ErrorBody::read(body.as_bytes()), None, "{body}");
        }
    }
}
