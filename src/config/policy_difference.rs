//! What two readings of the files say differently of what is allowed: `policy`, its rules, and the privilege of roles.
//!
//! Deliberately absent: what follows from it for a plan, and values: a reviewer has the lines themselves.

use super::{Desired, Effect, Policy, PolicyRule, Privilege, Role, RoleKey};

/// What differs, in the order of the later files; what they no longer have comes last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyDifference {
    /// The keys of `policy` with another value, `rules` aside.
    pub keys: Vec<&'static str>,
    pub rules: Vec<RuleDifference>,
    pub privileges: Vec<PrivilegeDifference>,
}

/// A rule that is new, was changed or was taken out. Known by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDifference {
    pub name: String,
    /// `None`: it is new.
    pub before: Option<Effect>,
    /// `None`: it was taken out.
    pub after: Option<Effect>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivilegeDifference {
    pub role: RoleKey,
    pub before: Privilege,
    pub after: Privilege,
}

impl PolicyDifference {
    pub fn between(before: &Desired, after: &Desired) -> PolicyDifference {
        PolicyDifference {
            keys: keys(&before.policy, &after.policy),
            rules: rules(&before.policy.rules, &after.policy.rules),
            privileges: privileges(before, after),
        }
    }
}

fn keys(before: &Policy, after: &Policy) -> Vec<&'static str> {
    // Destructured so that a new key has to be compared here.
    let Policy {
        unmanaged,
        ignore,
        protected,
        allowed_domains,
        min_super_admins,
        max_removals,
        max_updates,
        deactivate,
        strip_role,
        on_expiry,
        credential_owner,
        acknowledge,
        names,
        rules: _,
    } = after;
    let role = |policy: &Policy| policy.strip_role.as_ref().map(|(role, _)| role.clone());
    let same = [
        ("unmanaged", *unmanaged == before.unmanaged),
        ("ignore", are_same(ignore, &before.ignore)),
        ("protected", are_same(protected, &before.protected)),
        ("allowed_domains", are_same(allowed_domains, &before.allowed_domains)),
        ("min_super_admins", *min_super_admins == before.min_super_admins),
        ("max_removals", *max_removals == before.max_removals),
        ("max_updates", *max_updates == before.max_updates),
        ("deactivate", *deactivate == before.deactivate),
        ("strip_role", strip_role.as_ref().map(|(role, _)| role.clone()) == role(before)),
        ("on_expiry", *on_expiry == before.on_expiry),
        ("credential_owner", *credential_owner == before.credential_owner),
        ("acknowledge", are_same(acknowledge, &before.acknowledge)),
        ("names", *names == before.names),
    ];
    same.into_iter().filter(|(_, same)| !same).map(|(key, _)| key).collect()
}

/// In whatever order.
fn are_same<Item: PartialEq>(one: &[Item], other: &[Item]) -> bool {
    one.iter().all(|item| other.contains(item)) && other.iter().all(|item| one.contains(item))
}

fn rules(before: &[PolicyRule], after: &[PolicyRule]) -> Vec<RuleDifference> {
    let named = |rules: &'_ [PolicyRule], name: &str| rules.iter().position(|rule| rule.name == name);
    let now = after.iter().filter_map(|rule| {
        let earlier = named(before, &rule.name).map(|index| &before[index]);
        let is_same = earlier.is_some_and(|earlier| is_same_rule(earlier, rule));
        (!is_same).then(|| RuleDifference {
            name: rule.name.clone(),
            before: earlier.map(|earlier| earlier.effect),
            after: Some(rule.effect),
        })
    });
    let gone = before.iter().filter(|rule| named(after, &rule.name).is_none());
    let gone =
        gone.map(|rule| RuleDifference { name: rule.name.clone(), before: Some(rule.effect), after: None });
    now.chain(gone).collect()
}

/// Wherever it stands.
fn is_same_rule(one: &PolicyRule, other: &PolicyRule) -> bool {
    let PolicyRule { place: _, name: _, effect, each, names_user: _, names_role: _, condition, message } =
        one;
    (effect, each, condition, message) == (&other.effect, &other.each, &other.condition, &other.message)
}

/// Of a role whose file has another name now: by what it gives.
fn privileges(before: &Desired, after: &Desired) -> Vec<PrivilegeDifference> {
    let of = |key: &RoleKey, role: &Role| {
        before.roles.get(key).or_else(|| {
            let renamed = before.roles.iter().filter(|(earlier, _)| !after.roles.contains_key(*earlier));
            renamed.map(|(_, earlier)| earlier).find(|earlier| earlier.access == role.access)
        })
    };
    let changed = after.roles.iter().filter_map(|(key, role)| {
        let earlier = of(key, role)?.privilege;
        (earlier != role.privilege).then(|| PrivilegeDifference {
            role: key.clone(),
            before: earlier,
            after: role.privilege,
        })
    });
    changed.collect()
}
