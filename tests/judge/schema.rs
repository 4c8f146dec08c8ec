//! Schemas of OpenAPI 3.0 as JSON Schema, and findings with the place of each.
//!
//! A keyword, type or format that is not known here is refused when the document is read, so that no rule of a
//! newer document is passed over. Deliberately absent: schemas that contain themselves, and `allOf` and its
//! like; HubSpot's documents for people have none.

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value, json};

use super::Finding;
use super::exceptions::{EXCEPTIONS, Place};

/// A longer value says no more about what is wrong.
const LONGEST_SHOWN: usize = 120;

/// Keys of an object that its schema does not name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Others {
    /// In requests and in answers that succeeded: whoever sends such a key has made it up.
    Refused,
    /// In errors: HubSpot's carry more than the documents have, such as `status` and `policyName`.
    Accepted,
}

/// Turns the schemas of one document into rules.
pub(super) struct Schemas<'a> {
    pub(super) document: &'a str,
    /// `components.schemas` of the document.
    pub(super) named: &'a Value,
}

/// A schema that values are judged by.
pub(super) struct Rule {
    validator: Validator,
}

impl Schemas<'_> {
    pub(super) fn rule(&self, schema: &Value, others: Others) -> Result<Rule, String> {
        Rule::new(&self.convert(schema, None, others)?)
    }

    pub(super) fn parameter(&self, name: &str, schema: &Value) -> Result<Rule, String> {
        let exception = EXCEPTIONS.iter().find(|exception| {
            exception.document == self.document
                && matches!(exception.place, Place::Parameter(parameter) if parameter == name)
        });
        match exception {
            Some(exception) => Rule::new(&exception.instead.schema()),
            None => self.rule(schema, Others::Refused),
        }
    }

    /// Whether an exception's place exists in this document.
    pub(super) fn has_property(&self, schema: &str, property: &str) -> bool {
        self.named[schema]["properties"].get(property).is_some()
    }

    /// `name` is the schema's own, for the exceptions.
    fn convert(&self, schema: &Value, name: Option<&str>, others: Others) -> Result<Value, String> {
        let keywords = schema.as_object().ok_or("a schema is not an object")?;
        if let Some(reference) = keywords.get("$ref").and_then(Value::as_str) {
            let target =
                reference.strip_prefix("#/components/schemas/").filter(|target| name != Some(*target));
            let target = target.ok_or_else(|| format!("`{reference}` cannot be followed"))?;
            let found = self.named.get(target).ok_or_else(|| format!("there is no schema `{target}`"))?;
            return self.convert(found, Some(target), others);
        }
        let mut rule = Map::new();
        for (keyword, value) in keywords {
            match keyword.as_str() {
                // For readers, or said by another keyword.
                "description" | "example" | "default" | "nullable" => {}
                "type" | "enum" | "required" | "pattern" => {
                    rule.insert(keyword.clone(), value.clone());
                }
                "format" => rule.extend(format(value)?),
                "items" => {
                    rule.insert(keyword.clone(), self.convert(value, None, others)?);
                }
                "additionalProperties" if value.is_boolean() => {
                    rule.insert(keyword.clone(), value.clone());
                }
                "additionalProperties" => {
                    rule.insert(keyword.clone(), self.convert(value, None, others)?);
                }
                "properties" => {
                    rule.insert(keyword.clone(), self.properties(value, name, others)?);
                }
                unknown => return Err(format!("the judge does not know the keyword `{unknown}`")),
            }
        }
        // An object that names no properties at all may hold anything.
        let is_closed = rule.contains_key("properties") && others == Others::Refused;
        if is_closed && !rule.contains_key("additionalProperties") {
            rule.insert("additionalProperties".to_owned(), false.into());
        }
        if keywords.get("nullable") == Some(&Value::Bool(true)) {
            return Ok(json!({ "anyOf": [{ "type": "null" }, rule] }));
        }
        Ok(Value::Object(rule))
    }

    fn properties(&self, properties: &Value, name: Option<&str>, others: Others) -> Result<Value, String> {
        let properties = properties.as_object().ok_or("`properties` is not an object")?;
        let mut rules = Map::new();
        for (key, schema) in properties {
            let exception = EXCEPTIONS.iter().find(|exception| {
                exception.document == self.document
                    && matches!(exception.place, Place::Property(schema, property)
                        if Some(schema) == name && property == key)
            });
            let rule = match exception {
                Some(exception) => exception.instead.schema(),
                None => self.convert(schema, None, others)?,
            };
            rules.insert(key.clone(), rule);
        }
        Ok(Value::Object(rules))
    }
}

/// The keywords of JSON Schema that say the same as a `format` of OpenAPI.
fn format(format: &Value) -> Result<Map<String, Value>, String> {
    let keywords = match format.as_str() {
        Some("int32") => json!({ "minimum": i32::MIN, "maximum": i32::MAX }),
        Some("int64") => json!({ "minimum": i64::MIN, "maximum": i64::MAX }),
        Some("date-time" | "uuid") => json!({ "format": format }),
        _ => return Err(format!("the judge does not know the format {format}")),
    };
    match keywords {
        Value::Object(keywords) => Ok(keywords),
        _ => Err("keywords are an object".to_owned()),
    }
}

impl Rule {
    fn new(schema: &Value) -> Result<Rule, String> {
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(false)
            .build(schema)
            .map_err(|error| format!("no JSON Schema came of it: {error}"))?;
        Ok(Rule { validator })
    }

    /// What is wrong with the value, by place. `root` is what the value itself is called; places within it follow.
    pub(super) fn findings(&self, root: &str, value: &Value) -> Vec<Finding> {
        if self.validator.is_valid(value) {
            return Vec::new();
        }
        let mut findings = Vec::new();
        for error in self.validator.iter_errors(value) {
            let place = place(root, value, error.instance_path.as_str());
            match &error.kind {
                ValidationErrorKind::AdditionalProperties { unexpected } => {
                    findings.extend(unexpected.iter().map(|key| {
                        Finding::new(inside(&place, key), "HubSpot's document has no such field")
                    }));
                }
                ValidationErrorKind::Required { property } => {
                    let key = property.as_str().unwrap_or("?");
                    findings.push(Finding::new(inside(&place, key), "required and missing"));
                }
                _ => findings.push(Finding::new(named(place), shortened(&error.to_string()))),
            }
        }
        findings.sort_by(|one, other| one.place.cmp(&other.place));
        findings
    }
}

/// A JSON pointer as people write it: `results[3].superAdmin`.
fn place(root: &str, value: &Value, pointer: &str) -> String {
    let mut place = root.to_owned();
    let mut here = Some(value);
    for part in pointer.split('/').skip(1) {
        let key = part.replace("~1", "/").replace("~0", "~");
        here = match here {
            Some(Value::Array(items)) => {
                place.push_str(&format!("[{key}]"));
                key.parse::<usize>().ok().and_then(|index| items.get(index))
            }
            other => {
                place = inside(&place, &key);
                other.and_then(|object| object.get(&key))
            }
        };
    }
    place
}

fn inside(place: &str, key: &str) -> String {
    if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") }
}

/// An answer's own place has no name.
fn named(place: String) -> String {
    if place.is_empty() { "the body".to_owned() } else { place }
}

/// Without the middle of a long value: what is wrong with it stands behind it.
fn shortened(problem: &str) -> String {
    let length = problem.chars().count();
    if length <= 2 * LONGEST_SHOWN {
        return problem.to_owned();
    }
    let start: String = problem.chars().take(LONGEST_SHOWN).collect();
    let end: String = problem.chars().skip(length - LONGEST_SHOWN).collect();
    format!("{start} … {end}")
}
