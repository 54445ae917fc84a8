//! Nested blocks: what is asked of the rows of an inner plan, and what rows are extended by.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::common::Result;
use datafusion::physical_plan::ExecutionPlan;
use omnigraph_model::ir::{Aggregate, Common, Entity, Expression, Link, Operator, Var};

use super::{Need, Outer, Planned, Planner};
use crate::operators::block::{BlockExec, Folded};
use crate::operators::column::PlanColumn;
use crate::operators::expand::Mode;
use crate::operators::extend::{ExtendExec, Extended, Extension};
use crate::operators::semi_join::{SemiJoinExec, Test, outer_schema};
use crate::storage::value_type;

impl Planner<'_> {
    pub(super) fn semi_join(
        &mut self,
        input: &Operator,
        inner: &Operator,
        negated: bool,
        need: &Need,
    ) -> Result<Planned> {
        let bound = self.bound(input);
        let mut below = need.clone();
        let links: BTreeSet<Var> = super::mentioned(inner).intersection(&bound).copied().collect();
        for variable in &links {
            below.insert(self.column(*variable));
        }
        let planned = self.operator(input, &below)?;
        let may_be_missing = |end: Var| self.column(end).is_nullable(&planned.plan.schema());
        if let Some((link, predicates, turned)) = single_link(inner)
            && ![link.from, link.to].into_iter().any(may_be_missing)
        {
            let negated = negated != turned;
            let filters = self.split(link, predicates, self.reached(&planned, link)?)?;
            if filters.after.is_empty() {
                return self.expansion(planned, link, &filters, &bound, Mode::Test { negated }, need);
            }
        }
        let (row, inner) = self.inside(&planned, bound, |planner, row| {
            planner.operator(inner, &Need::from([row.clone()]))
        })?;
        let test = Test {
            row,
            negated,
            correlated: !links.is_empty(),
        };
        let plan = Arc::new(SemiJoinExec::new(planned.plan.clone(), inner.plan, test));
        let rows = planned.rows * 0.5;
        self.prune(planned.with(plan, rows), need)
    }

    /// Plans what goes on from rows that bind these variables; it gets the column of their numbers.
    fn inside(
        &mut self,
        rows: &Planned,
        bound: BTreeSet<Var>,
        plan: impl FnOnce(&mut Self, &PlanColumn) -> Result<Planned>,
    ) -> Result<(PlanColumn, Planned)> {
        let row = PlanColumn::OuterRow(self.outer.len());
        let mut columns = rows.columns.clone();
        columns.push(row.clone());
        self.outer.push(Outer {
            schema: outer_schema(&rows.plan.schema(), &row),
            columns,
            bound,
            rows: rows.rows.min(8192.0),
        });
        let only_counted = std::mem::take(&mut self.only_counted);
        let inner = plan(self, &row);
        self.only_counted = only_counted;
        self.outer.pop();
        Ok((row, inner?))
    }

    /// Adds the column of what an aggregate makes of the rows of a nested plan.
    pub(super) fn fold(
        &mut self,
        input: &Operator,
        variable: Var,
        aggregate: &Aggregate,
        inner: &Operator,
        need: &Need,
    ) -> Result<Planned> {
        let column = self.column(variable);
        let mut below = need.clone();
        below.remove(&column);
        if !need.contains(&column) {
            return self.operator(input, &below);
        }
        let bound = self.bound(input);
        let mut mentioned = super::mentioned(inner);
        aggregate
            .expressions()
            .for_each(|own| mentioned.extend(own.variables()));
        let links: BTreeSet<Var> = mentioned.intersection(&bound).copied().collect();
        for linked in &links {
            below.insert(self.column(*linked));
        }
        let planned = self.operator(input, &below)?;
        let counts = self.counts_rows(aggregate);
        let (row, inner) = self.inside(&planned, bound, |planner, row| match counts {
            true => planner.counted_rows(inner, row, aggregate),
            false => planner.grouped(inner, Some(row), &[], std::slice::from_ref(aggregate)),
        })?;
        let folded = Folded {
            column: column.clone(),
            row,
            data_type: value_type(&aggregate.ty),
            function: aggregate.function,
            counts,
            correlated: !links.is_empty(),
        };
        let plan = Arc::new(BlockExec::new(planned.plan, inner.plan, folded));
        let mut columns = planned.columns;
        columns.push(column);
        let rows = planned.rows;
        self.prune(Planned { plan, columns, rows }, need)
    }

    /// Rows with all that an inner plan finds for each of them, or null.
    pub(super) fn optional(
        &mut self,
        input: &Operator,
        inner: &Operator,
        variables: &[Var],
        need: &Need,
    ) -> Result<Planned> {
        let read = variables.iter().filter(|own| need.contains(&self.column(**own)));
        let read: Vec<Common> = read
            .map(|own| Common {
                variable: *own,
                within: vec![*own],
            })
            .collect();
        self.extend(input, &[inner], &read, true, need)
    }

    /// Rows with what one of several inner plans finds for each of them.
    pub(super) fn either(
        &mut self,
        input: &Operator,
        inners: &[Operator],
        variables: &[Common],
        need: &Need,
    ) -> Result<Planned> {
        let inners: Vec<&Operator> = inners.iter().collect();
        self.extend(input, &inners, variables, false, need)
    }

    fn extend(
        &mut self,
        input: &Operator,
        inners: &[&Operator],
        variables: &[Common],
        optional: bool,
        need: &Need,
    ) -> Result<Planned> {
        let bound = self.bound(input);
        let mut below = need.clone();
        for own in variables {
            below.remove(&self.column(own.variable));
        }
        for inner in inners {
            let links = super::mentioned(inner)
                .into_iter()
                .filter(|variable| bound.contains(variable));
            below.extend(links.map(|linked| self.column(linked)));
        }
        let planned = self.operator(input, &below)?;
        let mut plans: Vec<Arc<dyn ExecutionPlan>> = Vec::new();
        let (mut row, mut rows) = (PlanColumn::OuterRow(self.outer.len()), 0.0);
        for (place, inner) in inners.iter().enumerate() {
            let within = variables.iter().filter_map(|own| own.within.get(place));
            let mut wanted: Need = within.map(|own| self.column(*own)).collect();
            let (number, inner) = self.inside(&planned, bound.clone(), |planner, row| {
                wanted.insert(row.clone());
                planner.operator(inner, &wanted)
            })?;
            row = number;
            rows += inner.rows * planned.rows / planned.rows.clamp(1.0, 8192.0);
            plans.push(inner.plan);
        }
        let mut columns = Vec::new();
        for own in variables {
            let (data_type, nullable) = match self.entity(own.variable)? {
                Entity::Node(_) | Entity::Interface(_) | Entity::Edge(_) | Entity::Edges(_) => {
                    (DataType::UInt32, optional || self.is_nullable(own.variable))
                }
                Entity::Value(ty) => (value_type(ty), true),
            };
            columns.push(Extended {
                column: self.column(own.variable),
                data_type,
                nullable,
                within: own.within.iter().map(|within| self.column(*within)).collect(),
            });
        }
        let kept = planned.columns.iter().enumerate();
        let kept = kept.filter(|(_, own)| need.contains(own) && own.is_durable());
        let mut keep: Vec<usize> = kept.map(|(place, _)| place).collect();
        if keep.is_empty() && columns.is_empty() {
            // A row needs a column to be counted by.
            keep.push(0);
        }
        let mut all: Vec<PlanColumn> = keep.iter().map(|place| planned.columns[*place].clone()).collect();
        all.extend(columns.iter().map(|own| own.column.clone()));
        let extension = Extension {
            row,
            keep,
            columns,
            optional,
        };
        let rows = if optional { rows.max(planned.rows) } else { rows };
        let extended = Planned {
            plan: Arc::new(ExtendExec::new(planned.plan, plans, extension)),
            columns: all,
            rows,
        };
        self.prune(extended, need)
    }

    /// Whether a variable may be missing outside of the block that binds it.
    fn is_nullable(&self, variable: Var) -> bool {
        let known = self.query.variables.get(variable.0 as usize);
        known.is_some_and(|known| known.nullable)
    }
}

/// An inner pattern of one link from the outer row, and whether it has a solution where the link does not hold: each
/// negation inside of it turns that.
fn single_link(inner: &Operator) -> Option<(&Link, &[Expression], bool)> {
    match inner {
        Operator::Expand {
            input,
            link,
            predicates,
        } if **input == Operator::Outer && link.walk.is_none() && !link.identity => Some((link, predicates, false)),
        Operator::SemiJoin { input, inner, negated } if **input == Operator::Outer => {
            let (link, predicates, turned) = single_link(inner)?;
            Some((link, predicates, turned != *negated))
        }
        _ => None,
    }
}
