//! The embedded engine: a typed property graph in Lance datasets, commits that are one small record each, and the
//! execution of plans. It knows plans and catalogs (`model`), never source text.

mod commit;
pub mod derived;
pub mod embedding;
pub mod error;
pub mod evolve;
pub mod execution;
pub mod export;
pub mod history;
pub mod kernel;
pub mod load;
pub mod mutate;
mod operators;
pub mod optimize;
mod planner;
pub mod result;
pub mod storage;
pub mod validate;
pub mod verify;

pub use embedding::Embedder;
pub use error::{Class, Effect, EmbeddingFault, Error, Result, StorageKind};
pub use evolve::{ApplyOptions, Progress, Reclaimed, SchemaChange, SchemaReport};
pub use history::{CleanupOptions, CleanupReport, Figures, Graph, NewGraph, Snapshot};
pub use load::{LoadMode, LoadOptions, LoadReport, Receipt};
pub use mutate::{MutationOptions, MutationReport};
pub use optimize::{Coverage, IndexCoverage, OptimizeOptions, OptimizeReport, OptimizedType};
pub use storage::{CommitOptions, OpenOptions, Table, TableKey};
pub use verify::{VerifiedType, VerifyReport};
