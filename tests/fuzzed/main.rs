//! Every fuzz target over its corpus, as plain tests: what once was found stays mended, on any toolchain.
//!
//! Each input is also cut short and has bytes changed, at places that are the same every time. `cargo fuzz run NAME`
//! looks further; what it finds belongs into `fuzz/corpus/NAME/`.

#![expect(clippy::disallowed_methods, reason = "the inputs are files")]
#![expect(clippy::print_stdout, reason = "where a check fails its input is shown")]

mod checks;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use checks::{Check, TARGETS};

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(name)
}

fn names(folder: PathBuf) -> BTreeSet<String> {
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name().into_string();
    entries.map(|entry| name(entry).expect("a plain name")).collect()
}

fn run(name: &str) {
    let (_, check) = TARGETS.iter().find(|(target, _)| *target == name).expect("a target of that name");
    let corpus = folder("corpus").join(name);
    let inputs = names(corpus.clone());
    assert!(!inputs.is_empty(), "{name} has no corpus");
    for input in inputs {
        let bytes = fs::read(corpus.join(&input)).expect("an input");
        println!("{name}/{input}");
        check(&bytes);
        spoilt(*check, &bytes);
    }
}

/// Far fewer than a fuzzer tries, and enough to show that no input is right by luck.
fn spoilt(check: Check, bytes: &[u8]) {
    const PLACES: usize = 12;
    for number in 0..PLACES.min(bytes.len()) {
        let place = bytes.len() * number / PLACES;
        check(&bytes[..place]);
        for byte in [b'"', 0xff, b'9', b'\n'] {
            let mut changed = bytes.to_vec();
            changed[place] = byte;
            check(&changed);
        }
    }
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            run(stringify!($name));
        })*

        #[test]
        fn each_target_is_run_here_and_by_the_fuzzer() {
            let tested: BTreeSet<String> = [$(stringify!($name)),*].map(str::to_owned).into();
            let checked: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
            let fuzzed = names(folder("fuzz_targets"));
            let fuzzed = fuzzed.iter().map(|file| file.trim_end_matches(".rs").to_owned()).collect();
            assert_eq!((&checked, &checked, &checked), (&tested, &fuzzed, &names(folder("corpus"))));
        }
    };
}

targets! {
    answer_catalog answer_error answer_people answer_records answer_scim answer_users
    journal plan role_file sandbox_seed snapshot users_yaml
}
