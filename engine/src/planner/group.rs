//! Grouping: the aggregates of DataFusion's plan, and what each takes of a row.

use std::sync::Arc;

use arrow_schema::{DataType, SortOptions};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use datafusion::physical_expr::aggregate::AggregateExprBuilder;
use datafusion::physical_expr::expressions::{Literal, cast};
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode, PhysicalGroupBy};
use omnigraph_model::ir::{Aggregate, AggregateFunction, Expression, Operator};

use super::output::{fusions, options};
use super::{Need, Planned, Planner};
use crate::operators::aggregate::{AggregateKind, exact};
use crate::operators::column::PlanColumn;
use crate::operators::expression::{Canonical, ExprRef, Form};
use crate::operators::gather::{Gathered, gather};
use crate::operators::object::Ordered;
use crate::operators::statistic::{Statistic, statistic};
use crate::storage::value_type;

impl Planner<'_> {
    pub(super) fn aggregate(
        &mut self,
        input: &Operator,
        keys: &[Expression],
        aggregates: &[Aggregate],
    ) -> Result<Planned> {
        self.grouped(input, None, keys, aggregates)
    }

    /// The same; `row` is a column by which rows are grouped before all keys.
    pub(super) fn grouped(
        &mut self,
        input: &Operator,
        row: Option<&PlanColumn>,
        keys: &[Expression],
        aggregates: &[Aggregate],
    ) -> Result<Planned> {
        let (input, mut only_counted) = self.counted(input, keys, aggregates);
        // What is bound outside may be mentioned there, too.
        if let Some(outer) = self.outer.last() {
            only_counted.retain(|variable| !outer.bound.contains(variable));
        }
        let arguments = aggregates
            .iter()
            .filter(|aggregate| !self.counts_rows(aggregate))
            .flat_map(Aggregate::expressions)
            .collect::<Vec<&Expression>>();
        let mut need = Need::from([PlanColumn::Multiplicity]);
        need.extend(row.cloned());
        let mut fetches = Vec::new();
        let mut fused = Vec::new();
        for expression in keys.iter().chain(arguments) {
            self.reads(expression, &mut need)?;
            self.fetches(expression, &mut fetches)?;
            fusions(expression, &mut fused);
        }
        self.only_counted = only_counted;
        let planned = self.operator(&input, &need)?;
        self.only_counted.clear();
        let planned = self.fuse_all(planned, &fused)?;
        // Rows are ordered by the ids of what they bind.
        for tie in aggregates.iter().flat_map(|aggregate| &aggregate.ties) {
            fetches.extend(self.order_of_entity(tie, planned.rows, false)?);
        }
        let planned = self.fetch(planned, fetches)?;
        let schema = planned.plan.schema();
        let mut groups = Vec::new();
        if let Some(row) = row {
            groups.push((planned.column(row)?, PlanColumn::Slot(0).to_string()));
        }
        for key in keys {
            let key = self.lower(key, &planned)?;
            let form = Form::of_order(&key.data_type(&schema)?);
            let column = PlanColumn::Slot(groups.len() as u32);
            groups.push((Canonical::wrap(key, form), column.to_string()));
        }
        let mut functions = Vec::new();
        for (place, aggregate) in aggregates.iter().enumerate() {
            let column = PlanColumn::Slot((groups.len() + place) as u32);
            functions.push(Arc::new(
                self.function(aggregate, &planned)?
                    .schema(schema.clone())
                    .alias(column.to_string())
                    .build()?,
            ));
        }
        let groups_expected = if groups.is_empty() {
            1.0
        } else {
            planned.rows.sqrt().max(1.0)
        };
        let columns = (0..(groups.len() + functions.len()) as u32)
            .map(PlanColumn::Slot)
            .collect();
        let filters = vec![None; functions.len()];
        let (groups, input) = (PhysicalGroupBy::new_single(groups), planned.plan);
        Ok(Planned {
            plan: Arc::new(AggregateExec::try_new(
                AggregateMode::Single,
                groups,
                functions,
                filters,
                input,
                schema,
            )?),
            columns,
            rows: groups_expected,
        })
    }

    /// The rows of an inner plan that are only counted for each outer row, whose number is in a column.
    pub(super) fn counted_rows(&mut self, input: &Operator, row: &PlanColumn, count: &Aggregate) -> Result<Planned> {
        let (input, mut only_counted) = self.counted(input, &[], std::slice::from_ref(count));
        if let Some(outer) = self.outer.last() {
            only_counted.retain(|variable| !outer.bound.contains(variable));
        }
        self.only_counted = only_counted;
        let planned = self.operator(&input, &Need::from([PlanColumn::Multiplicity, row.clone()]));
        self.only_counted.clear();
        planned
    }

    fn function(&mut self, aggregate: &Aggregate, input: &Planned) -> Result<AggregateExprBuilder> {
        if aggregate.function.is_ordered() {
            return self.gathered(aggregate, input);
        }
        let argument: ExprRef = if self.counts_rows(aggregate) {
            Arc::new(Literal::new(ScalarValue::Boolean(Some(true))))
        } else {
            self.lower(&aggregate.argument, input)?
        };
        let form = Form::of_order(&argument.data_type(&input.plan.schema())?);
        // Of values that count once, it does not matter how often they come; nor does it for a condition, or for the least of
        // many equal values.
        let weight = input
            .column(&PlanColumn::Multiplicity)
            .ok()
            .filter(|_| !aggregate.distinct);
        let weighted = weight.is_some();
        let mut arguments = vec![argument];
        let of_group = |about: Statistic| Arc::new(statistic(about, aggregate.distinct, weighted));
        let function = match aggregate.function {
            AggregateFunction::Count if weighted => Arc::new(exact(AggregateKind::Count, true)),
            AggregateFunction::Sum => Arc::new(exact(AggregateKind::Sum, weighted)),
            AggregateFunction::Avg => Arc::new(exact(AggregateKind::Average, weighted)),
            AggregateFunction::Count if aggregate.distinct => {
                let arguments = arguments.into_iter().map(|argument| Canonical::wrap(argument, form));
                return Ok(AggregateExprBuilder::new(count_udaf(), arguments.collect()).distinct());
            }
            AggregateFunction::Count => return Ok(AggregateExprBuilder::new(count_udaf(), arguments)),
            AggregateFunction::Min | AggregateFunction::Max => {
                let arguments = arguments
                    .into_iter()
                    .map(|argument| Canonical::wrap(argument, form))
                    .collect();
                let function = match aggregate.function {
                    AggregateFunction::Min => min_udaf(),
                    _ => max_udaf(),
                };
                return Ok(AggregateExprBuilder::new(function, arguments));
            }
            AggregateFunction::Variance => of_group(Statistic::Variance),
            AggregateFunction::StdDev => of_group(Statistic::Deviation),
            AggregateFunction::Median => of_group(Statistic::Percentile(0.5_f64.to_bits())),
            AggregateFunction::Percentile => of_group(Statistic::Percentile(self.part(aggregate)?.to_bits())),
            AggregateFunction::Any | AggregateFunction::All => {
                let about = match aggregate.function {
                    AggregateFunction::Any => Statistic::Any,
                    _ => Statistic::All,
                };
                let function = Arc::new(statistic(about, false, false));
                return Ok(AggregateExprBuilder::new(function, arguments));
            }
            AggregateFunction::Collect
            | AggregateFunction::First
            | AggregateFunction::ArgMin
            | AggregateFunction::ArgMax => {
                return Err(DataFusionError::Internal(
                    "an ordered aggregate without an order".into(),
                ));
            }
        };
        arguments.extend(weight);
        // What keeps its numbers tells equal ones apart itself.
        let distinct =
            aggregate.distinct && matches!(aggregate.function, AggregateFunction::Sum | AggregateFunction::Avg);
        Ok(AggregateExprBuilder::new(function, arguments).with_distinct(distinct))
    }

    /// An aggregate of rows in their order: by its keys, then by ids.
    fn gathered(&mut self, aggregate: &Aggregate, input: &Planned) -> Result<AggregateExprBuilder> {
        let schema = input.plan.schema();
        let mut arguments = vec![self.lower(&aggregate.argument, input)?];
        let returns = value_type(&aggregate.ty);
        let item = match (&aggregate.function, &returns) {
            (AggregateFunction::Collect, DataType::List(item)) => item.data_type(),
            _ => &returns,
        };
        if arguments[0].data_type(&schema)? != *item {
            arguments[0] = cast(arguments[0].clone(), &schema, item.clone())?;
        }
        let mut order = Vec::new();
        let keys = aggregate.order.iter().map(|key| (&key.expression, options(key)));
        let ties = aggregate.ties.iter().map(|tie| (tie, SortOptions::default()));
        for (expression, options) in keys.chain(ties) {
            let identity = self.order_of_entity(expression, input.rows, false)?;
            let found: Vec<ExprRef> = match identity.is_empty() {
                false => identity
                    .iter()
                    .map(|fetch| input.column(&fetch.column))
                    .collect::<Result<_>>()?,
                true => vec![self.lower(expression, input)?],
            };
            for key in found {
                let data_type = key.data_type(&schema)?;
                let key = Canonical::wrap(key, Form::of_order(&data_type));
                arguments.push(Ordered::wrap(key, &data_type));
                order.push(options);
            }
        }
        let gathered = match aggregate.function {
            AggregateFunction::Collect => {
                let cut = self.cut(aggregate.limit.as_ref(), aggregate.offset.as_ref())?;
                let limit = cut.limit;
                Gathered::List {
                    distinct: aggregate.distinct,
                    limit: limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX)),
                    offset: usize::try_from(cut.offset).unwrap_or(usize::MAX),
                }
            }
            AggregateFunction::First => Gathered::First { keyed: false },
            _ => Gathered::First { keyed: true },
        };
        let function = Arc::new(gather(gathered, order, returns));
        Ok(AggregateExprBuilder::new(function, arguments))
    }

    /// The part of the way through a group that `percentile` asks for.
    fn part(&self, aggregate: &Aggregate) -> Result<f64> {
        let part = aggregate.part.as_ref().map(|part| self.constant_number(part));
        part.unwrap_or_else(|| Err(DataFusionError::Internal("a percentile of no part".into())))
    }
}
