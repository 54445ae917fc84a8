//! What a plan asks of the stored rows, and what they answer.

use crate::schema::DeclarationKind;
use crate::schema::{Bound, Cardinality};
use crate::types::{Scalar, Type, Value};

/// Something that only the rows of one type can tell, in the names of the accepted schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// A node type or an edge type.
    pub kind: DeclarationKind,
    /// The present name of the type.
    pub type_name: String,
    /// What the rows are tested for.
    pub test: Test,
}

/// A column as the migration leaves it. Rules are about these values, not about the stored ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it is called in the accepted schema; nothing for a new one.
    pub stored: Option<String>,
    /// The type that its values are converted to.
    pub into: Type,
    /// What takes the place of nulls.
    pub fill: Option<Value>,
}

impl Column {
    /// An end of an edge.
    pub fn end(name: &str) -> Column {
        Column {
            stored: Some(name.to_owned()),
            into: Type::of(Scalar::String),
            fill: None,
        }
    }

    /// Every row has a null there.
    pub fn empty(&self) -> bool {
        self.stored.is_none() && self.fill.is_none()
    }
}

/// What an offending row does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Has a null in this column.
    Null {
        /// Name of the column in the accepted schema.
        column: String,
    },
    /// Has a value in this column.
    NotNull {
        /// Name of the column in the accepted schema.
        column: String,
    },
    /// Shares its values of these columns with another row, none of them null.
    Duplicate {
        /// The columns as the migration leaves them.
        columns: Vec<Column>,
    },
    /// Lies outside of bounds.
    OutOfRange {
        /// The column as the migration leaves it.
        column: Column,
        /// The lower bound, if there is one.
        min: Option<Bound>,
        /// The upper bound, if there is one.
        max: Option<Bound>,
    },
    /// Does not match.
    Mismatch {
        /// The column as the migration leaves it.
        column: Column,
        /// A regular expression.
        pattern: String,
    },
    /// Has another value than these.
    NotAmong {
        /// Name of the column in the accepted schema.
        column: String,
        /// The values.
        allowed: Vec<String>,
    },
    /// Has a value that this type cannot hold exactly.
    Unfit {
        /// Name of the column in the accepted schema.
        column: String,
        /// The type.
        into: Scalar,
    },
    /// Is a node of `source` with too few or too many edges of this type.
    Fan {
        /// Name of the node type that edges start at.
        source: String,
        /// How many edges a source may have.
        allowed: Cardinality,
    },
}

/// What the rows say to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// How many rows offend.
    pub rows: u64,
    /// Ids of some of them.
    pub examples: Vec<String>,
}
