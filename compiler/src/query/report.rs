//! How findings about queries speak of expressions and of what the schema declares.

use omnigraph_grammar::query::ast::{Expression as Source, ExpressionKind, Literal};
use omnigraph_model::ir::Expression;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::temporal;
use omnigraph_model::types::{Scalar, Type, Value};

use super::context::Owner;
use crate::diagnostic::{Finding, Place};

/// A literal written as a value of another type, if it says the same there.
pub(crate) fn rewritten(value: &Expression, to: &Type) -> Option<String> {
    let Expression::Literal { value, .. } = value else {
        return None;
    };
    if to.list {
        return None;
    }
    match (value, to.scalar) {
        (Value::String(text), scalar) if scalar.is_integer() => {
            text.parse::<i64>().ok().filter(|n| *n >= 0).map(|n| n.to_string())
        }
        (Value::String(text), scalar) if scalar.is_float() => {
            let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
            let number = text.parse::<f64>().ok().filter(|n| plain && n.is_finite())?;
            Some(format!("{number:?}")).filter(|text| !text.contains('e'))
        }
        (Value::String(text), Scalar::Bool) if text == "true" || text == "false" => Some(text.clone()),
        (Value::String(text), Scalar::Date) => temporal::parse_date(text).map(|_| format!("date(\"{text}\")")),
        (Value::String(text), Scalar::DateTime) => {
            temporal::parse_datetime(text).map(|_| format!("datetime(\"{text}\")"))
        }
        (Value::Date(days), Scalar::DateTime) => {
            Some(format!("datetime(\"{}T00:00:00Z\")", temporal::print_date(*days)))
        }
        (Value::Integer(number), Scalar::String) => Some(format!("\"{number}\"")),
        _ => None,
    }
}

/// An expression as it is written, for an edit that moves it; `None` of what is never moved.
pub(crate) fn written(expression: &Source) -> Option<String> {
    let quoted = |text: &str| {
        let mut out = String::from("\"");
        for letter in text.chars() {
            match letter {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                other => out.push(other),
            }
        }
        out.push('"');
        out
    };
    let all = |items: &[Source]| -> Option<String> {
        let items: Option<Vec<String>> = items.iter().map(written).collect();
        Some(items?.join(", "))
    };
    Some(match &expression.kind {
        ExpressionKind::Variable(name) => format!("${name}"),
        ExpressionKind::Property { variable, property } => format!("${}.{}", variable.text, property.text),
        ExpressionKind::Call(call) => format!("{}({})", call.function.name(), all(&call.arguments)?),
        ExpressionKind::Literal(literal) => match literal {
            Literal::String(text) => quoted(text),
            Literal::Integer(number) => number.to_string(),
            Literal::Unsigned(number) => number.to_string(),
            Literal::Float(text) => text.clone(),
            Literal::List(items) => format!("[{}]", all(items)?),
            Literal::Boolean(_) | Literal::Null | Literal::Date(..) | Literal::DateTime(..) => return None,
        },
        _ => return None,
    })
}

impl Owner {
    /// `` `Person.age` ``
    pub(crate) fn spoken(&self) -> String {
        format!("`{}.{}`", self.owner, self.property)
    }

    /// A label where the schema declares it.
    pub(crate) fn label(&self, finding: Finding, ty: &Type) -> Finding {
        if self.kind == DeclarationKind::Edge && matches!(self.property.as_str(), "from" | "to") {
            let text = format!("`{}` is the id of an end of this edge", self.property);
            return finding.also(Place::of_type(self.kind, &self.owner), text);
        }
        let path = Place::of_property_type(self.kind, &self.owner, &self.property);
        finding.also(path, format!("{} is declared as `{ty}`", self.spoken()))
    }
}
