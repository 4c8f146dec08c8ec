//! A plan in the formats that were asked for, on stdout and in files.
//!
//! Deliberately absent: the formats themselves; `render` has them.

use std::path::Path;

use crate::render::{self, MarkdownOptions, PlanDocument, TextOptions};

use super::arguments::{Output, PlanFormat, Rendering};
use super::environment;
use super::exit::Error;
use super::output;

/// Files have no terminal that says how wide they are; a reader's editor scrolls.
const FILE_WIDTH: usize = 160;

/// The files first: whoever reads stdout to its end may rely on them.
pub(super) fn write(document: &PlanDocument, rendering: &Rendering) -> Result<(), Error> {
    for Output { format, file } in &rendering.output {
        output::private_file(file, for_file(document, *format).as_bytes())?;
    }
    output::result(&rendered(document, rendering.format))
}

/// Before anything is read: of two results in one file the first would be lost without a word.
pub(super) fn check(rendering: &Rendering, out: Option<&Path>) -> Result<(), Error> {
    let mut files: Vec<&Path> =
        rendering.output.iter().map(|output| output.file.as_path()).chain(out).collect();
    files.sort_unstable();
    match files.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            let file = pair[0].display();
            Err(Error::Usage(format!("`{file}` is named twice; give each result a file of its own")))
        }
        None => Ok(()),
    }
}

/// For stdout.
pub(super) fn rendered(document: &PlanDocument, format: PlanFormat) -> String {
    in_format(document, format, environment::stdout_width())
}

/// No colour, whatever the terminal is: a file is read elsewhere.
fn for_file(document: &PlanDocument, format: PlanFormat) -> String {
    let text = in_format(document, format, FILE_WIDTH);
    match format {
        PlanFormat::Text => anstream::adapter::strip_str(&text).to_string(),
        PlanFormat::Markdown | PlanFormat::Html | PlanFormat::Json | PlanFormat::Github => text,
    }
}

fn in_format(document: &PlanDocument, format: PlanFormat, width: usize) -> String {
    match format {
        PlanFormat::Text => render::text(document, &TextOptions { width }),
        PlanFormat::Markdown => render::markdown(document, &MarkdownOptions::default()),
        PlanFormat::Html => render::html(document),
        PlanFormat::Json => document.to_json(),
        PlanFormat::Github => render::github(document),
    }
}
