//! Sentences as they are written here: literals stand between backticks.
//!
//! Deliberately absent: escaping. A name that holds a backtick itself moves the borders between the pieces and
//! nothing else, because each format makes both kinds of piece harmless.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'text> {
    Words(&'text str),
    Literal(&'text str),
}

/// A backtick that is never closed opens nothing: it is one of the words.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((words, literal, after)) = first_literal(rest) {
        pieces.extend([Piece::Words(words), Piece::Literal(literal)]);
        rest = after;
    }
    pieces.push(Piece::Words(rest));
    pieces
}

/// What stands before it, the literal, and what stands behind it.
fn first_literal(text: &str) -> Option<(&str, &str, &str)> {
    let (words, rest) = text.split_once('`')?;
    let (literal, after) = rest.split_once('`')?;
    Some((words, literal, after))
}

#[cfg(test)]
mod tests {
    use super::Piece::{Literal, Words};
    use super::*;

    #[test]
    fn literals_stand_between_backticks() {
        assert_eq!(pieces("drops `A` now"), [Words("drops "), Literal("A"), Words(" now")]);
        assert_eq!(pieces("plain"), [Words("plain")]);
        assert_eq!(pieces("one ` only"), [Words("one ` only")]);
        assert_eq!(pieces("`a` b ` c"), [Words(""), Literal("a"), Words(" b ` c")]);
    }
}
