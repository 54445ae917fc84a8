//! A snapshot as NDJSON that `load` accepts: nodes before edges, types by name, rows by id. Two exports of one snapshot are
//! equal byte by byte, and so is the export of a graph that was loaded from one.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream};
use futures::TryStreamExt;
use omnigraph_model::catalog::{EdgeType, Embed, NodeType, Property};
use omnigraph_model::suggest::nearest;
use omnigraph_model::temporal;

use crate::error::{Error, Result};
use crate::execution::context;
use crate::history::Snapshot;
use crate::load::BASE64;
use crate::storage::lookup::{ROW_ID, column_of, visit};
use crate::storage::{DST, ID, SRC, Scan, Table, TableStream};

/// Rows fetched at once; fewer where rows are wide.
const BATCH_ROWS: usize = 8_192;
const BATCH_BYTES: u64 = 4 << 20;

/// Memory for putting ids in order.
const SORT_MEMORY: usize = 64 << 20;

/// Bytes of ids in one batch of the sort.
const SORTED_BYTES: u64 = 2 << 20;

/// Rows read at once to learn how long ids are.
const MEASURED_ROWS: usize = 1_024;

/// Output handed on at once.
const CHUNK: usize = 64 << 10;

/// What is exported.
#[derive(Clone, Debug, Default)]
pub struct ExportOptions {
    /// Names of node and edge types; all without any.
    pub types: Vec<String>,
}

impl Snapshot {
    /// Writes the snapshot. Fails before any output if a type is unknown.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a type; [`Error::HistoricalVersionReclaimed`]; what reading and writing give.
    pub async fn export(&self, output: &mut (impl Write + Send), options: &ExportOptions) -> Result<()> {
        self.graph().bounded(self.exported(output, options)).await
    }

    async fn exported(&self, output: &mut (impl Write + Send), options: &ExportOptions) -> Result<()> {
        let known = || self.catalog.nodes.keys().chain(self.catalog.edges.keys());
        for name in &options.types {
            if !known().any(|other| other == name) {
                return Err(Error::NotFound {
                    what: "type",
                    name: name.clone(),
                    nearest: nearest(name, known().map(String::as_str)).map(str::to_string),
                });
            }
        }
        let wanted = |name: &str| options.types.is_empty() || options.types.iter().any(|other| other == name);
        let mut buffer = Vec::with_capacity(2 * CHUNK);
        for node in self.catalog.nodes.values().filter(|node| wanted(&node.name)) {
            let rows = Source::of_node(node, self.node_table(&node.name).await?);
            export_table(&rows, output, &mut buffer).await?;
        }
        for edge in self.catalog.edges.values().filter(|edge| wanted(&edge.name)) {
            let rows = Source::of_edge(edge, self.edge_table(&edge.name).await?);
            export_table(&rows, output, &mut buffer).await?;
        }
        write_out(output, &mut buffer)?;
        output
            .flush()
            .map_err(|source| Error::from_io("write the export", source))
    }

    /// One entity as a line of an export, without the line's end; `None` if there is none with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the type; [`Error::HistoricalVersionReclaimed`]; damage, and the storage's.
    pub async fn entity(&self, type_name: &str, id: &str) -> Result<Option<String>> {
        self.graph().bounded(self.line_of(type_name, id)).await
    }

    async fn line_of(&self, type_name: &str, id: &str) -> Result<Option<String>> {
        let rows = match (self.catalog.node(type_name), self.catalog.edge(type_name)) {
            (Some(node), _) => Source::of_node(node, self.node_table(type_name).await?),
            (None, Some(edge)) => Source::of_edge(edge, self.edge_table(type_name).await?),
            (None, None) => {
                let known = self.catalog.nodes.keys().chain(self.catalog.edges.keys());
                return Err(Error::NotFound {
                    what: "type",
                    name: type_name.to_string(),
                    nearest: nearest(type_name, known.map(String::as_str)).map(str::to_string),
                });
            }
        };
        let mut found = None;
        visit(&rows.table, &[ID], Some((ID, vec![id.into()])), |batch| {
            let row_ids = column_of(batch, ROW_ID)?.as_primitive::<UInt64Type>();
            found = row_ids.values().first().copied().or(found);
            Ok(())
        })
        .await?;
        let Some(row) = found else {
            return Ok(None);
        };
        let batch = rows.table.take(&[row], &rows.columns()).await?;
        let mut line = Vec::new();
        rows.write_row(&batch, 0, &mut line)?;
        String::from_utf8(line)
            .map(Some)
            .map_err(|_| Error::internal("an entity is not text"))
    }
}

/// The rows of one type.
struct Source<'c> {
    table: Arc<Table>,
    /// How every line begins.
    prefix: String,
    edge: bool,
    properties: &'c [Property],
    embeds: &'c [Embed],
}

fn text(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}

async fn export_table(source: &Source<'_>, output: &mut (impl Write + Send), buffer: &mut Vec<u8>) -> Result<()> {
    let table = &source.table;
    if table.rows() == 0 {
        return Ok(());
    }
    let mut order = ordered(table).await?;
    let mut pending: VecDeque<u64> = VecDeque::new();
    let mut width = table.row_bytes().max(1);
    loop {
        let wanted = usize::try_from(BATCH_BYTES / width)
            .unwrap_or(BATCH_ROWS)
            .clamp(1, BATCH_ROWS);
        while pending.len() < wanted
            && let Some(batch) = order.try_next().await?
        {
            pending.extend(column_of(&batch, ROW_ID)?.as_primitive::<UInt64Type>().values());
        }
        let rows: Vec<u64> = pending.drain(..wanted.min(pending.len())).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let batch = table.take(&rows, &source.columns()).await?;
        // Rows of a type tend to be alike: the next batch is as large as this one should have been.
        width = (batch.get_array_memory_size() as u64 / rows.len() as u64).max(1);
        for row in 0..batch.num_rows() {
            source.write_row(&batch, row, buffer)?;
            buffer.push(b'\n');
            if buffer.len() >= CHUNK {
                write_out(output, buffer)?;
            }
        }
    }
}

/// Row ids in the order of ids. Nothing but these two is read; what exceeds the memory is sorted on disk.
async fn ordered(table: &Arc<Table>) -> Result<SendableRecordBatchStream> {
    let batch = sorted_at_once(table).await?;
    let scan = Scan::of(&[ID]).batch_rows(batch);
    let rows = TableStream::new(table.clone(), scan)?;
    let schema = rows.schema().clone();
    let id = Column::new_with_schema(ID, &schema)?;
    let order = LexOrdering::new([PhysicalSortExpr::new_default(Arc::new(id))])
        .ok_or_else(|| Error::internal("an order by nothing"))?;
    let rows = StreamingTableExec::try_new(schema, vec![Arc::new(rows)], None, [], false, None)?;
    let rows: Arc<dyn ExecutionPlan> = Arc::new(rows);
    Ok(SortExec::new(order, rows).execute(0, context(SORT_MEMORY, batch)?)?)
}

/// How many rows the sort may put into one batch: as many of the longest ids as [`SORTED_BYTES`] hold. A merge of what
/// was sorted on disk needs several batches in memory at once, and fails where they do not fit.
async fn sorted_at_once(table: &Table) -> Result<usize> {
    // Ids of 2^(n-1) to 2^n - 1 bytes are counted at n.
    let mut lengths = [0_u64; u32::BITS as usize + 1];
    let mut batches = table.scan(&Scan::of(&[ID]).batch_rows(MEASURED_ROWS)).await?;
    while let Some(batch) = batches.try_next().await? {
        for id in column_of(&batch, ID)?.as_string::<i32>().iter().flatten() {
            let length = u32::try_from(id.len()).unwrap_or(u32::MAX);
            lengths[(u32::BITS - length.leading_zeros()) as usize] += 1;
        }
    }
    let (mut rows, mut bytes) = (0_u64, SORTED_BYTES);
    for (power, count) in lengths.into_iter().enumerate().rev() {
        let fit = (bytes >> power).min(count);
        (rows, bytes) = (rows + fit, bytes - (fit << power));
        if fit < count {
            break;
        }
    }
    Ok(usize::try_from(rows).unwrap_or(BATCH_ROWS).clamp(1, BATCH_ROWS))
}

fn write_out(output: &mut impl Write, buffer: &mut Vec<u8>) -> Result<()> {
    for chunk in buffer.chunks(CHUNK) {
        output
            .write_all(chunk)
            .map_err(|source| Error::from_io("write the export", source))?;
    }
    buffer.clear();
    Ok(())
}

impl<'c> Source<'c> {
    fn of_node(node: &'c NodeType, table: Arc<Table>) -> Source<'c> {
        Source {
            table,
            prefix: format!("{{\"type\":{},", text(&node.name)),
            edge: false,
            properties: &node.properties,
            embeds: &node.embeds,
        }
    }

    fn of_edge(edge: &'c EdgeType, table: Arc<Table>) -> Source<'c> {
        Source {
            table,
            prefix: format!("{{\"edge\":{},", text(&edge.name)),
            edge: true,
            properties: &edge.properties,
            embeds: &[],
        }
    }

    fn columns(&self) -> Vec<&str> {
        let mut columns = vec![ID];
        if self.edge {
            columns.extend([SRC, DST]);
        }
        columns.extend(self.properties.iter().map(|property| property.name.as_str()));
        columns
    }

    fn write_row(&self, batch: &RecordBatch, row: usize, out: &mut Vec<u8>) -> Result<()> {
        let string = |name: &str| Ok::<_, Error>(column_of(batch, name)?.as_string::<i32>().value(row));
        out.extend_from_slice(self.prefix.as_bytes());
        if self.edge {
            out.extend_from_slice(b"\"from\":");
            write_text(out, string(SRC)?)?;
            out.extend_from_slice(b",\"to\":");
            write_text(out, string(DST)?)?;
            out.push(b',');
        }
        out.extend_from_slice(b"\"data\":{\"id\":");
        write_text(out, string(ID)?)?;
        for property in self.properties {
            let array = column_of(batch, &property.name)?;
            let null = array.is_null(row);
            // Read again, what is left out would get its default, or be computed.
            let filled = || property.default.is_some() || self.embeds.iter().any(|embed| embed.target == property.name);
            if null && !filled() {
                continue;
            }
            out.push(b',');
            write_text(out, &property.name)?;
            out.push(b':');
            match null {
                true => out.extend_from_slice(b"null"),
                false => write_value(out, array.as_ref(), row)?,
            }
        }
        out.extend_from_slice(b"}}");
        Ok(())
    }
}

fn write_text(out: &mut Vec<u8>, value: &str) -> Result<()> {
    serde_json::to_writer(out, value).map_err(|error| Error::internal(format!("text could not be written: {error}")))
}

fn write_value(out: &mut Vec<u8>, array: &dyn Array, row: usize) -> Result<()> {
    macro_rules! number {
        ($ty:ty) => {
            serde_json::to_writer(out, &array.as_primitive::<$ty>().value(row))
                .map_err(|error| Error::internal(format!("a number could not be written: {error}")))
        };
    }
    match array.data_type() {
        DataType::Utf8 => write_text(out, array.as_string::<i32>().value(row)),
        DataType::Boolean => {
            out.extend_from_slice(if array.as_boolean().value(row) {
                b"true"
            } else {
                b"false"
            });
            Ok(())
        }
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type),
        DataType::Float32 => number!(Float32Type),
        DataType::Float64 => number!(Float64Type),
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>().value(row);
            let printed = temporal::print_date(days);
            // Days beyond four-digit years have no text that a load reads; the number it does read.
            if temporal::parse_date(&printed) == Some(days) {
                write_text(out, &printed)
            } else {
                number!(Date32Type)
            }
        }
        DataType::Date64 => {
            let milliseconds = array.as_primitive::<Date64Type>().value(row);
            let printed = temporal::print_datetime(milliseconds);
            if temporal::parse_datetime(&printed) == Some(milliseconds) {
                write_text(out, &printed)
            } else {
                number!(Date64Type)
            }
        }
        DataType::LargeBinary => {
            let encoded = STANDARD.encode(array.as_binary::<i64>().value(row));
            write_text(out, &format!("{BASE64}{encoded}"))
        }
        DataType::List(_) => write_items(out, array.as_list::<i32>().value(row).as_ref()),
        DataType::FixedSizeList(..) => write_items(out, array.as_fixed_size_list().value(row).as_ref()),
        other => Err(Error::internal(format!("a column of type {other} has no text"))),
    }
}

fn write_items(out: &mut Vec<u8>, items: &dyn Array) -> Result<()> {
    out.push(b'[');
    for item in 0..items.len() {
        if item > 0 {
            out.push(b',');
        }
        write_value(out, items, item)?;
    }
    out.push(b']');
    Ok(())
}
