//! The graph on disk: where things lie, commit records, schema objects, branches, handles and snapshots. A commit is one
//! record, published by creating the next numbered object of its branch; everything a record names is immutable.

mod answer;
mod apply;
mod boundary;
mod branch;
mod cell;
mod columns;
mod evolve;
pub(crate) mod files;
mod future;
mod graph;
mod history;
mod identities;
pub mod inject;
pub(crate) mod integrity;
pub(crate) mod layout;
mod location;
mod objects;
mod options;
mod reclaim;
mod record;
mod reshape;
mod schema;
pub(crate) mod seal;
mod snapshot;
mod table;
mod turns;
mod write;

pub use answer::ask;
pub use columns::{DST, DST_ROW, ID, PROPERTY_ID, SRC, SRC_ROW, edge_schema, node_schema, value_type};
pub use evolve::{ApplyOptions, SchemaChange, SchemaReport, rows_to_write};
pub use graph::{Graph, NewGraph};
pub use integrity::FileSum;
pub use options::{CommitOptions, OpenOptions};
pub use reclaim::Reclaimed;
pub use record::{
    Affected, ColumnStatistics, CommitKind, CommitRecord, Counts, IndexState, Operation, Parent, TableState,
};
pub use reshape::Progress;
pub use schema::Schema;
pub use snapshot::Snapshot;
pub use table::{Table, TableKey};

pub(crate) use apply::Request;
pub(crate) use cell::{Cell, Column, key_id};
pub(crate) use columns::RESERVED;
pub(crate) use files::{needed, version_files};
pub(crate) use graph::Draft;
pub(crate) use layout::dataset as dataset_folder;
pub(crate) use objects::{Listed, Objects};
pub(crate) use table::TableRole;
pub(crate) use turns::Turns;
pub(crate) use write::{commit_detached, data_bytes, data_files, manifest_file, number_rows, stage};
