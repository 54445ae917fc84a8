//! Vectors that a write leaves to be computed from other properties. This happens when the rest of the write is known to be
//! right: what is refused costs no call.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::{FixedSizeListBuilder, Float32Builder};
use arrow_array::cast::AsArray;
use arrow_array::types::Float32Type;
use arrow_array::{Array, ArrayRef, RecordBatch};
use omnigraph_model::catalog::NodeType;
use roaring::RoaringTreemap;

use super::{Embedder, Space, embed};
use crate::error::{Error, Result};
use crate::history::Snapshot;
use crate::validate::{self, Delta, TypeDelta};

/// Computes the vectors that rows of `delta` lack. A text is asked for once in a batch of rows.
///
/// # Errors
/// What is wrong with the delta in any other respect, and what the provider could not do.
pub(crate) async fn fill(
    snapshot: &Snapshot,
    delta: &mut Delta,
    embedder: Option<&Arc<dyn Embedder>>,
    errors: usize,
) -> Result<()> {
    if delta.nodes.values().all(|written| written.unfilled.is_empty()) {
        return Ok(());
    }
    let embedder = embedder.ok_or_else(|| Error::internal("vectors were left to a provider that is not there"))?;
    let mut spaces = Vec::new();
    for (name, written) in &delta.nodes {
        let node = snapshot.catalog.node(name);
        let node = node.ok_or_else(|| Error::internal("rows of an unknown type were written"))?;
        for target in written.unfilled.keys() {
            spaces.push((name.clone(), target.clone(), space(node, target, embedder.as_ref())?));
        }
    }
    validate::check(snapshot, delta, errors).await?;
    for (name, target, space) in spaces {
        let (Some(node), Some(written)) = (snapshot.catalog.node(&name), delta.nodes.get_mut(&name)) else {
            continue;
        };
        if let Some(rows) = written.unfilled.remove(&target) {
            column(node, &target, written, &rows, &space, embedder).await?;
        }
    }
    Ok(())
}

fn space(node: &NodeType, target: &str, embedder: &dyn Embedder) -> Result<Space> {
    let property = node.property(target);
    let property = property.ok_or_else(|| Error::internal(format!("{} has no property {target}", node.name)))?;
    Space::of(&node.name, property, node.embed(target), embedder)
}

/// Fills one column of one type; `rows` are the places of the rows that lack it.
async fn column(
    node: &NodeType,
    target: &str,
    written: &mut TypeDelta,
    rows: &RoaringTreemap,
    space: &Space,
    embedder: &Arc<dyn Embedder>,
) -> Result<()> {
    let source = node.embed(target).map(|embed| embed.source.as_str());
    let source = source.ok_or_else(|| Error::internal(format!("{}.{target} follows from nothing", node.name)))?;
    let (batches, mut filled) = (written.rows.batches()?, written.rows.emptied());
    let mut rows = rows.iter().peekable();
    let mut passed = 0;
    for batch in batches {
        let batch = batch?;
        let end = passed + batch.num_rows() as u64;
        let mut lacking = Vec::new();
        while let Some(row) = rows.next_if(|row| *row < end) {
            lacking.push((row - passed) as usize);
        }
        passed = end;
        let batch = match lacking.is_empty() {
            true => batch,
            false => batch_with(batch, target, source, &lacking, space, embedder).await?,
        };
        filled.push(batch)?;
    }
    written.rows = filled.finish();
    Ok(())
}

async fn batch_with(
    batch: RecordBatch,
    target: &str,
    source: &str,
    lacking: &[usize],
    space: &Space,
    embedder: &Arc<dyn Embedder>,
) -> Result<RecordBatch> {
    let texts = batch
        .column_by_name(source)
        .and_then(|column| column.as_string_opt::<i32>())
        .ok_or_else(|| Error::internal(format!("{source} holds no texts")))?;
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut wanted = Vec::new();
    for row in lacking {
        let text = texts.value(*row);
        places.entry(text).or_insert_with(|| {
            wanted.push(text.to_owned());
            wanted.len() - 1
        });
    }
    let vectors = embed(embedder, space, wanted).await?;
    let index = batch.schema().index_of(target)?;
    let stored = batch
        .column(index)
        .as_fixed_size_list_opt()
        .ok_or_else(|| Error::internal(format!("{target} holds no vectors")))?;
    let mut column = FixedSizeListBuilder::new(Float32Builder::new(), stored.value_length());
    let mut lacking = lacking.iter().peekable();
    for row in 0..batch.num_rows() {
        if lacking.next_if_eq(&&row).is_some() {
            column.values().append_slice(&vectors[places[texts.value(row)]]);
            column.append(true);
        } else if stored.is_null(row) {
            column.values().append_nulls(stored.value_length() as usize);
            column.append(false);
        } else {
            let own = stored.value(row);
            column.values().append_slice(own.as_primitive::<Float32Type>().values());
            column.append(true);
        }
    }
    let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
    columns[index] = Arc::new(column.finish());
    Ok(RecordBatch::try_new(batch.schema(), columns)?)
}
