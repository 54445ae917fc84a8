//! What operations and functions of scalar values give, over columns: one physical expression for all of them, those that
//! evaluate only some rows apart. The rules are those of docs/query-language.md; each group has a file.

mod arithmetic;
mod case;
mod cast;
mod comprehension;
mod hashing;
mod lists;
mod logic;
mod numbers;
mod operand;
mod paths;
mod pattern;
mod place;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod vectors;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, new_empty_array};
use arrow_schema::{DataType, Schema};
use chrono::{Datelike, Timelike};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use omnigraph_model::ir::{Comparison, Expression, print};
use omnigraph_model::types::Type;
use omnigraph_model::vocabulary::functions::{Function, Operation};

use arithmetic::Sign;
use operand::{Arguments, Operand};
use pattern::Compiled;
use text::End;

use super::expression::ExprRef;
use crate::storage::value_type;

pub(crate) use case::Case;
pub(crate) use comprehension::{Comprehension, item_type};
pub(crate) use logic::{Junction, Part};
pub(crate) use operand::list_of;
pub(crate) use paths::{ShownPath, shown};
pub(crate) use place::Place;

/// What an operation gives for its arguments. `and` and `or` are [`Junction`]s.
#[derive(Debug)]
pub(crate) struct Call {
    operation: Operation,
    arguments: Vec<ExprRef>,
    ty: Type,
    data_type: DataType,
    place: Place,
    compiled: Arc<Compiled>,
}

impl Call {
    pub(crate) fn new(operation: Operation, arguments: Vec<ExprRef>, ty: &Type, place: Place) -> Call {
        Call {
            operation,
            arguments,
            ty: ty.clone(),
            data_type: value_type(ty),
            place,
            compiled: Arc::default(),
        }
    }

    fn compute(&self, a: &Arguments) -> Result<ArrayRef> {
        match self.operation {
            Operation::And | Operation::Or => Err(DataFusionError::Internal("a condition that is no junction".into())),
            Operation::Not => logic::not(a),
            Operation::IsNull => logic::is_null(a),
            Operation::Matches => pattern::matches(a, &self.compiled),
            Operation::Join => text::concat(a, false, "`||`"),
            Operation::Add => arithmetic::binary(Sign::Add, a, &self.data_type),
            Operation::Subtract => arithmetic::binary(Sign::Subtract, a, &self.data_type),
            Operation::Multiply => arithmetic::binary(Sign::Multiply, a, &self.data_type),
            Operation::Divide => arithmetic::divide(a),
            Operation::Remainder => arithmetic::binary(Sign::Remainder, a, &self.data_type),
            Operation::Negate => arithmetic::negate(a, &self.data_type),
            Operation::List => lists::list(a, &self.data_type),
            Operation::Slice => lists::slice(a),
            Operation::Cast => cast::cast(a, &self.ty, true),
            Operation::TryCast => cast::cast(a, &self.ty, false),
            Operation::OfPath(part) => paths::part(a, part, &self.data_type),
            Operation::Function(function) => self.function(function, a),
        }
    }

    fn function(&self, function: Function, a: &Arguments) -> Result<ArrayRef> {
        let ty = &self.data_type;
        match function {
            Function::Lower => text::each(a, "`lower`", str::to_lowercase),
            Function::Upper => text::each(a, "`upper`", str::to_uppercase),
            Function::Trim => text::part(a, "`trim`", str::trim),
            Function::Ltrim => text::part(a, "`ltrim`", str::trim_start),
            Function::Rtrim => text::part(a, "`rtrim`", str::trim_end),
            Function::Length => text::length(a),
            Function::Reverse => text::each(a, "`reverse`", |text| text.chars().rev().collect()),
            Function::Substring => text::substring(a),
            Function::Left => text::left(a),
            Function::Right => text::right(a),
            Function::Replace => text::replace(a),
            Function::Split => text::split(a),
            Function::JoinList => text::join(a),
            Function::Concat => text::concat(a, true, "`concat`"),
            Function::Position => text::position(a),
            Function::Lpad => text::pad(a, End::Start),
            Function::Rpad => text::pad(a, End::End),
            Function::Normalize => text::normalize(a),
            Function::RegexExtract => pattern::extract(a, &self.compiled),
            Function::RegexReplace => pattern::replace(a, &self.compiled),

            Function::Abs => numbers::abs(a, ty),
            Function::Sign => numbers::sign(a),
            Function::Ceil => numbers::whole(a, ty, f64::ceil),
            Function::Floor => numbers::whole(a, ty, f64::floor),
            Function::Round => numbers::round(a, ty),
            Function::Sqrt => numbers::float(a, f64::sqrt),
            Function::Cbrt => numbers::float(a, f64::cbrt),
            Function::Pow => numbers::floats(a, f64::powf),
            Function::Exp => numbers::float(a, f64::exp),
            Function::Ln => numbers::float(a, f64::ln),
            Function::Log10 => numbers::float(a, f64::log10),
            Function::Log2 => numbers::float(a, f64::log2),
            Function::Sin => numbers::float(a, f64::sin),
            Function::Cos => numbers::float(a, f64::cos),
            Function::Tan => numbers::float(a, f64::tan),
            Function::Asin => numbers::float(a, f64::asin),
            Function::Acos => numbers::float(a, f64::acos),
            Function::Atan => numbers::float(a, f64::atan),
            Function::Atan2 => numbers::floats(a, f64::atan2),
            Function::Pi => Ok(numbers::pi()),
            Function::Radians => numbers::float(a, f64::to_radians),
            Function::Degrees => numbers::float(a, f64::to_degrees),
            Function::Div => arithmetic::div(a, ty),
            Function::Least => numbers::extreme(a, ty, Comparison::Less),
            Function::Greatest => numbers::extreme(a, ty, Comparison::Greater),

            Function::Today => Err(DataFusionError::Internal("`today` is a constant of the request".into())),
            Function::Year => time::year(a),
            Function::Quarter => time::part(a, time::quarter),
            Function::Month => time::part(a, |time| time.month()),
            Function::Week => time::part(a, time::week),
            Function::Day => time::part(a, |time| time.day()),
            Function::DayOfWeek => time::part(a, time::day_of_week),
            Function::DayOfYear => time::part(a, |time| time.ordinal()),
            Function::Hour => time::part(a, |time| time.hour()),
            Function::Minute => time::part(a, |time| time.minute()),
            Function::Second => time::part(a, |time| time.second()),
            Function::Trunc => time::trunc(a),
            Function::Years => time::span(a, "years", 12, 0),
            Function::Months => time::span(a, "months", 1, 0),
            Function::Weeks => time::span(a, "weeks", 0, 7 * 86_400_000),
            Function::Days => time::span(a, "days", 0, 86_400_000),
            Function::Hours => time::span(a, "hours", 0, 3_600_000),
            Function::Minutes => time::span(a, "minutes", 0, 60_000),
            Function::Seconds => time::span(a, "seconds", 0, 1_000),
            Function::Milliseconds => time::span(a, "milliseconds", 0, 1),
            Function::BetweenDays => time::between(a, 86_400_000),
            Function::BetweenSeconds => time::between(a, 1_000),
            Function::EpochMs => time::epoch_ms(a),
            Function::FromEpochMs => time::from_epoch_ms(a),
            Function::Format => time::format(a),
            Function::ParseDate => time::parse_all(a, true),
            Function::ParseDatetime => time::parse_all(a, false),

            Function::Size => lists::size(a),
            Function::At => lists::at(a),
            Function::ListDistinct => lists::distinct(a),
            Function::ListSort => lists::sort(a),
            Function::ListSum => lists::sum(a, ty),
            Function::ListMin => lists::extreme(a, false),
            Function::ListMax => lists::extreme(a, true),
            Function::ListContains => lists::contains(a),
            Function::Range => lists::range(a),

            Function::CosineSimilarity => vectors::of_two(a, vectors::cosine_similarity),
            Function::L2Distance => vectors::of_two(a, vectors::l2_distance),
            Function::Dot => vectors::of_two(a, vectors::dot),

            Function::Md5 => hashing::md5(a),
            Function::Sha256 => hashing::sha256(a),
            Function::Xxhash64 => hashing::xxhash64(a),
        }
    }
}

/// Whether evaluating an expression can fail for some values, so that it must not see rows that do not need it.
pub(crate) fn may_fail(expression: &Expression) -> bool {
    let mut found = false;
    expression.visit(&mut |part| {
        found |= match part {
            Expression::Call { operation, .. } => operation_may_fail(*operation),
            // Values that are widened may not fit.
            Expression::Case { ty, .. } => ty.scalar.is_integer(),
            Expression::Comprehension { .. } | Expression::Paths(_) => true,
            _ => false,
        };
    });
    found
}

fn operation_may_fail(operation: Operation) -> bool {
    match operation {
        Operation::And
        | Operation::Or
        | Operation::Not
        | Operation::IsNull
        | Operation::Divide
        | Operation::Slice
        | Operation::TryCast
        | Operation::OfPath(_) => false,
        Operation::Function(function) => !matches!(
            function,
            Function::Lower
                | Function::Upper
                | Function::Trim
                | Function::Ltrim
                | Function::Rtrim
                | Function::Length
                | Function::Reverse
                | Function::Substring
                | Function::Left
                | Function::Right
                | Function::Position
                | Function::Sign
                | Function::Sqrt
                | Function::Ln
                | Function::Year
                | Function::Quarter
                | Function::Month
                | Function::Week
                | Function::Day
                | Function::DayOfWeek
                | Function::DayOfYear
                | Function::Hour
                | Function::Minute
                | Function::Second
                | Function::BetweenDays
                | Function::BetweenSeconds
                | Function::EpochMs
                | Function::Size
                | Function::At
                | Function::ListContains
                | Function::Today
                | Function::Md5
                | Function::Sha256
                | Function::Xxhash64
        ),
        _ => true,
    }
}

// Derived equality would move the trait objects.
impl PartialEq for Call {
    fn eq(&self, other: &Call) -> bool {
        self.operation == other.operation && self.ty == other.ty && self.arguments == other.arguments
    }
}

impl Eq for Call {}

impl Hash for Call {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.operation, &self.ty, &self.arguments).hash(state);
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |argument: &ExprRef| match self.operation.is_enclosed() {
            true => argument.to_string(),
            false => operand(argument),
        };
        let arguments: Vec<String> = self.arguments.iter().map(shown).collect();
        f.write_str(&print::operation(self.operation, &arguments, &self.ty))
    }
}

/// An argument beside a sign: in parentheses if it has signs of its own.
fn operand(argument: &ExprRef) -> String {
    let signs = match argument.downcast_ref::<Call>() {
        Some(call) => !call.operation.is_enclosed(),
        None => argument.is::<Junction>() || argument.is::<super::expression::Compare>(),
    };
    if signs {
        format!("({argument})")
    } else {
        argument.to_string()
    }
}

impl PhysicalExpr for Call {
    fn data_type(&self, _schema: &Schema) -> Result<DataType> {
        Ok(self.data_type.clone())
    }

    fn nullable(&self, _schema: &Schema) -> Result<bool> {
        Ok(true)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        if batch.num_rows() == 0 {
            return Ok(ColumnarValue::Array(new_empty_array(&self.data_type)));
        }
        let mut operands = Vec::with_capacity(self.arguments.len());
        for argument in &self.arguments {
            operands.push(Operand::of(argument.evaluate(batch)?)?);
        }
        let constant = operands.iter().all(|operand| operand.scalar);
        let arguments = Arguments {
            operands,
            rows: if constant { 1 } else { batch.num_rows() },
            place: &self.place,
        };
        let result = self.place.conform(self.compute(&arguments)?, &self.data_type)?;
        Ok(match constant {
            true => ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?),
            false => ColumnarValue::Array(result),
        })
    }

    fn children(&self) -> Vec<&ExprRef> {
        self.arguments.iter().collect()
    }

    fn with_new_children(self: Arc<Self>, children: Vec<ExprRef>) -> Result<ExprRef> {
        Ok(Arc::new(Call {
            operation: self.operation,
            arguments: children,
            ty: self.ty.clone(),
            data_type: self.data_type.clone(),
            place: self.place,
            compiled: self.compiled.clone(),
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
