//! What a commit record may hold of rows. The numbers are measured (docs/storage.md): beyond them files are read faster, or too much
//! is written again with each commit.

/// What a commit record may hold of rows.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Rows that one commit writes or removes.
    pub rows: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Rows of a type that its dataset does not have, and of its dataset's rows those that do not count.
    pub of_type: u64,
    /// Bytes that a record carries on from its parent.
    pub carried: u64,
    /// Earlier records that one needs.
    pub earlier: usize,
    /// Bytes that no dataset has.
    pub all: u64,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            rows: 2_048,
            bytes: 64 << 10,
            of_type: 4_096,
            carried: 8 << 10,
            earlier: 8,
            all: 256 << 10,
        }
    }
}
