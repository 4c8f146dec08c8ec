//! `plan --base`: what this change does, told from what was different before, by git repositories of every kind.
//!
//! Deliberately absent: the rules by which a row has one cause or the other; those are folders in `tests/cases/` that
//! have a `base/`.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use super::desk::{Desk, Invocation, Ran};

/// Where git is.
fn search_path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

const OF_NOBODY: [(&str, &str); 2] = [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")];

/// Words are separated by spaces. Nobody's settings, always the same author.
pub(crate) fn git(directory: &Path, line: &str) -> String {
    let mut command = Command::new("git");
    command.args(line.split_whitespace()).current_dir(directory).env_clear().env("PATH", search_path());
    command.envs(OF_NOBODY);
    for role in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{role}_NAME"), "Ana")
            .env(format!("GIT_{role}_EMAIL"), "ana@example.com")
            .env(format!("GIT_{role}_DATE"), "2026-11-20T09:00:00Z");
    }
    let output = command.output().expect("git is installed");
    assert!(output.status.success(), "git {line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

pub(crate) fn commit_all(directory: &Path) -> String {
    git(directory, "add --all");
    git(directory, "commit --quiet --message=files");
    git(directory, "rev-parse HEAD")
}

/// `Desk::small` committed on `main`, and a branch that changes it: Bo is new, Cy, who was to be invited, is not.
fn under_review() -> Desk {
    let desk = Desk::small();
    desk.write(".gitignore", ".hubroster/\n");
    git(desk.directory.path(), "init --quiet --initial-branch=main");
    commit_all(desk.directory.path());
    git(desk.directory.path(), "checkout --quiet -b change");
    change(&desk, "users.yaml");
    desk
}

fn change(desk: &Desk, file: &str) {
    desk.edit(file, "cy@example.com", "bo@example.com");
}

/// With git to be found, and short names of commits hidden.
pub(crate) fn hubroster<'d>(desk: &'d Desk, line: &str) -> Invocation<'d> {
    let mut invocation = desk.hubroster(line).env("PATH", search_path());
    for (name, value) in OF_NOBODY {
        invocation = invocation.env(name, value);
    }
    invocation
}

fn run(desk: &Desk, line: &str) -> Ran {
    hubroster(desk, line).run()
}

/// What of a plan says why.
fn causes(ran: &Ran) -> String {
    let lines = ran.stdout.lines().filter(|line| !line.starts_with(['P', 'C']) && !line.is_empty());
    Vec::from_iter(lines).join("\n")
}

const TOLD: &str = "\
This change: 1 to invite
  + bo@example.com   invite  [this change]  Sales Rep
  No longer planned because of this change (1): invite `cy@example.com`.
Drift, different before this change: 1 to change
  ~ ana@example.com  role    [drift]        Viewer → Sales Rep   no role names `Viewer`, so it counts as standard";

#[test]
fn a_change_comes_before_what_was_different_already() {
    let desk = under_review();
    let commit = git(desk.directory.path(), "rev-parse --short=12 main");
    assert_run!(hubroster(&desk, "plan --sandbox --base main").hiding(&commit, "[commit]").run(), @"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]
    Compared with the files at main ([commit])

    This change: 1 to invite
      + bo@example.com   invite  [this change]  Sales Rep
      No longer planned because of this change (1): invite `cy@example.com`.

    Drift, different before this change: 1 to change
      ~ ana@example.com  role    [drift]        Viewer → Sales Rep   no role names `Viewer`, so it counts as standard

    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5. Actions by cause: 1 this change, 1 drift.
    ");
}

#[test]
fn neither_the_digest_nor_what_it_ends_with_is_another() {
    let desk = under_review();
    run(&desk, "plan --sandbox --out plain.json");
    for base in ["main", "HEAD", "change~0", "main..."] {
        let ran = run(&desk, &format!("plan --sandbox --detailed-exitcode --out told.json --base {base}"));
        assert_eq!(ran.code, Some(2));
        let of = |file: &str| -> serde_json::Value {
            let plan: serde_json::Value = serde_json::from_str(&desk.read(file)).expect("JSON");
            plan["digest"].clone()
        };
        assert_eq!(of("told.json"), of("plain.json"));
    }
}

#[test]
fn every_format_has_it_and_the_same_bytes_every_time() {
    let desk = under_review();
    let formats = ["text", "markdown", "html", "json", "github"];
    let outputs = |directory: &str| {
        let outputs = formats.map(|format| format!(" --output {format}={directory}/{format}"));
        std::fs::create_dir_all(desk.path(directory)).expect("a folder");
        let ran = run(&desk, &format!("plan --sandbox --base main{}", outputs.concat()));
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    };
    outputs(".hubroster/one");
    outputs(".hubroster/other");
    for format in formats {
        let (one, other) = (format!(".hubroster/one/{format}"), format!(".hubroster/other/{format}"));
        assert_eq!(desk.read(&one), desk.read(&other), "{format}");
        let shown = run(&desk, &format!("show .hubroster/one/json --format {format}"));
        assert_eq!(shown.stdout, desk.read(&one), "{format}");
    }
    let json: serde_json::Value = serde_json::from_str(&desk.read(".hubroster/one/json")).expect("JSON");
    assert_eq!(json["base"]["revision"], "main");
    assert_eq!(json["base"]["commit"], git(desk.directory.path(), "rev-parse main"));
    assert_eq!(json["cancelled"][0]["email"], "cy@example.com");
    assert_eq!(json["actions"][0]["cause"], serde_json::json!(["this_change"]));
    assert_eq!(json["actions"][1]["cause"], serde_json::json!(["drift"]));
    assert!(desk.read(".hubroster/one/markdown").contains("### This change: 1 to invite\n"));
    assert!(desk.read(".hubroster/one/html").contains("Drift <small>1</small></button>"));
    assert!(desk.read(".hubroster/one/github").contains("title=bo@example.com (this change)::invite"));
}

#[test]
fn without_a_base_nothing_is_claimed() {
    let desk = under_review();
    let json: serde_json::Value =
        serde_json::from_str(&run(&desk, "plan --sandbox --format json").stdout).expect("JSON");
    assert!(json.get("base").is_none() && json.get("cancelled").is_none());
    assert_eq!(json["actions"][0]["cause"], serde_json::json!([]));
    run(&desk, "plan --sandbox --base main --out told.json");
    let applied = run(&desk, "apply told.json --sandbox --yes --format json");
    assert_eq!(applied.code, Some(0), "{}", applied.stderr);
    assert!(
        !applied.stdout.contains("this_change") && !applied.stderr.contains("[drift]"),
        "{}",
        applied.stderr
    );
}

#[test]
fn a_cause_is_nothing_that_was_approved() {
    let desk = under_review();
    run(&desk, "plan --sandbox --base main --out told.json");
    desk.edit("users.yaml", "  - { email: bo@example.com, role: sales-rep }\n", "");
    let ran = run(&desk, "apply told.json --sandbox --yes");
    assert_eq!(ran.code, Some(7));
    let difference = ran.stderr.split("\n\n").nth(1).unwrap_or_default();
    assert_eq!(
        difference, "Approved, and not to be done any more:\n  + bo@example.com  invite  Sales Rep",
        "{}",
        ran.stderr
    );
}

#[test]
fn working_tree_and_index_are_not_touched() {
    let desk = under_review();
    let here = desk.directory.path();
    // Staged, changed again, and not known to git: whatever a working tree can be like.
    git(here, "add users.yaml");
    desk.edit("users.yaml", "bo@example.com", "di@example.com");
    desk.write("notes.txt", "not in git\n");
    // An index whose times are not those of the files is what git would like to write anew.
    let touched = std::fs::File::options().append(true).open(desk.path("roles/sales-rep.yaml"));
    touched.and_then(|file| file.set_modified(std::time::SystemTime::UNIX_EPOCH)).expect("a file of ours");
    let state = || {
        let index = std::fs::read(desk.path(".git/index")).expect("an index");
        let files =
            ["users.yaml", "roles/sales-rep.yaml", "notes.txt", ".git/HEAD"].map(|file| desk.read(file));
        (index, files)
    };
    let before = state();
    let ran = run(&desk, "plan --sandbox --base main");
    assert!(ran.stdout.contains("+ di@example.com   invite  [this change]"), "{}", ran.stdout);
    assert_eq!(state(), before);
    let locks = std::fs::read_dir(desk.path(".git")).expect("a repository").flatten();
    assert!(locks.into_iter().all(|entry| !entry.file_name().to_string_lossy().ends_with(".lock")));
    assert_eq!(git(here, "status --porcelain"), "MM users.yaml\n?? notes.txt");
}

#[test]
fn a_branch_that_main_has_left_behind_is_compared_with_where_it_parted() {
    let desk = under_review();
    let here = desk.directory.path();
    commit_all(here);
    git(here, "checkout --quiet main");
    desk.edit("users.yaml", "  - { email: cy@example.com, role: sales-rep }\n", "");
    commit_all(here);
    git(here, "checkout --quiet change");
    for base in ["main...", "main...HEAD", "...main", "main...change"] {
        let ran = run(&desk, &format!("plan --sandbox --base {base}"));
        assert_eq!(causes(&ran), TOLD, "{base}");
    }
    // Cy was taken out of main, not by this branch.
    let ran = run(&desk, "plan --sandbox --base main");
    assert!(!ran.stdout.contains("No longer planned"), "{}", ran.stdout);
}

#[test]
fn the_directory_may_lie_anywhere_in_a_repository() {
    let desk = Desk::empty();
    let here = desk.directory.path();
    let small = Desk::small();
    let folder = "clients/Klanten België « BV »";
    for file in ["users.yaml", "roles/sales-rep.yaml", "sandbox.yaml"] {
        desk.write(&format!("{folder}/{file}"), &small.read(file));
    }
    // Another portal beside it is none of its business.
    desk.write("users.yaml", "version: 2\n");
    desk.write("roles/sales-rep.yaml", "name: [\n");
    desk.write(".gitignore", ".hubroster/\n");
    git(here, "init --quiet --initial-branch=main");
    commit_all(here);
    change(&desk, &format!("{folder}/users.yaml"));
    let plan = || hubroster(&desk, "plan --sandbox --base main");
    assert_eq!(causes(&plan().arg(folder).run()), TOLD);
    assert_eq!(causes(&plan().from(&desk.path(folder)).run()), TOLD);
    assert_eq!(causes(&plan().arg(desk.path(folder)).from(&std::env::temp_dir()).run()), TOLD);
    let below =
        hubroster(&desk, "plan .. --sandbox --base main").from(&desk.path(&format!("{folder}/roles"))).run();
    assert_eq!(causes(&below), TOLD);
}

#[cfg(unix)]
#[test]
fn links_lead_where_they_lead() {
    let desk = under_review();
    let elsewhere = Desk::empty();
    std::os::unix::fs::symlink(desk.directory.path(), elsewhere.path("portal")).expect("a link");
    let ran = hubroster(&elsewhere, "plan portal --sandbox --base main").run();
    assert_eq!(causes(&ran), TOLD);

    // Inside the repository, at the revision as well: shared files of several portals.
    let desk = Desk::empty();
    let small = Desk::small();
    for (file, from) in [
        ("group/roles/sales-rep.yaml", "roles/sales-rep.yaml"),
        ("group/people.yaml", "users.yaml"),
        ("be/sandbox.yaml", "sandbox.yaml"),
    ] {
        desk.write(file, &small.read(from));
    }
    std::os::unix::fs::symlink("../group/people.yaml", desk.path("be/users.yaml")).expect("a link");
    std::os::unix::fs::symlink("../group/roles", desk.path("be/roles")).expect("a link");
    desk.write(".gitignore", ".hubroster/\n");
    git(desk.directory.path(), "init --quiet --initial-branch=main");
    commit_all(desk.directory.path());
    change(&desk, "group/people.yaml");
    assert_eq!(causes(&run(&desk, "plan be --sandbox --base main")), TOLD);
}

#[test]
fn worktrees_submodules_and_git_directories_elsewhere_are_repositories() {
    let desk = under_review();
    let here = desk.directory.path();
    commit_all(here);
    let other = Desk::empty();
    let tree = other.path("worktree");
    git(here, &format!("worktree add --quiet --detach {} change", tree.display()));
    let ran = hubroster(&desk, "plan --sandbox --base main").from(&tree).run();
    assert_eq!(causes(&ran), TOLD);

    let outer = Desk::empty();
    git(outer.directory.path(), "init --quiet --initial-branch=main");
    let add = format!("-c protocol.file.allow=always submodule --quiet add -b change {} be", here.display());
    git(outer.directory.path(), &add);
    let ran = run(&outer, "plan be --sandbox --base origin/main");
    assert_eq!(causes(&ran), TOLD);

    let deployed = Desk::empty();
    let bare = Desk::empty();
    git(bare.directory.path(), &format!("clone --quiet --bare {} repository.git", here.display()));
    for file in ["users.yaml", "roles/sales-rep.yaml", "sandbox.yaml"] {
        deployed.write(file, &desk.read(file));
    }
    let ran = hubroster(&deployed, "plan --sandbox --base main")
        .env("GIT_DIR", bare.path("repository.git"))
        .env("GIT_WORK_TREE", deployed.directory.path())
        .run();
    assert_eq!(causes(&ran), TOLD);
    let above = deployed.directory.path().parent().expect("a parent").to_owned();
    let ran = hubroster(&deployed, "plan --sandbox --base main")
        .env("GIT_DIR", desk.path(".git"))
        .env("GIT_CEILING_DIRECTORIES", above)
        .run();
    assert_eq!(causes(&ran), TOLD, "at the top of what git takes for the working tree");
}

/// A hook of a linked working tree is run with `GIT_DIR` alone.
#[test]
fn a_hook_compares_what_lies_where_it_is_asked() {
    let desk = Desk::empty();
    let small = Desk::small();
    for file in ["users.yaml", "roles/sales-rep.yaml", "sandbox.yaml"] {
        desk.write(&format!("be/{file}"), &small.read(file));
    }
    git(desk.directory.path(), "init --quiet --initial-branch=main");
    commit_all(desk.directory.path());
    change(&desk, "be/users.yaml");
    let ran = hubroster(&desk, "plan be --sandbox --base main").env("GIT_DIR", desk.path(".git")).run();
    assert_eq!(causes(&ran), TOLD);
}

#[test]
fn a_saved_reading_and_a_part_are_compared_too() {
    let desk = under_review();
    run(&desk, "snapshot --sandbox --out portal.json");
    assert_eq!(causes(&run(&desk, "plan --snapshot portal.json --base main")), TOLD);
    let ran = run(&desk, "plan --sandbox --base main --target ana@example.com");
    let told: Vec<&str> = TOLD.lines().collect();
    assert_eq!(
        causes(&ran).replace("Only ana@example.com (--target)\n", ""),
        format!(
            "This change: nothing\n{}\n{}",
            told[3],
            told[4].replace("ana@example.com  role    [drift]        ", "ana@example.com  role  [drift]  ")
        )
    );
    // Ana gets the role that is the target by this change alone; what was different about her before is known all the same.
    desk.edit("users.yaml", "ana@example.com, role: sales-rep", "ana@example.com, role: sales-lead");
    desk.write("roles/sales-lead.yaml", &desk.read("roles/sales-rep.yaml"));
    let ran = run(&desk, "plan --sandbox --base main --target role:sales-lead");
    assert!(ran.stdout.contains("ana@example.com  role  [drift]"), "{}", ran.stdout);
}

#[test]
fn where_there_were_no_files_everything_is_this_change() {
    let desk = under_review();
    let here = desk.directory.path();
    git(here, "checkout --quiet --orphan before");
    git(here, "read-tree --empty");
    git(here, "commit --quiet --allow-empty --message=nothing");
    let commit = git(here, "rev-parse --short=12 before");
    assert_run!(hubroster(&desk, "plan --sandbox --base before").hiding(&commit, "[commit]").run(), @"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]
    Compared with the files at before ([commit])

    This change: 1 to invite, 1 to change
      ~ ana@example.com  role    [this change]  Viewer → Sales Rep   no role names `Viewer`, so it counts as standard
      + bo@example.com   invite  [this change]  Sales Rep

    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5. Actions by cause: 2 this change.
    ── stderr
    `before:users.yaml` does not exist, so everything in the plan is this change.
    ");
    let quiet = run(&desk, "plan --sandbox --quiet --base before");
    assert_eq!(quiet.stderr, "");
}

#[test]
fn what_git_does_not_have_is_explained() {
    let desk = under_review();
    assert_run!(run(&desk, "plan --sandbox --base nowhere"), @"
    exit 1
    ── stderr
    error: git knows no commit `nowhere`: look for it in `git branch --all`, or fetch it with `git fetch origin nowhere`
    ");
    assert_run!(run(&desk, "plan --sandbox --base 1111111111111111111111111111111111111111"), @"
    exit 1
    ── stderr
    error: git knows no commit `1111111111111111111111111111111111111111`: look for it in `git branch --all`, or fetch it with `git fetch origin 1111111111111111111111111111111111111111`
    ");
    assert_run!(run(&desk, "plan --sandbox --base main:users.yaml"), @"
    exit 1
    ── stderr
    error: git knows no commit `main:users.yaml`: look for it in `git branch --all`
    ");
    let here = desk.directory.path();
    git(here, "checkout --quiet --orphan other");
    git(here, "commit --quiet --message=other");
    assert_run!(run(&desk, "plan --sandbox --base main..."), @"
    exit 1
    ── stderr
    error: `main` and `HEAD` have no commit in common; name a single revision as the base
    ");
    assert!(!desk.path(".hubroster").exists(), "nothing was read");
}

#[test]
fn a_shallow_clone_says_how_to_get_the_rest() {
    let desk = under_review();
    let here = desk.directory.path();
    commit_all(here);
    let clone = Desk::empty();
    let url = format!("file://{}", here.display());
    git(clone.directory.path(), &format!("clone --quiet --depth 1 --branch change {url} portal"));
    assert_run!(run(&clone, "plan portal --sandbox --base origin/main"), @"
    exit 1
    ── stderr
    error: this clone is shallow and does not have `origin/main`: with actions/checkout set `fetch-depth: 0`, elsewhere run `git fetch --unshallow`, or fetch it with `git fetch origin main`
    ");
    assert_run!(run(&clone, "plan portal --sandbox --base HEAD~1"), @"
    exit 1
    ── stderr
    error: this clone is shallow and does not have `HEAD~1`: with actions/checkout set `fetch-depth: 0`, elsewhere run `git fetch --unshallow`
    ");
    git(&clone.path("portal"), "fetch --quiet --depth 1 origin main:refs/remotes/origin/main");
    assert_run!(run(&clone, "plan portal --sandbox --base origin/main..."), @"
    exit 1
    ── stderr
    error: this clone is shallow and does not reach back to where `origin/main` and `HEAD` parted: with actions/checkout set `fetch-depth: 0`, elsewhere run `git fetch --unshallow`
    ");
    // The revision itself is there, and that is enough.
    assert_eq!(causes(&run(&clone, "plan portal --sandbox --base origin/main")), TOLD);
    git(&clone.path("portal"), "fetch --quiet --unshallow");
    assert_eq!(causes(&run(&clone, "plan portal --sandbox --base origin/main...")), TOLD);
}

#[test]
fn a_place_without_git_is_explained() {
    let desk = Desk::small();
    // A temporary directory may lie in somebody's repository.
    let above = desk.directory.path().parent().expect("a parent").to_owned();
    let plain = hubroster(&desk, "plan --sandbox --base main").env("GIT_CEILING_DIRECTORIES", &above).run();
    assert_run!(plain, @"
    exit 1
    ── stderr
    error: `.` is not in the working tree of a git repository, so it has no `--base`; run this in a clone, or plan without `--base`
    ");
    let ran = desk.hubroster("plan --sandbox --base main").env("PATH", desk.path("roles")).run();
    assert_run!(ran, @"
    exit 1
    ── stderr
    error: `--base` reads files through git, and there is no `git` to run; install it, or plan without `--base`
    ");
    let desk = under_review();
    let ran =
        hubroster(&desk, "plan --sandbox --base main").env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").run();
    assert_run!(ran, @"
    exit 1
    ── stderr
    error: git does not read a repository that belongs to another user, as '[desk]' does; if you trust it, run `git config --global --add safe.directory '[desk]'`
    ");
    let bare = Desk::small();
    git(bare.directory.path(), "init --quiet --bare .");
    assert_run!(run(&bare, "plan --sandbox --base main"), @"
    exit 1
    ── stderr
    error: `.` is not in the working tree of a git repository, so it has no `--base`; run this in a clone, or plan without `--base`
    ");
}

#[test]
fn what_is_no_revision_is_wrong_usage() {
    let desk = under_review();
    assert_run!(run(&desk, "plan --sandbox --base=--output=users.yaml"), @"
    exit 1
    ── stderr
    error: invalid value '--output=users.yaml' for '--base <REV>': no revision begins with a dash

    For more information, try '--help'.
    ");
    assert_run!(run(&desk, "plan --sandbox --base main..change"), @"
    exit 1
    ── stderr
    error: invalid value 'main..change' for '--base <REV>': a range is no revision; write `main...change` for where the two parted

    For more information, try '--help'.
    ");
    assert_run!(run(&desk, "plan --sandbox --base="), @"
    exit 1
    ── stderr
    error: invalid value '' for '--base <REV>': name a revision: a branch, a tag, a commit, or `origin/main...` for where this branch left it

    For more information, try '--help'.
    ");
    let ran = run(&desk, "plan --sandbox --base=main...-x");
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("no revision begins with a dash"), "{}", ran.stderr);
    let control = hubroster(&desk, "plan --sandbox --base").arg("main\nHEAD:users.yaml").run();
    assert!(control.stderr.contains("no control characters"), "{}", control.stderr);
    assert!(desk.read("users.yaml").contains("bo@example.com"), "nothing was written");
}

#[test]
fn files_that_git_alone_does_not_have_leave_causes_out() {
    let desk = Desk::small();
    let here = desk.directory.path();
    let users = desk.read("users.yaml");
    desk.write(
        "users.yaml",
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n",
    );
    git(here, "init --quiet --initial-branch=main");
    let commit = commit_all(here);
    desk.write("users.yaml", &users);
    let ran = hubroster(&desk, "plan --sandbox --base main").hiding(&commit[..12], "[commit]").run();
    assert_run!(ran, @"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan sha256:[digest]

      ~ ana@example.com  role    Viewer → Sales Rep   no role names `Viewer`, so it counts as standard
      + cy@example.com   invite  Sales Rep

    Not read: what the files at main ([commit]) would have planned; they have 1 thing to mend, `main:users.yaml:1:1`: at this revision it is in Git LFS, and git
    itself has only a pointer to it. So this change is not told from drift.

    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5.
    ── stderr
    The files at main cannot be planned, so the plan does not tell this change from drift:

    error[unreadable]: at this revision it is in Git LFS, and git itself has only a pointer to it
    --> main:users.yaml
     = help: keep the files of people out of LFS: take them out of `.gitattributes` and commit them again

    1 error.
    ");
}
