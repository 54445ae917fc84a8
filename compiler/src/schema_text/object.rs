//! From a text to the object that a store keeps: the text is checked, and its declarations get their identities.

use omnigraph_model::schema::{Accepted, Allocate, SchemaObject};

use super::{SCHEMA_FILE, check_schema_text};
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema::{accept, numbers_needed};

/// The schema of a new graph.
///
/// # Errors
/// The diagnostics of the text, if one of them is an error.
pub fn create(source: &str, allocate: &mut dyn Allocate) -> Result<SchemaObject, Vec<Diagnostic>> {
    next(source, None, allocate)
}

/// What a graph with the schema `previous` is given when `source` becomes its schema: what is named as before or carries a
/// rename hint keeps its numbers, and what the previous schema says against a rule may stay.
///
/// # Errors
/// As [`create`].
pub fn evolve(
    previous: &SchemaObject,
    source: &str,
    allocate: &mut dyn Allocate,
) -> Result<SchemaObject, Vec<Diagnostic>> {
    next(source, Some(previous), allocate)
}

/// How many numbers [`create`] draws for this text, or [`evolve`] from `previous`. An upper bound if the text is rejected.
pub fn needed(source: &str, previous: Option<&Accepted>) -> u64 {
    numbers_needed(&check_schema_text(source).check, previous)
}

/// Whether the text of a stored schema still means its accepted form.
pub fn text_is_true(object: &SchemaObject) -> bool {
    check_schema_text(&object.source).check.shape.hash() == object.state.schema_shape_hash
}

fn next(
    source: &str,
    previous: Option<&SchemaObject>,
    allocate: &mut dyn Allocate,
) -> Result<SchemaObject, Vec<Diagnostic>> {
    let mut text = check_schema_text(source);
    if let Some(previous) = previous {
        text.tolerate(&previous.source);
        let wrong = text.checks_on(&previous.ir);
        text.check.findings.extend(wrong);
    }
    let is_error = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
    let diagnostics = text.diagnostics(SCHEMA_FILE, &text.check.findings);
    if diagnostics.iter().any(is_error) {
        return Err(diagnostics);
    }
    match accept(&text.check, previous.map(|object| &object.ir), allocate) {
        Ok((ir, _)) => Ok(SchemaObject::of(ir, source, (*text.check.presentation).clone())),
        Err(findings) => Err(text.diagnostics(SCHEMA_FILE, &findings)),
    }
}
