//! SCIM 2.0 users, as far as it finds people and makes them active or not (RFC 7643, RFC 7644).
//!
//! HubSpot's knowledge base says what it does, not how it answers: the shapes are the RFCs'. Deliberately absent:
//! groups, roles that are written, teams and seats, deletion, and every filter but `userName eq`.

use serde_json::{Map, Value, json};

use crate::sandbox::call::{Answer, Call, Object};
use crate::sandbox::errors::{Category, Refusal};
use crate::sandbox::ids::UserId;
use crate::sandbox::seed::Status;
use crate::sandbox::state::{Identity, Person, Portal};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
const CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const MOST_A_PAGE: usize = 100;

/// A refusal in SCIM's shape; its subcategory is SCIM's `scimType`.
pub(crate) fn error_body(refusal: &Refusal) -> Value {
    let mut body =
        json!({ "schemas": [ERROR], "status": refusal.status.to_string(), "detail": refusal.message });
    if let Some(kind) = refusal.sub_category {
        body["scimType"] = kind.into();
    }
    body
}

fn knows(portal: &Portal, person: &Person) -> bool {
    let unknown = portal.scim.as_ref().is_some_and(|scim| {
        scim.unknown.iter().any(|email| email.to_lowercase() == person.email.to_lowercase())
    });
    person.is_member() && !unknown
}

fn shown(portal: &Portal, person: &Person) -> Value {
    let mut name = Map::new();
    for (key, value) in [("givenName", &person.first_name), ("familyName", &person.last_name)] {
        if let Some(value) = value {
            name.insert(key.to_owned(), value.clone().into());
        }
    }
    let sets = person.permission_sets.iter().filter_map(|set| portal.set(*set));
    json!({
        "schemas": [USER],
        "id": person.id.to_string(),
        "userName": person.email,
        "name": name,
        "emails": [{ "value": person.email, "type": "work", "primary": true }],
        "roles": sets.map(|set| json!({ "value": set.name })).collect::<Vec<_>>(),
        "active": person.status != Status::Deactivated,
        "meta": {
            "resourceType": "User",
            "created": person.created_at().to_string(),
            "lastModified": person.updated_at().to_string(),
            "location": format!("/scim/v2/Users/{}", person.id),
        },
    })
}

fn addressed(portal: &Portal, call: &Call) -> Result<UserId, Refusal> {
    let not_found = || Refusal::not_found(format!("Resource {} not found.", call.part("user")));
    let id: UserId = call.part("user").parse().map_err(|_| not_found())?;
    portal.people.get(id).filter(|person| knows(portal, person)).map(|_| id).ok_or_else(not_found)
}

fn refuse(kind: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::validation(message).sub_category(kind)
}

pub(super) fn config(portal: &mut Portal, _call: &Call) -> Result<Answer, Refusal> {
    let patch = portal.scim.as_ref().is_some_and(|scim| scim.patch);
    Ok(Answer::ok(json!({
        "schemas": [CONFIG],
        "patch": { "supported": patch },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": MOST_A_PAGE },
        "changePassword": { "supported": false },
        "sort": { "supported": false },
        "etag": { "supported": false },
        "authenticationSchemes": [
            { "type": "oauthbearertoken", "name": "Bearer token", "description": "A token in the Authorization header" },
        ],
    })))
}

pub(super) fn list(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let wanted = call.parameter("filter").map(user_name).transpose()?;
    let number = |name: &str, default: usize| match call.parameter(name) {
        None => Ok(default),
        Some(text) => text.parse().map_err(|_| refuse("invalidValue", format!("'{name}' must be a number."))),
    };
    let start = number("startIndex", 1)?.max(1);
    let count = number("count", MOST_A_PAGE)?.min(MOST_A_PAGE);
    let found: Vec<&Person> = match &wanted {
        Some(email) => {
            portal.people.by_email(email).filter(|person| knows(portal, person)).into_iter().collect()
        }
        None => portal.people.iter().filter(|person| knows(portal, person)).collect(),
    };
    let page: Vec<Value> =
        found.iter().skip(start - 1).take(count).map(|person| shown(portal, person)).collect();
    Ok(Answer::ok(json!({
        "schemas": [LIST],
        "totalResults": found.len(),
        "startIndex": start,
        "itemsPerPage": page.len(),
        "Resources": page,
    })))
}

/// The address of a filter `userName eq "…"`; attribute and operator are compared without regard to case.
fn user_name(filter: &str) -> Result<String, Refusal> {
    let wrong = || refuse("invalidFilter", format!("'{filter}' is not of the form: userName eq \"…\""));
    let mut words = filter.trim().splitn(3, ' ');
    let attribute = words.next().unwrap_or_default();
    let operator = words.next().unwrap_or_default();
    if !attribute.eq_ignore_ascii_case("userName") || !operator.eq_ignore_ascii_case("eq") {
        return Err(wrong());
    }
    // The value is a JSON string (RFC 7644, section 3.4.2.2).
    serde_json::from_str(words.next().unwrap_or_default().trim()).map_err(|_| wrong())
}

pub(super) fn get(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let id = addressed(portal, call)?;
    Ok(Answer::ok(shown(portal, portal.member(id)?)))
}

fn identity(body: Object<'_>) -> Result<Identity, Refusal> {
    let name = match body.get("name") {
        None | Some(Value::Null) => None,
        Some(name) => Some(Object::new(name)?),
    };
    let part = |key: &str| -> Result<Option<String>, Refusal> {
        Ok(name.map(|name| name.text(key)).transpose()?.flatten().map(str::to_owned))
    };
    Ok(Identity {
        email: body.needed_text("userName")?.to_owned(),
        first_name: part("givenName")?,
        last_name: part("familyName")?,
        active: body.get("active").map_or(Ok(true), flag)?,
    })
}

/// True and false, also as the text in which some identity providers send them.
fn flag(value: &Value) -> Result<bool, Refusal> {
    match value {
        Value::Bool(flag) => Ok(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        other => Err(refuse("invalidValue", format!("'active' cannot be {other}."))),
    }
}

pub(super) fn create(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let identity = identity(call.object()?)?;
    if !identity.email.contains('@') {
        return Err(refuse("invalidValue", "'userName' must be an e-mail address."));
    }
    let id = portal.provision(identity, call.act).map_err(|refusal| refusal.sub_category("uniqueness"))?;
    Ok(Answer::created(shown(portal, portal.member(id)?), format!("/scim/v2/Users/{id}")))
}

/// PUT: the whole person. What this SCIM cannot write is taken and left as it is.
pub(super) fn replace(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let id = addressed(portal, call)?;
    let identity = identity(call.object()?)?;
    if identity.email.to_lowercase() != portal.member(id)?.email.to_lowercase() {
        return Err(refuse("mutability", "'userName' cannot be changed."));
    }
    portal.rename(id, identity.first_name, identity.last_name, call.act);
    portal.set_active(id, identity.active, call.act)?;
    Ok(Answer::ok(shown(portal, portal.member(id)?)))
}

/// PATCH: `active`, in either form of an operation: `path` and `value`, or `value` as an object.
pub(super) fn patch(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    if !portal.scim.as_ref().is_some_and(|scim| scim.patch) {
        let message = "PATCH is not supported. Replace the whole resource by PUT.";
        return Err(Refusal::new(501, Category::MethodNotAllowed, message));
    }
    let id = addressed(portal, call)?;
    let body = call.object()?;
    if body.texts("schemas")?.is_none_or(|schemas| schemas != [PATCH]) {
        return Err(refuse("invalidSyntax", format!("'schemas' must be [\"{PATCH}\"].")));
    }
    let operations = body.needed_list("Operations")?;
    let active = operations.iter().map(operation).collect::<Result<Vec<bool>, _>>()?;
    for active in active {
        portal.set_active(id, active, call.act)?;
    }
    Ok(Answer::ok(shown(portal, portal.member(id)?)))
}

fn operation(operation: &Value) -> Result<bool, Refusal> {
    let operation = Object::new(operation)?;
    let kind = operation.needed_text("op")?;
    if !kind.eq_ignore_ascii_case("replace") && !kind.eq_ignore_ascii_case("add") {
        return Err(refuse("invalidSyntax", format!("The operation '{kind}' is not supported.")));
    }
    let value = operation.get("value").unwrap_or(&Value::Null);
    match operation.text("path")? {
        Some(path) if path.eq_ignore_ascii_case("active") => flag(value),
        Some(path) => Err(refuse("invalidPath", format!("'{path}' cannot be changed."))),
        None => match value.as_object() {
            Some(fields) if fields.len() == 1 && fields.contains_key("active") => flag(&fields["active"]),
            _ => Err(refuse("invalidPath", "Only 'active' can be changed.")),
        },
    }
}
