//! The schema as a store keeps it: one self-contained object with the accepted form, the text it was written in, and
//! how it is shown. It is content-addressed, and opening one verifies it instead of trusting it.

use serde::{Deserialize, Serialize};

use super::{Accepted, Presentation, SchemaState};

/// The version of this form.
pub(super) const FORMAT: u32 = 1;

/// The schema of a graph, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaObject {
    /// [`FORMAT`] when it was written.
    pub format: u32,
    /// Hashes of the rest, to notice what was changed behind its back.
    pub state: SchemaState,
    /// The accepted schema.
    pub ir: Accepted,
    /// The text that it was written as.
    pub source: String,
    /// How it is shown.
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
    /// The object of an accepted schema that was written as `source`.
    pub fn of(ir: Accepted, source: &str, presentation: Presentation) -> SchemaObject {
        SchemaObject {
            format: FORMAT,
            state: ir.state(),
            ir,
            source: source.to_owned(),
            presentation,
        }
    }

    /// Compact JSON, which [`SchemaObject::open`] reads; its hash is the name of the stored object.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads and verifies a stored object: the accepted form's rules, its hash, the hash of its shape, and its domain. That
    /// the stored text means this shape is for the compiler to say.
    ///
    /// # Errors
    /// Why it is not an object that this program reads.
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
        Ok(object)
    }
}
