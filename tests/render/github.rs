//! A plan as GitHub workflow commands.
//!
//! Deliberately absent: whether GitHub shows them; its documentation says what a command is.

use hubroster::render::github;

use super::{document, fixture};

#[test]
fn each_row_is_noted_where_the_files_ask_for_it() {
    insta::assert_snapshot!("github_sample", github(&document(&fixture::sample(), &[fixture::removals(1)])));
    insta::assert_snapshot!("github_rich", github(&document(&fixture::rich(), &fixture::every_refusal())));
}

#[test]
fn an_empty_plan_is_one_notice() {
    let shown = github(&document(&fixture::empty(), &[]));
    assert_eq!(shown.lines().count(), 1);
    assert!(shown.starts_with("::notice title=hubroster plan::No changes. "), "{shown}");
}

#[test]
fn hostile_names_cannot_begin_a_command_of_their_own() {
    let shown = github(&document(&fixture::hostile(), &[]));
    insta::assert_snapshot!("github_hostile", shown);
    for line in shown.lines() {
        assert!(
            ["::error ", "::warning ", "::notice "].iter().any(|start| line.starts_with(start)),
            "{line}"
        );
        let rest = line.split_once(' ').expect("properties").1;
        let (properties, message) = rest.split_once("::").expect("a message");
        assert!(!properties.contains("::") && !properties.chars().any(char::is_control), "{line}");
        assert!(!message.chars().any(char::is_control), "{line}");
    }
}

#[test]
fn a_part_is_said_to_be_one() {
    let mut plan = fixture::sample();
    assert!(!github(&document(&plan, &[])).contains("--target"));
    plan.targets = vec!["bo@example.com".to_owned(), "role:sales-rep".to_owned()];
    assert!(github(&document(&plan, &[])).contains("Only bo@example.com, role:sales-rep (--target)%0A"));
}
