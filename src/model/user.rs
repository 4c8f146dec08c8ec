//! A person: one type for what is wanted and for what is live.

use super::{Email, Named, PermissionSetId, Profile, Status, TeamId, UserId};

/// After `resolve` both sides of a person are of this type, and what the files leave out is equal on both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub email: Email,
    /// `None` for somebody who is not in the portal.
    pub id: Option<UserId>,
    pub status: Status,
    /// Empty names are `None`.
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub super_admin: bool,
    /// Sorted by name. More than one only on the live side. Empty and no super admin: hand-made permissions,
    /// which no API reads.
    pub permission_sets: Vec<Named<PermissionSetId>>,
    pub team: Option<Named<TeamId>>,
    /// Sorted by name.
    pub extra_teams: Vec<Named<TeamId>>,
    /// HubSpot's names of seats, sorted.
    pub seats: Vec<String>,
    pub profile: Profile,
}

impl User {
    /// Somebody of whom nothing but the address is known.
    pub fn absent(email: Email) -> User {
        User {
            email,
            id: None,
            status: Status::Absent,
            first_name: None,
            last_name: None,
            super_admin: false,
            permission_sets: Vec::new(),
            team: None,
            extra_teams: Vec::new(),
            seats: Vec::new(),
            profile: Profile::default(),
        }
    }

    pub fn has_name(&self) -> bool {
        self.first_name.is_some() || self.last_name.is_some()
    }
}
