//! Portals drawn at random: teams, permission sets, seats, and people in every state HubSpot has.
//!
//! Deliberately absent: what should become of them; that is `files`. Names and addresses are chosen to be awkward.

use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use serde_json::{Map, Value, json};

pub(crate) const ID: u64 = 4611686;

const TEAMS: [&str; 9] =
    ["Sales", "sales", "Sales: NL", "12", "null", "- R&D", "Équipe #1", "\"quoted\"", " padded "];
const SETS: [&str; 5] = ["Sales Rep", "sales rep", "=1+1", "[draft] {x}", "Visionneur, à l'essai"];
const SEATS: [&str; 3] = ["Core", "Sales Hub", "View-only"];
/// Local parts; the first ones are what a failure shrinks to.
pub(crate) const PEOPLE: [&str; 22] = [
    "ana",
    "bo",
    "cy",
    "di",
    "eve",
    "Fi.De-Smet",
    "o'brien+crm",
    "a/b%c#d&e",
    "50%25",
    "null",
    "99",
    "{curly}",
    "~",
    "a=b?c",
    "`tick`",
    "|pipe|",
    "zoë",
    "$x^y",
    "*",
    "!x!",
    "UPPER",
    "x_y",
];
pub(crate) const NAMES: [&str; 14] = [
    "Ana",
    "Silva",
    "O'Brien",
    "Zoë",
    "李",
    "null",
    "12",
    "true",
    "- a: b # c",
    "\"quoted\" \\ back",
    " padded ",
    "<b>&amp;</b> @all",
    "\u{202e}backwards",
    "=cmd()",
];
const TIME_ZONES: [&str; 4] = ["Europe/Brussels", "America/New_York", "Asia/Kolkata", "UTC"];
const LANGUAGES: [&str; 5] = ["nl", "en", "ptbr", "fr", "zhtw"];

#[derive(Debug, Clone)]
pub(crate) struct Portal {
    pub(crate) time_zone: &'static str,
    pub(crate) teams: Vec<Team>,
    pub(crate) sets: Vec<&'static str>,
    pub(crate) seats: Vec<(&'static str, Option<u32>)>,
    pub(crate) people: Vec<Person>,
    pub(crate) behaviour: Behaviour,
}

#[derive(Debug, Clone)]
pub(crate) struct Team {
    pub(crate) name: &'static str,
    /// One that stands before it.
    pub(crate) parent: Option<usize>,
}

/// Scopes that a token may lack, and the rest.
const OPTIONAL_SCOPES: [&str; 4] = [
    "settings.users.teams.read",
    "settings.billing.write",
    "crm.objects.users.read",
    "crm.objects.owners.read",
];

/// What the token may read.
pub(crate) fn scopes() -> impl Strategy<Value = Vec<&'static str>> {
    prop_oneof![
        2 => Just(OPTIONAL_SCOPES.to_vec()),
        1 => subsequence(OPTIONAL_SCOPES.to_vec(), 0..=4)
    ]
    .prop_map(|mut scopes| {
        scopes.push("settings.users.read");
        scopes
    })
}

/// What HubSpot may or may not do; see the sandbox's document.
#[derive(Debug, Clone)]
pub(crate) struct Behaviour {
    put: &'static str,
    unset: &'static str,
    pub(crate) lists_deactivated: bool,
    pub(crate) list_lag: u32,
    seat_lag: u32,
    crm_record_lag: u32,
}

/// Teams, sets and seats by their place in the portal's lists, none twice.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: u64,
    pub(crate) email: String,
    pub(crate) first_name: Option<&'static str>,
    pub(crate) last_name: Option<&'static str>,
    pub(crate) status: Status,
    pub(crate) super_admin: bool,
    pub(crate) sets: Vec<usize>,
    pub(crate) team: Option<usize>,
    pub(crate) extra_teams: Vec<usize>,
    pub(crate) seats: Vec<usize>,
    pub(crate) profile: Profile,
    pub(crate) record: Record,
    pub(crate) listed: bool,
    last_active: bool,
    owner: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Active,
    Invited,
    Deactivated,
    Removed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Record {
    Telling,
    /// Says nothing about invitation and acceptance.
    Silent,
    Missing,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Profile {
    pub(crate) job_title: Option<&'static str>,
    pub(crate) phone: Option<&'static str>,
    pub(crate) availability: Option<&'static str>,
    pub(crate) time_zone: Option<&'static str>,
    pub(crate) working_hours: Option<Value>,
    pub(crate) out_of_office: Vec<Absence>,
    pub(crate) main_language: Option<&'static str>,
    pub(crate) other_languages: Vec<&'static str>,
}

/// In local time: `days` whole days, or from nine o'clock to half past five on the last of them.
#[derive(Debug, Clone)]
pub(crate) struct Absence {
    first: Date,
    days: i64,
    whole: bool,
}

impl Absence {
    fn last(&self) -> Date {
        self.first.checked_add(jiff::Span::new().days(self.days - 1)).expect("a day of this century")
    }

    fn span(&self) -> (DateTime, DateTime) {
        if self.whole {
            (self.first.at(0, 0, 0, 0), self.last().tomorrow().expect("not the last day").at(0, 0, 0, 0))
        } else {
            (self.first.at(9, 0, 0, 0), self.last().at(17, 30, 0, 0))
        }
    }

    /// As the seed has it: moments.
    fn moments(&self, zone: &str) -> Value {
        let zone = TimeZone::get(zone).expect("a zone");
        let (from, to) = self.span();
        let moment = |time: DateTime| zone.to_timestamp(time).expect("a moment").to_string();
        json!({ "from": moment(from), "to": moment(to) })
    }

    /// As a file has it: days, or times of days.
    pub(crate) fn written(&self) -> Value {
        if self.whole {
            return json!({ "from": self.first.to_string(), "to": self.last().to_string() });
        }
        let (from, to) = self.span();
        let minutes = |time: DateTime| time.strftime("%Y-%m-%dT%H:%M").to_string();
        json!({ "from": minutes(from), "to": minutes(to) })
    }
}

fn absence(month: i8) -> impl Strategy<Value = Option<Absence>> {
    option::weighted(
        0.3,
        (1..20i8, 1..8i64, any::<bool>()).prop_map(move |(day, days, whole)| Absence {
            first: date(2029, month, day),
            days,
            whole,
        }),
    )
}

pub(crate) fn hours() -> impl Strategy<Value = Value> {
    select(vec![
        json!({ "mon-fri": "09:00-17:30" }),
        json!({ "mon": ["08:00-12:00", "13:00-17:00"], "sat-sun": "10:00-12:00" }),
        json!({ "every-day": "00:00-24:00" }),
        json!({ "tue": "09:00-10:00", "wed": "09:00-10:00", "thu": "09:30-10:00" }),
    ])
}

pub(crate) fn profile() -> impl Strategy<Value = Profile> {
    let text = || option::weighted(0.4, select(&NAMES[..]));
    (
        text(),
        text(),
        option::weighted(0.3, select(&["available", "away"][..])),
        option::weighted(0.5, select(&TIME_ZONES[..])),
        option::weighted(0.4, prop_oneof![6 => hours(), 1 => Just(json!({ "raw": "9 to 5" }))]),
        (absence(1), absence(7)),
        option::weighted(0.3, select(&LANGUAGES[..])),
        subsequence(LANGUAGES.to_vec(), 0..3),
    )
        .prop_map(|(job_title, phone, availability, time_zone, hours, absences, main, other)| Profile {
            job_title,
            phone,
            availability,
            time_zone,
            // HubSpot takes no hours without a zone, but may hold them.
            working_hours: hours,
            out_of_office: [absences.0, absences.1].into_iter().flatten().collect(),
            main_language: main,
            other_languages: other,
        })
}

/// Distinct places among `of`.
pub(crate) fn places(picks: &[Index], of: usize) -> Vec<usize> {
    let mut places: Vec<usize> =
        if of == 0 { Vec::new() } else { picks.iter().map(|pick| pick.index(of)).collect() };
    places.sort_unstable();
    places.dedup();
    places
}

type PersonDraw = (
    (Status, bool, Record, bool, bool, bool),
    (Option<&'static str>, Option<&'static str>),
    (Vec<Index>, Option<Index>, Vec<Index>, Vec<Index>),
    Profile,
);

fn person() -> impl Strategy<Value = PersonDraw> {
    let name = || option::weighted(0.7, select(&NAMES[..]));
    (
        (
            prop_oneof![
                8 => Just(Status::Active),
                2 => Just(Status::Invited),
                2 => Just(Status::Deactivated),
                1 => Just(Status::Removed)
            ],
            proptest::bool::weighted(0.15),
            prop_oneof![8 => Just(Record::Telling), 1 => Just(Record::Silent), 1 => Just(Record::Missing)],
            proptest::bool::weighted(0.1),
            any::<bool>(),
            proptest::bool::weighted(0.9),
        ),
        (name(), name()),
        (
            prop_oneof![2 => vec(any::<Index>(), 0..2), 1 => vec(any::<Index>(), 2..4)],
            option::of(any::<Index>()),
            vec(any::<Index>(), 0..3),
            vec(any::<Index>(), 0..3),
        ),
        profile(),
    )
}

fn behaviour() -> impl Strategy<Value = Behaviour> {
    (
        select(&["replace", "merge"][..]),
        select(&["left_out", "sent_as_null"][..]),
        proptest::bool::weighted(0.7),
        (0..2u32, 0..3u32, 0..3u32),
    )
        .prop_map(|(put, unset, lists_deactivated, (list_lag, seat_lag, crm_record_lag))| Behaviour {
            put,
            unset,
            lists_deactivated,
            list_lag,
            seat_lag,
            crm_record_lag,
        })
}

pub(crate) fn portal() -> impl Strategy<Value = Portal> {
    let ids: Vec<u64> = (0..PEOPLE.len() as u64).map(|number| 1000 + number).collect();
    (
        select(&TIME_ZONES[..]),
        vec(option::of(any::<Index>()), 0..=6),
        Just(TEAMS.to_vec()).prop_shuffle(),
        subsequence(SETS.to_vec(), 1..=4),
        subsequence(SEATS.to_vec(), 0..=3),
        vec(option::weighted(0.7, 0..4u32), 3),
        (vec(person(), 0..=10), Just(PEOPLE.to_vec()).prop_shuffle(), Just(ids).prop_shuffle()),
        behaviour(),
    )
        .prop_map(|(time_zone, parents, names, sets, seats, remaining, people, behaviour)| {
            let teams: Vec<Team> = parents
                .iter()
                .enumerate()
                .map(|(at, pick)| Team {
                    name: names[at],
                    parent: pick.filter(|_| at > 0).map(|pick| pick.index(at)),
                })
                .collect();
            let seats: Vec<_> = seats.into_iter().zip(remaining).collect();
            let (draws, locals, ids) = people;
            let people = draws
                .into_iter()
                .zip(locals)
                .zip(ids)
                .map(|((draw, local), id)| made(draw, local, id, (teams.len(), sets.len(), seats.len())))
                .collect();
            Portal { time_zone, teams, sets, seats, people, behaviour }
        })
}

fn made(draw: PersonDraw, local: &str, id: u64, (teams, sets, seats): (usize, usize, usize)) -> Person {
    let (
        (status, super_admin, record, unlisted, last_active, owner),
        (first_name, last_name),
        picks,
        profile,
    ) = draw;
    let (set_picks, team, extra, seat_picks) = picks;
    let is_in = status != Status::Removed;
    // Of whom it is not known that they are invited, names are tried anew by every plan; and whom no list shows at
    // all, nobody asks about.
    let record = match record {
        Record::Silent if status != Status::Active => Record::Telling,
        Record::Missing if unlisted || !is_in || status == Status::Invited => Record::Telling,
        record => record,
    };
    let super_admin = super_admin && status == Status::Active;
    let team = team.filter(|_| teams > 0 && is_in).map(|pick| pick.index(teams));
    let mut extra_teams = places(&extra, if is_in { teams } else { 0 });
    extra_teams.retain(|extra| Some(*extra) != team);
    Person {
        id,
        email: format!("{local}@example.com"),
        first_name,
        last_name,
        status,
        super_admin,
        sets: places(&set_picks, if super_admin || !is_in { 0 } else { sets }),
        team,
        extra_teams,
        seats: places(&seat_picks, if is_in { seats } else { 0 }),
        profile: if record == Record::Missing { Profile::default() } else { profile },
        record,
        listed: !unlisted,
        last_active: last_active && status == Status::Active && record != Record::Silent,
        owner: owner || record == Record::Missing,
    }
}

impl Portal {
    pub(crate) fn set_id(place: usize) -> String {
        (100 + place).to_string()
    }

    pub(crate) fn team_id(place: usize) -> String {
        (11 + place).to_string()
    }

    /// The zone in which a person's absences are meant.
    pub(crate) fn zone_of(&self, profile: &Profile) -> &'static str {
        profile.time_zone.unwrap_or(self.time_zone)
    }

    /// A seed of the sandbox.
    pub(crate) fn seed(&self) -> Value {
        let team = |place: &usize| json!({ "id": Portal::team_id(*place), "name": self.teams[*place].name });
        let teams: Vec<Value> = (0..self.teams.len())
            .map(|place| {
                let mut written = team(&place);
                if let Some(parent) = &self.teams[place].parent {
                    written["parent"] = team(parent);
                }
                written
            })
            .collect();
        let sets: Vec<Value> = (0..self.sets.len())
            .map(|place| json!({ "id": Portal::set_id(place), "name": self.sets[place] }))
            .collect();
        let seats: Vec<Value> =
            self.seats.iter().map(|(name, left)| json!({ "name": name, "remaining": left })).collect();
        let people: Vec<Value> = self
            .people
            .iter()
            .map(|person| {
                let mut written = json!({
                    "id": person.id.to_string(),
                    "crm_id": (2000 + person.id).to_string(),
                    "owner_id": person.owner.then(|| (4000 + person.id).to_string()),
                    "email": person.email,
                    "first_name": person.first_name,
                    "last_name": person.last_name,
                    "status": person.status.word(),
                    "super_admin": person.super_admin,
                    "permission_sets": person.sets.iter().map(|place| sets[*place].clone()).collect::<Vec<_>>(),
                    "team": person.team.as_ref().map(team),
                    "extra_teams": person.extra_teams.iter().map(team).collect::<Vec<_>>(),
                    "seats": person.seats.iter().map(|place| self.seats[*place].0).collect::<Vec<_>>(),
                    "listed": person.listed,
                    "profile": person.profile.words(self.zone_of(&person.profile)),
                    "last_active": person.last_active.then_some("2026-11-20T09:12:00Z"),
                });
                match person.record {
                    Record::Telling => {}
                    Record::Silent => {
                        written["properties"] =
                            json!({ "hs_invite_status": null, "hs_invite_accepted_time": null });
                    }
                    Record::Missing => written["crm_id"] = Value::Null,
                }
                written
            })
            .collect();
        let Behaviour { put, unset, lists_deactivated, list_lag, seat_lag, crm_record_lag } = &self.behaviour;
        json!({
            "portal": { "id": ID, "time_zone": self.time_zone, "tier": "enterprise" },
            // As good as none, and announced, so that the client does not keep to its first guess.
            "limits": { "ten_seconds": 1_000_000 },
            "behaviour": {
                "put": put, "unset": unset, "lists_deactivated": lists_deactivated,
                "list_lag": list_lag, "seat_lag": seat_lag, "crm_record_lag": crm_record_lag,
            },
            "permission_sets": sets,
            "teams": teams,
            "seats": seats,
            "people": people,
        })
    }
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Invited => "invited",
            Status::Deactivated => "deactivated",
            Status::Removed => "removed",
        }
    }
}

impl Profile {
    fn words(&self, zone: &str) -> Value {
        let Profile {
            job_title,
            phone,
            availability,
            time_zone,
            working_hours,
            out_of_office,
            main_language,
            other_languages,
        } = self;
        let mut words = Map::new();
        for (word, value) in [
            ("job_title", job_title),
            ("phone", phone),
            ("availability", availability),
            ("time_zone", time_zone),
            ("main_language", main_language),
        ] {
            words.extend(value.map(|value| (word.to_owned(), value.into())));
        }
        words.extend(working_hours.clone().map(|hours| ("working_hours".to_owned(), hours)));
        if !out_of_office.is_empty() {
            let moments = out_of_office.iter().map(|absence| absence.moments(zone)).collect();
            words.insert("out_of_office".to_owned(), Value::Array(moments));
        }
        if !other_languages.is_empty() {
            words.insert("other_languages".to_owned(), other_languages.clone().into());
        }
        words.into()
    }
}
