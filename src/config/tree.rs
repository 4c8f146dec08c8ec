//! YAML events → a small tree with the place of every key and value; anchors and aliases within a budget.
//!
//! Deliberately absent: types. A scalar keeps its text as written, so that `0123` and `NO` mean what the one
//! who asks for them says. The tree of a whole file is never built where its parts are enough.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_yaml::granit_parser::{Event, Options, Parser, ScalarStyle, Span, StrInput, Tag};

use super::reading::Reading;
use super::syntax;

/// Lists and maps inside one another. The files need six.
const MAX_DEPTH: u32 = 100;
/// Anchored values are kept until the end of the file.
const MAX_ANCHORED_NODES: u64 = 500_000;
/// What aliases may expand to, beside four nodes for each byte of the file, up to a bound for any file.
const ALIAS_ALLOWANCE: u64 = 100_000;
const ALIAS_NODES_PER_BYTE: u64 = 4;
const MAX_ALIAS_NODES: u64 = 5_000_000;

/// Where something stands in the text; `line` and `column` are 1-based, `column` and `width` in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) width: u32,
}

impl Spot {
    fn of(span: &Span) -> Spot {
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Spot {
            line: narrow(span.start.line()),
            column: narrow(span.start.col() + 1),
            width: narrow(span.end.index().saturating_sub(span.start.index())).max(1),
        }
    }

    pub(super) fn at(line: usize, column_from_zero: usize) -> Spot {
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Spot { line: narrow(line), column: narrow(column_from_zero + 1), width: 1 }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Node<'t> {
    /// For an alias the place where it is used; what is inside it stands where it was written.
    pub(super) spot: Spot,
    kind: Kind<'t>,
}

#[derive(Debug, Clone)]
pub(super) enum Kind<'t> {
    /// Nothing where a value could stand: `team:` and the end of the line.
    Blank,
    /// What stands here has been reported.
    Broken,
    /// Without quotes, so that `null`, `true` and numbers may be meant.
    Plain(Cow<'t, str>),
    Quoted(Cow<'t, str>),
    List(Vec<Node<'t>>),
    /// As written: with equal keys, and with `<<` still a key.
    Map(Vec<(Node<'t>, Node<'t>)>),
    Shared(Arc<Node<'t>>),
}

impl<'t> Node<'t> {
    pub(super) fn new(spot: Spot, kind: Kind<'t>) -> Node<'t> {
        Node { spot, kind }
    }

    /// Never `Kind::Shared`.
    pub(super) fn kind(&self) -> &Kind<'t> {
        &self.written().kind
    }

    /// The node that an alias stands for, at the place where it was written.
    pub(super) fn written(&self) -> &Node<'t> {
        let mut node = self;
        while let Kind::Shared(target) = &node.kind {
            node = target;
        }
        node
    }
}

/// The finding that says why has been reported.
#[derive(Debug)]
pub(super) struct Stopped;

/// How large a node is with its aliases expanded.
#[derive(Debug, Clone, Copy)]
struct Size {
    nodes: u64,
    depth: u32,
}

struct Anchor<'t> {
    node: Arc<Node<'t>>,
    size: Size,
}

pub(super) struct Reader<'t> {
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    anchors: BTreeMap<usize, Anchor<'t>>,
    anchored_nodes: u64,
    alias_budget: u64,
    nodes_per_tree: u64,
    nodes_left: u64,
}

/// An event that begins, is or ends a node; comments and the frame of the document are left out.
pub(super) enum Step<'t> {
    Blank,
    /// A scalar that has been reported.
    Broken,
    Scalar(Cow<'t, str>, ScalarStyle),
    ListStart,
    ListEnd,
    MapStart,
    MapEnd,
    Alias(usize),
    UnknownAlias(Cow<'t, str>),
    DocumentStart,
    /// The end of the file.
    End,
}

pub(super) struct Stepped<'t> {
    pub(super) step: Step<'t>,
    pub(super) spot: Spot,
    /// 0: none.
    pub(super) anchor: usize,
}

impl<'t> Reader<'t> {
    /// `nodes_per_tree` bounds the memory of one call of `node`.
    pub(super) fn new(text: &'t str, nodes_per_tree: u64) -> Reader<'t> {
        let mut options = Options::default();
        options.set_emit_comments(false);
        options.emit_unresolved_aliases = true;
        Reader {
            text,
            parser: Parser::new_from_str_with_options(text, options),
            anchors: BTreeMap::new(),
            anchored_nodes: 0,
            alias_budget: (ALIAS_ALLOWANCE + ALIAS_NODES_PER_BYTE * text.len() as u64).min(MAX_ALIAS_NODES),
            nodes_per_tree,
            nodes_left: nodes_per_tree,
        }
    }

    /// The root's first step, or `None` with a finding where the file says nothing.
    pub(super) fn begin(&mut self, reading: &mut Reading) -> Result<Option<Stepped<'t>>, Stopped> {
        loop {
            let stepped = self.step(reading)?;
            match stepped.step {
                Step::DocumentStart => {}
                Step::End => return Ok(None),
                _ => return Ok(Some(stepped)),
            }
        }
    }

    /// Nothing may follow the root.
    pub(super) fn finish(&mut self, reading: &mut Reading) -> Result<(), Stopped> {
        let Stepped { step, spot, .. } = self.step(reading)?;
        if !matches!(step, Step::End) {
            reading
                .error("several-documents", spot, "a second document begins here")
                .set_help("one file is one document: remove the `---` before it");
            return Err(Stopped);
        }
        Ok(())
    }

    pub(super) fn step(&mut self, reading: &mut Reading) -> Result<Stepped<'t>, Stopped> {
        loop {
            let (event, span) = match self.parser.next_event() {
                None => return Ok(Stepped { step: Step::End, spot: Spot::at(1, 0), anchor: 0 }),
                Some(Ok(next)) => next,
                Some(Err(error)) => {
                    syntax::report(&error, self.text, reading);
                    return Err(Stopped);
                }
            };
            let (step, anchor, tag) = match event {
                Event::Scalar(text, style, anchor, tag) => {
                    // The parser gives a value that is not there the text `~`.
                    let blank = style == ScalarStyle::Plain && span.start == span.end;
                    (if blank { Step::Blank } else { Step::Scalar(text, style) }, anchor, tag)
                }
                Event::SequenceStart(_, anchor, tag) => (Step::ListStart, anchor, tag),
                Event::MappingStart(_, anchor, tag) => (Step::MapStart, anchor, tag),
                Event::SequenceEnd => (Step::ListEnd, 0, None),
                Event::MappingEnd => (Step::MapEnd, 0, None),
                Event::Alias(id) => (Step::Alias(id), 0, None),
                Event::UnresolvedAlias(name) => (Step::UnknownAlias(name), 0, None),
                Event::DocumentStart(..) => (Step::DocumentStart, 0, None),
                Event::StreamEnd => (Step::End, 0, None),
                // Comments, the start of the stream, the end of the document; and what later versions add
                // is no node, or `step` would lose count of lists and maps.
                _ => continue,
            };
            let mut step = step;
            if let Some(tag) = tag {
                report_tag(&tag, &span, reading);
                if matches!(step, Step::Scalar(..) | Step::Blank) {
                    step = Step::Broken;
                }
            }
            return Ok(Stepped { step, spot: Spot::of(&span), anchor });
        }
    }

    /// Builds the tree that begins with this step.
    pub(super) fn node(&mut self, first: Stepped<'t>, reading: &mut Reading) -> Result<Node<'t>, Stopped> {
        self.nodes_left = self.nodes_per_tree;
        self.subtree(first, 1, reading).map(|(node, _)| node)
    }

    fn subtree(
        &mut self,
        first: Stepped<'t>,
        depth: u32,
        reading: &mut Reading,
    ) -> Result<(Node<'t>, Size), Stopped> {
        let Stepped { step, spot, anchor } = first;
        self.spend_node(spot, reading)?;
        if depth > MAX_DEPTH {
            return Err(too_deep(spot, reading));
        }
        let mut size = Size { nodes: 1, depth: 1 };
        let kind = match step {
            Step::Blank => Kind::Blank,
            Step::Broken => Kind::Broken,
            Step::Scalar(text, ScalarStyle::Plain) => Kind::Plain(text),
            Step::Scalar(text, _) => Kind::Quoted(text),
            Step::ListStart => {
                let mut items = Vec::new();
                loop {
                    let next = self.step(reading)?;
                    if matches!(next.step, Step::ListEnd) {
                        break Kind::List(items);
                    }
                    items.push(self.child(next, depth, &mut size, reading)?);
                }
            }
            Step::MapStart => {
                let mut entries = Vec::new();
                loop {
                    let next = self.step(reading)?;
                    if matches!(next.step, Step::MapEnd) {
                        break Kind::Map(entries);
                    }
                    let key = self.child(next, depth, &mut size, reading)?;
                    let next = self.step(reading)?;
                    entries.push((key, self.child(next, depth, &mut size, reading)?));
                }
            }
            Step::Alias(id) => {
                let (target, target_size) = self.expand(id, spot, reading)?;
                size = target_size;
                if depth + size.depth > MAX_DEPTH {
                    return Err(too_deep(spot, reading));
                }
                Kind::Shared(target)
            }
            Step::UnknownAlias(name) => {
                report_unknown_alias(&name, spot, reading);
                Kind::Broken
            }
            // The parser closes what it opens, in order, and ends no document inside a node.
            Step::ListEnd | Step::MapEnd | Step::DocumentStart | Step::End => Kind::Broken,
        };
        let node = Node { spot, kind };
        if anchor == 0 { Ok((node, size)) } else { Ok((self.keep(anchor, node, size, reading)?, size)) }
    }

    fn child(
        &mut self,
        first: Stepped<'t>,
        depth: u32,
        parent: &mut Size,
        reading: &mut Reading,
    ) -> Result<Node<'t>, Stopped> {
        let (node, size) = self.subtree(first, depth + 1, reading)?;
        parent.nodes = parent.nodes.saturating_add(size.nodes);
        parent.depth = parent.depth.max(size.depth + 1);
        Ok(node)
    }

    fn spend_node(&mut self, spot: Spot, reading: &mut Reading) -> Result<(), Stopped> {
        if self.nodes_left == 0 {
            let message = format!("more than {} values in one place", self.nodes_per_tree);
            reading
                .error("too-large", spot, message)
                .set_help("split it, or look for what was pasted in by mistake");
            return Err(Stopped);
        }
        self.nodes_left -= 1;
        Ok(())
    }

    fn expand(
        &mut self,
        id: usize,
        spot: Spot,
        reading: &mut Reading,
    ) -> Result<(Arc<Node<'t>>, Size), Stopped> {
        let Some(Anchor { node, size }) = self.anchors.get(&id) else {
            reading
                .error("alias-in-itself", spot, "an alias inside the value it stands for")
                .set_help("write the value out here");
            return Err(Stopped);
        };
        match self.alias_budget.checked_sub(size.nodes) {
            Some(left) => self.alias_budget = left,
            None => {
                reading
                    .error("alias-budget", spot, "the aliases of this file expand to more than it may hold")
                    .set_help("write the values out, or give people a role instead of repeating its parts");
                return Err(Stopped);
            }
        }
        Ok((Arc::clone(node), *size))
    }

    fn keep(
        &mut self,
        anchor: usize,
        node: Node<'t>,
        size: Size,
        reading: &mut Reading,
    ) -> Result<Node<'t>, Stopped> {
        let spot = node.spot;
        self.anchored_nodes = self.anchored_nodes.saturating_add(size.nodes);
        if self.anchored_nodes > MAX_ANCHORED_NODES {
            reading
                .error("too-many-anchors", spot, "the anchored values of this file are too many to keep")
                .set_help("remove the anchors (`&name`) that no alias (`*name`) uses");
            return Err(Stopped);
        }
        let node = Arc::new(node);
        self.anchors.insert(anchor, Anchor { node: Arc::clone(&node), size });
        Ok(Node { spot, kind: Kind::Shared(node) })
    }
}

fn too_deep(spot: Spot, reading: &mut Reading) -> Stopped {
    reading
        .error("too-deep", spot, format!("more than {MAX_DEPTH} lists and maps inside one another"))
        .set_help("look for brackets that are not closed");
    Stopped
}

fn report_tag(tag: &Tag, span: &Span, reading: &mut Reading) {
    let spot = span.tag_span().map_or_else(|| Spot::of(span), |tag| Spot::of(&tag));
    reading
        .error("tag", spot, format!("`{}` is a YAML tag, and tags are not used here", tag.original()))
        .set_help("remove it; put a text that begins with `!` in quotes");
}

fn report_unknown_alias(name: &str, spot: Spot, reading: &mut Reading) {
    let message = format!("`*{name}` is an alias of nothing: no `&{name}` stands before it");
    reading
        .error("unknown-alias", spot, message)
        .set_help(format!("a text that begins with `*` needs quotes: `\"*{name}\"`"));
}

/// The tree of a text without mistakes.
#[cfg(test)]
pub(super) fn tree_of(text: &str) -> Node<'_> {
    let mut reading = Reading::new("f".into());
    let mut reader = Reader::new(text, 1000);
    let first = reader.begin(&mut reading).expect("YAML").expect("a value");
    reader.node(first, &mut reading).expect("YAML")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_keep_their_text() {
        let node = tree_of("[0123, NO, 1.10, 12345678901234567890, \"x\", ~]");
        let Kind::List(items) = node.kind() else { panic!("a list") };
        let texts: Vec<&str> = items
            .iter()
            .map(|item| match item.kind() {
                Kind::Plain(text) => text.as_ref(),
                Kind::Quoted(_) => "(quoted)",
                Kind::Blank => "(blank)",
                _ => "(other)",
            })
            .collect();
        assert_eq!(texts, ["0123", "NO", "1.10", "12345678901234567890", "(quoted)", "~"]);
    }

    #[test]
    fn an_alias_stands_where_it_is_used_and_its_inside_where_it_was_written() {
        let node = tree_of("a: &x [one]\nb: *x\n");
        let Kind::Map(entries) = node.kind() else { panic!("a map") };
        let aliased = &entries[1].1;
        assert_eq!((aliased.spot.line, aliased.spot.column), (2, 4));
        let Kind::List(items) = aliased.kind() else { panic!("a list") };
        assert_eq!((items[0].spot.line, items[0].spot.column), (1, 8));
    }
}
