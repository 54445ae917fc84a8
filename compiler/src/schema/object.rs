//! The schema as a store keeps it: one self-contained object with the accepted form, the text it was written in, and
//! how it is shown. It is content-addressed, and opening one verifies it instead of trusting it.

use serde::{Deserialize, Serialize};

use super::{Accepted, Allocate, Presentation, SchemaCheck, State, accept, numbers_needed};
use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Severity};
use crate::project;

/// The version of this form.
pub const FORMAT: u32 = 1;

/// The path under which diagnostics of a schema text name it.
pub const SCHEMA_PATH: &str = "schema.pg";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaObject {
    pub format: u32,
    pub state: State,
    pub ir: Accepted,
    pub source: String,
    pub presentation: Presentation,
}

/// Why a stored schema cannot be used. Nothing is ever repaired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenError(pub String);

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the stored schema is damaged: {}", self.0)
    }
}

impl std::error::Error for OpenError {}

impl SchemaObject {
    /// The schema of a new graph. The diagnostics are those of the text, if one is an error.
    pub fn create(source: &str, allocate: &mut dyn Allocate) -> Result<SchemaObject, Vec<Diagnostic>> {
        SchemaObject::next(source, None, allocate)
    }

    /// What a graph with this schema is given when `source` becomes its schema: what is named as before or carries a
    /// rename hint keeps its numbers, and what this schema says against a rule may stay.
    pub fn evolve(&self, source: &str, allocate: &mut dyn Allocate) -> Result<SchemaObject, Vec<Diagnostic>> {
        SchemaObject::next(source, Some(self), allocate)
    }

    /// How many numbers [`SchemaObject::create`] draws for this text, or [`SchemaObject::evolve`] from `previous`. An
    /// upper bound if the text is rejected.
    pub fn numbers_needed(source: &str, previous: Option<&Accepted>) -> u64 {
        numbers_needed(&project::check_schema_text(source).check, previous)
    }

    fn next(
        source: &str,
        previous: Option<&SchemaObject>,
        allocate: &mut dyn Allocate,
    ) -> Result<SchemaObject, Vec<Diagnostic>> {
        let mut text = project::check_schema_text(source);
        if let Some(previous) = previous {
            text.tolerate(&previous.source);
            let wrong = text.checks_on(&previous.ir);
            text.check.findings.extend(wrong);
        }
        let is_error = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
        let diagnostics = text.diagnostics(SCHEMA_PATH, &text.check.findings);
        if diagnostics.iter().any(is_error) {
            return Err(diagnostics);
        }
        match accept(&text.check, previous.map(|object| &object.ir), allocate) {
            Ok((ir, _)) => Ok(SchemaObject::of(ir, source, &text.check)),
            Err(findings) => Err(text.diagnostics(SCHEMA_PATH, &findings)),
        }
    }

    fn of(ir: Accepted, source: &str, check: &SchemaCheck) -> SchemaObject {
        SchemaObject {
            format: FORMAT,
            state: ir.state(),
            ir,
            source: source.to_owned(),
            presentation: (*check.presentation).clone(),
        }
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads and verifies a stored object: the accepted form's rules, its hash, the hash of its shape, its domain, and
    /// that the stored text still means this shape.
    pub fn open(json: &str) -> Result<SchemaObject, OpenError> {
        let object: SchemaObject = serde_json::from_str(json).map_err(|error| OpenError(error.to_string()))?;
        if object.format != FORMAT {
            return Err(OpenError(format!(
                "it has format {}, this program reads {FORMAT}",
                object.format
            )));
        }
        object.ir.validate().map_err(OpenError)?;
        let state = object.ir.state();
        for (what, stored, found) in [
            ("accepted form", &object.state.schema_ir_hash, &state.schema_ir_hash),
            ("shape", &object.state.schema_shape_hash, &state.schema_shape_hash),
            (
                "identity domain",
                &object.state.schema_identity_domain,
                &state.schema_identity_domain,
            ),
        ] {
            if stored != found {
                return Err(OpenError(format!(
                    "its {what} is not what was stored ({stored}, found {found})"
                )));
            }
        }
        if object.state != state {
            return Err(OpenError("its state record has another version".to_owned()));
        }
        let source = project::check_schema_text(&object.source).check;
        if source.shape.hash() != state.schema_shape_hash {
            return Err(OpenError("its source text means another schema".to_owned()));
        }
        Ok(object)
    }

    pub fn catalog(&self) -> Catalog {
        self.ir.catalog(&self.presentation)
    }
}
