//! The keys of the seed format, as serde reads and writes them.
//!
//! Deliberately absent: any meaning. `load` resolves names and refuses what contradicts itself; `docs/sandbox.md`
//! describes each key for people.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::de::{Deserializer, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::sandbox::faults::Fault;
use crate::sandbox::ids::{ObjectId, OwnerId, RecordId, SetId, TeamId, UserId};

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn none<T>() -> Option<Vec<T>> {
    Some(Vec::new())
}

fn is_empty<T>(list: &Option<Vec<T>>) -> bool {
    list.as_ref().is_none_or(Vec::is_empty)
}

fn is_true(value: &bool) -> bool {
    *value
}

fn yes() -> bool {
    true
}

/// Tells `key: null` from a key that is left out.
fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    /// A snapshot has it, a portal does not.
    #[serde(default, skip_serializing)]
    pub(super) format: Option<IgnoredAny>,
    #[expect(dead_code, reason = "a snapshot has it, a portal does not")]
    #[serde(default, skip_serializing)]
    pub(super) api: Option<IgnoredAny>,
    #[expect(dead_code, reason = "a snapshot has it, a portal does not")]
    #[serde(default, skip_serializing)]
    pub(super) taken_at: Option<IgnoredAny>,
    #[expect(dead_code, reason = "a snapshot has it, a portal does not")]
    #[serde(default, skip_serializing)]
    pub(super) reads: Option<IgnoredAny>,
    #[expect(dead_code, reason = "a snapshot has it, a portal does not")]
    #[serde(default, skip_serializing)]
    pub(super) degraded: Option<IgnoredAny>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) credential_owner: Option<UserId>,
    pub(super) portal: Portal,
    /// Null, as the two lists below, in a snapshot whose token could not read it; left out: there are none.
    #[serde(default = "none", skip_serializing_if = "is_empty")]
    pub(super) permission_sets: Option<Vec<PermissionSet>>,
    #[serde(default = "none", skip_serializing_if = "is_empty")]
    pub(super) teams: Option<Vec<Team>>,
    #[serde(default = "none", skip_serializing_if = "is_empty")]
    pub(super) seats: Option<Vec<Seat>>,
    #[serde(default)]
    pub(super) people: Vec<Person>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tokens: Option<Vec<Token>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) scim: Option<Scim>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) limits: Limits,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) behaviour: Behaviour,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) faults: Vec<Fault>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) history: Vec<HistoryEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) outbox: Vec<Mail>,
}

/// The account itself.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Portal {
    pub(crate) id: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) account_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) time_zone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ui_domain: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) data_hosting_location: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tier: Option<Tier>,
}

/// What the account has bought, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tier {
    Free,
    Starter,
    Professional,
    Enterprise,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PermissionSet {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<SetId>,
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) requires_billing_write: bool,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Team {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<TeamId>,
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) parent: Option<Reference>,
}

/// One kind of seat; `remaining` left out or null means that it is not counted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seat {
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) remaining: Option<u32>,
}

/// Something named elsewhere in the document: by its name, its id, or both as a snapshot does.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(untagged, expecting = "expected a name, an id, or `{ id, name }`")]
pub(crate) enum Reference {
    Text(String),
    Number(u64),
    Named(Named),
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    pub(super) id: Option<ObjectId>,
    pub(super) name: String,
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<UserId>,
    pub(super) email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_name: Option<String>,
    #[serde(default)]
    pub(super) status: Status,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) super_admin: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) permission_sets: Vec<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) team: Option<Reference>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) extra_teams: Vec<Reference>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) seats: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_active: Option<String>,
    /// Left out: the sandbox gives one. Null: HubSpot has no CRM record of this person.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(super) crm_id: Option<Option<RecordId>>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(super) owner_id: Option<Option<OwnerId>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) profile: BTreeMap<String, Value>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) properties: BTreeMap<String, Value>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) owned: Owned,
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub(super) listed: bool,
    #[serde(default, skip_serializing)]
    pub(super) sources: Sources,
    #[expect(dead_code, reason = "a snapshot has it, a portal does not")]
    #[serde(default, skip_serializing)]
    pub(super) scim: Option<IgnoredAny>,
    /// A snapshot has it here; a portal has it in its history.
    #[serde(default, skip_serializing)]
    pub(super) deactivated: Option<Deactivated>,
}

/// What whoever took a snapshot was told of a deactivation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deactivated {
    pub(super) at: Timestamp,
    #[serde(default)]
    pub(super) by: Option<String>,
}

/// Which views showed somebody to whoever took a snapshot. Of them only the settings list can be played.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Sources {
    #[serde(default)]
    pub(super) settings: Option<String>,
}

/// How somebody stands in the portal. `unknown` is a snapshot's word and is played as `active`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    #[default]
    #[serde(alias = "unknown")]
    Active,
    /// Has not accepted the invitation yet.
    Invited,
    Deactivated,
    /// Gone from the settings; only the CRM record and an archived owner still show them.
    Removed,
}

/// How many records somebody owns, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Owned {
    pub(crate) contacts: u32,
    pub(crate) companies: u32,
    pub(crate) deals: u32,
    pub(crate) tickets: u32,
}

/// A credential the sandbox accepts; scopes left out means all of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Token {
    pub(crate) token: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scopes: Option<Vec<String>>,
    /// Whom the token acts for. Without one it is like a service key, which introspection does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<UserId>,
}

/// The account's SCIM app; without the key it has none.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scim {
    /// The bearer tokens that are good. Left out: any is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tokens: Option<Vec<String>>,
    /// Whether PATCH is supported.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub(crate) patch: bool,
    /// Addresses of people whom SCIM does not know though the settings do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unknown: Vec<String>,
}

/// How many calls are taken. Left out: what the tier has. Null: no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) ten_seconds: Option<Option<u32>>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) daily: Option<Option<u32>>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) search_per_second: Option<Option<u32>>,
}

/// Which of HubSpot's possible behaviours is played, where the evidence leaves more than one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Behaviour {
    pub(crate) put: Put,
    pub(crate) list_lag: u32,
    pub(crate) seat_lag: u32,
    pub(crate) lists_deactivated: bool,
    pub(crate) crm_record_lag: u32,
    pub(crate) clear_role: ClearRole,
    pub(crate) unset: Unset,
    pub(crate) latency_ms: u64,
}

impl Default for Behaviour {
    fn default() -> Behaviour {
        Behaviour {
            put: Put::default(),
            list_lag: 0,
            seat_lag: 0,
            lists_deactivated: true,
            crm_record_lag: 0,
            clear_role: ClearRole::default(),
            unset: Unset::default(),
            latency_ms: 0,
        }
    }
}

/// What PUT does to a field that is left out of its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Put {
    /// It is cleared, as public code that ran against v3 relies on.
    #[default]
    Replace,
    /// It keeps its value, as the guide of 2026-09 reads.
    Merge,
}

/// What PUT does with an empty `roleId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ClearRole {
    #[default]
    Accepts,
    /// Answers 200 and changes nothing.
    Keeps,
}

/// How a value that a person does not have is shown in a CRM record and an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unset {
    /// Its key is left out, which is all that HubSpot's documents allow: they call no value nullable.
    #[default]
    LeftOut,
    /// Its key is there with null, as live portals answer.
    SentAsNull,
}

/// One line of the security history.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HistoryEntry {
    pub(crate) at: Timestamp,
    /// One of HubSpot's types, such as `DEACTIVATE_USER`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The user, or for a team's events the team, that it happened to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) object: Option<ObjectId>,
    /// The user who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<UserId>,
    /// HubSpot did it by itself, and names nobody.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) automatic: bool,
}

/// A mail that a real portal would have sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) user_id: UserId,
    pub(crate) sent_at: Timestamp,
}
