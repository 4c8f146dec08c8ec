//! `hubroster validate`: load, and nothing else.

use crate::config::{self, Findings};
use crate::render;

use super::arguments::{FindingsFormat, Validate};
use super::environment;
use super::exit::{Error, Exit};
use super::output;

pub(super) fn run(arguments: &Validate) -> Result<Exit, Error> {
    let directory = &arguments.directory.directory;
    let findings = match config::load(directory, directory) {
        Ok(loaded) => loaded.warnings,
        Err(findings) => findings,
    };
    output::result(&shown(&findings, arguments.format))?;
    let is_invalid = findings.has_errors() || (arguments.strict && !findings.0.is_empty());
    Ok(if is_invalid { Exit::InvalidFiles } else { Exit::Done })
}

fn shown(findings: &Findings, format: FindingsFormat) -> String {
    match format {
        FindingsFormat::Json => render::findings::json(findings),
        FindingsFormat::Sarif => render::findings::sarif(findings, &environment::working_directory()),
        FindingsFormat::Text | FindingsFormat::Github if findings.0.is_empty() => {
            "The files are valid.\n".to_owned()
        }
        FindingsFormat::Github => render::findings::github(findings),
        FindingsFormat::Text => render::findings::text(findings, environment::stdout_width()),
    }
}
