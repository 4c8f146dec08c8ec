//! Planning a large portal from a snapshot: time and peak memory against the budget.
//!
//! `cargo bench --bench plan` writes 100,000 people with 5 % changed into a temporary directory and plans them
//! in a process of its own, several times. Beside the absolute figures stands a ratio that holds on any
//! machine: against merely parsing the same two files as generic data.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark reads its own files and prints figures"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use hubroster::model::{
    Account, ApiVersion, Catalog, CrmUserId, Email, Member, Named, OwnerId, PermissionSet, PermissionSetId,
    PortalId, Profile, SNAPSHOT_FORMAT, Scim, Seat, Snapshot, Source, Sources, Status, Team, TeamId, User,
    UserId,
};
use hubroster::{config, plan, resolve};

const BUDGET_SECONDS: f64 = 1.0;
const BUDGET_BYTES_A_PERSON: f64 = 2048.0;
const RUNS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().position(|argument| argument == "--measure") {
        Some(place) => measure(&arguments[place + 1], Path::new(&arguments[place + 2])),
        None => report(people()),
    }
}

/// `HUBROSTER_BENCH_PEOPLE`, or the budget's 100,000.
fn people() -> usize {
    std::env::var("HUBROSTER_BENCH_PEOPLE").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000)
}

/// What one process measured.
struct Measured {
    seconds: f64,
    peak_bytes: f64,
}

fn report(people: usize) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let input = generate(directory.path(), people);
    let runs =
        |what: &str| -> Vec<Measured> { (0..=RUNS).map(|_| spawn(what, directory.path())).skip(1).collect() };
    let (planned, parsed) = (runs("plan"), runs("parse"));
    let seconds = median(planned.iter().map(|run| run.seconds));
    let peak = planned.iter().map(|run| run.peak_bytes).fold(0.0, f64::max);
    let a_person = (peak - input as f64) / people as f64;
    let baseline = median(parsed.iter().map(|run| run.seconds));
    println!(
        "plan of {people} people, 5 % changed, from {:.1} MB of files, {RUNS} processes",
        input as f64 / 1e6
    );
    println!("  parse, resolve, plan   median {seconds:.2} s   (budget {BUDGET_SECONDS:.2} s on one core)");
    println!("  against generic parse  {:.2} times its {baseline:.2} s", seconds / baseline);
    println!(
        "  peak memory            {:.0} MB, {a_person:.0} bytes a person beyond the input   (budget {BUDGET_BYTES_A_PERSON:.0})",
        peak / 1e6
    );
    println!(
        "  within budget          time {}, memory {}",
        seconds <= BUDGET_SECONDS,
        a_person <= BUDGET_BYTES_A_PERSON
    );
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn spawn(what: &str, directory: &Path) -> Measured {
    let itself = std::env::current_exe().expect("this process has a file");
    let output =
        Command::new(itself).arg("--measure").arg(what).arg(directory).output().expect("it runs again");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut figures = text.split_whitespace().filter_map(|word| word.parse::<f64>().ok());
    match (output.status.success(), figures.next(), figures.next()) {
        (true, Some(seconds), Some(peak_bytes)) => Measured { seconds, peak_bytes },
        _ => panic!("the measured process failed: {text}{}", String::from_utf8_lossy(&output.stderr)),
    }
}

fn measure(what: &str, directory: &Path) {
    let start = Instant::now();
    match what {
        "plan" => plan_once(directory),
        _ => parse_once(directory),
    }
    let elapsed: Duration = start.elapsed();
    println!("{} {}", elapsed.as_secs_f64(), peak_memory());
}

fn plan_once(directory: &Path) {
    let bytes = std::fs::read(directory.join("snapshot.json")).expect("the generated snapshot is there");
    let snapshot: Snapshot = serde_json::from_slice(&bytes).expect("the generated snapshot is valid");
    drop(bytes);
    let loaded = config::load(directory, directory).expect("the generated files are valid");
    let today = "2026-11-22".parse().expect("a day");
    let resolved = resolve::resolve(&loaded.desired, &snapshot, today).expect("every name is known");
    let plan = plan::plan(&resolved, plan::Extent::default());
    assert_eq!(plan.actions.len(), snapshot.people.len() / 20, "5 % are changed");
    std::hint::black_box(plan.digest());
}

/// The least that any program must do: read both files and understand their syntax.
fn parse_once(directory: &Path) {
    let yaml = std::fs::read_to_string(directory.join("users.yaml")).expect("the generated file is there");
    let mut events = 0_u64;
    for event in serde_yaml::granit_parser::Parser::new_from_str(&yaml) {
        event.expect("valid YAML");
        events += 1;
    }
    let json = std::fs::read(directory.join("snapshot.json")).expect("the generated snapshot is there");
    let value: serde_json::Value = serde_json::from_slice(&json).expect("valid JSON");
    std::hint::black_box((events, value));
}

/// Linux tells; elsewhere memory is not judged.
fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    let kilobytes: f64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0.0);
    kilobytes * 1024.0
}

const ROLES: usize = 8;
const TEAMS: usize = 40;

/// Writes the files and the snapshot; returns their size in bytes.
fn generate(directory: &Path, people: usize) -> usize {
    std::fs::create_dir(directory.join("roles")).expect("a new directory");
    let mut size = 0;
    let mut write = |name: &str, text: String| {
        size += text.len();
        std::fs::write(directory.join(name), text).expect("a file can be written");
    };
    for role in 0..ROLES {
        let text = format!("name: Role {role}\naccess:\n  permission_set: Set {role}\nseats: [Core]\n");
        write(&format!("roles/role-{role}.yaml"), text);
    }
    write("users.yaml", users(people));
    write("snapshot.json", serde_json::to_string(&snapshot(people)).expect("a snapshot is JSON"));
    size
}

fn users(people: usize) -> String {
    let mut text =
        String::from("version: 1\nportal:\n  id: 1\npolicy:\n  max_updates: { percent: 100 }\nusers:\n");
    for person in 0..people {
        // Every twentieth is to have another role than the portal shows.
        let role = if person % 20 == 0 { (person + 1) % ROLES } else { person % ROLES };
        let team = person % TEAMS;
        let _ = write!(
            text,
            "  - email: person-{person:06}@example.com\n    first_name: First {person}\n    last_name: Last {person}\n    \
             role: role-{role}\n    team: Team {team}\n    profile: {{ job_title: Title {role} }}\n"
        );
    }
    text
}

fn snapshot(people: usize) -> Snapshot {
    let set = |number: usize| {
        Named::new(PermissionSetId::new(format!("{}", 100 + number)), format!("Set {number}"))
    };
    let team = |number: usize| Named::new(TeamId::new(format!("{}", 500 + number)), format!("Team {number}"));
    let catalog = Catalog {
        permission_sets: Some(
            (0..ROLES)
                .map(|number| PermissionSet {
                    id: PermissionSetId::new(format!("{}", 100 + number)),
                    name: format!("Set {number}"),
                    requires_billing_write: false,
                })
                .collect(),
        ),
        teams: Some(
            (0..TEAMS)
                .map(|number| Team {
                    id: TeamId::new(format!("{}", 500 + number)),
                    name: format!("Team {number}"),
                    parent: None,
                })
                .collect(),
        ),
        seats: Some(vec![Seat { name: "Core".to_owned(), description: None, remaining: None }]),
    };
    let shown = Sources {
        settings: Source::Shown,
        crm: Source::Shown,
        archived_owner: Source::NotShown,
        direct: Source::Unread,
    };
    let member = |person: usize| Member {
        user: User {
            email: Email::from_portal(&format!("person-{person:06}@example.com")),
            id: Some(UserId::new(format!("{}", 7_000_000 + person))),
            status: Status::Active,
            first_name: Some(format!("First {person}")),
            last_name: Some(format!("Last {person}")),
            super_admin: false,
            permission_sets: vec![set(person % ROLES)],
            team: Some(team(person % TEAMS)),
            extra_teams: Vec::new(),
            seats: vec!["Core".to_owned()],
            profile: Profile {
                job_title: Some(format!(
                    "Title {}",
                    if person.is_multiple_of(20) { (person + 1) % ROLES } else { person % ROLES }
                )),
                ..Profile::default()
            },
        },
        crm_id: Some(CrmUserId::new(format!("{}", 9_000_000 + person))),
        owner_id: Some(OwnerId::new(format!("{}", 3_000_000 + person))),
        last_active: None,
        sources: shown,
        properties: std::collections::BTreeMap::new(),
        scim: Scim::Unread,
        owned: None,
        deactivated: None,
    };
    Snapshot {
        format: SNAPSHOT_FORMAT.to_owned(),
        api: ApiVersion::September2026,
        portal: Account {
            id: PortalId(1),
            account_type: "STANDARD".to_owned(),
            time_zone: "Europe/Brussels".to_owned(),
            ui_domain: "app-eu1.hubspot.com".to_owned(),
            data_hosting_location: "eu1".to_owned(),
        },
        catalog,
        people: (0..people).map(member).collect(),
        credential_owner: None,
        degraded: Vec::new(),
        reads: 0,
    }
}
