//! What a rule of `policy.rules` can see: the variables, their fields, and the words that a field can hold.
//!
//! `docs/policy.md` describes each. The words are those of the plan's JSON. Deliberately absent: the values;
//! `policy` has them from a plan.

use crate::expression::{Field, Shape, Type, Variable};

pub const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

const SUBJECTS: &[&str] = &["user", "team"];
const STATES: &[&str] = &["present", "deactivated", "removed"];
const STATUSES: &[&str] = &["active", "invited", "deactivated", "absent", "unknown"];
const PRIVILEGES: &[&str] = &["standard", "elevated", "admin"];
const PRIVILEGE_CHANGES: &[&str] = &["raise", "lower", "none"];
const ACCESS: &[&str] = &["permission_set", "template", "scratch", "super_admin"];
const ON_EXPIRY: &[&str] = &["deactivated", "removed"];

/// What `apply` does, and then what a person does in HubSpot.
const KINDS: &[&str] = &[
    "invite",
    "update",
    "deactivate",
    "reactivate",
    "strip",
    "remove",
    "team_create",
    "team_update",
    "team_delete",
    "grant_super_admin",
    "revoke_super_admin",
    "set_permissions",
    "take_away_permission_sets",
    "change_email",
    "set_seats",
];

const ATTRIBUTES: &[&str] = &[
    "role",
    "team",
    "extra_teams",
    "seats",
    "first_name",
    "last_name",
    "state",
    "invite",
    "name",
    "parent",
    "profile.job_title",
    "profile.phone",
    "profile.availability",
    "profile.time_zone",
    "profile.working_hours",
    "profile.out_of_office",
    "profile.main_language",
    "profile.other_languages",
];

const fn field(name: &'static str, r#type: Type) -> Field {
    Field { name, r#type }
}

pub static PLAN: Shape = Shape {
    name: "the plan",
    fields: &[
        field("today", Type::TEXT),
        field("weekday", Type::word(&WEEKDAYS)),
        field("portal", Type::record(&PORTAL)),
        field("people", Type::record(&PEOPLE)),
        field("summary", Type::record(&SUMMARY)),
        field("actions", Type::record(&ACTION).list()),
        field("by_hand", Type::record(&ACTION).list()),
        field("blocked", Type::record(&BLOCKED).list()),
        field("waiting", Type::record(&WAITING).list()),
        field("unmanaged", Type::record(&UNMANAGED).list()),
        field("degraded", Type::record(&DEGRADED).list()),
        field("users", Type::record(&USER).list()),
        field("roles", Type::record(&ROLE).list()),
        field("seats", Type::record(&SEAT).list().or_unread()),
    ],
};

pub static PORTAL: Shape =
    Shape { name: "a portal", fields: &[field("id", Type::NUMBER), field("name", Type::TEXT.or_null())] };

pub static PEOPLE: Shape = Shape {
    name: "the count of people",
    fields: &[
        field("live", Type::NUMBER),
        field("desired", Type::NUMBER),
        field("super_admins", Type::NUMBER),
        field("super_admins_after", Type::NUMBER),
        field("paid_seats", Type::NUMBER.or_unread()),
        field("paid_seats_after", Type::NUMBER.or_unread()),
    ],
};

pub static SUMMARY: Shape = Shape {
    name: "the summary",
    fields: &[
        field("invite", Type::NUMBER),
        field("update", Type::NUMBER),
        field("deactivate", Type::NUMBER),
        field("reactivate", Type::NUMBER),
        field("strip", Type::NUMBER),
        field("remove", Type::NUMBER),
        field("team_create", Type::NUMBER),
        field("team_update", Type::NUMBER),
        field("team_delete", Type::NUMBER),
        field("blocked", Type::NUMBER),
        field("by_hand", Type::NUMBER),
        field("waiting", Type::NUMBER),
        field("unmanaged", Type::NUMBER),
    ],
};

/// Of `plan.actions` and of `plan.by_hand`.
pub static ACTION: Shape = Shape {
    name: "an action",
    fields: &[
        field("kind", Type::word(KINDS)),
        field("by_hand", Type::BOOL),
        field("removal", Type::BOOL),
        field("subject", Type::word(SUBJECTS)),
        field("name", Type::TEXT),
        field("email", Type::TEXT.or_null()),
        field("privilege", Type::word(PRIVILEGE_CHANGES)),
        field("changes", Type::record(&CHANGE).list()),
    ],
};

pub static CHANGE: Shape = Shape {
    name: "a change",
    fields: &[
        field("attribute", Type::word(ATTRIBUTES)),
        field("before", Type::TEXT.list()),
        field("after", Type::TEXT.list()),
    ],
};

pub static BLOCKED: Shape = Shape {
    name: "a blocked row",
    fields: &[
        field("kind", Type::word(KINDS)),
        field("subject", Type::word(SUBJECTS)),
        field("name", Type::TEXT),
        field("email", Type::TEXT.or_null()),
        field("rule", Type::TEXT),
        field("changes", Type::record(&CHANGE).list()),
    ],
};

pub static WAITING: Shape = Shape {
    name: "a waiting row",
    fields: &[field("email", Type::TEXT), field("changes", Type::record(&CHANGE).list())],
};

pub static UNMANAGED: Shape = Shape {
    name: "an unmanaged row",
    fields: &[
        field("subject", Type::word(SUBJECTS)),
        field("name", Type::TEXT),
        field("email", Type::TEXT.or_null()),
        field("status", Type::word(STATUSES).or_null()),
    ],
};

pub static DEGRADED: Shape = Shape {
    name: "something that could not be read",
    fields: &[field("what", Type::TEXT), field("missing_scope", Type::TEXT.or_null())],
};

/// Somebody the files name: `user` beside an action, and each of `plan.users`.
pub static USER: Shape = Shape { name: "a user", fields: &user_fields(STATES) };

/// Somebody the files want present: `user` where a rule judges people.
static PRESENT_USER: Shape = Shape { name: "a user", fields: &user_fields(&["present"]) };

const fn user_fields(states: &'static [&'static str]) -> [Field; 19] {
    [
        field("email", Type::TEXT),
        field("domain", Type::TEXT),
        field("user_id", Type::TEXT.or_null()),
        field("first_name", Type::TEXT.or_null()),
        field("last_name", Type::TEXT.or_null()),
        field("state", Type::word(states)),
        field("status", Type::word(STATUSES)),
        field("role", Type::TEXT.or_null()),
        field("super_admin", Type::BOOL),
        field("permission_sets", Type::TEXT.list()),
        field("team", Type::TEXT.or_null()),
        field("extra_teams", Type::TEXT.list()),
        field("seats", Type::TEXT.list()),
        field("expires", Type::TEXT.or_null()),
        field("expires_in_days", Type::NUMBER.or_null()),
        field("on_expiry", Type::word(ON_EXPIRY)),
        field("protected", Type::BOOL),
        field("invite", Type::BOOL),
        field("language", Type::TEXT.or_null()),
    ]
}

/// A file in `roles`: `role`, and each of `plan.roles`.
pub static ROLE: Shape = Shape {
    name: "a role",
    fields: &[
        field("key", Type::TEXT),
        field("name", Type::TEXT),
        field("description", Type::TEXT.or_null()),
        field("privilege", Type::word(PRIVILEGES)),
        field("access", Type::word(ACCESS)),
        field("permission_set", Type::TEXT.or_null()),
        field("template", Type::TEXT.or_null()),
        field("seats", Type::TEXT.list()),
        field("permissions", Type::MAP),
    ],
};

pub static SEAT: Shape = Shape {
    name: "a kind of seat",
    fields: &[
        field("name", Type::TEXT),
        field("paid", Type::BOOL),
        field("used", Type::NUMBER),
        field("used_after", Type::NUMBER),
        field("remaining", Type::NUMBER.or_null()),
    ],
};

/// Everything above that has fields, for the documentation to be held against.
pub static SHAPES: [&Shape; 13] = [
    &PLAN, &PORTAL, &PEOPLE, &SUMMARY, &ACTION, &CHANGE, &BLOCKED, &WAITING, &UNMANAGED, &DEGRADED, &USER,
    &ROLE, &SEAT,
];

pub(super) const PLAN_VARIABLE: Variable = Variable { name: "plan", r#type: Type::record(&PLAN) };
pub(super) const ACTION_VARIABLE: Variable = Variable { name: "action", r#type: Type::record(&ACTION) };
pub(super) const USER_VARIABLE: Variable = Variable { name: "user", r#type: Type::record(&USER) };
pub(super) const PRESENT_USER_VARIABLE: Variable =
    Variable { name: "user", r#type: Type::record(&PRESENT_USER) };
pub(super) const ROLE_VARIABLE: Variable = Variable { name: "role", r#type: Type::record(&ROLE) };
