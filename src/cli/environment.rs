//! Everything that comes from outside the arguments and the files: variables, the clock, the terminal.
//!
//! The only reader of the environment. A token goes from here into a secret type and never into text.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::render::MaskKey;

use super::exit::Error;

/// The variable's value; empty counts as not set, so that CI can pass a missing secret.
pub(super) fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

pub(super) fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the clock")]
    Timestamp::now()
}

/// Empty where it cannot be told; then every path stays as it is.
pub(super) fn working_directory() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that knows where it stands")]
    std::env::current_dir().unwrap_or_default()
}

/// Whether a question would be seen, and answered by a person.
pub(super) fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

pub(super) fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// Columns of the terminal that stdout is, or enough for whole lines where it is a file or a pipe.
pub(super) fn stdout_width() -> usize {
    match terminal_size::terminal_size_of(std::io::stdout()) {
        Some((terminal_size::Width(columns), _)) => usize::from(columns).max(40),
        None => 160,
    }
}

/// A token by the name of its variable.
pub(super) fn token(prefix: &str) -> Result<Option<SecretString>, Error> {
    secret(prefix, "token")
}

const MASK_KEY: &str = "HUBROSTER_MASK_KEY";

/// The key that pseudonyms are made with; `need` says what for, where there is none.
pub(super) fn mask_key(need: &str) -> Result<MaskKey, Error> {
    let Some(key) = secret(MASK_KEY, "key")? else {
        let message = format!("{need} set {MASK_KEY} (or {MASK_KEY}_FILE, or {MASK_KEY}_COMMAND)");
        return Err(Error::Credential(message, None));
    };
    MaskKey::new(key).map_err(|short| {
        let message =
            format!("the key of {MASK_KEY} {short}; make one with `openssl rand -hex 32`, and keep it");
        Error::Credential(message, None)
    })
}

/// The secret from `PREFIX`, the file named by `PREFIX_FILE`, or the output of the command in
/// `PREFIX_COMMAND`. `None` where none of the three is set; an error where one is set and gives nothing.
fn secret(prefix: &str, what: &str) -> Result<Option<SecretString>, Error> {
    let (file, command) = (format!("{prefix}_FILE"), format!("{prefix}_COMMAND"));
    let set: Vec<&str> =
        [prefix, &file, &command].into_iter().filter(|name| variable(name).is_some()).collect();
    if let [first, second, ..] = set.as_slice() {
        let message = format!("both {first} and {second} are set; keep the one that holds the right {what}");
        return Err(Error::Credential(message, None));
    }
    let (text, origin) = if let Some(value) = variable(prefix) {
        (value, prefix)
    } else if let Some(path) = variable(&file) {
        (secret_file(Path::new(&path), &file)?, file.as_str())
    } else if let Some(line) = variable(&command) {
        (secret_command(&line, &command)?, command.as_str())
    } else {
        return Ok(None);
    };
    let secret = text.trim();
    if secret.is_empty() {
        return Err(Error::Credential(format!("{origin} gives an empty {what}"), None));
    }
    if secret.bytes().any(|byte| !byte.is_ascii_graphic()) {
        let message =
            format!("{origin} gives something that is no {what}: it has spaces, lines or odd characters");
        return Err(Error::Credential(message, None));
    }
    Ok(Some(SecretString::from(secret.to_owned())))
}

fn secret_file(path: &Path, origin: &str) -> Result<String, Error> {
    #[expect(clippy::disallowed_methods, reason = "a secret's file is part of the environment")]
    std::fs::read_to_string(path).map_err(|error| {
        Error::Credential(format!("cannot read `{}`, which {origin} names", path.display()), Some(error))
    })
}

/// Its errors go to the terminal; its output, the secret, does not.
fn secret_command(line: &str, origin: &str) -> Result<String, Error> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let output = Command::new(shell)
        .args([flag, line])
        .stdin(std::process::Stdio::inherit())
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| Error::Credential(format!("cannot run the command in {origin}"), Some(error)))?;
    if !output.status.success() {
        return Err(Error::Credential(format!("the command in {origin} failed: {}", output.status), None));
    }
    String::from_utf8(output.stdout).map_err(|_| {
        Error::Credential(format!("the command in {origin} gives something that is no text"), None)
    })
}
