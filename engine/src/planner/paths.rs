//! Searches for paths: the tables that they go through, and which edges a step may take.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::common::{DataFusionError, Result};
use datafusion::physical_expr::expressions::IsNotNullExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use omnigraph_model::ir::{self, Expression, Link, PathSearch, Paths, Var, print};

use super::link::CANDIDATES;
use super::members::about;
use super::pattern::SMALL_TABLE;
use super::{Need, Planned, Planner};
use crate::operators::column::PlanColumn;
use crate::operators::paths::{
    Bounds, Edges, PathExec, PathStep, PathTables, Quest, ReachExec, StepScanExec, Traversal,
};
use crate::operators::scalar::{Place, may_fail};
use crate::storage::{Table, value_type};

/// What holds for one edge variable alone.
type EdgePredicate = (Var, Expression);

/// Guess of the walks between two nodes.
const WALKS: f64 = 8.0;

/// The column of a step's weight.
const WEIGHT: &str = "weight";

impl Planner<'_> {
    /// A row for each path that a search finds between two of its nodes.
    pub(super) fn paths(&mut self, input: &ir::Operator, variable: Var, paths: &Paths, need: &Need) -> Result<Planned> {
        let column = self.column(variable);
        let (from, to) = (self.column(paths.from), self.column(paths.to));
        let mut below = need.clone();
        below.remove(&column);
        below.extend([from.clone(), to.clone()]);
        let planned = self.operator(input, &below)?;
        let keep = planned.columns.iter().enumerate();
        let keep = keep.filter(|(_, own)| need.contains(own) && own.is_durable());
        let (keep, mut columns): (Vec<usize>, Vec<PlanColumn>) = keep.map(|(place, own)| (place, own.clone())).unzip();
        // A row needs a column to be counted by.
        let wanted = need.contains(&column) || columns.is_empty();
        columns.extend(wanted.then(|| column.clone()));
        let quest = Quest {
            search: paths.search,
            bounds: Bounds {
                min: paths.min,
                max: paths.max,
            },
            cost: paths.cost,
            from,
            to,
            data_type: value_type(&paths.path_type()),
            text: format!("{column} in {}", print::paths(paths, &self.query.variables)),
            column: wanted.then_some(column),
            keep,
            place: Place {
                origin: paths.origin,
                memory_limit: self.memory_limit,
            },
        };
        let tables = self.path_tables(paths)?;
        let mut steps = Vec::new();
        for step in &paths.steps {
            steps.push(self.path_step(step, &tables)?);
        }
        let rows = match paths.search {
            PathSearch::Shortest | PathSearch::Cheapest => planned.rows,
            PathSearch::Several(count) => planned.rows * count as f64,
            _ => planned.rows * WALKS,
        };
        let plan = Arc::new(PathExec::new(planned.plan, quest, tables, steps, self.caches.clone()));
        self.prune(Planned { plan, columns, rows }, need)
    }

    /// The nodes that a traversal reaches whose steps are of several types or have conditions; rows that bind them already are
    /// kept where they are reached.
    pub(super) fn reach(
        &mut self,
        input: &ir::Operator,
        link: &Link,
        walk: &Paths,
        predicates: &[Expression],
        need: &Need,
    ) -> Result<Planned> {
        let (from, to) = (self.column(link.from), self.column(link.to));
        let bound = self.bound(input).contains(&link.to);
        let edge = link.edge_variable.map(|edge| self.column(edge));
        let mut below = need.clone();
        for predicate in predicates {
            self.reads(predicate, &mut below)?;
        }
        below.insert(from.clone());
        match bound {
            true => below.insert(to.clone()),
            false => below.remove(&to),
        };
        edge.iter().for_each(|edge| _ = below.remove(edge));
        let planned = self.operator(input, &below)?;
        let (on_edge, predicates) = self.split_edges(link, walk, predicates, self.reached(&planned, link)?)?;
        // What edges are chosen by beforehand is not read above.
        let mut after = need.clone();
        for predicate in &predicates {
            self.reads(predicate, &mut after)?;
        }
        let keep = planned.columns.iter().enumerate();
        let keep = keep.filter(|(_, own)| after.contains(own) && own.is_durable());
        let (keep, mut columns): (Vec<usize>, Vec<PlanColumn>) = keep.map(|(place, own)| (place, own.clone())).unzip();
        // A row needs a column to be counted by.
        let edge = edge.map(|edge| Some(edge).filter(|edge| after.contains(edge)));
        let counts = columns.is_empty() && edge.iter().flatten().next().is_none();
        let wanted = !bound && after.contains(&to) || counts;
        columns.extend(wanted.then(|| to.clone()));
        columns.extend(edge.iter().flatten().cloned());
        let way = if link.reversed { " backwards" } else { "" };
        let quest = Quest {
            search: walk.search,
            bounds: Bounds {
                min: walk.min,
                max: walk.max,
            },
            cost: walk.cost,
            from,
            to: to.clone(),
            data_type: DataType::UInt32,
            text: format!("{}{way}", print::walk(walk, link.edge_variable, &self.query.variables)),
            column: wanted.then_some(to),
            keep,
            place: Place {
                origin: walk.origin,
                memory_limit: self.memory_limit,
            },
        };
        let mut tables = self.path_tables(walk)?;
        if link.reversed {
            tables.ends.reverse();
        }
        let mut steps = Vec::new();
        for step in &walk.steps {
            let own = on_edge
                .iter()
                .map(|(edge, predicate)| about(predicate, *edge, step.variable));
            let step = ir::PathStep {
                conditions: step.conditions.iter().cloned().chain(own).collect(),
                ..step.clone()
            };
            steps.push(self.path_step(&step, &tables)?);
        }
        let ends = self.table(link.to)?.rows() as f64;
        let reached = self.reached(&planned, link)?.min(planned.rows * ends);
        let rows = if bound { reached / ends.max(1.0) } else { reached };
        let caches = self.caches.clone();
        let plan = Arc::new(ReachExec::new(
            planned.plan,
            quest,
            Traversal {
                bound,
                forward: !link.reversed,
                edges: edge.map_or(Edges::Unnamed, Edges::Each),
            },
            tables,
            steps,
            caches,
        ));
        self.filter(Planned { plan, columns, rows }, &predicates, need)
    }

    /// Predicates on the edge variable alone that choose the edges of each type beforehand, and all others. As with edges of one
    /// type, few candidates of a large type are better looked at one by one.
    fn split_edges(
        &self,
        link: &Link,
        walk: &Paths,
        predicates: &[Expression],
        candidates: f64,
    ) -> Result<(Vec<EdgePredicate>, Vec<Expression>)> {
        let Some(edge) = link.edge_variable else {
            return Ok((Vec::new(), predicates.to_vec()));
        };
        let mut rows = 0;
        for name in walk.steps.iter().map(|step| &step.edge).collect::<BTreeSet<_>>() {
            rows += self.edge_tables(name)?.edges.rows();
        }
        let worth = rows <= SMALL_TABLE || candidates >= rows as f64 * CANDIDATES;
        let (mut on_edge, mut after) = (Vec::new(), Vec::new());
        for predicate in predicates {
            let alone = predicate.variables() == BTreeSet::from([edge]);
            match alone && !may_fail(predicate) && (worth || predicate.fixed_id().is_some()) {
                true => on_edge.push((edge, predicate.clone())),
                false => after.push(predicate.clone()),
            }
        }
        Ok((on_edge, after))
    }

    fn path_tables(&self, paths: &Paths) -> Result<PathTables> {
        let mut nodes: Vec<Arc<Table>> = Vec::new();
        let mut place = |table: &Arc<Table>| match nodes.iter().position(|known| known.key == table.key) {
            Some(place) => place,
            None => {
                nodes.push(table.clone());
                nodes.len() - 1
            }
        };
        let ends = [place(self.table(paths.from)?), place(self.table(paths.to)?)];
        let mut names: Vec<&String> = paths.steps.iter().map(|step| &step.edge).collect();
        names.sort();
        names.dedup();
        let mut edges = Vec::new();
        for name in names {
            let tables = self.edge_tables(name)?;
            place(&tables.from);
            place(&tables.to);
            edges.push((name.clone(), tables.clone()));
        }
        Ok(PathTables { nodes, edges, ends })
    }

    fn path_step(&mut self, step: &ir::PathStep, tables: &PathTables) -> Result<PathStep> {
        let edges = tables.edges.iter().position(|(name, _)| *name == step.edge);
        let edges = edges.ok_or_else(|| DataFusionError::Internal("a step along an unknown edge".into()))?;
        let mut planned = PathStep {
            edges,
            reversed: step.reversed,
            nodes: None,
            allowed: None,
            weighted: step.weight.is_some(),
        };
        let only = |predicate: &Expression, variable: Var| {
            let mentioned = predicate.variables();
            mentioned.len() == 1 && mentioned.contains(&variable)
        };
        let apart = step.weight.is_none() && !step.conditions.iter().any(may_fail);
        let (mut on_node, mut on_edge, mut mixed) = (Vec::new(), Vec::new(), Vec::new());
        for condition in &step.conditions {
            match condition {
                condition if apart && only(condition, step.node) => on_node.push(condition.clone()),
                condition if apart && only(condition, step.variable) => on_edge.push(condition.clone()),
                condition => mixed.push(condition.clone()),
            }
        }
        let scanned = |planner: &mut Self, variable: Var, predicates: &[Expression]| {
            let need = Need::from([planner.column(variable)]);
            Ok::<_, DataFusionError>(planner.node_scan(variable, predicates, &need)?.plan)
        };
        if !on_node.is_empty() {
            planned.nodes = Some(scanned(self, step.node, &on_node)?);
        }
        if !mixed.is_empty() || step.weight.is_some() {
            mixed.splice(0..0, on_edge);
            planned.allowed = Some(self.edges_of_step(step, &mixed)?);
        } else if !on_edge.is_empty() {
            planned.allowed = Some(scanned(self, step.variable, &on_edge)?);
        }
        Ok(planned)
    }

    /// The edges for which all conditions are true, and what they weigh, where that is not null.
    fn edges_of_step(&mut self, step: &ir::PathStep, conditions: &[Expression]) -> Result<Arc<dyn ExecutionPlan>> {
        let tables = self.edge_tables(&step.edge)?.clone();
        let (edge, node) = (self.column(step.variable), self.column(step.node));
        let rows = tables.edges.rows() as f64;
        let scan = StepScanExec::new(tables, step.reversed, edge.clone(), node.clone(), self.caches.clone());
        let scan = Planned {
            plan: Arc::new(scan),
            columns: vec![edge.clone(), node.clone()],
            rows,
        };
        let planned = match conditions {
            [] => scan,
            _ => self.filter(scan, conditions, &Need::from([edge.clone(), node]))?,
        };
        let mut columns = Vec::new();
        let planned = match &step.weight {
            None => planned,
            Some(weight) => {
                let mut fetches = Vec::new();
                self.fetches(weight, &mut fetches)?;
                let fetched = self.fetch(planned, fetches)?;
                let ty = match weight.value_type() {
                    Some(ir::ColumnType::Value(ty)) => value_type(&ty),
                    _ => return Err(DataFusionError::Internal("a weight that is no value".into())),
                };
                columns.push((self.typed(weight, ty, &fetched)?, WEIGHT.to_owned()));
                fetched
            }
        };
        columns.insert(0, (planned.column(&edge)?, edge.to_string()));
        let weighted = columns.len() > 1;
        let columns = columns.into_iter().map(|(expr, alias)| ProjectionExpr { expr, alias });
        let columns: Vec<ProjectionExpr> = columns.collect();
        let plan: Arc<dyn ExecutionPlan> = Arc::new(ProjectionExec::try_new(columns, planned.plan)?);
        if !weighted {
            return Ok(plan);
        }
        let weight = datafusion::physical_expr::expressions::col(WEIGHT, &plan.schema())?;
        Ok(Arc::new(FilterExec::try_new(
            Arc::new(IsNotNullExpr::new(weight)),
            plan,
        )?))
    }
}
