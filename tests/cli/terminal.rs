//! Somebody at a terminal: the question of `apply`, colour, the width. The terminal is made by Python; where there
//! is none, these tests say so and pass.

use std::process::Command;

use super::desk::Desk;

const TERMINAL: &str = include_str!("terminal.py");
const QUESTION: &str = "is taken as yes: ";

/// What was shown and what it ended with; `None` without Python.
#[expect(clippy::print_stdout, reason = "whoever runs the tests has to see what was left out")]
fn at_a_terminal(
    desk: &Desk,
    line: &str,
    typed: &str,
    variables: &[(&str, &str)],
) -> Option<(String, Option<i32>)> {
    let ran = Command::new("python3")
        .args(["-c", TERMINAL, QUESTION, typed, env!("CARGO_BIN_EXE_hubroster")])
        .args(line.split_whitespace())
        .current_dir(desk.directory.path())
        .env_clear()
        // What Python is found by, and nothing that the binary would heed.
        .envs(["PATH", "HOME"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
        .envs(variables.iter().copied())
        .env("TERM", "xterm-256color")
        .output();
    match ran {
        Ok(ran) => {
            assert!(!ran.stdout.is_empty(), "{}", String::from_utf8_lossy(&ran.stderr));
            Some((String::from_utf8(ran.stdout).expect("UTF-8"), ran.status.code()))
        }
        Err(error) => {
            println!("skipped: a terminal needs python3: {error}");
            None
        }
    }
}

fn is_applied(desk: &Desk) -> bool {
    desk.run("plan --sandbox --detailed-exitcode").code == Some(0)
}

/// What was shown from the question on.
fn answered(desk: &Desk, typed: &str) -> Option<(String, Option<i32>)> {
    let (shown, code) = at_a_terminal(desk, "apply --sandbox --color never", typed, &[])?;
    let (_, after) =
        shown.split_once("Apply this plan? ").unwrap_or_else(|| panic!("no question in\n{shown}"));
    Some((after.to_owned(), code))
}

#[test]
fn yes_applies() {
    let desk = Desk::small();
    let Some((shown, code)) = answered(&desk, r"yes\n") else { return };
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("Applied: 2 of 2 actions done."), "{shown}");
    assert!(is_applied(&desk));
}

#[test]
fn nothing_else_does() {
    let desk = Desk::small();
    for typed in [r"\n", r"no\n", r"y\n", r"YES\n", r"yes please\n", r"\x04"] {
        let Some((shown, code)) = answered(&desk, typed) else { return };
        assert_eq!(code, Some(1), "{typed}: {shown}");
        assert!(shown.ends_with("\nNot applied; nothing was changed.\n"), "{typed}: {shown}");
    }
    assert!(!is_applied(&desk));
}

/// The plan, the question, the progress beside it and the report, with everything that moves the cursor.
#[test]
fn a_mask_is_on_whatever_is_shown() {
    let desk = Desk::small();
    let line = "apply --sandbox --mask --color never";
    let key = [("HUBROSTER_MASK_KEY", "a-key-of-the-tests-that-is-long-enough")];
    let Some((shown, code)) = at_a_terminal(&desk, line, r"yes\n", &key) else { return };
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("Apply this plan?") && !shown.contains("@example.com"), "{shown}");
    assert!(shown.contains("person-yjqb5kb4b5"), "{shown}");
}

#[test]
fn ctrl_c_at_the_question_changes_nothing() {
    let desk = Desk::small();
    let Some((shown, code)) = answered(&desk, r"\x03") else { return };
    assert_eq!(code, Some(130), "{shown}");
    assert!(shown.ends_with("\nerror: interrupted; nothing was changed\n"), "{shown}");
    assert!(!is_applied(&desk));
}

#[test]
fn nothing_to_do_is_not_asked_about() {
    let Some((shown, code)) = at_a_terminal(&Desk::settled(), "apply --sandbox", "", &[]) else { return };
    assert_eq!(code, Some(0), "{shown}");
    assert!(!shown.contains("Apply this plan?"), "{shown}");
}

#[test]
fn colour_and_width_are_the_terminals() {
    let desk = Desk::example();
    // Quiet, because progress moves the cursor whatever the colours.
    let line = "plan --sandbox --quiet --today 2026-11-22";
    let Some((coloured, _)) = at_a_terminal(&desk, line, "", &[]) else { return };
    assert!(coloured.contains("\u{1b}["), "{coloured}");
    for line in anstream::adapter::strip_str(&coloured).to_string().lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    let (plain, _) = at_a_terminal(&desk, line, "", &[("NO_COLOR", "1")]).expect("Python was there before");
    assert!(!plain.contains('\u{1b}'), "{plain}");
}

#[test]
fn a_question_that_nobody_sees_is_not_asked() {
    let desk = Desk::small();
    let ran = Command::new("python3")
        .args(["-c", TERMINAL, QUESTION, "", "/bin/sh"])
        .args([
            "-c",
            &format!("{} apply --sandbox 2>errors.txt; echo ended with $?", env!("CARGO_BIN_EXE_hubroster")),
        ])
        .current_dir(desk.directory.path())
        .output();
    let Ok(ran) = ran else { return println!("skipped: a terminal needs python3") };
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "ended with 1\n");
    insta::assert_snapshot!(desk.read("errors.txt"), @"error: apply asks before it changes anything, and here is nobody to answer; add `--yes` once the plan is approved");
}
