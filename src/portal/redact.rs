//! Text from outside, made fit for an error or a log: short, on one line, nothing hidden in it, and nothing like a token.

use std::borrow::Cow;

use crate::model::visible;

/// Characters kept of a text from outside.
const LONGEST: usize = 300;
const REDACTED: &str = "[redacted]";

/// The tokens of a run, that of each door; empty where there is none. Whoever answers may know them all.
pub(super) type Secrets<'a> = [&'a str; 2];

/// The tokens of this run go wherever they stand.
pub(super) fn clean(text: &str, mut secrets: Secrets<'_>) -> String {
    // The longer one first: the other may be a part of it.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let mut text = Cow::Borrowed(text);
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = Cow::Owned(text.replace(secret, REDACTED));
    }
    let mut cleaned = String::new();
    let mut after_bearer = false;
    for word in text.split_whitespace() {
        if !cleaned.is_empty() {
            cleaned.push(' ');
        }
        if after_bearer {
            cleaned.push_str(REDACTED);
        } else {
            cleaned.push_str(&without_token_shapes(word));
        }
        let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        after_bearer = bare.to_ascii_lowercase().ends_with("bearer");
    }
    let cleaned = visible(&cleaned);
    match cleaned.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &cleaned[..end]),
        None => cleaned,
    }
}

/// Private app tokens and service keys begin with `pat-`.
fn without_token_shapes(word: &str) -> String {
    const SHORTEST_REST: usize = 8;
    let mut kept = String::new();
    let mut rest = word;
    while let Some(start) = rest.to_ascii_lowercase().find("pat-") {
        let (before, shape) = rest.split_at(start);
        let end = shape.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_".contains(letter)));
        let (shape, after) = shape.split_at(end.unwrap_or(shape.len()));
        let begins_a_word = !before.ends_with(|letter: char| letter.is_alphanumeric());
        kept.push_str(before);
        if begins_a_word && shape.len() >= "pat-".len() + SHORTEST_REST {
            kept.push_str(REDACTED);
        } else {
            kept.push_str(shape);
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_wherever_they_stand() {
        let cases = [
            ("no pat-eu1-12345678-abcd here", "no [redacted] here"),
            (r#"{"token":"PAT-na1-0123456789"}"#, r#"{"token":"[redacted]"}"#),
            ("Authorization: Bearer CJTw1234", "Authorization: Bearer [redacted]"),
            ("authorization:bearer: abc", "authorization:bearer: [redacted]"),
            ("the secret-of-this-run stands here", "the [redacted] stands here"),
            ("and secret-of-this-run-for-scim, here", "and [redacted], here"),
            ("a compat-layer-of-things", "a compat-layer-of-things"),
            ("pat-short", "pat-short"),
        ];
        for (text, expected) in cases {
            assert_eq!(clean(text, ["secret-of-this-run", "secret-of-this-run-for-scim"]), expected);
        }
    }

    #[test]
    fn what_is_hidden_becomes_visible_and_lines_one_line() {
        assert_eq!(clean("a\u{1b}[31mb\r\n\tc\u{202e}d\u{2028}e\0", [""; 2]), "a␛[31mb c\\u{202e}d e␀");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let cleaned = clean(&"é".repeat(1000), [""; 2]);
        assert_eq!(cleaned.chars().count(), LONGEST + 1);
    }
}
