//! The command line: clap types, one function per command, the only reader of the environment.
