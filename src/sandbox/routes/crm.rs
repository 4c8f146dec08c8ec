//! CRM user records (object type 0-115): list, read, change, in batches.
//!
//! Deliberately absent: creating and archiving records. HubSpot's guide leaves both to the settings, and
//! `archived=true` is refused for users as on a live portal.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::sandbox::call::{Answer, Call, Object};
use crate::sandbox::errors::Refusal;
use crate::sandbox::ids::RecordId;
use crate::sandbox::seed::Unset;
use crate::sandbox::state::{Person, Portal, no_record};

const LIST: &str = "crm users";
const DEFAULT_PAGE: usize = 10;
const MOST_A_PAGE: usize = 100;
const MOST_A_BATCH: usize = 100;
/// Shown whatever is asked for.
const ALWAYS: [&str; 3] = ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"];

fn shown(portal: &Portal, person: &Person, record: RecordId, asked: &[String]) -> Value {
    let mut properties = Map::new();
    for name in ALWAYS.into_iter().chain(asked.iter().map(String::as_str)) {
        match person.property(name) {
            Some(value) => {
                properties.insert(name.to_owned(), value.into());
            }
            None if portal.behaviour.unset == Unset::SentAsNull => {
                properties.insert(name.to_owned(), Value::Null);
            }
            None => {}
        }
    }
    json!({
        "id": record.to_string(),
        "properties": properties,
        "createdAt": person.created_at().to_string(),
        "updatedAt": person.updated_at().to_string(),
        "archived": false,
    })
}

/// The person whose record has this value in an identifying property.
fn find<'a>(
    portal: &'a Portal,
    key: &str,
    property: Option<&str>,
) -> Result<(RecordId, &'a Person), Refusal> {
    let person = match property {
        None | Some("hs_object_id") => key.parse().ok().and_then(|record| portal.people.by_record(record)),
        Some("hs_internal_user_id") => key.parse().ok().and_then(|user| portal.people.get(user)),
        Some("hs_email") => portal.people.by_email(key),
        Some(other) => {
            return Err(Refusal::validation(format!(
                "Property '{other}' is not a unique identifier of users."
            )));
        }
    };
    let found = person.and_then(|person| person.record.map(|record| (record, person)));
    found.filter(|(_, person)| portal.lags.has_record(person.id)).ok_or_else(|| no_record(key))
}

fn refuse_archived(call: &Call) -> Result<(), Refusal> {
    if call.flag("archived")? {
        return Err(Refusal::validation(
            "Paging through deleted objects is not supported for object type 0-115.",
        ));
    }
    Ok(())
}

pub(super) fn list(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    refuse_archived(call)?;
    let limit = call.limit(DEFAULT_PAGE, MOST_A_PAGE)?;
    let after = call.after(LIST)?.map(RecordId);
    if after.is_none() {
        portal.lags.records_are_read();
    }
    let asked = call.list_parameter("properties");
    let records = portal.people.records_after(after);
    let there = records.filter(|(_, person)| portal.lags.has_record(person.id));
    let items = there.map(|(record, person)| (record.0, shown(portal, person, record, &asked)));
    Ok(Answer::page(LIST, limit, items))
}

pub(super) fn get(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    refuse_archived(call)?;
    portal.lags.records_are_read();
    let asked = call.list_parameter("properties");
    let (record, person) = find(portal, call.part("record"), call.parameter("idProperty"))?;
    Ok(Answer::ok(shown(portal, person, record, &asked)))
}

pub(super) fn update(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let properties = call.object()?.properties()?;
    let (record, _) = find(portal, call.part("record"), call.parameter("idProperty"))?;
    portal.write_record(record, &properties, call.act)?;
    let asked: Vec<String> = properties.into_keys().collect();
    let (_, person) = find(portal, &record.to_string(), None)?;
    Ok(Answer::ok(shown(portal, person, record, &asked)))
}

fn inputs<'a>(body: Object<'a>) -> Result<Vec<Object<'a>>, Refusal> {
    let inputs = body.needed_list("inputs")?;
    if inputs.len() > MOST_A_BATCH {
        return Err(Refusal::validation(format!(
            "The maximum batch size is {MOST_A_BATCH}; this request has {} inputs.",
            inputs.len()
        )));
    }
    inputs.iter().map(Object::new).collect()
}

pub(super) fn batch_read(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    refuse_archived(call)?;
    let body = call.object()?;
    let asked = body.texts("properties")?.unwrap_or_default();
    let property = body.text("idProperty")?;
    let inputs = inputs(body)?;
    portal.lags.records_are_read();
    let mut results = Vec::new();
    let mut missing = BTreeSet::new();
    for input in inputs {
        let key = input.needed_text("id")?;
        match find(portal, key, property) {
            Ok((record, person)) => results.push(shown(portal, person, record, &asked)),
            Err(refusal) if refusal.status == 404 => {
                missing.insert(key.to_owned());
            }
            Err(refusal) => return Err(refusal),
        }
    }
    let errors = if missing.is_empty() {
        Vec::new()
    } else {
        let message =
            "Could not get some USER objects, they may be deleted or not exist. Check that ids are valid.";
        vec![Refusal::not_found(message).with("ids", missing.into_iter().collect()).batch_entry()]
    };
    Ok(batch_answer(call, results, errors))
}

pub(super) fn batch_update(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let inputs = inputs(call.object()?)?;
    let mut changes = Vec::new();
    let mut seen = BTreeSet::new();
    for input in inputs {
        let key = input.needed_text("id")?;
        let found = find(portal, key, input.text("idProperty")?).map(|(record, _)| record);
        if let Ok(record) = found
            && !seen.insert(record)
        {
            return Err(Refusal::validation(format!("Duplicate IDs found in batch input: [{key}].")));
        }
        changes.push((found, input.properties()?));
    }
    let mut results = Vec::new();
    let mut errors = Vec::new();
    for (found, properties) in changes {
        let written =
            found.and_then(|record| portal.write_record(record, &properties, call.act).map(|()| record));
        match written {
            Ok(record) => {
                let asked: Vec<String> = properties.into_keys().collect();
                let (_, person) = find(portal, &record.to_string(), None)?;
                results.push(shown(portal, person, record, &asked));
            }
            Err(refusal) => errors.push(refusal.batch_entry()),
        }
    }
    Ok(batch_answer(call, results, errors))
}

/// 200 where all went well, 207 where something did not.
fn batch_answer(call: &Call, results: Vec<Value>, errors: Vec<Value>) -> Answer {
    let mut body = json!({
        "status": "COMPLETE",
        "results": results,
        "startedAt": call.act.at.to_string(),
        "completedAt": call.act.at.to_string(),
    });
    if errors.is_empty() {
        return Answer::ok(body);
    }
    body["numErrors"] = errors.len().into();
    body["errors"] = errors.into();
    Answer::multi_status(body)
}
