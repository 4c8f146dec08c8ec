//! All documents of a directory, and which of their operations a request asks for.
//!
//! Deliberately absent: `servers`. HubSpot's documents all name its one API host, and the tests talk to another.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::exceptions::{EXCEPTIONS, Place, SPELLINGS, UNDOCUMENTED};
use super::operation::Operation;
use super::schema::{Others, Schemas};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

pub(super) struct Documents {
    /// By the segments of the path. Literal ones sort before named ones, so that of several templates that fit
    /// a path the first is the most literal: `…/roles` before `…/{userId}`.
    paths: BTreeMap<Vec<Segment>, BTreeMap<String, Arc<Operation>>>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(String),
    Named(String),
}

/// What the documents have for a request.
pub(super) enum Found<'a> {
    Operation {
        operation: &'a Operation,
        /// The named parts of the path, decoded.
        parameters: Vec<(&'a str, String)>,
    },
    OtherMethods {
        document: &'a str,
        methods: String,
    },
    /// Not judged, and listed as such.
    Undocumented,
    Nothing,
}

impl Documents {
    /// Reads every `*.json` of the directory.
    pub(super) fn load(directory: &Path) -> Result<Documents, String> {
        let unreadable = |error| format!("`{}` cannot be read: {error}", directory.display());
        let mut files: Vec<PathBuf> = Vec::new();
        for entry in std::fs::read_dir(directory).map_err(unreadable)? {
            files.push(entry.map_err(unreadable)?.path());
        }
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        if files.is_empty() {
            return Err(format!("`{}` holds no document (*.json)", directory.display()));
        }
        let mut documents = Documents { paths: BTreeMap::new() };
        for file in files {
            documents.add(&file).map_err(|problem| format!("`{}`: {problem}", file.display()))?;
        }
        documents.add_spellings();
        Ok(documents)
    }

    fn add(&mut self, file: &Path) -> Result<(), String> {
        #[expect(clippy::disallowed_methods, reason = "HubSpot's documents are input of the tests")]
        let text = std::fs::read(file).map_err(|error| error.to_string())?;
        let printed: Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        let version = printed["openapi"].as_str().unwrap_or("?");
        if !version.starts_with("3.0.") {
            return Err(format!("OpenAPI {version}; the judge knows 3.0"));
        }
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let schemas = Schemas { document: &name, named: &printed["components"]["schemas"] };
        refuse_needless_exceptions(&schemas, &printed["paths"])?;
        let error = printed.pointer("/components/responses/Error/content/*~1*/schema");
        let error = Arc::new(schemas.rule(error.ok_or("no `Error` among its responses")?, Others::Accepted)?);
        for (path, item) in printed["paths"].as_object().ok_or("no `paths`")? {
            if item.get("parameters").is_some() {
                return Err(format!("{path}: parameters of a whole path are not known to the judge"));
            }
            let operations = self.paths.entry(template(path)).or_default();
            for method in METHODS {
                let Some(printed) = item.get(method) else { continue };
                let method = method.to_ascii_uppercase();
                let operation = Operation::read(&schemas, printed, Arc::clone(&error))
                    .map_err(|problem| format!("{method} {path}: {problem}"))?;
                if operations.insert(method.clone(), Arc::new(operation)).is_some() {
                    return Err(format!("{method} {path} stands in another document too"));
                }
            }
        }
        Ok(())
    }

    /// Adds the spellings that are called; a path that a document prints itself goes before.
    fn add_spellings(&mut self) {
        for spelling in SPELLINGS {
            let (documented, called) = (template(spelling.documented), template(spelling.called));
            let respelt: Vec<_> = self
                .paths
                .iter()
                .filter_map(|(path, operations)| {
                    let rest = path.strip_prefix(documented.as_slice())?;
                    Some(([called.as_slice(), rest].concat(), operations.clone()))
                })
                .collect();
            for (path, operations) in respelt {
                let known = self.paths.entry(path).or_default();
                for (method, operation) in operations {
                    known.entry(method).or_insert(operation);
                }
            }
        }
    }

    /// `path` as it was sent, without the query.
    pub(super) fn find(&self, method: &str, path: &str) -> Found<'_> {
        let is_undocumented = UNDOCUMENTED.iter().any(|undocumented| {
            let is_below = undocumented.path.ends_with('/') && path.starts_with(undocumented.path);
            (is_below || path == undocumented.path)
                && undocumented.method.is_none_or(|documented| documented == method)
        });
        if is_undocumented {
            return Found::Undocumented;
        }
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let fitting = self.paths.iter().find_map(|(template, operations)| {
            parameters(template, &segments).map(|parameters| (parameters, operations))
        });
        let Some((parameters, operations)) = fitting else { return Found::Nothing };
        if let Some(operation) = operations.get(method) {
            return Found::Operation { operation, parameters };
        }
        let methods: Vec<&str> = operations.keys().map(String::as_str).collect();
        let document = operations.values().next().map_or("", |operation| operation.document.as_str());
        Found::OtherMethods { document, methods: methods.join(", ") }
    }
}

/// An exception whose place is gone excuses nothing and hides that something changed.
fn refuse_needless_exceptions(schemas: &Schemas<'_>, paths: &Value) -> Result<(), String> {
    let operations = || paths.as_object().into_iter().flat_map(|paths| paths.values());
    let has_parameter = |name: &str| {
        let of_operations = operations().flat_map(|item| item.as_object().into_iter().flatten());
        let mut printed =
            of_operations.flat_map(|(_, item)| item["parameters"].as_array().into_iter().flatten());
        printed.any(|parameter| parameter["name"] == name)
    };
    for exception in EXCEPTIONS.iter().filter(|exception| exception.document == schemas.document) {
        let is_there = match exception.place {
            Place::Property(schema, property) => schemas.has_property(schema, property),
            Place::Parameter(name) => has_parameter(name),
        };
        if !is_there {
            return Err(format!("the judge has an exception for {:?}, which is not there", exception.place));
        }
    }
    Ok(())
}

fn template(path: &str) -> Vec<Segment> {
    path.split('/')
        .skip(1)
        .map(|segment| match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => Segment::Named(name.to_owned()),
            None => Segment::Literal(segment.to_owned()),
        })
        .collect()
}

/// The named parts where the path fits the template.
fn parameters<'a>(template: &'a [Segment], path: &[&str]) -> Option<Vec<(&'a str, String)>> {
    if template.len() != path.len() {
        return None;
    }
    let mut parameters = Vec::new();
    for (segment, part) in template.iter().zip(path) {
        match segment {
            Segment::Literal(literal) if literal == part => {}
            Segment::Named(name) if !part.is_empty() => {
                parameters.push((name.as_str(), percent_decode_str(part).decode_utf8_lossy().into_owned()));
            }
            Segment::Literal(_) | Segment::Named(_) => return None,
        }
    }
    Some(parameters)
}
