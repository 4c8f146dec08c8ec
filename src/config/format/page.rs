//! A text that is being written, line by line: indentation, comments and blank lines.
//!
//! Deliberately absent: values; `leaf` and `write` put them on the lines.

use std::ops::Range;

use super::gap::start_of_line;
use super::tree::{Comment, Line};

/// Before a comment behind a value; what yamllint wants unless told otherwise.
const BEFORE_COMMENT: usize = 2;

pub(super) struct Page<'t> {
    /// What is read.
    pub(super) text: &'t str,
    pub(super) out: String,
    /// Below a block scalar whose blank lines count: one more would be one more of them.
    pub(super) is_below_kept_lines: bool,
}

/// How far a block moves sideways.
#[derive(Clone, Copy)]
pub(super) struct Shift {
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Shift {
    pub(super) fn of(self, column: usize) -> usize {
        (column + self.to).saturating_sub(self.from)
    }
}

impl<'t> Page<'t> {
    pub(super) fn new(text: &'t str) -> Page<'t> {
        Page { text, out: String::with_capacity(text.len()), is_below_kept_lines: false }
    }

    pub(super) fn finish(mut self) -> String {
        if !self.is_below_kept_lines {
            self.out.truncate(self.out.trim_end_matches('\n').len());
            self.out.push('\n');
        }
        self.out
    }

    /// Lines as they are, without blanks behind.
    pub(super) fn raw_lines(&mut self, range: Range<usize>) {
        let text = self.text;
        for line in text[range].lines().map(|line| line.trim_end_matches([' ', '\t'])) {
            if line.is_empty() {
                self.blank_line();
            } else {
                self.out.push_str(line);
                self.out.push('\n');
                self.is_below_kept_lines = false;
            }
        }
    }

    pub(super) fn lines(&mut self, lines: &[Line], indent: usize) {
        lines.iter().for_each(|line| self.line(line, indent));
    }

    pub(super) fn comments(&mut self, comments: &[Comment], indent: usize) {
        comments.iter().for_each(|comment| self.comment(comment, indent));
    }

    pub(super) fn line(&mut self, line: &Line, indent: usize) {
        match line {
            Line::Blank => self.blank_line(),
            Line::Comment(comment) => self.comment(comment, indent),
        }
    }

    pub(super) fn comment(&mut self, comment: &Comment, indent: usize) {
        self.indent(indent);
        self.out.push_str(&self.text[comment.range.clone()]);
        self.out.push('\n');
        self.is_below_kept_lines = false;
    }

    /// One at most, and none at the top.
    pub(super) fn blank_line(&mut self) {
        let is_blank_already = self.out.is_empty() || self.out.ends_with("\n\n");
        if !is_blank_already && !self.is_below_kept_lines {
            self.out.push('\n');
        }
    }

    pub(super) fn indent(&mut self, columns: usize) {
        self.out.extend(std::iter::repeat_n(' ', columns));
    }

    /// The comments behind what stands on this line, the first on it and the others below.
    pub(super) fn end_line(&mut self, comments: &[Comment], shift: Shift) {
        let mut column = 0;
        for (number, comment) in comments.iter().enumerate() {
            if number == 0 {
                let width = self.out[start_of_line(&self.out, self.out.len())..].chars().count();
                column = shift.of(comment.column).max(width + BEFORE_COMMENT);
                self.indent(column - width);
            } else {
                self.out.push('\n');
                self.indent(column);
            }
            self.out.push_str(&self.text[comment.range.clone()]);
        }
        self.out.push('\n');
        self.is_below_kept_lines = false;
    }
}
