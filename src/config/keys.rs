//! The places of an entry's own keys, for who explains it; the desired state keeps only those that findings need.

use std::collections::BTreeMap;
use std::path::Path;

use super::files::Files;
use super::{DesiredUser, Findings, data};
use crate::model::Place;

/// By name, of the entry at this position of `users:`. Read again from the file; empty where it has become another
/// one meanwhile.
///
/// # Errors
///
/// A file that cannot be read any more.
pub fn keys_of_entry(
    directory: &Path,
    shown_as: &Path,
    (position, entry): (usize, &DesiredUser),
) -> Result<BTreeMap<String, Place>, Findings> {
    let source = Files::Directory { path: directory, shown_as }.read("users.yaml")?;
    let keys = data(source.text.as_bytes(), &source.file)?.places(&format!("users[{position}]"));
    let is_the_same = keys.get("email") == Some(&entry.place);
    Ok(if is_the_same { keys } else { BTreeMap::new() })
}
