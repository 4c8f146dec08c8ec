//! What of a person or a team can change, and the two sides of one change.

use std::fmt;

/// An attribute under the file's own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribute {
    Team(TeamAttribute),
    User(UserAttribute),
    Profile(ProfileAttribute),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TeamAttribute {
    Name,
    Parent,
}

/// In the order in which a row shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UserAttribute {
    Role,
    Team,
    ExtraTeams,
    Seats,
    FirstName,
    LastName,
    /// `active`, `deactivated`: of a deactivation or reactivation.
    State,
    /// `false` where no invitation mail is sent; only ever in an invitation.
    Invite,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProfileAttribute {
    JobTitle,
    Phone,
    Availability,
    TimeZone,
    WorkingHours,
    OutOfOffice,
    MainLanguage,
    OtherLanguages,
}

impl Attribute {
    pub const ALL: [Attribute; 18] = [
        Attribute::Team(TeamAttribute::Name),
        Attribute::Team(TeamAttribute::Parent),
        Attribute::User(UserAttribute::Role),
        Attribute::User(UserAttribute::Team),
        Attribute::User(UserAttribute::ExtraTeams),
        Attribute::User(UserAttribute::Seats),
        Attribute::User(UserAttribute::FirstName),
        Attribute::User(UserAttribute::LastName),
        Attribute::User(UserAttribute::State),
        Attribute::User(UserAttribute::Invite),
        Attribute::Profile(ProfileAttribute::JobTitle),
        Attribute::Profile(ProfileAttribute::Phone),
        Attribute::Profile(ProfileAttribute::Availability),
        Attribute::Profile(ProfileAttribute::TimeZone),
        Attribute::Profile(ProfileAttribute::WorkingHours),
        Attribute::Profile(ProfileAttribute::OutOfOffice),
        Attribute::Profile(ProfileAttribute::MainLanguage),
        Attribute::Profile(ProfileAttribute::OtherLanguages),
    ];

    /// The attribute of this name; no team's is called as a person's.
    pub fn parse(name: &str) -> Option<Attribute> {
        Attribute::ALL.into_iter().find(|attribute| attribute.as_str() == name)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Attribute::Team(TeamAttribute::Name) => "name",
            Attribute::Team(TeamAttribute::Parent) => "parent",
            Attribute::User(UserAttribute::Role) => "role",
            Attribute::User(UserAttribute::Team) => "team",
            Attribute::User(UserAttribute::ExtraTeams) => "extra_teams",
            Attribute::User(UserAttribute::Seats) => "seats",
            Attribute::User(UserAttribute::FirstName) => "first_name",
            Attribute::User(UserAttribute::LastName) => "last_name",
            Attribute::User(UserAttribute::State) => "state",
            Attribute::User(UserAttribute::Invite) => "invite",
            Attribute::Profile(ProfileAttribute::JobTitle) => "profile.job_title",
            Attribute::Profile(ProfileAttribute::Phone) => "profile.phone",
            Attribute::Profile(ProfileAttribute::Availability) => "profile.availability",
            Attribute::Profile(ProfileAttribute::TimeZone) => "profile.time_zone",
            Attribute::Profile(ProfileAttribute::WorkingHours) => "profile.working_hours",
            Attribute::Profile(ProfileAttribute::OutOfOffice) => "profile.out_of_office",
            Attribute::Profile(ProfileAttribute::MainLanguage) => "profile.main_language",
            Attribute::Profile(ProfileAttribute::OtherLanguages) => "profile.other_languages",
        }
    }

    pub fn is_profile(self) -> bool {
        matches!(self, Attribute::Profile(_))
    }

    /// The main team or an extra one.
    pub fn is_membership(self) -> bool {
        matches!(self, Attribute::User(UserAttribute::Team | UserAttribute::ExtraTeams))
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One attribute, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub attribute: Attribute,
    pub before: Value,
    pub after: Value,
}

/// A value as people read it, with HubSpot's id beside it where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Nothing,
    Text(String),
    Named(NamedText),
    /// Sorted by name. Empty lists are `Nothing`.
    List(Vec<NamedText>),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedText {
    pub name: String,
    pub id: Option<String>,
}

impl Value {
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    /// What people read, each for itself.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Value::Nothing => Vec::new(),
            Value::Text(text) => vec![text],
            Value::Named(named) => vec![&named.name],
            Value::List(items) => items.iter().map(|item| item.name.as_str()).collect(),
        }
    }

    pub fn is_nothing(&self) -> bool {
        matches!(self, Value::Nothing)
    }
}
