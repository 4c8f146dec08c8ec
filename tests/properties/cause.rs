//! What is told of a plan beside the plan of other files, whatever the two sets of files and the portal are.
//!
//! Deliberately absent: which row has which cause; those are the folders of `tests/cases/` that have a `base/`.

use std::collections::BTreeSet;

use hubroster::plan::{ActionKind, Cause, Causes, Plan, Subject};
use hubroster::render::{BaseEntry, PlanDocument};
use proptest::prelude::*;

use crate::files::{self, Files};
use crate::portal;
use crate::run::{Case, Holds, Portal, check, document, load, plan, same};

/// One portal, the files and those at the base.
#[derive(Debug, Clone)]
struct Changed {
    case: Case,
    base: Files,
}

impl std::fmt::Display for Changed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let base = Case { files: self.base.clone(), seed: serde_json::json!({}) };
        write!(formatter, "{}── at the base\n{base}", self.case)
    }
}

fn changed() -> impl Strategy<Value = Changed> {
    let drawn = (portal::portal(), files::changes(), files::changes());
    drawn.prop_map(|(portal, changes, others)| Changed {
        case: Case { files: changes.of(&portal), seed: portal.seed() },
        base: others.of(&portal),
    })
}

#[test]
fn causes_hold_both_ways_and_forget_nothing() {
    check(48, changed(), async |Changed { case, base }: &Changed| {
        let (desired, base) = (load(&case.files)?, load(base)?);
        let portal = Portal::start(&case.seed).await?;
        let snapshot = portal.snapshot(&desired).await?;
        portal.stop().await;
        let (now, before) = (plan(&desired, &snapshot)?, plan(&base, &snapshot)?);
        all_drift_beside_itself(&now)?;
        all_this_change_beside_nothing(&now)?;
        let (there, back) = (Causes::of(&now, Some(&before)), Causes::of(&before, Some(&now)));
        for cause in [Cause::Drift, Cause::Both] {
            let what = format!("changes that are {cause:?}, and the other way round");
            same(&what, &changes(&now, &there, cause), &changes(&before, &back, cause))?;
        }
        nothing_is_forgotten(&now, &before, &there)?;
        the_document_claims_no_more(&document(&desired, &now), &there)
    });
}

fn all_drift_beside_itself(plan: &Plan) -> Holds {
    let causes = Causes::of(plan, Some(plan));
    same("causes beside itself", &every(&causes), &vec![Cause::Drift; every(&causes).len()])?;
    same("called off beside itself", &causes.cancelled, &Vec::new())
}

fn all_this_change_beside_nothing(plan: &Plan) -> Holds {
    let causes = Causes::of(plan, None);
    same("causes beside nothing", &every(&causes), &vec![Cause::ThisChange; every(&causes).len()])?;
    same("called off beside nothing", &causes.cancelled, &Vec::new())
}

/// The causes of all rows and all their changes.
fn every(causes: &Causes) -> Vec<Cause> {
    let rows = [&causes.actions, &causes.blocked, &causes.waiting];
    let told = rows.into_iter().flatten().flat_map(|row| row.changes.iter().copied().chain([row.row]));
    told.chain(causes.by_hand.iter().copied()).chain(causes.unmanaged.iter().copied()).collect()
}

/// Whom an action is about, what it does, and the attribute.
type Told = (String, ActionKind, String);

fn changes(plan: &Plan, causes: &Causes, cause: Cause) -> BTreeSet<Told> {
    let mut told = BTreeSet::new();
    for (action, row) in plan.actions.iter().zip(&causes.actions) {
        for (change, own) in action.changes.iter().zip(&row.changes) {
            if *own == cause {
                told.insert((key(&action.subject), action.kind, change.attribute.to_string()));
            }
        }
    }
    told
}

fn key(subject: &Subject) -> String {
    subject.id().map_or_else(|| subject.name().to_lowercase(), str::to_owned)
}

/// Whatever the base would have done is planned, planned otherwise, held back, or called off by name.
fn nothing_is_forgotten(now: &Plan, before: &Plan, causes: &Causes) -> Holds {
    let mut named: BTreeSet<String> = causes.cancelled.iter().map(|row| key(&row.subject)).collect();
    named.extend(now.actions.iter().map(|row| key(&row.subject)));
    named.extend(now.blocked.iter().map(|row| key(&row.subject)));
    named.extend(now.by_hand.iter().map(|row| key(&row.subject)));
    named.extend(now.waiting.iter().map(|row| row.email.key().to_owned()));
    let forgotten = before.actions.iter().find(|action| {
        !named.contains(&key(&action.subject)) && !named.contains(&action.subject.name().to_lowercase())
    });
    forgotten.map_or(Ok(()), |action| Err(format!("nothing is said of {action:#?}")))
}

/// The same plan and digest, saved and read again like any other.
fn the_document_claims_no_more(plain: &PlanDocument, causes: &Causes) -> Holds {
    let base = BaseEntry { revision: "main".to_owned(), commit: "0".repeat(40) };
    let told = plain.clone().with_causes(base, causes);
    same("the digest", &plain.digest, &told.digest)?;
    same("the counts", &plain.summary, &told.summary)?;
    let read = PlanDocument::from_json(told.to_json()).map_err(|error| error.to_string())?;
    same("saved and read again", &told, &read)
}
