//! Finding stored rows by value: through the library's indexes when few are wanted, by one pass over the narrow columns
//! when many are.

use arrow_array::RecordBatch;
use datafusion::common::{Column, ScalarValue};
use datafusion::prelude::{Expr, lit};
use futures::TryStreamExt;

use super::{Scan, Table};
use crate::error::{Error, Result};

/// Values of one filter.
const KEYS_PER_PROBE: usize = 8_192;

/// More values than this, or than a share of the rows, are found faster by reading the column once.
const PROBE_LIMIT: usize = 4 * KEYS_PER_PROBE;
const PROBE_SHARE: u64 = 16;

pub(crate) const ROW_ID: &str = "_rowid";

/// Whether to look for `wanted` values one by one.
pub(crate) fn few(wanted: usize, rows: u64) -> bool {
    wanted <= PROBE_LIMIT && (wanted as u64) < (rows / PROBE_SHARE).max(256)
}

/// A column by its exact name: the planner would fold the case of an unquoted one.
pub(crate) fn column(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}

/// Visits the rows whose `name` is among `values`, or all rows without values. Batches hold `columns` and row ids.
pub(crate) async fn visit(
    table: &Table,
    columns: &[&str],
    among: Option<(&str, Vec<ScalarValue>)>,
    mut visitor: impl FnMut(&RecordBatch) -> Result<()>,
) -> Result<()> {
    match among {
        None => visit_filtered(table, columns, None, &mut visitor).await,
        Some((name, values)) => {
            for chunk in values.chunks(KEYS_PER_PROBE) {
                let list = chunk.iter().map(|value| lit(value.clone())).collect();
                let filter = column(name).in_list(list, false);
                visit_filtered(table, columns, Some(filter), &mut visitor).await?;
            }
            Ok(())
        }
    }
}

pub(crate) async fn visit_filtered(
    table: &Table,
    columns: &[&str],
    filter: Option<Expr>,
    visitor: &mut impl FnMut(&RecordBatch) -> Result<()>,
) -> Result<()> {
    if table.rows() == 0 {
        return Ok(());
    }
    let mut batches = table.scan(&Scan::of(columns).filter(filter)).await?;
    while let Some(batch) = batches.try_next().await? {
        visitor(&batch)?;
    }
    Ok(())
}

pub(crate) fn column_of<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b arrow_array::ArrayRef> {
    batch
        .column_by_name(name)
        .ok_or_else(|| Error::internal(format!("a scan did not give `{name}`")))
}
