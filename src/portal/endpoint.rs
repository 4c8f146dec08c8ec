//! The paths of HubSpot's APIs, and the scope each list needs.

use super::call::Path;
use crate::model::ApiVersion;

/// Account details, usage and history.
const ACCOUNT: &str = "/account-info/2026-09";
const TEAMS: &str = "/settings/teams/2026-09";
const OWNERS: &str = "/crm/owners/2026-09";
/// The newest version of which HubSpot has published a document of its own for users.
const CRM: &str = "/crm/objects/2026-03";

/// User provisioning. HubSpot's v3 document prints list and create as `/settings/users/v3`; every other page of
/// theirs has `/settings/v3/users`.
pub(super) fn users(api: ApiVersion) -> Path {
    match api {
        ApiVersion::V3 => Path::new("/settings/v3/users"),
        ApiVersion::March2026 | ApiVersion::September2026 => Path::new(format!("/settings/users/{api}")),
    }
}

pub(super) fn account_details() -> Path {
    Path::new(ACCOUNT).then("/details")
}

pub(super) fn daily_usage() -> Path {
    Path::new(ACCOUNT).then("/api-usage/daily/private-apps")
}

/// What people did that matters to the account's security.
pub(super) fn security_history() -> Path {
    Path::new(ACCOUNT).then("/activity/security")
}

pub(super) fn teams() -> Path {
    Path::new(TEAMS)
}

pub(super) fn owners() -> Path {
    Path::new(OWNERS)
}

pub(super) fn crm_users() -> Path {
    Path::new(CRM).then("/users")
}

/// `object`: `contacts`, `companies`, `deals`, `tickets`.
pub(super) fn crm_search(object: &str) -> Path {
    Path::new(CRM).then("/").then(object).then("/search")
}

/// Its base address ends in `/scim/v2`, here as HubSpot's guide to SCIM apps has it.
pub(super) fn scim_users() -> Path {
    Path::of_scim("/Users")
}

/// Tells what a legacy private app's token is and whom it acts for.
pub(super) fn token_information() -> Path {
    Path::new("/oauth/v2/private-apps/get/access-token-info")
}
