//! The command line as clap sees it.
//!
//! A token is deliberately no argument: arguments are seen by every process of a machine and kept by shells.

mod shared;

pub(super) use shared::{
    Day, Directory, ExpectedDigest, Output, PlanFormat, Portal, Rendering, ReportFormat, Targets,
};

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum, ValueHint};

use crate::github::Marker;
use crate::model::Email;

use super::git::Revision;

/// Keep the people in a HubSpot portal as they stand in files.
#[derive(Debug, Parser)]
#[command(name = "hubroster", version, max_term_width = 100, subcommand_required = true)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// When to colour the output; NO_COLOR is honoured
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub color: Colour,
    /// Tell more on stderr: each call to the portal; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// No progress and no remarks on stderr, only errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the files, all of them, without a network
    #[command(after_help = "\
Examples:
  hubroster validate
  hubroster validate clients/example --format json
  hubroster validate --format github                  in a workflow
  hubroster validate --format sarif > findings.sarif")]
    Validate(Validate),
    /// Put the files in canonical form: order of keys, layout; comments and meaning stay
    #[command(after_help = "\
Canonical is: keys in the order of the documentation, people and lists as they stand; two blanks for each level; \
quotes only where they are needed; LF, and one at the end. Comments stay with what they belong to; docs/format.md \
says all of it. If one file has errors, none is touched.

Examples:
  hubroster fmt                              names the files it changed
  hubroster fmt --check                      in CI: show what would change, exit 2 if anything")]
    Fmt(Fmt),
    /// Print a JSON Schema, for editors and policy tools
    #[command(after_help = "\
Examples:
  hubroster schema users > users.schema.json
  hubroster schema plan")]
    Schema {
        /// Of `users.yaml`, of a file in `roles/`, or of what `plan --format json` prints
        #[arg(value_enum)]
        of: SchemaOf,
    },
    /// Show what apply would do; reads the portal, cannot write
    #[command(after_help = "\
Examples:
  hubroster plan --sandbox                   rehearse on the simulated portal
  hubroster plan                             the real one, with HUBSPOT_ACCESS_TOKEN
  hubroster plan --detailed-exitcode         exit 2 when there is something to apply
  hubroster plan --snapshot portal.json      without a network
  hubroster plan --out plan.json --output html=plan.html --output github=log.txt
  hubroster plan --today 2027-04-01          as it will be when access expires
  hubroster plan --target ana@example.com --target role:sales-rep
  hubroster plan --base origin/main...       in a pull request: this change, then drift")]
    Plan(Plan),
    /// Plan for a schedule: exit 2 when the portal is not as the files want it
    #[command(after_help = "\
Examples:
  hubroster drift --output markdown=drift.md
  hubroster drift --ignore-unmanaged --format json")]
    Drift(Drift),
    /// Explain one person: as wanted, as live, where each value comes from, which rules, which calls
    #[command(after_help = "\
Examples:
  hubroster explain ana@example.com
  hubroster explain ana@example.com clients/example --format json
  hubroster explain ana@example.com --today 2027-04-01
  hubroster explain ana@example.com --mask   to paste where others read it")]
    Explain(Explain),
    /// Show a saved plan again, in any format; without a network
    #[command(after_help = "\
Examples:
  hubroster show plan.json
  hubroster show plan.json --output markdown=comment.md --output html=plan.html")]
    Show(Show),
    /// Post a plan as one comment on a pull request, or keep one issue about drift
    #[command(after_help = "\
Examples:
  hubroster comment plan.json                         in a workflow on `pull_request`
  hubroster comment plan.json --pull-request 12 --repository example/access
  hubroster comment plan.json --pull-request 12 --head \"$SHA\" --check hubroster/plan
  hubroster comment drift.json --issue 'Drift in portal 4611686'
  hubroster comment --body report.md --name apply-4611686 --pull-request 12

The token comes from GITHUB_TOKEN (or GITHUB_TOKEN_FILE, or GITHUB_TOKEN_COMMAND), the address of a
GitHub Enterprise from GITHUB_API_URL. Only what the token's own account wrote is updated.")]
    Comment(Comment),
    /// Plan again, show it, ask, and carry it out
    #[command(after_help = "\
Examples:
  hubroster apply --sandbox                  rehearse on the simulated portal
  hubroster apply                            asks for the word `yes`
  hubroster apply --yes                      in CI
  hubroster apply --yes --ack-removals 7     for a plan with exactly seven removals
  hubroster apply plan.json --yes            only if the plan is still that one, else exit 7
  hubroster apply --yes --expect-digest sha256:9f3c…
  hubroster apply plan.json --yes --mask     in CI whose log is public
  hubroster apply --target ana@example.com")]
    Apply(Apply),
    /// Print what a run of apply did, from its journal
    #[command(after_help = "\
Examples:
  hubroster journal                          the newest one
  hubroster journal .hubroster/journal/20261122T210000.000Z-9f3c0d1e2a4b.ndjson")]
    Journal(JournalArguments),
    /// Save one reading of the portal, to plan against or to seed a sandbox
    #[command(after_help = "\
Examples:
  hubroster snapshot --out portal.json
  hubroster plan --snapshot portal.json
  hubroster sandbox serve --seed portal.json")]
    Snapshot(Snapshot),
    /// Check token, account, scopes and limits, and what each missing scope disables
    #[command(after_help = "\
Examples:
  hubroster doctor
  hubroster doctor --sandbox")]
    Doctor(Doctor),
    /// The simulated portal
    #[command(subcommand_required = true)]
    Sandbox {
        #[command(subcommand)]
        command: SandboxCommand,
    },
    /// Print a completion script for a shell
    #[command(after_help = "\
Examples:
  hubroster completions bash > ~/.local/share/bash-completion/completions/hubroster
  hubroster completions zsh > ~/.zfunc/_hubroster")]
    Completions {
        /// Which shell's
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub struct Validate {
    #[command(flatten)]
    pub directory: Directory,
    /// How the findings are shown: github annotates the lines of the files, sarif is for code scanning; both name files
    /// from the root of the repository. Text shows the first hundred, the others all
    #[arg(long, value_enum, default_value_t = FindingsFormat::Text)]
    pub format: FindingsFormat,
    /// Warnings are errors
    #[arg(long)]
    pub strict: bool,
}

#[derive(Debug, Args)]
pub struct Fmt {
    #[command(flatten)]
    pub directory: Directory,
    /// Write nothing; show what would change, and exit 2 if anything would
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FindingsFormat {
    Text,
    Json,
    Github,
    Sarif,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    Users,
    Role,
    Plan,
}

#[derive(Debug, Args)]
pub struct Plan {
    #[command(flatten)]
    pub directory: Directory,
    #[command(flatten)]
    pub rendering: Rendering,
    /// Save the plan, for `show` and `apply`; holds people's data, so it is created for you alone
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Exit 2 when the plan has actions, 0 when it has none
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Tell what this change does from what was different before, by the files at this git revision; `REV...` is
    /// where this branch left REV
    #[arg(long, value_name = "REV")]
    pub base: Option<Revision>,
    #[command(flatten)]
    pub targets: Targets,
    #[command(flatten)]
    pub day: Day,
    /// Plan against a saved reading, without a network
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["sandbox", "portal_url"])]
    pub snapshot: Option<PathBuf>,
    // Last, since its heading holds for all that follows.
    #[command(flatten)]
    pub portal: Portal,
}

#[derive(Debug, Args)]
pub struct Show {
    /// A plan that `plan --out` saved
    #[arg(value_name = "PLAN", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    #[command(flatten)]
    pub rendering: Rendering,
}

#[derive(Debug, Args)]
pub struct Explain {
    /// Whom: an address of the files or of the portal
    #[arg(value_name = "EMAIL", value_parser = email, value_hint = ValueHint::EmailAddress)]
    pub email: Email,
    /// The portal directory: `users.yaml` and `roles/`
    #[arg(default_value = ".", value_name = "DIRECTORY", value_hint = ValueHint::DirPath)]
    pub directory: PathBuf,
    /// How the explanation is shown
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
    /// Pseudonyms instead of people's addresses, names, phone numbers and ids, the same as `plan --mask` gives; needs a
    /// key in HUBROSTER_MASK_KEY
    #[arg(long)]
    pub mask: bool,
    #[command(flatten)]
    pub day: Day,
    /// Explain by a saved reading, without a network
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["sandbox", "portal_url"])]
    pub snapshot: Option<PathBuf>,
    #[command(flatten)]
    pub portal: Portal,
}

fn email(text: &str) -> Result<Email, String> {
    Email::parse(text).map_err(|error| error.to_string())
}

#[derive(Debug, Args)]
pub struct Drift {
    #[command(flatten)]
    pub directory: Directory,
    #[command(flatten)]
    pub rendering: Rendering,
    /// Save the plan that would undo the drift, for `show`; created for you alone
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Leave out people and teams that are in the portal and not in the files
    #[arg(long)]
    pub ignore_unmanaged: bool,
    #[command(flatten)]
    pub targets: Targets,
    #[command(flatten)]
    pub day: Day,
    /// Compare with a saved reading, without a network
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["sandbox", "portal_url"])]
    pub snapshot: Option<PathBuf>,
    #[command(flatten)]
    pub portal: Portal,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("text").required(true).args(["plan", "body"])))]
pub struct Comment {
    /// A plan that `plan --out` or `drift --out` saved
    #[arg(value_name = "PLAN", value_hint = ValueHint::FilePath)]
    pub plan: Option<PathBuf>,
    /// Post this Markdown instead of a plan; needs `--name`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "name")]
    pub body: Option<PathBuf>,
    /// The pull request [default: the one that GITHUB_EVENT_PATH tells of]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub pull_request: Option<u64>,
    /// The commit that was planned, whole: nothing is posted once the pull request has another one
    #[arg(long, value_name = "SHA", value_parser = commit)]
    pub head: Option<String>,
    /// Set a check of this name at that commit as well, with annotations at the lines of the files: failed where `apply`
    /// would be refused, neutral where it would ask for an exact number
    #[arg(long, value_name = "NAME", requires = "head", requires = "plan")]
    pub check: Option<String>,
    /// Keep one issue of this title instead of a comment: opened or updated while the portal is not as the files want
    /// it, closed with a word once it is
    #[arg(long, value_name = "TITLE", requires = "plan", conflicts_with_all = ["pull_request", "head"])]
    pub issue: Option<String>,
    /// Pseudonyms instead of people's addresses, names, phone numbers and ids; needs a key in HUBROSTER_MASK_KEY
    #[arg(long, requires = "plan")]
    pub mask: bool,
    /// What tells it from the others that hubroster keeps in the same place [default: the plan's portal]
    #[arg(long, value_name = "NAME")]
    pub name: Option<Marker>,
    /// Where to post [default: GITHUB_REPOSITORY]
    #[arg(long, value_name = "OWNER/NAME")]
    pub repository: Option<String>,
}

fn commit(text: &str) -> Result<String, &'static str> {
    let is_whole = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_whole {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("write the commit whole, with 40 or 64 hexadecimal digits")
    }
}

#[derive(Debug, Args)]
pub struct Apply {
    /// The portal directory, or a plan that `plan --out` saved: then it is planned again, and applied if it is still
    /// the same plan [default: .]
    #[arg(value_name = "DIRECTORY|PLAN", value_hint = ValueHint::AnyPath)]
    pub path: Option<PathBuf>,
    /// The portal directory that a saved plan is applied to [default: .]
    #[arg(long = "dir", value_name = "DIRECTORY", value_hint = ValueHint::DirPath)]
    pub directory: Option<PathBuf>,
    /// Apply only the plan with this digest, as a plan prints it; for that of a masked plan, with the same key in
    /// HUBROSTER_MASK_KEY
    #[arg(long, value_name = "DIGEST")]
    pub expect_digest: Option<ExpectedDigest>,
    #[command(flatten)]
    pub targets: Targets,
    /// Do not ask; needed where there is no terminal
    #[arg(long)]
    pub yes: bool,
    /// The exact number of removals in the plan, to go past `policy.max_removals`
    #[arg(long, value_name = "N")]
    pub ack_removals: Option<u64>,
    /// The exact number of raised privileges in the plan, where `policy.acknowledge` asks for it
    #[arg(long, value_name = "N")]
    pub ack_raises: Option<u64>,
    /// Leave out removals, deactivations and strips: the switch for a bad day
    #[arg(long, conflicts_with = "ack_removals")]
    pub no_removals: bool,
    /// Where each step is written down before and after it [default: .hubroster/journal/TIME-DIGEST.ndjson]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub journal: Option<PathBuf>,
    /// How the plan and the report are shown
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
    /// Pseudonyms instead of people's addresses, names, phone numbers and ids, in the plan, the report, progress and
    /// messages, for public logs; needs a key in HUBROSTER_MASK_KEY. The journal has everybody's name: a file for you
    /// alone
    #[arg(long)]
    pub mask: bool,
    #[command(flatten)]
    pub day: Day,
    #[command(flatten)]
    pub portal: Portal,
}

#[derive(Debug, Args)]
pub struct Snapshot {
    #[command(flatten)]
    pub directory: Directory,
    /// Where to; holds people's data, so it is created for you alone
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
    #[command(flatten)]
    pub portal: Portal,
}

#[derive(Debug, Args)]
pub struct JournalArguments {
    /// A journal; the newest of the portal directory where none is named
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// The portal directory whose newest journal is printed
    #[arg(long = "dir", default_value = ".", value_name = "DIRECTORY", value_hint = ValueHint::DirPath)]
    pub directory: PathBuf,
}

#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    pub directory: Directory,
    #[command(flatten)]
    pub portal: Portal,
}

#[derive(Debug, Subcommand)]
pub enum SandboxCommand {
    /// Serve the simulated portal, for any HubSpot client
    #[command(after_help = "\
Examples:
  hubroster sandbox serve --seed sandbox.yaml --log requests.ndjson
  hubroster plan --portal-url http://127.0.0.1:8787        (any HUBSPOT_ACCESS_TOKEN)")]
    Serve(Serve),
}

#[derive(Debug, Args)]
pub struct Serve {
    /// Loopback address and port; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8787", value_name = "ADDRESS:PORT", value_parser = address)]
    pub listen: SocketAddr,
    /// What the portal holds at the start
    #[arg(long, value_name = "FILE", default_value = "sandbox.yaml", value_hint = ValueHint::FilePath)]
    pub seed: PathBuf,
    /// Keep the state here, and start from it where it exists
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub state: Option<PathBuf>,
    /// One JSON line per request: time, method, path, status, body
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub log: Option<PathBuf>,
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "write address and port as `127.0.0.1:8787`")
}
