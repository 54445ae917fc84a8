//! A snapshot as NDJSON that `load` accepts: nodes before edges, types by name, rows by id. Two exports of one snapshot are
//! equal byte by byte, and so is the export of a graph that was loaded from one.

use std::io::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use omnigraph_compiler::catalog::Property;
use omnigraph_compiler::diagnostic::nearest;
use omnigraph_compiler::temporal;

use crate::error::{Error, Result};
use crate::load::BASE64;
use crate::store::{DST, ID, SRC, Snapshot, Table};
use crate::validate::lookup::{ROW_ID, column_of, visit};

/// Rows fetched at once; fewer where rows are wide.
const BATCH_ROWS: usize = 8_192;
const BATCH_BYTES: u64 = 32 << 20;

/// Output handed on at once.
const CHUNK: usize = 64 << 10;

#[derive(Clone, Debug, Default)]
pub struct ExportOptions {
    /// Names of node and edge types; all without any.
    pub types: Vec<String>,
}

impl Snapshot {
    /// Writes the snapshot. Fails before any output if a type is unknown.
    pub async fn export(&self, output: &mut (impl Write + Send), options: &ExportOptions) -> Result<()> {
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
            let table = self.node_table(&node.name).await?;
            let prefix = format!("{{\"type\":{},", text(&node.name));
            export_table(&table, &prefix, false, &node.properties, output, &mut buffer).await?;
        }
        for edge in self.catalog.edges.values().filter(|edge| wanted(&edge.name)) {
            let table = self.edge_table(&edge.name).await?;
            let prefix = format!("{{\"edge\":{},", text(&edge.name));
            export_table(&table, &prefix, true, &edge.properties, output, &mut buffer).await?;
        }
        write_out(output, &mut buffer)?;
        output
            .flush()
            .map_err(|source| Error::from_io("write the export", source))
    }
}

fn text(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}

async fn export_table(
    table: &Table,
    prefix: &str,
    edge: bool,
    properties: &[Property],
    output: &mut (impl Write + Send),
    buffer: &mut Vec<u8>,
) -> Result<()> {
    // The order needs ids and row ids alone; the rows themselves are fetched a batch at a time.
    let mut order: Vec<(String, u64)> = Vec::with_capacity(table.rows() as usize);
    visit(table, &[ID], None, |batch| {
        let ids = column_of(batch, ID)?.as_string::<i32>();
        let row_ids = column_of(batch, ROW_ID)?.as_primitive::<UInt64Type>();
        order.extend(
            ids.iter()
                .zip(row_ids.values())
                .map(|(id, row)| (id.unwrap_or_default().to_string(), *row)),
        );
        Ok(())
    })
    .await?;
    order.sort();
    let rows: Vec<u64> = order.into_iter().map(|(_, row)| row).collect();
    let mut columns = vec![ID];
    if edge {
        columns.extend([SRC, DST]);
    }
    columns.extend(properties.iter().map(|property| property.name.as_str()));
    let projection = table.dataset().schema().project(&columns)?;
    let bytes: u64 = table
        .dataset()
        .manifest()
        .fragments
        .iter()
        .flat_map(|f| &f.files)
        .filter_map(|f| f.file_size_bytes.get())
        .map(u64::from)
        .sum();
    let width = (bytes / table.rows().max(1)).max(1);
    let batch_rows = usize::try_from(BATCH_BYTES / width)
        .unwrap_or(BATCH_ROWS)
        .clamp(1, BATCH_ROWS);
    for chunk in rows.chunks(batch_rows) {
        let batch = table.dataset().take_rows(chunk, projection.clone()).await?;
        for row in 0..batch.num_rows() {
            buffer.extend_from_slice(prefix.as_bytes());
            write_row(&batch, row, edge, properties, buffer)?;
            buffer.extend_from_slice(b"}}\n");
            if buffer.len() >= CHUNK {
                write_out(output, buffer)?;
            }
        }
    }
    Ok(())
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

fn write_row(batch: &RecordBatch, row: usize, edge: bool, properties: &[Property], out: &mut Vec<u8>) -> Result<()> {
    let string = |name: &str| Ok::<_, Error>(column_of(batch, name)?.as_string::<i32>().value(row));
    if edge {
        out.extend_from_slice(b"\"from\":");
        write_text(out, string(SRC)?)?;
        out.extend_from_slice(b",\"to\":");
        write_text(out, string(DST)?)?;
        out.push(b',');
    }
    out.extend_from_slice(b"\"data\":{\"id\":");
    write_text(out, string(ID)?)?;
    for property in properties {
        let array = column_of(batch, &property.name)?;
        if array.is_null(row) {
            continue;
        }
        out.push(b',');
        write_text(out, &property.name)?;
        out.push(b':');
        write_value(out, array.as_ref(), row)?;
    }
    Ok(())
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
