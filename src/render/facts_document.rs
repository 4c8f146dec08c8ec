//! What rules and policy tools ask beside the rows: people as the files want them, roles, seats.
//!
//! The same facts as `policy` shows to rules, under the same names.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::{Access, PermissionGrant, Role, RoleKey, Setting};
use crate::model::User;
use crate::policy::{Facts, PaidSeats, SeatUse, WantedUser};

use super::compose::source_entry;
use super::document::{PlanDocument, SourceEntry};

/// An entry of `users:`, with what it leaves out taken from the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserEntry {
    pub email: String,
    /// What stands behind the `@`, in lower case.
    pub domain: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// `present`, `deactivated` or `removed`; after expiry.
    pub state: String,
    /// In the portal now: `active`, `invited`, `deactivated`, `absent` or `unknown`.
    pub status: String,
    /// The key of a role; left out where the entry names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    pub super_admin: bool,
    pub permission_sets: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    pub extra_teams: Vec<String>,
    pub seats: Vec<String>,
    /// A day, as `2027-03-31`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// From `today` on; negative once it has passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_days: Option<i64>,
    /// `deactivated` or `removed`.
    pub on_expiry: String,
    /// In `policy.protected`.
    pub protected: bool,
    /// Whether HubSpot mails an invitation.
    pub invite: bool,
    /// Of the mails that hubroster writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    pub source: SourceEntry,
}

/// A file in `roles`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleEntry {
    pub key: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `standard`, `elevated` or `admin`.
    pub privilege: String,
    /// `permission_set`, `template`, `scratch` or `super_admin`.
    pub access: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_set: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    pub seats: Vec<String>,
    /// By line of HubSpot's grid.
    pub permissions: BTreeMap<String, GrantEntry>,
}

/// On or off, a level, or verbs with their reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum GrantEntry {
    Switch(bool),
    Level(String),
    Reach(BTreeMap<String, String>),
}

/// A kind of seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SeatEntry {
    pub name: String,
    /// HubSpot counts how many are left.
    pub paid: bool,
    /// By everybody in the portal.
    pub used: u64,
    /// Once `actions` are done; steps by hand are not counted.
    pub used_after: u64,
    /// That can still be given now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining: Option<i64>,
}

/// All of them, as a plan carries them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactsDocument {
    pub today: String,
    pub weekday: String,
    pub users: Vec<UserEntry>,
    pub roles: Vec<RoleEntry>,
    /// `None`: the seats could not be read.
    pub seats: Option<Vec<SeatEntry>>,
    pub paid_seats: Option<PaidSeats>,
}

impl FactsDocument {
    pub fn new(facts: &Facts<'_>) -> FactsDocument {
        let Facts { today, weekday, users, roles, seats, paid_seats } = facts;
        FactsDocument {
            today: today.to_string(),
            weekday: (*weekday).to_owned(),
            users: users.iter().map(user).collect(),
            roles: roles.iter().map(role).collect(),
            seats: seats.as_ref().map(|seats| seats.iter().map(seat).collect()),
            paid_seats: *paid_seats,
        }
    }
}

impl PlanDocument {
    /// With what rules and policy tools ask beside the rows. Only the JSON shows it, and a portal may have very many
    /// people, so a plan that is shown in other formats alone goes without.
    pub fn with_facts(mut self, facts: FactsDocument) -> PlanDocument {
        let FactsDocument { today, weekday, users, roles, seats, paid_seats } = facts;
        (self.today, self.weekday) = (Some(today), Some(weekday));
        self.people.paid_seats = paid_seats.map(|paid| paid.used);
        self.people.paid_seats_after = paid_seats.map(|paid| paid.used_after);
        (self.users, self.roles, self.seats) = (users, roles, seats);
        self
    }
}

fn user(user: &WantedUser<'_>) -> UserEntry {
    let WantedUser { entry, person, expires_in_days, on_expiry, is_covered: _ } = user;
    let wanted: &User = &person.wanted;
    UserEntry {
        email: person.email.as_str().to_owned(),
        domain: person.email.domain().to_owned(),
        user_id: wanted.id.as_ref().map(ToString::to_string),
        first_name: wanted.first_name.clone(),
        last_name: wanted.last_name.clone(),
        state: person.state.as_str().to_owned(),
        status: wanted.status.as_str().to_owned(),
        role: user.role().map(ToString::to_string),
        super_admin: wanted.super_admin,
        permission_sets: wanted.permission_sets.iter().map(|set| set.name.clone()).collect(),
        team: wanted.team.as_ref().map(|team| team.name.clone()),
        extra_teams: wanted.extra_teams.iter().map(|team| team.name.clone()).collect(),
        seats: wanted.seats.clone(),
        expires: user.expires().map(|day| day.to_string()),
        expires_in_days: *expires_in_days,
        on_expiry: on_expiry.as_str().to_owned(),
        protected: person.is_protected,
        invite: entry.invite,
        language: entry.language.as_deref().map(str::to_owned),
        source: source_entry(&entry.place),
    }
}

fn role((key, role): &(&RoleKey, &Role)) -> RoleEntry {
    let (access, permission_set, template) = match &role.access {
        Access::PermissionSet(set) => ("permission_set", Some(set.to_string()), None),
        Access::Template(template) => ("template", None, Some(template.clone())),
        Access::Scratch => ("scratch", None, None),
        Access::SuperAdmin => ("super_admin", None, None),
    };
    let seats = match &role.seats {
        Setting::Given(seats, _) => seats.iter().map(|(seat, _)| seat.to_string()).collect(),
        Setting::LeftOut | Setting::Clear(_) => Vec::new(),
    };
    RoleEntry {
        key: key.to_string(),
        name: role.name.clone(),
        description: role.description.clone(),
        privilege: role.privilege.as_str().to_owned(),
        access: access.to_owned(),
        permission_set,
        template,
        seats,
        permissions: role
            .permissions
            .iter()
            .map(|(line, grant)| (line.clone(), self::grant(grant)))
            .collect(),
    }
}

fn grant(grant: &PermissionGrant) -> GrantEntry {
    match grant {
        PermissionGrant::Switch(on) => GrantEntry::Switch(*on),
        PermissionGrant::Level(level) => GrantEntry::Level(level.clone()),
        PermissionGrant::Reach(grants) => GrantEntry::Reach(grants.iter().cloned().collect()),
    }
}

fn seat(seat: &SeatUse) -> SeatEntry {
    let SeatUse { name, paid, used, used_after, remaining } = seat.clone();
    SeatEntry { name, paid, used, used_after, remaining }
}
