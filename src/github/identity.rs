//! Whose token this is, so that only our own comments are touched.
//!
//! `GET /user` fails for the token of a workflow or an app, which acts for nobody; GraphQL's `viewer` knows them all
//! by the name and number that stand on their comments.

use super::call::Call;
use super::client::Client;
use super::error::{Error, Purpose};
use super::wire::{Asked, Author};

/// Who we are, as far as GitHub tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Identity {
    Known {
        login: String,
        id: Option<u64>,
    },
    /// Then nothing that is there is ours: what we post ourselves will tell.
    Unknown,
}

impl Identity {
    pub(super) fn of(author: &Author) -> Identity {
        Identity::Known { login: author.login.clone(), id: Some(author.id) }
    }

    /// Numbers are compared where both sides have one; a login can be given up and taken by somebody else.
    pub(super) fn wrote(&self, author: Option<&Author>) -> bool {
        match (self, author) {
            (Identity::Known { id: Some(id), .. }, Some(author)) => *id == author.id,
            (Identity::Known { login, id: None }, Some(author)) => login.eq_ignore_ascii_case(&author.login),
            (Identity::Unknown, _) | (_, None) => false,
        }
    }
}

impl Client {
    pub(super) async fn identity(&self, purpose: &Purpose) -> Result<Identity, Error> {
        let asked: Result<Asked, Error> =
            self.fetch(&Call::ask(purpose.clone(), "query { viewer { login databaseId } }")).await;
        match asked {
            Ok(Asked { data: Some(data) }) => {
                let viewer = data.viewer;
                return Ok(Identity::Known { login: viewer.login, id: viewer.database_id });
            }
            Err(error) if error.status() == Some(401) || is_out_of_reach(&error) => return Err(error),
            // Not every GitHub Enterprise lets GraphQL be used.
            Ok(Asked { data: None }) | Err(_) => {}
        }
        match self.fetch::<Author>(&Call::get(purpose.clone(), "/user".to_owned())).await {
            Ok(user) => Ok(Identity::of(&user)),
            Err(error) if error.status() == Some(401) || is_out_of_reach(&error) => Err(error),
            Err(_) => Ok(Identity::Unknown),
        }
    }
}

/// Then nothing else will work either, and nothing may be concluded.
fn is_out_of_reach(error: &Error) -> bool {
    matches!(error, Error::Transport { .. } | Error::Limited { .. })
        || error.status().is_some_and(|status| status >= 500)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_goes_before_a_name() {
        let author = Author { id: 7, login: "github-actions[bot]".to_owned() };
        let known = |login: &str, id| Identity::Known { login: login.to_owned(), id };
        assert!(known("renamed", Some(7)).wrote(Some(&author)));
        assert!(!known("github-actions[bot]", Some(8)).wrote(Some(&author)));
        assert!(known("GitHub-Actions[bot]", None).wrote(Some(&author)));
        assert!(!known("github-actions", None).wrote(Some(&author)));
        assert!(!known("github-actions[bot]", Some(7)).wrote(None));
        assert!(!Identity::Unknown.wrote(Some(&author)));
    }
}
