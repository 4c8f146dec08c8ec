//! `fmt`: what it writes, what it shows instead with `--check`, and what it leaves alone.
//!
//! Deliberately absent: the canonical form itself; that is `tests/format`.

use std::fs;

use super::desk::Desk;

/// Three people and a role, and nothing where it should be.
fn untidy() -> Desk {
    let desk = Desk::small();
    desk.write(
        "users.yaml",
        "\
# The people.
portal: {id: 4611686, name: \"Example BV\"}
version: 1
policy: { min_super_admins: 1, credential_owner: owner@example.com }

users:
- email: owner@example.com # the boss
- role: sales-rep
  # Since spring.
  email: ana@example.com
- { email: cy@example.com, role: sales-rep }
",
    );
    desk
}

#[test]
fn files_that_change_are_named() {
    let desk = untidy();
    let before = desk.run("plan --sandbox").stdout;
    assert_run!(desk.run("fmt"), @r"
    exit 0
    ── stdout
    users.yaml
    ── stderr
    1 of 2 files formatted.
    ");
    insta::assert_snapshot!(desk.read("users.yaml"), @"
    version: 1
    # The people.
    portal: { id: 4611686, name: Example BV }
    policy: { min_super_admins: 1, credential_owner: owner@example.com }

    users:
      - email: owner@example.com  # the boss
      -
        # Since spring.
        email: ana@example.com
        role: sales-rep
      - { email: cy@example.com, role: sales-rep }
    ");
    assert_eq!(desk.run("plan --sandbox").stdout, before);
    assert_run!(desk.run("fmt"), @r"
    exit 0
    ── stderr
    All 2 files are in canonical form already.
    ");
}

#[test]
fn check_shows_what_would_change_and_changes_nothing() {
    let desk = untidy();
    let before = desk.read("users.yaml");
    assert_run!(desk.run("fmt --check"), @r#"
    exit 2
    ── stdout
    --- a/users.yaml
    +++ b/users.yaml
    @@ -1,11 +1,12 @@
    +version: 1
     # The people.
    -portal: {id: 4611686, name: "Example BV"}
    -version: 1
    +portal: { id: 4611686, name: Example BV }
     policy: { min_super_admins: 1, credential_owner: owner@example.com }
     
     users:
    -- email: owner@example.com # the boss
    -- role: sales-rep
    -  # Since spring.
    -  email: ana@example.com
    -- { email: cy@example.com, role: sales-rep }
    +  - email: owner@example.com  # the boss
    +  -
    +    # Since spring.
    +    email: ana@example.com
    +    role: sales-rep
    +  - { email: cy@example.com, role: sales-rep }
    ── stderr
    1 of 2 files is not in canonical form: run `hubroster fmt`.
    "#);
    assert_eq!(desk.read("users.yaml"), before);
    desk.run("fmt");
    assert_run!(desk.run("fmt --check"), @r"
    exit 0
    ── stderr
    All 2 files are in canonical form.
    ");
}

#[test]
fn another_directory_by_its_name() {
    let desk = Desk::empty();
    desk.write("clients/one/users.yaml", "version:  1\nportal: { id: 1 }\nusers: []\n");
    assert_run!(desk.run("fmt clients/one --check"), @r#"
    exit 2
    ── stdout
    --- a/clients/one/users.yaml
    +++ b/clients/one/users.yaml
    @@ -1,3 +1,3 @@
    -version:  1
    +version: 1
     portal: { id: 1 }
     users: []
    ── stderr
    The one file is not in canonical form: run `hubroster fmt`.
    "#);
    assert_run!(desk.run("fmt clients/one"), @r"
    exit 0
    ── stdout
    clients/one/users.yaml
    ── stderr
    1 of 1 files formatted.
    ");
}

#[test]
fn quiet_says_only_the_result() {
    let desk = untidy();
    let check = desk.run("fmt --check --quiet");
    assert_eq!((check.code, check.stderr.as_str()), (Some(2), ""));
    assert!(check.stdout.starts_with("--- a/users.yaml\n"), "{}", check.stdout);
    let write = desk.run("fmt --quiet");
    assert_eq!((write.code, write.stdout.as_str(), write.stderr.as_str()), (Some(0), "users.yaml\n", ""));
    let again = desk.run("fmt --quiet");
    assert_eq!((again.code, again.stdout.as_str(), again.stderr.as_str()), (Some(0), "", ""));
}

#[test]
fn the_difference_is_coloured_where_that_is_wanted() {
    let desk = untidy();
    let plain = desk.run("fmt --check").stdout;
    assert!(!plain.contains('\u{1b}'));
    let coloured = desk.run("fmt --check --color always").stdout;
    assert!(coloured.contains("\u{1b}[31m-version: 1\u{1b}[0m\n"), "{coloured:?}");
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
    assert_eq!(desk.hubroster("fmt --check").env("NO_COLOR", "1").run().stdout, plain);
}

#[test]
fn of_files_with_errors_none_is_touched() {
    let desk = untidy();
    desk.write("roles/sales-rep.yaml", "access: { permission_set: Sales Rep }\nnmae: Sales rep\n");
    let before = desk.read("users.yaml");
    let ran = desk.run("fmt");
    assert_eq!(desk.read("users.yaml"), before);
    assert_eq!(desk.run("fmt --check").transcript(), ran.transcript());
    assert_run!(ran, @r#"
    exit 3
    ── stderr
    error[missing-key]: a role has no `name`
     --> roles/sales-rep.yaml:1:1
      |
    1 | access: { permission_set: Sales Rep }
      | ^
      |
      = help: write `name:` with the name that people read

    error[unknown-key]: `nmae` is not a key of a role
     --> roles/sales-rep.yaml:2:1
      |
    2 | nmae: Sales rep
      | ^^^^
      |
      = help: did you mean `name`?

    2 errors.
    "#);
}

#[test]
fn warnings_keep_nothing_from_being_formatted() {
    let desk = untidy();
    desk.write("roles/viewer.yaml", "access: { scratch: true }\nname: Viewer\n");
    assert_run!(desk.run("fmt"), @r#"
    exit 0
    ── stdout
    users.yaml
    roles/viewer.yaml
    ── stderr
    2 of 3 files formatted.
    "#);
}

#[test]
fn no_directory_and_no_files() {
    assert_run!(Desk::empty().run("fmt nowhere"), @r#"
    exit 3
    ── stderr
    error[missing-directory]: there is no such directory
    --> nowhere
     = help: name the directory that holds `users.yaml`

    1 error.
    "#);
    assert_run!(Desk::empty().run("fmt --check"), @r#"
    exit 3
    ── stderr
    error[missing-file]: the file does not exist
    --> users.yaml
     = help: begin with the example's `users.yaml`; `hubroster schema users` says what may stand in it

    1 error.
    "#);
}

#[test]
fn line_endings_become_those_of_every_machine() {
    let desk = untidy();
    desk.run("fmt");
    let tidy = desk.read("users.yaml");
    desk.write("users.yaml", &format!("\u{feff}{}", tidy.replace('\n', "\r\n")));
    assert_run!(desk.run("fmt --check"), @"
    exit 2
    ── stdout
    users.yaml: the byte order mark goes
    users.yaml: 12 lines end in CR LF, and will in LF
    ── stderr
    1 of 2 files is not in canonical form: run `hubroster fmt`.
    ");
    assert_eq!(desk.run("fmt").code, Some(0));
    assert_eq!(desk.read("users.yaml"), tidy);
}

#[test]
fn what_a_terminal_would_obey_is_shown_instead() {
    let desk = untidy();
    desk.edit("users.yaml", "# the boss", "# the \u{202e}boss\t!");
    let shown = desk.run("fmt --check").stdout;
    assert!(shown.contains("-- email: owner@example.com # the \\u{202e}boss␉!\n"), "{shown}");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_written_keeps_all_others_as_they_are() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = untidy();
    desk.write("roles/sales-rep.yaml", "access: { permission_set: Sales Rep }\nname: Sales rep\n");
    let before = desk.read("users.yaml");
    let role = desk.path("roles/sales-rep.yaml");
    fs::set_permissions(&role, fs::Permissions::from_mode(0o444)).expect("one's own file");
    assert_run!(desk.run("fmt"), @r#"
    exit 1
    ── stderr
    error: cannot write `roles/sales-rep.yaml`
      caused by: the file is read-only: make it writable first; no file was changed
    "#);
    assert_eq!(desk.read("users.yaml"), before);
    assert_eq!(names(&desk, "."), ["roles", "sandbox.yaml", "users.yaml"]);
    assert_eq!(names(&desk, "roles"), ["sales-rep.yaml"]);
    assert_eq!(desk.run("fmt --check").code, Some(2), "looking needs no such right");
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_a_mode_the_same() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let desk = untidy();
    fs::create_dir(desk.path("elsewhere")).expect("a folder");
    fs::rename(desk.path("users.yaml"), desk.path("elsewhere/people.yaml")).expect("it moves");
    symlink("elsewhere/people.yaml", desk.path("users.yaml")).expect("a link");
    fs::set_permissions(desk.path("elsewhere/people.yaml"), fs::Permissions::from_mode(0o640))
        .expect("its mode");
    assert_eq!(desk.run("fmt").code, Some(0));
    assert!(desk.path("users.yaml").is_symlink());
    let written = fs::metadata(desk.path("elsewhere/people.yaml")).expect("it is there");
    assert_eq!(written.permissions().mode() & 0o777, 0o640);
    assert!(desk.read("elsewhere/people.yaml").starts_with("version: 1\n"));
    assert_eq!(names(&desk, "elsewhere"), ["people.yaml"]);
}

#[cfg(unix)]
fn names(desk: &Desk, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(desk.path(folder)).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("plain")).collect();
    names.retain(|name| name != ".hubroster");
    names.sort();
    names
}
