//! One reading of a portal, complete enough to plan from without a network.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::snapshot_record::{MemberRecord, SnapshotRecord};
use super::{ApiVersion, Catalog, CrmUserId, Email, OwnerId, PortalId, User, UserId, visible_json};

/// The value of a snapshot file's `format`.
pub const SNAPSHOT_FORMAT: &str = "hubroster-snapshot/1";

/// Its JSON is also a valid seed of the sandbox portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "SnapshotRecord", into = "SnapshotRecord")]
pub struct Snapshot {
    /// Always [`SNAPSHOT_FORMAT`].
    pub format: String,
    /// The version of user provisioning it was read with.
    pub api: ApiVersion,
    pub portal: Account,
    pub catalog: Catalog,
    /// Everybody the portal shows, sorted by e-mail, then id. Who is `Absent` here is only left over in the
    /// CRM or among archived owners.
    pub people: Vec<Member>,
    /// Whom the token acts for, where the API tells.
    pub credential_owner: Option<UserId>,
    /// What could not be read, and what that means. Sorted.
    pub degraded: Vec<Degraded>,
    /// Answered reading calls.
    pub reads: u64,
}

/// The account a token belongs to (HubSpot's account information document).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: PortalId,
    /// `STANDARD`, `SANDBOX`, `DEVELOPER_TEST`, `APP_DEVELOPER`, or whatever HubSpot says next.
    pub account_type: String,
    /// IANA name; days in the files are days in this zone.
    pub time_zone: String,
    /// Host of the account's web interface: `app-eu1.hubspot.com`.
    pub ui_domain: String,
    /// `na1`, `eu1` …
    pub data_hosting_location: String,
}

/// One person as the portal shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "MemberRecord", into = "MemberRecord")]
pub struct Member {
    pub user: User,
    pub crm_id: Option<CrmUserId>,
    pub owner_id: Option<OwnerId>,
    pub last_active: Option<jiff::Timestamp>,
    /// What each source says of this person's existence; the status is derived from it.
    pub sources: Sources,
    /// What the answers said beyond what hubroster knows, as it was said: unknown settings fields and the
    /// CRM properties from which the status was derived.
    pub properties: BTreeMap<String, String>,
    /// Asked only about people who are to be deactivated or reactivated, or who may be deactivated.
    pub scim: Scim,
    /// What they would leave behind; counted only for people who are leaving.
    pub owned: Option<Owned>,
    /// How they came to be deactivated; asked only about people who are to be reactivated.
    pub deactivated: Option<Deactivation>,
}

/// What HubSpot's security history says of a deactivation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deactivation {
    pub at: jiff::Timestamp,
    /// `None` where it names nobody, as for what HubSpot does by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Email>,
}

/// What SCIM, the identity provider's door, says of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Scim {
    /// Not asked, or there is no SCIM token.
    #[default]
    Unread,
    /// SCIM does not know them: they are none of the identity provider's.
    NotShown,
    Shown(ScimUser),
}

/// A person in SCIM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScimUser {
    pub id: String,
    pub active: bool,
}

/// Records that name one owner, by kind; `None` where the token may not count them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Owned {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacts: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub companies: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deals: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tickets: Option<u64>,
}

impl Owned {
    /// Of the kinds that could be counted.
    pub fn total(&self) -> u64 {
        let Owned { contacts, companies, deals, tickets } = *self;
        [contacts, companies, deals, tickets].into_iter().flatten().fold(0, u64::saturating_add)
    }
}

/// Which source shows a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sources {
    pub settings: Source,
    pub crm: Source,
    pub archived_owner: Source,
    /// A direct read by id or e-mail, made where the three lists leave the question open.
    pub direct: Source,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Not asked, or it could not be read.
    #[default]
    Unread,
    Shown,
    NotShown,
}

/// Something that could not be read, by name, with what is lost.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Degraded {
    /// `seats`, `teams`, `permission sets`, `CRM records`, `archived owners`, `credential owner` …
    pub what: String,
    /// `None` where no scope would help: the account's tier, or the API version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub missing_scope: Option<String>,
    pub effect: String,
}

impl Degraded {
    pub const ARCHIVED_OWNERS: &str = "archived owners";
    pub const CREDENTIAL_OWNER: &str = "credential owner";
    pub const CRM_RECORDS: &str = "CRM records";
    pub const OWNED_RECORDS: &str = "owned records";
    pub const PERMISSION_SETS: &str = "permission sets";
    pub const SEATS: &str = "seats";
    pub const TEAMS: &str = "teams";
}

/// Why a text is no snapshot: a fragment that says where and what.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SnapshotError(String);

fn with_places(json: &[u8]) -> Result<Snapshot, SnapshotError> {
    let mut decoder = serde_json::Deserializer::from_slice(json);
    let snapshot = serde_path_to_error::deserialize(&mut decoder).map_err(|error| {
        // The path is a lone dot where the file as a whole is not JSON.
        SnapshotError(match error.path().to_string().as_str() {
            "." => error.inner().to_string(),
            path => format!("`{path}`: {}", error.inner()),
        })
    })?;
    decoder.end().map_err(|error| SnapshotError(error.to_string()))?;
    Ok(snapshot)
}

impl Snapshot {
    /// Reads what [`Snapshot::to_json`] wrote.
    ///
    /// # Errors
    ///
    /// What is no JSON, has another format, or does not fit it. Keys that a later version added are passed over.
    pub fn from_json(json: &[u8]) -> Result<Snapshot, SnapshotError> {
        // Keeping track of paths takes twice the time, and only an error has one.
        let snapshot: Snapshot = serde_json::from_slice(json).or_else(|_| with_places(json))?;
        if snapshot.format != SNAPSHOT_FORMAT {
            let reason = format!("its format is `{}`, not `{SNAPSHOT_FORMAT}`", snapshot.format);
            return Err(SnapshotError(reason));
        }
        Ok(snapshot)
    }

    /// Indented, with a newline at the end.
    pub fn to_json(&self) -> String {
        let json = serde_json::to_string_pretty(self).expect("a snapshot has only text keys");
        visible_json(&json) + "\n"
    }

    /// Whether the part of that name (see the constants of [`Degraded`]) could not be read.
    pub fn lacks(&self, what: &str) -> bool {
        self.degraded.iter().any(|degraded| degraded.what == what)
    }

    /// The one who has this id, shown by whichever source.
    pub fn member(&self, id: &UserId) -> Option<&Member> {
        self.people.iter().find(|member| member.user.id.as_ref() == Some(id))
    }
}
