//! `hubroster comment`: a saved plan, or any Markdown, to the place where it is reviewed. Touches no portal.
//!
//! Deliberately absent: how a comment is found again, and what is never touched; `github` decides that.

use std::path::Path;

use serde::Deserialize;

use crate::github::{
    self, ApiUrl, Check, CheckResult, Client, Connection, Done, Drift, LONGEST_BODY, Level, MOST_ANNOTATIONS,
    Marker, Patience, Posted, Repository,
};
use crate::render::{self, MarkdownOptions, PlanDocument, PolicyVerdict, Weight, escape_for_terminal};

use super::arguments::Comment;
use super::environment;
use super::exit::{Error, Exit};
use super::output;
use super::rendering::mask;
use super::show::saved_plan;

/// What stands beside the plan in a body, marker included, takes less.
const BESIDE_THE_PLAN: usize = 500;
/// GitHub shows no more of a check's title.
const LONGEST_TITLE: usize = 200;

pub(super) async fn run(arguments: &Comment) -> Result<Exit, Error> {
    let mask = mask(arguments.mask)?;
    let plan = arguments.plan.as_deref().map(saved_plan).transpose()?;
    let plan = plan.map(|plan| mask.as_ref().map_or_else(|| plan.clone(), |key| plan.masked(key)));
    let client = connect(arguments)?;
    match (&plan, &arguments.issue) {
        (Some(plan), Some(title)) => keep_issue(&client, plan, (arguments, title)).await,
        _ => post_comment(&client, plan.as_ref(), arguments).await,
    }?;
    Ok(Exit::Done)
}

fn connect(arguments: &Comment) -> Result<Client, Error> {
    let repository = arguments.repository.clone().or_else(|| environment::variable("GITHUB_REPOSITORY"));
    let repository = repository.ok_or_else(|| {
        Error::Usage(
            "which repository is meant? Add `--repository owner/name`, or set GITHUB_REPOSITORY".to_owned(),
        )
    })?;
    let repository = Repository::parse(&repository)?;
    let api = environment::variable("GITHUB_API_URL").map(|url| ApiUrl::parse(&url)).transpose()?;
    let api = api.unwrap_or_else(ApiUrl::github);
    let token = environment::token("GITHUB_TOKEN")?.ok_or(Error::NoGithubToken)?;
    Ok(Client::new(Connection { api, token, repository, patience: Patience::default() })?)
}

async fn post_comment(
    client: &Client,
    plan: Option<&PlanDocument>,
    arguments: &Comment,
) -> Result<(), Error> {
    let number = match arguments.pull_request {
        Some(number) => number,
        None => pull_request_of_the_event()?,
    };
    let body = match (plan, &arguments.body) {
        (Some(plan), _) => markdown(plan),
        (None, Some(file)) => read_text(file)?,
        (None, None) => unreachable!("clap asks for one of the two"),
    };
    let body = match &arguments.head {
        Some(head) => format!("{}\n\nFor commit {head}.\n", body.trim_end()),
        None => body,
    };
    let portal = plan.map(|plan| Marker::of_portal(plan.portal.id));
    let marker = arguments.name.clone().or(portal).expect("clap asks for a name where there is no plan");
    if let Some(head) = &arguments.head {
        let newest = client.head(number).await?;
        if !newest.eq_ignore_ascii_case(head) {
            return output::result(&format!(
                "skipped: the newest commit of pull request {number} is {}, not {head}; its own run posts what it plans\n",
                escape_for_terminal(&newest)
            ));
        }
    }
    let posted = client.comment(number, &marker, &body).await?;
    tell(&posted)?;
    if let (Some(plan), Some(name), Some(head)) = (plan, &arguments.check, &arguments.head) {
        let address = client.check(&check(plan, (name, head), &posted)).await?;
        output::result(&format!("checked {}\n", escape_for_terminal(&address.unwrap_or_default())))?;
    }
    Ok(())
}

async fn keep_issue(
    client: &Client,
    plan: &PlanDocument,
    (arguments, title): (&Comment, &str),
) -> Result<(), Error> {
    let marker = arguments.name.clone().unwrap_or_else(|| Marker::of_drift(plan.portal.id));
    let report = format!(
        "The portal is not as the files want it. Write what is there into the files, or apply the files again; the next run \
         that finds no difference closes this issue.\n\n{}",
        markdown(plan)
    );
    let word = format!("{}\n`{}`\n", render::nothing_to_apply(plan), plan.digest);
    let drift = match has_drifted(plan) {
        true => Drift::Some { title, report: &report },
        false => Drift::None { word: &word },
    };
    match client.drift(&marker, drift).await? {
        Some(posted) => tell(&posted),
        None => output::result("no drift, and no open issue about any\n"),
    }
}

/// What `hubroster drift` ends with 2 for.
fn has_drifted(plan: &PlanDocument) -> bool {
    let newcomers_count = plan.refusals().any(|guard| guard.guard == "unmanaged");
    !plan.is_empty() || newcomers_count
}

fn markdown(plan: &PlanDocument) -> String {
    render::markdown(plan, &MarkdownOptions { limit: LONGEST_BODY - BESIDE_THE_PLAN })
}

fn read_text(path: &Path) -> Result<String, Error> {
    #[expect(clippy::disallowed_methods, reason = "the text to post is what another step wrote")]
    let text = std::fs::read_to_string(path);
    text.map_err(|source| Error::File { action: "read the text", path: path.to_owned(), source })
}

/// Red where `apply` would be refused whatever is acknowledged; neither red nor green where it asks for an exact number,
/// which is given once it is merged.
fn check(plan: &PlanDocument, (name, head): (&str, &str), posted: &Posted) -> Check {
    const ASK_FOR_A_NUMBER: [&str; 2] = ["max_removals", "acknowledge_raises"];
    let mut refusals = plan.refusals().peekable();
    let denial = plan.policies.iter().find(|policy| policy.verdict == PolicyVerdict::Refused);
    let result = match refusals.peek() {
        _ if denial.is_some() => CheckResult::Failure,
        None => CheckResult::Success,
        Some(_) if plan.refusals().all(|guard| ASK_FOR_A_NUMBER.contains(&guard.guard.as_str())) => {
            CheckResult::Neutral
        }
        Some(_) => CheckResult::Failure,
    };
    let title = match (refusals.next(), denial) {
        (Some(guard), _) => format!("apply would be refused: {}", guard.message),
        (None, Some(policy)) => format!("apply would be refused: denied by `{}`", policy.rule),
        (None, None) => render::summary_sentence(plan),
    };
    // Whole files are annotated only by paths from the root of the repository.
    let is_inside =
        |file: &str| !file.starts_with(['/', '\\']) && !file.split(['/', '\\']).any(|part| part == "..");
    let annotations = render::annotations(plan).into_iter().filter_map(|annotation| {
        let source = annotation.source.filter(|source| is_inside(&source.file))?;
        let level = match annotation.weight {
            Weight::Notice => Level::Notice,
            Weight::Warning => Level::Warning,
            Weight::Failure => Level::Failure,
        };
        let path = source.file.trim_start_matches("./").to_owned();
        let (title, message) = (annotation.title, annotation.message);
        Some(github::Annotation { path, line: source.line, level, title, message })
    });
    // An answer's text does not become markup.
    let is_address =
        posted.address.starts_with("https://") && !posted.address.contains(['>', '<', ' ', '\n']);
    let link = if is_address { format!("\n\n[The plan](<{}>)", posted.address) } else { String::new() };
    Check {
        name: name.to_owned(),
        head: head.to_owned(),
        result,
        title: title.chars().take(LONGEST_TITLE).collect(),
        summary: format!("`{}`{link}\n", plan.digest),
        annotations: annotations.take(MOST_ANNOTATIONS).collect(),
    }
}

/// `created https://github.com/…`
fn tell(posted: &Posted) -> Result<(), Error> {
    let Posted { done, address, duplicates, foreign } = posted;
    for address in foreign {
        let address = escape_for_terminal(address);
        output::remark(&format!("left alone: {address} has the same marker, and somebody else wrote it\n"));
    }
    if *duplicates > 0 {
        output::remark(&format!("took away what was there more than once: {duplicates}\n"));
    }
    let word = match done {
        Done::Created => "created",
        Done::Updated => "updated",
        Done::Unchanged => "unchanged",
        Done::Closed => "closed",
    };
    output::result(&format!("{word} {}\n", escape_for_terminal(address)))
}

/// The parts of a workflow's event that name a pull request.
#[derive(Deserialize)]
struct Event {
    pull_request: Option<Numbered>,
    issue: Option<CommentedIssue>,
    workflow_run: Option<WorkflowRun>,
}

#[derive(Deserialize)]
struct Numbered {
    number: u64,
}

#[derive(Deserialize)]
struct CommentedIssue {
    number: u64,
    pull_request: Option<serde_json::Value>,
}

/// Names no pull request where it comes from a fork.
#[derive(Deserialize)]
struct WorkflowRun {
    #[serde(default)]
    pull_requests: Vec<Numbered>,
}

fn pull_request_of_the_event() -> Result<u64, Error> {
    let missing = || {
        Error::Usage(
            "which pull request is meant? Add `--pull-request N`; only in a workflow that runs on one is it known".to_owned(),
        )
    };
    let path = environment::variable("GITHUB_EVENT_PATH").ok_or_else(missing)?;
    let path = Path::new(&path);
    #[expect(clippy::disallowed_methods, reason = "the event is part of a workflow's environment")]
    let bytes = std::fs::read(path).map_err(|source| Error::File {
        action: "read what GITHUB_EVENT_PATH names,",
        path: path.to_owned(),
        source,
    })?;
    let event: Event = serde_json::from_slice(&bytes).map_err(|error| {
        Error::Usage(format!(
            "`{}`, which GITHUB_EVENT_PATH names, is no event of a workflow: {error}",
            path.display()
        ))
    })?;
    number_of(&event).ok_or_else(missing)
}

fn number_of(event: &Event) -> Option<u64> {
    if let Some(pull_request) = &event.pull_request {
        return Some(pull_request.number);
    }
    if let Some(CommentedIssue { number, pull_request: Some(_) }) = &event.issue {
        return Some(*number);
    }
    match event.workflow_run.as_ref()?.pull_requests.as_slice() {
        [only] => Some(only.number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(event: &str) -> Option<u64> {
        number_of(&serde_json::from_str(event).expect("an event"))
    }

    #[test]
    fn an_event_names_a_pull_request_or_none() {
        assert_eq!(number(r#"{ "number": 1, "pull_request": { "number": 12 } }"#), Some(12));
        assert_eq!(number(r#"{ "issue": { "number": 12, "pull_request": {} } }"#), Some(12));
        assert_eq!(number(r#"{ "issue": { "number": 12 } }"#), None);
        assert_eq!(number(r#"{ "workflow_run": { "pull_requests": [{ "number": 12 }] } }"#), Some(12));
        assert_eq!(number(r#"{ "workflow_run": { "pull_requests": [] } }"#), None);
        assert_eq!(
            number(r#"{ "workflow_run": { "pull_requests": [{ "number": 1 }, { "number": 2 }] } }"#),
            None
        );
        assert_eq!(number(r#"{ "schedule": "17 5 * * 1" }"#), None);
    }
}
