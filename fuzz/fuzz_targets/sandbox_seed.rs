//! Hands what the fuzzer makes to the check of this name.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| hubroster_fuzz::check(env!("CARGO_BIN_NAME"), input));
