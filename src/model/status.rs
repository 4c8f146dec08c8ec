//! Where a person stands in the portal's lifecycle.

use std::fmt;

use serde::{Deserialize, Serialize};

/// On the live side what the portal shows; on the wanted side `Active`, `Deactivated` or `Absent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Active,
    /// Invited and not accepted yet.
    Invited,
    /// In the account, cannot log in; reversible.
    Deactivated,
    /// Not in the account. Only a 404 to a direct read, or every source answering without them, proves it.
    #[serde(rename = "removed")]
    Absent,
    /// A source that would tell could not be read. Never taken for `Absent`.
    Unknown,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Invited => "invited",
            Status::Deactivated => "deactivated",
            Status::Absent => "absent",
            Status::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
