//! The inverted index of a text column. The storage library writes it, but gets the words of our own analysis, which it only has
//! to tell apart: it would take the same steps in another order, and then a search with an index would find other rows than one
//! without.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use datafusion::common::DataFusionError;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::TryStreamExt;
use lance::Dataset;
use lance_core::cache::LanceCache;
use lance_index::progress::noop_progress;
use lance_index::scalar::InvertedIndexParams;
use lance_index::scalar::inverted::InvertedIndexPlugin;
use lance_index::scalar::lance_format::LanceIndexStore;
use lance_index::scalar::registry::VALUE_COLUMN_NAME;
use lance_table::format::{IndexFile, IndexMetadata};
use uuid::Uuid;

use crate::analyser::Analyser;
use crate::error::{Error, Result};
use crate::storage::lookup::ROW_ID;

/// Memory that building may take, in MiB.
const MEMORY: u64 = 256;

/// Batches that are analysed at once.
const AT_ONCE: usize = 4;

/// Builds over all rows; nothing names the result yet.
pub(super) async fn build(dataset: &Dataset, column: &str, name: &str) -> Result<IndexMetadata> {
    let field = dataset.schema().field(column);
    let field = field.ok_or_else(|| Error::internal(format!("column `{column}` is not stored")))?;
    let uuid = Uuid::new_v4();
    let folder = dataset.indices_dir().join(uuid.to_string());
    let objects = dataset.object_store(None).await?;
    let store = LanceIndexStore::new(objects, folder, Arc::new(LanceCache::no_cache()));

    let mut scan = dataset.scan();
    scan.project(&[column])?.with_row_id();
    let rows = scan.try_into_stream().await?;
    let rows = rows.map_err(|error| DataFusionError::from(Error::from(error)));
    let words = rows
        .map_ok(|batch| async move {
            let words = tokio::task::spawn_blocking(move || words(&batch)).await;
            words.map_err(|error| DataFusionError::External(error.into()))?
        })
        .try_buffered(AT_ONCE);
    let words = Box::pin(RecordBatchStreamAdapter::new(schema(), words));
    // Words are apart by spaces, and are taken as they are; long ones are words too.
    let parameters = InvertedIndexParams::default()
        .base_tokenizer("whitespace".to_string())
        .max_token_length(None)
        .lower_case(false)
        .stem(false)
        .remove_stop_words(false)
        .ascii_folding(false)
        .memory_limit_mb(MEMORY);
    let created = InvertedIndexPlugin::train_inverted_index(words, &store, parameters, None, noop_progress()).await?;
    let files = created.files.into_iter().map(|file| IndexFile {
        path: file.path,
        size_bytes: file.size_bytes,
    });
    Ok(IndexMetadata {
        uuid,
        fields: vec![field.id],
        covering_fields: Vec::new(),
        name: name.to_string(),
        dataset_version: dataset.manifest().version,
        fragment_bitmap: Some(super::index::fragments(dataset)),
        index_details: Some(Arc::new(created.index_details)),
        index_version: created.index_version as i32,
        created_at: Some(chrono::Utc::now()),
        base_id: None,
        files: Some(files.collect()),
    })
}

/// What the storage library builds an index from, by its names.
fn schema() -> SchemaRef {
    let text = Field::new(VALUE_COLUMN_NAME, DataType::Utf8, true);
    Arc::new(Schema::new(vec![text, Field::new(ROW_ID, DataType::UInt64, false)]))
}

/// The words of each text, spaces between them.
fn words(batch: &RecordBatch) -> Result<RecordBatch, DataFusionError> {
    let texts = batch.column(0).as_string::<i32>();
    let mut analyser = Analyser::default();
    let mut joined = String::new();
    let words: StringArray = texts
        .iter()
        .map(|text| {
            let text = text?;
            joined.clear();
            analyser.each(text, |word| {
                joined.push_str(word);
                joined.push(' ');
            });
            Some(joined.clone())
        })
        .collect();
    let ids = batch
        .column_by_name(ROW_ID)
        .ok_or_else(|| DataFusionError::Internal("a scan gave no row ids".into()))?;
    let columns = vec![Arc::new(words) as Arc<dyn Array>, ids.clone()];
    Ok(RecordBatch::try_new(schema(), columns)?)
}
