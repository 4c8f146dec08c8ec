//! E-mail addresses as identities: trimmed, compared without regard to case, shown as written.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

/// An address. Two that differ only in case are the same person.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Email {
    written: Box<str>,
    /// `None` when `written` is already in lower case, which is nearly always.
    key: Option<Box<str>>,
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an e-mail address")]
pub struct InvalidEmail(String);

impl Email {
    /// Checks the grammar: one `@`, a domain with a dot, no display name, no literal address.
    pub fn parse(text: &str) -> Result<Email, InvalidEmail> {
        let options = email_address::Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        match email_address::EmailAddress::parse_with_options(text.trim(), options) {
            Ok(_) => Ok(Email::from_portal(text)),
            Err(_) => Err(InvalidEmail(text.to_owned())),
        }
    }

    /// Takes what the portal says as it is: an address that HubSpot holds is never refused.
    pub fn from_portal(text: &str) -> Email {
        let written = text.trim();
        let key = written.to_lowercase();
        let key = (key != written).then(|| key.into_boxed_str());
        Email { written: written.into(), key }
    }

    /// As written in the file or held by the portal.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// What identities are compared by.
    pub fn key(&self) -> &str {
        self.key.as_deref().unwrap_or(&self.written)
    }

    /// The part after the last `@`, in lower case; empty for a portal value without one.
    pub fn domain(&self) -> &str {
        self.key().rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}

impl From<String> for Email {
    fn from(text: String) -> Email {
        Email::from_portal(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> String {
        email.written.into()
    }
}

impl PartialEq for Email {
    fn eq(&self, other: &Email) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Email {}

impl PartialOrd for Email {
    fn partial_cmp(&self, other: &Email) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Email {
    fn cmp(&self, other: &Email) -> Ordering {
        self.key().cmp(other.key())
    }
}

impl Hash for Email {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// An address, or a pattern in which `*` stands for any run of characters: `*@hubspot.com`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct EmailPattern(String);

impl EmailPattern {
    pub fn new(text: &str) -> EmailPattern {
        EmailPattern(text.trim().to_lowercase())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn matches(&self, email: &Email) -> bool {
        let mut pieces = self.0.split('*');
        let first = pieces.next().unwrap_or_default();
        let Some(mut rest) = email.key().strip_prefix(first) else { return false };
        let mut pieces: Vec<&str> = pieces.collect();
        let Some(last) = pieces.pop() else { return rest.is_empty() };
        for piece in pieces {
            let Some((_, after)) = rest.split_once(piece) else { return false };
            rest = after;
        }
        rest.ends_with(last)
    }
}

impl From<String> for EmailPattern {
    fn from(text: String) -> EmailPattern {
        EmailPattern::new(&text)
    }
}

impl From<EmailPattern> for String {
    fn from(pattern: EmailPattern) -> String {
        pattern.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_outer_spaces_do_not_make_another_person() {
        assert_eq!(Email::from_portal(" Ana@Example.com "), Email::from_portal("ana@example.com"));
        assert_eq!(Email::from_portal(" Ana@Example.com ").as_str(), "Ana@Example.com");
    }

    #[test]
    fn local_parts_may_hold_unusual_characters() {
        for text in ["o'brien+crm@example.com", "a/b%c#d&e@example.com"] {
            assert!(Email::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_plain_address_is_refused() {
        for text in ["", "ana", "ana@localhost", "Ana <ana@example.com>", "a@[127.0.0.1]", "a@@example.com"] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        let pattern = EmailPattern::new("*@HubSpot.com");
        assert!(pattern.matches(&Email::from_portal("x@hubspot.com")));
        assert!(!pattern.matches(&Email::from_portal("x@hubspot.com.example.com")));
        assert!(EmailPattern::new("svc-*-crm@*").matches(&Email::from_portal("svc-a-b-crm@example.com")));
        assert!(
            !EmailPattern::new("a@example.com").matches(&Email::from_portal("a@example.com.example.com"))
        );
        assert!(!EmailPattern::new("ab*ba@x.com").matches(&Email::from_portal("aba@x.com")));
    }
}
