//! `--mask` where one person is asked about or people are changed: explanation, plan, report, refusals and what HubSpot
//! says of somebody. The journal alone has their names.

use super::desk::{Desk, Invocation, Ran};
use super::portal::{Relay, Served, answer};

const KEY: &str = "a-key-of-the-tests-that-is-long-enough";

/// What people are called, in the files and in the portal; ids of users among them.
const PEOPLE: [&str; 11] =
    ["ana@", "ANA@", "cy@", "owner@", "leaver@", "Ana", "Silva", "SILVA", "Zwart", "1001", "88123456"];

/// Everybody has names, and short ids such as a new portal has.
fn desk() -> Desk {
    let desk = Desk::small();
    desk.edit(
        "users.yaml",
        "  - { email: ana@example.com, role: sales-rep }",
        "  - { email: ana@example.com, first_name: Ana, last_name: Silva, role: sales-rep, team: Sales,\n      \
         profile: { job_title: Assistant of Ana Silva, phone: '+32 2 555 0199' } }",
    );
    desk.edit("users.yaml", "cy@example.com, role", "cy@example.com, first_name: Cy, last_name: Zwart, role");
    desk.edit(
        "users.yaml",
        "  - { email: cy",
        "  - { email: leaver@example.com, state: removed }\n  - { email: cy",
    );
    desk.edit(
        "sandbox.yaml",
        "id: '1001', email: ana@example.com,",
        "id: '1001', email: ANA@example.com, first_name: Ana, last_name: SILVA, crm_id: '88123456',",
    );
    desk.edit("sandbox.yaml", "people:\n", "people:\n  - { id: '1002', email: leaver@example.com }\n");
    desk.edit(
        "sandbox.yaml",
        "permission_sets:\n",
        "teams: [{ id: '501', name: Sales }]\npermission_sets:\n",
    );
    desk
}

fn masked<'desk>(desk: &'desk Desk, line: &str) -> Invocation<'desk> {
    desk.hubroster(line).env("HUBROSTER_MASK_KEY", KEY)
}

fn names_nobody(ran: &Ran) {
    for text in [&ran.stdout, &ran.stderr] {
        for name in PEOPLE.iter().chain(&[KEY, "555 0199"]) {
            assert!(!text.contains(name), "{name} in\n{text}");
        }
        assert!(!text.split_whitespace().any(|word| word.starts_with("sha256:")), "{text}");
    }
}

fn pseudonym_in(text: &str) -> &str {
    let at = text.find("person-").unwrap_or_else(|| panic!("nobody in\n{text}"));
    &text[at..at + "person-".len() + 10]
}

#[test]
fn one_person_is_explained_and_not_told() {
    let desk = desk();
    let text = masked(&desk, "explain ana@example.com --sandbox --mask --today 2026-11-22").run();
    names_nobody(&text);
    let json = masked(&desk, "explain ana@example.com --sandbox --mask --format json").run();
    names_nobody(&json);
    assert!(json.stdout.contains("\"masked\": true"), "{}", json.stdout);
    // By the address that the portal has, and that the files have: one person.
    let plan = masked(&desk, "plan --sandbox --mask").run().stdout;
    for shown in [&text.stdout, &json.stdout] {
        assert!(plan.contains(pseudonym_in(shown)), "{plan}\n{shown}");
    }
    assert_run!("explain_masked", text);
}

#[test]
fn somebody_of_no_row_is_not_told_either() {
    let desk = desk();
    desk.edit("users.yaml", "policy: {", "policy: { ignore: [ana@example.com],");
    desk.edit(
        "users.yaml",
        "  - { email: ana@example.com, first_name: Ana",
        "  - { email: bo@example.com, first_name: Bo",
    );
    desk.edit("users.yaml", "last_name: Silva", "last_name: Bos");
    desk.edit("users.yaml", "Assistant of Ana Silva", "Assistant");
    let ran = masked(&desk, "explain ana@example.com --sandbox --mask").run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    names_nobody(&ran);
    let nobody = masked(&desk, "explain anna@example.com --sandbox --mask").run();
    assert_eq!(nobody.code, Some(1));
    assert!(!nobody.stderr.contains("@example.com"), "{}", nobody.stderr);
}

#[test]
fn a_run_is_told_under_the_names_of_its_plan() {
    let desk = desk();
    let plan = masked(&desk, "plan --sandbox --mask").run().stdout;
    let logged = masked(&desk, "apply --sandbox --mask --yes -vv --target leaver@example.com").run();
    assert!(logged.stderr.contains("answered"), "{}", logged.stderr);
    names_nobody(&logged);
    std::fs::remove_dir_all(desk.path(".hubroster")).expect("it is there");
    let ran = masked(&desk, "apply --sandbox --mask --yes").run();
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    names_nobody(&ran);
    assert!(ran.stdout.starts_with(plan.trim_end()), "the plan first, as `plan` shows it");
    let report = ran.stdout[plan.len()..].to_owned();
    assert!(report.contains(pseudonym_in(&plan)), "{report}");
    assert_run!("apply_masked", ran);
    let journal = desk.run("journal");
    assert!(journal.stdout.contains("ana@example.com"), "{}", journal.stdout);
    let json = masked(&desk, "apply --sandbox --mask --yes --format json").run();
    names_nobody(&json);
    assert!(json.stdout.contains("\"masked\": true"), "{}", json.stdout);
}

#[test]
fn what_hubspot_says_of_somebody_is_masked() {
    const BODY: &str = r#"{"status":"error","category":"VALIDATION_ERROR","message":"Ana Silva (1001, ana@example.com, record 88123456) is \"Boss of ZWART\"","correlationId":"0e1f2a3b-0000-4000-8000-1234567890ab"}"#;
    for format in ["text", "json"] {
        let desk = desk();
        let portal = Served::start(&desk);
        let relay = Relay::start(&portal, |line, real| match line.starts_with("PUT ") {
            true => answer("400 Bad Request", "application/json", BODY),
            false => real,
        });
        let line = format!("apply --mask --yes --format {format} --target ana@example.com");
        let ran = masked(&desk, &line).at(&relay.url).run();
        assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
        names_nobody(&ran);
        for kept in ["VALIDATION_ERROR", "0e1f2a3b-0000-4000-8000-1234567890ab"] {
            assert!(ran.stdout.contains(kept), "{kept} in\n{}", ran.stdout);
        }
    }
}

#[test]
fn a_plan_that_is_not_the_approved_one_is_compared_under_the_mask() {
    let desk = desk();
    assert_eq!(desk.run("plan --sandbox --out plan.json").code, Some(0));
    let digest = desk.read("plan.json");
    let digest = digest.split('"').find(|word| word.starts_with("sha256:")).expect("a digest").to_owned();
    desk.edit("users.yaml", "last_name: Zwart, role: sales-rep", "last_name: Zwart");
    let ran = masked(&desk, "apply plan.json --sandbox --yes --mask").run();
    names_nobody(&ran);
    assert_run!("apply_masked_stale", ran.without_stdout());
    let by_digest = masked(&desk, &format!("apply --sandbox --yes --mask --expect-digest {digest}")).run();
    assert_eq!(by_digest.code, Some(7));
    names_nobody(&by_digest);
    let other = "0".repeat(64);
    let line = format!("apply plan.json --sandbox --yes --mask --expect-digest sha256:{other}");
    let refused = masked(&desk, &line).run();
    assert_eq!(refused.code, Some(7));
    names_nobody(&refused);
}

#[test]
fn guards_and_rules_refuse_without_naming_anybody() {
    let desk = desk();
    desk.edit(
        "users.yaml",
        "policy: {",
        "policy: { max_removals: { count: 0 }, rules: [{ name: not-ana, deny: 'user.first_name == \"Ana\"', \
         message: '{user.first_name} {user.last_name}, {user.email}, may not' }],",
    );
    for line in
        ["apply --sandbox --yes --mask", "apply --sandbox --yes --mask --ack-removals 1 --format json"]
    {
        let ran = masked(&desk, line).run();
        assert!(matches!(ran.code, Some(5 | 6)), "{}", ran.transcript());
        names_nobody(&ran);
    }
}

#[test]
fn a_run_that_was_cut_off_is_told_without_names() {
    let desk = desk();
    assert_eq!(desk.run("apply --sandbox --yes").code, Some(0));
    let journal = std::fs::read_dir(desk.path(".hubroster/journal")).expect("a folder").flatten();
    let journal =
        journal.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|end| end == "ndjson"));
    let journal = journal.expect("a journal");
    let whole = std::fs::read_to_string(&journal).expect("text");
    // Without its last line, and without the end of the last action.
    let lines: Vec<&str> = whole.lines().collect();
    let ends = lines.iter().rposition(|line| line.contains("\"event\":\"end\"")).expect("an end");
    std::fs::write(&journal, format!("{}\n", lines[..ends].join("\n"))).expect("written");
    let digest = journal.file_stem().expect("a name").to_string_lossy().rsplit('-').next().map(str::to_owned);
    let ran = masked(&desk, "apply --sandbox --yes --mask").run();
    assert!(ran.stderr.contains("was cut off"), "{}", ran.transcript());
    names_nobody(&ran);
    let digest = digest.expect("a digest");
    assert!(!ran.stdout.contains(&digest) && !ran.stderr.contains(&digest), "{}", ran.transcript());
}

#[test]
fn a_mask_takes_a_key() {
    let desk = desk();
    for line in ["explain ana@example.com --sandbox --mask", "apply --sandbox --yes --mask"] {
        let ran = desk.run(line);
        assert_eq!(ran.code, Some(4), "{line}");
        assert!(ran.stderr.contains("HUBROSTER_MASK_KEY"), "{}", ran.stderr);
    }
    assert!(!desk.path(".hubroster").exists(), "nothing was done");
}
