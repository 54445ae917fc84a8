//! Operators: arithmetic, comparisons, connectives, tests of texts.

use omnigraph_grammar::Span;

use crate::ast::{Arithmetic, Comparison, Expr, ExprKind, TextTest};
use crate::codes;
use crate::value::{Level, Ty, Value, binary, call};

use super::expression::block_value;
use super::where_clause::number;
use super::{Sign, Translator};

impl Translator<'_> {
    pub(super) fn not(&mut self, inner: &Expr, _span: Span) -> Value {
        match &inner.kind {
            ExprKind::Pattern(path) => {
                self.pattern_of_missing(path);
                let block = self.pattern_block(path, true);
                return block_value(format!("not {block}"), Ty::Bool);
            }
            ExprKind::Exists(clauses) => {
                return match self.inner_block(clauses, inner.span, true) {
                    Some(block) => Value::new(format!("count {block} = 0"), Level::Comparison, Ty::Bool)
                        .from(&[&block_value(String::new(), Ty::Bool)]),
                    None => Value::unknown(),
                };
            }
            _ => {}
        }
        let Some(value) = self.truth(inner) else {
            return Value::unknown();
        };
        Value::new(format!("not {}", value.at(Level::Not)), Level::Not, Ty::Bool).from(&[&value])
    }

    /// A value that is a condition.
    fn truth(&mut self, expr: &Expr) -> Option<Value> {
        let mut value = self.value(expr);
        self.settle(&mut value, &Ty::Bool);
        match value.ty {
            Ty::Bool | Ty::Null => Some(value),
            Ty::Unknown => None,
            ref other => {
                let message = format!("a condition is a truth value, and this is {}", other.word());
                self.report(&codes::OPERANDS, expr.span, message, "compare it with something");
                None
            }
        }
    }

    pub(super) fn junction(&mut self, all: &[Expr], word: &str, level: Level) -> Value {
        let mut values = Vec::new();
        for one in all {
            values.push(self.truth(one));
        }
        let values: Option<Vec<Value>> = values.into_iter().collect();
        let Some(values) = values else {
            return Value::unknown();
        };
        let tighter = if level == Level::Or { Level::And } else { Level::Not };
        let texts: Vec<String> = values.iter().map(|value| value.at(tighter)).collect();
        let parts: Vec<&Value> = values.iter().collect();
        Value::new(texts.join(&format!(" {word} ")), level, Ty::Bool).from(&parts)
    }

    pub(super) fn xor(&mut self, left: &Expr, right: &Expr) -> Value {
        match (self.truth(left), self.truth(right)) {
            (Some(left), Some(right)) => binary(&left, "!=", &right, Level::Comparison, Ty::Bool),
            _ => Value::unknown(),
        }
    }

    // ---- comparisons -------------------------------------------------------

    pub(super) fn compare(&mut self, first: &Expr, rest: &[(Comparison, Expr)]) -> Value {
        let mut tests: Vec<Value> = Vec::new();
        let mut left_expr = first;
        let mut broken = false;
        for (comparison, right_expr) in rest {
            let (left, right) = (self.value(left_expr), self.value(right_expr));
            let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
            match self.comparable(left, right, equality, left_expr.span.to(right_expr.span)) {
                Some((left, right)) => {
                    let sign = match comparison {
                        Comparison::Equal => "=",
                        Comparison::NotEqual => "!=",
                        Comparison::Less => "<",
                        Comparison::LessEqual => "<=",
                        Comparison::Greater => ">",
                        Comparison::GreaterEqual => ">=",
                    };
                    tests.push(binary(&left, sign, &right, Level::Comparison, Ty::Bool));
                }
                None => broken = true,
            }
            left_expr = right_expr;
        }
        match tests.as_slice() {
            _ if broken => Value::unknown(),
            [one] => one.clone(),
            all => {
                let texts: Vec<String> = all.iter().map(|test| test.text.clone()).collect();
                let parts: Vec<&Value> = all.iter().collect();
                Value::new(texts.join(" and "), Level::And, Ty::Bool).from(&parts)
            }
        }
    }

    /// Two values that can be compared, as they are when they are; `None` if they were reported.
    pub(super) fn comparable(
        &mut self,
        mut left: Value,
        mut right: Value,
        equality: bool,
        span: Span,
    ) -> Option<(Value, Value)> {
        self.pair(&mut left, &mut right);
        let (a, b) = (left.ty.clone(), right.ty.clone());
        let fine = match (&a, &b) {
            (Ty::Unknown, _) | (_, Ty::Unknown) => return None,
            // The type is told elsewhere, or the parameter is reported.
            (a, b) if a.is_open() || b.is_open() => true,
            (Ty::Null, Ty::Null) => false,
            (Ty::Null, _) | (_, Ty::Null) => true,
            (a, b) if a.is_number() && b.is_number() => true,
            (Ty::Text, Ty::Text) | (Ty::Bool, Ty::Bool) | (Ty::Date, Ty::Date) | (Ty::DateTime, Ty::DateTime) => true,
            (Ty::Node(a), Ty::Node(b)) | (Ty::Edge(a), Ty::Edge(b)) => equality && a == b,
            (Ty::List(a), Ty::List(b)) => equality && (a == b || **a == Ty::Null || **b == Ty::Null),
            _ => false,
        };
        if !fine {
            let message = match a == b {
                true => format!("{} has no order here", a.word()),
                false => format!("{} is compared with {}", a.word(), b.word()),
            };
            let help = match (&a, &b) {
                (Ty::Date | Ty::DateTime, Ty::Text) | (Ty::Text, Ty::Date | Ty::DateTime) => {
                    "write the constant as `date('2024-02-29')` or `datetime('2024-02-29T13:00:00Z')`"
                }
                (Ty::Duration, Ty::Duration) => "compare the dates instead of durations",
                _ => "compare values of one type",
            };
            self.report(&codes::OPERANDS, span, message, help);
            return None;
        }
        // Beside an F32 a literal is rounded to one; Kùzu compares both as they are.
        if self.is_kuzu() && left.single != right.single {
            for value in [&mut left, &mut right] {
                if value.single {
                    value.text = format!("cast({} as F64)", value.text);
                    value.level = Level::Primary;
                }
            }
        }
        Some((left, right))
    }

    pub(super) fn within(&mut self, item: &Expr, list: &Expr, span: Span) -> Value {
        let lenient = self.lenient;
        let (mut left, mut right) = (self.value(item), self.value(list));
        // Null is not in an empty list there, and this is unknown here.
        let filled = matches!(&list.kind, ExprKind::List(items) if !items.is_empty());
        if left.nullable && !filled && !lenient && !left.is_unknown() && !right.is_unknown() {
            let message = "whether null is in an empty list is false there, and null here";
            return self.none(&codes::RESULT, span, message, "add `IS NOT NULL`, or use `coalesce`");
        }
        match (&left.ty, &right.ty) {
            (Ty::Unknown, _) | (_, Ty::Unknown) => return Value::unknown(),
            (known, Ty::Parameter(_)) if !known.is_open() => {
                let list = Ty::List(known.clone().into());
                self.settle(&mut right, &list);
            }
            _ => {}
        }
        let of = match &right.ty {
            Ty::List(of) => (**of).clone(),
            open if open.is_open() => return binary(&left, "in", &right, Level::Comparison, Ty::Bool),
            other => {
                let message = format!("`IN` takes a list, and this is {}", other.word());
                return self.none(&codes::OPERANDS, list.span, message, "put the value in brackets");
            }
        };
        if matches!(&list.kind, ExprKind::List(items) if items.is_empty()) {
            return self.none(
                &codes::VALUE,
                span,
                "an empty list has no type",
                "nothing is in an empty list: write `false`",
            );
        }
        if self.is_kuzu() && filled && right.nullable && !lenient {
            let message = "where no item is equal and one is null, Kùzu says false, and we null";
            return self.none(&codes::RESULT, span, message, "leave the null out of the list");
        }
        self.settle(&mut left, &of);
        let item_value = Value::primary(String::new(), of);
        let single = left.single && self.is_kuzu();
        let probe = Value {
            single: false,
            ..left.clone()
        };
        if self.comparable(probe, item_value, true, span).is_none() {
            return Value::unknown();
        }
        if single && !right.single {
            left.text = format!("cast({} as F64)", left.text);
            left.level = Level::Primary;
        }
        binary(&left, "in", &right, Level::Comparison, Ty::Bool)
    }

    pub(super) fn text_test(&mut self, test: TextTest, left: &Expr, right: &Expr, span: Span) -> Value {
        let lenient = self.lenient;
        let (left, right) = (self.value(left), self.value(right));
        let word = match test {
            TextTest::StartsWith => "starts_with",
            TextTest::EndsWith => "ends_with",
            TextTest::Contains => "contains",
        };
        let inner = std::mem::replace(&mut self.lenient, lenient);
        let value = self.texts(left, word, right, span);
        self.lenient = inner;
        value
    }

    /// A test of two texts.
    pub(super) fn texts(&mut self, mut left: Value, word: &str, mut right: Value, span: Span) -> Value {
        self.settle(&mut left, &Ty::Text);
        self.settle(&mut right, &Ty::Text);
        for value in [&left, &right] {
            match value.ty {
                Ty::Text | Ty::Null => {}
                Ty::Unknown => return Value::unknown(),
                ref other => {
                    let message = format!("`{word}` takes texts, and this is {}", other.word());
                    return self.none(&codes::OPERANDS, span, message, "is it text in the schema?");
                }
            }
        }
        let test = binary(&left, word, &right, Level::Comparison, Ty::Bool);
        if !self.is_kuzu() || word != "contains" || right.ty == Ty::Null {
            return test;
        }
        // Kùzu finds the empty text in none.
        match right.text.starts_with('"') {
            true if right.text != "\"\"" => test,
            false if self.lenient || !left.nullable => {
                let empty = Value::primary("\"\"", Ty::Text);
                let filled = binary(&right, "!=", &empty, Level::Comparison, Ty::Bool);
                binary(&test, "and", &filled, Level::And, Ty::Bool)
            }
            false => {
                let text = format!(
                    "case when {0} = \"\" then {1} != {1} else {2} end",
                    right.at(Level::Join),
                    left.at(Level::Join),
                    test.text
                );
                Value::primary(text, Ty::Bool).from(&[&test])
            }
            true => {
                let message = "Kùzu finds the empty text in no text, and we find it in each";
                self.none(&codes::RESULT, span, message, "write a text that is not empty")
            }
        }
    }

    // ---- arithmetic --------------------------------------------------------

    pub(super) fn negative(&mut self, inner: &Expr, span: Span) -> Value {
        if let ExprKind::Integer(number) = inner.kind
            && i64::try_from(-number).is_ok()
        {
            return Value::new(format!("-{number}"), Level::Sign, Ty::Integer);
        }
        let mut value = self.value(inner);
        if value.ty.is_open() {
            self.settle(&mut value, &Ty::Integer);
        }
        match value.ty {
            Ty::Unknown => Value::unknown(),
            Ty::Integer | Ty::Float => {
                let text = format!("-{}", value.at(Level::Primary));
                let ty = value.ty.clone();
                Value::new(text, Level::Sign, ty).from(&[&value])
            }
            ref other => {
                let message = format!("`-` takes a number, and this is {}", other.word());
                self.none(&codes::OPERANDS, span, message, "write a number")
            }
        }
    }

    pub(super) fn arithmetic(&mut self, operator: Arithmetic, left: &Expr, right: &Expr, span: Span) -> Value {
        if matches!(operator, Arithmetic::Add | Arithmetic::Subtract)
            && let Some(parts) = self.duration(right)
        {
            return self.moved(left, operator == Arithmetic::Add, parts, span);
        }
        let (mut a, mut b) = (self.value(left), self.value(right));
        if a.is_unknown() || b.is_unknown() {
            return Value::unknown();
        }
        self.pair(&mut a, &mut b);
        if operator == Arithmetic::Join {
            self.settle(&mut a, &Ty::Text);
            self.settle(&mut b, &Ty::Text);
        }
        if a.ty.is_open() && b.ty.is_open() {
            // The parameters are reported, unless another use tells their types.
            return binary(&a, "+", &b, Level::Sum, a.ty.clone());
        }
        let null = a.ty == Ty::Null || b.ty == Ty::Null;
        if null || !(a.ty.is_number() && b.ty.is_number()) {
            return self.not_of_numbers(operator, &a, &b, span);
        }
        let ty = match (&a.ty, &b.ty) {
            (Ty::Integer, Ty::Integer) => Ty::Integer,
            _ => Ty::Float,
        };
        for value in [&mut a, &mut b] {
            // Sums and products are of F64 here and there; only Kùzu's of two FLOAT are not.
            if value.single && self.dialect == crate::Dialect::Kuzu {
                return self.none(
                    &codes::RESULT,
                    span,
                    "Kùzu computes FLOAT with 32 bits, and we with 64",
                    "make the column a DOUBLE",
                );
            }
            value.single = false;
        }
        match operator {
            Arithmetic::Add => binary(&a, "+", &b, Level::Sum, ty),
            Arithmetic::Subtract => binary(&a, "-", &b, Level::Sum, ty),
            Arithmetic::Multiply => binary(&a, "*", &b, Level::Product, ty),
            Arithmetic::Divide if ty == Ty::Integer => self.whole_division(right, "div", &a, &b),
            Arithmetic::Remainder if ty == Ty::Integer => {
                let mut value = binary(&a, "%", &b, Level::Product, Ty::Integer);
                value.nullable |= !self.is(right, Sign::NotZero);
                value
            }
            Arithmetic::Divide | Arithmetic::Remainder => {
                if !self.is(right, Sign::NotZero) {
                    let message = format!(
                        "where the divisor is 0, {} gives Infinity or NaN, and we null",
                        self.origin()
                    );
                    let help = "say that it is not: `WHERE d <> 0`, or `CASE WHEN d <> 0 THEN n / d END`";
                    return self.none(&codes::FINITE, span, message, help);
                }
                let sign = if operator == Arithmetic::Divide { "/" } else { "%" };
                binary(&a, sign, &b, Level::Product, Ty::Float)
            }
            Arithmetic::Power => {
                let whole = number(right).is_some_and(|exponent| exponent >= 0.0 && exponent.fract() == 0.0);
                if !whole {
                    let message = format!("some powers are Infinity or NaN in {}, and null here", self.origin());
                    let help = "with a whole exponent that is not negative, such as `x ^ 2`, both are alike";
                    return self.none(&codes::FINITE, span, message, help);
                }
                call("pow", &[&a, &b], Ty::Float)
            }
            Arithmetic::Join => self.not_of_numbers(operator, &a, &b, span),
        }
    }

    /// Integer division; dividing by zero fails there, and is null here.
    fn whole_division(&mut self, divisor: &Expr, name: &str, a: &Value, b: &Value) -> Value {
        let mut value = call(name, &[a, b], Ty::Integer);
        value.nullable |= !self.is(divisor, Sign::NotZero);
        value
    }

    fn not_of_numbers(&mut self, operator: Arithmetic, a: &Value, b: &Value, span: Span) -> Value {
        let joins = matches!(operator, Arithmetic::Add | Arithmetic::Join);
        match (&a.ty, &b.ty) {
            // Kùzu takes null for the empty text.
            (Ty::Text, Ty::Text) if joins && self.is_kuzu() && (a.nullable || b.nullable) => {
                call("concat", &[a, b], Ty::Text).nullable(false)
            }
            (Ty::Text, Ty::Text) if joins => binary(a, "||", b, Level::Join, Ty::Text),
            (Ty::Text, Ty::Integer) if joins && !self.is_kuzu() => {
                let text = call_cast(b, "String", Ty::Text);
                binary(a, "||", &text, Level::Join, Ty::Text)
            }
            (Ty::Integer, Ty::Text) if joins && !self.is_kuzu() => {
                let text = call_cast(a, "String", Ty::Text);
                binary(&text, "||", b, Level::Join, Ty::Text)
            }
            (Ty::Text, _) | (_, Ty::Text) if joins => {
                let other = if a.ty == Ty::Text { &b.ty } else { &a.ty };
                let message = format!("{} as text looks different here", other.word());
                self.none(
                    &codes::RESULT,
                    span,
                    message,
                    "join texts, and write numbers as text outside of the query",
                )
            }
            (Ty::List(one), Ty::List(other)) if joins && one == other => self.joined(a, b),
            (Ty::List(_), _) | (_, Ty::List(_)) if joins => {
                let help = "return both lists, and join them outside of the query";
                self.none(
                    &codes::FUNCTION,
                    span,
                    "only lists of one type can be joined here",
                    help,
                )
            }
            (Ty::Date, Ty::Date) if operator == Arithmetic::Subtract && self.is_kuzu() => {
                call("between_days", &[b, a], Ty::Integer)
            }
            (Ty::Date, Ty::Integer) if self.is_kuzu() && operator == Arithmetic::Add => {
                binary(a, "+", &call("days", &[b], Ty::Duration), Level::Sum, Ty::Date)
            }
            (Ty::Date, Ty::Integer) if self.is_kuzu() && operator == Arithmetic::Subtract => {
                binary(a, "-", &call("days", &[b], Ty::Duration), Level::Sum, Ty::Date)
            }
            (Ty::Date | Ty::DateTime, _) | (_, Ty::Date | Ty::DateTime) => {
                let help = "add or subtract `duration({days: 7})`, or ask for `duration.inDays(a, b).days`";
                self.none(&codes::TIME, span, "this computation with times has no equal", help)
            }
            (one, other) => {
                let message = format!("{} and {} cannot be computed with", one.word(), other.word());
                self.none(&codes::OPERANDS, span, message, "compute with two numbers")
            }
        }
    }
}

/// `cast(x as T)`
pub(super) fn call_cast(value: &Value, word: &str, ty: Ty) -> Value {
    Value::primary(format!("cast({} as {word})", value.text), ty).from(&[value])
}
