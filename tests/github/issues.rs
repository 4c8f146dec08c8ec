//! One issue about drift: opened, kept up to date, closed with a word, and opened anew when there is drift again.

use hubroster::github::{Client, Done, Drift, Marker, Posted};

use super::forge::{Fault, Forge, Issue, SHUT_TOKEN};
use super::{BOT, client, client_with};

const MARKED: &str = "<!-- hubroster v1 drift-4611686 -->\nan earlier report";

async fn drift(client: &Client, report: &str) -> Posted {
    let drift = Drift::Some { title: "Drift in portal 4611686", report };
    client.drift(&Marker::of_drift(4611686), drift).await.unwrap().unwrap()
}

async fn no_drift(client: &Client) -> Option<Posted> {
    client.drift(&Marker::of_drift(4611686), Drift::None { word: "All is well." }).await.unwrap()
}

fn issues(forge: &Forge) -> Vec<Issue> {
    forge.world().issues.clone()
}

#[tokio::test]
async fn the_whole_life_of_an_issue() {
    let forge = Forge::start();
    let client = client(&forge);
    assert_eq!(no_drift(&client).await, None);
    assert_eq!(forge.writes(), [""; 0]);

    let posted = drift(&client, "one").await;
    assert_eq!(
        (posted.done, posted.address.as_str()),
        (Done::Created, "https://github.example.com/example/access/issues/30")
    );
    assert_eq!(drift(&client, "one").await.done, Done::Unchanged);
    assert_eq!(drift(&client, "two").await.done, Done::Updated);
    let [issue] = issues(&forge).try_into().unwrap();
    assert_eq!(issue.title, "Drift in portal 4611686");
    assert_eq!(
        (issue.body.as_str(), issue.state.as_str()),
        ("<!-- hubroster v1 drift-4611686 -->\ntwo", "open")
    );

    assert_eq!(no_drift(&client).await.unwrap().done, Done::Closed);
    assert_eq!(issues(&forge)[0].state, "closed");
    let words: Vec<String> =
        forge.world().comments.iter().map(|comment| format!("{}: {}", comment.on, comment.body)).collect();
    assert_eq!(words, ["30: <!-- hubroster v1 drift-4611686.clean -->\nAll is well."]);
    assert_eq!(no_drift(&client).await, None);

    // A new time is a new issue.
    assert_eq!(drift(&client, "three").await.done, Done::Created);
    assert_eq!(issues(&forge).len(), 2);
}

#[tokio::test]
async fn what_is_not_ours_or_no_issue_is_left_alone() {
    let forge = Forge::start();
    forge.world().add_issue("mallory", "Drift in portal 4611686", MARKED);
    forge.world().add_issue(BOT, "A pull request", MARKED);
    forge.world().issues[1].is_pull_request = true;
    forge.world().add_issue(BOT, "Drift in portal 4611686", "said by the same app, without a marker");
    let client = client(&forge);
    let posted = drift(&client, "one").await;
    assert_eq!((posted.done, posted.foreign.len()), (Done::Created, 1));
    assert_eq!(no_drift(&client).await.unwrap().done, Done::Closed);
    let states: Vec<String> = issues(&forge).into_iter().map(|issue| issue.state).collect();
    assert_eq!(states, ["open", "open", "open", "closed"]);
}

#[tokio::test]
async fn of_two_the_older_stays_open() {
    let forge = Forge::start();
    for _ in 0..3 {
        forge.world().add_issue(BOT, "Drift in portal 4611686", MARKED);
    }
    let posted = drift(&client(&forge), "one").await;
    assert_eq!((posted.done, posted.duplicates), (Done::Updated, 2));
    let shown: Vec<(String, String)> =
        issues(&forge).into_iter().map(|issue| (issue.state, issue.body)).collect();
    assert_eq!(shown[1], ("closed".to_owned(), "The same as #30.".to_owned()));
    assert_eq!(shown[0].0, "open");
}

#[tokio::test]
async fn where_github_does_not_say_who_we_are_one_stays_open_all_the_same() {
    let forge = Forge::start();
    let client = client_with(&forge, SHUT_TOKEN);
    drift(&client, "one").await;
    let posted = drift(&client, "two").await;
    assert_eq!((posted.done, posted.duplicates), (Done::Created, 1));
    let open = issues(&forge).into_iter().filter(|issue| issue.state == "open").count();
    assert_eq!(open, 1);
}

#[tokio::test]
async fn a_lost_answer_opens_no_second_one() {
    for fault in [Fault::LostAfter, Fault::DoneBut(502)] {
        let forge = Forge::start();
        forge.trouble("POST /repos/example/access/issues", fault);
        assert_eq!(drift(&client(&forge), "one").await.done, Done::Created);
        assert_eq!(issues(&forge).len(), 1);
    }
}

/// Cut off after its word and before the end: the next run says it no second time.
#[tokio::test]
async fn the_last_word_is_said_once() {
    let forge = Forge::start();
    let client = client(&forge);
    drift(&client, "one").await;
    forge.trouble("PATCH /repos", Fault::refusal(403, "Resource not accessible by integration"));
    let marker = Marker::of_drift(4611686);
    let error = client.drift(&marker, Drift::None { word: "All is well." }).await.unwrap_err();
    assert!(error.to_string().ends_with("give the job `permissions: issues: write`"), "{error}");
    assert_eq!(no_drift(&client).await.unwrap().done, Done::Closed);
    assert_eq!(forge.world().comments.len(), 1);
}

#[tokio::test]
async fn a_repository_without_issues_says_so() {
    let forge = Forge::start();
    forge.trouble("GET /repos", Fault::refusal(410, "Issues has been disabled in this repository."));
    let drift = Drift::Some { title: "t", report: "r" };
    let error = client(&forge).drift(&Marker::of_drift(1), drift).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`GET /repos/example/access/issues` was refused with status 410: Issues has been disabled in this repository; issues \
         are switched off in the settings of `example/access`, or this one was deleted"
    );
}
