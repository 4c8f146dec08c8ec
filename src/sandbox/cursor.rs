//! Opaque cursors: a position in a list that a client can hand back and not make up.
//!
//! Deliberately absent: secrecy. The key is in this file; the point is that a client which counts, guesses or takes
//! an id for a cursor is refused, as on a live portal.

use sha2::{Digest, Sha256};

fn digest(list: &str, purpose: &str, position: u64) -> u64 {
    let hash = Sha256::digest(format!("sandbox cursor\0{purpose}\0{list}\0{position}"));
    let first: [u8; 8] = hash[..8].try_into().expect("a SHA-256 digest has more than 8 bytes");
    u64::from_be_bytes(first)
}

/// The cursor for what comes after this position of this list.
pub(super) fn write(list: &str, position: u64) -> String {
    let seal = digest(list, "seal", position);
    let hidden = position ^ digest(list, "hide", seal);
    format!("{seal:016x}{hidden:016x}")
}

/// The position of a cursor that was made for this list.
pub(super) fn read(list: &str, cursor: &str) -> Option<u64> {
    if cursor.len() != 32 || !cursor.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let (seal, hidden) = cursor.split_at(16);
    let seal = u64::from_str_radix(seal, 16).ok()?;
    let position = u64::from_str_radix(hidden, 16).ok()? ^ digest(list, "hide", seal);
    (digest(list, "seal", position) == seal).then_some(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_good_for_its_own_list_only() {
        let cursor = write("users", 1001);
        assert_eq!(read("users", &cursor), Some(1001));
        assert_eq!(read("owners", &cursor), None);
        assert_eq!(read("users", "1001"), None);
        assert_eq!(read("users", &cursor.replace(|c: char| c == cursor.chars().next().unwrap(), "0")), None);
        assert!(!cursor.contains("1001"));
    }
}
