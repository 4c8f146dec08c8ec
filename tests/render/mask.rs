//! A masked plan in every format: nobody in it can be told, and a reviewer can still judge it.
//!
//! Deliberately absent: where the key comes from; that is the command line's.

use std::collections::BTreeSet;

use hubroster::config::{Effect, Filled, Holds};
use hubroster::guard::Verdict;
use hubroster::model::{Email, Place, UserId};
use hubroster::plan::{ActionKind, Attribute, Note, Plan, ProfileAttribute, Rule, UserAttribute, Value};
use hubroster::policy::{About, RuleFinding, RuleVerdict};
use hubroster::render::{
    Cause, FactsDocument, MarkdownOptions, MaskKey, PlanDocument, SourceEntry, TextOptions, UserEntry,
    github, html, is_masked_digest, markdown, masked_digest, plan_schema, text,
};
use secrecy::SecretString;

use super::{counted, document, fixture, plain};

const FIRST_NAME: Attribute = Attribute::User(UserAttribute::FirstName);
const LAST_NAME: Attribute = Attribute::User(UserAttribute::LastName);
const PHONE: Attribute = Attribute::Profile(ProfileAttribute::Phone);

fn key(letter: char) -> MaskKey {
    MaskKey::new(SecretString::from(letter.to_string().repeat(64))).expect("long enough")
}

fn masked(plan: &Plan, verdicts: &[Verdict]) -> PlanDocument {
    document(plan, verdicts).masked(&key('k'))
}

fn in_every_format(document: &PlanDocument) -> Vec<(&'static str, String)> {
    vec![
        ("text", plain(&text(document, &TextOptions { width: 120 }))),
        ("narrow text", plain(&text(document, &TextOptions { width: 60 }))),
        ("markdown", markdown(document, &MarkdownOptions::default())),
        ("html", html(document)),
        ("json", document.to_json()),
        ("github", github(document)),
    ]
}

/// The sample, with people's names in every place that can hold one.
fn named() -> Plan {
    let mut plan = fixture::sample();
    plan.portal.name = Some("Silva BV, ana@example.com".to_owned());
    plan.targets = vec!["bo@example.com".to_owned(), "role:sales-rep".to_owned()];
    let mut ana = fixture::action(
        ActionKind::Update,
        fixture::person("Ana@Example.com", Some("70010005")),
        vec![
            fixture::change(FIRST_NAME, Value::text("Ana"), Value::text("Annabel")),
            fixture::change(LAST_NAME, Value::text("Silva"), Value::text("Silva Costa")),
            fixture::change(PHONE, Value::Nothing, Value::text("+32 2 555 01 77")),
            fixture::change(
                fixture::JOB_TITLE,
                Value::text("Backup of Ana Silva"),
                Value::text("Instead of Annabel, ask bo@example.com"),
            ),
            fixture::change(
                fixture::TEAM,
                fixture::named("Sales", "500"),
                fixture::named("Ana's team", "501"),
            ),
        ],
    );
    ana.notes = vec![Note::ListedAs("ana.costa@example.com".to_owned())];
    plan.actions.push(ana);
    plan.blocked.push(fixture::blocked(
        ActionKind::Invite,
        "guest@partner.example",
        Rule::ForeignDomain { domain: "partner.example".to_owned() },
        Vec::new(),
    ));
    plan.degraded.push(hubroster::model::Degraded {
        what: "the record of Ana".to_owned(),
        missing_scope: None,
        effect: "user 70010005 (Silva Ana) was not compared".to_owned(),
    });
    plan
}

#[test]
fn a_masked_plan_reads_like_a_plan() {
    let masked = masked(&named(), &[fixture::removals(1)]);
    insta::assert_snapshot!("mask_text", plain(&text(&masked, &TextOptions { width: 120 })));
    insta::assert_snapshot!("mask_github", github(&masked));
}

#[test]
fn no_format_names_anybody() {
    let plans = [named(), fixture::rich(), fixture::sample(), fixture::large(20, 20)];
    for plan in plans {
        let whole = document(&plan, &fixture::every_refusal());
        let mut secrets: BTreeSet<String> = people(&whole);
        secrets.extend(
            ["ana.costa", "Annabel", "Costa", "+32 2 555", "70010005", "Silva Ana", "of Ana"]
                .map(str::to_owned),
        );
        secrets.extend(
            ["b12.old", "h09.old", "support@", "elsewhere.example", "partner.example"].map(str::to_owned),
        );
        secrets.extend(["Cyrus", "Moreau", "Lee"].map(str::to_owned));
        for (format, shown) in in_every_format(&whole.masked(&key('k'))) {
            let shown = shown.to_lowercase();
            for secret in &secrets {
                assert!(!shown.contains(&secret.to_lowercase()), "{format}: {secret}");
            }
            assert!(shown.contains("masked"), "{format} says so");
            // No address is left, nor anything that a mention could be made of; the page's style has `@media`.
            assert!(format == "html" || !shown.contains('@'), "{format}");
        }
    }
}

fn people(document: &PlanDocument) -> BTreeSet<String> {
    let json: serde_json::Value = serde_json::from_str(&document.to_json()).expect("JSON");
    let mut found = BTreeSet::new();
    let mut left = vec![&json];
    while let Some(value) = left.pop() {
        match value {
            serde_json::Value::Object(object) => {
                let texts = object.iter().filter(|(name, _)| *name == "email");
                found.extend(texts.filter_map(|(_, value)| value.as_str()).map(str::to_owned));
                left.extend(object.values());
            }
            serde_json::Value::Array(items) => left.extend(items),
            _ => {}
        }
    }
    assert!(found.len() > 3, "{found:?}");
    found
}

#[test]
fn names_that_would_do_harm_are_masked_like_all_others() {
    let masked = masked(&fixture::hostile(), &fixture::every_refusal());
    let json: serde_json::Value = serde_json::from_str(&masked.to_json()).expect("JSON");
    let mut left = vec![&json];
    while let Some(value) = left.pop() {
        match value {
            serde_json::Value::Object(object) => {
                left.extend(object.values());
                assert!(object.keys().all(|key| !fixture::HOSTILE.contains(&key.as_str())));
            }
            serde_json::Value::Array(items) => left.extend(items),
            serde_json::Value::String(text) => {
                assert!(!fixture::HOSTILE.iter().any(|name| text.contains(name)), "{text:?}");
            }
            _ => {}
        }
    }
}

#[test]
fn what_a_reviewer_judges_by_stays() {
    let shown = plain(&text(&masked(&named(), &[fixture::removals(1)]), &TextOptions { width: 160 }));
    for kept in [
        "Sales Rep",
        "Sales Benelux",
        "Core",
        "Viewer → Sales manager",
        "raises privilege",
        "Ana's team",
        "role:sales-rep",
    ] {
        assert!(shown.contains(kept), "{kept}");
    }
    let json = masked(&named(), &[]).to_json();
    assert!(json.contains("\"file\": \"users.yaml\"") && json.contains("\"before_id\": \"72\""));
}

#[test]
fn the_same_person_has_the_same_pseudonym_in_every_plan_of_a_portal() {
    let of =
        |plan: &Plan, letter| document(plan, &[]).masked(&key(letter)).actions[0].subject.name().to_owned();
    let (sample, rich) = (fixture::sample(), fixture::rich());
    assert_eq!(of(&sample, 'k'), of(&sample, 'k'));
    let leaver = of(&sample, 'k');
    let everybody: Vec<String> =
        masked(&rich, &[]).actions.iter().map(|entry| entry.subject.name().to_owned()).collect();
    assert!(everybody.contains(&leaver), "{leaver} in {everybody:?}");
    assert_ne!(of(&sample, 'x'), leaver, "another key");
    let mut elsewhere = sample;
    elsewhere.portal.id = hubroster::model::PortalId(4_611_687);
    assert_ne!(of(&elsewhere, 'k'), leaver, "another portal");
}

#[test]
fn no_two_people_share_a_pseudonym() {
    let masked = masked(&fixture::large(2_000, 3_000), &[]);
    let people: BTreeSet<&str> = masked.actions.iter().map(|entry| entry.subject.name()).collect();
    assert_eq!(people.len(), 5_000);
}

#[test]
fn the_order_is_that_of_pseudonyms() {
    let masked = masked(&fixture::large(0, 100), &[]);
    let names: Vec<&str> = masked.actions.iter().map(|entry| entry.subject.name()).collect();
    assert!(names.is_sorted(), "{names:?}");
    let work: Vec<u64> = masked.actions.iter().map(|entry| entry.order).collect();
    assert_eq!(work, Vec::from_iter(1..=100), "the order of work tells no more");
    // What this change does stays above what was different before.
    let mut sample = document(&fixture::sample(), &[]);
    for (entry, cause) in sample.actions.iter_mut().zip([Cause::Drift, Cause::ThisChange, Cause::ThisChange])
    {
        entry.cause = vec![cause];
    }
    let causes: Vec<Cause> = sample.masked(&key('k')).actions.iter().map(|entry| entry.cause[0]).collect();
    assert_eq!(causes, [Cause::ThisChange, Cause::ThisChange, Cause::Drift]);
}

#[test]
fn the_digest_confirms_no_guess() {
    let whole = document(&fixture::sample(), &[]);
    let masked = whole.masked(&key('k'));
    for (format, shown) in in_every_format(&masked) {
        assert!(!shown.contains(&whole.digest), "{format}");
        assert!(shown.contains(&masked.digest), "{format}");
    }
    assert!(is_masked_digest(&masked.digest) && !is_masked_digest(&whole.digest));
    assert_eq!(masked.digest, masked_digest(whole.portal.id, &whole.digest, &key('k')));
    assert_ne!(masked.digest, whole.masked(&key('x')).digest);
}

#[test]
fn a_masked_plan_can_be_saved_and_shown_and_is_masked_once() {
    let schema = jsonschema::validator_for(&plan_schema()).expect("a valid schema");
    for plan in [fixture::empty(), fixture::rich(), fixture::hostile(), named()] {
        let masked = counted(&plan, &fixture::every_refusal()).masked(&key('k'));
        let json = masked.to_json();
        assert!(json.contains("\"masked\": true"));
        assert!(schema.is_valid(&serde_json::from_str(&json).expect("JSON")));
        let again = PlanDocument::from_json(&json).expect("a plan to show");
        assert_eq!(again, masked);
        assert_eq!(again.masked(&key('x')), masked);
    }
    let whole = document(&fixture::sample(), &[]).to_json();
    assert!(!whole.contains("masked"), "a plan that is not masked says nothing of it");
}

/// A rule about somebody who is not in the rows, so that nothing but the entry says who they are.
pub(crate) fn judged(pieces: Vec<Filled>, (first, last): (&str, &str)) -> PlanDocument {
    let email = "anouk@one.example";
    let place = Place { file: "users.yaml".into(), line: 7, column: 5 };
    let finding = RuleFinding {
        about: About::User {
            email: Email::from_portal(email),
            id: Some(UserId::new("70010099")),
            source: place.clone(),
        },
        message: pieces.iter().map(Filled::text).collect(),
        pieces,
        is_unknown: false,
    };
    let rule = RuleVerdict { name: "rule".to_owned(), effect: Effect::Warn, place, findings: vec![finding] };
    let mut plan = fixture::empty();
    plan.people.desired = 1;
    let user = UserEntry {
        email: email.to_owned(),
        domain: "one.example".to_owned(),
        user_id: Some("70010099".to_owned()),
        first_name: Some(first.to_owned()),
        last_name: Some(last.to_owned()),
        state: "present".to_owned(),
        status: "active".to_owned(),
        role: None,
        super_admin: false,
        permission_sets: Vec::new(),
        team: None,
        extra_teams: Vec::new(),
        seats: Vec::new(),
        expires: None,
        expires_in_days: None,
        on_expiry: "deactivated".to_owned(),
        protected: false,
        invite: true,
        language: None,
        source: SourceEntry { file: "users.yaml".to_owned(), line: 7, column: Some(5) },
    };
    let facts = FactsDocument {
        today: "2026-11-27".to_owned(),
        weekday: "friday".to_owned(),
        paid_seats: None,
        users: vec![user],
        roles: Vec::new(),
        seats: None,
    };
    counted(&plan, &fixture::every_refusal()).judged(&plan, &[rule]).with_facts(facts)
}

/// As it was made, and as it was read back.
pub(crate) fn made_and_read_back(document: &PlanDocument) -> [String; 2] {
    let again = PlanDocument::from_json(document.to_json()).expect("a plan to show");
    [document, &again].map(|plan| plan.masked(&key('k')).policies[0].findings[0].message.clone())
}

#[test]
fn what_is_filled_into_a_message_is_masked_wherever_it_is_joined() {
    let text = |text: &str| Filled::Text(text.to_owned());
    let first = || Filled::Value(Holds::Name, "Ana".to_owned());
    let last = || Filled::Value(Holds::Name, "Silva".to_owned());
    let email = || Filled::Value(Holds::Address, "anouk@one.example".to_owned());
    let domain = || Filled::Value(Holds::Domain, "one.example".to_owned());
    let id = || Filled::Value(Holds::UserId, "70010099".to_owned());
    let person = masked_person();
    for (pieces, kept) in [
        (vec![email(), text(" "), first(), last()], "person-"),
        (vec![last(), first(), text("'s access")], "'s access"),
        (vec![first(), text("s access")], "s access"),
        (vec![text("Dr"), last(), text("x")], "Dr"),
        (vec![text("x"), domain(), text("x is foreign")], "x is foreign"),
        (vec![text("id"), id(), first(), email()], "id"),
        (vec![first(), text("."), last(), text("@other.example has gone")], " has gone"),
        (vec![first(), text(" "), last(), text(" has no role")], " has no role"),
    ] {
        for message in made_and_read_back(&judged(pieces.clone(), ("Ana", "Silva"))) {
            for secret in ["Ana", "Silva", "anouk", "one.example", "other.example", "70010099"] {
                assert!(!message.contains(secret), "{message}");
            }
            assert!(message.contains(kept), "{message}");
        }
    }
    let full = judged(vec![first(), text(" "), last(), text(" has no role")], ("Ana", "Silva"));
    let told = format!("{person} has no role");
    assert_eq!(made_and_read_back(&full), [told.clone(), told]);
}

fn masked_person() -> String {
    let masked = judged(Vec::new(), ("Ana", "Silva")).masked(&key('k'));
    masked.users[0].email.clone()
}
