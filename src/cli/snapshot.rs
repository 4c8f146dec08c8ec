//! `hubroster snapshot`: load → snapshot, saved.

use crate::ask;
use crate::render::escape_for_terminal;

use std::path::Path;

use super::arguments::Snapshot;
use super::connection::connect;
use super::exit::{Error, Exit};
use super::output;
use super::progress::Reading;
use super::stages::{self, Conditions};

pub(super) async fn run(arguments: &Snapshot, show_progress: bool) -> Result<Exit, Error> {
    let directory = &arguments.directory.directory;
    let desired = stages::load(directory)?;
    let connected = connect(&arguments.portal, directory, &desired).await?;
    let reading = Reading::start(&connected.client, show_progress);
    let snapshot = read(directory, &connected.client, &desired).await;
    reading.end();
    connected.close().await;
    let snapshot = snapshot?;
    output::private_file(&arguments.out, snapshot.to_json().as_bytes())?;
    let (people, reads) = (snapshot.people.len(), snapshot.reads);
    let file = escape_for_terminal(&arguments.out.display().to_string());
    output::remark(&format!("{people} people in {reads} reads, saved in {file}\n"));
    Ok(Exit::Done)
}

async fn read(
    directory: &Path,
    client: &crate::portal::ReadClient,
    desired: &crate::config::Desired,
) -> Result<crate::model::Snapshot, Error> {
    let mut snapshot = stages::read(client, desired, None).await?;
    // What a plan would ask about, so that `plan --snapshot` says what `plan` says.
    let judged = stages::plan(directory, desired, &snapshot, Conditions::default())?;
    ask::follow_up(client, desired, (&mut snapshot, &judged.plan)).await?;
    snapshot.reads = client.requests().reads;
    Ok(snapshot)
}
