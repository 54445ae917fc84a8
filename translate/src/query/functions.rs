//! Calls of functions: which group each belongs to.

use crate::ast::{Call, Expr, ExprKind};
use crate::codes;
use crate::problem::Problem;
use crate::value::{Level, Ty, Value, call};

use super::Translator;

/// The functions that are translated in one language or the other, to suggest a near one.
const KNOWN: &[&str] = &[
    "abs",
    "acos",
    "asin",
    "atan",
    "atan2",
    "avg",
    "cbrt",
    "ceil",
    "ceiling",
    "coalesce",
    "collect",
    "cos",
    "count",
    "current_date",
    "current_timestamp",
    "date",
    "date_part",
    "date_trunc",
    "datetime",
    "degrees",
    "duration",
    "e",
    "exists",
    "exp",
    "floor",
    "head",
    "isempty",
    "last",
    "left",
    "list_contains",
    "ln",
    "log",
    "log10",
    "log2",
    "lower",
    "ltrim",
    "max",
    "min",
    "normalize",
    "nullif",
    "percentilecont",
    "pi",
    "pow",
    "radians",
    "range",
    "replace",
    "reverse",
    "right",
    "round",
    "rtrim",
    "sign",
    "sin",
    "size",
    "split",
    "sqrt",
    "starts_with",
    "substring",
    "sum",
    "tail",
    "tan",
    "timestamp",
    "tofloat",
    "tointeger",
    "tolower",
    "tostring",
    "toupper",
    "trim",
    "type",
    "upper",
    "ends_with",
];

/// What a group of functions makes of a call with such arguments; `None` if the function is none of the group.
type OfGroup<T> = fn(&mut T, &Call, &Expr, &[Value]) -> Option<Value>;

impl Translator<'_> {
    pub(super) fn call(&mut self, call: &Call, expr: &Expr) -> Value {
        if let Some(value) = self.aggregate(call, expr) {
            return value;
        }
        if let Some(value) = self.of_graph(call, expr) {
            return value;
        }
        if let Some(value) = self.of_time(call, expr) {
            return value;
        }
        if let Some(value) = self.of_any(call, expr) {
            return value;
        }
        // What follows looks at the types of all arguments.
        if !self.is_known(&call.name) {
            let message = format!("`{}` has no equal", call.written);
            let help = "compute it outside of the query";
            let problem = Problem::new(&codes::FUNCTION, call.name_span, message).help(help);
            self.problems.push(problem.meaning(&call.name, KNOWN.iter().copied()));
            return Value::unknown();
        }
        let arguments: Vec<Value> = call.arguments.iter().map(|argument| self.value(argument)).collect();
        if arguments.iter().any(Value::is_unknown) {
            return Value::unknown();
        }
        let reported = self.problems.len();
        let groups: [OfGroup<Self>; 3] = [Self::of_numbers, Self::of_lists, Self::of_texts];
        for group in groups {
            if let Some(value) = group(self, call, expr, &arguments) {
                return value;
            }
            if self.problems.len() > reported {
                return Value::unknown();
            }
        }
        let message = format!("`{}` has no equal for these arguments", call.written);
        self.none(
            &codes::FUNCTION,
            call.name_span,
            message,
            "compute it outside of the query",
        )
    }

    fn is_known(&self, name: &str) -> bool {
        let of_kuzu = [
            "array_length",
            "cbrt",
            "contains",
            "ends_with",
            "len",
            "length",
            "list_contains",
            "list_has",
            "list_len",
            "ln",
            "log2",
            "pow",
            "power",
            "prefix",
            "starts_with",
            "suffix",
            "char_length",
            "lcase",
            "ucase",
            "concat",
            "list_append",
            "list_cat",
            "list_concat",
            "list_distinct",
            "list_element",
            "list_extract",
            "list_reverse",
            "list_slice",
            "list_sort",
            "list_sum",
        ];
        let of_cypher = [
            "char_length",
            "character_length",
            "isempty",
            "normalize",
            "length",
            "haversin",
            "rand",
        ];
        KNOWN.contains(&name)
            || self.is_kuzu() && of_kuzu.contains(&name)
            || !self.is_kuzu() && of_cypher.contains(&name)
            || ["toboolean", "tointegerornull"].contains(&name)
    }

    /// Functions of values of any type.
    fn of_any(&mut self, of: &Call, expr: &Expr) -> Option<Value> {
        match (of.name.as_str(), of.arguments.as_slice()) {
            ("exists", [only]) => Some(match &only.kind {
                ExprKind::Pattern(_) => self.value(only),
                _ => {
                    let test = Expr::new(ExprKind::IsNull(only.clone().into(), true), expr.span);
                    self.value(&test)
                }
            }),
            ("coalesce", arguments) if !arguments.is_empty() => {
                let mut values: Vec<Value> = arguments.iter().map(|argument| self.value(argument)).collect();
                if values.iter().any(Value::is_unknown) {
                    return Some(Value::unknown());
                }
                let Some(ty) = self.one_type(&mut values, expr.span) else {
                    return Some(Value::unknown());
                };
                let nullable = values.iter().all(|value| value.nullable);
                let parts: Vec<&Value> = values.iter().collect();
                Some(call("coalesce", &parts, ty).nullable(nullable))
            }
            ("nullif", [left, right]) => {
                let (left, right) = (self.value(left), self.value(right));
                let Some((left, right)) = self.comparable(left, right, true, expr.span) else {
                    return Some(Value::unknown());
                };
                let ty = left.ty.clone();
                Some(call("nullif", &[&left, &right], ty).nullable(true))
            }
            _ => None,
        }
    }

    fn of_lists(&mut self, of: &Call, expr: &Expr, arguments: &[Value]) -> Option<Value> {
        let item = |list: &Value| match &list.ty {
            Ty::List(item) => Some((**item).clone()),
            _ => None,
        };
        let name = of.name.as_str();
        match (name, arguments) {
            ("size" | "list_len" | "len" | "array_length", [list]) if item(list).is_some() => {
                Some(call("size", &[list], Ty::Integer))
            }
            ("head", [list]) => {
                let of = item(list)?;
                Some(
                    Value::primary(format!("at({}, 0)", list.text), of)
                        .from(&[list])
                        .nullable(true),
                )
            }
            ("last", [list]) => {
                let of = item(list)?;
                let text = format!("at({0}, size({0}) - 1)", list.text);
                Some(Value::primary(text, of).from(&[list]).nullable(true))
            }
            ("tail", [list]) => {
                item(list)?;
                let ty = list.ty.clone();
                Some(Value::primary(format!("({}[1..])", list.at(Level::Primary)), ty).from(&[list]))
            }
            ("isempty", [list]) if item(list).is_some() => {
                let text = format!("size({}) = 0", list.text);
                Some(Value::new(text, Level::Comparison, Ty::Bool).from(&[list]))
            }
            ("list_contains" | "list_has", [list, value]) => {
                let of = item(list)?;
                let mut value = value.clone();
                self.settle(&mut value, &of);
                let probe = Value::primary(String::new(), of);
                if self.comparable(value.clone(), probe, true, expr.span).is_none() {
                    return Some(Value::unknown());
                }
                Some(crate::value::binary(&value, "in", list, Level::Comparison, Ty::Bool))
            }
            ("range", [from, to]) => Some(self.range(&[from, to], expr)),
            ("range", [from, to, step]) => Some(self.range(&[from, to, step], expr)),
            ("reverse" | "list_reverse", [list]) if item(list).is_some() => Some(self.reversed(list)),
            ("list_concat" | "list_cat", [left, right]) if item(left).is_some() && item(left) == item(right) => {
                Some(self.joined(left, right))
            }
            ("list_append", [list, value]) => {
                let of = item(list)?;
                let mut value = value.clone();
                self.settle(&mut value, &of);
                if value.ty != of {
                    return None;
                }
                let one = Value::primary(format!("[{}]", value.text), list.ty.clone());
                let nullable = list.nullable || value.nullable;
                let joined = self.joined(list, &one.from(&[&value]));
                // Null is appended to none.
                match value.nullable {
                    true => {
                        let text = format!("case when {} is not null then {} end", value.text, joined.text);
                        Some(
                            Value::primary(text, list.ty.clone())
                                .from(&[&joined])
                                .nullable(nullable),
                        )
                    }
                    false => Some(joined),
                }
            }
            ("list_sort", [list]) if item(list).is_some() => Some(call("list_sort", &[list], list.ty.clone())),
            ("list_distinct", [list]) if item(list).is_some() && !(list.nullable && list.text.starts_with('[')) => {
                Some(call("list_distinct", &[list], list.ty.clone()))
            }
            ("list_distinct", [list]) if item(list).is_some() => {
                let message = "Kùzu leaves the nulls of the list out, and we keep one";
                Some(self.none(&codes::RESULT, expr.span, message, "leave the nulls out of the list"))
            }
            ("list_sum", [list]) if item(list) == Some(Ty::Integer) => {
                let text = format!("coalesce(list_sum({}), 0)", list.text);
                let text = match list.nullable && !list.text.starts_with('[') {
                    true => format!("case when {} is not null then {text} end", list.text),
                    false => text,
                };
                Some(Value::primary(text, Ty::Integer).from(&[list]))
            }
            ("list_extract" | "list_element", [_, _]) => {
                Some(self.index(&of.arguments[0], &of.arguments[1], expr.span))
            }
            ("list_slice", [_, _, _]) => {
                let [list, from, to] = of.arguments.as_slice() else {
                    return None;
                };
                Some(self.slice(list, Some(from), Some(to), expr.span))
            }
            _ => None,
        }
    }

    fn range(&mut self, bounds: &[&Value], expr: &Expr) -> Value {
        let mut bounds: Vec<Value> = bounds.iter().map(|bound| (*bound).clone()).collect();
        bounds.iter_mut().for_each(|bound| self.settle(bound, &Ty::Integer));
        if bounds.iter().any(|bound| bound.ty != Ty::Integer) {
            return self.none(&codes::OPERANDS, expr.span, "`range` takes integers", "write integers");
        }
        let parts: Vec<&Value> = bounds.iter().collect();
        call("range", &parts, Ty::List(Ty::Integer.into()))
    }
}
