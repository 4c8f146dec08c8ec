//! A file replaced by another text: at once, with its mode and owner, behind any link to it.
//!
//! Deliberately absent: new files; a file with people's data that is not there yet is `output::private_file`'s.

use std::fs::{self, Metadata, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::exit::Error;

/// The new text, written beside the file.
pub(super) struct Replacement {
    shown: PathBuf,
    target: PathBuf,
    text: NamedTempFile,
}

impl Replacement {
    /// Nothing has been replaced when this fails. `shown` is the path as the user knows it.
    pub(super) fn prepare(path: &Path, shown: &str, text: &[u8]) -> Result<Replacement, Error> {
        let shown = PathBuf::from(shown);
        match prepare(path, text) {
            Ok((target, text)) => Ok(Replacement { shown, target, text }),
            Err(source) => Err(failed(shown, source)),
        }
    }

    pub(super) fn carry_out(self) -> Result<(), Error> {
        let Replacement { shown, target, text } = self;
        text.persist(target).map_err(|error| failed(shown, error.error))?;
        Ok(())
    }
}

fn failed(path: PathBuf, source: std::io::Error) -> Error {
    Error::File { action: "write", path, source }
}

fn prepare(path: &Path, text: &[u8]) -> std::io::Result<(PathBuf, NamedTempFile)> {
    let target = fs::canonicalize(path)?;
    let metadata = target.metadata()?;
    // A file can be replaced by whoever may write its directory, which says nothing about the file.
    if metadata.permissions().readonly() {
        return Err(std::io::Error::new(
            ErrorKind::PermissionDenied,
            "the file is read-only: make it writable first; no file was changed",
        ));
    }
    OpenOptions::new().write(true).open(&target)?;
    let directory = target.parent().unwrap_or(Path::new("."));
    // The errors of `tempfile` name a file that nobody has heard of.
    let mut file = NamedTempFile::new_in(directory).map_err(|error| {
        let message = format!("no file can be made beside it: {}; no file was changed", error.kind());
        std::io::Error::new(error.kind(), message)
    })?;
    file.write_all(text)?;
    keep_owner(&file, &metadata);
    file.as_file().set_permissions(metadata.permissions())?;
    file.as_file().sync_all()?;
    Ok((target, file))
}

/// As far as one may: only root gives files away, and a file of one's own stays one's own anyway.
#[cfg(unix)]
fn keep_owner(file: &NamedTempFile, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let _ = fchown(file.as_file(), Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_file: &NamedTempFile, _metadata: &Metadata) {}
