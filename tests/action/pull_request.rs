//! Taking a pull request's files beside a secret: as data, what is plain alone, and what it would be once merged.

use super::stage::{Ran, Stage};

/// GitHub's answer to which pull request a branch has, and what it was asked.
fn at_github(stage: &Stage, number: &str) {
    stage.program("gh", &format!("printf '%s\\n' \"$@\" >>asked.txt\nprintf '%s' '{number}'"));
}

fn take(stage: &Stage, head: &str, more: &[(&str, &str)]) -> Ran {
    let event = [
        ("EVENT_HEAD", head),
        ("EVENT_OWNER", "mallory"),
        ("EVENT_BRANCH", "a-branch"),
        ("DEFAULT_BRANCH", "main"),
    ];
    let variables: Vec<(&str, &str)> = event.into_iter().chain(more.iter().copied()).collect();
    stage.run("pull-request", &variables)
}

#[test]
fn the_files_come_and_nothing_else() {
    let stage = Stage::new();
    let base = stage.git(&["rev-parse", "main"]);
    let head = stage.pull_request(12, |stage| {
        stage.edit("users.yaml", "role: sales-rep", "role: viewer");
        stage.write("roles/viewer.yaml", "name: Viewer\naccess: { permission_set: Viewer }\n");
        std::fs::remove_file(stage.path("roles/sales-rep.yaml")).expect("it is there");
        stage.write("README.md", "the pull request's\n");
        stage.write(".github/action/run.sh", "touch stolen\n");
        stage.write("sandbox.yaml", "portal: { id: 1 }\n");
    });
    at_github(&stage, "12");
    let ran = take(&stage, &head, &[]);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert_eq!((ran.output("pull-request"), ran.output("base")), ("12", base.as_str()));
    assert!(stage.read("users.yaml").contains("role: viewer"));
    let changed = stage.git(&["status", "--short", "--untracked-files=all"]);
    assert_eq!(changed, "D roles/sales-rep.yaml\n M users.yaml\n?? asked.txt\n?? roles/viewer.yaml");
    assert_eq!(
        stage.read("asked.txt").lines().collect::<Vec<_>>(),
        [
            "api",
            "--method",
            "GET",
            "repos/example/access/pulls",
            "-f",
            "state=open",
            "-f",
            "base=main",
            "-f",
            "head=mallory:a-branch",
            "--jq",
            ".[0].number // empty",
        ]
    );
}

/// Whoever branched off earlier takes nothing back that was merged since.
#[test]
fn it_is_what_would_be_merged() {
    let stage = Stage::new();
    let before = stage.git(&["rev-parse", "main"]);
    stage.edit(
        "users.yaml",
        "  - email: owner@example.com\n",
        "  - { email: owner@example.com, language: nl }\n",
    );
    stage.commit("merged meanwhile");
    stage.git(&["branch", "--quiet", "newer"]);
    stage.git(&["checkout", "--quiet", &before]);
    stage.git(&["branch", "--quiet", "--force", "main", &before]);
    let head = stage.pull_request(12, |stage| {
        stage.write("users.yaml", &format!("{}\n  - email: cy@example.com\n", stage.read("users.yaml")));
    });
    // GitHub merges it into what main is by now.
    stage.git(&["checkout", "--quiet", "newer"]);
    stage.git(&["merge", "--quiet", "--no-ff", "-m", "merged", &head]);
    stage.git(&["push", "--quiet", "--force", "origin", "HEAD:refs/pull/12/merge"]);
    stage.git(&["checkout", "--quiet", "main"]);
    at_github(&stage, "12");
    let ran = take(&stage, &head, &[]);
    assert_eq!(ran.code, 0, "{}", ran.log);
    let users = stage.read("users.yaml");
    assert!(users.contains("language: nl") && users.contains("cy@example.com"), "{users}");
}

#[test]
fn a_directory_of_its_own_is_left_where_it_is() {
    let stage = Stage::new();
    for name in ["users.yaml", "roles/sales-rep.yaml"] {
        stage.write(&format!("clients/one/{name}"), &stage.read(name));
    }
    stage.commit("two portals");
    stage.git(&["push", "--quiet", "origin", "main"]);
    let head = stage.pull_request(12, |stage| {
        stage.edit("clients/one/users.yaml", "role: sales-rep", "role: sales-rep, language: nl");
        stage.edit("users.yaml", "role: sales-rep", "role: sales-rep, language: fr");
    });
    at_github(&stage, "12");
    let ran = take(&stage, &head, &[("DIRECTORY", "./clients/one/")]);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert_eq!(stage.git(&["diff", "--name-only"]), "clients/one/users.yaml");
}

#[test]
fn of_many_portals_only_those_that_change_are_taken() {
    let stage = Stage::new();
    for name in ["users.yaml", "roles/sales-rep.yaml"] {
        stage.write(&format!("clients/one/{name}"), &stage.read(name));
    }
    stage.commit("two portals");
    stage.git(&["push", "--quiet", "origin", "main"]);
    let head = stage.pull_request(12, |stage| stage.edit("users.yaml", "role: sales-rep", "role: viewer"));
    at_github(&stage, "12");
    for (directory, only_changed, taken) in
        [("clients/one", "true", ""), ("clients/one", "false", "12"), (".", "true", "12")]
    {
        let ran = take(&stage, &head, &[("DIRECTORY", directory), ("ONLY_CHANGED", only_changed)]);
        assert_eq!((ran.code, ran.output("pull-request")), (0, taken), "{directory}: {}", ran.log);
    }
}

#[test]
fn what_is_no_plain_file_is_refused_whole() {
    type Change = fn(&Stage);
    let link: Change = |stage| {
        std::os::unix::fs::symlink("/proc/self/environ", stage.path("roles/leak.yaml")).expect("a link");
    };
    let linked_folder: Change = |stage| {
        std::fs::remove_dir_all(stage.path("roles")).expect("it is there");
        std::os::unix::fs::symlink("/etc", stage.path("roles")).expect("a link");
    };
    let linked_users: Change = |stage| {
        std::fs::remove_file(stage.path("users.yaml")).expect("it is there");
        std::os::unix::fs::symlink("/proc/self/environ", stage.path("users.yaml")).expect("a link");
    };
    let deeper: Change = |stage| stage.write("roles/deeper/role.yaml", "name: x\n");
    let odd: Change = |stage| stage.write("roles/a\n::error::b$(touch stolen).yaml", "name: x\n");
    let large: Change = |stage| stage.write("roles/large.yaml", &"#".repeat(20_000_001));
    for (change, said) in [
        (link, "roles/leak.yaml is no plain file"),
        (linked_folder, "roles is no file of a portal directory"),
        (linked_users, "users.yaml is no plain file"),
        (deeper, "roles/deeper/role.yaml is no file of a portal directory"),
        (odd, "is no file of a portal directory"),
        (large, "the files are larger than 20000000 bytes"),
    ] {
        let stage = Stage::new();
        let head = stage.pull_request(12, |stage| {
            stage.edit("users.yaml", "role: sales-rep", "role: viewer");
            change(stage);
        });
        at_github(&stage, "12");
        let ran = take(&stage, &head, &[]);
        assert_eq!(ran.code, 1, "{said}: {}", ran.log);
        assert!(ran.log.starts_with("::error::") && ran.log.contains(said), "{}", ran.log);
        assert_eq!(ran.log.lines().count(), 1, "{}", ran.log);
        assert!(stage.read("users.yaml").contains("role: sales-rep"), "{said}: something was taken");
        assert!(!stage.path("stolen").exists());
        // So that the pull request can be told that there is no plan.
        assert_eq!(ran.output("pull-request"), "12");
    }
}

#[test]
fn a_pull_request_that_cannot_be_merged_or_has_moved_on_is_left_to_itself() {
    let stage = Stage::new();
    let head = stage.pull_request(12, |stage| stage.edit("users.yaml", "role: sales-rep", "role: viewer"));
    at_github(&stage, "12");
    let ran = take(&stage, &"2".repeat(40), &[]);
    assert_eq!((ran.code, ran.output("pull-request")), (0, ""), "{}", ran.log);
    assert!(ran.log.starts_with("::notice::pull request 12 cannot be merged as it is"), "{}", ran.log);
    stage.git(&["push", "--quiet", "origin", ":refs/pull/12/merge"]);
    let ran = take(&stage, &head, &[]);
    assert_eq!((ran.code, ran.output("pull-request")), (0, ""), "{}", ran.log);
    at_github(&stage, "");
    let ran = take(&stage, &head, &[]);
    assert_eq!((ran.code, ran.output("pull-request")), (0, ""), "{}", ran.log);
    assert!(stage.read("users.yaml").contains("role: sales-rep"));
}

#[test]
fn what_is_no_commit_and_no_number_goes_no_further() {
    let stage = Stage::new();
    for head in ["", "main", "--upload-pack=touch", "1111111"] {
        let ran = take(&stage, head, &[]);
        assert_eq!(ran.code, 1, "{head}");
        assert!(ran.log.starts_with("::error::`pull-request` works on `workflow_run` alone"), "{}", ran.log);
    }
    at_github(&stage, "12; touch stolen");
    let ran = take(&stage, &"1".repeat(40), &[]);
    assert_eq!((ran.code, ran.log.as_str()), (1, "::error::GitHub's answer names no pull request\n"));
}

/// The branch of a fork is named by whoever made it.
#[test]
fn names_from_outside_are_arguments_and_no_commands() {
    let stage = Stage::new();
    let head = stage.pull_request(12, |stage| stage.edit("users.yaml", "role: sales-rep", "role: viewer"));
    at_github(&stage, "12");
    let branch = "$(touch stolen)`touch stolen`;touch stolen";
    let ran = take(&stage, &head, &[("EVENT_BRANCH", branch)]);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert!(stage.read("asked.txt").contains(&format!("head=mallory:{branch}\n")));
    assert!(!stage.path("stolen").exists());
}
