//! From syntax trees to meaning: catalogs, checked queries, diagnostics, logical plans. Incremental by salsa. This crate
//! never knows Lance, files on disk or the language server protocol.

#![allow(missing_docs, reason = "the compiler's users are the other crates of this workspace")]

pub mod catalog;
pub mod db;
pub mod diagnostic;
pub mod lint;
pub mod migrate;
pub mod params;
pub mod project;
pub mod query;
pub mod rules;
pub mod schema;
pub mod schema_text;
pub mod settings;
pub mod trial;
mod wording;

pub use omnigraph_model::printable;
