//! One thing to do: what changes, on both sides, and the calls that will do it.

use crate::model::{CrmUserId, Email, Named, Owned, Place, TeamId, User, UserId};

use super::{Attribute, Change};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    pub kind: ActionKind,
    pub subject: Subject,
    /// At least one for updates; an invitation's start from nothing, a removal's end in nothing.
    pub changes: Vec<Change>,
    pub privilege: PrivilegeChange,
    pub notes: Vec<Note>,
    /// The entry of the files that asks for it; `None` for somebody no file names.
    pub source: Option<Place>,
    /// Decided here so that applying has nothing left to choose.
    pub work: Work,
}

impl Action {
    pub fn change(&self, attribute: Attribute) -> Option<&Change> {
        self.changes.iter().find(|change| change.attribute == attribute)
    }
}

/// In the order in which actions are carried out; the reasons are in `order`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActionKind {
    TeamCreate,
    TeamUpdate,
    Remove,
    Deactivate,
    Strip,
    Update,
    Reactivate,
    Invite,
    TeamDelete,
}

impl ActionKind {
    pub const ALL: [ActionKind; 9] = [
        ActionKind::TeamCreate,
        ActionKind::TeamUpdate,
        ActionKind::Remove,
        ActionKind::Deactivate,
        ActionKind::Strip,
        ActionKind::Update,
        ActionKind::Reactivate,
        ActionKind::Invite,
        ActionKind::TeamDelete,
    ];

    /// The word of the plan's JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            ActionKind::TeamCreate => "team_create",
            ActionKind::TeamUpdate => "team_update",
            ActionKind::Remove => "remove",
            ActionKind::Deactivate => "deactivate",
            ActionKind::Strip => "strip",
            ActionKind::Update => "update",
            ActionKind::Reactivate => "reactivate",
            ActionKind::Invite => "invite",
            ActionKind::TeamDelete => "team_delete",
        }
    }

    /// Takes access away from a person as a whole: what removal limits count.
    pub fn is_removal(self) -> bool {
        matches!(self, ActionKind::Remove | ActionKind::Deactivate | ActionKind::Strip)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Team { name: String, id: Option<TeamId> },
    User { email: Email, id: Option<UserId> },
}

impl Subject {
    /// The e-mail address or the team's name.
    pub fn name(&self) -> &str {
        match self {
            Subject::Team { name, .. } => name,
            Subject::User { email, .. } => email.as_str(),
        }
    }

    pub fn id(&self) -> Option<&str> {
        match self {
            Subject::Team { id, .. } => id.as_ref().map(TeamId::as_str),
            Subject::User { id, .. } => id.as_ref().map(UserId::as_str),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrivilegeChange {
    Raise,
    Lower,
    None,
}

impl PrivilegeChange {
    pub fn as_str(self) -> &'static str {
        match self {
            PrivilegeChange::Raise => "raise",
            PrivilegeChange::Lower => "lower",
            PrivilegeChange::None => "none",
        }
    }
}

/// Something a reviewer should know about an action.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// A permission set takes the place of permissions set by hand, which no API can read back.
    ReplacesHandMadePermissions,
    /// `collapse_roles`: these permission sets are dropped.
    DropsPermissionSets(Vec<String>),
    /// The permission set has a paid seat: HubSpot wants `settings.billing.write`.
    NeedsBillingWrite,
    /// The live permission set is named by no role file and counts as `standard`.
    UnnamedPermissionSet(String),
    /// The day in `expires` has come.
    Expired(jiff::civil::Date),
    /// How somebody who is to be reactivated came to be deactivated.
    Deactivated(Deactivated),
    /// The person was in the portal before and gets the same id back.
    Returns,
    /// No invitation mail is sent (`invite: false`).
    WithoutMail,
    /// Starts with minimal access; the by-hand row says how to give the rest.
    StartsWithMinimalAccess,
    /// No role is given: HubSpot lets them see their own contacts and little else.
    WithoutRole,
    /// The entry has another address than the portal: this one.
    ListedAs(String),
    /// Not in the files, and `policy.unmanaged` is `remove`.
    Unmanaged,
    /// Whether the person is active could not be read; the change is tried.
    StatusUnknown,
    /// Teams could not be read, so the person is invited without the one the files name.
    WithoutTeam(String),
    /// HubSpot takes it without a check: the seat list could not be read.
    SeatsUnchecked,
    /// After this action so many seats of the kind are left.
    SeatsLeft { seat: String, left: i64 },
    /// Stripped is not deactivated.
    StillLogsIn,
    /// Records that name a leaver as their owner; nobody else gets them by itself.
    Owns(Owned),
    /// People who are in a team that is deleted.
    TeamMembers(usize),
}

/// A deactivation that is to be undone, as far as the security history tells; days are UTC's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deactivated {
    pub on: jiff::civil::Date,
    pub by: DeactivatedBy,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeactivatedBy {
    Person(Email),
    /// The history names nobody, and they had been inactive for as long as HubSpot lets anybody be.
    Inactivity {
        last_active: jiff::civil::Date,
    },
    /// The history names nobody.
    Unnamed,
}

/// What `apply` does for an action, with everything it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    CreateTeam {
        name: String,
        parent: Option<Named<TeamId>>,
    },
    UpdateTeam {
        id: TeamId,
        before: TeamState,
        after: TeamState,
    },
    DeleteTeam {
        id: TeamId,
        before: TeamState,
    },
    Invite {
        user: Box<User>,
        send_mail: bool,
    },
    Update {
        before: Box<User>,
        after: Box<User>,
        crm_id: Option<CrmUserId>,
        calls: Calls,
    },
    Remove {
        before: Box<User>,
    },
    /// By SCIM.
    Deactivate {
        before: Box<User>,
        scim_id: String,
    },
    /// By SCIM.
    Reactivate {
        before: Box<User>,
        scim_id: String,
    },
    /// One PUT, and the Teams API for what it leaves: no paid seats, no teams, and the role of those who are out.
    Strip {
        before: Box<User>,
        after: Box<User>,
    },
}

/// A team's own attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamState {
    pub name: String,
    pub parent: Option<Named<TeamId>>,
}

/// Which endpoints an update goes through: the narrowest that does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calls {
    pub settings: Option<SettingsCall>,
    /// The CRM batch update.
    pub profile: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsCall {
    /// One PUT of the whole user: role, seats, names, and the teams with them.
    Put,
    /// Nothing but teams changes: the Teams API, which touches nothing else.
    Teams,
}
