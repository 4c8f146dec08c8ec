//! What people and programs get to see: nothing hidden, nothing that commands, no markup of anybody's, not too long.

use hubroster::config::{Finding, Findings};
use hubroster::model::is_hidden;
use hubroster::render::{self, MarkdownOptions, PlanDocument, TextOptions, findings};

/// Longer ones are refused as a comment by GitHub.
const LONGEST_COMMENT: usize = 65_536;

/// The plan in every format.
pub(crate) fn document(document: &PlanDocument) {
    for width in [40, 80, 160] {
        terminal(&render::text(document, &TextOptions { width }));
    }
    let markdown = render::markdown(document, &MarkdownOptions::default());
    assert!(markdown.len() <= LONGEST_COMMENT, "a comment of {} bytes", markdown.len());
    lines(&markdown);
    let html = render::html(document);
    visible(&html);
    assert_eq!(html.matches("<script").count(), 1, "a script that is not the page's own:\n{html}");
    lines(&document.to_json());
    github(&render::github(document));
}

/// A program's styles, and nothing else that a terminal obeys.
pub(crate) fn terminal(styled: &str) {
    lines(&without_styles(styled));
}

pub(crate) fn all_findings(found: &Findings, text: &str) {
    found.0.iter().for_each(|finding| inside(finding, text));
    terminal(&findings::text(found, 80));
    let json = findings::json(found);
    lines(&json);
    serde_json::from_str::<serde_json::Value>(&json).expect("findings are JSON");
}

fn visible(text: &str) {
    let hidden = text.chars().find(|character| *character != '\n' && is_hidden(*character));
    assert_eq!(hidden, None, "in {text:?}");
}

/// Fit for a terminal and for the log of a GitHub runner.
fn lines(text: &str) {
    visible(text);
    assert!(!text.contains("##["), "a command in {text:?}");
    let is_command = |line: &str| {
        let rest = line.trim_start().strip_prefix("::");
        rest.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic()))
    };
    assert!(!text.lines().any(is_command), "a command in {text:?}");
}

/// Each line is a command of the program's own.
fn github(text: &str) {
    visible(text);
    for line in text.lines() {
        let own = ["::error ", "::warning ", "::notice ", "::error::", "::warning::", "::notice::"];
        assert!(own.iter().any(|command| line.starts_with(command)), "{line:?}");
    }
}

fn without_styles(styled: &str) -> String {
    let mut parts = styled.split("\u{1b}[");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let codes = part.trim_start_matches(|character: char| character.is_ascii_digit() || character == ';');
        let rest = codes.strip_prefix('m').unwrap_or_else(|| panic!("no style: {part:?}"));
        text.push_str(rest);
    }
    text
}

/// The place is one of the file, or the one right behind its end.
fn inside(finding: &Finding, text: &str) {
    let related = finding.related.iter().map(|(place, _)| place);
    for place in std::iter::once(&finding.place).chain(related) {
        let (line, column) = (place.line as usize, place.column as usize);
        assert!(line >= 1 && column >= 1, "{finding:?}");
        // Roles of the desk, and a file that is missing, have other texts.
        if !place.file.ends_with("users.yaml") && !place.file.ends_with("fuzzed.yaml") {
            continue;
        }
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let length = text.split('\n').nth(line - 1).map(|line| line.chars().count());
        let length = length.unwrap_or_else(|| panic!("no such line: {finding:?} in {text:?}"));
        assert!(column <= length + 1, "no such column: {finding:?} in {text:?}");
    }
}
