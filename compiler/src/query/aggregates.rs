//! Aggregates: what each takes of the rows of a group, and what it gives.

use omnigraph_grammar::query::ast::{Call, Direction, Expression as Source, ExpressionKind, Function, SortKey};
use omnigraph_model::ir::{self, Aggregate, AggregateFunction, Expression};
use omnigraph_model::types::{Scalar, Type, Value};

use super::context::{Context, Ty, Typed};
use super::expression::Place;
use super::output::{call_in, is_constant, nulls};
use crate::rules::types::*;

impl Context<'_> {
    /// An aggregate over the rows of a block.
    pub(crate) fn aggregate(&mut self, call: &Call, scope: usize) -> Option<Aggregate> {
        if call.star.is_some() {
            let ty = Type::of(Scalar::Bool);
            let always = Expression::Literal {
                value: Value::Bool(true),
                ty,
            };
            return Some(Aggregate::of(AggregateFunction::Count, always, Type::of(Scalar::I64)));
        }
        let (source, second) = match (call.arguments.as_slice(), arguments(call.function)) {
            ([source], 1) => (source, None),
            ([source, second], 2) => (source, Some(second)),
            // The parser has reported it.
            _ => {
                self.broken();
                return None;
            }
        };
        let keys = call.order.iter().map(|key| &key.expression);
        for part in call.arguments.iter().chain(keys) {
            if let Some(inner) = call_in(part, &|inner| inner.function.is_aggregate() || inner.function.is_rank()) {
                self.report(t31_misplaced_expression::in_aggregate(inner, call));
                return None;
            }
            if let ExpressionKind::Alias(_) = &part.kind {
                self.report(t31_misplaced_expression::in_aggregate(part, call));
                return None;
            }
        }
        let typed = self.expression(source, Place::filter(scope));
        self.note_use(&typed.expression, None);
        let function = function(call.function);
        let ty = self.aggregated_type(function, call, &typed)?;
        let mut aggregate = Aggregate {
            distinct: call.distinct.is_some(),
            ..Aggregate::of(function, typed.expression, ty)
        };
        if let Some(second) = second {
            match function {
                AggregateFunction::Percentile => aggregate.part = Some(self.part(second, scope)?),
                _ => aggregate.order = vec![self.compared(second, call, scope)?],
            }
        }
        for key in &call.order {
            aggregate.order.push(self.inner_key(key, Place::filter(scope))?);
        }
        if let Some(limit) = &call.limit {
            aggregate.limit = Some(self.amount("limit", Some(limit))?);
        }
        Some(aggregate)
    }

    /// The type of an aggregate of such an argument, or what is wrong with it.
    fn aggregated_type(&mut self, function: AggregateFunction, call: &Call, typed: &Typed) -> Option<Type> {
        let ty = match &typed.ty {
            Ty::Error => return None,
            Ty::Null => {
                self.report(t44_branch_types::only_null(std::slice::from_ref(typed)));
                return None;
            }
            Ty::Node(_) | Ty::Edge(_) if function == AggregateFunction::Count => return Some(Type::of(Scalar::I64)),
            Ty::Edge(var) => {
                let finding = t23_4_bare_edge_variable::finding(self, *var, typed.span);
                self.report(finding);
                return None;
            }
            Ty::Node(var) => {
                let finding = t08_3_aggregate_of_node::finding(self, call, *var, typed.span);
                self.report(finding);
                return None;
            }
            Ty::Value(ty) => ty,
        };
        if ty.scalar == Scalar::Blob {
            self.report(t24_blob_value::finding(typed));
            return None;
        }
        self.aggregate_type(function, call, typed, ty)
    }

    fn aggregate_type(&mut self, function: AggregateFunction, call: &Call, typed: &Typed, ty: &Type) -> Option<Type> {
        use AggregateFunction::*;
        match function {
            Count => Some(Type::of(Scalar::I64)),
            Sum | Avg | StdDev | Variance | Median | Percentile => {
                if ty.list || !ty.scalar.is_numeric() {
                    self.report(t08_1_sum_argument::finding(call, typed, ty));
                    return None;
                }
                Some(Type::of(Scalar::F64).nullable())
            }
            Min | Max => {
                if !ty.is_orderable() {
                    self.report(t08_2_min_max_argument::finding(call, typed, ty));
                    return None;
                }
                Some(ty.clone().nullable())
            }
            Any | All => {
                self.bool(typed, &format!("the argument of `{}`", function.name()))?;
                Some(Type::of(Scalar::Bool))
            }
            Collect => {
                if ty.list || matches!(ty.scalar, Scalar::Vector(_)) {
                    let finding =
                        t43_operand_type::argument(self, typed, "a single value", "what `collect` puts into a list");
                    self.report(finding);
                    return None;
                }
                Some(Type {
                    list: true,
                    nullable: false,
                    ..ty.clone()
                })
            }
            First | ArgMin | ArgMax => Some(ty.clone().nullable()),
        }
    }

    /// The part of the way through a group, which is written out.
    fn part(&mut self, source: &Source, scope: usize) -> Option<Expression> {
        let typed = self.expression(source, Place::filter(scope));
        if typed.is_error() {
            return None;
        }
        let part = match &typed.expression {
            Expression::Literal { value, .. } => match value {
                Value::Integer(number) => Some(*number as f64),
                Value::Float(number) => Some(*number),
                _ => None,
            },
            _ => None,
        };
        match part {
            Some(part) if (0.0..=1.0).contains(&part) => Some(Expression::Literal {
                value: Value::Float(part),
                ty: Type::of(Scalar::F64),
            }),
            _ => {
                self.report(t57_invalid_constant::part(typed.span));
                None
            }
        }
    }

    /// What `arg_min` and `arg_max` compare.
    fn compared(&mut self, source: &Source, call: &Call, scope: usize) -> Option<ir::SortKey> {
        let typed = self.expression(source, Place::filter(scope));
        self.note_use(&typed.expression, None);
        let ty = self.aggregated_type(AggregateFunction::Min, call, &typed)?;
        debug_assert!(ty.nullable, "there may be no row");
        Some(ir::SortKey {
            expression: typed.expression,
            descending: call.function == Function::ArgMax,
            nulls: None,
        })
    }

    /// A key by which the rows of a group are ordered.
    pub(super) fn inner_key(&mut self, key: &SortKey, place: Place<'_>) -> Option<ir::SortKey> {
        let typed = self.expression(&key.expression, place);
        self.note_use(&typed.expression, None);
        if typed.is_error() {
            return None;
        }
        if is_constant(&typed.expression) {
            self.report(t32_sort_key::constant(typed.span));
            return None;
        }
        match typed.scalar_type() {
            Some(ty) if ty.is_orderable() => {}
            Some(ty) => {
                self.report(t32_sort_key::unorderable(&typed, ty));
                return None;
            }
            None => {
                if let ExpressionKind::Variable(name) = &key.expression.kind {
                    let finding = t32_sort_key::variable(self, &typed, name);
                    self.report(finding);
                }
                return None;
            }
        }
        Some(ir::SortKey {
            expression: typed.expression,
            descending: matches!(key.direction, Some((Direction::Descending, _))),
            nulls: nulls(key),
        })
    }
}

/// How many arguments an aggregate takes.
fn arguments(function: Function) -> usize {
    match function {
        Function::Percentile | Function::ArgMin | Function::ArgMax => 2,
        _ => 1,
    }
}

fn function(written: Function) -> AggregateFunction {
    match written {
        Function::Sum => AggregateFunction::Sum,
        Function::Avg => AggregateFunction::Avg,
        Function::Min => AggregateFunction::Min,
        Function::Max => AggregateFunction::Max,
        Function::StdDev => AggregateFunction::StdDev,
        Function::Variance => AggregateFunction::Variance,
        Function::Median => AggregateFunction::Median,
        Function::Percentile => AggregateFunction::Percentile,
        Function::Any => AggregateFunction::Any,
        Function::All => AggregateFunction::All,
        Function::Collect => AggregateFunction::Collect,
        Function::First => AggregateFunction::First,
        Function::ArgMin => AggregateFunction::ArgMin,
        Function::ArgMax => AggregateFunction::ArgMax,
        _ => AggregateFunction::Count,
    }
}
