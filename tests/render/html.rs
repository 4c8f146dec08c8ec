//! A plan as a page: what it holds, that it needs nothing else, and that no name in it becomes markup.
//!
//! Deliberately absent: how it looks and what its script does; a browser judges that.

use std::collections::BTreeSet;

use hubroster::plan::Plan;
use hubroster::render::{Cause, html};

use super::{document, fixture};

fn page(plan: &Plan) -> String {
    html(&document(plan, &fixture::every_refusal()))
}

/// Without the style and the script, which are the same on every page.
fn body(page: &str) -> &str {
    let body = page.split_once("<body>\n").expect("a body").1;
    body.split_once("<script>").expect("a script").0
}

/// Each tag as it stands between its brackets.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).map(|rest| rest.split('>').next().expect("before a bracket")).collect()
}

#[test]
fn every_row_stands_on_the_page_with_its_two_sides() {
    insta::assert_snapshot!("html_rich", body(&page(&fixture::rich())));
    insta::assert_snapshot!(
        "html_sample",
        body(&html(&document(&fixture::sample(), &[fixture::removals(1)])))
    );
    insta::assert_snapshot!("html_empty", body(&html(&document(&fixture::empty(), &[]))));
}

#[test]
fn causes_can_be_chosen_where_there_are_any() {
    let mut sample = document(&fixture::sample(), &[]);
    assert!(!html(&sample).contains("data-cause"));
    sample.actions[0].cause = vec![Cause::ThisChange, Cause::Drift];
    let page = html(&sample);
    assert!(page.contains("<button type=\"button\" data-cause=\"drift\" aria-pressed=\"false\">"));
    assert!(page.contains("<li class=\"row\" tabindex=\"-1\" data-cause=\"this_change drift\">"));
}

#[test]
fn the_page_needs_no_network() {
    let page = page(&fixture::rich());
    for start in page.match_indices("http").map(|(start, _)| &page[start..]) {
        let ours = start.starts_with("https://app-eu1.hubspot.com/settings/4611686/users")
            || start.starts_with("http-equiv=");
        assert!(ours, "{}", start.chars().take(60).collect::<String>());
    }
    for tag in tags(body(&page)) {
        // Between quotes stands text; an attribute's name does not.
        for outside in tag.split('"').step_by(2) {
            assert!(![" src", " style", " on"].iter().any(|name| outside.contains(name)), "{tag}");
        }
    }
    assert!(!page.contains("@import") && !page.contains("url("));
    assert_eq!((page.matches("<script").count(), page.matches("<style").count()), (1, 1));
}

#[test]
fn no_name_becomes_markup() {
    let page = page(&fixture::hostile());
    assert_harmless(&page);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&lt;!-- --&gt;"));
}

pub(crate) fn assert_harmless(page: &str) {
    let known: BTreeSet<&str> = [
        "a", "b", "br", "button", "code", "dd", "del", "details", "div", "dl", "dt", "em", "footer", "h1",
        "h2", "header", "input", "ins", "kbd", "label", "li", "main", "ol", "p", "section", "small", "span",
        "strong", "summary", "ul",
    ]
    .into();
    for tag in tags(body(page)) {
        let name = tag.trim_start_matches('/').split(' ').next().expect("a name");
        assert!(known.contains(name), "<{tag}>");
    }
    for name in
        fixture::HOSTILE.iter().filter(|name| name.contains('<') || name.chars().any(char::is_control))
    {
        assert!(!page.contains(name), "{name:?}");
    }
    assert!(!page.contains('\u{202e}') && !page.contains('\u{200b}'));
}

#[test]
fn a_link_that_is_no_plain_address_is_no_link() {
    let mut plan = fixture::sample();
    plan.portal.account.ui_domain = "evil.example/?\"><script>".to_owned();
    let page = page(&plan);
    assert!(!page.contains("href=\"https"), "a link");
    assert!(page.contains("&quot;&gt;&lt;script&gt;"), "the address stays readable");
}

#[test]
fn ten_thousand_rows_come_in_lots() {
    let page = page(&fixture::large(1_000, 9_000));
    assert_eq!(page.matches("<li class=\"row\"").count(), 10_000);
    assert_eq!(page.matches("<ul class=\"lot far\" role=\"list\">").count(), 200);
    assert!(page.contains(">10,000 shown<"));
    assert!(page.len() < 5_000_000, "{}", page.len());
}

#[test]
fn a_short_page_is_laid_out_at_once() {
    assert!(!page(&fixture::rich()).contains("\"lot far\""));
}

#[test]
fn without_a_script_there_is_nothing_to_press_that_does_nothing() {
    let page = page(&fixture::rich());
    let controls = tags(body(&page));
    let controls: Vec<&&str> =
        controls.iter().filter(|tag| tag.starts_with("button") || tag.starts_with("input class")).collect();
    assert!(controls.len() > 8, "{controls:?}");
    // Those in the bar are hidden with it, and so is the one for when nothing is found.
    for outside in controls.iter().filter(|tag| tag.contains("id=\"") && !tag.contains("everything")) {
        assert!(outside.ends_with("data-script hidden"), "{outside}");
    }
    assert!(page.contains("<div class=\"bar\" role=\"search\" data-script hidden>"));
}
