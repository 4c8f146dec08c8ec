//! HubSpot's error answers: the one shape that every refusal of the sandbox has.
//!
//! Deliberately absent: errors of the sandbox as a program (`SandboxError`, `SeedError`); those never reach a client.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// The `category` of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Category {
    ValidationError,
    /// What the path names is not there.
    ObjectNotFound,
    /// The path itself is not there.
    ResourceNotFound,
    Conflict,
    MissingScopes,
    RateLimits,
    InvalidAuthentication,
    MethodNotAllowed,
    UserDoesNotHavePermissions,
    InternalError,
    /// 423: too many changes at once.
    Locked,
    /// 477: the account is being moved between data centres.
    Migration,
}

impl Category {
    fn name(self) -> &'static str {
        match self {
            Category::ValidationError => "VALIDATION_ERROR",
            Category::ObjectNotFound => "OBJECT_NOT_FOUND",
            Category::ResourceNotFound => "RESOURCE_NOT_FOUND",
            Category::Conflict => "CONFLICT",
            Category::MissingScopes => "MISSING_SCOPES",
            Category::RateLimits => "RATE_LIMITS",
            Category::InvalidAuthentication => "INVALID_AUTHENTICATION",
            Category::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Category::UserDoesNotHavePermissions => "USER_DOES_NOT_HAVE_PERMISSIONS",
            Category::InternalError => "INTERNAL_ERROR",
            Category::Locked => "LOCKED",
            Category::Migration => "MIGRATION_IN_PROGRESS",
        }
    }
}

/// A request that is not carried out, with HubSpot's `Error` body (`status`, `category`, `message`,
/// `correlationId`, `subCategory`, `context`, `errors`, `links`; `policyName` on 429).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) category: Category,
    pub(crate) message: String,
    pub(crate) sub_category: Option<&'static str>,
    pub(crate) context: BTreeMap<&'static str, Vec<String>>,
    pub(crate) details: Vec<Detail>,
    pub(crate) policy: Option<&'static str>,
}

/// One entry of an error's `errors`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Detail {
    pub(crate) message: String,
    pub(crate) code: Option<String>,
    pub(crate) field: Option<String>,
    pub(crate) context: BTreeMap<&'static str, Vec<String>>,
}

impl Detail {
    pub(crate) fn new(message: impl Into<String>, code: &str) -> Detail {
        Detail { message: message.into(), code: Some(code.to_owned()), ..Detail::default() }
    }

    pub(crate) fn of_field(mut self, field: &str) -> Detail {
        self.field = Some(field.to_owned());
        self
    }

    pub(crate) fn with(mut self, key: &'static str, values: Vec<String>) -> Detail {
        self.context.insert(key, values);
        self
    }

    fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("message".to_owned(), self.message.clone().into());
        if let Some(code) = &self.code {
            body.insert("code".to_owned(), code.clone().into());
        }
        if let Some(field) = &self.field {
            body.insert("in".to_owned(), field.clone().into());
        }
        if !self.context.is_empty() {
            body.insert("context".to_owned(), json!(self.context));
        }
        Value::Object(body)
    }
}

impl Refusal {
    pub(crate) fn new(status: u16, category: Category, message: impl Into<String>) -> Refusal {
        Refusal {
            status,
            category,
            message: message.into(),
            sub_category: None,
            context: BTreeMap::new(),
            details: Vec::new(),
            policy: None,
        }
    }

    /// 400: the request is understood and not acceptable.
    pub(crate) fn validation(message: impl Into<String>) -> Refusal {
        Refusal::new(400, Category::ValidationError, message)
    }

    /// 404: what the path names is not there. HubSpot's only proof of absence.
    pub(crate) fn not_found(message: impl Into<String>) -> Refusal {
        Refusal::new(404, Category::ObjectNotFound, message)
    }

    /// 409: what should be made is there already.
    pub(crate) fn conflict(message: impl Into<String>) -> Refusal {
        Refusal::new(409, Category::Conflict, message)
    }

    /// 403: the token lacks every scope of which one is needed.
    pub(crate) fn missing_scopes(any_of: &[&str]) -> Refusal {
        let scopes: Vec<String> = any_of.iter().map(|scope| (*scope).to_owned()).collect();
        let detail = Detail {
            message: "One or more of the following scopes are required.".to_owned(),
            ..Detail::default()
        };
        Refusal::new(
            403,
            Category::MissingScopes,
            "This app hasn't been granted all required scopes to make this call. Read more about required \
             scopes here: https://developers.hubspot.com/scopes.",
        )
        .with("missingScopes", scopes.clone())
        .with("requiredScopes", scopes.clone())
        .because(detail.with("requiredGranularScopes", scopes))
    }

    /// 429: one of the limits is used up.
    pub(crate) fn rate_limited(policy: &'static str) -> Refusal {
        let message = format!("You have reached your {} limit.", policy.to_lowercase());
        let mut refusal = Refusal::new(429, Category::RateLimits, message);
        refusal.policy = Some(policy);
        refusal
    }

    pub(crate) fn with(mut self, key: &'static str, values: Vec<String>) -> Refusal {
        self.context.insert(key, values);
        self
    }

    pub(crate) fn because(mut self, detail: Detail) -> Refusal {
        self.details.push(detail);
        self
    }

    pub(crate) fn sub_category(mut self, sub_category: &'static str) -> Refusal {
        self.sub_category = Some(sub_category);
        self
    }

    /// The `Error` body. Each has a `correlationId` of its own.
    pub(crate) fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("status".to_owned(), "error".into());
        body.insert("message".to_owned(), self.message.clone().into());
        body.insert("correlationId".to_owned(), correlation_id().into());
        body.insert("category".to_owned(), self.category.name().into());
        if let Some(sub_category) = self.sub_category {
            body.insert("subCategory".to_owned(), sub_category.into());
        }
        if !self.context.is_empty() {
            body.insert("context".to_owned(), json!(self.context));
        }
        if !self.details.is_empty() {
            body.insert("errors".to_owned(), self.details.iter().map(Detail::body).collect());
        }
        if self.category == Category::MissingScopes {
            body.insert("links".to_owned(), json!({ "scopes": "https://developers.hubspot.com/scopes" }));
        }
        if let Some(policy) = self.policy {
            body.insert("policyName".to_owned(), policy.into());
        }
        Value::Object(body)
    }

    /// The same as an entry of a batch answer: HubSpot's `StandardError`, in which every list must be present.
    pub(crate) fn batch_entry(&self) -> Value {
        json!({
            "status": "error",
            "category": self.category.name(),
            "message": self.message,
            "context": self.context,
            "errors": self.details.iter().map(Detail::body).collect::<Vec<_>>(),
            "links": {},
        })
    }
}

/// A random UUID of version 4 in its canonical form.
fn correlation_id() -> String {
    let random = (rand::random::<u128>() & !(0xf << 76) & !(0b11 << 62)) | (0x4 << 76) | (0b10 << 62);
    let digits = format!("{random:032x}");
    let (time, rest) = digits.split_at(8);
    format!("{time}-{}-{}-{}-{}", &rest[..4], &rest[4..8], &rest[8..12], &rest[12..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correlation_id_is_a_uuid_of_version_4() {
        let id = correlation_id();
        let parts: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
        assert_eq!(id.as_bytes()[14], b'4', "{id}");
        assert!(b"89ab".contains(&id.as_bytes()[19]), "{id}");
        assert_ne!(id, correlation_id());
    }
}
