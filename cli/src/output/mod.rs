//! Result rows in the formats people and programs ask for. Every format prints the same values, as
//! [`omnigraph_engine::result`] words them.

pub mod lint;
mod table;
mod text;

use std::io::{self, Write};

use omnigraph_compiler::ir::ResultColumn;
use omnigraph_engine::result::{self, QueryResult};
use serde_json::{Map, Value, json};

use crate::arguments::ResultFormat;

/// What is printed about a result besides its rows.
pub struct About<'a> {
    pub query: &'a str,
    /// The commit that was asked for with `--at`, else the branch was read.
    pub at: Option<&'a str>,
    pub elapsed_ms: f64,
    /// The columns as the operation descriptor tells them.
    pub columns: &'a [ResultColumn],
}

pub fn write_rows(out: &mut dyn Write, format: ResultFormat, result: &QueryResult, about: &About) -> io::Result<()> {
    match format {
        ResultFormat::Json => json_document(out, result, about),
        ResultFormat::Jsonl => json_lines(out, result, about),
        ResultFormat::Csv => text::csv(out, result),
        ResultFormat::Kv => text::key_values(out, result, &header(result, about)),
        ResultFormat::Table => table::table(out, result, about),
        ResultFormat::Arrow => arrow(out, result),
    }
}

fn header(result: &QueryResult, about: &About) -> String {
    let rows = result.row_count();
    let noun = if rows == 1 { "row" } else { "rows" };
    let target = match about.at {
        Some(commit) => format!("snapshot {commit}"),
        None => "branch main".to_owned(),
    };
    format!("{rows} {noun} from {target} via {}", about.query)
}

fn json_document(out: &mut dyn Write, result: &QueryResult, about: &About) -> io::Result<()> {
    // Rows are written as they are converted: a large result is never held twice.
    out.write_all(b"{\"rows\":[")?;
    let mut first = true;
    for row in rows(result) {
        let row = row?;
        out.write_all(if first { b"\n" } else { b",\n" })?;
        first = false;
        serde_json::to_writer(&mut *out, &row)?;
    }
    let elapsed = (about.elapsed_ms * 1000.0).round() / 1000.0;
    writeln!(
        out,
        "{}],\"columns\":{},\"commit\":{},\"elapsed_ms\":{}}}",
        if first { "" } else { "\n" },
        json!(about.columns),
        json!(result.commit),
        json!(elapsed)
    )
}

fn json_lines(out: &mut dyn Write, result: &QueryResult, about: &About) -> io::Result<()> {
    let metadata = json!({
        "kind": "metadata",
        "query_name": about.query,
        "target": {"branch": if about.at.is_some() { Value::Null } else { json!("main") }, "snapshot": about.at},
        "row_count": result.row_count(),
    });
    writeln!(out, "{metadata}")?;
    for row in rows(result) {
        serde_json::to_writer(&mut *out, &row?)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn arrow(out: &mut dyn Write, result: &QueryResult) -> io::Result<()> {
    let failed = |error: arrow_schema::ArrowError| io::Error::other(error.to_string());
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(&mut *out, &result.schema).map_err(failed)?;
    for batch in &result.batches {
        writer.write(batch).map_err(failed)?;
    }
    writer.finish().map_err(failed)
}

/// Rows as JSON objects, a batch at a time.
fn rows(result: &QueryResult) -> impl Iterator<Item = io::Result<Map<String, Value>>> {
    result.batches.iter().flat_map(|batch| match result::json_rows(batch) {
        Ok(rows) => rows.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(io::Error::other(error.to_string()))],
    })
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
