//! What several commands take: where the files are, which portal is read, how a plan is shown.
//!
//! Deliberately absent: what only one command takes.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum, ValueHint};
use jiff::civil::Date;

use crate::plan::{Digest, InvalidDigest, Target};
use crate::render;

/// Where the files are.
#[derive(Debug, Args)]
pub struct Directory {
    /// The portal directory: `users.yaml` and `roles/`
    #[arg(default_value = ".", value_name = "DIRECTORY", value_hint = ValueHint::DirPath)]
    pub directory: PathBuf,
}

/// Which portal is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Portal")]
pub struct Portal {
    /// The simulated portal of `sandbox.yaml`, kept in `.hubroster/sandbox.json`; needs no token
    #[arg(long, conflicts_with = "portal_url")]
    pub sandbox: bool,
    /// Another address than HubSpot's, such as a `sandbox serve` [env: HUBROSTER_PORTAL_URL]; plain http for
    /// loopback only
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub portal_url: Option<String>,
}

/// A plan of a part.
#[derive(Debug, Args)]
pub struct Targets {
    /// Only this person, or everybody with a role as `role:KEY`; may be repeated
    #[arg(long = "target", value_name = "EMAIL|role:KEY")]
    pub targets: Vec<Target>,
}

/// The day that decides what has expired.
#[derive(Debug, Args)]
pub struct Day {
    /// Plan as of this day instead of today in the portal's time zone
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub today: Option<Date>,
}

fn day(text: &str) -> Result<Date, &'static str> {
    text.parse().map_err(|_| "write the day as `2027-03-31`")
}

/// How a plan is shown, and where else it is written.
#[derive(Debug, Args)]
pub struct Rendering {
    /// How the plan is shown: markdown is one pull request comment, html one page that needs nothing else, github
    /// annotations at the lines of the files
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    pub format: PlanFormat,
    /// Write it to a file as well, in a format of its own; may be repeated
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output, value_hint = ValueHint::FilePath)]
    pub output: Vec<Output>,
    /// Pseudonyms instead of people's addresses, names, phone numbers and ids, in everything that is printed and in
    /// `--output`, for public logs and comments; needs a key in HUBROSTER_MASK_KEY. What `--out` saves is never masked
    #[arg(long)]
    pub mask: bool,
}

impl Rendering {
    /// Whether what is written needs everybody whom the files name: the JSON shows them, and a mask must know the
    /// names that a rule's message may have of people who are in no row.
    pub fn needs_facts(&self) -> bool {
        let has_json = self.format == PlanFormat::Json
            || self.output.iter().any(|output| output.format == PlanFormat::Json);
        has_json || self.mask
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    // Without words of their own: they would make the whole help three times as long.
    Text,
    Markdown,
    Html,
    Json,
    Github,
}

/// `html=plan.html`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    pub format: PlanFormat,
    pub file: PathBuf,
}

fn output(text: &str) -> Result<Output, String> {
    let (format, file) = text.split_once('=').unwrap_or((text, ""));
    if file.is_empty() {
        return Err("write it as `html=plan.html`".to_owned());
    }
    let known = || PlanFormat::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    match PlanFormat::from_str(format, false) {
        Ok(format) => Ok(Output { format, file: PathBuf::from(file) }),
        Err(_) => {
            let known: Vec<String> = known().map(|format| format.get_name().to_owned()).collect();
            Err(format!("there is no format `{format}`; the formats are {}", known.join(", ")))
        }
    }
}

/// A report is read by whoever ran the command, or by a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    Text,
    Json,
}

/// Of a plan, or of its masked form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedDigest {
    Plain(Digest),
    Masked(String),
}

impl FromStr for ExpectedDigest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<ExpectedDigest, InvalidDigest> {
        match render::is_masked_digest(text) {
            true => Ok(ExpectedDigest::Masked(text.to_owned())),
            false => text.parse().map(ExpectedDigest::Plain),
        }
    }
}
