//! Building indexes of one dataset version, and saying what those of a version cover.

use std::sync::Arc;

use lance::Dataset;
use lance::index::DatasetIndexExt;
use lance::index::vector::VectorIndexParams;
use lance_index::IndexType;
use lance_index::scalar::{BuiltinIndexType, ScalarIndexParams};
use lance_index::vector::ivf::IvfBuildParams;
use lance_table::format::IndexMetadata;
use omnigraph_model::schema::Metric;
use roaring::RoaringBitmap;

use super::policy::{IndexBuild, VECTORS_WORTH_AN_INDEX, Wanted};
use super::text_index;
use crate::error::{Error, Result};
use crate::storage::{coverage, lookup};

/// Most partitions of a vector index.
const PARTITIONS: usize = 4_096;

/// More are found by splitting, which the library refuses where too few vectors differ.
const PLAIN_PARTITIONS: usize = 256;

/// How often the middles of partitions are moved, at most, and over how many vectors for each of them.
const ITERATIONS: usize = 20;
const SAMPLE: usize = 64;

/// What a dataset lacks: indexes to build, and those that they replace or that nothing asks for any longer.
pub(super) struct Lack {
    pub build: Vec<Wanted>,
    pub drop: Vec<IndexMetadata>,
}

impl Lack {
    pub(super) fn is_empty(&self) -> bool {
        self.build.is_empty() && self.drop.is_empty()
    }
}

pub(super) async fn lack(dataset: &Dataset, wanted: &[Wanted]) -> Result<Lack> {
    let existing = dataset.load_indices().await?;
    let mut drop: Vec<IndexMetadata> = existing
        .iter()
        .filter(|index| !wanted.iter().any(|wanted| wanted.name == index.name))
        .cloned()
        .collect();
    let mut build = Vec::new();
    let all: RoaringBitmap = fragments(dataset);
    for wanted in wanted {
        let own: Vec<&IndexMetadata> = existing.iter().filter(|index| index.name == wanted.name).collect();
        if !own.is_empty() && coverage(&own).is_superset(&all) {
            continue;
        }
        if worth_building(dataset, wanted).await? {
            build.push(wanted.clone());
            drop.extend(own.into_iter().cloned());
        }
    }
    Ok(Lack { build, drop })
}

async fn worth_building(dataset: &Dataset, wanted: &Wanted) -> Result<bool> {
    let rows = dataset.count_rows(None).await? as u64;
    match wanted.build {
        IndexBuild::Vector(_) if rows < VECTORS_WORTH_AN_INDEX => Ok(false),
        IndexBuild::Vector(_) => Ok(vectors(dataset, &wanted.column).await? >= VECTORS_WORTH_AN_INDEX),
        _ => Ok(rows > 0),
    }
}

/// Rows that have a vector.
async fn vectors(dataset: &Dataset, column: &str) -> Result<u64> {
    let mut scan = dataset.scan();
    scan.empty_project()?
        .with_row_id()
        .filter_expr(lookup::column(column).is_not_null());
    Ok(scan.count_rows().await?)
}

/// Builds over all rows; nothing names the result yet.
pub(super) async fn build(dataset: &Arc<Dataset>, wanted: &Wanted) -> Result<IndexMetadata> {
    let mut dataset = Dataset::clone(dataset);
    let columns = [wanted.column.as_str()];
    let metadata = match wanted.build {
        IndexBuild::BTree => {
            let parameters = ScalarIndexParams::default();
            let mut builder = dataset
                .create_index_builder(&columns, IndexType::BTree, &parameters)
                .name(wanted.name.clone())
                .replace(true);
            builder.execute_uncommitted().await?
        }
        IndexBuild::Inverted => text_index::build(&dataset, &wanted.column, &wanted.name).await?,
        IndexBuild::NGram => {
            let parameters = ScalarIndexParams::for_builtin(BuiltinIndexType::NGram);
            let mut builder = dataset
                .create_index_builder(&columns, IndexType::NGram, &parameters)
                .name(wanted.name.clone())
                .replace(true);
            builder.execute_uncommitted().await?
        }
        IndexBuild::Vector(metric) => {
            let metric = match metric {
                Metric::L2 => "l2",
                Metric::Cosine => "cosine",
                Metric::Dot => "dot",
            };
            let partitions = dataset.count_rows(None).await?.isqrt().clamp(1, PARTITIONS);
            let mut build = async |partitions: usize| {
                let partitions = IvfBuildParams {
                    max_iters: ITERATIONS,
                    sample_rate: SAMPLE,
                    ..IvfBuildParams::new(partitions)
                };
                let parameters = VectorIndexParams::with_ivf_flat_params(metric.try_into()?, partitions);
                let mut builder = dataset
                    .create_index_builder(&columns, IndexType::Vector, &parameters)
                    .name(wanted.name.clone())
                    .replace(true);
                Ok::<_, Error>(builder.execute_uncommitted().await?)
            };
            match build(partitions).await {
                Err(_) if partitions > PLAIN_PARTITIONS => build(PLAIN_PARTITIONS).await?,
                built => built?,
            }
        }
    };
    Ok(metadata)
}

/// Every fragment of a version.
pub(super) fn fragments(dataset: &Dataset) -> RoaringBitmap {
    dataset.manifest().fragments.iter().map(|f| f.id as u32).collect()
}

/// Files of an index, relative to the dataset's folder.
pub(super) fn index_files(index: &IndexMetadata) -> impl Iterator<Item = std::path::PathBuf> {
    let folder = std::path::PathBuf::from("_indices").join(index.uuid.to_string());
    let files = index.files.iter().flatten();
    files.map(move |file| folder.join(&file.path))
}
