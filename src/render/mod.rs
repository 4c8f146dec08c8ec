//! Plan and report → the document → rows → text, Markdown, HTML, GitHub and JSON; every colour, plural and symbol.
//!
//! Deliberately absent: output and terminals. Every function takes a value and gives back text; whether it is
//! coloured and where it goes is `cli`'s business.

mod compose;
mod counts;
mod difference;
mod document;
mod escape;
pub mod findings;
mod github;
mod html;
mod html_rows;
mod kind_word;
mod labels;
mod limits;
mod markdown;
mod next_steps;
mod notes;
mod permission_lines;
mod previous_run;
mod reasons;
mod report_document;
mod report_text;
mod rich;
mod rows;
mod sentence;
mod steps;
mod table;
mod text;

pub use document::{
    ActionEntry, BlockedEntry, ByHandEntry, Cause, ChangeEntry, DegradedEntry, DocumentError, FORMAT_VERSION,
    GuardEntry, GuardVerdict, Ids, PeopleEntry, PlanDocument, PortalEntry, Requests, Shown, SourceEntry,
    SubjectEntry, Summary, UnmanagedEntry, WaitingEntry, plan_schema,
};
pub use escape::terminal as escape_for_terminal;
pub use github::github;
pub use html::html;
pub use markdown::{MarkdownOptions, markdown};
pub use previous_run::previous_run_in_short;
pub use report_document::{
    ErrorEntry, OutcomeEntry, OutcomeSummary, PreviousAction, PreviousRun, ReportDocument, StopEntry,
};
pub use report_text::report_text;
pub use text::{TextOptions, text};
