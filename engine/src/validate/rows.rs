//! Rows of one type on their way into the store, as batches of bounded size: in memory first, in a scratch file once
//! they are many. They can be read any number of times, in order.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::PathBuf;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{RecordBatch, UInt64Array};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use ulid::Ulid;

use crate::error::{Error, Result};

/// The last column of every batch: what of the request a row came from (a line, a statement), 0 for unknown.
pub(crate) const LINE: &str = "_line";

#[derive(Debug)]
pub(crate) struct Rows {
    schema: SchemaRef,
    memory: Vec<RecordBatch>,
    memory_bytes: usize,
    spill: Option<Spill>,
    rows: u64,
}

struct Spill {
    path: PathBuf,
    writer: Option<StreamWriter<BufWriter<File>>>,
}

impl std::fmt::Debug for Spill {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Spill").field(&self.path).finish()
    }
}

impl Rows {
    /// `schema` is that of the stored type without what is added when rows are written.
    pub fn new(schema: &Schema) -> Rows {
        let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
        fields.push(Field::new(LINE, DataType::UInt64, false).into());
        Rows {
            schema: Schema::new(fields).into(),
            memory: Vec::new(),
            memory_bytes: 0,
            spill: None,
            rows: 0,
        }
    }

    /// With the line column.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub fn len(&self) -> u64 {
        self.rows
    }

    pub fn memory_bytes(&self) -> usize {
        self.memory_bytes
    }

    pub fn push(&mut self, batch: RecordBatch) {
        self.rows += batch.num_rows() as u64;
        self.memory_bytes += batch.get_array_memory_size();
        self.memory.push(batch);
    }

    /// Moves what is in memory to the file.
    pub fn spill(&mut self, path: impl FnOnce() -> PathBuf) -> Result<()> {
        if self.memory.is_empty() {
            return Ok(());
        }
        let spill = match &mut self.spill {
            Some(spill) => spill,
            none => {
                let path = path();
                let file = File::create_new(&path).map_err(scratch)?;
                let writer = StreamWriter::try_new(BufWriter::with_capacity(1 << 20, file), &self.schema)?;
                none.insert(Spill {
                    path,
                    writer: Some(writer),
                })
            }
        };
        let writer = spill
            .writer
            .as_mut()
            .ok_or_else(|| Error::internal("rows were added to a finished scratch file"))?;
        for batch in self.memory.drain(..) {
            writer.write(&batch)?;
        }
        self.memory_bytes = 0;
        Ok(())
    }

    /// No more rows come: the scratch file can be read.
    pub fn finish(&mut self) -> Result<()> {
        if let Some(spill) = &mut self.spill
            && let Some(mut writer) = spill.writer.take()
        {
            writer.finish()?;
            writer
                .into_inner()?
                .into_inner()
                .map_err(|error| scratch(error.into_error()))?;
        }
        Ok(())
    }

    /// Takes the place of these rows, batch by batch: in memory where they are there, else in a file beside theirs.
    pub fn emptied(&self) -> Rewrite {
        Rewrite {
            rows: Rows {
                schema: self.schema.clone(),
                memory: Vec::new(),
                memory_bytes: 0,
                spill: None,
                rows: 0,
            },
            old: self.spill.as_ref().map(|spill| spill.path.clone()),
        }
    }

    /// All batches, in the order in which they were pushed.
    pub fn batches(&self) -> Result<impl Iterator<Item = Result<RecordBatch>> + Send + use<>> {
        let spilled = match &self.spill {
            Some(spill) => {
                let file = File::open(&spill.path).map_err(scratch)?;
                Some(StreamReader::try_new(BufReader::with_capacity(1 << 20, file), None)?)
            }
            None => None,
        };
        let memory = self.memory.clone();
        Ok(spilled
            .into_iter()
            .flatten()
            .map(|batch| batch.map_err(Error::from))
            .chain(memory.into_iter().map(Ok)))
    }

    /// The id and the line of the row at a place; for messages.
    pub fn describe(&self, ordinal: u64) -> Result<(String, Option<u64>)> {
        let mut passed = 0;
        for batch in self.batches()? {
            let batch = batch?;
            let rows = batch.num_rows() as u64;
            if ordinal < passed + rows {
                let at = (ordinal - passed) as usize;
                let id = batch.column(0).as_string::<i32>().value(at).to_string();
                return Ok((id, line_at(lines(&batch), at)));
            }
            passed += rows;
        }
        Err(Error::internal("a row was looked up that is not there"))
    }
}

/// Bytes of rewritten rows in memory before they follow those that they replace into a file.
const REWRITE_MEMORY: usize = 64 << 20;

pub(crate) struct Rewrite {
    rows: Rows,
    old: Option<PathBuf>,
}

impl Rewrite {
    pub fn push(&mut self, batch: RecordBatch) -> Result<()> {
        self.rows.push(batch);
        match &self.old {
            Some(old) if self.rows.memory_bytes() > REWRITE_MEMORY => {
                self.rows.spill(|| old.with_file_name(format!("{}.arrow", Ulid::new())))
            }
            _ => Ok(()),
        }
    }

    pub fn finish(mut self) -> Result<Rows> {
        self.rows.finish()?;
        if let Some(old) = self.old {
            std::fs::remove_file(old).map_err(scratch)?;
        }
        Ok(self.rows)
    }
}

pub(crate) fn lines(batch: &RecordBatch) -> &UInt64Array {
    batch.column(batch.num_columns() - 1).as_primitive::<UInt64Type>()
}

pub(crate) fn line_at(lines: &UInt64Array, at: usize) -> Option<u64> {
    Some(lines.value(at)).filter(|line| *line > 0)
}

fn scratch(source: std::io::Error) -> Error {
    Error::from_io("use a scratch file", source)
}
