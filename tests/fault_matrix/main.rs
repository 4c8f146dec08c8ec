//! Every endpoint that a plan and an apply call, times everything that can go wrong with a call.
//!
//! What holds in every cell stands in `laws`; what differs is one word a cell, and the words are a table that is
//! reviewed as a snapshot: `cargo test --test fault_matrix -- --nocapture` prints it. Deliberately absent: faults of
//! several calls at once; those are drawn at random in `tests/properties/`.

#![expect(clippy::disallowed_methods, reason = "the tests write the files that are planned")]

mod endpoints;
mod faults;
mod laws;
mod scenario;

use std::collections::BTreeMap;

use endpoints::{ENDPOINTS, Endpoint};
use faults::{FAULTS, Fault};
use futures_util::StreamExt as _;

/// Cells under way at the same time: what they wait for overlaps, what they compute does not.
const AT_ONCE: usize = 40;

#[test]
fn every_endpoint_times_every_fault() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let cells = ENDPOINTS.iter().flat_map(|endpoint| FAULTS.iter().map(move |fault| (endpoint, fault)));
    let run = futures_util::stream::iter(cells.collect::<Vec<_>>())
        .map(|(endpoint, fault)| async move { (endpoint.name, fault.name, cell(endpoint, fault).await) })
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>();
    let mut words: BTreeMap<(&str, &str), String> = BTreeMap::new();
    let mut broken: Vec<String> = Vec::new();
    for (endpoint, fault, told) in runtime.block_on(run) {
        let word = told.unwrap_or_else(|law| {
            broken.push(format!("{endpoint} × {fault}: {law}"));
            "BROKEN".to_owned()
        });
        words.insert((endpoint, fault), word);
    }
    let table = table(&words);
    println!("{table}");
    assert!(broken.is_empty(), "{} cells break a law:\n{}", broken.len(), broken.join("\n"));
    insta::assert_snapshot!("table", table);
}

/// One word, or the law that is broken.
async fn cell(endpoint: &Endpoint, fault: &Fault) -> Result<String, String> {
    if !fault.fits(endpoint) {
        return Ok("·".to_owned());
    }
    let word = match endpoint.phase {
        endpoints::Phase::Reading => laws::while_reading(endpoint, fault).await,
        endpoints::Phase::Applying => laws::while_applying(endpoint, fault).await,
    }?;
    match fault.must_be(endpoint) {
        Some(must) if must != word => Err(format!("it is `{word}`, and the rule says `{must}`")),
        _ => Ok(word),
    }
}

fn table(words: &BTreeMap<(&str, &str), String>) -> String {
    let mut table = String::from(LEGEND);
    let name = ENDPOINTS.iter().map(|endpoint| endpoint.name.len()).max().unwrap_or_default();
    for group in FAULTS.chunks(7) {
        let width = |fault: &Fault| {
            let words = ENDPOINTS.iter().map(|endpoint| words[&(endpoint.name, fault.name)].chars().count());
            words.max().unwrap_or_default().max(fault.name.len()) + 2
        };
        table.push_str(&format!("\n{:name$}  ", ""));
        table.extend(group.iter().map(|fault| format!("{:1$}", fault.name, width(fault))));
        table = table.trim_end().to_owned() + "\n";
        for endpoint in ENDPOINTS {
            let cells = group.iter().map(|fault| (&words[&(endpoint.name, fault.name)], width(fault)));
            let cells: String = cells.map(|(word, width)| format!("{word:width$}")).collect();
            table.push_str(format!("{:name$}  {cells}", endpoint.name).trim_end());
            table.push('\n');
        }
    }
    table
}

const LEGEND: &str = "\
While reading: `same` plan as without the fault; `less`: what could not be read is named, and the plan holds a part of
it and nothing else; `error`: no plan. While applying: the outcome of the action concerned, and behind a slash why the
run stopped. `·`: the fault cannot strike that call. After every cell a clean apply converges, with one mail for each
invitation.
";
