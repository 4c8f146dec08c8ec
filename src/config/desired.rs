//! What the files ask for: names and places, no ids.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};

use super::PolicyRule;
use crate::model::{ApiVersion, Email, EmailPattern, Place, PortalId, UserId, WorkingHours};

/// One portal directory, free of errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desired {
    pub portal: PortalPin,
    pub policy: Policy,
    /// `None`: teams are not managed. In the order of the file.
    pub teams: Option<Vec<TeamEntry>>,
    /// In the order of the file; no two are the same person.
    pub users: Vec<DesiredUser>,
    /// Where `users:` stands, for what concerns all of them.
    pub users_place: Place,
    pub roles: BTreeMap<RoleKey, Role>,
}

/// The account the token must belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalPin {
    pub place: Place,
    pub id: PortalId,
    pub name: Option<String>,
    pub api: ApiVersion,
    pub scim_url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub unmanaged: Unmanaged,
    pub ignore: Vec<EmailPattern>,
    pub protected: Vec<EmailPattern>,
    /// Empty: any domain. In lower case.
    pub allowed_domains: Vec<String>,
    pub min_super_admins: u32,
    pub max_removals: RemovalLimit,
    pub max_updates: UpdateLimit,
    pub deactivate: DeactivateBy,
    pub strip_role: Option<(RoleKey, Place)>,
    pub on_expiry: WantedState,
    pub credential_owner: Option<Email>,
    pub acknowledge: Vec<Acknowledge>,
    pub names: NamePolicy,
    /// The user's own rules, in the order of the file.
    pub rules: Vec<PolicyRule>,
}

/// What becomes of people in the portal who are not in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmanaged {
    Report,
    Ignore,
    /// Each is a finding of the plan, and counts as a difference for `drift`.
    Error,
    Remove,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeactivateBy {
    Scim,
    Manual,
    Strip,
}

/// A kind of change that `apply` wants acknowledged by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledge {
    Raises,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamePolicy {
    CreateOnly,
    Manage,
}

/// A share of the people in the portal, judged only where there are at least `from` of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percent {
    pub percent: u32,
    pub from: u32,
}

/// Either part refuses; `None` is no limit of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemovalLimit {
    pub count: Option<u32>,
    pub percent: Option<Percent>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpdateLimit {
    pub count: Option<u32>,
    pub percent: Option<Percent>,
}

/// One attribute of the file: left out, cleared with `null` or `[]`, or given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting<T> {
    LeftOut,
    Clear(Place),
    Given(T, Place),
}

impl<T> Setting<T> {
    pub fn place(&self) -> Option<&Place> {
        match self {
            Setting::LeftOut => None,
            Setting::Clear(place) | Setting::Given(_, place) => Some(place),
        }
    }
}

/// The file name of a role without its ending.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoleKey(pub Arc<str>);

impl fmt::Display for RoleKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// An entry of `users:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredUser {
    /// Where the entry begins (its `email` key's value).
    pub place: Place,
    pub email: Email,
    /// Boxed, as the next two: few have one, and a large portal has many people.
    pub id: Option<Box<(UserId, Place)>>,
    pub previous_email: Option<Box<(Email, Place)>>,
    pub state: WantedState,
    pub expires: Option<Box<Expiry>>,
    /// The entry's own `on_expiry`.
    pub on_expiry: Option<WantedState>,
    pub collapse_roles: bool,
    /// The entry's `invite`, or the default: whether HubSpot mails an invitation.
    pub invite: bool,
    /// The entry's `language`, or the default; a language of mails, not of HubSpot.
    pub language: Option<Arc<str>>,
    pub first_name: Setting<String>,
    pub last_name: Setting<String>,
    pub role: Setting<RoleKey>,
    pub team: Setting<Arc<str>>,
    /// No team twice, and not the main team.
    pub extra_teams: Setting<Vec<(Arc<str>, Place)>>,
    /// The person's own; where left out, the role's.
    pub seats: Setting<Vec<(Arc<str>, Place)>>,
    /// Boxed: most people have none.
    pub profile: Option<Box<DesiredProfile>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WantedState {
    Present,
    Deactivated,
    Removed,
}

impl WantedState {
    /// The word of the file.
    pub fn as_str(self) -> &'static str {
        match self {
            WantedState::Present => "present",
            WantedState::Deactivated => "deactivated",
            WantedState::Removed => "removed",
        }
    }
}

/// The day on which the desired state becomes `on_expiry`, in the portal's time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expiry {
    pub day: Date,
    pub place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredProfile {
    pub job_title: Setting<String>,
    pub phone: Setting<String>,
    /// `available` or `away`.
    pub availability: Setting<String>,
    /// A known IANA name.
    pub time_zone: Setting<String>,
    pub working_hours: Setting<WorkingHours>,
    /// In the order of time, none overlapping.
    pub out_of_office: Setting<Vec<DesiredAbsence>>,
    pub main_language: Setting<String>,
    /// Sorted.
    pub other_languages: Setting<Vec<String>>,
}

/// In the person's time zone (`profile.time_zone`, else the live one, else the portal's). A `to` that was
/// written as a day alone has become the midnight that ends this day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredAbsence {
    pub from: DateTime,
    pub to: DateTime,
    pub place: Place,
}

/// An entry of `teams:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamEntry {
    pub place: Place,
    pub name: Arc<str>,
    /// `Clear` is the top; `LeftOut` leaves the parent as it is.
    pub parent: Setting<Arc<str>>,
    pub previous_name: Option<Arc<str>>,
    /// `state: removed` asks for deletion.
    pub removed: bool,
}

/// A file in `roles/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    pub place: Place,
    pub name: String,
    pub description: Option<String>,
    pub privilege: Privilege,
    pub access: Access,
    /// Where the value of `access` stands.
    pub access_place: Place,
    /// The seats of everybody with this role who names none; `Clear` for `[]`.
    pub seats: Setting<Vec<(Arc<str>, Place)>>,
    /// In the order of the file, as in HubSpot's own grid.
    pub permissions: Vec<(String, PermissionGrant)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Privilege {
    Standard,
    Elevated,
    Admin,
}

impl Privilege {
    /// The word of the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Privilege::Standard => "standard",
            Privilege::Elevated => "elevated",
            Privilege::Admin => "admin",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// A custom permission set, by its name in HubSpot.
    PermissionSet(Arc<str>),
    /// A starting template of HubSpot's interface.
    Template(String),
    /// All permissions off, chosen one by one.
    Scratch,
    SuperAdmin,
}

/// One line of HubSpot's permission grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PermissionGrant {
    /// `export: false`
    Switch(bool),
    /// `contacts: { view: team, edit: own }`: verb and reach, in the order of the file.
    Reach(Vec<(String, String)>),
    /// A level by name: `reports: view`.
    Level(String),
}
