//! What the sandbox tells about itself under `/__sandbox/`: state, outbox and requests; and where faults are set.
//!
//! HubSpot has nothing like it. Deliberately absent: tokens (none is needed, none is shown), the log, the limits.

use serde_json::{Value, json};

use super::errors::{Category, Refusal};
use super::reply::{Asked, Reply};
use super::seed::{parse_faults, to_document};
use super::server::Host;
use super::state::Portal;

pub(crate) fn answer(host: &Host, asked: &Asked) -> Reply {
    match (asked.path.as_str(), asked.method.as_str()) {
        ("/__sandbox/state", "GET") => Reply::json(200, &state(&host.world().portal)),
        ("/__sandbox/outbox", "GET") => Reply::json(200, &json!(host.world().portal.outbox)),
        ("/__sandbox/requests", "GET") => Reply::json(200, &json!(host.log.entries())),
        ("/__sandbox/faults", "GET") => Reply::json(200, &json!(host.world().portal.faults)),
        ("/__sandbox/faults", "POST") => add_faults(host, asked).map_or_else(Reply::from, |()| faults(host)),
        ("/__sandbox/faults", "DELETE") => {
            let mut world = host.world();
            world.portal.clear_faults();
            world.meter.share_with_nobody();
            drop(world);
            faults(host)
        }
        ("/__sandbox/state" | "/__sandbox/outbox" | "/__sandbox/requests" | "/__sandbox/faults", method) => {
            let message = format!("The method {method} is not allowed for {}.", asked.path);
            Refusal::new(405, Category::MethodNotAllowed, message).into()
        }
        (path, _) => {
            Refusal::new(404, Category::ResourceNotFound, format!("There is nothing at {path}.")).into()
        }
    }
}

/// The state as it would be saved, without the tokens.
fn state(portal: &Portal) -> Value {
    let mut state = json!(to_document(portal));
    if let Some(state) = state.as_object_mut() {
        state.remove("tokens");
        if let Some(scim) = state.get_mut("scim").and_then(Value::as_object_mut) {
            scim.remove("tokens");
        }
    }
    state
}

/// One fault or a list of them, in the seed's format.
fn add_faults(host: &Host, asked: &Asked) -> Result<(), Refusal> {
    let given = match asked.json()? {
        Some(Value::Array(faults)) => faults,
        Some(fault) => vec![fault],
        None => Vec::new(),
    };
    let mut world = host.world();
    let faults = parse_faults(&world.portal, Value::Array(given))
        .map_err(|error| Refusal::validation(error.to_string()))?;
    world.portal.add_faults(faults);
    Ok(())
}

/// The faults that are left, once the state is saved.
fn faults(host: &Host) -> Reply {
    match host.save() {
        Ok(()) => Reply::json(200, &json!(host.world().portal.faults)),
        Err(error) => {
            let message = format!("The state could not be written: {error}.");
            Refusal::new(500, Category::InternalError, message).into()
        }
    }
}
