//! Tree → checked expression: every name known, every value of a type that what is done with it takes.
//!
//! A mistake is reported once, and what comes of it counts as anything. Deliberately absent: proof that nothing
//! is `null` where it may be; evaluating says so.

use super::each::Each;
use super::function::Function;
use super::names::{listed, nearest, suggestion};
use super::operator::Arithmetic;
use super::problem::{Problem, Span};
use super::syntax::{Bound, Kind, Node, Syntax};
use super::typing::{Base, Shape, Type};

/// What an expression may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    pub name: &'static str,
    pub r#type: Type,
}

/// An expression that is known to make sense, over the variables it was checked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    pub(super) syntax: Syntax,
    pub(super) r#type: Type,
}

impl Expression {
    /// `elsewhere`: names that mean something in other expressions, or have a value that may not be asked for,
    /// and why not here.
    ///
    /// # Errors
    ///
    /// Every mistake, in the order of the text.
    pub fn check(
        mut syntax: Syntax,
        variables: &[Variable],
        elsewhere: &[(&str, &str)],
    ) -> Result<Expression, Vec<Problem>> {
        let scope = variables.iter().map(|variable| (variable.name.to_owned(), variable.r#type)).collect();
        let mut checker =
            Checker { scope, elsewhere, problems: Vec::new(), needed: Vec::new(), asked: Vec::new() };
        let r#type = checker.node(&mut syntax.root);
        checker.report_unguarded();
        let mut problems = checker.problems;
        problems.sort_by_key(|problem| problem.start);
        problems.dedup();
        if problems.is_empty() { Ok(Expression { syntax, r#type }) } else { Err(problems) }
    }

    /// As [`Expression::check`], of what must be true or false.
    ///
    /// # Errors
    ///
    /// Every mistake, in the order of the text.
    pub fn condition(
        syntax: Syntax,
        variables: &[Variable],
        elsewhere: &[(&str, &str)],
    ) -> Result<Expression, Vec<Problem>> {
        let expression = Expression::check(syntax, variables, elsewhere)?;
        let found = expression.r#type;
        if (found.is(Base::Bool) || found.is_any()) && !found.nullable {
            return Ok(expression);
        }
        let span = expression.syntax.root.span;
        Err(vec![
            Problem::new("rule-type", span, format!("a rule is true or false, and this is {found}"))
                .help("compare it with something, as `size(plan.by_hand) > 5`"),
        ])
    }

    pub fn r#type(&self) -> Type {
        self.r#type
    }

    pub fn text(&self) -> &str {
        &self.syntax.text
    }
}

struct Checker<'e> {
    /// The innermost last.
    scope: Vec<(String, Type)>,
    elsewhere: &'e [(&'e str, &'e str)],
    problems: Vec<Problem>,
    /// Fields that may be `null` where that has no value, with the place of each.
    needed: Vec<(String, Span)>,
    /// Fields that are compared with something, or asked whether they are there.
    asked: Vec<String>,
}

impl Checker<'_> {
    fn report(&mut self, problem: Problem) -> Type {
        self.problems.push(problem);
        Type::ANY
    }

    fn wrong(&mut self, at: Span, message: String) -> Type {
        self.report(Problem::new("rule-type", at, message))
    }

    fn node(&mut self, node: &mut Node) -> Type {
        let (span, mark) = (node.span, node.mark);
        match &mut node.kind {
            Kind::Null => Type::NULL,
            Kind::Bool(_) => Type::BOOL,
            Kind::Number(_) => Type::NUMBER,
            Kind::Text(_) => Type::TEXT,
            Kind::List(items) => {
                let types: Vec<Type> = items.iter_mut().map(|item| self.node(item)).collect();
                let element = types.into_iter().reduce(Type::join);
                element.unwrap_or(Type::ANY).list()
            }
            Kind::Map(entries) => self.map(entries),
            Kind::Variable { name, slot } => self.variable(name, slot, span),
            Kind::Select { of, field } => self.select((of, field), mark),
            Kind::Has { of, field } => {
                self.select((of, field), mark);
                self.asked.extend(of.path().map(|of| format!("{of}.{field}")));
                Type::BOOL
            }
            Kind::Index { of, at } => self.index(of, at),
            Kind::Not(of) => self.needs_truth(of),
            Kind::Negate(of) => self.needs_number(of, "-"),
            Kind::And(parts) | Kind::Or(parts) => {
                for part in parts {
                    self.needs_truth(part);
                }
                Type::BOOL
            }
            Kind::Equal { left, right, .. } => {
                let types = (self.node(left), self.node(right));
                self.asked.extend([&*left, &*right].into_iter().filter_map(|side| side.path()));
                self.comparable((left, types.0), (right, types.1), mark);
                Type::BOOL
            }
            Kind::Compare { comparison, left, right } => {
                let (one, other) = (self.node(left), self.node(right));
                self.needs((left, one));
                self.needs((right, other));
                let is_ordered = |of: Type| of.is_any() || of.is(Base::Number) || of.is_text();
                let same = one.is_any() || other.is_any() || one.is_text() == other.is_text();
                if !is_ordered(one) || !is_ordered(other) || !same {
                    let operator = comparison.as_str();
                    return self.wrong(
                        mark,
                        format!("`{operator}` compares numbers, or text with text, not {one} with {other}"),
                    );
                }
                Type::BOOL
            }
            Kind::In { item, list } => self.contained(item, list, mark),
            Kind::Calculate { arithmetic, left, right } => {
                let types = (self.node(left), self.node(right));
                self.needs((left, types.0));
                self.needs((right, types.1));
                self.calculate(*arithmetic, types, mark)
            }
            Kind::Choose { condition, yes, no } => {
                self.needs_truth(condition);
                let (yes, no) = (self.node(yes), self.node(no));
                yes.join(no)
            }
            Kind::Call { function, arguments } => self.call(*function, arguments),
            Kind::Each { each, over, variable, filter, body } => {
                self.each(*each, over, variable, (filter.as_deref_mut(), body))
            }
        }
    }

    /// Where `null` has no value.
    fn needs(&mut self, (node, found): (&Node, Type)) {
        if found.ordinarily {
            self.needed.extend(node.path().map(|path| (path, node.span)));
        }
    }

    /// A field that may be `null` and is used as if it never were, with not so much as a question.
    fn report_unguarded(&mut self) {
        for (path, span) in std::mem::take(&mut self.needed) {
            if !self.asked.contains(&path) {
                let message = format!("`{path}` may be `null`, and then this cannot be judged");
                let problem = Problem::new("rule-null", span, message);
                self.problems.push(problem.help(format!("write `has({path}) && …` in front of it")));
            }
        }
    }

    fn variable(&mut self, name: &str, slot: &mut usize, span: Span) -> Type {
        if let Some((_, why)) = self.elsewhere.iter().find(|(known, _)| *known == name) {
            return self.report(Problem::new(
                "unknown-variable",
                span,
                format!("there is no `{name}` here: {why}"),
            ));
        }
        if let Some(place) = self.scope.iter().rposition(|(known, _)| known == name) {
            *slot = place;
            return self.scope[place].1;
        }
        let known: Vec<&str> = self.scope.iter().map(|(name, _)| name.as_str()).collect();
        let help = match nearest(name, known.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("a rule knows {}; text stands in quotes: `\"{name}\"`", listed(known)),
        };
        self.report(Problem::new("unknown-variable", span, format!("there is no `{name}`")).help(help))
    }

    fn select(&mut self, (of, field): (&mut Node, &str), mark: Span) -> Type {
        let found = self.node(of);
        if found.is_any() || found.is(Base::Map) {
            return Type::ANY;
        }
        let Base::Record(shape) = found.base else {
            return self.wrong(mark, format!("{found} has no fields, so there is no `{field}` in it"));
        };
        if found.lists > 0 {
            let problem = Problem::new(
                "rule-type",
                mark,
                format!("{found} has no `{field}`; each of its records may have"),
            );
            return self
                .report(problem.help(format!("ask for all or some of them: `.exists(x, x.{field} …)`")));
        }
        match shape.field(field) {
            Some((_, known)) => known.r#type,
            None => {
                let help = suggestion(field, shape.fields.iter().map(|field| field.name));
                let message = format!("{} has no field `{field}`", shape.name);
                self.report(Problem::new("unknown-field", mark, message).help(help))
            }
        }
    }

    fn index(&mut self, of: &mut Node, at: &mut Node) -> Type {
        let (found, index) = (self.node(of), self.node(at));
        match (found.element(), found.base) {
            (Some(element), _) => {
                self.must_be(at, index, index.is(Base::Number), "the place in a list is a number, from 0 on");
                element
            }
            (None, Base::Map) => {
                self.must_be(at, index, index.is_text(), "a key of a map is text");
                Type::ANY
            }
            (None, Base::Any) => Type::ANY,
            (None, Base::Record(_)) => {
                self.wrong(at.span, format!("a field of {found} is written with a dot: `.name`"))
            }
            (None, _) => self.wrong(at.span, format!("{found} has no parts")),
        }
    }

    fn must_be(&mut self, node: &Node, found: Type, holds: bool, what: &str) {
        if !holds && !found.is_any() {
            self.wrong(node.span, format!("{what}, and this is {found}"));
        }
    }

    fn needs_truth(&mut self, node: &mut Node) -> Type {
        let found = self.node(node);
        self.must_be(node, found, found.is(Base::Bool), "this place wants a yes or no");
        Type::BOOL
    }

    fn needs_number(&mut self, node: &mut Node, operator: &str) -> Type {
        let found = self.node(node);
        self.needs((node, found));
        self.must_be(node, found, found.is(Base::Number), &format!("`{operator}` takes a number"));
        Type::NUMBER
    }

    fn map(&mut self, entries: &mut [(Node, Node)]) -> Type {
        let mut seen: Vec<String> = Vec::new();
        for (key, value) in entries {
            let found = self.node(key);
            self.must_be(key, found, found.is_text(), "a key of a map is text");
            if let Kind::Text(text) = &key.kind {
                if seen.iter().any(|seen| **seen == **text) {
                    self.wrong(key.span, "a key that this map has already".to_owned());
                }
                seen.push(text.to_string());
            }
            self.node(value);
        }
        Type::MAP
    }

    fn comparable(&mut self, (left, one): (&Node, Type), (right, other): (&Node, Type), mark: Span) {
        if !one.may_equal(other) {
            let message = match (one.is_null(), other.is_null()) {
                (true, _) => format!("this is never `null`: it is {other}"),
                (_, true) => format!("this is never `null`: it is {one}"),
                _ => format!("{one} is never equal to {other}"),
            };
            self.wrong(mark, message);
            return;
        }
        self.known_word(one, right);
        self.known_word(other, left);
    }

    /// A text that is compared with words must be one of them, or it never is.
    fn known_word(&mut self, words: Type, written: &Node) {
        let Base::Word(known) = words.base else { return };
        match &written.kind {
            Kind::Text(text) if !known.contains(&&**text) => {
                let shown: String = text.chars().take(40).collect();
                let message = format!("this is never `{shown}`");
                let help = suggestion(text, known.iter().copied());
                self.report(Problem::new("unknown-word", written.span, message).help(help));
            }
            Kind::List(items) => items.iter().for_each(|item| self.known_word(words, item)),
            _ => {}
        }
    }

    fn contained(&mut self, item: &mut Node, list: &mut Node, mark: Span) -> Type {
        let (one, many) = (self.node(item), self.node(list));
        self.asked.extend(item.path());
        self.needs((list, many));
        match (many.element(), many.base) {
            (Some(element), _) if one.may_equal(element) => {
                self.known_word(one, list);
                self.known_word(element, item);
            }
            (Some(element), _) => {
                self.wrong(mark, format!("{one} is never in a list of which each is {element}"));
            }
            (None, Base::Map) => self.must_be(item, one, one.is_text(), "a key of a map is text"),
            (None, Base::Any) => {}
            (None, Base::Text | Base::Word(_)) => {
                let problem = Problem::new("rule-type", mark, "`in` looks into a list, and this is text");
                self.report(problem.help("write `text.contains(\"…\")`"));
            }
            (None, _) => {
                self.wrong(mark, format!("`in` looks into a list, and this is {many}"));
            }
        }
        Type::BOOL
    }

    fn calculate(&mut self, arithmetic: Arithmetic, (left, right): (Type, Type), mark: Span) -> Type {
        let both =
            |holds: fn(Type) -> bool| (holds(left) || left.is_any()) && (holds(right) || right.is_any());
        let is_number = |of: Type| of.is(Base::Number);
        if left.is_any() && right.is_any() {
            return if arithmetic == Arithmetic::Add { Type::ANY } else { Type::NUMBER };
        }
        if both(is_number) {
            return Type::NUMBER;
        }
        if arithmetic == Arithmetic::Add {
            if both(Type::is_text) {
                return Type::TEXT;
            }
            if both(|of| of.lists > 0) {
                return if left.is_any() || right.is_any() {
                    Type::ANY.list()
                } else {
                    left.join_lists(right)
                };
            }
            return self.wrong(
                mark,
                format!(
                    "`+` adds numbers, and joins text with text and lists with lists, not {left} with {right}"
                ),
            );
        }
        let operator = arithmetic.as_str();
        self.wrong(mark, format!("`{operator}` takes numbers, not {left} and {right}"));
        Type::NUMBER
    }

    fn call(&mut self, function: Function, arguments: &mut [Node]) -> Type {
        let types: Vec<Type> = arguments.iter_mut().map(|argument| self.node(argument)).collect();
        let name = function.as_str();
        for (argument, found) in arguments.iter().zip(types) {
            self.needs((argument, found));
            let holds = match function {
                Function::Size => found.lists > 0 || found.is(Base::Map) || found.is_text(),
                Function::StartsWith | Function::EndsWith | Function::Contains | Function::LowerAscii => {
                    found.is_text()
                }
            };
            let what = match function {
                Function::Size => "a list or text".to_owned(),
                _ => "text".to_owned(),
            };
            if function == Function::Contains && found.lists > 0 {
                let problem = Problem::new(
                    "rule-type",
                    argument.span,
                    format!("`{name}` looks into text, and this is {found}"),
                );
                self.report(problem.help("write `\"…\" in list`"));
            } else {
                self.must_be(argument, found, holds, &format!("`{name}` takes {what}"));
            }
        }
        match function {
            Function::Size => Type::NUMBER,
            Function::StartsWith | Function::EndsWith | Function::Contains => Type::BOOL,
            Function::LowerAscii => Type::TEXT,
        }
    }

    fn each(
        &mut self,
        each: Each,
        over: &mut Node,
        variable: &Bound,
        (filter, body): (Option<&mut Node>, &mut Node),
    ) -> Type {
        let many = self.node(over);
        let element = match (many.element(), many.base) {
            (Some(element), _) => element,
            // The keys.
            (None, Base::Map) => Type::TEXT,
            (None, Base::Any) => Type::ANY,
            (None, _) => self.wrong(
                over.span,
                format!("`{}` looks at each element of a list, and this is {many}", each.as_str()),
            ),
        };
        self.new_name(variable);
        self.scope.push((variable.name.clone(), element));
        if let Some(filter) = filter {
            self.needs_truth(filter);
        }
        let result = match each {
            Each::All | Each::Exists | Each::ExistsOne => self.needs_truth(body),
            Each::Filter => {
                self.needs_truth(body);
                element.list()
            }
            Each::Map => self.node(body).list(),
        };
        self.scope.pop();
        result
    }

    /// CEL lets an inner name hide an outer one; whoever reads a rule should not have to see through that.
    fn new_name(&mut self, variable: &Bound) {
        let Bound { name, span } = variable;
        let is_elsewhere = self.elsewhere.iter().any(|(known, _)| known == name);
        if is_elsewhere || self.scope.iter().any(|(known, _)| known == name) {
            let problem = Problem::new("rule-type", *span, format!("`{name}` has a meaning here already"));
            self.report(problem.help("choose another name, as `u` or `a`"));
        }
    }
}

impl Type {
    /// Of two lists.
    fn join_lists(self, other: Type) -> Type {
        match (self.element(), other.element()) {
            (Some(one), Some(another)) if one.is_any() => another.list(),
            (Some(one), Some(another)) if another.is_any() => one.list(),
            (Some(one), Some(another)) => one.join(another).list(),
            _ => Type::ANY,
        }
    }
}

/// The name of a shape as a sentence has it.
impl Shape {
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| field.name)
    }
}
