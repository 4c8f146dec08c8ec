//! Runs before and beside this one: the lock, the journal, and what an interrupted run had done.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::apply::{Holder, Journal, Lock, LockError, PastAction, PastRun};
use crate::model::PortalId;
use crate::plan::Plan;
use crate::render::{self, PreviousRun, TextOptions, escape_for_terminal};

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

/// `hubroster journal`: one journal for people to read.
pub(super) fn text(runs: &[PastRun]) -> String {
    let mut text = String::new();
    for run in runs {
        let how = match (&run.finished, &run.stopped) {
            (None, _) => "cut off before its report".to_owned(),
            (Some(at), None) => format!("finished {}", shown(*at)),
            (Some(at), Some(why)) => format!("stopped {} ({})", shown(*at), escape_for_terminal(why)),
        };
        let _ = writeln!(text, "Run of {} on portal {} · {how}", shown(run.began), run.portal);
        let _ = writeln!(text, "Plan {} · {} actions\n", escape_for_terminal(&run.digest), run.planned);
        for action in &run.actions {
            text.push_str(&line(action));
        }
        if run.damaged {
            text.push_str("  A line was cut or could not be read; what it said is lost.\n");
        }
        text.push('\n');
    }
    text
}

fn line(action: &PastAction) -> String {
    let moment = action.end.as_ref().map(|end| end.at).or(action.started);
    let moment = moment.map_or_else(|| "        ".to_owned(), |at| at.strftime("%H:%M:%S").to_string());
    let kind = escape_for_terminal(&action.kind.replace('_', " "));
    let mut line = format!("  {moment}  {kind:<11} {}", escape_for_terminal(&action.subject));
    match &action.end {
        None => line.push_str(": started, and never ended; the next `apply` settles it by reading"),
        Some(end) => {
            let _ = write!(line, ": {}", escape_for_terminal(&end.outcome));
            if !end.not_done.is_empty() {
                let _ = write!(line, ", without {}", escape_for_terminal(&end.not_done.join(", ")));
            }
            if let Some(note) = &end.note {
                let _ = write!(line, " · {}", escape_for_terminal(note));
            }
            if let Some(error) = &end.error {
                let _ = write!(line, " · {}", escape_for_terminal(&error.message));
                if let Some(id) = &error.correlation_id {
                    let _ = write!(line, " (correlation id {})", escape_for_terminal(id));
                }
            }
        }
    }
    line.push('\n');
    line
}
