//! Portal directories laid out at random, with comments wherever one can stand: whatever comes out says the same.
//!
//! A comment's text says what it is about, so that nothing of the formatter has to be believed. Deliberately absent:
//! plans; `tests/properties` draws those.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use hubroster::config::{self, Formatted};
use proptest::collection::vec;
use proptest::prelude::*;

use super::layouts::{role, users};

/// Every comment is there once, behind or above what it says it is about.
fn comments_stay(file: &Formatted) -> Result<(), String> {
    let (before, after) = (&file.before, &file.after);
    let notes = |text: &str| -> Vec<String> {
        let mut notes: Vec<String> =
            text.lines().filter_map(|line| Some(line[line.find('#')?..].trim_end().to_owned())).collect();
        notes.sort();
        notes
    };
    if notes(before) != notes(after) {
        return Err("not the same comments".to_owned());
    }
    let lines: Vec<&str> = after.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        let about = |word: &str| Some(line.split_once(word)?.1.split_once(';')?.0);
        if let Some(name) = about(" behind ")
            && name != "nobody"
            && !line[..line.find('#').unwrap_or_default()].contains(name)
        {
            return Err(format!("{line:?} is not behind its value"));
        }
        let is_content = |line: &&&str| !line.trim().is_empty() && !line.trim().starts_with('#');
        let mut next = lines[number + 1..].iter().filter(is_content);
        let key = lines[number + 1..].iter().find(|line| is_content(line)).unwrap_or(&"");
        // Above the dash it would be about the whole entry.
        if let Some(name) = about(" over ")
            && (!key.contains(name) || key.trim_start().starts_with('-'))
        {
            return Err(format!("{line:?} is above {key:?}"));
        }
        // A dash may have a line to itself.
        let mut next = next.by_ref().skip_while(|line| line.trim() == "-" && about(" above ") != Some("-"));
        let (first, second) = (next.next().unwrap_or(&""), next.next().unwrap_or(&""));
        // The text of a block scalar is below its `|-`.
        let is_block = first.contains("|-") || first.contains(">-") || first.contains("|2-");
        if let Some(name) = about(" above ")
            && !(is_about(first, name) || is_block && second.contains(name))
        {
            return Err(format!("{line:?} is above {first:?}"));
        }
    }
    entries_keep_their_comments(&lines)
}

/// Those above keys of one person or team are in one still, and in no other's.
fn entries_keep_their_comments(lines: &[&str]) -> Result<(), String> {
    let (mut entry, mut seen) = (0, BTreeMap::new());
    for line in lines {
        // Lists of people and teams; those inside of an entry are deeper.
        entry += usize::from(line.starts_with("  -"));
        let Some((_, name)) = line.split_once(" in entry ") else { continue };
        if *seen.entry(name.trim_end()).or_insert(entry) != entry {
            return Err(format!("{line:?} is in another entry"));
        }
    }
    let places: BTreeSet<usize> = seen.values().copied().collect();
    if places.len() < seen.len() { Err("comments of two entries are in one".to_owned()) } else { Ok(()) }
}

fn is_about(line: &str, name: &str) -> bool {
    if name == "-" { line.trim_start().starts_with('-') } else { line.contains(name) }
}

/// The same desired state, the same comments, and nothing left to do.
fn holds(users: &str, role: &str) -> Result<(), String> {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path();
    fs::create_dir(path.join("roles")).expect("a folder");
    fs::write(path.join("users.yaml"), users).expect("it can be written");
    fs::write(path.join("roles/sales-rep.yaml"), role).expect("it can be written");
    let format = || config::format(path, Path::new(".")).map_err(|error| format!("{error:?}"));
    let plain =
        |loaded: Result<config::Loaded, _>| loaded.map(|loaded| super::without_places(&loaded.desired));
    let before = plain(config::load(path, Path::new(".")));
    let before = before.map_err(|found| format!("what is drawn is not valid: {found:?}"))?;
    for file in format()? {
        fs::write(&file.path, &file.after).expect("it can be written");
        comments_stay(&file).map_err(|error| format!("{error}\n── after\n{}", file.after))?;
        let ends = file.after.ends_with('\n') && !file.after.ends_with("\n\n");
        if !ends || file.after.contains('\r') {
            return Err(format!("an untidy end:\n{}", file.after));
        }
    }
    if plain(config::load(path, Path::new("."))).ok() != Some(before) {
        return Err("another desired state".to_owned());
    }
    match format()?.into_iter().find(|file| !file.is_canonical()) {
        Some(file) => Err(format!("once more is something else:\n{}\n── then\n{}", file.before, file.after)),
        None => Ok(()),
    }
}

/// Shown as the files that they are.
struct Drawn {
    users: String,
    role: String,
}

impl std::fmt::Debug for Drawn {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "\n── users.yaml\n{}\n── roles/sales-rep.yaml\n{}", self.users, self.role)
    }
}

proptest! {
    #![proptest_config(super::drawn(256))]

    #[test]
    fn whatever_the_layout_the_same_is_said(
        drawn in (vec(any::<u8>(), 0..600), vec(any::<u8>(), 0..150))
            .prop_map(|(one, other)| Drawn { users: users(one), role: role(other) })
    ) {
        holds(&drawn.users, &drawn.role).map_err(TestCaseError::fail)?;
    }
}
