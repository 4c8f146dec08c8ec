//! Runs before and beside this one: the lock, the journal, and what an interrupted run had done.

use std::path::{Path, PathBuf};

use crate::apply::{
    Arrivals, Holder, Journal, JournalError, LastRun, Lock, LockError, Patience, Report, Site, Whereabouts,
};
use crate::config::Desired;
use crate::model::{PortalId, Snapshot};
use crate::plan::Plan;
use crate::portal::{ReadClient, Timeouts};
use crate::render::{self, Masking, PreviousRun, TextOptions};

use super::environment;
use super::exit::Error;
use super::output;
use super::progress::Waiting;
use super::stages;

/// Where the journals of a portal directory are, and the locks beside them.
pub(super) fn folder(directory: &Path) -> PathBuf {
    let here = if directory == Path::new(".") { Path::new("") } else { directory };
    here.join(".hubroster").join("journal")
}

/// One run at a time on a portal from its directory; the lock of a run that died is taken over, and said so.
pub(super) fn take_lock(folder: &Path, portal: PortalId) -> Result<Lock, Error> {
    let holder = Holder { process: std::process::id(), since: environment::now() };
    let (lock, dead) =
        Lock::take(&folder.join(Lock::file_name(portal)), &holder).map_err(|error| match error {
            LockError::Held { .. } => Error::Locked(error),
            LockError::File { .. } | LockError::Link(_) => Error::Lock(error),
        })?;
    if let Some(Holder { process, since }) = dead {
        output::remark(&format!(
            "The run of {} (process {process}) ended without letting go of its lock; this one took it over.\n",
            shown(since)
        ));
    }
    Ok(lock)
}

/// `--journal` may be any file but a lock or a note, which say other things. To be called once the folder is there.
pub(super) fn check_name(named: Option<&Path>, folder: &Path) -> Result<(), Error> {
    let Some(named) = named else { return Ok(()) };
    let real = std::fs::canonicalize(named).unwrap_or_else(|_| {
        let above = named.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let above = std::fs::canonicalize(above).unwrap_or_else(|_| above.to_owned());
        above.join(named.file_name().unwrap_or_default())
    });
    let is_beside = std::fs::canonicalize(folder).is_ok_and(|folder| real.parent() == Some(&folder));
    let is_ours = real.extension().is_some_and(|extension| extension == "lock" || extension == "last");
    if is_beside && is_ours {
        let named = named.display();
        let message = format!(
            "`{named}` is the lock or the note of a portal, and no place for a journal; choose another file \
                               with `--journal`"
        );
        return Err(Error::Usage(message));
    }
    Ok(())
}

/// What is known of the last run on this portal, wherever it had its journal.
pub(super) fn last_run(named: Option<&Path>, folder: &Path, site: Site) -> LastRun {
    LastRun::find(folder, site, named)
}

/// What the next run has to say of the last: that it was cut off, or that its journal does not tell, or not all.
pub(super) fn previous_run(last: &LastRun, plan: &Plan, snapshot: &Snapshot) -> Option<PreviousRun> {
    match last {
        LastRun { run: Some(run), .. } if run.was_cut_off() || run.is_damaged() => {
            Some(PreviousRun::new(run, &run.settled_by(plan, snapshot)))
        }
        LastRun { lost, .. } => lost.as_ref().map(PreviousRun::lost),
    }
}

/// That there was one, and what a new reading says of what it left open. The report names all that it did.
pub(super) fn tell(last: &LastRun, previous_run: &PreviousRun, mut masking: Option<&mut Masking>) {
    let options = TextOptions { width: environment::stdout_width() };
    let mut told = Vec::new();
    if let LastRun { run: Some(_), lost: Some(lost) } = last {
        told.push(PreviousRun::lost(lost));
    }
    told.push(previous_run.clone());
    if let Some(masking) = &mut masking {
        told.iter_mut().for_each(|run| *run = masking.previous_run(run));
    }
    let mut told: Vec<String> = told.iter().map(|run| render::previous_run_in_short(run, &options)).collect();
    told.dedup();
    output::message(&format!("{}\n", told.concat()));
}

/// A journal that the next run will find.
pub(super) struct Noted<'a> {
    pub journal: Journal,
    folder: &'a Path,
    site: Site,
}

impl Noted<'_> {
    pub(super) fn begin<'a>(
        named: Option<&Path>,
        (folder, site): (&'a Path, Site),
        plan: &Plan,
    ) -> Result<Noted<'a>, Error> {
        let journal = match named {
            Some(path) => Journal::begin(path, plan, environment::now)?,
            None => Journal::begin_in((folder, site), plan, environment::now)?,
        };
        Whereabouts::note(&journal, (folder, site), &environment::working_directory())?;
        Ok(Noted { journal, folder, site })
    }

    pub(super) fn finish(self, report: &Report) -> Result<(), JournalError> {
        self.journal.finish(report)?;
        Whereabouts::note_finished(self.folder, self.site)
    }
}

/// Waits for invitations that the last run may have sent, as long as they may be on their way; Ctrl-C is heard by
/// whoever calls this.
pub(super) async fn let_invitations_arrive(
    last: &LastRun,
    (client, desired): (&ReadClient, &Desired),
    (show_progress, with_names): (bool, bool),
) -> Result<(), Error> {
    let request = Timeouts::default().request;
    let Some(arrivals) = Arrivals::of(last, environment::now(), request) else { return Ok(()) };
    // No portal but the pinned one is asked anything.
    stages::pinned_account(client, desired).await?;
    output::remark(&render::waiting_for_arrivals(&arrivals, with_names));
    let waiting = Waiting::start(arrivals.longest(), show_progress);
    let waited = arrivals.wait(client, &Patience::default()).await;
    waiting.end();
    Ok(waited?)
}

fn shown(moment: jiff::Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
