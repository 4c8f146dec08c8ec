//! Each name that would do harm if it were believed, in each format of a plan: one page to read.
//!
//! The page is `snapshots/render__each_name__what_comes_out.snap`: name, format, and the part of that format which has
//! the name, as a person's address and as what they get. Deliberately absent: laws over random plans (`laws`), and
//! other places that a name can stand in (the snapshots of each format).

use std::fmt::Write as _;

use hubroster::model::is_hidden;
use hubroster::plan::{ActionKind, Plan, Value};
use hubroster::render::{MarkdownOptions, TextOptions, github, html, markdown, text};

use super::{document, fixture, plain};

/// What each of `fixture::HOSTILE` is.
const KINDS: [&str; fixture::HOSTILE.len()] = [
    "escape sequences",
    "C1 control",
    "bidi override",
    "no width",
    "line break, tab, NUL",
    "Markdown",
    "HTML element",
    "HTML end tag, handler",
    "mention and links",
    "Markdown block",
    "workflow command",
    "formula",
];

/// And what they do not have.
const FURTHER: [(&str, &str); 10] = [
    ("plain formula", "=1+1"),
    ("other formulas", "+1 -1 @SUM(A1) |cmd"),
    ("bell, backspace, delete", "bell\u{7}back\u{8}delete\u{7f}"),
    ("link by OSC 8", "\u{1b}]8;;https://evil.example\u{7}click\u{1b}]8;;\u{7}"),
    ("bidi isolates, tag", "a\u{2066}b\u{2069}c\u{e0041}\u{2028}d"),
    ("runner command", "##[error]x ##vso[task.setvariable variable=a]b"),
    ("command behind a break", "x\r\n::add-mask::y"),
    ("maths and emoji", "$x$ $`y`$ :tada: 3f2a9c1d0e"),
    ("quotes and entities", "\"a' \\ &amp; &#64; %0A"),
    ("very long", LONG),
];
const LONG: &str = concat!(
    "long-01234567890123456789012345678901234567890123456789012345678901234567890123456789-",
    "long-01234567890123456789012345678901234567890123456789012345678901234567890123456789-",
    "long-01234567890123456789012345678901234567890123456789012345678901234567890123456789-",
    "long-01234567890123456789012345678901234567890123456789012345678901234567890123456789-end"
);
/// What comes out of that fills pages; the beginning tells enough.
const SHOWN: usize = 200;

fn names() -> Vec<(&'static str, &'static str)> {
    KINDS.into_iter().zip(fixture::HOSTILE).chain(FURTHER).collect()
}

/// Somebody of that name gets a job of that name.
fn plan(name: &str) -> Plan {
    let change = fixture::change(fixture::JOB_TITLE, Value::Nothing, Value::text(name));
    let mut plan = fixture::empty();
    plan.actions.push(fixture::action(ActionKind::Update, fixture::person(name, None), vec![change]));
    plan
}

/// By format, the lines that have the name.
fn formats(plan: &Plan) -> Vec<(&'static str, Vec<String>)> {
    let document = document(plan, &[]);
    let lines = |text: &str, is_of_row: fn(&str) -> bool| -> Vec<String> {
        text.lines().filter(|line| is_of_row(line)).map(|line| line.trim_end().to_owned()).collect()
    };
    let shown = plain(&text(&document, &TextOptions { width: 4_000 }));
    let page = html(&document);
    let of_page = lines(&page, |line| line.starts_with("<li class=\"row\""));
    // What stands around the name is the same in every row.
    let inside = |line: &String| {
        let row = line.split_once("<div class=\"who\">").map_or(line.as_str(), |(_, row)| row);
        row.split("<div class=\"from\">").next().unwrap_or_default().to_owned()
    };
    vec![
        ("text", lines(&shown, |line| line.starts_with("  "))),
        (
            "markdown",
            lines(&markdown(&document, &MarkdownOptions::default()), |line| {
                line.starts_with("| ") && *line != *"| who | what | notes |"
            }),
        ),
        ("html", of_page.iter().map(inside).collect()),
        ("json", lines(&document.to_json(), |line| line.contains("\"email\"") || line.contains("\"after\""))),
        ("github", lines(&github(&document), |line| !line.contains("title=hubroster plan"))),
    ]
}

#[test]
fn what_comes_out() {
    let mut page = String::from("name | format | what comes out\n");
    for (kind, name) in names() {
        let _ = writeln!(page, "\n{kind}: {}", cut(&format!("{name:?}")));
        for (format, lines) in formats(&plan(name)) {
            assert!(!lines.is_empty(), "{kind} is not in {format}");
            for line in lines {
                let hidden = line.chars().find(|character| is_hidden(*character));
                assert_eq!(hidden, None, "{kind} in {format}: {line:?}");
                let _ = writeln!(page, "{kind} | {format} | {}", cut(line.trim_start()));
            }
        }
    }
    insta::assert_snapshot!("what_comes_out", page);
}

fn cut(line: &str) -> String {
    let length = line.chars().count();
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) if length > SHOWN + 40 => format!("{} … ({length} characters)", &line[..end]),
        _ => line.to_owned(),
    }
}

/// Harmless, and nothing lost: a program reads the name from the JSON as it is.
#[test]
fn a_program_reads_the_name_as_it_is() {
    for (kind, name) in names() {
        let json: serde_json::Value =
            serde_json::from_str(&document(&plan(name), &[]).to_json()).expect("JSON");
        let action = &json["actions"][0];
        assert_eq!(action["email"].as_str(), Some(name.trim()), "{kind}");
        assert_eq!(action["changes"][0]["after"], name, "{kind}");
    }
}

/// One line for the row and one for the plan, whatever the name has in it; and one row on the page and in the comment.
#[test]
fn no_name_makes_a_line_a_row_or_a_command_of_its_own() {
    for (kind, name) in names() {
        for (format, lines) in formats(&plan(name)) {
            // In text a long name has a line to itself, with what changes below it.
            let rows = lines.iter().filter(|line| format != "text" || line.starts_with("  ~ ")).count();
            assert_eq!(rows, if format == "json" { 2 } else { 1 }, "{kind} in {format}: {lines:#?}");
        }
        let document = document(&plan(name), &[]);
        super::html::assert_harmless(&html(&document));
        super::markdown::assert_harmless(&markdown(&document, &MarkdownOptions::default()));
        for line in github(&document).lines() {
            assert!(line.starts_with("::notice "), "{kind}: {line}");
        }
    }
}
