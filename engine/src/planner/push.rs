//! Predicates that storage evaluates with its indexes: comparisons of a property with constants, and what `and`, `or` and
//! `not` make of them. Only what storage answers exactly as we do is pushed, with its nulls.

use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Expr, and, or};
use omnigraph_model::ir::{Comparison, Expression};
use omnigraph_model::types::Value;
use omnigraph_model::vocabulary::functions::Operation;

use super::Planner;
use super::pattern::comparison_with_constant;
use crate::kernel::{list_filter, scan_filter};
use crate::operators::access::AccessPaths;
use crate::operators::expression::symbol;
use crate::operators::operator::nested;
use crate::storage::{IndexKind, value_type};

/// A predicate as a filter of a scan.
pub(super) struct Pushed {
    pub filter: Expr,
    /// What it reads.
    pub columns: Vec<String>,
    /// As plans show it.
    pub text: String,
}

impl Planner<'_> {
    /// `None` where storage could answer differently, or has no index to answer by.
    pub(super) fn pushed(&self, type_name: &str, predicate: &Expression) -> Result<Option<Pushed>> {
        let push = Push {
            planner: self,
            type_name,
        };
        push.predicate(predicate, false)
    }
}

struct Push<'a, 'p> {
    planner: &'a Planner<'p>,
    type_name: &'a str,
}

impl Push<'_, '_> {
    /// The predicate, or what is true where it is false.
    fn predicate(&self, predicate: &Expression, negated: bool) -> Result<Option<Pushed>> {
        nested(|| self.one(predicate, negated))
    }

    fn one(&self, predicate: &Expression, negated: bool) -> Result<Option<Pushed>> {
        let Expression::Call {
            operation, arguments, ..
        } = predicate
        else {
            return self.comparison(predicate, negated);
        };
        match (operation, arguments.as_slice()) {
            (Operation::Not, [condition]) => self.predicate(condition, !negated),
            (Operation::And | Operation::Or, conditions) => {
                self.junction(conditions, negated, (*operation == Operation::Or) != negated)
            }
            (Operation::IsNull, [Expression::Property { property, .. }]) => {
                let Some(used) = self.index(property, IndexKind::BTree) else {
                    return Ok(None);
                };
                let column = Expr::Column(datafusion::common::Column::new_unqualified(property));
                let (filter, word) = match negated {
                    false => (column.is_null(), "is null"),
                    true => (column.is_not_null(), "is not null"),
                };
                Ok(Some(Pushed {
                    filter,
                    columns: vec![property.clone()],
                    text: format!("{property} {word} ({used})"),
                }))
            }
            _ => Ok(None),
        }
    }

    fn junction(&self, conditions: &[Expression], negated: bool, any: bool) -> Result<Option<Pushed>> {
        let mut whole: Option<Pushed> = None;
        let (join, word): (fn(Expr, Expr) -> Expr, &str) = if any { (or, "or") } else { (and, "and") };
        for condition in conditions {
            let Some(part) = self.predicate(condition, negated)? else {
                return Ok(None);
            };
            whole = Some(match whole {
                None => part,
                Some(mut whole) => {
                    whole.columns.extend(part.columns);
                    Pushed {
                        filter: join(whole.filter, part.filter),
                        columns: whole.columns,
                        text: format!("{} {word} {}", whole.text, part.text),
                    }
                }
            });
        }
        Ok(whole.map(|whole| Pushed {
            text: format!("({})", whole.text),
            ..whole
        }))
    }

    fn comparison(&self, predicate: &Expression, negated: bool) -> Result<Option<Pushed>> {
        if let Some(pushed) = self.in_list(predicate, negated)? {
            return Ok(Some(pushed));
        }
        let Some((property, comparison, constant)) = comparison_with_constant(predicate) else {
            return Ok(None);
        };
        let Some(data_type) = self.data_type(property) else {
            return Ok(None);
        };
        let comparison = match negated {
            false => Some(comparison),
            // Of a number that is none, both an order and its opposite are false.
            true => opposite(comparison).filter(|_| !data_type.is_floating() || is_equality(comparison)),
        };
        let Some(comparison) = comparison else { return Ok(None) };
        let kind = match comparison {
            Comparison::ContainsText => IndexKind::NGram,
            _ => IndexKind::BTree,
        };
        let Some(used) = self.index(property, kind) else {
            return Ok(None);
        };
        let Some(scalar) = self.planner.constant_for(constant, &data_type)? else {
            return Ok(None);
        };
        let filter = scan_filter(property, &data_type, comparison, &scalar);
        Ok(filter.map(|filter| Pushed {
            filter,
            columns: vec![property.to_owned()],
            text: format!("{property} {} {scalar} ({used})", symbol(comparison)),
        }))
    }

    fn in_list(&self, predicate: &Expression, negated: bool) -> Result<Option<Pushed>> {
        let Expression::Compare {
            left,
            comparison: Comparison::In,
            right,
        } = predicate
        else {
            return Ok(None);
        };
        let Expression::Property { property, .. } = &**left else {
            return Ok(None);
        };
        let (Some((Value::List(items), ty)), Some(data_type), Some(used)) = (
            self.planner.constants.value(right),
            self.data_type(property),
            self.index(property, IndexKind::BTree),
        ) else {
            return Ok(None);
        };
        let item = |value: &Value| {
            let literal = Expression::Literal {
                value: value.clone(),
                ty: omnigraph_model::types::Type {
                    list: false,
                    ..ty.clone()
                },
            };
            self.planner.constant_for(&literal, &data_type)
        };
        let constants = items.iter().map(item).collect::<Result<Option<Vec<ScalarValue>>>>()?;
        let filter = constants.and_then(|constants| list_filter(property, &data_type, &constants, negated));
        let word = if negated { "not in" } else { "in" };
        Ok(filter.map(|filter| Pushed {
            filter,
            columns: vec![property.clone()],
            text: format!("{property} {word} {} values ({used})", items.len()),
        }))
    }

    /// The index that answers for a property, in words; `None` without one, unless that does not matter.
    fn index(&self, property: &str, kind: IndexKind) -> Option<String> {
        match self.planner.index(self.type_name, property, kind) {
            Some(index) => Some(format!("{kind}, {} rows covered", index.covered_rows)),
            None if self.planner.access == AccessPaths::Indexes => Some("no index".to_owned()),
            None => None,
        }
    }

    fn data_type(&self, property: &str) -> Option<arrow_schema::DataType> {
        let catalog = &self.planner.catalog;
        let declared = match catalog.node(self.type_name) {
            Some(node) => node.property(property),
            None => catalog.edge(self.type_name).and_then(|edge| edge.property(property)),
        };
        declared.map(|property| value_type(&property.ty))
    }
}

fn is_equality(comparison: Comparison) -> bool {
    matches!(comparison, Comparison::Equal | Comparison::NotEqual)
}

/// What is true where a comparison is false; `None` where no one comparison is.
fn opposite(comparison: Comparison) -> Option<Comparison> {
    Some(match comparison {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterEqual,
        Comparison::LessEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessEqual,
        Comparison::GreaterEqual => Comparison::Less,
        Comparison::ContainsItem
        | Comparison::ContainsText
        | Comparison::StartsWith
        | Comparison::EndsWith
        | Comparison::In => return None,
    })
}
