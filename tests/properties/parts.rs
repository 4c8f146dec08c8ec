//! A part of a plan is about its targets alone, and leaves nothing of them undone; a saved plan is the plan.

use hubroster::apply::OutcomeKind;
use hubroster::plan::{ActionKind, Target};
use hubroster::render::PlanDocument;
use proptest::prelude::*;

use crate::run::{Case, Portal, check, document, load, plan, plan_part, same};
use crate::{asks_for_nothing, changing, changing_as_far_as_can_be_read};

#[derive(Debug, Clone)]
struct Part {
    case: Case,
    /// Which entry of the files, counted round.
    entry: usize,
}

impl std::fmt::Display for Part {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "entry {}\n{}", self.entry, self.case)
    }
}

#[test]
fn a_part_is_about_its_target_and_can_be_applied_alone() {
    let drawn = (changing(), any::<usize>()).prop_map(|(case, entry)| Part { case, entry });
    check(32, drawn, async |Part { case, entry }: &Part| {
        let desired = load(&case.files)?;
        if desired.users.is_empty() {
            return Ok(());
        }
        let entry = &desired.users[entry % desired.users.len()];
        let targets = [Target::Person(entry.email.clone())];
        let portal = Portal::start(&case.seed).await?;
        let snapshot = portal.snapshot(&desired).await?;
        let part = plan_part(&desired, &snapshot, &targets)?;
        let people = part.actions.iter().filter(|action| action.kind != ActionKind::TeamCreate);
        let people: Vec<_> = people.collect();
        if people.len() > 1 {
            return Err(format!("one person, and several actions: {people:#?}"));
        }
        let whole = plan(&desired, &snapshot)?;
        // Whoever finds no seat in the whole may find one alone; else it is the same action.
        for action in people {
            let same_in_whole = whole.actions.iter().find(|one| one.subject == action.subject);
            if let Some(one) = same_in_whole {
                same("the work, alone and with the others", &action.work, &one.work)?;
            }
        }
        let report = portal.apply(&desired, &part).await;
        if let Some(ill) = report.outcomes.iter().find(|outcome| outcome.kind != OutcomeKind::Done) {
            return Err(format!("not done: {ill:#?}"));
        }
        for _ in 0..case.seed["behaviour"]["list_lag"].as_u64().unwrap_or_default() {
            portal.snapshot(&desired).await?;
        }
        let again = plan_part(&desired, &portal.snapshot(&desired).await?, &targets)?;
        portal.stop().await;
        asks_for_nothing(&again)
    });
}

#[test]
fn a_saved_plan_is_the_plan() {
    check(60, changing_as_far_as_can_be_read(), async |case: &Case| {
        let desired = load(&case.files)?;
        let portal = Portal::start(&case.seed).await?;
        let snapshot = portal.snapshot(&desired).await?;
        portal.stop().await;
        let document = document(&desired, &plan(&desired, &snapshot)?);
        let json = document.to_json();
        let read = PlanDocument::from_json(&json).map_err(|error| format!("{error}\n{json}"))?;
        same("the plan, made and read", &document, &read)
    });
}
