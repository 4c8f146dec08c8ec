//! One person: which action their two sides ask for, and what no action can do.
//!
//! By what is wanted of whom: who is new (`invitation`), who stays (`update`), who leaves or returns (`lifecycle`);
//! `access` serves them all.

mod access;
mod invitation;
mod lifecycle;
mod update;

use crate::config::{DesiredUser, Policy, WantedState};
use crate::model::{ApiVersion, Catalog, Member, Place, Source, Status};
use crate::plan::domains::Domains;
use crate::plan::privilege::Privileges;
use crate::plan::target::Scope;
use crate::plan::{
    Action, ActionKind, Blocked, ByHand, ByHandStep, Change, Note, Plan, PrivilegeChange, Rule, Subject,
    Waiting, WaitingReason, Work,
};
use crate::resolve::{Conflict, Person, Resolved, ResolvedRole};

pub(super) fn plan(resolved: &Resolved<'_>, scope: Scope<'_>, plan: &mut Plan) {
    let privileges = Privileges::new(resolved);
    let domains = Domains::of(resolved.snapshot);
    let strip_role =
        resolved.policy.strip_role.as_ref().and_then(|(key, _)| resolved.roles.get(key)).copied();
    for person in resolved.people.iter().filter(|person| scope.covers(person)) {
        let planner = Planner {
            person,
            privileges: &privileges,
            domains: &domains,
            policy: resolved.policy,
            strip_role,
            catalog: &resolved.snapshot.catalog,
            api: resolved.api,
            plan,
        };
        planner.plan();
    }
}

struct Planner<'a, 'p> {
    person: &'p Person<'a>,
    privileges: &'p Privileges<'a>,
    domains: &'p Domains<'a>,
    policy: &'p Policy,
    strip_role: Option<ResolvedRole<'a>>,
    catalog: &'p Catalog,
    api: ApiVersion,
    plan: &'p mut Plan,
}

impl Planner<'_, '_> {
    fn plan(mut self) {
        let person = self.person;
        let live = person.live.filter(|member| member.user.status != Status::Absent);
        if let Some(conflict) = &person.conflict {
            return self.block(self.intended_kind(live), Vec::new(), conflict_rule(conflict));
        }
        if let (Some(live_email), WantedState::Present) = (person.live_email, person.state) {
            let step = ByHandStep::ChangeEmail { live: live_email.clone() };
            let id = live.and_then(|member| member.user.id.clone());
            let subject = Subject::User { email: person.email.clone(), id };
            let source = self.source();
            self.plan.by_hand.push(ByHand { step, subject, privilege: PrivilegeChange::None, source });
        }
        match (person.state, live) {
            (WantedState::Removed | WantedState::Deactivated, None) => {}
            (_, Some(member)) if is_out_of_sight(member) => {
                self.block(self.intended_kind(live), Vec::new(), Rule::StatusUnknown);
            }
            (WantedState::Removed, Some(member)) => self.remove(member),
            (WantedState::Deactivated, Some(member)) => self.deactivate(member),
            (WantedState::Present, None) => self.invite(),
            (WantedState::Present, Some(member)) if member.user.status == Status::Deactivated => {
                self.reactivate(member);
            }
            (WantedState::Present, Some(member)) => self.update(member),
        }
    }

    fn intended_kind(&self, live: Option<&Member>) -> ActionKind {
        match (self.person.state, live) {
            (WantedState::Removed, _) => ActionKind::Remove,
            (WantedState::Deactivated, _) => ActionKind::Deactivate,
            (WantedState::Present, None) => ActionKind::Invite,
            (WantedState::Present, Some(member)) => match member.user.status {
                Status::Deactivated => ActionKind::Reactivate,
                _ => ActionKind::Update,
            },
        }
    }

    fn subject(&self) -> Subject {
        let id = self.person.live.and_then(|member| member.user.id.clone());
        // By the address the portal knows: a reviewer must see whose account is changed.
        let email = self.person.live_email.unwrap_or(self.person.email).clone();
        Subject::User { email, id }
    }

    fn source(&self) -> Option<Place> {
        self.person.entry.map(|entry: &DesiredUser| entry.place.clone())
    }

    fn act(
        &mut self,
        kind: ActionKind,
        changes: Vec<Change>,
        (privilege, mut notes): (PrivilegeChange, Vec<Note>),
        work: Work,
    ) {
        if self.person.live_email.is_some() {
            notes.push(Note::ListedAs(self.person.email.to_string()));
        }
        notes.sort();
        let (subject, source) = (self.subject(), self.source());
        self.plan.actions.push(Action { kind, subject, changes, privilege, notes, source, work });
    }

    fn block(&mut self, kind: ActionKind, changes: Vec<Change>, rule: Rule) {
        let (subject, source) = (self.subject(), self.source());
        self.plan.blocked.push(Blocked { kind, subject, changes, rule, source });
    }

    fn by_hand(&mut self, step: ByHandStep, privilege: PrivilegeChange) {
        let (subject, source) = (self.subject(), self.source());
        self.plan.by_hand.push(ByHand { step, subject, privilege, source });
    }

    fn wait(&mut self, reason: WaitingReason, changes: Vec<Change>) {
        let email = self.person.live_email.unwrap_or(self.person.email).clone();
        let source = self.source();
        self.plan.waiting.push(Waiting { email, reason, changes, source });
    }
}

/// Neither the list nor a direct read shows them, and a source that would tell is closed.
fn is_out_of_sight(member: &Member) -> bool {
    member.user.status == Status::Unknown
        && member.sources.settings != Source::Shown
        && member.sources.direct != Source::Shown
}

fn conflict_rule(conflict: &Conflict) -> Rule {
    match conflict {
        Conflict::PinnedIdIsSomebodyElse { pinned, live } => {
            Rule::IdentityConflict { pinned: pinned.to_string(), live: live.to_string() }
        }
        Conflict::SeveralLivePeople(ids) => {
            Rule::SeveralLivePeople { ids: ids.iter().map(ToString::to_string).collect() }
        }
        Conflict::Ignored(live) => Rule::Ignored { live: live.to_string() },
        Conflict::NobodyHasId(pinned) => Rule::UnknownId { pinned: pinned.to_string() },
        Conflict::PreviousEmailStillLive(previous) => {
            Rule::PreviousEmailStillLive { previous: previous.to_string() }
        }
    }
}
