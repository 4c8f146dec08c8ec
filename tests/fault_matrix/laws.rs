//! What holds whatever goes wrong with whichever call.

use std::collections::BTreeSet;

use hubroster::apply::{OutcomeKind, Report, Stop};
use hubroster::plan::{Action, Plan};

use crate::endpoints::Endpoint;
use crate::faults::Fault;
use crate::scenario::{Heard, Portal};

type Word = Result<String, String>;

fn law(holds: bool, says: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(says()) }
}

/// 1. Reading writes nothing.
/// 2. Nobody is taken for absent, and nothing for changed: a plan holds what it would have held, or less.
/// 3. It must strike: a fault that no call meets proves nothing.
pub(crate) async fn while_reading(endpoint: &Endpoint, fault: &Fault) -> Word {
    let portal = Portal::start(fault.answer_in()).await;
    let whole = portal.plan().await.map_err(|error| format!("without a fault: {error}"))?;
    let clean = portal.requests().await.len();
    portal.begin(&fault.of(endpoint)).await;
    let planned = portal.plan().await;
    let asked = portal.requests().await.split_off(clean);
    law(asked.iter().any(|line| is_call_of(endpoint, line)), || "the fault met no call".to_owned())?;
    let writes: Vec<&String> = asked.iter().filter(|line| is_write(line)).collect();
    law(writes.is_empty(), || format!("reading wrote: {writes:?}"))?;
    law(portal.counted().writes == 0, || "writes were counted".to_owned())?;
    let word = match &planned {
        Err(error) => {
            let text = error.to_string();
            law(!text.trim().is_empty() && !text.contains("a-token"), || format!("said: {text}"))?;
            "error"
        }
        Ok(plan) if plan.actions == whole.actions && plan.degraded == whole.degraded => "same",
        Ok(plan) => {
            // What a leaver owns is a remark, and is left out where it may not be counted.
            let says_so = !plan.degraded.is_empty() || endpoint.is_search();
            law(says_so, || "less was read, and the plan does not say so".to_owned())?;
            is_part_of(plan, &whole)?;
            "less"
        }
    };
    let must_stop = fault.must_stop(endpoint);
    law(must_stop.is_none() || word == "error", || format!("{must_stop:?} is no end of the plan: {word}"))?;
    let portal = portal.next_run().await;
    converges(&portal, &["cy@example.com"]).await?;
    portal.stop().await;
    Ok(word.to_owned())
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

/// 1. One outcome for each action, and each that was started has ended.
/// 2. What is reported as done is done: a new plan does not hold it again.
/// 3. What is stale, refused or skipped was not written.
/// 4. The others are done, unless the run had to stop; then the reason is the fault's own.
/// 5. A clean apply afterwards converges, and nobody has two invitations.
pub(crate) async fn while_applying(endpoint: &Endpoint, fault: &Fault) -> Word {
    let portal = Portal::start(fault.answer_in()).await;
    let plan = portal.plan().await.map_err(|error| format!("without a fault: {error}"))?;
    let read = portal.requests().await.len();
    portal.begin(&fault.of(endpoint)).await;
    let heard = Heard::default();
    let report = portal.apply(&plan, &heard).await;
    let asked = portal.requests().await.split_off(read);
    law(asked.iter().any(|line| is_call_of(endpoint, line)), || {
        format!("the fault met no call: {asked:#?}")
    })?;
    law(portal.outbox().await.len() <= 1, || "somebody was invited twice".to_owned())?;
    all_heard(&plan, &heard, &report)?;
    stopped_as_it_must(endpoint, fault, &report)?;
    let portal = portal.next_run().await;
    if !fault.says_absent(endpoint) {
        done_is_done(&portal, &report).await?;
    }
    let word = word(endpoint, &report)?;
    if report.stopped.is_none() {
        others_are_done(endpoint, &report)?;
    }
    let mails: &[&str] = if fault.takes_in(endpoint) { &[] } else { &["cy@example.com"] };
    converges(&portal, mails).await?;
    portal.stop().await;
    Ok(word)
}

fn all_heard(plan: &Plan, heard: &Heard, report: &Report) -> Result<(), String> {
    let count = plan.actions.len();
    law(report.outcomes.len() == count, || format!("{} outcomes of {count}", report.outcomes.len()))?;
    let ended: BTreeSet<usize> =
        heard.ended.lock().expect("no panic holds it").iter().map(|(number, _)| *number).collect();
    law(ended.len() == count, || format!("{} of {count} actions ended", ended.len()))?;
    for (number, kind) in heard.ended.lock().expect("no panic holds it").iter() {
        let reported = report.outcomes[*number].kind;
        law(reported == *kind, || format!("action {number}: journal {kind:?}, report {reported:?}"))?;
    }
    Ok(())
}

fn stopped_as_it_must(endpoint: &Endpoint, fault: &Fault, report: &Report) -> Result<(), String> {
    let (must, stopped) = (fault.must_stop(endpoint), report.stopped.map(Stop::as_str));
    law(must == stopped, || format!("stopped because of {stopped:?}, and it should be {must:?}"))
}

fn concerned<'r>(endpoint: &Endpoint, report: &'r Report) -> Option<&'r hubroster::apply::Outcome> {
    let named = |outcome: &&hubroster::apply::Outcome| {
        let action = &outcome.action;
        let renamed = action.changes.iter().any(|change| match &change.after {
            hubroster::plan::Value::Text(text) => text == endpoint.subject,
            _ => false,
        });
        action.subject.name() == endpoint.subject || renamed
    };
    report.outcomes.iter().find(named)
}

fn word(endpoint: &Endpoint, report: &Report) -> Word {
    let outcome = concerned(endpoint, report).ok_or("the plan has nothing for the endpoint's subject")?;
    let kind = outcome.kind.as_str();
    if !matches!(outcome.kind, OutcomeKind::Done) {
        let says = outcome.error.is_some() || outcome.note.is_some();
        law(says, || format!("{kind} without a word: {outcome:#?}"))?;
    }
    Ok(match report.stopped {
        Some(stop) => format!("{kind}/{}", stop.as_str()),
        None => kind.to_owned(),
    })
}

fn others_are_done(endpoint: &Endpoint, report: &Report) -> Result<(), String> {
    let concerned = concerned(endpoint, report).map(|outcome| outcome.action.subject.clone());
    for outcome in &report.outcomes {
        let is_concerned = Some(&outcome.action.subject) == concerned.as_ref();
        // Both are called by the same batch of profiles, SCIM, or teams; their own cells tell of them.
        let shares_the_call = matches!(endpoint.name, "POST team member" | "DELETE team member");
        law(is_concerned || shares_the_call || outcome.kind == OutcomeKind::Done, || {
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

/// The next apply does the rest, and there is one mail for the one newcomer.
async fn converges(portal: &Portal, mails: &[&str]) -> Result<(), String> {
    for _ in 0..2 {
        let rest = portal.plan().await.map_err(|error| format!("the next plan: {error}"))?;
        if rest.is_empty() {
            break;
        }
        let report = portal.apply(&rest, &Heard::default()).await;
        let ill = report.outcomes.iter().find(|outcome| outcome.kind != OutcomeKind::Done);
        law(ill.is_none(), || format!("the next apply: {ill:#?}"))?;
    }
    let last = portal.plan().await.map_err(|error| format!("the last plan: {error}"))?;
    law(last.is_empty(), || format!("it does not converge: {:#?}", last.actions))?;
    let outbox = portal.outbox().await;
    law(outbox == mails, || format!("mails went to {outbox:?}"))
}

fn is_call_of(endpoint: &Endpoint, line: &str) -> bool {
    let (method, path) = line.split_once(' ').unwrap_or((line, ""));
    let path = path.split('?').next().unwrap_or(path);
    method == endpoint.method && matches_glob(endpoint.path, path)
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

fn is_write(line: &str) -> bool {
    let reads = ["GET ", "POST /oauth/", "POST /crm/objects/2026-03/users/batch/read"];
    !reads.iter().any(|read| line.starts_with(read)) && !line.ends_with("/search")
}
