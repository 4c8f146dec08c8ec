//! Tree → values, one question at a time: each answer that is wrong is reported and left out.
//!
//! Deliberately absent: what the keys of the files are; `users_file` and `role_file` know those.

use std::sync::Arc;

use super::Setting;
use super::reading::{Reading, quote};
use super::tree::{Kind, Node};
use crate::model::{Email, Place};

impl Reading {
    /// Says what stands there and what is wanted, unless it has been said.
    pub(super) fn wrong_type(&mut self, node: &Node<'_>, what: &str, wanted: &str) {
        let found = match node.kind() {
            Kind::Broken => return,
            Kind::Blank => {
                self.error("empty-value", node.spot, format!("{what} has no value"))
                    .set_help(format!("write {wanted}, or remove the key if it is not needed"));
                return;
            }
            Kind::Plain(text) | Kind::Quoted(text) => quote(text),
            Kind::List(_) => "a list".to_owned(),
            Kind::Map(_) | Kind::Shared(_) => "a map".to_owned(),
        };
        self.error("wrong-type", node.spot, format!("{what} must be {wanted}, not {found}"));
    }

    pub(super) fn missing(&mut self, at: &Node<'_>, what: &str, help: &str) {
        self.error("missing-key", at.spot, what.to_owned()).set_help(help);
    }

    /// Any text that is not empty and has no control characters; numbers are text as they are written.
    pub(super) fn text<'n>(&mut self, node: &'n Node<'_>, what: &str) -> Option<&'n str> {
        let text = match node.kind() {
            Kind::Quoted(text) => text.as_ref(),
            Kind::Plain(text) => {
                if let Some(meaning) = plain_meaning(text) {
                    self.error(
                        "wrong-type",
                        node.spot,
                        format!("{what} must be text, and `{text}` without quotes is {meaning}"),
                    )
                    .set_help(format!("write `\"{text}\"` if that is the text"));
                    return None;
                }
                text.as_ref()
            }
            _ => {
                self.wrong_type(node, what, "text");
                return None;
            }
        };
        if text.trim().is_empty() {
            self.error("empty-value", node.spot, format!("{what} is empty"))
                .set_help("write the text that is meant");
            return None;
        }
        if let Some(control) = text.chars().find(|character| character.is_control()) {
            let message = format!("{what} holds a control character, U+{:04X}", control as u32);
            self.error("control-character", node.spot, message)
                .set_help("write it on one line, without escapes such as `\\n` and `\\e`");
            return None;
        }
        Some(text)
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(
        &mut self,
        node: &Node<'_>,
        what: &str,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        let text = self.text(node, what)?;
        if let Some((_, value)) = choices.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let help = match self.nearest(text, words.iter().copied()) {
            Some(nearest) if words.len() == 1 => format!("did you mean `{nearest}`?"),
            Some(nearest) => format!("did you mean `{nearest}`? It is one of {}", listed(&words)),
            None => format!("write one of {}", listed(&words)),
        };
        self.error("unknown-value", node.spot, format!("{} is no value of {what}", quote(text)))
            .set_help(help);
        None
    }

    /// YAML 1.2: `true` and `false`. `no` is a word.
    pub(super) fn boolean(&mut self, node: &Node<'_>, what: &str) -> Option<bool> {
        match node.kind() {
            Kind::Plain(text) if matches!(text.as_ref(), "true" | "True" | "TRUE") => Some(true),
            Kind::Plain(text) if matches!(text.as_ref(), "false" | "False" | "FALSE") => Some(false),
            _ => {
                self.wrong_type(node, what, "`true` or `false`");
                None
            }
        }
    }

    /// A number without sign, point or quotes.
    pub(super) fn integer(&mut self, node: &Node<'_>, what: &str, range: (u64, u64)) -> Option<u64> {
        let (least, most) = range;
        let wanted = if most >= u32::MAX.into() {
            format!("a whole number of at least {least}")
        } else {
            format!("a whole number from {least} to {most}")
        };
        let number = match node.kind() {
            Kind::Plain(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            let is_quoted = matches!(node.kind(), Kind::Quoted(text) if text.parse::<u64>().is_ok());
            self.wrong_type(node, what, if is_quoted { "a number without quotes" } else { &wanted });
        }
        number
    }

    pub(super) fn small_integer(&mut self, node: &Node<'_>, what: &str, range: (u32, u32)) -> Option<u32> {
        let number = self.integer(node, what, (range.0.into(), range.1.into()))?;
        u32::try_from(number).ok()
    }

    pub(super) fn list<'n, 't>(&mut self, node: &'n Node<'t>, what: &str) -> Option<&'n [Node<'t>]> {
        match node.kind() {
            Kind::List(items) => Some(items),
            _ => {
                self.wrong_type(node, what, "a list, as `[one, two]`");
                None
            }
        }
    }

    /// A list of names, none of them twice.
    pub(super) fn names(&mut self, node: &Node<'_>, what: &str) -> Option<Vec<(Arc<str>, Place)>> {
        let items = self.list(node, what)?;
        let mut names: Vec<(Arc<str>, Place)> = Vec::with_capacity(items.len());
        // Linear for the few that people have; a list that is longer than any portal's is not one of names.
        for item in items {
            if names.len() >= 1000 {
                self.error("too-large", item.spot, format!("more than 1000 names in {what}"));
                return None;
            }
            let Some(text) = self.text(item, what) else { continue };
            if let Some((_, first)) = names.iter().find(|(name, _)| name.as_ref() == text) {
                let first = first.clone();
                self.error("listed-twice", item.spot, format!("{} stands in {what} twice", quote(text)))
                    .set_related(first, "first listed here")
                    .set_help("keep one of the two");
                continue;
            }
            let (name, place) = (self.name(text), self.place(item.spot));
            names.push((name, place));
        }
        Some(names)
    }

    pub(super) fn email(&mut self, node: &Node<'_>, what: &str) -> Option<Email> {
        let text = self.text(node, what)?;
        let email = Email::parse(text).ok();
        if email.is_none() {
            self.error("bad-email", node.spot, format!("{} is not an e-mail address", quote(text)))
                .set_help("write the address alone, as `ana@example.com`");
        }
        email
    }
}

/// Left out, cleared, or what `decode` makes of the value; a wrong value is reported and counts as left out.
pub(super) fn setting<T>(
    reading: &mut Reading,
    node: Option<&Node<'_>>,
    what: &str,
    decode: impl FnOnce(&mut Reading, &Node<'_>, &str) -> Option<T>,
) -> Setting<T> {
    let Some(node) = node else { return Setting::LeftOut };
    if is_null(node) {
        return Setting::Clear(reading.place(node.spot));
    }
    if matches!(node.kind(), Kind::Blank) {
        reading
            .error("empty-value", node.spot, format!("{what} has no value"))
            .set_help("write `null` to clear it in HubSpot, or leave the key out to keep what is there");
        return Setting::LeftOut;
    }
    match decode(reading, node, what) {
        Some(value) => Setting::Given(value, reading.place(node.spot)),
        None => Setting::LeftOut,
    }
}

/// As `setting`; an empty list clears, too.
pub(super) fn list_setting<T>(
    reading: &mut Reading,
    node: Option<&Node<'_>>,
    what: &str,
    decode: impl FnOnce(&mut Reading, &Node<'_>, &str) -> Option<T>,
) -> Setting<T> {
    match node {
        Some(node) if matches!(node.kind(), Kind::List(items) if items.is_empty()) => {
            Setting::Clear(reading.place(node.spot))
        }
        _ => setting(reading, node, what, decode),
    }
}

/// `null` and `~`. Nothing at all is not taken for them: a key without a value is more often forgotten than
/// meant, and clearing takes something away from a person. Nor is `Null`, which is somebody's name.
pub(super) fn is_null(node: &Node<'_>) -> bool {
    matches!(node.kind(), Kind::Plain(text) if matches!(text.as_ref(), "null" | "~"))
}

/// Left out and `null` are the same: there is nothing to clear.
pub(super) fn optional<'n, 't, T>(
    reading: &mut Reading,
    node: Option<&'n Node<'t>>,
    decode: impl FnOnce(&mut Reading, &'n Node<'t>) -> Option<T>,
) -> Option<T> {
    let node = node?;
    if is_null(node) { None } else { decode(reading, node) }
}

/// What a plain scalar is taken for by YAML, where text was wanted.
fn plain_meaning(text: &str) -> Option<&'static str> {
    match text {
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Some("a yes-or-no value"),
        "null" | "Null" | "NULL" | "~" => Some("nothing"),
        _ => None,
    }
}

/// `one`, `two` and `three`, each in backticks.
pub(super) fn listed(words: &[&str]) -> String {
    let mut text = String::new();
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            text.push_str(if at + 1 == words.len() { " and " } else { ", " });
        }
        text.push('`');
        text.push_str(word);
        text.push('`');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    #[test]
    fn booleans_are_those_of_yaml_1_2() {
        let boolean = |text: &str| Reading::new("f".into()).boolean(&tree_of(text), "f");
        for (text, value) in [("true", Some(true)), ("False", Some(false)), ("yes", None), ("\"true\"", None)]
        {
            assert_eq!(boolean(text), value, "{text}");
        }
    }
}
