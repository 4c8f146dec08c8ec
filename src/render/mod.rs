//! Plan and report → the document → rows → text, Markdown, HTML, GitHub and JSON; every colour, plural and symbol.
//!
//! Deliberately absent: output and terminals. Every function takes a value and gives back text; whether it is
//! coloured and where it goes is `cli`'s business.

mod approval;
mod causes;
mod compose;
mod counts;
mod derived;
mod difference;
mod directory;
mod document;
mod escape;
mod explanation;
mod explanation_text;
mod facts_document;
mod file_difference;
pub mod findings;
mod github;
mod html;
mod html_rows;
mod journal_text;
mod kind_word;
mod labels;
mod left_over;
mod limits;
mod markdown;
mod markdown_blocks;
mod mask;
mod next_steps;
mod notes;
mod permission_lines;
mod policies;
mod policy_changes;
mod policy_document;
mod previous_document;
mod previous_run;
mod reasons;
mod report_document;
mod report_text;
mod rich;
mod rows;
mod saved;
mod sentence;
mod steps;
mod table;
mod text;

pub use approval::approval_difference;
pub use causes::{BaseEntry, CancelledEntry, NotCompared};
pub use counts::summary_sentence;
pub use directory::DirectoryEntry;
pub use document::{
    ActionEntry, BlockedEntry, ByHandEntry, Cause, ChangeEntry, DegradedEntry, FORMAT_VERSION, GuardEntry,
    GuardVerdict, Ids, PeopleEntry, PlanDocument, PortalEntry, Requests, Shown, SourceEntry, SubjectEntry,
    Summary, UnmanagedEntry, WaitingEntry,
};
pub use escape::terminal as escape_for_terminal;
pub use explanation::ExplanationDocument;
pub use explanation_text::explanation_text;
pub use facts_document::{FactsDocument, GrantEntry, RoleEntry, SeatEntry, UserEntry};
pub use file_difference::file_difference;
pub use github::{Annotation, Weight, annotations, github};
pub use html::html;
pub use journal_text::journal_text;
pub use left_over::nothing_to_apply;
pub use markdown::{MarkdownOptions, markdown};
pub use mask::{
    MaskKey, Masking, ShortMaskKey, is_masked_digest, masked_digest, without_addresses, without_values,
};
pub use policies::denials;
pub use policy_changes::{JudgedByPolicy, PolicyChangeEntry, PolicyChangeKind, Verdicts};
pub use policy_document::{PolicyEntry, PolicyFinding, PolicyVerdict};
pub use previous_document::{PreviousAction, PreviousRun, UnreadEntry};
pub use previous_run::{previous_run_in_short, waiting_for_arrivals};
pub use report_document::{ErrorEntry, OutcomeEntry, OutcomeSummary, ReportDocument, StopEntry};
pub use report_text::report_text;
pub use saved::{DocumentError, plan_schema};
pub use text::{TextOptions, text};
