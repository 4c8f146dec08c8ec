//! Where the journal of the last run on a portal is: a small file beside the lock, on disk before the first action.
//!
//! A journal may be anywhere (`--journal`), and the next run may be told of another place. Deliberately absent: what is
//! in the journal (`past`), and what to do where it is gone (`last_run`).

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::journal::{Journal, JournalError};
use super::private;
use super::site::Site;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whereabouts {
    /// A name in the folder of this note, or a whole path.
    journal: String,
    /// Which of the journal's runs.
    pub(super) began: jiff::Timestamp,
    /// It came to its end: nobody misses its journal.
    #[serde(default)]
    pub(super) finished: bool,
}

impl Whereabouts {
    /// To be called once the journal has begun and before anything is done. `working_directory` is where paths begin
    /// that are not whole.
    pub fn note(
        journal: &Journal,
        (folder, site): (&Path, impl Into<Site>),
        working_directory: &Path,
    ) -> Result<(), JournalError> {
        let path = journal.path();
        // By its name alone it is found wherever the portal directory is moved to.
        let place = match path.file_name() {
            Some(name) if path.parent() == Some(folder) => PathBuf::from(name),
            _ => working_directory.join(path),
        };
        let began = journal.began();
        let written = match place.into_os_string().into_string() {
            Ok(journal) => Whereabouts { journal, began, finished: false }.write(folder, site.into()),
            Err(_) => Err(io::Error::other("its path is not UTF-8; choose another with `--journal`")),
        };
        written.map_err(|source| JournalError::noted(path, source))
    }

    /// To be called once the journal has its last line.
    pub fn note_finished(folder: &Path, site: impl Into<Site>) -> Result<(), JournalError> {
        let site = site.into();
        let path = folder.join(site.note_name());
        let noted = match Whereabouts::read(folder, site) {
            Ok(Some(here)) => Whereabouts { finished: true, ..here }.write(folder, site),
            Ok(None) => Ok(()),
            Err(source) => Err(source),
        };
        noted.map_err(|source| JournalError::noted(&path, source))
    }

    fn write(&self, folder: &Path, site: Site) -> io::Result<()> {
        let text = serde_json::to_vec(self).map_err(io::Error::other)?;
        private::replace(&folder.join(site.note_name()), &text)
    }

    /// `None`: no run has noted anything yet.
    pub(super) fn read(folder: &Path, site: Site) -> io::Result<Option<Whereabouts>> {
        let mut text = Vec::new();
        match File::open(folder.join(site.note_name())) {
            Ok(mut file) => file.read_to_end(&mut text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        serde_json::from_slice(&text).map(Some).map_err(io::Error::other)
    }

    /// The journal that a folder's newest note means, whatever the portal.
    pub fn newest_journal(folder: &Path) -> Option<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let notes = entries.filter_map(|entry| {
            let name = entry.file_name();
            Whereabouts::read(folder, Site::of_note(name.to_str()?)?).ok()?
        });
        notes.max_by_key(|note| note.began).map(|note| note.journal(folder))
    }

    pub(super) fn journal(&self, folder: &Path) -> PathBuf {
        folder.join(&self.journal)
    }
}
