//! One documented operation: what may be asked, and what may be answered.
//!
//! Deliberately absent: security, headers and rate limits. The documents say little about them, and the
//! sandbox's own tests more.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use url::form_urlencoded;

use super::schema::{Others, Rule, Schemas};
use super::{Answer, Exchange, Finding};

pub(super) struct Operation {
    /// The file of the document.
    pub(super) document: String,
    path: BTreeMap<String, Parameter>,
    query: BTreeMap<String, Parameter>,
    body: Option<Body>,
    /// By status: the rule of the answer's body, None where it has none.
    answers: BTreeMap<u16, Option<Rule>>,
    error: Arc<Rule>,
}

struct Parameter {
    is_required: bool,
    kind: Kind,
    rule: Rule,
}

/// How the text of a parameter becomes a value.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Integer,
    Boolean,
    /// Given by repeating the parameter; the items are text.
    Texts,
    /// Likewise, with integers.
    Integers,
}

struct Body {
    is_required: bool,
    rule: Rule,
}

impl Operation {
    /// Reads an operation of a document. `error` judges every answer that is none of the documented ones.
    pub(super) fn read(
        schemas: &Schemas<'_>,
        printed: &Value,
        error: Arc<Rule>,
    ) -> Result<Operation, String> {
        let mut operation = Operation {
            document: schemas.document.to_owned(),
            path: BTreeMap::new(),
            query: BTreeMap::new(),
            body: None,
            answers: BTreeMap::new(),
            error,
        };
        for printed in printed["parameters"].as_array().into_iter().flatten() {
            let name = printed["name"].as_str().ok_or("a parameter without a name")?;
            let parameter = Parameter::read(schemas, name, printed)
                .map_err(|problem| format!("parameter `{name}`: {problem}"))?;
            match printed["in"].as_str() {
                Some("path") => operation.path.insert(name.to_owned(), parameter),
                Some("query") => operation.query.insert(name.to_owned(), parameter),
                _ => return Err(format!("parameter `{name}` is neither in the path nor in the query")),
            };
        }
        if let Some(printed) = printed.get("requestBody") {
            let schema = printed.pointer("/content/application~1json/schema");
            let schema = schema.ok_or("a body that is not `application/json`")?;
            let is_required = printed["required"] == true;
            operation.body = Some(Body { is_required, rule: schemas.rule(schema, Others::Refused)? });
        }
        for (status, printed) in printed["responses"].as_object().ok_or("no `responses`")? {
            if status == "default" {
                if printed["$ref"] != "#/components/responses/Error" {
                    return Err("`default` is not the document's error".to_owned());
                }
                continue;
            }
            let number = status.parse().map_err(|_| format!("`{status}` is no status"))?;
            let schema = printed.pointer("/content/application~1json/schema");
            let rule = schema.map(|schema| schemas.rule(schema, Others::Refused)).transpose()?;
            operation.answers.insert(number, rule);
        }
        Ok(operation)
    }

    /// What is wrong with the request. `in_path` are the named parts of the path, decoded.
    pub(super) fn request(
        &self,
        in_path: &[(&str, String)],
        query: &str,
        exchange: &Exchange,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (name, text) in in_path {
            let place = format!("path {name}");
            match self.path.get(*name) {
                Some(parameter) => findings.extend(parameter.findings(&place, &[text.as_str()])),
                None => findings.push(Finding::new(place, "the document does not say what it is")),
            }
        }
        let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            given.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        for (name, values) in &given {
            let place = format!("query {name}");
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            match self.query.get(name) {
                Some(parameter) => findings.extend(parameter.findings(&place, &values)),
                None => findings.push(Finding::new(place, "HubSpot's document has no such parameter")),
            }
        }
        for (name, parameter) in &self.query {
            if parameter.is_required && !given.contains_key(name) {
                findings.push(Finding::new(format!("query {name}"), "required and missing"));
            }
        }
        findings.extend(self.sent_body(exchange));
        findings
    }

    fn sent_body(&self, exchange: &Exchange) -> Vec<Finding> {
        match (&self.body, exchange.body.as_slice()) {
            (None, []) => Vec::new(),
            (None, _) => vec![Finding::new("body", "sent where HubSpot documents none")],
            (Some(body), []) if !body.is_required => Vec::new(),
            (Some(_), []) => vec![Finding::new("body", "required and missing")],
            (Some(body), bytes) => match json(exchange.content_type.as_deref(), bytes) {
                Ok(value) => body.rule.findings("body", &value),
                Err(problem) => vec![Finding::new("body", problem)],
            },
        }
    }

    /// What is wrong with the answer.
    pub(super) fn answer(&self, answer: &Answer) -> Vec<Finding> {
        let rule = match (self.answers.get(&answer.status), answer.status) {
            (Some(Some(rule)), _) => rule,
            (Some(None), _) if answer.body.is_empty() => return Vec::new(),
            (Some(None), _) => return vec![Finding::new("the body", "HubSpot documents none")],
            (None, 400..=599) => &*self.error,
            (None, _) => {
                let documented: Vec<String> = self.answers.keys().map(u16::to_string).collect();
                let problem = format!("HubSpot documents {} and errors", documented.join(", "));
                return vec![Finding::new("status", problem)];
            }
        };
        match json(answer.content_type.as_deref(), &answer.body) {
            Ok(value) => rule.findings("", &value),
            Err(problem) => vec![Finding::new("the body", problem)],
        }
    }
}

fn json(content_type: Option<&str>, bytes: &[u8]) -> Result<Value, String> {
    let media_type = content_type.and_then(|content_type| content_type.split(';').next()).map(str::trim);
    if !media_type.is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/json")) {
        return Err(format!("not sent as `application/json` but as `{}`", content_type.unwrap_or("nothing")));
    }
    serde_json::from_slice(bytes).map_err(|error| format!("not JSON: {error}"))
}

impl Parameter {
    fn read(schemas: &Schemas<'_>, name: &str, printed: &Value) -> Result<Parameter, String> {
        let schema = printed.get("schema").ok_or("no schema")?;
        let kind = match (schema["type"].as_str(), schema["items"]["type"].as_str()) {
            (Some("string"), _) => Kind::Text,
            (Some("integer"), _) => Kind::Integer,
            (Some("boolean"), _) => Kind::Boolean,
            (Some("array"), Some("string")) if printed["explode"] == true => Kind::Texts,
            (Some("array"), Some("integer")) if printed["explode"] == true => Kind::Integers,
            _ => return Err("the judge does not know its type".to_owned()),
        };
        let is_required = printed["required"] == true;
        Ok(Parameter { is_required, kind, rule: schemas.parameter(name, schema)? })
    }

    fn findings(&self, place: &str, given: &[&str]) -> Vec<Finding> {
        let value = match (self.kind, given) {
            (Kind::Texts, _) => given.iter().copied().map(Value::from).collect(),
            (Kind::Integers, _) => given.iter().copied().map(integer).collect(),
            (Kind::Text, [text]) => Value::from(*text),
            (Kind::Integer, [text]) => integer(text),
            (Kind::Boolean, ["true"]) => Value::Bool(true),
            (Kind::Boolean, ["false"]) => Value::Bool(false),
            (Kind::Boolean, [text]) => Value::from(*text),
            (_, _) => return vec![Finding::new(place, format!("given {} times", given.len()))],
        };
        self.rule.findings(place, &value)
    }
}

/// What is no integer stays text, which the rule then finds.
fn integer(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from)
}
