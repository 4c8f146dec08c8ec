//! One run at a time on one portal from one portal directory: a lock file that the operating system lets go of when its
//! holder dies.
//!
//! Deliberately absent: other checkouts and machines. Between them the re-read before each write and the digest protect.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::PortalId;

use super::private;

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

/// Who holds a lock, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub process: u32,
    pub since: jiff::Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("{}; wait until it has ended", Held(holder))]
    Held {
        /// `None` where the holder has not said.
        holder: Option<Holder>,
    },
    #[error("`{}` is a symbolic link, and hubroster keeps files of its own there; remove the link", .0.display())]
    Link(PathBuf),
    #[error("the lock `{}` cannot be taken; check that its folder can be written", path.display())]
    File { path: PathBuf, source: io::Error },
}

struct Held<'a>(&'a Option<Holder>);

impl std::fmt::Display for Held<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(Holder { process, since }) => {
                let since = since.strftime("%Y-%m-%d %H:%M:%S UTC");
                write!(
                    formatter,
                    "another run (process {process}) has been applying to this portal since {since}"
                )
            }
            None => formatter.write_str("another run is applying to this portal"),
        }
    }
}

impl Lock {
    pub fn file_name(portal: PortalId) -> String {
        format!("{portal}.lock")
    }

    /// Also tells of a holder who died without letting go, whose lock this now is.
    pub fn take(path: &Path, holder: &Holder) -> Result<(Lock, Option<Holder>), LockError> {
        let failed = |source| LockError::File { path: path.to_owned(), source };
        private::make_folder_of(path).map_err(failed)?;
        private::tighten_folder_of(path);
        // The note is read and written only by whoever holds the lock.
        if let Some(link) =
            [path.to_owned(), path.with_extension("last")].into_iter().find(|path| private::is_link(path))
        {
            return Err(LockError::Link(link));
        }
        let mut options = OpenOptions::new();
        let mut file = private::file(options.create(true).truncate(false).read(true).write(true))
            .open(path)
            .map_err(failed)?;
        private::tighten(&file).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                // Where a locked file cannot be read, the holder stays unnamed.
                return Err(LockError::Held { holder: read(&mut file).ok().flatten() });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let dead = read(&mut file).map_err(failed)?;
        let mut lock = Lock { file };
        lock.write(&serde_json::to_vec(holder).map_err(io::Error::other).map_err(failed)?).map_err(failed)?;
        Ok((lock, dead))
    }

    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(text)?;
        self.file.sync_data()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // An empty file says that its last holder let go; one that keeps the name says that they died, which
        // is only a line too much in the next run.
        self.write(b"").ok();
    }
}

/// `None` for an empty file, and for one that a holder had no time to finish.
fn read(file: &mut File) -> io::Result<Option<Holder>> {
    let mut text = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut text)?;
    Ok(serde_json::from_slice(&text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(process: u32) -> Holder {
        Holder { process, since: jiff::Timestamp::from_second(1_790_000_000).expect("a moment") }
    }

    #[test]
    fn a_second_run_is_told_who_holds_the_lock_and_since_when() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("made/too").join(Lock::file_name(PortalId(4611686)));
        let (lock, dead) = Lock::take(&path, &holder(1)).expect("free");
        assert_eq!(dead, None);
        let refused = Lock::take(&path, &holder(2)).expect_err("held");
        assert_eq!(
            refused.to_string(),
            "another run (process 1) has been applying to this portal since 2026-09-21 14:13:20 UTC; \
             wait until it has ended"
        );
        drop(lock);
        let (_lock, dead) = Lock::take(&path, &holder(2)).expect("free again");
        assert_eq!(dead, None, "the first let go properly");
    }

    #[test]
    fn a_dead_holders_lock_is_taken_over_and_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("4611686.lock");
        // What a killed process leaves: its name, and no lock.
        let mut left = File::create(&path).expect("a file");
        serde_json::to_writer(&mut left, &holder(7)).expect("written");
        let (_lock, dead) = Lock::take(&path, &holder(8)).expect("nobody holds it");
        assert_eq!(dead, Some(holder(7)));
        assert!(Lock::take(&path, &holder(9)).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_the_lock_or_the_note_is_not_followed() {
        for name in ["4611686.lock", "4611686.last"] {
            let folder = tempfile::tempdir().expect("a folder");
            let (target, link) = (folder.path().join("target"), folder.path().join(name));
            File::create(&target).and_then(|mut file| file.write_all(b"precious")).expect("written");
            for leads_to in [&target, &folder.path().join("nothing")] {
                std::os::unix::fs::symlink(leads_to, &link).expect("a link");
                let refused =
                    Lock::take(&folder.path().join("4611686.lock"), &holder(8)).expect_err("a link");
                assert!(refused.to_string().contains("is a symbolic link"), "{refused}");
                std::fs::remove_file(&link).expect("it is there");
            }
            assert_eq!(target.metadata().expect("it is there").len(), 8);
            assert!(!folder.path().join("nothing").exists());
        }
    }

    #[test]
    fn a_holder_who_had_no_time_to_say_who_they_are_is_no_obstacle() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("4611686.lock");
        File::create(&path).and_then(|mut file| file.write_all(b"{\"proc")).expect("written");
        assert_eq!(Lock::take(&path, &holder(8)).expect("nobody holds it").1, None);
    }
}
