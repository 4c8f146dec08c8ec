//! What only the whole directory shows: people listed twice, names that nothing bears, roles nobody has.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::reading::{Reading, quote};
use super::team::{Listed, Within};
use super::users_file::UsersFile;
use super::{Access, DeactivateBy, DesiredUser, Finding, Role, RoleKey, Setting, WantedState};
use crate::model::Place;

/// The roles of the directory; `None` for a file that has errors of its own.
pub(super) type Roles = BTreeMap<RoleKey, Option<Role>>;

/// Findings of `users.yaml` that need more than one entry.
pub(super) fn users(reading: &mut Reading, file: &UsersFile) {
    people_once(reading, &file.users);
    let listed = file.teams.as_deref().map(Listed::new);
    for user in &file.users {
        if reading.is_full() {
            return;
        }
        policy_of_person(reading, file, user);
        // A list that was cut short says nothing about what is not on it.
        if file.whole
            && let Some(listed) = &listed
        {
            teams_of_person(reading, listed, user);
        }
    }
}

/// A key by which an entry says who it is.
struct Claim<'u> {
    hash: u64,
    kind: ClaimKind,
    text: &'u str,
    place: &'u Place,
    /// Which entry, in the order of the file.
    entry: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ClaimKind {
    /// The present address, or an earlier one: either finds the person in the portal.
    Address {
        is_previous: bool,
    },
    Id,
}

/// Sorted by hash, because comparing texts costs most of the time for a large portal.
fn people_once(reading: &mut Reading, users: &[DesiredUser]) {
    let mut claims: Vec<Claim<'_>> = users
        .iter()
        .enumerate()
        .flat_map(|(entry, user)| {
            let DesiredUser { email, place, previous_email, id, .. } = user;
            let present = Some((ClaimKind::Address { is_previous: false }, email.key(), place));
            let previous = previous_email
                .as_deref()
                .map(|(email, place)| (ClaimKind::Address { is_previous: true }, email.key(), place));
            let id = id.as_deref().map(|(id, place)| (ClaimKind::Id, id.as_str(), place));
            [present, previous, id].into_iter().flatten().map(move |(kind, text, place)| Claim {
                hash: hash(kind, text),
                kind,
                text,
                place,
                entry,
            })
        })
        .filter(|claim| !claim.text.is_empty())
        .collect();
    claims.sort_unstable_by(|one, other| {
        (one.hash, one.text, one.entry, one.kind).cmp(&(other.hash, other.text, other.entry, other.kind))
    });
    let same = |one: &Claim<'_>, other: &Claim<'_>| {
        one.hash == other.hash
            && one.text == other.text
            && (one.kind == ClaimKind::Id) == (other.kind == ClaimKind::Id)
    };
    let mut repeated: Vec<(&Claim<'_>, &Claim<'_>)> = Vec::new();
    for group in claims.chunk_by(same) {
        repeated.extend(
            group[1..].iter().filter(|claim| claim.entry != group[0].entry).map(|claim| (&group[0], claim)),
        );
    }
    repeated.sort_unstable_by_key(|(_, claim)| (claim.entry, claim.kind));
    for (first, claim) in repeated {
        if reading.is_full() {
            return;
        }
        report_repeated(reading, first, claim);
    }
}

fn hash(kind: ClaimKind, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind == ClaimKind::Id).hash(&mut hasher);
    text.hash(&mut hasher);
    hasher.finish()
}

fn report_repeated(reading: &mut Reading, first: &Claim<'_>, claim: &Claim<'_>) {
    let who = quote(claim.text);
    let (message, help) = match (first.kind, claim.kind) {
        (ClaimKind::Id, _) | (_, ClaimKind::Id) => (
            format!("two entries are the person with the id {who}"),
            "an id belongs to one person: remove it from the other entry, or make one entry of the two",
        ),
        (ClaimKind::Address { is_previous: false }, ClaimKind::Address { is_previous: false }) => (
            format!("{who} is listed twice"),
            "make one entry of the two; upper and lower case make no difference",
        ),
        _ => (
            format!("{who} is one person's address and another's earlier one"),
            "an address belongs to one person: remove the `previous_email` that is no longer needed, or one entry",
        ),
    };
    reading
        .error_at("duplicate-person", claim.place.clone(), claim.text.chars().count(), message)
        .set_related(first.place.clone(), "first listed here")
        .set_help(help);
}

fn policy_of_person(reading: &mut Reading, file: &UsersFile, user: &DesiredUser) {
    let DesiredUser { email, place, state, .. } = user;
    let width = email.as_str().chars().count();
    if let Some(expiry) = &user.expires
        && *state == WantedState::Removed
    {
        reading
            .warning("needless-expiry", expiry.place.clone(), 10, "an expiry date on somebody who is removed")
            .set_help("remove `expires`; the person goes now");
    }
    if let Some(pattern) = file.policy.ignore.iter().find(|pattern| pattern.matches(email)) {
        let message = format!(
            "{} is to be ignored: `policy.ignore` has {}",
            quote(email.as_str()),
            quote(pattern.as_str())
        );
        reading
            .error_at("ignored-person", place.clone(), width, message)
            .set_help("remove the entry, or the pattern: nobody can be managed and ignored");
        return;
    }
    let domains = &file.policy.allowed_domains;
    // Whoever leaves may have come from anywhere.
    let is_wanted = *state == WantedState::Present && !email.as_str().is_empty();
    if is_wanted && !domains.is_empty() && !domains.iter().any(|domain| domain == email.domain()) {
        let help = match reading.nearest(email.domain(), domains.iter().map(String::as_str)) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "add the domain to `policy.allowed_domains` if its people may have access".to_owned(),
        };
        let message = format!("{} is outside `policy.allowed_domains`", quote(email.as_str()));
        reading.error_at("foreign-domain", place.clone(), width, message).set_help(help);
    }
}

fn teams_of_person(reading: &mut Reading, listed: &Listed<'_>, user: &DesiredUser) {
    if let Setting::Given(team, place) = &user.team {
        listed.check(reading, team, place, Within::Person);
    }
    if let Setting::Given(extra, _) = &user.extra_teams {
        for (team, place) in extra {
            listed.check(reading, team, place, Within::Person);
        }
    }
}

/// Findings of `users.yaml` that need the roles; `None` where there is no directory of them.
pub(super) fn roles_in_use(reading: &mut Reading, file: &UsersFile, roles: Option<&Roles>) {
    if reading.is_full() {
        return;
    }
    let mut named = file.users.iter().filter_map(|user| match &user.role {
        Setting::Given(key, place) => Some((key, place)),
        Setting::LeftOut | Setting::Clear(_) => None,
    });
    let strip_role = file.policy.strip_role.as_ref().map(|(key, place)| (key, place));
    let Some(roles) = roles else {
        if let Some((key, place)) = named.next().or(strip_role) {
            let message = format!("the role {} is named, and there is no directory `roles`", quote(&key.0));
            reading
                .error_at("missing-roles", place.clone(), key.0.chars().count(), message)
                .set_help(format!("create `roles/{key}.yaml` beside `users.yaml`"));
        }
        return;
    };
    for (key, place) in named.chain(strip_role) {
        if !roles.contains_key(key) && !reading.is_full() {
            unknown_role(reading, roles, key, place);
        }
    }
    if file.policy.deactivate == DeactivateBy::Strip
        && let Some((key, place)) = strip_role
        && let Some(Some(role)) = roles.get(key)
        && !matches!(role.access, Access::PermissionSet(_))
    {
        reading
            .error_at(
                "strip-role",
                place.clone(),
                key.0.chars().count(),
                format!("the role {} has no permission set, so it cannot be given instead", quote(&key.0)),
            )
            .set_related(role.access_place.clone(), "its access")
            .set_help("name a role with `access: { permission_set: … }`");
    }
}

fn unknown_role(reading: &mut Reading, roles: &Roles, key: &RoleKey, place: &Place) {
    let by_name = roles.iter().find(|(_, role)| role.as_ref().is_some_and(|role| *role.name == *key.0));
    let nearest = by_name
        .map(|(key, _)| key.0.as_ref())
        .or_else(|| reading.nearest(&key.0, roles.keys().map(|key| key.0.as_ref())));
    let help = match nearest {
        Some(nearest) => format!("did you mean `{nearest}`? A role's key is the name of its file"),
        None => format!("create `roles/{}.yaml`, or name one of the roles there", key.0),
    };
    let message = format!("there is no role {} in `roles`", quote(&key.0));
    reading.error_at("unknown-role", place.clone(), key.0.chars().count(), message).set_help(help);
}

/// Findings that stand in the roles' own files.
pub(super) fn roles(roles: &Roles, file: &UsersFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut used: BTreeSet<&RoleKey> = BTreeSet::new();
    used.extend(file.policy.strip_role.iter().map(|(key, _)| key));
    used.extend(file.users.iter().filter_map(|user| match &user.role {
        Setting::Given(key, _) => Some(key),
        Setting::LeftOut | Setting::Clear(_) => None,
    }));
    // A mistyped name says itself that somebody should have had one of the others.
    let names_are_known = file.whole && used.iter().all(|key| roles.contains_key(*key));
    let mut names: BTreeMap<&str, &Place> = BTreeMap::new();
    for (key, role) in roles.iter().filter_map(|(key, role)| Some((key, role.as_ref()?))) {
        let width = role.name.chars().count();
        if names_are_known && !used.contains(key) {
            findings.push(
                Finding::warning("unused-role", role.place.clone(), format!("nobody has the role `{key}`"))
                    .wide(width)
                    .help("give it to somebody, or delete the file"),
            );
        }
        if let Some(first) = names.insert(&role.name, &role.place) {
            let message = format!("two roles are called {}", quote(&role.name));
            findings.push(
                Finding::warning("same-name", role.place.clone(), message)
                    .wide(width)
                    .related(first.clone(), "the other one")
                    .help("give them different names: plans show the name, not the file"),
            );
        }
    }
    findings
}
