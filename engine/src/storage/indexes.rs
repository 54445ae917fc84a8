//! What the indexes of a dataset version cover.

use lance::Dataset;
use lance::index::DatasetIndexExt;
use lance_table::format::IndexMetadata;
use roaring::RoaringBitmap;

use super::record::IndexState;
use crate::error::{Error, Result};

/// The indexes of a version, and how many of its rows each of them covers.
pub(crate) async fn index_states(dataset: &Dataset) -> Result<Vec<IndexState>> {
    let existing = dataset.load_indices().await?;
    let mut states: Vec<IndexState> = Vec::new();
    for index in existing.iter() {
        if states.iter().any(|state| state.name == index.name) {
            continue;
        }
        let kind = index.name.split_once('-').map_or("", |(kind, _)| kind);
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
            kind: kind.to_string(),
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
