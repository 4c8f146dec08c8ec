//! What rules can see beside the plan's rows: the people as the files want them, the roles, the seats, the day.
//!
//! The plan's JSON carries the same, so that a policy tool can ask what a rule can. Deliberately absent: people
//! whom no entry names; those are the plan's unmanaged rows. And copies: a portal may have very many people.

use jiff::civil::{Date, Weekday};

use crate::config::vocabulary::WEEKDAYS;
use crate::config::{DesiredUser, Role, RoleKey, Setting, WantedState};
use crate::plan::Plan;
use crate::resolve::{Person, Resolved};

use super::seats::{self, PaidSeats, SeatUse};

#[derive(Debug)]
pub struct Facts<'a> {
    /// The day the plan is of, in the portal's time zone.
    pub today: Date,
    /// One of `config::vocabulary::WEEKDAYS`.
    pub weekday: &'static str,
    /// The entries of the files, sorted by e-mail: where an entry stands is no matter.
    pub users: Vec<WantedUser<'a>>,
    /// Sorted by key.
    pub roles: Vec<(&'a RoleKey, &'a Role)>,
    /// `None`: the seats could not be read.
    pub seats: Option<Vec<SeatUse>>,
    pub paid_seats: Option<PaidSeats>,
}

/// An entry of `users:`, and what it leaves out as the portal has it.
#[derive(Debug, Clone, Copy)]
pub struct WantedUser<'a> {
    pub entry: &'a DesiredUser,
    pub person: &'a Person<'a>,
    /// Negative once the day has passed.
    pub expires_in_days: Option<i64>,
    /// The entry's own, or the policy's.
    pub on_expiry: WantedState,
    /// The plan is about them: with `--target` it is about a few.
    pub is_covered: bool,
}

impl<'a> Facts<'a> {
    pub fn new(resolved: &'a Resolved<'a>, plan: &Plan) -> Facts<'a> {
        let covers = plan.covers();
        let users = resolved.people.iter().filter_map(|person| {
            let entry = person.entry?;
            Some(WantedUser {
                entry,
                person,
                expires_in_days: entry.expires.as_ref().and_then(|expiry| days(resolved.today, expiry.day)),
                on_expiry: entry.on_expiry.unwrap_or(resolved.policy.on_expiry),
                is_covered: covers(person),
            })
        });
        let mut users: Vec<WantedUser<'a>> = users.collect();
        users.sort_by_key(|user| user.person.email.key());
        let seats = seats::used(resolved.snapshot, plan);
        Facts {
            today: resolved.today,
            weekday: weekday(resolved.today),
            users,
            roles: resolved.roles.iter().map(|(key, role)| (*key, role.role)).collect(),
            paid_seats: seats.as_deref().map(PaidSeats::of),
            seats,
        }
    }

    /// The place in `roles` of a user's role.
    pub(super) fn role_of(&self, user: usize) -> Option<usize> {
        let key = self.users.get(user)?.role()?;
        self.roles.binary_search_by(|(role, _)| (*role).cmp(key)).ok()
    }
}

impl<'a> WantedUser<'a> {
    /// `None` where the entry names none, or clears it.
    pub fn role(&self) -> Option<&'a RoleKey> {
        match &self.entry.role {
            Setting::Given(key, _) => Some(key),
            Setting::LeftOut | Setting::Clear(_) => None,
        }
    }

    pub fn expires(&self) -> Option<Date> {
        self.entry.expires.as_ref().map(|expiry| expiry.day)
    }

    /// Whether rules about people judge them: what is wanted of whoever goes is that they go.
    pub(super) fn is_judged(&self) -> bool {
        self.person.state == WantedState::Present && self.is_covered
    }
}

/// One of `config::vocabulary::WEEKDAYS`.
pub fn weekday(day: Date) -> &'static str {
    let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = WEEKDAYS;
    match day.weekday() {
        Weekday::Monday => monday,
        Weekday::Tuesday => tuesday,
        Weekday::Wednesday => wednesday,
        Weekday::Thursday => thursday,
        Weekday::Friday => friday,
        Weekday::Saturday => saturday,
        Weekday::Sunday => sunday,
    }
}

fn days(from: Date, to: Date) -> Option<i64> {
    from.until(to).ok().map(|span| i64::from(span.get_days()))
}
