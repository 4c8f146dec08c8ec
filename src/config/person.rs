//! An entry of `users:` → a person as they should be.
//!
//! Deliberately absent: everything that needs another entry; that is `check`.

use std::sync::Arc;

use super::decode::{is_null, list_setting, optional, setting};
use super::fields::Shape;
use super::policy::{self, EXPIRY_STATES};
use super::profile::{self, owned_text, profile};
use super::reading::{Reading, quote};
use super::team::name_of_team;
use super::tree::{Kind, Node};
use super::{DesiredUser, Expiry, RoleKey, Setting, WantedState};
use crate::model::{Email, Place, UserId};

pub(super) const PERSON: Shape = Shape {
    what: "a person",
    keys: &[
        "email",
        "first_name",
        "last_name",
        "role",
        "team",
        "extra_teams",
        "seats",
        "language",
        "invite",
        "id",
        "previous_email",
        "state",
        "expires",
        "on_expiry",
        "collapse_roles",
        "profile",
    ],
    mistaken: &[
        ("name", "write `first_name` and `last_name`"),
        ("mail", "write `email`"),
        ("permission_set", "write `role` with the key of a file in `roles`; the set is named there"),
        ("primary_team", "write `team`"),
        ("secondary_teams", "write `extra_teams`"),
        ("teams", "write `team` for the main team and `extra_teams` for further ones"),
        ("seat", "write `seats`, with a list"),
        ("job_title", IN_PROFILE),
        ("phone", IN_PROFILE),
        ("availability", IN_PROFILE),
        ("time_zone", IN_PROFILE),
        ("working_hours", IN_PROFILE),
        ("out_of_office", IN_PROFILE),
        ("main_language", IN_PROFILE),
        ("other_languages", IN_PROFILE),
    ],
};

const IN_PROFILE: &str = "write it under `profile:`";

pub(super) const STATES: &[(&str, WantedState)] = &[
    ("present", WantedState::Present),
    ("deactivated", WantedState::Deactivated),
    ("removed", WantedState::Removed),
];

/// What an entry leaves to `defaults:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeftOut {
    pub(super) invite: bool,
    pub(super) language: bool,
}

/// Somebody whose address cannot be read is kept with an empty one, so that the rest of the entry is checked.
pub(super) fn person(reading: &mut Reading, node: &Node<'_>) -> Option<(DesiredUser, LeftOut)> {
    let fields = reading.fields(node, PERSON)?;
    let given = |key: &str| fields.get(key);
    if given("email").is_none() {
        reading.missing(node, "a person has no `email`", "write `email:` with the address they log in with");
    }
    let email = given("email").and_then(|node| reading.email(node, "`email`"));
    let previous_email = optional(reading, given("previous_email"), |reading, node| {
        let previous = reading.email(node, "`previous_email`")?;
        if email.as_ref() == Some(&previous) {
            reading
                .error("same-name", node.spot, "`previous_email` is the person's present address")
                .set_help("write the address HubSpot still has, or leave the key out");
            return None;
        }
        Some(Box::new((previous, reading.place(node.spot))))
    });
    let team = setting(reading, given("team"), "`team`", name_of_team);
    let extra_teams = list_setting(reading, given("extra_teams"), "`extra_teams`", Reading::names);
    check_main_team(reading, &team, &extra_teams);
    let left_out = LeftOut { invite: given("invite").is_none(), language: given("language").is_none() };
    let user = DesiredUser {
        place: reading.place(given("email").unwrap_or(node).spot),
        email: email.unwrap_or_else(|| Email::from_portal("")),
        id: optional(reading, given("id"), user_id).map(Box::new),
        previous_email,
        state: given("state")
            .and_then(|node| reading.choice(node, "`state`", STATES))
            .unwrap_or(WantedState::Present),
        expires: optional(reading, given("expires"), |reading, node| {
            let day = profile::day(reading, node, "`expires`")?;
            Some(Box::new(Expiry { day, place: reading.place(node.spot) }))
        }),
        on_expiry: optional(reading, given("on_expiry"), |reading, node| {
            reading.choice(node, "`on_expiry`", EXPIRY_STATES)
        }),
        collapse_roles: given("collapse_roles")
            .and_then(|node| reading.boolean(node, "`collapse_roles`"))
            .unwrap_or(false),
        invite: given("invite").and_then(|node| reading.boolean(node, "`invite`")).unwrap_or(true),
        language: optional(reading, given("language"), policy::language),
        first_name: setting(reading, given("first_name"), "`first_name`", owned_text),
        last_name: setting(reading, given("last_name"), "`last_name`", owned_text),
        role: setting(reading, given("role"), "`role`", |reading, node, what| {
            let key = reading.text(node, what)?;
            Some(RoleKey(reading.name(key)))
        }),
        team,
        extra_teams,
        seats: list_setting(reading, given("seats"), "`seats`", Reading::names),
        profile: given("profile").and_then(|node| person_profile(reading, node)),
    };
    Some((user, left_out))
}

fn person_profile(reading: &mut Reading, node: &Node<'_>) -> Option<Box<super::DesiredProfile>> {
    if is_null(node) {
        reading
            .error("wrong-type", node.spot, "`profile` cannot be cleared as a whole")
            .set_help("clear its keys one by one, as `profile: { job_title: null }`");
        return None;
    }
    profile(reading, node)
}

/// Text or number, kept as it is written.
fn user_id(reading: &mut Reading, node: &Node<'_>) -> Option<(UserId, Place)> {
    let text = reading.text(node, "`id`")?;
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        reading
            .error("bad-id", node.spot, format!("{} is not a HubSpot user id", quote(text)))
            .set_help("write the number HubSpot gives the person; `import` shows it");
        return None;
    }
    Some((UserId::new(text), reading.place(node.spot)))
}

fn check_main_team(reading: &mut Reading, team: &Setting<Arc<str>>, extra: &Setting<Vec<(Arc<str>, Place)>>) {
    let (Setting::Given(team, main), Setting::Given(extra, _)) = (team, extra) else { return };
    let Some((name, place)) = extra.iter().find(|(name, _)| name == team) else { return };
    reading
        .error_at(
            "main-team-repeated",
            place.clone(),
            name.chars().count(),
            format!("{} is the main team already", quote(name)),
        )
        .set_related(main.clone(), "the main team")
        .set_help("remove it from `extra_teams`");
}

/// Whether this node can be an entry at all; said apart because a forgotten `- ` makes maps of lists.
pub(super) fn is_entry(node: &Node<'_>) -> bool {
    matches!(node.kind(), Kind::Map(_) | Kind::Broken)
}
