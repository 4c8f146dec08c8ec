//! A repository with its origin, and one step of a workflow in it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::forge::{Forge, REPOSITORY, TOKEN};

const USERS: &str = "\
version: 1
portal: { id: 4611686, name: Example BV }
policy: { min_super_admins: 1, credential_owner: owner@example.com }
users:
  - email: owner@example.com
  - { email: ana@example.com, role: sales-rep }
";
const ROLE: &str = "\
name: Sales rep
access: { permission_set: Sales Rep }
";
const PORTAL: &str = "\
portal: { id: 4611686, name: Example BV, time_zone: Europe/Brussels }
permission_sets:
  - { id: '301', name: Sales Rep }
  - { id: '304', name: Viewer }
people:
  - { id: '1000', email: owner@example.com, super_admin: true }
  - { id: '1001', email: ana@example.com, permission_sets: [Viewer] }
";

pub(crate) struct Stage {
    folder: TempDir,
    pub(crate) forge: Forge,
}

/// A step that has ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    /// stdout and stderr.
    pub(crate) log: String,
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) summary: String,
}

impl Stage {
    /// A checkout of main, one change away from the portal.
    pub(crate) fn new() -> Stage {
        let stage = Stage {
            folder: TempDir::with_prefix("hubroster-action-").expect("a folder"),
            forge: Forge::start(),
        };
        for folder in ["checkout", "bin", "temporary", "home"] {
            fs::create_dir(stage.folder.path().join(folder)).expect("a new folder");
        }
        stage.git(&["init", "--quiet", "--bare", "--initial-branch=main", "../origin.git"]);
        stage.git(&["init", "--quiet", "--initial-branch=main"]);
        stage.git(&["remote", "add", "origin", "../origin.git"]);
        for (name, text) in [
            ("users.yaml", USERS),
            ("roles/sales-rep.yaml", ROLE),
            ("sandbox.yaml", PORTAL),
            ("README.md", "main\n"),
        ] {
            stage.write(name, text);
        }
        stage.commit("main");
        stage.git(&["push", "--quiet", "origin", "main"]);
        stage
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("checkout").join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("below the checkout")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} does not have {from:?}");
        self.write(name, &text.replace(from, to));
    }

    /// What git says; it must succeed.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let mut command = self.command("git");
        let ran = command.args(arguments).output().expect("git is there");
        assert!(ran.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8_lossy(&ran.stdout).trim().to_owned()
    }

    /// The new commit.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Makes `change` a pull request's, as GitHub keeps it: its tip and what it would be once merged. Back on main then.
    pub(crate) fn pull_request(&self, number: u64, change: impl FnOnce(&Stage)) -> String {
        self.git(&["checkout", "--quiet", "-b", "change"]);
        change(self);
        let head = self.commit("the change");
        self.git(&["push", "--quiet", "origin", &format!("HEAD:refs/pull/{number}/head")]);
        self.git(&["checkout", "--quiet", "--detach", "main"]);
        self.git(&["merge", "--quiet", "--no-ff", "-m", "merged", &head]);
        self.git(&["push", "--quiet", "--force", "origin", &format!("HEAD:refs/pull/{number}/merge")]);
        self.git(&["checkout", "--quiet", "main"]);
        self.git(&["branch", "--quiet", "-D", "change"]);
        self.forge.world().heads.insert(number, head.clone());
        head
    }

    /// A program that takes the place of another one.
    pub(crate) fn program(&self, name: &str, script: &str) {
        let path = self.folder.path().join("bin").join(name);
        fs::write(&path, format!("#!/usr/bin/env bash\n{script}\n")).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its owner may");
    }

    /// In the checkout, with nothing of this process's environment but where programs are.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let inherited = std::env::var("PATH").unwrap_or_default();
        command
            .env_clear()
            .env("PATH", format!("{}:{inherited}", self.folder.path().join("bin").display()))
            .env("HOME", self.folder.path().join("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs([("GIT_AUTHOR_NAME", "Ana"), ("GIT_AUTHOR_EMAIL", "ana@example.com")])
            .envs([("GIT_COMMITTER_NAME", "Ana"), ("GIT_COMMITTER_EMAIL", "ana@example.com")])
            .envs([
                ("GIT_AUTHOR_DATE", "2026-11-25T10:00:00Z"),
                ("GIT_COMMITTER_DATE", "2026-11-25T10:00:00Z"),
            ])
            .current_dir(self.path("."));
        command
    }

    /// Runs a script of the action with these variables besides the defaults of action.yml.
    pub(crate) fn script(&self, name: &str, variables: &[(&str, &str)]) -> Ran {
        let action = Path::new(env!("CARGO_MANIFEST_DIR"));
        let temporary = self.folder.path().join("temporary");
        let (outputs, summary) = (temporary.join("outputs"), temporary.join("summary"));
        for file in [&outputs, &summary] {
            fs::write(file, "").expect("a file");
        }
        let mut command = self.command("bash");
        command.arg(action.join(".github/action").join(name));
        for input in EVERY_INPUT {
            command.env(input, "");
        }
        command
            .envs([
                ("DIRECTORY", "."),
                ("SANDBOX", "false"),
                ("MASK", "false"),
                ("ONLY_CHANGED", "false"),
                ("GITHUB_TOKEN", TOKEN),
            ])
            .env("HUBROSTER", env!("CARGO_BIN_EXE_hubroster"))
            .env("GITHUB_ACTION_PATH", action)
            .env("GITHUB_API_URL", &self.forge.url)
            .env("GITHUB_REPOSITORY", REPOSITORY)
            .env("GITHUB_OUTPUT", &outputs)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("RUNNER_TEMP", &temporary)
            .env("PAUSE", "0")
            .envs(variables.iter().copied());
        let ran = command.output().expect("bash is there");
        let log = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(!log.contains(TOKEN), "a token in the log:\n{log}");
        let said = fs::read_to_string(&outputs).expect("text");
        // As GitHub reads it: the last word counts.
        let outputs = said.lines().map(|line| line.split_once('=').expect("name=value"));
        Ran {
            code: ran.status.code().expect("no signal"),
            log,
            outputs: outputs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            summary: fs::read_to_string(&summary).expect("text"),
        }
    }

    pub(crate) fn run(&self, command: &str, variables: &[(&str, &str)]) -> Ran {
        let variables: Vec<(&str, &str)> =
            [("COMMAND", command)].into_iter().chain(variables.iter().copied()).collect();
        self.script("run.sh", &variables)
    }
}

impl Ran {
    pub(crate) fn output(&self, name: &str) -> &str {
        self.outputs.get(name).map_or("", String::as_str)
    }
}

/// What action.yml gives, empty by default; `tests/workflows.rs` holds that none is missing there.
const EVERY_INPUT: [&str; 25] = [
    "COMMAND",
    "BASE",
    "ONLY_CHANGED",
    "PLAN",
    "HTML",
    "EXPECT_DIGEST",
    "BRANCH",
    "ACK_REMOVALS",
    "ACK_RAISES",
    "COMMENT",
    "HEAD",
    "CHECK",
    "BODY",
    "NAME",
    "ISSUE",
    "HUBROSTER_MASK_KEY",
    "HUBSPOT_ACCESS_TOKEN",
    "HUBSPOT_SCIM_TOKEN",
    "HUBSPOT_SCIM_URL",
    "EVENT_HEAD",
    "EVENT_OWNER",
    "EVENT_BRANCH",
    "DEFAULT_BRANCH",
    "SANDBOX",
    "MASK",
];
