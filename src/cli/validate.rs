//! `hubroster validate`: load, and nothing else.

use std::borrow::Cow;
use std::path::Path;

use crate::config::{self, Findings};
use crate::render;

use super::arguments::{FindingsFormat, Validate};
use super::environment;
use super::exit::{Error, Exit};
use super::output;
use super::repository;

pub(super) fn run(arguments: &Validate) -> Result<Exit, Error> {
    let directory = &arguments.directory.directory;
    let findings = match config::load(directory, directory) {
        Ok(loaded) => loaded.warnings,
        Err(findings) => findings,
    };
    output::result(&shown(&findings, directory, arguments.format))?;
    let is_invalid = findings.has_errors() || (arguments.strict && !findings.0.is_empty());
    Ok(if is_invalid { Exit::InvalidFiles } else { Exit::Done })
}

fn shown(findings: &Findings, directory: &Path, format: FindingsFormat) -> String {
    match format {
        FindingsFormat::Json => render::findings::json(findings),
        FindingsFormat::Sarif => {
            let findings = in_repository(findings, directory);
            render::findings::sarif(&findings, &environment::working_directory())
        }
        FindingsFormat::Text | FindingsFormat::Github if findings.0.is_empty() => {
            "The files are valid.\n".to_owned()
        }
        FindingsFormat::Github => render::findings::github(&in_repository(findings, directory)),
        FindingsFormat::Text => render::findings::text(findings, environment::stdout_width()),
    }
}

/// GitHub and code scanning look for files from the root of the repository.
fn in_repository<'f>(findings: &'f Findings, directory: &Path) -> Cow<'f, Findings> {
    match repository::directory(directory) {
        Some(directory) => Cow::Owned(directory.findings(findings)),
        None => Cow::Borrowed(findings),
    }
}
