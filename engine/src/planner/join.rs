//! Joins on equal values: the smaller side is kept in memory, unless even that is expected to be more than the query may hold.
//! Then both sides are sorted, which goes to disk, and merged.

use std::sync::Arc;

use arrow_schema::{DataType, Schema, SortOptions};
use datafusion::common::{JoinType, NullEquality, Result};
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::joins::{CrossJoinExec, HashJoinExec, PartitionMode, SortMergeJoinExec};
use datafusion::physical_plan::sorts::sort::SortExec;
use omnigraph_model::ir::{Expression, Operator};

use super::{Need, Planned, Planner};
use crate::operators::expression::{Canonical, ExprRef, Form};

/// The part of a query's memory that the kept side of a join may be expected to take.
const LARGEST: f64 = 0.25;

/// Bytes of a row in a table of hashes, beside its values.
const HASHED: f64 = 24.0;

/// Guess of a text's bytes.
const TEXT: f64 = 32.0;

impl Planner<'_> {
    pub(super) fn join(
        &mut self,
        left: &Operator,
        right: &Operator,
        on: &[(Expression, Expression)],
        need: &Need,
    ) -> Result<Planned> {
        let mut below = need.clone();
        for (l, r) in on {
            self.reads(l, &mut below)?;
            self.reads(r, &mut below)?;
        }
        let only_counted = std::mem::take(&mut self.only_counted);
        let mut sides = [self.operator(left, &below)?, self.operator(right, &below)?];
        self.only_counted = only_counted;
        let mut keys: [Vec<ExprRef>; 2] = [Vec::new(), Vec::new()];
        for (l, r) in on {
            for (side, expression) in [l, r].into_iter().enumerate() {
                let mut fetches = Vec::new();
                self.fetches(expression, &mut fetches)?;
                sides[side] = self.fetch(sides[side].clone(), fetches)?;
            }
        }
        for (l, r) in on {
            let (left_schema, right_schema) = (sides[0].plan.schema(), sides[1].plan.schema());
            let (l, r) = (self.lower(l, &sides[0])?, self.lower(r, &sides[1])?);
            let form = Form::of_join(&l.data_type(&left_schema)?, &r.data_type(&right_schema)?);
            keys[0].push(Canonical::wrap(l, form));
            keys[1].push(Canonical::wrap(r, form));
        }
        let ([mut build, mut probe], [mut build_keys, mut probe_keys]) = (sides, keys);
        // The first input is kept in memory.
        if build.rows > probe.rows {
            std::mem::swap(&mut build, &mut probe);
            std::mem::swap(&mut build_keys, &mut probe_keys);
        }
        let product = build.rows * probe.rows;
        let rows = match on.is_empty() {
            true => product,
            false => product / build.rows.max(probe.rows).max(1.0),
        };
        let keys: Vec<(ExprRef, ExprRef)> = build_keys.into_iter().zip(probe_keys).collect();
        let plan: Arc<dyn ExecutionPlan> = if on.is_empty() {
            Arc::new(CrossJoinExec::new(build.plan, probe.plan))
        } else if self.is_large(&build) && ordered(&keys, &build.plan.schema())? {
            sort_merge(build.plan, probe.plan, keys)?
        } else {
            Arc::new(HashJoinExec::try_new(
                build.plan,
                probe.plan,
                keys,
                None,
                &JoinType::Inner,
                None,
                PartitionMode::CollectLeft,
                NullEquality::NullEqualsNothing,
                false,
            )?)
        };
        let columns = build.columns.into_iter().chain(probe.columns).collect();
        self.prune(Planned { plan, columns, rows }, need)
    }

    /// Whether the rows of a plan are too many to be kept.
    fn is_large(&self, planned: &Planned) -> bool {
        let schema = planned.plan.schema();
        let values = schema.fields().iter().map(|field| field.data_type().primitive_width());
        let row = HASHED
            + values
                .map(|width| width.map_or(TEXT, |width| width as f64))
                .sum::<f64>();
        planned.rows * row > self.memory_limit as f64 * LARGEST
    }
}

/// Whether rows can be merged by these keys.
fn ordered(keys: &[(ExprRef, ExprRef)], schema: &Schema) -> Result<bool> {
    for (key, _) in keys {
        let data_type = key.data_type(schema)?;
        if !(data_type.is_primitive() || matches!(data_type, DataType::Utf8 | DataType::Boolean)) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn sort_merge(
    build: Arc<dyn ExecutionPlan>,
    probe: Arc<dyn ExecutionPlan>,
    keys: Vec<(ExprRef, ExprRef)>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let sorted = |plan: Arc<dyn ExecutionPlan>, keys: Vec<ExprRef>| -> Arc<dyn ExecutionPlan> {
        let keys = keys.into_iter().map(|expr| PhysicalSortExpr {
            expr,
            options: SortOptions::default(),
        });
        match LexOrdering::new(keys) {
            Some(order) => Arc::new(SortExec::new(order, plan)),
            None => plan,
        }
    };
    let (build_keys, probe_keys): (Vec<ExprRef>, Vec<ExprRef>) = keys.iter().cloned().unzip();
    let options = vec![SortOptions::default(); keys.len()];
    let join = SortMergeJoinExec::try_new(
        sorted(build, build_keys),
        sorted(probe, probe_keys),
        keys,
        None,
        JoinType::Inner,
        options,
        NullEquality::NullEqualsNothing,
    )?;
    Ok(Arc::new(join))
}
