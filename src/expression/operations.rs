//! What operators, functions and the macros over lists make of values.

use std::sync::Arc;

use super::budget::Budget;
use super::each::Each;
use super::evaluate::{Evaluation, Failure, too_large};
use super::function::Function;
use super::operator::{Arithmetic, Comparison};
use super::problem::Span;
use super::syntax::{Kind, Node};
use super::value::Value;

impl Evaluation<'_> {
    pub(super) fn equal(&mut self, left: &Value, right: &Value) -> Result<bool, Failure> {
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

    pub(super) fn compare(
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

    pub(super) fn contained(&mut self, item: &Node, list: &Node, span: Span) -> Result<Value, Failure> {
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

    pub(super) fn calculate(
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

    pub(super) fn call(
        &mut self,
        function: Function,
        arguments: &[Node],
        span: Span,
    ) -> Result<Value, Failure> {
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

    pub(super) fn each(
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

fn number(count: usize, span: Span) -> Result<Value, Failure> {
    i64::try_from(count).map(Value::Number).map_err(|_| too_large(span))
}
