//! The account: its details, its use of the API, what happened in it, and whom a token acts for.
//!
//! Deliberately absent: audit logs, and places and addresses of logins.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::call::{Answer, Call, parse_id};
use crate::sandbox::errors::Refusal;
use crate::sandbox::ids::UserId;
use crate::sandbox::limits::{Quota, next_midnight};
use crate::sandbox::seed::{HistoryEntry, Token};
use crate::sandbox::state::Portal;

const DEFAULT_PAGE: usize = 100;
const MOST_A_PAGE: usize = 200;

pub(super) fn details(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let account = &portal.account;
    let text = |value: &Option<String>, default: &str| value.clone().unwrap_or_else(|| default.to_owned());
    let seconds = portal.time_zone().to_offset(call.act.at).seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    Ok(Answer::ok(json!({
        "portalId": account.id,
        "accountType": text(&account.account_type, "STANDARD"),
        "timeZone": text(&account.time_zone, "UTC"),
        "companyCurrency": "EUR",
        "additionalCurrencies": [],
        "utcOffset": format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60),
        "utcOffsetMilliseconds": i64::from(seconds) * 1000,
        "uiDomain": text(&account.ui_domain, "app.hubspot.com"),
        "dataHostingLocation": text(&account.data_hosting_location, "na1"),
    })))
}

pub(super) fn usage(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let limit = Quota::of(portal).daily;
    let usage = json!({
        "name": "Private apps",
        "currentUsage": call.used_today,
        "usageLimit": limit.unwrap_or(i32::MAX.unsigned_abs()),
        "collectedAt": call.act.at.to_string(),
        "fetchStatus": "SUCCESS",
        "resetsAt": next_midnight(call.act.at, &portal.time_zone()).to_string(),
    });
    Ok(Answer::ok(json!({ "results": [usage] })))
}

fn wanted_user(call: &Call) -> Result<Option<UserId>, Refusal> {
    call.parameter("userId").map(|user| parse_id(user, "userId")).transpose()
}

/// The one login that the sandbox knows of each person: when they were last active.
pub(super) fn logins(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    const LIST: &str = "logins";
    let limit = call.limit(DEFAULT_PAGE, MOST_A_PAGE)?;
    let user = wanted_user(call)?;
    let after = call.after(LIST)?.map(UserId);
    let people = portal.people.after(after).filter(|person| user.is_none_or(|user| person.id == user));
    let logins = people.filter_map(|person| {
        let login = json!({
            "id": format!("{}-{}", person.id, person.last_active?.as_second()),
            "loginAt": person.last_active?.to_string(),
            "loginSucceeded": true,
            "userId": person.id.0,
            "email": person.email,
        });
        Some((person.id.0, login))
    });
    Ok(Answer::page(LIST, limit, logins))
}

/// What happened to people and teams, newest first.
pub(super) fn security(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    const LIST: &str = "security history";
    let limit = call.limit(DEFAULT_PAGE, MOST_A_PAGE)?;
    let user = wanted_user(call)?;
    let (from, to) = (moment(call, "fromTimestamp")?, moment(call, "toTimestamp")?);
    let before = call.after(LIST)?;
    let newest_first = (0_u64..).zip(&portal.history).collect::<Vec<_>>().into_iter().rev();
    let entries = newest_first.filter(|(position, entry)| {
        before.is_none_or(|before| *position < before)
            && from.is_none_or(|from| entry.at >= from)
            && to.is_none_or(|to| entry.at <= to)
            && user.is_none_or(|user| !entry.automatic && actor(portal, entry) == Some(user))
    });
    let items = entries.map(|(position, entry)| (position, shown(portal, position, entry)));
    Ok(Answer::page(LIST, limit, items))
}

fn moment(call: &Call, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let Some(text) = call.parameter(name) else { return Ok(None) };
    let parsed = text.parse().ok().and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok());
    parsed.map(Some).ok_or_else(|| {
        Refusal::validation(format!("Invalid value for '{name}': '{text}' is not in milliseconds."))
    })
}

/// Who did it. Where the token acts for nobody, HubSpot's required `userId` is the first super admin's.
fn actor(portal: &Portal, entry: &HistoryEntry) -> Option<UserId> {
    let super_admin = || portal.people.iter().find(|person| person.super_admin).map(|person| person.id);
    entry.by.or(portal.credential_owner).or_else(super_admin)
}

fn shown(portal: &Portal, position: u64, entry: &HistoryEntry) -> Value {
    let actor = actor(portal, entry).filter(|_| !entry.automatic);
    let mut shown = json!({
        "id": (position + 1).to_string(),
        "type": entry.kind,
        "createdAt": entry.at.to_string(),
        "userId": actor.map_or(0, |actor| actor.0),
    });
    if let Some(person) = actor.and_then(|actor| portal.people.get(actor)) {
        shown["actingUser"] = person.email.clone().into();
    }
    if let Some(object) = entry.object {
        shown["objectId"] = object.to_string().into();
    }
    shown
}

/// Whom a token acts for. Kinds of token without introspection, such as service keys, are not found.
pub(super) fn introspect(portal: &mut Portal, call: &Call) -> Result<Answer, Refusal> {
    let key = call.object()?.needed_text("tokenKey")?;
    let unknown = || Refusal::not_found("There is no private app with this access token.");
    let (user, scopes) = match &portal.tokens {
        None => (portal.credential_owner, Vec::new()),
        Some(tokens) => {
            let token: &Token = tokens.iter().find(|token| token.token == key).ok_or_else(unknown)?;
            (token.user_id, token.scopes.clone().unwrap_or_default())
        }
    };
    Ok(Answer::ok(json!({
        "userId": user.ok_or_else(unknown)?.0,
        "hubId": portal.account.id,
        "appId": 1,
        "scopes": scopes,
    })))
}
