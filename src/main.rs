//! The process edge: parse, run, print one error, exit. Nothing else in the program exits or prints an error.

use std::io::Write as _;
use std::process::ExitCode;

use hubroster::cli::{self, Exit};

fn main() -> ExitCode {
    let arguments = match cli::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, not errors. Wrong usage is 1: 2 means that there are changes.
            let exit = if error.use_stderr() { Exit::Failed } else { Exit::Done };
            let _ = error.print();
            return exit.into();
        }
    };
    match cli::run(arguments) {
        Ok(exit) => exit.into(),
        Err(error) => {
            if !error.is_printed() {
                let _ = writeln!(anstream::stderr(), "error: {}", cli::Chain(&error));
            }
            error.exit().into()
        }
    }
}
