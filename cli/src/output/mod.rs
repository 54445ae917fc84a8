//! Result rows in the formats people and programs ask for. Every format prints the same values, as
//! [`omnigraph_engine::result`] words them.

pub(crate) mod lint;
mod table;
mod text;

pub(crate) use text::Csv;

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::ArrowError;
use omnigraph_engine::execution::Running;
use omnigraph_engine::result::{self, Page, SpooledResult};
use omnigraph_model::ir::ResultColumn;
use serde_json::{Map, Value, json};

use crate::arguments::ResultFormat;

/// What is printed about a result besides its rows.
pub(crate) struct About<'a> {
    pub query: &'a str,
    /// The commit that was asked for with `--at`, else the branch was read.
    pub at: Option<&'a str>,
    pub elapsed_ms: f64,
    /// The columns as the operation descriptor gives them.
    pub columns: &'a [ResultColumn],
}

/// Writes a whole result, in a format that does not [stream](ResultFormat::streams).
pub(crate) fn write_rows(
    out: &mut dyn Write,
    format: ResultFormat,
    result: &SpooledResult,
    about: &About,
) -> io::Result<()> {
    match format {
        ResultFormat::Jsonl => json_lines(out, result, about),
        ResultFormat::Kv => text::key_values(out, result, &header(result, about)),
        ResultFormat::Table => table::table(out, result, about),
        _ => json_document(out, result, about),
    }?;
    match (&result.page, format) {
        (Some(page), ResultFormat::Kv | ResultFormat::Table) => writeln!(out, "{}", next_page(page)),
        _ => Ok(()),
    }
}

/// Where to go on, for people.
pub(crate) fn next_page(page: &Page) -> String {
    format!("next: {}", page.next.as_deref().unwrap_or("null"))
}

/// A format that is written batch by batch, while the query runs.
pub(crate) enum Streaming<W: Write> {
    Csv(W, Csv),
    Arrow(Box<StreamWriter<W>>),
}

impl<W: Write> Streaming<W> {
    pub(crate) fn begin(mut out: W, format: ResultFormat, csv: Csv, running: &Running) -> io::Result<Streaming<W>> {
        if format == ResultFormat::Arrow {
            let writer = StreamWriter::try_new(out, &running.schema).map_err(arrow_failed)?;
            return Ok(Streaming::Arrow(Box::new(writer)));
        }
        csv.names(&mut out, running.columns.iter().map(|column| column.name.as_str()))?;
        Ok(Streaming::Csv(out, csv))
    }

    pub(crate) fn write(&mut self, batch: RecordBatch) -> io::Result<()> {
        match self {
            Streaming::Csv(out, csv) => {
                for row in result::streamed_json_rows(batch) {
                    csv.values(out, &row.map_err(unprintable)?)?;
                }
                Ok(())
            }
            Streaming::Arrow(writer) => writer.write(&batch).map_err(arrow_failed),
        }
    }

    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            Streaming::Csv(mut out, _) => out.flush(),
            Streaming::Arrow(mut writer) => {
                writer.finish().map_err(arrow_failed)?;
                writer.flush().map_err(arrow_failed)
            }
        }
    }
}

fn arrow_failed(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, source) => source,
        other => io::Error::other(other.to_string()),
    }
}

fn unprintable(error: omnigraph_engine::Error) -> io::Error {
    io::Error::other(error.to_string())
}

fn header(result: &SpooledResult, about: &About) -> String {
    let rows = result.rows.rows();
    let noun = if rows == 1 { "row" } else { "rows" };
    let target = match about.at {
        Some(commit) => format!("snapshot {commit}"),
        None => "branch main".to_owned(),
    };
    format!("{rows} {noun} from {target} via {}", about.query)
}

fn json_document(out: &mut dyn Write, result: &SpooledResult, about: &About) -> io::Result<()> {
    out.write_all(b"{\"rows\":[")?;
    let mut first = true;
    for row in rows(result)? {
        let row = row?;
        out.write_all(if first { b"\n" } else { b",\n" })?;
        first = false;
        serde_json::to_writer(&mut *out, &row)?;
    }
    let elapsed = (about.elapsed_ms * 1000.0).round() / 1000.0;
    let page = match &result.page {
        Some(page) => format!("\"next\":{},", json!(page.next)),
        None => String::new(),
    };
    writeln!(
        out,
        "{}],{}\"columns\":{},\"commit\":{},\"elapsed_ms\":{}}}",
        if first { "" } else { "\n" },
        page,
        json!(about.columns),
        json!(result.commit),
        json!(elapsed)
    )
}

fn json_lines(out: &mut dyn Write, result: &SpooledResult, about: &About) -> io::Result<()> {
    let mut metadata = json!({
        "kind": "metadata",
        "query_name": about.query,
        "target": {"branch": if about.at.is_some() { Value::Null } else { json!("main") }, "snapshot": about.at},
        "row_count": result.rows.rows(),
    });
    if let Some(page) = &result.page {
        metadata["next"] = json!(page.next);
    }
    writeln!(out, "{metadata}")?;
    for row in rows(result)? {
        serde_json::to_writer(&mut *out, &row?)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Rows as JSON objects, a few at a time: a large result is never held twice.
fn rows(result: &SpooledResult) -> io::Result<impl Iterator<Item = io::Result<Map<String, Value>>> + use<>> {
    let rows = result.json_rows().map_err(unprintable)?;
    Ok(rows.map(|row| row.map_err(unprintable)))
}

/// Cells of a row in column order, as text: strings bare, null as `null`, lists and objects as compact JSON.
fn cells(row: &Map<String, Value>) -> Vec<String> {
    row.values()
        .map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
        .collect()
}
