//! Functions of numbers, and conversions.

use omnigraph_grammar::{Name, Span};

use crate::ast::{Call, Expr, ExprKind};
use crate::codes;
use crate::value::{Ty, Value, call};

use super::operators::call_cast;
use super::where_clause::number;
use super::{Sign, Translator};

impl Translator<'_> {
    pub(super) fn of_numbers(&mut self, of: &Call, expr: &Expr, arguments: &[Value]) -> Option<Value> {
        let span = expr.span;
        let (name, shown) = (of.name.as_str(), of.written.as_str());
        let plain = match name {
            "sin" | "cos" | "tan" | "atan" | "radians" | "degrees" | "exp" | "cbrt" => Some(name),
            _ => None,
        };
        match (name, arguments) {
            (_, [_]) if plain.is_some() => {
                let value = self.float(&arguments[0], shown, span)?;
                Some(call(plain?, &[&value], Ty::Float))
            }
            ("atan2", [y, x]) => {
                let (y, x) = (self.float(y, shown, span)?, self.float(x, shown, span)?);
                Some(call("atan2", &[&y, &x], Ty::Float))
            }
            ("pi", []) => Some(Value::primary("pi()", Ty::Float)),
            ("e", []) if !self.is_kuzu() => Some(Value::primary("exp(1)", Ty::Float)),
            ("abs", [value]) => {
                let value = self.number(value, shown, span)?;
                let ty = value.ty.clone();
                Some(call("abs", &[&value], ty))
            }
            ("sign", [value]) => {
                let value = self.number(value, shown, span)?;
                Some(call("sign", &[&value], Ty::Integer))
            }
            ("floor" | "ceil" | "ceiling", [value]) => {
                let value = self.number(value, shown, span)?;
                let ours = if name == "floor" { "floor" } else { "ceil" };
                Some(match value.ty {
                    // Of an integer: itself in Kùzu, the same as a floating-point number in Cypher.
                    Ty::Integer if self.is_kuzu() => value,
                    Ty::Integer => call_cast(&value, "F64", Ty::Float),
                    _ => call(ours, &[&value], Ty::Float),
                })
            }
            ("round", _) => Some(self.round(of, arguments, span)),
            ("sqrt", [value]) => self.finite("sqrt", "sqrt", value, of, (Sign::NotNegative, "is negative"), span),
            ("log" | "ln", [value]) => {
                let ours = if name == "log" && self.is_kuzu() { "log10" } else { "ln" };
                self.finite(ours, name, value, of, (Sign::Positive, "is not above 0"), span)
            }
            ("log10" | "log2", [value]) => self.finite(name, name, value, of, (Sign::Positive, "is not above 0"), span),
            ("asin" | "acos", [value]) => {
                let value = self.float(value, name, span)?;
                let inside = of
                    .arguments
                    .first()
                    .and_then(number)
                    .is_some_and(|number| number.abs() <= 1.0);
                Some(match inside {
                    true => call(name, &[&value], Ty::Float),
                    false => {
                        let message = format!(
                            "outside of -1 to 1, `{name}` gives NaN in {}, and null here",
                            self.origin()
                        );
                        self.none(&codes::FINITE, span, message, "compute it outside of the query")
                    }
                })
            }
            ("pow" | "power", [base, exponent]) if self.is_kuzu() => {
                let (base, exponent) = (self.float(base, name, span)?, self.float(exponent, name, span)?);
                let whole = of
                    .arguments
                    .get(1)
                    .and_then(number)
                    .is_some_and(|n| n >= 0.0 && n.fract() == 0.0);
                Some(match whole {
                    true => call("pow", &[&base, &exponent], Ty::Float),
                    false => {
                        let message = "some powers are Infinity or NaN in Kùzu, and null here";
                        self.none(
                            &codes::FINITE,
                            span,
                            message,
                            "use a whole exponent that is not negative",
                        )
                    }
                })
            }
            ("tointeger" | "tofloat" | "toboolean" | "tointegerornull", [value]) => {
                Some(self.conversion(name, shown, value, span))
            }
            ("rand" | "haversin", _) => {
                let message = format!("`{shown}` has no equal");
                Some(self.none(&codes::FUNCTION, span, message, "compute it outside of the query"))
            }
            _ => None,
        }
    }

    /// A number, or a parameter that becomes one.
    fn number(&mut self, value: &Value, name: &str, span: Span) -> Option<Value> {
        let mut value = value.clone();
        if value.ty.is_open() {
            self.settle(&mut value, &Ty::Float);
        }
        match value.ty {
            Ty::Integer | Ty::Float => {
                value.single = false;
                Some(value)
            }
            ref other => {
                let message = format!("`{name}` takes a number, and this is {}", other.word());
                self.report(&codes::OPERANDS, span, message, "is it a number in the schema?");
                None
            }
        }
    }

    fn float(&mut self, value: &Value, name: &str, span: Span) -> Option<Value> {
        self.number(value, name, span)
    }

    /// A function that is null here where it is no finite number there.
    fn finite(
        &mut self,
        ours: &str,
        name: &str,
        value: &Value,
        of: &Call,
        (sign, outside): (Sign, &str),
        span: Span,
    ) -> Option<Value> {
        let value = self.number(value, name, span)?;
        let known = of.arguments.first().is_some_and(|argument| self.is(argument, sign));
        Some(match known {
            true => call(ours, &[&value], Ty::Float),
            false => {
                let message = format!(
                    "where its argument {outside}, `{name}` gives NaN or Infinity in {}, and null here",
                    self.origin()
                );
                let help = "exclude that: `WHERE x > 0`, or `CASE WHEN x > 0 THEN … END`";
                self.none(&codes::FINITE, span, message, help)
            }
        })
    }

    fn round(&mut self, of: &Call, arguments: &[Value], span: Span) -> Value {
        let [value, rest @ ..] = arguments else {
            return self.none(&codes::FUNCTION, span, "`round` takes a number", "write one");
        };
        let Some(value) = self.number(value, "round", span) else {
            return Value::unknown();
        };
        let digits = of.arguments.get(1).and_then(number);
        let half_up = of
            .arguments
            .first()
            .is_some_and(|argument| self.is(argument, Sign::NotNegative));
        match rest.len() {
            // Cypher rounds halves up without digits, and so do we from 0 on.
            0 if value.ty == Ty::Integer && !self.is_kuzu() => call_cast(&value, "F64", Ty::Float),
            0 if half_up => call("round", &[&value], Ty::Float),
            1 if self.is_kuzu() && digits == Some(0.0) && value.ty == Ty::Float => call("round", &[&value], Ty::Float),
            0 => {
                let message = format!("{} rounds -1.5 to -1, and we to -2", self.origin());
                let help = "say that the number is not negative, or use `floor` or `ceil`";
                self.none(&codes::RESULT, span, message, help)
            }
            _ => {
                let message = "halves of decimal digits are rounded by other rules here";
                self.none(
                    &codes::RESULT,
                    span,
                    message,
                    "round without digits, or outside of the query",
                )
            }
        }
    }

    fn conversion(&mut self, name: &str, shown: &str, value: &Value, span: Span) -> Value {
        match (name, &value.ty) {
            ("tointeger" | "tointegerornull", Ty::Integer) | ("tofloat", Ty::Float) | ("toboolean", Ty::Bool) => {
                value.clone()
            }
            ("tointeger" | "tointegerornull", Ty::Float) if !self.is_kuzu() => call_cast(value, "I64", Ty::Integer),
            ("tofloat", Ty::Integer) => call_cast(value, "F64", Ty::Float),
            ("tointeger" | "tofloat", Ty::Parameter(_)) => {
                let mut value = value.clone();
                let ty = if name == "tofloat" { Ty::Float } else { Ty::Integer };
                self.settle(&mut value, &ty);
                value
            }
            (_, Ty::Text) => {
                let message = format!("`{shown}` reads more texts in {} than a cast does here", self.origin());
                let help = "store the number as a number; `try_cast(x as I64)` is the nearest here";
                self.none(&codes::RESULT, span, message, help)
            }
            (_, other) => {
                let message = format!("`{shown}` of {} has no equal", other.word());
                self.none(&codes::OPERANDS, span, message, "convert a number")
            }
        }
    }

    /// Kùzu's `CAST(x AS T)`, `x::T`.
    pub(super) fn cast(&mut self, operand: &Expr, ty: &Name, span: Span) -> Value {
        if let (ExprKind::Text(text), "DATE" | "TIMESTAMP" | "INTERVAL") =
            (&operand.kind, ty.text.to_uppercase().as_str())
        {
            return self.literal_of_time(&ty.text.to_lowercase(), text, span);
        }
        let value = self.value(operand);
        if value.is_unknown() {
            return value;
        }
        match (ty.text.to_uppercase().as_str(), &value.ty) {
            ("INT64" | "INT32" | "INT", Ty::Integer) | ("DOUBLE", Ty::Float) | ("STRING", Ty::Text) => value,
            ("DOUBLE", Ty::Integer) => call_cast(&value, "F64", Ty::Float),
            ("STRING", Ty::Integer | Ty::Date) => call_cast(&value, "String", Ty::Text),
            (word, other) => {
                let message = format!("{} is cast to {word} by other rules", other.word());
                self.none(&codes::RESULT, span, message, "cast it outside of the query")
            }
        }
    }
}
