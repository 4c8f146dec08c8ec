//! Findings → GitHub workflow commands: annotations at their places, in the order of the files.
//!
//! Deliberately absent: a limit. GitHub shows the first ten errors and the first ten warnings of a step beside the
//! files, and all of them in the log.

use super::super::escape::{command, terminal};
use crate::config::{Finding, Findings};

/// One command a line, and how many there are. Empty where there are none.
pub fn github(findings: &Findings) -> String {
    let mut out = String::new();
    for finding in &findings.0 {
        let Finding { severity, code, place, width: _, source_line: _, message, help, related } = finding;
        let related = related.as_ref().map(|(other, label)| format!("{label}: {other}"));
        let help = help.as_ref().map(|help| format!("help: {help}"));
        let parts = [Some(message.clone()), related, help].into_iter().flatten();
        // What a file says keeps no line feeds of its own.
        let lines: Vec<String> = parts.map(|part| terminal(&part)).collect();
        let (line, column) = (place.line.to_string(), place.column.to_string());
        // GitHub counts the last character in.
        let end = finding.end_column().saturating_sub(1).max(place.column).to_string();
        let properties =
            [("file", &*place.file), ("line", &line), ("col", &column), ("endColumn", &end), ("title", code)];
        command(severity.as_str(), &properties, &lines.join("\n"), &mut out);
    }
    if !findings.0.is_empty() {
        out.push_str(&super::counts(findings));
        out.push_str(".\n");
    }
    out
}
