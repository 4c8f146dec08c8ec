//! Two small portals and what the files want of them: together an action of every kind, each of them small enough
//! to be applied in half a second.
//!
//! Deliberately absent: expectations. What a run that nobody disturbs makes of a portal is what is expected.

/// One portal directory, and the simulated portal behind it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Portal {
    pub(crate) name: &'static str,
    pub(crate) users: &'static str,
    pub(crate) sandbox: &'static str,
    /// Whoever is invited.
    pub(crate) newcomers: &'static [&'static str],
    /// How many listings it takes until everything shows.
    pub(crate) lag: usize,
}

pub(crate) const ROLES: [(&str, &str); 3] = [
    ("sales-rep", "name: Sales rep\naccess: { permission_set: Sales Rep }\nseats: [Core]\n"),
    ("viewer", "name: Viewer\naccess: { permission_set: Viewer }\n"),
    ("no-access", "name: No access\naccess: { permission_set: No Access }\n"),
];

/// SCIM deactivates and reactivates; a PUT replaces; what is new or gone shows late, in the list and in the CRM.
pub(crate) const SCIM: Portal = Portal {
    name: "scim",
    users: "\
version: 1
portal: { id: 4611686, name: Example BV }
policy:
  deactivate: scim
  credential_owner: ops@example.com
  min_super_admins: 1
  max_removals: { count: 10, percent: 90 }
  max_updates: { percent: 100 }
teams:
  - { name: Sales, parent: null }
  - { name: Sales Benelux, parent: Sales }
  - { name: Customer care, previous_name: Support }
  - { name: Telesales, state: removed }
users:
  - email: owner@example.com
  - email: ops@example.com
  - { email: leo@example.com, state: removed }
  - { email: lia@example.com, state: removed }
  - { email: hal@example.com, state: deactivated }
  - { email: rea@example.com }
  - { email: ana@example.com, role: sales-rep }
  - { email: bo@example.com, role: sales-rep, team: Sales Benelux, profile: { job_title: Seller } }
  - { email: kai@example.com, team: Sales, extra_teams: [Customer care] }
  - { email: max@example.com, profile: { job_title: Marketer, time_zone: Europe/Brussels } }
  - { email: pia@example.com, profile: { phone: '+32 2 555 01 23' } }
  - { email: cy@example.com, first_name: Cy, role: sales-rep, team: Sales Benelux, profile: { job_title: Seller } }
  - { email: gus@example.com, role: sales-rep, team: Sales }
  - { email: noor@example.com, role: viewer }
",
    sandbox: "\
portal: { id: 4611686, name: Example BV, tier: enterprise }
permission_sets:
  - { id: '301', name: Sales Rep }
  - { id: '304', name: Viewer }
  - { id: '305', name: No Access }
teams:
  - { id: '501', name: Support }
  - { id: '502', name: Telesales }
seats:
  - { name: Core, remaining: 2 }
people:
  - { id: '1000', email: owner@example.com, super_admin: true }
  - { id: '1001', email: ops@example.com, super_admin: true }
  - { id: '1002', email: leo@example.com, permission_sets: [Viewer], seats: [Core], owned: { contacts: 3 } }
  - { id: '1003', email: lia@example.com, seats: [Core], owner_id: null }
  - { id: '1004', email: hal@example.com, permission_sets: [Viewer], owner_id: null }
  - { id: '1005', email: rea@example.com, permission_sets: [Viewer], status: deactivated }
  - { id: '1006', email: ana@example.com, permission_sets: [Viewer] }
  - { id: '1007', email: bo@example.com, permission_sets: [Viewer], team: Telesales }
  - { id: '1008', email: kai@example.com, team: Support }
  - { id: '1009', email: max@example.com }
  - { id: '1010', email: pia@example.com }
  - { id: '1011', email: noor@example.com, status: removed }
scim: {}
limits: { ten_seconds: 10000, daily: null, search_per_second: null }
behaviour: { latency_ms: 4, list_lag: 1, crm_record_lag: 1 }
",
    newcomers: &["cy@example.com", "gus@example.com", "noor@example.com"],
    lag: 1,
};

/// Deactivation is a strip; a PUT merges; everything shows at once.
pub(crate) const STRIP: Portal = Portal {
    name: "strip",
    users: "\
version: 1
portal: { id: 4611686, name: Example BV }
policy:
  deactivate: strip
  strip_role: no-access
  credential_owner: ops@example.com
  min_super_admins: 1
  max_removals: { count: 10, percent: 90 }
  max_updates: { percent: 100 }
teams:
  - { name: Sales, parent: null }
  - { name: Sales Benelux, parent: Sales }
  - { name: Support, parent: Sales }
users:
  - email: owner@example.com
  - email: ops@example.com
  - { email: leo@example.com, state: removed }
  - { email: hal@example.com, state: deactivated }
  - { email: ida@example.com, state: deactivated }
  - { email: ana@example.com, role: sales-rep, team: Sales Benelux }
  - { email: bo@example.com, seats: [], profile: { job_title: Buyer } }
  - { email: kai@example.com, team: null }
  - { email: max@example.com, profile: { job_title: Marketer } }
  - { email: cy@example.com, role: sales-rep, team: Sales Benelux }
  - { email: gus@example.com, role: viewer, profile: { phone: '+32 2 555 01 24' } }
",
    sandbox: "\
portal: { id: 4611686, name: Example BV, tier: enterprise }
permission_sets:
  - { id: '301', name: Sales Rep }
  - { id: '304', name: Viewer }
  - { id: '305', name: No Access }
teams:
  - { id: '501', name: Support }
seats:
  - { name: Core, remaining: 0 }
people:
  - { id: '1000', email: owner@example.com, super_admin: true }
  - { id: '1001', email: ops@example.com, super_admin: true }
  - { id: '1002', email: leo@example.com, permission_sets: [Viewer], owned: { deals: 2 } }
  - { id: '1004', email: hal@example.com, permission_sets: [Viewer], seats: [Core], team: Support, owner_id: null }
  - { id: '1005', email: ida@example.com, permission_sets: [Sales Rep], extra_teams: [Support], owner_id: null }
  - { id: '1006', email: ana@example.com, permission_sets: [Viewer] }
  - { id: '1007', email: bo@example.com, permission_sets: [Viewer], seats: [Core] }
  - { id: '1008', email: kai@example.com, team: Support }
  - { id: '1009', email: max@example.com }
limits: { ten_seconds: 10000, daily: null, search_per_second: null }
behaviour: { latency_ms: 4, put: merge }
",
    newcomers: &["cy@example.com", "gus@example.com"],
    lag: 0,
};
