//! The versions of HubSpot's user provisioning API, and what each can do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// `portal.api`. With an older version only user provisioning changes; what it cannot do is done by hand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ApiVersion {
    #[serde(rename = "v3")]
    V3,
    #[serde(rename = "2026-03")]
    March2026,
    #[default]
    #[serde(rename = "2026-09")]
    September2026,
}

impl ApiVersion {
    pub const ALL: [ApiVersion; 3] = [ApiVersion::September2026, ApiVersion::March2026, ApiVersion::V3];

    pub fn as_str(self) -> &'static str {
        match self {
            ApiVersion::V3 => "v3",
            ApiVersion::March2026 => "2026-03",
            ApiVersion::September2026 => "2026-09",
        }
    }

    /// Seats can be read, given and taken away. The 2026-03 documents have no `seatNames` in their write
    /// bodies and no list of seats; v3 has the former and not the latter, so nothing could be checked.
    pub fn has_seats(self) -> bool {
        self == ApiVersion::September2026
    }

    /// The PUT of a person takes `seatNames`, so it has to carry those they have: else HubSpot may take them away.
    pub fn carries_seats(self) -> bool {
        matches!(self, ApiVersion::September2026 | ApiVersion::V3)
    }

    /// The Settings Teams API: parents, creating teams, and team changes that touch nothing else.
    pub fn has_teams_api(self) -> bool {
        self == ApiVersion::September2026
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("unknown API version `{0}`; write `2026-09`, `2026-03` or `v3`")]
pub struct UnknownApiVersion(String);

impl FromStr for ApiVersion {
    type Err = UnknownApiVersion;

    fn from_str(text: &str) -> Result<ApiVersion, UnknownApiVersion> {
        ApiVersion::ALL
            .into_iter()
            .find(|version| version.as_str() == text)
            .ok_or_else(|| UnknownApiVersion(text.to_owned()))
    }
}
