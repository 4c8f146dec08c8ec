//! The checks, built for the fuzzer.

#[path = "../../tests/fuzzed/checks/mod.rs"]
mod checks;

/// Panics where something does not hold of the input.
pub fn check(target: &str, input: &[u8]) {
    let (_, check) = checks::TARGETS.iter().find(|(name, _)| *name == target).expect("a check of that name");
    check(input);
}
