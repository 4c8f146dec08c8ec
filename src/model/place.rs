//! Where in a file a value stands.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// `line` and `column` are 1-based, columns count characters; `file` is as the user would write it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub file: Arc<str>,
    pub line: u32,
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.file, self.line, self.column)
    }
}
