//! CRM search, as far as it counts the records that somebody owns.
//!
//! Deliberately absent: the records themselves beyond their ids, and every filter but `hubspot_owner_id`.

use serde_json::{Value, json};

use crate::sandbox::call::{Answer, Call, Object, wrong_field};
use crate::sandbox::errors::Refusal;
use crate::sandbox::ids::OwnerId;
use crate::sandbox::seed::Owned;
use crate::sandbox::state::{Person, Portal};

const DEFAULT_PAGE: u64 = 10;
const MOST_A_PAGE: u64 = 200;
/// HubSpot pages through no more than this many results of one search.
const MOST_RESULTS: u64 = 10_000;
/// Room for each owner's records of one kind in the made-up record ids.
const IDS_PER_OWNER: u64 = 1 << 32;

/// A kind of record that people own.
struct Kind {
    count: fn(&Owned) -> u32,
    /// One of these is needed to search it.
    scopes: &'static [&'static str],
}

fn kind(object: &str) -> Option<Kind> {
    Some(match object {
        "contacts" => Kind { count: |owned| owned.contacts, scopes: &["crm.objects.contacts.read"] },
        "companies" => Kind { count: |owned| owned.companies, scopes: &["crm.objects.companies.read"] },
        "deals" => Kind { count: |owned| owned.deals, scopes: &["crm.objects.deals.read"] },
        "tickets" => Kind { count: |owned| owned.tickets, scopes: &["tickets", "crm.objects.tickets.read"] },
        _ => return None,
    })
}

pub(super) fn count(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let object = call.part("object");
    let kind = kind(object)
        .ok_or_else(|| Refusal::not_found(format!("Object type '{object}' is not in this sandbox.")))?;
    call.granted.require(kind.scopes)?;
    let body = call.object()?;
    let groups = body.list("filterGroups")?.unwrap_or_default();
    let groups: Vec<Vec<OwnerFilter>> = groups.iter().map(filters).collect::<Result<_, _>>()?;
    let matches = |person: &&Person| {
        groups.is_empty()
            || groups.iter().any(|group| group.iter().all(|filter| filter.matches(person.owner)))
    };
    let counts: Vec<(u64, u64)> = portal
        .people
        .iter()
        .filter(matches)
        .filter_map(|person| person.owner.map(|owner| (owner.0, u64::from((kind.count)(&person.owned)))))
        .collect();
    let total: u64 = counts.iter().map(|(_, count)| count).sum();
    let limit = number(body, "limit", DEFAULT_PAGE)?.min(MOST_A_PAGE);
    let start = number(body, "after", 0)?;
    let end = (start + limit).min(total).min(MOST_RESULTS);
    let records = counts.iter().flat_map(|(owner, count)| (0..*count).map(move |index| (*owner, index)));
    let skipped = usize::try_from(start).unwrap_or(usize::MAX);
    let wanted = usize::try_from(end.saturating_sub(start)).unwrap_or_default();
    let results: Vec<Value> =
        records.skip(skipped).take(wanted).map(|(owner, index)| record(owner, index, call)).collect();
    let mut answer = json!({ "total": total, "results": results });
    if end < total.min(MOST_RESULTS) {
        answer["paging"] = json!({ "next": { "after": end.to_string() } });
    }
    Ok(Answer::ok(answer))
}

fn record(owner: u64, index: u64, call: &Call) -> Value {
    let id = (owner * IDS_PER_OWNER + index).to_string();
    let moment = call.act.at.to_string();
    json!({
        "id": id,
        "properties": { "hs_object_id": id, "hubspot_owner_id": owner.to_string() },
        "createdAt": moment,
        "updatedAt": moment,
        "archived": false,
    })
}

/// Numbers stand in a search's body as numbers or as text.
fn number(body: Object<'_>, key: &str, default: u64) -> Result<u64, Refusal> {
    let number = match body.get(key) {
        None | Some(Value::Null) => Some(default),
        Some(Value::String(text)) if text.is_empty() => Some(default),
        Some(Value::String(text)) => text.parse().ok(),
        Some(value) => value.as_u64(),
    };
    number.ok_or_else(|| wrong_field(key, "INVALID_TYPE", "expected a number"))
}

enum OwnerFilter {
    OneOf(Vec<OwnerId>),
    NoneOf(Vec<OwnerId>),
    Known(bool),
}

impl OwnerFilter {
    fn matches(&self, owner: Option<OwnerId>) -> bool {
        match self {
            OwnerFilter::OneOf(owners) => owner.is_some_and(|owner| owners.contains(&owner)),
            OwnerFilter::NoneOf(owners) => owner.is_none_or(|owner| !owners.contains(&owner)),
            OwnerFilter::Known(known) => owner.is_some() == *known,
        }
    }
}

fn filters(group: &Value) -> Result<Vec<OwnerFilter>, Refusal> {
    Object::new(group)?.needed_list("filters")?.iter().map(filter).collect()
}

fn filter(value: &Value) -> Result<OwnerFilter, Refusal> {
    let filter = Object::new(value)?;
    let property = filter.needed_text("propertyName")?;
    if property != "hubspot_owner_id" {
        let problem = format!("this sandbox cannot search by '{property}', only by hubspot_owner_id");
        return Err(wrong_field("propertyName", "INVALID_FILTER", &problem));
    }
    let owners = |texts: Vec<String>| -> Result<Vec<OwnerId>, Refusal> {
        let ids: Result<Vec<OwnerId>, _> = texts.iter().map(|text| text.parse()).collect();
        ids.map_err(|_| wrong_field("value", "INVALID_FILTER", "an owner is an id"))
    };
    let value = || Ok::<_, Refusal>(vec![filter.needed_text("value")?.to_owned()]);
    let values = || Ok::<_, Refusal>(filter.texts("values")?.unwrap_or_default());
    match filter.needed_text("operator")? {
        "EQ" => Ok(OwnerFilter::OneOf(owners(value()?)?)),
        "NEQ" => Ok(OwnerFilter::NoneOf(owners(value()?)?)),
        "IN" => Ok(OwnerFilter::OneOf(owners(values()?)?)),
        "NOT_IN" => Ok(OwnerFilter::NoneOf(owners(values()?)?)),
        "HAS_PROPERTY" => Ok(OwnerFilter::Known(true)),
        "NOT_HAS_PROPERTY" => Ok(OwnerFilter::Known(false)),
        other => {
            let problem = format!("this sandbox has no operator '{other}' for owners");
            Err(wrong_field("operator", "INVALID_FILTER", &problem))
        }
    }
}
