//! What a change of a property's type means for values that exist.

use omnigraph_model::types::{Scalar, Type};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Same,
    /// Every value has an equal one of the new type.
    Widen,
    ExtendEnum(Vec<String>),
    /// Removed values, then added ones.
    ShrinkEnum(Vec<String>, Vec<String>),
    EnumToString,
    StringToEnum,
    VectorDimension,
    ListShape,
    Narrow,
    Incompatible,
}

impl Change {
    /// Apart from nullability.
    pub(super) fn of(from: &Type, to: &Type) -> Change {
        if from.list != to.list {
            return Change::ListShape;
        }
        match (&from.enum_values, &to.enum_values) {
            (Some(old), Some(new)) => {
                let without = |list: &[String], other: &[String]| -> Vec<String> {
                    list.iter().filter(|value| !other.contains(value)).cloned().collect()
                };
                let (removed, added) = (without(old, new), without(new, old));
                return match (removed.is_empty(), added.is_empty()) {
                    (true, true) => Change::Same,
                    (true, false) => Change::ExtendEnum(added),
                    (false, _) => Change::ShrinkEnum(removed, added),
                };
            }
            (Some(_), None) if to.scalar == Scalar::String => return Change::EnumToString,
            (None, Some(_)) if from.scalar == Scalar::String => return Change::StringToEnum,
            _ => {}
        }
        match (from.scalar, to.scalar) {
            (from, to) if from == to => Change::Same,
            (Scalar::Vector(_), Scalar::Vector(_)) => Change::VectorDimension,
            // A list is converted item by item, which no widening promises.
            (a, b) if widens(a, b) && !from.list => Change::Widen,
            (a, b) if a.is_numeric() && b.is_numeric() && !from.list => Change::Narrow,
            _ => Change::Incompatible,
        }
    }

    /// Why values cannot be kept, for what no conversion helps.
    pub(super) fn obstacle(&self) -> &'static str {
        match self {
            Change::VectorDimension => "the stored vectors have another length",
            Change::ListShape => "a list and a single value are not converted into each other",
            _ => "no conversion keeps the stored values",
        }
    }
}

fn widens(from: Scalar, to: Scalar) -> bool {
    use Scalar::*;
    matches!(
        (from, to),
        (I32, I64) | (U32, U64) | (U32, I64) | (I32, F64) | (U32, F64) | (F32, F64) | (Date, DateTime)
    )
}
