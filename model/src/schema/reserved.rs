//! Names that no property may have, because the storage uses them itself.

const RESERVED: [&str; 6] = [
    "_rowid",
    "_rowaddr",
    "_rowoffset",
    "_row_created_at_version",
    "_row_last_updated_at_version",
    "_tombstone",
];

/// Whether the storage has a column of this name.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}
