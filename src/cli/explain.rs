//! `hubroster explain`: the pipeline of `plan`, and of its end what concerns one person.

use std::path::Path;

use crate::apply::planned_calls;
use crate::config::{self, Desired};
use crate::explain::{self, Keys};
use crate::model::{Email, Snapshot};
use crate::portal::Requests;
use crate::render::{self, ExplanationDocument, MaskKey, Masking, TextOptions};
use crate::resolve::Resolved;

use super::arguments::{Explain, ReportFormat};
use super::connection::connect;
use super::environment;
use super::exit::{Error, Exit};
use super::output;
use super::plan::{document, read_snapshot_of};
use super::progress::Reading;
use super::rendering::mask;
use super::stages::{self, Conditions};

pub(super) async fn run(arguments: &Explain, show_progress: bool) -> Result<Exit, Error> {
    let directory = &arguments.directory;
    let mask = mask(arguments.mask)?;
    let desired = stages::load(directory)?;
    let connected = connect(&arguments.portal, directory, &desired).await?;
    let reading = Reading::start(&connected.client, show_progress);
    let read =
        stages::read_for_plan(directory, (&desired, None), &connected.client, conditions(arguments)).await;
    reading.end();
    let requests = connected.client.requests();
    connected.close().await;
    show((arguments, mask.as_ref()), &desired, &read?.0, requests)
}

/// The same without a network.
pub(super) fn from_snapshot(arguments: &Explain, file: &Path) -> Result<Exit, Error> {
    let mask = mask(arguments.mask)?;
    let desired = stages::load(&arguments.directory)?;
    let snapshot = read_snapshot_of(file, &desired)?;
    show((arguments, mask.as_ref()), &desired, &snapshot, Requests { reads: 0, writes: 0 })
}

/// Everybody is planned, since people share seats and teams; one of them is shown. A mask takes everybody's names.
fn conditions(arguments: &Explain) -> Conditions<'static> {
    Conditions { today: arguments.day.today, with_facts: arguments.mask, ..Conditions::default() }
}

fn show(
    (arguments, mask): (&Explain, Option<&MaskKey>),
    desired: &Desired,
    snapshot: &Snapshot,
    requests: Requests,
) -> Result<Exit, Error> {
    let (directory, email) = (arguments.directory.as_path(), &arguments.email);
    let resolved = stages::resolved(directory, desired, snapshot, conditions(arguments))?;
    let judged = stages::judged(desired, &resolved, conditions(arguments))?;
    let keys = keys(directory, desired, &resolved, email)?;
    let Some(explanation) = explain::explain(&resolved, email, &keys) else {
        return Err(stages::nobody(email, &resolved));
    };
    let actions =
        judged.plan.actions.iter().filter(|action| explain::is_about(&action.subject, &explanation));
    let calls: Vec<_> = actions.flat_map(|action| planned_calls(action, desired.portal.api)).collect();
    let mut plan = document(directory, &judged, requests);
    let mut explained = ExplanationDocument::new(&explanation, &plan, &calls);
    if let Some(key) = mask {
        let mut masking = Masking::new(key, &[&plan]);
        // First, since whom it is about may have names that the plan has not.
        explained = masking.explanation(&explained);
        plan = masking.plan(&plan);
    }
    output::result(&match arguments.format {
        ReportFormat::Json => explained.to_json(),
        ReportFormat::Text => {
            let options = TextOptions { width: environment::stdout_width() };
            render::explanation_text(&explained, &plan, &options)
        }
    })?;
    Ok(Exit::Done)
}

/// The places of the entry's own keys; none for somebody no file names.
fn keys(directory: &Path, desired: &Desired, resolved: &Resolved<'_>, email: &Email) -> Result<Keys, Error> {
    let person = resolved.people.iter().find(|person| explain::is_known_as(person, email));
    let Some(entry) = person.and_then(|person| person.entry) else { return Ok(Keys::new()) };
    let position = desired.users.iter().position(|user| user.place == entry.place);
    let Some(position) = position else { return Ok(Keys::new()) };
    config::keys_of_entry(directory, directory, (position, entry)).map_err(Error::Findings)
}
