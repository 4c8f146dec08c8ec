//! One file as text: read within limits, checked byte by byte, and quoted line by line in findings.
//!
//! Deliberately absent: YAML. What the characters mean is `tree`'s question.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use super::syntax::control_character;
use super::{Finding, Findings, SourceLine};
use crate::model::Place;

/// A portal with 100,000 people needs about 16 MB.
const MAX_MEGABYTES: u64 = 64;
/// Nothing larger is read.
pub const MAX_FILE_BYTES: u64 = MAX_MEGABYTES << 20;
/// Source lines are quoted for as many findings as a text report shows, and some more.
const QUOTED_FINDINGS: usize = 200;
/// Bytes quoted before the caret, and characters after it, of a line that is longer.
const QUOTED_BEFORE: usize = 120;
const QUOTED_AFTER: usize = 160;

pub(super) struct Source {
    pub(super) file: Arc<str>,
    /// Without a byte order mark.
    pub(super) text: String,
    pub(super) has_byte_order_mark: bool,
}

impl Source {
    /// `file` is how the path is shown.
    pub(super) fn read(path: &Path, file: &str) -> Result<Source, Findings> {
        Source::from_bytes(read_bytes(path, file)?, file)
    }

    pub(super) fn from_bytes(mut bytes: Vec<u8>, file: &str) -> Result<Source, Findings> {
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(Finding::about_file("not-utf-8", file, "the file is UTF-16")
                .help("save it as UTF-8 in your editor")
                .into());
        }
        let has_byte_order_mark = bytes.starts_with(&[0xef, 0xbb, 0xbf]);
        if has_byte_order_mark {
            bytes.drain(..3);
        }
        let file: Arc<str> = file.into();
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
                let finding = Finding::error("not-utf-8", end_of(&valid, &file), "a byte that is not UTF-8")
                    .help("save the file as UTF-8 in your editor");
                return Err(quoted(finding, &valid).into());
            }
        };
        match position_of_forbidden(text.as_bytes()) {
            None => Ok(Source { file, text, has_byte_order_mark }),
            Some(offset) => {
                let byte = text.as_bytes()[offset];
                let finding = Finding::error(
                    "control-character",
                    end_of(&text[..offset], &file),
                    control_character(char::from(byte)),
                )
                .help("delete it; in a name it is written as an escape in double quotes");
                Err(quoted(finding, &text).into())
            }
        }
    }
}

/// What the parser would take for the end of the file, or what a terminal would obey.
fn is_forbidden(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7f
}

/// Whole chunks are judged at once, which is several times as fast as byte by byte.
fn position_of_forbidden(bytes: &[u8]) -> Option<usize> {
    const CHUNK: usize = 256;
    let holds_one = |chunk: &[u8]| chunk.iter().fold(false, |found, byte| found | is_forbidden(*byte));
    let chunk = bytes.chunks(CHUNK).position(holds_one)? * CHUNK;
    bytes[chunk..].iter().position(|byte| is_forbidden(*byte)).map(|at| chunk + at)
}

fn read_bytes(path: &Path, file: &str) -> Result<Vec<u8>, Findings> {
    let unreadable = |error: std::io::Error| {
        Finding::about_file("unreadable", file, format!("the file cannot be read: {error}"))
            .help("check that it exists and that you may read it")
    };
    let metadata = path.metadata().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Finding::about_file("missing-file", file, "the file does not exist"),
        _ => unreadable(error),
    })?;
    // A pipe or a device would be read for ever.
    if !metadata.is_file() {
        let what = if metadata.is_dir() { "a directory" } else { "neither a file nor a link to one" };
        return Err(Finding::about_file(
            "not-a-file",
            file,
            format!("this is {what}, where a file is wanted"),
        )
        .into());
    }
    let expected = metadata.len().min(MAX_FILE_BYTES);
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or_default());
    let reading = File::open(path).and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes));
    reading.map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Finding::about_file(
            "file-too-large",
            file,
            format!("the file is larger than {MAX_MEGABYTES} MB"),
        )
        .help("100,000 people take about 16 MB; look for something that was pasted in by mistake")
        .into());
    }
    Ok(bytes)
}

/// The place just after `text`.
fn end_of(text: &str, file: &Arc<str>) -> Place {
    let mut cursor = Cursor::new(text);
    cursor.seek(u32::MAX, u32::MAX);
    Place { file: Arc::clone(file), line: cursor.line, column: cursor.column }
}

fn quoted(finding: Finding, text: &str) -> Finding {
    let mut findings = [finding];
    quote_lines(&mut findings, text);
    let [finding] = findings;
    finding
}

/// Gives findings of one file, in the order of their places, the lines they stand on.
pub(super) fn quote_lines(findings: &mut [Finding], text: &str) {
    let mut cursor = Cursor::new(text);
    for finding in findings.iter_mut().take(QUOTED_FINDINGS) {
        let Place { line, column, .. } = finding.place;
        finding.source_line = cursor.seek(line, column).then(|| cursor.quote());
    }
}

/// A position that only moves forward, so that all findings of a file are quoted in one pass over it.
struct Cursor<'t> {
    text: &'t str,
    offset: usize,
    line: u32,
    column: u32,
}

impl<'t> Cursor<'t> {
    fn new(text: &'t str) -> Cursor<'t> {
        Cursor { text, offset: 0, line: 1, column: 1 }
    }

    /// Stops at the place, or at the end of its line or of the text; tells whether the line was found.
    fn seek(&mut self, line: u32, column: u32) -> bool {
        while self.line < line {
            let rest = &self.text.as_bytes()[self.offset..];
            let Some(at) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                self.column +=
                    u32::try_from(self.text[self.offset..].chars().count()).unwrap_or(u32::MAX - 1);
                self.offset = self.text.len();
                return false;
            };
            self.offset += at + if rest[at..].starts_with(b"\r\n") { 2 } else { 1 };
            self.line += 1;
            self.column = 1;
        }
        while self.column < column {
            match self.text[self.offset..].chars().next() {
                None | Some('\n' | '\r') => break,
                Some(character) => self.offset += character.len_utf8(),
            }
            self.column += 1;
        }
        true
    }

    /// The line the cursor stands on, or the part of it around the cursor.
    fn quote(&self) -> SourceLine {
        let is_break = |character: &char| matches!(character, '\n' | '\r');
        let (before, after) = self.text.split_at(self.offset);
        let mut skipped = self.column - 1;
        let mut start = self.offset;
        for character in before.chars().rev().take_while(|character| !is_break(character)) {
            if self.offset - start >= QUOTED_BEFORE {
                break;
            }
            start -= character.len_utf8();
            skipped -= 1;
        }
        let rest: usize = after
            .chars()
            .take_while(|character| !is_break(character))
            .take(QUOTED_AFTER)
            .map(char::len_utf8)
            .sum();
        SourceLine { text: self.text[start..self.offset + rest].to_owned(), skipped }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, column: u32) -> Finding {
        Finding::error("test", Place { file: "f".into(), line, column }, "m")
    }

    fn quote(text: &str, line: u32, column: u32) -> Option<(String, u32)> {
        quoted(at(line, column), text).source_line.map(|line| (line.text, line.skipped))
    }

    #[test]
    fn a_line_is_quoted_whole_whatever_ends_it() {
        for text in ["a\nbc: d\ne\n", "a\r\nbc: d\r\ne", "a\rbc: d\re", "a\nbc: d"] {
            assert_eq!(quote(text, 2, 5), Some(("bc: d".to_owned(), 0)), "{text:?}");
        }
        assert_eq!(quote("a\n", 3, 1), None);
        assert_eq!(quote("", 1, 1), Some((String::new(), 0)));
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}X{}", "é".repeat(100_000), "y".repeat(100_000));
        let (line, skipped) = quote(&text, 1, 100_001).expect("a line");
        assert!(line.chars().count() < 300);
        assert_eq!(line.chars().nth(100_000 - skipped as usize), Some('X'));
    }

    #[test]
    fn a_wrong_byte_is_found_at_its_line_and_column() {
        let refused = |bytes: &[u8]| match Source::from_bytes(bytes.to_vec(), "f") {
            Ok(_) => panic!("{bytes:?} was taken"),
            Err(Findings(findings)) => {
                let Place { line, column, .. } = findings[0].place;
                (findings[0].code, line, column)
            }
        };
        assert_eq!(refused(b"a: b\nc: \xff"), ("not-utf-8", 2, 4));
        assert_eq!(refused(b"\xff\xfea\0"), ("not-utf-8", 1, 1));
        assert_eq!(refused("é: b\u{0}".as_bytes()), ("control-character", 1, 5));
        assert_eq!(refused(b"a: b\n\x1b[31m"), ("control-character", 2, 1));
    }

    #[test]
    fn a_byte_order_mark_is_nothing_special() {
        let source = Source::from_bytes(b"\xef\xbb\xbfa: b".to_vec(), "f");
        assert!(source.is_ok_and(|source| source.text == "a: b"));
    }
}
