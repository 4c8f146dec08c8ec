//! How long a text may be, and text from outside made fit for an error or a log.

use std::borrow::Cow;

/// The most characters GitHub takes for a comment or an issue, marker included.
pub const LONGEST_BODY: usize = 65_536;

/// More than GitHub takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Oversized {
    pub characters: usize,
}

/// Counted as JavaScript counts, where a character beyond the first plane is two: no way of counting gives more.
pub(super) fn fitting(body: &str) -> Result<(), Oversized> {
    let characters = body.encode_utf16().count();
    if characters <= LONGEST_BODY { Ok(()) } else { Err(Oversized { characters }) }
}

/// Characters kept of a text from outside.
const LONGEST: usize = 300;
const REDACTED: &str = "[redacted]";
/// How GitHub's tokens begin: personal ones, of apps, of installations, of OAuth, and refreshing ones.
const TOKEN_SHAPES: [&str; 6] = ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"];

/// One short line without control characters, marks of direction, or anything like a token. `secret` is the token of
/// this run, which goes wherever it stands.
pub(super) fn clean(text: &str, secret: &str) -> String {
    let text =
        if secret.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(text.replace(secret, REDACTED)) };
    let line: String = text.chars().map(|letter| if is_hostile(letter) { ' ' } else { letter }).collect();
    let words: Vec<Cow<'_, str>> = line.split_whitespace().map(without_token).collect();
    let cleaned = words.join(" ");
    match cleaned.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &cleaned[..end]),
        None => cleaned,
    }
}

fn is_hostile(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The whole word goes: where it is a token, its neighbours are of no use.
fn without_token(word: &str) -> Cow<'_, str> {
    match TOKEN_SHAPES.iter().any(|shape| word.contains(shape)) {
        true => Cow::Borrowed(REDACTED),
        false => Cow::Borrowed(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_measured_by_the_strictest_count() {
        assert_eq!(fitting(&"a".repeat(LONGEST_BODY)), Ok(()));
        assert_eq!(fitting(&"a".repeat(LONGEST_BODY + 1)), Err(Oversized { characters: LONGEST_BODY + 1 }));
        assert_eq!(fitting(&"😀".repeat(LONGEST_BODY / 2)), Ok(()));
        assert!(fitting(&"😀".repeat(LONGEST_BODY / 2 + 1)).is_err());
    }

    #[test]
    fn tokens_and_control_characters_go() {
        assert_eq!(clean("no ghs_0123456789 here", ""), "no [redacted] here");
        assert_eq!(clean("token=github_pat_11AB", ""), "[redacted]");
        assert_eq!(clean("the-token, the-token!", "the-token"), "[redacted], [redacted]!");
        assert_eq!(clean("a\u{1b}[31mb\r\n::error::c\u{202e}d", ""), "a [31mb ::error::c d");
        assert_eq!(clean(&"é".repeat(1000), "").chars().count(), LONGEST + 1);
    }
}
