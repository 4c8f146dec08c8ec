//! One run's memory: what has ended, what it has made, and whether it is to stop.
//!
//! Deliberately absent: calls. Those are in `teams`, `people`, `memberships` and `profiles`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use crate::model::{Named, TeamId, User, UserId};
use crate::plan::{Action, Plan, Work};
use crate::portal::{Error, ReadClient, Realm, WriteClient};

use super::Context;
use super::compare::profile_changes;
use super::ended::Ended;
use super::outcome::outcome;
use super::patience::Looks;
use super::report::{Outcome, OutcomeKind, Report, Stop};
use super::seats::Seats;

pub(super) struct Run<'a> {
    pub(super) plan: &'a Plan,
    pub(super) client: &'a WriteClient,
    context: &'a Context<'a>,
    stop: OnceLock<Stop>,
    started: Vec<AtomicBool>,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// By the action's number in the plan.
    outcomes: BTreeMap<usize, Outcome>,
    /// Settings calls that have ended, of actions whose profile is still to be written.
    profiles_to_come: BTreeMap<usize, Ended>,
    created_teams: BTreeMap<String, TeamId>,
    /// Teams above one that could not be deleted or moved away.
    teams_above: BTreeSet<TeamId>,
    newcomers: BTreeMap<usize, UserId>,
    seats: Seats,
}

impl<'a> Run<'a> {
    pub(super) fn new(plan: &'a Plan, client: &'a WriteClient, context: &'a Context<'a>) -> Run<'a> {
        let memory = Memory { seats: Seats::of(&plan.actions), ..Memory::default() };
        Run {
            plan,
            client,
            context,
            stop: OnceLock::new(),
            started: plan.actions.iter().map(|_| AtomicBool::new(false)).collect(),
            memory: Mutex::new(memory),
        }
    }

    pub(super) fn reader(&self) -> &'a ReadClient {
        self.client.reader()
    }

    pub(super) fn action(&self, number: usize) -> &'a Action {
        &self.plan.actions[number]
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing new begins once the run is to stop.
    pub(super) fn may_go_on(&self) -> Result<(), Ended> {
        if self.context.interrupted.is_asked() {
            self.stop.get_or_init(|| Stop::Interrupted);
        }
        self.stop.get().map_or(Ok(()), |stop| Err(Ended::skipped(reason(*stop))))
    }

    /// To be called right before an action writes.
    pub(super) fn begin(&self, number: usize) -> Result<(), Ended> {
        self.may_go_on()?;
        if self.started[number].swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        self.recorded(self.context.observer.started(number, self.action(number)));
        self.may_go_on()
    }

    /// To be called right before each call that creates somebody, who must not be created twice: the journal then tells
    /// since when the last of them may be on its way.
    pub(super) fn begin_creating(&self, number: usize) -> Result<(), Ended> {
        self.may_go_on()?;
        self.started[number].store(true, Ordering::Relaxed);
        self.recorded(self.context.observer.started(number, self.action(number)));
        self.may_go_on()
    }

    fn recorded(&self, written: std::io::Result<()>) {
        if let Err(error) = written {
            tracing::error!(%error, "the journal could not be written");
            self.stop.get_or_init(|| Stop::Journal);
        }
    }

    /// What became of a call that did not succeed; an error that no other call would escape stops the run.
    pub(super) fn ended_by(&self, error: &Error) -> Ended {
        let stop = stop_of(error);
        if let Some(stop) = stop {
            self.stop.get_or_init(|| stop);
        }
        match (stop, error) {
            (None, _) | (_, Error::OutcomeUnknown { .. }) => Ended::by(error),
            (Some(stop), _) => Ended::skipped(reason(stop)).because(error),
        }
    }

    /// HubSpot accepted a call and no read could show what came of it; the run may have to stop for that read's error.
    pub(super) fn unconfirmed(&self, unread: &Error, what: &str) -> Ended {
        let note = format!("HubSpot accepted {what}; reading could not confirm it");
        Ended { kind: OutcomeKind::Unknown, ..self.ended_by(unread) }.noted(note)
    }

    /// Whoever was removed was not seen to be gone. `unread`: the last look did not succeed. `lost`: the removal's own
    /// answer did not come.
    pub(super) fn not_seen_gone(&self, who: &str, unread: Option<Error>, lost: Option<Error>) -> Ended {
        match (unread, lost) {
            (None, None) => Ended::failed(format!("HubSpot accepted the removal, and {who} is still there")),
            (None, Some(lost)) => Ended::failed(format!("reading shows {who} still there")).because(&lost),
            (Some(unread), None) => self.unconfirmed(&unread, "the removal"),
            (Some(unread), Some(lost)) => {
                // Asked for what it means to the run as a whole.
                let _ = self.ended_by(&unread);
                self.ended_by(&lost)
            }
        }
    }

    pub(super) fn looks(&self, bound: impl FnOnce(&super::Patience) -> Duration) -> Looks {
        self.context.patience.looks(bound(&self.context.patience))
    }

    /// Waits for the next look, unless patience has run out or the run is to stop.
    pub(super) async fn again(&self, looks: &mut Looks) -> bool {
        self.stop.get().is_none() && looks.again(&self.context.interrupted).await
    }

    pub(super) fn team_created(&self, name: &str, id: TeamId) {
        self.memory().created_teams.insert(name.to_owned(), id);
    }

    /// The id of a team that was there before, or that this run has made.
    pub(super) fn team_id(&self, team: &Named<TeamId>) -> Result<TeamId, Ended> {
        let known = team.id.clone().or_else(|| self.memory().created_teams.get(&team.name).cloned());
        known.ok_or_else(|| Ended::skipped(format!("the team `{}` was not created", team.name)))
    }

    /// The person with the id of every team.
    pub(super) fn with_team_ids(&self, user: &User) -> Result<User, Ended> {
        let mut user = user.clone();
        for team in user.team.iter_mut().chain(&mut user.extra_teams) {
            team.id = Some(self.team_id(team)?);
        }
        Ok(user)
    }

    pub(super) fn team_kept_below(&self, parent: &Named<TeamId>) {
        self.memory().teams_above.extend(parent.id.clone());
    }

    pub(super) fn has_team_kept_below(&self, id: &TeamId) -> bool {
        self.memory().teams_above.contains(id)
    }

    pub(super) fn invited(&self, number: usize, id: UserId) {
        self.memory().newcomers.insert(number, id);
    }

    pub(super) fn newcomer(&self, number: usize) -> Option<UserId> {
        self.memory().newcomers.get(&number).cloned()
    }

    pub(super) fn seat_may_come(&self, wanted: &[String]) -> bool {
        self.memory().seats.may_come(wanted)
    }

    /// The settings calls of an action have ended; what remains is its profile, if it has one.
    pub(super) fn settings_ended(&self, number: usize, ended: Ended) {
        let action = self.action(number);
        self.memory().seats.ended(&action.work, ended.kind == OutcomeKind::Done);
        if !profile_changes(action).is_empty() && self.profile_goes_on(number, &ended) {
            if self.started[number].load(Ordering::Relaxed) {
                self.recorded(self.context.observer.settings_ended(number, ended.kind));
            }
            self.memory().profiles_to_come.insert(number, ended);
        } else {
            self.finished(number, outcome(action, ended, None));
        }
    }

    /// A person who is not as planned keeps their profile too; one whom HubSpot refuses a seat does not.
    fn profile_goes_on(&self, number: usize, ended: &Ended) -> bool {
        match self.action(number).work {
            Work::Invite { .. } => self.newcomer(number).is_some(),
            _ => match ended.kind {
                OutcomeKind::Done | OutcomeKind::Waiting | OutcomeKind::Failed | OutcomeKind::Skipped => true,
                OutcomeKind::Stale | OutcomeKind::Refused | OutcomeKind::Unknown => false,
            },
        }
    }

    pub(super) fn profiles_to_come(&self) -> Vec<usize> {
        self.memory().profiles_to_come.keys().copied().collect()
    }

    pub(super) fn profile_ended(&self, number: usize, ended: Ended) {
        let settings = self.memory().profiles_to_come.remove(&number);
        if let Some(settings) = settings {
            self.finished(number, outcome(self.action(number), settings, Some(ended)));
        }
    }

    fn finished(&self, number: usize, outcome: Outcome) {
        self.recorded(self.context.observer.ended(number, &outcome));
        self.memory().outcomes.insert(number, outcome);
    }

    pub(super) fn into_report(self) -> Report {
        let requests = self.reader().requests();
        let memory = self.memory.into_inner().unwrap_or_else(PoisonError::into_inner);
        Report {
            outcomes: memory.outcomes.into_values().collect(),
            reads: requests.reads,
            writes: requests.writes,
            stopped: self.stop.get().copied(),
        }
    }
}

/// Errors that every further call would meet as well.
fn stop_of(error: &Error) -> Option<Stop> {
    match error {
        Error::OutcomeUnknown { cause, .. } => stop_of(cause),
        Error::DailyLimit { .. } => Some(Stop::DailyLimit),
        Error::Migrating { .. } => Some(Stop::Migrating),
        Error::Token(_) => Some(Stop::Credential),
        // SCIM's token is another: without it all else goes on.
        Error::Answer(answer) if answer.status == 401 && answer.realm == Realm::Portal => {
            Some(Stop::Credential)
        }
        _ => None,
    }
}

fn reason(stop: Stop) -> &'static str {
    match stop {
        Stop::Interrupted => "the run was interrupted",
        Stop::DailyLimit => "the account's daily limit of calls is used up",
        Stop::Credential => "HubSpot does not accept the token any more",
        Stop::Migrating => "HubSpot is moving the account between data centres",
        Stop::Journal => "the journal could not be written",
    }
}
