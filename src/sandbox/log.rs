//! The request log: what was asked and what came of it, in memory and, where wanted, one JSON line each in a file.
//!
//! Deliberately absent: headers, so that no token reaches a log, and answers.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// How many requests are remembered for `/__sandbox/requests`. A file has all of them.
const REMEMBERED: usize = 100_000;

/// One request, in the order of its line's keys.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    pub(crate) time: Timestamp,
    pub(crate) method: String,
    /// With the query.
    pub(crate) path: String,
    /// None where the connection was dropped without an answer.
    pub(crate) status: Option<u16>,
    /// The request's body; null where it had none, or none that is JSON.
    pub(crate) body: Value,
}

#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: Mutex<VecDeque<Entry>>,
    file: Option<Mutex<File>>,
}

impl Log {
    /// Opens the file for appending, readable by its owner alone.
    pub(crate) fn open(path: Option<&Path>) -> io::Result<Log> {
        let file = match path {
            None => None,
            Some(path) => {
                let mut options = OpenOptions::new();
                options.create(true).append(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                Some(Mutex::new(options.open(path)?))
            }
        };
        Ok(Log { entries: Mutex::default(), file })
    }

    /// Takes in a request; the line is in the file before the answer leaves.
    pub(crate) fn write(&self, entry: Entry) {
        if let Some(file) = &self.file {
            let json = serde_json::to_string(&entry).expect("an entry has only text keys");
            let line = in_ascii(&json) + "\n";
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(error) = file.write_all(line.as_bytes()).and_then(|()| file.flush()) {
                tracing::error!(%error, "the sandbox's request log could not be written");
            }
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == REMEMBERED {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    /// What is remembered, oldest first.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// The same JSON, and nothing in it that a terminal would obey or hide when somebody looks at the file.
fn in_ascii(json: &str) -> String {
    let mut ascii = String::with_capacity(json.len());
    for character in json.chars() {
        if matches!(character, ' '..='~') {
            ascii.push(character);
        } else {
            let mut units = [0; 2];
            ascii.extend(character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_log_is_ascii_and_says_the_same() {
        let said = serde_json::json!({ "name": "Zo\u{eb} \u{202e}\u{9b}2J\u{7f} \u{1f600}" });
        let line = in_ascii(&said.to_string());
        assert!(line.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{line}");
        assert_eq!(serde_json::from_str::<Value>(&line).expect("JSON"), said);
    }
}
