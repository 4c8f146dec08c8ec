//! Where the portal directory is in its repository: what annotations name files by, wherever a run stood.
//!
//! Deliberately absent: finding the repository. That takes the file system, which is `cli`'s.

use std::borrow::Cow;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::SourceEntry;
use crate::config::{Finding, Findings};
use crate::model::Place;

/// Forward slashes, and `.` where there is nothing to name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DirectoryEntry {
    /// As each `source` begins: from where the plan was made.
    pub shown: String,
    /// From the root of the repository.
    pub in_repository: String,
}

impl DirectoryEntry {
    /// From the root of the repository; what does not stand in the directory stays as it is.
    fn path<'f>(&self, file: &'f str) -> Cow<'f, str> {
        let name = match self.shown.as_str() {
            "." => Some(if file == "." { "" } else { file }),
            shown => file.strip_prefix(shown).and_then(|name| match name {
                "" => Some(""),
                name => name.strip_prefix('/'),
            }),
        };
        match (name, self.in_repository.as_str()) {
            (None, _) => Cow::Borrowed(file),
            (Some(""), directory) => Cow::Owned(directory.to_owned()),
            (Some(name), ".") => Cow::Borrowed(name),
            (Some(name), directory) => Cow::Owned(format!("{directory}/{name}")),
        }
    }

    pub(super) fn source(&self, source: SourceEntry) -> SourceEntry {
        SourceEntry { file: self.path(&source.file).into_owned(), ..source }
    }

    /// The findings, with places from the root of the repository.
    pub fn findings(&self, findings: &Findings) -> Findings {
        let place = |place: &Place| Place { file: Arc::from(&*self.path(&place.file)), ..*place };
        let moved = |finding: &Finding| Finding {
            place: place(&finding.place),
            related: finding.related.as_ref().map(|(other, label)| (place(other), label.clone())),
            ..finding.clone()
        };
        Findings(findings.0.iter().map(moved).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(shown: &str, in_repository: &str, file: &str) -> String {
        let directory = DirectoryEntry { shown: shown.to_owned(), in_repository: in_repository.to_owned() };
        directory.path(file).into_owned()
    }

    #[test]
    fn a_file_is_named_from_the_root_of_the_repository() {
        for (shown, in_repository, file, expected) in [
            (".", "portals/be", "users.yaml", "portals/be/users.yaml"),
            (".", "portals/be", "roles/sales-rep.yaml", "portals/be/roles/sales-rep.yaml"),
            ("be", "portals/be", "be/users.yaml", "portals/be/users.yaml"),
            ("../be", "portals/be", "../be/users.yaml", "portals/be/users.yaml"),
            ("/srv/access", ".", "/srv/access/users.yaml", "users.yaml"),
            (".", "portals/be", ".", "portals/be"),
            ("be", ".", "be", "."),
            ("be", "portals/be", "better/users.yaml", "better/users.yaml"),
            ("be", "portals/be", "origin/main:be/users.yaml", "origin/main:be/users.yaml"),
        ] {
            assert_eq!(path(shown, in_repository, file), expected);
        }
    }
}
