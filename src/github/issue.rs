//! One issue about a portal's drift: opened when there is some, kept up to date, closed with a word when there is none.

use serde_json::{Value, json};

use super::call::Call;
use super::client::Client;
use super::comment::{Done, Posted};
use super::error::{Error, Purpose};
use super::identity::Identity;
use super::marker::Marker;
use super::text::fitting;
use super::wire::Issue;

const ROUNDS: u32 = 3;

/// What a run found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drift<'a> {
    Some {
        title: &'a str,
        /// Markdown, without the marker.
        report: &'a str,
    },
    /// `word` is said where an issue is closed.
    None { word: &'a str },
}

impl Client {
    /// `None`: there is no drift, and no issue of ours that says so.
    pub async fn drift(&self, marker: &Marker, drift: Drift<'_>) -> Result<Option<Posted>, Error> {
        match drift {
            Drift::Some { title, report } => self.keep_open(marker, (title, report)).await.map(Some),
            Drift::None { word } => self.close_all(marker, word).await,
        }
    }

    async fn keep_open(&self, marker: &Marker, (title, report): (&str, &str)) -> Result<Posted, Error> {
        let body = marker.on(report);
        fitting(&body).map_err(Error::Oversized)?;
        let content = json!({ "title": title, "body": body });
        let mut sent = None;
        for round in 1.. {
            let (own, foreign) = self.open_issues(marker).await?;
            let mut own = own.into_iter();
            let Some(oldest) = own.next() else {
                match self.fetch::<Issue>(&Call::create(self.issue(), self.issues(), content.clone())).await {
                    Ok(issue) => return self.opened(issue, foreign).await,
                    Err(error) if !error.leaves_outcome_open() => return Err(error),
                    Err(error) if round == ROUNDS => {
                        let call = format!("POST {}", self.issues());
                        return Err(Error::Unsettled { call, cause: Box::new(error) });
                    }
                    Err(error) => sent = Some(error),
                }
                tokio::time::sleep(self.patience.settling * round).await;
                continue;
            };
            let same = |text: &String| text.replace("\r\n", "\n").trim_end() == body.trim_end();
            let is_current = oldest.title == title && oldest.body.as_ref().is_some_and(same);
            let done = match (is_current, &sent) {
                (true, Some(_)) => Done::Created,
                (true, None) => Done::Unchanged,
                (false, _) => {
                    self.change(oldest.number, content).await?;
                    Done::Updated
                }
            };
            let duplicates = self.close_duplicates(own, oldest.number).await?;
            let foreign = addresses(foreign);
            return Ok(Posted { done, address: oldest.html_url, duplicates, foreign });
        }
        unreachable!("the last round returns")
    }

    /// Where GitHub did not tell who we are, the new issue does, and the older ones of the same author are closed.
    async fn opened(&self, issue: Issue, others: Vec<Issue>) -> Result<Posted, Error> {
        let identity = issue.user.as_ref().map_or(Identity::Unknown, Identity::of);
        let (own, foreign): (Vec<Issue>, Vec<Issue>) =
            others.into_iter().partition(|other| identity.wrote(other.user.as_ref()));
        let duplicates = self.close_duplicates(own.into_iter(), issue.number).await?;
        Ok(Posted { done: Done::Created, address: issue.html_url, duplicates, foreign: addresses(foreign) })
    }

    async fn close_all(&self, marker: &Marker, word: &str) -> Result<Option<Posted>, Error> {
        let (own, foreign) = self.open_issues(marker).await?;
        let foreign = addresses(foreign);
        let mut closed: Vec<Issue> = Vec::new();
        for issue in own {
            // The word first: were it the other way round, a run that is cut off would leave it unsaid for good.
            self.comment_for(&self.issue(), issue.number, (&marker.clean(), word)).await?;
            self.change(issue.number, json!({ "state": "closed", "state_reason": "completed" })).await?;
            closed.push(issue);
        }
        let duplicates = closed.len().saturating_sub(1);
        let first = closed.into_iter().next();
        Ok(first.map(|issue| Posted { done: Done::Closed, address: issue.html_url, duplicates, foreign }))
    }

    /// Ours and others', oldest first. Whoever closes ours by hand gets a new one where there is still drift.
    async fn open_issues(&self, marker: &Marker) -> Result<(Vec<Issue>, Vec<Issue>), Error> {
        let call = Call::get(self.issue(), self.issues()).with("state", "open");
        let mut issues: Vec<Issue> = self.list(call).await?;
        issues.retain(|issue| issue.pull_request.is_none() && marker.is_on(issue.body.as_deref()));
        issues.sort_by_key(|issue| issue.number);
        if issues.is_empty() {
            return Ok((issues, Vec::new()));
        }
        let identity = self.identity(&self.issue()).await?;
        Ok(issues.into_iter().partition(|issue| identity.wrote(issue.user.as_ref())))
    }

    /// An issue cannot be deleted.
    async fn close_duplicates(&self, issues: impl Iterator<Item = Issue>, kept: u64) -> Result<usize, Error> {
        let mut closed = 0;
        for issue in issues {
            let body = format!("The same as #{kept}.");
            let change = json!({ "state": "closed", "state_reason": "not_planned", "body": body });
            self.change(issue.number, change).await?;
            closed += 1;
        }
        Ok(closed)
    }

    async fn change(&self, number: u64, change: Value) -> Result<(), Error> {
        let path = self.repository.path(&format!("/issues/{number}"));
        self.send(&Call::update(self.issue(), path, change)).await.map(|_| ())
    }

    fn issue(&self) -> Purpose {
        Purpose::Issue { repository: self.repository.clone() }
    }

    fn issues(&self) -> String {
        self.repository.path("/issues")
    }
}

fn addresses(issues: Vec<Issue>) -> Vec<String> {
    issues.into_iter().map(|issue| issue.html_url).collect()
}
