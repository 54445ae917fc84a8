//! Types of properties, parameters and result columns, and the values that inhabit them.

use serde::{Deserialize, Serialize};

/// A scalar type of the schema language. An enum is a `String` with a value set beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scalar {
    /// Text in UTF-8.
    String,
    /// Bytes.
    Blob,
    /// True or false.
    Bool,
    /// A signed integer of 32 bits.
    I32,
    /// A signed integer of 64 bits.
    I64,
    /// An unsigned integer of 32 bits.
    U32,
    /// An unsigned integer of 64 bits.
    U64,
    /// A floating-point number of 32 bits.
    F32,
    /// A floating-point number of 64 bits.
    F64,
    /// A day of the proleptic Gregorian calendar.
    Date,
    /// An instant in UTC, to the millisecond.
    DateTime,
    /// `Vector(n)`: n 32-bit floats.
    Vector(u32),
    /// Calendar months and an exact time. Only expressions have it: no property, no parameter.
    Duration,
    /// What `path` finds: nodes, and the edges between them. Only expressions have it: no property, no parameter.
    Path(Cost),
    /// What the members of its type say. Only results have it, and what they are made of: no property, no parameter.
    Object,
}

/// What a path knows of the weights of its edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cost {
    /// Nothing: no weights were asked for.
    None,
    /// Their sum, an I64.
    Integer,
    /// Their sum, an F64.
    Float,
}

impl Scalar {
    /// Whether its values have an order: all have but vectors, blobs, durations, paths and objects.
    pub fn is_orderable(self) -> bool {
        !matches!(
            self,
            Scalar::Vector(_) | Scalar::Blob | Scalar::Duration | Scalar::Path(_) | Scalar::Object
        )
    }

    /// Whether it is one of the four integer types.
    pub fn is_integer(self) -> bool {
        matches!(self, Scalar::I32 | Scalar::I64 | Scalar::U32 | Scalar::U64)
    }

    /// Whether it is one of the two floating-point types.
    pub fn is_float(self) -> bool {
        matches!(self, Scalar::F32 | Scalar::F64)
    }

    /// Whether numbers are its values.
    pub fn is_numeric(self) -> bool {
        self.is_integer() || self.is_float()
    }

    /// A number as it is beside something of this type. A literal beside an F32 is an F32, wherever the two meet: in
    /// comparisons, bounds, defaults, parameters and checks. Beside anything else it keeps its value.
    pub fn nearest(self, number: f64) -> f64 {
        match self {
            Scalar::F32 => f64::from(number as f32),
            _ => number,
        }
    }
}

impl std::fmt::Display for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Scalar::Vector(size) => write!(f, "Vector({size})"),
            Scalar::Path(_) => f.write_str("Path"),
            other => write!(f, "{other:?}"),
        }
    }
}

/// The type of a property, a parameter or an expression. Two are equal when every part is.
///
/// ```
/// use omnigraph_model::types::{Scalar, Type};
///
/// assert_eq!(Type::of(Scalar::I32).nullable().to_string(), "I32?");
/// assert_eq!(Type::list_of(Scalar::String).to_string(), "[String]");
/// assert_eq!(Type::of(Scalar::Vector(3)).to_string(), "Vector(3)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Type {
    /// The type of the value, or of the items of a list.
    pub scalar: Scalar,
    /// Whether it may be null. Items of a list never are.
    pub nullable: bool,
    /// Whether it is a list of the scalar.
    pub list: bool,
    /// The values of an enum, sorted by bytes, without duplicates; `scalar` is then `String`.
    pub enum_values: Option<Vec<String>>,
    /// The members of an object, or of the objects of a list, in order; no two have the same name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Member {
    /// What it is called.
    pub name: String,
    /// Of its value.
    pub ty: Type,
}

impl Type {
    /// Whether values of the type have an order: those of scalars that have one, and no lists.
    pub fn is_orderable(&self) -> bool {
        !self.list && self.scalar.is_orderable()
    }

    /// A value of this scalar that is never null.
    pub fn of(scalar: Scalar) -> Type {
        Type {
            scalar,
            nullable: false,
            list: false,
            enum_values: None,
            members: Vec::new(),
        }
    }

    /// An object of these members.
    pub fn object(members: Vec<Member>) -> Type {
        Type {
            members,
            ..Type::of(Scalar::Object)
        }
    }

    /// The same, or null.
    pub fn nullable(self) -> Type {
        Type { nullable: true, ..self }
    }

    /// A list of this scalar that is never null.
    pub fn list_of(scalar: Scalar) -> Type {
        Type {
            list: true,
            ..Type::of(scalar)
        }
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let core = match &self.enum_values {
            Some(values) => format!("enum({})", values.join(", ")),
            None if self.scalar == Scalar::Object => {
                let members = self.members.iter();
                let members: Vec<String> = members.map(|m| format!("{}: {}", m.name, m.ty)).collect();
                format!("{{ {} }}", members.join(", "))
            }
            None => self.scalar.to_string(),
        };
        let optional = if self.nullable { "?" } else { "" };
        if self.list {
            write!(f, "[{core}]{optional}")
        } else {
            write!(f, "{core}{optional}")
        }
    }
}

/// A value as a query literal, a parameter or a mutation carries it. Floats compare and hash by their bits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Value {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// Any integer width.
    Integer(i64),
    /// An unsigned integer above `i64::MAX`; only ever stored data.
    Unsigned(u64),
    /// Any floating-point width.
    Float(f64),
    /// Text.
    String(String),
    /// Days since 1970-01-01.
    Date(i32),
    /// Milliseconds since the epoch, UTC.
    DateTime(i64),
    /// Items of one scalar type.
    List(Vec<Value>),
    /// The numbers of a `Vector(n)`.
    Vector(Vec<f32>),
    /// Calendar months, then an exact time.
    Duration {
        /// Of the calendar.
        months: i64,
        /// Beside the months.
        milliseconds: i64,
    },
}

impl Value {
    /// Whether an F32 holds the number, or each one of a list, exactly; true of what is no number.
    pub fn is_single(&self) -> bool {
        match self {
            Value::Integer(value) => (*value as f32) as i128 == i128::from(*value),
            Value::Unsigned(value) => (*value as f32) as i128 == i128::from(*value),
            Value::Float(value) => f64::from(*value as f32) == *value,
            Value::List(items) => items.iter().all(Value::is_single),
            _ => true,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Integer(a), Value::Integer(b)) => a == b,
            (Value::Unsigned(a), Value::Unsigned(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Date(a), Value::Date(b)) => a == b,
            (Value::DateTime(a), Value::DateTime(b)) => a == b,
            (Value::List(a), Value::List(b)) => a == b,
            (Value::Vector(a), Value::Vector(b)) => a.iter().map(|x| x.to_bits()).eq(b.iter().map(|x| x.to_bits())),
            (
                Value::Duration {
                    months: a,
                    milliseconds: x,
                },
                Value::Duration {
                    months: b,
                    milliseconds: y,
                },
            ) => (a, x) == (b, y),
            _ => false,
        }
    }
}

impl Eq for Value {}
