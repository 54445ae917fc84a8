//! What the statements of a mutation run for: the assignments of its `match`, as they are before the query, and the rows that
//! inserts have bound since.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, UInt64Array};
use datafusion::common::ScalarValue;
use omnigraph_model::ir::{Expression, MutationPlan, Var, Variable};
use omnigraph_model::types::Value;

use crate::error::{Error, Result};
use crate::execution::{self, QueryOptions};
use crate::history::Snapshot;
use crate::planner::{Leaf, same_leaf};

pub(crate) struct Given {
    rows: usize,
    /// What statements read, with its type; the columns are those of `columns`.
    leaves: Vec<Leaf>,
    columns: Vec<ArrayRef>,
    variables: Vec<Variable>,
}

impl Given {
    /// The assignments of a plan; a single empty one of a plan without `match`.
    pub(super) async fn read(
        snapshot: &Arc<Snapshot>,
        plan: &MutationPlan,
        parameters: &BTreeMap<String, Value>,
        options: &QueryOptions,
        memory: u64,
    ) -> Result<Given> {
        let mut given = Given {
            rows: 1,
            leaves: Vec::new(),
            columns: Vec::new(),
            variables: plan.variables.clone(),
        };
        let Some(assignments) = &plan.assignments else {
            return Ok(given);
        };
        let mut running = execution::assignments(snapshot, &assignments.plan, parameters, options).await?;
        let (mut batches, mut bytes) = (Vec::new(), 0);
        while let Some(batch) = running.next().await? {
            bytes += batch.get_array_memory_size() as u64;
            if bytes > memory {
                return Err(Error::ResourceLimitExceeded {
                    resource: "bytes of what one mutation runs for",
                    limit: memory,
                    actual: Some(bytes),
                });
            }
            batches.push(batch);
        }
        let all: RecordBatch = arrow_select::concat::concat_batches(&running.schema, &batches)?;
        given.rows = all.num_rows();
        for (leaf, column) in assignments.columns.iter().zip(all.columns()) {
            given.bind(leaf.clone(), column.clone());
        }
        Ok(given)
    }

    /// How many assignments there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// What each assignment gives a value.
    pub(super) fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// From now on, each assignment gives this a value, too.
    pub(super) fn bind(&mut self, leaf: Expression, column: ArrayRef) {
        self.leaves.push((leaf, column.data_type().clone()));
        self.columns.push(column);
    }

    /// The values of some leaves, for all assignments.
    pub(super) fn all(&self, places: &[usize]) -> impl Iterator<Item = ArrayRef> {
        places.iter().map(|place| self.columns[*place].clone())
    }

    /// The values of some leaves for some assignments.
    pub(super) fn some(&self, places: &[usize], assignments: &UInt64Array) -> Result<Vec<ArrayRef>> {
        let taken = self
            .all(places)
            .map(|column| arrow_select::take::take(&column, assignments, None));
        Ok(taken.collect::<std::result::Result<_, _>>()?)
    }

    /// The values of some leaves for one assignment, as often as there are rows beside them.
    pub(super) fn repeated(&self, places: &[usize], assignment: usize, rows: usize) -> Result<Vec<ArrayRef>> {
        let repeated = self.all(places).map(|column| {
            let value = ScalarValue::try_from_array(&column, assignment)?;
            Ok(value.to_array_of_size(rows)?)
        });
        repeated.collect()
    }

    pub(super) fn column(&self, leaf: &Expression) -> Option<&ArrayRef> {
        let place = self.leaves.iter().position(|(known, _)| same_leaf(known, leaf))?;
        Some(&self.columns[place])
    }

    /// The ids of what a variable is bound to; null where it is missing.
    pub(super) fn ids(&self, variable: Var) -> Result<&StringArray> {
        let ids = self.column(&Expression::Id { variable }).map(AsArray::as_string);
        ids.ok_or_else(|| Error::internal("a statement is about a variable without ids"))
    }

    /// How an assignment differs from another one, for people: ` where $b is bo`. Empty where its ids do not tell.
    pub(super) fn apart(&self, assignment: usize, other: usize) -> String {
        let mut differing = Vec::new();
        for ((leaf, _), column) in self.leaves.iter().zip(&self.columns) {
            let Expression::Id { variable } = leaf else { continue };
            let ids: &StringArray = column.as_string();
            let id = |at: usize| ids.is_valid(at).then(|| ids.value(at));
            let Some(variable) = self.variables.get(variable.0 as usize) else {
                continue;
            };
            if id(assignment) != id(other) {
                let id = id(assignment).map_or_else(|| "null".to_owned(), |id| format!("`{id}`"));
                // One of several of a name has a number behind it.
                let name = variable.name.split('#').next().unwrap_or_default();
                differing.push(format!("`${name}` is {id}"));
            }
        }
        match differing.is_empty() {
            true => String::new(),
            false => format!(" where {}", differing.join(" and ")),
        }
    }
}
