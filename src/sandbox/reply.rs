//! A request taken apart and a reply before it is HTTP.
//!
//! Deliberately absent: sockets. How a reply is torn on its way is said here and done by the server.

use axum::body::Bytes;
use serde_json::Value;

use super::call::Answer;
use super::errors::Refusal;
use super::limits::Header;

const JSON: &str = "application/json;charset=utf-8";
const SCIM_JSON: &str = "application/scim+json";
const HTML: &str = "text/html;charset=utf-8";

/// A request taken apart.
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) body: Bytes,
}

impl Asked {
    pub(crate) fn path_and_query(&self) -> String {
        match &self.query {
            None => self.path.clone(),
            Some(query) => format!("{}?{query}", self.path),
        }
    }

    pub(crate) fn parameters(&self) -> Vec<(String, String)> {
        let query = self.query.as_deref().unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    pub(crate) fn json(&self) -> Result<Option<Value>, Refusal> {
        if self.body.is_empty() {
            return Ok(None);
        }
        let body = serde_json::from_slice(&self.body);
        body.map(Some).map_err(|error| Refusal::validation(format!("Invalid input JSON: {error}.")))
    }

    /// The body as the log shows it. Introspection carries a token there.
    pub(crate) fn logged_body(&self) -> Value {
        let mut body = serde_json::from_slice(&self.body).unwrap_or(Value::Null);
        if let Some(key) = body.get_mut("tokenKey") {
            *key = "[redacted]".into();
        }
        body
    }
}

/// How much of a reply arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    Whole,
    /// So many bytes of the body, then the connection closes.
    Cut(usize),
    /// At least so many bytes.
    Gigantic(u64),
    /// The connection closes without a byte.
    Nothing,
}

/// What goes back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
    pub(crate) content_type: &'static str,
    pub(crate) sending: Sending,
}

impl Reply {
    fn new(status: u16, body: Option<String>, content_type: &'static str) -> Reply {
        Reply { status, headers: Vec::new(), body, content_type, sending: Sending::Whole }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Reply {
        Reply::new(status, Some(body.to_string()), JSON)
    }

    pub(crate) fn text(status: u16, text: &str) -> Reply {
        Reply::new(status, Some(text.to_owned()), "text/plain;charset=utf-8")
    }

    /// An error page as a proxy between client and HubSpot would send it.
    pub(crate) fn page(status: u16) -> Reply {
        let page = format!(
            "<!DOCTYPE html>\n<html><head><title>{status}</title></head>\n\
             <body><h1>{status}</h1><p>The server encountered an error.</p></body></html>\n"
        );
        Reply::new(status, Some(page), HTML)
    }

    pub(crate) fn dropped() -> Reply {
        Reply { sending: Sending::Nothing, ..Reply::new(500, None, JSON) }
    }

    pub(crate) fn speak_scim(&mut self) {
        if self.content_type == JSON {
            self.content_type = SCIM_JSON;
        }
    }

    pub(crate) fn add_headers(&mut self, headers: Vec<Header>) {
        self.headers.extend(headers.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }

    /// Leaves the first half of the body, which is then no JSON.
    pub(crate) fn break_json(&mut self) {
        if let Some(body) = &mut self.body {
            let mut half = body.len() / 2;
            while !body.is_char_boundary(half) {
                half -= 1;
            }
            body.truncate(half);
        }
    }

    /// The status as it is logged: none where nothing was sent.
    pub(crate) fn sent_status(&self) -> Option<u16> {
        (self.sending != Sending::Nothing).then_some(self.status)
    }
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Reply {
        let mut reply = Reply::new(answer.status, answer.body.map(|body| body.to_string()), JSON);
        if let Some(location) = answer.location {
            reply.headers.push(("Location".to_owned(), location));
        }
        reply
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Reply {
        Reply::json(refusal.status, &refusal.body())
    }
}
