//! Where the portal is, and what to show it: addresses, tokens, API version, time limits.
//!
//! Deliberately absent: where the tokens come from; `cli` knows.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use secrecy::SecretString;
use url::{Host, Url};

use super::Error;
use crate::model::ApiVersion;

#[derive(Debug, Clone)]
pub struct Connection {
    pub base_url: BaseUrl,
    pub token: SecretString,
    /// The version of user provisioning; the other APIs have one version each.
    pub api: ApiVersion,
    pub user_agent: String,
    pub timeouts: Timeouts,
    /// `None`: nobody can be deactivated or reactivated.
    pub scim: Option<ScimConnection>,
}

/// The portal's SCIM service. It has a token of its own, and each is shown only where it belongs.
#[derive(Debug, Clone)]
pub struct ScimConnection {
    /// `…/scim/v2`: what stands before `/Users`.
    pub base_url: BaseUrl,
    pub token: SecretString,
}

impl Connection {
    pub fn new(base_url: BaseUrl, token: SecretString, api: ApiVersion) -> Connection {
        let user_agent = concat!("hubroster/", env!("CARGO_PKG_VERSION")).to_owned();
        Connection { base_url, token, api, user_agent, timeouts: Timeouts::default(), scim: None }
    }

    pub fn with_scim(self, scim: ScimConnection) -> Connection {
        Connection { scim: Some(scim), ..self }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    pub connect: Duration,
    /// One request, from sending it to the last byte of its answer.
    pub request: Duration,
    /// All tries of one call and the waits between them, the queue for the rate limit aside.
    pub call: Duration,
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        Timeouts {
            connect: Duration::from_secs(10),
            request: Duration::from_secs(60),
            call: Duration::from_secs(120),
        }
    }
}

/// `https` to anywhere, `http` to this machine alone: the token goes with every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    /// Without a slash at the end.
    text: String,
    loopback: bool,
}

impl BaseUrl {
    pub fn hubspot() -> BaseUrl {
        BaseUrl { text: "https://api.hubapi.com".to_owned(), loopback: false }
    }

    /// A path is allowed and stands before every path of HubSpot's.
    pub fn parse(text: &str) -> Result<BaseUrl, Error> {
        let given = |url: Option<&Url>| match url {
            // Not repeated with a password in it.
            Some(url) if !url.username().is_empty() || url.password().is_some() => "https://…@…".to_owned(),
            _ => text.to_owned(),
        };
        let refused = |url: Option<&Url>, reason| Error::BaseUrl { given: given(url), reason };
        let url = Url::parse(text.trim())
            .map_err(|_| refused(None, "it is no URL; write it as `https://api.hubapi.com`"))?;
        let loopback = match url.host() {
            Some(Host::Domain(domain)) => domain.eq_ignore_ascii_case("localhost"),
            Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
            Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
            None => return Err(refused(Some(&url), "it names no host")),
        };
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => {
                return Err(refused(
                    Some(&url),
                    "plain http would show the token to the network; use https, or http to this machine alone",
                ));
            }
            _ => return Err(refused(Some(&url), "it must begin with `https://`")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused(
                Some(&url),
                "it holds a user name or a password; the token is all that is sent",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused(
                Some(&url),
                "it holds a query or a fragment; leave away what follows the path",
            ));
        }
        Ok(BaseUrl { text: url.as_str().trim_end_matches('/').to_owned(), loopback })
    }

    /// Without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Plain http, which is for this machine alone.
    pub(super) fn is_plain(&self) -> bool {
        self.text.starts_with("http:")
    }

    /// Whether it is this machine, which no proxy may stand in front of.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_goes_anywhere_and_http_to_this_machine_alone() {
        for text in [
            "https://api.hubapi.com",
            "https://proxy.example.com/hubspot/",
            "http://127.0.0.1:8787",
            "http://127.8.0.1",
            "http://localhost:1/",
            "http://[::1]:8787",
        ] {
            let base = BaseUrl::parse(text).expect(text);
            assert_eq!(base.as_str(), text.trim_end_matches('/'));
        }
        for text in [
            "http://api.hubapi.com",
            "http://localhost.example.com",
            "http://0.0.0.0:8787",
            "ftp://localhost",
            "api.hubapi.com",
            "",
            "https://api.hubapi.com/?a=b",
            "https://api.hubapi.com/#a",
        ] {
            assert!(BaseUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_is_refused_and_not_repeated() {
        let error = BaseUrl::parse("https://me:hunter2@api.hubapi.com").expect_err("refused");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}
