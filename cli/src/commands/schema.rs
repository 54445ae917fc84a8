//! `schema show`: the schema of a graph, as text or resolved, and the state of its indexes.

use std::io::Write;

use omnigraph_engine::{Coverage, IndexCoverage};
use serde_json::json;

use super::{block_on, failure, open, print};
use crate::arguments::{SchemaShow, TextOrJson};
use crate::failure::Failure;

pub(crate) fn show(arguments: SchemaShow) -> Result<(), Failure> {
    let snapshot = block_on(async {
        let session = open(&arguments.store).await?.at(arguments.at);
        session.snapshot().await.map_err(failure)
    })?;
    let source = snapshot.schema().object.source.as_str();
    let indexes = snapshot.index_coverage();
    match arguments.format {
        TextOrJson::Text if arguments.indexes => print(|out| indexes.iter().try_for_each(|index| line(out, index))),
        TextOrJson::Text => print(|out| {
            out.write_all(source.as_bytes())?;
            if source.ends_with('\n') || source.is_empty() {
                Ok(())
            } else {
                writeln!(out)
            }
        }),
        TextOrJson::Json => {
            let catalog = serde_json::to_value(&*snapshot.catalog).map_err(|e| Failure::failed(e.to_string()))?;
            let document = json!({
                "commit": snapshot.commit_id(),
                "hash": snapshot.record.schema,
                "source": source,
                "catalog": catalog,
                "indexes": indexes,
            });
            print(|out| writeln!(out, "{document}"))
        }
    }
}

fn line(out: &mut dyn Write, index: &IndexCoverage) -> std::io::Result<()> {
    let state = match index.state {
        Coverage::Missing => "missing, `omnigraph optimize` builds it".to_string(),
        Coverage::Partial => format!("partial, {} % of {} rows", index.percent, index.rows),
        Coverage::Full => "full".to_string(),
        Coverage::Pending => format!("pending, {}", index.reason.as_deref().unwrap_or_default()),
    };
    writeln!(out, "{}.{} {}: {state}", index.type_name, index.column, index.kind)
}
