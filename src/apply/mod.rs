//! Plan → report: carries out a plan's actions and tells what became of each.
//!
//! Deliberately absent: choices. Names are resolved, the order is fixed and the calls are decided before; what
//! is left to find out is whether the portal is still what was planned from, and what HubSpot made of a call.

mod arrivals;
mod calls;
mod compare;
mod ended;
mod interrupt;
mod invite;
mod journal;
mod last_run;
mod lifecycle;
mod lines;
mod lock;
mod memberships;
mod merge;
mod outcome;
mod past;
mod patience;
mod people;
mod private;
mod profiles;
mod report;
mod run;
mod seats;
mod settled;
mod site;
mod teams;
mod whereabouts;

pub use arrivals::Arrivals;
pub use calls::{PlannedCall, planned_calls};
pub use interrupt::{Interrupted, Interrupter};
pub use journal::{Clock, Journal, JournalError};
pub use last_run::{LastRun, Lost};
pub use lock::{Holder, Lock, LockError};
pub use past::{About, Head, PastAction, PastEnd, PastRun, UnreadLine};
pub use patience::Patience;
pub use report::{ActionError, Outcome, OutcomeKind, Report, Stop};
pub use settled::Settled;
pub use site::Site;
pub use whereabouts::Whereabouts;

use futures_util::StreamExt;

use crate::plan::{Action, ActionKind, Plan, SettingsCall, Work};
use crate::portal::WriteClient;

use ended::Ended;
use run::Run;

/// How many people are worked on at the same time; the client's throttle sets the pace. At half a second an
/// answer this many still use the 19 calls a second that HubSpot allows most accounts.
const IN_FLIGHT: usize = 16;

/// What a run needs beside the plan and the client.
pub struct Context<'a> {
    pub observer: &'a dyn Observer,
    pub interrupted: Interrupted,
    pub patience: Patience,
}

/// Hears of each action while the run goes on: progress, the journal. `number` is the action's place in the
/// plan, from 0. An error stops the run: what cannot be written down is not done.
pub trait Observer: Sync {
    /// Before the first call that writes for this action, and again before each further one that creates somebody.
    /// The call is made once this has returned.
    fn started(&self, number: usize, action: &Action) -> std::io::Result<()>;

    /// The settings calls of a started action have ended, and its profile is still to be written.
    fn settings_ended(&self, number: usize, kind: OutcomeKind) -> std::io::Result<()>;

    /// Called once for every action of the plan, also for one that was never started.
    fn ended(&self, number: usize, outcome: &Outcome) -> std::io::Result<()>;
}

/// For a run that nobody watches.
pub struct Unobserved;

impl Observer for Unobserved {
    fn started(&self, _: usize, _: &Action) -> std::io::Result<()> {
        Ok(())
    }

    fn settings_ended(&self, _: usize, _: OutcomeKind) -> std::io::Result<()> {
        Ok(())
    }

    fn ended(&self, _: usize, _: &Outcome) -> std::io::Result<()> {
        Ok(())
    }
}

/// Several who hear the same, in order. One that fails keeps the rest from hearing.
impl<const COUNT: usize> Observer for [&dyn Observer; COUNT] {
    fn started(&self, number: usize, action: &Action) -> std::io::Result<()> {
        self.iter().try_for_each(|observer| observer.started(number, action))
    }

    fn settings_ended(&self, number: usize, kind: OutcomeKind) -> std::io::Result<()> {
        self.iter().try_for_each(|observer| observer.settings_ended(number, kind))
    }

    fn ended(&self, number: usize, outcome: &Outcome) -> std::io::Result<()> {
        self.iter().try_for_each(|observer| observer.ended(number, outcome))
    }
}

/// Carries out the plan, stage by stage; failures are in the report.
pub async fn apply(plan: &Plan, client: &WriteClient, context: &Context<'_>) -> Report {
    let run = Run::new(plan, client, context);
    for kind in ActionKind::ALL {
        if kind == ActionKind::TeamDelete {
            // Every person is there by now, and what takes longest to appear has had time to.
            profiles::carry_out(&run).await;
        }
        stage(&run, kind).await;
    }
    run.into_report()
}

/// The actions of one kind. Those on teams one after another, since one may need the one before it; those on
/// people together, the ones that give back a seat first.
async fn stage(run: &Run<'_>, kind: ActionKind) {
    let in_flight = match kind {
        ActionKind::TeamCreate | ActionKind::TeamUpdate | ActionKind::TeamDelete => 1,
        ActionKind::Remove
        | ActionKind::Deactivate
        | ActionKind::Strip
        | ActionKind::Update
        | ActionKind::Reactivate
        | ActionKind::Invite => IN_FLIGHT,
    };
    let actions = run.plan.actions.iter().enumerate();
    let mut numbers: Vec<usize> =
        actions.filter(|(_, action)| action.kind == kind).map(|(number, _)| number).collect();
    numbers.sort_by_key(|number| seats::released_by(&run.action(*number).work).is_empty());
    futures_util::stream::iter(numbers)
        .for_each_concurrent(in_flight, |number| async move {
            let ended = carry_out(run, number).await;
            run.settings_ended(number, ended);
        })
        .await;
}

async fn carry_out(run: &Run<'_>, number: usize) -> Ended {
    if let Err(skipped) = run.may_go_on() {
        return skipped;
    }
    let ended = match &run.action(number).work {
        Work::CreateTeam { name, parent } => teams::create(run, number, name, parent.as_ref()).await,
        Work::UpdateTeam { id, before, after } => teams::update(run, number, id, (before, after)).await,
        Work::DeleteTeam { id, before } => teams::delete(run, number, id, before).await,
        Work::Invite { user, send_mail } => invite::invite(run, number, user, *send_mail).await,
        Work::Update { before, after, calls, .. } => {
            people::update(run, number, (before, after), calls.settings).await
        }
        Work::Remove { before } => people::remove(run, number, before).await,
        Work::Deactivate { before, scim_id } => lifecycle::deactivate(run, number, (before, scim_id)).await,
        Work::Reactivate { before, scim_id } => lifecycle::reactivate(run, number, (before, scim_id)).await,
        Work::Strip { before, after } => {
            people::update(run, number, (before, after), Some(SettingsCall::Put)).await
        }
    };
    ended.unwrap_or_else(|early| early)
}
