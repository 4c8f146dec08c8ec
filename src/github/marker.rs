//! The hidden line by which hubroster finds its own comment again.
//!
//! It proves nothing: anybody can paste it. Whose the comment is decides (`identity`).

use std::fmt;
use std::str::FromStr;

/// Raised when a later version can no longer take over what an earlier one posted.
const VERSION: &str = "v1";

/// What tells a comment from the others of hubroster in the same place; one for each portal of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    name: String,
}

impl Marker {
    pub fn of_portal(id: u64) -> Marker {
        Marker { name: format!("portal-{id}") }
    }

    /// Of the report about a portal's drift.
    pub fn of_drift(id: u64) -> Marker {
        Marker { name: format!("drift-{id}") }
    }

    /// The same thing's last word, as a comment of its own.
    pub(super) fn clean(&self) -> Marker {
        Marker { name: format!("{}.clean", self.name) }
    }

    /// The first line of the body, which Markdown does not show.
    pub(super) fn line(&self) -> String {
        format!("<!-- hubroster {VERSION} {} -->", self.name)
    }

    /// `body` with the marker.
    pub(super) fn on(&self, body: &str) -> String {
        format!("{}\n{body}", self.line())
    }

    /// Only at the very beginning: what a text quotes further down is not the text's own.
    pub(super) fn is_on(&self, body: Option<&str>) -> bool {
        body.and_then(|body| body.lines().next()).is_some_and(|line| line.trim_end() == self.line())
    }
}

impl FromStr for Marker {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Marker, &'static str> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        // Two hyphens end a comment in HTML.
        match !name.is_empty() && name.len() <= 60 && name.bytes().all(is_plain) && !name.contains("--") {
            true => Ok(Marker { name: name.to_owned() }),
            false => Err("write up to 60 letters, digits, `_` and single `-`"),
        }
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_marks_it_finds() {
        let marker = Marker::of_portal(4611686);
        let body = marker.on("## a plan");
        assert_eq!(body, "<!-- hubroster v1 portal-4611686 -->\n## a plan");
        assert!(marker.is_on(Some(&body)));
        assert!(marker.is_on(Some(&body.replace('\n', "\r\n"))));
        assert!(!Marker::of_portal(461168).is_on(Some(&body)));
        assert!(!Marker::of_drift(4611686).is_on(Some(&body)));
    }

    #[test]
    fn a_marker_that_is_quoted_is_not_a_mark() {
        let marker = Marker::of_portal(1);
        assert!(!marker.is_on(Some(&format!("> look:\n{}", marker.line()))));
        assert!(!marker.is_on(Some(&format!("{} and more", marker.line()))));
        assert!(!marker.is_on(None));
    }

    #[test]
    fn a_name_cannot_end_the_html_comment() {
        for name in ["", "a--b", "a-->b", "a b", "ä", &"a".repeat(61)] {
            assert!(name.parse::<Marker>().is_err(), "{name}");
        }
        assert!("apply-4611686".parse::<Marker>().is_ok());
    }
}
