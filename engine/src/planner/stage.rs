//! The end of a stage: rows that bind what it hands on, and nothing else. Branches of a union end so, too.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use omnigraph_model::ir::{Entity, Expression, Operator, Var};

use super::output::fusions;
use super::{Need, Planned, Planner};
use crate::operators::column::PlanColumn;
use crate::operators::union::UnionExec;
use crate::storage::value_type;

impl Planner<'_> {
    /// Rows with the variables that a stage hands on, as far as they are read.
    pub(super) fn with(&mut self, input: &Operator, items: &[(Var, Expression)], need: &Need) -> Result<Planned> {
        let mut read: Vec<&(Var, Expression)> = items
            .iter()
            .filter(|(own, _)| need.contains(&self.column(*own)))
            .collect();
        if read.is_empty() {
            // A row needs a column to be counted by.
            read.extend(items.first());
        }
        let (mut below, mut fetches, mut fused) = (Need::new(), Vec::new(), Vec::new());
        for (_, value) in &read {
            self.reads(value, &mut below)?;
            self.fetches(value, &mut fetches)?;
            fusions(value, &mut fused);
        }
        // Which variables are only counted is said of what stands above.
        let only_counted = std::mem::take(&mut self.only_counted);
        let planned = self.made(input, &fused, &below);
        self.only_counted = only_counted;
        let planned = self.fetch(planned?, fetches)?;
        let mut columns: Vec<PlanColumn> = Vec::new();
        let mut outputs = Vec::new();
        for (variable, value) in read {
            let column = self.column(*variable);
            let expr = match self.entity(*variable)? {
                Entity::Node(_) | Entity::Interface(_) | Entity::Edge(_) | Entity::Edges(_) => {
                    planned.column(&self.entity_column(value)?)?
                }
                Entity::Value(ty) => {
                    let ty = value_type(ty);
                    self.typed(value, ty, &planned)?
                }
            };
            outputs.push(ProjectionExpr {
                expr,
                alias: column.to_string(),
            });
            columns.push(column);
        }
        Ok(Planned {
            plan: Arc::new(ProjectionExec::try_new(outputs, planned.plan)?),
            columns,
            rows: planned.rows,
        })
    }

    /// The rows of branches, one branch after the other.
    pub(super) fn union(&mut self, branches: &[Operator], position: Option<Var>, need: &Need) -> Result<Planned> {
        let mut below = need.clone();
        let position = position.map(|own| self.column(own)).filter(|own| below.remove(own));
        let (mut plans, mut columns, mut rows) = (Vec::new(), Vec::new(), 0.0);
        for branch in branches {
            let planned = self.operator(branch, &below)?;
            rows += planned.rows;
            columns = planned.columns;
            plans.push(planned.plan);
        }
        columns.extend(position.clone());
        let union = Planned {
            plan: Arc::new(UnionExec::new(plans, position)?),
            columns,
            rows,
        };
        self.prune(union, need)
    }
}
