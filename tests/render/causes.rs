//! What this change does and what was different before, format by format.
//!
//! Deliberately absent: how causes are found; here they are given to the rows in turn.

use hubroster::plan::{Cancelled, Cause, Causes, Plan, RowCause};
use hubroster::render::{
    BaseEntry, MarkdownOptions, NotCompared, PlanDocument, PolicyChangeEntry, PolicyChangeKind, TextOptions,
    github, html, markdown, plan_schema, text,
};

use super::{document, fixture, plain};

const IN_TURN: [Cause; 3] = [Cause::ThisChange, Cause::Drift, Cause::Both];

/// One after the other; of a row that is both every change has another one.
fn in_turn(plan: &Plan) -> Causes {
    let at = |place: usize| IN_TURN[place % IN_TURN.len()];
    let row = |place: usize, changes: usize| {
        let row = at(place);
        let own = |change| if row == Cause::Both { at(change) } else { row };
        RowCause { row, changes: (0..changes).map(own).collect() }
    };
    Causes {
        actions: plan
            .actions
            .iter()
            .enumerate()
            .map(|(place, entry)| row(place, entry.changes.len()))
            .collect(),
        blocked: plan
            .blocked
            .iter()
            .enumerate()
            .map(|(place, entry)| row(place, entry.changes.len()))
            .collect(),
        by_hand: (0..plan.by_hand.len()).map(at).collect(),
        waiting: plan
            .waiting
            .iter()
            .enumerate()
            .map(|(place, entry)| row(place, entry.changes.len()))
            .collect(),
        unmanaged: (0..plan.unmanaged.len()).map(at).collect(),
        cancelled: Vec::new(),
    }
}

fn base() -> BaseEntry {
    BaseEntry { revision: "origin/main...".to_owned(), commit: "3f2a9c1d0e11".repeat(4)[..40].to_owned() }
}

/// The plan, told, with some of its own actions called off as well.
fn told(plan: &Plan) -> PlanDocument {
    let called_off = |action: &hubroster::plan::Action| Cancelled {
        kind: action.kind,
        subject: action.subject.clone(),
        changes: action.changes.clone(),
    };
    let causes = Causes { cancelled: plan.actions.iter().map(called_off).collect(), ..in_turn(plan) };
    document(plan, &[fixture::removals(4)]).with_causes(base(), &causes)
}

fn shown(document: &PlanDocument, width: usize) -> String {
    plain(&text(document, &TextOptions { width }))
}

#[test]
fn text_has_this_change_first_and_every_line_its_cause() {
    for width in [60, 90, 140] {
        insta::assert_snapshot!(format!("causes_{width}"), shown(&told(&fixture::rich()), width));
    }
}

/// The column is the first thing that goes: the headings tell nearly all of it.
#[test]
fn where_there_is_no_room_for_a_column_only_what_the_heading_does_not_tell_is_said() {
    let plan = Plan { by_hand: Vec::new(), ..fixture::sample() };
    let causes = Causes { by_hand: Vec::new(), ..in_turn(&plan) };
    let told = document(&plan, &[]).with_causes(base(), &causes);
    insta::assert_snapshot!("causes_without_a_column", shown(&told, 80));
}

#[test]
fn no_line_is_wider_than_asked_for() {
    for width in [60, 80, 120] {
        for plan in [fixture::rich(), fixture::sample(), fixture::hostile()] {
            for line in shown(&told(&plan), width).lines() {
                let exempt = line.starts_with("Plan sha256:");
                assert!(exempt || unicode_width::UnicodeWidthStr::width(line) <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn a_comment_has_two_halves_and_annotations_begin_with_this_change() {
    let told = told(&fixture::rich());
    insta::assert_snapshot!("causes_markdown", markdown(&told, &MarkdownOptions::default()));
    insta::assert_snapshot!("causes_github", github(&told));
}

#[test]
fn a_comment_keeps_its_limit_and_what_must_be_seen_of_both_halves() {
    for (plan, leavers) in [(fixture::large(40, 4_000), 40), (fixture::large(3_000, 3_000), 3_000)] {
        for limit in [8_000, 20_000, 65_536] {
            let text = markdown(&told(&plan), &MarkdownOptions { limit });
            assert!(text.len() <= limit, "{} > {limit}", text.len());
            let halves = text.split("### Drift, different before this change: ").count();
            assert_eq!(halves, 2);
            let removals = |half: &str| -> usize {
                let heading = half.split("#### Removals (").nth(1).expect("removals");
                heading.split(')').next().and_then(|count| count.parse().ok()).expect("a count")
            };
            let counted: usize = text.split("### Drift, ").map(removals).sum();
            assert_eq!(counted, leavers);
            assert!(text.contains("No longer planned because of this change ("));
        }
    }
}

#[test]
fn a_page_can_be_filtered_and_says_which_change_is_whose() {
    let page = html(&told(&fixture::rich()));
    let body = page.split_once("<body>\n").expect("a body").1.split_once("<script>").expect("a script").0;
    insta::assert_snapshot!("causes_html", body);
}

#[test]
fn json_has_a_cause_of_a_change_only_where_they_differ() {
    let json: serde_json::Value = serde_json::from_str(&told(&fixture::rich()).to_json()).expect("JSON");
    for row in json["actions"].as_array().expect("a list") {
        let own: Vec<&serde_json::Value> = row["changes"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|change| change.get("cause"))
            .collect();
        let whole = row["cause"].as_array().expect("a list");
        assert!(!whole.is_empty());
        assert!(own.is_empty() || whole.len() == 2, "{row}");
    }
    let causes: Vec<usize> = json["actions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| usize::from(row["cause"] == serde_json::json!(["drift"])))
        .collect();
    assert!(causes.is_sorted(), "this change comes first: {causes:?}");
    assert_eq!(json["base"]["revision"], "origin/main...");
    assert_eq!(json["cancelled"].as_array().map(Vec::len), Some(fixture::rich().actions.len()));
}

#[test]
fn many_that_are_called_off_are_counted() {
    let mut plan = fixture::empty();
    let large = fixture::large(300, 0);
    let whole = told(&large);
    plan.actions.clear();
    let causes = Causes {
        cancelled: large
            .actions
            .iter()
            .map(|action| Cancelled {
                kind: action.kind,
                subject: action.subject.clone(),
                changes: Vec::new(),
            })
            .collect(),
        ..Causes::default()
    };
    let told = document(&plan, &[]).with_causes(base(), &causes);
    insta::assert_snapshot!("causes_called_off", shown(&told, 100));
    assert_eq!((told.cancelled.len(), whole.cancelled.len()), (300, 300));
}

fn policy_change(kind: PolicyChangeKind, name: &str) -> PolicyChangeEntry {
    let said = matches!(kind, PolicyChangeKind::ByPolicy | PolicyChangeKind::ByFiles);
    let word = if said { "denied" } else { "deny" };
    PolicyChangeEntry {
        kind,
        name: name.to_owned(),
        before: Some(word.to_owned()),
        after: None,
        message: None,
    }
}

/// As many rules as there may be, each under the longest name, taken out and no longer heard.
fn every_rule_gone(name: char) -> PlanDocument {
    let mut document = told(&fixture::large(40, 400));
    document.guards.clear();
    for kind in [PolicyChangeKind::Rule, PolicyChangeKind::ByPolicy, PolicyChangeKind::ByFiles] {
        let names = (0..50).map(|index| format!("{}{index:02}", String::from(name).repeat(78)));
        document.policy_changes.extend(names.map(|name| policy_change(kind, &name)));
    }
    document
}

#[test]
fn rules_that_went_are_seen_and_keep_the_limit_of_a_comment_whatever_they_are_called() {
    for name in ['a', '`', '|', '<', '\u{1b}', '\u{202e}', '人'] {
        let document = every_rule_gone(name);
        for limit in [8_000, 65_536] {
            let text = markdown(&document, &MarkdownOptions { limit });
            assert!(text.len() <= limit, "{name:?}: {} > {limit}", text.len());
            assert!(text.contains("### This change: policy; "), "{name:?}");
            assert!(text.contains("room for**; the plan as text has it."), "{name:?}");
        }
        assert!(shown(&document, 100).contains("and 40 more"), "{name:?}");
        for format in [html(&document), github(&document), shown(&document, 100)] {
            assert!(!format.contains(['\u{1b}', '\u{202e}']), "{name:?}");
        }
        let read = PlanDocument::from_json(document.to_json()).expect("saved and read again");
        assert_eq!(read, document);
    }
}

#[test]
fn what_changed_in_the_policy_stands_before_the_rows() {
    let mut document = told(&fixture::sample());
    document.policy_changes = vec![
        PolicyChangeEntry { before: None, ..policy_change(PolicyChangeKind::Key, "max_removals") },
        policy_change(PolicyChangeKind::Rule, "nobody-on-a-friday"),
        policy_change(PolicyChangeKind::ByPolicy, "nobody-on-a-friday"),
    ];
    insta::assert_snapshot!("policy_changes_text", shown(&document, 100));
    insta::assert_snapshot!("policy_changes_markdown", markdown(&document, &MarkdownOptions::default()));
    insta::assert_snapshot!("policy_changes_github", github(&document));
    let schema = jsonschema::validator_for(&plan_schema()).expect("a valid schema");
    let json: serde_json::Value = serde_json::from_str(&document.to_json()).expect("JSON");
    assert!(schema.is_valid(&json));
    // Nothing is claimed without a base.
    let policy_changes = document.policy_changes;
    let claims = PlanDocument { policy_changes, ..super::document(&fixture::empty(), &[]) };
    let error = PlanDocument::from_json(claims.to_json()).expect_err("no base");
    assert!(error.to_string().contains("`cause`"), "{error}");
}

#[test]
fn why_nothing_is_claimed_is_said() {
    let first = Some(("main:users.yaml:6:37".to_owned(), "there is no role `sales-reb`".to_owned()));
    for (name, reason) in [
        ("one", NotCompared::Findings { first: first.clone(), more: 0 }),
        ("several", NotCompared::Findings { first, more: 4 }),
        ("portal", NotCompared::OtherPortal(4_611_687)),
    ] {
        let document = document(&fixture::empty(), &[]).without_causes(&base(), &reason);
        assert!(document.base.is_none());
        insta::assert_snapshot!(format!("not_compared_{name}"), shown(&document, 100));
    }
}
