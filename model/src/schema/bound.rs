//! Bounds of `@range`, compared exactly.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::types::Scalar;

/// A bound of `@range`: integers stay integers, so that 64-bit values are compared exactly.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Bound {
    /// Within the reach of a signed or an unsigned 64-bit integer.
    #[serde(with = "wide")]
    Integer(i128),
    /// Finite.
    Float(f64),
}

impl Bound {
    /// As it is compared with values of this type.
    pub fn beside(self, scalar: Scalar) -> Bound {
        match (self, scalar) {
            (Bound::Integer(number), Scalar::F32) => Bound::Float(scalar.nearest(number as f64)),
            (Bound::Float(number), _) => Bound::Float(scalar.nearest(number)),
            (bound, _) => bound,
        }
    }

    /// By value and exactly; `None` for NaN.
    pub fn compare(self, other: Bound) -> Option<Ordering> {
        match (self, other) {
            (Bound::Integer(a), Bound::Integer(b)) => Some(a.cmp(&b)),
            (Bound::Float(a), Bound::Float(b)) => a.partial_cmp(&b),
            (Bound::Integer(a), Bound::Float(b)) => compare_mixed(a, b),
            (Bound::Float(a), Bound::Integer(b)) => compare_mixed(b, a).map(Ordering::reverse),
        }
    }
}

/// The float's whole part as an integer, then its fraction.
fn compare_mixed(integer: i128, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    let whole = float.floor();
    if whole >= 1.7e38 {
        return Some(Ordering::Less);
    }
    if whole <= -1.7e38 {
        return Some(Ordering::Greater);
    }
    let ordering = integer.cmp(&(whole as i128));
    Some(ordering.then(if float > whole { Ordering::Less } else { Ordering::Equal }))
}

/// JSON numbers reach from the least signed to the greatest unsigned 64-bit integer; serde's own form of an `i128` cannot
/// be read inside a tagged enum.
mod wide {
    use serde::de::{Deserializer, Error, Visitor};
    use serde::ser::Serializer;

    pub(super) fn serialize<S: Serializer>(value: &i128, serializer: S) -> Result<S::Ok, S::Error> {
        match (i64::try_from(*value), u64::try_from(*value)) {
            (Ok(signed), _) => serializer.serialize_i64(signed),
            (_, Ok(unsigned)) => serializer.serialize_u64(unsigned),
            _ => Err(serde::ser::Error::custom("an integer bound beyond 64 bits")),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i128, D::Error> {
        struct Wide;
        impl Visitor<'_> for Wide {
            type Value = i128;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a 64-bit integer")
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<i128, E> {
                Ok(value.into())
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<i128, E> {
                Ok(value.into())
            }
        }
        deserializer.deserialize_any(Wide)
    }
}

/// As a schema writes it.
impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Bound::Integer(value) => write!(f, "{value}"),
            Bound::Float(value) => write!(f, "{value:?}"),
        }
    }
}

impl PartialEq for Bound {
    fn eq(&self, other: &Bound) -> bool {
        match (self, other) {
            (Bound::Integer(a), Bound::Integer(b)) => a == b,
            (Bound::Float(a), Bound::Float(b)) => a.to_bits() == b.to_bits(),
            _ => false,
        }
    }
}

impl Eq for Bound {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_and_floats_compare_exactly() {
        for (integer, float, order) in [
            (9_007_199_254_740_993, 9_007_199_254_740_992.0, Ordering::Greater),
            (2, 2.5, Ordering::Less),
            (-3, -2.5, Ordering::Less),
            (-2, -2.5, Ordering::Greater),
            (7, f64::INFINITY, Ordering::Less),
            (7, 7.0, Ordering::Equal),
        ] {
            let (integer, float) = (Bound::Integer(integer), Bound::Float(float));
            assert_eq!(integer.compare(float), Some(order));
            assert_eq!(float.compare(integer), Some(order.reverse()));
        }
        assert_eq!(Bound::Integer(7).compare(Bound::Float(f64::NAN)), None);
    }
}
