//! What rules say, in every format: beside the rows they concern, in the end as reasons, and harmless.
//!
//! Deliberately absent: judging; the verdicts are built by hand.

use hubroster::config::Effect;
use hubroster::model::{Email, Place, UserId};
use hubroster::policy::{About, PaidSeats, RuleFinding, RuleVerdict};
use hubroster::render::{
    FactsDocument, GrantEntry, MarkdownOptions, PlanDocument, PolicyVerdict, RoleEntry, SeatEntry,
    SourceEntry, TextOptions, UserEntry, denials, github, html, markdown, plan_schema, text,
};

use super::{counted, document, fixture, plain};

fn place(line: u32) -> Place {
    Place { file: "users.yaml".into(), line, column: 13 }
}

fn finding(about: About, message: &str) -> RuleFinding {
    RuleFinding { about, message: message.to_owned(), pieces: Vec::new(), is_unknown: false }
}

fn user(email: &str, id: Option<&str>) -> About {
    About::User { email: Email::from_portal(email), id: id.map(UserId::new), source: place(31) }
}

fn rule(name: &str, effect: Effect, findings: Vec<RuleFinding>) -> RuleVerdict {
    RuleVerdict { name: name.to_owned(), effect, place: place(8), findings }
}

/// Of the sample: two that deny, one that warns, one that cannot be judged, one that lets everything pass.
pub(crate) fn rules() -> Vec<RuleVerdict> {
    let unknown = RuleFinding {
        is_unknown: true,
        ..finding(
            About::Plan,
            "cannot be judged: `>` cannot compare `null` with a number, at `plan.people.paid_seats > 50`",
        )
    };
    vec![
        rule(
            "no-removal-on-a-friday",
            Effect::Deny,
            vec![finding(About::Action(0), "nobody leaves on a friday")],
        ),
        rule(
            "elevated-needs-expiry",
            Effect::Warn,
            // One by the address that the portal knows, one by an id alone, one who has no row.
            vec![
                finding(user("bo@example.com", None), "give Bo an expiry date"),
                finding(user("fien@example.com", Some("1500")), "give Fien an expiry date"),
                finding(user("ana@example.com", Some("1700")), "ana@example.com needs an expiry date"),
            ],
        ),
        rule(
            "super-admins-on-a-list",
            Effect::Deny,
            vec![finding(About::ByHand(0), "fi@example.com is not on the list of super admins")],
        ),
        rule("paid-seats", Effect::Deny, vec![unknown]),
        rule("seats-for-everybody", Effect::Deny, Vec::new()),
    ]
}

/// What the sample was judged over, in short.
pub(crate) fn facts() -> FactsDocument {
    let source = SourceEntry { file: "users.yaml".to_owned(), line: 31, column: Some(12) };
    FactsDocument {
        today: "2026-11-27".to_owned(),
        weekday: "friday".to_owned(),
        paid_seats: None,
        users: vec![UserEntry {
            email: "bo@example.com".to_owned(),
            domain: "example.com".to_owned(),
            user_id: Some("1234".to_owned()),
            first_name: Some("Bo".to_owned()),
            last_name: Some("Janssens".to_owned()),
            state: "present".to_owned(),
            status: "active".to_owned(),
            role: Some("sales-manager".to_owned()),
            super_admin: false,
            permission_sets: vec!["Sales manager".to_owned()],
            team: Some("Sales".to_owned()),
            extra_teams: Vec::new(),
            seats: vec!["Core".to_owned()],
            expires: Some("2027-03-31".to_owned()),
            expires_in_days: Some(124),
            on_expiry: "deactivated".to_owned(),
            protected: false,
            invite: true,
            language: Some("nl".to_owned()),
            source: source.clone(),
        }],
        roles: vec![RoleEntry {
            key: "sales-manager".to_owned(),
            name: "Sales manager".to_owned(),
            description: None,
            privilege: "elevated".to_owned(),
            access: "permission_set".to_owned(),
            permission_set: Some("Sales manager".to_owned()),
            template: None,
            seats: vec!["Core".to_owned()],
            permissions: [
                ("contacts".to_owned(), GrantEntry::Reach([("view".to_owned(), "all".to_owned())].into())),
                ("export".to_owned(), GrantEntry::Switch(false)),
                ("reports".to_owned(), GrantEntry::Level("edit".to_owned())),
            ]
            .into(),
        }],
        seats: Some(vec![
            SeatEntry { name: "Core".to_owned(), paid: true, used: 40, used_after: 40, remaining: Some(3) },
            SeatEntry { name: "View-only".to_owned(), paid: false, used: 9, used_after: 9, remaining: None },
        ]),
    }
}

fn sample() -> PlanDocument {
    document(&fixture::sample(), &[fixture::removals(1)]).judged(&fixture::sample(), &rules())
}

#[test]
fn rules_are_told_beside_the_rows_and_in_the_end() {
    insta::assert_snapshot!("policies_120", plain(&text(&sample(), &TextOptions { width: 120 })));
    insta::assert_snapshot!("policies_60", plain(&text(&sample(), &TextOptions { width: 60 })));
    insta::assert_snapshot!("policies_markdown", markdown(&sample(), &MarkdownOptions::default()));
    insta::assert_snapshot!("policies_github", github(&sample()));
    let page = html(&sample());
    let shown = page.split_once("<body>\n").expect("a body").1.split_once("<script>").expect("a script").0;
    insta::assert_snapshot!("policies_html", shown);
    insta::assert_snapshot!("policies_denials", denials(&sample()));
}

#[test]
fn a_plan_that_no_rule_minds_says_nothing_of_them() {
    let passed = [rule("seats-for-everybody", Effect::Deny, Vec::new())];
    let plan = fixture::sample();
    let (with, without) = (document(&plan, &[]).judged(&plan, &passed), document(&plan, &[]));
    let options = TextOptions::default();
    assert_eq!(text(&with, &options), text(&without, &options));
    assert_eq!(markdown(&with, &MarkdownOptions::default()), markdown(&without, &MarkdownOptions::default()));
    assert_eq!((html(&with), github(&with)), (html(&without), github(&without)));
    assert_eq!(with.policies[0].verdict, PolicyVerdict::Ok);
}

#[test]
fn what_is_said_of_many_is_said_once_and_counted() {
    let many = |message: fn(usize) -> String| {
        let findings = (0..5_000)
            .map(|number| finding(user(&format!("user{number}@example.com"), None), &message(number)));
        let rules = [rule("everybody", Effect::Deny, findings.collect())];
        document(&fixture::empty(), &[]).judged(&fixture::empty(), &rules)
    };
    let shown = |document: &PlanDocument| {
        let shown = plain(&text(document, &TextOptions { width: 400 }));
        let lines: Vec<String> =
            shown.lines().skip_while(|line| !line.starts_with("Denied")).map(str::to_owned).collect();
        lines
    };
    let same = shown(&many(|_| "not allowed".to_owned()));
    assert_eq!(same.len(), 4, "{same:?}");
    assert!(same[1].starts_with("  not allowed: user0@example.com, user1@example.com, "), "{same:?}");
    assert_eq!(same[3], "  and 4980 more");
    let each = many(|number| format!("number {number}"));
    assert_eq!(shown(&each).len(), 22);
    assert_eq!(github(&each).lines().filter(|line| line.starts_with("::error")).count(), 21);
    for limit in [8_000, 20_000] {
        assert!(markdown(&each, &MarkdownOptions { limit }).len() <= limit);
    }
}

/// As many and as long as rules may be, and names that grow when they are escaped.
#[test]
fn no_rules_push_a_comment_over_its_limit() {
    let plan = fixture::rich();
    let finding = |number: usize| finding(user(&format!("user{number}@example.com"), None), &"@".repeat(500));
    let rules: Vec<RuleVerdict> = (0..50)
        .map(|number| {
            rule(&format!("{number}{}", "$".repeat(80)), Effect::Deny, (0..30).map(finding).collect())
        })
        .collect();
    let document = document(&plan, &fixture::every_refusal()).judged(&plan, &rules);
    for limit in [8_000, 12_345, 65_536] {
        let shown = markdown(&document, &MarkdownOptions { limit });
        assert!(shown.len() <= limit, "{} > {limit}", shown.len());
        assert!(shown.contains("has no room for**"), "{shown}");
        assert!(shown.contains("leaver@example.com"), "{shown}");
    }
}

/// A rule for each hostile name, about every row that has it.
fn hostile() -> PlanDocument {
    let plan = fixture::hostile();
    let rules: Vec<RuleVerdict> = fixture::HOSTILE
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let findings = vec![
                finding(About::Plan, name),
                finding(About::Action(index), name),
                finding(About::ByHand(index), name),
                finding(user(name, None), name),
            ];
            rule(name, if index % 2 == 0 { Effect::Deny } else { Effect::Warn }, findings)
        })
        .collect();
    counted(&plan, &[]).judged(&plan, &rules)
}

#[test]
fn hostile_rules_are_harmless() {
    let document = hostile();
    let shown = plain(&text(&document, &TextOptions { width: 120 }));
    for character in shown.chars().filter(|character| *character != '\n') {
        assert!(!character.is_control() && !('\u{202a}'..='\u{202e}').contains(&character), "{character:?}");
    }
    for line in shown.lines() {
        assert!(
            line.starts_with("Plan sha256:") || unicode_width::UnicodeWidthStr::width(line) <= 120,
            "{line}"
        );
    }
    for line in github(&document).lines() {
        let is_ours = ["::error ", "::warning ", "::notice "].iter().any(|start| line.starts_with(start));
        let message = line.split_once(' ').and_then(|(_, rest)| rest.split_once("::")).expect("a message").1;
        assert!(is_ours && !message.chars().any(char::is_control), "{line}");
    }
    super::html::assert_harmless(&html(&document));
    super::markdown::assert_harmless(&markdown(&document, &MarkdownOptions::default()));
}

#[test]
fn what_rules_say_survives_being_saved_and_fits_the_schema() {
    let validator = jsonschema::validator_for(&plan_schema()).expect("a valid schema");
    let sample_with_facts = {
        let mut document = sample();
        document.people.desired = 1;
        let paid_seats = Some(PaidSeats { used: 40, used_after: 40 });
        document.with_facts(FactsDocument { paid_seats, ..facts() })
    };
    for document in [sample(), sample_with_facts, hostile()] {
        let json = document.to_json();
        assert_eq!(PlanDocument::from_json(&json).expect("what was written can be read"), document);
        let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    // Nothing of it is what an approval is bound to.
    let plain = document(&fixture::sample(), &[]);
    assert_eq!(sample().with_facts(facts()).digest, plain.digest);
}
