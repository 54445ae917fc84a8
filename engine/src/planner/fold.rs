//! Parts of expressions that read nothing are computed once, before anything is planned: what they give takes their place,
//! so that indexes, keys and estimates see a constant. A part that fails stays, and fails if a row needs it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use arrow_array::cast::AsArray;
use arrow_array::types::Float32Type;
use datafusion::common::{DataFusionError, Result, ScalarValue};
use omnigraph_model::ir::{ColumnType, Expression, ReadPlan};
use omnigraph_model::types::{Scalar, Type, Value};
use omnigraph_model::vocabulary::functions::Operation;

use super::constant::{Constants, value_of};
use super::lowering::{Lowering, Scope};
use crate::kernel::Span;
use crate::operators::operator::nested;

impl Constants {
    /// The plan with the values of its constant parts.
    pub(crate) fn folded<'p>(&self, plan: &'p ReadPlan) -> Cow<'p, ReadPlan> {
        let mut computes = false;
        plan.root.visit(&mut |operator| {
            computes |= operator.expressions().into_iter().any(is_computed);
        });
        if !computes {
            return Cow::Borrowed(plan);
        }
        let mut plan = plan.clone();
        plan.root
            .visit_expressions_mut(&mut |expression| self.fold(expression, false));
        Cow::Owned(plan)
    }

    /// An expression with the values of its constant parts.
    pub(crate) fn folded_expression(&self, expression: &Expression) -> Expression {
        let mut folded = expression.clone();
        self.fold(&mut folded, false);
        folded
    }

    /// `beside_single`: it is compared with an F32, which a literal is rounded for and a computed number is not.
    fn fold(&self, expression: &mut Expression, beside_single: bool) {
        if is_computed(expression)
            && is_closed(expression)
            && let Some(ty) = type_of(expression)
            && let Ok(value) = self.evaluate(expression)
            && let Some(value) = value_from(&value)
            && (!beside_single || value.is_single())
        {
            *expression = Expression::Literal { value, ty };
            return;
        }
        let beside_single = match &*expression {
            Expression::Compare { left, right, .. } => [&**right, &**left]
                .map(|other| !other.is_constant() && type_of(other).is_some_and(|ty| ty.scalar == Scalar::F32))
                .to_vec(),
            _ => Vec::new(),
        };
        for (place, part) in expression.parts_mut().into_iter().enumerate() {
            let single = beside_single.get(place).copied().unwrap_or(false);
            nested(|| self.fold(part, single));
        }
        shorten(expression);
    }

    fn evaluate(&self, expression: &Expression) -> Result<ScalarValue> {
        let mut leaves = Vec::new();
        expression.visit(&mut |part| {
            if let Expression::Item { id, .. } = part {
                leaves.push((part, crate::operators::column::PlanColumn::Item(*id)));
            }
        });
        let lowering = Lowering {
            constants: self,
            memory_limit: self.memory_limit(),
            leaves,
        };
        value_of(&lowering.lower(expression, &Scope::empty())?)
    }

    /// Why a part that must be a constant has no value.
    pub(super) fn failure(&self, expression: &Expression) -> DataFusionError {
        match is_closed(expression).then(|| self.evaluate(expression)) {
            Some(Err(error)) => error,
            _ => DataFusionError::Internal(format!("{expression:?} is no constant")),
        }
    }
}

/// `and` and `or` without the operands that decide nothing, so that the others can be told apart.
fn shorten(expression: &mut Expression) {
    let Expression::Call {
        operation: operation @ (Operation::And | Operation::Or),
        arguments,
        ..
    } = expression
    else {
        return;
    };
    let is = |argument: &Expression, truth: bool| matches!(argument, Expression::Literal { value, .. } if *value == Value::Bool(truth));
    let neutral = *operation == Operation::And;
    if let Some(decides) = arguments.iter().position(|argument| is(argument, !neutral)) {
        *expression = arguments.swap_remove(decides);
        return;
    }
    if arguments.len() > 1 {
        let last = arguments.last().cloned();
        arguments.retain(|argument| !is(argument, neutral));
        arguments.extend(last.filter(|_| arguments.is_empty()));
    }
    if arguments.len() == 1 {
        *expression = arguments.swap_remove(0);
    }
}

/// Whether there is something to compute in it.
fn is_computed(expression: &Expression) -> bool {
    let mut computed = false;
    expression.visit(&mut |part| {
        computed |= matches!(
            part,
            Expression::Call { .. } | Expression::Case { .. } | Expression::Comprehension { .. }
        );
    });
    computed
}

/// Whether it reads no row, and no item of a comprehension around it.
fn is_closed(expression: &Expression) -> bool {
    let (mut bound, mut items, mut reads) = (BTreeSet::new(), BTreeSet::new(), false);
    expression.visit(&mut |part| match part {
        Expression::Comprehension { id, .. } => {
            bound.insert(*id);
        }
        Expression::Item { id, .. } => {
            items.insert(*id);
        }
        Expression::Property { .. }
        | Expression::Entity { .. }
        | Expression::Value { .. }
        | Expression::Id { .. }
        | Expression::TypeName { .. }
        | Expression::Text { .. }
        | Expression::Aggregate(_)
        | Expression::Paths(_)
        | Expression::RankValue { .. }
        | Expression::Slot { .. }
        | Expression::Score { .. }
        | Expression::ArmRank { .. } => reads = true,
        Expression::Literal { .. }
        | Expression::Parameter { .. }
        | Expression::Now
        | Expression::Compare { .. }
        | Expression::Call { .. }
        | Expression::Object { .. }
        | Expression::Case { .. } => {}
    });
    !reads && items.is_subset(&bound)
}

fn type_of(expression: &Expression) -> Option<Type> {
    match expression.value_type() {
        Some(ColumnType::Value(ty)) => Some(ty),
        Some(_) | None => None,
    }
}

/// `None` for what no literal is.
pub(crate) fn value_from(scalar: &ScalarValue) -> Option<Value> {
    if scalar.is_null() {
        return Some(Value::Null);
    }
    Some(match scalar {
        ScalarValue::Boolean(Some(value)) => Value::Bool(*value),
        ScalarValue::Utf8(Some(value)) => Value::String(value.clone()),
        ScalarValue::Int32(Some(value)) => Value::Integer((*value).into()),
        ScalarValue::Int64(Some(value)) => Value::Integer(*value),
        ScalarValue::UInt32(Some(value)) => Value::Integer((*value).into()),
        ScalarValue::UInt64(Some(value)) => match i64::try_from(*value) {
            Ok(value) => Value::Integer(value),
            Err(_) => Value::Unsigned(*value),
        },
        ScalarValue::Float32(Some(value)) => Value::Float((*value).into()),
        ScalarValue::Float64(Some(value)) => Value::Float(*value),
        ScalarValue::Date32(Some(value)) => Value::Date(*value),
        ScalarValue::Date64(Some(value)) => Value::DateTime(*value),
        ScalarValue::IntervalMonthDayNano(Some(value)) => {
            let Span { months, milliseconds } = Span::from(*value);
            Value::Duration { months, milliseconds }
        }
        ScalarValue::FixedSizeList(list) => {
            let items = list.value(0);
            Value::Vector(items.as_primitive_opt::<Float32Type>()?.values().to_vec())
        }
        ScalarValue::List(list) => {
            let items = list.value(0);
            let items = (0..items.len()).map(|item| value_from(&ScalarValue::try_from_array(&items, item).ok()?));
            Value::List(items.collect::<Option<Vec<Value>>>()?)
        }
        _ => return None,
    })
}
