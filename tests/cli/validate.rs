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

/// A directory in a repository, with a name, a line and two mistakes that other formats could be led astray by.
fn in_a_repository() -> Desk {
    let desk = Desk::empty();
    desk.write("clients/Café #1/roles/sales-rep.yaml", "name: Sales rep\naccess: { scratch: true }\n");
    desk.write(
        "clients/Café #1/users.yaml",
        "version: 1\nportal: { id: 1 }\nusers:\n  - { email: é@example.com, role: \"a\\n::error::%0A\" }\n  \
         - { email: bo@example.com, role: sales-rep }\n  - { email: BO@example.com }\n",
    );
    desk
}

#[test]
fn as_annotations_of_a_workflow() {
    let desk = in_a_repository();
    let ran = desk.hubroster("validate --format github").arg("clients/Café #1").run();
    assert_run!(ran, @r"
    exit 3
    ── stdout
    ::error file=clients/Café #1/users.yaml,line=4,col=35,endColumn=51,title=control-character::`role` holds a control character, U+000A%0Ahelp: write it on one line, without escapes such as `\n` and `\e`
    ::error file=clients/Café #1/users.yaml,line=6,col=14,endColumn=27,title=duplicate-person::`bo@example.com` is listed twice%0Afirst listed here: clients/Café #1/users.yaml:5:14%0Ahelp: make one entry of the two; upper and lower case make no difference
    2 errors.
    ");
    assert_run!(Desk::small().run("validate --format github"), @"
    exit 0
    ── stdout
    The files are valid.
    ");
}

#[test]
fn as_a_log_for_code_scanning() {
    let desk = in_a_repository();
    let relative = desk.hubroster("validate --format sarif").arg("clients/Café #1").run();
    assert_run!("validate_sarif", relative);
    let absolute = desk.hubroster("validate --format sarif").arg(desk.path("clients/Café #1")).run();
    assert_eq!(absolute.stdout, relative.stdout, "paths are relative to where the command runs");
    assert_run!("validate_sarif_clean", Desk::small().run("validate --format sarif"));
}

#[test]
fn programs_get_all_findings() {
    let desk = Desk::small();
    let people: String =
        (0..250).map(|number| format!("  - {{ email: p{number}@example.com, role: x }}\n")).collect();
    desk.write("users.yaml", &format!("{}{people}", desk.read("users.yaml")));
    assert!(desk.run("validate").stdout.ends_with("250 errors; the first 100 are shown.\n"));
    assert_eq!(desk.run("validate --format json").stdout.matches("\"unknown-role\"").count(), 250);
    let log: serde_json::Value =
        serde_json::from_str(&desk.run("validate --format sarif").stdout).expect("JSON");
    assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(250));
    assert_eq!(desk.run("validate --format github").stdout.matches("\n::error ").count(), 249);
}
