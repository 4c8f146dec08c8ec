//! A list read whole: cursors followed to the end, or an error; never a part of it taken for all.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use super::Error;
use super::call::{Call, Path};
use super::transport::Transport;
use super::wire::Page;

/// Half a million people, which is far beyond any account.
const MOST_PAGES: usize = 5_000;
/// What half a million people take, and within what memory holds.
const MOST_BYTES: usize = 1_000_000_000;

impl Transport {
    /// `first` is the call without `after`.
    pub(super) async fn list<T: DeserializeOwned>(&self, first: Call) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        // An empty cursor would ask for the first page again.
        let mut seen = BTreeSet::from([String::new()]);
        let mut next = first.clone();
        let (mut pages, mut bytes) = (0, 0);
        while pages < MOST_PAGES && bytes < MOST_BYTES {
            let reply = self.send(&next).await?;
            let page: Page<T> = self.decode(&next, &reply)?;
            let (entries, cursor) = page.split();
            all.extend(entries);
            let Some(cursor) = cursor else { return Ok(all) };
            pages += 1;
            bytes += reply.body.len();
            next = first.clone().with("after", cursor.as_str());
            if !seen.insert(cursor) {
                return Err(Error::RepeatedCursor { call: first.shown() });
            }
        }
        Err(Error::EndlessList { call: first.shown(), pages, bytes })
    }

    /// A list that HubSpot gives in one answer. Should it page one day, the further pages are followed too.
    pub(super) async fn short_list<T: DeserializeOwned>(&self, path: Path) -> Result<Vec<T>, Error> {
        self.list(Call::get(path)).await
    }
}
