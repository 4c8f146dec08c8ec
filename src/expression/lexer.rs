//! Text → tokens with their places.
//!
//! Deliberately absent: what a literal stands for; `literal` knows its escapes.

use super::literal;
use super::problem::{Problem, Span};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Name(String),
    /// Without a sign; one more than fits is the smallest number with its minus taken off.
    Number(u64),
    Text(String),
    /// One of `PUNCTUATION`.
    Mark(&'static str),
    End,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) span: Span,
}

/// The longer ones first.
const PUNCTUATION: &[&str] = &[
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "?", ":", "+", "-", "*", "/", "%", "(", ")", "[", "]",
    "{", "}", ".", ",",
];

/// The last one is `Token::End`.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, Problem> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        at = skip_space(text, at);
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else {
            // The end is where something is missing: the last character shows where.
            let last = text.trim_end().chars().next_back().map_or(0, char::len_utf8);
            let end = text.trim_end().len();
            tokens.push(Placed { token: Token::End, span: Span::new(end - last, end) });
            return Ok(tokens);
        };
        let (token, end) = if literal::begins_text(rest) {
            literal::text(text, at)?
        } else if first.is_ascii_digit() {
            literal::number(text, at)?
        } else if first.is_ascii_alphabetic() || first == '_' {
            let end = at + rest.find(|next: char| !is_word(next)).unwrap_or(rest.len());
            (Token::Name(text[at..end].to_owned()), end)
        } else if let Some(mark) = PUNCTUATION.iter().find(|mark| rest.starts_with(**mark)) {
            (Token::Mark(mark), at + mark.len())
        } else {
            return Err(unknown(first, at));
        };
        tokens.push(Placed { token, span: Span::new(at, end) });
        at = end;
    }
}

pub(super) fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// White space, and comments up to the end of their line.
fn skip_space(text: &str, mut at: usize) -> usize {
    loop {
        let rest = &text[at..];
        let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
        at += rest.len() - trimmed.len();
        if !trimmed.starts_with("//") {
            return at;
        }
        at += trimmed.find('\n').unwrap_or(trimmed.len());
    }
}

fn unknown(character: char, at: usize) -> Problem {
    let span = Span::new(at, at + character.len_utf8());
    let shown = character.escape_debug();
    let problem = Problem::syntax(span, format!("`{shown}` means nothing in an expression"));
    match character {
        '=' => problem.help("write `==` to compare"),
        '&' => problem.help("write `&&` for `and`"),
        '|' => problem.help("write `||` for `or`"),
        '‘' | '’' | '“' | '”' | '„' | '«' | '»' => {
            problem.help("put text in straight quotes: `\"…\"`")
        }
        _ => problem.help("text stands in quotes; see docs/policy.md for what an expression is made of"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_comments_separate_and_say_nothing() {
        let read = tokens(" a // b\n\t. c ").expect("tokens");
        let spans: Vec<(usize, usize)> =
            read.iter().map(|placed| (placed.span.start, placed.span.end)).collect();
        assert_eq!(spans, [(1, 2), (9, 10), (11, 12), (11, 12)]);
        assert_eq!(read[3].token, Token::End);
    }

    #[test]
    fn the_longest_mark_counts() {
        let marks: Vec<Token> =
            tokens("<=!===").expect("tokens").into_iter().map(|placed| placed.token).collect();
        assert_eq!(marks[..3], [Token::Mark("<="), Token::Mark("!="), Token::Mark("==")]);
    }

    #[test]
    fn what_is_no_token_is_said_with_what_was_meant() {
        for (text, at, help) in [
            ("a = b", 2, "write `==` to compare"),
            ("a & b", 2, "write `&&` for `and`"),
            ("é", 0, "text stands in quotes; see docs/policy.md for what an expression is made of"),
            ("a == “b”", 5, "put text in straight quotes: `\"…\"`"),
        ] {
            let problem = tokens(text).expect_err("no tokens");
            assert_eq!((problem.start, problem.help.as_deref()), (at, Some(help)), "{text}");
        }
    }
}
