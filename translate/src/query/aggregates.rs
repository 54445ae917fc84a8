//! Aggregates, and whether repeated rows make a difference to them.

use crate::ast::{Call, Expr, ExprKind, Projection};
use crate::codes;
use crate::value::{Level, Ty, Value};

use super::Translator;
use super::where_clause::number;

const AGGREGATES: [&str; 10] = [
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "collect",
    "stdev",
    "stdevp",
    "percentilecont",
    "percentiledisc",
];

fn aggregate(expr: &Expr) -> Option<&Call> {
    match &expr.kind {
        ExprKind::Call(call) if AGGREGATES.contains(&call.name.as_str()) => Some(call),
        _ => None,
    }
}

pub(super) fn is_aggregate(expr: &Expr) -> bool {
    aggregate(expr).is_some()
}

pub(super) fn has_aggregate(expr: &Expr) -> bool {
    let mut found = Vec::new();
    aggregates(expr, &mut found);
    !found.is_empty()
}

/// The aggregates of an expression, but for those of blocks.
fn aggregates<'e>(expr: &'e Expr, found: &mut Vec<&'e Call>) {
    if matches!(expr.kind, ExprKind::Exists(_) | ExprKind::Count(_)) {
        return;
    }
    found.extend(aggregate(expr));
    expr.children(&mut |child| aggregates(child, found));
}

impl Translator<'_> {
    pub(super) fn has_aggregate(&self, projection: &Projection) -> bool {
        let mut found = Vec::new();
        projection
            .items
            .iter()
            .for_each(|item| aggregates(&item.value, &mut found));
        !found.is_empty()
    }

    /// Whether it makes no difference how often a row comes.
    pub(super) fn is_insensitive(&self, projection: &Projection) -> bool {
        let mut found = Vec::new();
        projection
            .items
            .iter()
            .for_each(|item| aggregates(&item.value, &mut found));
        projection
            .order
            .iter()
            .for_each(|key| aggregates(&key.value, &mut found));
        let same = |call: &&Call| call.distinct || ["min", "max"].contains(&call.name.as_str());
        match found.is_empty() {
            true => projection.distinct,
            false => found.iter().all(same),
        }
    }

    /// A call of an aggregate; `None` if the function is none.
    pub(super) fn aggregate(&mut self, call: &Call, expr: &Expr) -> Option<Value> {
        aggregate(expr)?;
        let span = expr.span;
        if self.in_aggregate {
            let help = "make two queries of it";
            return Some(self.none(&codes::AGGREGATE, span, "an aggregate stands in another one", help));
        }
        if call.star {
            return Some(aggregated("count(*)".to_owned(), Ty::Integer, false));
        }
        self.in_aggregate = true;
        let mut arguments: Vec<Value> = call.arguments.iter().map(|argument| self.value(argument)).collect();
        self.in_aggregate = false;
        if arguments.iter().any(Value::is_unknown) {
            return Some(Value::unknown());
        }
        if arguments.is_empty() {
            return Some(self.none(
                &codes::AGGREGATE,
                span,
                format!("`{}` takes a value", call.written),
                "write one",
            ));
        }
        let first = arguments.remove(0);
        Some(self.aggregate_of(call, expr, first))
    }

    fn aggregate_of(&mut self, call: &Call, expr: &Expr, mut first: Value) -> Value {
        let span = expr.span;
        let distinct = if call.distinct { "distinct " } else { "" };
        let name = call.name.as_str();
        let shown = call.written.as_str();
        let of = |name: &str, text: &str| format!("{name}({distinct}{text})");
        if matches!(
            name,
            "sum" | "avg" | "stdev" | "stdevp" | "percentilecont" | "percentiledisc"
        ) {
            self.settle(&mut first, &Ty::Float);
            if !first.ty.is_number() {
                let message = format!("`{shown}` takes numbers, and this is {}", first.ty.word());
                return self.none(&codes::OPERANDS, span, message, "take the aggregate of a number");
            }
        }
        match name {
            "count" if !first.nullable && !first.reads && !call.distinct => {
                aggregated("count(*)".to_owned(), Ty::Integer, false)
            }
            "count" => match &first.ty {
                Ty::List(_) | Ty::Vector | Ty::Blob => {
                    let message = format!("{} cannot be counted here", first.ty.word());
                    self.none(&codes::OPERANDS, span, message, "count the nodes instead")
                }
                _ => aggregated(of("count", &first.text), Ty::Integer, false),
            },
            // Ours of numbers is an F64: a list of integers is added exactly.
            "sum" if first.ty == Ty::Integer => {
                let text = format!("list_sum({})", of("collect", &first.text));
                self.empty_sum(text, Ty::Integer)
            }
            "sum" if call.distinct => {
                let text = format!("list_sum({})", of("collect", &first.text));
                self.empty_sum(text, Ty::Float)
            }
            "sum" => self.empty_sum(of("sum", &first.text), Ty::Float),
            "avg" => aggregated(of("avg", &first.text), Ty::Float, true),
            "min" | "max" => match &first.ty {
                Ty::Bool | Ty::Integer | Ty::Float | Ty::Text | Ty::Date | Ty::DateTime => {
                    let ty = first.ty.clone();
                    let mut value = aggregated(format!("{name}({})", first.text), ty, true);
                    value.single = first.single;
                    value
                }
                other => {
                    let message = format!("{} has no order here", other.word());
                    self.none(&codes::OPERANDS, span, message, "take a property")
                }
            },
            "collect" => match &first.ty {
                Ty::Node(_) | Ty::Edge(_) | Ty::List(_) | Ty::Vector | Ty::Blob | Ty::Duration | Ty::Null => {
                    let message = format!("`collect` takes scalar values here, and this is {}", first.ty.word());
                    self.none(
                        &codes::WHOLE,
                        span,
                        message,
                        "collect a property, such as the node's key",
                    )
                }
                ty => {
                    let list = of("collect", &first.text);
                    let ty = Ty::List(ty.clone().into());
                    // Of no values, Kùzu's list is null.
                    match self.is_kuzu() && (first.nullable || !self.keyed) {
                        true => {
                            let text = format!("case when {} > 0 then {list} end", of("count", &first.text));
                            aggregated(text, ty, true)
                        }
                        false => aggregated(list, ty, false),
                    }
                }
            },
            "percentilecont" => {
                let part = call
                    .arguments
                    .get(1)
                    .and_then(number)
                    .filter(|part| (0.0..=1.0).contains(part));
                match part {
                    Some(part) if !call.distinct => {
                        let text = format!("percentile({}, {})", first.text, crate::value::fraction(part));
                        aggregated(text, Ty::Float, true)
                    }
                    _ => self.none(
                        &codes::AGGREGATE,
                        span,
                        "`percentileCont` takes a number from 0 to 1 here",
                        "write the number",
                    ),
                }
            }
            "stdev" => {
                let help = "`stddev` of a sample is null of fewer than two numbers, where Cypher has 0";
                self.none(
                    &codes::RESULT,
                    span,
                    "`stDev` has another result for a single number",
                    help,
                )
            }
            _ => self.none(
                &codes::FUNCTION,
                span,
                format!("`{shown}` has no equal"),
                "see the functions of aggregation",
            ),
        }
    }

    /// A sum of nothing is 0 in Cypher, and null in Kùzu as here.
    fn empty_sum(&mut self, text: String, ty: Ty) -> Value {
        if self.is_kuzu() {
            return aggregated(text, ty, true);
        }
        let zero = if ty == Ty::Integer { "0" } else { "0.0" };
        aggregated(format!("coalesce({text}, {zero})"), ty, false)
    }
}

fn aggregated(text: String, ty: Ty, nullable: bool) -> Value {
    let mut value = Value::new(text, Level::Primary, ty).nullable(nullable);
    value.aggregates = true;
    value
}
