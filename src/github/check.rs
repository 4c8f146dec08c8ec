//! A check at a commit: whether the plan could be applied, with annotations at the lines of the files.
//!
//! A workflow that runs on `workflow_run` is no check of the pull request it is about; this makes one, so that branch
//! protection can ask for it. A second run of the same name at the same commit takes the first one's place.

use serde_json::{Value, json};

use super::call::Call;
use super::client::Client;
use super::error::{Error, Purpose};
use super::text::{LONGEST_BODY, Oversized};
use super::wire::CheckRun;

/// GitHub takes no more in one call, and more are not read.
pub const MOST_ANNOTATIONS: usize = 50;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub name: String,
    /// The commit, whole.
    pub head: String,
    pub result: CheckResult,
    pub title: String,
    /// Markdown.
    pub summary: String,
    /// The first [`MOST_ANNOTATIONS`] are sent.
    pub annotations: Vec<Annotation>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckResult {
    Success,
    /// Does not hold up a merge, and is not green.
    Neutral,
    Failure,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// From the root of the repository.
    pub path: String,
    pub line: u32,
    pub level: Level,
    pub title: String,
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Notice,
    Warning,
    Failure,
}

impl Client {
    /// Where people see it, where GitHub says so.
    pub async fn check(&self, check: &Check) -> Result<Option<String>, Error> {
        let characters = check.summary.encode_utf16().count();
        if characters >= LONGEST_BODY {
            return Err(Error::Oversized(Oversized { characters }));
        }
        let purpose = Purpose::Check { repository: self.repository.clone() };
        let path = self.repository.path("/check-runs");
        let mut call = Call::create(purpose, path, body(check));
        // Twice is no harm: the newest of a name is the one that counts.
        call.effect = super::call::Effect::Writes;
        let run: CheckRun = self.fetch(&call).await?;
        Ok(run.html_url)
    }
}

fn body(check: &Check) -> Value {
    let Check { name, head, result, title, summary, annotations } = check;
    let annotations: Vec<Value> = annotations.iter().take(MOST_ANNOTATIONS).map(annotation).collect();
    json!({
        "name": name,
        "head_sha": head,
        "status": "completed",
        "conclusion": match result {
            CheckResult::Success => "success",
            CheckResult::Neutral => "neutral",
            CheckResult::Failure => "failure",
        },
        "output": { "title": title, "summary": summary, "annotations": annotations },
    })
}

fn annotation(annotation: &Annotation) -> Value {
    let Annotation { path, line, level, title, message } = annotation;
    let level = match level {
        Level::Notice => "notice",
        Level::Warning => "warning",
        Level::Failure => "failure",
    };
    json!({
        "path": path, "start_line": line, "end_line": line,
        "annotation_level": level, "title": title, "message": message,
    })
}
