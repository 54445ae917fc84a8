//! `let` and `each`.

use std::sync::Arc;

use datafusion::common::{DataFusionError, Result};
use omnigraph_model::ir::{Entity, Expression, Operator, Var};

use super::{Need, Planned, Planner};
use crate::operators::column::PlanColumn;
use crate::operators::define::{DefineExec, Definition};
use crate::storage::value_type;

/// Guess of the items of a list.
const ITEMS: f64 = 4.0;

impl Planner<'_> {
    /// Adds the column of a value variable. `each`: a row for every item of the list that `value` is.
    pub(super) fn define(
        &mut self,
        input: &Operator,
        variable: Var,
        value: &Expression,
        each: bool,
        need: &Need,
    ) -> Result<Planned> {
        let Entity::Value(ty) = self.entity(variable)? else {
            return Err(DataFusionError::Internal("a variable of an entity has a value".into()));
        };
        let (column, data_type) = (self.column(variable), value_type(ty));
        let mut below = need.clone();
        below.remove(&column);
        if !each && !need.contains(&column) {
            return self.operator(input, &below);
        }
        self.reads(value, &mut below)?;
        let planned = self.operator(input, &below)?;
        let mut fetches = Vec::new();
        self.fetches(value, &mut fetches)?;
        let fetched = self.fetch(planned, fetches)?;
        let value = self.lower(value, &fetched)?;
        let rows = if each { fetched.rows * ITEMS } else { fetched.rows };
        let keep = fetched.columns.iter().enumerate();
        let keep = keep.filter(|(_, own)| need.contains(own) && (!each || own.is_durable()));
        let (keep, mut columns): (Vec<usize>, Vec<PlanColumn>) = keep.map(|(place, own)| (place, own.clone())).unzip();
        columns.push(column.clone());
        let definition = Definition {
            column,
            data_type,
            value,
            each,
            keep,
        };
        let plan = Arc::new(DefineExec::new(fetched.plan, definition));
        self.prune(Planned { plan, columns, rows }, need)
    }
}
