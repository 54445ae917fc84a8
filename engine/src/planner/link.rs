//! Traversals and the nested blocks that are no more than one: which links become one operator, what becomes of their
//! predicates, and where matches need only be counted.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::common::{DataFusionError, Result};
use datafusion::physical_expr::expressions::IsNotNullExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::FilterExec;
use omnigraph_model::ir::{Direction, Expression, Hops, Link, Operator, Var};

use super::pattern::SMALL_TABLE;
use super::{Need, Planned, Planner};
use crate::derived::Steps;
use crate::operators::access::AccessPaths;
use crate::operators::column::PlanColumn;
use crate::operators::expand::{ClosingLink, EdgeTables, ExpandExec, Expansion, Mode, Slot};
use crate::operators::neighbours::{Follow, LOOK_UP};
use crate::operators::scalar::may_fail;
use crate::storage::{DST, IndexKind, SRC};

/// Fewer candidates than this part of a type are checked one by one; for more, the whole type is filtered first.
pub(super) const CANDIDATES: f64 = 0.25;

/// What building adjacency costs, in edges read.
const BUILD: f64 = 1.5;

const ONE_HOP: Hops = Hops { min: 1, max: 1 };

/// Links that lead from different nodes to one new node: found by intersecting their neighbours.
pub(super) struct Fused<'o> {
    pub input: &'o Operator,
    pub link: &'o Link,
    pub closings: Vec<&'o Link>,
    pub predicates: Vec<Expression>,
}

impl Planner<'_> {
    /// A link, together with the links above it that close on the same node.
    pub(super) fn fused<'o>(&self, input: &'o Operator, link: &'o Link, predicates: &[Expression]) -> Fused<'o> {
        let plain = |link: &Link| {
            link.edge_variable.is_none()
                && link.walk.is_none()
                && !link.identity
                && link.hops == ONE_HOP
                && link.from != link.to
        };
        let alone = Fused {
            input,
            link,
            closings: Vec::new(),
            predicates: predicates.to_vec(),
        };
        let Operator::Expand {
            input: below,
            link: first,
            predicates: others,
        } = input
        else {
            return alone;
        };
        if first.to != link.to || !plain(link) || !self.bound(input).contains(&link.to) {
            return alone;
        }
        let mut fused = self.fused(below, first, others);
        let bound = self.bound(fused.input);
        if !plain(fused.link) || bound.contains(&link.to) || !bound.contains(&link.from) {
            return alone;
        }
        fused.closings.push(link);
        fused.predicates.extend(predicates.iter().cloned());
        fused
    }

    pub(super) fn expand(
        &mut self,
        input: &Operator,
        link: &Link,
        predicates: &[Expression],
        need: &Need,
    ) -> Result<Planned> {
        let Fused {
            input,
            link,
            closings,
            predicates,
        } = self.fused(input, link, predicates);
        let bound = self.bound(input);
        let mut below = need.clone();
        for predicate in &predicates {
            self.reads(predicate, &mut below)?;
        }
        below.insert(self.column(link.from));
        below.extend(closings.iter().map(|closing| self.column(closing.from)));
        let own: Vec<Var> = [Some(link.to), link.edge_variable].into_iter().flatten().collect();
        below.extend(
            own.iter()
                .filter(|variable| bound.contains(variable))
                .map(|variable| self.column(*variable)),
        );
        let planned = self.operator(input, &below)?;
        let ends = [link.from, link.to]
            .into_iter()
            .chain(closings.iter().map(|closing| closing.from));
        let planned = self.present(planned, ends)?;
        let mut filters = self.split(link, &predicates, self.reached(&planned, link)?)?;
        filters.closings = closings.into_iter().cloned().collect();
        // Predicates that became sets of rows are no longer read above.
        let mut after = need.clone();
        for predicate in &filters.after {
            self.reads(predicate, &mut after)?;
        }
        let mut new = own.iter().filter(|variable| !bound.contains(variable)).peekable();
        let counted =
            new.peek().is_some() && filters.after.is_empty() && new.all(|own| self.only_counted.contains(own));
        let mode = if counted { Mode::Count } else { Mode::Rows };
        let expanded = self.expansion(planned, link, &filters, &bound, mode, &after)?;
        self.filter(expanded, &filters.after, need)
    }

    /// The rows without those in which one of these is missing: no link leads from there.
    fn present(&self, input: Planned, ends: impl Iterator<Item = Var>) -> Result<Planned> {
        let mut present = input;
        for column in ends.map(|end| self.column(end)) {
            if column.is_nullable(&present.plan.schema()) {
                let test = Arc::new(IsNotNullExpr::new(present.column(&column)?));
                let (plan, rows) = (FilterExec::try_new(test, present.plan.clone())?, present.rows);
                present = present.with(Arc::new(plan), rows);
            }
        }
        Ok(present)
    }

    /// Rows that a link makes of its input, if nothing filters them.
    pub(super) fn reached(&self, input: &Planned, link: &Link) -> Result<f64> {
        let tables = self.edge_tables(&link.edge)?;
        let edges = tables.edges.rows() as f64;
        let (out, into) = (
            edges / (tables.from.rows() as f64).max(1.0),
            edges / (tables.to.rows() as f64).max(1.0),
        );
        let (fan_out, ends) = match link.direction {
            Direction::Out => (out, tables.to.rows()),
            Direction::In => (into, tables.from.rows()),
            Direction::Both => (out + into, tables.to.rows()),
        };
        let hops = i32::try_from(link.hops.max).unwrap_or(i32::MAX);
        Ok(input.rows * fan_out.powi(hops).min(ends as f64))
    }

    pub(super) fn edge_tables(&self, edge: &str) -> Result<&EdgeTables> {
        self.edges
            .get(edge)
            .ok_or_else(|| DataFusionError::Internal(format!("the tables of edge type {edge} are not open")))
    }

    /// Predicates on many candidates are evaluated once for the whole type; on few, for each of them.
    pub(super) fn split(&mut self, link: &Link, predicates: &[Expression], candidates: f64) -> Result<LinkFilters> {
        let mut filters = LinkFilters {
            rows: candidates,
            ..LinkFilters::default()
        };
        let (mut on_node, mut on_edge) = (Vec::new(), Vec::new());
        for predicate in predicates {
            let mentioned = predicate.variables();
            let only = |variable: Var| mentioned.len() == 1 && mentioned.contains(&variable);
            // A predicate that may fail is not asked about what is not reached.
            if may_fail(predicate) {
                filters.after.push(predicate.clone());
                continue;
            }
            let worth = |rows: u64| rows <= SMALL_TABLE || candidates >= rows as f64 * CANDIDATES;
            if only(link.to) && (worth(self.table(link.to)?.rows()) || self.key(link.to, predicate).is_some()) {
                on_node.push(predicate.clone());
            } else if let Some(edge) = link.edge_variable
                && only(edge)
                && worth(self.table(edge)?.rows())
            {
                on_edge.push(predicate.clone());
            } else {
                filters.after.push(predicate.clone());
            }
        }
        for (variable, predicates, scan) in [
            (Some(link.to), on_node, &mut filters.nodes),
            (link.edge_variable, on_edge, &mut filters.edges),
        ] {
            let Some(variable) = variable.filter(|_| !predicates.is_empty()) else {
                continue;
            };
            let need = Need::from([self.column(variable)]);
            let planned = self.node_scan(variable, &predicates, &need)?;
            filters.rows *= planned.rows / (self.table(variable)?.rows() as f64).max(1.0);
            *scan = Some(planned.plan);
        }
        Ok(filters)
    }

    pub(super) fn expansion(
        &self,
        input: Planned,
        link: &Link,
        filters: &LinkFilters,
        bound: &BTreeSet<Var>,
        mode: Mode,
        need: &Need,
    ) -> Result<Planned> {
        let slot = |variable: Var| {
            let column = self.column(variable);
            if bound.contains(&variable) {
                Slot::Bound(column)
            } else if need.contains(&column) {
                Slot::New(column)
            } else {
                Slot::Unread
            }
        };
        let tests = matches!(mode, Mode::Test { .. });
        let keep = |column: &&PlanColumn| need.contains(*column) && (tests || column.is_durable());
        let keep: Vec<PlanColumn> = input.columns.iter().filter(keep).cloned().collect();
        let (mut to, edge) = (slot(link.to), link.edge_variable.map(slot));
        if mode == Mode::Rows && keep.is_empty() && to == Slot::Unread && !matches!(edge, Some(Slot::New(_))) {
            to = Slot::New(self.column(link.to));
        }
        // A row needs a column to be counted by.
        let new = matches!(to, Slot::New(_)) || matches!(edge, Some(Slot::New(_)));
        let keep = match input.columns.first() {
            Some(first) if keep.is_empty() && (tests || mode == Mode::Rows && !new) => vec![first.clone()],
            _ => keep,
        };
        let ends = match link.direction {
            Direction::In => self.edge_tables(&link.edge)?.from.rows(),
            Direction::Out | Direction::Both => self.edge_tables(&link.edge)?.to.rows(),
        };
        let rows = match (mode, &to) {
            (Mode::Test { .. }, _) => input.rows * 0.5,
            (Mode::Rows, Slot::Bound(_)) => filters.rows / (ends as f64).max(1.0),
            (Mode::Rows, _) => filters.rows / 2f64.powi(filters.closings.len() as i32),
            (Mode::Count, _) => input.rows,
        };
        let mut closing_links = Vec::new();
        for closing in &filters.closings {
            closing_links.push(ClosingLink {
                edge_type: closing.edge.clone(),
                tables: self.edge_tables(&closing.edge)?.clone(),
                from: self.column(closing.from),
                direction: closing.direction,
            });
        }
        let expansion = Expansion {
            edge_type: link.edge.clone(),
            tables: self.edge_tables(&link.edge)?.clone(),
            from: self.column(link.from),
            to,
            edge,
            steps: Steps {
                direction: link.direction,
                reversed: link.reversed,
                hops: link.hops,
            },
            closings: closing_links,
            mode,
            follow: self.follow(input.rows, link, &filters.closings)?,
            keep,
        };
        let (nodes, edges) = (filters.nodes.clone(), filters.edges.clone());
        Ok(Planned {
            columns: expansion.columns(),
            plan: Arc::new(ExpandExec::new(
                input.plan,
                expansion,
                nodes,
                edges,
                self.caches.clone(),
            )?),
            rows,
        })
    }

    /// Looking up is worth it for few rows and few hops, until what was spent on it would have built the adjacency.
    fn follow(&self, rows: f64, link: &Link, closings: &[Link]) -> Result<Follow> {
        match self.access {
            AccessPaths::Memory => return Ok(Follow::Adjacency),
            AccessPaths::Indexes => return Ok(Follow::LookUps { limit: None }),
            AccessPaths::Automatic => {}
        }
        let hops = match link.edge_variable {
            Some(_) => 1,
            None => link.hops.max,
        };
        if hops > self.look_ups.most_hops || rows > self.look_ups.most_nodes as f64 {
            return Ok(Follow::Adjacency);
        }
        let closings = closings.iter().map(|closing| (closing, 1));
        for (link, hops) in std::iter::once((link, hops)).chain(closings) {
            let EdgeTables { edges, from, to } = self.edge_tables(&link.edge)?;
            let ends: &[&str] = match link.direction {
                Direction::Out => &[SRC],
                Direction::In => &[DST],
                Direction::Both => &[SRC, DST],
            };
            let covered = |end: &&str| {
                self.index(&link.edge, end, IndexKind::BTree)
                    .map_or(0, |index| index.covered_rows)
            };
            // Each look-up reads what the index does not cover.
            let uncovered: u64 = ends.iter().map(|end| edges.rows().saturating_sub(covered(end))).sum();
            let nodes = if link.direction == Direction::In { to } else { from };
            let fan_out = edges.rows() as f64 / (nodes.rows() as f64).max(1.0);
            let cost = f64::from(hops) * ((LOOK_UP * ends.len() as u64 + uncovered) as f64 + rows * fan_out);
            let build = edges.rows() as f64 * BUILD;
            let spent = self.caches.spent(edges, from, to, 0) as f64;
            if self.caches.has_adjacency(edges, from, to) || spent + cost >= build {
                return Ok(Follow::Adjacency);
            }
        }
        Ok(Follow::LookUps {
            limit: Some(self.look_ups.most_nodes),
        })
    }
}

/// What else a match of a link must satisfy.
#[derive(Default)]
pub(super) struct LinkFilters {
    /// Further links to the same node.
    closings: Vec<Link>,
    /// Scans of what the predicates allow.
    nodes: Option<Arc<dyn ExecutionPlan>>,
    edges: Option<Arc<dyn ExecutionPlan>>,
    /// To be tested on each row.
    pub after: Vec<Expression>,
    /// Rows that pass the sets.
    rows: f64,
}
