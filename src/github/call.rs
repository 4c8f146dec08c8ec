//! One call to GitHub before it is sent: what it asks, what for, and whether it may be repeated.

use reqwest::Method;
use serde_json::Value;

use super::error::Purpose;

#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) target: Target,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Option<Value>,
    pub(super) effect: Effect,
    pub(super) purpose: Purpose,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A path from `/` on.
    Rest(String),
    Graphql,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Changes nothing, whatever the method.
    Reads,
    /// Doing it twice is the same as doing it once.
    Writes,
    /// Doing it twice would do it twice: never sent again once it may have arrived.
    Creates,
}

impl Call {
    pub(super) fn get(purpose: Purpose, path: String) -> Call {
        Call::new(Method::GET, Target::Rest(path), (Effect::Reads, purpose))
    }

    pub(super) fn ask(purpose: Purpose, question: &str) -> Call {
        let body = serde_json::json!({ "query": question });
        Call { body: Some(body), ..Call::new(Method::POST, Target::Graphql, (Effect::Reads, purpose)) }
    }

    pub(super) fn create(purpose: Purpose, path: String, body: Value) -> Call {
        Call { body: Some(body), ..Call::new(Method::POST, Target::Rest(path), (Effect::Creates, purpose)) }
    }

    pub(super) fn update(purpose: Purpose, path: String, body: Value) -> Call {
        Call { body: Some(body), ..Call::new(Method::PATCH, Target::Rest(path), (Effect::Writes, purpose)) }
    }

    pub(super) fn delete(purpose: Purpose, path: String) -> Call {
        Call::new(Method::DELETE, Target::Rest(path), (Effect::Writes, purpose))
    }

    fn new(method: Method, target: Target, (effect, purpose): (Effect, Purpose)) -> Call {
        Call { method, target, query: Vec::new(), body: None, effect, purpose }
    }

    pub(super) fn with(mut self, key: &'static str, value: impl Into<String>) -> Call {
        self.query.push((key, value.into()));
        self
    }

    /// As it stands in errors and logs.
    pub(super) fn shown(&self) -> String {
        match &self.target {
            Target::Rest(path) => format!("{} {path}", self.method),
            Target::Graphql => format!("{} /graphql", self.method),
        }
    }
}
