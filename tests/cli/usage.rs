//! Help, version, completions, schemas, and wrong usage, which ends with 1 and never with 2.

use super::desk::Desk;

#[test]
fn without_a_command_it_says_what_there_is() {
    let ran = Desk::empty().run("");
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.stdout, "");
    assert_eq!(ran.stderr, Desk::empty().run("--help").stdout);
}

#[test]
fn help() {
    let desk = Desk::empty();
    assert_run!("help", desk.run("--help"));
    assert_run!("help_validate", desk.run("validate --help"));
    assert_run!("help_fmt", desk.run("fmt --help"));
    assert_run!("help_schema", desk.run("schema --help"));
    assert_run!("help_plan", desk.run("plan --help"));
    assert_run!("help_drift", desk.run("drift --help"));
    assert_run!("help_explain", desk.run("explain --help"));
    assert_run!("help_show", desk.run("show --help"));
    assert_run!("help_comment", desk.run("comment --help"));
    assert_run!("help_apply", desk.run("apply --help"));
    assert_run!("help_snapshot", desk.run("snapshot --help"));
    assert_run!("help_doctor", desk.run("doctor --help"));
    assert_run!("help_sandbox", desk.run("sandbox --help"));
    assert_run!("help_sandbox_serve", desk.run("sandbox serve --help"));
    assert_run!("help_completions", desk.run("completions --help"));
}

#[test]
fn help_has_three_spellings() {
    let desk = Desk::empty();
    let long = desk.run("plan --help").transcript();
    assert_eq!(desk.run("help plan").transcript(), long);
    assert_eq!(desk.run("plan -h").transcript(), long);
}

#[test]
fn version() {
    let version = format!("hubroster {}\n", env!("CARGO_PKG_VERSION"));
    for line in ["--version", "-V"] {
        let ran = Desk::empty().run(line);
        assert_eq!((ran.code, ran.stdout, ran.stderr), (Some(0), version.clone(), String::new()));
    }
}

#[test]
fn completions_are_for_these_shells() {
    for (shell, sign) in [
        ("bash", "complete -F _hubroster"),
        ("elvish", "edit:completion:arg-completer[hubroster]"),
        ("fish", "complete -c hubroster"),
        ("powershell", "Register-ArgumentCompleter"),
        ("zsh", "#compdef hubroster"),
    ] {
        let ran = Desk::empty().run(&format!("completions {shell}"));
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{shell}");
        assert!(ran.stdout.contains(sign), "{shell}:\n{}", ran.stdout);
        assert!(ran.stdout.contains("ack-removals"), "{shell} does not know every option");
    }
}

#[test]
fn a_shell_that_nobody_knows() {
    assert_run!(Desk::empty().run("completions tcsh"), @r"
    exit 1
    ── stderr
    error: invalid value 'tcsh' for '<SHELL>'
      [possible values: bash, elvish, fish, powershell, zsh]

      tip: a similar value exists: 'zsh'

    For more information, try '--help'.
    ");
}

#[test]
fn schemas_are_json_schemas() {
    for (of, required) in [("users", "users"), ("role", "access"), ("plan", "format_version")] {
        let ran = Desk::empty().run(&format!("schema {of}"));
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{of}");
        let schema: serde_json::Value = serde_json::from_str(&ran.stdout).expect("a schema is JSON");
        assert!(schema["properties"][required].is_object(), "{of} has no {required}:\n{}", ran.stdout);
        jsonschema::validator_for(&schema).expect("a valid schema");
    }
}

#[test]
fn a_schema_of_nothing() {
    assert_run!(Desk::empty().run("schema people"), @r"
    exit 1
    ── stderr
    error: invalid value 'people' for '<OF>'
      [possible values: users, role, plan]

    For more information, try '--help'.
    ");
}

#[test]
fn a_command_that_is_misspelt() {
    assert_run!(Desk::empty().run("plna"), @"
    exit 1
    ── stderr
    error: unrecognized subcommand 'plna'

      tip: some similar subcommands exist: 'explain', 'plan'

    Usage: hubroster [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
}

#[test]
fn an_option_that_is_misspelt() {
    assert_run!(Desk::empty().run("plan --formt json"), @r"
    exit 1
    ── stderr
    error: unexpected argument '--formt' found

      tip: a similar argument exists: '--format'

    Usage: hubroster plan --format <FORMAT> [DIRECTORY]

    For more information, try '--help'.
    ");
}

#[test]
fn a_value_that_is_none() {
    assert_run!(Desk::empty().run("plan --format yaml"), @"
    exit 1
    ── stderr
    error: invalid value 'yaml' for '--format <FORMAT>'
      [possible values: text, markdown, html, json, github]

    For more information, try '--help'.
    ");
}

#[test]
fn a_day_that_is_none() {
    assert_run!(Desk::empty().run("plan --today 31-12-2026"), @r"
    exit 1
    ── stderr
    error: invalid value '31-12-2026' for '--today <YYYY-MM-DD>': write the day as `2027-03-31`

    For more information, try '--help'.
    ");
}

#[test]
fn a_number_that_is_none() {
    assert_run!(Desk::empty().run("apply --ack-removals all"), @r"
    exit 1
    ── stderr
    error: invalid value 'all' for '--ack-removals <N>': invalid digit found in string

    For more information, try '--help'.
    ");
}

#[test]
fn something_that_is_missing() {
    assert_run!(Desk::empty().run("snapshot --sandbox"), @r"
    exit 1
    ── stderr
    error: the following required arguments were not provided:
      --out <FILE>

    Usage: hubroster snapshot --out <FILE> --sandbox [DIRECTORY]

    For more information, try '--help'.
    ");
}

#[test]
fn things_that_exclude_each_other() {
    assert_run!(Desk::empty().run("plan --sandbox --portal-url http://127.0.0.1:8787"), @r"
    exit 1
    ── stderr
    error: the argument '--sandbox' cannot be used with '--portal-url <URL>'

    Usage: hubroster plan --sandbox [DIRECTORY]

    For more information, try '--help'.
    ");
}

#[test]
fn a_token_is_no_argument() {
    assert_run!(Desk::empty().run("plan --token abc"), @r"
    exit 1
    ── stderr
    error: unexpected argument '--token' found

      tip: to pass '--token' as a value, use '-- --token'

    Usage: hubroster plan [OPTIONS] [DIRECTORY]

    For more information, try '--help'.
    ");
}

#[test]
fn no_wrong_usage_looks_like_a_plan_with_changes() {
    for line in [
        "",
        "plna",
        "plan a b",
        "sandbox",
        "sandbox server",
        "schema",
        "completions",
        "--color mauve plan",
        "plan -q -v",
    ] {
        assert_eq!(Desk::small().run(line).code, Some(1), "{line}");
    }
}
