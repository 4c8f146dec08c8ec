//! What the sandbox tells about itself under `/__sandbox/`: its state, its outbox, the requests so far.
//!
//! HubSpot has nothing like it. Deliberately absent: tokens (none is needed, none is shown), the log, the limits.

use serde_json::{Value, json};

use super::errors::{Category, Refusal};
use super::seed::to_document;
use super::server::{Host, Reply};
use super::state::Portal;

pub(crate) fn answer(host: &Host, method: &str, path: &str) -> Reply {
    let view: fn(&Host) -> Value = match path {
        "/__sandbox/state" => |host| host.with_portal(state),
        "/__sandbox/outbox" => |host| host.with_portal(|portal| json!(portal.outbox)),
        "/__sandbox/requests" => |host| json!(host.log.entries()),
        _ => {
            return Refusal::new(404, Category::ResourceNotFound, format!("There is nothing at {path}."))
                .into();
        }
    };
    if method != "GET" {
        let message = format!("The method {method} is not allowed for {path}.");
        return Refusal::new(405, Category::MethodNotAllowed, message).into();
    }
    Reply { status: 200, headers: Vec::new(), body: Some(view(host)) }
}

/// The state as it would be saved, without the tokens.
fn state(portal: &Portal) -> Value {
    let mut state = json!(to_document(portal));
    if let Some(state) = state.as_object_mut() {
        state.remove("tokens");
    }
    state
}
