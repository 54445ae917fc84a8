//! Batches of one schema, in order, as many as there are: in memory first, in a scratch file once somebody says that they
//! are too many. They can be read any number of times.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::SchemaRef;

use crate::error::{Error, Result};

const BUFFER: usize = 1 << 20;

/// Batches of one schema, in order, in memory or in a scratch file. They can be read any number of times.
#[derive(Debug)]
pub struct Spool {
    schema: SchemaRef,
    memory: Vec<RecordBatch>,
    memory_bytes: usize,
    file: Option<Scratch>,
    rows: u64,
}

/// A file without a name: however the process ends, nothing of it stays.
struct Scratch {
    file: Arc<File>,
    writer: StreamWriter<BufWriter<File>>,
}

impl std::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Scratch").field(&self.file).finish()
    }
}

/// Reads a file from its start, whoever else reads or writes it.
struct FromStart {
    file: Arc<File>,
    at: u64,
}

impl Read for FromStart {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(&*self.file, buffer, self.at)?;
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(&*self.file, buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Spool {
    pub(crate) fn new(schema: SchemaRef) -> Spool {
        Spool {
            schema,
            memory: Vec::new(),
            memory_bytes: 0,
            file: None,
            rows: 0,
        }
    }

    /// The Arrow types of the columns.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The rows of all batches.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Bytes of the batches that are in memory.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.memory_bytes
    }

    pub(crate) fn push(&mut self, batch: RecordBatch) {
        self.rows += batch.num_rows() as u64;
        self.memory_bytes += batch.get_array_memory_size();
        self.memory.push(batch);
    }

    /// Moves what is in memory to the file.
    pub(crate) fn spill(&mut self) -> Result<()> {
        if self.memory.is_empty() {
            return Ok(());
        }
        let writer = match &mut self.file {
            Some(scratch) => &mut scratch.writer,
            none => {
                let file = tempfile::tempfile().map_err(failed)?;
                let reader = Arc::new(file.try_clone().map_err(failed)?);
                let writer = StreamWriter::try_new(BufWriter::with_capacity(BUFFER, file), &self.schema)?;
                &mut none.insert(Scratch { file: reader, writer }).writer
            }
        };
        for batch in self.memory.drain(..) {
            writer.write(&batch)?;
        }
        writer.get_mut().flush().map_err(failed)?;
        self.memory_bytes = 0;
        Ok(())
    }

    /// All batches so far, in the order in which they were pushed.
    ///
    /// # Errors
    /// A scratch file that cannot be read.
    pub fn batches(&self) -> Result<impl Iterator<Item = Result<RecordBatch>> + Send + use<>> {
        let spilled = match &self.file {
            Some(scratch) => {
                let file = FromStart {
                    file: scratch.file.clone(),
                    at: 0,
                };
                Some(StreamReader::try_new(BufReader::with_capacity(BUFFER, file), None)?)
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
}

fn failed(source: std::io::Error) -> Error {
    Error::from_scratch(source)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::StringArray;
    use arrow_array::cast::AsArray;
    use arrow_schema::{DataType, Field, Schema};

    use super::*;

    fn texts(spool: &Spool) -> Vec<String> {
        let mut texts = Vec::new();
        for batch in spool.batches().unwrap() {
            let batch = batch.unwrap();
            texts.extend(batch.column(0).as_string::<i32>().iter().flatten().map(str::to_owned));
        }
        texts
    }

    #[test]
    fn what_was_spilled_comes_first_and_again() {
        let schema = Arc::new(Schema::new(vec![Field::new("text", DataType::Utf8, true)]));
        let mut spool = Spool::new(schema.clone());
        assert_eq!(texts(&spool), [""; 0]);
        let mut expected = Vec::new();
        for n in 0..7 {
            let column = StringArray::from(vec![format!("{n}a"), format!("{n}b"), format!("{n}c")]);
            expected.extend([format!("{n}b"), format!("{n}c")]);
            spool.push(
                RecordBatch::try_new(schema.clone(), vec![Arc::new(column)])
                    .unwrap()
                    .slice(1, 2),
            );
            if n % 3 == 1 {
                spool.spill().unwrap();
                assert_eq!(spool.memory_bytes(), 0);
            }
            assert_eq!(texts(&spool), expected);
            assert_eq!(texts(&spool), expected);
        }
        assert_eq!(spool.rows(), 14);
        // Two readers beside each other do not move each other's place.
        let (mut one, mut two) = (spool.batches().unwrap(), spool.batches().unwrap());
        let first = |batch: Option<Result<RecordBatch>>| batch.unwrap().unwrap().column(0).clone();
        assert_eq!(&first(one.next()), &first(two.next()));
        assert_eq!(&first(one.next()), &first(two.next()));
    }
}
