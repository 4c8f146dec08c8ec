//! A check at the commit, so that a plan made by another workflow is seen at the pull request.

use hubroster::github::{Annotation, Check, CheckResult, Level};
use serde_json::json;

use super::client;
use super::forge::{Fault, Forge};

fn check() -> Check {
    let annotation = Annotation {
        path: "users.yaml".to_owned(),
        line: 12,
        level: Level::Warning,
        title: "leaver@example.com".to_owned(),
        message: "remove: Sales Rep → none".to_owned(),
    };
    Check {
        name: "hubroster/plan".to_owned(),
        head: "1".repeat(40),
        result: CheckResult::Success,
        title: "Plan: 1 to remove.".to_owned(),
        summary: "`sha256:…`".to_owned(),
        annotations: vec![annotation],
    }
}

#[tokio::test]
async fn a_check_is_as_github_documents_it() {
    let forge = Forge::start();
    let address = client(&forge).check(&check()).await.unwrap();
    assert_eq!(address.as_deref(), Some("https://github.example.com/example/access/runs/1"));
    assert_eq!(
        forge.world().checks,
        [json!({
            "name": "hubroster/plan",
            "head_sha": "1".repeat(40),
            "status": "completed",
            "conclusion": "success",
            "output": {
                "title": "Plan: 1 to remove.",
                "summary": "`sha256:…`",
                "annotations": [{
                    "path": "users.yaml", "start_line": 12, "end_line": 12, "annotation_level": "warning",
                    "title": "leaver@example.com", "message": "remove: Sales Rep → none",
                }],
            },
        })]
    );
}

#[tokio::test]
async fn more_annotations_than_github_takes_are_not_sent() {
    let forge = Forge::start();
    let mut check = check();
    check.annotations = vec![check.annotations[0].clone(); 70];
    client(&forge).check(&check).await.unwrap();
    assert_eq!(forge.world().checks[0]["output"]["annotations"].as_array().unwrap().len(), 50);
}

#[tokio::test]
async fn a_token_that_may_not_write_checks_says_so() {
    let forge = Forge::start();
    forge.trouble("POST /repos", Fault::refusal(403, "Resource not accessible by integration"));
    let error = client(&forge).check(&check()).await.unwrap_err();
    assert!(error.to_string().contains("`permissions: checks: write`"), "{error}");
    assert!(error.is_about_the_credential());
}
