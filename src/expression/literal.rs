//! Texts and numbers as they are written in an expression.

use super::lexer::{Token, is_word};
use super::problem::{Problem, Span};

/// Every prefix and quote that begins a text, the longer ones first.
const OPENINGS: &[&str] = &["\"\"\"", "'''", "\"", "'"];

pub(super) fn begins_text(rest: &str) -> bool {
    let (_, quotes) = prefix(rest);
    quotes.starts_with(['"', '\''])
}

/// `r` for raw, `b` for bytes, in any order and case; only where a quote follows.
fn prefix(rest: &str) -> (&str, &str) {
    let length = rest.bytes().take(2).take_while(|byte| b"rRbB".contains(byte)).count();
    rest.split_at(length)
}

pub(super) fn text(whole: &str, start: usize) -> Result<(Token, usize), Problem> {
    let (prefix, quoted) = prefix(&whole[start..]);
    let opening = OPENINGS.iter().find(|opening| quoted.starts_with(**opening)).unwrap_or(&"\"");
    let body = start + prefix.len() + opening.len();
    if prefix.contains(['b', 'B']) {
        return Err(
            Problem::syntax(Span::new(start, body), "bytes are not known here").help("write text: `\"…\"`")
        );
    }
    let is_raw = !prefix.is_empty();
    let mut value = String::new();
    let mut at = body;
    loop {
        let rest = &whole[at..];
        let Some(next) = rest.chars().next() else { return Err(open(start, body)) };
        if rest.starts_with(opening) {
            return Ok((Token::Text(value), at + opening.len()));
        }
        match next {
            // Only three quotes go over several lines.
            '\n' | '\r' if opening.len() == 1 => return Err(open(start, body)),
            '\\' if !is_raw => {
                let (character, length) = escape(whole, at)?;
                value.push(character);
                at += length;
            }
            _ => {
                value.push(next);
                at += next.len_utf8();
            }
        }
    }
}

fn open(start: usize, body: usize) -> Problem {
    Problem::syntax(Span::new(start, body), "a quote that is never closed").help("close it on the same line")
}

/// What an escape stands for, and how many bytes it takes with its backslash.
fn escape(whole: &str, at: usize) -> Result<(char, usize), Problem> {
    let after = &whole[at + 1..];
    let simple = match after.chars().next() {
        Some('a') => '\u{7}',
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('v') => '\u{b}',
        Some(same @ ('\\' | '?' | '"' | '\'' | '`')) => same,
        Some('x' | 'X') => return coded(whole, at, (2, 2, 16)),
        Some('u') => return coded(whole, at, (2, 4, 16)),
        Some('U') => return coded(whole, at, (2, 8, 16)),
        Some('0'..='3') => return coded(whole, at, (1, 3, 8)),
        other => {
            let end = at + 1 + other.map_or(0, char::len_utf8);
            return Err(bad_escape(at, end));
        }
    };
    Ok((simple, 2))
}

/// `\x41`: digits of a base behind the backslash and perhaps a letter.
fn coded(
    whole: &str,
    at: usize,
    (lead, digits, base): (usize, usize, u32),
) -> Result<(char, usize), Problem> {
    let written = whole.get(at + lead..at + lead + digits).unwrap_or_default();
    let is_number = written.len() == digits && written.chars().all(|digit| digit.is_digit(base));
    let code = u32::from_str_radix(written, base).ok().filter(|_| is_number);
    match code.and_then(char::from_u32) {
        Some(character) => Ok((character, lead + digits)),
        None => Err(bad_escape(at, at + lead)),
    }
}

fn bad_escape(start: usize, end: usize) -> Problem {
    Problem::syntax(Span::new(start, end), "a `\\` that is no escape")
        .help("write `\\\\` for a backslash, or `r\"…\"` for text without escapes")
}

pub(super) fn number(whole: &str, start: usize) -> Result<(Token, usize), Problem> {
    let rest = &whole[start..];
    let length = rest.find(|next: char| !is_word(next)).unwrap_or(rest.len());
    let end = start + length;
    let written = &rest[..length];
    let span = Span::new(start, end);
    let fraction = whole[end..]
        .strip_prefix('.')
        .is_some_and(|after| after.starts_with(|next: char| next.is_ascii_digit()));
    let is_hexadecimal = written.starts_with("0x") || written.starts_with("0X");
    if fraction || (!is_hexadecimal && written.contains(['e', 'E'])) {
        return Err(Problem::syntax(span, "numbers have no fraction here")
            .help("compare whole numbers: `a * 100 > b * 25`"));
    }
    let parsed = match written.get(2..).filter(|_| is_hexadecimal) {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => written.parse(),
    };
    match parsed {
        // One more than the largest, for the smallest, which is written with a minus.
        Ok(number) if number <= 1 << 63 => Ok((Token::Number(number), end)),
        _ => Err(Problem::syntax(span, format!("`{written}` is no number that is known here"))
            .help("write a whole number up to 9223372036854775807, as `25`")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::tokens;
    use super::*;

    fn one(text: &str) -> Token {
        tokens(text).expect("tokens").swap_remove(0).token
    }

    #[test]
    fn texts_are_those_of_cel() {
        for (written, value) in [
            (r#""a""#, "a"),
            ("'it\\'s'", "it's"),
            (r#"'"'"#, "\""),
            (r#"r"a\n""#, "a\\n"),
            (r#""\x41\u00e9\U0001F600\101""#, "Aé😀A"),
            ("'''a\n'b'''", "a\n'b"),
            (r#""\t\\\?""#, "\t\\?"),
            ("\"\"", ""),
        ] {
            assert_eq!(one(written), Token::Text(value.to_owned()), "{written}");
        }
    }

    #[test]
    fn a_text_that_is_wrong_is_wrong_at_its_place() {
        for (written, start, end) in [
            ("a == 'b", 5, 6),
            ("'a\nb'", 0, 1),
            (r"'\q'", 1, 3),
            (r"'a\", 2, 3),
            (r"'\ud800'", 1, 3),
            (r"'\x4'", 1, 3),
            ("b'x'", 0, 2),
        ] {
            let problem = tokens(written).expect_err("no tokens");
            assert_eq!((problem.start, problem.end), (start, end), "{written}");
        }
    }

    #[test]
    fn numbers_are_whole() {
        assert_eq!(one("25"), Token::Number(25));
        assert_eq!(one("0x1F"), Token::Number(31));
        assert_eq!(one("9223372036854775808"), Token::Number(1 << 63));
        for written in ["1.5", "1e3", "9223372036854775809", "1u", "0x", "12ab"] {
            assert!(tokens(written).is_err(), "{written}");
        }
    }
}
