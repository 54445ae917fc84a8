//! How many rows the parts of a query are expected to give: by the numbers in the commit's record where there are some,
//! by guesses elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use omnigraph_model::catalog::Catalog;
use omnigraph_model::ir::{Comparison, Direction, Entity, Estimate, Expression, Link, ReadPlan, Var};
use omnigraph_model::types::Value;
use omnigraph_model::vocabulary::functions::Operation;

use crate::storage::{ColumnStatistics, TableState};

/// Guesses of the part of rows that a comparison keeps, where nothing better is known.
const EQUALITY: f64 = 0.1;
const RANGE: f64 = 0.3;

/// What the record says of the types of a query.
pub(super) struct Statistics {
    catalog: Arc<Catalog>,
    types: BTreeMap<String, TypeStatistics>,
}

struct TypeStatistics {
    rows: f64,
    columns: BTreeMap<String, ColumnStatistics>,
}

impl Statistics {
    pub(super) fn new(catalog: Arc<Catalog>) -> Statistics {
        Statistics {
            catalog,
            types: BTreeMap::new(),
        }
    }

    pub(super) fn note(&mut self, type_name: &str, state: Option<&TableState>) {
        let known = TypeStatistics {
            rows: state.map_or(0, |state| state.rows) as f64,
            columns: state.map_or_else(BTreeMap::new, |state| state.statistics.clone()),
        };
        self.types.insert(type_name.to_owned(), known);
    }

    fn rows(&self, type_name: &str) -> f64 {
        self.types.get(type_name).map_or(0.0, |known| known.rows)
    }

    /// The part of a type's rows for which a predicate is true.
    pub(super) fn kept(&self, query: &ReadPlan, predicate: &Expression) -> f64 {
        match predicate {
            Expression::Compare { comparison, .. } => self.compared(query, predicate, *comparison),
            Expression::Call {
                operation, arguments, ..
            } => {
                let parts = || arguments.iter().map(|part| self.kept(query, part));
                match operation {
                    Operation::And => parts().product(),
                    Operation::Or => 1.0 - parts().map(|part| 1.0 - part).product::<f64>(),
                    Operation::Not => 1.0 - parts().product::<f64>(),
                    Operation::IsNull => arguments
                        .first()
                        .and_then(|part| self.nulls(query, part))
                        .unwrap_or(EQUALITY),
                    _ => EQUALITY,
                }
            }
            _ => EQUALITY,
        }
    }

    /// The part of a property's values that are null, where it is known.
    fn nulls(&self, query: &ReadPlan, expression: &Expression) -> Option<f64> {
        let Expression::Property { variable, property, .. } = expression else {
            return None;
        };
        let known = self.types.get(type_name(query, *variable)?)?;
        let column = known.columns.get(property)?;
        Some(column.nulls as f64 / (column.rows as f64).max(1.0))
    }

    fn compared(&self, query: &ReadPlan, predicate: &Expression, comparison: Comparison) -> f64 {
        if let Some(variable) = identified(predicate)
            && let Some(known) = type_name(query, variable).and_then(|name| self.types.get(name))
        {
            let one = 1.0 / known.rows.max(1.0);
            return if comparison == Comparison::Equal {
                one
            } else {
                1.0 - one
            };
        }
        let known = fixed(predicate).and_then(|(variable, property)| {
            let type_name = type_name(query, variable)?;
            let unique = self.is_unique(type_name, property);
            Some((self.types.get(type_name)?, property, unique))
        });
        let column = known.and_then(|(known, property, _)| known.columns.get(property));
        let present = column.map_or(1.0, |column| 1.0 - column.nulls as f64 / (column.rows as f64).max(1.0));
        let one = match (known, column) {
            (Some((known, _, true)), _) => 1.0 / known.rows.max(1.0),
            (_, Some(column)) => present / (column.distinct as f64).max(1.0),
            _ => EQUALITY,
        };
        match comparison {
            Comparison::Equal => one,
            Comparison::NotEqual => (present - one).max(0.0),
            Comparison::Less | Comparison::LessEqual | Comparison::Greater | Comparison::GreaterEqual => {
                RANGE * present
            }
            Comparison::In => (one * list_length(predicate).unwrap_or(1.0)).min(present),
            Comparison::ContainsItem | Comparison::ContainsText | Comparison::StartsWith | Comparison::EndsWith => {
                EQUALITY * present
            }
        }
    }

    /// Whether no two rows have the same value.
    fn is_unique(&self, type_name: &str, property: &str) -> bool {
        let Some(node) = self.catalog.node(type_name) else {
            return false;
        };
        let alone = |set: &Vec<String>| matches!(set.as_slice(), [only] if only == property);
        alone(&node.key) || node.unique.iter().any(alone)
    }
}

/// How many items the list of a membership has, where it is written out.
fn list_length(predicate: &Expression) -> Option<f64> {
    let Expression::Compare { right, .. } = predicate else {
        return None;
    };
    match &**right {
        Expression::Literal {
            value: Value::List(items),
            ..
        } => Some(items.len() as f64),
        _ => None,
    }
}

/// The variable whose id an equality is with a constant.
fn identified(predicate: &Expression) -> Option<Var> {
    let Expression::Compare {
        left,
        comparison: Comparison::Equal | Comparison::NotEqual,
        right,
    } = predicate
    else {
        return None;
    };
    match (&**left, &**right) {
        (Expression::Id { variable }, constant) | (constant, Expression::Id { variable }) if constant.is_constant() => {
            Some(*variable)
        }
        _ => None,
    }
}

/// The property of one variable that a comparison is with a constant.
fn fixed(predicate: &Expression) -> Option<(Var, &str)> {
    let Expression::Compare { left, right, .. } = predicate else {
        return None;
    };
    match (&**left, &**right) {
        (Expression::Property { variable, property, .. }, constant)
        | (constant, Expression::Property { variable, property, .. })
            if constant.is_constant() =>
        {
            Some((*variable, property))
        }
        _ => None,
    }
}

fn type_name(query: &ReadPlan, variable: Var) -> Option<&str> {
    match &query.variables.get(variable.0 as usize)?.entity {
        Entity::Node(name) | Entity::Edge(name) => Some(name),
        Entity::Interface(_) | Entity::Edges(_) | Entity::Value(_) => None,
    }
}

/// A query with the numbers of its types, to choose an order by.
pub(super) struct Expected<'a> {
    pub query: &'a ReadPlan,
    pub statistics: &'a Statistics,
}

impl Estimate for Expected<'_> {
    fn rows(&self, variable: Var) -> f64 {
        let known = self.query.variables.get(variable.0 as usize);
        match known.map(|known| &known.entity) {
            Some(Entity::Node(name) | Entity::Edge(name)) => self.statistics.rows(name),
            Some(Entity::Interface(name)) => {
                let types = self.statistics.catalog.implementers(name).into_iter();
                types.map(|name| self.statistics.rows(name)).sum()
            }
            Some(Entity::Edges(names)) => names.iter().map(|name| self.statistics.rows(name)).sum(),
            Some(Entity::Value(_)) | None => 0.0,
        }
    }

    fn kept(&self, predicate: &Expression) -> f64 {
        self.statistics.kept(self.query, predicate)
    }

    fn is_key(&self, predicate: &Expression) -> bool {
        let equal = matches!(
            predicate,
            Expression::Compare {
                comparison: Comparison::Equal,
                ..
            }
        );
        let key = fixed(predicate).and_then(|(variable, property)| {
            let node = self.statistics.catalog.node(type_name(self.query, variable)?)?;
            Some(matches!(node.key.as_slice(), [only] if only == property))
        });
        equal && (key == Some(true) || identified(predicate).is_some())
    }

    fn reached(&self, link: &Link) -> f64 {
        if link.identity {
            return (self.rows(link.to) / self.rows(link.from).max(1.0)).min(1.0);
        }
        let Some(edge) = self.statistics.catalog.edge(&link.edge) else {
            return 1.0;
        };
        let edges = self.statistics.rows(&link.edge);
        let (from, to) = (self.statistics.rows(&edge.from), self.statistics.rows(&edge.to));
        let (out, into) = (edges / from.max(1.0), edges / to.max(1.0));
        let (fan_out, ends) = match link.direction {
            Direction::Out => (out, to),
            Direction::In => (into, from),
            Direction::Both => (out + into, to),
        };
        match link.edge_variable {
            Some(_) => fan_out,
            None => fan_out.powi(i32::try_from(link.hops.max).unwrap_or(i32::MAX)).min(ends),
        }
    }
}
