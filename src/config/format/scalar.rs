//! Scalars on one line: quotes only where they are needed.
//!
//! They are needed where any reader of YAML, old ones included, might take the text for something else than text.
//! Deliberately absent: scalars that go over several lines; those are kept.

use super::tree::{Kind, Node};

/// How a scalar or an alias that stands on one line is written.
pub(super) fn on_one_line<'n>(text: &'n str, node: &'n Node<'_>) -> std::borrow::Cow<'n, str> {
    let written = &text[node.range.clone()];
    match &node.kind {
        Kind::Quoted(value) if is_safe_without_quotes(value) => value.as_ref().into(),
        Kind::Quoted(value) if written.starts_with('\'') && is_plain_inside_double_quotes(value) => {
            format!("\"{value}\"").into()
        }
        _ => written.into(),
    }
}

/// Words that YAML 1.1 or 1.2 takes for something else than text, in lower case.
const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

/// Begins with a letter, goes on with what means nothing to YAML, and is no word of its own.
fn is_safe_without_quotes(value: &str) -> bool {
    let is_safe = |character: char| character.is_alphanumeric() || " _-.@/+'()&".contains(character);
    value.starts_with(char::is_alphabetic)
        && value.chars().all(is_safe)
        && !value.ends_with(' ')
        && !WORDS.contains(&value.to_lowercase().as_str())
}

fn is_plain_inside_double_quotes(value: &str) -> bool {
    !value.chars().any(|character| character.is_control() || matches!(character, '"' | '\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let value = crate::config::data(text.as_bytes(), "f").expect("a text").value;
        let value = value.as_str().expect("a text").to_owned();
        on_one_line(text, &Node::new(0..text.len(), Kind::Quoted(value.into()))).into_owned()
    }

    #[test]
    fn quotes_go_where_every_reader_sees_text_without_them() {
        for (before, after) in [
            ("\"Sales\"", "Sales"),
            ("'Sales Benelux'", "Sales Benelux"),
            ("\"ana@example.com\"", "ana@example.com"),
            ("'O''Brien & Co'", "O'Brien & Co"),
            ("'Inès'", "Inès"),
            ("\"Europe/Brussels\"", "Europe/Brussels"),
        ] {
            assert_eq!(written(before), after);
        }
    }

    #[test]
    fn quotes_stay_where_they_mean_something() {
        for text in [
            "\"no\"",
            "\"Yes\"",
            "\"null\"",
            "\"n\"",
            "\"\"",
            "\"70010012\"",
            "\"2026-09\"",
            "\"09:00-17:30\"",
            "\"+32 2 555 01 23\"",
            "\"*@hubspot.com\"",
            "\"a: b\"",
            "\"a #b\"",
            "\"a, b\"",
            "\"[x]\"",
            "\"<<\"",
            "\"Sales \"",
            "\" Sales\"",
            "\"-\"",
            "\"caf\\u00e9!\"",
            "'say \"hello\"'",
            "'C:\\dir'",
        ] {
            assert_eq!(written(text), text);
        }
    }

    #[test]
    fn quotes_that_are_needed_are_double_where_that_needs_no_escapes() {
        assert_eq!(written("'no'"), "\"no\"");
        assert_eq!(written("'it''s: so'"), "\"it's: so\"");
    }
}
