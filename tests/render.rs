//! What people and programs get to see of a plan and of a report, format by format.
//!
//! Deliberately absent: planning and applying; the plans are built by hand so that every word is shown once.

#[path = "render/causes.rs"]
mod causes;
#[path = "render/each_name.rs"]
mod each_name;
#[path = "render/fixture.rs"]
mod fixture;
#[path = "render/github.rs"]
mod github;
#[path = "render/html.rs"]
mod html;
#[path = "render/laws.rs"]
mod laws;
#[path = "render/markdown.rs"]
mod markdown;
#[path = "render/mask.rs"]
mod mask;
#[path = "render/policies.rs"]
mod policies;
#[path = "render/random.rs"]
mod random;

use hubroster::apply::{Report, Stop};
use hubroster::config::Policy;
use hubroster::guard::{self, Acknowledged, Verdict};
use hubroster::plan::{ByHand, ByHandStep, People, Plan, Rule, WaitingReason};
use hubroster::policy::PaidSeats;
use hubroster::render::{
    Cause, DocumentError, FactsDocument, GuardVerdict, PlanDocument, PolicyVerdict, ReportDocument, Requests,
    TextOptions, plan_schema, report_text, text,
};
use sha2::Digest as _;

const PAGE: &str = include_str!("../docs/plan-format.md");
pub(crate) const READ: Requests = Requests { reads: 12, writes: 0 };

pub(crate) fn document(plan: &Plan, verdicts: &[Verdict]) -> PlanDocument {
    PlanDocument::new(plan, verdicts, READ)
}

/// With numbers that come to what the rows say, as planning and guards count them.
pub(crate) fn counted(plan: &Plan, verdicts: &[Verdict]) -> PlanDocument {
    let mut plan = plan.clone();
    let is_revoked = |row: &&ByHand| matches!(row.step, ByHandStep::RevokeSuperAdmin { .. });
    let revoked = plan.by_hand.iter().filter(is_revoked).count();
    plan.people.super_admins_after = plan.people.super_admins.saturating_sub(revoked);
    let counts = guard::judge(&plan, &Policy::default(), Acknowledged::default());
    let verdicts: Vec<Verdict> = verdicts
        .iter()
        .map(|verdict| {
            let count = counts.iter().find(|count| count.guard == verdict.guard).expect("every guard judges");
            Verdict { actual: count.actual, of: count.of, ..verdict.clone() }
        })
        .collect();
    document(&plan, &verdicts)
}

/// Without the escape sequences of styles, as in a pipe.
pub(crate) fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

fn shown(plan: &Plan, verdicts: &[Verdict], width: usize) -> String {
    plain(&text(&document(plan, verdicts), &TextOptions { width }))
}

#[test]
fn the_sample_has_the_promised_shape() {
    insta::assert_snapshot!("sample", shown(&fixture::sample(), &[fixture::removals(1)], 120));
}

#[test]
fn every_row_note_rule_and_step_has_words() {
    for width in [60, 80, 120] {
        let shown = shown(&fixture::rich(), &[fixture::removals(4)], width);
        insta::assert_snapshot!(format!("rich_{width}"), shown);
    }
}

#[test]
fn no_line_is_wider_than_asked_for() {
    for width in [60, 80, 120] {
        for plan in [fixture::rich(), fixture::sample(), fixture::hostile()] {
            for line in shown(&plan, &fixture::every_refusal(), width).lines() {
                // The digest is copied by hand and never broken.
                let exempt = line.starts_with("Plan sha256:");
                assert!(exempt || unicode_width::UnicodeWidthStr::width(line) <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn nothing_to_do_is_said_plainly() {
    insta::assert_snapshot!("empty", shown(&fixture::empty(), &[fixture::removals(0)], 80));
    let mut beside = fixture::sample();
    beside.actions.clear();
    insta::assert_snapshot!("empty_but_beside", shown(&beside, &[fixture::removals(0)], 80));
}

#[test]
fn one_of_each_is_counted_in_the_singular() {
    let mut plan = fixture::sample();
    plan.people.live = 1;
    plan.portal.account.account_type = "DEVELOPER_TEST".to_owned();
    plan.targets = vec!["bo@example.com".to_owned(), "role:sales-rep".to_owned()];
    let verdicts = [Verdict { of: 1, refused: true, ..fixture::removals(1) }];
    let one = PlanDocument::new(&plan, &verdicts, Requests { reads: 1, writes: 1 });
    insta::assert_snapshot!("singular", plain(&text(&one, &TextOptions { width: 100 })));
}

#[test]
fn every_guard_says_how_to_go_on() {
    insta::assert_snapshot!("refusals", shown(&fixture::sample(), &fixture::every_refusal(), 100));
}

#[test]
fn styles_are_all_that_is_lost_in_a_pipe() {
    let styled = text(&document(&fixture::rich(), &[]), &TextOptions::default());
    assert!(styled.contains('\u{1b}'));
    assert!(!plain(&styled).contains('\u{1b}'));
}

#[test]
fn hostile_names_are_harmless_on_a_terminal() {
    let shown = shown(&fixture::hostile(), &[], 120);
    insta::assert_snapshot!("hostile", shown);
    for character in shown.chars().filter(|character| *character != '\n') {
        assert!(!character.is_control(), "{character:?}");
        assert!(!('\u{200b}'..='\u{200f}').contains(&character), "{character:?}");
        assert!(!('\u{2028}'..='\u{202e}').contains(&character), "{character:?}");
    }
}

#[test]
fn the_document_survives_being_saved() {
    for plan in [fixture::empty(), fixture::sample(), fixture::rich(), fixture::hostile()] {
        let document = counted(&plan, &fixture::every_refusal());
        let json = document.to_json();
        assert!(json.ends_with("}\n"));
        let again = PlanDocument::from_json(&json).expect("what was written can be read");
        assert_eq!(again, document);
        assert_eq!(again.to_json(), json);
    }
}

#[test]
fn the_json_is_what_the_documentation_shows() {
    let sample = document(&fixture::sample(), &[fixture::removals(1)])
        .judged(&fixture::sample(), &policies::rules()[..2])
        .with_facts(policies::facts())
        .to_json();
    insta::assert_snapshot!("sample_json", sample);
    insta::assert_snapshot!("rich_json", document(&fixture::rich(), &fixture::every_refusal()).to_json());
    let example =
        PAGE.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    assert_eq!(example, sample);
}

#[test]
fn the_documentation_names_every_key() {
    let schema = plan_schema();
    let mut keys = Vec::new();
    property_names(&schema, &mut keys);
    assert!(keys.len() > 60, "{keys:?}");
    for key in keys {
        assert!(PAGE.contains(&format!("`{key}`")), "`{key}` is not documented");
    }
}

fn property_names(schema: &serde_json::Value, names: &mut Vec<String>) {
    match schema {
        serde_json::Value::Object(object) => {
            if let Some(serde_json::Value::Object(properties)) = object.get("properties") {
                names.extend(properties.keys().cloned());
            }
            object.values().for_each(|value| property_names(value, names));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|value| property_names(value, names)),
        _ => {}
    }
}

#[test]
fn the_schema_accepts_every_plan_and_refuses_others() {
    let validator = jsonschema::validator_for(&plan_schema()).expect("a valid schema");
    for plan in [fixture::empty(), fixture::sample(), fixture::rich(), fixture::hostile()] {
        let json = document(&plan, &fixture::every_refusal()).to_json();
        let mut value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        value["digest"] = serde_json::Value::Null;
        assert!(!validator.is_valid(&value));
    }
    let json = document(&fixture::sample(), &[]).to_json().replace("\"update\"", "\"promote\"");
    assert!(!validator.is_valid(&serde_json::from_str(&json).expect("JSON")));
}

#[test]
fn unknown_keys_are_ignored_and_damage_is_named() {
    let json = document(&fixture::sample(), &[]).to_json();
    let newer =
        json.replacen('{', "{\n  \"colour\": \"blue\",", 1).replace("\"kind\":", "\"mood\": 1, \"kind\":");
    assert!(PlanDocument::from_json(sealed_again(&newer)).is_ok());

    assert!(matches!(PlanDocument::from_json("nothing"), Err(DocumentError::NoJson(_))));
    assert!(matches!(PlanDocument::from_json("[1]"), Err(DocumentError::NoPlan)));
    let other = json.replace("\"format_version\": \"1\"", "\"format_version\": \"2\"");
    let error = PlanDocument::from_json(&other).expect_err("another version");
    assert!(error.to_string().contains("`2`"), "{error}");
    let damaged = json.replace("\"verdict\"", "\"word\"").replace("\"reads\": 12", "\"reads\": \"many\"");
    let error = PlanDocument::from_json(&damaged).expect_err("damaged");
    assert!(error.to_string().contains("`requests.reads`"), "{error}");
}

/// As a later version, or somebody who knows how, would save it.
fn sealed_again(json: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    value.as_object_mut().expect("an object").remove("checksum").expect("it was sealed");
    let digest = sha2::Sha256::digest(value.to_string());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    value["checksum"] = format!("sha256:{hex}").into();
    value.to_string()
}

#[test]
fn a_plan_that_was_edited_is_no_plan_any_more() {
    let json = counted(&fixture::rich(), &fixture::every_refusal()).to_json();
    for (from, to) in [
        ("\"refused\"", "\"ok\""),
        ("owns 31 records", "owns 1 record"),
        ("\"live\": 214", "\"live\": 2140"),
        ("\"checksum\": \"sha256:", "\"checksum\": \"sha512:"),
        ("\"checksum\"", "\"check\""),
    ] {
        let edited = json.replacen(from, to, 1);
        assert_ne!(edited, json, "{from} is in the plan");
        assert!(matches!(PlanDocument::from_json(&edited), Err(DocumentError::Changed)), "{from} → {to}");
    }
    // Sealed again by somebody who knows how: under the approved digest there are only the approved actions.
    for (from, to) in [
        ("\"remove\"", "\"deactivate\""),
        ("leaver@example.com", "ana@example.com"),
        ("\"order\": 1", "\"order\": 100"),
        ("\"id\": 4611686", "\"id\": 4611687"),
        ("\"after\": \"Sales manager\"", "\"after\": \"Viewer\""),
        ("\"after_id\": \"73\"", "\"after_id\": \"72\""),
        ("\"attribute\": \"role\"", "\"attribute\": \"rule\""),
    ] {
        let edited = json.replacen(from, to, 1);
        assert_ne!(edited, json, "{from} is in the plan");
        let read = PlanDocument::from_json(sealed_again(&edited));
        assert!(matches!(read, Err(DocumentError::OtherActions)), "{from} → {to}: {read:?}");
    }
}

/// Sealed again by somebody who knows how, over the approved actions: what can be counted again is.
#[test]
fn a_count_that_does_not_come_to_its_rows_is_not_believed() {
    type Forge = fn(&mut PlanDocument);
    let removals = |document: &mut PlanDocument| {
        let guard =
            document.guards.iter_mut().find(|guard| guard.guard == "max_removals").expect("it judges");
        (guard.actual, guard.verdict) = (0, GuardVerdict::Ok);
    };
    let forgeries: [(&str, Forge); 19] = [
        ("summary", |document| document.summary.remove = 0),
        ("summary", |document| document.summary.invite += 1),
        ("summary", |document| document.summary.team_delete += 1),
        ("summary", |document| document.summary.blocked = 0),
        ("summary", |document| document.summary.by_hand -= 1),
        ("summary", |document| drop(document.waiting.pop())),
        ("summary", |document| drop(document.unmanaged.pop())),
        ("people", |document| document.people.desired += 1),
        ("people", |document| document.people.super_admins_after += 1),
        ("people", |document| document.people.paid_seats_after = Some(1)),
        ("guards", removals),
        ("guards", |document| document.guards.iter_mut().for_each(|guard| guard.of += 1)),
        ("guards", |document| document.people.live *= 10),
        ("guards", |document| document.guards[5].actual = 0),
        ("policies", |document| document.policies[0].verdict = PolicyVerdict::Ok),
        ("policies", |document| document.policies[4].verdict = PolicyVerdict::Refused),
        ("users", |document| document.weekday = Some("monday".to_owned())),
        ("users", |document| document.users[0].expires_in_days = Some(1)),
        ("cause", |document| document.actions[0].cause = vec![Cause::ThisChange]),
    ];
    let plan = Plan { people: People { desired: 1, ..fixture::rich().people }, ..fixture::rich() };
    let paid_seats = Some(PaidSeats { used: 40, used_after: 40 });
    let genuine = counted(&plan, &fixture::every_refusal())
        .judged(&fixture::rich(), &policies::rules())
        .with_facts(FactsDocument { paid_seats, ..policies::facts() });
    assert_eq!(PlanDocument::from_json(genuine.to_json()).expect("what was written can be read"), genuine);
    for (number, (key, forge)) in forgeries.into_iter().enumerate() {
        let mut forged = genuine.clone();
        forge(&mut forged);
        match PlanDocument::from_json(forged.to_json()) {
            Err(DocumentError::Contradiction { key: found }) => assert_eq!(found, key, "forgery {number}"),
            read => panic!("forgery {number}: {read:?}"),
        }
    }
}

#[test]
fn neither_line_endings_nor_a_byte_order_mark_nor_white_space_change_a_plan() {
    let json = counted(&fixture::rich(), &[]).to_json();
    let windows = format!("\u{feff}{}", json.replace('\n', "\r\n"));
    assert_eq!(PlanDocument::from_json(&windows).expect("the same plan").to_json(), json);
}

#[test]
fn the_report_counts_what_happened() {
    let plan = fixture::rich();
    let document = document(&plan, &[]);
    let report = ReportDocument::new(&fixture::report(&plan, Some(Stop::DailyLimit)), &document);
    for width in [80, 120] {
        let shown = plain(&report_text(&report, &TextOptions { width }));
        insta::assert_snapshot!(format!("report_{width}"), shown);
    }
    insta::assert_snapshot!("report_json", report.to_json());
}

#[test]
fn a_report_of_nothing_says_so() {
    let report = Report { outcomes: Vec::new(), reads: 12, writes: 0, stopped: None };
    let report = ReportDocument::new(&report, &document(&fixture::empty(), &[]));
    insta::assert_snapshot!("report_empty", plain(&report_text(&report, &TextOptions { width: 80 })));
}

#[test]
fn every_stop_says_when_to_run_again() {
    let mut plan = fixture::sample();
    plan.by_hand.clear();
    plan.waiting.clear();
    let document = document(&plan, &[]);
    for stop in [Stop::Interrupted, Stop::DailyLimit, Stop::Credential, Stop::Migrating] {
        let report = Report { outcomes: Vec::new(), reads: 1, writes: 0, stopped: Some(stop) };
        let next = ReportDocument::new(&report, &document).next;
        assert_eq!(next.len(), 1, "{stop:?}");
        assert!(next[0].starts_with("The run stopped early: ") && next[0].contains("again"), "{}", next[0]);
    }
}

#[test]
fn the_fixture_leaves_no_rule_or_step_out() {
    let plan = fixture::rich();
    let rules: std::collections::BTreeSet<&str> =
        plan.blocked.iter().map(|blocked| blocked.rule.as_str()).collect();
    let steps: std::collections::BTreeSet<&str> =
        plan.by_hand.iter().map(|by_hand| by_hand.step.as_str()).collect();
    let reasons: Vec<WaitingReason> = plan.waiting.iter().map(|waiting| waiting.reason).collect();
    // Exhaustive, so that a new variant is a compile error here.
    for blocked in &plan.blocked {
        match blocked.rule {
            Rule::Protected
            | Rule::SuperAdmin
            | Rule::CredentialOwner
            | Rule::SeveralPermissionSets { .. }
            | Rule::ForeignDomain { .. }
            | Rule::SimilarDomain { .. }
            | Rule::NoSeatLeft { .. }
            | Rule::NoPermissionSets { .. }
            | Rule::NoRemovals
            | Rule::Ignored { .. }
            | Rule::UnknownId { .. }
            | Rule::StatusUnknown
            | Rule::IdentityConflict { .. }
            | Rule::SeveralLivePeople { .. }
            | Rule::PreviousEmailStillLive { .. }
            | Rule::TeamHasChildren { .. } => {}
        }
    }
    for by_hand in &plan.by_hand {
        match by_hand.step {
            ByHandStep::GrantSuperAdmin
            | ByHandStep::RevokeSuperAdmin { .. }
            | ByHandStep::SetPermissions { .. }
            | ByHandStep::TakeAwayPermissionSets { .. }
            | ByHandStep::Deactivate { .. }
            | ByHandStep::Reactivate { .. }
            | ByHandStep::ChangeEmail { .. }
            | ByHandStep::SetSeats { .. }
            | ByHandStep::CreateTeam { .. }
            | ByHandStep::UpdateTeam { .. }
            | ByHandStep::DeleteTeam => {}
        }
    }
    assert_eq!((rules.len(), steps.len()), (16, 11));
    assert_eq!(reasons, [WaitingReason::Acceptance, WaitingReason::Reactivation]);
}
