//! The house rules that can be checked: who imports whom, which stages are pure, and that every file says what
//! it is. A rule that fails here is changed here, in a commit that says why.

#![expect(clippy::disallowed_methods, reason = "a test reads the sources")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Which modules each module may import. Everything flows one way along the pipeline.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    // CEL, of whatever variables it is given.
    ("expression", &[]),
    ("config", &["expression", "model"]),
    ("resolve", &["config", "model"]),
    // Policy and roles are the files' own words; `resolve` hands them on by reference.
    ("plan", &["config", "model", "resolve"]),
    ("guard", &["config", "plan"]),
    ("explain", &["config", "model", "plan", "resolve"]),
    // The user's own rules, which may ask about everybody the files want and not only about whom the plan changes.
    ("policy", &["config", "expression", "model", "plan", "resolve"]),
    ("portal", &["model"]),
    // Posts what it is given; knows neither plans nor people.
    ("github", &[]),
    ("ask", &["config", "model", "plan", "portal"]),
    ("apply", &["model", "plan", "portal"]),
    ("render", &["apply", "config", "explain", "guard", "model", "plan", "policy"]),
    // Speaks JSON and shares no types with the client, so that a mistake on one side shows.
    ("sandbox", &[]),
    (
        "cli",
        &[
            "apply", "ask", "config", "explain", "github", "guard", "model", "plan", "policy", "portal",
            "render", "resolve", "sandbox",
        ],
    ),
];

/// Stages that are functions of values: no waiting, no clock, no environment, no files.
const PURE: &[&str] = &["model", "expression", "resolve", "plan", "guard", "policy", "explain", "render"];

const IMPURE_WORDS: &[&str] = &[
    "async ",
    ".await",
    "tokio",
    "reqwest",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "SystemTime",
    "Instant::",
    "Timestamp::now",
    "Zoned::now",
    "println!",
    "eprintln!",
    "HashMap",
    "HashSet",
    "rand::",
];

const NAMES_THAT_SAY_NOTHING: &[&str] =
    &["utils", "util", "common", "helpers", "types", "manager", "service", "handler", "misc"];

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches"] {
        collect(&root.join(folder), &mut files);
    }
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a source file is text");
            (path.strip_prefix(root).expect("below the root").to_owned(), text)
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// `src/plan/order.rs` → `plan`; `None` for `lib.rs`, `main.rs` and tests.
fn module(path: &Path) -> Option<String> {
    let mut parts = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    (parts.next()? == "src").then_some(())?;
    let name = parts.next()?;
    parts.next().map(|_| name)
}

/// Tests at the foot of a file may import what they like.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_code = |line: &str| !line.trim_start().starts_with("//");
    without_tests(text)
        .lines()
        .enumerate()
        .filter(move |(_, line)| is_code(line))
        .map(|(number, line)| (number + 1, line))
}

#[test]
fn modules_import_along_the_pipeline_only() {
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        MAY_IMPORT.iter().map(|(name, may)| (*name, may.iter().copied().collect())).collect();
    let mut offences = Vec::new();
    for (path, text) in sources() {
        let Some(module) = module(&path) else { continue };
        let Some(may) = allowed.get(module.as_str()) else {
            offences.push(format!("{}: `{module}` is not in the table", path.display()));
            continue;
        };
        for (number, line) in code_lines(&text) {
            for piece in line.split("crate::").skip(1) {
                let names = piece.strip_prefix('{').map_or_else(
                    || vec![piece.split(|character: char| !is_word(character)).next().unwrap_or_default()],
                    |group| {
                        group
                            .split(',')
                            .map(|name| {
                                name.trim()
                                    .split(|character: char| !is_word(character))
                                    .next()
                                    .unwrap_or_default()
                            })
                            .collect()
                    },
                );
                for name in names.into_iter().filter(|name| allowed.contains_key(name)) {
                    if name != module && !may.contains(name) {
                        offences.push(format!("{}:{number}: `{module}` imports `{name}`", path.display()));
                    }
                }
            }
        }
    }
    assert!(offences.is_empty(), "against the import table:\n{}", offences.join("\n"));
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[test]
fn planning_is_a_function_of_values() {
    let mut offences = Vec::new();
    for (path, text) in sources() {
        if !module(&path).is_some_and(|module| PURE.contains(&module.as_str())) {
            continue;
        }
        for (number, line) in code_lines(&text) {
            for word in IMPURE_WORDS.iter().filter(|word| line.contains(**word)) {
                offences.push(format!("{}:{number}: `{}` in a pure stage", path.display(), word.trim()));
            }
        }
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

/// Commands that only read are handed a type without a writing method; this is where the other type comes from.
#[test]
fn only_apply_gets_a_client_that_writes() {
    let mut places = Vec::new();
    for (path, text) in sources() {
        let in_portal = module(&path).as_deref() == Some("portal");
        let is_source = path.starts_with("src");
        for (number, line) in code_lines(&text) {
            if is_source && !in_portal && line.contains("into_writing") {
                places.push(format!("{}:{number}", path.display()));
            }
        }
    }
    assert_eq!(places.len(), 1, "`into_writing` is called at {places:?}");
    assert!(places[0].starts_with("src/cli/apply.rs"), "`into_writing` is called at {places:?}");
}

/// Two doors to the outside: everything else asks them, so that what is sent, and which token with it, is seen in one
/// place each.
#[test]
fn only_portal_and_github_speak_http_to_the_outside() {
    let mut offences = Vec::new();
    for (path, text) in sources() {
        let is_door = matches!(module(&path).as_deref(), Some("portal" | "github"));
        if !path.starts_with("src") || is_door {
            continue;
        }
        for (number, line) in code_lines(&text) {
            for word in ["reqwest", "hyper::", "TcpStream"].into_iter().filter(|word| line.contains(word)) {
                offences.push(format!("{}:{number}: `{word}` outside `portal` and `github`", path.display()));
            }
        }
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[test]
fn every_file_says_what_it_is() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//! ") && !text.starts_with("#!"))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "no `//!` at the top of {silent:?}");
}

#[test]
fn no_module_is_named_for_nothing() {
    for (path, _) in sources() {
        let parts = path.components().map(|part| part.as_os_str().to_string_lossy().replace(".rs", ""));
        for part in parts {
            assert!(!NAMES_THAT_SAY_NOTHING.contains(&part.as_str()), "{}", path.display());
        }
    }
}

/// What shows a promise has to be there: `portal::hostile_lists` is `tests/portal/hostile_lists.rs`, a further word
/// is a test in it.
#[test]
fn the_threat_model_names_what_there_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let model = std::fs::read_to_string(root.join("docs/threat-model.md")).expect("it is there");
    let all_tests: String = sources().into_iter().map(|(_, text)| text).collect();
    let mut named = 0;
    for name in model.split('`').skip(1).step_by(2) {
        let parts: Vec<&str> = name.split("::").collect();
        let is_there = match parts.as_slice() {
            [path] if path.contains('/') => root.join(path).exists(),
            [_] => continue,
            [target, module] => {
                root.join(format!("tests/{target}/{module}.rs")).exists()
                    || all_tests.contains(&format!("fn {module}()"))
            }
            [target, module, test] => {
                let text = std::fs::read_to_string(root.join(format!("tests/{target}/{module}.rs")));
                text.is_ok_and(|text| text.contains(&format!("fn {test}()")))
            }
            _ => false,
        };
        assert!(is_there, "docs/threat-model.md names `{name}`, which is not there");
        named += 1;
    }
    assert!(named > 10, "the model names what shows its promises");
}

/// A user has only the project.
#[test]
fn nothing_points_outside_the_project() {
    for (path, text) in sources() {
        let outside = concat!("..", "/shared");
        assert!(!text.contains(outside), "{} points outside the project", path.display());
    }
}
