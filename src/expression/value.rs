//! What an expression is evaluated over, and to.

use std::sync::Arc;

use super::typing::{Base, Shape, Type};

/// Cheap to copy: what is large is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Null,
    Bool(bool),
    Number(i64),
    Text(Arc<str>),
    List(Arc<[Value]>),
    /// In the order in which it was written; no key twice.
    Map(Arc<[(Arc<str>, Value)]>),
    Record(Arc<Record>),
}

/// The fields of a shape, in its order.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    shape: &'static Shape,
    fields: Box<[Value]>,
}

impl Record {
    /// `fields` in the order of the shape.
    pub fn value(shape: &'static Shape, fields: impl IntoIterator<Item = Value>) -> Value {
        let record = Record { shape, fields: fields.into_iter().collect() };
        debug_assert!(record.is_whole(), "the fields are not those of {}: {record:?}", shape.name);
        Value::Record(Arc::new(record))
    }

    fn is_whole(&self) -> bool {
        let fits = |(field, value): (&super::Field, &Value)| value.is_of(field.r#type);
        self.fields.len() == self.shape.fields.len() && self.shape.fields.iter().zip(&self.fields).all(fits)
    }

    pub(super) fn is_like(&self, other: &Record) -> bool {
        self.shape == other.shape
    }

    pub(super) fn values(&self) -> std::slice::Iter<'_, Value> {
        self.fields.iter()
    }

    pub fn field(&self, name: &str) -> Option<&Value> {
        self.shape.field(name).and_then(|(place, _)| self.fields.get(place))
    }
}

impl Value {
    pub fn text(text: impl Into<Arc<str>>) -> Value {
        Value::Text(text.into())
    }

    pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
        Value::List(items.into_iter().collect())
    }

    /// Nothing is `null`.
    pub fn or_null(value: Option<Value>) -> Value {
        value.unwrap_or(Value::Null)
    }

    pub(super) fn is_of(&self, wanted: Type) -> bool {
        if *self == Value::Null {
            return wanted.nullable || wanted.is_null() || wanted.is_any();
        }
        if let Some(element) = wanted.element() {
            // The elements of a list of records were looked at when they were made.
            return match (self, element.base) {
                (Value::List(_), Base::Record(_)) => true,
                (Value::List(items), _) => items.iter().all(|item| item.is_of(element)),
                _ => false,
            };
        }
        match (self, wanted.base) {
            (_, Base::Any)
            | (Value::Bool(_), Base::Bool)
            | (Value::Number(_), Base::Number)
            | (Value::Text(_), Base::Text)
            | (Value::Map(_), Base::Map) => true,
            (Value::Text(text), Base::Word(words)) => words.contains(&&**text),
            (Value::Record(record), Base::Record(shape)) => record.shape == shape,
            _ => false,
        }
    }

    /// As in "… cannot be compared with a number".
    pub(super) fn what(&self) -> &'static str {
        match self {
            Value::Null => "`null`",
            Value::Bool(_) => "a yes-or-no value",
            Value::Number(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Record(record) => record.shape.name,
        }
    }

    /// As a message shows it; `None` for what has no place in a sentence.
    pub fn shown(&self) -> Option<String> {
        match self {
            Value::Null => Some("none".to_owned()),
            Value::Bool(true) => Some("yes".to_owned()),
            Value::Bool(false) => Some("no".to_owned()),
            Value::Number(number) => Some(number.to_string()),
            Value::Text(text) => Some(text.to_string()),
            Value::List(items) if items.is_empty() => Some("none".to_owned()),
            Value::List(items) => {
                let items: Option<Vec<String>> = items.iter().map(Value::shown).collect();
                items.map(|items| items.join(", "))
            }
            Value::Map(_) | Value::Record(_) => None,
        }
    }
}
