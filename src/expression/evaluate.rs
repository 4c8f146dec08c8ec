//! Checked expression + values → value, as CEL defines it, within a budget.
//!
//! Of `&&` and `||`, and so of `all` and `exists`, one side that decides outweighs a mistake on the other.
//! Deliberately absent: any way round the budget.

use std::sync::Arc;

use super::budget::Budget;
use super::check::Expression;
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
    pub(super) fn at(span: Span, message: impl Into<String>) -> Failure {
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

pub(super) struct Evaluation<'b> {
    pub(super) scope: Vec<Value>,
    pub(super) budget: &'b mut Budget,
}

impl Evaluation<'_> {
    pub(super) fn value(&mut self, node: &Node) -> Result<Value, Failure> {
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

    pub(super) fn truth(&mut self, node: &Node) -> Result<bool, Failure> {
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

    pub(super) fn field(&mut self, of: &Value, field: &str) -> Result<Option<Value>, Failure> {
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
}

fn truth(value: &Value, span: Span) -> Result<bool, Failure> {
    match value {
        Value::Bool(value) => Ok(*value),
        other => Err(Failure::at(span, format!("this should be true or false, and is {}", other.what()))),
    }
}

pub(super) fn too_large(span: Span) -> Failure {
    Failure::at(span, "the result is too large for a number")
}

fn missing(of: &Value, field: &str, span: Span) -> Failure {
    let shown: String = field.chars().take(60).collect();
    Failure::at(span, format!("{} has no `{shown}`", of.what()))
}
