//! What the storage library does and does not promise, where the layout of a graph rests on it: a new version of the library that
//! behaves otherwise fails here, and not in a graph.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, UInt64Type};
use arrow_array::{Int64Array, RecordBatch, RecordBatchIterator};
use arrow_schema::{DataType, Field, Schema};
use async_trait::async_trait;
use futures::TryStreamExt;
use lance::Dataset;
use lance::dataset::transaction::{Operation, TransactionBuilder};
use lance::dataset::{CommitBuilder, InsertBuilder, WriteMode, WriteParams};
use lance_io::object_store::ObjectStore;
use lance_table::format::{Fragment, IndexMetadata, Manifest, RowIdMeta, Transaction};
use lance_table::io::commit::{
    CommitError, CommitHandler, ManifestLocation, ManifestNamingScheme, ManifestWriter, commit_handler_from_url,
};
use lance_table::rowids::version::{RowDatasetVersionMeta, RowDatasetVersionSequence};
use lance_table::rowids::{RowIdSequence, write_row_ids};
use object_store::path::Path;

/// A commit that says which number the next row gets, and in which version its new rows were made.
#[derive(Debug)]
struct Stamped {
    inner: Arc<dyn CommitHandler>,
    next_row: u64,
    /// Fragments with at least this number are new.
    new_from: u64,
    stamp: u64,
}

#[async_trait]
impl CommitHandler for Stamped {
    async fn commit(
        &self,
        manifest: &mut Manifest,
        indices: Option<Vec<IndexMetadata>>,
        base_path: &Path,
        object_store: &ObjectStore,
        manifest_writer: ManifestWriter,
        naming_scheme: ManifestNamingScheme,
        transaction: Option<Transaction>,
    ) -> Result<ManifestLocation, CommitError> {
        manifest.next_row_id = manifest.next_row_id.max(self.next_row);
        let mut fragments = manifest.fragments.to_vec();
        for fragment in fragments.iter_mut().filter(|fragment| fragment.id >= self.new_from) {
            let rows = fragment.physical_rows.unwrap_or_default() as u64;
            let stamps = RowDatasetVersionSequence::from_uniform_row_count(rows, self.stamp);
            let stamps = RowDatasetVersionMeta::from_sequence(&stamps).map_err(CommitError::OtherError)?;
            fragment.created_at_version_meta = Some(stamps.clone());
            fragment.last_updated_at_version_meta = Some(stamps);
        }
        manifest.fragments = Arc::new(fragments);
        self.inner
            .commit(
                manifest,
                indices,
                base_path,
                object_store,
                manifest_writer,
                naming_scheme,
                transaction,
            )
            .await
    }
}

fn batch(values: &[i64]) -> RecordBatch {
    let schema = Arc::new(Schema::new(vec![Field::new("value", DataType::Int64, false)]));
    RecordBatch::try_new(schema, vec![Arc::new(Int64Array::from(values.to_vec()))]).unwrap()
}

fn parameters(mode: WriteMode) -> WriteParams {
    WriteParams {
        mode,
        enable_stable_row_ids: true,
        enable_v2_manifest_paths: true,
        ..WriteParams::default()
    }
}

async fn staged(base: &Arc<Dataset>, values: &[i64], numbers: Option<&[u64]>) -> Vec<Fragment> {
    let parameters = parameters(WriteMode::Append);
    let transaction = InsertBuilder::new(base.clone())
        .with_params(&parameters)
        .execute_uncommitted(vec![batch(values)])
        .await
        .unwrap();
    let Operation::Append { mut fragments } = transaction.operation else {
        panic!("an append")
    };
    if let Some(numbers) = numbers {
        let [fragment] = fragments.as_mut_slice() else {
            panic!("one file")
        };
        let sequence = write_row_ids(&RowIdSequence::from(numbers));
        fragment.row_id_meta = Some(RowIdMeta::Inline(sequence.into()));
    }
    fragments
}

async fn appended(base: &Arc<Dataset>, fragments: Vec<Fragment>, stamped: Option<Stamped>) -> Arc<Dataset> {
    let transaction = TransactionBuilder::new(base.manifest().version, Operation::Append { fragments }).build();
    let mut commit = CommitBuilder::new(base.clone()).with_detached(true);
    if let Some(stamped) = stamped {
        commit = commit.with_commit_handler(Arc::new(stamped));
    }
    Arc::new(commit.execute(transaction).await.unwrap())
}

/// Values with the numbers of their rows and the versions in which they were made and changed last.
async fn rows(dataset: &Dataset) -> Vec<(i64, u64, u64, u64)> {
    let mut scan = dataset.scan();
    scan.project(&["value", "_row_created_at_version", "_row_last_updated_at_version"])
        .unwrap();
    scan.with_row_id();
    let batches: Vec<RecordBatch> = scan.try_into_stream().await.unwrap().try_collect().await.unwrap();
    let mut rows = Vec::new();
    for batch in batches {
        let numbers = |name: &str| batch.column_by_name(name).unwrap().as_primitive::<UInt64Type>().clone();
        let values = batch.column_by_name("value").unwrap().as_primitive::<Int64Type>();
        let (ids, made) = (numbers("_rowid"), numbers("_row_created_at_version"));
        let changed = numbers("_row_last_updated_at_version");
        for row in 0..batch.num_rows() {
            rows.push((values.value(row), ids.value(row), made.value(row), changed.value(row)));
        }
    }
    rows
}

/// Rows that were numbered elsewhere come into a dataset under their numbers, and no later row gets one of these.
#[tokio::test]
async fn a_commit_handler_raises_the_next_row_number_and_stamps_rows() {
    let folder = tempfile::tempdir().unwrap();
    let uri = folder.path().join("rows.lance").display().to_string();
    let first = batch(&[1, 2, 3]);
    let reader = RecordBatchIterator::new(vec![Ok(first.clone())], first.schema());
    let empty = Dataset::write(reader, &uri, Some(parameters(WriteMode::Create)))
        .await
        .unwrap();
    let base = Arc::new(empty);
    assert_eq!(base.manifest().next_row_id, 3);

    // Left alone, explicit numbers do not move the next one: the library would hand them out again.
    let unmoved = appended(&base, staged(&base, &[10, 11], Some(&[7, 9])).await, None).await;
    assert_eq!(unmoved.manifest().next_row_id, 3);

    let inner = commit_handler_from_url(&uri, &None).await.unwrap();
    let stamped = Stamped {
        inner,
        next_row: 12,
        new_from: 1,
        stamp: 0x5eed,
    };
    let folded = appended(&base, staged(&base, &[10, 11], Some(&[7, 9])).await, Some(stamped)).await;
    assert_eq!(folded.manifest().next_row_id, 12);
    folded.validate().await.unwrap();
    let old = base.manifest().version;
    let expected = vec![
        (1, 0, old, old),
        (2, 1, old, old),
        (3, 2, old, old),
        (10, 7, 0x5eed, 0x5eed),
        (11, 9, 0x5eed, 0x5eed),
    ];
    assert_eq!(rows(&folded).await, expected);

    // Opened anew it is the same, and found by its numbers.
    let version = folded.manifest().version;
    let opened = Arc::new(
        Dataset::open(&uri)
            .await
            .unwrap()
            .checkout_version(version)
            .await
            .unwrap(),
    );
    assert_eq!(rows(&opened).await, expected);
    let taken = opened
        .take_rows(&[9, 0], opened.schema().project(&["value"]).unwrap())
        .await
        .unwrap();
    assert_eq!(taken.column(0).as_primitive::<Int64Type>().values(), &[11, 1]);

    // What follows takes the numbers behind.
    let next = appended(&opened, staged(&opened, &[20], None).await, None).await;
    next.validate().await.unwrap();
    assert_eq!(next.manifest().next_row_id, 13);
    assert_eq!(rows(&next).await.last().map(|row| (row.0, row.1)), Some((20, 12)));
}
