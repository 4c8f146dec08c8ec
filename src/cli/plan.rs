//! `hubroster plan`: load → snapshot → resolve → plan → guard → render. Is handed a client that cannot write.

use std::path::Path;

use crate::guard::Acknowledged;
use crate::model::{SNAPSHOT_FORMAT, Snapshot};
use crate::portal::Requests;
use crate::render::{self, PlanDocument, TextOptions};

use super::arguments::{Plan, PlanFormat};
use super::connection::connect;
use super::environment;
use super::exit::{Error, Exit};
use super::history;
use super::output;
use super::progress::Reading;
use super::stages::{self, Conditions, Judged};

pub(super) async fn run(arguments: &Plan, show_progress: bool) -> Result<Exit, Error> {
    let directory = &arguments.directory.directory;
    let desired = stages::load(directory)?;
    let connected = connect(&arguments.portal, directory, &desired).await?;
    let reading = Reading::start(&connected.client, show_progress);
    // It only says whom HubSpot's lists may lack yet; without it the plan is as right as they are.
    let last_run =
        history::last_run(None, &history::folder(directory), desired.portal.id).unwrap_or_default();
    let files_and_last_run = (&desired, last_run.as_ref());
    let planned =
        stages::read_and_plan(directory, files_and_last_run, &connected.client, conditions(arguments)).await;
    reading.end();
    let requests = connected.client.requests();
    connected.close().await;
    let (judged, _) = planned?;
    print(arguments, &judged, requests)
}

/// The same without a network.
pub(super) fn from_snapshot(arguments: &Plan, file: &Path) -> Result<Exit, Error> {
    let directory = &arguments.directory.directory;
    let desired = stages::load(directory)?;
    let snapshot = read_snapshot(file)?;
    if snapshot.portal.id != desired.portal.id {
        let (pinned, live) = (desired.portal.id, snapshot.portal.id);
        return Err(Error::OtherSnapshot { path: file.to_owned(), pinned, live });
    }
    let judged = stages::plan(directory, &desired, &snapshot, conditions(arguments))?;
    print(arguments, &judged, Requests { reads: 0, writes: 0 })
}

fn conditions(arguments: &Plan) -> Conditions {
    Conditions { today: arguments.day.today, acknowledged: Acknowledged::default(), without_removals: false }
}

fn read_snapshot(file: &Path) -> Result<Snapshot, Error> {
    #[expect(clippy::disallowed_methods, reason = "a snapshot is what another run read from the portal")]
    let bytes = std::fs::read(file).map_err(|source| Error::File {
        action: "read the snapshot",
        path: file.to_owned(),
        source,
    })?;
    let failed = |reason: String| Error::Snapshot { path: file.to_owned(), reason };
    let mut decoder = serde_json::Deserializer::from_slice(&bytes);
    let snapshot: Snapshot =
        serde_path_to_error::deserialize(&mut decoder).map_err(|error| failed(undecodable(&error)))?;
    decoder.end().map_err(|error| failed(error.to_string()))?;
    if snapshot.format != SNAPSHOT_FORMAT {
        return Err(failed(format!("its format is `{}`, not `{SNAPSHOT_FORMAT}`", snapshot.format)));
    }
    Ok(snapshot)
}

/// Where in the file and why; the path is a lone dot where the file as a whole is not JSON.
fn undecodable(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    match error.path().to_string().as_str() {
        "." => error.inner().to_string(),
        path => format!("`{path}`: {}", error.inner()),
    }
}

fn print(arguments: &Plan, judged: &Judged, requests: Requests) -> Result<Exit, Error> {
    output::result(&rendered(&document(judged, requests), arguments.format))?;
    let has_changes = !judged.plan.is_empty();
    Ok(if arguments.detailed_exitcode && has_changes { Exit::Changes } else { Exit::Done })
}

pub(super) fn document(judged: &Judged, requests: Requests) -> PlanDocument {
    let Requests { reads, writes } = requests;
    PlanDocument::new(&judged.plan, &judged.verdicts, render::Requests { reads, writes })
}

pub(super) fn rendered(document: &PlanDocument, format: PlanFormat) -> String {
    match format {
        PlanFormat::Text => render::text(document, &TextOptions { width: environment::stdout_width() }),
        PlanFormat::Json => document.to_json(),
    }
}
