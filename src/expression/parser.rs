//! Tokens → tree, by the grammar of CEL, no deeper and no longer than anybody writes.
//!
//! Deliberately absent: the grammar itself; `precedence` and `terms` have it.

use super::lexer::{Placed, Token, tokens};
use super::problem::{Problem, Span};
use super::syntax::{Node, Syntax};

/// In bytes: a rule with a list of some hundred addresses.
pub const MAX_LENGTH: usize = 10_000;
/// Of parts inside one another. What checks and evaluates goes down into them on the stack.
const MAX_DEPTH: u32 = 24;

/// # Errors
///
/// The first thing that is not CEL, or that there is none of here.
pub fn parse(text: &str) -> Result<Syntax, Problem> {
    if text.len() > MAX_LENGTH {
        let message = format!("an expression of {} bytes; {MAX_LENGTH} are allowed", text.len());
        return Err(Problem::new("rule-too-long", Span::new(0, 1), message).help("make several rules of it"));
    }
    let mut parser = Parser { tokens: tokens(text)?, at: 0, nested: 0, bound: Vec::new(), free: Vec::new() };
    let (root, _) = parser.expression()?;
    if !matches!(parser.peek(), Token::End) {
        return Err(parser.unexpected("an operator, or the end of the expression"));
    }
    Ok(Syntax { text: text.into(), root, free: parser.free })
}

/// A node, and how many levels of nodes it is.
pub(super) type Deep = (Node, u32);

pub(super) struct Parser {
    tokens: Vec<Placed>,
    pub(super) at: usize,
    /// Brackets that are open.
    pub(super) nested: u32,
    pub(super) bound: Vec<String>,
    pub(super) free: Vec<(String, Span)>,
}

impl Parser {
    pub(super) fn peek(&self) -> &Token {
        &self.tokens[self.at].token
    }

    pub(super) fn span(&self) -> Span {
        self.tokens[self.at].span
    }

    /// The last token is never passed.
    pub(super) fn step(&mut self) -> Span {
        let span = self.span();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        span
    }

    pub(super) fn is_at(&self, mark: &str) -> bool {
        matches!(self.peek(), Token::Mark(found) if *found == mark)
    }

    pub(super) fn take(&mut self, mark: &str) -> Option<Span> {
        self.is_at(mark).then(|| self.step())
    }

    pub(super) fn expect(&mut self, mark: &str, what: &str) -> Result<Span, Problem> {
        match self.take(mark) {
            Some(span) => Ok(span),
            None => Err(self.unexpected(what)),
        }
    }

    pub(super) fn unexpected(&self, wanted: &str) -> Problem {
        let found = match self.peek() {
            Token::End => {
                return Problem::syntax(
                    self.span(),
                    format!("the expression ends where {wanted} should follow"),
                );
            }
            Token::Mark(mark) => format!("`{mark}`"),
            Token::Name(name) => format!("`{name}`"),
            Token::Number(number) => format!("`{number}`"),
            Token::Text(_) => "a text".to_owned(),
        };
        let problem = Problem::syntax(self.span(), format!("{found}, where {wanted} should stand"));
        match self.peek() {
            Token::Name(name) if name == "and" => problem.help("write `&&`"),
            Token::Name(name) if name == "or" => problem.help("write `||`"),
            Token::Name(name) if name == "not" => problem.help("write `!`"),
            _ => problem,
        }
    }

    /// Bounds the parser's own stack; the depth of the tree is bounded by `deep`.
    pub(super) fn deeper(
        &mut self,
        at: Span,
        part: fn(&mut Self) -> Result<Deep, Problem>,
    ) -> Result<Deep, Problem> {
        if self.nested >= MAX_DEPTH {
            return Err(too_deep(at));
        }
        self.nested += 1;
        let result = part(self);
        self.nested -= 1;
        result
    }
}

/// A node around others of which the deepest has `inside` levels.
pub(super) fn deep(node: Node, inside: u32) -> Result<Deep, Problem> {
    if inside >= MAX_DEPTH { Err(too_deep(node.mark)) } else { Ok((node, inside + 1)) }
}

fn too_deep(at: Span) -> Problem {
    Problem::new("rule-too-deep", at, format!("more than {MAX_DEPTH} parts inside one another"))
        .help("make several rules of it")
}

pub(super) fn too_large(span: Span) -> Problem {
    Problem::syntax(span, "a number that is too large").help("the largest is 9223372036854775807")
}
