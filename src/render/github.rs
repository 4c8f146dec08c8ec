//! A plan as GitHub workflow commands: annotations at the entries of the files that cause each row.
//!
//! Deliberately absent: what concerns findings of `validate`, which are written where findings are.

use super::causes::{self, Group};
use super::counts::summary_sentence;
use super::document::{DegradedEntry, GuardEntry, PlanDocument, SourceEntry};
use super::escape::{self, command};
use super::labels;
use super::mask::NOTICE;
use super::policies::{self, Told};
use super::policy_changes;
use super::policy_document::PolicyEntry;
use super::rows::{self, Line, Row, Section};
use super::table;

/// One row, or what a rule says, at the entry of the files that causes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    pub weight: Weight,
    /// From the root of the repository, where that is known. `None`: no entry causes it.
    pub source: Option<SourceEntry>,
    pub title: String,
    /// Free of control characters, but for line feeds between its lines.
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Notice,
    Warning,
    /// `apply` would be refused for it.
    Failure,
}

/// One command a line. GitHub shows the first ten of each level in a step, so the order is that of reading.
pub fn github(document: &PlanDocument) -> String {
    let mut out = String::new();
    for GuardEntry { message, go_on, .. } in document.refusals() {
        let go_on = go_on.as_ref().map(|go_on| format!("\n{go_on}")).unwrap_or_default();
        command("error", &[("title", "apply would be refused")], &format!("{message}.{go_on}"), &mut out);
    }
    let changes = policy_changes::sentences(document);
    if !changes.is_empty() {
        let lines: Vec<String> = changes.iter().map(|sentence| escape::terminal(sentence)).collect();
        command("warning", &[("title", "policy (this change)")], &lines.join("\n"), &mut out);
    }
    for annotation in annotations(document) {
        row_command(&annotation, &mut out);
    }
    for DegradedEntry { what, missing_scope, effect } in &document.degraded {
        let scope =
            missing_scope.as_ref().map(|scope| format!(" (missing scope: {scope})")).unwrap_or_default();
        command("warning", &[("title", "not read")], &format!("{what}{scope}; {effect}."), &mut out);
    }
    let causes = causes::sentence(document).map(|sentence| format!(" {sentence}")).unwrap_or_default();
    let cancelled = causes::cancelled(document)
        .map(|sentence| format!("\n{}", escape::terminal(&sentence)))
        .unwrap_or_default();
    let masked = if document.masked { format!("\n{NOTICE}") } else { String::new() };
    let targets = match document.targets.as_slice() {
        [] => String::new(),
        targets => format!("Only {} (--target)\n", escape::terminal(&targets.join(", "))),
    };
    let sentence = summary_sentence(document);
    let summary = format!("{targets}{sentence}{causes}{cancelled}{masked}\n{}", document.digest);
    command("notice", &[("title", "hubroster plan")], &summary, &mut out);
    out
}

/// What rules say, and then the rows in the order of reading, for whoever writes annotations in another way.
pub fn annotations(document: &PlanDocument) -> Vec<Annotation> {
    let mut rows = rows::rows(document);
    // Where it is known what a pull request does, that is what its page has room for.
    rows.sort_by_key(|row| Group::of(row.cause));
    let told = policies::told(document);
    let annotations = told.iter().flat_map(rule_annotations).chain(rows.iter().map(annotation));
    let in_repository = |source| match &document.directory {
        Some(directory) => directory.source(source),
        None => source,
    };
    annotations
        .map(|annotation| Annotation { source: annotation.source.map(in_repository), ..annotation })
        .collect()
}

/// At the entry that a rule is about, or at the rule where it is about the plan as a whole.
fn rule_annotations(told: &Told) -> Vec<Annotation> {
    let PolicyEntry { rule, source, .. } = told.policy;
    let weight = if told.is_denial() { Weight::Failure } else { Weight::Warning };
    let annotation = |source: &SourceEntry, message: &str| Annotation {
        weight,
        source: Some(source.clone()),
        title: escape::terminal(rule),
        message: escape::terminal(message),
    };
    let each = policies::each(told.policy)
        .map(|finding| annotation(finding.source.as_ref().unwrap_or(source), &policies::line(finding)));
    each.chain(told.rest().map(|rest| annotation(source, &rest))).collect()
}

fn annotation(row: &Row) -> Annotation {
    let weight = match row.section {
        _ if row.raises() => Weight::Warning,
        Section::Removals | Section::Blocked | Section::Raises => Weight::Warning,
        Section::Changes | Section::Invitations | Section::ByHand | Section::Waiting | Section::Unmanaged => {
            Weight::Notice
        }
    };
    let lines: Vec<String> = row.lines.iter().map(line).collect();
    let cause = labels::cause(row.cause);
    let title = if cause.is_empty() { row.subject.to_owned() } else { format!("{} ({cause})", row.subject) };
    Annotation {
        weight,
        source: row.source.cloned(),
        title: escape::terminal(&title),
        message: lines.join("\n"),
    }
}

fn row_command(annotation: &Annotation, out: &mut String) {
    let Annotation { weight, source, title, message } = annotation;
    let level = match weight {
        Weight::Notice => "notice",
        Weight::Warning => "warning",
        Weight::Failure => "error",
    };
    let place = source.as_ref().map(|source| {
        let column = source.column.map(|column| column.to_string());
        (source.file.as_str(), source.line.to_string(), column)
    });
    let mut properties: Vec<(&str, &str)> = Vec::new();
    if let Some((file, line, column)) = &place {
        properties.extend([("file", *file), ("line", line.as_str())]);
        properties.extend(column.as_ref().map(|column| ("col", column.as_str())));
    }
    properties.push(("title", title));
    command(level, &properties, message, out);
}

/// `role: Viewer → Sales manager; raises privilege`
fn line(line: &Line) -> String {
    let what = table::what(line).text();
    let texts = std::iter::once(what).chain(line.remarks.iter().map(|remark| remark.to_string()));
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    let word = match labels::cause(line.cause) {
        "" => line.word.to_string(),
        cause => format!("{} ({cause})", line.word),
    };
    let whole = if texts.is_empty() { word } else { format!("{word}: {}", texts.join("; ")) };
    // Line feeds of names become visible here, so that those of the command are all that is left.
    escape::terminal(&whole)
}
