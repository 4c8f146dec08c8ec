//! What a portal offers people: permission sets, teams and seats.

use serde::{Deserialize, Serialize};

use super::{PermissionSetId, TeamId};

/// `None` stands for "could not be read" and never for "there are none"; the snapshot's `degraded` says why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    /// Sorted by name, then id.
    #[serde(default)]
    pub permission_sets: Option<Vec<PermissionSet>>,
    /// Sorted by name, then id.
    #[serde(default)]
    pub teams: Option<Vec<Team>>,
    /// Sorted by name.
    #[serde(default)]
    pub seats: Option<Vec<Seat>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionSet {
    pub id: PermissionSetId,
    pub name: String,
    /// The set has a paid seat and needs the scope `settings.billing.write` to be given or taken away
    /// (HubSpot's user provisioning document).
    #[serde(default)]
    pub requires_billing_write: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    /// `None` at the top, and always with an API version that does not tell (`ApiVersion::has_teams_api`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent: Option<TeamId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// `None`: HubSpot does not count this kind.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remaining: Option<i64>,
}
