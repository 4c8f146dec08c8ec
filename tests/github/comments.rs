//! One comment: created, found again, updated, never repeated, and nobody else's touched.

use hubroster::github::{Done, Marker};

use super::forge::{Fault, Forge, PERSONAL_TOKEN, SHUT_TOKEN};
use super::{BOT, COMMENTS, MARKED, client, client_with, portal};

#[tokio::test]
async fn the_first_time_it_is_created() {
    let forge = Forge::start();
    forge.said("bo", "Nice.");
    let posted = client(&forge).comment(12, &portal(), "## a plan\n").await.unwrap();
    assert_eq!(posted.done, Done::Created);
    assert_eq!(posted.address, "https://github.example.com/example/access/pull/12#issuecomment-1002");
    assert_eq!(forge.bodies(), ["Nice.", "<!-- hubroster v1 portal-4611686 -->\n## a plan\n"]);
    // Nothing was there to tell apart, so nobody asks who we are.
    assert_eq!(
        forge.world().log,
        [format!("GET {COMMENTS}?per_page=100 200"), format!("POST {COMMENTS} 201")]
    );
}

#[tokio::test]
async fn the_second_time_it_is_updated() {
    let forge = Forge::start();
    let client = client(&forge);
    client.comment(12, &portal(), "one").await.unwrap();
    let posted = client.comment(12, &portal(), "two").await.unwrap();
    assert_eq!(posted.done, Done::Updated);
    assert_eq!(forge.bodies(), ["<!-- hubroster v1 portal-4611686 -->\ntwo"]);
}

#[tokio::test]
async fn the_same_text_is_not_sent_again() {
    let forge = Forge::start();
    let client = client(&forge);
    client.comment(12, &portal(), "a\nb\n").await.unwrap();
    // GitHub gives line ends back as browsers write them, and cuts off what is empty at the end.
    forge.world().comments[0].body = "<!-- hubroster v1 portal-4611686 -->\r\na\r\nb".to_owned();
    let posted = client.comment(12, &portal(), "a\nb\n").await.unwrap();
    assert_eq!(posted.done, Done::Unchanged);
    assert_eq!(forge.writes().len(), 1);
}

#[tokio::test]
async fn it_is_found_on_the_third_page_without_following_an_address() {
    let forge = Forge::start();
    forge.world().page = 2;
    for number in 0..4 {
        forge.said("bo", &format!("remark {number}"));
    }
    let id = forge.said(BOT, MARKED);
    forge.said("bo", "thanks");
    // The pages that follow are said to lie at another host; the token stays where it was sent first.
    let posted = client(&forge).comment(12, &portal(), "a plan").await.unwrap();
    assert_eq!(posted.done, Done::Updated);
    assert!(posted.address.ends_with(&id.to_string()), "{}", posted.address);
    let pages: Vec<String> =
        forge.world().log.iter().filter(|line| line.starts_with("GET ")).cloned().collect();
    assert_eq!(
        pages,
        [
            format!("GET {COMMENTS}?per_page=100 200"),
            format!("GET {COMMENTS}?per_page=2&page=2 200"),
            format!("GET {COMMENTS}?per_page=2&page=3 200"),
        ]
    );
}

#[tokio::test]
async fn each_portal_of_a_repository_has_its_own() {
    let forge = Forge::start();
    let client = client(&forge);
    for (portal, text) in [(1, "one"), (2, "two"), (1, "one again")] {
        client.comment(12, &Marker::of_portal(portal), text).await.unwrap();
    }
    assert_eq!(
        forge.bodies(),
        ["<!-- hubroster v1 portal-1 -->\none again", "<!-- hubroster v1 portal-2 -->\ntwo"]
    );
}

#[tokio::test]
async fn somebody_elses_comment_is_left_alone_whatever_it_holds() {
    let forge = Forge::start();
    forge.said("mallory", MARKED);
    forge.said("other-app[bot]", MARKED);
    let posted = client(&forge).comment(12, &portal(), "the plan").await.unwrap();
    assert_eq!(posted.done, Done::Created);
    assert_eq!(posted.foreign.len(), 2);
    assert_eq!(forge.bodies()[..2], [MARKED, MARKED]);
    // And the next run finds its own among them.
    let posted = client(&forge).comment(12, &portal(), "the next plan").await.unwrap();
    assert_eq!((posted.done, posted.foreign.len(), forge.bodies().len()), (Done::Updated, 2, 3));
}

#[tokio::test]
async fn a_comment_whose_author_is_gone_is_nobodys() {
    let forge = Forge::start();
    let ghost = serde_json::json!([{ "id": 1, "user": null, "body": MARKED, "html_url": "https://github.example.com/1" }]);
    forge.trouble("GET /repos", Fault::Answer(200, Vec::new(), ghost.to_string()));
    let posted = client(&forge).comment(12, &portal(), "the plan").await.unwrap();
    assert_eq!((posted.done, posted.foreign.len()), (Done::Created, 1));
}

#[tokio::test]
async fn a_marker_that_is_quoted_marks_nothing() {
    let forge = Forge::start();
    forge.said(BOT, &format!("As I said:\n\n{MARKED}"));
    let posted = client(&forge).comment(12, &portal(), "the plan").await.unwrap();
    assert_eq!((posted.done, forge.bodies().len()), (Done::Created, 2));
}

#[tokio::test]
async fn a_person_is_told_by_name() {
    let forge = Forge::start();
    forge.said("ana", MARKED);
    forge.said(BOT, MARKED);
    let posted = client_with(&forge, PERSONAL_TOKEN).comment(12, &portal(), "the plan").await.unwrap();
    assert_eq!((posted.done, posted.foreign.len()), (Done::Updated, 1));
    assert_eq!(forge.bodies()[1], MARKED);
}

#[tokio::test]
async fn where_graphql_is_shut_a_person_is_still_told() {
    let forge = Forge::start();
    forge.said("ana", MARKED);
    forge.trouble("POST /graphql", Fault::refusal(403, "GraphQL is disabled"));
    let posted = client_with(&forge, PERSONAL_TOKEN).comment(12, &portal(), "the plan").await.unwrap();
    assert_eq!(posted.done, Done::Updated);
}

/// The answer to our own comment says who we are; then what we wrote before can go.
#[tokio::test]
async fn where_github_does_not_say_who_we_are_there_is_one_comment_all_the_same() {
    let forge = Forge::start();
    forge.said("mallory", MARKED);
    for text in ["one", "two", "three"] {
        let posted = client_with(&forge, SHUT_TOKEN).comment(12, &portal(), text).await.unwrap();
        assert_eq!((posted.done, posted.foreign.len()), (Done::Created, 1));
        assert_eq!(
            forge.bodies(),
            [MARKED.to_owned(), format!("<!-- hubroster v1 portal-4611686 -->\n{text}")]
        );
    }
}

/// Two runs that began at the same moment.
#[tokio::test]
async fn of_two_the_older_stays() {
    let forge = Forge::start();
    let older = forge.said(BOT, MARKED);
    forge.said(BOT, MARKED);
    forge.said(BOT, MARKED);
    let posted = client(&forge).comment(12, &portal(), "the plan").await.unwrap();
    assert_eq!((posted.done, posted.duplicates), (Done::Updated, 2));
    assert_eq!(forge.world().comments.iter().map(|comment| comment.id).collect::<Vec<_>>(), [older]);
}

#[tokio::test]
async fn what_is_deleted_in_the_middle_is_posted_anew() {
    let forge = Forge::start();
    let ghost = serde_json::json!([{
        "id": 77, "user": { "id": 1, "login": BOT }, "body": MARKED, "html_url": "https://github.example.com/77",
    }]);
    forge.trouble("GET /repos", Fault::Answer(200, Vec::new(), ghost.to_string()));
    forge.trouble(
        "POST /graphql",
        Fault::Answer(
            200,
            Vec::new(),
            r#"{"data":{"viewer":{"login":"github-actions[bot]","databaseId":1}}}"#.to_owned(),
        ),
    );
    let posted = client(&forge).comment(12, &portal(), "the plan").await.unwrap();
    assert_eq!((posted.done, forge.bodies().len()), (Done::Created, 1));
    assert_eq!(forge.writes()[0], "PATCH /repos/example/access/issues/comments/77 404");
}

#[tokio::test]
async fn the_newest_commit_is_read() {
    let forge = Forge::start();
    assert_eq!(client(&forge).head(12).await.unwrap(), "1".repeat(40));
}
