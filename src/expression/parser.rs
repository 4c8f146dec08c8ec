//! Tokens → tree, by the grammar of CEL, no deeper and no longer than anybody writes.

use std::sync::Arc;

use super::each::Each;
use super::function::{Function, instead_of};
use super::lexer::{Placed, Token, tokens};
use super::operator::{Arithmetic, Comparison};
use super::problem::{Problem, Span};
use super::syntax::{Bound, Kind, Node, Syntax};

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
type Deep = (Node, u32);

struct Parser {
    tokens: Vec<Placed>,
    at: usize,
    /// Brackets that are open.
    nested: u32,
    bound: Vec<String>,
    free: Vec<(String, Span)>,
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].token
    }

    fn span(&self) -> Span {
        self.tokens[self.at].span
    }

    /// The last token is never passed.
    fn step(&mut self) -> Span {
        let span = self.span();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        span
    }

    fn is_at(&self, mark: &str) -> bool {
        matches!(self.peek(), Token::Mark(found) if *found == mark)
    }

    fn take(&mut self, mark: &str) -> Option<Span> {
        self.is_at(mark).then(|| self.step())
    }

    fn expect(&mut self, mark: &str, what: &str) -> Result<Span, Problem> {
        match self.take(mark) {
            Some(span) => Ok(span),
            None => Err(self.unexpected(what)),
        }
    }

    fn unexpected(&self, wanted: &str) -> Problem {
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

    /// `condition ? yes : no`, or what can stand before the `?`.
    fn expression(&mut self) -> Result<Deep, Problem> {
        let (condition, condition_depth) = self.disjunction()?;
        let Some(mark) = self.take("?") else { return Ok((condition, condition_depth)) };
        let (yes, yes_depth) = self.disjunction()?;
        self.expect(":", "`:` and what holds otherwise")?;
        let (no, no_depth) = self.deeper(mark, Self::expression)?;
        let span = condition.span.to(no.span);
        let kind = Kind::Choose { condition: Box::new(condition), yes: Box::new(yes), no: Box::new(no) };
        deep(Node { span, mark, kind }, condition_depth.max(yes_depth).max(no_depth))
    }

    fn disjunction(&mut self) -> Result<Deep, Problem> {
        self.chain("||", Self::conjunction, Kind::Or)
    }

    fn conjunction(&mut self) -> Result<Deep, Problem> {
        self.chain("&&", Self::relation, Kind::And)
    }

    fn chain(
        &mut self,
        operator: &str,
        part: fn(&mut Self) -> Result<Deep, Problem>,
        kind: fn(Vec<Node>) -> Kind,
    ) -> Result<Deep, Problem> {
        let (first, mut depth) = part(self)?;
        if !self.is_at(operator) {
            return Ok((first, depth));
        }
        let mark = self.span();
        let mut parts = vec![first];
        while self.take(operator).is_some() {
            let (next, next_depth) = part(self)?;
            depth = depth.max(next_depth);
            parts.push(next);
        }
        let span = parts[0].span.to(parts[parts.len() - 1].span);
        deep(Node { span, mark, kind: kind(parts) }, depth)
    }

    fn relation(&mut self) -> Result<Deep, Problem> {
        let (mut left, mut depth) = self.sum()?;
        loop {
            let relation = match self.peek() {
                Token::Mark(mark @ ("==" | "!=" | "<" | "<=" | ">" | ">=")) => *mark,
                Token::Name(name) if name == "in" => "in",
                _ => return Ok((left, depth)),
            };
            let mark = self.step();
            let (right, right_depth) = self.sum()?;
            let span = left.span.to(right.span);
            let (one, other) = (Box::new(left), Box::new(right));
            let compare = |comparison, left, right| Kind::Compare { comparison, left, right };
            let kind = match relation {
                "==" => Kind::Equal { left: one, right: other, negated: false },
                "!=" => Kind::Equal { left: one, right: other, negated: true },
                "<" => compare(Comparison::Less, one, other),
                "<=" => compare(Comparison::LessOrEqual, one, other),
                ">" => compare(Comparison::Greater, one, other),
                ">=" => compare(Comparison::GreaterOrEqual, one, other),
                _ => Kind::In { item: one, list: other },
            };
            (left, depth) = deep(Node { span, mark, kind }, depth.max(right_depth))?;
        }
    }

    fn sum(&mut self) -> Result<Deep, Problem> {
        self.calculation(&[("+", Arithmetic::Add), ("-", Arithmetic::Subtract)], Self::product)
    }

    fn product(&mut self) -> Result<Deep, Problem> {
        let operators =
            [("*", Arithmetic::Multiply), ("/", Arithmetic::Divide), ("%", Arithmetic::Remainder)];
        self.calculation(&operators, Self::unary)
    }

    fn calculation(
        &mut self,
        operators: &[(&str, Arithmetic)],
        part: fn(&mut Self) -> Result<Deep, Problem>,
    ) -> Result<Deep, Problem> {
        let (mut left, mut depth) = part(self)?;
        while let Some((_, arithmetic)) = operators.iter().find(|(mark, _)| self.is_at(mark)) {
            let mark = self.step();
            let (right, right_depth) = part(self)?;
            let span = left.span.to(right.span);
            let kind =
                Kind::Calculate { arithmetic: *arithmetic, left: Box::new(left), right: Box::new(right) };
            (left, depth) = deep(Node { span, mark, kind }, depth.max(right_depth))?;
        }
        Ok((left, depth))
    }

    /// CEL has no `!-a`: either sign, any number of times.
    fn unary(&mut self) -> Result<Deep, Problem> {
        let sign = if self.is_at("!") { "!" } else { "-" };
        let mark = self.span();
        let mut signs = 0_u32;
        while self.take(sign).is_some() {
            signs += 1;
        }
        if sign == "-" && signs > 0 && matches!(self.peek(), Token::Number(_)) {
            return self.negative(mark, signs);
        }
        let (of, depth) = self.member()?;
        if signs == 0 {
            return Ok((of, depth));
        }
        let span = mark.to(of.span);
        // Two cancel each other; what they stand before must still be what they need.
        let wrapped = |of: Node| Box::new(of);
        let node = |kind| Node { span, mark, kind };
        let once =
            |of: Node| node(if sign == "!" { Kind::Not(wrapped(of)) } else { Kind::Negate(wrapped(of)) });
        if signs.is_multiple_of(2) { deep(once(once(of)), depth + 1) } else { deep(once(of), depth) }
    }

    /// The minus is part of the number, since the smallest one has no counterpart; `-1.size()` is nothing anybody means.
    fn negative(&mut self, mark: Span, signs: u32) -> Result<Deep, Problem> {
        let Token::Number(number) = *self.peek() else { return Err(self.unexpected("a number")) };
        let span = mark.to(self.step());
        let value =
            if signs % 2 == 1 { 0_i64.checked_sub_unsigned(number) } else { i64::try_from(number).ok() };
        match value {
            Some(value) => self.members(Node { span, mark: span, kind: Kind::Number(value) }, 1),
            None => Err(too_large(span)),
        }
    }

    fn member(&mut self) -> Result<Deep, Problem> {
        let (node, depth) = self.primary()?;
        self.members(node, depth)
    }

    /// `.field`, `.function(…)` and `[…]`, as many as follow.
    fn members(&mut self, mut node: Node, mut depth: u32) -> Result<Deep, Problem> {
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

    /// Bounds the parser's own stack; the depth of the tree is bounded by `deep`.
    fn deeper(&mut self, at: Span, part: fn(&mut Self) -> Result<Deep, Problem>) -> Result<Deep, Problem> {
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
fn deep(node: Node, inside: u32) -> Result<Deep, Problem> {
    if inside >= MAX_DEPTH { Err(too_deep(node.mark)) } else { Ok((node, inside + 1)) }
}

fn too_deep(at: Span) -> Problem {
    Problem::new("rule-too-deep", at, format!("more than {MAX_DEPTH} parts inside one another"))
        .help("make several rules of it")
}

fn too_large(span: Span) -> Problem {
    Problem::syntax(span, "a number that is too large").help("the largest is 9223372036854775807")
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
