//! "The plan as JSON": what is saved, shown again and read by other tools; every format is written from it.
//!
//! Deliberately absent: how it follows from a plan (`compose`) and how it looks (`rows` and the formats). Keys
//! are only ever added within a `format_version`; `docs/plan-format.md` describes each.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::model::visible_json;
use crate::plan::{ActionKind, PrivilegeChange};

use super::causes::{BaseEntry, CancelledEntry};
use super::directory::DirectoryEntry;
use super::facts_document::{RoleEntry, SeatEntry, UserEntry};
use super::policy_changes::PolicyChangeEntry;
use super::policy_document::PolicyEntry;
use super::{escape, kind_word};

/// The value of `format_version`.
pub const FORMAT_VERSION: &str = "1";

/// A plan: one object. Arrays are in the order in which the text shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "hubroster plan")]
pub struct PlanDocument {
    /// Raised by a change that breaks a reader; unknown keys do not.
    pub format_version: String,
    /// People have pseudonyms; left out: they have their names. No such plan can be applied.
    #[serde(default, skip_serializing_if = "is_false")]
    pub masked: bool,
    pub portal: PortalEntry,
    /// The day the plan is of, in the portal's time zone, as `2027-03-31`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub today: Option<String>,
    /// The day of the week that `today` is: `monday` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekday: Option<String>,
    /// `sha256:` and 64 hexadecimal digits, over the portal id, the targets and the actions; of a masked plan
    /// `hmac-sha256:` and as many digits, made of that with the key of the pseudonyms.
    pub digest: String,
    pub people: PeopleEntry,
    pub requests: Requests,
    /// What was asked for with `--target`; left out: everybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// What causes were told by; left out: nothing is said of causes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<BaseEntry>,
    /// The portal directory, for whoever looks for the files of each `source`; left out: outside of a repository, or
    /// each `source` is from its root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<DirectoryEntry>,
    /// What `apply` will do.
    pub actions: Vec<ActionEntry>,
    /// What the files ask for and hubroster will not do.
    pub blocked: Vec<BlockedEntry>,
    /// What only a person can do, in HubSpot's own interface.
    pub by_hand: Vec<ByHandEntry>,
    /// What HubSpot refuses for now.
    pub waiting: Vec<WaitingEntry>,
    /// Who is in the portal and not in the files.
    pub unmanaged: Vec<UnmanagedEntry>,
    /// What the files at the base would have had done and these do not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancelled: Vec<CancelledEntry>,
    /// What is allowed by these files and was not at the base, or the other way round; and what guards and rules say
    /// differently for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policy_changes: Vec<PolicyChangeEntry>,
    /// Every guard judged, whatever it said.
    pub guards: Vec<GuardEntry>,
    /// Every rule of `policy.rules`, whatever it said.
    #[serde(default)]
    pub policies: Vec<PolicyEntry>,
    /// What could not be read, and what that means for this plan.
    pub degraded: Vec<DegradedEntry>,
    /// The entries of `users.yaml`, changed or not, by e-mail.
    #[serde(default)]
    pub users: Vec<UserEntry>,
    /// The files in `roles`, by key.
    #[serde(default)]
    pub roles: Vec<RoleEntry>,
    /// The kinds of seats, by name; left out where they could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<Vec<SeatEntry>>,
    pub summary: Summary,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PortalEntry {
    pub id: u64,
    /// From `users.yaml`; HubSpot's API does not tell an account's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The version of the user provisioning API.
    pub api: String,
    /// Where HubSpot hosts the account: `na1`, `eu1` …
    #[serde(default)]
    pub region: String,
    /// `STANDARD`, `SANDBOX`, `DEVELOPER_TEST` …
    #[serde(default)]
    pub account_type: String,
    /// The zone in which days such as `expires` are days.
    #[serde(default)]
    pub time_zone: String,
    /// The host of the account's web interface.
    #[serde(default)]
    pub ui_domain: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PeopleEntry {
    /// In the portal, without those who are ignored.
    pub live: u64,
    /// Entries of the files that want somebody present.
    pub desired: u64,
    #[serde(default)]
    pub super_admins: u64,
    /// Once every row is done, by hand or not; super admins still to be granted not counted.
    #[serde(default)]
    pub super_admins_after: u64,
    /// Seats in use of the kinds that are paid for; left out where they could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_seats: Option<u64>,
    /// Once `actions` are done; steps by hand are not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_seats_after: Option<u64>,
}

/// Answered calls to HubSpot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Requests {
    pub reads: u64,
    pub writes: u64,
}

/// A person or a team; its keys stand among those of the entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "subject", rename_all = "lowercase")]
pub enum SubjectEntry {
    User {
        email: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_id: Option<String>,
    },
    Team {
        team: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team_id: Option<String>,
    },
}

impl SubjectEntry {
    /// The e-mail address or the team's name.
    pub fn name(&self) -> &str {
        match self {
            SubjectEntry::User { email, .. } => email,
            SubjectEntry::Team { team, .. } => team,
        }
    }

    pub fn id(&self) -> Option<&str> {
        match self {
            SubjectEntry::User { user_id, .. } => user_id.as_deref(),
            SubjectEntry::Team { team_id, .. } => team_id.as_deref(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActionEntry {
    #[serde(with = "kind_word")]
    #[schemars(schema_with = "kind_word::schema::<ActionKind>")]
    pub kind: ActionKind,
    #[serde(flatten)]
    pub subject: SubjectEntry,
    pub changes: Vec<ChangeEntry>,
    /// Empty where nothing is claimed, which is without `--base`.
    #[serde(default)]
    pub cause: Vec<Cause>,
    #[serde(with = "kind_word")]
    #[schemars(schema_with = "kind_word::schema::<PrivilegeChange>")]
    pub privilege: PrivilegeChange,
    /// What a reviewer should know, in lower-case fragments.
    #[serde(default)]
    pub notes: Vec<String>,
    /// By seat that the action takes: how many are left after it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub seats_left: BTreeMap<String, i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceEntry>,
    /// Its place among the actions as they are carried out, from 1 on: the order the digest is over.
    pub order: u64,
}

/// One attribute, before and after, under the file's own name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeEntry {
    pub attribute: String,
    pub before: Shown,
    pub after: Shown,
    /// Left out where values of this kind have no ids.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub before_id: Option<Ids>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub after_id: Option<Ids>,
    /// Only where the changes of a row have different causes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cause: Vec<Cause>,
}

/// A value as people read it; lists are sorted, nothing is `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Shown {
    Nothing,
    Text(String),
    List(Vec<String>),
}

/// HubSpot's ids of what stands beside them, in the same order; `null` for what the plan itself creates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Ids {
    None,
    One(String),
    List(Vec<Option<String>>),
}

pub(super) fn is_false(value: &bool) -> bool {
    !value
}

/// Tells `"before_id": null` from no such key: the one is a team that has no id yet, the other plain text.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Ids>, D::Error> {
    Ids::deserialize(deserializer).map(Some)
}

/// Why a row is in the plan: what the files changed since the base, or what changed in the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    ThisChange,
    Drift,
}

/// Where the files ask for it; line and column from 1 on, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceEntry {
    pub file: String,
    pub line: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlockedEntry {
    /// What was asked for.
    #[serde(with = "kind_word")]
    #[schemars(schema_with = "kind_word::schema::<ActionKind>")]
    pub kind: ActionKind,
    #[serde(flatten)]
    pub subject: SubjectEntry,
    /// The rule's name, as `docs/safety.md` lists them.
    pub rule: String,
    /// Why, and what allows it where something does.
    pub reason: String,
    #[serde(default)]
    pub changes: Vec<ChangeEntry>,
    #[serde(default)]
    pub cause: Vec<Cause>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ByHandEntry {
    /// `grant_super_admin`, `set_permissions`, `deactivate` …
    pub kind: String,
    #[serde(flatten)]
    pub subject: SubjectEntry,
    /// The step in a few words, to follow `by hand`.
    pub title: String,
    /// Where in HubSpot, as a path through its menus.
    pub path: String,
    /// What to do, one sentence each, in order.
    pub steps: Vec<String>,
    /// The page to begin on, where it has an address that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    #[serde(with = "kind_word")]
    #[schemars(schema_with = "kind_word::schema::<PrivilegeChange>")]
    pub privilege: PrivilegeChange,
    #[serde(default)]
    pub cause: Vec<Cause>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaitingEntry {
    pub email: String,
    pub reason: String,
    pub changes: Vec<ChangeEntry>,
    #[serde(default)]
    pub cause: Vec<Cause>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnmanagedEntry {
    #[serde(flatten)]
    pub subject: SubjectEntry,
    /// `active`, `invited`, `deactivated` or `unknown`; left out for a team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The day, in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_active: Option<String>,
    #[serde(default)]
    pub cause: Vec<Cause>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuardEntry {
    /// The guard's name: `max_removals` …
    pub guard: String,
    pub verdict: GuardVerdict,
    /// Left out where the policy sets no limit of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// The limit as a share of `of`, where one is set and there are enough people to judge it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_percent: Option<u64>,
    pub actual: u64,
    /// What `actual` is counted among.
    pub of: u64,
    /// The number the run acknowledged, exact or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<u64>,
    /// What the guard found.
    pub message: String,
    /// For one that refuses: how to go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub go_on: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GuardVerdict {
    Ok,
    /// The whole `apply` is refused.
    Refused,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DegradedEntry {
    pub what: String,
    /// Left out where no scope would help: the account's subscription, or the API version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_scope: Option<String>,
    pub effect: String,
}

/// How many of each; `update` counts people, the team kinds count teams.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Summary {
    pub invite: u64,
    pub update: u64,
    pub deactivate: u64,
    pub reactivate: u64,
    pub strip: u64,
    pub remove: u64,
    pub team_create: u64,
    pub team_update: u64,
    pub team_delete: u64,
    pub blocked: u64,
    pub by_hand: u64,
    pub waiting: u64,
    pub unmanaged: u64,
}

impl PlanDocument {
    /// No actions; what is blocked, by hand, waiting or unmanaged does not count.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// The guards that refuse, each of which stops an `apply`.
    pub fn refusals(&self) -> impl Iterator<Item = &GuardEntry> {
        self.guards.iter().filter(|guard| guard.verdict == GuardVerdict::Refused)
    }
}

pub(super) fn pretty(document: &impl Serialize) -> String {
    let json =
        serde_json::to_string_pretty(document).expect("a document has only text keys and plain values");
    escape::json(visible_json(&json) + "\n")
}
