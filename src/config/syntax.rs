//! What the YAML parser cannot read, in words that say what to write instead.

use serde_yaml::granit_parser::{ErrorKind, ScanError};

use super::reading::Reading;
use super::tree::Spot;

pub(super) fn report(error: &ScanError, text: &str, reading: &mut Reading) {
    let marker = error.marker();
    let spot = Spot::at(marker.line(), marker.col());
    let (before, after) = text.split_at_checked(marker.byte_offset().unwrap_or(0)).unwrap_or(("", text));
    match error.kind() {
        ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => {
            reading
                .error("tab", tab_after(spot, after), "a tab, where YAML wants spaces")
                .set_help("indent with spaces");
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
            let (message, help) = explain_colon(error.kind(), line);
            reading.error("syntax", spot, message).set_help(help);
        }
        // A `:` that begins a text, or a character that no text may hold.
        ErrorKind::UnexpectedCharacter { character } if !character.is_ascii_graphic() => {
            reading
                .error("control-character", spot, control_character(*character))
                .set_help("delete it; in a name it is written as an escape in double quotes");
        }
        _ => {
            let (code, message, help) = explain(error);
            reading.error(code, spot, message).set_help(help);
        }
    }
}

/// What is wrong with a character that YAML forbids.
pub(super) fn control_character(character: char) -> String {
    format!("a control character, U+{:04X}, which no YAML file may hold", u32::from(character))
}

/// The parser stops where the text before a tab began.
fn tab_after(spot: Spot, after: &str) -> Spot {
    let Some(at) = after.find('\t') else { return spot };
    let before = &after[..at];
    // A lone carriage return ends a line too.
    let lines = before.matches(['\n', '\r']).count() - before.matches("\r\n").count();
    let column = match before.rsplit_once(['\n', '\r']) {
        Some((_, line)) => line.chars().count(),
        None => spot.column as usize - 1 + before.chars().count(),
    };
    Spot::at(spot.line as usize + lines, column)
}

/// `line` is what stands before the `:` on its line.
fn explain_colon(kind: &ErrorKind, line: &str) -> (&'static str, &'static str) {
    if line.contains(": ") {
        return ("a second `: ` on one line", "put the text that holds it in quotes");
    }
    if *kind == ErrorKind::InvalidColonPlacement {
        return ("a key inside brackets that are not closed", "close the bracket above with `]` or `}`");
    }
    (
        "a key that is further in than the keys above it, or belongs to nothing",
        "begin it with as many spaces as its neighbours, and write the value above it on its own line",
    )
}

fn explain(error: &ScanError) -> (&'static str, String, &'static str) {
    let said = |code, message: &str, help| (code, message.to_owned(), help);
    match error.kind() {
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
