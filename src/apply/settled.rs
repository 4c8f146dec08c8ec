//! What a reading made after a run says of the actions that it left open.
//!
//! Deliberately absent: what the journal itself knows (`past`), and words (`render`).

use crate::model::{Email, Member, Snapshot, Source, Sources, Status};
use crate::plan::{ActionKind, Plan, Subject};

use super::past::{PastAction, PastRun};

/// An action that was started and never ended, seen from a new plan and the reading it was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Settled {
    /// The portal shows it, or nothing of it is left to do.
    Done,
    /// It was not done, and the new plan holds it again.
    Planned,
    /// It was not done, and nobody asks for it any more, or it cannot be done now.
    NotDone,
    /// What would tell could not be read.
    Unknown,
}

impl Settled {
    pub const ALL: [Settled; 4] = [Settled::Done, Settled::Planned, Settled::NotDone, Settled::Unknown];

    /// The word of the report's JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Settled::Done => "done",
            Settled::Planned => "planned",
            Settled::NotDone => "not_done",
            Settled::Unknown => "unknown",
        }
    }
}

impl PastRun {
    /// Each action that was left open, judged by a plan and the reading it was made from.
    pub fn settled_by(&self, plan: &Plan, snapshot: &Snapshot) -> Vec<(&PastAction, Settled)> {
        self.open().map(|action| (action, settled(action, plan, snapshot))).collect()
    }

    /// Whoever the run invited, or may have: HubSpot's lists may not have them yet, so that not being listed says
    /// nothing of them.
    pub fn newcomers(&self) -> impl Iterator<Item = Email> {
        let invitations = self.actions.iter().filter(|action| kind(action) == Some(ActionKind::Invite));
        invitations.map(|action| Email::from_portal(&action.subject))
    }
}

fn settled(past: &PastAction, plan: &Plan, snapshot: &Snapshot) -> Settled {
    if plan.actions.iter().any(|action| is_about(&action.subject, action.kind, past)) {
        return Settled::Planned;
    }
    let Some(kind) = kind(past) else { return Settled::Unknown };
    let is_blocked = plan.blocked.iter().any(|blocked| is_about(&blocked.subject, blocked.kind, past));
    match kind {
        ActionKind::Invite => is_there(past, snapshot).map_or(Settled::Unknown, done_if),
        ActionKind::Remove => is_there(past, snapshot).map_or(Settled::Unknown, |there| done_if(!there)),
        ActionKind::Deactivate => match status(past, snapshot) {
            Status::Unknown => Settled::Unknown,
            status => done_if(matches!(status, Status::Deactivated | Status::Absent)),
        },
        ActionKind::Reactivate => match status(past, snapshot) {
            Status::Unknown => Settled::Unknown,
            status => done_if(matches!(status, Status::Active | Status::Invited)),
        },
        ActionKind::TeamCreate => has_team(past, snapshot).map_or(Settled::Unknown, done_if),
        ActionKind::TeamDelete => has_team(past, snapshot).map_or(Settled::Unknown, |has| done_if(!has)),
        // What was to change is not in the journal; the plan compares it.
        ActionKind::Update | ActionKind::Strip | ActionKind::TeamUpdate => done_if(!is_blocked),
    }
}

fn done_if(done: bool) -> Settled {
    if done { Settled::Done } else { Settled::NotDone }
}

fn member<'a>(past: &PastAction, snapshot: &'a Snapshot) -> Option<&'a Member> {
    let email = Email::from_portal(&past.subject);
    snapshot.people.iter().find(|member| member.user.email == email)
}

/// Whoever the reading does not show is not there.
fn status(past: &PastAction, snapshot: &Snapshot) -> Status {
    member(past, snapshot).map_or(Status::Absent, |member| member.user.status)
}

/// A newcomer whom the list or a direct read shows is there, even while nothing tells their status yet.
fn is_there(past: &PastAction, snapshot: &Snapshot) -> Option<bool> {
    let Some(member) = member(past, snapshot) else { return Some(false) };
    match member.user.status {
        Status::Active | Status::Invited | Status::Deactivated => Some(true),
        Status::Absent => Some(false),
        Status::Unknown => {
            let Sources { settings, direct, crm: _, archived_owner: _ } = member.sources;
            (settings == Source::Shown || direct == Source::Shown).then_some(true)
        }
    }
}

fn has_team(past: &PastAction, snapshot: &Snapshot) -> Option<bool> {
    let teams = snapshot.catalog.teams.as_ref()?;
    Some(teams.iter().any(|team| team.name == past.subject))
}

fn kind(past: &PastAction) -> Option<ActionKind> {
    ActionKind::ALL.into_iter().find(|kind| kind.as_str() == past.kind)
}

fn is_about(subject: &Subject, kind: ActionKind, past: &PastAction) -> bool {
    let same_subject = match subject {
        Subject::User { email, .. } => *email == Email::from_portal(&past.subject),
        Subject::Team { name, .. } => *name == past.subject,
    };
    same_subject && kind.as_str() == past.kind
}
