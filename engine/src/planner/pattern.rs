//! The operators of a pattern: scans, traversals, joins, filters.

use std::sync::Arc;

use arrow_schema::{DataType, Schema};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, and};
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::placeholder_row::PlaceholderRowExec;
use omnigraph_model::ir::{Comparison, Entity, Expression, Operator, Var};

use super::{Need, Planned, Planner};
use crate::operators::access::AccessPaths;
use crate::operators::column::PlanColumn;
use crate::operators::expression::ExprRef;
use crate::operators::scalar::{Junction, Part, may_fail};
use crate::operators::scan::{Access, NodeScanExec, OuterExec};
use crate::storage::value_type;

/// Tables up to this many rows are scanned rather than searched: one column of them is a few pages.
pub(super) const SMALL_TABLE: u64 = 16_384;

impl Planner<'_> {
    /// A row needs a column to be counted by.
    pub(super) fn unit(&self) -> Planned {
        // The row that DataFusion makes has no other type.
        let schema = Schema::new(vec![PlanColumn::Unit.field(DataType::Null, true)]);
        Planned {
            plan: Arc::new(PlaceholderRowExec::new(Arc::new(schema))),
            columns: vec![PlanColumn::Unit],
            rows: 1.0,
        }
    }

    pub(super) fn outer_rows(&self) -> Result<Planned> {
        let outer = self.outer.last();
        let outer = outer.ok_or_else(|| DataFusionError::Internal("an outer row outside of a nested block".into()))?;
        Ok(Planned {
            plan: Arc::new(OuterExec::new(outer.schema.clone())),
            columns: outer.columns.clone(),
            rows: outer.rows,
        })
    }

    pub(super) fn node_scan(&mut self, variable: Var, predicates: &[Expression], need: &Need) -> Result<Planned> {
        if self.variables_of(variable).is_some() {
            return self.scan_members(variable, predicates, need);
        }
        let table = self.table(variable)?.clone();
        let column = self.column(variable);
        let columns = vec![column.clone()];
        let rows = table.rows() as f64;
        let type_name = self.type_name(variable)?.to_owned();
        let kept = |predicates: &[&Expression]| -> f64 { predicates.iter().map(|p| self.kept(p)).product() };
        let mut rest: Vec<&Expression> = predicates.iter().collect();
        let of_all = kept(&rest);
        let mut access = Access::All;
        if let Some(place) = rest
            .iter()
            .position(|predicate| self.key(variable, predicate).is_some())
        {
            match self.key(variable, rest.remove(place)).flatten() {
                Some(id) => access = Access::Id(id),
                None => {
                    let schema = Arc::new(Schema::new(vec![column.dense_field()]));
                    return Ok(Planned {
                        plan: Arc::new(EmptyExec::new(schema)),
                        columns,
                        rows: 0.0,
                    });
                }
            }
        } else if self.access != AccessPaths::Memory
            && (table.rows() > SMALL_TABLE || self.access == AccessPaths::Indexes)
        {
            access = self.index_access(variable, &type_name, &mut rest)?;
        }
        let found = match &access {
            Access::All => rows,
            Access::Id(_) => 1.0,
            Access::Filter { .. } => rows * (of_all / kept(&rest).max(f64::MIN_POSITIVE)).min(1.0),
        };
        let scan = NodeScanExec::new(column, &type_name, table, access, self.access, self.caches.clone());
        let planned = Planned {
            plan: Arc::new(scan),
            columns,
            rows: found,
        };
        self.estimates.expect(&planned);
        let rest: Vec<Expression> = rest.into_iter().cloned().collect();
        self.filter(planned, &rest, need)
    }

    /// The part of its rows for which a predicate is true.
    fn kept(&self, predicate: &Expression) -> f64 {
        self.statistics.kept(self.query, predicate)
    }

    pub(super) fn kept_by_all(&self, predicates: &[Expression]) -> f64 {
        predicates.iter().map(|predicate| self.kept(predicate)).product()
    }

    /// Whether a predicate fixes a node's key, which is its id, or the id itself; the id, or `None` where nothing equals the
    /// constant.
    pub(super) fn key(&self, variable: Var, predicate: &Expression) -> Option<Option<String>> {
        if let Some(constant) = predicate.fixed_id() {
            return self.constants.text(constant).ok();
        }
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
            match self.pushed(type_name, predicate)? {
                Some(pushed)
                    if self.access == AccessPaths::Indexes
                        || pushed
                            .columns
                            .iter()
                            .any(|column| self.caches.resident_column(table, column).is_none()) =>
                {
                    filters.push(pushed.filter);
                    texts.push(pushed.text);
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

    /// Filters one above the other are one conjunction.
    pub(super) fn filter_operator(&mut self, input: &Operator, predicate: &Expression, need: &Need) -> Result<Planned> {
        let (mut input, mut predicates) = (input, vec![predicate.clone()]);
        while let Operator::Filter {
            input: below,
            predicate,
        } = input
        {
            predicates.push(predicate.clone());
            input = below;
        }
        predicates.reverse();
        let mut below = need.clone();
        for predicate in &predicates {
            self.reads(predicate, &mut below)?;
        }
        let planned = self.operator(input, &below)?;
        self.filter(planned, &predicates, need)
    }

    /// Keeps the rows for which all predicates are true.
    pub(super) fn filter(&mut self, input: Planned, predicates: &[Expression], need: &Need) -> Result<Planned> {
        if predicates.is_empty() {
            return self.prune(input, need);
        }
        let mut fetches = Vec::new();
        for predicate in predicates {
            self.fetches(predicate, &mut fetches)?;
        }
        let fetched = self.fetch(input, fetches)?;
        let mut parts = Vec::new();
        for predicate in predicates {
            parts.push(self.lower(predicate, &fetched)?);
        }
        let test: ExprRef = match <[ExprRef; 1]>::try_from(parts) {
            Ok([only]) => only,
            Err(parts) => {
                let parts = parts.into_iter().zip(predicates).map(|(condition, predicate)| Part {
                    condition,
                    may_fail: may_fail(predicate),
                });
                Arc::new(Junction::new(parts.collect(), false))
            }
        };
        let rows = fetched.rows * self.kept_by_all(predicates);
        let plan = Arc::new(FilterExec::try_new(test, fetched.plan.clone())?);
        self.prune(fetched.with(plan, rows), need)
    }
}

/// `property comparison constant`.
pub(super) fn comparison_with_constant(predicate: &Expression) -> Option<(&str, Comparison, &Expression)> {
    let Expression::Compare {
        left,
        comparison,
        right,
    } = predicate
    else {
        return None;
    };
    match (&**left, &**right) {
        (Expression::Property { property, .. }, other) if other.is_constant() => Some((property, *comparison, other)),
        (other, Expression::Property { property, .. }) if other.is_constant() => {
            let turned = match comparison {
                Comparison::Less => Comparison::Greater,
                Comparison::LessEqual => Comparison::GreaterEqual,
                Comparison::Greater => Comparison::Less,
                Comparison::GreaterEqual => Comparison::LessEqual,
                Comparison::Equal | Comparison::NotEqual => *comparison,
                Comparison::ContainsItem
                | Comparison::ContainsText
                | Comparison::StartsWith
                | Comparison::EndsWith
                | Comparison::In => return None,
            };
            Some((property, turned, other))
        }
        _ => None,
    }
}
