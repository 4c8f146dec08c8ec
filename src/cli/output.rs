//! stdout carries the result, stderr everything else.

use std::borrow::Cow;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::config::Findings;
use crate::render::{self, Masking};

use super::arguments::{Colour, Global};
use super::environment;
use super::exit::Error;

/// `--quiet`: one for the process, as the choice of colour is.
static QUIET: AtomicBool = AtomicBool::new(false);

/// `--mask`: from the moment that it is known, no message names a person.
static MASKED: AtomicBool = AtomicBool::new(false);

/// Whom messages would name, once that is known: then they have the pseudonyms of the plan.
static PEOPLE: Mutex<Option<Masking>> = Mutex::new(None);

pub(super) fn mask() {
    MASKED.store(true, Ordering::Relaxed);
}

pub(super) fn mask_people(masking: Masking) {
    *people() = Some(masking);
}

/// What a panic left is whole: it is only ever replaced.
fn people() -> MutexGuard<'static, Option<Masking>> {
    PEOPLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a message of this program may say.
pub(super) fn told(text: &str) -> Cow<'_, str> {
    if !MASKED.load(Ordering::Relaxed) {
        return Cow::Borrowed(text);
    }
    let known = people().as_mut().map(|people| people.message(text));
    Cow::Owned(render::without_addresses(known.as_deref().unwrap_or(text)))
}

/// What a message may say that quotes a portal or a file: ids are numbers there, and values stand between quotes.
pub(super) fn told_of_others(text: &str) -> Cow<'_, str> {
    if !MASKED.load(Ordering::Relaxed) {
        return Cow::Borrowed(text);
    }
    let known = people().as_mut().map(|people| people.message_of_others(text));
    Cow::Owned(render::without_values(known.as_deref().unwrap_or(text)))
}

/// Where the log goes: a line that quotes a portal is masked as a message is.
struct Log;

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        std::io::stderr().lock().write_all(told_of_others(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().flush()
    }
}

pub(super) fn set_up(global: &Global) {
    QUIET.store(global.quiet, Ordering::Relaxed);
    let choice = match global.color {
        Colour::Auto => anstream::ColorChoice::Auto,
        Colour::Always => anstream::ColorChoice::Always,
        Colour::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
    let level = match (global.quiet, global.verbose) {
        (true, _) => tracing::Level::ERROR,
        (false, 0) => tracing::Level::WARN,
        (false, 1) => tracing::Level::DEBUG,
        (false, _) => tracing::Level::TRACE,
    };
    let filter = tracing_subscriber::filter::Targets::new().with_target("hubroster", level);
    use tracing_subscriber::layer::SubscriberExt as _;
    use tracing_subscriber::util::SubscriberInitExt as _;
    let is_styled = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(|| Log)
        .with_ansi(is_styled)
        .with_target(false)
        .without_time();
    // A second set-up in one process, as tests do it, changes nothing.
    let _ = tracing_subscriber::registry().with(filter).with(layer).try_init();
}

/// Styled text; the styles go where stdout is no terminal.
pub(super) fn result(text: &str) -> Result<(), Error> {
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // The reader of a pipe has seen enough. What the command does and ends with stays the same.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(Error::Output),
    }
}

/// What has to be seen on stderr. That stderr may be closed is no reason to fail.
pub(super) fn message(text: &str) {
    let _ = anstream::stderr().lock().write_all(told(text).as_bytes());
}

/// What is not the result and can be missed: nothing with `--quiet`.
pub(super) fn remark(text: &str) {
    if !QUIET.load(Ordering::Relaxed) {
        message(text);
    }
}

/// Errors among them are always shown, warnings alone not with `--quiet`.
pub(super) fn findings(findings: &Findings) {
    if findings.0.is_empty() {
        return;
    }
    let text = match MASKED.load(Ordering::Relaxed) {
        // A line of the file, and what is wrong with it, can name anybody.
        true => render::findings::places(findings),
        false => render::findings::text(findings, environment::stdout_width()),
    };
    if findings.has_errors() { message(&text) } else { remark(&text) }
}

/// A file with people's data: whole or not there, and for its owner alone.
pub(super) fn private_file(path: &std::path::Path, contents: &[u8]) -> Result<(), Error> {
    let failed = |source| Error::File { action: "write", path: path.to_owned(), source };
    // A pipe or a device is written to; replacing it with a file is not what anybody meant.
    if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        let mut file = std::fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
        return file.write_all(contents).map_err(failed);
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    // `tempfile` creates with mode 0600, and persisting keeps it. Its errors name a file that nobody has heard of.
    let mut file = tempfile::NamedTempFile::new_in(directory.unwrap_or(std::path::Path::new(".")))
        .map_err(|error| failed(error.kind().into()))?;
    file.write_all(contents).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
