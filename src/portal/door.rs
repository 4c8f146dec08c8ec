//! One door to HubSpot: where it is, the token that is shown there and nowhere else, and the client that shows it.
//!
//! Deliberately absent: limits and tries, which all doors share (`transport`).

use std::sync::Arc;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Client, ClientBuilder};
use secrecy::{ExposeSecret, SecretString};

use super::connection::BaseUrl;
use super::error::Error;

/// Which door a call goes through. Each has a token of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Realm {
    /// HubSpot's API.
    #[default]
    Portal,
    /// The portal's SCIM service, which is made for identity providers.
    Scim,
}

impl Realm {
    /// RFC 7644, section 3.1, wants SCIM's own, and lets a service answer in plain JSON.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Realm::Portal => "application/json",
            Realm::Scim => "application/scim+json",
        }
    }

    fn accepted(self) -> &'static str {
        match self {
            Realm::Portal => "application/json",
            Realm::Scim => "application/scim+json, application/json;q=0.9",
        }
    }

    fn token_error(self, fault: &'static str) -> Error {
        match self {
            Realm::Portal => Error::Token(fault),
            Realm::Scim => Error::ScimToken(fault),
        }
    }
}

/// Without `Debug`: its client holds the token.
pub(super) struct Door {
    pub(super) http: Client,
    pub(super) base: BaseUrl,
    secret: SecretString,
}

impl Door {
    /// `builder` brings what all doors have in common.
    pub(super) fn new(
        realm: Realm,
        base: BaseUrl,
        secret: SecretString,
        builder: ClientBuilder,
    ) -> Result<Door, Error> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, authorization(&secret).map_err(|fault| realm.token_error(fault))?);
        headers.insert(ACCEPT, HeaderValue::from_static(realm.accepted()));
        let mut builder = builder.default_headers(headers).https_only(!base.is_loopback());
        if base.is_loopback() {
            builder = builder.no_proxy();
        }
        if base.is_plain() {
            // Nobody shows a certificate there, and reading this machine's takes longer than a call.
            builder = builder.tls_certs_only([]);
        }
        let http = builder.build().map_err(|error| Error::Client(Arc::new(error)))?;
        Ok(Door { http, base, secret })
    }

    pub(super) fn secret(&self) -> &str {
        self.secret.expose_secret()
    }
}

fn authorization(secret: &SecretString) -> Result<HeaderValue, &'static str> {
    let token = secret.expose_secret();
    if token.trim().is_empty() {
        return Err("is empty");
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("holds a space, a line break or another character that no token has");
    }
    let mut value =
        HeaderValue::try_from(format!("Bearer {token}")).expect("printable ASCII is a valid header value");
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ApiVersion;
    use crate::portal::{Connection, ScimConnection};

    #[test]
    fn no_form_of_a_token_can_be_printed() {
        let secret = || SecretString::from("a-token-of-the-tests");
        let value = authorization(&secret()).expect("a token");
        assert!(value.is_sensitive());
        let base_url = BaseUrl::hubspot();
        let connection = Connection::new(base_url.clone(), secret(), ApiVersion::September2026)
            .with_scim(ScimConnection { base_url, token: secret() });
        for text in [format!("{value:?}"), format!("{connection:?}"), format!("{:?}", secret())] {
            assert!(!text.contains("of-the-tests"), "{text}");
        }
    }
}
