//! What the YAML parser cannot read, in words that say what to write instead.

use serde_yaml::granit_parser::{ErrorKind, ScanError};

use super::reading::Reading;
use super::tree::Spot;

pub(super) fn report(error: &ScanError, reading: &mut Reading) {
    let marker = error.marker();
    let (code, message, help) = explain(error);
    reading.error(code, Spot::at(marker.line(), marker.col()), message).set_help(help);
}

fn explain(error: &ScanError) -> (&'static str, String, &'static str) {
    let said = |code, message: &str, help| (code, message.to_owned(), help);
    match error.kind() {
        ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => {
            said("tab", "a tab, where YAML wants spaces", "indent with spaces")
        }
        ErrorKind::RecursionLimitExceeded => said(
            "too-deep",
            "more than 255 lists and maps inside one another",
            "look for brackets that are not closed",
        ),
        ErrorKind::UnclosedQuotedScalar => {
            said("syntax", "a quote that is never closed", "close it on the same line")
        }
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping => {
            said("syntax", "a bracket that is never closed", "close it with `]` or `}`")
        }
        ErrorKind::ExpectedFlowSequenceSeparator | ErrorKind::ExpectedFlowMappingSeparator => said(
            "syntax",
            "inside brackets a `,` or the closing bracket is missing before this",
            "put `,` between the entries, and `]` or `}` at the end",
        ),
        ErrorKind::MisplacedFlowCollectionEnd | ErrorKind::MismatchedFlowCollectionEnd { .. } => said(
            "syntax",
            "a closing bracket that closes nothing",
            "remove it, or put the text it belongs to in quotes",
        ),
        ErrorKind::InvalidColonPlacement | ErrorKind::MappingValueNotAllowed => said(
            "syntax",
            "a `:` that cannot stand here",
            "put a text that holds `: ` in quotes; begin each key on a line of its own, as far in as its neighbours",
        ),
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::InvalidIndentation | ErrorKind::SimpleKeyExpected => {
            said(
                "syntax",
                "a line that belongs to nothing: it is neither as far in as the keys above it nor further",
                "write it as `key: value`, with the same number of spaces before it as its neighbours",
            )
        }
        ErrorKind::ExpectedBlockSequenceEntry => said(
            "syntax",
            "this stands among the entries of a list, but does not begin with `-`",
            "begin a new entry with `- `; put a key of the entry above under its first key",
        ),
        ErrorKind::BlockSequenceEntryNotAllowed => said(
            "syntax",
            "a list cannot begin on the line of its key",
            "begin it on the next line, or write it as `[one, two]`",
        ),
        ErrorKind::UnexpectedCharacter { character } => {
            ("syntax", format!("a text cannot begin with `{character}`"), "put the text in quotes")
        }
        ErrorKind::MissingAnchorOrAliasName => {
            said("syntax", "`*` or `&` without a name", "put a text that begins with `*` or `&` in quotes")
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => said(
            "syntax",
            "something follows the closing quote",
            "put the whole text in one pair of quotes; write `'it''s'` or `\"it's\"` for an apostrophe",
        ),
        ErrorKind::UnknownQuotedScalarEscape => said(
            "syntax",
            "a `\\` in double quotes that is no escape",
            "write `\\\\` for a backslash, or use single quotes",
        ),
        ErrorKind::ExpectedDocumentStart => said(
            "syntax",
            "something follows the end of the file's one value",
            "remove it, or bring it to the same indentation",
        ),
        _ => (
            "syntax",
            format!("this is not YAML: {}", error.info()),
            "look at this line and the one above it",
        ),
    }
}
