//! The last run on a portal, wherever its journal is; and where that is gone, that nothing is known of it.
//!
//! Deliberately absent: stopping for it. Each person is read before they are changed, whatever a journal says.

use std::io;
use std::path::{Path, PathBuf};

use crate::model::PortalId;

use super::past::PastRun;
use super::site::Site;
use super::whereabouts::Whereabouts;

/// What is known of the last run.
#[derive(Debug, Default)]
pub struct LastRun {
    /// However it ended.
    pub run: Option<PastRun>,
    /// A journal that should tell of it and does not.
    pub lost: Option<Lost>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The journal, or the note that says where it is.
    pub path: PathBuf,
    /// When that run began, where it is known.
    pub began: Option<jiff::Timestamp>,
    /// What is the matter with the file, as the end of a sentence.
    pub why: String,
}

impl LastRun {
    /// `folder` has the note of where it is, and most journals; `named` is one to look into as well.
    pub fn find(folder: &Path, site: impl Into<Site>, named: Option<&Path>) -> LastRun {
        let site: Site = site.into();
        let portal = site.portal;
        let in_folder = newest(folder, site);
        let named = named.map(|path| in_file(path, portal)).unwrap_or_default();
        let known = [in_folder.run, named.run].into_iter().flatten();
        let mut runs: Vec<(Option<jiff::Timestamp>, PastRun)> = known.map(|run| (run.began(), run)).collect();
        let lost = match Whereabouts::read(folder, site) {
            Ok(None) => in_folder.lost,
            Ok(Some(here)) => {
                let LastRun { run, lost } = noted(&here, folder, portal);
                // Whatever became of the noted run's journal, a run before it is not the last.
                runs.retain(|(began, _)| *began >= Some(here.began));
                runs.splice(0..0, run.map(|run| (Some(here.began), run)));
                lost.filter(|_| runs.is_empty())
            }
            Err(error) => {
                let why = format!("does not say any more where the last run has its journal ({error})");
                Some(Lost { path: folder.join(site.note_name()), began: None, why })
            }
        };
        let last = runs.into_iter().max_by_key(|(began, _)| *began);
        LastRun { run: last.map(|(_, run)| run), lost }
    }
}

/// The run that the note means.
fn noted(here: &Whereabouts, folder: &Path, portal: PortalId) -> LastRun {
    let path = here.journal(folder);
    let is_meant = |run: &PastRun| match &run.head {
        Some(head) => head.portal == portal && head.began == here.began,
        None => true,
    };
    // What is no file may have no end.
    let is_special = std::fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file());
    let runs = if is_special { Ok(Vec::new()) } else { PastRun::read(&path) };
    let why = match runs {
        Ok(mut runs) => {
            // The note is younger than the run's first line: where that is cut, everything behind it is lost.
            let held = runs.len();
            runs.retain(|run| !run.had_only_begun());
            let is_cut = runs.len() < held;
            match runs.into_iter().rfind(is_meant) {
                Some(run) => return LastRun { run: Some(run), lost: None },
                None if is_cut => "has lost all but a part of its first line".to_owned(),
                None => "does not hold that run any more".to_owned(),
            }
        }
        Err(error) => cannot_be_read(error.io()),
    };
    let lost = Lost { path, began: Some(here.began), why };
    LastRun { run: None, lost: (!here.finished).then_some(lost) }
}

fn cannot_be_read(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "is not there any more".to_owned(),
        _ => format!("cannot be read ({error})"),
    }
}

/// The last of the folder's journals that tells of a run on this portal, and the first on the way to it that cannot
/// be read.
fn newest(folder: &Path, site: Site) -> LastRun {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return LastRun::default(),
        Err(error) => return LastRun { run: None, lost: Some(lost(folder, cannot_be_read(&error))) },
    };
    let paths = entries.flatten().map(|entry| entry.path());
    let is_journal = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "ndjson");
    let mut paths: Vec<PathBuf> = paths.filter(|path| is_journal(path) && site.may_have(path)).collect();
    // Names begin with the time, so the newest is nearly always the first to be read.
    paths.sort_unstable_by(|one, other| other.cmp(one));
    let mut first_lost = None;
    for path in paths {
        let LastRun { run, lost } = in_file(&path, site.portal);
        first_lost = first_lost.or(lost);
        if run.is_some() {
            return LastRun { run, lost: first_lost };
        }
    }
    LastRun { run: None, lost: first_lost }
}

/// A run whose first line cannot be read may be one on this portal. One that was cut off while it wrote that line had
/// done nothing, and what was known before it holds.
fn in_file(path: &Path, portal: PortalId) -> LastRun {
    // What is no file may have no end.
    let length = match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => metadata.len(),
        _ => return LastRun::default(),
    };
    match PastRun::read(path) {
        Ok(runs) if runs.is_empty() && length > 0 => {
            let why = "has no line that can be read".to_owned();
            LastRun { run: None, lost: Some(lost(path, why)) }
        }
        Ok(runs) => {
            let counts = |run: &PastRun| {
                run.head.as_ref().is_none_or(|head| head.portal == portal) && !run.had_only_begun()
            };
            LastRun { run: runs.into_iter().rfind(counts), lost: None }
        }
        Err(error) => LastRun { run: None, lost: Some(lost(path, cannot_be_read(error.io()))) },
    }
}

fn lost(path: &Path, why: String) -> Lost {
    Lost { path: path.to_owned(), began: None, why }
}
