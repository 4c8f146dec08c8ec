//! A portal directory below the root of its repository: annotations name files from that root, wherever a run stands;
//! text and JSON as they are written from where it stands.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::desk::Desk;

/// A repository with a portal in `portals/be`, in which a role is misspelt.
fn repository() -> Desk {
    let desk = Desk::empty();
    fs::create_dir(desk.path(".git")).expect("a folder");
    portal_in(&desk, "portals/be");
    desk.edit(
        "portals/be/users.yaml",
        "ana@example.com, role: sales-rep",
        "ana@example.com, role: sales-reb",
    );
    desk
}

fn portal_in(desk: &Desk, directory: &str) {
    let small = Desk::small();
    for file in ["users.yaml", "roles/sales-rep.yaml", "sandbox.yaml"] {
        desk.write(&format!("{directory}/{file}"), &small.read(file));
    }
}

fn annotated(command: &str) -> Vec<&str> {
    let properties = command.lines().filter_map(|line| line.split_once("file="));
    properties.map(|(_, rest)| rest.split([',', ':']).next().unwrap_or_default()).collect()
}

#[test]
fn a_finding_is_annotated_from_the_root_of_the_repository() {
    let desk = repository();
    for (from, directory) in [
        ("portals/be", "."),
        ("portals/be", ""),
        ("portals", "be"),
        ("portals/be/roles", ".."),
        (".", "portals/be"),
    ] {
        let run = desk.hubroster("validate --format github").from(&desk.path(from));
        let ran = if directory.is_empty() { run.run() } else { run.arg(directory).run() };
        assert_eq!(annotated(&ran.stdout), ["portals/be/users.yaml"], "{from} {directory}\n{}", ran.stdout);
    }
    let absolute =
        desk.hubroster("validate --format github").arg(desk.path("portals/be")).from(Path::new("/")).run();
    assert_eq!(annotated(&absolute.stdout), ["portals/be/users.yaml"]);
}

#[test]
fn sarif_names_files_from_there_too() {
    let desk = repository();
    fs::rename(desk.path("portals/be"), desk.path("portals/België 1")).expect("one file system");
    let ran = desk.hubroster("validate --format sarif").from(&desk.path("portals/België 1")).run();
    let log: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(location["uri"], "portals/Belgi%C3%AB%201/users.yaml");
    assert_eq!(location["uriBaseId"], "%SRCROOT%");
}

#[test]
fn people_and_programs_at_a_desk_see_paths_from_where_they_stand() {
    let desk = repository();
    let text = desk.hubroster("validate be").from(&desk.path("portals")).run();
    assert!(text.stdout.contains("--> be/users.yaml:6:37"), "{}", text.stdout);
    let json = desk.hubroster("validate be --format json").from(&desk.path("portals")).run();
    assert!(json.stdout.contains("\"file\": \"be/users.yaml\""), "{}", json.stdout);
}

#[test]
fn the_workspace_of_a_workflow_is_the_root_where_no_checkout_left_a_git_folder() {
    let desk = repository();
    let validate = || desk.hubroster("validate --format github").from(&desk.path("portals/be"));
    let files = |ran: super::desk::Ran| annotated(&ran.stdout).join(" ");
    fs::remove_dir(desk.path(".git")).expect("it is there");
    assert_eq!(files(validate().run()), "users.yaml", "no repository around it");
    assert_eq!(
        files(validate().env("GITHUB_WORKSPACE", desk.directory.path()).run()),
        "portals/be/users.yaml"
    );
    let elsewhere = Desk::empty();
    let other = validate().env("GITHUB_WORKSPACE", elsewhere.directory.path()).run();
    assert_eq!(files(other), "users.yaml", "a workspace elsewhere says nothing");
    // `actions/checkout` with a `path`, and a linked working tree: the pull request's files are from there on.
    desk.write("portals/.git", "gitdir: elsewhere\n");
    assert_eq!(files(validate().env("GITHUB_WORKSPACE", desk.directory.path()).run()), "be/users.yaml");
    fs::remove_file(desk.path("portals/.git")).expect("it is there");
    fs::create_dir(desk.path(".git")).expect("a folder");
    let below = validate().env("GITHUB_WORKSPACE", desk.path("portals")).run();
    assert_eq!(files(below), "be/users.yaml", "what is above a workspace is none of its business");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_portal_directory_is_where_git_has_its_files() {
    let desk = repository();
    std::os::unix::fs::symlink("portals/be", desk.path("here")).expect("a link");
    let ran = desk.run("validate here --format github");
    assert_eq!(annotated(&ran.stdout), ["portals/be/users.yaml"]);
}

/// Where `show` and `comment` stand says nothing of where the plan was made, so the plan says it itself.
#[test]
fn a_saved_plan_keeps_where_its_files_are() {
    let desk = repository();
    desk.edit("portals/be/users.yaml", "sales-reb", "sales-rep");
    let run = |line: &str| desk.hubroster(line).from(&desk.path("portals/be")).run();
    let planned = run("plan --sandbox --format github --out ../../plan.json");
    assert_eq!(annotated(&planned.stdout), ["portals/be/users.yaml"; 2], "{}", planned.stdout);
    assert_eq!(desk.run("show plan.json --format github").stdout, planned.stdout);
    let saved: Value = serde_json::from_str(&desk.read("plan.json")).expect("JSON");
    assert_eq!(saved["directory"], serde_json::json!({ "shown": ".", "in_repository": "portals/be" }));
    assert_eq!(saved["actions"][0]["source"]["file"], "users.yaml");
    let from_root = desk.run("plan portals/be --sandbox --format json");
    let from_root: Value = serde_json::from_str(&from_root.stdout).expect("JSON");
    assert_eq!(from_root.get("directory"), None, "from there each place is right as it is");
    assert_eq!(from_root["digest"], saved["digest"]);
}
