//! Lists: literals, places, comprehensions, conditions on items.

use omnigraph_grammar::{Name, Span};

use crate::ast::{Expr, ExprKind, Path, Quantifier};
use crate::codes;
use crate::value::{Level, Ty, Value};

use super::Translator;
use super::expression::block_value;

impl Translator<'_> {
    pub(super) fn list(&mut self, items: &[Expr], span: Span) -> Value {
        let mut values: Vec<Value> = items.iter().map(|item| self.value(item)).collect();
        if values.iter().any(Value::is_unknown) {
            return Value::unknown();
        }
        let foreign = values.iter().find(|value| {
            matches!(
                value.ty,
                Ty::List(_) | Ty::Node(_) | Ty::Edge(_) | Ty::Vector | Ty::Blob | Ty::Duration
            )
        });
        if let Some(value) = foreign {
            let message = format!("a list holds scalar values here, and this one {}", value.ty.word());
            return self.none(&codes::VALUE, span, message, "return each as a column of its own");
        }
        let Some(ty) = self.one_type(&mut values, span) else {
            return Value::unknown();
        };
        let parts: Vec<&Value> = values.iter().collect();
        let texts: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
        let mut list = Value::primary(format!("[{}]", texts.join(", ")), Ty::List(ty.into())).from(&parts);
        // Of the items, not of the list: an `UNWIND` asks for it.
        list.single = values.iter().any(|value| value.single);
        list
    }

    /// A list, or nothing where it was reported.
    fn a_list(&mut self, expr: &Expr, what: &str) -> Option<(Value, Ty)> {
        let value = self.value(expr);
        match &value.ty {
            Ty::List(item) => {
                let item = (**item).clone();
                Some((value, item))
            }
            Ty::Parameter(name) => {
                let item = Ty::ItemOf(name.clone());
                Some((value, item))
            }
            Ty::Unknown => None,
            other => {
                let message = format!("{what} takes a list, and this is {}", other.word());
                self.report(&codes::OPERANDS, expr.span, message, "is it a list in the schema?");
                None
            }
        }
    }

    pub(super) fn index(&mut self, list: &Expr, index: &Expr, span: Span) -> Value {
        let Some((value, item)) = self.a_list(list, "an index") else {
            return Value::unknown();
        };
        let place = match &index.kind {
            ExprKind::Integer(number) if self.is_kuzu() && *number >= 1 => (number - 1).to_string(),
            ExprKind::Integer(number) if !self.is_kuzu() && *number >= 0 => number.to_string(),
            ExprKind::Negative(inner) if !self.is_kuzu() && matches!(inner.kind, ExprKind::Integer(_)) => {
                let back = inner.kind.clone();
                let ExprKind::Integer(number) = back else {
                    return Value::unknown();
                };
                format!("size({}) - {number}", value.text)
            }
            // What is outside fails there.
            ExprKind::Negative(inner) if self.is_kuzu() && matches!(inner.kind, ExprKind::Integer(1..)) => {
                let ExprKind::Integer(number) = inner.kind else {
                    return Value::unknown();
                };
                format!("size({}) - {number}", value.text)
            }
            _ => {
                let message = match self.is_kuzu() {
                    true => "Kùzu counts the places of a list from 1, and we from 0",
                    false => "a negative index counts from the end in Cypher, and is outside here",
                };
                return self.none(&codes::RESULT, span, message, "write the index as a number");
            }
        };
        Value::primary(format!("at({}, {place})", value.text), item)
            .from(&[&value])
            .nullable(true)
    }

    pub(super) fn slice(&mut self, list: &Expr, from: Option<&Expr>, to: Option<&Expr>, span: Span) -> Value {
        let Some((value, _)) = self.a_list(list, "a slice") else {
            return Value::unknown();
        };
        let mut bounds = Vec::new();
        for (at, bound) in [from, to].into_iter().enumerate() {
            match bound.map(|bound| &bound.kind) {
                None => bounds.push(String::new()),
                // Kùzu counts from 1, and the last place is included.
                Some(ExprKind::Integer(number)) if self.is_kuzu() && at == 0 && *number >= 0 => {
                    bounds.push((number - 1).max(0).to_string());
                }
                Some(ExprKind::Integer(number)) if *number >= 0 => bounds.push(number.to_string()),
                Some(_) => {
                    let message = "a negative bound counts from the end there, and is outside here";
                    return self.none(&codes::RESULT, span, message, "write the bounds as numbers from 0 on");
                }
            }
        }
        let ty = value.ty.clone();
        Value::primary(
            format!("({}[{}..{}])", value.at(Level::Primary), bounds[0], bounds[1]),
            ty,
        )
        .from(&[&value])
    }

    /// The items of two lists, one behind the other.
    pub(super) fn joined(&mut self, left: &Value, right: &Value) -> Value {
        let place = self.fresh("place");
        let (a, b) = (&left.text, &right.text);
        let text = format!(
            "[case when {place} < size({a}) then at({a}, {place}) else at({b}, {place} - size({a})) end \
             for {place} in range(0, size({a}) + size({b}) - 1)]"
        );
        let mut list = Value::primary(text, left.ty.clone()).from(&[left, right]);
        list.single = left.single || right.single;
        list
    }

    /// The items of a list from the last to the first.
    pub(super) fn reversed(&mut self, list: &Value) -> Value {
        let place = self.fresh("place");
        let text = format!(
            "[at({0}, size({0}) - 1 - {place}) for {place} in range(0, size({0}) - 1)]",
            list.text
        );
        let mut made = Value::primary(text, list.ty.clone()).from(&[list]);
        made.single = list.single;
        made
    }

    /// Runs something with a variable for the items of a list; gives the variable's text, too.
    fn each<T>(&mut self, variable: &Name, list: &Value, item: Ty, inside: impl FnOnce(&mut Self) -> T) -> (String, T) {
        let text = self.fresh(&variable.text);
        let mut value = Value::primary(text.clone(), item);
        // Items of lists that are stored are never null; those of a literal may be.
        value.nullable = list.nullable && list.text.starts_with('[');
        value.single = list.single;
        let outcome = self.framed(|own| {
            own.bind(&variable.text, value);
            inside(own)
        });
        (text, outcome)
    }

    pub(super) fn comprehension(
        &mut self,
        variable: &Name,
        list: &Expr,
        condition: Option<&Expr>,
        item: Option<&Expr>,
    ) -> Value {
        let Some((list, of)) = self.a_list(list, "a comprehension") else {
            return Value::unknown();
        };
        let (name, (condition, item)) = self.each(variable, &list, of, |own| {
            let condition = condition.map(|condition| {
                own.lenient = true;
                let value = own.value(condition);
                own.lenient = false;
                value
            });
            let item = item.map(|item| own.value(item));
            (condition, item)
        });
        let item_ty = match &item {
            Some(item) => item.ty.clone(),
            None => match &list.ty {
                Ty::List(of) => (**of).clone(),
                other => other.clone(),
            },
        };
        if item_ty == Ty::Unknown || condition.as_ref().is_some_and(Value::is_unknown) {
            return Value::unknown();
        }
        let mut text = format!(
            "[{} for {name} in {}",
            item.as_ref().map_or(&name, |item| &item.text),
            list.text
        );
        if let Some(condition) = &condition {
            text += &format!(" if {}", condition.text);
        }
        text.push(']');
        let ty = match (&item, &list.ty) {
            (None, Ty::Parameter(_)) => list.ty.clone(),
            _ => Ty::List(item_ty.into()),
        };
        Value::primary(text, ty).from(&[&list])
    }

    /// `any(x IN list WHERE …)` and its like: how many items there are for which the condition is true.
    pub(super) fn quantified(
        &mut self,
        quantifier: Quantifier,
        variable: &Name,
        list: &Expr,
        condition: &Expr,
        span: Span,
    ) -> Value {
        let lenient = self.lenient;
        let Some((list, of)) = self.a_list(list, "this condition") else {
            return Value::unknown();
        };
        let (name, test) = self.each(variable, &list, of, |own| {
            let mut value = own.value(condition);
            own.settle(&mut value, &Ty::Bool);
            value
        });
        match test.ty {
            Ty::Bool => {}
            Ty::Unknown => return Value::unknown(),
            ref other => {
                let message = format!("a condition is a truth value, and this is {}", other.word());
                return self.none(&codes::OPERANDS, condition.span, message, "compare it with something");
            }
        }
        // With three values only these two are as in Cypher, and only where null counts as false.
        let two_valued = !test.nullable;
        if self.is_kuzu() && test.nullable {
            let message = "Kùzu has a value of its own where the condition is null";
            let help = "make the condition one that is never null, with `IS NOT NULL` or `coalesce`";
            return self.none(&codes::RESULT, span, message, help);
        }
        let bearable = lenient && quantifier != Quantifier::Single;
        if !two_valued && !bearable {
            let message = "where the condition is null for an item, this has another value";
            let help = "make the condition one that is never null, with `IS NOT NULL` or `coalesce`";
            return self.none(&codes::RESULT, span, message, help);
        }
        let items = |test: &str| format!("size([{name} for {name} in {} if {test}])", list.text);
        let denied = format!("not ({})", test.text);
        let text = match quantifier {
            Quantifier::Any => format!("{} > 0", items(&test.text)),
            Quantifier::All => format!("{} = size({})", items(&test.text), list.text),
            Quantifier::None => format!("{} = size({})", items(&denied), list.text),
            Quantifier::Single => format!("{} = 1", items(&test.text)),
        };
        if self.is_kuzu() && list.nullable {
            // A list that is null is taken for an empty one.
            let (text, level) = match quantifier {
                Quantifier::Any | Quantifier::Single => (format!("{} is not null and {text}", list.text), Level::And),
                Quantifier::All | Quantifier::None => (format!("{} is null or {text}", list.text), Level::Or),
            };
            return Value::new(text, level, Ty::Bool).from(&[&list]).nullable(false);
        }
        Value::new(text, Level::Comparison, Ty::Bool).from(&[&list])
    }

    /// `[(a)-[:KNOWS]->(b) | b.name]`: the values of a block.
    pub(super) fn pattern_comprehension(
        &mut self,
        path: &Path,
        condition: Option<&Expr>,
        item: &Expr,
        span: Span,
    ) -> Value {
        self.pattern_of_missing(path);
        let found = self.framed(|own| {
            let mut block = Vec::new();
            let paths = [path];
            let conditions: Vec<&Expr> = condition.into_iter().collect();
            let typed = own.infer(&paths, &conditions);
            own.declare(&paths, &typed, &mut block);
            own.matched(&paths, &typed, 0..1, false, &[], &mut block);
            if let Some(condition) = condition {
                own.condition(condition, &mut block);
            }
            let value = own.value(item);
            (value, block)
        });
        let (value, block) = found;
        match &value.ty {
            Ty::Unknown => return Value::unknown(),
            Ty::Bool | Ty::Integer | Ty::Float | Ty::Text | Ty::Date | Ty::DateTime => {}
            other => {
                let message = format!("`collect` takes scalar values here, and this is {}", other.word());
                return self.none(&codes::WHOLE, span, message, "take a property, such as the node's key");
            }
        }
        if value.nullable {
            let message = "Cypher's list holds the nulls as well, and ours leaves them out";
            return self.none(
                &codes::RESULT,
                span,
                message,
                "add `IS NOT NULL`, or take a property that is never null",
            );
        }
        let ty = Ty::List(value.ty.clone().into());
        block_value(format!("collect({}) {{ {} }}", value.text, block.join("\n")), ty)
    }
}
