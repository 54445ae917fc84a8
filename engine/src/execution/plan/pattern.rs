//! The operators of a pattern: scans, traversals, joins, filters, negation.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema};
use datafusion::common::{DataFusionError, JoinType, NullEquality, Result};
use datafusion::logical_expr::{Expr, and};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::joins::{CrossJoinExec, HashJoinExec, PartitionMode};
use datafusion::physical_plan::placeholder_row::PlaceholderRowExec;
use omnigraph_compiler::ir::{Comparison, Direction, Entity, Expression, Link, Operator, Var};

use super::{Need, Outer, Planned, Planner, durable, expression::variables};
use crate::execution::anti_join::{AntiJoinExec, outer_schema};
use crate::execution::expand::{ExpandExec, Expansion, Mode, Slot};
use crate::execution::expression::{Canonical, ExprRef, Form, symbol};
use crate::execution::operator::dense_field;
use crate::execution::scan::{Access, NodeScanExec, OuterExec};
use crate::kernel::scan_filter;
use crate::store::value_type;

/// Tables up to this many rows are scanned rather than searched: one column of them is a few pages.
const SMALL_TABLE: u64 = 16_384;

/// Fewer candidates than this part of a type are checked one by one; for more, the whole type is filtered first.
const CANDIDATES: f64 = 0.25;

/// Guesses of the part of rows that a comparison keeps, where nothing better is known.
const EQUALITY: f64 = 0.1;
const RANGE: f64 = 0.3;

impl Planner<'_> {
    /// A row needs a column to be counted by.
    pub(super) fn unit(&self) -> Planned {
        let schema = Arc::new(Schema::new(vec![Field::new("unit", DataType::Boolean, true)]));
        Planned {
            plan: Arc::new(PlaceholderRowExec::new(schema)),
            rows: 1.0,
        }
    }

    pub(super) fn outer_rows(&self) -> Result<Planned> {
        let outer = self.outer.last();
        let outer = outer.ok_or_else(|| DataFusionError::Internal("an outer row outside of a negation".into()))?;
        Ok(Planned {
            plan: Arc::new(OuterExec::new(outer.schema.clone())),
            rows: outer.rows,
        })
    }

    pub(super) fn node_scan(&mut self, variable: Var, predicates: &[Expression], need: &Need) -> Result<Planned> {
        let table = self.table(variable)?.clone();
        let name = self.column(variable);
        let rows = table.rows() as f64;
        let type_name = match self.entity(variable)? {
            Entity::Node(name) | Entity::Edge(name) => name.clone(),
        };
        let mut rest: Vec<&Expression> = predicates.iter().collect();
        let mut access = Access::All;
        if let Some(place) = rest
            .iter()
            .position(|predicate| self.key(variable, predicate).is_some())
        {
            match self.key(variable, rest.remove(place)).flatten() {
                Some(id) => access = Access::Id(id),
                None => {
                    let schema = Arc::new(Schema::new(vec![dense_field(&name)]));
                    return Ok(Planned {
                        plan: Arc::new(EmptyExec::new(schema)),
                        rows: 0.0,
                    });
                }
            }
        } else if table.rows() > SMALL_TABLE {
            access = self.index_access(variable, &type_name, &mut rest)?;
        }
        let found = match &access {
            Access::All => rows,
            Access::Id(_) => 1.0,
            Access::Filter { .. } => rows * EQUALITY,
        };
        let scan = NodeScanExec::new(&name, &type_name, table, access, self.caches.clone());
        let planned = Planned {
            plan: Arc::new(scan),
            rows: found,
        };
        let rest: Vec<Expression> = rest.into_iter().cloned().collect();
        self.filter(planned, &rest, need)
    }

    /// Whether a predicate fixes a node's key, which is its id; the id, or `None` where nothing equals the constant.
    fn key(&self, variable: Var, predicate: &Expression) -> Option<Option<String>> {
        let Entity::Node(type_name) = self.entity(variable).ok()? else {
            return None;
        };
        let node = self.catalog.node(type_name)?;
        let [key] = node.key.as_slice() else { return None };
        let (property, comparison, constant) = comparison_with_constant(predicate)?;
        let is_text = node
            .property(key)
            .is_some_and(|property| value_type(&property.ty) == DataType::Utf8);
        if property != key || comparison != Comparison::Equal || !is_text {
            return None;
        }
        self.constants.text(constant).ok()
    }

    /// Takes the predicates that an index of storage answers, unless their columns are in memory anyway.
    fn index_access(&self, variable: Var, type_name: &str, rest: &mut Vec<&Expression>) -> Result<Access> {
        let table = self.table(variable)?;
        let (mut filters, mut texts): (Vec<Expr>, Vec<String>) = (Vec::new(), Vec::new());
        let mut kept = Vec::new();
        for predicate in rest.drain(..) {
            match self.index_filter(type_name, predicate)? {
                Some((property, filter, text)) if self.caches.resident_column(table, property).is_none() => {
                    filters.push(filter);
                    texts.push(text);
                }
                _ => kept.push(predicate),
            }
        }
        *rest = kept;
        Ok(match filters.into_iter().reduce(and) {
            Some(filter) => Access::Filter {
                expression: Box::new(filter),
                text: texts.join(" and "),
            },
            None => Access::All,
        })
    }

    fn index_filter<'e>(&self, type_name: &str, predicate: &'e Expression) -> Result<Option<(&'e str, Expr, String)>> {
        let Some((property, comparison, constant)) = comparison_with_constant(predicate) else {
            return Ok(None);
        };
        if !self
            .indexed
            .get(type_name)
            .is_some_and(|columns| columns.contains(property))
        {
            return Ok(None);
        }
        let declared = match self.catalog.node(type_name) {
            Some(node) => node.property(property),
            None => self.catalog.edge(type_name).and_then(|edge| edge.property(property)),
        };
        let Some(data_type) = declared.map(|property| value_type(&property.ty)) else {
            return Ok(None);
        };
        let Some(scalar) = self.constant_for(constant, &data_type)? else {
            return Ok(None);
        };
        let filter = scan_filter(property, &data_type, comparison, &scalar);
        Ok(filter.map(|filter| (property, filter, format!("{property} {} {scalar}", symbol(comparison)))))
    }

    pub(super) fn filter_operator(&mut self, input: &Operator, predicate: &Expression, need: &Need) -> Result<Planned> {
        let mut below = need.clone();
        self.reads(predicate, &mut below)?;
        let planned = self.operator(input, &below)?;
        self.filter(planned, std::slice::from_ref(predicate), need)
    }

    /// Keeps the rows for which all predicates are true, testing one after the other.
    pub(super) fn filter(&mut self, input: Planned, predicates: &[Expression], need: &Need) -> Result<Planned> {
        let mut planned = input;
        for predicate in predicates {
            let mut fetches = Vec::new();
            self.fetches(predicate, &mut fetches)?;
            let fetched = self.fetch(planned, fetches);
            let test = self.lower(predicate, &fetched.plan.schema())?;
            planned = Planned {
                plan: Arc::new(FilterExec::try_new(test, fetched.plan)?),
                rows: fetched.rows * selectivity(predicate),
            };
        }
        self.prune(planned, need)
    }

    pub(super) fn expand(
        &mut self,
        input: &Operator,
        link: &Link,
        predicates: &[Expression],
        need: &Need,
    ) -> Result<Planned> {
        let bound = self.bound(input);
        let mut after = need.clone();
        for predicate in predicates {
            self.reads(predicate, &mut after)?;
        }
        let mut below = after.clone();
        below.insert(self.column(link.from));
        for variable in [Some(link.to), link.edge_variable].into_iter().flatten() {
            if bound.contains(&variable) {
                below.insert(self.column(variable));
            }
        }
        let planned = self.operator(input, &below)?;
        let filters = self.split(link, predicates, self.reached(&planned, link)?)?;
        // Predicates that became sets of rows are no longer read above.
        let mut after = need.clone();
        for predicate in &filters.after {
            self.reads(predicate, &mut after)?;
        }
        let expanded = self.expansion(planned, link, &filters, &bound, Mode::Rows, &after)?;
        self.filter(expanded, &filters.after, need)
    }

    /// Rows that a link makes of its input, if nothing filters them.
    fn reached(&self, input: &Planned, link: &Link) -> Result<f64> {
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

    fn edge_tables(&self, edge: &str) -> Result<&crate::execution::expand::EdgeTables> {
        self.edges
            .get(edge)
            .ok_or_else(|| DataFusionError::Internal(format!("the tables of edge type {edge} are not open")))
    }

    /// Predicates on many candidates are evaluated once for the whole type; on few, for each of them.
    fn split(&mut self, link: &Link, predicates: &[Expression], candidates: f64) -> Result<LinkFilters> {
        let mut filters = LinkFilters {
            rows: candidates,
            ..LinkFilters::default()
        };
        let (mut on_node, mut on_edge) = (Vec::new(), Vec::new());
        for predicate in predicates {
            let mut mentioned = BTreeSet::new();
            variables(predicate, &mut mentioned);
            let only = |variable: Var| mentioned.len() == 1 && mentioned.contains(&variable);
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

    fn expansion(
        &self,
        input: Planned,
        link: &Link,
        filters: &LinkFilters,
        bound: &BTreeSet<Var>,
        mode: Mode,
        need: &Need,
    ) -> Result<Planned> {
        let slot = |variable: Var| {
            let name = self.column(variable);
            if bound.contains(&variable) {
                Slot::Bound(name)
            } else if need.contains(&name) {
                Slot::New(name)
            } else {
                Slot::Unread
            }
        };
        let schema = input.plan.schema();
        let keep = |name: &&String| need.contains(*name) && (mode != Mode::Rows || durable(name));
        let keep: Vec<String> = schema
            .fields()
            .iter()
            .map(|field| field.name())
            .filter(keep)
            .cloned()
            .collect();
        let (mut to, edge) = (slot(link.to), link.edge_variable.map(slot));
        if mode == Mode::Rows && keep.is_empty() && to == Slot::Unread && !matches!(edge, Some(Slot::New(_))) {
            to = Slot::New(self.column(link.to));
        }
        let keep = match (keep.is_empty(), mode, schema.fields().first()) {
            (true, Mode::Test { .. }, Some(first)) => vec![first.name().clone()],
            _ => keep,
        };
        let ends = match link.direction {
            Direction::In => self.edge_tables(&link.edge)?.from.rows(),
            Direction::Out | Direction::Both => self.edge_tables(&link.edge)?.to.rows(),
        };
        let rows = match (mode, &to) {
            (Mode::Test { .. }, _) => input.rows * 0.5,
            (Mode::Rows, Slot::Bound(_)) => filters.rows / (ends as f64).max(1.0),
            (Mode::Rows, _) => filters.rows,
        };
        let expansion = Expansion {
            edge_type: link.edge.clone(),
            tables: self.edge_tables(&link.edge)?.clone(),
            from: self.column(link.from),
            to,
            edge,
            direction: link.direction,
            hops: link.hops,
            mode,
            keep,
        };
        let (nodes, edges) = (filters.nodes.clone(), filters.edges.clone());
        Ok(Planned {
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
        let mut sides = [self.operator(left, &below)?, self.operator(right, &below)?];
        let mut keys: [Vec<ExprRef>; 2] = [Vec::new(), Vec::new()];
        for (l, r) in on {
            for (side, expression) in [l, r].into_iter().enumerate() {
                let mut fetches = Vec::new();
                self.fetches(expression, &mut fetches)?;
                let planned = Planned {
                    plan: sides[side].plan.clone(),
                    rows: sides[side].rows,
                };
                sides[side] = self.fetch(planned, fetches);
            }
        }
        for (l, r) in on {
            let (left_schema, right_schema) = (sides[0].plan.schema(), sides[1].plan.schema());
            let (l, r) = (self.lower(l, &left_schema)?, self.lower(r, &right_schema)?);
            let form = Form::of_join(&l.data_type(&left_schema)?, &r.data_type(&right_schema)?);
            keys[0].push(Canonical::wrap(l, form));
            keys[1].push(Canonical::wrap(r, form));
        }
        let ([left, right], [mut left_keys, mut right_keys]) = (sides, keys);
        let (mut build, mut probe) = (left, right);
        // The first input is kept in memory.
        if build.rows > probe.rows {
            std::mem::swap(&mut build, &mut probe);
            std::mem::swap(&mut left_keys, &mut right_keys);
        }
        let product = build.rows * probe.rows;
        let planned = if on.is_empty() {
            Planned {
                plan: Arc::new(CrossJoinExec::new(build.plan, probe.plan)),
                rows: product,
            }
        } else {
            let join = HashJoinExec::try_new(
                build.plan,
                probe.plan,
                left_keys.into_iter().zip(right_keys).collect(),
                None,
                &JoinType::Inner,
                None,
                PartitionMode::CollectLeft,
                NullEquality::NullEqualsNothing,
                false,
            )?;
            Planned {
                plan: Arc::new(join),
                rows: product / build.rows.max(probe.rows).max(1.0),
            }
        };
        self.prune(planned, need)
    }

    pub(super) fn anti_join(&mut self, input: &Operator, inner: &Operator, need: &Need) -> Result<Planned> {
        let bound = self.bound(input);
        let mut below = need.clone();
        for variable in self.mentioned(inner).intersection(&bound) {
            below.insert(self.column(*variable));
        }
        let planned = self.operator(input, &below)?;
        if let Some((link, predicates, negated)) = single_link(inner) {
            let filters = self.split(link, predicates, self.reached(&planned, link)?)?;
            if filters.after.is_empty() {
                return self.expansion(planned, link, &filters, &bound, Mode::Test { negated }, need);
            }
        }
        let row = format!("#{}", self.outer.len());
        self.outer.push(Outer {
            schema: outer_schema(&planned.plan.schema(), &row),
            bound,
            rows: planned.rows.min(8192.0),
        });
        let inner = self.operator(inner, &Need::from([row.clone()]));
        self.outer.pop();
        let plan: Arc<dyn ExecutionPlan> = Arc::new(AntiJoinExec::new(planned.plan, inner?.plan, &row));
        let kept = Planned {
            plan,
            rows: planned.rows * 0.5,
        };
        self.prune(kept, need)
    }
}

/// What is left of a link's predicates, and what they became.
#[derive(Default)]
struct LinkFilters {
    nodes: Option<Arc<dyn ExecutionPlan>>,
    edges: Option<Arc<dyn ExecutionPlan>>,
    /// To be tested on each row.
    after: Vec<Expression>,
    /// Rows that pass the sets.
    rows: f64,
}

/// An inner pattern of one link from the outer row, and whether its existence drops the row: a negated one inside a
/// negation keeps it.
fn single_link(inner: &Operator) -> Option<(&Link, &[Expression], bool)> {
    match inner {
        Operator::Expand {
            input,
            link,
            predicates,
        } if **input == Operator::Outer => Some((link, predicates, true)),
        Operator::AntiJoin { input, inner } if **input == Operator::Outer => {
            let (link, predicates, negated) = single_link(inner)?;
            Some((link, predicates, !negated))
        }
        _ => None,
    }
}

/// `property comparison constant`.
fn comparison_with_constant(predicate: &Expression) -> Option<(&str, Comparison, &Expression)> {
    let Expression::Compare {
        left,
        comparison,
        right,
    } = predicate
    else {
        return None;
    };
    let constant = |expression: &Expression| {
        matches!(
            expression,
            Expression::Literal { .. } | Expression::Parameter { .. } | Expression::Now
        )
    };
    match (&**left, &**right) {
        (Expression::Property { property, .. }, other) if constant(other) => Some((property, *comparison, other)),
        (other, Expression::Property { property, .. }) if constant(other) => {
            let turned = match comparison {
                Comparison::Less => Comparison::Greater,
                Comparison::LessEqual => Comparison::GreaterEqual,
                Comparison::Greater => Comparison::Less,
                Comparison::GreaterEqual => Comparison::LessEqual,
                Comparison::Equal | Comparison::NotEqual => *comparison,
                Comparison::ContainsItem | Comparison::ContainsText | Comparison::StartsWith => return None,
            };
            Some((property, turned, other))
        }
        _ => None,
    }
}

fn selectivity(predicate: &Expression) -> f64 {
    match predicate {
        Expression::Compare { comparison, .. } => match comparison {
            Comparison::Equal => EQUALITY,
            Comparison::NotEqual => 1.0 - EQUALITY,
            Comparison::Less | Comparison::LessEqual | Comparison::Greater | Comparison::GreaterEqual => RANGE,
            Comparison::ContainsItem | Comparison::ContainsText | Comparison::StartsWith => EQUALITY,
        },
        _ => EQUALITY,
    }
}
