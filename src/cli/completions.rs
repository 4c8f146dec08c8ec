//! `hubroster completions`: a script for a shell, made from the same definitions as the help.

use super::exit::{Error, Exit};
use super::output;

pub(super) fn run(shell: clap_complete::Shell) -> Result<Exit, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut super::command(), "hubroster", &mut script);
    output::result(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
