//! Invitations of a run that was cut off which the portal may still be making: waited for, so that nobody is invited twice.
//!
//! A killed client takes nothing back. As long as it would have waited for the answer, its call may yet be carried
//! out, and until then reading does not show it. Deliberately absent: other calls, which may be made twice.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::model::Email;
use crate::plan::ActionKind;
use crate::portal::{Error, ReadClient};

use super::interrupt::Interrupted;
use super::past::{About, PastRun};
use super::patience::Patience;

/// Whom to wait for, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrivals {
    people: Vec<(Email, Duration)>,
    /// For somebody whom the journal cannot name, and who cannot be looked for.
    unnamed: Duration,
}

impl Arrivals {
    /// `request`: how long the run's client waited for an answer. `None` where nothing can be on its way any more.
    pub fn of(run: &PastRun, now: Timestamp, request: Duration) -> Option<Arrivals> {
        if !run.was_cut_off() {
            return None;
        }
        let left = |started: Option<Timestamp>| started.map_or(Duration::ZERO, |at| left(at, now, request));
        let invite = ActionKind::Invite.as_str();
        let open = run.open().filter(|action| action.kind == invite);
        let people = open.map(|action| (Email::from_portal(&action.subject), left(action.started)));
        let people: Vec<(Email, Duration)> = people.filter(|(_, left)| !left.is_zero()).collect();
        let unnamed = run.unread.iter().filter(|line| run.leaves_open(line)).map(|line| match &line.about {
            About::Unknown { kind, at, .. } if kind.as_ref().is_none_or(|kind| kind == invite) => {
                left(at.or(run.last_heard()))
            }
            About::Unknown { .. } | About::Run | About::OtherFormat | About::Known => Duration::ZERO,
        });
        let unnamed = unnamed.max().unwrap_or_default();
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

/// A clock that was set back must not make anybody wait for hours.
fn left(started: Timestamp, now: Timestamp, request: Duration) -> Duration {
    let request = SignedDuration::try_from(request).unwrap_or(SignedDuration::MAX);
    let left = request.saturating_sub(now.duration_since(started)).clamp(SignedDuration::ZERO, request);
    left.unsigned_abs()
}
