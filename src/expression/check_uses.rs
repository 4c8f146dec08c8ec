//! What operators, functions and the macros over lists take, and what they give.

use super::check::Checker;
use super::each::Each;
use super::function::Function;
use super::names::suggestion;
use super::operator::Arithmetic;
use super::problem::{Problem, Span};
use super::syntax::{Bound, Kind, Node};
use super::typing::{Base, Type};

impl Checker<'_> {
    pub(super) fn map(&mut self, entries: &mut [(Node, Node)]) -> Type {
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

    pub(super) fn comparable(
        &mut self,
        (left, one): (&Node, Type),
        (right, other): (&Node, Type),
        mark: Span,
    ) {
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

    pub(super) fn contained(&mut self, item: &mut Node, list: &mut Node, mark: Span) -> Type {
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

    pub(super) fn calculate(
        &mut self,
        arithmetic: Arithmetic,
        (left, right): (Type, Type),
        mark: Span,
    ) -> Type {
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

    pub(super) fn call(&mut self, function: Function, arguments: &mut [Node]) -> Type {
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

    pub(super) fn each(
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
