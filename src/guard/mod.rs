//! Is this plan probably a mistake? Judges a finished plan, never edits it.
