//! Invitations of the last run which the portal may still be making: waited for, so that nobody is invited twice.
//!
//! A client that was killed, or that was told too early that there is no answer, takes nothing back. As long as it
//! would have waited, its call may yet be carried out, and until then reading does not show it. Deliberately absent: other calls, which may be made twice.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::model::Email;
use crate::plan::ActionKind;
use crate::portal::{Error, ReadClient};

use super::interrupt::Interrupted;
use super::last_run::LastRun;
use super::past::{About, PastAction, PastRun, UnreadLine};
use super::patience::Patience;
use super::report::OutcomeKind;

/// Whom to wait for, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrivals {
    people: Vec<(Email, Duration)>,
    /// For somebody whom the journal cannot name, and who cannot be looked for.
    unnamed: Duration,
}

impl Arrivals {
    /// `request`: how long the run's client waited for an answer. `None` where nothing can be on its way any more.
    pub fn of(last: &LastRun, now: Timestamp, request: Duration) -> Option<Arrivals> {
        let left = |started: Option<Timestamp>| started.map_or(request, |at| left(at, now, request));
        let run = last.run.iter();
        let open = run.clone().flat_map(|run| run.actions.iter().filter(|action| may_be_on_its_way(action)));
        let people = open.map(|action| (Email::from_portal(&action.subject), left(heard(action))));
        let people: Vec<(Email, Duration)> = people.filter(|(_, left)| !left.is_zero()).collect();
        let unread = run.flat_map(|run| run.unread.iter().filter_map(|line| may_have_invited(run, line)));
        let lost = last.lost.iter().map(|_| request);
        let unnamed = unread.map(left).chain(lost).max().unwrap_or_default();
        (!people.is_empty() || !unnamed.is_zero()).then_some(Arrivals { people, unnamed })
    }

    /// Who can be looked for.
    pub fn people(&self) -> impl Iterator<Item = &Email> {
        self.people.iter().map(|(email, _)| email)
    }

    /// The longest that it can take.
    pub fn longest(&self) -> Duration {
        self.people.iter().map(|(_, left)| *left).chain([self.unnamed]).max().unwrap_or_default()
    }

    /// Looks until everybody is there, or nothing can come any more.
    pub async fn wait(mut self, client: &ReadClient, patience: &Patience) -> Result<(), Error> {
        let begun = Instant::now();
        let mut looks = patience.looks(self.longest());
        loop {
            let mut missing = Vec::new();
            for (email, left) in self.people {
                if client.user_by_email(&email).await?.is_none() {
                    missing.push((email, left));
                }
            }
            self.people = missing;
            let is_over = |left: Duration| begun.elapsed() >= left;
            self.people.retain(|(_, left)| !is_over(*left));
            if self.people.is_empty() && is_over(self.unnamed) || !looks.again(&Interrupted::never()).await {
                return Ok(());
            }
        }
    }
}

/// An invitation of which the journal does not say what became of it.
fn may_be_on_its_way(action: &PastAction) -> bool {
    let is_open = action.end.as_ref().is_none_or(|end| end.outcome == OutcomeKind::Unknown.as_str());
    action.kind == ActionKind::Invite.as_str() && is_open
}

/// When it was sent; where that line is lost, when it ended, which was later.
fn heard(action: &PastAction) -> Option<Timestamp> {
    action.started.or(action.end.as_ref().map(|end| end.at))
}

/// For a line that may have been the only one to tell of an invitation: since when, where that is known.
fn may_have_invited(run: &PastRun, line: &UnreadLine) -> Option<Option<Timestamp>> {
    let is_invite = |kind: &String| kind == ActionKind::Invite.as_str();
    match &line.about {
        _ if !run.leaves_open(line) => None,
        About::Unknown { kind, at, .. } => {
            kind.as_ref().is_none_or(is_invite).then(|| at.or(run.last_heard()))
        }
        // What stands behind it may mean anything.
        About::OtherFormat => Some(None),
        // Which run it was says nothing of invitations, unless it is all that is left.
        About::Run => run.last_heard().is_none().then_some(None),
        About::Known => None,
    }
}

/// A clock that was set back must not make anybody wait for hours.
fn left(started: Timestamp, now: Timestamp, request: Duration) -> Duration {
    let request = SignedDuration::try_from(request).unwrap_or(SignedDuration::MAX);
    let left = request.saturating_sub(now.duration_since(started)).clamp(SignedDuration::ZERO, request);
    left.unsigned_abs()
}
