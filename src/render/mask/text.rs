//! Addresses, ids and names inside running text, found and replaced.
//!
//! Anything that looks like an address goes, known or not: what is replaced without need does no harm, and what is
//! missed tells who somebody is. Deliberately absent: a grammar of addresses; portals hold what no grammar allows.

use super::known::Known;
use super::pseudonyms::Pseudonyms;

/// Whether the words of a text would hold this address as one of them, whole.
pub(super) fn is_one_word(address: &str) -> bool {
    !address.contains(splits)
        && separator(address).is_some_and(|(at, width)| {
            at > 0 && domain_length(&address[at + width..]) == address.len() - at - width
        })
}

/// Text that this program put together: addresses, ids and domains, and names in full. A first name alone stays: it is
/// found in what the files say, and `Will` is also a word. So does a short id, unless it stands where only an id can: `77`
/// is also a number of people.
pub(super) fn of_ours(text: &str, known: &Known, pseudonyms: &mut Pseudonyms) -> String {
    let is_id =
        |before: &str, id: &str, after: &str| id.len() >= UNLIKE_A_COUNT || is_a_literal(before, after);
    in_full(text, known, (pseudonyms, is_id))
}

/// Text that somebody wrote: first and last names go as well, and ids however short they are.
pub(super) fn of_others(text: &str, known: &Known, pseudonyms: &mut Pseudonyms) -> String {
    let text = in_full(text, known, (pseudonyms, |_: &str, _: &str, _: &str| true));
    let names: Vec<&str> =
        known.names.iter().map(String::as_str).filter(|name| name.chars().count() > 1).collect();
    replaced(&text, &names, |name| pseudonyms.of_person(super::pseudonyms::Kind::Name, "", name))
}

/// `is_id` judges the id of a user by what stands before and after it.
fn in_full(
    text: &str,
    known: &Known,
    (pseudonyms, is_id): (&mut Pseudonyms, impl Fn(&str, &str, &str) -> bool),
) -> String {
    let text = odd_addresses(text, known, pseudonyms);
    let text = words(&text, known, pseudonyms);
    let text = by_token(&text, |before, token, after| {
        (known.user_ids.contains(token) && is_id(before, token, after)).then(|| pseudonyms.user_id(token))
    });
    full_names(&text, known, pseudonyms)
}

/// Digits of an id that nobody takes for a number of people; HubSpot's have more.
const UNLIKE_A_COUNT: usize = 5;

/// A value in a sentence of ours, or a part of an address of the web.
fn is_a_literal(before: &str, after: &str) -> bool {
    (before.ends_with('`') && after.starts_with('`')) || before.ends_with(['/', '='])
}

/// For text of which nothing is known, and without a key.
pub(super) fn without_addresses(text: &str, instead: &str) -> String {
    by_word(text, |word| addresses(word, &|_| false, &mut |_| instead.to_owned()))
}

/// Numbers of six digits and more, and what stands between double quotes.
pub(super) fn without_values(text: &str, instead: &str) -> String {
    let quoted = text.split('"').count() % 2 == 1;
    let parts = text.split('"').enumerate().map(|(index, part)| match quoted && index % 2 == 1 {
        true => instead.to_owned(),
        false => by_token(part, |_, token, _| {
            (token.len() >= 6 && token.bytes().all(|byte| byte.is_ascii_digit())).then(|| instead.to_owned())
        }),
    });
    parts.collect::<Vec<_>>().join("\"")
}

/// Twelve hexadecimal digits and more at the end of a name, as a journal's has of its plan: who guesses the plan could see
/// that the guess is right.
pub(super) fn without_digests(text: &str, instead: &str) -> String {
    by_token(text, |_, token, after| {
        let digits = token.bytes().rev().take_while(u8::is_ascii_hexdigit).count();
        let is_digest = digits >= 12 && !after.starts_with('-');
        is_digest.then(|| format!("{}{instead}", &token[..token.len() - digits]))
    })
}

fn odd_addresses(text: &str, known: &Known, pseudonyms: &mut Pseudonyms) -> String {
    let odd: Vec<&str> = known.odd_addresses.iter().map(String::as_str).collect();
    replaced_anywhere(text, &odd, |address| pseudonyms.person(address))
}

fn words(text: &str, known: &Known, pseudonyms: &mut Pseudonyms) -> String {
    by_word(text, |word| {
        if separator(word).is_some() {
            let is_known = |address: &str| known.addresses.contains(&address.to_lowercase());
            return addresses(word, &is_known, &mut |address| pseudonyms.person(address));
        }
        let domain = word.trim_matches(|character: char| !character.is_alphanumeric());
        if domain.is_empty() || !known.domains.contains(&domain.to_lowercase()) {
            return None;
        }
        let (before, after) = word.split_once(domain)?;
        Some(format!("{before}{}{after}", pseudonyms.domain(domain)))
    })
}

/// A word with an address in it.
struct Found<'text> {
    before: &'text str,
    address: &'text str,
    after: &'text str,
}

/// A word without the addresses in it, from the last one on: before a known one there may be another.
fn addresses(
    word: &str,
    is_known: &impl Fn(&str) -> bool,
    instead: &mut impl FnMut(&str) -> String,
) -> Option<String> {
    let Found { before, address, after } = address_in(word, is_known)?;
    let pseudonym = instead(address);
    let before = addresses(before, is_known, instead).unwrap_or_else(|| before.to_owned());
    Some(format!("{before}{pseudonym}{after}"))
}

/// The longest known address that ends where the domain does; of an unknown one everything but the punctuation around
/// it. `None` for what has nothing on one of its sides, as `@name`.
fn address_in(word: &str, is_known: impl Fn(&str) -> bool) -> Option<Found<'_>> {
    let (at, width) = separator(word)?;
    let end = at + width + domain_length(&word[at + width..]);
    let whole = &word[..end];
    let ends_of_characters = whole.char_indices().map(|(start, _)| start).filter(|start| *start < at);
    let known = ends_of_characters.clone().find(|start| is_known(&whole[*start..]));
    let start = known.or_else(|| {
        let mut starts = ends_of_characters;
        starts.find(|start| whole[*start..].starts_with(|character: char| character.is_alphanumeric()))
    });
    // Nothing but punctuation before the sign: `+@example.com` is an address all the same.
    let start = start.or((at > 0).then_some(0))?;
    (end > at + width).then(|| Found {
        before: &word[..start],
        address: &word[start..end],
        after: &word[end..],
    })
}

/// Where the last `@` is, and how many bytes it has: in addresses of the web it is written `%40`.
fn separator(word: &str) -> Option<(usize, usize)> {
    let plain = word.rfind('@').map(|at| (at, 1));
    plain.or_else(|| word.rfind("%40").map(|at| (at, 3)))
}

/// Up to what cannot be of a domain, without the punctuation at its end.
fn domain_length(text: &str) -> usize {
    let is_of_it = |character: char| character.is_alphanumeric() || "-._".contains(character);
    let domain = text.split(|character| !is_of_it(character)).next().unwrap_or_default();
    domain.trim_end_matches(['-', '.', '_']).len()
}

/// What ends a word: everything that stands around addresses and is in none.
fn splits(character: char) -> bool {
    character.is_whitespace() || character.is_control() || "\"`<>()[]{},;:|“”‘’«»→·".contains(character)
}

/// The text with those words changed for which `change` gives something.
fn by_word(text: &str, mut change: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(splits) {
        let word = piece.trim_end_matches(splits);
        match change(word) {
            Some(changed) => out.push_str(&changed),
            None => out.push_str(word),
        }
        out.push_str(&piece[word.len()..]);
    }
    out
}

/// The text with those runs of letters and digits changed for which `change`, given what is before and after too, gives
/// something.
fn by_token(text: &str, mut change: impl FnMut(&str, &str, &str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for piece in text.split_inclusive(|character| !is_of_token(character)) {
        let token = piece.trim_end_matches(|character| !is_of_token(character));
        let (before, after) = (&text[..at], &text[at + token.len()..]);
        match change(before, token, after) {
            Some(changed) => out.push_str(&changed),
            None => out.push_str(token),
        }
        out.push_str(&piece[token.len()..]);
        at += piece.len();
    }
    out
}

fn is_of_token(character: char) -> bool {
    character.is_alphanumeric() || character == '-' || character == '_'
}

fn full_names(text: &str, known: &Known, pseudonyms: &mut Pseudonyms) -> String {
    let names: Vec<&str> = known.full_names.keys().map(String::as_str).collect();
    replaced(text, &names, |name| pseudonyms.person(&known.full_names[name]))
}

/// As whole words.
fn replaced(text: &str, names: &[&str], instead: impl FnMut(&str) -> String) -> String {
    // A hyphen, a dot or an underscore joins two names and hides neither.
    let may_begin = |before: &str| !before.ends_with(char::is_alphanumeric);
    search(text, names, instead, (may_begin, |after: &str| !after.starts_with(char::is_alphanumeric)))
}

pub(super) fn replaced_anywhere(text: &str, names: &[&str], instead: impl FnMut(&str) -> String) -> String {
    search(text, names, instead, (|_: &str| true, |_: &str| true))
}

/// The longest of the names at each place of the text, in one pass however many there are. `names` are sorted.
fn search(
    text: &str,
    names: &[&str],
    mut instead: impl FnMut(&str) -> String,
    (may_begin_after, may_end_before): (impl Fn(&str) -> bool, impl Fn(&str) -> bool),
) -> String {
    if names.is_empty() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let before = &text[..text.len() - rest.len()];
        let found = if may_begin_after(before) {
            beginnings(rest, names).find(|name| may_end_before(&rest[name.len()..]))
        } else {
            None
        };
        match found {
            Some(name) => {
                out.push_str(&instead(name));
                rest = &rest[name.len()..];
            }
            None => {
                out.push(character);
                rest = &rest[character.len_utf8()..];
            }
        }
    }
    out
}

/// The names that `text` begins with, the longest first. Between one of them and `text` there are, in the order of
/// sorting, only texts that begin with it as well; so each step back is to what the last one has in common with `text`.
fn beginnings<'names>(text: &str, names: &[&'names str]) -> impl Iterator<Item = &'names str> {
    let mut limit = text;
    std::iter::from_fn(move || {
        while !limit.is_empty() {
            let place = names.partition_point(|name| *name <= limit);
            let candidate = *names.get(place.checked_sub(1)?)?;
            let common: usize = candidate
                .chars()
                .zip(limit.chars())
                .take_while(|(left, right)| left == right)
                .map(|(character, _)| character.len_utf8())
                .sum();
            let is_beginning = common == candidate.len();
            let shorter =
                if is_beginning { candidate.char_indices().last().map_or(0, |(at, _)| at) } else { common };
            limit = &limit[..shorter];
            if is_beginning && !candidate.is_empty() {
                return Some(candidate);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::super::key::MaskKey;
    use super::*;

    fn key() -> MaskKey {
        MaskKey::new(SecretString::from("0123456789abcdef".repeat(4))).expect("long enough")
    }

    fn known() -> Known {
        let mut known = Known::default();
        for address in ["ana@example.com", "O'Neil+crm@example.com", "a (b) c", "bo@partner.example"] {
            known.add_address(address);
        }
        known.add_names("ana@example.com", Some("Ana"), Some("Silva"));
        known.user_ids.extend(["70010005".to_owned(), "77".to_owned()]);
        known
    }

    /// With what stands behind each pseudonym in its place.
    fn told(text: &str, of: fn(&str, &Known, &mut Pseudonyms) -> String) -> String {
        let key = key();
        let mut pseudonyms = Pseudonyms::new(&key, 1);
        let mut masked = of(text, &known(), &mut pseudonyms);
        for (pseudonym, (kind, parts)) in pseudonyms.given() {
            masked = masked.replace(pseudonym, &format!("‹{kind:?} {}›", parts.last().expect("a part")));
        }
        masked
    }

    #[test]
    fn addresses_are_found_where_people_write_them() {
        for (text, masked) in [
            ("click `ana@example.com`.", "click `‹Person ana@example.com›`."),
            ("ANA@example.com, please", "‹Person ana@example.com›, please"),
            ("'ana@example.com'", "'‹Person ana@example.com›'"),
            ("mailto:ana@example.com?subject=x", "mailto:‹Person ana@example.com›?subject=x"),
            ("/users/o'neil+crm@example.com/x", "/users/‹Person o'neil+crm@example.com›/x"),
            ("?email=who%40example.com&x", "?‹Person email=who%40example.com›&x"),
            ("*@hubspot.com", "‹Person *@hubspot.com›"),
            ("to a (b) c or so", "to ‹Person a (b) c› or so"),
            ("ana@example.comana@example.com", "‹Person ana@example.com›‹Person ana@example.com›"),
            ("@everyone at 5 @ noon, ana@", "@everyone at 5 @ noon, ana@"),
        ] {
            assert_eq!(told(text, of_ours), masked);
        }
    }

    #[test]
    fn ids_domains_and_names_are_whole_words() {
        for (text, masked) in [
            ("`id` is `70010005`, 77 people", "`id` is `‹UserId 70010005›`, 77 people"),
            ("`id` is `77`, `77 people`", "`id` is `‹UserId 77›`, `77 people`"),
            ("/users/77/teams?id=77&x=770", "/users/‹UserId 77›/teams?id=‹UserId 77›&x=770"),
            ("x70010005 and 70010005-1", "x70010005 and 70010005-1"),
            ("`partner.example` is foreign", "`‹Domain partner.example›` is foreign"),
            ("https://app.partner.example/x", "https://app.partner.example/x"),
            ("Ana Silva, not Ana Silvas", "‹Person ana@example.com›, not Ana Silvas"),
        ] {
            assert_eq!(told(text, of_ours), masked);
        }
        assert_eq!(told("ask Ana, or Anand", of_ours), "ask Ana, or Anand");
        assert_eq!(told("ask Ana, or Anand", of_others), "ask ‹Name Ana›, or Anand");
        assert_eq!(told("user 77, not 770 or x77", of_others), "user ‹UserId 77›, not 770 or x77");
    }

    #[test]
    fn the_longest_name_is_taken() {
        let names = ["Ana", "Ana B", "Ana Bo", "Anb", "B"];
        let found = |text: &str| beginnings(text, &names).collect::<Vec<_>>();
        assert_eq!(found("Ana Bo C"), ["Ana Bo", "Ana B", "Ana"]);
        assert_eq!(found("Ana Z"), ["Ana"]);
        assert_eq!(found("Anc"), Vec::<&str>::new());
        assert_eq!(found(""), Vec::<&str>::new());
    }

    #[test]
    fn values_that_others_quote_are_left_out() {
        let text = "invalid type: string \"Ana\", expected u64; user 70010005 of page 12 (status 404)";
        let told = "invalid type: string \"[masked]\", expected u64; user [masked] of page 12 (status 404)";
        assert_eq!(without_values(text, "[masked]"), told);
        assert_eq!(without_values("5\" of snow", "[masked]"), "5\" of snow");
    }

    #[test]
    fn without_a_key_there_is_one_word_for_all() {
        assert_eq!(
            without_addresses(
                "no such person: `ana@example.com`; did you mean `an@example.com`?",
                "[masked]"
            ),
            "no such person: `[masked]`; did you mean `[masked]`?"
        );
    }
}
