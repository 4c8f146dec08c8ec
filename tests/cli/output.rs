//! Colour, pipes, levels of talking, and text from the portal that would do harm.

use super::desk::{Desk, Ran};

const ESCAPE: char = '\u{1b}';

fn escapes(ran: &Ran) -> (bool, bool) {
    (ran.stdout.contains(ESCAPE), ran.stderr.contains(ESCAPE))
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let desk = Desk::small();
    assert_eq!(escapes(&desk.run("-v plan --sandbox")), (false, false));
    assert_eq!(escapes(&desk.run("-v plan --sandbox --color never")), (false, false));
    assert_eq!(escapes(&desk.run("-v plan --sandbox --color always")), (true, true));
    assert_eq!(escapes(&desk.hubroster("-v plan --sandbox").env("NO_COLOR", "1").run()), (false, false));
    assert_eq!(escapes(&desk.run("validate nowhere")), (false, false));
    assert_eq!(escapes(&desk.run("validate nowhere --color always")), (true, false));
    assert_eq!(escapes(&desk.run("apply --sandbox --yes")), (false, false));
    for line in ["--help", "plan --help", "plna", "plan --format yaml"] {
        assert_eq!(escapes(&desk.run(line)), (false, false), "{line}");
    }
}

#[test]
fn colour_changes_nothing_else() {
    let desk = Desk::small();
    let plain = desk.run("plan --sandbox").stdout;
    let coloured = desk.run("plan --sandbox --color always").stdout;
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
}

#[test]
fn json_is_never_coloured() {
    let ran = Desk::small().run("plan --sandbox --format json --color always");
    assert_eq!(escapes(&ran), (false, false));
}

#[test]
fn talking_goes_to_stderr() {
    let desk = Desk::settled();
    let (silent, talking) = (desk.run("plan --sandbox"), desk.run("plan --sandbox --verbose"));
    assert_eq!((talking.code, &talking.stdout), (silent.code, &silent.stdout));
    assert_eq!(silent.stderr, "");
    let calls = talking.stderr.lines().filter(|line| line.contains("GET /")).count();
    assert!(talking.stdout.contains(&format!("{calls} reads, 0 writes")), "{}", talking.stderr);
}

/// A pipe whose reader has gone, as that of `| head -1`.
fn nobody_reads() -> std::io::PipeWriter {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer
}

#[test]
fn a_reader_that_goes_away_changes_nothing() {
    let desk = Desk::small();
    for (line, code) in [
        ("--help", 0),
        ("validate", 0),
        ("fmt --check --quiet", 0),
        ("schema users", 0),
        ("completions bash", 0),
        ("plan --sandbox", 0),
        ("plan --sandbox --detailed-exitcode", 2),
        ("doctor --sandbox", 0),
        ("apply --sandbox --yes", 0),
    ] {
        let ran = desk.hubroster(line).stdout(nobody_reads()).run();
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(code), ""), "{line}");
    }
    assert_eq!(desk.run("plan --sandbox --detailed-exitcode").code, Some(0), "apply was carried out");
}

#[test]
fn nobody_has_to_hear_what_it_tells() {
    let desk = Desk::small();
    let heard = desk.run("plan --sandbox");
    let ran = desk.hubroster("-vv plan --sandbox").stderr(nobody_reads()).run();
    assert_eq!((ran.code, &ran.stdout), (heard.code, &heard.stdout));
    assert_eq!(desk.hubroster("plan").stderr(nobody_reads()).run().code, Some(4));
    assert_eq!(desk.hubroster("plna").stderr(nobody_reads()).run().code, Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let desk = Desk::small();
    assert_run!(desk.hubroster("plan --sandbox").stdout(full()).run(), @r"
    exit 1
    ── stderr
    error: cannot write the result
      caused by: No space left on device (os error [number])
    ");
    assert_eq!(desk.hubroster("apply --sandbox --yes").stdout(full()).run().code, Some(1));
    assert_eq!(
        desk.run("plan --sandbox --detailed-exitcode").code,
        Some(2),
        "a plan nobody saw is not applied"
    );
}

const HOSTILE: &str = r#"
  - { id: "1002", email: eve@example.com, first_name: "\e[2J\e]0;owned\a", last_name: "Mo\u202etsrif", permission_sets: ["\e[31mRed\u202e\r\n"] }
"#;

#[test]
fn names_in_the_portal_do_no_harm() {
    let desk = Desk::small();
    desk.edit(
        "sandbox.yaml",
        "permission_sets:\n",
        "permission_sets:\n  - { id: '305', name: \"\\e[31mRed\\u202e\\r\\n\" }\n",
    );
    let seed = desk.read("sandbox.yaml");
    desk.write("sandbox.yaml", &format!("{}{}", seed.trim_end(), HOSTILE));
    desk.edit("users.yaml", "users:\n", "users:\n  - { email: eve@example.com, state: removed }\n");
    let ran = desk.run("apply --sandbox --yes");
    for said in [&ran.stdout, &ran.stderr] {
        let harm =
            said.chars().find(|letter| (letter.is_control() && *letter != '\n') || *letter == '\u{202e}');
        assert_eq!(harm, None, "{}", ran.transcript());
    }
    assert_run!(ran, @r"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 3 people · 13 reads, 0 writes
    Plan sha256:[digest]

      - eve@example.com  remove  ␛[31mRed\u{202e}␍␊ → none
      ~ ana@example.com  role    Viewer → Sales Rep   no role names `Viewer`, so it counts as standard
      + cy@example.com   invite  Sales Rep

    Plan: 1 to invite, 1 to change, 1 to remove. Removals 1 of 3, limit 5.

    Portal 4611686 Example BV (na1) · 3 people · 17 reads, 3 writes
    Applied sha256:[digest]

      ✓ eve@example.com  remove  ␛[31mRed\u{202e}␍␊ → none   done
      ✓ ana@example.com  role    Viewer → Sales Rep          done
      ✓ cy@example.com   invite  Sales Rep                   done

    Applied: 3 of 3 actions done.
    ");
}

#[test]
fn a_directory_name_does_no_harm() {
    let ran = Desk::empty().hubroster("validate").arg("\u{1b}[2Jnowhere").run();
    assert_run!(ran, @r"
    exit 3
    ── stdout
    error[missing-directory]: there is no such directory
    --> \u{1b}[2Jnowhere
     = help: name the directory that holds `users.yaml`

    1 error.
    ");
    let ran = Desk::small().hubroster("plan --snapshot").arg("\u{1b}[2Jnowhere").run();
    assert_run!(ran, @r"
    exit 1
    ── stderr
    error: cannot read the snapshot `␛[2Jnowhere`
      caused by: No such file or directory (os error [number])
    ");
}
