//! What the program itself wrote, and others may have had in their hands: snapshot, plan, journal.

use std::collections::BTreeMap;
use std::path::Path;

use hubroster::apply::{Head, PastEnd, PastRun};
use hubroster::model::Snapshot;
use hubroster::render::{DocumentError, PlanDocument};
use hubroster::sandbox::Seed;

use super::{desk, shown};

/// One that is read is written and read again as the same, can be planned from, and never makes anybody absent whom
/// it shows.
pub(crate) fn snapshot(input: &[u8]) {
    let snapshot = match Snapshot::from_json(input) {
        Ok(snapshot) => snapshot,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let written = snapshot.to_json();
    assert_eq!(Snapshot::from_json(written.as_bytes()).as_ref(), Ok(&snapshot));
    if let Ok(document) = desk::planned(desk::desired(), &snapshot) {
        shown::document(&document);
        sealed(&document);
    }
    // It may hold what no portal can, as one id twice; that is refused, and nothing worse.
    drop(Seed::from_json(serde_json::from_str(&written).expect("it was just written")));
}

/// A plan without its seals is shown in every format, whatever stands in it; with them it is what was sealed.
pub(crate) fn plan(input: &[u8]) {
    if let Ok(document) = PlanDocument::from_json(input) {
        sealed(&document);
    }
    if let Ok(document) = serde_json::from_slice::<PlanDocument>(input) {
        shown::document(&document);
        match PlanDocument::from_json(document.to_json()) {
            Ok(again) => assert_eq!(again, document),
            Err(
                DocumentError::OtherActions
                | DocumentError::OtherVersion { .. }
                | DocumentError::Contradiction { .. },
            ) => {}
            Err(error) => panic!("it was just written: {error:?}"),
        }
    }
}

fn sealed(document: &PlanDocument) {
    let again = PlanDocument::from_json(document.to_json()).expect("it was just written");
    assert_eq!(again, *document);
}

/// A journal that was cut, wherever, tells of no end that the whole one does not tell of.
pub(crate) fn journal(input: &[u8]) {
    let runs = parsed(input);
    for run in &runs {
        assert!(run.actions.is_sorted_by(|one, other| one.number < other.number), "{run:?}");
        assert_eq!(run.open().count() + run.ended().count(), run.actions.len());
    }
    let named = |runs: Vec<PastRun>| runs.into_iter().filter_map(|run| Some((run.head.clone()?, run)));
    let finished_ones = named(runs.clone()).filter(|(_, run)| !run.was_cut_off()).count();
    assert!(finished_ones <= finished(input), "{runs:?}");
    // What was no line of a journal to begin with may become one by being cut.
    let lines = input.split(|byte| *byte == b'\n').filter(|line| is_whole(line));
    let whole: Vec<u8> = lines.flat_map(|line| [line, b"\n"].concat()).collect();
    let runs: Vec<(Head, PastRun)> = named(parsed(&whole)).collect();
    let step = (whole.len() / 32).max(1);
    for cut in (0..whole.len()).step_by(step) {
        let until: Vec<(Head, PastRun)> = named(parsed(&whole[..cut])).collect();
        assert!(until.len() <= runs.len());
        for ((head, cut_off), (whole_head, run)) in until.iter().zip(&runs) {
            let what = format!("cut at {cut}: {cut_off:?} of {run:?}");
            assert_eq!(head, whole_head, "{what}");
            let ends: BTreeMap<usize, &PastEnd> =
                run.ended().map(|(action, end)| (action.number, end)).collect();
            assert!(cut_off.ended().all(|(action, _)| ends.contains_key(&action.number)), "{what}");
            assert!(cut_off.was_cut_off() || !run.was_cut_off(), "{what}");
        }
    }
}

fn parsed(journal: &[u8]) -> Vec<PastRun> {
    PastRun::parse(Path::new("journal.ndjson"), journal).expect("reading from memory does not fail")
}

/// Last lines that come after the first line of a run of this format, and after no other run's.
fn finished(journal: &[u8]) -> usize {
    let (mut finished, mut is_open) = (0, false);
    for line in journal.split(|byte| *byte == b'\n') {
        let event: serde_json::Value = serde_json::from_slice(line).unwrap_or_default();
        match event["event"].as_str() {
            Some("run") => is_open = event["format"] == "hubroster-journal/1",
            Some("finish") if is_open => (finished, is_open) = (finished + 1, false),
            _ => is_open &= !line.starts_with(br#"{"event":"run""#),
        }
    }
    finished
}

fn is_whole(line: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(line).is_ok()
}
