//! The canonical form, as a specification: `tests/format/NAME/before/` is a portal directory, `after/` the same as
//! `hubroster fmt` leaves it.
//!
//! `HUBROSTER_BLESS=1 HUBROSTER_CASE=NAME` writes `after/`; read it then. Deliberately absent: the command; that is
//! `tests/cli/fmt.rs`.

#![expect(
    clippy::disallowed_methods,
    reason = "the cases are folders, and what is tried is written to files"
)]

#[path = "format/damage.rs"]
mod damage;
#[path = "format/layouts.rs"]
mod layouts;
#[path = "format/sprinkled.rs"]
mod sprinkled;

use std::fs;
use std::path::{Path, PathBuf};

use hubroster::config::{self, Desired, FormatError, Formatted};
use hubroster::render::findings;
use proptest::test_runner::{Config, RngSeed};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn format(directory: &Path) -> Vec<Formatted> {
    match config::format(directory, Path::new(".")) {
        Ok(files) => files,
        Err(FormatError::Findings(found)) => {
            panic!("{}: {}", directory.display(), findings::text(&found, 100))
        }
        Err(error) => panic!("{}: {error}", directory.display()),
    }
}

/// The same every time; `PROPTEST_CASES` asks for more, `PROPTEST_RNG_SEED` for others.
fn drawn(count: u32) -> Config {
    let given = Config::default();
    Config {
        cases: if std::env::var_os("PROPTEST_CASES").is_some() { given.cases } else { count },
        rng_seed: match given.rng_seed {
            RngSeed::Random => RngSeed::Fixed(20_261_122),
            fixed => fixed,
        },
        failure_persistence: None,
        ..given
    }
}

/// The desired state, wherever in the files it stands.
fn without_places(desired: &Desired) -> String {
    let mut text = String::new();
    for (number, part) in format!("{desired:?}").split("Place {").enumerate() {
        text.push_str(if number == 0 { part } else { part.split_once('}').expect("a place ends").1 });
    }
    text
}

fn cases() -> Vec<PathBuf> {
    let wanted = std::env::var("HUBROSTER_CASE").ok();
    let entries = fs::read_dir(root().join("tests/format")).expect("the cases");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    cases.retain(|case| case.join("before").is_dir());
    cases.retain(|case| wanted.as_ref().is_none_or(|wanted| case.ends_with(wanted)));
    cases.sort();
    assert!(!cases.is_empty(), "no case of that name");
    cases
}

#[test]
fn each_case_comes_out_as_it_should() {
    let bless = std::env::var_os("HUBROSTER_BLESS").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        for file in format(&case.join("before")) {
            let after = case.join("after").join(&*file.shown);
            if bless {
                fs::create_dir_all(after.parent().expect("in the case")).expect("a folder");
                fs::write(&after, &file.after).expect("it can be written");
            }
            let expected = fs::read_to_string(&after).unwrap_or_default();
            if expected != file.after {
                let name = case.file_name().unwrap_or_default().display();
                let difference = similar::TextDiff::from_lines(&expected, &file.after);
                let difference = difference.unified_diff().header("expected", "came out").to_string();
                wrong.push(format!("{name}, {}:\n{difference}", file.shown));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_came_out_stays_as_it_is() {
    for case in cases() {
        for file in format(&case.join("after")) {
            assert_eq!(file.after, file.before, "{}, {}", case.display(), file.shown);
        }
    }
}

/// Nothing in a case's `after` is left over from another file's name.
#[test]
fn both_sides_of_a_case_have_the_same_files() {
    for case in cases() {
        let names = |side: &str| {
            let files = format(&case.join(side)).into_iter();
            files.map(|file| file.shown.to_string()).collect::<Vec<String>>()
        };
        assert_eq!(names("before"), names("after"), "{}", case.display());
    }
}

#[test]
fn the_example_is_canonical() {
    for file in format(root()) {
        assert!(file.is_canonical(), "{}: run `hubroster fmt`", file.shown);
    }
}
