//! The process edge: nothing else in the program exits or prints an error.

fn main() {}
