//! The operators that make a result of a pattern's rows, groups aside: rank functions, order, the final columns.

use std::sync::Arc;

use arrow_schema::{DataType, SortOptions};
use datafusion::common::{DataFusionError, Result};
use datafusion::physical_expr::expressions::{IsNotNullExpr, Literal};
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::limit::GlobalLimitExec;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use omnigraph_model::ir::{
    After, Amount, Column as ResultColumn, ColumnType, Expression, Nulls, Operator, Rank, SortKey,
};
use omnigraph_model::types::{Scalar, Value};

use super::expression::{entity_columns, entity_of, identity, ranked};
use super::lowering::typed;
use super::members::type_name;
use super::{Need, Planned, Planner};
use crate::error::Error;
use crate::operators::access::AccessPaths;
use crate::operators::column::PlanColumn;
use crate::operators::cursor::{Cursor, Refused};
use crate::operators::expression::{Canonical, ExprRef, Form, Whole};
use crate::operators::fetch::Fetch;
use crate::operators::first::first_of;
use crate::operators::nearest::{FEW, Nearest, NearestExec};
use crate::operators::object::Ordered;
use crate::operators::page::{Behind, Cut as PageCut, NextPage, PageExec, Position};
use crate::operators::rank::{Arm, Fusion, FusionExec};
use crate::operators::scalar::ShownPath;
use crate::result::entity_fields;
use crate::storage::{IndexKind, value_type};

/// Results up to this many rows are ordered by the ids themselves; more, by a table of all ids' ranks.
const FEW_ROWS: f64 = 1024.0;

impl Planner<'_> {
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
        let planned = self.fetch(planned, vec![fetch])?;
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
        if self.variables_of(*variable).is_some() {
            return Ok(None);
        }
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
        let planned = self.fetch(input, fetches)?;
        let mut columns = planned.columns;
        columns.extend(fusion.new_columns());
        Ok(Planned {
            plan: Arc::new(FusionExec::new(planned.plan, fusion)),
            columns,
            rows: planned.rows,
        })
    }

    /// Computes the fusions that expressions read, over all rows of the input.
    pub(super) fn fuse_all(&mut self, input: Planned, fused: &[&Rank]) -> Result<Planned> {
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

    pub(super) fn constant_number(&self, expression: &Expression) -> Result<f64> {
        match self.constants.value(expression) {
            Some((Value::Integer(value), _)) => Ok(value as f64),
            Some((Value::Unsigned(value), _)) => Ok(value as f64),
            Some((Value::Float(value), _)) => Ok(value),
            Some((Value::Null, _)) => Ok(60.0),
            other => Err(DataFusionError::Internal(format!("{other:?} is not a number"))),
        }
    }

    /// The numbers of rows, with the values of parameters.
    pub(super) fn cut(&self, limit: Option<&Amount>, offset: Option<&Amount>) -> Result<Cut> {
        let number = |amount: &Amount| match amount {
            Amount::Number(number) => Ok(Some(*number)),
            Amount::Parameter(name) => self.constants.amount(name).map(Some),
            Amount::Skippable { skipped } => self.constants.amount_unless_null(skipped),
        };
        Ok(Cut {
            limit: limit.map(number).transpose()?.flatten(),
            offset: offset.map(number).transpose()?.flatten().unwrap_or(0),
        })
    }

    pub(super) fn sort(
        &mut self,
        input: &Operator,
        keys: &[SortKey],
        ties: &[Expression],
        cut: Cut,
        fused_above: &[&Rank],
        need: &Need,
    ) -> Result<Planned> {
        let limit = cut.read();
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
        if cut.limit == Some(0) {
            let empty = Arc::new(EmptyExec::new(planned.plan.schema()));
            return self.prune(planned.with(empty, 0.0), need);
        }
        let (planned, order) = self.sort_keys(planned, keys, ties, false)?;
        let fetch = limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let rows = limit.map_or(planned.rows, |limit| planned.rows.min(limit as f64));
        let rows = (rows - cut.offset as f64).max(0.0);
        let skip = usize::try_from(cut.offset).unwrap_or(usize::MAX);
        let kept = cut.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let plan: Arc<dyn ExecutionPlan> = match LexOrdering::new(order) {
            Some(order) if skip > 0 => Arc::new(GlobalLimitExec::new(
                first_of(order, planned.plan.clone(), fetch),
                skip,
                kept,
            )),
            Some(order) => first_of(order, planned.plan.clone(), fetch),
            None if kept.is_some() || skip > 0 => Arc::new(GlobalLimitExec::new(planned.plan.clone(), skip, kept)),
            None => planned.plan.clone(),
        };
        self.prune(planned.with(plan, rows), need)
    }

    /// The rows of a page: those behind the place where the page before ended, in order, and the first of them.
    fn page(
        &mut self,
        input: &Operator,
        (keys, ties): (&[SortKey], &[Expression]),
        cut: Cut,
        after: &After,
        fused_above: &[&Rank],
        need: &Need,
    ) -> Result<Planned> {
        let mut fused: Vec<&Rank> = fused_above.to_vec();
        let mut below = need.clone();
        for expression in keys.iter().map(|key| &key.expression).chain(ties) {
            self.reads(expression, &mut below)?;
            fusions(expression, &mut fused);
        }
        let planned = self.operator(input, &below)?;
        let planned = self.fuse_all(planned, &fused)?;
        let (planned, order) = self.sort_keys(planned, keys, ties, true)?;
        let schema = planned.plan.schema();
        let position = Position::new(order, &schema)?;
        let known_by = position.known_by(&after.query, &schema)?;
        let shown = position.to_string();
        let mut expressions = Vec::new();
        for column in &planned.columns {
            expressions.push(ProjectionExpr {
                expr: planned.column(column)?,
                alias: column.to_string(),
            });
        }
        expressions.push(ProjectionExpr {
            expr: Arc::new(position),
            alias: PlanColumn::Position.to_string(),
        });
        let columns: Vec<PlanColumn> = planned.columns.iter().cloned().chain([PlanColumn::Position]).collect();
        let mut placed = Planned {
            plan: Arc::new(ProjectionExec::try_new(expressions, planned.plan)?),
            columns,
            rows: planned.rows,
        };
        let cursor = self.cursor(after, known_by)?;
        if let Some(cursor) = &cursor {
            let behind = Behind {
                position: placed.column(&PlanColumn::Position)?,
                keys: shown,
                place: cursor.place.clone(),
            };
            let plan = Arc::new(FilterExec::try_new(Arc::new(behind), placed.plan.clone())?);
            // How far the pages have come is not known.
            let rows = placed.rows / 2.0;
            placed = placed.with(plan, rows);
        }
        let mut kept = need.clone();
        kept.insert(PlanColumn::Position);
        let placed = self.prune(placed, &kept)?;
        let cut = PageCut {
            after: cursor,
            offset: cut.offset,
            limit: cut.limit,
        };
        let by_place = PhysicalSortExpr::new(placed.column(&PlanColumn::Position)?, SortOptions::default());
        let rows = cut.read().map_or(placed.rows, |read| placed.rows.min(read as f64));
        let order = LexOrdering::new(vec![by_place]).ok_or_else(|| PlanColumn::Position.missing())?;
        let sorted = first_of(order, placed.plan.clone(), cut.read());
        let sorted = placed.with(sorted, rows);
        self.estimates.expect(&sorted);
        let next = NextPage::of(known_by);
        self.next = Some(next.clone());
        let rows = cut.limit.map_or(sorted.rows, |limit| sorted.rows.min(limit as f64));
        let mut columns = sorted.columns;
        columns.pop();
        Ok(Planned {
            plan: Arc::new(PageExec::new(sorted.plan, cut, next)),
            columns,
            rows,
        })
    }

    /// Where the page before ended, as a parameter says; nowhere for the first page.
    fn cursor(&self, after: &After, known_by: u64) -> Result<Option<Cursor>> {
        let text = match self.constants.parameter(&after.parameter) {
            Some(Value::String(text)) if !text.is_empty() => text,
            _ => return Ok(None),
        };
        let refused = |refused| {
            DataFusionError::External(Box::new(Error::Cursor {
                parameter: after.parameter.clone(),
                foreign: refused == Refused::Foreign,
            }))
        };
        Cursor::read(text, known_by).map(Some).map_err(refused)
    }

    /// The keys of an order as expressions, with the columns that they read. `lasting`: the keys mean the same in every commit.
    fn sort_keys(
        &mut self,
        planned: Planned,
        keys: &[SortKey],
        ties: &[Expression],
        lasting: bool,
    ) -> Result<(Planned, Vec<PhysicalSortExpr>)> {
        let keys = keys.iter().map(|key| (&key.expression, options(key)));
        let ties = ties.iter().map(|tie| (tie, SortOptions::default()));
        let keys: Vec<(&Expression, SortOptions)> = keys.chain(ties).collect();
        // Places of ids change with what is written.
        let rows = if lasting { 0.0 } else { planned.rows };
        let mut fetches = Vec::new();
        let mut identities = Vec::new();
        for (expression, _) in &keys {
            let identity = self.order_of_entity(expression, rows, lasting)?;
            identities.push(
                identity
                    .iter()
                    .map(|fetch| fetch.column.clone())
                    .collect::<Vec<PlanColumn>>(),
            );
            fetches.extend(identity);
            self.fetches(expression, &mut fetches)?;
        }
        let planned = self.fetch(planned, fetches)?;
        let schema = planned.plan.schema();
        let mut order = Vec::new();
        for ((expression, options), identity) in keys.into_iter().zip(identities) {
            let found: Vec<ExprRef> = match identity.is_empty() {
                false => identity.iter().map(|own| planned.column(own)).collect::<Result<_>>()?,
                true => vec![self.lower(expression, &planned)?],
            };
            // A constant orders nothing.
            for key in found.into_iter().filter(|key| !key.is::<Literal>()) {
                let data_type = key.data_type(&schema)?;
                let key = Canonical::wrap(key, Form::of_order(&data_type));
                order.push(PhysicalSortExpr::new(Ordered::wrap(key, &data_type), options));
            }
        }
        Ok((planned, order))
    }

    /// The columns that order whole entities: their ids where rows are few, else the places of the ids among all. Of several
    /// types, the ids and then the names of the types.
    pub(super) fn order_of_entity(&self, expression: &Expression, rows: f64, lasting: bool) -> Result<Vec<Fetch>> {
        match expression {
            Expression::Entity { variable } if self.variables_of(*variable).is_some() => {
                Ok(vec![self.identity(*variable, false)?, self.type_of(*variable)?])
            }
            Expression::Entity { variable } => {
                let table = self.table(*variable)?;
                let places =
                    !lasting && (self.caches.has_rank(table) || rows > FEW_ROWS || table.rows() as f64 <= FEW_ROWS);
                Ok(vec![self.identity(*variable, places)?])
            }
            Expression::Slot { index, ty } => {
                let Some(entity) = entity_of(ty) else {
                    return Ok(Vec::new());
                };
                let members = self.members_of(&entity)?;
                let column = PlanColumn::Slot(*index);
                let Some(first) = members.first() else {
                    let table = self.table_of(&entity)?.clone();
                    return Ok(vec![identity(column, table, members, !lasting)]);
                };
                let table = first.table.clone();
                let name = type_name(&column, members.clone())?;
                Ok(vec![identity(column, table, members, false), name])
            }
            _ => Ok(Vec::new()),
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
            match entity_of(&column.ty) {
                Some(entity) => fetches.extend(entity_columns(self, &self.entity_column(expression)?, &entity)?),
                None => self.fetches(expression, &mut fetches)?,
            }
        }
        for fetch in &fetches {
            need.insert(fetch.column.clone());
        }
        let planned = match (&self.query.after, input) {
            (
                Some(after),
                Operator::Sort {
                    input,
                    keys,
                    ties,
                    limit,
                    offset,
                },
            ) => {
                let cut = self.cut(limit.as_ref(), offset.as_ref())?;
                self.page(input, (keys, ties), cut, after, &fused, &need)?
            }
            _ => self.made(input, &fused, &need)?,
        };
        let planned = self.fetch(planned, fetches)?;
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

    /// The rows that columns are made of, with the fusions that these read.
    pub(super) fn made(&mut self, input: &Operator, fused: &[&Rank], need: &Need) -> Result<Planned> {
        match input {
            // A fusion counts all rows, so it comes before those that a limit drops.
            Operator::Sort {
                input,
                keys,
                ties,
                limit,
                offset,
            } => {
                let cut = self.cut(limit.as_ref(), offset.as_ref())?;
                self.sort(input, keys, ties, cut, fused, need)
            }
            _ => {
                let planned = self.operator(input, need)?;
                self.fuse_all(planned, fused)
            }
        }
    }

    pub(super) fn entity_column(&self, expression: &Expression) -> Result<PlanColumn> {
        match expression {
            Expression::Entity { variable } => Ok(self.column(*variable)),
            Expression::Slot { index, .. } => Ok(PlanColumn::Slot(*index)),
            _ => Err(DataFusionError::Internal("a whole node that is not a variable".into())),
        }
    }

    fn result_column(&mut self, expression: &Expression, column: &ResultColumn, input: &Planned) -> Result<ExprRef> {
        if let ColumnType::Value(ty) = &column.ty {
            let value = self.typed(expression, value_type(ty), input)?;
            return Ok(match ty.scalar {
                Scalar::Path(_) if !self.whole_paths => Arc::new(ShownPath { path: value }),
                _ => value,
            });
        }
        let Some(of) = entity_of(&column.ty) else {
            return Err(DataFusionError::Internal("a column of neither values nor nodes".into()));
        };
        let entity = self.entity_column(expression)?;
        let mut columns: Vec<ExprRef> = Vec::new();
        for fetch in entity_columns(self, &entity, &of)? {
            columns.push(input.column(&fetch.column)?);
        }
        Ok(Arc::new(Whole {
            name: column.name.clone(),
            fields: entity_fields(&self.catalog, &of),
            entity: input.column(&entity)?,
            columns,
        }))
    }

    /// An expression as a column of a type.
    pub(super) fn typed(&mut self, expression: &Expression, ty: DataType, input: &Planned) -> Result<ExprRef> {
        typed(self.lower(expression, input)?, &input.plan.schema(), &ty)
    }
}

/// Which rows of an order are returned.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    pub(super) limit: Option<u64>,
    /// How many rows are skipped first.
    pub(super) offset: u64,
}

impl Cut {
    /// How many rows decide which are returned; all without it.
    fn read(self) -> Option<u64> {
        self.limit.map(|limit| limit.saturating_add(self.offset))
    }
}

pub(super) fn options(key: &SortKey) -> SortOptions {
    SortOptions {
        descending: key.descending,
        // Nulls are smaller than every value, unless the key says otherwise.
        nulls_first: match key.nulls {
            Some(nulls) => nulls == Nulls::First,
            None => !key.descending,
        },
    }
}

/// The fusions among the rank functions that an expression reads.
pub(super) fn fusions<'e>(expression: &'e Expression, found: &mut Vec<&'e Rank>) {
    expression.visit(&mut |part| {
        if let Expression::RankValue { rank } = part
            && matches!(**rank, Rank::Rrf { .. })
        {
            found.push(rank);
        }
    });
}
