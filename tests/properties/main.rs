//! What holds for every portal and every set of files, tried on ones drawn at random.
//!
//! Deliberately absent: single rules; those are the folders of `tests/cases/`. A failure shows the smallest files
//! and portal that were found for it.

#![expect(clippy::disallowed_methods, reason = "a test writes files and reads its switch")]

mod applied;
mod cause;
mod faults;
mod files;
mod formatted;
mod order;
mod parts;
mod portal;
mod run;
mod saved;

use proptest::collection::vec;
use proptest::prelude::*;

use files::{RowsByHand, as_live, style};
use run::{Case, Holds, Portal, check, document, load, plan, same};

/// A case, and which rows must be by hand.
#[derive(Debug, Clone)]
struct AsLive {
    case: Case,
    by_hand: RowsByHand,
}

impl std::fmt::Display for AsLive {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.case.fmt(formatter)
    }
}

/// Any portal, with files that ask for any change.
fn changing() -> impl Strategy<Value = Case> {
    (portal::portal(), files::changes())
        .prop_map(|(portal, changes)| Case { files: changes.of(&portal), seed: portal.seed() })
}

/// The same, read with a token that may lack scopes.
fn changing_as_far_as_can_be_read() -> impl Strategy<Value = Case> {
    (changing(), portal::scopes()).prop_map(|(mut case, scopes)| {
        case.seed["tokens"] = serde_json::json!([{ "token": run::TOKEN, "scopes": scopes }]);
        case
    })
}

#[test]
fn files_that_say_what_is_live_ask_for_nothing() {
    let drawn = (portal::portal(), files::api(), vec(style(), 4)).prop_map(|(portal, api, styles)| {
        let (files, by_hand) = as_live(&portal, api, &styles);
        AsLive { case: Case { files, seed: portal.seed() }, by_hand }
    });
    check(48, drawn, async |drawn: &AsLive| {
        let desired = load(&drawn.case.files)?;
        let portal = Portal::start(&drawn.case.seed).await?;
        let snapshot = portal.snapshot(&desired).await?;
        portal.stop().await;
        let plan = plan(&desired, &snapshot)?;
        asks_for_nothing(&plan)?;
        let beside = document(&desired, &plan);
        let mut by_hand: RowsByHand = Vec::new();
        for (email, kind) in &drawn.by_hand {
            by_hand.push((email.to_ascii_lowercase(), *kind));
        }
        let shown: Vec<(String, String)> = beside
            .by_hand
            .iter()
            .map(|row| (row.subject.name().to_ascii_lowercase(), row.kind.clone()))
            .collect();
        by_hand.sort();
        let expected: Vec<(String, String)> =
            by_hand.into_iter().map(|(email, kind)| (email, kind.to_owned())).collect();
        let mut shown = shown;
        shown.sort();
        same("rows by hand, shown and expected", &shown, &expected)?;
        same("blocked", &beside.blocked, &Vec::new())?;
        same("waiting", &beside.waiting, &Vec::new())?;
        same("unmanaged", &beside.unmanaged, &Vec::new())
    });
}

/// No actions; what is beside them may stay.
fn asks_for_nothing(plan: &hubroster::plan::Plan) -> Holds {
    if plan.is_empty() { Ok(()) } else { Err(format!("the plan has actions: {:#?}", plan.actions)) }
}
