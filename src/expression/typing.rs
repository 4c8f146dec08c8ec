//! What an expression can be of: a few base types, lists of them, and records that whoever asks declares.
//!
//! Deliberately absent: a type for functions; each says in `check` what it takes.

use std::fmt;

/// `base`, or so many lists inside one another of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Type {
    pub base: Base,
    pub lists: u8,
    /// May be `null` instead.
    pub nullable: bool,
    /// That is nothing out of the ordinary, so an expression must be ready for it.
    pub ordinarily: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// Known when it is looked at, and not before.
    Any,
    Null,
    Bool,
    /// A whole number of 64 bits.
    Number,
    Text,
    /// Text that is always one of these.
    Word(&'static [&'static str]),
    /// From text to anything.
    Map,
    Record(&'static Shape),
}

/// The fields of a record.
#[derive(Debug)]
pub struct Shape {
    /// With an article: `a user`.
    pub name: &'static str,
    pub fields: &'static [Field],
}

#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub r#type: Type,
}

/// Two with the same name are the same, though a field may be known to hold fewer words in one of them.
impl PartialEq for Shape {
    fn eq(&self, other: &Shape) -> bool {
        self.name == other.name
    }
}

impl Eq for Shape {}

impl Shape {
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| field.name)
    }

    pub fn field(&self, name: &str) -> Option<(usize, &'static Field)> {
        self.fields.iter().enumerate().find(|(_, field)| field.name == name)
    }
}

impl Type {
    pub const ANY: Type = Type::of(Base::Any);
    pub const NULL: Type = Type::of(Base::Null);
    pub const BOOL: Type = Type::of(Base::Bool);
    pub const NUMBER: Type = Type::of(Base::Number);
    pub const TEXT: Type = Type::of(Base::Text);
    pub const MAP: Type = Type::of(Base::Map);

    pub const fn of(base: Base) -> Type {
        Type { base, lists: 0, nullable: false, ordinarily: false }
    }

    pub const fn word(words: &'static [&'static str]) -> Type {
        Type::of(Base::Word(words))
    }

    pub const fn record(shape: &'static Shape) -> Type {
        Type::of(Base::Record(shape))
    }

    pub const fn list(self) -> Type {
        Type { lists: self.lists.saturating_add(1), nullable: false, ordinarily: false, ..self }
    }

    /// `null` where there is nothing.
    pub const fn or_null(self) -> Type {
        Type { nullable: true, ordinarily: true, ..self }
    }

    /// `null` where it could not be read: then nobody knows, and an expression that asks has no value.
    pub const fn or_unread(self) -> Type {
        Type { nullable: true, ordinarily: false, ..self }
    }

    pub(super) fn is_any(self) -> bool {
        self.lists == 0 && self.base == Base::Any
    }

    pub(super) fn is_null(self) -> bool {
        self.lists == 0 && self.base == Base::Null
    }

    /// What a list of this type holds.
    pub(super) fn element(self) -> Option<Type> {
        let element = |lists| Type { lists, nullable: false, ordinarily: false, ..self };
        self.lists.checked_sub(1).map(element)
    }

    pub(super) fn is_text(self) -> bool {
        self.lists == 0 && matches!(self.base, Base::Text | Base::Word(_))
    }

    pub(super) fn is(self, base: Base) -> bool {
        self.lists == 0 && self.base == base
    }

    /// Whether some value could be of both; then they can be compared.
    pub(super) fn may_equal(self, other: Type) -> bool {
        if self.is_any() || other.is_any() {
            return true;
        }
        if self.is_null() || other.is_null() {
            return (self.is_null() || self.nullable) && (other.is_null() || other.nullable);
        }
        match (self.lists, other.lists) {
            (0, 0) => match (self.base, other.base) {
                (Base::Text | Base::Word(_), Base::Text | Base::Word(_)) => true,
                (one, another) => one == another,
            },
            // An empty list is a list of anything.
            (one, another) => {
                let is_open = |of: Type| matches!(of.base, Base::Any | Base::Null);
                (one == another || is_open(self) || is_open(other))
                    && (one > 0) == (another > 0)
                    && (is_open(self)
                        || is_open(other)
                        || Type { lists: 0, ..self }.may_equal(Type { lists: 0, ..other }))
            }
        }
    }

    /// The narrowest type that both are of.
    pub(super) fn join(self, other: Type) -> Type {
        if self == other {
            return self;
        }
        match (self.is_null(), other.is_null()) {
            (true, _) => return other.or_null(),
            (_, true) => return self.or_null(),
            _ => {}
        }
        let (nullable, ordinarily) = (self.nullable || other.nullable, self.ordinarily || other.ordinarily);
        if self.is_text() && other.is_text() {
            return Type { nullable, ordinarily, ..Type::TEXT };
        }
        let same = Type { nullable, ordinarily, ..self };
        if same == (Type { nullable, ordinarily, ..other }) { same } else { Type::ANY }
    }
}

/// As in "… is text", "… is a list of numbers".
impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for _ in 1..self.lists {
            formatter.write_str("a list of lists: ")?;
        }
        if self.lists > 0 {
            return formatter.write_str(match self.base {
                Base::Any | Base::Null => "a list",
                Base::Bool => "a list of yes-or-no values",
                Base::Number => "a list of numbers",
                Base::Text | Base::Word(_) => "a list of texts",
                Base::Map => "a list of maps",
                Base::Record(_) => "a list of records",
            });
        }
        formatter.write_str(match self.base {
            Base::Any => "anything",
            Base::Null => "`null`",
            Base::Bool => "a yes-or-no value",
            Base::Number => "a number",
            Base::Text | Base::Word(_) => "text",
            Base::Map => "a map",
            Base::Record(shape) => shape.name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_never_be_equal_is_told() {
        let words = Type::word(&["a", "b"]);
        for (one, other, may) in [
            (Type::TEXT, words, true),
            (Type::TEXT, Type::NUMBER, false),
            (Type::TEXT, Type::ANY, true),
            (Type::TEXT, Type::NULL, false),
            (Type::TEXT.or_null(), Type::NULL, true),
            (Type::TEXT.list(), words.list(), true),
            (Type::TEXT.list(), Type::NUMBER.list(), false),
            (Type::TEXT.list(), Type::TEXT, false),
            (Type::TEXT.list(), Type::ANY.list(), true),
            (Type::TEXT.list().list(), Type::ANY.list(), true),
            (Type::NULL, Type::NULL, true),
        ] {
            assert_eq!(one.may_equal(other), may, "{one:?} {other:?}");
            assert_eq!(other.may_equal(one), may, "{other:?} {one:?}");
        }
    }
}
