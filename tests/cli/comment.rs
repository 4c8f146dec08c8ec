//! `comment`: what is posted where, what it says of it, and what is missing where it cannot.

use super::desk::{Desk, Invocation};
use super::forge::{Fault, Forge, REPOSITORY, TOKEN};

const HEAD: &str = "1111111111111111111111111111111111111111";

/// A desk with a saved plan that has changes, and one that has none.
fn planned() -> Desk {
    let desk = Desk::small();
    assert_eq!(desk.run("plan --sandbox --out plan.json").code, Some(0));
    let settled = Desk::settled();
    assert_eq!(settled.run("plan --sandbox --out plan.json").code, Some(0));
    desk.write("empty.json", &settled.read("plan.json"));
    desk
}

/// As a workflow runs it.
fn comment<'a>(desk: &'a Desk, forge: &Forge, line: &str) -> Invocation<'a> {
    desk.hubroster(&format!("comment {line}"))
        .env("GITHUB_API_URL", &forge.url)
        .env("GITHUB_REPOSITORY", REPOSITORY)
        .env("GITHUB_TOKEN", TOKEN)
        .hiding(&forge.url, "[forge]")
}

#[test]
fn a_plan_becomes_one_comment() {
    let (desk, forge) = (planned(), Forge::start());
    assert_run!(comment(&desk, &forge, "plan.json --pull-request 12").run(), @r"
    exit 0
    ── stdout
    created https://github.example.com/example/access/pull/12#issuecomment-1001
    ");
    assert_run!(comment(&desk, &forge, "plan.json --pull-request 12").run(), @r"
    exit 0
    ── stdout
    unchanged https://github.example.com/example/access/pull/12#issuecomment-1001
    ");
    assert_run!(comment(&desk, &forge, "empty.json --pull-request 12").run(), @r"
    exit 0
    ── stdout
    updated https://github.example.com/example/access/pull/12#issuecomment-1001
    ");
    assert_eq!(forge.bodies().len(), 1);
}

#[test]
fn the_comment_is_the_plan_with_a_hidden_marker() {
    let (desk, forge) = (planned(), Forge::start());
    comment(&desk, &forge, "plan.json --pull-request 12").run();
    let markdown = desk.run("show plan.json --format markdown").stdout;
    assert_eq!(forge.bodies(), [format!("<!-- hubroster v1 portal-4611686 -->\n{markdown}")]);
}

#[test]
fn what_others_wrote_is_left_alone_and_said() {
    let (desk, forge) = (planned(), Forge::start());
    forge.said("mallory", "<!-- hubroster v1 portal-4611686 -->\nLooks good to me!");
    for _ in 0..2 {
        forge.said("github-actions[bot]", "<!-- hubroster v1 portal-4611686 -->\nan earlier plan");
    }
    assert_run!(comment(&desk, &forge, "plan.json --pull-request 12").run(), @r"
    exit 0
    ── stdout
    updated https://github.example.com/example/access/pull/12#issuecomment-1002
    ── stderr
    left alone: https://github.example.com/example/access/pull/12#issuecomment-1001 has the same marker, and somebody else wrote it
    took away what was there more than once: 1
    ");
}

#[test]
fn the_event_of_the_workflow_tells_the_pull_request() {
    let (desk, forge) = (planned(), Forge::start());
    desk.write("event.json", r#"{ "action": "opened", "number": 12, "pull_request": { "number": 12 } }"#);
    let ran = comment(&desk, &forge, "plan.json").env("GITHUB_EVENT_PATH", desk.path("event.json")).run();
    assert_eq!((ran.code, forge.bodies().len()), (Some(0), 1));
    desk.write("event.json", r#"{ "schedule": "17 5 * * 1" }"#);
    assert_run!(comment(&desk, &forge, "plan.json").env("GITHUB_EVENT_PATH", desk.path("event.json")).run(), @r"
    exit 1
    ── stderr
    error: which pull request is meant? Add `--pull-request N`; only in a workflow that runs on one is it known
    ");
    desk.write("event.json", "no JSON");
    assert_run!(comment(&desk, &forge, "plan.json").env("GITHUB_EVENT_PATH", desk.path("event.json")).run(), @r"
    exit 1
    ── stderr
    error: `[desk]/event.json`, which GITHUB_EVENT_PATH names, is no event of a workflow: expected ident at line 1 column 2
    ");
}

/// The plan of an earlier push must not take the place of a later one's, nor one commit's plan be shown at another's
/// pull request.
#[test]
fn a_pull_request_that_has_moved_on_is_left_to_its_own_run() {
    let (desk, forge) = (planned(), Forge::start());
    let line = format!("plan.json --pull-request 12 --head {HEAD}");
    assert_eq!(comment(&desk, &forge, &line).run().code, Some(0));
    let bodies = forge.bodies();
    assert!(bodies[0].ends_with(&format!("`\n\nFor commit {HEAD}.\n")), "{}", bodies[0]);
    forge.world().heads.insert(12, "2".repeat(40));
    assert_run!(comment(&desk, &forge, &format!("{line} --check hubroster/plan")).run(), @r"
    exit 0
    ── stdout
    skipped: the newest commit of pull request 12 is 2222222222222222222222222222222222222222, not 1111111111111111111111111111111111111111; its own run posts what it plans
    ");
    assert_eq!((forge.bodies(), forge.world().checks.len()), (bodies, 0));
}

#[test]
fn a_check_at_the_commit_has_the_lines_of_the_files() {
    let (desk, forge) = (planned(), Forge::start());
    let line = format!("plan.json --pull-request 12 --head {HEAD} --check hubroster/plan");
    assert_run!(comment(&desk, &forge, &line).run(), @r"
    exit 0
    ── stdout
    created https://github.example.com/example/access/pull/12#issuecomment-1001
    checked https://github.example.com/example/access/runs/1
    ");
    let check = forge.world().checks[0].clone();
    insta::assert_snapshot!("check_run", named_digest(&serde_json::to_string_pretty(&check).expect("JSON")));
}

/// Planned from a directory below the root of the repository, or from outside of it by a path through `..`.
#[test]
fn a_check_names_files_from_the_root_of_the_repository() {
    for (from, line) in [("portal", "plan --sandbox"), ("elsewhere", "plan ../portal --sandbox")] {
        let (desk, forge) = (Desk::small(), Forge::start());
        for folder in [".git", "portal", "elsewhere"] {
            std::fs::create_dir(desk.path(folder)).expect("a folder");
        }
        for file in ["users.yaml", "roles", "sandbox.yaml"] {
            std::fs::rename(desk.path(file), desk.path("portal").join(file)).expect("one file system");
        }
        let line = format!("{line} --out ../plan.json");
        assert_eq!(desk.hubroster(&line).from(&desk.path(from)).run().code, Some(0));
        let line = format!("plan.json --pull-request 12 --head {HEAD} --check hubroster/plan");
        assert_eq!(comment(&desk, &forge, &line).run().code, Some(0));
        let check = forge.world().checks[0].clone();
        let paths = check["output"]["annotations"].as_array().expect("annotations").iter();
        let paths: Vec<&str> = paths.filter_map(|annotation| annotation["path"].as_str()).collect();
        assert_eq!(paths, ["portal/users.yaml"; 2], "{from}");
    }
}

#[test]
fn a_plan_that_apply_would_refuse_makes_no_green_check() {
    for (policy, conclusion, title) in [
        (
            "max_updates: { percent: 1, percent_from: 1 }",
            "failure",
            "role, team or seats of 1 of 2 people would change",
        ),
        (
            "rules: [{ name: no-newcomers, deny: 'action.kind == \"invite\"', message: later }]",
            "failure",
            "denied by `no-newcomers`",
        ),
        // An exact number is given once it is merged.
        ("max_removals: { count: 0 }", "neutral", "1 of 2 people would be removed, deactivated or stripped"),
    ] {
        let (desk, forge) = (Desk::small(), Forge::start());
        desk.edit("users.yaml", "min_super_admins: 1", &format!("{policy}, min_super_admins: 1"));
        if conclusion == "neutral" {
            desk.edit(
                "users.yaml",
                "{ email: ana@example.com, role: sales-rep }",
                "{ email: ana@example.com, state: removed }",
            );
        }
        assert_eq!(desk.run("plan --sandbox --out plan.json").code, Some(0));
        let line = format!("plan.json --pull-request 12 --head {HEAD} --check hubroster/plan");
        assert_eq!(comment(&desk, &forge, &line).run().code, Some(0));
        let check = forge.world().checks[0].clone();
        assert_eq!(check["conclusion"], conclusion);
        let said = check["output"]["title"].as_str().expect("a title");
        assert!(said.starts_with(&format!("apply would be refused: {title}")), "{said}");
    }
}

#[test]
fn any_markdown_has_a_name_of_its_own() {
    let (desk, forge) = (planned(), Forge::start());
    desk.write("report.md", "## applied\n");
    comment(&desk, &forge, "plan.json --pull-request 12").run();
    assert_eq!(
        comment(&desk, &forge, "--body report.md --name apply-4611686 --pull-request 12").run().code,
        Some(0)
    );
    assert_eq!(forge.bodies()[1], "<!-- hubroster v1 apply-4611686 -->\n## applied\n");
    desk.write("long.md", &"é".repeat(65_600));
    assert_run!(comment(&desk, &forge, "--body long.md --name apply-4611686 --pull-request 12").run(), @"
    exit 1
    ── stderr
    error: the text has 65636 characters, and GitHub takes 65536; shorten it, or post a saved plan, which is cut to fit
    ");
    assert_run!(comment(&desk, &forge, "--body none.md --name apply-4611686 --pull-request 12").run(), @r"
    exit 1
    ── stderr
    error: cannot read the text `none.md`
      caused by: No such file or directory (os error [number])
    ");
}

#[test]
fn with_a_mask_nobody_is_named_anywhere() {
    let (desk, forge) = (planned(), Forge::start());
    let key = "0123456789abcdef0123456789abcdef";
    let line = format!("plan.json --mask --pull-request 12 --head {HEAD} --check hubroster/plan");
    assert_run!(comment(&desk, &forge, &line).run(), @"
    exit 4
    ── stderr
    error: `--mask` needs a key of your own, so that nobody else can look pseudonyms up; make one with `openssl rand -hex 32`, keep it, since another key gives everybody another pseudonym, and set HUBROSTER_MASK_KEY (or HUBROSTER_MASK_KEY_FILE, or HUBROSTER_MASK_KEY_COMMAND)
    ");
    let masked = |line: &str| comment(&desk, &forge, line).env("HUBROSTER_MASK_KEY", key);
    assert_eq!(masked(&line).run().code, Some(0));
    assert_eq!(masked("plan.json --mask").arg("--issue").arg("Drift").run().code, Some(0));
    let world = forge.world();
    let said = [world.comments[0].body.clone(), world.issues[0].body.clone(), world.checks[0].to_string()];
    for text in said {
        assert!(text.contains("person-") && text.contains("hmac-sha256:"), "{text}");
        for name in ["ana@", "cy@", "@example.com"] {
            assert!(!text.contains(name), "{name} in {text}");
        }
    }
}

#[test]
fn an_issue_lives_as_long_as_the_drift() {
    let (desk, forge) = (planned(), Forge::start());
    let issue = |plan: &str| comment(&desk, &forge, plan).arg("--issue").arg("Drift in portal 4611686").run();
    assert_run!(issue("empty.json"), @r"
    exit 0
    ── stdout
    no drift, and no open issue about any
    ");
    assert_run!(issue("plan.json"), @r"
    exit 0
    ── stdout
    created https://github.example.com/example/access/issues/30
    ");
    assert_run!(issue("plan.json"), @r"
    exit 0
    ── stdout
    unchanged https://github.example.com/example/access/issues/30
    ");
    insta::assert_snapshot!("drift_issue", named_digest(&forge.world().issues[0].body));
    assert_run!(issue("empty.json"), @r"
    exit 0
    ── stdout
    closed https://github.example.com/example/access/issues/30
    ");
    insta::assert_snapshot!(named_digest(&forge.world().comments[0].body), @r"
    <!-- hubroster v1 drift-4611686.clean -->
    The portal is as the files want it.

    `sha256:[digest]`
    ");
}

#[test]
fn the_last_word_says_what_apply_cannot_do() {
    let (desk, forge) = (planned(), Forge::start());
    let issue = |plan: &str| {
        let ran = comment(&desk, &forge, plan)
            .env("HUBROSTER_MASK_KEY", "k".repeat(40))
            .arg("--issue")
            .arg("D")
            .run();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        ran.stdout
    };
    // Whoever is protected is blocked, and nobody becomes a super admin but by hand.
    let other = Desk::small();
    other.edit("sandbox.yaml", "people:\n", "people:\n  - { id: '1009', email: bo@example.com }\n");
    other.edit("users.yaml", "min_super_admins: 1,", "min_super_admins: 1, protected: [ana@example.com],");
    other.edit(
        "users.yaml",
        "email: ana@example.com, role: sales-rep",
        "email: ana@example.com, state: removed",
    );
    other.edit("users.yaml", "email: cy@example.com, role: sales-rep", "email: bo@example.com, role: boss");
    other.write("roles/boss.yaml", "name: Boss\naccess: { super_admin: true }\n");
    assert_eq!(other.run("plan --sandbox --out left.json").code, Some(0));
    desk.write("left.json", &other.read("left.json"));
    for (line, named) in [("left.json", true), ("left.json --mask", false)] {
        assert!(issue("plan.json").starts_with("created "), "{line}");
        assert!(issue(line).starts_with("closed "), "{}", desk.run("show left.json").stdout);
        let word = forge.world().comments.last().expect("the last word").body.clone();
        assert!(word.contains("There is nothing for `apply` to do."), "{word}");
        assert!(word.contains("\n- 1 blocked: `") && word.contains("\n- 1 by hand: `"), "{word}");
        assert_eq!(word.contains("`bo@example.com`") && word.contains("`ana@example.com`"), named, "{word}");
        assert_eq!(word.contains("@"), named, "{word}");
    }
}

/// As for `drift`: where the policy calls newcomers an error, they are drift.
#[test]
fn newcomers_are_drift_where_the_policy_says_so() {
    let (desk, forge) = (Desk::settled(), Forge::start());
    desk.edit(
        "sandbox.yaml",
        "people:\n",
        "people:\n  - { id: '1009', email: new@example.com, permission_sets: [Viewer] }\n",
    );
    for (policy, said) in [("report", "no drift, and no open issue about any\n"), ("error", "created ")] {
        let before = desk.read("users.yaml");
        desk.edit("users.yaml", "min_super_admins: 1", &format!("unmanaged: {policy}, min_super_admins: 1"));
        desk.run("drift --sandbox --out drift.json");
        let ran = comment(&desk, &forge, "drift.json").arg("--issue").arg("Drift").run();
        assert!(ran.stdout.starts_with(said), "{policy}: {}", ran.transcript());
        desk.write("users.yaml", &before);
    }
}

#[test]
fn what_is_missing_is_said() {
    let (desk, forge) = (planned(), Forge::start());
    assert_run!(desk.run("comment plan.json --pull-request 12"), @r"
    exit 1
    ── stderr
    error: which repository is meant? Add `--repository owner/name`, or set GITHUB_REPOSITORY
    ");
    assert_run!(desk.run("comment plan.json --pull-request 12 --repository example"), @r"
    exit 1
    ── stderr
    error: a repository is written `owner/name`, as GITHUB_REPOSITORY has it
    ");
    assert_run!(desk.run("comment plan.json --pull-request 12 --repository example/access"), @r"
    exit 4
    ── stderr
    error: no token for GitHub: set GITHUB_TOKEN (or GITHUB_TOKEN_FILE, or GITHUB_TOKEN_COMMAND); in a workflow, give the step `env: { GITHUB_TOKEN: ${{ github.token }} }` and the job `permissions: pull-requests: write`
    ");
    assert_run!(comment(&desk, &forge, "plan.json --pull-request 12").env("GITHUB_API_URL", "http://api.github.com").run(), @r"
    exit 1
    ── stderr
    error: the address of GitHub's API cannot be used: plain http would show the token to the network; use https, or http to this machine alone
    ");
    assert_run!(comment(&desk, &forge, "users.yaml --pull-request 12").run(), @"
    exit 1
    ── stderr
    error: `users.yaml` is no plan to rely on
      caused by: it is no JSON, or cut off; save it again with `plan --out`
      caused by: expected value at line 1 column 1
    ");
    assert_eq!(forge.world().log, [""; 0]);
}

#[test]
fn a_token_that_may_not() {
    let (desk, forge) = (planned(), Forge::start());
    forge.trouble("POST /repos", Fault::refusal(403, "Resource not accessible by integration"));
    assert_run!(comment(&desk, &forge, "plan.json --pull-request 12").run(), @r"
    exit 4
    ── stderr
    error: `POST /repos/example/access/issues/12/comments` was refused with status 403: Resource not accessible by integration; give the job `permissions: pull-requests: write`. For a pull request from a fork a workflow's token only reads, whatever it asks for: post from a workflow that runs on `workflow_run`, as docs/gitops.md shows
    ");
    let ran =
        comment(&desk, &forge, "plan.json --pull-request 99").env("GITHUB_TOKEN", "ghp_of-nobody").run();
    assert_eq!(ran.code, Some(4));
    assert!(!ran.transcript().contains("ghp_"), "{}", ran.transcript());
}

#[test]
fn nothing_secret_is_logged() {
    let (desk, forge) = (planned(), Forge::start());
    let ran = comment(&desk, &forge, "plan.json --pull-request 12 -vv").run();
    assert!(ran.stderr.contains("POST /repos/example/access/issues/12/comments"), "{}", ran.stderr);
    assert!(!ran.stderr.contains(TOKEN) && !ran.stdout.contains(TOKEN), "{}", ran.transcript());
}

#[test]
fn one_thing_is_posted_to_one_place() {
    let desk = Desk::empty();
    assert_run!(desk.run("comment"), @"
    exit 1
    ── stderr
    error: the following required arguments were not provided:
      <PLAN|--body <FILE>>

    Usage: hubroster comment <PLAN|--body <FILE>>

    For more information, try '--help'.
    ");
    for line in [
        "comment plan.json --body report.md --name x",
        "comment --body report.md",
        "comment --body report.md --name x --issue Drift",
        "comment plan.json --issue Drift --pull-request 12",
        "comment plan.json --pull-request 0",
        "comment plan.json --pull-request 12 --head 1234567",
        "comment plan.json --pull-request 12 --check hubroster/plan",
        "comment plan.json --pull-request 12 --name a--b",
    ] {
        let ran = desk.run(line);
        assert_eq!(ran.code, Some(1), "{line}");
        assert!(ran.stderr.starts_with("error: "), "{line}:\n{}", ran.stderr);
    }
}

fn named_digest(text: &str) -> String {
    let mut parts = text.split("sha256:");
    let mut named = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        named.push_str("sha256:[digest]");
        named.push_str(part.trim_start_matches(|letter: char| letter.is_ascii_hexdigit()));
    }
    named
}
