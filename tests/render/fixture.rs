//! Plans built by hand: one with every kind of row, note, rule and step, and smaller ones.
//!
//! Deliberately absent: planning. What is shown must not depend on what planning happens to produce.

use std::sync::Arc;

use hubroster::apply::{ActionError, Outcome, OutcomeKind, Report, Stop};
use hubroster::guard::{Guard, Verdict};
use hubroster::model::{
    Account, ApiVersion, Degraded, Email, Owned, Place, PortalId, Status, TeamId, User, UserId,
};
use hubroster::plan::{
    Action, ActionKind, Attribute, Blocked, ByHand, ByHandStep, Change, NamedText, Note, People, Permission,
    Plan, PlannedPortal, PrivilegeChange, ProfileAttribute, Rule, StartFrom, Subject, TeamAttribute,
    TeamState, Unmanaged, UserAttribute, Value, Waiting, WaitingReason, WhyByHand, Work,
};

pub(crate) const ROLE: Attribute = Attribute::User(UserAttribute::Role);
pub(crate) const TEAM: Attribute = Attribute::User(UserAttribute::Team);
pub(crate) const EXTRA_TEAMS: Attribute = Attribute::User(UserAttribute::ExtraTeams);
pub(crate) const SEATS: Attribute = Attribute::User(UserAttribute::Seats);
pub(crate) const FIRST_NAME: Attribute = Attribute::User(UserAttribute::FirstName);
pub(crate) const LAST_NAME: Attribute = Attribute::User(UserAttribute::LastName);
pub(crate) const JOB_TITLE: Attribute = Attribute::Profile(ProfileAttribute::JobTitle);
pub(crate) const WORKING_HOURS: Attribute = Attribute::Profile(ProfileAttribute::WorkingHours);
pub(crate) const OTHER_LANGUAGES: Attribute = Attribute::Profile(ProfileAttribute::OtherLanguages);
pub(crate) const TEAM_NAME: Attribute = Attribute::Team(TeamAttribute::Name);
pub(crate) const PARENT: Attribute = Attribute::Team(TeamAttribute::Parent);

pub(crate) fn account() -> Account {
    Account {
        id: PortalId(4_611_686),
        account_type: "STANDARD".to_owned(),
        time_zone: "Europe/Brussels".to_owned(),
        ui_domain: "app-eu1.hubspot.com".to_owned(),
        data_hosting_location: "eu1".to_owned(),
    }
}

pub(crate) fn empty() -> Plan {
    Plan {
        portal: PlannedPortal {
            id: PortalId(4_611_686),
            name: Some("Example BV".to_owned()),
            api: ApiVersion::September2026,
            account: account(),
        },
        people: People { live: 214, desired: 213, super_admins: 3, super_admins_after: 3, empty_list: false },
        targets: Vec::new(),
        actions: Vec::new(),
        blocked: Vec::new(),
        by_hand: Vec::new(),
        waiting: Vec::new(),
        unmanaged: Vec::new(),
        degraded: Vec::new(),
    }
}

pub(crate) fn person(email: &str, id: Option<&str>) -> Subject {
    Subject::User { email: Email::from_portal(email), id: id.map(UserId::new) }
}

pub(crate) fn team(name: &str, id: Option<&str>) -> Subject {
    Subject::Team { name: name.to_owned(), id: id.map(TeamId::new) }
}

pub(crate) fn named(name: &str, id: &str) -> Value {
    Value::Named(NamedText { name: name.to_owned(), id: Some(id.to_owned()) })
}

pub(crate) fn to_be_created(name: &str) -> Value {
    Value::Named(NamedText { name: name.to_owned(), id: None })
}

pub(crate) fn list(names: &[&str]) -> Value {
    Value::List(names.iter().map(|name| NamedText { name: (*name).to_owned(), id: None }).collect())
}

pub(crate) fn list_with_ids(items: &[(&str, &str)]) -> Value {
    let named =
        |(name, id): &(&str, &str)| NamedText { name: (*name).to_owned(), id: Some((*id).to_owned()) };
    Value::List(items.iter().map(named).collect())
}

pub(crate) fn change(attribute: Attribute, before: Value, after: Value) -> Change {
    Change { attribute, before, after }
}

pub(crate) fn at(line: u32) -> Option<Place> {
    Some(Place { file: Arc::from("users.yaml"), line, column: 12 })
}

pub(crate) fn action(kind: ActionKind, subject: Subject, changes: Vec<Change>) -> Action {
    let team = || TeamState { name: "Sales".to_owned(), parent: None };
    let work = match &subject {
        Subject::Team { .. } => Work::DeleteTeam { id: TeamId::new("1"), before: team() },
        Subject::User { email, .. } => Work::Remove { before: Box::new(User::absent(email.clone())) },
    };
    Action {
        kind,
        subject,
        changes,
        privilege: PrivilegeChange::None,
        notes: Vec::new(),
        source: at(31),
        work,
    }
}

fn with_notes(mut action: Action, notes: Vec<Note>) -> Action {
    action.notes = notes;
    action
}

fn raising(mut action: Action) -> Action {
    action.privilege = PrivilegeChange::Raise;
    action
}

pub(crate) fn verdict(guard: Guard) -> Verdict {
    Verdict {
        guard,
        refused: false,
        limit: None,
        limit_percent: None,
        actual: 0,
        of: 214,
        acknowledged: None,
    }
}

pub(crate) fn removals(actual: u64) -> Verdict {
    Verdict { limit: Some(5), limit_percent: Some(25), actual, ..verdict(Guard::MaxRemovals) }
}

/// The six rows of the sample in the documentation, and one that waits.
pub(crate) fn sample() -> Plan {
    let mut plan = empty();
    plan.actions = vec![
        action(
            ActionKind::Remove,
            person("leaver@example.com", Some("1001")),
            vec![change(ROLE, named("Sales Rep", "71"), Value::Nothing)],
        ),
        raising(action(
            ActionKind::Update,
            person("bo@example.com", Some("1234")),
            vec![change(ROLE, named("Viewer", "72"), named("Sales manager", "73"))],
        )),
        with_notes(
            action(
                ActionKind::Invite,
                person("cy@example.com", None),
                vec![
                    change(ROLE, Value::Nothing, named("Sales Rep", "71")),
                    change(TEAM, Value::Nothing, named("Sales Benelux", "501")),
                    change(SEATS, Value::Nothing, list(&["Core"])),
                ],
            ),
            vec![Note::SeatsLeft { seat: "Core".to_owned(), left: 2 }],
        ),
    ];
    plan.blocked = vec![blocked(ActionKind::Remove, "di@example.com", Rule::Protected, Vec::new())];
    plan.by_hand = vec![by_hand("fi@example.com", ByHandStep::GrantSuperAdmin)];
    plan.waiting = vec![waiting("gus@example.com", WaitingReason::Acceptance)];
    plan.unmanaged = vec![unmanaged("eve@example.com", Status::Active, Some("2026-08-02T21:30:00Z"))];
    plan
}

pub(crate) fn blocked(kind: ActionKind, email: &str, rule: Rule, changes: Vec<Change>) -> Blocked {
    Blocked { kind, subject: person(email, Some("1400")), changes, rule, source: at(12) }
}

pub(crate) fn by_hand(email: &str, step: ByHandStep) -> ByHand {
    ByHand { step, subject: person(email, Some("1500")), privilege: PrivilegeChange::None, source: at(13) }
}

pub(crate) fn waiting(email: &str, reason: WaitingReason) -> Waiting {
    let changes = vec![change(ROLE, named("Viewer", "72"), named("Sales Rep", "71"))];
    Waiting { email: Email::from_portal(email), reason, changes, source: at(14) }
}

pub(crate) fn unmanaged(email: &str, status: Status, last_active: Option<&str>) -> Unmanaged {
    Unmanaged {
        subject: person(email, Some("1600")),
        status: Some(status),
        last_active: last_active.map(|moment| moment.parse().expect("a timestamp")),
    }
}

/// Every kind of action, every note, every rule, every step, in the order of work.
pub(crate) fn rich() -> Plan {
    let mut plan = empty();
    plan.actions = [team_actions(), removal_actions(), update_actions(), newcomer_actions()].concat();
    plan.actions.push(with_notes(
        action(ActionKind::TeamDelete, team("Old team", Some("509")), Vec::new()),
        vec![Note::TeamMembers(3)],
    ));
    plan.blocked = every_rule();
    plan.by_hand = every_step();
    plan.waiting = vec![
        waiting("gus@example.com", WaitingReason::Acceptance),
        waiting("hal@example.com", WaitingReason::Reactivation),
    ];
    plan.unmanaged = vec![
        unmanaged("eve@example.com", Status::Active, Some("2026-08-02T21:30:00Z")),
        unmanaged("ex@example.com", Status::Deactivated, Some("2025-01-31T08:00:00Z")),
        unmanaged("new@example.com", Status::Invited, None),
        unmanaged("who@example.com", Status::Unknown, None),
        Unmanaged { subject: team("Field events", Some("520")), status: None, last_active: None },
    ];
    plan.degraded = vec![
        Degraded {
            what: "credential owner".to_owned(),
            missing_scope: None,
            effect: "whom the token acts for is not known".to_owned(),
        },
        Degraded {
            what: "seats".to_owned(),
            missing_scope: Some("settings.billing.write".to_owned()),
            effect: "seat limits were not checked".to_owned(),
        },
    ];
    plan
}

fn team_actions() -> Vec<Action> {
    vec![
        action(
            ActionKind::TeamCreate,
            team("Sales Nordics", None),
            vec![
                change(TEAM_NAME, Value::Nothing, Value::text("Sales Nordics")),
                change(PARENT, Value::Nothing, named("Sales", "500")),
            ],
        ),
        action(
            ActionKind::TeamUpdate,
            team("Sales NL", Some("501")),
            vec![
                change(TEAM_NAME, Value::text("Sales NL"), Value::text("Sales Benelux")),
                change(PARENT, Value::Nothing, to_be_created("Sales Europe")),
            ],
        ),
    ]
}

fn removal_actions() -> Vec<Action> {
    let access = || {
        vec![
            change(ROLE, named("Sales Rep", "71"), Value::Nothing),
            change(TEAM, named("Sales Benelux", "501"), Value::Nothing),
            change(EXTRA_TEAMS, list_with_ids(&[("Enablement", "502"), ("Partners", "503")]), Value::Nothing),
            change(SEATS, list(&["Core"]), Value::Nothing),
            change(FIRST_NAME, Value::text("Lee"), Value::Nothing),
        ]
    };
    vec![
        action(ActionKind::Remove, person("leaver@example.com", Some("1001")), access()),
        with_notes(
            action(
                ActionKind::Remove,
                person("stranger@example.com", Some("1002")),
                vec![change(ROLE, named("Viewer", "72"), Value::Nothing)],
            ),
            vec![Note::Unmanaged],
        ),
        with_notes(
            action(ActionKind::Deactivate, person("temp@example.com", Some("1003")), Vec::new()),
            vec![Note::Expired(jiff::civil::date(2027, 3, 31))],
        ),
        action(
            ActionKind::Strip,
            person("paused@example.com", Some("1004")),
            vec![
                change(ROLE, named("Sales Rep", "71"), named("No access", "79")),
                change(TEAM, named("Sales Benelux", "501"), Value::Nothing),
                change(SEATS, list(&["Core", "Sales Hub"]), Value::Nothing),
            ],
        ),
    ]
}

fn update_actions() -> Vec<Action> {
    vec![
        raising(with_notes(
            action(
                ActionKind::Update,
                person("bo@example.com", Some("1234")),
                vec![change(ROLE, named("Viewer", "72"), named("Sales manager", "73"))],
            ),
            vec![
                Note::DropsPermissionSets(vec!["Support".to_owned(), "Viewer".to_owned()]),
                Note::NeedsBillingWrite,
                Note::UnnamedPermissionSet("Viewer".to_owned()),
            ],
        )),
        with_notes(
            action(
                ActionKind::Update,
                person("ana@example.com", Some("1235")),
                vec![
                    change(ROLE, Value::Nothing, named("Sales Rep", "71")),
                    change(TEAM, named("Sales", "500"), to_be_created("Sales Nordics")),
                    change(SEATS, Value::Nothing, list(&["Core"])),
                    change(JOB_TITLE, Value::text("Account manager"), Value::text("Senior account manager")),
                    change(
                        WORKING_HOURS,
                        Value::text("mon-thu 09:00-12:30, 13:30-17:30; fri 09:00-12:30"),
                        Value::text("mon-thu 09:00-12:30, 13:30-18:00; fri 09:00-12:30"),
                    ),
                    change(OTHER_LANGUAGES, list(&["de", "fr"]), list(&["de", "en", "fr"])),
                ],
            ),
            vec![
                Note::ReplacesHandMadePermissions,
                Note::StatusUnknown,
                Note::SeatsUnchecked,
                Note::SeatsLeft { seat: "Core".to_owned(), left: 1 },
            ],
        ),
        action(
            ActionKind::Reactivate,
            person("back@example.com", Some("1236")),
            vec![change(TEAM, Value::Nothing, named("Sales", "500"))],
        ),
    ]
}

fn newcomer_actions() -> Vec<Action> {
    vec![
        with_notes(
            action(
                ActionKind::Invite,
                person("cy@example.com", None),
                vec![
                    change(ROLE, Value::Nothing, named("Sales Rep", "71")),
                    change(TEAM, Value::Nothing, named("Sales Benelux", "501")),
                    change(EXTRA_TEAMS, Value::Nothing, list_with_ids(&[("Enablement", "502")])),
                    change(SEATS, Value::Nothing, list(&["Core"])),
                    change(FIRST_NAME, Value::Nothing, Value::text("Cyrus")),
                    change(LAST_NAME, Value::Nothing, Value::text("Moreau")),
                    change(JOB_TITLE, Value::Nothing, Value::text("Account manager")),
                ],
            ),
            vec![Note::Returns, Note::WithoutMail, Note::SeatsLeft { seat: "Core".to_owned(), left: 0 }],
        ),
        with_notes(
            action(ActionKind::Invite, person("dee@example.com", None), Vec::new()),
            vec![Note::StartsWithMinimalAccess, Note::WithoutTeam("Sales Benelux".to_owned())],
        ),
    ]
}

fn every_rule() -> Vec<Blocked> {
    let role = || vec![change(ROLE, named("Viewer", "72"), named("Sales Rep", "71"))];
    let text = |name: &str| name.to_owned();
    let update = |email: &str, rule| blocked(ActionKind::Update, email, rule, role());
    vec![
        blocked(ActionKind::Remove, "b01@example.com", Rule::Protected, Vec::new()),
        blocked(ActionKind::Deactivate, "b02@example.com", Rule::SuperAdmin, Vec::new()),
        blocked(ActionKind::Strip, "b03@example.com", Rule::CredentialOwner, Vec::new()),
        update("b04@example.com", Rule::SeveralPermissionSets { lost: vec![text("Support")] }),
        blocked(
            ActionKind::Invite,
            "b05@elsewhere.example",
            Rule::ForeignDomain { domain: text("elsewhere.example") },
            role(),
        ),
        update("b06@example.com", Rule::NoSeatLeft { seat: text("Core"), wanted: 3, remaining: 1 }),
        update("b07@example.com", Rule::NoPermissionSets { set: text("Sales Rep") }),
        update("b08@example.com", Rule::NoRemovals),
        update("b14@example.com", Rule::Ignored { live: text("support@hubspot.com") }),
        update("b15@example.com", Rule::UnknownId { pinned: text("9999") }),
        blocked(ActionKind::Reactivate, "b09@example.com", Rule::StatusUnknown, Vec::new()),
        update("b10@example.com", Rule::IdentityConflict { pinned: text("77"), live: text("78") }),
        update("b11@example.com", Rule::SeveralLivePeople { ids: vec![text("77"), text("78")] }),
        update("b12@example.com", Rule::PreviousEmailStillLive { previous: text("b12.old@example.com") }),
        Blocked {
            kind: ActionKind::TeamDelete,
            subject: team("Sales", Some("500")),
            changes: Vec::new(),
            rule: Rule::TeamHasChildren { teams: vec![text("Sales Benelux"), text("Sales DACH")] },
            source: at(9),
        },
        blocked(
            ActionKind::Invite,
            "b16@exmaple.com",
            Rule::SimilarDomain { domain: text("exmaple.com"), near: text("example.com"), people: 12 },
            Vec::new(),
        ),
    ]
}

fn every_step() -> Vec<ByHand> {
    let text = |name: &str| name.to_owned();
    let of_team = |name: &str, step| ByHand {
        step,
        subject: team(name, Some("530")),
        privilege: PrivilegeChange::None,
        source: at(10),
    };
    let pair = |verb: &str, reach: &str| (verb.to_owned(), reach.to_owned());
    let permissions = vec![
        Permission {
            line: text("contacts"),
            grants: vec![pair("view", "team"), pair("edit", "own"), pair("delete", "none")],
        },
        Permission { line: text("export"), grants: vec![pair("", "off")] },
        Permission { line: text("reports"), grants: vec![pair("", "view")] },
    ];
    vec![
        ByHand {
            privilege: PrivilegeChange::Raise,
            ..by_hand("fi@example.com", ByHandStep::GrantSuperAdmin)
        },
        by_hand("h01@example.com", ByHandStep::RevokeSuperAdmin { then: Some(text("Sales Rep")) }),
        by_hand("h02@example.com", ByHandStep::RevokeSuperAdmin { then: None }),
        by_hand(
            "h03@example.com",
            ByHandStep::SetPermissions {
                start: StartFrom::Template(text("Standard User")),
                permissions: permissions.clone(),
                take_away: vec![text("Support")],
            },
        ),
        by_hand(
            "h04@example.com",
            ByHandStep::SetPermissions { start: StartFrom::Scratch, permissions, take_away: Vec::new() },
        ),
        by_hand(
            "h05@example.com",
            ByHandStep::TakeAwayPermissionSets {
                keep: text("Sales Rep"),
                take_away: vec![text("Support"), text("Viewer")],
            },
        ),
        by_hand(
            "h06@example.com",
            ByHandStep::Deactivate {
                expired: Some(jiff::civil::date(2027, 3, 31)),
                why: WhyByHand::NoScimToken,
                owned: None,
            },
        ),
        by_hand(
            "h07@example.com",
            ByHandStep::Deactivate {
                expired: None,
                why: WhyByHand::NoApi,
                owned: Some(Owned { contacts: Some(24), companies: Some(3), deals: Some(4), tickets: None }),
            },
        ),
        by_hand(
            "h08@example.com",
            ByHandStep::Reactivate { why: WhyByHand::UnknownToScim, deactivated: None },
        ),
        by_hand(
            "h09@example.com",
            ByHandStep::ChangeEmail { live: Email::from_portal("h09.old@example.com") },
        ),
        by_hand(
            "h10@example.com",
            ByHandStep::SetSeats {
                before: vec![text("Core")],
                after: vec![text("Sales Hub"), text("Service Hub")],
            },
        ),
        of_team("Sales Nordics", ByHandStep::CreateTeam { parent: Some(text("Sales")) }),
        of_team("Sales NL", ByHandStep::UpdateTeam { name: Some(text("Sales Benelux")), parent: None }),
        of_team("Sales DACH", ByHandStep::UpdateTeam { name: None, parent: Some(Some(text("Sales"))) }),
        of_team("Sales UK", ByHandStep::UpdateTeam { name: Some(text("UK")), parent: Some(None) }),
        of_team("Old team", ByHandStep::DeleteTeam),
    ]
}

/// Every guard, refusing.
pub(crate) fn every_refusal() -> Vec<Verdict> {
    vec![
        Verdict { refused: true, ..verdict(Guard::EmptyList) },
        Verdict { refused: true, acknowledged: Some(5), ..removals(7) },
        Verdict { refused: true, limit_percent: Some(50), actual: 150, ..verdict(Guard::MaxUpdates) },
        Verdict { refused: true, limit: Some(2), actual: 1, of: 3, ..verdict(Guard::MinSuperAdmins) },
        Verdict { refused: true, actual: 4, ..verdict(Guard::Unmanaged) },
        Verdict { refused: true, actual: 1, of: 17, ..verdict(Guard::AcknowledgeRaises) },
    ]
}

/// An outcome of each kind over the actions of a plan, in turn.
pub(crate) fn report(plan: &Plan, stopped: Option<Stop>) -> Report {
    let outcomes = plan
        .actions
        .iter()
        .enumerate()
        .map(|(index, action)| {
            outcome(action.clone(), OutcomeKind::ALL[(index + 5) % OutcomeKind::ALL.len()])
        })
        .collect();
    Report { outcomes, reads: 30, writes: 9, stopped }
}

fn outcome(action: Action, kind: OutcomeKind) -> Outcome {
    let error = (kind == OutcomeKind::Failed).then(|| ActionError {
        status: Some(400),
        category: Some("VALIDATION_ERROR".to_owned()),
        message: "Account doesn't have access to roles.".to_owned(),
        correlation_id: Some("0e1f2a3b-0000-4000-8000-1234567890ab".to_owned()),
    });
    let note = (kind == OutcomeKind::Waiting).then(|| "the CRM record does not exist yet".to_owned());
    let not_done = if kind == OutcomeKind::Waiting {
        action.changes.iter().filter(|change| change.attribute.is_profile()).cloned().collect()
    } else {
        Vec::new()
    };
    Outcome { action, kind, not_done, error, note }
}

/// Names that would do harm if they were believed.
pub(crate) const HOSTILE: [&str; 12] = [
    "esc\u{1b}[2J\u{1b}[31mred",
    "csi\u{9b}31m",
    "bidi\u{202e}gnp.exe",
    "zero\u{200b}width\u{feff}",
    "line\r\nbreak\tand\0nul",
    "**bold** _it_ `code` | cell",
    "<script>alert(1)</script><!-- -->",
    "</script><img src=x onerror=alert(1)>",
    "@everyone #1 GH-1 https://evil.example/ [x](javascript:alert(1))",
    "```\n# heading\n```",
    "::error file=a,line=1::gone%0A",
    "=HYPERLINK(\"https://evil.example\")",
];

/// Each hostile name as an address, a team, a role, a reason and a step.
pub(crate) fn hostile() -> Plan {
    let mut plan = empty();
    plan.portal.name = Some(HOSTILE[7].to_owned());
    plan.targets = vec![HOSTILE[0].to_owned()];
    for name in HOSTILE {
        plan.actions.push(with_notes(
            action(
                ActionKind::Update,
                person(name, None),
                vec![
                    change(ROLE, Value::text(name), named(name, name)),
                    change(SEATS, Value::Nothing, list(&[name])),
                ],
            ),
            vec![
                Note::UnnamedPermissionSet(name.to_owned()),
                Note::SeatsLeft { seat: name.to_owned(), left: 1 },
            ],
        ));
        plan.blocked.push(blocked(
            ActionKind::Invite,
            name,
            Rule::ForeignDomain { domain: name.to_owned() },
            Vec::new(),
        ));
        plan.by_hand.push(by_hand(name, ByHandStep::RevokeSuperAdmin { then: Some(name.to_owned()) }));
        plan.waiting.push(waiting(name, WaitingReason::Acceptance));
        plan.unmanaged.push(Unmanaged { subject: team(name, None), status: None, last_active: None });
        plan.degraded.push(Degraded {
            what: name.to_owned(),
            missing_scope: Some(name.to_owned()),
            effect: name.to_owned(),
        });
    }
    plan
}

/// `removed` people to remove and `changed` ones whose role changes, as in a portal of a large company.
pub(crate) fn large(removed: usize, changed: usize) -> Plan {
    let mut plan = empty();
    plan.people.live = 2 * (removed + changed);
    for number in 0..removed {
        plan.actions.push(action(
            ActionKind::Remove,
            person(&format!("leaver.number-{number:05}@example.com"), Some(&format!("{number}"))),
            vec![change(ROLE, named("Sales Rep", "71"), Value::Nothing)],
        ));
    }
    for number in 0..changed {
        plan.actions.push(action(
            ActionKind::Update,
            person(&format!("person.number-{number:05}@example.com"), Some(&format!("9{number}"))),
            vec![
                change(ROLE, named("Viewer", "72"), named("Sales Rep", "71")),
                change(TEAM, named("Sales", "500"), named("Sales Benelux", "501")),
            ],
        ));
    }
    plan
}
