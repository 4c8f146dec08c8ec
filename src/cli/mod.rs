//! The command line: one room per command, each the pipeline cut at another place.
//!
//! Here and only here are the environment, the clock and the terminal. Deliberately absent: decisions about
//! people; a command only connects the stages and prints what they say.

mod apply;
mod approval;
mod arguments;
mod base;
mod comment;
mod completions;
mod connection;
mod doctor;
mod drift;
mod environment;
mod exit;
mod explain;
mod fmt;
mod git;
mod git_store;
mod help;
mod history;
mod journal;
mod output;
mod plan;
mod progress;
mod rendering;
mod replace;
mod repository;
mod sandbox;
mod schema;
mod show;
mod signals;
mod snapshot;
mod stages;
mod validate;

pub use arguments::Arguments;
pub use exit::{Chain, Error, Exit};
pub use help::{command, parse};

use arguments::{Command, SandboxCommand};
use std::future::Future;

/// Runs one command to its end.
pub fn run(arguments: Arguments) -> Result<Exit, Error> {
    output::set_up(&arguments.global);
    let show_progress = !arguments.global.quiet;
    match arguments.command {
        Command::Validate(arguments) => validate::run(&arguments),
        Command::Fmt(arguments) => fmt::run(&arguments),
        Command::Schema { of } => schema::run(of),
        Command::Plan(arguments) => read_and_show(&plan::wish(&arguments)?, show_progress),
        Command::Drift(arguments) => read_and_show(&drift::wish(&arguments)?, show_progress),
        Command::Explain(arguments) => match &arguments.snapshot {
            Some(file) => explain::from_snapshot(&arguments, file),
            None => block_on(interruptible(explain::run(&arguments, show_progress))),
        },
        Command::Show(arguments) => show::run(&arguments),
        // Not interruptible: what is said then, that nothing was changed, might not be so.
        Command::Comment(arguments) => block_on(comment::run(&arguments)),
        Command::Apply(arguments) => block_on(apply::run(&arguments, show_progress)),
        Command::Journal(arguments) => journal::run(&arguments),
        Command::Snapshot(arguments) => block_on(interruptible(snapshot::run(&arguments, show_progress))),
        Command::Doctor(arguments) => block_on(interruptible(doctor::run(&arguments))),
        Command::Sandbox { command: SandboxCommand::Serve(arguments) } => {
            block_on(sandbox::serve(&arguments))
        }
        Command::Completions { shell } => completions::run(shell),
    }
}

/// Against a saved reading there is no network, and so no runtime.
fn read_and_show(wish: &plan::Wish<'_>, show_progress: bool) -> Result<Exit, Error> {
    match wish.snapshot {
        Some(file) => plan::from_snapshot(wish, file),
        None => block_on(interruptible(plan::run(wish, show_progress))),
    }
}

/// The runtime is made here, so that commands without a network start none.
fn block_on(command: impl Future<Output = Result<Exit, Error>>) -> Result<Exit, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Error::Runtime)?;
    let result = runtime.block_on(command);
    // A read that is still under way must not hold up the exit.
    runtime.shutdown_background();
    result
}

/// A command that only reads may be dropped at any moment.
async fn interruptible(command: impl Future<Output = Result<Exit, Error>>) -> Result<Exit, Error> {
    tokio::select! {
        // First, so that it is heard before anything is asked.
        biased;
        _ = tokio::signal::ctrl_c() => Err(Error::Interrupted),
        result = command => result,
    }
}
