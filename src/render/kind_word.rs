//! The plan's enums as the words of its JSON, both ways, and in its schema.
//!
//! Deliberately absent: a second set of enums. A new kind of action is a new word here without a line.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::Serializer;

use crate::apply::OutcomeKind;
use crate::plan::{ActionKind, PrivilegeChange};

/// An enum whose variants have each one word.
pub(super) trait Word: Copy + 'static {
    const ALL: &'static [Self];
    fn word(self) -> &'static str;
}

impl Word for ActionKind {
    const ALL: &'static [ActionKind] = &ActionKind::ALL;
    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for PrivilegeChange {
    const ALL: &'static [PrivilegeChange] =
        &[PrivilegeChange::Raise, PrivilegeChange::Lower, PrivilegeChange::None];
    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for OutcomeKind {
    const ALL: &'static [OutcomeKind] = &OutcomeKind::ALL;
    fn word(self) -> &'static str {
        self.as_str()
    }
}

pub(super) fn serialize<W: Word, S: Serializer>(value: &W, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.word())
}

pub(super) fn deserialize<'de, W: Word, D: Deserializer<'de>>(deserializer: D) -> Result<W, D::Error> {
    let text = String::deserialize(deserializer)?;
    let known = W::ALL.iter().copied().find(|value| value.word() == text);
    known.ok_or_else(|| {
        let words: Vec<&str> = W::ALL.iter().map(|value| value.word()).collect();
        D::Error::custom(format!("`{text}` is none of {}", words.join(", ")))
    })
}

pub(super) fn schema<W: Word>(_: &mut SchemaGenerator) -> Schema {
    let words: Vec<&str> = W::ALL.iter().map(|value| value.word()).collect();
    json_schema!({ "type": "string", "enum": words })
}
