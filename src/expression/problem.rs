//! What is wrong with an expression, and where in its text.

/// One mistake. `start` and `end` count bytes of the text; they are never inside a character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub code: &'static str,
    pub start: usize,
    pub end: usize,
    /// A lower-case fragment, as of a finding.
    pub message: String,
    pub help: Option<String>,
}

impl Problem {
    pub(super) fn new(code: &'static str, span: Span, message: impl Into<String>) -> Problem {
        Problem { code, start: span.start, end: span.end, message: message.into(), help: None }
    }

    pub(super) fn syntax(span: Span, message: impl Into<String>) -> Problem {
        Problem::new("rule-syntax", span, message)
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }
}

/// A part of the text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Span {
    pub(super) fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    pub(super) fn to(self, other: Span) -> Span {
        Span { start: self.start, end: other.end }
    }
}
