//! `schema show`: the schema of a graph, as text or resolved.

use serde_json::json;

use crate::arguments::{SchemaShow, TextOrJson};
use crate::failure::Failure;

use super::{block_on, open, print, snapshot};

pub fn show(arguments: SchemaShow) -> Result<(), Failure> {
    let snapshot = block_on(async {
        let graph = open(&arguments.store).await?;
        snapshot(&graph, arguments.at.as_deref()).await
    })?;
    let source = snapshot.schema().object.source.as_str();
    match arguments.format {
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
            });
            print(|out| writeln!(out, "{document}"))
        }
    }
}
