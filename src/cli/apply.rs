//! `hubroster apply`: plan again, show it, ask, carry it out, report. The only command that is handed a client
//! that writes, and only after the plan was shown and nothing refused it.

use std::borrow::Cow;
use std::io::BufRead as _;

use crate::apply::{
    self, Context, Interrupter, Journal, LastRun, Observer, Outcome, OutcomeKind, Patience, Report, Site,
    Stop, Unobserved,
};
use crate::config::Desired;
use crate::guard::Acknowledged;
use crate::model::Snapshot;
use crate::plan::Extent;
use crate::portal::{ReadClient, WriteClient};
use crate::render::{self, GuardVerdict, MaskKey, Masking, PlanDocument, ReportDocument, TextOptions};

use super::approval::Approval;
use super::arguments::{Apply, PlanFormat, ReportFormat};
use super::connection::connect;
use super::environment;
use super::exit::{Error, Exit};
use super::history::{self, Noted};
use super::output;
use super::plan::document;
use super::progress::{Applying, Reading};
use super::rendering::{mask, rendered};
use super::signals::CtrlC;
use super::stages::{self, Conditions, Judged};

pub(super) async fn run(arguments: &Apply, show_progress: bool) -> Result<Exit, Error> {
    if !arguments.yes && !environment::can_ask() {
        let message = "apply asks before it changes anything, and here is nobody to answer; add `--yes` once the plan is \
                       approved";
        return Err(Error::Usage(message.to_owned()));
    }
    // First, so that no message names anybody.
    let mask = mask(arguments.mask)?;
    let approval = Approval::of(arguments, mask.as_ref())?;
    let directory = &approval.directory;
    let desired = stages::load(directory)?;
    approval.check_portal(&desired)?;
    let folder = history::folder(directory);
    let lock = history::take_lock(&folder, desired.portal.id)?;
    history::check_name(arguments.journal.as_deref(), &folder)?;
    let last_run = history::last_run(arguments.journal.as_deref(), &folder, site(arguments, &desired));
    let connected = connect(&arguments.portal, directory, &desired).await?;
    let (last_run, mask) = (&last_run, mask.as_ref());
    let input = Input { arguments, mask, approval: &approval, desired: &desired, last_run, show_progress };
    let result = plan_and_apply(&input, &connected.client).await;
    connected.close().await;
    drop(lock);
    result
}

fn site(arguments: &Apply, desired: &Desired) -> Site {
    Site { portal: desired.portal.id, is_simulated: arguments.portal.sandbox }
}

/// What a run begins with.
struct Input<'a> {
    arguments: &'a Apply,
    mask: Option<&'a MaskKey>,
    approval: &'a Approval,
    desired: &'a Desired,
    last_run: &'a LastRun,
    show_progress: bool,
}

async fn plan_and_apply(input: &Input<'_>, client: &ReadClient) -> Result<Exit, Error> {
    let Input { arguments, mask, approval, desired, last_run, show_progress } = *input;
    let mut ctrl_c = CtrlC::listen();
    // The simulated portal of a run ends with it.
    if !arguments.portal.sandbox {
        tokio::select! {
            arrived = history::let_invitations_arrive(last_run, (client, desired), (show_progress, mask.is_none())) => arrived?,
            () = ctrl_c.pressed() => return Err(Error::Interrupted),
        }
    }
    let (judged, snapshot) = tokio::select! {
        planned = read_and_plan(input, client) => planned?,
        () = ctrl_c.pressed() => return Err(Error::Interrupted),
    };
    let previous_run = history::previous_run(last_run, &judged.plan, &snapshot);
    let document = document(&approval.directory, &judged, client.requests());
    let mut masking = mask.map(|key| approval.masking(key, &document));
    if let Some(previous_run) = &previous_run {
        history::tell(last_run, previous_run, masking.as_mut());
    }
    // From here on messages know whom they would name.
    masking.iter().for_each(|masking| output::mask_people(masking.clone()));
    let has_nothing_to_do = judged.plan.is_empty();
    // That another plan was approved comes before what is wrong with this one.
    let approved = approval.check(&document, masking.as_mut());
    let shown = masked(&document, masking.as_mut());
    let may_go_on = approved.and_then(|()| allowed(&judged, &shown));
    match arguments.format {
        // In the end stdout has one document: the report, or the plan that came to nothing.
        ReportFormat::Json if may_go_on.is_err() => output::result(&rendered(&shown, PlanFormat::Json))?,
        ReportFormat::Json if arguments.yes => output::remark(&rendered(&shown, PlanFormat::Text)),
        ReportFormat::Json => output::message(&rendered(&shown, PlanFormat::Text)),
        ReportFormat::Text => output::result(&rendered(&shown, PlanFormat::Text))?,
    }
    may_go_on?;
    if !has_nothing_to_do && !arguments.yes && !confirmed(&mut ctrl_c).await? {
        output::remark("Not applied; nothing was changed.\n");
        return Ok(Exit::Failed);
    }
    let folder = history::folder(&approval.directory);
    let noted = if has_nothing_to_do && previous_run.is_none() {
        // Nothing happens, so there is nothing to write down.
        None
    } else {
        let place = (folder.as_path(), site(arguments, desired));
        Some(Noted::begin(arguments.journal.as_deref(), place, &judged.plan)?)
    };
    let journal = noted.as_ref().map(|noted| &noted.journal);
    let writer = client.clone().into_writing();
    let progress = Applying::start(names(&judged, masking.as_mut()), show_progress);
    let report = carry_out(&judged, writer, &mut ctrl_c, (journal, &progress)).await?;
    let finished = noted.map_or(Ok(()), |noted| noted.finish(&report));
    let report_document = ReportDocument { previous_run, ..ReportDocument::new(&report, &document) };
    // Whatever became of the journal, what was done is told.
    print(arguments, &masked_report(report_document, masking.as_mut()))?;
    let exit = exit(&report, finished.is_ok());
    finished.map(|()| exit).map_err(|source| Error::Unrecorded { source, exit })
}

fn masked<'d>(document: &'d PlanDocument, masking: Option<&mut Masking>) -> Cow<'d, PlanDocument> {
    masking.map_or(Cow::Borrowed(document), |masking| Cow::Owned(masking.plan(document)))
}

fn masked_report(report: ReportDocument, masking: Option<&mut Masking>) -> ReportDocument {
    masking.map(|masking| masking.report(&report)).unwrap_or(report)
}

/// What progress calls the person or team of each action.
fn names(judged: &Judged, mut masking: Option<&mut Masking>) -> Vec<String> {
    let subjects = judged.plan.actions.iter().map(|action| &action.subject);
    let named = subjects.map(|subject| match masking.as_deref_mut() {
        Some(masking) => masking.name(subject),
        None => subject.name().to_owned(),
    });
    named.collect()
}

/// Guards go before the rules of `policy.rules`.
fn allowed(judged: &Judged, document: &PlanDocument) -> Result<(), Error> {
    if judged.is_refused() {
        Err(Error::Refused(reasons(document)))
    } else if judged.is_denied() {
        Err(Error::Denied(render::denials(document)))
    } else {
        Ok(())
    }
}

/// The plan says it too, but stderr may be all that somebody looks at.
fn reasons(document: &PlanDocument) -> String {
    let refusing = document.guards.iter().filter(|guard| guard.verdict == GuardVerdict::Refused);
    let reasons = refusing.map(|guard| match &guard.go_on {
        Some(go_on) => format!("{}\n  {go_on}", guard.message),
        None => guard.message.clone(),
    });
    Vec::from_iter(reasons).join("\n")
}

async fn read_and_plan(input: &Input<'_>, client: &ReadClient) -> Result<(Judged, Snapshot), Error> {
    let Input { arguments, mask: _, approval, desired, last_run, show_progress } = *input;
    let conditions = Conditions {
        today: arguments.day.today,
        acknowledged: Acknowledged { removals: arguments.ack_removals, raises: arguments.ack_raises },
        extent: Extent {
            targets: &approval.targets,
            without_removals: arguments.no_removals,
            ..Extent::default()
        },
        with_facts: arguments.format == ReportFormat::Json || arguments.mask,
    };
    let reading = Reading::start(client, show_progress);
    let files_and_last_run = (desired, last_run.run.as_ref());
    let planned = stages::read_and_plan(&approval.directory, files_and_last_run, client, conditions).await;
    reading.end();
    planned
}

/// Only the whole word counts.
async fn confirmed(ctrl_c: &mut CtrlC) -> Result<bool, Error> {
    output::message("\nApply this plan? Only `yes` is taken as yes: ");
    let answer = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer).map(|_| answer)
    });
    let answer = tokio::select! {
        answer = answer => answer,
        () = ctrl_c.pressed() => {
            output::message("\n");
            return Err(Error::Interrupted);
        }
    };
    let answer = answer.ok().and_then(Result::ok).unwrap_or_default();
    if !answer.ends_with('\n') {
        output::message("\n");
    }
    Ok(answer.trim() == "yes")
}

/// The first Ctrl-C lets the calls under way end, the second does not.
async fn carry_out(
    judged: &Judged,
    client: WriteClient,
    ctrl_c: &mut CtrlC,
    (journal, progress): (Option<&Journal>, &Applying),
) -> Result<Report, Error> {
    let (interrupter, interrupted) = Interrupter::new();
    let unobserved = Unobserved;
    let observer: [&dyn Observer; 2] = [journal.map_or(&unobserved, |journal| journal), progress];
    let context = Context { observer: &observer, interrupted, patience: Patience::default() };
    let mut applying = std::pin::pin!(apply::apply(&judged.plan, &client, &context));
    let mut is_asked = false;
    let report = loop {
        tokio::select! {
            report = &mut applying => break Ok(report),
            () = ctrl_c.pressed() => {
                if is_asked {
                    break Err(Error::StoppedAtOnce);
                }
                is_asked = true;
                output::remark("\nStopping: what is under way is finished, the rest is left. Ctrl-C again stops at once.\n");
                interrupter.interrupt();
            }
        }
    };
    progress.end();
    report
}

fn print(arguments: &Apply, document: &ReportDocument) -> Result<(), Error> {
    match arguments.format {
        ReportFormat::Json => output::result(&document.to_json()),
        ReportFormat::Text => {
            let options = TextOptions { width: environment::stdout_width() };
            output::result(&format!("\n{}", render::report_text(document, &options)))
        }
    }
}

/// When several fit: interrupted, then the daily limit, the credential or a scope, in part, failed.
/// `is_recorded`: the journal has its last line, and the note says so.
fn exit(report: &Report, is_recorded: bool) -> Exit {
    match report.stopped {
        Some(Stop::Interrupted) => return Exit::Interrupted,
        Some(Stop::DailyLimit) => return Exit::DailyLimit,
        Some(Stop::Credential) => return Exit::Credential,
        Some(Stop::Migrating | Stop::Journal) | None => {}
    }
    if report.outcomes.iter().any(is_for_want_of_a_credential) {
        return Exit::Credential;
    }
    let well = report.outcomes.iter().filter(|outcome| outcome.kind.is_well()).count();
    // What is not wholly written down is not wholly done, since the next run is not told.
    let is_recorded = is_recorded && report.stopped != Some(Stop::Journal);
    match (well, report.outcomes.len() - well) {
        (_, 0) if is_recorded => Exit::Done,
        (0, _) => Exit::Failed,
        (_, _) => Exit::Partial,
    }
}

/// A scope is missing, or SCIM does not accept its token.
fn is_for_want_of_a_credential(outcome: &Outcome) -> bool {
    let Some(error) = outcome.error.as_ref().filter(|_| outcome.kind == OutcomeKind::Failed) else {
        return false;
    };
    error.category.as_deref() == Some("MISSING_SCOPES") || error.status == Some(401)
}
