//! One page of a list, and where the next one begins.

use serde::Deserialize;

use super::Reference;

/// Lists without paging have no `paging` and are one page.
#[derive(Debug, Deserialize)]
pub struct Page<T> {
    pub results: Vec<T>,
    #[serde(default)]
    pub paging: Option<Forward>,
}

#[derive(Debug, Deserialize)]
pub struct Forward {
    #[serde(default)]
    pub next: Option<NextPage>,
}

#[derive(Debug, Deserialize)]
pub struct NextPage {
    pub after: Reference,
}

impl<T> Page<T> {
    /// The page's entries and the cursor of the next page.
    pub fn split(self) -> (Vec<T>, Option<String>) {
        let cursor = self.paging.and_then(|paging| paging.next).map(|next| next.after.0);
        (self.results, cursor)
    }
}
