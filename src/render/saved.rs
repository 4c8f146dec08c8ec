//! A plan as it is saved and read again: whole, of this format, unchanged, and what its digest says.
//!
//! Two seals. The digest is made again from the actions, so that nobody shows other actions under an approved
//! digest; the checksum is over everything, so that nothing else is changed by accident. Counts are made again too
//! (`derived`). Deliberately absent: a signature. Who can write the file can seal it again, with other notes or
//! verdicts; what `apply` does is planned anew and bound to the digest.

use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::model::{Email, PortalId, TeamId, UserId};
use crate::plan::{Attribute, Bound, Change, Digest, NamedText, Subject, Value};

use super::derived;
use super::document::{
    ActionEntry, ChangeEntry, FORMAT_VERSION, Ids, PlanDocument, Shown, SubjectEntry, pretty,
};
use super::mask::is_masked_digest;

/// Why a text is no plan to rely on.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    #[error("it is no JSON, or cut off; save it again with `plan --out`")]
    NoJson(#[source] serde_json::Error),
    #[error("it has no `format_version`, so it is something else; `plan --out` saves a plan")]
    NoPlan,
    #[error(
        "its `format_version` is `{found}` and this hubroster reads `{FORMAT_VERSION}`; use the version that wrote it, or plan again"
    )]
    OtherVersion { found: String },
    #[error("it is damaged at `{path}`; save it again with `plan --out`")]
    Damaged {
        path: String,
        #[source]
        source: serde_json::Error,
    },
    #[error("it was changed after it was saved: its `checksum` is of another text; plan again")]
    Changed,
    #[error("its actions are not those of its digest, so nobody has approved them; plan again")]
    OtherActions,
    #[error(
        "what it says in `{key}` is not what its rows come to, so it was changed after it was saved; plan again"
    )]
    Contradiction { key: &'static str },
}

/// The document and the seal on it.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "hubroster plan")]
struct Sealed<Document> {
    #[serde(flatten)]
    document: Document,
    /// `sha256:` and 64 hexadecimal digits, over this object without this key, as JSON with sorted keys and no
    /// white space.
    checksum: String,
}

impl PlanDocument {
    /// # Errors
    ///
    /// Whatever is not a plan as [`PlanDocument::to_json`] wrote it. Keys that a later version added are passed
    /// over.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<PlanDocument, DocumentError> {
        let json = json.as_ref();
        // Some editors and shells put a byte order mark in front of what they save.
        let json = json.strip_prefix("\u{feff}".as_bytes()).unwrap_or(json);
        let mut value: serde_json::Value = serde_json::from_slice(json).map_err(DocumentError::NoJson)?;
        let Some(version) = value.get("format_version") else { return Err(DocumentError::NoPlan) };
        if version.as_str() != Some(FORMAT_VERSION) {
            let found = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
            return Err(DocumentError::OtherVersion { found });
        }
        let document: PlanDocument = serde_path_to_error::deserialize(value.clone()).map_err(|error| {
            DocumentError::Damaged { path: error.path().to_string(), source: error.into_inner() }
        })?;
        let checksum = value.as_object_mut().and_then(|object| object.remove("checksum"));
        if checksum.as_ref().and_then(serde_json::Value::as_str) != Some(&self::checksum(&value)) {
            return Err(DocumentError::Changed);
        }
        // Pseudonyms are not what the digest is over; such a plan is only ever shown.
        let is_its_digest = match document.masked {
            true => is_masked_digest(&document.digest),
            false => document.digest_of_actions().is_some_and(|digest| digest.as_str() == document.digest),
        };
        if !is_its_digest {
            return Err(DocumentError::OtherActions);
        }
        match derived::contradiction(&document) {
            Some(key) => Err(DocumentError::Contradiction { key }),
            None => Ok(document),
        }
    }

    /// Indented, sealed, with a newline at the end.
    pub fn to_json(&self) -> String {
        let value = serde_json::to_value(self).expect("a document has only text keys and plain values");
        pretty(&Sealed { document: self, checksum: checksum(&value) })
    }

    /// The digest made again from what the document says; `None` where its actions are those of no plan.
    fn digest_of_actions(&self) -> Option<Digest> {
        let mut entries: Vec<&ActionEntry> = self.actions.iter().collect();
        entries.sort_by_key(|entry| entry.order);
        let numbered = entries.iter().zip(1..).all(|(entry, number)| entry.order == number);
        let parts = entries.iter().map(|entry| {
            let changes: Option<Vec<Change>> = entry.changes.iter().map(change).collect();
            Some((entry.kind, subject(&entry.subject), changes?))
        });
        let parts = parts.collect::<Option<Vec<_>>>().filter(|_| numbered)?;
        let bound = parts.iter().map(|(kind, subject, changes)| Bound { kind: *kind, subject, changes });
        Some(Digest::of(PortalId(self.portal.id), &self.targets, bound))
    }
}

/// Keys are sorted, since a JSON object of this program is a sorted map.
fn checksum(value: &serde_json::Value) -> String {
    let bytes = Sha256::digest(value.to_string());
    bytes.iter().fold(String::from("sha256:"), |text, byte| text + &format!("{byte:02x}"))
}

fn subject(entry: &SubjectEntry) -> Subject {
    match entry {
        SubjectEntry::User { email, user_id } => {
            let id = user_id.as_deref().map(UserId::new);
            Subject::User { email: Email::from_portal(email), id }
        }
        SubjectEntry::Team { team, team_id } => {
            Subject::Team { name: team.clone(), id: team_id.as_deref().map(TeamId::new) }
        }
    }
}

fn change(entry: &ChangeEntry) -> Option<Change> {
    let ChangeEntry { attribute, before, after, before_id, after_id, cause: _ } = entry;
    Some(Change {
        attribute: Attribute::parse(attribute)?,
        before: value(before, before_id.as_ref())?,
        after: value(after, after_id.as_ref())?,
    })
}

/// What `compose` made of a value, undone; `None` for a pair that it never makes.
fn value(shown: &Shown, ids: Option<&Ids>) -> Option<Value> {
    let named = |name: &String, id: Option<&String>| NamedText { name: name.clone(), id: id.cloned() };
    match (shown, ids) {
        (Shown::Nothing, None) => Some(Value::Nothing),
        (Shown::Text(text), None) => Some(Value::Text(text.clone())),
        (Shown::Text(name), Some(Ids::None)) => Some(Value::Named(named(name, None))),
        (Shown::Text(name), Some(Ids::One(id))) => Some(Value::Named(named(name, Some(id)))),
        (Shown::List(names), None) => Some(Value::List(names.iter().map(|name| named(name, None)).collect())),
        (Shown::List(names), Some(Ids::List(ids))) if names.len() == ids.len() => {
            let pairs = names.iter().zip(ids);
            Some(Value::List(pairs.map(|(name, id)| named(name, id.as_ref())).collect()))
        }
        _ => None,
    }
}

/// The JSON Schema (draft 2020-12) of what [`PlanDocument::to_json`] writes.
pub fn plan_schema() -> serde_json::Value {
    schemars::schema_for!(Sealed<PlanDocument>).to_value()
}
