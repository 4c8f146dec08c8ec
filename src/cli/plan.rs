//! `hubroster plan`: load → snapshot → resolve → plan → guard → render. Is handed a client that cannot write.
//!
//! `drift` is the same pipeline with another way to end.

use std::path::Path;

use crate::apply::Site;
use crate::config::{Desired, Unmanaged};
use crate::model::Snapshot;
use crate::plan::Extent;
use crate::portal::Requests;
use crate::render::{self, PlanDocument};

use super::arguments::{Plan, Portal};
use super::base::{Base, Planned};
use super::connection::connect;
use super::exit::{Error, Exit};
use super::git::Revision;
use super::history;
use super::output;
use super::progress::Reading;
use super::rendering::Presentation;
use super::repository;
use super::stages::{self, Conditions, Judged};

/// What `plan` and `drift` are asked for.
pub(super) struct Wish<'a> {
    pub directory: &'a Path,
    pub portal: &'a Portal,
    pub snapshot: Option<&'a Path>,
    pub conditions: Conditions<'a>,
    /// The revision whose files tell this change from drift.
    pub base: Option<&'a Revision>,
    pub presentation: Presentation<'a>,
    /// Where the plan is saved.
    pub out: Option<&'a Path>,
    pub exit: ExitWhen,
}

/// What a shown plan ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExitWhen {
    /// 0, since the plan shows what there is.
    Shown,
    /// 2 when it has actions.
    HasActions,
    /// 2 when it has actions, or newcomers where `policy.unmanaged` is `error`.
    Differs,
}

pub(super) fn wish(arguments: &Plan) -> Result<Wish<'_>, Error> {
    let extent = Extent { targets: &arguments.targets.targets, ..Extent::default() };
    Ok(Wish {
        directory: &arguments.directory.directory,
        portal: &arguments.portal,
        snapshot: arguments.snapshot.as_deref(),
        conditions: Conditions {
            today: arguments.day.today,
            extent,
            with_facts: arguments.out.is_some() || arguments.rendering.needs_facts(),
            ..Conditions::default()
        },
        base: arguments.base.as_ref(),
        presentation: Presentation::of(&arguments.rendering, arguments.out.as_deref())?,
        out: arguments.out.as_deref(),
        exit: if arguments.detailed_exitcode { ExitWhen::HasActions } else { ExitWhen::Shown },
    })
}

pub(super) async fn run(wish: &Wish<'_>, show_progress: bool) -> Result<Exit, Error> {
    let directory = wish.directory;
    let (desired, base) = load(wish)?;
    let connected = connect(wish.portal, directory, &desired).await?;
    let reading = Reading::start(&connected.client, show_progress);
    let site = Site { portal: desired.portal.id, is_simulated: wish.portal.sandbox };
    // It only says whom HubSpot's lists may lack yet; without it the plan is as right as they are.
    let last = history::last_run(None, &history::folder(directory), site);
    let files_and_last_run = (&desired, last.run.as_ref());
    let planned =
        stages::read_and_plan(directory, files_and_last_run, &connected.client, wish.conditions).await;
    reading.end();
    let requests = connected.client.requests();
    connected.close().await;
    let (judged, snapshot) = &planned?;
    let planned = Planned { desired: &desired, judged, snapshot, conditions: wish.conditions };
    show(wish, base.as_ref(), &planned, requests)
}

/// The same without a network.
pub(super) fn from_snapshot(wish: &Wish<'_>, file: &Path) -> Result<Exit, Error> {
    // First, while there is little else in memory; what is wrong with the files is told first all the same.
    let snapshot = read_snapshot(file);
    let (desired, base) = load(wish)?;
    let snapshot = of_the_pinned_portal(snapshot?, file, &desired)?;
    let judged = stages::plan(wish.directory, &desired, &snapshot, wish.conditions)?;
    let (desired, judged, snapshot) = (&desired, &judged, &snapshot);
    let planned = Planned { desired, judged, snapshot, conditions: wish.conditions };
    show(wish, base.as_ref(), &planned, Requests { reads: 0, writes: 0 })
}

/// The files, and those at the base: a base that is not there is told before the portal is read.
fn load(wish: &Wish<'_>) -> Result<(Desired, Option<Base>), Error> {
    let desired = stages::load(wish.directory)?;
    let base = wish.base.map(|revision| Base::read(wish.directory, revision)).transpose()?;
    Ok((desired, base))
}

/// A snapshot of the portal that the files are for.
pub(super) fn read_snapshot_of(file: &Path, desired: &Desired) -> Result<Snapshot, Error> {
    of_the_pinned_portal(read_snapshot(file)?, file, desired)
}

fn of_the_pinned_portal(snapshot: Snapshot, file: &Path, desired: &Desired) -> Result<Snapshot, Error> {
    if snapshot.portal.id != desired.portal.id {
        let (pinned, live) = (desired.portal.id, snapshot.portal.id);
        return Err(Error::OtherSnapshot { path: file.to_owned(), pinned, live });
    }
    Ok(snapshot)
}

fn read_snapshot(file: &Path) -> Result<Snapshot, Error> {
    #[expect(clippy::disallowed_methods, reason = "a snapshot is what another run read from the portal")]
    let bytes = std::fs::read(file).map_err(|source| Error::File {
        action: "read the snapshot",
        path: file.to_owned(),
        source,
    })?;
    Snapshot::from_json(&bytes).map_err(|reason| Error::Snapshot { path: file.to_owned(), reason })
}

fn show(
    wish: &Wish<'_>,
    base: Option<&Base>,
    planned: &Planned<'_>,
    requests: Requests,
) -> Result<Exit, Error> {
    let Planned { desired, judged, .. } = *planned;
    let mut document = document(wish.directory, judged, requests);
    if let Some(base) = base {
        document = base.explain(document, planned);
    }
    if let Some(file) = wish.out {
        output::private_file(file, document.to_json().as_bytes())?;
    }
    wish.presentation.write(&document)?;
    let newcomers = judged.plan.unmanaged.iter().filter(|row| row.status.is_some()).count();
    let newcomers_count = desired.policy.unmanaged == Unmanaged::Error && newcomers > 0;
    let has_changes = match wish.exit {
        ExitWhen::Shown => false,
        ExitWhen::HasActions => !document.is_empty(),
        ExitWhen::Differs => !document.is_empty() || newcomers_count,
    };
    Ok(if has_changes { Exit::Changes } else { Exit::Done })
}

/// `directory` is that of the portal.
pub(super) fn document(directory: &Path, judged: &Judged, requests: Requests) -> PlanDocument {
    let Requests { reads, writes } = requests;
    let mut document = PlanDocument::new(&judged.plan, &judged.verdicts, render::Requests { reads, writes })
        .judged(&judged.plan, &judged.rules);
    document.directory = repository::directory(directory);
    match &judged.facts {
        Some(facts) => document.with_facts(facts.clone()),
        None => document,
    }
}
