//! The parser's events → the layout of a file.
//!
//! The events say what is a value; what is between two of them is looked at in the text. Deliberately absent:
//! files with findings, which have been refused before.

use std::ops::Range;

use serde_yaml::granit_parser::{Event, Options, Parser, ScalarStyle, StrInput, StructureStyle};

use super::gap::{column, end_of_line, gap, skip};
use super::settle;
use super::tree::{Anchor, Block, BlockScalar, Child, Document, Flow, FlowItem, Kind, Node};

/// The text is not what the events say: never seen, and never written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Puzzled;

struct Builder<'t> {
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    peeked: Option<Happening<'t>>,
    comments: Vec<&'t str>,
    /// Behind what has been read.
    at: usize,
}

struct Happening<'t> {
    event: Event<'t>,
    range: Range<usize>,
    /// Columns before the content of a block scalar.
    indent: Option<usize>,
}

/// Reads a text whose lines end in LF.
pub(super) fn parse(text: &str) -> Result<Document<'_>, Puzzled> {
    let mut options = Options::default();
    options.set_emit_comments(true);
    options.emit_anchor_events = true;
    // The limit is for readers that wait for more input; here all of it is there.
    options.max_buffered_comment_events = usize::MAX;
    let parser = Parser::new_from_str_with_options(text, options);
    Builder { text, parser, peeked: None, comments: Vec::new(), at: 0 }.document()
}

impl<'t> Builder<'t> {
    fn document(mut self) -> Result<Document<'t>, Puzzled> {
        let text = self.text;
        let start = self.next()?;
        let Event::DocumentStart(is_explicit, _) = start.event else { return Err(Puzzled) };
        let opening =
            0..if is_explicit { self.end_of_opening(start.range.end) } else { end_of_nothing(text) };
        self.at = opening.end;
        let first = self.next()?;
        let value = self.node(first)?;
        let mut root = Child::new(value.start(), None, value);
        let content_end = self.at;
        // Comments behind the root come before the event of the end.
        let end = self.next()?;
        let ending = match end.event {
            Event::DocumentEnd if !end.range.is_empty() => end.range.start..text.len(),
            Event::DocumentEnd => text.len()..text.len(),
            _ => return Err(Puzzled),
        };
        while !matches!(self.next()?.event, Event::StreamEnd) {}
        let has_own_lines = root.value.block().is_some() && root.start == root.value.range.start;
        let head = match has_own_lines {
            true => Vec::new(),
            false => gap(text, opening.end, root.start).lines,
        };
        let tail = settle::behind_the_root(&mut root, gap(text, content_end, ending.start));
        Ok(Document { text, opening, head, root, tail, ending, comments: self.comments })
    }

    /// Of the line of `---`, if nothing but a comment is on it.
    fn end_of_opening(&self, behind_dashes: usize) -> usize {
        let end = end_of_line(self.text, behind_dashes);
        let is_alone = skip(self.text, behind_dashes) >= end;
        if is_alone { (end + 1).min(self.text.len()) } else { behind_dashes }
    }

    fn next(&mut self) -> Result<Happening<'t>, Puzzled> {
        if let Some(peeked) = self.peeked.take() {
            return Ok(peeked);
        }
        loop {
            let (event, span) = self.parser.next_event().ok_or(Puzzled)?.map_err(|_| Puzzled)?;
            let range = span.byte_range().ok_or(Puzzled)?;
            match event {
                Event::StreamStart => {}
                Event::Comment(..) => {
                    let text: &'t str = self.text;
                    self.comments.push(text.get(range).ok_or(Puzzled)?.trim_end_matches([' ', '\t']));
                }
                event => return Ok(Happening { event, range, indent: span.indent }),
            }
        }
    }

    fn peek(&mut self) -> Result<&Happening<'t>, Puzzled> {
        let next = self.next()?;
        Ok(self.peeked.insert(next))
    }

    /// Reads the node that begins with this event; the comments between the value before it and its content
    /// become its own, but for those that belong to the first child of a block.
    fn node(&mut self, first: Happening<'t>) -> Result<Node<'t>, Puzzled> {
        let from = self.at;
        let anchor = self.anchor(&first.event)?;
        if let Some(Anchor { range, .. }) = &anchor {
            self.at = range.end;
        }
        let Happening { event, range, indent } = first;
        let is_flow = matches!(
            event,
            Event::SequenceStart(StructureStyle::Flow, ..) | Event::MappingStart(StructureStyle::Flow, ..)
        );
        let node = match event {
            Event::Scalar(_, ScalarStyle::Plain, ..) if range.is_empty() => {
                Node::new(self.at..self.at, Kind::Blank)
            }
            Event::Scalar(value, ScalarStyle::Literal | ScalarStyle::Folded, ..) => {
                let scalar = self.block_scalar(value, indent)?;
                Node::new(scalar.header.start..self.at, Kind::BlockScalar(Box::new(scalar)))
            }
            Event::Scalar(value, ScalarStyle::Plain, ..) => self.leaf(range, Kind::Plain(value)),
            Event::Scalar(value, ..) => self.leaf(range, Kind::Quoted(value)),
            Event::Alias(id) => self.leaf(range, Kind::Alias(id)),
            Event::SequenceStart(..) if is_flow => self.flow(range, false)?,
            Event::MappingStart(..) if is_flow => self.flow(range, true)?,
            Event::SequenceStart(..) => self.block(false)?,
            Event::MappingStart(..) => self.block(true)?,
            _ => return Err(Puzzled),
        };
        Ok(settle::before_the_content(self.text, from, anchor, node))
    }

    fn anchor(&mut self, event: &Event<'t>) -> Result<Option<Anchor>, Puzzled> {
        let id = match event {
            Event::Scalar(_, _, id, _) | Event::SequenceStart(_, id, _) | Event::MappingStart(_, id, _) => {
                *id
            }
            _ => 0,
        };
        if id == 0 {
            return Ok(None);
        }
        let Happening { event, range, .. } = self.next()?;
        matches!(event, Event::Anchor(..)).then_some(Some(Anchor { range, id })).ok_or(Puzzled)
    }

    fn leaf(&mut self, range: Range<usize>, kind: Kind<'t>) -> Node<'t> {
        self.at = range.end;
        Node::new(range, kind)
    }

    /// Of a block scalar the event says where its content begins, and little about its end.
    fn block_scalar(
        &mut self,
        value: std::borrow::Cow<'t, str>,
        indent: Option<usize>,
    ) -> Result<BlockScalar<'t>, Puzzled> {
        let text = self.text;
        let start = skip(text, self.at);
        let length = text[start..].find([' ', '\t', '\n']).unwrap_or(text.len() - start);
        let header = start..start + length;
        if !text[header.clone()].starts_with(['|', '>']) {
            return Err(Puzzled);
        }
        let comment = gap(text, header.end, end_of_line(text, header.end)).same_line;
        let keeps_blank_lines = text[header.clone()].contains('+');
        self.at = end_of_content(text, header.end, indent, keeps_blank_lines);
        Ok(BlockScalar { value, header, comment, indent, keeps_blank_lines })
    }

    fn flow(&mut self, opening: Range<usize>, is_map: bool) -> Result<Node<'t>, Puzzled> {
        let text = self.text;
        let mut is_simple = !opening.is_empty();
        self.at = opening.end;
        let mut items = Vec::new();
        let end = loop {
            let first = self.next()?;
            if matches!(first.event, Event::SequenceEnd | Event::MappingEnd) {
                break first.range.end;
            }
            let from = self.at;
            let mut key = None;
            let mut first = first;
            if is_map {
                let node = self.node(first)?;
                // `{? a : b}`
                is_simple &= !text[from..node.start()].contains('?') && is_simple_in_flow(&node);
                key = Some(node);
                first = self.next()?;
                self.at = self.behind_colon();
            }
            let value = self.node(first)?;
            is_simple &= is_simple_in_flow(&value);
            items.push(FlowItem { key, value });
        };
        if !opening.is_empty() {
            self.at = end;
        }
        let range = opening.start..self.at;
        is_simple &= !text[range.clone()].contains('\n');
        Ok(Node::new(range, Kind::Flow(Box::new(Flow { is_map, items, is_simple }))))
    }

    /// Of `key:`, if a colon stands there.
    fn behind_colon(&self) -> usize {
        let colon = skip(self.text, self.at);
        if self.text[colon..].starts_with(':') { colon + 1 } else { self.at }
    }

    fn block(&mut self, is_map: bool) -> Result<Node<'t>, Puzzled> {
        let from = self.at;
        let start = skip(self.text, from);
        let mut block = Block {
            is_map,
            column: column(self.text, start),
            is_level_with_key: false,
            intro: Vec::new(),
            children: Vec::new(),
            tail: Vec::new(),
        };
        while !matches!(self.peek()?.event, Event::SequenceEnd | Event::MappingEnd) {
            let from = self.at;
            let mut child = if is_map { self.entry()? } else { self.item()? };
            if !block.children.is_empty() {
                settle::between(&mut block, gap(self.text, from, child.start), &mut child);
            }
            block.children.push(child);
        }
        self.next()?;
        if block.children.is_empty() {
            return Err(Puzzled);
        }
        Ok(Node::new(start..self.at, Kind::Block(Box::new(block))))
    }

    fn item(&mut self) -> Result<Child<'t>, Puzzled> {
        let dash = skip(self.text, self.at);
        if !self.text[dash..].starts_with('-') {
            return Err(Puzzled);
        }
        self.at = dash + 1;
        let first = self.next()?;
        let value = self.node(first)?;
        Ok(Child::new(dash, None, value))
    }

    fn entry(&mut self) -> Result<Child<'t>, Puzzled> {
        let start = skip(self.text, self.at);
        let first = self.next()?;
        // `? key`; a key may begin with a `?` itself.
        let is_key_at_start = first.range.start == start && !first.range.is_empty();
        let is_explicit = self.text[start..].starts_with('?') && !is_key_at_start;
        if is_explicit {
            self.at = start + 1;
        }
        let key = self.node(first)?;
        let is_odd = is_explicit || matches!(key.kind, Kind::Blank) || key.block().is_some();
        let behind_key = self.at;
        self.at = self.behind_colon();
        if self.at == behind_key && !is_odd {
            return Err(Puzzled);
        }
        let first = self.next()?;
        let mut value = self.node(first)?;
        if let Kind::Block(block) = &mut value.kind {
            block.is_level_with_key = block.column <= column(self.text, start);
        }
        let mut child = Child::new(start, Some(key), value);
        child.is_verbatim |= is_odd;
        Ok(child)
    }
}

/// Of the `...` that end documents which are not there.
fn end_of_nothing(text: &str) -> usize {
    let mut end = 0;
    loop {
        let at = skip(text, end);
        match text[at..].strip_prefix("...") {
            Some(rest) if rest.is_empty() || rest.starts_with([' ', '\t', '\n']) => {
                end = (end_of_line(text, at) + 1).min(text.len());
            }
            _ => return end,
        }
    }
}

fn is_simple_in_flow(node: &Node<'_>) -> bool {
    match &node.kind {
        Kind::Blank | Kind::BlockScalar(_) | Kind::Block(_) => false,
        Kind::Alias(_) | Kind::Plain(_) | Kind::Quoted(_) => true,
        Kind::Flow(flow) => flow.is_simple,
    }
}

/// Behind the last line of a block scalar, before its line break.
fn end_of_content(text: &str, header_end: usize, indent: Option<usize>, keeps_blank_lines: bool) -> usize {
    let mut end = end_of_line(text, header_end);
    let mut line_end = end;
    while line_end < text.len() {
        let start = line_end + 1;
        line_end = end_of_line(text, start);
        let line = &text[start..line_end];
        let blanks = line.len() - line.trim_start_matches(' ').len();
        let is_blank = blanks == line.len();
        // Blanks beyond the indentation are content.
        let is_content = indent.is_some_and(|indent| blanks >= indent && line.len() > indent);
        if is_content || (is_blank && keeps_blank_lines && start < text.len()) {
            end = line_end;
        } else if !is_blank {
            break;
        }
    }
    end
}
