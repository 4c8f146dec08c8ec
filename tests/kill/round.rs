//! One round: a run is struck, and everything that must hold afterwards is checked.
//!
//! Deliberately absent: when and by what it is struck.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use serde_json::Value as Json;

use crate::desk::{Desk, Ran, Running};
use crate::evidence::{Deed, Holding, Journal, text};
use crate::moment::{Life, Moment};
use crate::portals::Portal;

/// What a run that nobody disturbs takes and brings about.
pub(crate) struct Undisturbed {
    pub(crate) life: Life,
    pub(crate) result: Holding,
}

impl Undisturbed {
    pub(crate) fn of(portal: &Portal) -> Undisturbed {
        let desk = Desk::of(portal);
        let ran = desk.run(&["apply", "--yes"]);
        assert_eq!(ran.code, Some(0), "{ran:#?}");
        let requests = desk.requests();
        let first_write = requests.iter().position(is_write).expect("it writes");
        let life = Life {
            took: ran.took,
            answers: requests.len(),
            answers_while_reading: first_write,
            journal_lines: desk.journal_lines(),
        };
        converged(&desk, portal, &ran);
        Undisturbed { life, result: Holding::of(&desk.ask("state")) }
    }
}

/// What the struck run had come to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Struck {
    pub(crate) started: usize,
    pub(crate) ended: usize,
    pub(crate) finished: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// SIGKILL.
    Kill,
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-C, and another as soon as the first was heard.
    InterruptTwice,
}

/// Strikes one run after another, each of them starting where the one before was struck, and then lets one go
/// through. `None`: a run had ended before its moment came.
pub(crate) fn strike(
    portal: &Portal,
    known: &Undisturbed,
    strikes: &[(By, Moment)],
    format: &str,
) -> Option<Struck> {
    let desk = Desk::of(portal);
    let mut all_alive = true;
    for (by, moment) in strikes {
        let mut running = desk.start(&["apply", "--yes"]);
        let journals_before = desk.journals().len();
        all_alive &= moment.comes(&desk, &mut running);
        hit(*by, &desk, &mut running);
        let ran = running.end();
        desk.wait_until_quiet();
        desk.let_time_pass();
        if *by == By::Interrupt {
            let path = desk.journals().into_iter().nth(journals_before);
            interrupted_in_order(&ran, path.map(|path| Journal::read(&path)).as_ref());
        }
    }
    let left = Left::on(&desk);
    the_journals_are_right(&desk, &left, known);
    let words: &[&str] =
        if format == "json" { &["apply", "--yes", "--format", "json"] } else { &["apply", "--yes"] };
    let next = desk.run(words);
    assert_eq!(next.code, Some(0), "the next run: {next:#?}");
    the_next_run_says_so(&next, &left, (format, known));
    converged(&desk, portal, &next);
    assert_eq!(Holding::of(&desk.ask("state")), known.result, "another end than without the strike");
    let last = left.journals.last().cloned().unwrap_or_default();
    let struck =
        Struck { started: last.started().len(), ended: last.ended().len(), finished: last.has_finished() };
    all_alive.then_some(struck)
}

fn hit(by: By, desk: &Desk, running: &mut Running<'_>) {
    match by {
        By::Kill => running.kill(),
        By::Interrupt => running.interrupt(),
        By::InterruptTwice => {
            running.interrupt();
            while !running.has_ended() && !desk.read("stderr.txt").contains("Ctrl-C again") {
                std::thread::sleep(Duration::from_millis(1));
            }
            running.interrupt();
        }
    }
}

/// What the struck runs left behind.
struct Left {
    /// The oldest first.
    journals: Vec<Journal>,
    holding: Holding,
    /// The process that the lock names, which is gone.
    lock: Option<u64>,
}

impl Left {
    fn on(desk: &Desk) -> Left {
        let lock = serde_json::from_str::<Json>(&desk.read(".hubroster/journal/4611686.lock")).ok();
        Left {
            journals: desk
                .journals()
                .iter()
                .map(|path| Journal::read(path))
                .filter(Journal::has_begun)
                .collect(),
            holding: Holding::of(&desk.ask("state")),
            lock: lock.and_then(|lock| lock["process"].as_u64()),
        }
    }
}

/// The first Ctrl-C: what was begun is finished and told, and nothing else is begun.
fn interrupted_in_order(ran: &Ran, journal: Option<&Journal>) {
    let Some(journal) = journal else {
        // Before anything was listening the signal itself ends the process.
        assert!(matches!(ran.code, Some(130) | None), "{ran:#?}");
        assert!(!ran.stdout.contains("Applied"), "{ran:#?}");
        return;
    };
    assert!(matches!(ran.code, Some(130 | 0)), "{ran:#?}");
    assert!(ran.stdout.contains("\nApplied"), "no report: {ran:#?}");
    assert!(journal.has_finished() && journal.left_open().is_empty(), "{journal:#?}");
    let is_cut_short = ran.stdout.contains("the run was interrupted");
    assert_eq!(is_cut_short, ran.code == Some(130), "{ran:#?}");
}

/// Nothing was done unannounced, nothing is claimed that was not done, and people can read it, cut or not.
fn the_journals_are_right(desk: &Desk, left: &Left, known: &Undisturbed) {
    let announced: BTreeSet<String> = left.journals.iter().flat_map(Journal::announced).collect();
    for request in desk.requests().iter().filter(|request| is_write(request)) {
        let about = about(request);
        assert!(
            about.iter().any(|name| announced.contains(name)),
            "not announced: {request}\n{announced:#?}"
        );
    }
    for mail in desk.outbox() {
        assert!(announced.contains(&mail), "invited unannounced: {mail}");
    }
    for (deed, outcome) in left.journals.iter().flat_map(Journal::ended) {
        let is_done = outcome != "done" || left.holding.shows(&deed, &known.result);
        assert!(is_done, "claimed and not done: {deed:?}\n{:#?}", left.holding);
    }
    if let Some(path) = desk.journals().last() {
        people_can_read(desk, path);
    }
}

fn people_can_read(desk: &Desk, path: &Path) {
    let journal = Journal::read(path);
    let read = desk.run(&["journal"]);
    assert_eq!(read.code, Some(0), "{read:#?}");
    for deed in journal.started() {
        assert!(read.stdout.contains(&deed.subject), "{deed:?} is not in\n{}", read.stdout);
    }
    // As a machine that lost its power may leave it: without the end of its last line.
    let whole = std::fs::read(path).expect("a journal");
    let kept = &whole[..whole.len().saturating_sub(20)];
    std::fs::write(desk.path("cut.ndjson"), kept).expect("a file");
    let read = desk.run(&["journal", "cut.ndjson"]);
    let said = if kept.contains(&b'\n') { " is cut; " } else { "before it changed anything, or the rest" };
    assert!(read.code == Some(0) && read.stdout.contains(said), "{read:#?}");
}

/// What the struck run had done, what of the rest the portal shows, and whose lock was taken over.
fn the_next_run_says_so(next: &Ran, left: &Left, (format, known): (&str, &Undisturbed)) {
    let of_whom = left.lock.map(|process| format!("(process {process}) "));
    let taken_over =
        format!("{}ended without letting go of its lock", of_whom.as_deref().unwrap_or_default());
    assert_eq!(next.stderr.contains(&taken_over), of_whom.is_some(), "{next:#?}");
    let journal = left.journals.last().filter(|journal| !journal.has_finished());
    assert_eq!(next.stderr.contains(" was cut off: of "), journal.is_some(), "{next:#?}");
    let told = match format {
        "json" => Told::in_json(&next.stdout),
        _ => Told::in_text(&next.stdout),
    };
    let Some(journal) = journal else { return assert!(told.is_none(), "{next:#?}") };
    let told = told.unwrap_or_else(|| panic!("the report says nothing of it: {next:#?}"));
    assert_eq!(told.planned, journal.planned(), "{next:#?}");
    assert_eq!(told.ended, journal.ended(), "{next:#?}");
    let open: BTreeSet<Deed> = told.under_way.keys().cloned().collect();
    assert_eq!(open, journal.left_open(), "{next:#?}");
    for (deed, is_done) in &told.under_way {
        assert_eq!(
            *is_done,
            left.holding.shows(deed, &known.result),
            "{deed:?}: {next:#?}\n{:#?}",
            left.holding
        );
    }
}

/// What a report says of the run before it.
struct Told {
    planned: u64,
    ended: BTreeMap<Deed, String>,
    /// And whether the portal shows that it was done.
    under_way: BTreeMap<Deed, bool>,
}

impl Told {
    fn in_json(stdout: &str) -> Option<Told> {
        let report: Json = serde_json::from_str(stdout).expect("one JSON document");
        let run = report.get("previous_run")?;
        let entries = |key: &str| run[key].as_array().expect("a list").clone();
        let deed = |entry: &Json| Deed { kind: text(&entry["kind"]), subject: text(&entry["subject"]) };
        let settled = |entry: &Json| match text(&entry["outcome"]).as_str() {
            "done" => true,
            "planned" => false,
            other => panic!("settled as {other}: {run}"),
        };
        Some(Told {
            planned: run["planned"].as_u64().expect("a number"),
            ended: entries("ended").iter().map(|entry| (deed(entry), text(&entry["outcome"]))).collect(),
            under_way: entries("under_way").iter().map(|entry| (deed(entry), settled(entry))).collect(),
        })
    }

    fn in_text(stdout: &str) -> Option<Told> {
        let (_, section) = stdout.split_once("\nThe run of ")?;
        let (section, _) = section.split_once("\n\n").expect("it ends with an empty line");
        let (_, numbers) = section.split_once("was cut off: of ").expect("the sentence");
        let planned = numbers.split(' ').next().and_then(|number| number.parse().ok()).expect("a number");
        let (mut ended, mut under_way) = (BTreeMap::new(), BTreeMap::new());
        for line in section.lines().filter(|line| line.starts_with("  ")) {
            let columns: Vec<&str> =
                line[2..].split("  ").map(str::trim).filter(|column| !column.is_empty()).collect();
            let [subject, word, said] = columns.as_slice() else { panic!("three columns: {line}") };
            let subject = subject.split_once(' ').expect("a symbol").1.to_owned();
            let deed = Deed { kind: kind(word).to_owned(), subject };
            match said.strip_prefix("under way then; ") {
                None => drop(ended.insert(deed, (*said).to_owned())),
                Some(settled) => drop(under_way.insert(deed, settled.starts_with("it was done"))),
            }
        }
        Some(Told { planned, ended, under_way })
    }
}

/// The journal's word for the plan's.
fn kind(word: &str) -> &str {
    match word {
        "create team" => "team_create",
        "change team" => "team_update",
        "delete team" => "team_delete",
        "change" => "update",
        word => word,
    }
}

/// The plan is empty, and everybody new was invited once.
fn converged(desk: &Desk, portal: &Portal, last: &Ran) {
    let mut plan = desk.run(&["plan", "--detailed-exitcode"]);
    for _ in 0..portal.lag {
        if plan.code == Some(2) {
            plan = desk.run(&["plan", "--detailed-exitcode"]);
        }
    }
    assert_eq!(plan.code, Some(0), "something is left to do: {plan:#?}\nafter {last:#?}");
    assert_eq!(desk.outbox(), portal.newcomers, "one invitation for each");
    let invited = |request: &&Json| {
        request["method"] == "POST"
            && request["path"] == "/settings/users/2026-09"
            && request["status"] == 201
    };
    let requests = desk.requests();
    let mut invited: Vec<String> =
        requests.iter().filter(invited).map(|request| text(&request["body"]["email"])).collect();
    invited.sort();
    assert_eq!(invited, portal.newcomers, "one successful call for each");
}

fn is_write(request: &Json) -> bool {
    let path = request["path"].as_str().expect("a path");
    let asks = path.contains("/search") || path.contains("/batch/read") || path.contains("/oauth/");
    request["method"] != "GET" && !asks
}

/// The names and ids that a write is about.
fn about(request: &Json) -> Vec<String> {
    let body = &request["body"];
    let path = text(&request["path"]);
    let mut about: Vec<String> = [&body["email"], &body["name"], &body["userId"]].map(text).to_vec();
    // A profile has the id of its CRM record, and is told by whose settings or start came before.
    if path.ends_with("/batch/update") {
        return vec![String::new()];
    }
    about.extend(path.split(['/', '?']).map(str::to_owned));
    about.retain(|name| !name.is_empty());
    about
}
