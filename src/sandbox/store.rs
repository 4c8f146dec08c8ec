//! The state file: the whole portal as a seed, replaced as one after each change.
//!
//! Deliberately absent: reading it back (the next run takes it as its seed) and waiting for the disk: it survives
//! the end of the process at any moment, not a power cut.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::seed::to_document;
use super::state::Portal;

#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
    /// The revision that the file has.
    saved: Mutex<u64>,
}

impl Store {
    /// Writes the state for the first time, so that a path that cannot be written fails at the start.
    pub(crate) fn open(path: &Path, portal: &Portal) -> io::Result<Store> {
        let store = Store { path: path.to_owned(), saved: Mutex::new(portal.revision) };
        store.replace(portal)?;
        Ok(store)
    }

    /// Brings the file to at least this revision. Requests that come together share one writing: whoever waits
    /// for the lock mostly finds their change already written by the one before.
    pub(crate) fn save(&self, revision: u64, current: impl FnOnce() -> Portal) -> io::Result<()> {
        let mut saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        if *saved >= revision {
            return Ok(());
        }
        let portal = current();
        self.replace(&portal)?;
        *saved = portal.revision;
        Ok(())
    }

    fn replace(&self, portal: &Portal) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        // Made with mode 0600, which persisting keeps.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        let mut writer = BufWriter::new(&mut file);
        serde_json::to_writer_pretty(&mut writer, &to_document(portal))?;
        writer.write_all(b"\n")?;
        writer.flush()?;
        drop(writer);
        file.persist(&self.path)?;
        Ok(())
    }
}
