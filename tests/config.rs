//! Portal directories from outside: the example, the schemas, and files that somebody will write one day.
//!
//! `tests/hostile/NAME/` is a portal directory with a mistake, `tests/hostile/NAME.snap` what is said about it.

#![expect(clippy::disallowed_methods, reason = "the tests write wrong files on purpose, wherever they like")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use hubroster::config::{self, Findings, Loaded};
use hubroster::render::findings;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// As a terminal of 100 columns shows them, without colour.
fn shown(found: &Findings) -> String {
    anstream::adapter::strip_str(&findings::text(found, 100)).to_string()
}

#[test]
fn the_example_has_nothing_to_mend() {
    match config::load(root(), Path::new(".")) {
        Ok(loaded) => assert_eq!(shown(&loaded.warnings), ""),
        Err(found) => panic!("{}", shown(&found)),
    }
}

#[test]
fn the_example_is_a_small_company() {
    let Loaded { desired, .. } = config::load(root(), Path::new(".")).expect("the example is valid");
    let teams = desired.teams.expect("it manages teams");
    assert_eq!(desired.users.len(), 20);
    assert_eq!(desired.roles.len(), 8);
    assert_eq!(teams.iter().filter(|team| !team.removed).count(), 6);
}

/// Editors read the committed ones.
#[test]
fn the_committed_schemas_are_up_to_date() {
    for (name, committed, schema) in [
        ("users", include_str!("../docs/schema/users.json"), config::users_schema()),
        ("role", include_str!("../docs/schema/role.json"), config::role_schema()),
    ] {
        let present = format!("{schema:#}\n");
        assert!(committed == present, "write it anew: `hubroster schema {name} > docs/schema/{name}.json`");
    }
}

#[test]
fn each_mistake_has_a_message_worth_reading() {
    let hostile = root().join("tests/hostile");
    let mut names: Vec<String> = fs::read_dir(&hostile)
        .expect("a directory of mistakes")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("plain names"))
        .filter(|name| !name.ends_with(".snap") && !name.ends_with(".new"))
        .collect();
    names.sort();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("hostile");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in names {
            let found = match config::load(&hostile.join(&name), Path::new("")) {
                Ok(loaded) => loaded.warnings,
                Err(found) => found,
            };
            insta::assert_snapshot!(name, shown(&found));
        }
    });
}

/// What a portal directory of this `users.yaml` says; made of generated text, too long to keep.
fn load_text(users: &[u8]) -> Result<Loaded, Findings> {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("users.yaml"), users).expect("it can be written");
    config::load(directory.path(), Path::new("."))
}

const HEAD: &str = "version: 1\nportal: { id: 4611686 }\n";

/// A second in a release build; a debug build that shares its machine is many times slower.
const SOON: Duration = Duration::from_secs(20);

#[test]
fn nothing_hostile_takes_long() {
    let deep_flow = format!("{HEAD}users: {}{}\n", "[".repeat(1000), "]".repeat(1000));
    let deep_block: String = (0..1000)
        .fold(format!("{HEAD}users:\n"), |text, depth| format!("{text}{}- a:\n", " ".repeat(2 * depth)));
    let deep_aliases: String = (0..2000).fold(format!("{HEAD}users:\n  - &a0 [x]\n"), |text, level| {
        format!("{text}  - &a{} [*a{level}]\n", level + 1)
    });
    let long_line = format!("{HEAD}users: [{}]\n", "{ email: ana@example.com }, ".repeat(40_000));
    let long_key = format!("{HEAD}{}: 1\nusers: []\n", "k".repeat(10 << 20));
    let long_text = format!("{HEAD}users:\n  - email: \"{}\"\n", "x".repeat(10 << 20));
    let many_keys: String =
        (0..50_000).fold(format!("{HEAD}users: []\n"), |text, number| text + &format!("key{number}: 1\n"));
    let anchors =
        format!("{HEAD}users: [{}]\n", "&a { email: a@b.cd, seats: &b [&c x, &d y, &e z] }, ".repeat(40_000));
    let one_value = format!("{HEAD}policy: [{}]\nusers: []\n", "a,".repeat(600_000));
    for (what, text, code) in [
        ("deep brackets", deep_flow, "too-deep"),
        ("deep indentation", deep_block, "too-deep"),
        ("aliases of aliases", deep_aliases, "too-deep"),
        ("a long line", long_line, "too-many-findings"),
        ("a 10 MB key", long_key, "syntax"),
        ("a 10 MB text", long_text, "bad-email"),
        ("50,000 keys", many_keys, "too-large"),
        ("anchors everywhere", anchors, "too-many-anchors"),
        ("too many values", one_value, "too-large"),
    ] {
        let start = Instant::now();
        let found = load_text(text.as_bytes()).expect_err(what);
        assert!(start.elapsed() < SOON, "{what} took {:?}", start.elapsed());
        let codes: Vec<&str> = found.0.iter().map(|finding| finding.code).collect();
        assert!(codes.contains(&code), "{what} has no {code}, but {:?}", &codes[..codes.len().min(5)]);
        assert!(shown(&found).len() < 100_000, "{what} is shown at length");
    }
}

#[test]
fn what_is_nothing_special() {
    let file = format!("{HEAD}users:\n  - email: ana@example.com\n    extra_teams: [Sales]\n");
    let plain = load_text(file.as_bytes()).expect("valid").desired;
    let places: Vec<String> = plain.users.iter().map(|user| user.place.to_string()).collect();
    assert_eq!(places, ["users.yaml:4:12"]);
    let with_mark = [b"\xef\xbb\xbf".as_slice(), file.as_bytes()].concat();
    assert_eq!(load_text(&with_mark).expect("a byte order mark").desired, plain);
    let with_returns = file.replace('\n', "\r\n");
    assert_eq!(load_text(with_returns.as_bytes()).expect("CRLF").desired, plain);
    let without_end = file.trim_end();
    assert_eq!(load_text(without_end.as_bytes()).expect("no final newline").desired, plain);
}

#[test]
fn many_people_may_share_one_anchor() {
    let mut text = format!(
        "{HEAD}users:\n  - &base {{ email: ana@example.com, team: Sales, extra_teams: &x [A, B] }}\n"
    );
    for number in 0..20_000 {
        text.push_str(&format!("  - {{ <<: *base, email: p{number}@example.com, extra_teams: *x }}\n"));
    }
    assert_eq!(load_text(text.as_bytes()).expect("valid").desired.users.len(), 20_001);
}

#[test]
fn a_file_that_is_none() {
    let codes = |directory: &Path| -> Vec<(String, &'static str)> {
        let found = config::load(directory, Path::new("portals/be")).expect_err("there is no such file");
        found.0.into_iter().map(|finding| (finding.place.file.to_string(), finding.code)).collect()
    };
    let found = |file: &str, code| vec![(file.to_owned(), code)];
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    assert_eq!(codes(&directory.join("nowhere")), found("portals/be", "missing-directory"));
    assert_eq!(codes(directory), found("portals/be/users.yaml", "missing-file"));
    fs::create_dir(directory.join("users.yaml")).expect("it can be made");
    assert_eq!(codes(directory), found("portals/be/users.yaml", "not-a-file"));
    fs::remove_dir(directory.join("users.yaml")).expect("it is empty");
    let huge = fs::File::create(directory.join("users.yaml")).expect("it can be made");
    huge.set_len(200 << 20).expect("a file with a hole");
    assert_eq!(codes(directory), found("portals/be/users.yaml", "file-too-large"));
}

#[cfg(unix)]
#[test]
fn links_and_roles_that_cannot_be_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let users = directory.join("users.yaml");
    let code = || config::load(directory, Path::new(".")).expect_err("it cannot be read").0[0].code;
    std::os::unix::fs::symlink("users.yaml", &users).expect("a link to itself");
    assert_eq!(code(), "unreadable");
    fs::remove_file(&users).expect("the link");
    std::os::unix::fs::symlink("/dev/zero", &users).expect("a link to a device");
    assert_eq!(code(), "not-a-file");
    fs::remove_file(&users).expect("the link");
    let people = "users:\n  - { email: ana@example.com, role: a }\n  - { email: bo@example.com, role: b }\n";
    fs::write(&users, format!("{HEAD}{people}")).expect("it can be written");
    fs::write(directory.join("roles"), "").expect("it can be written");
    let found = config::load(directory, Path::new(".")).expect_err("it cannot be read");
    let codes: Vec<&str> = found.0.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["unreadable"], "of roles that nobody could read none is missing");
}

/// Pieces that mean something to YAML or to the files, in any order.
fn scraps() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let scrap = prop_oneof![
        4 => proptest::sample::select(vec![
            "version: 1\n", "portal:\n", "  id: 1\n", "users:\n", "  - email: ana@example.com\n", "    role: a\n",
            "teams:\n", "  - name: A\n", "&a ", "*a", "<<: *a\n", "{", "}", "[", "]", ", ", ": ", "- ", "\n", "  ",
            "\t", "\"", "'", "#", "|\n", "!x ", "---\n", "null", "\u{feff}", "\r\n", "? ", "%YAML 1.2\n", "é",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(scrap, 0..40).prop_map(|scraps| scraps.concat())
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    #[test]
    fn nothing_makes_the_reader_give_up_or_point_outside_the_file(text in scraps()) {
        let lines = text.lines().count() + text.matches('\r').count() + 1;
        if let Err(found) = load_text(text.as_bytes()) {
            proptest::prop_assert!(found.has_errors());
            for finding in &found.0 {
                proptest::prop_assert!(finding.place.line as usize <= lines, "{finding:?} in {text:?}");
            }
            shown(&found);
        }
    }

    #[test]
    fn a_document_is_read_alike_as_yaml_and_as_json(numbers: Vec<(i32, bool)>, texts: Vec<String>) {
        let value = serde_json::json!({ "numbers": numbers, "texts": texts, "none": null });
        let read = config::data(value.to_string().as_bytes(), "seed.json");
        // DEL is a character of JSON that no YAML file may hold.
        if !texts.iter().any(|text| text.contains('\u{7f}')) {
            proptest::prop_assert_eq!(read.expect("JSON").value, value);
        }
    }
}
