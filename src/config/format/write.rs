//! The layout of a file → its text.
//!
//! Two columns for each level; lists below their key are indented too; one blank after `:`, `-` and `,`, one
//! inside of braces and none inside of brackets. A comment behind a value keeps its column, as far as two blanks
//! fit in between, so that comments that are aligned stay aligned. What goes over several lines is kept line by
//! line and moves with what it belongs to. Deliberately absent: order, and to what a comment belongs; the tree has both.

use super::gap::start_of_line;
use super::leaf::STEP;
use super::page::{Page, Shift};
use super::tree::{Block, Child, Document, Kind, Line, Node};

pub(super) fn write(document: &Document<'_>) -> String {
    let Document { text, opening, head, root, tail, ending, comments: _ } = document;
    let mut page = Page::new(text);
    page.raw_lines(opening.clone());
    page.lines(head, 0);
    page.root(root);
    page.lines(tail, 0);
    page.raw_lines(ending.clone());
    page.finish()
}

impl<'t> Page<'t> {
    fn root(&mut self, root: &Child<'_>) {
        let Node { range, kind, .. } = &root.value;
        let shift = Shift { from: 0, to: 0 };
        let extras = root.value.extras();
        if root.is_verbatim {
            return self.verbatim(root.start..range.end, &root.value, shift);
        }
        if let Some(anchor) = &extras.anchor {
            self.out.push_str(&self.text[anchor.range.clone()]);
        }
        match kind {
            Kind::Block(block) => {
                if extras.anchor.is_some() {
                    self.end_line(&extras.behind_anchor, shift);
                }
                self.block(block, 0, false);
            }
            _ => {
                if extras.anchor.is_some() {
                    self.out.push(' ');
                }
                self.leaf(&root.value, 0, shift);
            }
        }
    }

    /// With `is_inline`, the line of the first child has begun, and what stands above it has been written.
    fn block(&mut self, block: &Block<'_>, indent: usize, is_inline: bool) {
        let shift = Shift { from: block.column, to: indent };
        if !is_inline {
            self.lines(&block.intro, indent);
        }
        let mut has_tail = false;
        for (number, child) in block.children.iter().enumerate() {
            if number > 0 && (child.space || has_tail || child.head.iter().any(Line::is_blank)) {
                self.blank_line();
            }
            if number > 0 || !is_inline {
                self.lines(&child.head, indent);
                if child.key.is_none() && !child.is_verbatim {
                    self.hoisted(&child.value, indent);
                }
                self.indent(indent);
            }
            self.child(child, indent, shift);
            self.lines(&child.tail, indent);
            has_tail = !child.tail.is_empty();
        }
        if has_tail && !block.tail.is_empty() {
            self.blank_line();
        }
        self.lines(&block.tail, indent);
    }

    fn child(&mut self, child: &Child<'_>, indent: usize, shift: Shift) {
        let value = &child.value;
        if child.is_verbatim {
            return self.verbatim(child.start..value.range.end, value, shift);
        }
        match &child.key {
            None => {
                self.out.push('-');
                self.item(value, indent, shift);
            }
            Some(key) => {
                self.flow_node(key);
                // `*alias:` would be an alias with a colon in its name.
                self.out.push_str(if matches!(key.kind, Kind::Alias(_)) { " :" } else { ":" });
                self.value(value, indent, shift);
            }
        }
    }

    /// What is behind a dash. The comments on its line stand above it by now.
    fn item(&mut self, value: &Node<'_>, indent: usize, shift: Shift) {
        let extras = value.extras();
        match &value.kind {
            // What is about the first key would be about the whole entry above the dash.
            Kind::Block(block) if extras.anchor.is_none() && has_comment_above(block) => {
                self.end_line(&[], shift);
                self.block(block, indent + STEP, false);
            }
            Kind::Block(block) if extras.anchor.is_none() => {
                self.out.push(' ');
                self.block(block, indent + STEP, true);
            }
            Kind::Block(block) => {
                self.anchor(value);
                self.end_line(&extras.behind_anchor, shift);
                self.block(block, indent + STEP, false);
            }
            _ => self.leaf_behind(value, indent, shift, false),
        }
    }

    /// The comments between a dash and what is behind it, in the order of the file; of a map only those behind the dash.
    fn hoisted(&mut self, value: &Node<'_>, indent: usize) {
        let extras = value.extras();
        self.comments(&extras.opening, indent);
        self.comments(&extras.before, indent);
        let Kind::Block(block) = &value.kind else { return };
        if extras.anchor.is_some() || block.is_map {
            return;
        }
        let first = block.children.first();
        let above = block.intro.iter().chain(first.iter().flat_map(|first| &first.head));
        for line in above.filter(|line| !line.is_blank()) {
            self.line(line, indent);
        }
        if let Some(first) = first.filter(|first| first.key.is_none() && !first.is_verbatim) {
            self.hoisted(&first.value, indent);
        }
    }

    /// What is behind `key:`.
    fn value(&mut self, value: &Node<'_>, indent: usize, shift: Shift) {
        let extras = value.extras();
        let is_apart = !extras.opening.is_empty() || !extras.before.is_empty();
        match &value.kind {
            Kind::Block(block) => {
                if is_apart && extras.anchor.is_some() {
                    self.apart(value, indent, shift);
                    self.out.push_str(self.anchor_of(value));
                    self.end_line(&extras.behind_anchor, shift);
                } else {
                    self.anchor(value);
                    let comments = [extras.opening.as_slice(), &extras.behind_anchor].concat();
                    self.end_line(&comments, shift);
                }
                self.block(block, indent + STEP, false);
            }
            _ => self.leaf_behind(value, indent, shift, is_apart || self.starts_below(value)),
        }
    }

    /// A value that is no block, behind `key:` or `-`, or on a line of its own below.
    fn leaf_behind(&mut self, value: &Node<'_>, indent: usize, shift: Shift, is_below: bool) {
        let anchor = self.anchor_of(value);
        if is_below {
            self.apart(value, indent, shift);
            self.out.push_str(anchor);
        } else {
            self.anchor(value);
        }
        let is_first_on_line = is_below && anchor.is_empty();
        if !is_first_on_line && !matches!(value.kind, Kind::Blank) {
            self.out.push(' ');
        }
        self.leaf(value, indent, shift);
    }

    /// Several lines of text that begin below their key, where they are all aligned.
    fn starts_below(&self, value: &Node<'_>) -> bool {
        let start = value.start();
        matches!(value.kind, Kind::Plain(_) | Kind::Quoted(_))
            && self.text[value.range.clone()].contains('\n')
            && self.text[start_of_line(self.text, start)..start].trim().is_empty()
    }

    /// Ends the line of the key and begins one for its value, below the comments that come first.
    fn apart(&mut self, value: &Node<'_>, indent: usize, shift: Shift) {
        let extras = value.extras();
        self.end_line(&extras.opening, shift);
        self.comments(&extras.before, indent + STEP);
        self.indent(indent + STEP);
    }

    /// Behind a key or a dash.
    fn anchor(&mut self, node: &Node<'_>) {
        if let Some(anchor) = &node.extras().anchor {
            self.out.push(' ');
            self.out.push_str(&self.text[anchor.range.clone()]);
        }
    }
}

/// Above the first key of a map, on a line of its own.
fn has_comment_above(block: &Block<'_>) -> bool {
    let head = block.children.first().map_or([].as_slice(), |first| first.head.as_slice());
    block.is_map && block.intro.iter().chain(head).any(|line| !line.is_blank())
}
