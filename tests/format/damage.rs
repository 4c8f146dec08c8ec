//! The example and the files with mistakes, damaged at random: a file is formatted without a change of what it
//! says, or refused for its findings.
//!
//! Nothing else may come out: no panic, no file that the formatter itself calls unsafe. Deliberately absent: what
//! the findings are; that is `tests/hostile`.

use std::fs;
use std::path::{Path, PathBuf};

use hubroster::config::{self, FormatError};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{cases, root, without_places};

/// `Ok(true)` where the files were valid.
fn holds(path: &Path) -> Result<bool, String> {
    let before = config::load(path, Path::new("."));
    let files = match (config::format(path, Path::new(".")), &before) {
        (Ok(files), Ok(_)) => files,
        (Err(FormatError::Findings(found)), Err(same)) if found == *same => return Ok(false),
        (Err(error), _) => return Err(format!("{error:?}")),
        (Ok(_), Err(found)) => return Err(format!("formatted in spite of {found:?}")),
    };
    for file in &files {
        fs::write(&file.path, &file.after).expect("it can be written");
    }
    let after = config::load(path, Path::new("."));
    let plain = |loaded: Result<config::Loaded, _>| loaded.map(|loaded| without_places(&loaded.desired));
    if plain(after) != plain(before) {
        return Err("another desired state".to_owned());
    }
    let again = config::format(path, Path::new(".")).map_err(|error| format!("{error:?}"))?;
    match again.into_iter().find(|file| !file.is_canonical()) {
        Some(file) => Err(format!("once more is something else:\n{}\n── then\n{}", file.before, file.after)),
        None => Ok(true),
    }
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("roles")).expect("a folder");
    for folder in ["", "roles"] {
        for entry in fs::read_dir(from.join(folder)).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
                fs::copy(&path, to.join(folder).join(path.file_name().expect("a name"))).expect("a copy");
            }
        }
    }
}

#[test]
fn files_with_mistakes_are_refused_with_their_findings() {
    let mut valid = 0;
    for entry in fs::read_dir(root().join("tests/hostile")).expect("the mistakes") {
        let hostile = entry.expect("an entry").path();
        if !hostile.is_dir() {
            continue;
        }
        let directory = tempfile::tempdir().expect("a directory");
        copied(&hostile, directory.path());
        match holds(directory.path()) {
            Ok(was_valid) => valid += u32::from(was_valid),
            Err(error) => panic!("{}: {error}", hostile.display()),
        }
    }
    // Those with nothing but warnings.
    assert!(valid <= 5, "{valid} of the hostile directories are valid");
}

#[derive(Debug, Clone)]
enum Damage {
    Byte(u8),
    Scrap(&'static str),
    /// At the end or the start of a line, where most of them do no harm.
    ScrapAtEdge(&'static str, bool),
    Cut(usize),
    /// A stretch of the file, once more.
    Repeat(Index, usize),
    SwapLines(Index),
    Indent(usize),
}

/// What means something to YAML.
const SCRAPS: [&str; 30] = [
    "\n",
    "\n\n",
    "  ",
    "\t",
    "# x\n",
    " # x",
    "#",
    "- ",
    "? ",
    ": ",
    ":\n",
    "&a ",
    "*a",
    "<<: *office\n",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "|\n",
    ">-\n",
    " |+\n",
    "\"",
    "'",
    "\\",
    "\r\n",
    "---\n",
    "...\n",
    " ",
    "é",
];

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        1 => any::<u8>().prop_map(Damage::Byte),
        2 => select(&SCRAPS[..]).prop_map(Damage::Scrap),
        12 => (select(&SCRAPS[..]), any::<bool>()).prop_map(|(scrap, at_end)| Damage::ScrapAtEdge(scrap, at_end)),
        2 => (1..40usize).prop_map(Damage::Cut),
        1 => (any::<Index>(), 1..60usize).prop_map(|(from, length)| Damage::Repeat(from, length)),
        2 => any::<Index>().prop_map(Damage::SwapLines),
        2 => (1..5usize).prop_map(Damage::Indent),
    ]
}

fn damaged(text: &[u8], damages: &[(Index, Damage)]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for (at, damage) in damages {
        let at = at.index(bytes.len().max(1));
        let end = |length: usize| (at + length).min(bytes.len());
        match damage {
            Damage::Byte(byte) => {
                if let Some(place) = bytes.get_mut(at) {
                    *place = *byte;
                }
            }
            Damage::Scrap(scrap) => {
                bytes.splice(at..at, scrap.bytes());
            }
            Damage::ScrapAtEdge(scrap, at_end) => {
                let is_newline = |byte: &u8| *byte == b'\n';
                let place = match at_end {
                    true => bytes[at..].iter().position(is_newline).map_or(bytes.len(), |length| at + length),
                    false => bytes[..at].iter().rposition(is_newline).map_or(0, |newline| newline + 1),
                };
                bytes.splice(place..place, scrap.bytes());
            }
            Damage::Cut(length) => {
                bytes.drain(at..end(*length));
            }
            Damage::Repeat(from, length) => {
                let from = from.index(bytes.len().max(1));
                let stretch = bytes[from..(from + length).min(bytes.len())].to_vec();
                bytes.splice(at..at, stretch);
            }
            Damage::SwapLines(other) => {
                let mut lines: Vec<Vec<u8>> =
                    bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
                if !lines.is_empty() {
                    let (one, other) = (at % lines.len(), other.index(lines.len()));
                    lines.swap(one, other);
                }
                bytes = lines.concat();
            }
            Damage::Indent(columns) => {
                let start =
                    bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
                bytes.splice(start..start, std::iter::repeat_n(b' ', *columns));
            }
        }
    }
    bytes
}

/// Directories that are valid as they are.
fn grounds() -> Vec<PathBuf> {
    let mut grounds: Vec<PathBuf> = cases().into_iter().map(|case| case.join("before")).collect();
    // The example more often: it has most of what there is.
    grounds.extend(std::iter::repeat_n(root().to_owned(), grounds.len() / 2));
    grounds
}

proptest! {
    #![proptest_config(super::drawn(400))]

    #[test]
    fn damage_is_refused_or_changes_nothing(
        ground in select(grounds()),
        file in any::<Index>(),
        damages in vec((any::<Index>(), damage()), 1..4),
    ) {
        let directory = tempfile::tempdir().expect("a directory");
        copied(&ground, directory.path());
        let mut files = vec![directory.path().join("users.yaml")];
        let roles = fs::read_dir(directory.path().join("roles")).expect("a folder");
        files.extend(roles.map(|entry| entry.expect("an entry").path()));
        files.sort();
        let file = file.get(&files);
        let text = damaged(&fs::read(file).expect("it can be read"), &damages);
        fs::write(file, &text).expect("it can be written");
        holds(directory.path()).map_err(|error| {
            let text = String::from_utf8_lossy(&text);
            TestCaseError::fail(format!("{error}\n── {}\n{text}", file.display()))
        })?;
    }
}
