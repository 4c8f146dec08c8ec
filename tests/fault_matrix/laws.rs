//! What holds whatever goes wrong with whichever call.
//!
//! Deliberately absent: the word that a cell comes to (`rules`).

use std::collections::BTreeSet;

use hubroster::apply::{Outcome, OutcomeKind, PastRun, Report, Stop};
use hubroster::plan::{Action, Plan, Value as Planned};
use hubroster::portal::Error;

use crate::endpoints::Endpoint;
use crate::faults::{Fault, Kind};
use crate::portal::{Portal, Request};
use crate::rules;
use crate::scenario::crm_id;

type Word = Result<String, String>;

fn law(holds: bool, says: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(says()) }
}

/// 1. The fault strikes: one that no call meets proves nothing.
/// 2. Reading writes nothing.
/// 3. Nobody is taken for absent, and nothing for changed: a plan holds what it would have held, or less, and then
///    says what could not be read.
/// 4. An error tells the status that came, and the portal's correlation id where there was one.
/// 5. The portal is as before, and once the fault is over the plan is.
pub(crate) async fn while_reading(endpoint: &Endpoint, fault: &Fault) -> Word {
    let portal = Portal::start(endpoint, fault).await;
    let whole = portal.plan().await.map_err(|error| format!("without a fault: {error}"))?;
    let (clean, state) = (portal.requests().await.len(), portal.state().await);
    portal.begin(&fault.of(endpoint)).await;
    let planned = portal.plan().await;
    let asked = portal.requests().await.split_off(clean);
    strikes(endpoint, &asked)?;
    let writes: Vec<&Request> = asked.iter().filter(|request| is_write(request)).collect();
    law(writes.is_empty(), || format!("reading wrote: {writes:?}"))?;
    law(portal.counted().writes == 0, || "writes were counted".to_owned())?;
    let word = match &planned {
        Err(error) => {
            tells(fault, error)?;
            "error"
        }
        Ok(plan) if plan.actions == whole.actions && plan.degraded == whole.degraded => "same",
        Ok(plan) => {
            let says_so = plan.degraded.len() > whole.degraded.len() || rules::is_a_lie(endpoint, fault);
            law(says_so, || "less was read, and the plan does not say so".to_owned())?;
            is_part_of(plan, &whole)?;
            "less"
        }
    };
    let portal = portal.next_run().await;
    law(portal.state().await == state, || "reading changed the portal".to_owned())?;
    let again = portal.plan().await.map_err(|error| format!("once the fault is over: {error}"))?;
    law(again.actions == whole.actions, || format!("planned again: {:#?}", again.actions))?;
    portal.stop().await;
    Ok(word.to_owned())
}

fn strikes(endpoint: &Endpoint, asked: &[Request]) -> Result<(), String> {
    let met = asked.iter().filter(|request| is_call_of(endpoint, request)).count();
    law(met >= endpoint.nth, || format!("the fault met no call among {asked:#?}"))
}

fn tells(fault: &Fault, error: &Error) -> Result<(), String> {
    let text = error.to_string();
    law(!text.contains(crate::scenario::TOKEN), || format!("the token is in: {text}"))?;
    let Some(status) = fault.status() else { return Ok(()) };
    let is_told = matches!(error, Error::DailyLimit { .. } | Error::Migrating { .. })
        || (error.status() == Some(status) && text.contains(&status.to_string()));
    law(is_told, || format!("a {status} came, and it says: {text}"))?;
    let has_id = matches!(fault.kind, Kind::Refusal(_) | Kind::Token | Kind::Scope | Kind::Daily);
    law(!has_id || error.correlation_id().is_some(), || format!("no correlation id in: {text}"))
}

/// By what is done to whom; what is done to one person may be less as well.
fn is_part_of(part: &Plan, whole: &Plan) -> Result<(), String> {
    for action in &part.actions {
        let same = whole.actions.iter().find(|one| one.subject.name() == action.subject.name());
        let is_part = same.is_some_and(|one| one.kind == action.kind && changes_within(action, one));
        law(is_part, || format!("the plan has more than without the fault: {action:#?}"))?;
    }
    Ok(())
}

fn changes_within(part: &Action, whole: &Action) -> bool {
    part.changes.iter().all(|change| {
        whole.changes.iter().any(|one| one.attribute == change.attribute && one.after == change.after)
    })
}

/// 1. The fault strikes.
/// 2. One outcome for each action; what is not done says why; nobody is invited twice.
/// 3. The journal tells what the report tells, and announced every write that reached the portal.
/// 4. What is reported as done is done: a new plan does not hold it again.
/// 5. Whoever is not concerned is served, unless the run has to stop; then the reason is the fault's own.
/// 6. A clean run afterwards converges, and there is one mail for the one newcomer.
pub(crate) async fn while_applying(endpoint: &Endpoint, fault: &Fault) -> Word {
    let portal = Portal::start(endpoint, fault).await;
    let plan = portal.plan().await.map_err(|error| format!("without a fault: {error}"))?;
    let read = portal.requests().await.len();
    portal.begin(&fault.of(endpoint)).await;
    let (report, journal) = portal.apply_with_journal(&plan).await;
    let asked = portal.requests().await.split_off(read);
    strikes(endpoint, &asked)?;
    law(portal.outbox().await.len() <= 1, || "somebody was invited twice".to_owned())?;
    told_alike(&plan, &journal, &report)?;
    announced(&journal, &asked)?;
    let portal = portal.next_run().await;
    if !rules::is_a_lie(endpoint, fault) {
        done_is_done(&portal, &report).await?;
    }
    let word = word(endpoint, fault, &report)?;
    let (must, stopped) = (rules::stop(endpoint, fault), report.stopped.map(Stop::as_str));
    law(must == stopped, || format!("stopped because of {stopped:?}, and it should be {must:?}"))?;
    if report.stopped.is_none() {
        others_are_done(endpoint, &report)?;
    }
    converges(&portal, rules::mails(endpoint, fault)).await?;
    portal.stop().await;
    Ok(word)
}

fn told_alike(plan: &Plan, journal: &PastRun, report: &Report) -> Result<(), String> {
    let count = plan.actions.len();
    law(report.outcomes.len() == count, || format!("{} outcomes of {count}", report.outcomes.len()))?;
    law(journal.finished.is_some() && !journal.is_damaged(), || "the journal has no end".to_owned())?;
    let open: Vec<_> = journal.open().collect();
    law(open.is_empty(), || format!("started, and never ended: {open:#?}"))?;
    law(journal.ended().count() == count, || format!("{} ends of {count}", journal.ended().count()))?;
    for (past, end) in journal.ended() {
        let reported = report.outcomes[past.number].kind.as_str();
        law(end.outcome == reported, || {
            format!("{}: journal {}, report {reported}", past.subject, end.outcome)
        })?;
    }
    Ok(())
}

/// Whom a write is about stands in the journal as started.
fn announced(journal: &PastRun, asked: &[Request]) -> Result<(), String> {
    let started: BTreeSet<&str> = journal
        .actions
        .iter()
        .filter(|action| action.started.is_some())
        .flat_map(|action| [Some(action.subject.as_str()), action.id.as_deref()])
        .flatten()
        .collect();
    for request in asked.iter().filter(|request| is_write(request)) {
        let about = whom(request);
        law(!about.is_empty() && about.iter().all(|one| started.contains(one.as_str())), || {
            format!("not announced: {request:?} about {about:?} among {started:?}")
        })?;
    }
    Ok(())
}

/// Ids, addresses and names.
fn whom(request: &Request) -> Vec<String> {
    let text = |key: &str| request.body[key].as_str().map(str::to_owned);
    let last = request.path.rsplit('/').next().unwrap_or_default().to_owned();
    match (request.method.as_str(), last.as_str()) {
        ("POST", "update") => {
            let inputs = request.body["inputs"].as_array().into_iter().flatten();
            let of_record = |record: &str| {
                // Whom the sandbox gave a record of its own is the newcomer.
                let id = (1000..1010).find(|id| crm_id(*id) == record);
                id.map_or_else(|| "cy@example.com".to_owned(), |id| id.to_string())
            };
            inputs.filter_map(|input| input["id"].as_str()).map(of_record).collect()
        }
        ("POST", "members") => text("userId").into_iter().collect(),
        ("POST", _) => text("email").or_else(|| text("name")).into_iter().collect(),
        _ => vec![last],
    }
}

fn concerned<'r>(endpoint: &Endpoint, report: &'r Report) -> Option<&'r Outcome> {
    let named = |outcome: &&Outcome| {
        let action = &outcome.action;
        let renamed = action
            .changes
            .iter()
            .any(|change| matches!(&change.after, Planned::Text(text) if text == endpoint.subject));
        action.subject.name() == endpoint.subject || renamed
    };
    report.outcomes.iter().find(named)
}

fn word(endpoint: &Endpoint, fault: &Fault, report: &Report) -> Word {
    let outcome = concerned(endpoint, report).ok_or("the plan has nothing for the endpoint's subject")?;
    let kind = outcome.kind.as_str();
    if outcome.kind != OutcomeKind::Done {
        let says = outcome.error.is_some() || outcome.note.is_some();
        law(says, || format!("{kind} without a word: {outcome:#?}"))?;
        // A PUT that follows a refused PATCH, and a read that settles, may say another status than the first.
        let told = outcome.error.as_ref().and_then(|error| error.status);
        let is_told = fault.status().is_none() || told.is_none() || told == fault.status();
        law(is_told, || format!("{:?} came, and told is {told:?}: {outcome:#?}", fault.status()))?;
    }
    Ok(match report.stopped {
        Some(stop) => format!("{kind}/{}", stop.as_str()),
        None => kind.to_owned(),
    })
}

fn others_are_done(endpoint: &Endpoint, report: &Report) -> Result<(), String> {
    let concerned = concerned(endpoint, report).map(|outcome| outcome.action.subject.clone());
    for outcome in &report.outcomes {
        let is_concerned = Some(&outcome.action.subject) == concerned.as_ref()
            || endpoint.also.contains(&outcome.action.subject.name());
        law(is_concerned || outcome.kind == OutcomeKind::Done, || {
            format!("somebody else was hit: {outcome:#?}")
        })?;
    }
    Ok(())
}

async fn done_is_done(portal: &Portal, report: &Report) -> Result<(), String> {
    let now = portal.plan().await.map_err(|error| format!("after the fault: {error}"))?;
    for outcome in report.outcomes.iter().filter(|outcome| outcome.kind == OutcomeKind::Done) {
        let subject = outcome.action.subject.name();
        let left = now.actions.iter().find(|action| action.subject.name() == subject);
        law(left.is_none(), || format!("reported as done, and planned again: {left:#?}\n{outcome:#?}"))?;
    }
    Ok(())
}

/// One more apply does the rest.
async fn converges(portal: &Portal, mails: &[&str]) -> Result<(), String> {
    let rest = portal.plan().await.map_err(|error| format!("the next plan: {error}"))?;
    let report = portal.apply(&rest).await;
    let ill = report.outcomes.iter().find(|outcome| outcome.kind != OutcomeKind::Done);
    law(ill.is_none(), || format!("the next apply: {ill:#?}"))?;
    let last = portal.plan().await.map_err(|error| format!("the last plan: {error}"))?;
    law(last.is_empty(), || format!("it does not converge: {:#?}", last.actions))?;
    let outbox = portal.outbox().await;
    law(outbox == mails, || format!("mails went to {outbox:?}"))
}

fn is_call_of(endpoint: &Endpoint, request: &Request) -> bool {
    request.method == endpoint.method && matches_glob(endpoint.path, &request.path)
}

/// A star is anything within a segment.
fn matches_glob(pattern: &str, path: &str) -> bool {
    let (patterns, segments): (Vec<&str>, Vec<&str>) =
        (pattern.split('/').collect(), path.split('/').collect());
    patterns.len() == segments.len()
        && patterns.iter().zip(segments).all(|(pattern, segment)| match pattern.split_once('*') {
            None => *pattern == segment,
            Some((start, end)) => segment.starts_with(start) && segment.ends_with(end),
        })
}

fn is_write(request: &Request) -> bool {
    let Request { method, path, .. } = request;
    let asks = path.starts_with("/oauth/") || path.ends_with("/batch/read") || path.ends_with("/search");
    method != "GET" && !asks
}
