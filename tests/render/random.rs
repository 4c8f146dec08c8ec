//! Plans that nobody would write: any rows in any number, under names that would do harm if they were believed.
//!
//! Deliberately absent: what is expected of them; each format has its own laws.

use hubroster::guard::Verdict;
use hubroster::model::{Degraded, Status};
use hubroster::plan::{
    Action, ActionKind, Attribute, ByHandStep, Change, Note, Plan, PrivilegeChange, Rule, Subject, Unmanaged,
    Value, WaitingReason,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::fixture;

/// What some reader of some format would take for more than text.
const FRAGMENTS: [&str; 58] = [
    "a",
    "Ana",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "`",
    "``",
    "```",
    "|",
    "\\",
    "\\|",
    "\\\\|",
    "*",
    "**",
    "_",
    "~~",
    "#",
    "##",
    "# ",
    "## ",
    "-",
    "- ",
    "+ ",
    "1. ",
    "> ",
    "> [!NOTE]",
    "[x](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "[^1]",
    "<",
    ">",
    "<b>",
    "</details>",
    "<details>",
    "</td>",
    "<!--",
    "-->",
    "<script>",
    "&amp;",
    "&#64;",
    "@ana",
    "ana@example.com",
    "#12",
    "GH-12",
    "o/r#3",
    "3f2a9c1d0e",
    "https://evil.example",
    "www.evil.example",
    ":tada:",
    "$x$",
    "$`x`$",
    "::error::x",
    "##[add-mask]x",
    "##vso[task.setvariable]x",
    "%0A",
    "\u{202e}",
];

pub(crate) fn name() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![9 => select(&FRAGMENTS[..]).prop_map(str::to_owned), 1 => "\\PC{1,3}".prop_map(String::from)];
    prop_oneof![
        8 => vec(fragment, 1..6).prop_map(|parts| parts.concat()),
        2 => "[a-z]{2,9}\\.[a-z]{2,9}@example\\.com".prop_map(String::from),
        1 => vec(select(&FRAGMENTS[..]), 80..200).prop_map(|parts| parts.concat()),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let list =
        vec(name(), 0..8).prop_map(|names| fixture::list(&Vec::from_iter(names.iter().map(String::as_str))));
    prop_oneof![
        Just(Value::Nothing),
        name().prop_map(Value::text),
        name().prop_map(|name| fixture::named(&name, "71")),
        list,
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let attributes: Vec<Attribute> = vec![
        fixture::ROLE,
        fixture::TEAM,
        fixture::EXTRA_TEAMS,
        fixture::SEATS,
        fixture::FIRST_NAME,
        fixture::JOB_TITLE,
        fixture::WORKING_HOURS,
    ];
    (select(attributes), value(), value())
        .prop_map(|(attribute, before, after)| fixture::change(attribute, before, after))
}

fn subject() -> impl Strategy<Value = Subject> {
    (name(), any::<bool>()).prop_map(|(name, is_team)| match is_team {
        true => fixture::team(&name, Some("501")),
        false => fixture::person(&name, Some("70010001")),
    })
}

fn note() -> impl Strategy<Value = Note> {
    prop_oneof![
        name().prop_map(Note::UnnamedPermissionSet),
        name().prop_map(Note::WithoutTeam),
        name().prop_map(Note::ListedAs),
        vec(name(), 1..3).prop_map(Note::DropsPermissionSets),
        name().prop_map(|seat| Note::SeatsLeft { seat, left: 1 }),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    (select(&ActionKind::ALL[..]), subject(), vec(change(), 0..4), vec(note(), 0..3), any::<bool>()).prop_map(
        |(kind, subject, changes, notes, raises)| Action {
            privilege: if raises { PrivilegeChange::Raise } else { PrivilegeChange::None },
            notes,
            ..fixture::action(kind, subject, changes)
        },
    )
}

fn rule() -> impl Strategy<Value = Rule> {
    prop_oneof![
        Just(Rule::Protected),
        name().prop_map(|domain| Rule::ForeignDomain { domain }),
        name().prop_map(|live| Rule::Ignored { live }),
        (name(), name()).prop_map(|(pinned, live)| Rule::IdentityConflict { pinned, live }),
        vec(name(), 1..4).prop_map(|lost| Rule::SeveralPermissionSets { lost }),
    ]
}

fn step() -> impl Strategy<Value = ByHandStep> {
    prop_oneof![
        Just(ByHandStep::GrantSuperAdmin),
        name().prop_map(|then| ByHandStep::RevokeSuperAdmin { then: Some(then) }),
        name().prop_map(|live| ByHandStep::ChangeEmail { live: hubroster::model::Email::from_portal(&live) }),
        (name(), name())
            .prop_map(|(keep, other)| ByHandStep::TakeAwayPermissionSets { keep, take_away: vec![other] }),
    ]
}

/// With so many rows of each kind at most.
pub(crate) fn plan(most: usize) -> impl Strategy<Value = Plan> {
    let beside = (
        vec((name(), rule(), vec(change(), 0..3)), 0..most),
        vec((name(), step(), any::<bool>()), 0..most),
        vec(name(), 0..most),
        vec(subject(), 0..most),
        vec((name(), name(), name()), 0..3),
    );
    (vec(action(), 0..most), beside, name(), vec(name(), 0..3)).prop_map(
        |(actions, (blocked, by_hand, waiting, unmanaged, degraded), portal, targets)| {
            let mut plan = fixture::empty();
            plan.portal.name = Some(portal);
            plan.targets = targets;
            plan.actions = actions;
            plan.blocked = blocked
                .into_iter()
                .map(|(name, rule, changes)| fixture::blocked(ActionKind::Update, &name, rule, changes))
                .collect();
            plan.by_hand = by_hand
                .into_iter()
                .map(|(name, step, raises)| {
                    let mut row = fixture::by_hand(&name, step);
                    row.privilege = if raises { PrivilegeChange::Raise } else { PrivilegeChange::None };
                    row
                })
                .collect();
            plan.waiting =
                waiting.iter().map(|name| fixture::waiting(name, WaitingReason::Acceptance)).collect();
            plan.unmanaged = unmanaged
                .into_iter()
                .map(|subject| Unmanaged { subject, status: Some(Status::Active), last_active: None })
                .collect();
            plan.degraded = degraded
                .into_iter()
                .map(|(what, scope, effect)| Degraded { what, missing_scope: Some(scope), effect })
                .collect();
            plan
        },
    )
}

pub(crate) fn verdicts() -> impl Strategy<Value = Vec<Verdict>> {
    any::<bool>()
        .prop_map(|refuses| if refuses { fixture::every_refusal() } else { vec![fixture::removals(0)] })
}
