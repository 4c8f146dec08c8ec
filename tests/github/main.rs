//! GitHub's side, as a specification: against a small stand-in for its API, over real HTTP.

#![expect(clippy::unwrap_used, reason = "what fails here is a failed test")]

mod checks;
mod comments;
mod forge;
mod issues;
mod troubles;

use std::time::Duration;

use forge::{Forge, REPOSITORY, TOKEN};
use hubroster::github::{ApiUrl, Client, Connection, Marker, Patience, Repository};
use secrecy::SecretString;

fn client_with(forge: &Forge, token: &str) -> Client {
    let patience = Patience {
        connect: Duration::from_secs(5),
        request: Duration::from_secs(5),
        waiting: Duration::from_secs(3),
        backoff: Duration::from_millis(1),
        settling: Duration::from_millis(1),
    };
    let api = ApiUrl::parse(&forge.url).unwrap();
    let repository = Repository::parse(REPOSITORY).unwrap();
    Client::new(Connection { api, token: SecretString::from(token), repository, patience }).unwrap()
}

fn client(forge: &Forge) -> Client {
    client_with(forge, TOKEN)
}

fn portal() -> Marker {
    Marker::of_portal(4611686)
}

const COMMENTS: &str = "/repos/example/access/issues/12/comments";
const BOT: &str = "github-actions[bot]";
const MARKED: &str = "<!-- hubroster v1 portal-4611686 -->\nan earlier plan";
