//! The paths of calls, for whoever says what would be called; the calls themselves take theirs from the same place.

use super::endpoint;
use crate::model::ApiVersion;

/// A call as it is shown: without the host, ids as they are, addresses never.
#[derive(Debug, Clone, Copy)]
pub struct Paths(pub ApiVersion);

impl Paths {
    pub fn users(self) -> String {
        endpoint::users(self.0).to_string()
    }

    pub fn user(self, id: &str) -> String {
        format!("{}/{id}", self.users())
    }

    pub fn team_members(self, team: &str) -> String {
        format!("{}/{team}/members", endpoint::teams())
    }

    pub fn team_member(self, team: &str, user: &str) -> String {
        format!("{}/{user}", self.team_members(team))
    }

    pub fn read_profiles(self) -> String {
        format!("{}/batch/read", endpoint::crm_users())
    }

    pub fn update_profiles(self) -> String {
        format!("{}/batch/update", endpoint::crm_users())
    }

    pub fn scim_user(self, id: &str) -> String {
        format!("{}/{id}", endpoint::scim_users())
    }
}
