//! Values of our language as text, with what is known of them.

use omnigraph_model::types::{Scalar, Type};

/// The type of a value. `Unknown` belongs to a value that was reported already: nothing more is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ty {
    Unknown,
    Null,
    Bool,
    Integer,
    Float,
    Text,
    Date,
    DateTime,
    Duration,
    List(Box<Ty>),
    /// With the name of the type.
    Node(String),
    /// With the name of the type.
    Edge(String),
    Vector,
    Blob,
    /// What a map projection makes: a column, and no other value.
    Map,
    /// A parameter whose type no use has told yet.
    Parameter(String),
    /// An item of such a parameter.
    ItemOf(String),
}

impl Ty {
    pub(crate) fn of(ty: &Type) -> Ty {
        let scalar = match ty.scalar {
            Scalar::String => Ty::Text,
            Scalar::Blob => Ty::Blob,
            Scalar::Bool => Ty::Bool,
            Scalar::I32 | Scalar::I64 | Scalar::U32 | Scalar::U64 => Ty::Integer,
            Scalar::F32 | Scalar::F64 => Ty::Float,
            Scalar::Date => Ty::Date,
            Scalar::DateTime => Ty::DateTime,
            Scalar::Vector(_) => Ty::Vector,
            Scalar::Duration => Ty::Duration,
            // No property and no parameter is one.
            Scalar::Path(_) | Scalar::Object => Ty::Blob,
        };
        match ty.list {
            true => Ty::List(scalar.into()),
            false => scalar,
        }
    }

    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Ty::Integer | Ty::Float)
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Ty::Parameter(_) | Ty::ItemOf(_))
    }

    /// As a parameter is declared; `None` if none has this type.
    pub(crate) fn declared(&self) -> Option<String> {
        let word = match self {
            Ty::Bool => "Bool",
            Ty::Integer => "I64",
            Ty::Float => "F64",
            Ty::Text => "String",
            Ty::Date => "Date",
            Ty::DateTime => "DateTime",
            Ty::List(item) if !matches!(**item, Ty::List(_)) => return item.declared().map(|item| format!("[{item}]")),
            _ => return None,
        };
        Some(word.to_owned())
    }

    /// For messages.
    pub(crate) fn word(&self) -> String {
        let word = match self {
            Ty::Unknown => "a value",
            Ty::Null => "null",
            Ty::Bool => "a truth value",
            Ty::Integer => "an integer",
            Ty::Float => "a floating-point number",
            Ty::Text => "text",
            Ty::Date => "a date",
            Ty::DateTime => "an instant",
            Ty::Duration => "a duration",
            Ty::List(_) => "a list",
            Ty::Node(_) => "a node",
            Ty::Edge(_) => "a relationship",
            Ty::Vector => "a vector",
            Ty::Blob => "bytes",
            Ty::Map => "a map",
            Ty::Parameter(_) | Ty::ItemOf(_) => "a parameter of unknown type",
        };
        word.to_owned()
    }
}

/// How tightly a text holds together, from the loosest operator to what needs no parentheses anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Or,
    And,
    Not,
    Comparison,
    Join,
    Sum,
    Product,
    Sign,
    Primary,
}

/// A value as our language writes it.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) text: String,
    pub(crate) level: Level,
    pub(crate) ty: Ty,
    pub(crate) nullable: bool,
    /// Whether it holds an aggregate.
    pub(crate) aggregates: bool,
    /// Whether it reads a variable outside of every aggregate.
    pub(crate) reads: bool,
    /// Whether it is a property, or an item, of 32 bits.
    pub(crate) single: bool,
}

impl Value {
    pub(crate) fn new(text: impl Into<String>, level: Level, ty: Ty) -> Value {
        Value {
            text: text.into(),
            level,
            ty,
            nullable: false,
            aggregates: false,
            reads: false,
            single: false,
        }
    }

    pub(crate) fn primary(text: impl Into<String>, ty: Ty) -> Value {
        Value::new(text, Level::Primary, ty)
    }

    /// What stands for a value that was reported.
    pub(crate) fn unknown() -> Value {
        Value::primary("null", Ty::Unknown)
    }

    pub(crate) fn nullable(mut self, nullable: bool) -> Value {
        self.nullable = nullable;
        self
    }

    /// With what follows from the values that it is made of: whether it aggregates, reads, may be null.
    pub(crate) fn from(mut self, parts: &[&Value]) -> Value {
        self.aggregates |= parts.iter().any(|part| part.aggregates);
        self.reads |= parts.iter().any(|part| part.reads);
        self.nullable |= parts.iter().any(|part| part.nullable);
        self
    }

    /// Its text where at least this level is needed.
    pub(crate) fn at(&self, level: Level) -> String {
        match self.level >= level {
            true => self.text.clone(),
            false => format!("({})", self.text),
        }
    }

    pub(crate) fn is_unknown(&self) -> bool {
        self.ty == Ty::Unknown
    }
}

/// A call of a function of ours; it is null if an argument is.
pub(crate) fn call(name: &str, arguments: &[&Value], ty: Ty) -> Value {
    let texts: Vec<&str> = arguments.iter().map(|argument| argument.text.as_str()).collect();
    Value::primary(format!("{name}({})", texts.join(", ")), ty).from(arguments)
}

/// Two values with an operator between them, which associates to the left.
pub(crate) fn binary(left: &Value, operator: &str, right: &Value, level: Level, ty: Ty) -> Value {
    let tighter = match level {
        Level::Or => Level::And,
        Level::And => Level::Not,
        Level::Not => Level::Comparison,
        Level::Comparison => Level::Join,
        Level::Join => Level::Sum,
        Level::Sum => Level::Product,
        Level::Product => Level::Sign,
        Level::Sign | Level::Primary => Level::Primary,
    };
    // Comparisons do not chain.
    let of_left = if level == Level::Comparison { tighter } else { level };
    let text = format!("{} {operator} {}", left.at(of_left), right.at(tighter));
    Value::new(text, level, ty).from(&[left, right])
}

/// A text literal.
pub(crate) fn quoted(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for character in text.chars() {
        match character {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            other => literal.push(other),
        }
    }
    literal.push('"');
    literal
}

/// A literal of a floating-point number: digits on both sides of the point.
pub(crate) fn fraction(value: f64) -> String {
    let text = format!("{value:?}");
    match text.split_once('e') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0e{exponent}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses_where_they_are_needed() {
        let [a, b, c] = ["a", "b", "c"].map(|text| Value::primary(text, Ty::Integer));
        let sum = binary(&a, "+", &b, Level::Sum, Ty::Integer);
        assert_eq!(binary(&sum, "*", &c, Level::Product, Ty::Integer).text, "(a + b) * c");
        assert_eq!(binary(&sum, "-", &c, Level::Sum, Ty::Integer).text, "a + b - c");
        assert_eq!(binary(&c, "-", &sum, Level::Sum, Ty::Integer).text, "c - (a + b)");
        let equal = binary(&a, "=", &b, Level::Comparison, Ty::Bool);
        assert_eq!(
            binary(&equal, "!=", &equal, Level::Comparison, Ty::Bool).text,
            "(a = b) != (a = b)"
        );
    }

    #[test]
    fn literals() {
        assert_eq!(quoted("a\"b\\\n"), "\"a\\\"b\\\\\\n\"");
        assert_eq!(fraction(0.5), "0.5");
        assert_eq!(fraction(1e21), "1.0e21");
        assert_eq!(fraction(1.5e-9), "1.5e-9");
        assert_eq!(fraction(3.0), "3.0");
    }
}
