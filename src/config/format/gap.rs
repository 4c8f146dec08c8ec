//! What stands between two values: blanks, line breaks and comments.
//!
//! Deliberately absent: to which of the two a comment belongs; that is `settle`.

use super::tree::{Comment, Line};

/// A gap, line by line.
pub(super) struct Gap {
    /// Behind what stands before the gap.
    pub(super) same_line: Option<Comment>,
    pub(super) lines: Vec<Line>,
}

/// The first byte from here on that is neither blank nor part of a comment.
pub(super) fn skip(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\n') => at += 1,
            Some(b'#') => at = end_of_line(text, at),
            _ => return at,
        }
    }
}

/// Of the line break, or of the text.
pub(super) fn end_of_line(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |length| from + length)
}

pub(super) fn start_of_line(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// In characters, from 0.
pub(super) fn column(text: &str, at: usize) -> usize {
    text[start_of_line(text, at)..at].chars().count()
}

/// Reads `text[from..to]`, in which nothing but blanks and comments stands.
pub(super) fn gap(text: &str, from: usize, to: usize) -> Gap {
    let mut gap = Gap { same_line: None, lines: Vec::new() };
    let mut start = from;
    let mut is_same_line = from > 0 && !text[..from].ends_with('\n');
    while start < to {
        let end = text[start..to].find('\n').map_or(to, |length| start + length);
        let comment = comment_in(text, start, end);
        match comment {
            Some(comment) if is_same_line => gap.same_line = Some(comment),
            Some(comment) => gap.lines.push(Line::Comment(comment)),
            // What is left of the line before, or the indentation of the next value.
            None if is_same_line || end == to => {}
            None if gap.lines.last().is_some_and(Line::is_blank) => {}
            None => gap.lines.push(Line::Blank),
        }
        is_same_line = false;
        start = end + 1;
    }
    gap
}

fn comment_in(text: &str, start: usize, end: usize) -> Option<Comment> {
    let at = start + text[start..end].find('#')?;
    let range = at..at + text[at..end].trim_end_matches([' ', '\t']).len();
    Some(Comment { range, column: column(text, at) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, from: usize, to: usize) -> (Option<(&str, usize)>, Vec<&str>) {
        let gap = gap(text, from, to);
        let line = |line: &Line| match line {
            Line::Blank => "",
            Line::Comment(comment) => &text[comment.range.clone()],
        };
        let same_line = gap.same_line.map(|comment| (&text[comment.range], comment.column));
        (same_line, gap.lines.iter().map(line).collect())
    }

    #[test]
    fn a_gap_has_a_line_for_each_comment_and_one_for_blank_lines_in_a_row() {
        let text = "a:  # one \n\n \n  # two\n\t\n  b";
        assert_eq!(shown(text, 2, text.len() - 1), (Some(("# one", 4)), vec!["", "# two", ""]));
        let text = "# top\n\na";
        assert_eq!(shown(text, 0, text.len() - 1), (None, vec!["# top", ""]));
        let text = "é: x # end";
        assert_eq!(shown(text, 5, text.len()), (Some(("# end", 5)), vec![]));
        let text = "a\n# end\n\n";
        assert_eq!(shown(text, 1, text.len()), (None, vec!["# end", ""]));
    }

    #[test]
    fn comments_are_skipped_with_the_blanks() {
        assert_eq!(skip("a: # b\n \t# c: d\n  e", 2), 18);
        assert_eq!(skip("a", 1), 1);
    }
}
