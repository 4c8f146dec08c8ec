//! `--mask`: what a public log may see, what it takes, and that the plan that is applied stays whole.

use super::desk::{Desk, Invocation};

const KEY: &str = "a-key-of-the-tests-that-is-long-enough";

fn masked<'desk>(desk: &'desk Desk, line: &str) -> Invocation<'desk> {
    desk.hubroster(line).env("HUBROSTER_MASK_KEY", KEY)
}

/// No address of the example's people, wherever the run could have said one.
fn names_nobody(text: &str) -> bool {
    !text.contains("@example.com") && !text.contains(KEY)
}

#[test]
fn a_masked_plan_names_nobody() {
    let desk = Desk::small();
    assert_run!(masked(&desk, "plan --sandbox --mask").run(), @"
    exit 0
    ── stdout
    Portal 4611686 Example BV (na1) · 2 people · 7 reads, 0 writes
    Plan hmac-sha256:[digest]
    Masked: people have pseudonyms instead of addresses, names, phone numbers and ids.

      ~ person-yjqb5kb4b5  role    Viewer → Sales Rep   no role names `Viewer`, so it counts as standard
      + person-xnkrqr9hnp  invite  Sales Rep

    Plan: 1 to invite, 1 to change. Removals 0 of 2, limit 5.
    ");
}

#[test]
fn every_file_is_masked_but_the_plan_that_is_saved() {
    let desk = Desk::example();
    let line = "plan --sandbox --today 2026-11-22 --mask --format markdown --out plan.json --output text=plan.txt \
                --output html=plan.html --output json=masked.json --output github=log.txt";
    let ran = masked(&desk, line).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(names_nobody(&ran.stdout) && names_nobody(&ran.stderr), "{}{}", ran.stdout, ran.stderr);
    for file in ["plan.txt", "plan.html", "masked.json", "log.txt"] {
        assert!(names_nobody(&desk.read(file)), "{file}");
        assert!(desk.read(file).contains("person-"), "{file}");
    }
    assert!(desk.read("plan.json").contains("leaver@example.com"));
    // Shown again, from the whole plan and from the masked one, it is the same.
    let shown = masked(&desk, "show plan.json --mask --format markdown").run();
    assert_eq!(shown.stdout, ran.stdout);
    assert_eq!(desk.run("show masked.json --format markdown").stdout, ran.stdout);
}

#[test]
fn a_plan_is_masked_with_a_key_of_ones_own_or_not_at_all() {
    let desk = Desk::small();
    desk.write("key.txt", &format!("{KEY}\n"));
    let whole = masked(&desk, "plan --sandbox --mask").run().stdout;
    let by_file = desk.hubroster("plan --sandbox --mask").env("HUBROSTER_MASK_KEY_FILE", "key.txt").run();
    assert_eq!(by_file.stdout, whole);
    assert_run!(desk.run("plan --sandbox --mask --output html=plan.html"), @"
    exit 4
    ── stderr
    error: `--mask` needs a key of your own, so that nobody else can look pseudonyms up; make one with `openssl rand -hex 32`, keep it, since another key gives everybody another pseudonym, and set HUBROSTER_MASK_KEY (or HUBROSTER_MASK_KEY_FILE, or HUBROSTER_MASK_KEY_COMMAND)
    ");
    assert!(!desk.path("plan.html").exists(), "nothing was written");
    assert_run!(desk.hubroster("drift --sandbox --mask").env("HUBROSTER_MASK_KEY", "short").run(), @"
    exit 4
    ── stderr
    error: the key of HUBROSTER_MASK_KEY has 5 characters, and at least 32 are needed; make one with `openssl rand -hex 32`, and keep it
    ");
    assert_run!(masked(&desk, "show plan.json --mask").env("HUBROSTER_MASK_KEY_FILE", "key.txt").run(), @"
    exit 4
    ── stderr
    error: both HUBROSTER_MASK_KEY and HUBROSTER_MASK_KEY_FILE are set; keep the one that holds the right key
    ");
}

#[test]
fn messages_name_nobody_either() {
    let desk = Desk::small();
    desk.edit("users.yaml", "role: sales-rep }\n  - { email: cy", "role: sales-rap }\n  - { email: cy");
    assert_run!(masked(&desk, "plan --sandbox --mask").run(), @"
    exit 3
    ── stderr
    error[unknown-role]: users.yaml:6:37
    1 error. What is wrong is left out, since the files name people: `hubroster validate` tells it.
    ");
    let desk = Desk::small();
    assert_run!(masked(&desk, "plan --sandbox --mask --target anna@example.com").run(), @"
    exit 1
    ── stderr
    error: no such person or role:
      `[masked]` is neither in the files nor in the portal; did you mean `[masked]`?
    ");
    desk.write("plan.json", "{\"format_version\": \"1\", \"people\": \"Ana Silva\"}");
    assert_run!(masked(&desk, "show plan.json --mask").run(), @r#"
    exit 1
    ── stderr
    error: `plan.json` is no plan to rely on
      caused by: it is damaged at `people`; save it again with `plan --out`
      caused by: invalid type: string "[masked]", expected struct PeopleEntry
    "#);
}

#[test]
fn a_masked_plan_is_shown_and_never_applied() {
    let desk = Desk::small();
    assert_eq!(masked(&desk, "plan --sandbox --mask --output json=masked.json").run().code, Some(0));
    assert_run!(desk.run("apply masked.json --sandbox --yes"), @"
    exit 1
    ── stderr
    error: the plan in `masked.json` is masked: it says what is to be done and not to whom; apply the one that `plan --out` saved, which is never masked
    ");
}

#[test]
fn a_masked_digest_approves_the_plan_it_was_made_of() {
    let desk = Desk::small();
    let shown = masked(&desk, "plan --sandbox --mask").run().stdout;
    let digest = shown.split_whitespace().find(|word| word.starts_with("hmac-sha256:")).expect("a digest");
    let apply = format!("apply --sandbox --yes --expect-digest {digest}");
    assert_run!(desk.run(&apply), @"
    exit 4
    ── stderr
    error: this is the digest of a masked plan, and telling whether a plan is that one takes the same key; set HUBROSTER_MASK_KEY (or HUBROSTER_MASK_KEY_FILE, or HUBROSTER_MASK_KEY_COMMAND)
    ");
    let other = desk.hubroster(&apply).env("HUBROSTER_MASK_KEY", "x".repeat(40)).run();
    assert_eq!(other.code, Some(7), "another key");
    assert!(other.stderr.contains("now      hmac-sha256:"), "{}", other.stderr);
    let ran = masked(&desk, &apply).run();
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{}", ran.stdout);
}

#[test]
fn what_a_rule_fills_in_is_masked_however_it_is_joined() {
    let desk = Desk::small();
    desk.edit(
        "users.yaml",
        "policy: { min_super_admins: 1, credential_owner: owner@example.com }",
        "policy:
  min_super_admins: 1
  credential_owner: owner@example.com
  rules:
    - name: joined
      warn: user.status == \"active\"
      message: \"{user.email} {user.first_name}{user.last_name}, {user.first_name}s\"",
    );
    desk.edit("sandbox.yaml", "ana@example.com,", "ana@example.com, first_name: Ana, last_name: Silva,");
    let ran = masked(&desk, "plan --sandbox --mask --out plan.json").run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let saved = desk.read("plan.json");
    assert!(saved.contains("ana@example.com AnaSilva, Anas"), "{saved}");
    let shown = masked(&desk, "show plan.json --mask").run();
    for text in [&ran.stdout, &shown.stdout] {
        assert!(text.contains("Warned by `joined`"), "{text}");
        assert!(!text.contains("Ana") && !text.contains("Silva"), "{text}");
    }
}
