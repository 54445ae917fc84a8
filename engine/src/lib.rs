//! The embedded engine: a typed property graph in Lance datasets, commits that are one small record each, and the
//! execution of plans. It knows plans and catalogs (`model`), never source text.

#![warn(clippy::missing_errors_doc)]

pub mod analyser;
mod commit;
mod derived;
pub mod embedding;
pub mod error;
pub mod evolve;
pub mod execution;
pub mod export;
mod history;
mod kernel;
mod load;
mod mutate;
mod operators;
mod optimize;
mod planner;
pub mod result;
pub mod storage;
mod validate;
mod verify;

pub use embedding::Embedder;
pub use error::{Class, Effect, EmbeddingFault, Error, EvaluationCode, Result, StorageKind};
pub use evolve::{ApplyOptions, Progress, Reclaimed, SchemaChange, SchemaReport};
pub use history::{CleanupOptions, CleanupReport, Figures, Graph, NewGraph, Snapshot};
pub use load::{LoadMode, LoadOptions, LoadReport, Receipt};
pub use mutate::{MutationOptions, MutationReport};
pub use optimize::{Coverage, IndexCoverage, OptimizeOptions, OptimizeReport, OptimizedType};
pub use storage::{CommitOptions, IndexKind, OpenOptions, Table, TableKey};
pub use verify::{VerifiedType, VerifyReport};
