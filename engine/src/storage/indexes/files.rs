//! What the engine reads of the storage library's own index files, behind one trait: a new version of the library may lay them
//! out otherwise. What the engine relies on is written down as a test, in `engine/tests/it/index_files.rs`.

use std::sync::Arc;

use arrow_array::Float32Array;
use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use async_trait::async_trait;
use futures::TryStreamExt;
use lance::Dataset;
use lance::dataset::scanner::{RowAddrMask, RowAddrTreeMap};
use lance::index::DatasetIndexExt;
use lance_core::cache::LanceCache;
use lance_index::scalar::lance_format::LanceIndexStore;
use lance_table::format::IndexMetadata;
use omnigraph_model::schema::Metric;
use roaring::RoaringBitmap;

use super::super::lookup::ROW_ID;
use super::terms::{Documents, StoredTerms, partitions};
use super::{IndexKind, coverage};
use crate::error::{Error, Result};

/// Reads the indexes of a dataset version. Rows are named by their stable ids.
#[async_trait]
pub trait IndexFiles: Send + Sync {
    /// The text index of a column; `None` if it has none.
    ///
    /// # Errors
    ///
    /// A file of the index cannot be read.
    async fn text(&self, column: &str) -> Result<Option<StoredText>>;

    /// Ids of rows that the vector index of a column finds near to a vector, in no order and perhaps twice. Rows that the index
    /// does not cover are compared one by one. Without a vector index all rows are.
    ///
    /// # Errors
    ///
    /// A file of the index or of the rows cannot be read, or the vector has another length than those of the column.
    async fn near(&self, search: &VectorSearch<'_>) -> Result<Vec<u64>>;
}

/// A text index as it is stored.
#[derive(Debug)]
pub struct StoredText {
    /// Ids of the fragments whose rows it covers.
    pub fragments: RoaringBitmap,
    /// It names each document in one of them; rows that are gone may still be named.
    pub partitions: Vec<(StoredTerms, Documents)>,
}

/// A search by a vector index.
#[derive(Clone, Copy, Debug)]
pub struct VectorSearch<'a> {
    /// Holds vectors.
    pub column: &'a str,
    /// As long as the column's vectors, every component finite.
    pub query: &'a [f32],
    /// That of the property.
    pub metric: Metric,
    /// Rows that are wanted.
    pub candidates: usize,
    /// Partitions of the index that are looked into, the nearest ones.
    pub probes: usize,
    /// Which rows count; `None` for all.
    pub among: Option<&'a RowIds>,
}

/// A set of row ids, or of all but some, in the form in which the storage library takes it.
#[derive(Debug)]
pub struct RowIds(RowAddrMask);

impl FromIterator<u64> for RowIds {
    fn from_iter<I: IntoIterator<Item = u64>>(ids: I) -> RowIds {
        RowIds(RowAddrMask::from_allowed(RowAddrTreeMap::from_iter(ids)))
    }
}

impl RowIds {
    /// All rows but these.
    pub(crate) fn without(ids: impl IntoIterator<Item = u64>) -> RowIds {
        RowIds(RowAddrMask::from_block(RowAddrTreeMap::from_iter(ids)))
    }
}

#[async_trait]
impl IndexFiles for Dataset {
    async fn text(&self, column: &str) -> Result<Option<StoredText>> {
        let Some(field) = self.schema().field(column) else {
            return Ok(None);
        };
        let indexes = self.load_indices().await?;
        let of_column = |index: &&IndexMetadata| {
            index.fields == [field.id] && IndexKind::of_index(&index.name) == Some(IndexKind::Inverted)
        };
        let segments: Vec<&IndexMetadata> = indexes.iter().filter(of_column).collect();
        if segments.is_empty() {
            return Ok(None);
        }
        let mut all = Vec::new();
        for segment in &segments {
            let objects = self.object_store(None).await?;
            let folder = self.indices_dir().join(segment.uuid.to_string());
            let store = LanceIndexStore::new(objects, folder, Arc::new(LanceCache::no_cache()));
            let files = segment.files.iter().flatten().map(|file| file.path.as_str());
            for partition in partitions(files) {
                all.push(StoredTerms::open(&store, &partition).await?);
            }
        }
        Ok(Some(StoredText {
            fragments: coverage(&segments),
            partitions: all,
        }))
    }

    async fn near(&self, search: &VectorSearch<'_>) -> Result<Vec<u64>> {
        let query = Float32Array::from(search.query.to_vec());
        let metric = match search.metric {
            Metric::L2 => "l2",
            Metric::Cosine => "cosine",
            Metric::Dot => "dot",
        };
        let mut scanner = self.scan();
        scanner.empty_project()?.with_row_id().prefilter(true);
        scanner
            .nearest(search.column, &query, search.candidates)?
            .nprobes(search.probes)
            .distance_metric(metric.try_into()?);
        if let Some(RowIds(mask)) = search.among {
            scanner.with_row_id_prefilter(mask.clone());
        }
        let mut found = Vec::new();
        let mut batches = scanner.try_into_stream().await?;
        while let Some(batch) = batches.try_next().await? {
            let ids = batch
                .column_by_name(ROW_ID)
                .and_then(|ids| ids.as_primitive_opt::<UInt64Type>())
                .ok_or_else(|| Error::internal("a vector search gave no row ids"))?;
            found.extend_from_slice(ids.values());
        }
        Ok(found)
    }
}
