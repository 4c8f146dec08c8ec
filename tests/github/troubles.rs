//! What a network and a busy GitHub do: waited for, settled by reading, or said with what to do about it.

use std::time::{Duration, Instant};

use hubroster::github::{ApiUrl, Client, Connection, Done, Error, Failure, Patience, Repository};
use secrecy::SecretString;

use super::forge::{Fault, Forge, TOKEN};
use super::{BOT, COMMENTS, MARKED, client, client_with, portal};

fn limited(status: u16, headers: &[(&'static str, &str)], message: &str) -> Fault {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Fault::Answer(status, headers, serde_json::json!({ "message": message }).to_string())
}

async fn failure(forge: &Forge) -> Error {
    client(forge).comment(12, &portal(), "the plan").await.unwrap_err()
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_reading() {
    for fault in [Fault::LostAfter, Fault::DoneBut(502), Fault::DoneBut(504)] {
        let forge = Forge::start();
        forge.trouble("POST /repos", fault);
        let posted = client(&forge).comment(12, &portal(), "the plan").await.unwrap();
        assert_eq!((posted.done, posted.duplicates), (Done::Created, 0));
        assert_eq!((forge.bodies().len(), forge.writes().len()), (1, 1));
    }
}

#[tokio::test]
async fn what_did_not_arrive_is_sent_again() {
    let forge = Forge::start();
    forge.trouble("POST /repos", Fault::Answer(502, Vec::new(), "<html>".to_owned()));
    let posted = client(&forge).comment(12, &portal(), "the plan").await.unwrap();
    assert_eq!(posted.done, Done::Created);
    assert_eq!((forge.bodies().len(), forge.writes().len()), (1, 2));
}

#[tokio::test]
async fn what_never_arrives_is_given_up_and_said() {
    let forge = Forge::start();
    for _ in 0..3 {
        forge.trouble("POST /repos", Fault::Answer(502, Vec::new(), "<html>".to_owned()));
    }
    let error = failure(&forge).await;
    assert!(
        matches!(&error, Error::Unsettled { call, .. } if *call == format!("POST {COMMENTS}")),
        "{error:?}"
    );
    assert_eq!(forge.writes().len(), 3);
}

#[tokio::test]
async fn reads_and_updates_are_tried_again() {
    let forge = Forge::start();
    forge.said(BOT, MARKED);
    for line in ["GET /repos", "GET /repos", "POST /graphql", "PATCH /repos"] {
        forge.trouble(line, Fault::Answer(503, Vec::new(), String::new()));
    }
    forge.trouble("PATCH /repos", Fault::LostAfter);
    let posted = client(&forge).comment(12, &portal(), "the plan").await.unwrap();
    assert_eq!((posted.done, forge.bodies().len()), (Done::Updated, 1));
}

#[tokio::test]
async fn five_times_at_most() {
    let forge = Forge::start();
    for _ in 0..6 {
        forge.trouble("GET /repos", Fault::Answer(500, Vec::new(), String::new()));
    }
    let error = failure(&forge).await;
    assert_eq!(
        error.to_string(),
        format!("`GET {COMMENTS}` was refused with status 500; this is GitHub's side, so run again later")
    );
    assert_eq!(forge.world().log.len(), 5);
}

#[tokio::test]
async fn a_secondary_limit_is_waited_for() {
    let forge = Forge::start();
    let message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    forge.trouble("POST /repos", limited(403, &[("retry-after", "1")], message));
    forge.trouble("POST /repos", limited(429, &[("retry-after", "0")], message));
    let started = Instant::now();
    let posted = client(&forge).comment(12, &portal(), "the plan").await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1));
    // It was refused, so nobody has to look whether it was done.
    assert_eq!((posted.done, forge.bodies().len(), forge.writes().len()), (Done::Created, 1, 3));
}

#[tokio::test]
async fn a_limit_that_lasts_too_long_is_an_answer() {
    let date = ("date", "Wed, 25 Nov 2026 09:47:40 GMT");
    for (status, headers, said) in [
        (403, vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1795601000"), date], "16 minutes"),
        (429, vec![("retry-after", "3600")], "60 minutes"),
        (429, vec![], "a minute"),
        (403, vec![], "a minute"),
    ] {
        let forge = Forge::start();
        forge.trouble("GET /repos", limited(status, &headers, "You have exceeded a secondary rate limit"));
        let error = failure(&forge).await;
        assert_eq!(
            error.to_string(),
            format!(
                "GitHub's rate limit is used up, and `GET {COMMENTS}` would have to wait {said} more; run again then"
            )
        );
        assert_eq!(forge.world().log.len(), 1);
    }
}

#[tokio::test]
async fn a_primary_limit_that_ends_soon_is_waited_for() {
    let forge = Forge::start();
    let headers = [
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset", "1795600060"),
        ("date", "Wed, 25 Nov 2026 09:47:40 GMT"),
    ];
    forge.trouble("GET /repos", limited(403, &headers, "API rate limit exceeded for installation ID 1."));
    client(&forge).comment(12, &portal(), "the plan").await.unwrap();
    assert_eq!(forge.bodies().len(), 1);
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    for (line, fault, said) in [
        (
            "POST /repos",
            Fault::refusal(403, "Resource not accessible by integration"),
            "status 403: Resource not accessible by integration; give the job `permissions: pull-requests: write`. For a pull request \
             from a fork a workflow's token only reads, whatever it asks for: post from a workflow that runs on `workflow_run`, as \
             docs/gitops.md shows",
        ),
        (
            "POST /repos",
            Fault::refusal(403, "Unable to create comment because issue is locked."),
            "status 403: Unable to create comment because issue is locked; unlock the conversation, or let people with write access \
             alone comment on it",
        ),
        (
            "GET /repos",
            Fault::refusal(404, "Not Found"),
            "status 404: Not Found; there is no pull request 12 in `example/access`, or the token may not see it (`permissions: \
             pull-requests: write`)",
        ),
        ("GET /repos", Fault::refusal(410, "This issue was deleted"), "status 410: This issue was deleted"),
        (
            "POST /repos",
            Fault::Answer(
                422,
                Vec::new(),
                r#"{"message":"Validation Failed","errors":[{"resource":"IssueComment","code":"unprocessable","field":"data","message":"Body is too long"}]}"#.to_owned(),
            ),
            "status 422: Validation Failed: Body is too long; GitHub does not take it as it is, so trying again would not help",
        ),
        (
            "GET /repos",
            Fault::Answer(404, Vec::new(), "<!doctype html><title>Proxy</title>".to_owned()),
            "status 404: a web page instead of an answer of GitHub's API; something on the way to GitHub says so, so check \
             GITHUB_API_URL and any proxy",
        ),
    ] {
        let forge = Forge::start();
        forge.trouble(line, fault);
        let error = failure(&forge).await.to_string();
        assert!(error.ends_with(said), "{error}\nand not\n{said}");
        assert_eq!(forge.bodies().len(), 0);
    }
}

#[tokio::test]
async fn a_token_that_is_not_accepted() {
    let forge = Forge::start();
    let error = client_with(&forge, "ghp_of-nobody").comment(12, &portal(), "the plan").await.unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("status 401: Bad credentials; check that the token is whole and has not expired"),
        "{error}"
    );
    assert!(error.is_about_the_credential());
}

#[tokio::test]
async fn the_token_goes_nowhere_else() {
    let (forge, elsewhere) = (Forge::start(), Forge::start());
    let location = vec![("location", format!("{}/repositories/7", elsewhere.url))];
    forge.trouble("GET /repos", Fault::Answer(301, location, String::new()));
    let error = failure(&forge).await;
    assert!(matches!(error, Error::Redirected { status: 301, .. }), "{error}");
    assert!(error.to_string().contains("named by its new name with --repository"), "{error}");
    assert_eq!(elsewhere.world().log, [""; 0]);
}

#[tokio::test]
async fn a_list_without_end_ends() {
    let forge = Forge::start();
    for _ in 0..60 {
        forge.trouble("GET /repos", Fault::Link("<https://x.example.com/?page=1>; rel=\"next\"".to_owned()));
    }
    let error = failure(&forge).await;
    assert!(matches!(error, Error::EndlessList { pages: 50, .. }), "{error}");
    assert_eq!(forge.writes(), [""; 0]);
}

#[tokio::test]
async fn a_flood_is_not_read() {
    let forge = Forge::start();
    forge.trouble("GET /repos", Fault::Flood(64_000_001));
    assert!(matches!(failure(&forge).await, Error::TooLarge { .. }));
}

#[tokio::test]
async fn half_an_answer_concludes_nothing() {
    for body in ["{}", "[{]", "[{\"id\":\"x\"}]", "null", ""] {
        let forge = Forge::start();
        forge.trouble("GET /repos", Fault::Answer(200, Vec::new(), body.to_owned()));
        assert!(matches!(failure(&forge).await, Error::Undecodable { .. }), "{body}");
        assert_eq!(forge.writes(), [""; 0]);
    }
}

#[tokio::test]
async fn more_than_github_takes_is_not_sent() {
    let forge = Forge::start();
    let error = client(&forge).comment(12, &portal(), &"x".repeat(65_500)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the text has 65537 characters, and GitHub takes 65536; shorten it, or post a saved plan, which is cut to fit"
    );
    assert_eq!(forge.world().log, [""; 0]);
}

#[tokio::test]
async fn nobody_there() {
    let api = ApiUrl::parse("http://127.0.0.1:1").unwrap();
    let repository = Repository::parse("example/access").unwrap();
    let patience = Patience { backoff: Duration::ZERO, settling: Duration::ZERO, ..Patience::default() };
    let token = SecretString::from(TOKEN);
    let client = Client::new(Connection { api, token, repository, patience }).unwrap();
    let error = client.comment(12, &portal(), "the plan").await.unwrap_err();
    assert!(matches!(error, Error::Transport { failure: Failure::Unreachable, .. }), "{error}");
}

/// What an answer says reaches a terminal and a public log: one short line, and nothing secret.
#[tokio::test]
async fn hostile_texts_come_out_harmless() {
    let message =
        format!("no\u{1b}[31m\r\n::set-output name=x::y\u{202e} {TOKEN} ghp_0123456789 {}", "x".repeat(900));
    let forge = Forge::start();
    forge.trouble("GET /repos", Fault::refusal(403, &message));
    let error = failure(&forge).await;
    let said = format!("{error}");
    assert!(said.starts_with(&format!("`GET {COMMENTS}` was refused with status 403: no [31m ::set-output name=x::y [redacted] [redacted] xxx")), "{said}");
    assert!(!said.contains(['\u{1b}', '\r', '\n', '\u{202e}']), "{said}");
    assert!(said.len() < 700, "{said}");
    assert!(!format!("{error:?} {:?}", client(&forge)).contains("ghs_"));
}
