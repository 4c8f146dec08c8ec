//! The guards and what one says.

/// A limit on the plan as a whole. One that refuses stops the whole `apply`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// `users:` lists nobody.
    EmptyList,
    /// `policy.max_removals`.
    MaxRemovals,
    /// `policy.max_updates`.
    MaxUpdates,
    /// `policy.min_super_admins`.
    MinSuperAdmins,
    /// `policy.unmanaged: error`.
    Unmanaged,
    /// `policy.acknowledge: [raises]`.
    AcknowledgeRaises,
}

impl Guard {
    pub fn as_str(self) -> &'static str {
        match self {
            Guard::EmptyList => "empty_list",
            Guard::MaxRemovals => "max_removals",
            Guard::MaxUpdates => "max_updates",
            Guard::MinSuperAdmins => "min_super_admins",
            Guard::Unmanaged => "unmanaged",
            Guard::AcknowledgeRaises => "acknowledge_raises",
        }
    }
}

/// What one guard says of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub guard: Guard,
    pub refused: bool,
    /// People; `None` where the policy sets no limit of this kind.
    pub limit: Option<u64>,
    /// The limit as a share of `of`, in percent, where one is set and there are enough people to judge it.
    pub limit_percent: Option<u64>,
    pub actual: u64,
    /// What `actual` is counted among.
    pub of: u64,
    /// The number that the run acknowledged, exact or not.
    pub acknowledged: Option<u64>,
}
