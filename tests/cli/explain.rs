//! `explain`: one person as wanted, as live, where each value comes from, each rule, each call.

use serde_json::Value;

use super::desk::Desk;
use super::portal::Served;

fn explained(desk: &Desk, email: &str) -> Value {
    let ran = desk.run(&format!("explain {email} --snapshot portal.json --today 2026-11-22 --format json"));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{email}");
    serde_json::from_str(&ran.stdout).expect("JSON")
}

#[test]
fn somebody_who_changes_with_the_place_of_every_value() {
    assert_run!("explain_bo", Desk::example().run("explain bo@example.com --sandbox --today 2026-11-22"));
}

#[test]
fn somebody_invited_protected_leaving_unmanaged_and_known_by_another_address() {
    let desk = Desk::example();
    let run = |email: &str| {
        let ran = desk.run(&format!("explain {email} --sandbox --today 2026-11-22"));
        assert_eq!(ran.code, Some(0), "{email}");
        let (_, about) = ran.stdout.split_once("\n\n").expect("a heading and more").to_owned();
        about.to_owned()
    };
    let emails =
        ["gus@example.com", "owner@example.com", "leaver@example.com", "eve@example.com", "JAN@example.com"];
    insta::assert_snapshot!("explain_several", emails.map(run).join("\n────────────\n\n"));
}

#[test]
fn as_json_it_says_the_same() {
    assert_run!(
        "explain_json",
        Desk::small().run("explain cy@example.com --sandbox --format json --today 2026-11-22")
    );
}

#[test]
fn an_address_of_nobody_is_an_error_with_the_nearest() {
    assert_run!(Desk::small().run("explain anna@example.com --sandbox"), @"
    exit 1
    ── stderr
    error: no such person or role:
      `anna@example.com` is neither in the files nor in the portal; did you mean `ana@example.com`?
    ");
    assert_run!(Desk::small().run("explain anna --sandbox"), @"
    exit 1
    ── stderr
    error: invalid value 'anna' for '<EMAIL>': `anna` is not an e-mail address

    For more information, try '--help'.
    ");
}

#[test]
fn a_saved_reading_explains_without_a_network() {
    let desk = Desk::example();
    desk.run("snapshot --sandbox --out portal.json");
    let saved = desk.run("explain bo@example.com --snapshot portal.json --today 2026-11-22").stdout;
    let live = desk.run("explain bo@example.com --sandbox --today 2026-11-22").stdout;
    let without_heading = |text: &str| text.split_once('\n').expect("lines").1.to_owned();
    assert_eq!(without_heading(&saved), without_heading(&live));
}

#[test]
fn whoever_is_in_the_portal_or_the_files_can_be_explained() {
    let desk = Desk::example();
    desk.run("snapshot --sandbox --out portal.json");
    for list in ["users.yaml", "sandbox.yaml"] {
        // Who left long ago is in neither.
        let text = desk.read(list).replace("email: former@example.com", "");
        let emails =
            text.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("email: "));
        let mut count = 0;
        for email in emails {
            let email = email.split_whitespace().next().expect("an address");
            let explanation = explained(&desk, email);
            assert!(explanation["status"]["live"].is_string(), "{email}");
            count += 1;
        }
        assert!(count > 15, "{list} has people");
    }
}

/// The calls are told beforehand by other code than that which makes them; HubSpot's side is the judge.
#[test]
fn the_calls_that_are_told_are_the_calls_that_are_made() {
    let desk = Desk::example();
    let portal = Served::start(&desk);
    let plan = desk.hubroster("plan --format json --today 2026-11-22").at(&portal.url).run().stdout;
    let plan: Value = serde_json::from_str(&plan).expect("JSON");
    let mut told: Vec<String> = Vec::new();
    for action in plan["actions"].as_array().expect("actions") {
        let Some(email) = action["email"].as_str() else { continue };
        let line = format!("explain {email} --format json --today 2026-11-22");
        let ran = desk.hubroster(&line).at(&portal.url).run();
        let explanation: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        let calls = explanation["calls"].as_array().expect("calls");
        assert!(calls.iter().any(|call| call["writes"] == true), "{email}: {calls:?}");
        let text = |call: &Value, key: &str| call[key].as_str().expect("text").to_owned();
        told.extend(
            calls
                .iter()
                .filter(|call| call["writes"] == true)
                .map(|call| format!("{} {}", text(call, "method"), text(call, "path"))),
        );
    }
    let before = portal.writes().len();
    let applied = desk.hubroster("apply --yes --today 2026-11-22").at(&portal.url).run();
    assert_eq!(applied.code, Some(0), "{}", applied.stdout);
    let made = portal.writes().split_off(before);
    // Profiles are written for many in one call, and teams are nobody's.
    let of_people = |line: &&String| {
        (!line.contains("/settings/teams/2026-09") || line.contains("/members")) && !line.contains("/batch/")
    };
    let mut made: Vec<String> = made
        .iter()
        .filter(of_people)
        .map(|line| line.rsplit_once(' ').expect("a status").0.to_owned())
        .collect();
    let is_batch = |line: &String| line.contains("/batch/");
    assert!(told.iter().any(is_batch), "the example has profiles to write");
    told.retain(|line| !is_batch(line));
    // What the plan creates has its name before, and an id after.
    let created = desk.read("state.json").matches("40000001").count();
    assert!(created > 0, "the sandbox gave the first new team this id");
    for line in &mut told {
        *line = line.replace("<Sales France>", "40000001");
    }
    told.sort();
    made.sort();
    assert_eq!(told, made);
}

#[test]
fn somebody_stripped_is_not_told_as_deactivated() {
    let desk = Desk::settled();
    desk.write("roles/no-access.yaml", "name: No access\naccess: { permission_set: Viewer }\n");
    desk.edit("users.yaml", "policy: {", "policy: { deactivate: strip, strip_role: no-access,");
    let text = desk.read("users.yaml");
    let entry = text.lines().find(|line| line.contains("ana@example.com")).expect("an entry").to_owned();
    desk.write("users.yaml", &text.replace(&entry, "  - { email: ana@example.com, state: deactivated }"));
    let strip = desk.run("apply --sandbox --yes --format json");
    assert!(strip.stdout.contains(r#""kind": "strip""#), "{}", strip.transcript());
    let explained = desk.run("explain ana@example.com --sandbox").stdout;
    assert!(explained.contains("they can still log in"), "{explained}");
    assert!(explained.contains("Nothing more: they are stripped, and not deactivated."), "{explained}");
}
