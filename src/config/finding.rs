//! What is wrong with the files: all of it, each with its place.

use crate::model::Place;

/// One thing to mend, or to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    /// Stable name of the kind of finding, in kebab case: `unknown-key`.
    pub code: &'static str,
    pub place: Place,
    /// How many characters the caret underlines, from the place on; at least 1.
    pub width: u32,
    /// The whole source line, without its line ending; cut to what a terminal can show. `None` where there
    /// is no line: a missing directory, a file that cannot be read.
    pub source_line: Option<SourceLine>,
    /// What is wrong: a lower-case fragment.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// A second place that belongs to it, with its label: the other of two equal entries.
    pub related: Option<(Place, String)>,
}

/// A line of a file, or the part of a very long one around the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLine {
    pub text: String,
    /// Characters of the line left out before `text`.
    pub skipped: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// All findings of a run, in the order of the files: `users.yaml` first, then the roles by name, each from
/// top to bottom.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("the files have {} to mend", plural(.0.len()))]
pub struct Findings(pub Vec<Finding>);

fn plural(count: usize) -> String {
    if count == 1 { "one thing".to_owned() } else { format!("{count} things") }
}

impl Finding {
    /// Without a source line: that is added once all findings of a file are known and in order.
    pub fn error(code: &'static str, place: Place, message: impl Into<String>) -> Finding {
        Finding {
            severity: Severity::Error,
            code,
            place,
            width: 1,
            source_line: None,
            message: message.into(),
            help: None,
            related: None,
        }
    }

    pub fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Finding {
        Finding { severity: Severity::Warning, ..Finding::error(code, place, message) }
    }

    /// A finding about something that has no lines: a directory, a file that cannot be read.
    pub fn about_file(code: &'static str, file: &str, message: impl Into<String>) -> Finding {
        Finding::error(code, Place { file: file.into(), line: 1, column: 1 }, message)
    }

    /// How many characters the caret underlines.
    pub fn wide(mut self, width: usize) -> Finding {
        self.width = u32::try_from(width).unwrap_or(u32::MAX).max(1);
        self
    }

    /// The column after the last character that is underlined; within the line, where that is known to its end.
    pub fn end_column(&self) -> u32 {
        let end = self.place.column.saturating_add(self.width);
        let line = self.source_line.as_ref().map(|line| {
            line.skipped.saturating_add(u32::try_from(line.text.chars().count()).unwrap_or(u32::MAX))
        });
        let end_of_line = line.map_or(end, |characters| characters.saturating_add(1));
        end.min(end_of_line).max(self.place.column.saturating_add(1))
    }

    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }

    pub(super) fn set_help(&mut self, help: impl Into<String>) -> &mut Finding {
        self.help = Some(help.into());
        self
    }

    pub(super) fn set_related(&mut self, place: Place, label: impl Into<String>) -> &mut Finding {
        self.related = Some((place, label.into()));
        self
    }

    pub fn related(mut self, place: Place, label: impl Into<String>) -> Finding {
        self.related = Some((place, label.into()));
        self
    }
}

impl From<Finding> for Findings {
    fn from(finding: Finding) -> Findings {
        Findings(vec![finding])
    }
}

impl Findings {
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|finding| finding.severity == Severity::Error)
    }
}
