//! One person: the live side, and the wanted side laid over it.

use std::collections::BTreeMap;
use std::ops::Deref;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::config::{
    Access, Desired, DesiredAbsence, DesiredProfile, DesiredUser, Findings, NamePolicy, RoleKey, Setting,
    WantedState,
};
use crate::model::{
    Absence, Degraded, Email, Member, Named, Profile, Raw, Snapshot, Source, Status, TeamId, User,
};

use super::identity::{Conflict, Found};
use super::roles::{ResolvedRole, check_seats};
use super::teams::Directory;

/// Both sides of one person, and what the policy says about them.
#[derive(Debug)]
pub struct Person<'a> {
    /// `None` for somebody in the portal whom no file names (`policy.unmanaged: remove`).
    pub entry: Option<&'a DesiredUser>,
    /// As the file writes it, or as the portal holds it where no file names them.
    pub email: &'a Email,
    /// `None`: no source shows them.
    pub live: Option<&'a Member>,
    /// What the files say laid over the live side. Its `status` is the live one: `state` says what is wanted.
    pub wanted: Wanted<'a>,
    /// After expiry.
    pub state: WantedState,
    /// The day that has come.
    pub expired: Option<Date>,
    pub access: WantedAccess<'a>,
    /// The address the portal knows them by, where it differs.
    pub live_email: Option<&'a Email>,
    pub conflict: Option<Conflict>,
    pub is_protected: bool,
    pub credential_owner: CredentialOwner,
    /// The domain of the address is not among `policy.allowed_domains`.
    pub has_foreign_domain: bool,
    /// The team the files name, where teams could not be read.
    pub unresolved_team: Option<&'a str>,
}

/// The wanted side of a person; nearly everybody is as they should be, and costs no copy.
#[derive(Debug)]
pub enum Wanted<'a> {
    AsLive(&'a User),
    Differs(Box<User>),
}

impl Wanted<'_> {
    fn to_mut(&mut self) -> &mut User {
        if let Wanted::AsLive(user) = self {
            *self = Wanted::Differs(Box::new((*user).clone()));
        }
        match self {
            Wanted::Differs(user) => user,
            Wanted::AsLive(_) => unreachable!("made to differ above"),
        }
    }

    /// Lays a value over the live one; the same value changes nothing.
    fn set<T: PartialEq>(
        &mut self,
        field: impl Fn(&mut User) -> &mut T,
        is_same: impl Fn(&User) -> bool,
        value: T,
    ) {
        if !is_same(self) {
            *field(self.to_mut()) = value;
        }
    }
}

impl Deref for Wanted<'_> {
    type Target = User;

    fn deref(&self) -> &User {
        match self {
            Wanted::AsLive(user) => user,
            Wanted::Differs(user) => user,
        }
    }
}

/// Whether the token acts for this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialOwner {
    No,
    /// HubSpot says so: they may not lose their access.
    Told,
    /// `policy.credential_owner` says so: they are not touched at all.
    Configured,
}

/// The access that the entry's role asks for.
#[derive(Debug, Clone, Copy)]
pub enum WantedAccess<'a> {
    /// No `role:`, so whatever they have.
    LeftOut,
    /// `role: null`: no permission set.
    Cleared,
    PermissionSet(ResolvedRole<'a>),
    /// The account's permission sets could not be read, or it has none.
    Unavailable {
        role: ResolvedRole<'a>,
        set: &'a str,
    },
    Template {
        role: ResolvedRole<'a>,
        template: &'a str,
    },
    Scratch(ResolvedRole<'a>),
    SuperAdmin(ResolvedRole<'a>),
}

impl<'a> WantedAccess<'a> {
    pub fn role(&self) -> Option<ResolvedRole<'a>> {
        match self {
            WantedAccess::LeftOut | WantedAccess::Cleared => None,
            WantedAccess::PermissionSet(role)
            | WantedAccess::Unavailable { role, .. }
            | WantedAccess::Template { role, .. }
            | WantedAccess::Scratch(role)
            | WantedAccess::SuperAdmin(role) => Some(*role),
        }
    }
}

pub(super) struct Context<'a, 'r> {
    pub desired: &'a Desired,
    pub snapshot: &'a Snapshot,
    pub today: Date,
    pub roles: &'r BTreeMap<&'a RoleKey, ResolvedRole<'a>>,
    pub teams: &'r Directory<'a>,
}

/// Somebody no file names, whom `policy.unmanaged: remove` asks to be removed.
pub(super) fn not_in_files<'a>(context: &Context<'a, '_>, member: &'a Member) -> Person<'a> {
    let email = &member.user.email;
    Person {
        entry: None,
        email,
        live: Some(member),
        wanted: Wanted::AsLive(&member.user),
        state: WantedState::Removed,
        expired: None,
        access: WantedAccess::LeftOut,
        live_email: None,
        conflict: None,
        is_protected: is_protected(context.desired, [Some(email), None]),
        credential_owner: credential_owner(context, email, Some(member)),
        has_foreign_domain: false,
        unresolved_team: None,
    }
}

pub(super) fn resolve<'a>(
    context: &Context<'a, '_>,
    entry: &'a DesiredUser,
    found: Found<'a>,
    findings: &mut Findings,
) -> Person<'a> {
    let Found { member, live_email, conflict } = found;
    let desired = context.desired;
    let policy = &desired.policy;
    let expired = entry.expires.as_ref().map(|expiry| expiry.day).filter(|day| *day <= context.today);
    let state = match (entry.state, expired) {
        (WantedState::Present, Some(_)) => entry.on_expiry.unwrap_or(policy.on_expiry),
        (state, _) => state,
    };
    let access = wanted_access(context, entry);
    let member = member.filter(|member| member.user.status != Status::Absent || member.user.id.is_some());
    let present = member.filter(|member| member.user.status != Status::Absent);
    let mut wanted = match present {
        Some(member) => Wanted::AsLive(&member.user),
        None => Wanted::Differs(Box::new(newcomer(entry, member))),
    };
    let mut unresolved_team = None;
    if state == WantedState::Present {
        let mut overlay = Overlay { context, entry, wanted: &mut wanted, findings };
        overlay.names(present.is_none());
        overlay.access(access);
        unresolved_team = overlay.teams();
        overlay.main_team_once();
        overlay.seats(access, present.is_none());
        if !profile_is_unreadable(context, present) {
            overlay.profile();
        }
    }
    let domain = entry.email.domain();
    let domains = &policy.allowed_domains;
    Person {
        entry: Some(entry),
        email: &entry.email,
        live: member,
        wanted,
        state,
        expired: expired.filter(|_| entry.state == WantedState::Present),
        access,
        live_email,
        conflict,
        is_protected: is_protected(desired, [Some(&entry.email), live_email]),
        credential_owner: credential_owner(context, &entry.email, member),
        has_foreign_domain: !domains.is_empty() && !domains.iter().any(|allowed| allowed == domain),
        unresolved_team,
    }
}

/// Somebody of whom nothing is there; but whoever was here before gets their CRM record back.
fn newcomer(entry: &DesiredUser, former: Option<&Member>) -> User {
    let profile = former.map(|former| former.user.profile.clone()).unwrap_or_default();
    User { profile, ..User::absent(entry.email.clone()) }
}

fn is_protected(desired: &Desired, addresses: [Option<&Email>; 2]) -> bool {
    let protected = &desired.policy.protected;
    addresses.into_iter().flatten().any(|email| protected.iter().any(|pattern| pattern.matches(email)))
}

fn credential_owner(context: &Context<'_, '_>, email: &Email, member: Option<&Member>) -> CredentialOwner {
    let configured = context.desired.policy.credential_owner.as_ref();
    let live = member.map(|member| &member.user);
    if configured.is_some_and(|owner| owner == email || live.is_some_and(|user| user.email == *owner)) {
        return CredentialOwner::Configured;
    }
    let told = context.snapshot.credential_owner.as_ref();
    match live.and_then(|user| user.id.as_ref()) {
        Some(id) if told == Some(id) => CredentialOwner::Told,
        _ => CredentialOwner::No,
    }
}

fn wanted_access<'a>(context: &Context<'a, '_>, entry: &'a DesiredUser) -> WantedAccess<'a> {
    let key = match &entry.role {
        Setting::LeftOut => return WantedAccess::LeftOut,
        Setting::Clear(_) => return WantedAccess::Cleared,
        Setting::Given(key, _) => key,
    };
    let role = *context.roles.get(key).expect("`config` refuses an entry whose role has no file");
    match &role.role.access {
        Access::PermissionSet(set) if context.snapshot.catalog.permission_sets.is_none() => {
            WantedAccess::Unavailable { role, set }
        }
        Access::PermissionSet(_) => WantedAccess::PermissionSet(role),
        Access::Template(template) => WantedAccess::Template { role, template },
        Access::Scratch => WantedAccess::Scratch(role),
        Access::SuperAdmin => WantedAccess::SuperAdmin(role),
    }
}

/// Unknown is not empty: a profile that could not be read is left alone.
fn profile_is_unreadable(context: &Context<'_, '_>, present: Option<&Member>) -> bool {
    match present {
        Some(member) => member.sources.crm == Source::Unread,
        None => context.snapshot.lacks(Degraded::CRM_RECORDS),
    }
}

/// Lays one entry over the wanted side.
struct Overlay<'a, 'r, 'o> {
    context: &'o Context<'a, 'r>,
    entry: &'a DesiredUser,
    wanted: &'o mut Wanted<'a>,
    findings: &'o mut Findings,
}

impl<'a> Overlay<'a, '_, '_> {
    fn names(&mut self, is_new: bool) {
        // A name is one global profile across portals, so it is given once and then left to its owner.
        if !is_new && self.context.desired.policy.names == NamePolicy::CreateOnly {
            return;
        }
        if let Some(name) = text(&self.entry.first_name) {
            self.wanted.set(|user| &mut user.first_name, |user| user.first_name == name, name.clone());
        }
        if let Some(name) = text(&self.entry.last_name) {
            self.wanted.set(|user| &mut user.last_name, |user| user.last_name == name, name.clone());
        }
    }

    fn access(&mut self, access: WantedAccess<'a>) {
        let (super_admin, sets) = match access {
            WantedAccess::LeftOut => return,
            WantedAccess::SuperAdmin(_) => (true, None),
            WantedAccess::Cleared => (false, Some(Vec::new())),
            WantedAccess::PermissionSet(role) => (false, Some(Vec::from_iter(role.named_set()))),
            // What no API gives is a step by hand, not a difference.
            WantedAccess::Unavailable { .. } | WantedAccess::Template { .. } | WantedAccess::Scratch(_) => {
                (false, None)
            }
        };
        self.wanted.set(|user| &mut user.super_admin, |user| user.super_admin == super_admin, super_admin);
        if let Some(sets) = sets {
            self.wanted.set(
                |user| &mut user.permission_sets,
                |user| user.permission_sets == sets,
                sets.clone(),
            );
        }
    }

    /// The name of a team that cannot be looked up.
    fn teams(&mut self) -> Option<&'a str> {
        let directory = self.context.teams;
        if !directory.is_readable() {
            return match &self.entry.team {
                Setting::Given(name, _) => Some(name),
                Setting::LeftOut | Setting::Clear(_) => None,
            };
        }
        let mut unresolved = None;
        match &self.entry.team {
            Setting::LeftOut => {}
            Setting::Clear(_) => self.wanted.set(|user| &mut user.team, |user| user.team.is_none(), None),
            Setting::Given(name, place) => {
                if let Some(team) = directory.look_up(name, place, self.findings) {
                    if self.is_out_of_reach(&team) {
                        unresolved = Some(&**name);
                    } else {
                        let is_same = |user: &User| is_same_team(user.team.as_ref(), &team);
                        self.wanted.set(|user| &mut user.team, is_same, Some(team.clone()));
                    }
                }
            }
        }
        let extra: Vec<Named<TeamId>> = match &self.entry.extra_teams {
            Setting::LeftOut => return unresolved,
            Setting::Clear(_) => Vec::new(),
            Setting::Given(names, _) => {
                let mut extra = Vec::with_capacity(names.len());
                for (name, place) in names {
                    match directory.look_up(name, place, self.findings) {
                        Some(team) if self.is_out_of_reach(&team) => unresolved = Some(&**name),
                        Some(team) => extra.push(team),
                        None => {}
                    }
                }
                extra.sort();
                extra
            }
        };
        let is_same = |user: &User| is_same_teams(&user.extra_teams, &extra);
        self.wanted.set(|user| &mut user.extra_teams, is_same, extra.clone());
        unresolved
    }

    /// HubSpot refuses the main team among the extra ones. `config` sees to it where the file names both; where
    /// it names one and leaves the other as it is, whoever gets their main team is no longer in it as an extra.
    fn main_team_once(&mut self) {
        if let (Setting::LeftOut, Setting::LeftOut) = (&self.entry.team, &self.entry.extra_teams) {
            return;
        }
        let Some(main) = self.wanted.team.clone() else { return };
        let is_main = |extra: &Named<TeamId>| is_same_team(Some(extra), &main);
        if self.wanted.extra_teams.iter().any(is_main) {
            self.wanted.to_mut().extra_teams.retain(|extra| !is_main(extra));
        }
    }

    /// A team that is not there yet and that this API version cannot create.
    fn is_out_of_reach(&self, team: &Named<TeamId>) -> bool {
        team.id.is_none() && !self.context.snapshot.api.has_teams_api()
    }

    fn seats(&mut self, access: WantedAccess<'a>, is_new: bool) {
        let role_seats = access.role().map_or(&Setting::LeftOut, |role| &role.role.seats);
        let own = &self.entry.seats;
        let seats = match (own, role_seats) {
            (Setting::LeftOut, Setting::LeftOut) => return,
            (Setting::LeftOut, seats) | (seats, _) => seats,
        };
        if let Some(catalog) = &self.context.snapshot.catalog.seats {
            check_seats(own, catalog, self.findings);
        }
        // An older version tells nobody's seats; only of a newcomer is it known that they have none.
        if !self.context.snapshot.api.has_seats() && !is_new {
            return;
        }
        let mut names: Vec<String> = match seats {
            Setting::Given(names, _) => names.iter().map(|(name, _)| name.to_string()).collect(),
            Setting::LeftOut | Setting::Clear(_) => Vec::new(),
        };
        names.sort_unstable();
        self.wanted.set(|user| &mut user.seats, |user| user.seats == names, names.clone());
    }

    fn profile(&mut self) {
        let Some(profile) = self.entry.profile.as_deref() else { return };
        let zone = self.time_zone(profile);
        // Destructured so that a new attribute cannot be forgotten here.
        let DesiredProfile {
            job_title,
            phone,
            availability,
            time_zone,
            working_hours,
            out_of_office,
            main_language,
            other_languages,
        } = profile;
        let mut laid_over: Profile = self.wanted.profile.clone();
        let texts = [
            (job_title, &mut laid_over.job_title),
            (phone, &mut laid_over.phone),
            (availability, &mut laid_over.availability),
            (time_zone, &mut laid_over.time_zone),
            (main_language, &mut laid_over.main_language),
        ];
        for (setting, field) in texts {
            if let Some(value) = text(setting) {
                *field = value;
            }
        }
        match working_hours {
            Setting::LeftOut => {}
            Setting::Clear(_) => laid_over.working_hours = None,
            Setting::Given(hours, _) => laid_over.working_hours = Some(Raw::Known(hours.clone())),
        }
        match out_of_office {
            Setting::LeftOut => {}
            Setting::Clear(_) => laid_over.out_of_office = None,
            Setting::Given(absences, _) => {
                let absences = absences.iter().map(|absence| in_zone(absence, &zone)).collect();
                laid_over.out_of_office = Some(Raw::Known(absences));
            }
        }
        match other_languages {
            Setting::LeftOut => {}
            Setting::Clear(_) => laid_over.other_languages.clear(),
            Setting::Given(languages, _) => laid_over.other_languages.clone_from(languages),
        }
        self.wanted.set(|user| &mut user.profile, |user| user.profile == laid_over, laid_over.clone());
    }

    /// The time zone that the person will have, else the portal's.
    fn time_zone(&self, profile: &DesiredProfile) -> TimeZone {
        let own = match &profile.time_zone {
            Setting::Given(zone, _) => Some(zone),
            Setting::LeftOut => self.wanted.profile.time_zone.as_ref(),
            Setting::Clear(_) => None,
        };
        [own, Some(&self.context.snapshot.portal.time_zone)]
            .into_iter()
            .flatten()
            .find_map(|name| TimeZone::get(name).ok())
            .unwrap_or(TimeZone::UTC)
    }
}

/// `None`: left out. `Some(None)`: cleared.
fn text(setting: &Setting<String>) -> Option<Option<String>> {
    match setting {
        Setting::LeftOut => None,
        Setting::Clear(_) => Some(None),
        Setting::Given(value, _) => Some(Some(value.clone())),
    }
}

/// By id: a team that the same plan renames is the same team.
fn is_same_team(live: Option<&Named<TeamId>>, wanted: &Named<TeamId>) -> bool {
    wanted.id.is_some() && live.is_some_and(|live| live.id == wanted.id)
}

fn is_same_teams(live: &[Named<TeamId>], wanted: &[Named<TeamId>]) -> bool {
    live.len() == wanted.len()
        && wanted.iter().all(|team| live.iter().any(|live| is_same_team(Some(live), team)))
}

fn in_zone(absence: &DesiredAbsence, zone: &TimeZone) -> Absence {
    let DesiredAbsence { from, to, place: _ } = absence;
    // A moment that a clock change skips or repeats is taken as the clock change before it would have it.
    let moment = |time: &DateTime| {
        zone.to_ambiguous_timestamp(*time)
            .compatible()
            .expect("`config` takes years from 2000 to 2199, and every zone has those")
    };
    Absence { from: moment(from), to: moment(to) }
}
