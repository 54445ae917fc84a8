//! Sums without rounding errors: a result is the mathematical sum of all inputs, rounded once to the nearest float, so
//! that it does not depend on the order of rows.

/// A running sum of floats, kept as a few floats that do not overlap (Shewchuk's expansions).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExactSum {
    /// Ascending in magnitude; their exact sum is the sum so far.
    partials: Vec<f64>,
    /// Of inputs so large that adding two could overflow, divided by [`SCALE`].
    large: Vec<f64>,
    /// Plain sum of the inputs that are infinite or not a number.
    special: Option<f64>,
}

/// A power of two: dividing a large float by it loses nothing.
const SCALE: f64 = 18_446_744_073_709_551_616.0; // 2^64
const LARGE: f64 = 1e290;

impl ExactSum {
    pub fn add(&mut self, value: f64) {
        if !value.is_finite() {
            *self.special.get_or_insert(0.0) += value;
        } else if value.abs() >= LARGE {
            grow(&mut self.large, value / SCALE);
        } else {
            grow(&mut self.partials, value);
        }
    }

    pub fn merge(&mut self, other: &ExactSum) {
        for partial in &other.partials {
            self.add(*partial);
        }
        for partial in &other.large {
            grow(&mut self.large, *partial);
        }
        if let Some(special) = other.special {
            self.add(special);
        }
    }

    /// The sum, rounded to nearest, ties to even.
    pub fn value(&self) -> f64 {
        if let Some(special) = self.special {
            return special;
        }
        if self.large.is_empty() {
            return round(&self.partials);
        }
        let mut all = self.large.clone();
        for partial in &self.partials {
            grow(&mut all, partial / SCALE);
        }
        round(&all) * SCALE
    }

    pub fn bytes(&self) -> usize {
        (self.partials.capacity() + self.large.capacity()) * size_of::<f64>()
    }

    /// For spilling: the three parts, each after its length.
    pub fn encode(&self) -> Vec<u8> {
        let special = self.special.as_slice();
        let mut bytes = Vec::new();
        for part in [self.partials.as_slice(), self.large.as_slice(), special] {
            bytes.extend((part.len() as u32).to_le_bytes());
            bytes.extend(part.iter().flat_map(|value| value.to_le_bytes()));
        }
        bytes
    }

    pub fn decode(mut bytes: &[u8]) -> Option<ExactSum> {
        let mut parts = [Vec::new(), Vec::new(), Vec::new()];
        for part in &mut parts {
            let (length, rest) = bytes.split_first_chunk::<4>()?;
            bytes = rest;
            for _ in 0..u32::from_le_bytes(*length) {
                let (value, rest) = bytes.split_first_chunk::<8>()?;
                bytes = rest;
                part.push(f64::from_le_bytes(*value));
            }
        }
        let [partials, large, special] = parts;
        Some(ExactSum {
            partials,
            large,
            special: special.first().copied(),
        })
    }
}

/// Adds a value to an expansion; the rounding error of each addition is kept as a partial of its own.
fn grow(partials: &mut Vec<f64>, mut value: f64) {
    let mut kept = 0;
    for i in 0..partials.len() {
        let mut other = partials[i];
        if value.abs() < other.abs() {
            std::mem::swap(&mut value, &mut other);
        }
        let high = value + other;
        let low = other - (high - value);
        if low != 0.0 {
            partials[kept] = low;
            kept += 1;
        }
        value = high;
    }
    partials.truncate(kept);
    if value != 0.0 {
        partials.push(value);
    }
}

fn round(partials: &[f64]) -> f64 {
    let mut rest = partials.iter().rev();
    let Some(first) = rest.next() else { return 0.0 };
    let mut high = *first;
    let mut low = 0.0;
    for partial in rest.by_ref() {
        let sum = high + partial;
        low = partial - (sum - high);
        high = sum;
        if low != 0.0 {
            break;
        }
    }
    // Exactly half-way: the next partial says to which side the sum lies.
    if let Some(next) = rest.next()
        && ((low < 0.0 && *next < 0.0) || (low > 0.0 && *next > 0.0))
    {
        let doubled = low * 2.0;
        let sum = high + doubled;
        if doubled == sum - high {
            high = sum;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(values: &[f64]) -> f64 {
        let mut sum = ExactSum::default();
        for value in values {
            sum.add(*value);
        }
        let encoded = sum.encode();
        assert_eq!(ExactSum::decode(&encoded).map(|sum| sum.encode()), Some(encoded));
        sum.value()
    }

    #[test]
    fn no_addition_rounds() {
        assert_eq!(sum(&[0.1; 10]), 1.0);
        assert_eq!(sum(&[1e100, 1.0, -1e100]), 1.0);
        assert_eq!(sum(&[1.0, 2f64.powi(-53), 2f64.powi(-106)]), 1.0 + f64::EPSILON);
        assert_eq!(sum(&[1.0, 2f64.powi(-53)]), 1.0);
        assert_eq!(sum(&[1.7e308, 1.7e308, -1.7e308, 3.0, -1.7e308]), 3.0);
        assert_eq!(sum(&[1.7e308, 1.7e308]), f64::INFINITY);
        assert_eq!(sum(&[]), 0.0);
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    }

    #[test]
    fn merging_is_adding() {
        let values: Vec<f64> = (0..200)
            .map(|i| (f64::from(i) * 1.37).sin() * 10f64.powi(i % 37 - 18))
            .collect();
        let (left, right) = values.split_at(77);
        let mut a = ExactSum::default();
        let mut b = ExactSum::default();
        left.iter().for_each(|v| a.add(*v));
        right.iter().for_each(|v| b.add(*v));
        b.merge(&a);
        let mut reversed = values.clone();
        reversed.reverse();
        assert_eq!(b.value(), sum(&values));
        assert_eq!(sum(&reversed), sum(&values));
    }
}
