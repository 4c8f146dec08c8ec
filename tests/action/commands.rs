//! Each command of the action: what it says to the workflow, what it shows, and how it ends.

use super::stage::Stage;

const SANDBOX: (&str, &str) = ("SANDBOX", "true");

#[test]
fn a_plan_is_shown_in_the_log_and_in_the_summary_and_gives_its_digest() {
    let stage = Stage::new();
    let ran = stage.run("plan", &[SANDBOX]);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert_eq!((ran.output("exit-code"), ran.output("has-changes")), ("2", "true"));
    let digest = ran.output("digest").strip_prefix("sha256:").expect("a digest");
    assert!(digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()), "{digest}");
    assert!(ran.log.contains("::notice file=users.yaml,line=6,"), "{}", ran.log);
    assert!(ran.summary.starts_with("## hubroster plan: 1 to change\n"), "{}", ran.summary);
    assert!(ran.summary.contains(digest));
    assert!(ran.output("plan").ends_with("/temporary/hubroster-plan.json"));
    assert_eq!(stage.forge.world().log, [""; 0]);
}

#[test]
fn a_plan_without_changes_says_so() {
    let stage = Stage::new();
    stage.edit("sandbox.yaml", "[Viewer]", "[Sales Rep]");
    let ran = stage.run("plan", &[SANDBOX, ("PLAN", "plan.json"), ("HTML", "plan.html")]);
    assert_eq!(
        (ran.code, ran.output("exit-code"), ran.output("has-changes")),
        (0, "0", "false"),
        "{}",
        ran.log
    );
    assert_eq!(ran.output("plan"), "plan.json");
    assert!(stage.read("plan.html").starts_with("<!doctype html>"));
}

#[test]
fn a_plan_that_cannot_be_made_ends_the_job() {
    let stage = Stage::new();
    let ran = stage.run("plan", &[]);
    assert_eq!((ran.code, ran.output("exit-code"), ran.output("digest")), (4, "4", ""));
    assert!(ran.log.contains("no portal to read"), "{}", ran.log);
    stage.edit("users.yaml", "role: sales-rep", "role: sales-rap");
    let ran = stage.run("plan", &[SANDBOX, ("COMMENT", "12")]);
    assert_eq!((ran.code, ran.output("exit-code")), (3, "3"));
    assert_eq!(stage.forge.world().log, [""; 0]);
}

#[test]
fn the_files_are_checked_with_annotations() {
    let stage = Stage::new();
    assert_eq!(stage.run("validate", &[]).code, 0);
    stage.edit("users.yaml", "role: sales-rep", "role: sales-rap");
    let ran = stage.run("validate", &[]);
    assert_eq!((ran.code, ran.output("exit-code")), (3, "3"));
    assert!(ran.log.contains("::error file=users.yaml,line=6,"), "{}", ran.log);
}

#[test]
fn a_plan_becomes_the_comment_and_the_check_of_its_pull_request() {
    let stage = Stage::new();
    let head = "1".repeat(40);
    let reviewed = [SANDBOX, ("COMMENT", "12"), ("HEAD", head.as_str()), ("CHECK", "hubroster/plan")];
    for _ in 0..2 {
        let ran = stage.run("plan", &reviewed);
        assert_eq!(ran.code, 0, "{}", ran.log);
    }
    let bodies = stage.forge.bodies();
    assert_eq!(bodies.len(), 1);
    assert!(
        bodies[0].starts_with("<!-- hubroster v1 portal-4611686 -->\n## hubroster plan: 1 to change\n"),
        "{}",
        bodies[0]
    );
    assert_eq!(stage.forge.world().checks[1]["head_sha"], head.as_str());
}

#[test]
fn where_there_is_no_plan_the_comment_says_so_in_its_place() {
    let stage = Stage::new();
    assert_eq!(stage.run("plan", &[SANDBOX, ("COMMENT", "12")]).code, 0);
    let body = "## hubroster: no plan\n\n`$(touch stolen)` \"quoted\"\n";
    let ran = stage.run("comment", &[("COMMENT", "12"), ("NAME", "portal-4611686"), ("BODY", body)]);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert_eq!(stage.forge.bodies(), [format!("<!-- hubroster v1 portal-4611686 -->\n{body}\n")]);
    assert!(!stage.path("stolen").exists());
}

#[test]
fn drift_opens_an_issue_and_its_end_closes_it() {
    let stage = Stage::new();
    let ran = stage.run("drift", &[SANDBOX, ("ISSUE", "Drift in portal 4611686")]);
    assert_eq!(
        (ran.code, ran.output("exit-code"), ran.output("has-changes")),
        (0, "2", "true"),
        "{}",
        ran.log
    );
    assert_eq!(stage.forge.world().issues[0].title, "Drift in portal 4611686");
    let digest = ran.output("digest").to_owned();
    assert_eq!(stage.run("apply", &[SANDBOX, ("EXPECT_DIGEST", &digest)]).code, 0);
    let ran = stage.run("drift", &[SANDBOX, ("ISSUE", "Drift in portal 4611686")]);
    assert_eq!((ran.code, ran.output("exit-code")), (0, "0"), "{}", ran.log);
    assert_eq!(stage.forge.world().issues[0].state, "closed");
}

#[test]
fn what_is_applied_has_the_digest_that_was_approved() {
    let stage = Stage::new();
    let ran = stage.run("apply", &[SANDBOX]);
    assert_eq!(ran.code, 1);
    assert!(ran.log.starts_with("::error::`apply` needs `expect-digest`"), "{}", ran.log);

    let approved = stage.run("plan", &[SANDBOX, ("PLAN", "plan.json")]).output("digest").to_owned();
    let apply = [SANDBOX, ("PLAN", "plan.json"), ("EXPECT_DIGEST", approved.as_str())];
    let ran = stage.run("apply", &apply);
    assert_eq!((ran.code, ran.output("exit-code")), (0, "0"), "{}", ran.log);
    assert!(ran.summary.starts_with("<pre>\n") && ran.summary.ends_with("</pre>\n"), "{}", ran.summary);
    assert!(ran.summary.contains("Applied: 1 of 1 action done"), "{}", ran.summary);

    // The portal is another one now, and so is the plan.
    let ran = stage.run("apply", &apply);
    assert_eq!((ran.code, ran.output("exit-code")), (7, "7"), "{}", ran.log);
    assert!(ran.summary.contains("approved"), "{}", ran.summary);
}

#[test]
fn with_a_mask_nobody_is_named_from_the_plan_to_the_apply() {
    let stage = Stage::new();
    let mask = [SANDBOX, ("MASK", "true"), ("HUBROSTER_MASK_KEY", "0123456789abcdef0123456789abcdef")];
    let with = |more: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        mask.iter().chain(more).map(|(name, value)| (*name, (*value).to_owned())).collect()
    };
    let run = |command: &str, more: &[(&'static str, &str)]| {
        let variables = with(more);
        let variables: Vec<(&str, &str)> =
            variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let ran = stage.run(command, &variables);
        for text in [&ran.log, &ran.summary] {
            assert!(!text.contains("@example.com"), "{command}:\n{text}");
        }
        ran
    };
    let planned = run("plan", &[("COMMENT", "12")]);
    assert_eq!(planned.code, 0, "{}", planned.log);
    assert!(planned.output("digest").starts_with("hmac-sha256:"), "{}", planned.output("digest"));
    assert!(stage.forge.bodies()[0].contains("person-"), "{}", stage.forge.bodies()[0]);
    let applied = run("apply", &[("EXPECT_DIGEST", planned.output("digest"))]);
    assert_eq!((applied.code, applied.output("exit-code")), (0, "0"), "{}", applied.log);
    assert!(applied.log.contains("✓ person-"), "{}", applied.log);
    assert!(applied.summary.contains("Applied: 1 of 1 action done"), "{}", applied.summary);
    let stale = run("apply", &[("EXPECT_DIGEST", planned.output("digest"))]);
    assert_eq!((stale.code, stale.output("exit-code")), (7, "7"), "{}", stale.log);
    assert_eq!(run("drift", &[("ISSUE", "Drift")]).output("has-changes"), "false");
}

/// What names hold becomes no markup of the run's page.
#[test]
fn the_summary_of_an_apply_is_text() {
    let stage = Stage::new();
    stage.edit(
        "users.yaml",
        "role: sales-rep",
        "role: sales-rep, profile: { job_title: '</pre><img src=x>&amp;' }",
    );
    let digest = stage.run("plan", &[SANDBOX]).output("digest").to_owned();
    let ran = stage.run("apply", &[SANDBOX, ("EXPECT_DIGEST", &digest)]);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert!(ran.summary.contains("&lt;/pre&gt;&lt;img src=x&gt;&amp;amp;"), "{}", ran.summary);
}

/// An approval that came late, or the re-run of an old workflow.
#[test]
fn files_that_are_no_longer_on_the_branch_are_not_applied() {
    let stage = Stage::new();
    let digest = stage.run("plan", &[SANDBOX]).output("digest").to_owned();
    let old = stage.git(&["rev-parse", "HEAD"]);
    let apply = [SANDBOX, ("EXPECT_DIGEST", digest.as_str()), ("BRANCH", "main")];

    stage.write("README.md", "another file does not matter\n");
    stage.commit("docs");
    stage.git(&["push", "--quiet", "origin", "main"]);
    stage.edit("users.yaml", "role: sales-rep", "role: sales-rep, language: nl");
    stage.commit("people");
    stage.git(&["push", "--quiet", "origin", "main"]);
    stage.git(&["checkout", "--quiet", &old]);
    let ran = stage.run("apply", &apply);
    assert_eq!(ran.code, 7, "{}", ran.log);
    assert!(
        ran.log.contains("::error::`main` has other files by now, and nothing was changed"),
        "{}",
        ran.log
    );

    let docs_alone = stage.git(&["rev-parse", "main~1"]);
    stage.git(&["push", "--quiet", "--force", "origin", &format!("{docs_alone}:refs/heads/main")]);
    assert_eq!(stage.run("apply", &apply).code, 0);
}

#[test]
fn a_word_that_is_none_is_told() {
    let stage = Stage::new();
    let ran = stage.run("plan", &[("SANDBOX", "yes")]);
    assert_eq!((ran.code, ran.log.as_str()), (1, "::error::`sandbox` is `true` or `false`\n"));
    let ran = stage.run("destroy", &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.log.starts_with("::error::`command` is one of install, validate, "), "{}", ran.log);
}

#[test]
fn a_program_that_is_there_is_not_built() {
    let stage = Stage::new();
    let ran = stage.script("find-binary.sh", &[("BINARY", env!("CARGO_BIN_EXE_hubroster"))]);
    assert_eq!(
        (ran.code, ran.output("build"), ran.output("binary")),
        (0, "false", env!("CARGO_BIN_EXE_hubroster"))
    );
    let ran = stage.script("find-binary.sh", &[("BINARY", "/nowhere/hubroster")]);
    assert_eq!(ran.code, 1);
    let ran = stage.script("find-binary.sh", &[("BINARY", "")]);
    assert_eq!((ran.code, ran.output("build")), (0, "true"));
    assert!(
        ran.output("binary").ends_with(&format!("/home/.cache/hubroster/{}/hubroster", ran.output("key")))
    );
    assert_eq!(stage.run("install", &[]).log, format!("hubroster {}\n", env!("CARGO_PKG_VERSION")));
}
