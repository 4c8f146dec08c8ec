//! Sentences as they are written here: literals stand between backticks.
//!
//! Deliberately absent: escaping. A name that holds a backtick itself moves the borders between the pieces and
//! nothing else, because each format makes both kinds of piece harmless.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'text> {
    Words(&'text str),
    Literal(&'text str),
}

/// A backtick that is never closed opens nothing.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len() - 1;
    let piece = |(index, part)| {
        if index % 2 == 1 && index < last { Piece::Literal(part) } else { Piece::Words(part) }
    };
    parts.into_iter().enumerate().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::Piece::{Literal, Words};
    use super::*;

    #[test]
    fn literals_stand_between_backticks() {
        assert_eq!(pieces("drops `A` now"), [Words("drops "), Literal("A"), Words(" now")]);
        assert_eq!(pieces("plain"), [Words("plain")]);
        assert_eq!(pieces("one ` only"), [Words("one "), Words(" only")]);
    }
}
