//! `hubroster journal`: what a run did, line by line.

use std::path::PathBuf;

use crate::apply::{PastRun, Whereabouts};
use crate::render::{self, TextOptions, escape_for_terminal};

use super::arguments::JournalArguments;
use super::exit::{Error, Exit};
use super::{environment, history, output};

pub(super) fn run(arguments: &JournalArguments) -> Result<Exit, Error> {
    let path = match &arguments.file {
        Some(path) => path.clone(),
        None => newest(&history::folder(&arguments.directory))?,
    };
    let runs = PastRun::read(&path)?;
    let is_empty = std::fs::metadata(&path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0);
    if is_empty || (!runs.is_empty() && runs.iter().all(PastRun::had_only_begun)) {
        let path = escape_for_terminal(&path.display().to_string());
        let left = if is_empty { "it is empty" } else { "nothing is left but a part of the first line" };
        output::result(&format!(
            "{path}: {left}. Either the run was cut off there, before it changed \
             anything, or the rest of the file is lost.\n"
        ))?;
        return Ok(Exit::Done);
    }
    if runs.is_empty() {
        return Err(Error::Usage(format!("`{}` is no journal of hubroster", path.display())));
    }
    let options = TextOptions { width: environment::stdout_width() };
    output::result(&render::journal_text(&runs, &options))?;
    Ok(Exit::Done)
}

/// Names of journals begin with their time; a run that had its journal elsewhere has left a note.
fn newest(folder: &std::path::Path) -> Result<PathBuf, Error> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let journals = entries.filter(|path| path.extension().is_some_and(|extension| extension == "ndjson"));
    let elsewhere = Whereabouts::newest_journal(folder).filter(|path| path.is_file());
    let newest = [journals.max(), elsewhere].into_iter().flatten().max_by_key(|path| began(path));
    newest.ok_or_else(|| {
        let folder = folder.display();
        Error::Usage(format!("no journal in `{folder}` yet: `hubroster apply` writes one; or name a file"))
    })
}

fn began(path: &std::path::Path) -> Option<jiff::Timestamp> {
    PastRun::read(path).unwrap_or_default().last().and_then(PastRun::began)
}
