//! Where HubSpot's documents are wrong, silent or of another version than what is called, each with its reason.
//!
//! Deliberately absent: excuses for one test. What stands here holds for every exchange.

use serde_json::{Value, json};

/// A path that is called in another spelling than the document prints.
pub(super) struct Spelling {
    /// The documented path, and the beginning of those below it.
    pub(super) documented: &'static str,
    pub(super) called: &'static str,
}

pub(super) const SPELLINGS: &[Spelling] = &[
    // The documents are those of the beta; 2026-09 was published with the same shape.
    Spelling { documented: "/settings/users/2026-09-beta", called: "/settings/users/2026-09" },
    Spelling { documented: "/settings/teams/2026-09-beta", called: "/settings/teams/2026-09" },
    // The v3 document prints list and create so and everything else as /settings/v3/users/…; HubSpot's pages
    // have /settings/v3/users for all of them.
    Spelling { documented: "/settings/users/v3", called: "/settings/v3/users" },
];

/// What has no document here and is not judged. Every other path without a document is a violation.
pub(super) struct Undocumented {
    /// None for every method.
    pub(super) method: Option<&'static str>,
    /// With a slash at the end: everything below.
    pub(super) path: &'static str,
}

pub(super) const UNDOCUMENTED: &[Undocumented] = &[
    // The sandbox's own; HubSpot has nothing like it.
    Undocumented { method: None, path: "/__sandbox/" },
    // SCIM is RFC 7644; HubSpot publishes a guide and no document.
    Undocumented { method: None, path: "/scim/" },
    // Only users, of all CRM objects, have their document here; these are searched to count what leavers own.
    Undocumented { method: Some("POST"), path: "/crm/objects/2026-03/contacts/search" },
    Undocumented { method: Some("POST"), path: "/crm/objects/2026-03/companies/search" },
    Undocumented { method: Some("POST"), path: "/crm/objects/2026-03/deals/search" },
    Undocumented { method: Some("POST"), path: "/crm/objects/2026-03/tickets/search" },
    // Whom a legacy private app's token acts for: in HubSpot's pages on private apps, in no document.
    Undocumented { method: Some("POST"), path: "/oauth/v2/private-apps/get/access-token-info" },
];

/// A place in a document that is not judged as it is printed.
pub(super) struct Exception {
    pub(super) document: &'static str,
    pub(super) place: Place,
    pub(super) instead: Instead,
}

#[derive(Debug)]
pub(super) enum Place {
    /// A property of one of the document's schemas.
    Property(&'static str, &'static str),
    /// A parameter, of whichever operations have it.
    Parameter(&'static str),
}

#[derive(Clone, Copy)]
pub(super) enum Instead {
    /// An integer of any size.
    AnyInteger,
    AnyIntegerOrNull,
    Text,
    TextOrNull,
    /// An object with any keys whose values are text or null.
    TextsOrNulls,
}

const OWNERS: &str = "owners-2026-09.json";
const ACTIVITY: &str = "account-activity-2026-09.json";
const CRM_USERS: &str = "crm-users-2026-03.json";
const TEAMS: &str = "teams-2026-09-beta.json";

const fn property(
    document: &'static str,
    schema: &'static str,
    property: &'static str,
    instead: Instead,
) -> Exception {
    Exception { document, place: Place::Property(schema, property), instead }
}

const fn parameter(document: &'static str, parameter: &'static str, instead: Instead) -> Exception {
    Exception { document, place: Place::Parameter(parameter), instead }
}

pub(super) const EXCEPTIONS: &[Exception] = &[
    // Typed int32, while the same ids are text everywhere else in HubSpot's documents and outgrow 32 bits. An
    // archived owner's `userId` is null (HubSpot's guide to owners), though nothing in the document is nullable.
    property(OWNERS, "PublicOwner", "userId", Instead::AnyIntegerOrNull),
    property(OWNERS, "PublicOwner", "userIdIncludingInactive", Instead::AnyInteger),
    parameter(OWNERS, "ownerId", Instead::AnyInteger),
    property(ACTIVITY, "PublicLoginAudit", "userId", Instead::AnyInteger),
    property(ACTIVITY, "HydratedCriticalAction", "userId", Instead::AnyInteger),
    property(ACTIVITY, "ActingUser", "userId", Instead::AnyInteger),
    parameter(ACTIVITY, "userId", Instead::AnyInteger),
    // An owner without a name: null or left out is not established, and the sandbox plays both.
    property(OWNERS, "PublicOwner", "firstName", Instead::TextOrNull),
    property(OWNERS, "PublicOwner", "lastName", Instead::TextOrNull),
    // A property that is asked for and has no value: null or left out, the sandbox plays both.
    property(CRM_USERS, "SimplePublicObject", "properties", Instead::TextsOrNulls),
    property(CRM_USERS, "SimplePublicObjectWithAssociations", "properties", Instead::TextsOrNulls),
    // Typed as bare objects, which is how HubSpot's generator prints optional text: both are text in every
    // other schema of the document. Without a parent there is null to send, since the key is required.
    property(TEAMS, "TeamUpdateRequest", "name", Instead::Text),
    property(TEAMS, "TeamUpdateRequest", "parentTeamId", Instead::TextOrNull),
];

impl Instead {
    /// As JSON Schema.
    pub(super) fn schema(self) -> Value {
        match self {
            Instead::AnyInteger => json!({ "type": "integer" }),
            Instead::AnyIntegerOrNull => json!({ "type": ["integer", "null"] }),
            Instead::Text => json!({ "type": "string" }),
            Instead::TextOrNull => json!({ "type": ["string", "null"] }),
            Instead::TextsOrNulls => {
                json!({ "type": "object", "additionalProperties": { "type": ["string", "null"] } })
            }
        }
    }
}
