//! A person on either side, ids, the catalog and the snapshot: values that every stage shares.
