//! The columns of the batches that operators hand to one another: what each holds. The library that runs plans tells columns
//! apart by names, which people see in shown plans: `$p` for the nodes of variable `p`, `$p.age` for a property of them.

use std::fmt;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{ArrayRef, RecordBatch, UInt32Array};
use arrow_schema::{DataType, Field, Schema};
use datafusion::common::{DataFusionError, Result};

/// What a column holds. Its name in a schema is what it prints.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PlanColumn {
    /// The dense numbers of the nodes or edges that a variable stands for.
    Entity { variable: String },
    /// What `let` or `each` gives a variable.
    Value { variable: String },
    /// An output of an aggregate.
    Slot(u32),
    /// The present item of a comprehension.
    Item(u32),
    /// The number of a row of the enclosing pattern; patterns are counted from the outermost.
    OuterRow(usize),
    /// How many rows of the pattern a row stands for, where some operator below only counted.
    Multiplicity,
    /// Nothing: a row needs a column to be counted by.
    Unit,
    /// Where a row stands in the order of the result.
    Position,
    /// A stored value of an entity, its id included.
    Stored { of: Box<PlanColumn>, name: String },
    /// The place of an entity's id among all ids of its type.
    IdOrder { of: Box<PlanColumn> },
    /// The name of the type of an entity.
    TypeName { of: Box<PlanColumn> },
    /// What a column holds for the nodes of one of the types that it may have, by the place of that type.
    Part { of: Box<PlanColumn>, place: usize },
    /// What a text predicate or a rank function gives for an entity; calls that differ print differently.
    Computed { call: String },
    /// The value of a rank function that drops the rows it does not rank.
    Score(u32),
    /// The value of a fusion that keeps all rows, by its place among the rank functions of the plan.
    Fused(usize),
    /// The rank that an arm of a fusion gives.
    ArmRank { fusion: Box<PlanColumn>, arm: u32 },
}

impl PlanColumn {
    /// Whether the column stays with its rows through joins; others are cheaper fetched again than copied.
    pub(crate) fn is_durable(&self) -> bool {
        match self {
            PlanColumn::Entity { .. }
            | PlanColumn::Value { .. }
            | PlanColumn::OuterRow(_)
            | PlanColumn::Multiplicity
            | PlanColumn::Score(_)
            | PlanColumn::Fused(_)
            | PlanColumn::ArmRank { .. } => true,
            PlanColumn::Slot(_)
            | PlanColumn::Item(_)
            | PlanColumn::Unit
            | PlanColumn::Position
            | PlanColumn::Stored { .. }
            | PlanColumn::IdOrder { .. }
            | PlanColumn::TypeName { .. }
            | PlanColumn::Part { .. }
            | PlanColumn::Computed { .. } => false,
        }
    }

    /// A stored value of what this column numbers.
    pub(crate) fn stored(&self, name: &str) -> PlanColumn {
        PlanColumn::Stored {
            of: Box::new(self.clone()),
            name: name.to_string(),
        }
    }

    /// The rank that an arm of this fusion gives.
    pub(crate) fn arm_rank(&self, arm: u32) -> PlanColumn {
        PlanColumn::ArmRank {
            fusion: Box::new(self.clone()),
            arm,
        }
    }

    pub(crate) fn field(&self, data_type: DataType, nullable: bool) -> Field {
        Field::new(self.to_string(), data_type, nullable)
    }

    /// As a column of dense numbers.
    pub(crate) fn dense_field(&self) -> Field {
        self.field(DataType::UInt32, false)
    }

    /// Whether it may be null in batches of a schema.
    pub(crate) fn is_nullable(&self, schema: &Schema) -> bool {
        schema
            .column_with_name(&self.to_string())
            .is_some_and(|(_, field)| field.is_nullable())
    }

    /// The values in a batch.
    pub(crate) fn find<'a>(&self, batch: &'a RecordBatch) -> Result<&'a ArrayRef> {
        batch.column_by_name(&self.to_string()).ok_or_else(|| self.missing())
    }

    /// The dense numbers in a batch; null for what an optional block has not found.
    pub(crate) fn dense<'a>(&self, batch: &'a RecordBatch) -> Result<&'a UInt32Array> {
        self.find(batch)?
            .as_primitive_opt::<UInt32Type>()
            .ok_or_else(|| self.missing())
    }

    pub(crate) fn missing(&self) -> DataFusionError {
        DataFusionError::Internal(format!("{self} is not bound"))
    }
}

impl fmt::Display for PlanColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlanColumn::Entity { variable } | PlanColumn::Value { variable } => write!(f, "${variable}"),
            PlanColumn::Slot(place) => write!(f, "slot {place}"),
            PlanColumn::Item(id) => write!(f, "item {id}"),
            PlanColumn::OuterRow(depth) => write!(f, "#{depth}"),
            PlanColumn::Multiplicity => f.write_str("multiplicity"),
            PlanColumn::Unit => f.write_str("unit"),
            PlanColumn::Position => f.write_str("position"),
            PlanColumn::Stored { of, name } => write!(f, "{of}.{name}"),
            PlanColumn::IdOrder { of } => write!(f, "{of}.id order"),
            PlanColumn::TypeName { of } => write!(f, "type({of})"),
            PlanColumn::Part { of, place } => write!(f, "{of} of type {}", place + 1),
            PlanColumn::Computed { call } => f.write_str(call),
            PlanColumn::Score(id) => write!(f, "score {id}"),
            PlanColumn::Fused(place) => write!(f, "fused {place}"),
            PlanColumn::ArmRank { fusion, arm } => write!(f, "{fusion} rank {}", arm + 1),
        }
    }
}
