//! The functions there are, and words for those that there are not.

use super::names;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Size,
    StartsWith,
    EndsWith,
    Contains,
    LowerAscii,
}

impl Function {
    pub(super) const ALL: [Function; 5] =
        [Function::Size, Function::StartsWith, Function::EndsWith, Function::Contains, Function::LowerAscii];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Function::Size => "size",
            Function::StartsWith => "startsWith",
            Function::EndsWith => "endsWith",
            Function::Contains => "contains",
            Function::LowerAscii => "lowerAscii",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Function> {
        Function::ALL.into_iter().find(|function| function.as_str() == name)
    }

    /// With what it is called on.
    pub(super) fn arguments(self) -> usize {
        match self {
            Function::Size | Function::LowerAscii => 1,
            Function::StartsWith | Function::EndsWith | Function::Contains => 2,
        }
    }

    /// `size(list)`; all others are called on something.
    pub(super) fn may_stand_alone(self) -> bool {
        self == Function::Size
    }
}

/// What to write instead of a function that is not there.
pub(super) fn instead_of(name: &str) -> String {
    let known = match name {
        "matches" => "there are no regular expressions; use `startsWith`, `endsWith` and `contains`",
        "timestamp" | "duration" | "now" | "getDayOfWeek" | "getDate" | "getFullYear" | "getMonth" => {
            "days are text as `2027-03-31`, which `<` and `>` compare; `plan.today` and `plan.weekday` are the day of the plan"
        }
        "int" | "uint" | "double" | "string" | "bool" | "bytes" | "dyn" | "type" => {
            "values keep their type here; compare text with text and numbers with numbers"
        }
        "sum" | "count" | "len" | "length" => {
            "count with `size()`, as `plan.users.filter(u, u.super_admin).size()`; what is counted for you stands in `plan.people` and `plan.summary`"
        }
        "lower" | "toLowerCase" | "lowercase" => "write `lowerAscii()`",
        "any" | "some" => "write `exists(name, condition)`",
        "every" | "forall" => "write `all(name, condition)`",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let functions = Function::ALL.into_iter().map(Function::as_str);
    let all: Vec<&str> = functions
        .chain(["has"])
        .chain(super::each::Each::ALL.into_iter().map(super::each::Each::as_str))
        .collect();
    names::suggestion(name, all)
}
