//! Collects the rows of one type: cells into columns, columns into batches, ids into an index that finds duplicates.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::builder::{StringBuilder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::Schema;
use omnigraph_model::catalog::{EdgeType, NodeType, Property};
use roaring::RoaringTreemap;

use super::delta::{Existing, Removed, TypeDelta};
use super::keys::{KeyBudget, Keys, hash};
use super::rows::Rows;
use super::sink::First;
use crate::error::{Error, Result};
use crate::storage::{Cell, Column, DST_ROW, SRC_ROW, edge_schema, node_schema};

const BATCH_ROWS: usize = 8_192;
const BATCH_BYTES: usize = 8 << 20;

pub(crate) struct RowBuilder {
    ids: StringBuilder,
    /// Only edges have them.
    endpoints: Option<(StringBuilder, StringBuilder)>,
    columns: Vec<Column>,
    /// Names of the columns.
    properties: Vec<String>,
    unfilled: BTreeMap<String, RoaringTreemap>,
    lines: UInt64Builder,
    pending_rows: usize,
    pending_bytes: usize,
    rows: Rows,
    index: Keys<u64>,
}

impl RowBuilder {
    pub(crate) fn node(node: &NodeType, budget: &Arc<KeyBudget>) -> RowBuilder {
        RowBuilder::new(&node_schema(node), &node.properties, false, budget)
    }

    pub(crate) fn edge(edge: &EdgeType, budget: &Arc<KeyBudget>) -> RowBuilder {
        let schema = edge_schema(edge);
        // Row ids of endpoints are known only when the rows are written.
        let visible = schema
            .fields()
            .iter()
            .filter(|f| f.name() != SRC_ROW && f.name() != DST_ROW)
            .cloned();
        RowBuilder::new(
            &Schema::new(visible.collect::<Vec<_>>()),
            &edge.properties,
            true,
            budget,
        )
    }

    fn new(schema: &Schema, properties: &[Property], edge: bool, budget: &Arc<KeyBudget>) -> RowBuilder {
        RowBuilder {
            ids: StringBuilder::new(),
            endpoints: edge.then(Default::default),
            columns: properties.iter().map(|property| Column::new(&property.ty)).collect(),
            properties: properties.iter().map(|property| property.name.clone()).collect(),
            unfilled: BTreeMap::new(),
            lines: UInt64Builder::new(),
            pending_rows: 0,
            pending_bytes: 0,
            rows: Rows::new(schema),
            index: Keys::new(budget),
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.rows.len() + self.pending_rows as u64
    }

    /// Remembers the id of the row that is appended next; the place of an earlier row with this id, if that is still in
    /// memory.
    pub(crate) fn index(&mut self, id: &str) -> Result<Option<u64>> {
        self.index.insert(hash(id.as_bytes()), self.len())
    }

    /// All ids have come: the places of rows whose id had come before and was not in memory any more, with the place of the
    /// first; as many as a caller may want to hear of.
    pub(crate) fn seal(&mut self, most: usize) -> Result<First<u64>> {
        let mut twice = First::new(most);
        self.index.seal(|first, second| {
            twice.meet(second, first);
            first
        })?;
        Ok(twice)
    }

    pub(crate) fn append(
        &mut self,
        id: &str,
        endpoints: Option<(&str, &str)>,
        cells: &[Cell],
        line: u64,
    ) -> Result<()> {
        self.ids.append_value(id);
        self.pending_bytes += id.len() + 12;
        if let (Some((src, dst)), Some((from, to))) = (&mut self.endpoints, endpoints) {
            src.append_value(from);
            dst.append_value(to);
            self.pending_bytes += from.len() + to.len() + 8;
        }
        let ordinal = self.len();
        for (at, (column, cell)) in self.columns.iter_mut().zip(cells).enumerate() {
            column.append(cell)?;
            self.pending_bytes += cell.bytes();
            if let Cell::Unfilled(_) = cell {
                let name = self.properties[at].clone();
                self.unfilled.entry(name).or_default().insert(ordinal);
            }
        }
        self.lines.append_value(line);
        self.pending_rows += 1;
        if self.pending_rows >= BATCH_ROWS || self.pending_bytes >= BATCH_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        if self.pending_rows == 0 {
            return Ok(());
        }
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(self.ids.finish())];
        if let Some((src, dst)) = &mut self.endpoints {
            arrays.push(Arc::new(src.finish()));
            arrays.push(Arc::new(dst.finish()));
        }
        arrays.extend(self.columns.iter_mut().map(Column::finish));
        arrays.push(Arc::new(self.lines.finish()));
        self.rows
            .push(RecordBatch::try_new(self.rows.schema().clone(), arrays)?);
        self.pending_rows = 0;
        self.pending_bytes = 0;
        Ok(())
    }

    /// Id and line of a row, pending ones among them.
    pub(crate) fn describe(&mut self, ordinal: u64) -> Result<(String, Option<u64>)> {
        self.flush()?;
        self.rows.describe(ordinal)
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        self.rows.memory_bytes() + self.pending_bytes
    }

    pub(crate) fn rows_mut(&mut self) -> &mut Rows {
        &mut self.rows
    }

    pub(crate) fn finish(mut self, existing: Existing, removed: Removed) -> Result<TypeDelta> {
        self.flush()?;
        if !self.seal(1)?.is_empty() {
            return Err(Error::internal("a row was written twice"));
        }
        Ok(TypeDelta {
            rows: self.rows,
            ids: self.index,
            unfilled: self.unfilled,
            existing,
            removed,
        })
    }
}
