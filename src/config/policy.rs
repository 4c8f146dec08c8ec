//! `portal:`, `policy:` and `defaults:` → what is allowed, and what holds where the files are silent.
//!
//! Deliberately absent: judging a plan by it; that is `guard`.

use std::sync::Arc;

use super::decode::{is_null, optional};
use super::fields::Shape;
use super::reading::{Reading, quote};
use super::rules;
use super::tree::Node;
use super::{
    Acknowledge, DeactivateBy, NamePolicy, Percent, Policy, PortalPin, RemovalLimit, RoleKey, Unmanaged,
    UpdateLimit, WantedState,
};
use crate::model::{ApiVersion, EmailPattern, PortalId};

pub(super) const PORTAL: Shape = Shape::new("`portal`", &["id", "name", "api", "scim_url"]);

pub(super) const POLICY: Shape = Shape::new(
    "`policy`",
    &[
        "unmanaged",
        "ignore",
        "protected",
        "allowed_domains",
        "min_super_admins",
        "max_removals",
        "max_updates",
        "deactivate",
        "strip_role",
        "on_expiry",
        "credential_owner",
        "acknowledge",
        "names",
        "rules",
    ],
);

pub(super) const DEFAULTS: Shape = Shape::new("`defaults`", &["language", "invite"]);

pub(super) const REMOVAL_LIMIT: Shape = Shape::new("`max_removals`", &["count", "percent", "percent_from"]);
pub(super) const UPDATE_LIMIT: Shape = Shape::new("`max_updates`", &["percent", "percent_from"]);

pub(super) const EXPIRY_STATES: &[(&str, WantedState)] =
    &[("deactivated", WantedState::Deactivated), ("removed", WantedState::Removed)];

/// What a limit is where the files name none; below `PERCENT_FROM` people a percentage says nothing.
const REMOVALS: u32 = 5;
const REMOVALS_PERCENT: u32 = 25;
const UPDATES_PERCENT: u32 = 50;
const PERCENT_FROM: u32 = 10;
const MIN_SUPER_ADMINS: u32 = 2;
/// Each is compared with each person.
const MAX_PATTERNS: usize = 1000;

impl Default for Policy {
    /// The limits of the example, and otherwise whatever takes the least away: unmanaged people are only
    /// reported, and deactivation is by hand, since no token for SCIM can be assumed.
    fn default() -> Policy {
        Policy {
            unmanaged: Unmanaged::Report,
            // HubSpot's own support: to be kept out of sight before anybody thinks of it.
            ignore: vec![EmailPattern::new("*@hubspot.com")],
            protected: Vec::new(),
            allowed_domains: Vec::new(),
            min_super_admins: MIN_SUPER_ADMINS,
            max_removals: RemovalLimit {
                count: Some(REMOVALS),
                percent: Some(Percent { percent: REMOVALS_PERCENT, from: PERCENT_FROM }),
            },
            max_updates: UpdateLimit {
                count: None,
                percent: Some(Percent { percent: UPDATES_PERCENT, from: PERCENT_FROM }),
            },
            deactivate: DeactivateBy::Manual,
            strip_role: None,
            on_expiry: WantedState::Deactivated,
            credential_owner: None,
            acknowledge: Vec::new(),
            names: NamePolicy::CreateOnly,
            rules: Vec::new(),
        }
    }
}

/// `None` where the pin cannot be read; the finding says why.
pub(super) fn portal(reading: &mut Reading, node: &Node<'_>) -> Option<PortalPin> {
    let fields = reading.fields(node, PORTAL)?;
    let Some(id) = fields.get("id") else {
        reading.missing(
            node,
            "`portal` has no `id`",
            "write the account's number: it stands in HubSpot's address bar, and beside the account's name",
        );
        return None;
    };
    let place = reading.place(id.spot);
    let id = reading.integer(id, "`portal.id`", (1, u64::MAX))?;
    let versions = ApiVersion::ALL.map(|version| (version.as_str(), version));
    let api =
        optional(reading, fields.get("api"), |reading, node| reading.choice(node, "`portal.api`", &versions));
    let name = optional(reading, fields.get("name"), |reading, node| {
        reading.text(node, "`portal.name`").map(str::to_owned)
    });
    let scim_url = optional(reading, fields.get("scim_url"), scim_url);
    Some(PortalPin { place, id: PortalId(id), name, api: api.unwrap_or_default(), scim_url })
}

fn scim_url(reading: &mut Reading, node: &Node<'_>) -> Option<String> {
    let text = reading.text(node, "`portal.scim_url`")?;
    match url::Url::parse(text) {
        Ok(url) if url.scheme() == "https" && url.has_host() => Some(text.to_owned()),
        Ok(url) if url.scheme() == "http" && is_loopback(&url) => Some(text.to_owned()),
        Ok(url) if url.scheme() == "http" => {
            reading
                .error("bad-url", node.spot, "`portal.scim_url` would send the token unencrypted")
                .set_help("write `https://…`; plain `http` is for this machine (127.0.0.1) only");
            None
        }
        _ => {
            reading
                .error("bad-url", node.spot, format!("{} is not an address of a server", quote(text)))
                .set_help("write the whole address, as `https://api.hubapi.com/scim/v2`");
            None
        }
    }
}

fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// `text` is the whole file.
pub(super) fn policy(reading: &mut Reading, node: &Node<'_>, text: &str) -> Option<Policy> {
    let fields = reading.fields(node, POLICY)?;
    let mut policy = Policy::default();
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
        rules,
    } = &mut policy;
    let given = |key: &str| fields.get(key);
    set(unmanaged, given("unmanaged").and_then(|node| reading.choice(node, "`policy.unmanaged`", UNMANAGED)));
    set(ignore, given("ignore").and_then(|node| patterns(reading, node, "`policy.ignore`")));
    set(protected, given("protected").and_then(|node| patterns(reading, node, "`policy.protected`")));
    set(allowed_domains, given("allowed_domains").and_then(|node| domains(reading, node)));
    set(
        min_super_admins,
        given("min_super_admins")
            .and_then(|node| reading.small_integer(node, "`policy.min_super_admins`", (0, 1000))),
    );
    set(max_removals, given("max_removals").and_then(|node| removal_limit(reading, node)));
    set(max_updates, given("max_updates").and_then(|node| update_limit(reading, node)));
    set(
        deactivate,
        given("deactivate").and_then(|node| reading.choice(node, "`policy.deactivate`", DEACTIVATE)),
    );
    *strip_role = optional(reading, given("strip_role"), |reading, node| {
        let key = reading.text(node, "`policy.strip_role`")?;
        Some((RoleKey(reading.name(key)), reading.place(node.spot)))
    });
    set(
        on_expiry,
        given("on_expiry").and_then(|node| reading.choice(node, "`policy.on_expiry`", EXPIRY_STATES)),
    );
    *credential_owner = optional(reading, given("credential_owner"), |reading, node| {
        reading.email(node, "`policy.credential_owner`")
    });
    set(acknowledge, given("acknowledge").and_then(|node| acknowledged(reading, node)));
    set(names, given("names").and_then(|node| reading.choice(node, "`policy.names`", NAMES)));
    set(rules, given("rules").and_then(|node| rules::rules(reading, node, text)));
    if policy.deactivate == DeactivateBy::Strip
        && policy.strip_role.is_none()
        && let Some(node) = fields.get("deactivate")
    {
        reading
            .error("missing-key", node.spot, "`deactivate: strip` needs a role to give instead")
            .set_help("add `strip_role:` with the key of a role whose permission set allows nothing");
    }
    Some(policy)
}

const UNMANAGED: &[(&str, Unmanaged)] = &[
    ("report", Unmanaged::Report),
    ("ignore", Unmanaged::Ignore),
    ("error", Unmanaged::Error),
    ("remove", Unmanaged::Remove),
];
const DEACTIVATE: &[(&str, DeactivateBy)] =
    &[("scim", DeactivateBy::Scim), ("manual", DeactivateBy::Manual), ("strip", DeactivateBy::Strip)];
const NAMES: &[(&str, NamePolicy)] =
    &[("create_only", NamePolicy::CreateOnly), ("manage", NamePolicy::Manage)];

fn set<T>(target: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *target = value;
    }
}

fn patterns(reading: &mut Reading, node: &Node<'_>, what: &str) -> Option<Vec<EmailPattern>> {
    let mut patterns = Vec::new();
    for item in reading.list(node, what)? {
        let Some(text) = reading.text(item, what) else { continue };
        let text = text.trim();
        let well_formed = matches!(text.split_once('@'), Some((local, domain))
            if !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
        if !well_formed || text.contains(char::is_whitespace) {
            reading
                .error(
                    "bad-pattern",
                    item.spot,
                    format!("{} is neither an address nor a pattern of addresses", quote(text)),
                )
                .set_help("write `ana@example.com`, or `\"*@example.com\"` for everybody there");
            continue;
        }
        if patterns.len() >= MAX_PATTERNS {
            reading.error("too-large", item.spot, format!("more than {MAX_PATTERNS} addresses in {what}"));
            break;
        }
        patterns.push(EmailPattern::new(text));
    }
    Some(patterns)
}

fn domains(reading: &mut Reading, node: &Node<'_>) -> Option<Vec<String>> {
    let mut domains = Vec::new();
    for item in reading.list(node, "`policy.allowed_domains`")? {
        let Some(text) = reading.text(item, "`policy.allowed_domains`") else { continue };
        let domain = text.trim().to_lowercase();
        // The grammar of a domain is that of an address without its first part.
        if crate::model::Email::parse(&format!("a@{domain}")).is_err() {
            reading.error("bad-domain", item.spot, format!("{} is not a domain", quote(text))).set_help(
                "write what stands behind the `@`, as `example.com`; subdomains are listed one by one",
            );
            continue;
        }
        domains.push(domain);
    }
    Some(domains)
}

fn removal_limit(reading: &mut Reading, node: &Node<'_>) -> Option<RemovalLimit> {
    if is_null(node) {
        return Some(RemovalLimit { count: None, percent: None });
    }
    let fields = reading.fields(node, REMOVAL_LIMIT)?;
    let count = part(reading, fields.get("count"), "`max_removals.count`", u32::MAX, Some(REMOVALS));
    let percent = part(reading, fields.get("percent"), "`max_removals.percent`", 100, Some(REMOVALS_PERCENT));
    let from = part(
        reading,
        fields.get("percent_from"),
        "`max_removals.percent_from`",
        u32::MAX,
        Some(PERCENT_FROM),
    );
    Some(RemovalLimit { count, percent: share(percent, from) })
}

fn update_limit(reading: &mut Reading, node: &Node<'_>) -> Option<UpdateLimit> {
    if is_null(node) {
        return Some(UpdateLimit { count: None, percent: None });
    }
    let fields = reading.fields(node, UPDATE_LIMIT)?;
    let percent = part(reading, fields.get("percent"), "`max_updates.percent`", 100, Some(UPDATES_PERCENT));
    let from =
        part(reading, fields.get("percent_from"), "`max_updates.percent_from`", u32::MAX, Some(PERCENT_FROM));
    Some(UpdateLimit { count: None, percent: share(percent, from) })
}

/// Without a `percent_from` the share is judged however few people there are.
fn share(percent: Option<u32>, from: Option<u32>) -> Option<Percent> {
    percent.map(|percent| Percent { percent, from: from.unwrap_or(0) })
}

/// One part of a limit: left out it is the default, `null` is no limit of that kind.
fn part(
    reading: &mut Reading,
    node: Option<&Node<'_>>,
    what: &str,
    most: u32,
    default: Option<u32>,
) -> Option<u32> {
    match node {
        None => default,
        Some(node) if is_null(node) => None,
        Some(node) => reading.small_integer(node, what, (0, most)),
    }
}

fn acknowledged(reading: &mut Reading, node: &Node<'_>) -> Option<Vec<Acknowledge>> {
    let items = reading.list(node, "`policy.acknowledge`")?;
    let raises = items
        .iter()
        .filter_map(|item| reading.choice(item, "`policy.acknowledge`", &[("raises", Acknowledge::Raises)]))
        .next();
    Some(raises.into_iter().collect())
}

/// What an entry of `users:` has where it says nothing itself.
#[derive(Debug, Clone)]
pub(super) struct Defaults {
    pub(super) language: Option<Arc<str>>,
    pub(super) invite: bool,
}

impl Default for Defaults {
    fn default() -> Defaults {
        Defaults { language: None, invite: true }
    }
}

pub(super) fn defaults(reading: &mut Reading, node: &Node<'_>) -> Option<Defaults> {
    let fields = reading.fields(node, DEFAULTS)?;
    let language = optional(reading, fields.get("language"), language);
    let invite = fields.get("invite").and_then(|node| reading.boolean(node, "`invite`"));
    Some(Defaults { language, invite: invite.unwrap_or(true) })
}

/// A language tag: `nl`, `pt-BR`.
pub(super) fn language(reading: &mut Reading, node: &Node<'_>) -> Option<Arc<str>> {
    let text = reading.text(node, "`language`")?;
    let mut parts = text.split('-');
    let is_language = parts.next().is_some_and(|part| {
        (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
    });
    let is_tag = is_language
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    if !is_tag {
        reading
            .error("bad-language", node.spot, format!("{} is not a language", quote(text)))
            .set_help("write its code, as `nl`, `en` or `pt-BR`");
        return None;
    }
    Some(reading.name(text))
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    fn read(text: &str) -> Policy {
        let mut reading = Reading::new("users.yaml".into());
        let read = policy(&mut reading, &tree_of(text), text).expect("a policy");
        assert!(!reading.has_errors(), "{text}: {:?}", reading.finish());
        read
    }

    #[test]
    fn an_empty_policy_has_the_limits_of_the_example_and_takes_the_least_away() {
        let Policy { unmanaged, min_super_admins, max_removals, max_updates, deactivate, names, .. } =
            read("{}");
        assert_eq!(
            (unmanaged, deactivate, names),
            (Unmanaged::Report, DeactivateBy::Manual, NamePolicy::CreateOnly)
        );
        assert_eq!(min_super_admins, 2);
        assert_eq!(
            max_removals,
            RemovalLimit { count: Some(5), percent: Some(Percent { percent: 25, from: 10 }) }
        );
        assert_eq!(
            max_updates,
            UpdateLimit { count: None, percent: Some(Percent { percent: 50, from: 10 }) }
        );
    }

    #[test]
    fn each_part_of_a_limit_may_be_left_out_or_be_null() {
        let limit = |text: &str| read(&format!("{{ max_removals: {text} }}")).max_removals;
        let percent = |percent, from| Some(Percent { percent, from });
        for (text, count, share) in [
            ("{}", Some(5), percent(25, 10)),
            ("null", None, None),
            ("{ count: null }", None, percent(25, 10)),
            ("{ count: 0, percent: null }", Some(0), None),
            ("{ percent: 3 }", Some(5), percent(3, 10)),
            ("{ percent_from: 100 }", Some(5), percent(25, 100)),
            ("{ percent_from: null }", Some(5), percent(25, 0)),
        ] {
            assert_eq!(limit(text), RemovalLimit { count, percent: share }, "{text}");
        }
    }

    #[test]
    fn the_token_for_scim_is_only_sent_encrypted_or_to_this_machine() {
        for (url, taken) in [
            ("https://api.hubapi.com/scim/v2", true),
            ("http://127.0.0.1:8787/scim/v2", true),
            ("http://localhost:8787/scim/v2", true),
            ("http://[::1]/scim/v2", true),
            ("http://localhost.example.com/scim/v2", false),
            ("http://10.0.0.1/scim/v2", false),
            ("ftp://127.0.0.1/", false),
            ("api.hubapi.com/scim/v2", false),
        ] {
            let text = format!("{{ id: 1, scim_url: \"{url}\" }}");
            let pin = portal(&mut Reading::new("users.yaml".into()), &tree_of(&text)).expect("a pin");
            assert_eq!(pin.scim_url.is_some(), taken, "{url}");
        }
    }
}
