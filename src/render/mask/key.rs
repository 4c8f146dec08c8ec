//! The key behind pseudonyms, and what is made with it: HMAC-SHA-256 (RFC 2104).
//!
//! Deliberately absent: where a key comes from; `cli` reads it. A key is never shown, not even in part.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

/// Whoever has it can look up pseudonyms by trying addresses; nobody else can.
#[derive(Clone)]
pub struct MaskKey(SecretString);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("has {} characters, and at least {} are needed", self.characters, MaskKey::SHORTEST)]
pub struct ShortMaskKey {
    pub characters: usize,
}

impl MaskKey {
    /// In characters: 128 bits where each is a hexadecimal digit.
    pub const SHORTEST: usize = 32;

    pub fn new(secret: SecretString) -> Result<MaskKey, ShortMaskKey> {
        let characters = secret.expose_secret().chars().count();
        if characters < MaskKey::SHORTEST { Err(ShortMaskKey { characters }) } else { Ok(MaskKey(secret)) }
    }

    /// Over the parts, each with its length before it, so that no two lists of parts are one message.
    pub(super) fn sign(&self, parts: &[&str]) -> [u8; 32] {
        let mut message = Vec::new();
        for part in parts {
            message.extend((part.len() as u64).to_be_bytes());
            message.extend(part.as_bytes());
        }
        hmac(self.0.expose_secret().as_bytes(), &message)
    }
}

impl fmt::Debug for MaskKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MaskKey")
    }
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    const BLOCK: usize = 64;
    let mut block = [0_u8; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn it_is_the_hmac_of_rfc_4231() {
        assert_eq!(
            hex(&hmac(&[0x0b; 20], b"Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
        assert_eq!(
            hex(&hmac(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(&hmac(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn a_short_key_is_none_and_no_key_is_ever_shown() {
        let key = |text: &str| MaskKey::new(SecretString::from(text.to_owned()));
        assert_eq!(key(&"k".repeat(31)).expect_err("short"), ShortMaskKey { characters: 31 });
        let long = key(&"k".repeat(32)).expect("long enough");
        assert_eq!(format!("{long:?}"), "MaskKey");
    }

    #[test]
    fn parts_do_not_run_together() {
        let key = MaskKey::new(SecretString::from("k".repeat(40))).expect("long enough");
        assert_ne!(key.sign(&["ab", "c"]), key.sign(&["a", "bc"]));
    }
}
