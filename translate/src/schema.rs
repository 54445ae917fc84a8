//! The schema that names are looked up in.

use omnigraph_compiler::catalog::of_source;
use omnigraph_compiler::diagnostic::{Diagnostic, Severity};
use omnigraph_compiler::schema_text::check_schema_text;
use omnigraph_model::catalog::Catalog;

use crate::Source;

/// A schema that can be used.
pub(crate) struct Known {
    pub(crate) text: String,
    pub(crate) catalog: Catalog,
}

/// The schema of a text, or the errors in it.
pub(crate) fn read(source: Source<'_>) -> Result<Option<Known>, Vec<Diagnostic>> {
    let checked = check_schema_text(source.text);
    let errors: Vec<Diagnostic> = checked
        .diagnostics(source.path, &checked.check.findings)
        .into_iter()
        .filter(|one| one.severity == Severity::Error)
        .collect();
    match errors.is_empty() {
        true => Ok(Some(Known {
            text: source.text.to_owned(),
            catalog: of_source(&checked.check),
        })),
        false => Err(errors),
    }
}

/// What is wrong with a text that was made: where, and why.
pub(crate) fn refused(text: &str) -> Vec<(u32, String)> {
    let path = "schema.pg";
    match read(Source { path, text }) {
        Ok(_) => Vec::new(),
        Err(errors) => errors
            .into_iter()
            .map(|one| (one.span.start, format!("{} {}", one.rule.subcode, one.message)))
            .collect(),
    }
}
