//! Somebody new: one POST with everything, since HubSpot takes little from a person who has not accepted yet.
//!
//! A POST is sent again only after reading has shown that the one before came to nothing; nobody is invited
//! twice.

use crate::model::User;
use crate::plan::UserAttribute;
use crate::portal::{Error, NewUser, Settings};

use super::compare::{missing, settings_changes};
use super::ended::{Ended, list};
use super::merge::new_user;
use super::report::OutcomeKind;
use super::run::Run;
use super::seats::{Attempt, SeatWait, refused};

/// How often a POST is sent whose answer is lost and which reading shows not to have happened.
const POSTS: usize = 2;

pub(super) async fn invite(
    run: &Run<'_>,
    number: usize,
    user: &User,
    send_mail: bool,
) -> Result<Ended, Ended> {
    let wanted = run.with_team_ids(user)?;
    let newcomer = Newcomer { run, number, body: new_user(&wanted, send_mail), wanted };
    let there = run.reader().user_by_email(&user.email).await.map_err(|error| unread(run, &error))?;
    if let Some(there) = there {
        return newcomer.already(there);
    }
    let mut seat = SeatWait::new(run, newcomer.wanted.seats.clone());
    loop {
        match newcomer.post().await {
            Ok(ended) => return Ok(ended),
            Err(attempt) => seat.after(attempt).await?,
        }
    }
}

/// An answer that is no plain "nobody has this address" is no reason to invite, nor one to plan again.
fn unread(run: &Run<'_>, error: &Error) -> Ended {
    match run.ended_by(error) {
        Ended { kind: OutcomeKind::Stale, .. } => {
            let note = "the answer does not say whether somebody has this address; run `apply` again";
            Ended::failed(note).because(error)
        }
        ended => ended,
    }
}

struct Newcomer<'a> {
    run: &'a Run<'a>,
    number: usize,
    wanted: User,
    body: NewUser,
}

/// What reading says of a person whose POST got no answer.
enum Found {
    There(Box<Settings>),
    /// Every look said so, for as long as HubSpot may need.
    NotThere,
    Unsettled,
}

impl Newcomer<'_> {
    /// Somebody was faster: another person, or a run that was cut off before it could tell.
    fn already(&self, there: Settings) -> Result<Ended, Ended> {
        let seats_wanted = (!self.wanted.seats.is_empty()).then_some(UserAttribute::Seats);
        let attributes: Vec<UserAttribute> =
            [UserAttribute::Role, UserAttribute::Team, UserAttribute::ExtraTeams]
                .into_iter()
                .chain(seats_wanted)
                .collect();
        if there.super_admin || !missing(&there, &self.wanted, &attributes).is_empty() {
            return Err(Ended::stale("is in the portal by now, and not as planned; plan again"));
        }
        self.run.invited(self.number, there.id);
        Ok(Ended::done_with("was in the portal already, as planned"))
    }

    /// What the answer must show. Names are not among it: a name is one profile across portals, and somebody
    /// who has one keeps it.
    fn attributes(&self) -> Vec<UserAttribute> {
        let mut attributes = settings_changes(self.run.action(self.number));
        attributes
            .retain(|attribute| !matches!(attribute, UserAttribute::FirstName | UserAttribute::LastName));
        attributes
    }

    async fn post(&self) -> Result<Ended, Attempt> {
        let mut lost: Option<Error> = None;
        for _ in 0..POSTS {
            if let Err(stopped) = self.run.begin_creating(self.number) {
                return Err(lost.map_or(stopped, |error| self.unknown(&error)).into());
            }
            let error = match self.run.client.create_user(&self.body).await {
                Ok(created) => return Ok(self.created(created).await),
                Err(error) => error,
            };
            let was_lost = matches!(error, Error::OutcomeUnknown { .. });
            let conflict = !was_lost && error.answer().is_some_and(|answer| answer.status == 409);
            if conflict && lost.is_none() {
                let there = self.run.reader().user_by_email(&self.wanted.email).await;
                return match there {
                    Ok(Some(there)) => Ok(self.already(there)?),
                    _ => Err(self.run.ended_by(&error).into()),
                };
            }
            if !was_lost && !conflict {
                return Err(refused(self.run, error));
            }
            match self.find().await {
                // A conflict with our own earlier POST is that one's success.
                Found::There(created) => return Ok(self.found(*created, &error).await),
                Found::NotThere if was_lost => lost = Some(error),
                Found::NotThere | Found::Unsettled => return Err(self.unknown(&error).into()),
            }
        }
        let unknown = lost.map(|error| self.unknown(&error));
        Err(unknown
            .unwrap_or_else(|| Ended::unknown("it is not known whether the invitation went out"))
            .into())
    }

    fn unknown(&self, error: &Error) -> Ended {
        // Asked for what it means to the run as a whole; of this action it is known that nothing is known.
        let _ = self.run.ended_by(error);
        let proxy = match error.answer() {
            Some(answer) if !answer.from_hubspot && (400..500).contains(&answer.status) => {
                "; the answer is not HubSpot's, so check any proxy"
            }
            _ => "",
        };
        let note = "it is not known whether the invitation went out; plan again, which reads first";
        Ended::unknown(format!("{note}{proxy}")).because(error)
    }

    async fn find(&self) -> Found {
        let mut looks = self.run.looks(|patience| patience.lost_creation);
        loop {
            let read = self.run.reader().user_by_email(&self.wanted.email).await;
            if let Ok(Some(found)) = read {
                return Found::There(Box::new(found));
            }
            if !self.run.again(&mut looks).await {
                let settled = read.is_ok() && self.run.may_go_on().is_ok();
                return if settled { Found::NotThere } else { Found::Unsettled };
            }
        }
    }

    async fn found(&self, created: Settings, error: &Error) -> Ended {
        let mut ended = self.created(created).await.because(error);
        let note = "the answer was lost; reading shows the person";
        ended.note = Some(ended.note.map_or_else(|| note.to_owned(), |other| format!("{note}; {other}")));
        ended
    }

    async fn created(&self, created: Settings) -> Ended {
        self.run.invited(self.number, created.id.clone());
        let attributes = self.attributes();
        if missing(&created, &self.wanted, &attributes).is_empty() {
            return Ended::done();
        }
        // An answer that does not show it is not yet a change that was not made.
        let read = self.run.reader().user(&created.id).await;
        let live = read.ok().flatten().unwrap_or(created);
        match missing(&live, &self.wanted, &attributes) {
            missing if missing.is_empty() => Ended::done(),
            missing => {
                Ended::failed(format!("invited, but HubSpot left out: {}; plan again", list(&missing)))
                    .without(&missing)
            }
        }
    }
}
