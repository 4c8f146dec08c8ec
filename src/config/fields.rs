//! Maps → their keys: each once, with what `<<` merges in, and without those that have no meaning.

use std::collections::BTreeSet;

use super::decode::listed;
use super::reading::{Reading, quote};
use super::tree::{Kind, Node};

/// The keys of one map, each once, with merged ones behind its own.
pub(super) struct Fields<'n, 't> {
    entries: Vec<Entry<'n, 't>>,
}

/// Name, key and value.
type Entry<'n, 't> = (&'n str, &'n Node<'t>, &'n Node<'t>);

/// Up to here looking through all keys is the fastest way to find one.
const FEW: usize = 24;

impl<'n, 't> Fields<'n, 't> {
    pub(super) fn get(&self, key: &str) -> Option<&'n Node<'t>> {
        self.entries.iter().find(|(name, ..)| *name == key).map(|(.., value)| *value)
    }

    /// Takes what is not there yet.
    fn fall_back_on(&mut self, other: Fields<'n, 't>) {
        if self.entries.len() <= FEW {
            let own = self.entries.len();
            let is_new = |entries: &[Entry<'n, 't>], name| entries[..own].iter().all(|entry| entry.0 != name);
            for entry in other.entries {
                if is_new(&self.entries, entry.0) {
                    self.entries.push(entry);
                }
            }
        } else {
            let own: BTreeSet<&str> = self.entries.iter().map(|entry| entry.0).collect();
            self.entries.extend(other.entries.into_iter().filter(|entry| !own.contains(entry.0)));
        }
    }

    /// Name, key and value, in the order of the file.
    pub(super) fn iter(&self) -> impl Iterator<Item = Entry<'n, 't>> + '_ {
        self.entries.iter().copied()
    }
}

/// What a map is and which keys it may have; `None`: any.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// As in "… is not a key of `policy`".
    pub(super) what: &'static str,
    pub(super) keys: &'static [&'static str],
    /// Words that people write for other keys, or at the wrong place; what to write instead.
    pub(super) mistaken: &'static [(&'static str, &'static str)],
}

impl Shape {
    pub(super) const fn new(what: &'static str, keys: &'static [&'static str]) -> Shape {
        Shape { what, keys, mistaken: &[] }
    }
}

impl Reading {
    /// The fields of a map, without the unknown ones.
    pub(super) fn fields<'n, 't>(&mut self, node: &'n Node<'t>, shape: Shape) -> Option<Fields<'n, 't>> {
        let mut fields = self.any_fields(node, shape.what)?;
        fields.entries.retain(|(name, key, _)| {
            let known = shape.keys.contains(name);
            if !known {
                self.unknown_key(name, key, shape);
            }
            known
        });
        Some(fields)
    }

    fn unknown_key(&mut self, name: &str, key: &Node<'_>, shape: Shape) {
        let message = format!("{} is not a key of {}", quote(name), shape.what);
        if let Some((_, instead)) = shape.mistaken.iter().find(|(word, _)| *word == name) {
            self.error("unknown-key", key.spot, message).set_help(*instead);
            return;
        }
        let help = match self.nearest(name, shape.keys.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("its keys are {}", listed(shape.keys)),
        };
        self.error("unknown-key", key.spot, message).set_help(help);
    }

    /// The fields of a map whose keys are names of the user's own.
    pub(super) fn any_fields<'n, 't>(&mut self, node: &'n Node<'t>, what: &str) -> Option<Fields<'n, 't>> {
        let Kind::Map(entries) = node.kind() else {
            self.wrong_type(node, what, "a map of `key: value` lines");
            return None;
        };
        let mut fields = Fields { entries: Vec::with_capacity(entries.len()) };
        self.own_fields(entries, &mut fields);
        self.merge_fields(entries, &mut fields);
        Some(fields)
    }

    fn own_fields<'n, 't>(&mut self, entries: &'n [(Node<'t>, Node<'t>)], fields: &mut Fields<'n, 't>) {
        for (key, value) in entries {
            let name = match key.kind() {
                Kind::Plain(name) if name == "<<" => continue,
                Kind::Plain(name) | Kind::Quoted(name) => name.as_ref(),
                Kind::Broken => continue,
                Kind::Blank | Kind::List(_) | Kind::Map(_) | Kind::Shared(_) => {
                    self.error("wrong-type", key.spot, "a key must be a word")
                        .set_help("write `key: value`; put a text that begins with `{` or `[` in quotes");
                    continue;
                }
            };
            fields.entries.push((name, key, value));
        }
        self.drop_duplicates(fields);
    }

    /// Keeps the first of equal keys. Quadratic where that is fastest.
    fn drop_duplicates(&mut self, fields: &mut Fields<'_, '_>) {
        let entries = &mut fields.entries;
        let repeated: Vec<(usize, usize)> = if entries.len() <= FEW {
            (1..entries.len())
                .filter_map(|at| {
                    let first = entries[..at].iter().position(|(name, ..)| *name == entries[at].0)?;
                    Some((first, at))
                })
                .collect()
        } else {
            let mut order: Vec<usize> = (0..entries.len()).collect();
            order.sort_by_key(|at| (entries[*at].0, *at));
            let groups = order.chunk_by(|one, other| entries[*one].0 == entries[*other].0);
            let mut repeated: Vec<(usize, usize)> =
                groups.flat_map(|group| group[1..].iter().map(|at| (group[0], *at))).collect();
            repeated.sort_unstable_by_key(|(_, at)| *at);
            repeated
        };
        if repeated.is_empty() {
            return;
        }
        for (first, at) in &repeated {
            let (name, key, _) = entries[*at];
            let first = self.place(entries[*first].1.spot);
            self.error("duplicate-key", key.spot, format!("{} is written twice", quote(name)))
                .set_related(first, "first written here")
                .set_help("keep one of the two");
        }
        let repeated: BTreeSet<usize> = repeated.into_iter().map(|(_, at)| at).collect();
        let mut at = 0..;
        entries.retain(|_| at.next().is_none_or(|at| !repeated.contains(&at)));
    }

    /// `<<: *base` and `<<: [*one, *other]`: what is written out, and what comes first, goes before.
    fn merge_fields<'n, 't>(&mut self, entries: &'n [(Node<'t>, Node<'t>)], fields: &mut Fields<'n, 't>) {
        let is_merge = |key: &Node<'_>| matches!(key.kind(), Kind::Plain(name) if name == "<<");
        for (_, value) in entries.iter().filter(|(key, _)| is_merge(key)) {
            let sources = match value.kind() {
                Kind::List(items) => items.as_slice(),
                _ => std::slice::from_ref(value),
            };
            for source in sources {
                let Kind::Map(merged) = source.kind() else {
                    self.wrong_type(source, "`<<`", "an alias of a map, or a list of them");
                    continue;
                };
                let mut found = Fields { entries: Vec::with_capacity(merged.len()) };
                self.own_fields(merged, &mut found);
                self.merge_fields(merged, &mut found);
                fields.fall_back_on(found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    fn values(text: &str) -> Vec<(String, String)> {
        let node = tree_of(text);
        let mut reading = Reading::new("f".into());
        let Kind::Map(entries) = node.kind() else { panic!("a map") };
        let last = &entries.last().expect("an entry").1;
        let fields = reading.any_fields(last, "f").expect("a map");
        let read = |(name, _, node): (&str, _, &Node<'_>)| {
            (name.to_owned(), Reading::new("f".into()).text(node, "f").expect("text").to_owned())
        };
        fields.iter().map(read).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_is_written_goes_before_what_is_merged_wherever_it_stands() {
        let base = "one: &one { a: 1, b: 1 }\ntwo: &two { b: 2, c: 2, <<: *one }\n";
        for (text, expected) in [
            ("x: { <<: *one, a: 9 }", pairs(&[("a", "9"), ("b", "1")])),
            ("x: { <<: [*two, *one] }", pairs(&[("b", "2"), ("c", "2"), ("a", "1")])),
            ("x: { <<: [*one, *two] }", pairs(&[("a", "1"), ("b", "1"), ("c", "2")])),
            ("x: { <<: { d: 4 }, a: 9 }", pairs(&[("a", "9"), ("d", "4")])),
            ("x: { \"<<\": text }", pairs(&[("<<", "text")])),
        ] {
            assert_eq!(values(&format!("{base}{text}\n")), expected, "{text}");
        }
    }

    #[test]
    fn the_first_of_equal_keys_counts_however_many_there_are() {
        for keys in [3, 100] {
            let text: String = (0..keys).map(|key| format!("k{key}: first\n")).collect();
            let text = format!("{text}k1: second\nk0: second\n");
            let node = tree_of(&text);
            let mut reading = Reading::new("f".into());
            let fields = reading.any_fields(&node, "f").expect("a map");
            assert_eq!(fields.iter().count(), keys);
            let found: Vec<String> = reading.finish().into_iter().map(|finding| finding.message).collect();
            assert_eq!(found, ["`k1` is written twice", "`k0` is written twice"]);
        }
    }
}
