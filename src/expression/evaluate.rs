//! Checked expression + values → value, as CEL defines it, within a budget.
//!
//! Of `&&` and `||`, and so of `all` and `exists`, one side that decides outweighs a mistake on the other.
//! Deliberately absent: any way round the budget.

use std::sync::Arc;

use super::budget::Budget;
use super::check::Expression;
use super::each::Each;
use super::function::Function;
use super::operator::{Arithmetic, Comparison};
use super::problem::Span;
use super::syntax::{Kind, Node};
use super::value::Value;

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The values are not such that it can be said.
    Unknown {
        /// A lower-case fragment.
        message: String,
        /// In bytes of the text.
        start: usize,
        end: usize,
    },
    /// It would take more than this many steps.
    Budget { steps: u64 },
}

impl Failure {
    fn at(span: Span, message: impl Into<String>) -> Failure {
        Failure::Unknown { message: message.into(), start: span.start, end: span.end }
    }
}

impl Expression {
    /// `variables` in the order in which the expression was checked with them.
    ///
    /// # Errors
    ///
    /// Why there is no value.
    pub fn evaluate(&self, variables: &[Value], budget: &mut Budget) -> Result<Value, Failure> {
        let mut evaluation = Evaluation { scope: variables.to_vec(), budget };
        evaluation.value(&self.syntax.root)
    }

    /// As [`Expression::evaluate`], of a condition.
    ///
    /// # Errors
    ///
    /// Why it can be neither said that it holds nor that it does not.
    pub fn holds(&self, variables: &[Value], budget: &mut Budget) -> Result<bool, Failure> {
        truth(&self.evaluate(variables, budget)?, self.syntax.root.span)
    }
}

struct Evaluation<'b> {
    scope: Vec<Value>,
    budget: &'b mut Budget,
}

impl Evaluation<'_> {
    fn value(&mut self, node: &Node) -> Result<Value, Failure> {
        self.budget.step()?;
        match &node.kind {
            Kind::Null => Ok(Value::Null),
            Kind::Bool(value) => Ok(Value::Bool(*value)),
            Kind::Number(value) => Ok(Value::Number(*value)),
            Kind::Text(text) => Ok(Value::Text(Arc::clone(text))),
            Kind::List(items) => {
                self.budget.make_elements(items.len())?;
                items.iter().map(|item| self.value(item)).collect::<Result<_, _>>().map(Value::List)
            }
            Kind::Map(entries) => self.map(entries),
            Kind::Variable { slot, .. } => match self.scope.get(*slot) {
                Some(value) => Ok(value.clone()),
                None => Err(Failure::at(node.span, "this has no value")),
            },
            Kind::Select { of, field } => {
                let of = self.value(of)?;
                self.field(&of, field)?.ok_or_else(|| missing(&of, field, node.span))
            }
            Kind::Has { of, field } => {
                let of = self.value(of)?;
                match (&of, self.field(&of, field)?) {
                    (Value::Record(_), found) => {
                        Ok(Value::Bool(found.is_some_and(|found| found != Value::Null)))
                    }
                    (Value::Map(_), found) => Ok(Value::Bool(found.is_some())),
                    _ => Err(missing(&of, field, node.span)),
                }
            }
            Kind::Index { of, at } => self.index(of, at),
            Kind::Not(of) => self.truth(of).map(|value| Value::Bool(!value)),
            Kind::Negate(of) => match self.value(of)? {
                Value::Number(number) => {
                    number.checked_neg().map(Value::Number).ok_or_else(|| too_large(node.span))
                }
                other => Err(Failure::at(node.span, format!("`-` takes a number, not {}", other.what()))),
            },
            Kind::And(parts) => self.decided(parts, false),
            Kind::Or(parts) => self.decided(parts, true),
            Kind::Equal { left, right, negated } => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                Ok(Value::Bool(self.equal(&left, &right)? != *negated))
            }
            Kind::Compare { comparison, left, right } => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                self.compare(*comparison, (&left, &right), node.span)
            }
            Kind::In { item, list } => self.contained(item, list, node.span),
            Kind::Calculate { arithmetic, left, right } => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                self.calculate(*arithmetic, (left, right), node.span)
            }
            Kind::Choose { condition, yes, no } => match self.truth(condition)? {
                true => self.value(yes),
                false => self.value(no),
            },
            Kind::Call { function, arguments } => self.call(*function, arguments, node.span),
            Kind::Each { each, over, filter, body, .. } => self.each(*each, over, (filter.as_deref(), body)),
        }
    }

    fn truth(&mut self, node: &Node) -> Result<bool, Failure> {
        truth(&self.value(node)?, node.span)
    }

    /// The first part that is `decisive` decides, whatever else failed.
    fn decided(&mut self, parts: &[Node], decisive: bool) -> Result<Value, Failure> {
        let mut failed = None;
        for part in parts {
            match self.truth(part) {
                Ok(value) if value == decisive => return Ok(Value::Bool(decisive)),
                Ok(_) => {}
                Err(failure @ Failure::Budget { .. }) => return Err(failure),
                Err(failure) => failed = failed.or(Some(failure)),
            }
        }
        failed.map_or(Ok(Value::Bool(!decisive)), Err)
    }

    fn map(&mut self, entries: &[(Node, Node)]) -> Result<Value, Failure> {
        self.budget.make_elements(entries.len() * 2)?;
        let mut map: Vec<(Arc<str>, Value)> = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let Value::Text(name) = self.value(key)? else {
                return Err(Failure::at(key.span, "a key of a map is text"));
            };
            self.budget.steps(map.len())?;
            if map.iter().any(|(known, _)| *known == name) {
                return Err(Failure::at(key.span, "a key that this map has already"));
            }
            let value = self.value(value)?;
            map.push((name, value));
        }
        Ok(Value::Map(map.into()))
    }

    fn field(&mut self, of: &Value, field: &str) -> Result<Option<Value>, Failure> {
        match of {
            Value::Record(record) => Ok(record.field(field).cloned()),
            Value::Map(entries) => {
                self.budget.steps(entries.len())?;
                Ok(entries.iter().find(|(key, _)| **key == *field).map(|(_, value)| value.clone()))
            }
            _ => Ok(None),
        }
    }

    fn index(&mut self, of: &Node, at: &Node) -> Result<Value, Failure> {
        let (found, place) = (self.value(of)?, self.value(at)?);
        match (&found, &place) {
            (Value::List(items), Value::Number(number)) => {
                let item = usize::try_from(*number).ok().and_then(|place| items.get(place));
                let message = || format!("the list has no element {number}: it has {}", items.len());
                item.cloned().ok_or_else(|| Failure::at(at.span, message()))
            }
            (Value::Map(_), Value::Text(key)) => {
                self.field(&found, key)?.ok_or_else(|| missing(&found, key, at.span))
            }
            _ => {
                Err(Failure::at(at.span, format!("{} has no part that {} names", found.what(), place.what())))
            }
        }
    }

    fn equal(&mut self, left: &Value, right: &Value) -> Result<bool, Failure> {
        self.budget.step()?;
        match (left, right) {
            (Value::Text(left), Value::Text(right)) => {
                self.budget.look_at(left.len().min(right.len()))?;
                Ok(left == right)
            }
            (Value::List(left), Value::List(right)) => {
                if left.len() != right.len() {
                    return Ok(false);
                }
                self.all_equal(left.iter().zip(right.iter()))
            }
            (Value::Map(left), Value::Map(right)) => {
                if left.len() != right.len() {
                    return Ok(false);
                }
                for (key, value) in left.iter() {
                    self.budget.steps(right.len())?;
                    let Some((_, other)) = right.iter().find(|(other, _)| other == key) else {
                        return Ok(false);
                    };
                    if !self.equal(value, other)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Value::Record(left), Value::Record(right)) => {
                let same = Arc::ptr_eq(left, right);
                Ok(same || (left.is_like(right) && self.all_equal(left.values().zip(right.values()))?))
            }
            (left, right) => Ok(left == right),
        }
    }

    fn all_equal<'v>(
        &mut self,
        mut pairs: impl Iterator<Item = (&'v Value, &'v Value)>,
    ) -> Result<bool, Failure> {
        pairs.try_fold(true, |so_far, (left, right)| Ok(so_far && self.equal(left, right)?))
    }

    fn compare(
        &mut self,
        comparison: Comparison,
        sides: (&Value, &Value),
        span: Span,
    ) -> Result<Value, Failure> {
        let ordering = match sides {
            (Value::Number(left), Value::Number(right)) => left.cmp(right),
            (Value::Text(left), Value::Text(right)) => {
                self.budget.look_at(left.len().min(right.len()))?;
                left.cmp(right)
            }
            (left, right) => {
                let message =
                    format!("`{}` cannot compare {} with {}", comparison.as_str(), left.what(), right.what());
                return Err(Failure::at(span, message));
            }
        };
        Ok(Value::Bool(comparison.holds(ordering)))
    }

    fn contained(&mut self, item: &Node, list: &Node, span: Span) -> Result<Value, Failure> {
        if let Kind::List(items) = &list.kind
            && items.iter().all(|item| item.is_literal())
        {
            return self.listed(item, items);
        }
        let (item, list) = (self.value(item)?, self.value(list)?);
        match (&item, &list) {
            (item, Value::List(items)) => {
                for other in items.iter() {
                    if self.equal(item, other)? {
                        return Ok(Value::Bool(true));
                    }
                }
                Ok(Value::Bool(false))
            }
            (Value::Text(key), Value::Map(_)) => Ok(Value::Bool(self.field(&list, key)?.is_some())),
            _ => Err(Failure::at(span, format!("`in` looks into a list, not into {}", list.what()))),
        }
    }

    /// In a list of addresses, which most rules have: it need not be made first.
    fn listed(&mut self, item: &Node, items: &[Node]) -> Result<Value, Failure> {
        let item = self.value(item)?;
        for other in items {
            let other = self.value(other)?;
            if self.equal(&item, &other)? {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }

    fn calculate(
        &mut self,
        arithmetic: Arithmetic,
        sides: (Value, Value),
        span: Span,
    ) -> Result<Value, Failure> {
        match (arithmetic, sides) {
            (_, (Value::Number(left), Value::Number(right))) => match arithmetic.of(left, right) {
                Some(number) => Ok(Value::Number(number)),
                None if right == 0 => Err(Failure::at(span, "a division by zero")),
                None => Err(too_large(span)),
            },
            (Arithmetic::Add, (Value::Text(left), Value::Text(right))) => {
                self.budget.make(left.len() + right.len())?;
                Ok(Value::text(format!("{left}{right}")))
            }
            (Arithmetic::Add, (Value::List(left), Value::List(right))) => {
                self.budget.make_elements(left.len() + right.len())?;
                Ok(Value::list(left.iter().chain(right.iter()).cloned()))
            }
            (_, (left, right)) => {
                let operator = arithmetic.as_str();
                Err(Failure::at(
                    span,
                    format!("`{operator}` does not take {} and {}", left.what(), right.what()),
                ))
            }
        }
    }

    fn call(&mut self, function: Function, arguments: &[Node], span: Span) -> Result<Value, Failure> {
        let values: Vec<Value> =
            arguments.iter().map(|argument| self.value(argument)).collect::<Result<_, _>>()?;
        let texts = |budget: &mut Budget, left: &str, right: &str, holds: fn(&str, &str) -> bool| {
            budget.look_at(left.len() + right.len())?;
            Ok(Value::Bool(holds(left, right)))
        };
        match (function, values.as_slice()) {
            (Function::Size, [Value::Text(text)]) => {
                self.budget.look_at(text.len())?;
                number(text.chars().count(), span)
            }
            (Function::Size, [Value::List(items)]) => number(items.len(), span),
            (Function::Size, [Value::Map(entries)]) => number(entries.len(), span),
            (Function::StartsWith, [Value::Text(text), Value::Text(part)]) => {
                texts(self.budget, text, part, |text, part| text.starts_with(part))
            }
            (Function::EndsWith, [Value::Text(text), Value::Text(part)]) => {
                texts(self.budget, text, part, |text, part| text.ends_with(part))
            }
            (Function::Contains, [Value::Text(text), Value::Text(part)]) => {
                texts(self.budget, text, part, |text, part| text.contains(part))
            }
            (Function::LowerAscii, [Value::Text(text)]) => {
                self.budget.make(text.len())?;
                Ok(Value::text(text.to_ascii_lowercase()))
            }
            (function, values) => {
                let wrong = values.iter().map(Value::what).collect::<Vec<_>>().join(" and ");
                Err(Failure::at(span, format!("`{}` does not take {wrong}", function.as_str())))
            }
        }
    }

    fn each(
        &mut self,
        each: Each,
        over: &Node,
        (filter, body): (Option<&Node>, &Node),
    ) -> Result<Value, Failure> {
        let items: Arc<[Value]> = match self.value(over)? {
            Value::List(items) => items,
            Value::Map(entries) => {
                self.budget.make_elements(entries.len())?;
                entries.iter().map(|(key, _)| Value::Text(Arc::clone(key))).collect()
            }
            other => {
                let message =
                    format!("`{}` looks at each element of a list, not of {}", each.as_str(), other.what());
                return Err(Failure::at(over.span, message));
            }
        };
        let place = self.scope.len();
        self.scope.push(Value::Null);
        let result = self.elements(each, &items, place, (filter, body));
        self.scope.truncate(place);
        result
    }

    fn elements(
        &mut self,
        each: Each,
        items: &[Value],
        place: usize,
        (filter, body): (Option<&Node>, &Node),
    ) -> Result<Value, Failure> {
        let mut failed = None;
        let mut found = 0_usize;
        let mut kept: Vec<Value> = Vec::new();
        for item in items {
            self.budget.step()?;
            self.scope[place] = item.clone();
            match each {
                Each::All | Each::Exists => match self.truth(body) {
                    Ok(value) if value == (each == Each::Exists) => return Ok(Value::Bool(value)),
                    Ok(_) => {}
                    Err(failure @ Failure::Budget { .. }) => return Err(failure),
                    Err(failure) => failed = failed.or(Some(failure)),
                },
                Each::ExistsOne => found += usize::from(self.truth(body)?),
                Each::Filter => {
                    if self.truth(body)? {
                        self.budget.make_elements(1)?;
                        kept.push(item.clone());
                    }
                }
                Each::Map => {
                    let is_kept = match filter {
                        Some(filter) => self.truth(filter)?,
                        None => true,
                    };
                    if is_kept {
                        self.budget.make_elements(1)?;
                        kept.push(self.value(body)?);
                    }
                }
            }
        }
        match each {
            Each::All | Each::Exists => failed.map_or(Ok(Value::Bool(each == Each::All)), Err),
            Each::ExistsOne => Ok(Value::Bool(found == 1)),
            Each::Filter | Each::Map => Ok(Value::List(kept.into())),
        }
    }
}

fn truth(value: &Value, span: Span) -> Result<bool, Failure> {
    match value {
        Value::Bool(value) => Ok(*value),
        other => Err(Failure::at(span, format!("this should be true or false, and is {}", other.what()))),
    }
}

fn number(count: usize, span: Span) -> Result<Value, Failure> {
    i64::try_from(count).map(Value::Number).map_err(|_| too_large(span))
}

fn too_large(span: Span) -> Failure {
    Failure::at(span, "the result is too large for a number")
}

fn missing(of: &Value, field: &str, span: Span) -> Failure {
    let shown: String = field.chars().take(60).collect();
    Failure::at(span, format!("{} has no `{shown}`", of.what()))
}
