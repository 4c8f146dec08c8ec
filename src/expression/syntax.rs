//! An expression as a tree, each node with its place.

use std::sync::Arc;

use super::each::Each;
use super::function::Function;
use super::operator::{Arithmetic, Comparison};
use super::problem::Span;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) span: Span,
    /// Where a mistake in the node itself is shown: its operator, the name behind its dot.
    pub(super) mark: Span,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Number(i64),
    Text(Arc<str>),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    /// `slot` is its place among the variables in scope, known once the expression is checked.
    Variable {
        name: String,
        slot: usize,
    },
    /// `of.field`
    Select {
        of: Box<Node>,
        field: String,
    },
    /// `has(of.field)`
    Has {
        of: Box<Node>,
        field: String,
    },
    /// `of[at]`
    Index {
        of: Box<Node>,
        at: Box<Node>,
    },
    Not(Box<Node>),
    Negate(Box<Node>),
    /// At least two; so that a long one is not a deep one.
    And(Vec<Node>),
    Or(Vec<Node>),
    Equal {
        left: Box<Node>,
        right: Box<Node>,
        negated: bool,
    },
    Compare {
        comparison: Comparison,
        left: Box<Node>,
        right: Box<Node>,
    },
    In {
        item: Box<Node>,
        list: Box<Node>,
    },
    Calculate {
        arithmetic: Arithmetic,
        left: Box<Node>,
        right: Box<Node>,
    },
    /// `condition ? yes : no`
    Choose {
        condition: Box<Node>,
        yes: Box<Node>,
        no: Box<Node>,
    },
    /// `size(a)` and `a.size()` alike: the target is the first argument.
    Call {
        function: Function,
        arguments: Vec<Node>,
    },
    /// `over.all(name, body)`; `filter` is the middle part of a `map` with three.
    Each {
        each: Each,
        over: Box<Node>,
        variable: Bound,
        filter: Option<Box<Node>>,
        body: Box<Node>,
    },
}

impl Node {
    /// `user.expires`: a field of a field of a variable.
    pub(super) fn path(&self) -> Option<String> {
        match &self.kind {
            Kind::Variable { name, .. } => Some(name.clone()),
            Kind::Select { of, field } => of.path().map(|of| format!("{of}.{field}")),
            _ => None,
        }
    }

    pub(super) fn is_literal(&self) -> bool {
        matches!(self.kind, Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_))
    }
}

/// A name that an `all`, `exists` … gives to each element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) name: String,
    pub(super) span: Span,
}

/// An expression that is one, of whose names nothing is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syntax {
    pub(super) text: Arc<str>,
    pub(super) root: Node,
    /// Names that are not bound by an `all` or the like, each once, in the order of the text.
    pub(super) free: Vec<(String, Span)>,
}

impl Syntax {
    /// Whether the variable occurs in it.
    pub fn mentions(&self, variable: &str) -> bool {
        self.free.iter().any(|(name, _)| name == variable)
    }

    /// Where the variable occurs first, in bytes of the text.
    pub fn mention(&self, variable: &str) -> Option<(usize, usize)> {
        self.free.iter().find(|(name, _)| name == variable).map(|(_, span)| (span.start, span.end))
    }
}
