//! Where in the file each character of a scalar's value stands, however the scalar is written.
//!
//! YAML's parser tells where a scalar begins. A mistake in an expression is inside one: in a block of several
//! lines, between quotes, behind an escape. Deliberately absent: reading YAML; the value is known, and laid over
//! the text it came from.

use super::tree::Spot;

/// `line` and `column` from 1 on, in characters, of each character of a value, and of the end behind the last.
pub(super) struct Written(Vec<(u32, u32)>);

impl Written {
    /// `text` is the whole file, `spot` where the scalar begins. What cannot be followed stands at the beginning.
    pub(super) fn of(text: &str, spot: Spot, value: &str) -> Written {
        let raw = from(text, spot);
        let places = follow(raw, spot, value, false).or_else(|| follow(raw, spot, value, true));
        Written(places.unwrap_or_else(|| vec![(spot.line, spot.column)]))
    }

    /// The place of a part of the value, in bytes; a part that goes over several lines is shown at its first.
    pub(super) fn spot(&self, value: &str, (start, end): (usize, usize)) -> Spot {
        let characters = |byte: usize| value.get(..byte).map_or(0, |before| before.chars().count());
        let (line, column) = self.at(characters(start));
        let behind = self.at(characters(end));
        // What follows may stand on the next line; then it is up to the last character.
        let last = self.at(characters(end).saturating_sub(1));
        let width = match (behind, last) {
            ((end_line, end), _) if end_line == line && end > column => end - column,
            (_, (last_line, last)) if last_line == line && last >= column => last - column + 1,
            _ => 1,
        };
        Spot { line, column, width }
    }

    fn at(&self, character: usize) -> (u32, u32) {
        self.0.get(character).or(self.0.last()).copied().unwrap_or((1, 1))
    }
}

/// The file from a spot on.
fn from(text: &str, spot: Spot) -> &str {
    let mut rest = text;
    for _ in 1..spot.line {
        match rest.find(['\n', '\r']) {
            Some(at) => rest = &rest[at + if rest[at..].starts_with("\r\n") { 2 } else { 1 }..],
            None => return "",
        }
    }
    let skipped = usize::try_from(spot.column).unwrap_or(usize::MAX) - 1;
    rest.char_indices().nth(skipped).map_or("", |(at, _)| &rest[at..])
}

/// `None` where the value is not what is written there. Lines of a value are broken and joined by YAML, so
/// white space is passed over on both sides; everything else is there, or is an escape between quotes.
fn follow(raw: &str, spot: Spot, value: &str, is_quoted: bool) -> Option<Vec<(u32, u32)>> {
    let mut cursor = Cursor { rest: raw, line: spot.line, column: spot.column };
    let quote =
        if is_quoted { Some(cursor.step().filter(|quote| matches!(quote, '"' | '\''))?) } else { None };
    let mut places = Vec::with_capacity(value.len() + 1);
    for character in value.chars() {
        if quote == Some('"') {
            cursor.skip_continued_lines();
        }
        if character.is_whitespace() && !cursor.rest.starts_with('\\') {
            places.push((cursor.line, cursor.column));
            if cursor.rest.starts_with(char::is_whitespace) {
                cursor.step();
            }
            continue;
        }
        cursor.skip_space();
        if quote == Some('"') {
            cursor.skip_continued_lines();
        }
        places.push((cursor.line, cursor.column));
        match (cursor.step()?, quote) {
            ('\\', Some('"')) => cursor.escape(),
            ('\'', Some('\'')) if character == '\'' => drop(cursor.step()),
            (found, _) if found == character => {}
            _ => return None,
        }
    }
    places.push((cursor.line, cursor.column));
    Some(places)
}

struct Cursor<'t> {
    rest: &'t str,
    line: u32,
    column: u32,
}

impl Cursor<'_> {
    fn step(&mut self) -> Option<char> {
        let next = self.rest.chars().next()?;
        let is_line_end = next == '\n' || (next == '\r' && !self.rest.starts_with("\r\n"));
        self.rest = &self.rest[next.len_utf8()..];
        if is_line_end {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
        Some(next)
    }

    fn skip_space(&mut self) {
        while self.rest.starts_with(char::is_whitespace) {
            self.step();
        }
    }

    /// A `\` at the end of a line, between double quotes.
    fn skip_continued_lines(&mut self) {
        while self.rest.starts_with("\\\n") || self.rest.starts_with("\\\r") {
            self.step();
            self.skip_space();
        }
    }

    /// Behind the backslash.
    fn escape(&mut self) {
        let digits = match self.step() {
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            _ => 0,
        };
        for _ in 0..digits {
            self.step();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::{Kind, tree_of};
    use super::*;

    /// `line:column` and the width of `part` in the value of the file's one key.
    fn place(text: &str, part: &str) -> String {
        let node = tree_of(text);
        let Kind::Map(entries) = node.kind() else { panic!("a map") };
        let scalar = entries[0].1.written();
        let (Kind::Plain(value) | Kind::Quoted(value)) = scalar.kind() else { panic!("a scalar") };
        let start = value.find(part).unwrap_or_else(|| panic!("{part} in {value}"));
        let Spot { line, column, width } =
            Written::of(text, scalar.spot, value).spot(value, (start, start + part.len()));
        format!("{line}:{column} {width}")
    }

    #[test]
    fn a_part_is_found_however_the_scalar_is_written() {
        for (text, place_of_b) in [
            ("k: a == b\n", "1:9 1"),
            ("k: a ==\n  b\n", "2:3 1"),
            ("k: 'a == b'\n", "1:10 1"),
            ("k: 'it''s b'\n", "1:11 1"),
            ("k: \"a == b\"\n", "1:10 1"),
            ("k: \"\\\"a\\\" \\x41 b\"\n", "1:16 1"),
            ("k: \"a \\\n   b\"\n", "2:4 1"),
            ("k: \"a\n   b\"\n", "2:4 1"),
            ("k: |\n  a ==\n    b\n", "3:5 1"),
            ("k: >-\n  a ==\n\n  b\n", "4:3 1"),
            ("k: |\n  \"é\" == b\n", "2:10 1"),
            ("k: |2\n    a b\n", "2:7 1"),
            ("k: |\r\n  a\r\n  b\r\n", "3:3 1"),
            ("k: &x \"a b\"\n", "1:10 1"),
            ("# é\nk: # why\n  'a b'\n", "3:6 1"),
        ] {
            assert_eq!(place(text, "b"), place_of_b, "{text:?}");
        }
    }

    #[test]
    fn the_width_is_that_of_the_file() {
        assert_eq!(place("k: \"x \\\"ab\\\" y\"\n", "\"ab\""), "1:7 6");
        assert_eq!(place("k: user.email\n", "user.email"), "1:4 10");
        assert_eq!(place("k: |\n  a\n  b\n", "a\nb"), "2:3 1");
    }
}
