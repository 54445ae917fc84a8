//! The embedded engine: a typed property graph in Lance datasets, commits that are one small record each, and the
//! execution of plans. It knows plans and catalogs (`model`), never source text.

pub mod cleanup;
pub mod embedding;
pub mod error;
pub mod execution;
pub mod export;
pub mod kernel;
pub mod load;
pub mod mutate;
pub mod optimize;
pub mod result;
pub mod spool;
pub mod store;
pub mod topology;
pub mod validate;
pub mod verify;

pub use cleanup::{CleanupOptions, CleanupReport, Figures};
pub use embedding::Embedder;
pub use error::{Class, Effect, EmbeddingFault, Error, Result, StorageKind};
pub use load::{LoadMode, LoadOptions, LoadReport, Receipt};
pub use mutate::{MutationOptions, MutationReport};
pub use optimize::{Coverage, IndexCoverage, OptimizeOptions, OptimizeReport, OptimizedType};
pub use store::{
    ApplyOptions, CommitOptions, Graph, NewGraph, OpenOptions, Progress, Reclaimed, SchemaChange, SchemaReport,
    Snapshot, Table, TableKey,
};
pub use verify::{VerifiedType, VerifyReport};
