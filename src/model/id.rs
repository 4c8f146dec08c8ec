//! Ids as HubSpot gives them: text that is never calculated with, one type per kind of thing.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The account's number, as in `https://app.hubspot.com/settings/<portal id>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PortalId(pub u64);

impl fmt::Display for PortalId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

macro_rules! text_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn new(text: impl Into<String>) -> $name {
                $name(text.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

text_id! {
    /// A person's HubSpot identity, the same in every portal: `id` in the settings API,
    /// `hs_internal_user_id` on the CRM record, `userId` on the owner.
    UserId
}
text_id! {
    /// A permission set; HubSpot's API calls it a role.
    PermissionSetId
}
text_id! { TeamId }
text_id! {
    /// A person's CRM record in one portal: the target of profile changes.
    CrmUserId
}
text_id! {
    /// The value that stands on records a person owns, in one portal.
    OwnerId
}

/// An id and its name, together: the wire takes the id, people see the name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Named<Id> {
    pub name: String,
    /// `None` only on the wanted side, for a team that the same plan creates.
    pub id: Option<Id>,
}

impl<Id> Named<Id> {
    pub fn new(id: Id, name: impl Into<String>) -> Named<Id> {
        Named { name: name.into(), id: Some(id) }
    }

    /// Something that will have an id once this plan is applied.
    pub fn to_be_created(name: impl Into<String>) -> Named<Id> {
        Named { name: name.into(), id: None }
    }
}
