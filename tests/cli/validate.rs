//! `validate`: what it says of good and bad files, and what it ends with.

use super::desk::Desk;

#[test]
fn good_files() {
    assert_run!(Desk::example().run("validate"), @r"
    exit 0
    ── stdout
    The files are valid.
    ");
    assert_run!(Desk::example().run("validate --format json"), @r#"
    exit 0
    ── stdout
    {
      "findings": []
    }
    "#);
}

#[test]
fn bad_files_are_shown_line_by_line() {
    let desk = Desk::small();
    desk.edit(
        "users.yaml",
        "email: ana@example.com, role: sales-rep",
        "email: ana@example.com, role: sales-reb",
    );
    desk.edit("users.yaml", "version: 1", "version: 1\nversoin: 1");
    assert_run!(desk.run("validate"), @r"
    exit 3
    ── stdout
    error[unknown-key]: `versoin` is not a key of `users.yaml`
     --> users.yaml:2:1
      |
    2 | versoin: 1
      | ^^^^^^^
      |
      = help: did you mean `version`?

    error[unknown-role]: there is no role `sales-reb` in `roles`
     --> users.yaml:7:37
      |
    7 |   - { email: ana@example.com, role: sales-reb }
      |                                     ^^^^^^^^^
      |
      = help: did you mean `sales-rep`? A role's key is the name of its file

    2 errors.
    ");
}

#[test]
fn the_same_for_programs() {
    let desk = Desk::small();
    desk.edit(
        "users.yaml",
        "email: ana@example.com, role: sales-rep",
        "email: ana@example.com, role: sales-reb",
    );
    assert_run!(desk.run("validate --format json"), @r#"
    exit 3
    ── stdout
    {
      "findings": [
        {
          "file": "users.yaml",
          "line": 6,
          "column": 37,
          "code": "unknown-role",
          "severity": "error",
          "message": "there is no role `sales-reb` in `roles`",
          "help": "did you mean `sales-rep`? A role's key is the name of its file"
        }
      ]
    }
    "#);
}

#[test]
fn a_warning_is_an_error_only_with_strict() {
    let desk = Desk::small();
    desk.write("roles/nobody.yaml", "name: Nobody\naccess: { scratch: true }\n");
    assert_run!(desk.run("validate"), @r"
    exit 0
    ── stdout
    warning[unused-role]: nobody has the role `nobody`
     --> roles/nobody.yaml:1:7
      |
    1 | name: Nobody
      |       ^^^^^^
      |
      = help: give it to somebody, or delete the file

    1 warning.
    ");
    assert_run!(desk.run("validate --strict --format json"), @r#"
    exit 3
    ── stdout
    {
      "findings": [
        {
          "file": "roles/nobody.yaml",
          "line": 1,
          "column": 7,
          "code": "unused-role",
          "severity": "warning",
          "message": "nobody has the role `nobody`",
          "help": "give it to somebody, or delete the file"
        }
      ]
    }
    "#);
}

#[test]
fn places_are_relative_to_where_it_runs() {
    let desk = Desk::small();
    let home = Desk::empty();
    std::fs::rename(desk.directory.path(), home.path("clients")).expect("one file system");
    std::fs::create_dir(desk.directory.path()).expect("again");
    home.edit("clients/users.yaml", "version: 1", "version: 2");
    assert_run!(home.run("validate clients"), @r"
    exit 3
    ── stdout
    error[unknown-version]: this version of the format is not known
     --> clients/users.yaml:1:10
      |
    1 | version: 2
      |          ^
      |
      = help: write `version: 1`

    1 error.
    ");
}

#[test]
fn a_directory_that_is_not_there() {
    assert_run!(Desk::empty().run("validate nowhere"), @r"
    exit 3
    ── stdout
    error[missing-directory]: there is no such directory
    --> nowhere
     = help: name the directory that holds `users.yaml`

    1 error.
    ");
}

#[test]
fn a_directory_without_files() {
    assert_run!(Desk::empty().run("validate"), @r"
    exit 3
    ── stdout
    error[missing-file]: the file does not exist
    --> users.yaml
     = help: begin with the example's `users.yaml`; `hubroster schema users` says what may stand in it

    1 error.
    ");
}

#[test]
fn a_file_is_no_directory() {
    assert_run!(Desk::small().run("validate users.yaml"), @r"
    exit 3
    ── stdout
    error[missing-directory]: there is no such directory
    --> users.yaml
     = help: name the directory that holds `users.yaml`

    1 error.
    ");
}

#[test]
fn bad_files_stop_every_command_before_the_portal_is_asked() {
    let desk = Desk::small();
    desk.edit("users.yaml", "version: 1", "version: 2");
    let expected = desk.run("validate").stdout;
    for line in
        ["plan", "plan --sandbox", "plan --snapshot portal.json", "apply --yes", "snapshot --out x", "doctor"]
    {
        let ran = desk.run(line);
        assert_eq!((ran.code, ran.stdout.as_str(), &ran.stderr), (Some(3), "", &expected), "{line}");
    }
}
