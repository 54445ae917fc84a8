//! What is derived from dataset versions: dense numbers of rows, adjacency, whole columns, orders of ids, inverted indexes. All
//! of it is immutable, keyed by the dataset version it comes from, and shared by every snapshot that has that version.

mod adjacency;
mod cache;
mod derive;
mod ids;
mod lookup;
mod reach;
mod rows;
mod search;
mod text;

pub(crate) use adjacency::Adjacency;
pub(crate) use cache::Caches;
pub(crate) use derive::{lance_error, take};
pub(crate) use ids::IdLookup;
pub(crate) use reach::{Search, Steps};
pub(crate) use rows::{RowMap, RowMapBuilder};
