//! Findings → text as the Rust compiler shows its own, JSON, SARIF and GitHub annotations.
//!
//! Deliberately absent: deciding about colour. The text is styled; `anstream` strips it where it is not wanted.

mod github;
mod sarif;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;

use super::document::pretty;
use super::escape::is_command;
use crate::config::{Finding, Findings, Severity, SourceLine};
use crate::model::{Place, is_hidden};

pub use github::github;
pub use sarif::sarif;

/// Nobody reads more of them in one go.
const SHOWN: usize = 100;

/// The first hundred findings with their source lines, and how many there are. Empty where there are none.
/// `width` is the terminal's, in columns.
pub fn text(findings: &Findings, width: usize) -> String {
    let renderer = Renderer::styled().term_width(width);
    let mut text = String::new();
    for finding in findings.0.iter().take(SHOWN) {
        text.push_str(&renderer.render(&[group(finding)]));
        text.push_str("\n\n");
    }
    if !findings.0.is_empty() {
        text.push_str(&summary(findings));
        text.push('\n');
    }
    text
}

/// A line each, of nothing but code and place: for where the files must not be quoted. Empty where there are none.
pub fn places(findings: &Findings) -> String {
    let mut text = String::new();
    for Finding { severity, code, place, .. } in findings.0.iter().take(SHOWN) {
        text.push_str(&format!("{}[{code}]: {}\n", severity.as_str(), visible(&place.to_string())));
    }
    if !findings.0.is_empty() {
        text.push_str(&format!(
            "{} What is wrong is left out, since the files name people: `hubroster validate` tells it.\n",
            summary(findings)
        ));
    }
    text
}

fn group(finding: &Finding) -> Group<'_> {
    let Finding { severity, code, place, width, source_line, message, help, related } = finding;
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group =
        level.primary_title(visible(message)).id(*code).elements(located(place, source_line, *width));
    if let Some((other, label)) = related {
        group = group.element(Level::NOTE.message(visible(&format!("{label}: {other}"))));
    }
    if let Some(help) = help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    group
}

/// Path, line and column; then the line with a caret, where there is one.
fn located(place: &Place, line: &Option<SourceLine>, width: u32) -> Vec<Element<'static>> {
    let (path, number, column) = (visible(&place.file), place.line as usize, place.column as usize);
    match line {
        // About the file as a whole.
        None => vec![Origin::path(path).into()],
        Some(line) if line.skipped == 0 => vec![snippet(line, place, width).path(path).into()],
        // The column of a line that is shown in part cannot be counted from what is shown.
        Some(line) => vec![
            Origin::path(path).line(number).char_column(column).into(),
            snippet(line, place, width).into(),
        ],
    }
}

fn snippet(line: &SourceLine, place: &Place, width: u32) -> Snippet<'static, Annotation<'static>> {
    let SourceLine { text, skipped } = line;
    let text = harmless(text);
    let before = place.column.saturating_sub(1).saturating_sub(*skipped) as usize;
    let offset = |characters: usize| text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at);
    let (start, end) = (offset(before), offset(before + width as usize));
    // One character stands for the part that was cut off, so that the caret keeps its distance.
    let cut = if *skipped > 0 { "…" } else { "" };
    let (before, marked, after) = (&text[..start], &text[start..end], &text[end..]);
    let from = cut.len() + before.len();
    let span = from..from + marked.len();
    Snippet::source(format!("{cut}{before}{marked}{after}"))
        .line_start(place.line as usize)
        .annotation(AnnotationKind::Primary.span(span))
}

fn summary(findings: &Findings) -> String {
    let counts = counts(findings);
    match findings.0.len() {
        all if all > SHOWN => format!("{counts}; the first {SHOWN} are shown."),
        _ => format!("{counts}."),
    }
}

/// `2 errors and 1 warning`
fn counts(findings: &Findings) -> String {
    let count = |severity| findings.0.iter().filter(|finding| finding.severity == severity).count();
    let named = |count: usize, name: &str| match count {
        0 => None,
        1 => Some(format!("1 {name}")),
        many => Some(format!("{many} {name}s")),
    };
    let counts = [named(count(Severity::Error), "error"), named(count(Severity::Warning), "warning")];
    counts.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

/// Text from a file, so that a terminal shows it and does not obey it: what is hidden is written as the escape that
/// YAML has for it, and so is what a CI system would obey.
fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    let mut before = None;
    for (at, character) in text.char_indices() {
        if is_hidden(character) || is_command(before, &text[at..]) {
            visible.extend(character.escape_unicode());
        } else {
            visible.push(character);
        }
        before = Some(character);
    }
    visible
}

/// A source line with one sign for each character that is hidden or that a CI system would obey, so that carets stay in
/// place. The control characters of ASCII are `annotate_snippets`' to replace.
fn harmless(text: &str) -> String {
    let mut before = None;
    let mut shown = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let is_replaced = is_hidden(character) && !character.is_ascii() || is_command(before, &text[at..]);
        shown.push(if is_replaced { char::REPLACEMENT_CHARACTER } else { character });
        before = Some(character);
    }
    shown
}

#[derive(Serialize)]
struct Document<'f> {
    findings: Vec<Record<'f>>,
}

#[derive(Serialize)]
struct Record<'f> {
    file: &'f str,
    line: u32,
    column: u32,
    code: &'f str,
    severity: &'f str,
    message: &'f str,
    help: Option<&'f str>,
}

/// All of them: `{"findings": [{"file", "line", "column", "code", "severity", "message", "help"}]}`, where
/// `help` may be `null`.
pub fn json(findings: &Findings) -> String {
    let document = Document { findings: findings.0.iter().map(record).collect() };
    pretty(&document)
}

fn record(finding: &Finding) -> Record<'_> {
    let Finding { severity, code, place, message, help, width: _, source_line: _, related: _ } = finding;
    Record {
        file: &place.file,
        line: place.line,
        column: place.column,
        code,
        severity: severity.as_str(),
        message,
        help: help.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(line: u32) -> Finding {
        let place = Place { file: "users.yaml".into(), line, column: 9 };
        Finding::error("unknown-role", place, "there is no role `x`").help("did you mean `y`?")
    }

    fn plain(findings: &Findings) -> String {
        anstream::adapter::strip_str(&text(findings, 80)).to_string()
    }

    #[test]
    fn nothing_found_is_nothing_said() {
        assert_eq!(text(&Findings::default(), 80), "");
        assert_eq!(json(&Findings::default()), "{\n  \"findings\": []\n}\n");
    }

    #[test]
    fn the_first_hundred_are_shown_and_all_are_counted() {
        let findings = Findings((1..=250).map(finding).collect());
        let text = plain(&findings);
        assert_eq!(text.matches("error[unknown-role]").count(), 100);
        assert!(text.ends_with("250 errors; the first 100 are shown.\n"), "{text}");
        assert_eq!(json(&findings).matches("unknown-role").count(), 250);
    }

    #[test]
    fn a_caret_stays_under_its_place_in_a_line_that_was_cut() {
        let line = SourceLine { text: "é, role: x }".to_owned(), skipped: 990 };
        let place = Place { file: "users.yaml".into(), line: 7, column: 1000 };
        let finding =
            Finding { source_line: Some(line), ..Finding::error("unknown-role", place, "no role `x`") };
        let text = plain(&finding.into());
        let carets: Vec<&str> =
            text.lines().filter(|line| line.starts_with("7 |") || line.contains('^')).collect();
        assert_eq!(carets, ["7 | …é, role: x }", "  |           ^"], "{text}");
        assert!(text.contains("users.yaml:7:1000"), "{text}");
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_instead() {
        let line = SourceLine { text: "a: \u{9b}31m\u{202e}x".to_owned(), skipped: 0 };
        let place = Place { file: "a\u{1b}b".into(), line: 1, column: 4 };
        let finding =
            Finding { source_line: Some(line), ..Finding::error("c", place, "x\u{1b}[31m\u{9b}\u{202e}") };
        let styled = text(&finding.help("\u{7}").into(), 80);
        assert!(!styled.contains(['\u{9b}', '\u{202e}', '\u{7}']), "{styled:?}");
        assert!(!anstream::adapter::strip_str(&styled).to_string().contains('\u{1b}'));
        assert!(styled.contains("\\u{1b}[31m"), "{styled:?}");
    }

    #[test]
    fn json_has_the_documented_keys() {
        let record = serde_json::from_str::<serde_json::Value>(&json(&finding(3).into())).expect("JSON");
        let expected = serde_json::json!({ "findings": [{
            "file": "users.yaml", "line": 3, "column": 9, "code": "unknown-role", "severity": "error",
            "message": "there is no role `x`", "help": "did you mean `y`?",
        }] });
        assert_eq!(record, expected);
    }
}
