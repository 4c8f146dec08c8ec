//! Which portal a command talks to: HubSpot, another address, or the simulated one. Never chosen silently.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use crate::config::{DeactivateBy, Desired};
use crate::portal::{BaseUrl, Connection, ReadClient, ScimConnection};
use crate::sandbox::{Options, Running, Sandbox, Seed};

use super::arguments::Portal;
use super::environment;
use super::exit::Error;
use super::output;

/// A client, and the simulated portal behind it where there is one.
pub(super) struct Connected {
    pub client: ReadClient,
    sandbox: Option<Running>,
}

impl Connected {
    /// Lets the simulated portal write down what happened.
    pub(super) async fn close(self) {
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await;
        }
    }
}

pub(super) async fn connect(
    portal: &Portal,
    directory: &Path,
    desired: &Desired,
) -> Result<Connected, Error> {
    let api = desired.portal.api;
    if portal.sandbox {
        let (sandbox, tokens) = start_sandbox(directory).await?;
        let base_url = BaseUrl::parse(&sandbox.url())?;
        let mut connection = Connection::new(base_url, tokens.portal, api);
        if let (true, Some(token)) = (uses_scim(desired), tokens.scim) {
            let base_url = BaseUrl::parse(&format!("{}/scim/v2", sandbox.url()))?;
            connection.scim = Some(ScimConnection { base_url, token });
        }
        let client = ReadClient::new(connection)?;
        return Ok(Connected { client, sandbox: Some(sandbox) });
    }
    let url = portal.portal_url.clone().or_else(|| environment::variable("HUBROSTER_PORTAL_URL"));
    let named = url.map(|url| BaseUrl::parse(&url)).transpose()?;
    let token = environment::token("HUBSPOT_ACCESS_TOKEN")?;
    let token = token.ok_or_else(|| named.clone().map_or(Error::NoToken, Error::NoTokenFor))?;
    let base_url = named.unwrap_or_else(BaseUrl::hubspot);
    tracing::trace!(portal = %base_url, "the real portal, or what stands in for it");
    let scim_url = match (&desired.portal.scim_url, base_url == BaseUrl::hubspot()) {
        (Some(url), _) => BaseUrl::parse(url)?,
        (None, true) => BaseUrl::parse(HUBSPOT_SCIM)?,
        (None, false) => BaseUrl::parse(&format!("{base_url}/scim/v2"))?,
    };
    let mut connection = Connection::new(base_url, token, api);
    if uses_scim(desired)
        && let Some(token) = environment::token("HUBSPOT_SCIM_TOKEN")?
    {
        allow_scim_at(&scim_url)?;
        connection.scim = Some(ScimConnection { base_url: scim_url, token });
    }
    Ok(Connected { client: ReadClient::new(connection)?, sandbox: None })
}

/// Where files come from somebody whom the token is not for, as in a pull request, the environment says where it may go.
fn allow_scim_at(url: &BaseUrl) -> Result<(), Error> {
    let allowed = environment::variable("HUBSPOT_SCIM_URL").map(|url| BaseUrl::parse(&url)).transpose()?;
    match allowed {
        Some(allowed) if allowed != *url => Err(Error::ScimElsewhere { asked: url.clone(), allowed }),
        _ => Ok(()),
    }
}

/// A token that no policy asks for is not even read.
fn uses_scim(desired: &Desired) -> bool {
    desired.policy.deactivate == DeactivateBy::Scim
}

/// The tenant URL of HubSpot's own SCIM instructions.
const HUBSPOT_SCIM: &str = "https://api.hubspot.com/scim/v2";

/// Where the simulated portal of a directory is kept between runs.
fn state_file(directory: &Path) -> PathBuf {
    inside(directory, ".hubroster/sandbox.json")
}

/// Without a needless `./` in what people get to see.
fn inside(directory: &Path, name: &str) -> PathBuf {
    if directory == Path::new(".") { PathBuf::from(name) } else { directory.join(name) }
}

/// What the simulated portal takes.
struct SandboxTokens {
    portal: SecretString,
    /// `None` where it has no SCIM.
    scim: Option<SecretString>,
}

async fn start_sandbox(directory: &Path) -> Result<(Running, SandboxTokens), Error> {
    let state = state_file(directory);
    let seed = if state.exists() { state.clone() } else { inside(directory, "sandbox.yaml") };
    tracing::trace!(seed = %seed.display(), "the simulated portal");
    let seed = read_seed(&seed)?;
    let secret = |token: &str| SecretString::from(token.to_owned());
    let portal = secret(seed.first_token().unwrap_or("sandbox"));
    let tokens = SandboxTokens { portal, scim: seed.scim_token().map(secret) };
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let running = Sandbox::start(listen, seed, Options { state: Some(state), log: None }).await?;
    Ok((running, tokens))
}

pub(super) fn read_seed(path: &Path) -> Result<Seed, Error> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a seed is data of the simulated portal, not a file of people"
    )]
    let bytes = std::fs::read(path).map_err(|source| Error::Seed { path: path.to_owned(), source })?;
    let shown_as = path.display().to_string();
    let data = match crate::config::data(&bytes, &shown_as) {
        Ok(data) => data,
        Err(findings) => {
            // JSON may hold characters that YAML forbids, and a portal's names may hold anything.
            if let Some(seed) =
                serde_json::from_slice(&bytes).ok().and_then(|value| Seed::from_json(value).ok())
            {
                return Ok(seed);
            }
            output::findings(&findings);
            return Err(Error::Findings(findings));
        }
    };
    Seed::from_json(data.value.clone()).map_err(|error| {
        let findings = crate::config::Findings(vec![data.finding(&error.path, "seed", error.message)]);
        output::findings(&findings);
        Error::Findings(findings)
    })
}
