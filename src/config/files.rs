//! Where the files of a portal directory come from: the disk, or some other place that was read before.
//!
//! Deliberately absent: what that other place is. A file that is there and could not be had is told as one that
//! cannot be read, with the words of whoever tried.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use super::source::Source;
use super::{Finding, Findings};

/// Files in memory, by their path inside the portal directory with forward slashes: `roles/sales-rep.yaml`; `roles`
/// itself where it is something else than a directory.
pub type Held = BTreeMap<String, HeldFile>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldFile {
    Bytes(Vec<u8>),
    /// What is wrong, and what to do about it.
    Unreadable {
        message: String,
        help: String,
    },
}

/// The files of one portal directory, and what findings call them.
#[derive(Debug, Clone, Copy)]
pub enum Files<'a> {
    Directory {
        path: &'a Path,
        /// Relative to where the user stands.
        shown_as: &'a Path,
    },
    Held {
        files: &'a Held,
        /// What stands before a file's path: `origin/main:clients/example/`.
        prefix: &'a str,
    },
}

impl Files<'_> {
    pub(super) fn is_there(&self) -> bool {
        match self {
            Files::Directory { path, .. } => path.is_dir(),
            Files::Held { files, .. } => !files.is_empty(),
        }
    }

    /// What findings call a file; of no name, the directory.
    pub fn shown(&self, name: &str) -> String {
        match self {
            Files::Directory { shown_as, .. } => shown_path(shown_as, name),
            Files::Held { prefix, .. } => format!("{prefix}{name}"),
        }
    }

    /// What of a shown path is the name.
    pub(super) fn name<'s>(&self, shown: &'s str) -> &'s str {
        let before = match self {
            Files::Directory { shown_as, .. } => Cow::Owned(shown_path(shown_as, "")),
            Files::Held { prefix, .. } => Cow::Borrowed(*prefix),
        };
        shown.strip_prefix(before.as_ref()).map_or(shown, |name| name.trim_start_matches('/'))
    }

    pub(super) fn read(&self, name: &str) -> Result<Source, Findings> {
        let shown = self.shown(name);
        match self {
            Files::Directory { path, .. } => Source::read(&path.join(name), &shown),
            Files::Held { files, .. } => match files.get(name) {
                Some(HeldFile::Bytes(bytes)) => Source::from_bytes(bytes.clone(), &shown),
                Some(HeldFile::Unreadable { message, help }) => {
                    Err(Finding::about_file("unreadable", &shown, message.as_str())
                        .help(help.as_str())
                        .into())
                }
                None => Err(Finding::about_file("missing-file", &shown, "the file does not exist").into()),
            },
        }
    }

    /// The names in `roles/`, sorted; `None` where there is no such directory. Hidden files are an editor's, and
    /// are not looked at.
    pub(super) fn names_of_roles(&self) -> std::io::Result<Option<Vec<String>>> {
        let mut names = match self {
            Files::Directory { path, .. } => match names_in(&path.join("roles")) {
                Ok(names) => names,
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error),
            },
            Files::Held { files, .. } => {
                if let Some(HeldFile::Unreadable { message, .. }) = files.get("roles") {
                    return Err(std::io::Error::other(message.as_str()));
                }
                let names = files.keys().filter_map(|path| path.strip_prefix("roles/"));
                let names: Vec<String> = names.map(str::to_owned).collect();
                if names.is_empty() {
                    return Ok(None);
                }
                names
            }
        };
        names.retain(|name| !name.starts_with('.'));
        names.sort_unstable();
        Ok(Some(names))
    }
}

fn names_in(directory: &Path) -> std::io::Result<Vec<String>> {
    let entries = std::fs::read_dir(directory)?;
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// Forward slashes, and nothing before the name for the directory one stands in.
fn shown_path(shown_as: &Path, name: &str) -> String {
    let directory = shown_as.to_string_lossy().replace('\\', "/");
    let directory = directory.trim_end_matches('/');
    match (directory, name) {
        ("" | ".", "") => ".".to_owned(),
        ("" | ".", name) => name.to_owned(),
        (directory, "") => directory.to_owned(),
        (directory, name) => format!("{directory}/{name}"),
    }
}
