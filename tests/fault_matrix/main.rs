//! Every endpoint that a plan and an apply call, times everything that can go wrong with a call.
//!
//! What holds in every cell stands in `laws`, what each cell must come to in `rules`, and the words of all cells are a
//! table that is reviewed as a snapshot: `cargo test --test fault_matrix -- --nocapture` prints it, and
//! `HUBROSTER_CELL="POST team × cut body"` plays the cells whose name holds this, without the table. Deliberately
//! absent: faults of several calls at once; those are drawn at random in `tests/properties/`.

#![expect(
    clippy::disallowed_methods,
    reason = "the tests write the files that are planned, and read a switch"
)]

mod endpoints;
mod faults;
mod laws;
mod portal;
mod rules;
mod scenario;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

use endpoints::{ENDPOINTS, Endpoint};
use faults::{FAULTS, Fault};
use futures_util::{FutureExt as _, StreamExt as _};

/// Cells under way at the same time: what they wait for overlaps, what they compute does not.
const AT_ONCE: usize = 48;
/// Columns of one piece of the table.
const COLUMNS: usize = 7;

#[test]
fn every_endpoint_times_every_fault() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let asked = std::env::var("HUBROSTER_CELL").ok();
    let cells = cells(asked.as_deref().unwrap_or_default());
    let played = futures_util::stream::iter(cells)
        .map(async |(endpoint, fault)| {
            // A cell that panics is a broken cell and no end of the matrix.
            let word = AssertUnwindSafe(cell(endpoint, fault)).catch_unwind().await;
            ((endpoint.name, fault.name), word.unwrap_or_else(|_| Err("it panics, see above".to_owned())))
        })
        .buffer_unordered(AT_ONCE)
        .collect::<BTreeMap<_, _>>();
    let words = runtime.block_on(played);
    let broken: Vec<String> = words
        .iter()
        .filter_map(|((endpoint, fault), word)| Some((endpoint, fault, word.as_ref().err()?)))
        .map(|(endpoint, fault, law)| format!("{endpoint} × {fault}: {law}"))
        .collect();
    assert!(!words.is_empty(), "no cell is named like this");
    if asked.is_none() {
        println!("{}", table(&words));
    }
    assert!(broken.is_empty(), "{} cells break a law:\n{}", broken.len(), broken.join("\n"));
    if asked.is_none() {
        insta::assert_snapshot!("table", table(&words));
    }
}

/// Those that wait long come first.
fn cells(named: &str) -> Vec<(&'static Endpoint, &'static Fault)> {
    let mut cells: Vec<(&Endpoint, &Fault)> = ENDPOINTS
        .iter()
        .flat_map(|endpoint| FAULTS.iter().map(move |fault| (endpoint, fault)))
        .filter(|(endpoint, fault)| format!("{} × {}", endpoint.name, fault.name).contains(named))
        .collect();
    cells.sort_by_key(|(_, fault)| !fault.is_slow());
    cells
}

/// One word, or the law that is broken.
async fn cell(endpoint: &Endpoint, fault: &Fault) -> Result<String, String> {
    if !fault.fits(endpoint) {
        return Ok("·".to_owned());
    }
    let word = match endpoint.is_for_the_plan() {
        true => laws::while_reading(endpoint, fault).await,
        false => laws::while_applying(endpoint, fault).await,
    }?;
    match rules::expected(endpoint, fault) {
        must if must == word => Ok(word),
        must => Err(format!("it is `{word}`, and the rule says `{must}`")),
    }
}

type Words = BTreeMap<(&'static str, &'static str), Result<String, String>>;

fn table(words: &Words) -> String {
    let word = |endpoint: &Endpoint, fault: &Fault| match &words[&(endpoint.name, fault.name)] {
        Ok(word) => word.clone(),
        Err(_) => "BROKEN".to_owned(),
    };
    let mut table = String::from(LEGEND);
    let name = ENDPOINTS.iter().map(|endpoint| endpoint.name.len()).max().unwrap_or_default();
    for columns in FAULTS.chunks(COLUMNS) {
        let width = |fault: &Fault| {
            let words = ENDPOINTS.iter().map(|endpoint| word(endpoint, fault).chars().count());
            words.max().unwrap_or_default().max(fault.name.len()) + 2
        };
        let line = |first: &str, cells: &dyn Fn(&Fault) -> String| {
            let cells: String =
                columns.iter().map(|fault| format!("{:1$}", cells(fault), width(fault))).collect();
            format!("{first:name$}  {cells}").trim_end().to_owned() + "\n"
        };
        table.push('\n');
        table.push_str(&line("", &|fault| fault.name.to_owned()));
        for endpoint in ENDPOINTS {
            table.push_str(&line(endpoint.name, &|fault| word(endpoint, fault)));
        }
    }
    table
}

const LEGEND: &str = "\
While reading: `same` plan as without the fault; `less`: what could not be read is named, and the plan holds a part of
it and nothing else; `error`: no plan. While applying: the outcome of the action concerned, and behind a slash why the
run stopped. `·`: the fault cannot strike that call. After every cell a clean apply converges, with one mail for the
one newcomer.
";
