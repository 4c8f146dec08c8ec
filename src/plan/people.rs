//! One person: which action their two sides ask for, and what no action can do.

use crate::config::{Access, DeactivateBy, DesiredUser, PermissionGrant, Policy, Privilege, WantedState};
use crate::model::{
    ApiVersion, Catalog, Deactivation, Member, Named, PermissionSetId, Place, Scim, Source, Status, User,
};
use crate::resolve::{Conflict, CredentialOwner, Person, Resolved, ResolvedRole, WantedAccess};

use super::domains::{Domains, Near};
use super::privilege::{self, Privileges};
use super::target::Scope;
use super::{
    Action, ActionKind, Attribute, Blocked, ByHand, ByHandStep, Calls, Change, Deactivated, DeactivatedBy,
    Note, Permission, Plan, PrivilegeChange, Rule, SettingsCall, StartFrom, Subject, UserAttribute, Value,
    Waiting, WaitingReason, WhyByHand, Work, compare,
};

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

    /// Why this person may not lose their access.
    fn guarded(&self, member: &Member) -> Option<Rule> {
        match self.person.credential_owner {
            CredentialOwner::Told | CredentialOwner::Configured => Some(Rule::CredentialOwner),
            CredentialOwner::No if member.user.super_admin => Some(Rule::SuperAdmin),
            CredentialOwner::No if self.person.is_protected => Some(Rule::Protected),
            CredentialOwner::No => None,
        }
    }

    fn remove(&mut self, member: &Member) {
        let changes = compare::differences(&member.user, &User::absent(member.user.email.clone()));
        // Whoever is removed loses their profile too; that is no news.
        let changes: Vec<Change> = changes.into_iter().filter(|change| is_access(change.attribute)).collect();
        if let Some(rule) = self.guarded(member) {
            return self.block(ActionKind::Remove, changes, rule);
        }
        let mut notes = self.leaving_notes(member);
        if self.person.entry.is_none() {
            notes.push(Note::Unmanaged);
        }
        self.act(
            ActionKind::Remove,
            changes,
            (PrivilegeChange::None, notes),
            Work::Remove { before: Box::new(member.user.clone()) },
        );
    }

    fn deactivate(&mut self, member: &Member) {
        if member.user.status == Status::Deactivated {
            return;
        }
        match self.guarded(member) {
            Some(rule) => self.block(ActionKind::Deactivate, Vec::new(), rule),
            None => match self.policy.deactivate {
                DeactivateBy::Manual => self.deactivate_by_hand(member, WhyByHand::NoApi),
                DeactivateBy::Scim => self.deactivate_by_scim(member),
                DeactivateBy::Strip => self.strip(member),
            },
        }
    }

    fn deactivate_by_hand(&mut self, member: &Member, why: WhyByHand) {
        let step = ByHandStep::Deactivate {
            expired: self.person.expired,
            why,
            owned: member.owned.filter(|owned| owned.total() > 0),
        };
        self.by_hand(step, PrivilegeChange::None);
    }

    fn deactivate_by_scim(&mut self, member: &Member) {
        match &member.scim {
            Scim::Unread => self.deactivate_by_hand(member, WhyByHand::NoScimToken),
            Scim::NotShown => self.deactivate_by_hand(member, WhyByHand::UnknownToScim),
            Scim::Shown(scim) if !scim.active => self.deactivate_by_hand(member, WhyByHand::ScimDisagrees),
            Scim::Shown(scim) => {
                let changes = vec![state(member.user.status, Status::Deactivated)];
                let work =
                    Work::Deactivate { before: Box::new(member.user.clone()), scim_id: scim.id.clone() };
                let notes = self.leaving_notes(member);
                self.act(ActionKind::Deactivate, changes, (PrivilegeChange::None, notes), work);
            }
        }
    }

    /// Access is taken away as far as it goes; the person can still log in, so it has a word of its own.
    fn strip(&mut self, member: &Member) {
        let before = &member.user;
        let mut after = before.clone();
        if let Some(set) = self.strip_role.and_then(|role| role.named_set()) {
            after.permission_sets = vec![set];
        }
        after.team = None;
        after.extra_teams.clear();
        after.seats.retain(|seat| !self.is_paid(seat));
        if before.status == Status::Invited {
            self.keep_until_accepted(before, &mut after);
        }
        let changes = compare::differences(before, &after);
        if changes.is_empty() {
            return;
        }
        let mut notes = self.leaving_notes(member);
        notes.push(Note::StillLogsIn);
        if before.permission_sets.len() > 1 {
            let dropped = before.permission_sets.iter().filter(|set| !after.permission_sets.contains(set));
            notes.push(Note::DropsPermissionSets(dropped.map(|set| set.name.clone()).collect()));
        }
        if before.permission_sets.is_empty() && !after.permission_sets.is_empty() {
            notes.push(Note::ReplacesHandMadePermissions);
        }
        let privilege = privilege::compare(self.privileges.of(before), self.privileges.of(&after));
        let work = Work::Strip { before: Box::new(before.clone()), after: Box::new(after) };
        self.act(ActionKind::Strip, changes, (privilege, notes), work);
    }

    /// A kind of seat that HubSpot counts is one that is paid for; where the list of seats could not be read,
    /// any may be.
    fn is_paid(&self, seat: &str) -> bool {
        let seats = self.catalog.seats.as_deref();
        seats
            .and_then(|seats| seats.iter().find(|kind| kind.name == seat))
            .is_none_or(|kind| kind.remaining.is_some())
    }

    fn leaving_notes(&self, member: &Member) -> Vec<Note> {
        let expired = self.person.expired.map(Note::Expired);
        let owned = member.owned.filter(|owned| owned.total() > 0).map(Note::Owns);
        expired.into_iter().chain(owned).collect()
    }

    fn reactivate(&mut self, member: &Member) {
        if self.person.credential_owner == CredentialOwner::Configured {
            return self.block(ActionKind::Reactivate, Vec::new(), Rule::CredentialOwner);
        }
        let deactivated = deactivated(member);
        match (self.policy.deactivate, &member.scim) {
            (DeactivateBy::Scim, Scim::Shown(scim)) if !scim.active => {
                let changes = vec![state(member.user.status, Status::Active)];
                let work =
                    Work::Reactivate { before: Box::new(member.user.clone()), scim_id: scim.id.clone() };
                let notes = deactivated.map(Note::Deactivated).into_iter().collect();
                self.act(ActionKind::Reactivate, changes, (PrivilegeChange::None, notes), work);
            }
            (how, scim) => {
                let why = why_by_hand(how, scim);
                self.by_hand(ByHandStep::Reactivate { why, deactivated }, PrivilegeChange::None);
            }
        }
        let changes = compare::differences(&member.user, &self.person.wanted);
        if !changes.is_empty() {
            self.wait(WaitingReason::Reactivation, changes);
        }
    }

    fn invite(&mut self) {
        let person = self.person;
        let entry = person.entry.expect("only an entry of the file wants somebody present");
        let mut user = (*person.wanted).clone();
        // The POST carries one permission set; it cannot make anybody a super admin.
        user.super_admin = false;
        let wants_seats_by_hand = !self.api.has_seats() && !user.seats.is_empty();
        let seats = if wants_seats_by_hand { std::mem::take(&mut user.seats) } else { Vec::new() };
        let mut changes = self.changes_of_invitation(&user);
        if !entry.invite {
            changes.push(Change {
                attribute: Attribute::User(UserAttribute::Invite),
                before: Value::Nothing,
                after: Value::text("false"),
            });
        }
        if let Some(rule) = self.refused_invitation() {
            return self.block(ActionKind::Invite, changes, rule);
        }
        let mut notes = self.access_notes(None);
        if user.permission_sets.is_empty() && !notes.contains(&Note::StartsWithMinimalAccess) {
            notes.push(Note::WithoutRole);
        }
        notes.extend(person.live.map(|_| Note::Returns));
        if !entry.invite {
            notes.push(Note::WithoutMail);
        }
        notes.extend(person.unresolved_team.map(|team| Note::WithoutTeam(team.to_owned())));
        if wants_seats_by_hand {
            self.by_hand(ByHandStep::SetSeats { before: Vec::new(), after: seats }, PrivilegeChange::None);
        }
        self.access_by_hand(None);
        let privilege = self.privilege_of_invitation(&user);
        let work = Work::Invite { user: Box::new(user), send_mail: entry.invite };
        self.act(ActionKind::Invite, changes, (privilege, notes), work);
    }

    /// Everything starts from nothing, except what is cleared in the profile of somebody who was here before.
    fn changes_of_invitation(&self, user: &User) -> Vec<Change> {
        let profile = self.person.live.map(|former| former.user.profile.clone()).unwrap_or_default();
        let before = User { profile, ..User::absent(user.email.clone()) };
        let mut changes = compare::differences(&before, user);
        for change in changes.iter_mut().filter(|change| !change.after.is_nothing()) {
            change.before = Value::Nothing;
        }
        changes
    }

    fn refused_invitation(&self) -> Option<Rule> {
        let person = self.person;
        if person.has_foreign_domain {
            return Some(Rule::ForeignDomain { domain: person.email.domain().to_owned() });
        }
        if self.policy.allowed_domains.is_empty()
            && let Some(Near { domain, people }) = self.domains.near(person.email.domain())
        {
            let (near, domain) = (domain.to_owned(), person.email.domain().to_owned());
            return Some(Rule::SimilarDomain { domain, near, people });
        }
        match person.access {
            WantedAccess::Unavailable { set, .. } => Some(Rule::NoPermissionSets { set: set.to_owned() }),
            _ => None,
        }
    }

    fn privilege_of_invitation(&self, user: &User) -> PrivilegeChange {
        privilege::compare(Privilege::Standard, self.privileges.of(user))
    }

    fn update(&mut self, member: &Member) {
        let person = self.person;
        let before = &member.user;
        let mut after = (*person.wanted).clone();
        // Super admin rights are granted and revoked by hand, and a super admin is never sent a role.
        if before.super_admin != after.super_admin || before.super_admin {
            after.permission_sets.clone_from(&before.permission_sets);
            after.super_admin = before.super_admin;
        }
        if person.credential_owner == CredentialOwner::Configured {
            let changes = compare::differences(before, &after);
            if !changes.is_empty() {
                self.block(ActionKind::Update, changes, Rule::CredentialOwner);
            }
            return;
        }
        self.unavailable_role(before);
        self.access_by_hand(Some(before));
        self.keep_protected(before, &mut after);
        self.settle_several_sets(before, &mut after);
        if before.status == Status::Invited {
            self.keep_until_accepted(before, &mut after);
        }
        let changes = compare::differences(before, &after);
        if changes.is_empty() {
            return;
        }
        let calls = calls(&changes, self.api);
        let privilege = privilege::compare(self.privileges.of(before), self.privileges.of(&after));
        let mut notes = Vec::new();
        if has(&changes, UserAttribute::Role) {
            notes.extend(self.access_notes(Some(before)));
        }
        if before.status == Status::Unknown {
            notes.push(Note::StatusUnknown);
        }
        let work = Work::Update {
            before: Box::new(before.clone()),
            after: Box::new(after),
            crm_id: member.crm_id.clone(),
            calls,
        };
        self.act(ActionKind::Update, changes, (privilege, notes), work);
    }

    /// A role that the account's tier cannot give.
    fn unavailable_role(&mut self, before: &User) {
        if let WantedAccess::Unavailable { set, .. } = self.person.access
            && !before.super_admin
            && before.permission_sets.is_empty()
        {
            let change = Change {
                attribute: Attribute::User(UserAttribute::Role),
                before: Value::Nothing,
                after: Value::text(set),
            };
            self.block(ActionKind::Update, vec![change], Rule::NoPermissionSets { set: set.to_owned() });
        }
    }

    /// Role and seats of protected people are blocked; the rest may change.
    fn keep_protected(&mut self, before: &User, after: &mut User) {
        if !self.person.is_protected {
            return;
        }
        let blocked = take_back(before, after, |attribute| {
            matches!(attribute, Attribute::User(UserAttribute::Role | UserAttribute::Seats))
        });
        if !blocked.is_empty() {
            self.block(ActionKind::Update, blocked, Rule::Protected);
        }
    }

    /// Any PUT keeps one of several permission sets and drops the rest.
    fn settle_several_sets(&mut self, before: &User, after: &mut User) {
        // It says that the others may go, not which one stays: that takes a role.
        let collapses = self.person.entry.is_some_and(|entry| entry.collapse_roles);
        let names_one = after.permission_sets.len() < 2;
        if before.permission_sets.len() < 2 || (collapses && names_one) {
            return;
        }
        let keep = match after.permission_sets.as_slice() {
            [one] if before.permission_sets.contains(one) => Some(one.name.clone()),
            _ => None,
        };
        if let Some(keep) = keep {
            let others = before.permission_sets.iter().filter(|set| set.name != keep);
            let take_away = others.map(|set| set.name.clone()).collect();
            self.by_hand(ByHandStep::TakeAwayPermissionSets { keep, take_away }, PrivilegeChange::Lower);
            after.permission_sets.clone_from(&before.permission_sets);
        }
        let teams_need_put = !self.api.has_teams_api();
        let blocked = take_back(before, after, |attribute| {
            !attribute.is_profile() && (teams_need_put || !attribute.is_membership())
        });
        if !blocked.is_empty() {
            let kept: Option<&Named<PermissionSetId>> = self.wanted_set(before);
            let lost = before.permission_sets.iter().filter(|set| Some(*set) != kept);
            let lost = lost.map(|set| set.name.clone()).collect();
            self.block(ActionKind::Update, blocked, Rule::SeveralPermissionSets { lost });
        }
    }

    /// The one live set that a PUT would keep.
    fn wanted_set<'u>(&self, before: &'u User) -> Option<&'u Named<PermissionSetId>> {
        let wanted = self.person.wanted.permission_sets.first()?;
        if self.person.wanted.permission_sets.len() > 1 {
            return None;
        }
        before.permission_sets.iter().find(|set| set.id == wanted.id)
    }

    /// HubSpot refuses a PUT with names before the person accepts, and the whole user has them once given.
    fn keep_until_accepted(&mut self, before: &User, after: &mut User) {
        let is_named = before.has_name();
        let teams_need_put = !self.api.has_teams_api();
        let waiting = take_back(before, after, |attribute| match attribute {
            Attribute::User(UserAttribute::FirstName | UserAttribute::LastName) => true,
            Attribute::User(UserAttribute::Role | UserAttribute::Seats) => is_named,
            attribute if attribute.is_membership() => is_named && teams_need_put,
            _ => false,
        });
        if !waiting.is_empty() {
            self.wait(WaitingReason::Acceptance, waiting);
        }
    }

    /// What a reviewer should know about the role of a newcomer, or of a changed person.
    fn access_notes(&self, before: Option<&User>) -> Vec<Note> {
        let mut notes = Vec::new();
        match self.person.access {
            WantedAccess::PermissionSet(ResolvedRole { set: Some(set), .. }) => {
                if before.is_some_and(|user| user.permission_sets.is_empty() && !user.super_admin) {
                    notes.push(Note::ReplacesHandMadePermissions);
                }
                if set.requires_billing_write {
                    notes.push(Note::NeedsBillingWrite);
                }
            }
            WantedAccess::Template { .. } | WantedAccess::Scratch(_) | WantedAccess::SuperAdmin(_)
                if before.is_none() =>
            {
                notes.push(Note::StartsWithMinimalAccess);
            }
            _ => {}
        }
        if let Some(before) = before {
            let kept = self.wanted_set(before);
            let dropped = before.permission_sets.iter().filter(|set| Some(*set) != kept);
            if before.permission_sets.len() > 1 {
                notes.push(Note::DropsPermissionSets(dropped.map(|set| set.name.clone()).collect()));
            }
            notes.extend(self.privileges.unnamed(before).into_iter().map(Note::UnnamedPermissionSet));
        }
        notes
    }

    /// Access that no API gives or takes.
    fn access_by_hand(&mut self, before: Option<&User>) {
        let person = self.person;
        let is_admin = before.is_some_and(|user| user.super_admin);
        match person.access {
            WantedAccess::SuperAdmin(_) if !is_admin => {
                let privilege = match before {
                    Some(before) => privilege::compare(self.privileges.of(before), Privilege::Admin),
                    None => PrivilegeChange::Raise,
                };
                self.access_step(ByHandStep::GrantSuperAdmin, privilege);
            }
            WantedAccess::LeftOut | WantedAccess::SuperAdmin(_) => {}
            access if is_admin => {
                let then = access.role().map(|role| match access {
                    WantedAccess::Template { template, .. } => format!("the template `{template}`"),
                    WantedAccess::Scratch(_) => "permissions from scratch".to_owned(),
                    _ => match &role.role.access {
                        Access::PermissionSet(set) => format!("the permission set `{set}`"),
                        _ => role.role.name.clone(),
                    },
                });
                self.access_step(ByHandStep::RevokeSuperAdmin { then }, PrivilegeChange::Lower);
            }
            WantedAccess::Template { role, template } => {
                self.hand_made(role, StartFrom::Template(template.to_owned()), before);
            }
            WantedAccess::Scratch(role) => self.hand_made(role, StartFrom::Scratch, before),
            WantedAccess::Cleared | WantedAccess::PermissionSet(_) | WantedAccess::Unavailable { .. } => {}
        }
    }

    /// Whether it was done cannot be read back, so the step is shown while there is reason to think it was
    /// not: for a newcomer, until they accept, and while they still have permission sets.
    fn hand_made(&mut self, role: ResolvedRole<'_>, start: StartFrom, before: Option<&User>) {
        let take_away: Vec<String> =
            before.into_iter().flat_map(|user| &user.permission_sets).map(|set| set.name.clone()).collect();
        if before.is_some_and(|user| user.status != Status::Invited) && take_away.is_empty() {
            return;
        }
        let current = before.map_or(Privilege::Standard, |user| self.privileges.of(user));
        let privilege = privilege::compare(current, role.role.privilege);
        let permissions = role.role.permissions.iter().map(permission).collect();
        self.access_step(ByHandStep::SetPermissions { start, permissions, take_away }, privilege);
    }

    /// A protected person's role is not changed by hand either.
    fn access_step(&mut self, step: ByHandStep, privilege: PrivilegeChange) {
        let is_live = self.person.live.is_some_and(|member| member.user.status != Status::Absent);
        if self.person.is_protected && is_live {
            let change = Change {
                attribute: Attribute::User(UserAttribute::Role),
                before: Value::Nothing,
                after: Value::text(step.as_str()),
            };
            return self.block(ActionKind::Update, vec![change], Rule::Protected);
        }
        self.by_hand(step, privilege);
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

/// HubSpot deactivates whoever was inactive for more than this, every month, unless an admin turned that off
/// (its page on inactive users, 2025-10).
const INACTIVE_DAYS: i64 = 90;

fn deactivated(member: &Member) -> Option<Deactivated> {
    let Deactivation { at, by } = member.deactivated.as_ref()?;
    let day = |moment: jiff::Timestamp| jiff::tz::TimeZone::UTC.to_datetime(moment).date();
    let was_long_ago = |last: &jiff::Timestamp| {
        at.duration_since(*last) >= jiff::SignedDuration::from_hours(24 * INACTIVE_DAYS)
    };
    let by = match (by, member.last_active.filter(was_long_ago)) {
        (Some(by), _) => DeactivatedBy::Person(by.clone()),
        (None, Some(last)) => DeactivatedBy::Inactivity { last_active: day(last) },
        (None, None) => DeactivatedBy::Unnamed,
    };
    Some(Deactivated { on: day(*at), by })
}

fn why_by_hand(how: DeactivateBy, scim: &Scim) -> WhyByHand {
    match (how, scim) {
        (DeactivateBy::Manual | DeactivateBy::Strip, _) => WhyByHand::NoApi,
        (DeactivateBy::Scim, Scim::Unread) => WhyByHand::NoScimToken,
        (DeactivateBy::Scim, Scim::NotShown) => WhyByHand::UnknownToScim,
        (DeactivateBy::Scim, Scim::Shown(_)) => WhyByHand::ScimDisagrees,
    }
}

fn state(before: Status, after: Status) -> Change {
    Change {
        attribute: Attribute::User(UserAttribute::State),
        before: Value::text(before.as_str()),
        after: Value::text(after.as_str()),
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

fn is_access(attribute: Attribute) -> bool {
    match attribute {
        Attribute::User(
            UserAttribute::FirstName | UserAttribute::LastName | UserAttribute::Invite | UserAttribute::State,
        ) => false,
        Attribute::User(
            UserAttribute::Role | UserAttribute::Team | UserAttribute::ExtraTeams | UserAttribute::Seats,
        ) => true,
        Attribute::Team(_) | Attribute::Profile(_) => false,
    }
}

fn has(changes: &[Change], attribute: UserAttribute) -> bool {
    changes.iter().any(|change| change.attribute == Attribute::User(attribute))
}

/// Sets attributes back to the live value and returns what would have changed.
fn take_back(before: &User, after: &mut User, which: impl Fn(Attribute) -> bool) -> Vec<Change> {
    let mut taken = compare::differences(before, after);
    taken.retain(|change| which(change.attribute));
    for change in &taken {
        match change.attribute {
            Attribute::User(UserAttribute::Role) => after.permission_sets.clone_from(&before.permission_sets),
            Attribute::User(UserAttribute::Team) => after.team.clone_from(&before.team),
            Attribute::User(UserAttribute::ExtraTeams) => after.extra_teams.clone_from(&before.extra_teams),
            Attribute::User(UserAttribute::Seats) => after.seats.clone_from(&before.seats),
            Attribute::User(UserAttribute::FirstName) => after.first_name.clone_from(&before.first_name),
            Attribute::User(UserAttribute::LastName) => after.last_name.clone_from(&before.last_name),
            Attribute::User(UserAttribute::Invite | UserAttribute::State) | Attribute::Team(_) => {}
            Attribute::Profile(_) => after.profile.clone_from(&before.profile),
        }
    }
    taken
}

/// The narrowest endpoints that do it: profile → CRM, nothing but teams → Teams API, all else → one PUT.
fn calls(changes: &[Change], api: ApiVersion) -> Calls {
    let profile = changes.iter().any(|change| change.attribute.is_profile());
    let mut of_settings = changes.iter().filter(|change| !change.attribute.is_profile()).peekable();
    let settings = if of_settings.peek().is_none() {
        None
    } else if api.has_teams_api() && of_settings.all(|change| change.attribute.is_membership()) {
        Some(SettingsCall::Teams)
    } else {
        Some(SettingsCall::Put)
    };
    Calls { settings, profile }
}

fn permission((line, grant): &(String, PermissionGrant)) -> Permission {
    let grants = match grant {
        PermissionGrant::Switch(on) => vec![(String::new(), if *on { "on" } else { "off" }.to_owned())],
        PermissionGrant::Level(level) => vec![(String::new(), level.clone())],
        PermissionGrant::Reach(grants) => grants.clone(),
    };
    Permission { line: line.clone(), grants }
}
