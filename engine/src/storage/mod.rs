//! What lies on the disk: objects and where they lie, commit records and schema objects, datasets and the rows in them. Every
//! byte is written and read through here and checked on the way. Nothing here knows of a graph's history or rules.

mod boundary;
mod bounds;
mod cell;
mod chunk;
pub(crate) mod columns;
mod files;
pub(crate) mod identities;
mod indexes;
pub mod inject;
pub(crate) mod integrity;
pub(crate) mod layout;
mod lineage;
mod location;
pub(crate) mod lookup;
mod objects;
mod options;
mod overlay;
mod read;
mod record;
mod schema;
pub(crate) mod seal;
mod spool;
mod table;
mod write;

pub use bounds::Bounds;
pub use columns::{DST, DST_ROW, ID, SRC, SRC_ROW};
pub use indexes::{Documents, IndexFiles, IndexKind, RowIds, StoredTerms, StoredText, VectorSearch};
pub use integrity::FileSum;
pub use options::{CommitOptions, OpenOptions};
pub use record::{
    Affected, Changes, ColumnStatistics, CommitKind, CommitRecord, Counts, IndexState, Operation, Parent, TableState,
    Tail,
};
pub use schema::Schema;
pub use spool::Spool;
pub use table::{Table, TableKey};

pub(crate) use cell::{Cell, Column, key_id};
pub(crate) use chunk::{Chunk, Packed, Section, tail_sum, write_tail};
pub(crate) use columns::{PATH_COST, PROPERTY_ID, edge_schema, is_reserved, node_schema, value_type};
pub(crate) use files::{needed, version_files};
pub(crate) use indexes::{coverage, index_states};
pub(crate) use inject::Injection;
pub(crate) use integrity::Library;
pub(crate) use layout::dataset as dataset_folder;
pub(crate) use location::Location;
pub(crate) use objects::{Created, Listed, Objects};
pub(crate) use overlay::Overlay;
pub(crate) use read::{Scan, TableStream};
pub(crate) use record::sha256;
pub(crate) use table::{TableRole, Tables, Wanted};
pub(crate) use write::{TableWrite, commit_detached, data_bytes, data_files, manifest_file, number_rows, stage};
