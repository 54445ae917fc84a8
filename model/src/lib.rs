//! What a graph's schema and a query are once they are understood: types and values, catalogs, accepted schemas with their
//! identities, logical plans, the steps of a migration. Plain data that both the compiler, which makes it, and the engine,
//! which executes it, know; nothing here knows source text, syntax trees, rules or storage.

#![warn(clippy::missing_errors_doc)]

pub mod catalog;
pub mod ir;
pub mod migration;
pub mod printable;
pub mod schema;
pub mod suggest;
pub mod temporal;
pub mod types;
pub mod vocabulary;
