//! The indexes of a dataset version: their kinds, and what they cover.

mod files;
mod terms;

use std::fmt;

use lance::Dataset;
use lance::index::DatasetIndexExt;
use lance_table::format::IndexMetadata;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use super::record::IndexState;
use crate::analyser::ANALYSER;
use crate::error::{Error, Result};

pub use files::{IndexFiles, RowIds, StoredText, VectorSearch};
pub use terms::{Documents, StoredTerms};

/// What an index answers. Commit records and reports say its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IndexKind {
    /// Equality, ranges, order.
    BTree,
    /// Words of a text.
    Inverted,
    /// Parts of a text, by its trigrams.
    NGram,
    /// Neighbours of a vector.
    Vector,
}

impl IndexKind {
    /// Every kind.
    pub const ALL: [IndexKind; 4] = [
        IndexKind::BTree,
        IndexKind::Inverted,
        IndexKind::NGram,
        IndexKind::Vector,
    ];

    /// As commit records and reports write it.
    pub fn name(self) -> &'static str {
        match self {
            IndexKind::BTree => "btree",
            IndexKind::Inverted => "inverted",
            IndexKind::NGram => "ngram",
            IndexKind::Vector => "vector",
        }
    }

    /// What the storage library calls an index of this kind: `number` is the property's, or the column where it has none. An
    /// index of words says how it came to them.
    pub(crate) fn index_name(self, number: &str) -> String {
        match self {
            IndexKind::Inverted => format!("{self}-{number}-{ANALYSER}"),
            _ => format!("{self}-{number}"),
        }
    }

    /// The kind of an index that the storage library knows by this name; `None` if the engine did not build it, or would
    /// build it otherwise now.
    pub(crate) fn of_index(index_name: &str) -> Option<IndexKind> {
        let (kind, rest) = index_name.split_once('-')?;
        let kind = IndexKind::ALL.into_iter().find(|known| known.name() == kind)?;
        let current = kind != IndexKind::Inverted || rest.ends_with(&format!("-{ANALYSER}"));
        current.then_some(kind)
    }
}

impl fmt::Display for IndexKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The indexes of a version, and how many of its rows each of them covers.
pub(crate) async fn index_states(dataset: &Dataset) -> Result<Vec<IndexState>> {
    let existing = dataset.load_indices().await?;
    let mut states: Vec<IndexState> = Vec::new();
    for index in existing.iter() {
        if states.iter().any(|state| state.name == index.name) {
            continue;
        }
        let Some(kind) = IndexKind::of_index(&index.name) else {
            continue;
        };
        let segments: Vec<&IndexMetadata> = existing.iter().filter(|other| other.name == index.name).collect();
        let covered = coverage(&segments);
        let mut columns = Vec::new();
        for field in &index.fields {
            let field = dataset
                .schema()
                .field_by_id(*field)
                .ok_or_else(|| Error::internal("an index is of a column that is not there"))?;
            columns.push(field.name.clone());
        }
        let rows = dataset
            .manifest()
            .fragments
            .iter()
            .filter(|fragment| covered.contains(fragment.id as u32))
            .map(|fragment| {
                let physical = fragment.physical_rows.unwrap_or_default();
                let deleted = fragment.deletion_file.as_ref().and_then(|file| file.num_deleted_rows);
                (physical - deleted.unwrap_or_default()) as u64
            })
            .sum();
        states.push(IndexState {
            name: index.name.clone(),
            columns,
            kind,
            covered_rows: rows,
        });
    }
    states.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(states)
}

/// The fragments that the segments of one index cover.
pub(crate) fn coverage(segments: &[&IndexMetadata]) -> RoaringBitmap {
    segments
        .iter()
        .filter_map(|segment| segment.fragment_bitmap.as_ref())
        .fold(RoaringBitmap::new(), |all, own| all | own)
}
