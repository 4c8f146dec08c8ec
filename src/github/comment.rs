//! One comment on a pull request: found again by its marker, updated, never repeated.
//!
//! Only a comment that our own token wrote is taken for ours; a marker that somebody else pasted is left alone. Two
//! runs that start at the same moment may post two: the next one keeps the older and deletes the other.

use serde_json::json;

use super::call::Call;
use super::client::Client;
use super::error::{Error, Purpose};
use super::identity::Identity;
use super::marker::Marker;
use super::text::fitting;
use super::wire::{Comment, PullRequest};

/// How often something that may have been posted is looked for and posted again.
const ROUNDS: u32 = 3;

/// What became of a comment or an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    pub done: Done,
    /// Where people see it; text from outside.
    pub address: String,
    /// Our own repetitions, taken away.
    pub duplicates: usize,
    /// The same marker under somebody else's name, left alone.
    pub foreign: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    Created,
    Updated,
    /// It said so already.
    Unchanged,
    Closed,
}

impl Client {
    /// The newest commit of a pull request.
    pub async fn head(&self, number: u64) -> Result<String, Error> {
        let path = self.repository.path(&format!("/pulls/{number}"));
        let pull_request: PullRequest = self.fetch(&Call::get(self.pull_request(number), path)).await?;
        Ok(pull_request.head.sha)
    }

    /// `body` is Markdown, without the marker.
    pub async fn comment(&self, number: u64, marker: &Marker, body: &str) -> Result<Posted, Error> {
        self.comment_for(&self.pull_request(number), number, (marker, body)).await
    }

    fn pull_request(&self, number: u64) -> Purpose {
        Purpose::PullRequest { repository: self.repository.clone(), number }
    }

    pub(super) async fn comment_for(
        &self,
        purpose: &Purpose,
        number: u64,
        (marker, body): (&Marker, &str),
    ) -> Result<Posted, Error> {
        let body = marker.on(body);
        fitting(&body).map_err(Error::Oversized)?;
        let mut sent = None;
        for round in 1.. {
            let marked = self.marked(purpose, number, marker).await?;
            let (own, foreign) = self.split(purpose, marked).await?;
            let mut own = own.into_iter();
            let Some(oldest) = own.next() else {
                match self.create(purpose, number, &body).await {
                    Ok(comment) => return self.created(purpose, (comment, foreign)).await,
                    Err(error) if !error.leaves_outcome_open() => return Err(error),
                    Err(error) if round == ROUNDS => {
                        let call = format!("POST {}", self.comments(number));
                        return Err(Error::Unsettled { call, cause: Box::new(error) });
                    }
                    Err(error) => sent = Some(error),
                }
                tokio::time::sleep(self.patience.settling * round).await;
                continue;
            };
            let done = match self.bring_up(purpose, &oldest, &body).await? {
                // Somebody deleted it in this moment.
                None => continue,
                // What we have just sent, and was not told of.
                Some(Done::Unchanged) if sent.is_some() => Done::Created,
                Some(done) => done,
            };
            let duplicates = self.delete_each(purpose, own).await?;
            return Ok(Posted { done, address: oldest.html_url, duplicates, foreign: addresses(foreign) });
        }
        unreachable!("the last round returns")
    }

    /// Oldest first.
    async fn marked(&self, purpose: &Purpose, number: u64, marker: &Marker) -> Result<Vec<Comment>, Error> {
        let mut comments: Vec<Comment> = self.list(Call::get(purpose.clone(), self.comments(number))).await?;
        comments.retain(|comment| marker.is_on(comment.body.as_deref()));
        comments.sort_by_key(|comment| comment.id);
        Ok(comments)
    }

    /// Ours and others'. Who we are is asked only where there is something to tell apart.
    async fn split(
        &self,
        purpose: &Purpose,
        marked: Vec<Comment>,
    ) -> Result<(Vec<Comment>, Vec<Comment>), Error> {
        if marked.is_empty() {
            return Ok((marked, Vec::new()));
        }
        let identity = self.identity(purpose).await?;
        Ok(marked.into_iter().partition(|comment| identity.wrote(comment.user.as_ref())))
    }

    async fn create(&self, purpose: &Purpose, number: u64, body: &str) -> Result<Comment, Error> {
        self.fetch(&Call::create(purpose.clone(), self.comments(number), json!({ "body": body }))).await
    }

    /// Where GitHub did not tell who we are, the new comment does, and the older ones of the same author go.
    async fn created(
        &self,
        purpose: &Purpose,
        (comment, others): (Comment, Vec<Comment>),
    ) -> Result<Posted, Error> {
        let identity = comment.user.as_ref().map_or(Identity::Unknown, Identity::of);
        let (own, foreign): (Vec<Comment>, Vec<Comment>) =
            others.into_iter().partition(|other| identity.wrote(other.user.as_ref()));
        let duplicates = self.delete_each(purpose, own.into_iter()).await?;
        Ok(Posted { done: Done::Created, address: comment.html_url, duplicates, foreign: addresses(foreign) })
    }

    /// `None`: it is not there any more.
    async fn bring_up(
        &self,
        purpose: &Purpose,
        comment: &Comment,
        body: &str,
    ) -> Result<Option<Done>, Error> {
        // GitHub may give line ends back in its own way.
        let same = |text: &str| text.replace("\r\n", "\n").trim_end() == body.trim_end();
        if comment.body.as_deref().is_some_and(same) {
            return Ok(Some(Done::Unchanged));
        }
        let call = Call::update(purpose.clone(), self.one_comment(comment.id), json!({ "body": body }));
        match self.send(&call).await {
            Ok(_) => Ok(Some(Done::Updated)),
            Err(error) if error.status() == Some(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn delete_each(
        &self,
        purpose: &Purpose,
        comments: impl Iterator<Item = Comment>,
    ) -> Result<usize, Error> {
        let mut deleted = 0;
        for comment in comments {
            match self.send(&Call::delete(purpose.clone(), self.one_comment(comment.id))).await {
                Ok(_) => deleted += 1,
                // Another run was faster.
                Err(error) if error.status() == Some(404) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(deleted)
    }

    /// Of a pull request as of an issue: GitHub numbers them together.
    fn comments(&self, number: u64) -> String {
        self.repository.path(&format!("/issues/{number}/comments"))
    }

    fn one_comment(&self, id: u64) -> String {
        self.repository.path(&format!("/issues/comments/{id}"))
    }
}

fn addresses(comments: Vec<Comment>) -> Vec<String> {
    comments.into_iter().map(|comment| comment.html_url).collect()
}
