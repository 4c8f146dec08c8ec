//! A plan as one comment: its shape, its size, and that no name in it becomes markup.
//!
//! Deliberately absent: GitHub's own rendering. What it makes of text after the Markdown is read (mentions,
//! references, formulas) is checked on that text.

use hubroster::render::{MarkdownOptions, markdown};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{document, fixture};

fn shown(plan: &hubroster::plan::Plan) -> String {
    markdown(&document(plan, &fixture::every_refusal()), &MarkdownOptions::default())
}

fn events(text: &str) -> Vec<Event<'_>> {
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS)
        .collect()
}

#[test]
fn the_comment_reads_from_what_matters_most() {
    let sample =
        markdown(&document(&fixture::sample(), &[fixture::removals(1)]), &MarkdownOptions::default());
    insta::assert_snapshot!("markdown_sample", sample);
    insta::assert_snapshot!("markdown_rich", shown(&fixture::rich()));
    insta::assert_snapshot!(
        "markdown_empty",
        markdown(&document(&fixture::empty(), &[]), &MarkdownOptions::default())
    );
}

#[test]
fn no_name_becomes_markup_html_a_link_or_a_mention() {
    let text = shown(&fixture::hostile());
    insta::assert_snapshot!("markdown_hostile", text);
    assert_harmless(&text);
}

pub(crate) fn assert_harmless(text: &str) {
    // The only elements are those that keep a character apart, fold a part or mark a difference.
    let own = ["span", "details", "summary", "br", "del", "ins"];
    let mut in_summary_of_ours = 0;
    for event in events(text) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                for element in html.split('<').skip(1) {
                    let name: String = element
                        .trim_start_matches('/')
                        .chars()
                        .take_while(char::is_ascii_alphanumeric)
                        .collect();
                    assert!(own.contains(&name.as_str()), "{html}");
                    assert!(!element.contains(' ') || element.contains('>'), "{html}");
                }
                in_summary_of_ours += 1;
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert_eq!(&*dest_url, "https://app-eu1.hubspot.com/settings/4611686/users");
            }
            Event::Start(Tag::Image { .. }) => panic!("an image"),
            Event::Text(text) => {
                let lonely = |mark: char| *text != mark.to_string() && text.contains(mark);
                assert!(!lonely('@') && !lonely('#') && !lonely('$'), "{text}");
                assert!(!text.contains("://") && !text.contains("www."), "{text}");
            }
            _ => {}
        }
    }
    assert!(in_summary_of_ours > 0);
}

#[test]
fn every_name_stays_in_its_cell() {
    let text = shown(&fixture::hostile());
    let mut cells = 0;
    for event in events(&text) {
        match event {
            Event::Start(Tag::TableRow | Tag::TableHead) => cells = 0,
            Event::End(TagEnd::TableCell) => cells += 1,
            Event::End(TagEnd::TableRow | TagEnd::TableHead) => assert_eq!(cells, 3),
            _ => {}
        }
    }
    // Blocked, changes, waiting and unmanaged are tables.
    let rows = events(&text).iter().filter(|event| matches!(event, Event::Start(Tag::TableRow))).count();
    assert_eq!(rows, 4 * fixture::HOSTILE.len());
}

#[test]
fn five_thousand_changes_fit_and_what_is_left_out_is_said() {
    let mut plan = fixture::large(0, 5_000);
    let few = fixture::rich();
    plan.actions.extend(few.actions);
    plan.blocked = few.blocked;
    plan.by_hand = few.by_hand;
    let text = shown(&plan);
    assert!(text.len() <= 65_536, "{}", text.len());
    assert!(text.len() > 60_000, "{}", text.len());
    assert!(text.contains("more left out of this comment**"));
    for name in
        ["leaver@example.com", "paused@example.com", "b12@example.com", "bo@example.com", "fi@example.com"]
    {
        assert!(text.contains(name), "{name}");
    }
    let kept = text.matches("person.number-").count();
    let left_out = 5_000 + 5 - text.matches("| ~ ").count() - text.matches("| + ").count();
    assert!(kept > 200, "{kept}");
    assert!(left_out > 4_000);
}

#[test]
fn removals_that_do_not_fit_as_a_table_are_named_and_counted() {
    for (removed, all_named) in [(1_000, true), (5_000, false)] {
        let text = shown(&fixture::large(removed, 100));
        assert!(text.len() <= 65_536, "{}", text.len());
        assert!(text.contains(&format!("### Removals ({removed})\n")));
        let says = if all_named { "more, by name alone" } else { "Too many to show" };
        assert!(text.contains(says), "{says}");
        assert_eq!(text.contains("has no room to name**"), !all_named);
        let named = text.matches("leaver.number-").count();
        assert!(if all_named { named == removed } else { named > 1_200 }, "{named}");
    }
}

#[test]
fn any_limit_is_kept() {
    let plans = [fixture::hostile(), fixture::rich(), fixture::large(50, 50), fixture::large(3_000, 3_000)];
    for plan in plans {
        for limit in [8_000, 9_001, 12_345, 20_000, 65_000] {
            let text = markdown(&document(&plan, &fixture::every_refusal()), &MarkdownOptions { limit });
            assert!(text.len() <= limit, "{} > {limit}", text.len());
        }
    }
}

#[test]
fn long_values_are_cut_with_their_length() {
    let mut plan = fixture::sample();
    plan.portal.name = Some("$".repeat(10_000));
    plan.targets = vec!["\u{e0001}".repeat(10_000); 40];
    plan.actions[1].changes[0].after = fixture::named(&"x".repeat(10_000), "73");
    let text = shown(&plan);
    assert!(text.len() < 20_000, "{}", text.len());
    assert!(text.contains("x… (10000 characters)`"));
}
