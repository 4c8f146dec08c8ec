//! `hubroster fmt`: the files in canonical form, or what is missing from it.

use crate::config::{self, FormatError, Formatted};
use crate::render::{self, escape_for_terminal};

use super::arguments::Fmt;
use super::exit::{Error, Exit};
use super::replace::Replacement;
use super::{output, stages};

pub(super) fn run(arguments: &Fmt) -> Result<Exit, Error> {
    let directory = &arguments.directory.directory;
    let files = config::format(directory, directory).map_err(|error| match error {
        FormatError::Findings(findings) => stages::shown(findings),
        FormatError::Unsafe { .. } => Error::Format(error),
    })?;
    let changed: Vec<&Formatted> = files.iter().filter(|file| !file.is_canonical()).collect();
    if arguments.check { check(&changed, files.len()) } else { write(&changed, files.len()) }
}

fn check(changed: &[&Formatted], all: usize) -> Result<Exit, Error> {
    let differences: Vec<String> = changed.iter().map(|file| render::file_difference(file)).collect();
    output::result(&differences.concat())?;
    if changed.is_empty() {
        output::remark(&format!("{} in canonical form.\n", are(all, all)));
        return Ok(Exit::Done);
    }
    output::remark(&format!("{} not in canonical form: run `hubroster fmt`.\n", are(changed.len(), all)));
    Ok(Exit::Changes)
}

/// All that can fail before the first file is replaced does; then one after the other, each at once.
fn write(changed: &[&Formatted], all: usize) -> Result<Exit, Error> {
    let replacements: Vec<Replacement> = changed
        .iter()
        .map(|file| Replacement::prepare(&file.path, &file.shown, file.after.as_bytes()))
        .collect::<Result<_, Error>>()?;
    for (file, replacement) in changed.iter().zip(replacements) {
        replacement.carry_out()?;
        output::result(&format!("{}\n", escape_for_terminal(&file.shown)))?;
    }
    let remark = match changed.len() {
        0 => format!("{} in canonical form already.\n", are(all, all)),
        count => format!("{count} of {all} files formatted.\n"),
    };
    output::remark(&remark);
    Ok(Exit::Done)
}

fn are(count: usize, all: usize) -> String {
    match (count, all) {
        (1, 1) => "The one file is".to_owned(),
        (count, all) if count == all => format!("All {all} files are"),
        (1, all) => format!("1 of {all} files is"),
        (count, all) => format!("{count} of {all} files are"),
    }
}
