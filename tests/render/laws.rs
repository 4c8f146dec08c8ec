//! What holds for any plan in each format, whatever people and portals are called.
//!
//! Deliberately absent: what a plan looks like; the snapshots show it.

#![expect(clippy::disallowed_methods, reason = "a test is asked for more cases by a variable")]

use hubroster::apply::PlannedCall;
use hubroster::config::{Filled, Holds};
use hubroster::explain::{Explained, Explanation, FiredRule, Origin, RuleName, StatusExplained};
use hubroster::model::{Email, Place, Status, UserId};
use hubroster::plan::{Plan, PrivilegeChange, Value};
use hubroster::render::{
    ExplanationDocument, MarkdownOptions, MaskKey, Masking, PlanDocument, ReportDocument, TextOptions,
    explanation_text, github, html, markdown, report_text, text,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use secrecy::SecretString;

use super::{counted, document, fixture, mask, plain, random};

fn events(text: &str) -> Vec<Event<'_>> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
        | Options::ENABLE_MATH;
    Parser::new_ext(text, options).collect()
}

/// Text as a reader sees it, with the code spans of it apart.
fn codes(events: &[Event]) -> Vec<String> {
    let code = |event: &Event| match event {
        Event::Code(code) => Some(code.to_string()),
        _ => None,
    };
    events.iter().filter_map(code).collect()
}

/// The only elements are those that keep a character apart, break a line, fold a part or mark a difference; no link but
/// the page in HubSpot, nothing that GitHub makes one of, no picture, quotation, formula or block of code.
fn is_without_markup_of_others(markdown: &str) -> Result<(), TestCaseError> {
    let mut cells = 0;
    let mut in_quote_of_ours = false;
    for event in events(markdown) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                for element in html.trim().split_inclusive('>') {
                    let own = [
                        "<span>",
                        "</span>",
                        "<br>",
                        "<del>",
                        "</del>",
                        "<ins>",
                        "</ins>",
                        "<details>",
                        "</details>",
                        "<summary>",
                        "</summary>",
                    ];
                    let is_own = own.contains(&element.trim()) || element.ends_with("</summary>");
                    prop_assert!(is_own, "{html}");
                }
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                prop_assert_eq!(&*dest_url, "https://app-eu1.hubspot.com/settings/4611686/users");
            }
            Event::Start(Tag::BlockQuote(kind)) => {
                prop_assert!(kind.is_some(), "only refusals are quoted");
                in_quote_of_ours = true;
            }
            Event::End(TagEnd::BlockQuote(_)) => in_quote_of_ours = false,
            Event::Start(
                Tag::CodeBlock(_) | Tag::Image { .. } | Tag::FootnoteDefinition(_) | Tag::Strikethrough,
            )
            | Event::FootnoteReference(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Rule => prop_assert!(false, "{event:?}"),
            Event::Start(Tag::Emphasis) => prop_assert!(false, "emphasis without causes"),
            Event::Start(Tag::Heading { .. }) => prop_assert!(!in_quote_of_ours),
            Event::Start(Tag::TableRow | Tag::TableHead) => cells = 0,
            Event::End(TagEnd::TableCell) => cells += 1,
            Event::End(TagEnd::TableRow | TagEnd::TableHead) => prop_assert_eq!(cells, 3),
            Event::Text(text) => {
                for mark in ['@', '#', '$'] {
                    prop_assert!(*text == mark.to_string() || !text.contains(mark), "{text}");
                }
                for link in ["://", "www.", "GH-12", ":tada"] {
                    prop_assert!(!text.contains(link), "{text}");
                }
                for word in text.split(|character: char| !character.is_alphanumeric()) {
                    let is_commit =
                        (7..=40).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_hexdigit());
                    prop_assert!(
                        !is_commit || word == "4611686",
                        "{text} in {}",
                        markdown.lines().find(|line| line.contains(word)).unwrap_or_default()
                    );
                }
            }
            _ => {}
        }
    }
    let headings =
        events(markdown).iter().filter(|event| matches!(event, Event::Start(Tag::Heading { .. }))).count();
    prop_assert!(headings <= 4, "the plan's own");
    Ok(())
}

/// How many of these are named in code, and how many the comment says it has no room for.
fn names_everybody(text: &str, plan: &Plan) -> Result<(), TestCaseError> {
    let codes = codes(&events(text));
    let takes = plan.actions.iter().filter(|action| {
        action.kind.is_removal()
            || action.privilege == PrivilegeChange::Raise
            || action.kind == hubroster::plan::ActionKind::TeamDelete
    });
    let raises = plan.by_hand.iter().filter(|row| row.privilege == PrivilegeChange::Raise);
    let subjects = takes.map(|action| &action.subject).chain(plan.blocked.iter().map(|row| &row.subject));
    for subject in subjects.chain(raises.map(|row| &row.subject)) {
        // Long names are cut, and what is hidden is shown: the first characters that are neither tell enough.
        let name = subject.name();
        let safe: String = name
            .chars()
            .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '.')
            .take(40)
            .collect();
        prop_assert!(codes.iter().any(|code| code.trim_start().starts_with(&safe)), "{name:?} in {codes:?}");
    }
    Ok(())
}

/// What a machine that keeps a log would take for a command.
fn begins_no_command(shown: &str, own: &[&str]) -> Result<(), TestCaseError> {
    for line in shown.lines() {
        let starts = line.trim_start();
        let is_own = own.iter().any(|command| line.starts_with(command));
        let is_command = starts
            .strip_prefix("::")
            .is_some_and(|rest| rest.starts_with(|first: char| first.is_alphabetic()));
        prop_assert!(is_own || !is_command, "{line}");
        for (at, _) in line.match_indices("##") {
            let rest = line[at..]
                .trim_start_matches('#')
                .trim_start_matches(|letter: char| letter.is_alphanumeric());
            prop_assert!(!rest.starts_with('['), "{line}");
        }
    }
    Ok(())
}

/// The same cases every time; `PROPTEST_CASES` asks for more, `PROPTEST_RNG_SEED` for others.
fn config() -> ProptestConfig {
    let given = ProptestConfig::default();
    ProptestConfig {
        cases: if std::env::var_os("PROPTEST_CASES").is_some() { given.cases } else { 24 },
        rng_seed: match given.rng_seed {
            RngSeed::Random => RngSeed::Fixed(20_261_122),
            fixed => fixed,
        },
        failure_persistence: None,
        max_shrink_iters: 400,
        ..given
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_comment_keeps_its_limit_and_what_must_be_seen(
        plan in random::plan(30), verdicts in random::verdicts(), limit in 60_000_usize..65_537,
    ) {
        let text = markdown(&document(&plan, &verdicts), &MarkdownOptions { limit });
        prop_assert!(text.len() <= limit, "{} > {limit}", text.len());
        is_without_markup_of_others(&text)?;
        if !text.contains("has no room to name**") {
            names_everybody(&text, &plan)?;
        }
    }

    #[test]
    fn a_small_comment_says_what_it_leaves_out(
        plan in random::plan(60), verdicts in random::verdicts(), limit in 8_000_usize..20_000,
    ) {
        let whole = document(&plan, &verdicts);
        let text = markdown(&whole, &MarkdownOptions { limit });
        prop_assert!(text.len() <= limit, "{} > {limit}", text.len());
        is_without_markup_of_others(&text)?;
        let count = |element: &str| text.matches(element).count();
        let lines = |line: &str| text.lines().filter(|own| *own == line).count();
        prop_assert_eq!(lines("<details>"), lines("</details>"));
        prop_assert_eq!(lines("<details>"), count("<summary>"));
        // Each kind of row is counted, whether its rows are shown or not.
        let s = &whole.summary;
        for (title, rows) in [("Blocked", s.blocked), ("By hand", s.by_hand), ("Waiting", s.waiting), ("Unmanaged", s.unmanaged)] {
            prop_assert!(rows == 0 || text.contains(&format!("{title} ({rows})")), "{title} ({rows}) in\n{text}");
        }
    }

    #[test]
    fn no_format_begins_a_command_in_a_log(plan in random::plan(12), verdicts in random::verdicts(), width in 40_usize..160) {
        let whole = document(&plan, &verdicts);
        begins_no_command(&plain(&text(&whole, &TextOptions { width })), &[])?;
        begins_no_command(&markdown(&whole, &MarkdownOptions::default()), &[])?;
        begins_no_command(&whole.to_json(), &[])?;
        begins_no_command(&html(&whole), &[])?;
        let commands = github(&whole);
        begins_no_command(&commands, &["::error ", "::warning ", "::notice "])?;
        for line in commands.lines() {
            let (properties, message) = line[2..].split_once("::").expect("properties and a message");
            prop_assert!(!properties.contains(char::is_control) && !message.contains(char::is_control), "{line:?}");
        }
        let whole = counted(&plan, &verdicts);
        prop_assert_eq!(PlanDocument::from_json(whole.to_json()).expect("what was written can be read"), whole);
    }

    #[test]
    fn no_line_of_text_is_wider_than_asked_for(plan in random::plan(12), width in 40_usize..160) {
        for line in plain(&text(&document(&plan, &[]), &TextOptions { width })).lines() {
            let exempt = line.starts_with("Plan sha256:");
            prop_assert!(exempt || unicode_width::UnicodeWidthStr::width(line) <= width, "{line}");
        }
    }

    #[test]
    fn a_masked_plan_holds_none_of_its_people(plan in random::plan(12)) {
        let whole = document(&plan, &[]);
        let key = MaskKey::new(SecretString::from("k".repeat(40))).expect("long enough");
        let masked = whole.masked(&key);
        let json: serde_json::Value = serde_json::from_str(&masked.to_json()).expect("JSON");
        let mut texts = Vec::new();
        collect(&json, &mut texts);
        let people = plan.actions.iter().map(|action| &action.subject)
            .chain(plan.blocked.iter().map(|row| &row.subject))
            .chain(plan.by_hand.iter().map(|row| &row.subject))
            .filter(|subject| matches!(subject, hubroster::plan::Subject::User { .. }))
            .map(|subject| subject.name().trim().to_owned())
            .chain(plan.waiting.iter().map(|row| row.email.as_str().to_owned()));
        for person in people.filter(|person| person.chars().count() > 12) {
            let left = texts.iter().find(|text| text.contains(&person));
            prop_assert!(left.is_none(), "{person:?} in {left:?}");
        }
        let left = texts.iter().find(|text| text.contains("ana@example.com"));
        prop_assert!(left.is_none(), "{left:?} {}", masked.to_json());
        prop_assert_eq!(whole.masked(&key), masked);
    }

    #[test]
    fn a_masked_message_of_a_rule_holds_nothing_that_was_filled_in(
        first in "[A-Z][a-z]{3,9}",
        last in "[A-Z][a-z]{3,9}( [A-Z][a-z]{2,5})?",
        pieces in proptest::collection::vec((0_usize..6, "[a-z .,'@]{0,3}"), 1..8),
    ) {
        let filled = pieces.iter().flat_map(|(which, text)| {
            let value = match which {
                0 => Filled::Value(Holds::Name, first.clone()),
                1 => Filled::Value(Holds::Name, last.clone()),
                2 => Filled::Value(Holds::Address, "anouk@one.example".to_owned()),
                3 => Filled::Value(Holds::Domain, "one.example".to_owned()),
                4 => Filled::Value(Holds::UserId, "70010099".to_owned()),
                _ => Filled::Value(Holds::Other, first.clone()),
            };
            [value, Filled::Text(text.clone())]
        });
        let document = mask::judged(filled.collect(), (&first, &last));
        for message in mask::made_and_read_back(&document) {
            for secret in [&first, &last, "anouk@", "one.example", "70010099"] {
                prop_assert!(!message.contains(secret), "{secret} in {message}");
            }
        }
    }
}

/// Whoever an explanation is about, and whatever else it says of them.
fn explanation(name: &str, other: &str) -> Explanation {
    let place = || Place { file: "users.yaml".into(), line: 3, column: 5 };
    let attribute = |attribute, live: &str, wanted: &str| Explained {
        attribute,
        live: Value::text(live),
        wanted: Value::text(wanted),
        origin: Origin::Entry(place()),
    };
    Explanation {
        email: Email::from_portal(name),
        id: Some(UserId::new("77")),
        source: Some(place()),
        status: StatusExplained {
            live: Status::Active,
            sources: None,
            super_admin: false,
            last_active: None,
            wanted: None,
            origin: Origin::LeftAlone,
            expires: None,
        },
        access: None,
        attributes: vec![
            attribute(fixture::FIRST_NAME, "Hubertine", "HUBERTINE"),
            attribute(fixture::LAST_NAME, "Okonkwo", "Van Okonkwo"),
            attribute(fixture::JOB_TITLE, &format!("at {other}"), "Assistant of Hubertine Okonkwo"),
        ],
        language: None,
        invite: None,
        rules: [
            RuleName::KnownAs { live: other.to_owned() },
            RuleName::PinnedById(UserId::new("77")),
            RuleName::Protected { pattern: other.to_owned() },
            RuleName::ForeignDomain(Email::from_portal(other).domain().to_owned()),
        ]
        .map(|name| FiredRule { name, place: Some(place()) })
        .into(),
    }
}

/// Of an explanation of a plan, and of the report on it: who is in them is in none of their formats.
fn names_none_of(shown: &str, people: &[&str]) -> Result<(), TestCaseError> {
    for person in people.iter().filter(|person| person.chars().count() > 12) {
        // As it stands in JSON, with what is hidden made visible.
        let quoted = serde_json::to_string(person).expect("a text");
        let left = [*person, quoted.trim_matches('"')].into_iter().any(|form| shown.contains(form));
        prop_assert!(!left, "{person:?} in {shown}");
    }
    for name in ["Hubertine", "HUBERTINE", "Okonkwo", "`77`", "/77", "user 77"] {
        prop_assert!(!shown.contains(name), "{name} in {shown}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_masked_explanation_or_report_holds_none_of_its_people(
        plan in random::plan(8), name in random::name(), other in "[a-z]{3,9}\\.[a-z]{3,9}@partner\\.example",
    ) {
        let whole = document(&plan, &[]);
        let key = MaskKey::new(SecretString::from("k".repeat(40))).expect("long enough");
        let call = PlannedCall {
            method: "GET",
            path: "/settings/users/2026-09/77".to_owned(),
            writes: false,
            purpose: format!("read {other}"),
        };
        let explained = ExplanationDocument::new(&explanation(&name, &other), &whole, &[call]);
        let mut masking = Masking::new(&key, &[&whole]);
        let masked = masking.explanation(&explained);
        let shown = explanation_text(&masked, &masking.plan(&whole), &TextOptions { width: 400 });
        names_none_of(&plain(&shown), &[name.trim(), &other])?;
        names_none_of(&masked.to_json(), &[name.trim(), &other])?;

        let mut report = fixture::report(&plan, None);
        for outcome in &mut report.outcomes {
            outcome.note = Some(format!("HubSpot says {other}, user 77"));
        }
        let subjects = plan.actions.iter().map(|action| &action.subject);
        let people: Vec<&str> = subjects
            .filter(|subject| matches!(subject, hubroster::plan::Subject::User { .. }))
            .map(|subject| subject.name().trim())
            .chain([other.as_str()])
            .collect();
        let report = ReportDocument::new(&report, &whole);
        let masked = masking.report(&report);
        names_none_of(&plain(&report_text(&masked, &TextOptions { width: 400 })), &people)?;
        names_none_of(&masked.to_json(), &people)?;
        prop_assert_eq!(masked.actions.len(), report.actions.len());
        prop_assert_eq!(masked.summary, report.summary);
    }
}

fn collect(value: &serde_json::Value, texts: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => texts.push(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        serde_json::Value::Object(object) => object.values().for_each(|value| collect(value, texts)),
        _ => {}
    }
}

#[test]
fn five_thousand_changes_with_what_must_be_seen_first() {
    let mut plan = fixture::large(300, 4_500);
    for action in plan.actions.iter_mut().skip(300).take(200) {
        action.privilege = PrivilegeChange::Raise;
    }
    plan.by_hand = fixture::rich().by_hand;
    let text = markdown(&document(&plan, &fixture::every_refusal()), &MarkdownOptions::default());
    assert!(text.len() <= 65_536 && text.len() > 60_000, "{}", text.len());
    assert_eq!(text.matches("leaver.number-").count(), 300, "every removal");
    let raised = (0..200).filter(|number| text.contains(&format!("person.number-{number:05}@"))).count();
    assert_eq!(raised, 200, "every raise");
    assert!(text.contains("### Privilege raises (201)"), "one of them is by hand");
}
