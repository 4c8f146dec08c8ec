//! "The explanation as JSON": one person, with where each value comes from, every rule, row and call.
//!
//! Deliberately absent: how it looks (`explanation_text`). The rows are those of the plan, word for word.

use schemars::JsonSchema;
use serde::Serialize;

use crate::apply::PlannedCall;
use crate::config::{Access, WantedState};
use crate::explain::{AccessByHand, Explained, Explanation, FiredRule, Origin, RuleName, StatusExplained};
use crate::model::{Place, Source, Sources};

use super::compose::{shown, source_entry};
use super::counts::literals;
use super::document::{
    ActionEntry, BlockedEntry, ByHandEntry, FORMAT_VERSION, Ids, PlanDocument, PortalEntry, Requests, Shown,
    SourceEntry, SubjectEntry, UnmanagedEntry, WaitingEntry, is_false, pretty,
};

/// What `explain --format json` prints.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(title = "hubroster explanation")]
pub struct ExplanationDocument {
    pub format_version: String,
    /// The person has a pseudonym; left out: their name.
    #[serde(skip_serializing_if = "is_false")]
    pub masked: bool,
    pub portal: PortalEntry,
    pub requests: Requests,
    /// Of the plan for everybody, of which this is one person.
    pub digest: String,
    pub email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Left out for somebody no file names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceEntry>,
    pub status: StatusEntry,
    /// Every attribute that has a value on either side.
    pub attributes: Vec<AttributeEntry>,
    pub rules: Vec<RuleEntry>,
    pub actions: Vec<ActionEntry>,
    pub blocked: Vec<BlockedEntry>,
    pub by_hand: Vec<ByHandEntry>,
    pub waiting: Vec<WaitingEntry>,
    pub unmanaged: Vec<UnmanagedEntry>,
    /// In order; empty where nothing would be done.
    pub calls: Vec<CallEntry>,
    /// The guards that would refuse the whole `apply`, whoever they are about.
    pub refused: Vec<String>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatusEntry {
    /// `active`, `invited`, `deactivated`, `absent` or `unknown`.
    pub live: String,
    /// `present`, `deactivated` or `removed`; left out for somebody no file names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    pub origin: OriginEntry,
    pub super_admin: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// The day in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_active: Option<String>,
    /// By source, whether it shows them: `shown`, `not shown` or `not read`. Empty where none was asked.
    pub sources: Vec<SourceSays>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SourceSays {
    pub source: String,
    pub says: String,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AttributeEntry {
    /// The file's own name.
    pub attribute: String,
    pub live: Shown,
    pub wanted: Shown,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_id: Option<Ids>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted_id: Option<Ids>,
    pub origin: OriginEntry,
}

/// Where a wanted value comes from.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OriginEntry {
    /// `entry`, `role`, `expiry`, `default`, `kept` (the files say it, a policy keeps the live value) or
    /// `left_alone` (the files are silent).
    pub from: String,
    /// Where the files say it; the entry's line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Where the role's file says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_source: Option<SourceEntry>,
    /// What is not a place, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RuleEntry {
    /// The key of the file, or HubSpot's reason: `policy.protected`, `super_admin` …
    pub rule: String,
    /// What it means for this person, in a lower-case fragment.
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceEntry>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CallEntry {
    pub method: String,
    /// Without the host; an address is never in it.
    pub path: String,
    pub writes: bool,
    pub purpose: String,
}

impl ExplanationDocument {
    /// `plan` is the whole plan; the rows about this person are taken out of it.
    pub fn new(explanation: &Explanation, plan: &PlanDocument, calls: &[PlannedCall]) -> ExplanationDocument {
        let Explanation { email, id, source, status, access, attributes, language, invite, rules } =
            explanation;
        let id = id.as_ref().map(ToString::to_string);
        let is_about = |subject: &SubjectEntry| match subject {
            SubjectEntry::Team { .. } => false,
            SubjectEntry::User { email: address, user_id } => {
                address.to_lowercase() == email.key() || (user_id.is_some() && *user_id == id)
            }
        };
        let mut values: Vec<AttributeEntry> = attributes.iter().map(attribute_entry).collect();
        if let Some(access) = access {
            let live = values.extract_if(.., |entry| entry.attribute == "role").next();
            values.insert(0, role_by_hand(access, live, status.super_admin));
        }
        let told = |attribute: &str, value: String, origin: &Origin| AttributeEntry {
            attribute: attribute.to_owned(),
            live: Shown::Nothing,
            wanted: Shown::Text(value),
            live_id: None,
            wanted_id: None,
            origin: origin_entry(origin),
        };
        values.extend(invite.iter().map(|(invite, origin)| told("invite", invite.to_string(), origin)));
        values.extend(language.iter().map(|(language, origin)| told("language", language.clone(), origin)));
        ExplanationDocument {
            format_version: FORMAT_VERSION.to_owned(),
            masked: false,
            portal: plan.portal.clone(),
            requests: plan.requests,
            digest: plan.digest.clone(),
            email: email.as_str().to_owned(),
            source: source.as_ref().map(source_entry),
            status: status_entry(status),
            attributes: values,
            rules: rules.iter().map(rule_entry).collect(),
            actions: plan.actions.iter().filter(|row| is_about(&row.subject)).cloned().collect(),
            blocked: plan.blocked.iter().filter(|row| is_about(&row.subject)).cloned().collect(),
            by_hand: plan.by_hand.iter().filter(|row| is_about(&row.subject)).cloned().collect(),
            waiting: plan
                .waiting
                .iter()
                .filter(|row| row.email.to_lowercase() == email.key())
                .cloned()
                .collect(),
            unmanaged: plan.unmanaged.iter().filter(|row| is_about(&row.subject)).cloned().collect(),
            calls: calls.iter().map(call_entry).collect(),
            refused: plan.refusals().map(|guard| guard.message.clone()).collect(),
            user_id: id,
        }
    }

    /// Indented, with a newline at the end.
    pub fn to_json(&self) -> String {
        pretty(self)
    }
}

/// In place of the role's own row: what HubSpot shows of it, and what only a person can give.
fn role_by_hand(access: &AccessByHand, live: Option<AttributeEntry>, super_admin: bool) -> AttributeEntry {
    let (live, live_id) = live.map_or((Shown::Nothing, None), |entry| (entry.live, entry.live_id));
    let live = if super_admin { Shown::Text("super admin".to_owned()) } else { live };
    AttributeEntry {
        attribute: "role".to_owned(),
        wanted: Shown::Text(access_words(&access.access)),
        live_id: live_id.filter(|_| !super_admin),
        live,
        wanted_id: None,
        origin: OriginEntry {
            role: Some(access.role.to_string()),
            role_source: Some(source_entry(&access.place)),
            note: Some("given by hand: no API gives it".to_owned()),
            ..origin_from("role")
        },
    }
}

fn access_words(access: &Access) -> String {
    match access {
        Access::PermissionSet(set) => format!("the permission set `{set}`"),
        Access::Template(template) => format!("from the template `{template}`"),
        Access::Scratch => "from scratch, line by line".to_owned(),
        Access::SuperAdmin => "super admin".to_owned(),
    }
}

fn status_entry(status: &StatusExplained) -> StatusEntry {
    let StatusExplained { live, sources, super_admin, last_active, wanted, origin, expires } = status;
    let word = |state: &WantedState| match state {
        WantedState::Present => "present",
        WantedState::Deactivated => "deactivated",
        WantedState::Removed => "removed",
    };
    StatusEntry {
        live: live.as_str().to_owned(),
        wanted: wanted.as_ref().map(|state| word(state).to_owned()),
        origin: origin_entry(origin),
        super_admin: *super_admin,
        expires: expires.map(|day| day.to_string()),
        last_active: last_active.map(|moment| jiff::tz::TimeZone::UTC.to_datetime(moment).date().to_string()),
        sources: sources.as_ref().map(source_says).unwrap_or_default(),
    }
}

fn source_says(sources: &Sources) -> Vec<SourceSays> {
    let Sources { settings, crm, archived_owner, direct } = sources;
    let named = [
        ("settings list", settings),
        ("CRM record", crm),
        ("archived owner", archived_owner),
        ("direct read", direct),
    ];
    let says = |source: &Source| match source {
        Source::Shown => "shown",
        Source::NotShown => "not shown",
        Source::Unread => "not read",
    };
    let entries = named
        .into_iter()
        .map(|(name, source)| SourceSays { source: name.to_owned(), says: says(source).to_owned() });
    entries.collect()
}

fn attribute_entry(explained: &Explained) -> AttributeEntry {
    let Explained { attribute, live, wanted, origin } = explained;
    let ((live, live_id), (wanted, wanted_id)) = (shown(live), shown(wanted));
    let origin = origin_entry(origin);
    AttributeEntry { attribute: attribute.as_str().to_owned(), live, wanted, live_id, wanted_id, origin }
}

fn origin_from(from: &str) -> OriginEntry {
    OriginEntry { from: from.to_owned(), source: None, role: None, role_source: None, note: None }
}

fn origin_entry(origin: &Origin) -> OriginEntry {
    let place = |place: &Place| Some(source_entry(place));
    match origin {
        Origin::Entry(entry) => OriginEntry { source: place(entry), ..origin_from("entry") },
        Origin::Role { key, place: role, entry } => OriginEntry {
            source: place(entry),
            role: Some(key.to_string()),
            role_source: place(role),
            ..origin_from("role")
        },
        Origin::Expiry(day) => OriginEntry {
            source: place(day),
            note: Some("the day has come".to_owned()),
            ..origin_from("expiry")
        },
        Origin::Default(words) => OriginEntry { note: Some((*words).to_owned()), ..origin_from("default") },
        Origin::Kept { policy, entry } => OriginEntry {
            source: place(entry),
            note: Some(format!("{policy} keeps the live value")),
            ..origin_from("kept")
        },
        Origin::LeftAlone => OriginEntry {
            note: Some("not in the files, so it is left alone".to_owned()),
            ..origin_from("left_alone")
        },
    }
}

fn rule_entry(fired: &FiredRule) -> RuleEntry {
    let FiredRule { name, place } = fired;
    let (rule, message) = rule_words(name);
    RuleEntry { rule: rule.to_owned(), message, source: place.as_ref().map(source_entry) }
}

/// The rule of whoever is stripped where the files want them deactivated.
pub(super) const STRIPPED: &str = "policy.deactivate";

fn rule_words(name: &RuleName) -> (&'static str, String) {
    use crate::config::Unmanaged;
    match name {
        RuleName::Ignored { pattern } => {
            ("policy.ignore", format!("`{pattern}` covers this address: never listed, never touched"))
        }
        RuleName::Unmanaged(policy) => {
            let then = match policy {
                Unmanaged::Report => "reported and left alone (`report`)",
                Unmanaged::Ignore => "left alone and not reported (`ignore`)",
                Unmanaged::Error => "left alone, and refuses every apply (`error`)",
                Unmanaged::Remove => "to be removed (`remove`)",
            };
            ("policy.unmanaged", format!("in the portal and not in the files: {then}"))
        }
        RuleName::FormerPerson => {
            ("former", "not in the portal any more; only the CRM or an archived owner shows them".to_owned())
        }
        RuleName::PinnedById(id) => {
            ("id", format!("whoever has the id `{id}` is meant, whatever their address"))
        }
        RuleName::KnownAs { live } => (
            "email",
            format!("the portal has this person as `{live}`; only they can change their login address"),
        ),
        RuleName::Protected { pattern } => (
            "policy.protected",
            format!(
                "`{pattern}` covers this address: never removed, deactivated or stripped, role and seats stay"
            ),
        ),
        RuleName::CredentialOwner { configured: false } => {
            ("credential_owner", "the token acts for this person, who may not lose access".to_owned())
        }
        RuleName::CredentialOwner { configured: true } => {
            ("policy.credential_owner", "the token acts for this person, who is not touched".to_owned())
        }
        RuleName::SuperAdmin => (
            "super_admin",
            "a super admin is never removed, deactivated or stripped, nor sent a role".to_owned(),
        ),
        RuleName::Expired(state) => {
            let then = match state {
                WantedState::Removed => "removed",
                WantedState::Deactivated | WantedState::Present => "deactivated",
            };
            ("expires", format!("the day has come, so they are wanted {then}"))
        }
        RuleName::NamesAreKept => (
            "policy.names",
            "`create_only`: a name is one profile across portals, so the live one stays".to_owned(),
        ),
        RuleName::ForeignDomain(domain) => {
            ("policy.allowed_domains", format!("does not have `{domain}`, so no invitation goes there"))
        }
        RuleName::SeveralPermissionSets { collapse } => {
            let then = if *collapse { "`collapse_roles` allows it" } else { "so none is sent" };
            (
                "several_permission_sets",
                format!("any PUT keeps one permission set and drops the rest; {then}"),
            )
        }
        RuleName::HandMadePermissions => (
            "hand_made_permissions",
            "has no permission set: what they may do was set by hand, and no API reads it".to_owned(),
        ),
        RuleName::Stripped => (
            STRIPPED,
            "`strip`: paid seats and teams are taken away and `policy.strip_role` is given; they can still log in"
                .to_owned(),
        ),
        RuleName::NotAccepted => (
            "not_accepted",
            format!(
                "invited and not accepted yet: HubSpot refuses {} until then",
                literals(&["role", "seats"])
            ),
        ),
    }
}

fn call_entry(call: &PlannedCall) -> CallEntry {
    let PlannedCall { method, path, writes, purpose } = call;
    CallEntry { method: (*method).to_owned(), path: path.clone(), writes: *writes, purpose: purpose.clone() }
}
