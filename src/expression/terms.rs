//! Values, names, what is in brackets, and what follows a dot.

use std::sync::Arc;

use super::each::Each;
use super::function::{Function, instead_of};
use super::lexer::Token;
use super::parser::{Deep, Parser, deep, too_large};
use super::problem::{Problem, Span};
use super::syntax::{Bound, Kind, Node};

impl Parser {
    pub(super) fn member(&mut self) -> Result<Deep, Problem> {
        let (node, depth) = self.primary()?;
        self.members(node, depth)
    }

    /// `.field`, `.function(…)` and `[…]`, as many as follow.
    pub(super) fn members(&mut self, mut node: Node, mut depth: u32) -> Result<Deep, Problem> {
        loop {
            if self.take(".").is_some() {
                if self.is_at("?") {
                    return Err(Problem::syntax(self.span(), "there are no optional values here")
                        .help("ask with `has(a.b)` whether something is there"));
                }
                let (name, mark) = self.field()?;
                (node, depth) = match self.is_at("(") {
                    true => self.call_on((node, depth), name, mark)?,
                    false => {
                        let span = node.span.to(mark);
                        let kind = Kind::Select { of: Box::new(node), field: name };
                        deep(Node { span, mark, kind }, depth)?
                    }
                };
            } else if let Some(mark) = self.take("[") {
                let (at, at_depth) = self.deeper(mark, Self::expression)?;
                let end = self.expect("]", "`]`")?;
                let span = node.span.to(end);
                let kind = Kind::Index { of: Box::new(node), at: Box::new(at) };
                (node, depth) = deep(Node { span, mark, kind }, depth.max(at_depth))?;
            } else if self.is_at("{") {
                return Err(Problem::syntax(self.span(), "there are no messages here")
                    .help("a map stands alone: `{\"elevated\": 90}[role.privilege]`"));
            } else {
                return Ok((node, depth));
            }
        }
    }

    /// Any word but those that are values or `in`.
    fn field(&mut self) -> Result<(String, Span), Problem> {
        match self.peek() {
            Token::Name(name) if !matches!(name.as_str(), "true" | "false" | "null" | "in") => {
                let name = name.clone();
                Ok((name, self.step()))
            }
            _ => Err(self.unexpected("the name of a field or a function")),
        }
    }

    fn primary(&mut self) -> Result<Deep, Problem> {
        let mark = self.span();
        let node = |kind| Ok((Node { span: mark, mark, kind }, 1));
        match self.peek().clone() {
            Token::Number(number) => {
                self.step();
                i64::try_from(number)
                    .map_err(|_| too_large(mark))
                    .and_then(|number| node(Kind::Number(number)))
            }
            Token::Text(text) => {
                self.step();
                node(Kind::Text(Arc::from(text)))
            }
            Token::Mark("(") => {
                self.step();
                let inside = self.deeper(mark, Self::expression)?;
                self.expect(")", "`)`")?;
                Ok(inside)
            }
            Token::Mark("[") => self.list(),
            Token::Mark("{") => self.map(),
            Token::Name(name) => self.word(name, mark),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn word(&mut self, name: String, mark: Span) -> Result<Deep, Problem> {
        let node = |kind| Ok((Node { span: mark, mark, kind }, 1));
        match name.as_str() {
            "true" | "false" => {
                self.step();
                node(Kind::Bool(name == "true"))
            }
            "null" => {
                self.step();
                node(Kind::Null)
            }
            "in" | "not" => Err(self.unexpected("a value")),
            _ if is_reserved(&name) => {
                Err(Problem::syntax(mark, format!("`{name}` is a word that CEL keeps for itself")))
            }
            _ => {
                self.step();
                if self.is_at("(") {
                    return self.call(name, mark);
                }
                if !self.bound.contains(&name) && !self.free.iter().any(|(free, _)| *free == name) {
                    self.free.push((name.clone(), mark));
                }
                node(Kind::Variable { name, slot: 0 })
            }
        }
    }

    fn list(&mut self) -> Result<Deep, Problem> {
        let start = self.step();
        let (items, depth, end) = self.items(start, "]")?;
        deep(Node { span: start.to(end), mark: start, kind: Kind::List(items) }, depth)
    }

    /// Up to the closing bracket, with a comma between them and perhaps behind the last.
    fn items(&mut self, open: Span, close: &str) -> Result<(Vec<Node>, u32, Span), Problem> {
        let mut items = Vec::new();
        let mut depth = 0;
        loop {
            if let Some(end) = self.take(close) {
                return Ok((items, depth, end));
            }
            let (item, item_depth) = self.deeper(open, Self::expression)?;
            items.push(item);
            depth = depth.max(item_depth);
            if self.take(",").is_none() && !self.is_at(close) {
                return Err(self.unexpected(&format!("`,` or `{close}`")));
            }
        }
    }

    fn map(&mut self) -> Result<Deep, Problem> {
        let start = self.step();
        let mut entries = Vec::new();
        let mut depth = 0;
        loop {
            if let Some(end) = self.take("}") {
                return deep(Node { span: start.to(end), mark: start, kind: Kind::Map(entries) }, depth);
            }
            let (key, key_depth) = self.deeper(start, Self::expression)?;
            self.expect(":", "`:` and a value")?;
            let (value, value_depth) = self.deeper(start, Self::expression)?;
            depth = depth.max(key_depth).max(value_depth);
            entries.push((key, value));
            if self.take(",").is_none() && !self.is_at("}") {
                return Err(self.unexpected("`,` or `}`"));
            }
        }
    }

    /// `has(a.b)` and `size(a)`.
    fn call(&mut self, name: String, mark: Span) -> Result<Deep, Problem> {
        let open = self.step();
        let (mut arguments, depth, end) = self.items(open, ")")?;
        let span = mark.to(end);
        if name == "has" {
            return match (arguments.pop(), arguments.is_empty()) {
                (Some(Node { kind: Kind::Select { of, field }, mark, .. }), true) => {
                    deep(Node { span, mark, kind: Kind::Has { of, field } }, depth)
                }
                _ => Err(Problem::syntax(mark, "`has` asks for one field of something")
                    .help("write it as `has(user.expires)`")),
            };
        }
        let kind = match Function::parse(&name) {
            Some(function) if function.may_stand_alone() => function_call(function, arguments, mark)?,
            Some(function) => {
                let name = function.as_str();
                return Err(Problem::syntax(mark, format!("`{name}` is called on something"))
                    .help(format!("write it as `user.email.{name}(…)`")));
            }
            None => return Err(unknown_function(&name, mark)),
        };
        deep(Node { span, mark, kind }, depth)
    }

    fn call_on(&mut self, (target, target_depth): Deep, name: String, mark: Span) -> Result<Deep, Problem> {
        let open = self.step();
        if let Some(each) = Each::parse(&name) {
            return self.each((target, target_depth), each, mark);
        }
        let Some(function) = Function::parse(&name) else { return Err(unknown_function(&name, mark)) };
        let (rest, depth, end) = self.items(open, ")")?;
        let span = target.span.to(end);
        let arguments = std::iter::once(target).chain(rest).collect();
        let kind = function_call(function, arguments, mark)?;
        deep(Node { span, mark, kind }, depth.max(target_depth))
    }

    /// `list.all(name, condition)`, behind its opening bracket.
    fn each(&mut self, (over, over_depth): Deep, each: Each, mark: Span) -> Result<Deep, Problem> {
        let usage = || format!("`{}` takes a name and an expression", each.as_str());
        let help = || format!("write it as `plan.users.{}(u, u.super_admin)`", each.as_str());
        let name = match self.peek() {
            Token::Name(name) if !is_value(name) && !is_reserved(name) => name.clone(),
            _ => return Err(Problem::syntax(self.span(), usage()).help(help())),
        };
        let variable = Bound { name: name.clone(), span: self.step() };
        if self.take(",").is_none() {
            return Err(Problem::syntax(self.span(), usage()).help(help()));
        }
        self.bound.push(name);
        let (mut body, mut depth) = self.deeper(mark, Self::expression)?;
        let mut filter = None;
        if each == Each::Map && self.take(",").is_some() {
            let (mapped, mapped_depth) = self.deeper(mark, Self::expression)?;
            filter = Some(Box::new(std::mem::replace(&mut body, mapped)));
            depth = depth.max(mapped_depth);
        }
        self.bound.pop();
        let end = self.expect(")", "`)`")?;
        let span = over.span.to(end);
        let kind = Kind::Each { each, over: Box::new(over), variable, filter, body: Box::new(body) };
        deep(Node { span, mark, kind }, depth.max(over_depth))
    }
}

fn function_call(function: Function, arguments: Vec<Node>, mark: Span) -> Result<Kind, Problem> {
    let wanted = function.arguments();
    if arguments.len() == wanted {
        return Ok(Kind::Call { function, arguments });
    }
    let name = function.as_str();
    let help = if wanted == 1 {
        format!("write it as `user.email.{name}()`")
    } else {
        format!("write it as `user.email.{name}(\"…\")`")
    };
    Err(Problem::syntax(mark, format!("`{name}` with the wrong number of values")).help(help))
}

fn unknown_function(name: &str, mark: Span) -> Problem {
    Problem::new("unknown-function", mark, format!("there is no function `{name}`")).help(instead_of(name))
}

fn is_value(name: &str) -> bool {
    matches!(name, "true" | "false" | "null" | "in")
}

/// As the definition of CEL lists them.
fn is_reserved(name: &str) -> bool {
    matches!(
        name,
        "as" | "break"
            | "const"
            | "continue"
            | "else"
            | "for"
            | "function"
            | "if"
            | "import"
            | "let"
            | "loop"
            | "package"
            | "namespace"
            | "return"
            | "var"
            | "void"
            | "while"
    )
}
