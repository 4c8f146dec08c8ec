//! Bodies of GitHub's answers: the few fields that are read, as GitHub's documents name them.

use serde::Deserialize;

/// Somebody who writes: a person, or an app's `NAME[bot]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Author {
    pub(super) id: u64,
    pub(super) login: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Comment {
    pub(super) id: u64,
    /// `null` where the account is gone.
    pub(super) user: Option<Author>,
    #[serde(default)]
    pub(super) body: Option<String>,
    pub(super) html_url: String,
}

/// GitHub lists pull requests among the issues; those have `pull_request`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Issue {
    pub(super) number: u64,
    pub(super) user: Option<Author>,
    pub(super) title: String,
    #[serde(default)]
    pub(super) body: Option<String>,
    pub(super) html_url: String,
    #[serde(default)]
    pub(super) pull_request: Option<serde_json::Value>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct PullRequest {
    pub(super) head: Head,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Head {
    pub(super) sha: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct CheckRun {
    pub(super) html_url: Option<String>,
}

/// What `POST /graphql` answers to the question who asks.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Asked {
    pub(super) data: Option<Viewer>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Viewer {
    pub(super) viewer: ViewerAuthor,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ViewerAuthor {
    pub(super) login: String,
    pub(super) database_id: Option<u64>,
}

/// `{"message": …, "errors": [{"message" or "code", "field"}]}`
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct ErrorBody {
    #[serde(default)]
    pub(super) message: Option<String>,
    #[serde(default)]
    pub(super) errors: Option<serde_json::Value>,
}
