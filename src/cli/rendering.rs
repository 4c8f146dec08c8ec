//! A plan in the formats that were asked for, on stdout and in files.
//!
//! Deliberately absent: the formats themselves; `render` has them.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::render::{self, MarkdownOptions, MaskKey, PlanDocument, TextOptions};

use super::arguments::{Output, PlanFormat, Rendering};
use super::environment;
use super::exit::Error;
use super::output;

/// Files have no terminal that says how wide they are; a reader's editor scrolls.
const FILE_WIDTH: usize = 160;

/// What was asked for, and what it takes.
pub(super) struct Presentation<'a> {
    rendering: &'a Rendering,
    mask: Option<MaskKey>,
}

/// However it is written: two spellings of one file are one file.
fn resolved(file: &Path) -> PathBuf {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    file.canonicalize().unwrap_or_else(|_| folder.join(file.file_name().unwrap_or_default()))
}

/// By name alone, whichever directory it is: nobody wants a result there.
fn is_of_a_portal_directory(file: &Path) -> bool {
    let is_yaml = file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    let folder = file.parent().and_then(Path::file_name);
    let is_own = file.file_name().is_some_and(|name| name == "users.yaml" || name == "sandbox.yaml");
    is_own || (is_yaml && folder.is_some_and(|folder| folder == "roles"))
}

impl<'a> Presentation<'a> {
    /// Before anything is read: of two results in one file the first would be lost without a word, and a plan that
    /// cannot be masked must not be made to be thrown away. From here on messages are masked, too.
    pub(super) fn of(rendering: &'a Rendering, out: Option<&Path>) -> Result<Presentation<'a>, Error> {
        let files = rendering.output.iter().map(|output| output.file.as_path()).chain(out);
        let mut files: Vec<(PathBuf, &Path)> = files.map(|file| (resolved(file), file)).collect();
        files.sort_unstable();
        if let Some(pair) = files.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let file = pair[0].1.display();
            return Err(Error::Usage(format!("`{file}` is named twice; give each result a file of its own")));
        }
        if let Some((_, file)) = files.iter().find(|(_, file)| is_of_a_portal_directory(file)) {
            let file = file.display();
            return Err(Error::Usage(format!(
                "`{file}` is a file that plans are made from; give the result a name of its own"
            )));
        }
        Ok(Presentation { rendering, mask: mask(rendering.mask)? })
    }

    /// The files first: whoever reads stdout to its end may rely on them.
    pub(super) fn write(&self, document: &PlanDocument) -> Result<(), Error> {
        let document = match &self.mask {
            Some(key) => Cow::Owned(document.masked(key)),
            None => Cow::Borrowed(document),
        };
        for Output { format, file } in &self.rendering.output {
            output::private_file(file, for_file(&document, *format).as_bytes())?;
        }
        output::result(&rendered(&document, self.rendering.format))
    }
}

/// The key of `--mask`, where that was asked for. From here on messages are masked, too.
pub(super) fn mask(is_asked_for: bool) -> Result<Option<MaskKey>, Error> {
    if !is_asked_for {
        return Ok(None);
    }
    let key = environment::mask_key(
        "`--mask` needs a key of your own, so that nobody else can look pseudonyms up; make one with \
         `openssl rand -hex 32`, keep it, since another key gives everybody another pseudonym, and",
    )?;
    output::mask();
    Ok(Some(key))
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
