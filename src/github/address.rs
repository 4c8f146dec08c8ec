//! Where GitHub's API is, and which repository is meant.

use std::fmt;
use std::net::IpAddr;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Host, Url};

use super::error::Error;

/// `https` to anywhere, `http` to this machine alone: the token goes with every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiUrl {
    /// Without a slash at the end.
    text: String,
    loopback: bool,
}

impl ApiUrl {
    pub fn github() -> ApiUrl {
        ApiUrl { text: "https://api.github.com".to_owned(), loopback: false }
    }

    /// `https://HOST/api/v3` for GitHub Enterprise Server.
    pub fn parse(text: &str) -> Result<ApiUrl, Error> {
        let refused = |reason| Error::Address { reason };
        let url = Url::parse(text.trim())
            .map_err(|_| refused("it is no URL; write it as `https://github.example.com/api/v3`"))?;
        let loopback = match url.host() {
            Some(Host::Domain(domain)) => domain.eq_ignore_ascii_case("localhost"),
            Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
            Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
            None => return Err(refused("it names no host")),
        };
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => {
                return Err(refused(
                    "plain http would show the token to the network; use https, or http to this machine alone",
                ));
            }
            _ => return Err(refused("it must begin with `https://`")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("it holds a user name or a password; the token is all that is sent"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused("it holds a query or a fragment; leave away what follows the path"));
        }
        Ok(ApiUrl { text: url.as_str().trim_end_matches('/').to_owned(), loopback })
    }

    /// Whether it is this machine, which no proxy may stand in front of.
    pub(super) fn is_loopback(&self) -> bool {
        self.loopback
    }

    pub(super) fn rest(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// Beside the REST API: `/graphql`, and `/api/graphql` where that is `/api/v3`.
    pub(super) fn graphql(&self) -> String {
        format!("{}/graphql", self.text.strip_suffix("/v3").unwrap_or(&self.text))
    }
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// `owner/name`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    owner: String,
    name: String,
}

impl Repository {
    pub fn parse(text: &str) -> Result<Repository, Error> {
        let is_plain =
            |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        // A path of dots alone would leave the repository.
        let is_name = |part: &str| {
            !part.is_empty() && part.len() <= 100 && is_plain(part) && part.bytes().any(|byte| byte != b'.')
        };
        match text.trim().split_once('/') {
            Some((owner, name)) if is_name(owner) && is_name(name) => {
                Ok(Repository { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => Err(Error::Repository),
        }
    }

    /// `/repos/owner/name` and what follows it.
    pub(super) fn path(&self, rest: &str) -> String {
        let encoded = |part: &str| utf8_percent_encode(part, KEPT).to_string();
        format!("/repos/{}/{}{rest}", encoded(&self.owner), encoded(&self.name))
    }
}

const KEPT: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

impl fmt::Display for Repository {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.owner, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_goes_anywhere_and_http_to_this_machine_alone() {
        for text in [
            "https://api.github.com",
            "https://github.example.com/api/v3/",
            "http://127.0.0.1:1",
            "http://[::1]",
        ] {
            assert_eq!(ApiUrl::parse(text).expect(text).to_string(), text.trim_end_matches('/'));
        }
        for text in
            ["http://api.github.com", "http://localhost.example.com", "ftp://localhost", "", "https://a/?b"]
        {
            assert!(ApiUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_is_refused_and_not_repeated() {
        let error = ApiUrl::parse("https://me:hunter2@api.github.com").expect_err("refused");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }

    #[test]
    fn graphql_stands_beside_the_other_api() {
        let graphql = |text| ApiUrl::parse(text).expect("an address").graphql();
        assert_eq!(graphql("https://api.github.com"), "https://api.github.com/graphql");
        assert_eq!(graphql("https://github.example.com/api/v3"), "https://github.example.com/api/graphql");
    }

    #[test]
    fn a_repository_is_an_owner_and_a_name() {
        assert_eq!(
            Repository::parse("example/people.access").expect("one").path("/issues"),
            "/repos/example/people.access/issues"
        );
        for text in ["", "example", "example/", "/people", "a/b/c", "a/..", "../b", "a b/c", "a/b?c", "é/b"]
        {
            assert!(Repository::parse(text).is_err(), "{text}");
        }
    }
}
