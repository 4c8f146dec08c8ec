//! People wanted against people live → ordered actions, with both sides kept.
