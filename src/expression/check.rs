//! Tree → checked expression: every name known, every value of a type that what is done with it takes.
//!
//! A mistake is reported once, and what comes of it counts as anything. Deliberately absent: proof that nothing
//! is `null` where it may be; evaluating says so.

use super::names::{listed, nearest, suggestion};
use super::problem::{Problem, Span};
use super::syntax::{Kind, Node, Syntax};
use super::typing::{Base, Type};

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

pub(super) struct Checker<'e> {
    /// The innermost last.
    pub(super) scope: Vec<(String, Type)>,
    pub(super) elsewhere: &'e [(&'e str, &'e str)],
    pub(super) problems: Vec<Problem>,
    /// Fields that may be `null` where that has no value, with the place of each.
    needed: Vec<(String, Span)>,
    /// Fields that are compared with something, or asked whether they are there.
    pub(super) asked: Vec<String>,
}

impl Checker<'_> {
    pub(super) fn report(&mut self, problem: Problem) -> Type {
        self.problems.push(problem);
        Type::ANY
    }

    pub(super) fn wrong(&mut self, at: Span, message: String) -> Type {
        self.report(Problem::new("rule-type", at, message))
    }

    pub(super) fn node(&mut self, node: &mut Node) -> Type {
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
    pub(super) fn needs(&mut self, (node, found): (&Node, Type)) {
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
                let help = suggestion(field, shape.names().collect::<Vec<_>>());
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

    pub(super) fn must_be(&mut self, node: &Node, found: Type, holds: bool, what: &str) {
        if !holds && !found.is_any() {
            self.wrong(node.span, format!("{what}, and this is {found}"));
        }
    }

    pub(super) fn needs_truth(&mut self, node: &mut Node) -> Type {
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
}
