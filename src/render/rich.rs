//! Styled text of a known width that can be broken into lines.
//!
//! Deliberately absent: what the text is, and whether styles are wanted; `anstream` takes them out.

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::escape;

/// Pieces with a style each; harmless for a terminal from the moment they are in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rich(Vec<(Style, String)>);

impl Rich {
    pub(super) fn new() -> Rich {
        Rich::default()
    }

    pub(super) fn plain(text: &str) -> Rich {
        Rich::styled(Style::new(), text)
    }

    pub(super) fn styled(style: Style, text: &str) -> Rich {
        let mut rich = Rich::new();
        rich.push(style, text);
        rich
    }

    pub(super) fn push(&mut self, style: Style, text: &str) {
        self.push_harmless(style, &escape::terminal(text));
    }

    pub(super) fn then(mut self, other: Rich) -> Rich {
        self.append(other);
        self
    }

    pub(super) fn append(&mut self, other: Rich) {
        self.0.extend(other.0);
    }

    fn push_harmless(&mut self, style: Style, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some((last, end)) if *last == style => end.push_str(text),
            _ => self.0.push((style, text.to_owned())),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In columns.
    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| text.width()).sum()
    }

    /// Broken at spaces so that no line is wider than `width`; what has no space is broken anywhere.
    pub(super) fn wrapped(&self, width: usize) -> Vec<Rich> {
        if self.width() <= width {
            return vec![self.clone()];
        }
        let mut lines = Vec::new();
        let mut line = Rich::new();
        for word in self.words() {
            if line.width() + word.trimmed_width() > width && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for piece in word.cut(width) {
                if line.width() + piece.trimmed_width() > width && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line.append_merging(piece);
            }
        }
        lines.push(line);
        for line in &mut lines {
            line.trim_end();
        }
        lines
    }

    /// Each with the spaces after it.
    fn words(&self) -> Vec<Rich> {
        let mut words = Vec::new();
        let mut word = Rich::new();
        for (style, text) in &self.0 {
            for piece in text.split_inclusive(' ') {
                word.push_harmless(*style, piece);
                if piece.ends_with(' ') {
                    words.push(std::mem::take(&mut word));
                }
            }
        }
        words.push(word);
        words
    }

    /// In pieces that fit where a whole word does not.
    fn cut(self, width: usize) -> Vec<Rich> {
        if self.trimmed_width() <= width {
            return vec![self];
        }
        let mut pieces = Vec::new();
        let mut piece = Rich::new();
        let mut used = 0;
        for (style, text) in &self.0 {
            for character in text.chars() {
                let columns = character.width().unwrap_or(0);
                if used + columns > width && used > 0 {
                    pieces.push(std::mem::take(&mut piece));
                    used = 0;
                }
                piece.push_harmless(*style, character.encode_utf8(&mut [0; 4]));
                used += columns;
            }
        }
        pieces.push(piece);
        pieces
    }

    fn append_merging(&mut self, other: Rich) {
        for (style, text) in other.0 {
            self.push_harmless(style, &text);
        }
    }

    fn trimmed_width(&self) -> usize {
        let spaces = self.0.last().map_or(0, |(_, text)| text.len() - text.trim_end_matches(' ').len());
        self.width() - spaces
    }

    fn trim_end(&mut self) {
        if let Some((_, text)) = self.0.last_mut() {
            text.truncate(text.trim_end_matches(' ').len());
        }
    }

    /// Without its styles.
    pub(super) fn text(&self) -> String {
        self.0.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// With spaces up to `width` columns.
    pub(super) fn padded(mut self, width: usize) -> Rich {
        let missing = width.saturating_sub(self.width());
        self.push_harmless(Style::new(), &" ".repeat(missing));
        self
    }

    /// With escape sequences for the styles, each closed again, and no spaces at the end.
    pub(super) fn render_into(&self, out: &mut String) {
        let mut line = String::new();
        for (style, text) in &self.0 {
            if *style == Style::new() {
                line.push_str(text);
            } else {
                line.push_str(&format!("{style}{text}{style:#}"));
            }
        }
        out.push_str(line.trim_end_matches(' '));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: usize) -> Vec<String> {
        let wrapped = Rich::plain(text).wrapped(width);
        wrapped
            .iter()
            .map(|line| {
                let mut out = String::new();
                line.render_into(&mut out);
                out
            })
            .collect()
    }

    #[test]
    fn lines_break_at_spaces_and_never_exceed_the_width() {
        assert_eq!(lines("one two three", 8), ["one two", "three"]);
        assert_eq!(lines("one two three", 7), ["one two", "three"]);
        assert_eq!(lines("a abcdefghij b", 4), ["a", "abcd", "efgh", "ij b"]);
    }

    #[test]
    fn wide_characters_count_as_two_columns() {
        assert_eq!(Rich::plain("山田").width(), 4);
        assert_eq!(lines("山田太郎", 5), ["山田", "太郎"]);
    }

    #[test]
    fn an_escape_sequence_never_gets_in() {
        let mut out = String::new();
        Rich::plain("\u{1b}[2Jgone").render_into(&mut out);
        assert_eq!(out, "␛[2Jgone");
    }
}
