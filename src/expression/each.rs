//! The macros that look at every element of a list.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Each {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

impl Each {
    pub(super) const ALL: [Each; 5] = [Each::All, Each::Exists, Each::ExistsOne, Each::Filter, Each::Map];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Each::All => "all",
            Each::Exists => "exists",
            Each::ExistsOne => "exists_one",
            Each::Filter => "filter",
            Each::Map => "map",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Each> {
        // Both spellings are CEL's.
        Each::ALL
            .into_iter()
            .find(|each| each.as_str() == name)
            .or((name == "existsOne").then_some(Each::ExistsOne))
    }
}
