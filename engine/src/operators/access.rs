//! Ways to find rows and to follow links. Answers never depend on them.

/// Which of them a request may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AccessPaths {
    /// Whatever is expected to cost least.
    #[default]
    Automatic,
    /// Whole columns and adjacency in memory, never an index of storage.
    Memory,
    /// Indexes of storage wherever a schema may have one, whether it is built or not.
    Indexes,
}
