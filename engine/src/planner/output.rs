//! The operators that make a result of a pattern's rows: aggregates, rank functions, order, the final columns.

use std::sync::Arc;

use arrow_schema::{DataType, SortOptions};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use datafusion::physical_expr::aggregate::AggregateExprBuilder;
use datafusion::physical_expr::expressions::{IsNotNullExpr, Literal, cast};
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode, PhysicalGroupBy};
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::limit::GlobalLimitExec;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use omnigraph_model::ir::{
    Aggregate, AggregateFunction, Column as ResultColumn, ColumnType, Expression, Operator, Rank, SortKey,
};
use omnigraph_model::types::Value;

use super::count::counts_rows;
use super::expression::{identity, node_columns, node_type, ranked};
use super::{Need, Planned, Planner};
use crate::operators::access::AccessPaths;
use crate::operators::aggregate::{AggregateKind, exact};
use crate::operators::column::PlanColumn;
use crate::operators::expression::{Canonical, ExprRef, Form, Node};
use crate::operators::fetch::Fetch;
use crate::operators::first::first_of;
use crate::operators::nearest::{FEW, Nearest, NearestExec};
use crate::operators::rank::{Arm, Fusion, FusionExec};
use crate::result::node_fields;
use crate::storage::{IndexKind, value_type};

/// Results up to this many rows are ordered by the ids themselves; more, by a table of all ids' ranks.
const FEW_ROWS: f64 = 1024.0;

impl Planner<'_> {
    pub(super) fn aggregate(
        &mut self,
        input: &Operator,
        keys: &[Expression],
        aggregates: &[Aggregate],
    ) -> Result<Planned> {
        let (input, only_counted) = self.counted(input, keys, aggregates);
        let arguments = aggregates
            .iter()
            .filter(|aggregate| !counts_rows(aggregate))
            .map(|a| &a.argument);
        let mut need = Need::from([PlanColumn::Multiplicity]);
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
        let planned = self.fetch(planned, fetches);
        let schema = planned.plan.schema();
        let mut groups = Vec::new();
        for (place, key) in keys.iter().enumerate() {
            let key = self.lower(key, &planned)?;
            let form = Form::of_order(&key.data_type(&schema)?);
            groups.push((Canonical::wrap(key, form), PlanColumn::Slot(place as u32).to_string()));
        }
        let mut functions = Vec::new();
        for (place, aggregate) in aggregates.iter().enumerate() {
            let column = PlanColumn::Slot((keys.len() + place) as u32);
            functions.push(Arc::new(
                self.function(aggregate, &planned)?
                    .schema(schema.clone())
                    .alias(column.to_string())
                    .build()?,
            ));
        }
        let groups_expected = if keys.is_empty() {
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

    fn function(&mut self, aggregate: &Aggregate, input: &Planned) -> Result<AggregateExprBuilder> {
        let argument: ExprRef = if counts_rows(aggregate) {
            Arc::new(Literal::new(ScalarValue::Boolean(Some(true))))
        } else {
            self.lower(&aggregate.argument, input)?
        };
        let form = Form::of_order(&argument.data_type(&input.plan.schema())?);
        // Of values that count once, it does not matter how often they come.
        let weight = input
            .column(&PlanColumn::Multiplicity)
            .ok()
            .filter(|_| !aggregate.distinct);
        let weighted = weight.is_some();
        let mut arguments = vec![argument];
        let function = match aggregate.function {
            AggregateFunction::Count if weighted => exact(AggregateKind::Count, true),
            AggregateFunction::Sum => exact(AggregateKind::Sum, weighted),
            AggregateFunction::Avg => exact(AggregateKind::Average, weighted),
            AggregateFunction::Count if aggregate.distinct => {
                let arguments = arguments.into_iter().map(|argument| Canonical::wrap(argument, form));
                return Ok(AggregateExprBuilder::new(count_udaf(), arguments.collect()).distinct());
            }
            AggregateFunction::Count => return Ok(AggregateExprBuilder::new(count_udaf(), arguments)),
            // The least of many equal values is the value.
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
        };
        arguments.extend(weight);
        Ok(AggregateExprBuilder::new(Arc::new(function), arguments).with_distinct(aggregate.distinct))
    }

    /// Adds the value of a rank function and drops the rows that have none.
    pub(super) fn rank(&mut self, input: &Operator, rank: &Rank, id: u32, need: &Need) -> Result<Planned> {
        let limit = self.first_by.take().filter(|(by, _)| *by == id).map(|(_, limit)| limit);
        let mut below = need.clone();
        below.insert(self.column(ranked(rank)));
        let planned = self.operator(input, &below)?;
        let score = PlanColumn::Score(id);
        let mut after = need.clone();
        after.insert(score.clone());
        if let Rank::Rrf { arms, k } = rank {
            let fused = self.fuse(planned, arms, k, score, true)?;
            return self.prune(fused, &after);
        }
        if let Some(limit) = limit
            && let Some(nearest) = self.by_vector_index(rank, limit, score.clone())?
        {
            let rows = planned.rows.min(limit as f64);
            let mut columns = planned.columns;
            columns.push(score);
            let plan = Arc::new(NearestExec::new(planned.plan, nearest, self.caches.clone()));
            return self.prune(Planned { plan, columns, rows }, &after);
        }
        let fetch = self.rank_fetch(rank, score.clone())?;
        let planned = self.fetch(planned, vec![fetch]);
        let ranked = Arc::new(IsNotNullExpr::new(planned.column(&score)?));
        let plan = Arc::new(FilterExec::try_new(ranked, planned.plan.clone())?);
        let rows = planned.rows;
        self.prune(planned.with(plan, rows), &after)
    }

    /// The first of a ranking by a vector index, if there is one.
    fn by_vector_index(&self, rank: &Rank, limit: u64, score: PlanColumn) -> Result<Option<Nearest>> {
        let Rank::Nearest {
            variable,
            property,
            query,
            embed,
        } = rank
        else {
            return Ok(None);
        };
        let name = self.type_name(*variable)?;
        let table = self.table(*variable)?;
        let wanted = match self.access {
            AccessPaths::Memory => false,
            AccessPaths::Indexes => true,
            AccessPaths::Automatic => table.rows() > FEW,
        };
        let distance = self.distance(*variable, property, query, embed.as_ref())?;
        // Whoever wants a good part of all has to look at all.
        let few = limit > 0 && limit <= table.rows() / 16;
        if !wanted || !few || distance.query.is_empty() || self.index(name, property, IndexKind::Vector).is_none() {
            return Ok(None);
        }
        Ok(Some(Nearest {
            entity: self.column(*variable),
            table: table.clone(),
            property: property.clone(),
            distance,
            limit: limit as usize,
            score,
        }))
    }

    fn fuse(
        &mut self,
        input: Planned,
        arms: &[Rank; 2],
        k: &Expression,
        score: PlanColumn,
        restrict: bool,
    ) -> Result<Planned> {
        let variable = ranked(&arms[0]);
        let order = self.identity(variable, true)?;
        let (entity, order_column) = (self.column(variable), order.column.clone());
        let mut fetches = vec![order];
        let mut columns = Vec::new();
        for arm in arms {
            let column = self.rank_column(arm);
            fetches.push(self.rank_fetch(arm, column.clone())?);
            columns.push(Arm {
                column,
                descending: matches!(arm, Rank::Bm25 { .. }),
            });
        }
        let arms = <[Arm; 2]>::try_from(columns)
            .map_err(|_| DataFusionError::Internal("a fusion of other than two rankings".into()))?;
        let fusion = Fusion {
            entity,
            order: order_column,
            arms,
            k: self.constant_number(k)?,
            score,
            restrict,
        };
        let planned = self.fetch(input, fetches);
        let mut columns = planned.columns;
        columns.extend(fusion.new_columns());
        Ok(Planned {
            plan: Arc::new(FusionExec::new(planned.plan, fusion)),
            columns,
            rows: planned.rows,
        })
    }

    /// Computes the fusions that expressions read, over all rows of the input.
    fn fuse_all(&mut self, input: Planned, fused: &[&Rank]) -> Result<Planned> {
        let mut planned = input;
        for rank in fused {
            let Rank::Rrf { arms, k } = rank else { continue };
            let column = self.rank_column(rank);
            if !planned.has(&column) {
                planned = self.fuse(planned, arms, k, column, false)?;
            }
        }
        Ok(planned)
    }

    fn constant_number(&self, expression: &Expression) -> Result<f64> {
        match self.constants.value(expression) {
            Some((Value::Integer(value), _)) => Ok(value as f64),
            Some((Value::Unsigned(value), _)) => Ok(value as f64),
            Some((Value::Float(value), _)) => Ok(value),
            Some((Value::Null, _)) => Ok(60.0),
            other => Err(DataFusionError::Internal(format!("{other:?} is not a number"))),
        }
    }

    pub(super) fn sort(
        &mut self,
        input: &Operator,
        keys: &[SortKey],
        ties: &[Expression],
        limit: Option<u64>,
        fused_above: &[&Rank],
        need: &Need,
    ) -> Result<Planned> {
        let mut fused: Vec<&Rank> = fused_above.to_vec();
        let mut below = need.clone();
        for expression in keys.iter().map(|key| &key.expression).chain(ties) {
            self.reads(expression, &mut below)?;
            fusions(expression, &mut fused);
        }
        let by_score = keys
            .first()
            .filter(|key| !key.descending)
            .and_then(|key| match key.expression {
                Expression::Score { id } => Some(id),
                _ => None,
            });
        // Only if the ranking is the last that drops rows.
        self.first_by = by_score.zip(limit).filter(|_| matches!(input, Operator::Rank { .. }));
        let planned = self.operator(input, &below)?;
        self.first_by = None;
        let planned = self.fuse_all(planned, &fused)?;
        if limit == Some(0) {
            let empty = Arc::new(EmptyExec::new(planned.plan.schema()));
            return self.prune(planned.with(empty, 0.0), need);
        }
        let keys = keys.iter().map(|key| (&key.expression, key.descending));
        let keys: Vec<(&Expression, bool)> = keys.chain(ties.iter().map(|tie| (tie, false))).collect();
        let mut fetches = Vec::new();
        let mut identities = Vec::new();
        for (expression, _) in &keys {
            let identity = self.order_of_entity(expression, planned.rows)?;
            identities.push(identity.as_ref().map(|fetch| fetch.column.clone()));
            fetches.extend(identity);
            self.fetches(expression, &mut fetches)?;
        }
        let planned = self.fetch(planned, fetches);
        let schema = planned.plan.schema();
        let mut order = Vec::new();
        for ((expression, descending), identity) in keys.into_iter().zip(identities) {
            let key: ExprRef = match identity {
                Some(column) => planned.column(&column)?,
                None => self.lower(expression, &planned)?,
            };
            // A constant orders nothing.
            if !key.is::<Literal>() {
                let form = Form::of_order(&key.data_type(&schema)?);
                order.push(sort_by(Canonical::wrap(key, form), descending));
            }
        }
        let fetch = limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let rows = limit.map_or(planned.rows, |limit| planned.rows.min(limit as f64));
        let plan: Arc<dyn ExecutionPlan> = match LexOrdering::new(order) {
            Some(order) => first_of(order, planned.plan.clone(), fetch),
            None if fetch.is_some() => Arc::new(GlobalLimitExec::new(planned.plan.clone(), 0, fetch)),
            None => planned.plan.clone(),
        };
        self.prune(planned.with(plan, rows), need)
    }

    /// The column that orders whole entities: their ids where rows are few, else the places of the ids among all.
    fn order_of_entity(&self, expression: &Expression, rows: f64) -> Result<Option<Fetch>> {
        match expression {
            Expression::Entity { variable } => {
                let table = self.table(*variable)?;
                let places = self.caches.has_rank(table) || rows > FEW_ROWS || table.rows() as f64 <= FEW_ROWS;
                self.identity(*variable, places).map(Some)
            }
            Expression::Slot { index, ty } => {
                let Some(type_name) = node_type(ty) else {
                    return Ok(None);
                };
                let slot = PlanColumn::Slot(*index);
                let columns = node_columns(self, &slot, type_name)?;
                Ok(columns.first().map(|column| identity(slot, column.table.clone(), true)))
            }
            _ => Ok(None),
        }
    }

    pub(super) fn project(
        &mut self,
        input: &Operator,
        expressions: &[Expression],
        columns: &[ResultColumn],
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut need = Need::new();
        let mut fetches: Vec<Fetch> = Vec::new();
        let mut fused = Vec::new();
        for (expression, column) in expressions.iter().zip(columns) {
            self.reads(expression, &mut need)?;
            fusions(expression, &mut fused);
            match node_type(&column.ty) {
                Some(type_name) => fetches.extend(node_columns(self, &self.entity_column(expression)?, type_name)?),
                None => self.fetches(expression, &mut fetches)?,
            }
        }
        for fetch in &fetches {
            need.insert(fetch.column.clone());
        }
        let planned = match input {
            // A fusion counts all rows, so it comes before those that a limit drops.
            Operator::Sort {
                input,
                keys,
                ties,
                limit,
            } => self.sort(input, keys, ties, *limit, &fused, &need)?,
            _ => {
                let planned = self.operator(input, &need)?;
                self.fuse_all(planned, &fused)?
            }
        };
        let planned = self.fetch(planned, fetches);
        self.estimates.expect(&planned);
        let mut outputs = Vec::new();
        for (expression, column) in expressions.iter().zip(columns) {
            outputs.push(ProjectionExpr {
                expr: self.result_column(expression, column, &planned)?,
                alias: column.name.clone(),
            });
        }
        let plan: Arc<dyn ExecutionPlan> = Arc::new(ProjectionExec::try_new(outputs, planned.plan)?);
        self.estimates.expect_rows(&plan, planned.rows);
        Ok(plan)
    }

    fn entity_column(&self, expression: &Expression) -> Result<PlanColumn> {
        match expression {
            Expression::Entity { variable } => Ok(self.column(*variable)),
            Expression::Slot { index, .. } => Ok(PlanColumn::Slot(*index)),
            _ => Err(DataFusionError::Internal("a whole node that is not a variable".into())),
        }
    }

    fn result_column(&mut self, expression: &Expression, column: &ResultColumn, input: &Planned) -> Result<ExprRef> {
        let ty = match &column.ty {
            ColumnType::Value(ty) => value_type(ty),
            ColumnType::Node(type_name) => {
                let entity = self.entity_column(expression)?;
                let mut columns: Vec<ExprRef> = Vec::new();
                for fetch in node_columns(self, &entity, type_name)? {
                    columns.push(input.column(&fetch.column)?);
                }
                return Ok(Arc::new(Node {
                    name: column.name.clone(),
                    fields: node_fields(&self.catalog, type_name),
                    columns,
                }));
            }
        };
        let schema = input.plan.schema();
        let value = self.lower(expression, input)?;
        let found = value.data_type(&schema)?;
        if found == ty {
            return Ok(value);
        }
        if found == DataType::Null {
            return Ok(Arc::new(Literal::new(ScalarValue::try_from(&ty)?)));
        }
        cast(value, &schema, ty)
    }
}

fn sort_by(expression: ExprRef, descending: bool) -> PhysicalSortExpr {
    // Nulls are smaller than every value.
    let options = SortOptions {
        descending,
        nulls_first: !descending,
    };
    PhysicalSortExpr::new(expression, options)
}

/// The fusions among the rank functions that an expression reads.
fn fusions<'e>(expression: &'e Expression, found: &mut Vec<&'e Rank>) {
    expression.visit(&mut |part| {
        if let Expression::RankValue { rank } = part
            && matches!(**rank, Rank::Rrf { .. })
        {
            found.push(rank);
        }
    });
}
