//! The table of what the sandbox serves: method, path, versions, scopes, and the function that answers.
//!
//! One table instead of a router, so that scopes, 404 and 405 come from the same place and the documentation can
//! be read off. Deliberately absent: HTTP (the server) and rules (the state).

mod account;
mod crm;
mod owners;
mod scim;
mod search;
mod teams;
mod users;

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::call::{Answer, Call};
use super::errors::{Category, Refusal};
use super::state::Portal;

pub(crate) use scim::error_body as scim_error;

type Run = fn(&mut Portal, &Call) -> Result<Answer, Refusal>;

/// How the calls below a path are let in, and in which shape they are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Realm {
    /// A token with scopes, and the limits.
    Api,
    /// No token: introspection is told one in its body.
    Introspection,
    /// A token of the SCIM app, and no limits that HubSpot tells of.
    Scim,
}

impl Realm {
    pub(crate) fn of(path: &str) -> Realm {
        if path.starts_with("/scim/") {
            Realm::Scim
        } else if path.starts_with("/oauth/") {
            Realm::Introspection
        } else {
            Realm::Api
        }
    }
}

/// One method of one path.
pub(crate) struct Endpoint {
    pub(crate) method: &'static str,
    /// Parts in braces match any one segment; `{version}` only what `versions` lists.
    pub(crate) path: &'static str,
    versions: &'static [&'static str],
    /// One of these is needed; empty where any token is good.
    pub(crate) scopes: &'static [&'static str],
    pub(crate) run: Run,
}

impl Endpoint {
    /// Search has its own rate limit.
    pub(crate) fn is_search(&self) -> bool {
        self.path.ends_with("/search")
    }
}

const READ_USERS: &[&str] = &["settings.users.read", "crm.objects.users.read"];
const WRITE_USERS: &[&str] = &["settings.users.write", "crm.objects.users.write"];
const READ_TEAMS: &[&str] = &["settings.users.teams.read"];
const WRITE_TEAMS: &[&str] = &["settings.users.teams.write"];
const READ_SEATS: &[&str] = &["settings.billing.write"];
const READ_RECORDS: &[&str] = &["crm.objects.users.read"];
const WRITE_RECORDS: &[&str] = &["crm.objects.users.write"];
const READ_OWNERS: &[&str] = &["crm.objects.owners.read"];
const READ_SECURITY: &[&str] = &["account-info.security.read"];
const ANY: &[&str] = &[];

const USER_VERSIONS: &[&str] = &["2026-09", "2026-09-beta", "2026-03"];
const SEAT_VERSIONS: &[&str] = &["2026-09", "2026-09-beta"];
const OWNER_VERSIONS: &[&str] = &["2026-09", "2026-03"];
const ACCOUNT_VERSIONS: &[&str] = &["2026-09", "2026-03", "2025-09", "v3"];
const NONE: &[&str] = &[];

const fn endpoint(
    method: &'static str,
    path: &'static str,
    versions: &'static [&'static str],
    scopes: &'static [&'static str],
    run: Run,
) -> Endpoint {
    Endpoint { method, path, versions, scopes, run }
}

/// Everything that is served. Of two that match, the first one counts.
pub(crate) static ENDPOINTS: &[Endpoint] = &[
    endpoint("GET", "/settings/users/{version}", USER_VERSIONS, READ_USERS, users::list),
    endpoint("POST", "/settings/users/{version}", USER_VERSIONS, WRITE_USERS, users::create),
    endpoint("GET", "/settings/users/{version}/roles", USER_VERSIONS, READ_USERS, users::roles),
    endpoint("GET", "/settings/users/{version}/teams", USER_VERSIONS, READ_TEAMS, users::teams),
    endpoint("GET", "/settings/users/{version}/seats", SEAT_VERSIONS, READ_SEATS, users::seats),
    endpoint("GET", "/settings/users/{version}/{user}", USER_VERSIONS, READ_USERS, users::get),
    endpoint("PUT", "/settings/users/{version}/{user}", USER_VERSIONS, WRITE_USERS, users::update),
    endpoint("DELETE", "/settings/users/{version}/{user}", USER_VERSIONS, WRITE_USERS, users::remove),
    // HubSpot's v3 document prints the list as /settings/users/v3, its pages as /settings/v3/users.
    endpoint("GET", "/settings/users/v3", NONE, READ_USERS, users::list),
    endpoint("POST", "/settings/users/v3", NONE, WRITE_USERS, users::create),
    endpoint("GET", "/settings/v3/users", NONE, READ_USERS, users::list),
    endpoint("POST", "/settings/v3/users", NONE, WRITE_USERS, users::create),
    endpoint("GET", "/settings/v3/users/roles", NONE, READ_USERS, users::roles),
    endpoint("GET", "/settings/v3/users/teams", NONE, READ_TEAMS, users::teams),
    endpoint("GET", "/settings/v3/users/{user}", NONE, READ_USERS, users::get),
    endpoint("PUT", "/settings/v3/users/{user}", NONE, WRITE_USERS, users::update),
    endpoint("DELETE", "/settings/v3/users/{user}", NONE, WRITE_USERS, users::remove),
    endpoint("GET", "/settings/teams/{version}", SEAT_VERSIONS, READ_TEAMS, teams::list),
    endpoint("POST", "/settings/teams/{version}", SEAT_VERSIONS, WRITE_TEAMS, teams::create),
    endpoint("GET", "/settings/teams/{version}/{team}", SEAT_VERSIONS, READ_TEAMS, teams::get),
    endpoint("PATCH", "/settings/teams/{version}/{team}", SEAT_VERSIONS, WRITE_TEAMS, teams::update),
    endpoint("DELETE", "/settings/teams/{version}/{team}", SEAT_VERSIONS, WRITE_TEAMS, teams::delete),
    endpoint("GET", "/settings/teams/{version}/{team}/members", SEAT_VERSIONS, READ_TEAMS, teams::members),
    endpoint("POST", "/settings/teams/{version}/{team}/members", SEAT_VERSIONS, WRITE_TEAMS, teams::add),
    endpoint(
        "POST",
        "/settings/teams/{version}/{team}/members/batch",
        SEAT_VERSIONS,
        WRITE_TEAMS,
        teams::add_batch,
    ),
    endpoint(
        "DELETE",
        "/settings/teams/{version}/{team}/members/{user}",
        SEAT_VERSIONS,
        WRITE_TEAMS,
        teams::remove,
    ),
    endpoint("GET", "/crm/objects/{version}/users", OWNER_VERSIONS, READ_RECORDS, crm::list),
    endpoint(
        "POST",
        "/crm/objects/{version}/users/batch/read",
        OWNER_VERSIONS,
        READ_RECORDS,
        crm::batch_read,
    ),
    endpoint(
        "POST",
        "/crm/objects/{version}/users/batch/update",
        OWNER_VERSIONS,
        WRITE_RECORDS,
        crm::batch_update,
    ),
    endpoint("GET", "/crm/objects/{version}/users/{record}", OWNER_VERSIONS, READ_RECORDS, crm::get),
    endpoint("PATCH", "/crm/objects/{version}/users/{record}", OWNER_VERSIONS, WRITE_RECORDS, crm::update),
    endpoint("GET", "/crm/v3/objects/users", NONE, READ_RECORDS, crm::list),
    endpoint("POST", "/crm/v3/objects/users/batch/read", NONE, READ_RECORDS, crm::batch_read),
    endpoint("POST", "/crm/v3/objects/users/batch/update", NONE, WRITE_RECORDS, crm::batch_update),
    endpoint("GET", "/crm/v3/objects/users/{record}", NONE, READ_RECORDS, crm::get),
    endpoint("PATCH", "/crm/v3/objects/users/{record}", NONE, WRITE_RECORDS, crm::update),
    endpoint("POST", "/crm/objects/{version}/{object}/search", OWNER_VERSIONS, ANY, search::count),
    endpoint("POST", "/crm/v3/objects/{object}/search", NONE, ANY, search::count),
    endpoint("GET", "/crm/owners/{version}", OWNER_VERSIONS, READ_OWNERS, owners::list),
    endpoint("GET", "/crm/owners/{version}/{owner}", OWNER_VERSIONS, READ_OWNERS, owners::get),
    endpoint("GET", "/crm/v3/owners", NONE, READ_OWNERS, owners::list),
    endpoint("GET", "/crm/v3/owners/{owner}", NONE, READ_OWNERS, owners::get),
    endpoint("GET", "/account-info/{version}/details", ACCOUNT_VERSIONS, ANY, account::details),
    endpoint(
        "GET",
        "/account-info/{version}/api-usage/daily/private-apps",
        ACCOUNT_VERSIONS,
        ANY,
        account::usage,
    ),
    endpoint(
        "GET",
        "/account-info/{version}/activity/login",
        ACCOUNT_VERSIONS,
        READ_SECURITY,
        account::logins,
    ),
    endpoint(
        "GET",
        "/account-info/{version}/activity/security",
        ACCOUNT_VERSIONS,
        READ_SECURITY,
        account::security,
    ),
    endpoint("POST", "/oauth/v2/private-apps/get/access-token-info", NONE, ANY, account::introspect),
    endpoint("GET", "/scim/v2/ServiceProviderConfig", NONE, ANY, scim::config),
    endpoint("GET", "/scim/v2/Users", NONE, ANY, scim::list),
    endpoint("POST", "/scim/v2/Users", NONE, ANY, scim::create),
    endpoint("GET", "/scim/v2/Users/{user}", NONE, ANY, scim::get),
    endpoint("PUT", "/scim/v2/Users/{user}", NONE, ANY, scim::replace),
    endpoint("PATCH", "/scim/v2/Users/{user}", NONE, ANY, scim::patch),
];

/// The named parts of a path, decoded.
pub(crate) type Parts = BTreeMap<&'static str, String>;

/// The endpoint of a request.
///
/// # Errors
/// 404 where nothing has this path, 405 where only other methods do.
pub(crate) fn find(method: &str, path: &str) -> Result<(&'static Endpoint, Parts), Refusal> {
    let mut other_method = false;
    for endpoint in ENDPOINTS {
        if let Some(parts) = endpoint.matches(path) {
            if endpoint.method == method {
                return Ok((endpoint, parts));
            }
            other_method = true;
        }
    }
    if other_method {
        let message = format!("The method {method} is not allowed for {path}.");
        return Err(Refusal::new(405, Category::MethodNotAllowed, message));
    }
    Err(Refusal::new(404, Category::ResourceNotFound, format!("There is nothing at {path}.")))
}

impl Endpoint {
    fn matches(&self, path: &str) -> Option<Parts> {
        let mut parts = Parts::new();
        let mut segments = path.split('/');
        for pattern in self.path.split('/') {
            let segment = segments.next()?;
            match pattern.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                None if pattern == segment => {}
                Some("version") if self.versions.contains(&segment) => {
                    parts.insert("version", segment.to_owned());
                }
                Some(name) if name != "version" && !segment.is_empty() => {
                    parts.insert(name, percent_decode_str(segment).decode_utf8().ok()?.into_owned());
                }
                _ => return None,
            }
        }
        segments.next().is_none().then_some(parts)
    }
}
