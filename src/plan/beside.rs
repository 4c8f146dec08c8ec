//! What stands beside the actions: blocked, by hand, waiting, unmanaged. As data; the words are `render`'s.

use crate::model::{Email, Owned, Place, Status};

use super::{Change, Deactivated, PrivilegeChange, Subject};

/// Something the files ask for that hubroster will not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    pub kind: BlockedKind,
    pub subject: Subject,
    /// What would have changed; for an update only the blocked attributes.
    pub changes: Vec<Change>,
    pub rule: Rule,
    pub source: Option<Place>,
}

pub type BlockedKind = super::ActionKind;

/// Why an action is blocked; each is a rule of `docs/safety.md`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// In `policy.protected`: never removed, deactivated, stripped, nor given another role or seat.
    Protected,
    SuperAdmin,
    /// The token acts for this person.
    CredentialOwner,
    /// Any PUT keeps one permission set and drops these.
    SeveralPermissionSets {
        lost: Vec<String>,
    },
    /// An invitation outside `policy.allowed_domains`.
    ForeignDomain {
        domain: String,
    },
    /// Nobody in the portal has the domain of an invitation, and it is nearly that of `people` others; where the
    /// policy lists domains, the files are held to those instead.
    SimilarDomain {
        domain: String,
        near: String,
        people: usize,
    },
    /// `wanted` people would take this seat; `remaining` are left after all releases.
    NoSeatLeft {
        seat: String,
        wanted: usize,
        remaining: i64,
    },
    /// The account's tier has no permission sets, so the role cannot be given.
    NoPermissionSets {
        set: String,
    },
    /// A source that would tell could not be read.
    StatusUnknown,
    /// `id` in the file belongs to somebody else than the address.
    IdentityConflict {
        pinned: String,
        live: String,
    },
    /// Two live people answer to the address.
    SeveralLivePeople {
        ids: Vec<String>,
    },
    /// Both the address and the earlier one are in the portal, as two people.
    PreviousEmailStillLive {
        previous: String,
    },
    /// The entry leads to somebody whom `policy.ignore` covers.
    Ignored {
        live: String,
    },
    /// Nobody in the portal has the `id` of the entry.
    UnknownId {
        pinned: String,
    },
    /// `apply --no-removals`: left out of this run.
    NoRemovals,
    /// A team that is to be deleted still has these below it.
    TeamHasChildren {
        teams: Vec<String>,
    },
}

impl Rule {
    /// The word of the plan's JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Rule::Protected => "protected",
            Rule::SuperAdmin => "super_admin",
            Rule::CredentialOwner => "credential_owner",
            Rule::SeveralPermissionSets { .. } => "several_permission_sets",
            Rule::ForeignDomain { .. } => "allowed_domains",
            Rule::SimilarDomain { .. } => "similar_domain",
            Rule::NoSeatLeft { .. } => "seats",
            Rule::NoPermissionSets { .. } => "no_permission_sets",
            Rule::StatusUnknown => "status_unknown",
            Rule::IdentityConflict { .. } => "identity_conflict",
            Rule::SeveralLivePeople { .. } => "several_live_people",
            Rule::PreviousEmailStillLive { .. } => "previous_email_still_live",
            Rule::Ignored { .. } => "ignored",
            Rule::UnknownId { .. } => "unknown_id",
            Rule::NoRemovals => "no_removals",
            Rule::TeamHasChildren { .. } => "team_has_children",
        }
    }
}

/// Something only a person can do, in HubSpot's own interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    pub step: ByHandStep,
    pub subject: Subject,
    pub privilege: PrivilegeChange,
    pub source: Option<Place>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ByHandStep {
    GrantSuperAdmin,
    /// `then`: the permission set or the kind of access to give instead, as people read it.
    RevokeSuperAdmin {
        then: Option<String>,
    },
    /// Access that no API can give: from a template or from scratch, line by line.
    SetPermissions {
        start: StartFrom,
        permissions: Vec<Permission>,
        take_away: Vec<String>,
    },
    /// Of several live permission sets one is wanted; these are the others.
    TakeAwayPermissionSets {
        keep: String,
        take_away: Vec<String>,
    },
    Deactivate {
        expired: Option<jiff::civil::Date>,
        why: WhyByHand,
        owned: Option<Owned>,
    },
    Reactivate {
        why: WhyByHand,
        deactivated: Option<Deactivated>,
    },
    /// A login e-mail is changed by its owner alone.
    ChangeEmail {
        live: Email,
    },
    /// The chosen API version cannot give or take seats.
    SetSeats {
        before: Vec<String>,
        after: Vec<String>,
    },
    CreateTeam {
        parent: Option<String>,
    },
    UpdateTeam {
        name: Option<String>,
        parent: Option<Option<String>>,
    },
    DeleteTeam,
}

impl ByHandStep {
    /// The word of the plan's JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            ByHandStep::GrantSuperAdmin => "grant_super_admin",
            ByHandStep::RevokeSuperAdmin { .. } => "revoke_super_admin",
            ByHandStep::SetPermissions { .. } => "set_permissions",
            ByHandStep::TakeAwayPermissionSets { .. } => "take_away_permission_sets",
            ByHandStep::Deactivate { .. } => "deactivate",
            ByHandStep::Reactivate { .. } => "reactivate",
            ByHandStep::ChangeEmail { .. } => "change_email",
            ByHandStep::SetSeats { .. } => "set_seats",
            ByHandStep::CreateTeam { .. } => "team_create",
            ByHandStep::UpdateTeam { .. } => "team_update",
            ByHandStep::DeleteTeam => "team_delete",
        }
    }
}

/// Why HubSpot's lifecycle is not changed by hubroster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyByHand {
    /// `policy.deactivate` is not `scim`, and no other API does it.
    NoApi,
    /// `policy.deactivate` is `scim`, and there is no SCIM token.
    NoScimToken,
    /// The identity provider does not know the person.
    UnknownToScim,
    /// SCIM says that what is wanted is so already, and HubSpot's own lists say that it is not.
    ScimDisagrees,
}

/// Where hand-made access starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartFrom {
    Template(String),
    Scratch,
}

/// One line of HubSpot's permission grid: `contacts`, `view team, edit own`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    pub line: String,
    /// Verb and reach; one of an empty verb for a plain level; `on` or `off` for a switch.
    pub grants: Vec<(String, String)>,
}

/// A change that HubSpot refuses for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub email: Email,
    pub reason: WaitingReason,
    pub changes: Vec<Change>,
    pub source: Option<Place>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitingReason {
    /// Invited, not accepted yet.
    Acceptance,
    /// Deactivated; changes follow once reactivated.
    Reactivation,
}

/// In the portal, not in the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmanaged {
    pub subject: Subject,
    /// `None` for a team.
    pub status: Option<Status>,
    pub last_active: Option<jiff::Timestamp>,
}
