//! Words of findings about queries: lists of names, near names, and types and expressions as messages speak of them.

use omnigraph_grammar::query::ast::{Expression as Source, ExpressionKind, Literal};
use omnigraph_model::ir::Expression;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::suggest::Letters;
use omnigraph_model::temporal;
use omnigraph_model::types::{Scalar, Type, Value};

use super::context::Owner;
use crate::diagnostic::{Finding, Place};

/// `a`, `a or b`, `a, b or c`
pub(crate) fn any_of(words: &[String]) -> String {
    joined(words, "or")
}

/// `a`, `a and b`, `a, b and c`
pub(crate) fn all_of(words: &[String]) -> String {
    joined(words, "and")
}

fn joined(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., end] => format!("{} {last} {end}", rest.join(", ")),
    }
}

/// The name with the smallest number behind it that makes it one of its own.
pub(crate) fn fresh(name: &str, taken: &dyn Fn(&str) -> bool) -> Option<String> {
    (2..1000)
        .map(|number| format!("{name}_{number}"))
        .find(|name| !taken(name))
}

/// The words in backticks.
pub(crate) fn quoted<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    words.into_iter().map(|word| format!("`{word}`")).collect()
}

/// At most three of the candidates that differ from the word in no more than a third of its letters, nearest first.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let folded = word.to_lowercase();
    let budget = (word.chars().count() / 3).max(1);
    let letters = Letters::of(word);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| letters.may_be_near(candidate, budget))
        .map(|candidate| (strsim::osa_distance(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= budget && *candidate != word)
        .collect();
    near.sort();
    near.dedup();
    near.truncate(3);
    near.into_iter().map(|(_, candidate)| candidate.to_owned()).collect()
}

/// An edge as queries usually spell it: the type's name with its first letter lowered, or as declared where that gives no
/// word (`HAS_VERSION`, `URLOf`).
pub fn spelled(edge: &str) -> String {
    let mut letters = edge.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(_), Some(second)) if second.is_ascii_uppercase() || second == '_' => edge.to_owned(),
        (Some(first), _) => first.to_lowercase().chain(letters).collect(),
        (None, _) => String::new(),
    }
}

/// The name with words told apart by underscores, as properties, variables and queries usually have it.
pub fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for (at, c) in name.chars().enumerate() {
        if c.is_ascii_uppercase() && at > 0 && !out.ends_with('_') {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// A type as messages speak of it, without its nullability.
pub(crate) fn spoken(ty: &Type) -> String {
    let ty = Type {
        nullable: false,
        ..ty.clone()
    };
    format!("`{ty}`")
}

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
