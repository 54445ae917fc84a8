//! `schema diagram`: a picture of a schema.

use omnigraph_compiler::schema_text::check_schema_text;

use super::{block_on, failure, open, print, schema_source};
use crate::arguments::{DiagramFormat, SchemaDiagram};
use crate::diagram::{Drawing, MOST_CONNECTED, html, largest_part, mermaid, svg};
use crate::failure::{Failure, io_reason};
use crate::source::{Source, check};
use crate::terminal::Terminal;

pub(crate) fn run(arguments: SchemaDiagram, terminal: &Terminal) -> Result<(), Failure> {
    let (source, title) = match (&arguments.schema, &arguments.store) {
        (Some(schema), _) => {
            let source = Source::read_schema(schema)?;
            let title = source.path.clone();
            (source, title)
        }
        (None, Some(store)) => {
            let snapshot = block_on(async {
                let session = open(store).await?.at(arguments.at.clone());
                session.snapshot().await.map_err(failure)
            })?;
            (schema_source(&snapshot), store.clone())
        }
        (None, None) => return Err(Failure::usage("say which schema is drawn: a file, or --store")),
    };
    let checked = check(Some(&source), &[]);
    checked.reject(&checked.errors(), terminal)?;
    let catalog = omnigraph_compiler::catalog::of_source(&check_schema_text(&source.text).check);
    let drawing = Drawing::of(&catalog);
    let connected = largest_part(&drawing);
    if arguments.format != DiagramFormat::Mermaid && connected > MOST_CONNECTED {
        return Err(Failure::failed(format!(
            "{connected} types are connected with each other; a picture can hold {MOST_CONNECTED} of them"
        ))
        .class("ResourceLimitExceeded")
        .help("`--format mermaid` writes a schema of any size as text"));
    }
    let text = match arguments.format {
        DiagramFormat::Mermaid => mermaid(&drawing),
        DiagramFormat::Svg => svg(&drawing),
        DiagramFormat::Html => html(&drawing, &title),
    };
    match &arguments.out {
        None => print(|out| out.write_all(text.as_bytes())),
        Some(file) => std::fs::write(file, text)
            .map_err(|error| Failure::failed(format!("cannot write {}: {}", file.display(), io_reason(&error)))),
    }
}
