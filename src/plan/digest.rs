//! The digest that binds an approval to a plan's content.
//!
//! Over the portal id, the targets and the ordered actions with kind, subject, ids and changes. Deliberately
//! not over places in files, causes, notes, guards, counts or time: moving a line keeps an approval valid.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::model::PortalId;

use super::{Action, ActionKind, Change, NamedText, Subject, Value};

/// `sha256:` and 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest(String);

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a plan's digest; it is `sha256:` and 64 hexadecimal digits, as the plan prints it")]
pub struct InvalidDigest(String);

/// What of an action an approval is bound to.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'a> {
    pub kind: ActionKind,
    pub subject: &'a Subject,
    pub changes: &'a [Change],
}

impl<'a> From<&'a Action> for Bound<'a> {
    fn from(action: &'a Action) -> Bound<'a> {
        // Destructured so that a new field has to be judged here.
        let Action { kind, subject, changes, privilege: _, notes: _, source: _, work: _ } = action;
        Bound { kind: *kind, subject, changes }
    }
}

impl Digest {
    /// `actions` in the order in which they are carried out.
    pub fn of<'a>(
        portal: PortalId,
        targets: &[String],
        actions: impl ExactSizeIterator<Item = Bound<'a>>,
    ) -> Digest {
        let mut canonical = Canonical(Sha256::new());
        canonical.text("hubroster-plan/1");
        canonical.text(&portal.to_string());
        canonical.list(targets.iter(), |canonical, target| canonical.text(target));
        canonical.list(actions, Canonical::action);
        let bytes = canonical.0.finalize();
        let mut text = String::from("sha256:");
        for byte in bytes {
            text.push_str(&format!("{byte:02x}"));
        }
        Digest(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Digest, InvalidDigest> {
        let digits = text.strip_prefix("sha256:").unwrap_or_default();
        if digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(Digest(text.to_ascii_lowercase()))
        } else {
            Err(InvalidDigest(text.to_owned()))
        }
    }
}

/// Feeds values to the hash so that no two different plans give the same bytes: every text with its length
/// before it, every list with its count.
struct Canonical(Sha256);

impl Canonical {
    fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text.as_bytes());
    }

    fn optional(&mut self, text: Option<&str>) {
        self.0.update([u8::from(text.is_some())]);
        self.text(text.unwrap_or_default());
    }

    fn list<T>(&mut self, items: impl ExactSizeIterator<Item = T>, each: impl Fn(&mut Canonical, T)) {
        self.0.update((items.len() as u64).to_be_bytes());
        for item in items {
            each(self, item);
        }
    }

    fn action(&mut self, bound: Bound<'_>) {
        let Bound { kind, subject, changes } = bound;
        self.text(kind.as_str());
        match subject {
            // An address is the same address however it is written.
            Subject::User { email, id: _ } => {
                self.text("user");
                self.text(email.key());
            }
            Subject::Team { name, id: _ } => {
                self.text("team");
                self.text(name);
            }
        }
        self.optional(subject.id());
        self.list(changes.iter(), Canonical::change);
    }

    fn change(&mut self, change: &Change) {
        let Change { attribute, before, after } = change;
        self.text(attribute.as_str());
        self.value(before);
        self.value(after);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Nothing => self.text("nothing"),
            Value::Text(text) => {
                self.text("text");
                self.text(text);
            }
            Value::Named(named) => {
                self.text("named");
                self.named(named);
            }
            Value::List(items) => {
                self.text("list");
                self.list(items.iter(), Canonical::named);
            }
        }
    }

    fn named(&mut self, named: &NamedText) {
        let NamedText { name, id } = named;
        self.text(name);
        self.optional(id.as_deref());
    }
}
