//! Scalars, aliases and what is in brackets, on a page.
//!
//! Deliberately absent: lists and maps with a line for each child; those are `write`'s.

use std::ops::Range;

use super::gap::end_of_line;
use super::page::{Page, Shift};
use super::scalar::on_one_line;
use super::tree::{BlockScalar, Flow, Kind, Node};

/// Columns for each level.
pub(super) const STEP: usize = 2;

impl<'t> Page<'t> {
    /// To the end of its line.
    pub(super) fn leaf(&mut self, node: &Node<'_>, indent: usize, shift: Shift) {
        match &node.kind {
            Kind::Block(_) | Kind::Blank => {}
            Kind::BlockScalar(scalar) => return self.block_scalar(scalar, node, indent, shift),
            Kind::Flow(flow) if flow.is_simple => self.flow(flow),
            Kind::Flow(_) => self.flow_lines(node.range.clone(), shift),
            Kind::Alias(_) | Kind::Plain(_) | Kind::Quoted(_) => self.scalar(node, indent + STEP),
        }
        self.end_line(&node.extras().trailing, shift);
    }

    fn scalar(&mut self, node: &Node<'_>, indent: usize) {
        let text = self.text;
        let written = &text[node.range.clone()];
        let mut lines = written.split('\n');
        if lines.clone().nth(1).is_none() {
            self.out.push_str(&on_one_line(text, node));
            return;
        }
        self.out.push_str(without_blanks_behind(lines.next().unwrap_or_default()));
        for line in lines {
            self.out.push('\n');
            let line = without_blanks_behind(line.trim_start_matches([' ', '\t']));
            if !line.is_empty() {
                self.indent(indent);
                self.out.push_str(line);
            }
        }
    }

    /// With a number behind its `|` its content keeps its distance from the key; without, it gets the usual one.
    fn block_scalar(&mut self, scalar: &BlockScalar<'_>, node: &Node<'_>, indent: usize, shift: Shift) {
        let BlockScalar { header, comment, indent: before, keeps_blank_lines, .. } = scalar;
        let text = self.text;
        let header = &text[header.clone()];
        self.out.push_str(header);
        self.end_line(comment.as_slice(), shift);
        let after = match header.contains(|character: char| character.is_ascii_digit()) {
            true => shift.of(before.unwrap_or_default()),
            false => indent + STEP,
        };
        let content = end_of_line(text, scalar.header.start)..node.range.end;
        for line in text[content].split('\n').skip(1) {
            let rest = before.and_then(|before| line.get(before..)).unwrap_or_default();
            if !rest.is_empty() {
                self.indent(after);
                self.out.push_str(rest);
            }
            self.out.push('\n');
        }
        self.is_below_kept_lines = *keeps_blank_lines;
    }

    /// A value or a key inside of a line.
    pub(super) fn flow_node(&mut self, node: &Node<'_>) {
        if node.extras().anchor.is_some() {
            self.out.push_str(self.anchor_of(node));
            self.out.push(' ');
        }
        match &node.kind {
            Kind::Flow(flow) if flow.is_simple => self.flow(flow),
            _ => self.out.push_str(&on_one_line(self.text, node)),
        }
    }

    fn flow(&mut self, flow: &Flow<'_>) {
        let Flow { is_map, items, is_simple: _ } = flow;
        let (open, close) = match (is_map, items.is_empty()) {
            (false, _) => ("[", "]"),
            (true, true) => ("{", "}"),
            (true, false) => ("{ ", " }"),
        };
        self.out.push_str(open);
        for (number, item) in items.iter().enumerate() {
            if number > 0 {
                self.out.push_str(", ");
            }
            if let Some(key) = &item.key {
                self.flow_node(key);
                self.out.push_str(if matches!(key.kind, Kind::Alias(_)) { " : " } else { ": " });
            }
            self.flow_node(&item.value);
        }
        self.out.push_str(close);
    }

    /// A list or map in brackets over several lines: as they are, moved sideways.
    fn flow_lines(&mut self, range: Range<usize>, shift: Shift) {
        let text = self.text;
        for (number, line) in text[range].split('\n').enumerate() {
            let content = without_blanks_behind(line.trim_start_matches([' ', '\t']));
            if number > 0 {
                self.out.push('\n');
                if !content.is_empty() {
                    self.indent(shift.of(line.len() - line.trim_start_matches([' ', '\t']).len()));
                }
            }
            self.out.push_str(content);
        }
    }

    /// Something nobody writes: to the byte as it is, moved sideways.
    pub(super) fn verbatim(&mut self, range: Range<usize>, value: &Node<'_>, shift: Shift) {
        let text = self.text;
        for (number, line) in text[range].split('\n').enumerate() {
            if number == 0 {
                self.out.push_str(line);
                continue;
            }
            self.out.push('\n');
            let content = line.trim_start_matches(' ');
            if !line.is_empty() {
                self.indent(shift.of(line.len() - content.len()));
            }
            self.out.push_str(content);
        }
        self.end_line(&value.extras().trailing, shift);
        self.is_below_kept_lines = ends_with_kept_lines(value);
    }

    pub(super) fn anchor_of(&self, node: &Node<'_>) -> &'t str {
        let text = self.text;
        node.extras().anchor.as_ref().map_or("", |anchor| &text[anchor.range.clone()])
    }
}

/// In double quotes a blank behind a backslash counts.
fn without_blanks_behind(line: &str) -> &str {
    let trimmed = line.trim_end_matches([' ', '\t']);
    if trimmed.ends_with('\\') { line } else { trimmed }
}

fn ends_with_kept_lines(node: &Node<'_>) -> bool {
    match &node.kind {
        Kind::BlockScalar(scalar) => scalar.keeps_blank_lines,
        Kind::Block(block) => block.children.last().is_some_and(|child| ends_with_kept_lines(&child.value)),
        _ => false,
    }
}
