//! Whatever goes wrong with whichever calls of an apply, also when it is cut off in the middle: what is told is true,
//! the next apply does the rest, and nobody is invited twice.
//!
//! Deliberately absent: one fault at a time, which is the matrix of `tests/fault_matrix/`.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use hubroster::apply::{Outcome, OutcomeKind, PastRun, Report};
use hubroster::config::Desired;
use hubroster::plan::{Action, ActionKind, Plan, Rule, Subject, Work};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::files;
use crate::portal::{self, Status};
use crate::run::{Case, Holds, Portal, check, load};

/// A case, what goes wrong while its first plan is applied, and after how many lines of the journal the run is cut off.
#[derive(Debug, Clone)]
struct Troubled {
    case: Case,
    faults: Vec<Value>,
    cut_after: Option<usize>,
    /// Whom somebody else changes meanwhile.
    meddled: BTreeSet<String>,
}

impl fmt::Display for Troubled {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "cut off after {:?}; faults:", self.cut_after)?;
        self.faults.iter().try_for_each(|fault| writeln!(formatter, "  - {fault}"))?;
        self.case.fmt(formatter)
    }
}

/// Calls of an apply, in any version.
const CALLS: [(&str, &str); 14] = [
    ("POST", "/settings/*/*"),
    ("PUT", "/settings/*/*/*"),
    ("DELETE", "/settings/*/*/*"),
    ("PATCH", "/settings/*/*/*"),
    ("GET", "/settings/*/*/*"),
    ("GET", "/settings/*/*"),
    ("POST", "/settings/**/members"),
    ("DELETE", "/settings/**/members/*"),
    ("POST", "/crm/**/batch/read"),
    ("POST", "/crm/**/batch/update"),
    ("GET", "/scim/**"),
    ("PATCH", "/scim/**"),
    ("PUT", "/scim/**"),
    ("GET", "/crm/**"),
];

#[derive(Debug, Clone)]
struct FaultDraw {
    call: (&'static str, &'static str),
    nth: u32,
    times: Option<u32>,
    deed: Value,
    meddles_with: Option<Index>,
}

fn answer(status: u16, category: &str) -> Value {
    json!({ "answer": { "status": status, "body": { "category": category, "message": "no" } } })
}

/// Waits are left to the matrix, or told to be none.
fn deed() -> impl Strategy<Value = Value> {
    let limited = |policy: &str| {
        json!({ "answer": { "status": 429, "retry_after": 0,
                            "body": { "category": "RATE_LIMITS", "policyName": policy } } })
    };
    let refusals = vec![
        answer(400, "VALIDATION_ERROR"),
        answer(403, "MISSING_SCOPES"),
        answer(409, "CONFLICT"),
        json!({ "answer": { "status": 404, "html": true } }),
    ];
    let passing = vec![
        answer(500, "INTERNAL_ERROR"),
        json!({ "answer": { "status": 502, "html": true } }),
        json!({ "answer": { "status": 477, "retry_after": 0 } }),
        limited("TEN_SECONDLY_ROLLING"),
        json!({ "drop": "before" }),
    ];
    let lost = vec![
        json!({ "answer": { "status": 500, "when": "after" } }),
        json!({ "answer": { "status": 504, "when": "after", "html": true } }),
        json!({ "answer": { "status": 200, "when": "after", "html": true } }),
        json!({ "drop": "after" }),
        json!({ "cut_body": 9 }),
        json!("malformed_json"),
        json!({ "gigantic_body": 33_000_000 }),
    ];
    let late = vec![
        json!({ "delay": { "ms": 60 } }),
        json!({ "list_lag": 2 }),
        json!({ "seat_lag": 3 }),
        json!({ "crm_record_lag": 2 }),
    ];
    let ending = vec![
        answer(401, "INVALID_AUTHENTICATION"),
        limited("DAILY"),
        json!({ "answer": { "status": 477, "retry_after": 7200 } }),
    ];
    prop_oneof![
        3 => select(refusals), 3 => select(passing), 6 => select(lost), 2 => select(late), 1 => select(ending),
    ]
}

fn fault() -> impl Strategy<Value = FaultDraw> {
    let times = prop_oneof![4 => Just(Some(1)), 2 => Just(Some(2)), 1 => Just(None)];
    (select(&CALLS[..]), 1..5u32, times, deed(), option::weighted(0.1, any::<Index>()))
        .prop_map(|(call, nth, times, deed, meddles_with)| FaultDraw { call, nth, times, deed, meddles_with })
}

impl FaultDraw {
    /// The fault as the sandbox takes it, and whom it changes.
    fn of(&self, portal: &portal::Portal) -> (Value, Option<String>) {
        let FaultDraw { call: (method, path), nth, times, deed, meddles_with } = self;
        let there: Vec<&String> =
            portal.people.iter().filter(|one| one.status == Status::Active).map(|one| &one.email).collect();
        let meddled = meddles_with.filter(|_| !there.is_empty()).map(|pick| (*pick.get(&there)).clone());
        let deed = match &meddled {
            Some(person) => json!({ "change": { "person": person, "set": { "first_name": "Meddled" } } }),
            None => deed.clone(),
        };
        (json!({ "method": method, "path": path, "nth": nth, "times": times, "do": deed }), meddled)
    }
}

fn troubled() -> impl Strategy<Value = Troubled> {
    (
        (portal::portal(), files::changes()),
        vec(fault(), 1..6),
        option::weighted(0.4, 1..30usize),
        option::weighted(0.6, any::<bool>()),
    )
        .prop_map(|((portal, changes), faults, cut_after, scim)| {
            let mut case = Case { files: changes.of(&portal), seed: portal.seed() };
            if let Some(patch) = scim {
                case.files.header["policy"]["deactivate"] = "scim".into();
                case.seed["scim"] = json!({ "patch": patch });
            }
            let (faults, meddled): (Vec<Value>, Vec<Option<String>>) =
                faults.iter().map(|fault| fault.of(&portal)).unzip();
            let meddled = meddled.into_iter().flatten().map(|email| email.to_lowercase()).collect();
            Troubled { case, faults, cut_after, meddled }
        })
}

#[test]
fn what_is_told_is_true_and_the_next_apply_does_the_rest() {
    check(24, troubled(), async |troubled: &Troubled| {
        let Troubled { case, faults, cut_after, .. } = troubled;
        let desired = load(&case.files)?;
        let portal = Portal::start(&case.seed).await?;
        let first = portal.read_and_plan(&desired).await?;
        portal.set_faults(faults).await;
        let (report, journal) = portal.apply_in_trouble(&desired, &first, *cut_after).await;
        portal.clear_faults().await;
        let mails = portal.state().await.outbox();
        portal.let_lags_pass(&desired).await?;

        let rest = portal.read_and_plan(&desired).await?;
        let told = || format!("first planned:\n{:#?}\nreport: {report:#?}", first.actions);
        at_most_one_each(&mails)?;
        announced(&journal, &mails)?;
        match &report {
            Some(report) => told_alike(report, &journal)?,
            None if journal.was_cut_off() => {}
            None => return Err("cut off, and the journal says that it finished".to_owned()),
        }
        journal_is_true(troubled, &journal, &rest).map_err(|error| format!("{error}\n{}", told()))?;
        if let Some(report) = &report {
            report_is_true(troubled, report, &rest).map_err(|error| format!("{error}\n{}", told()))?;
        }

        let more =
            complete(&desired, &portal, &rest).await.map_err(|error| format!("{error}\n{}", told()))?;
        let last = complete(&desired, &portal, &more).await?;
        if !last.is_empty() {
            return Err(format!("planned a fourth time: {:#?}", last.actions));
        }
        if let Some(left) = more.actions.iter().find(|action| !may_come_up(action, &rest)) {
            return Err(format!("planned a third time: {left:#?}\nsecond: {:#?}\n{}", rest.actions, told()));
        }
        let sent = portal.state().await.outbox();
        portal.stop().await;
        one_for_each_invitation(&[&first, &rest, &more], &sent)
            .map_err(|error| format!("{error}\nblocked in the end: {:#?}\n{}", last.blocked, told()))
    });
}

/// Somebody reactivated is planned again, now that HubSpot shows the rest of them; and so is who found no seat, once
/// those whom the plan before deactivated are seen to count no longer.
fn may_come_up(action: &Action, before: &Plan) -> bool {
    let subject = action.subject.name();
    let was_reactivated = left_of(before, subject).is_some_and(|one| one.kind == ActionKind::Reactivate);
    let found_no_seat = before
        .blocked
        .iter()
        .any(|blocked| blocked.subject.name() == subject && matches!(blocked.rule, Rule::NoSeatLeft { .. }));
    was_reactivated || found_no_seat
}

/// Applies without any trouble, and plans again.
async fn complete(desired: &Desired, portal: &Portal, plan: &Plan) -> Result<Plan, String> {
    let report = portal.apply(desired, plan).await;
    if let Some(ill) = report.outcomes.iter().find(|outcome| outcome.kind != OutcomeKind::Done) {
        return Err(format!("not done by the next apply: {ill:#?}"));
    }
    portal.let_lags_pass(desired).await?;
    portal.read_and_plan(desired).await
}

fn at_most_one_each(mails: &[String]) -> Holds {
    let different: BTreeSet<String> = mails.iter().map(|mail| mail.to_lowercase()).collect();
    if different.len() == mails.len() { Ok(()) } else { Err(format!("invited twice: {mails:?}")) }
}

/// What the first plan could not do, the second may have no seat for; what the others plan is done.
fn one_for_each_invitation(plans: &[&Plan; 3], sent: &[String]) -> Holds {
    at_most_one_each(sent)?;
    let invited = |plan: &Plan| -> BTreeSet<String> {
        let invited = plan.actions.iter().filter_map(|action| match &action.work {
            Work::Invite { user, send_mail: true } => Some(user.email.key().to_owned()),
            _ => None,
        });
        invited.collect()
    };
    let [first, rest, more] = plans.map(invited);
    let sent: BTreeSet<String> = sent.iter().map(|mail| mail.to_lowercase()).collect();
    let without_trouble: BTreeSet<String> = rest.union(&more).cloned().collect();
    let planned: BTreeSet<String> = first.union(&without_trouble).cloned().collect();
    if without_trouble.is_subset(&sent) && sent.is_subset(&planned) {
        return Ok(());
    }
    Err(format!("invitations for {first:?}, then {rest:?}, then {more:?}; mails to {sent:?}"))
}

/// Nobody gets a mail of whom the journal did not say before that they are invited.
fn announced(journal: &PastRun, mails: &[String]) -> Holds {
    let started: BTreeSet<String> = journal
        .actions
        .iter()
        .filter(|action| action.kind == "invite" && action.started.is_some())
        .map(|action| action.subject.to_lowercase())
        .collect();
    match mails.iter().find(|mail| !started.contains(&mail.to_lowercase())) {
        None => Ok(()),
        Some(mail) => Err(format!("the journal does not say that {mail} is invited: {journal:#?}")),
    }
}

fn told_alike(report: &Report, journal: &PastRun) -> Holds {
    for (number, outcome) in report.outcomes.iter().enumerate() {
        let written = journal.actions.iter().find(|action| action.number == number);
        let written = written.and_then(|action| action.end.as_ref()).map(|end| end.outcome.as_str());
        if written != Some(outcome.kind.as_str()) {
            return Err(format!("the journal says {written:?}, the report: {outcome:#?}"));
        }
    }
    Ok(())
}

impl Troubled {
    /// Whom somebody else has changed meanwhile may need again what was done.
    fn is_meddled(&self, subject: &str) -> bool {
        self.meddled.contains(&subject.to_lowercase())
    }
}

/// Addresses are the same however they are written, teams are not.
fn left_of<'p>(rest: &'p Plan, subject: &str) -> Option<&'p Action> {
    rest.actions.iter().find(|action| match &action.subject {
        Subject::User { email, .. } => email.key() == subject.to_lowercase(),
        Subject::Team { name, .. } => name == subject,
    })
}

/// What ended as done is not planned again, whether or not the run came to its end.
fn journal_is_true(troubled: &Troubled, journal: &PastRun, rest: &Plan) -> Holds {
    for (action, end) in journal.ended() {
        if end.outcome != "done" || action.kind == "reactivate" || troubled.is_meddled(&action.subject) {
            continue;
        }
        if let Some(left) = left_of(rest, &action.subject) {
            return Err(format!(
                "the journal says it was done: {action:#?}, and it is planned again: {left:#?}"
            ));
        }
    }
    Ok(())
}

/// What a report calls done, in part or as a whole, is not left to do; what it calls untouched is left as it was.
fn report_is_true(troubled: &Troubled, report: &Report, rest: &Plan) -> Holds {
    for outcome in &report.outcomes {
        let subject = outcome.action.subject.name();
        if troubled.is_meddled(subject) {
            continue;
        }
        let left = left_of(rest, subject);
        let holds = match outcome.kind {
            OutcomeKind::Done if outcome.action.kind == ActionKind::Reactivate => {
                left.is_none_or(|left| left.kind == ActionKind::Update)
            }
            OutcomeKind::Done => left.is_none(),
            OutcomeKind::Unknown | OutcomeKind::Waiting => true,
            OutcomeKind::Failed if outcome.not_done.is_empty() => true,
            OutcomeKind::Stale | OutcomeKind::Refused | OutcomeKind::Skipped
                if outcome.not_done.is_empty() =>
            {
                outcome.action.changes.iter().all(|change| changes(left, change))
            }
            _ => left.is_none_or(|left| left.changes.iter().all(|change| is_missed(outcome, change))),
        };
        if !holds {
            return Err(format!("told is {outcome:#?}\nand left is {left:#?}"));
        }
    }
    Ok(())
}

fn changes(left: Option<&Action>, change: &hubroster::plan::Change) -> bool {
    left.is_some_and(|left| left.changes.iter().any(|one| one.attribute == change.attribute))
}

fn is_missed(outcome: &Outcome, change: &hubroster::plan::Change) -> bool {
    outcome.not_done.iter().any(|one| one.attribute == change.attribute)
}

/// Longer than any delay of a fault: what was sent arrives, though nobody hears the answer.
pub(crate) const ARRIVES_WITHIN: Duration = Duration::from_millis(150);
