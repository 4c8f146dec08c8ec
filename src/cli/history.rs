//! Runs before and beside this one: the lock, the journal, and what an interrupted run had done.

use std::path::{Path, PathBuf};

use crate::apply::{Holder, Journal, Lock, LockError, PastRun};
use crate::model::PortalId;
use crate::plan::Plan;
use crate::render::{self, PreviousRun, TextOptions};

use super::environment;
use super::exit::Error;
use super::output;

/// Where the journals of a portal directory are, and the locks beside them.
pub(super) fn folder(directory: &Path) -> PathBuf {
    let here = if directory == Path::new(".") { Path::new("") } else { directory };
    here.join(".hubroster").join("journal")
}

/// One run at a time on a portal; the lock of a run that died is taken over, and said so.
pub(super) fn take_lock(folder: &Path, portal: PortalId) -> Result<Lock, Error> {
    let holder = Holder { process: std::process::id(), since: environment::now() };
    let (lock, dead) =
        Lock::take(&folder.join(Lock::file_name(portal)), &holder).map_err(|error| match error {
            LockError::Held { .. } => Error::Locked(error),
            LockError::File { .. } => Error::Lock(error),
        })?;
    if let Some(Holder { process, since }) = dead {
        output::remark(&format!(
            "The run of {} (process {process}) ended without letting go of its lock; this one took it over.\n",
            shown(since)
        ));
    }
    Ok(lock)
}

/// The last run on this portal, as far as journals tell; a journal of another name is looked into where it is
/// named again.
pub(super) fn last_run(
    named: Option<&Path>,
    folder: &Path,
    portal: PortalId,
) -> Result<Option<PastRun>, Error> {
    let named = match named.filter(|path| path.exists()) {
        Some(path) => PastRun::read(path)?.into_iter().rfind(|run| run.portal == portal),
        None => None,
    };
    Ok(PastRun::last(folder, portal)?.into_iter().chain(named).max_by_key(|run| run.began))
}

/// That there was one, and what a new reading says of what it left open. The report names all that it did.
pub(super) fn tell(previous_run: &PreviousRun) {
    let options = TextOptions { width: environment::stdout_width() };
    output::message(&format!("{}\n", render::previous_run_in_short(previous_run, &options)));
}

pub(super) fn begin_journal(named: Option<&Path>, folder: &Path, plan: &Plan) -> Result<Journal, Error> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => folder.join(Journal::file_name(environment::now(), &plan.digest())),
    };
    Ok(Journal::begin(&path, plan, environment::now)?)
}

fn shown(moment: jiff::Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
