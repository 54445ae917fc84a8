//! What is derived from tables: dense numbers of rows, adjacency, whole columns, orders of ids, inverted indexes. All of it is
//! immutable, keyed by what it comes from, and shared by every snapshot that has that. What a table has beside its dataset is a
//! layer over what is derived from the dataset, and costs what it changes.

mod adjacency;
mod cache;
mod column;
mod derive;
mod ids;
mod lookup;
mod reach;
mod rows;
mod search;
mod text;

pub(crate) use adjacency::Adjacency;
pub(crate) use cache::Caches;
pub(crate) use column::{Column, gather};
pub(crate) use ids::IdLookup;
pub(crate) use reach::{Search, Steps};
pub(crate) use rows::{RowMap, RowMapBuilder};
