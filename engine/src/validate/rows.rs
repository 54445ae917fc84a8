//! Rows of one type on their way into the store, as batches of bounded size, each row with its line of the input.

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{RecordBatch, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::error::{Error, Result};
use crate::storage::Spool;

/// The last column of every batch: what of the request a row came from (a line, a statement), 0 for unknown.
pub(crate) const LINE: &str = "_line";

#[derive(Debug)]
pub(crate) struct Rows {
    spool: Spool,
}

impl Rows {
    /// `schema` is that of the stored type without what is added when rows are written.
    pub(crate) fn new(schema: &Schema) -> Rows {
        let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
        fields.push(Field::new(LINE, DataType::UInt64, false).into());
        Rows {
            spool: Spool::new(Schema::new(fields).into()),
        }
    }

    /// With the line column.
    pub(crate) fn schema(&self) -> &SchemaRef {
        self.spool.schema()
    }

    pub(crate) fn len(&self) -> u64 {
        self.spool.rows()
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        self.spool.memory_bytes()
    }

    pub(crate) fn push(&mut self, batch: RecordBatch) {
        self.spool.push(batch);
    }

    /// Moves what is in memory to a scratch file.
    pub(crate) fn spill(&mut self) -> Result<()> {
        self.spool.spill()
    }

    /// Takes the place of these rows, batch by batch.
    pub(crate) fn emptied(&self) -> Rewrite {
        Rewrite {
            rows: Rows {
                spool: Spool::new(self.schema().clone()),
            },
        }
    }

    /// All batches, in the order in which they were pushed.
    pub(crate) fn batches(&self) -> Result<impl Iterator<Item = Result<RecordBatch>> + Send + use<>> {
        self.spool.batches()
    }

    /// The row at a place; for messages.
    pub(crate) fn row(&self, ordinal: u64) -> Result<RecordBatch> {
        let mut passed = 0;
        for batch in self.batches()? {
            let batch = batch?;
            let rows = batch.num_rows() as u64;
            if ordinal < passed + rows {
                return Ok(batch.slice((ordinal - passed) as usize, 1));
            }
            passed += rows;
        }
        Err(Error::internal("a row was looked up that is not there"))
    }

    /// The id and the line of the row at a place; for messages.
    pub(crate) fn describe(&self, ordinal: u64) -> Result<(String, Option<u64>)> {
        let row = self.row(ordinal)?;
        let id = row.column(0).as_string::<i32>().value(0).to_string();
        Ok((id, line_at(lines(&row), 0)))
    }
}

/// Bytes of rewritten rows in memory before they go to a scratch file.
const REWRITE_MEMORY: usize = 64 << 20;

pub(crate) struct Rewrite {
    rows: Rows,
}

impl Rewrite {
    pub(crate) fn push(&mut self, batch: RecordBatch) -> Result<()> {
        self.rows.push(batch);
        match self.rows.memory_bytes() > REWRITE_MEMORY {
            true => self.rows.spill(),
            false => Ok(()),
        }
    }

    pub(crate) fn finish(self) -> Rows {
        self.rows
    }
}

pub(crate) fn lines(batch: &RecordBatch) -> &UInt64Array {
    batch.column(batch.num_columns() - 1).as_primitive::<UInt64Type>()
}

pub(crate) fn line_at(lines: &UInt64Array, at: usize) -> Option<u64> {
    Some(lines.value(at)).filter(|line| *line > 0)
}
