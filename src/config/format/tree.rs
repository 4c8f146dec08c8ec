//! One file as it is laid out: what is inside what, with every comment and blank line at what it belongs to.
//!
//! Unlike the tree that is decoded, aliases stay aliases and every part knows its bytes. Deliberately absent:
//! what any of it means.

use std::borrow::Cow;
use std::ops::Range;

/// A whole file.
pub(super) struct Document<'t> {
    pub(super) text: &'t str,
    /// Directives and `---`, up to the end of that line; empty where there are none.
    pub(super) opening: Range<usize>,
    /// Before a root that has an anchor or is no block; the first lines of a block are its own.
    pub(super) head: Vec<Line>,
    pub(super) root: Child<'t>,
    /// Behind a root that is no block.
    pub(super) tail: Vec<Line>,
    /// `...` and what follows it.
    pub(super) ending: Range<usize>,
    /// Every comment, as the parser counts them.
    pub(super) comments: Vec<&'t str>,
}

#[derive(Debug, Clone)]
pub(super) struct Comment {
    /// From the `#` on, without blanks at the end.
    pub(super) range: Range<usize>,
    /// Characters before it on its line.
    pub(super) column: usize,
}

/// A line without content.
#[derive(Debug, Clone)]
pub(super) enum Line {
    /// One or several.
    Blank,
    Comment(Comment),
}

impl Line {
    pub(super) fn is_blank(&self) -> bool {
        matches!(self, Line::Blank)
    }
}

pub(super) struct Node<'t> {
    /// From the first byte of the content (of a block scalar: of its `|`) to behind the last one.
    pub(super) range: Range<usize>,
    extras: Option<Box<Extras>>,
    pub(super) kind: Kind<'t>,
}

/// What few nodes have.
#[derive(Default)]
pub(super) struct Extras {
    pub(super) anchor: Option<Anchor>,
    /// Behind the key or the dash, on its line.
    pub(super) opening: Vec<Comment>,
    /// On lines of their own, below the key or the dash.
    pub(super) before: Vec<Comment>,
    /// Behind the anchor of a block list or map, on its line.
    pub(super) behind_anchor: Vec<Comment>,
    /// Behind the content, on its last line; and those aligned below.
    pub(super) trailing: Vec<Comment>,
    /// Laid out as nobody does; kept as it is.
    pub(super) is_odd: bool,
}

pub(super) struct Anchor {
    /// With its `&`.
    pub(super) range: Range<usize>,
    pub(super) id: usize,
}

pub(super) enum Kind<'t> {
    /// Nothing where a value could stand.
    Blank,
    Alias(usize),
    Plain(Cow<'t, str>),
    Quoted(Cow<'t, str>),
    BlockScalar(Box<BlockScalar<'t>>),
    Flow(Box<Flow<'t>>),
    Block(Box<Block<'t>>),
}

/// `|` or `>` and what is below it.
pub(super) struct BlockScalar<'t> {
    pub(super) value: Cow<'t, str>,
    /// `|`, `>-`, `|2+`
    pub(super) header: Range<usize>,
    pub(super) comment: Option<Comment>,
    /// Columns before the content; `None` where there is none.
    pub(super) indent: Option<usize>,
    /// The blank lines below it are part of it.
    pub(super) keeps_blank_lines: bool,
}

/// `[…]` or `{…}`; or one `key: value` of a list, without braces.
pub(super) struct Flow<'t> {
    pub(super) is_map: bool,
    pub(super) items: Vec<FlowItem<'t>>,
    /// On one line, and nothing in it but keys and values.
    pub(super) is_simple: bool,
}

pub(super) struct FlowItem<'t> {
    pub(super) key: Option<Node<'t>>,
    pub(super) value: Node<'t>,
}

/// A list or map with a line for each of its children.
pub(super) struct Block<'t> {
    pub(super) is_map: bool,
    /// Of the keys or dashes, in characters.
    pub(super) column: usize,
    /// A list whose dashes stand right below the key it belongs to.
    pub(super) is_level_with_key: bool,
    /// Above the first child, and not about it.
    pub(super) intro: Vec<Line>,
    pub(super) children: Vec<Child<'t>>,
    /// Below the last child.
    pub(super) tail: Vec<Line>,
}

/// An entry of a map, an item of a list, or the root.
pub(super) struct Child<'t> {
    /// Of the key or the dash.
    pub(super) start: usize,
    /// Whether a blank line stands before it and its head.
    pub(super) space: bool,
    /// The comments above it.
    pub(super) head: Vec<Line>,
    pub(super) key: Option<Node<'t>>,
    pub(super) value: Node<'t>,
    /// Kept line by line, as it is.
    pub(super) is_verbatim: bool,
    /// The comments right below it that a blank line separates from the next.
    pub(super) tail: Vec<Line>,
}

static NO_EXTRAS: Extras = Extras {
    anchor: None,
    opening: Vec::new(),
    before: Vec::new(),
    behind_anchor: Vec::new(),
    trailing: Vec::new(),
    is_odd: false,
};

impl<'t> Node<'t> {
    pub(super) fn new(range: Range<usize>, kind: Kind<'t>) -> Node<'t> {
        Node { range, extras: None, kind }
    }

    pub(super) fn extras(&self) -> &Extras {
        self.extras.as_deref().unwrap_or(&NO_EXTRAS)
    }

    pub(super) fn extras_mut(&mut self) -> &mut Extras {
        self.extras.get_or_insert_default()
    }

    /// With its anchor.
    pub(super) fn start(&self) -> usize {
        self.extras().anchor.as_ref().map_or(self.range.start, |anchor| anchor.range.start)
    }

    pub(super) fn block(&self) -> Option<&Block<'t>> {
        match &self.kind {
            Kind::Block(block) => Some(block),
            _ => None,
        }
    }

    /// What a key says.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Plain(text) | Kind::Quoted(text) => Some(text),
            _ => None,
        }
    }

    /// `<<`, which in quotes is a word like others.
    pub(super) fn is_merge(&self) -> bool {
        matches!(&self.kind, Kind::Plain(text) if text == "<<")
    }
}

impl<'t> Child<'t> {
    pub(super) fn new(start: usize, key: Option<Node<'t>>, value: Node<'t>) -> Child<'t> {
        let is_verbatim = key.iter().chain([&value]).any(|node| node.extras().is_odd);
        Child { start, space: false, head: Vec::new(), key, value, is_verbatim, tail: Vec::new() }
    }
}
