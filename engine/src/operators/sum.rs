//! Sums without rounding errors: a result is the mathematical sum of all inputs, rounded once to the nearest float, so
//! that it does not depend on the order of rows.

/// A running sum of floats, kept as a few floats that do not overlap (Shewchuk's expansions).
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ExactSum {
    /// Ascending in magnitude; their exact sum is the sum so far.
    partials: Vec<f64>,
    /// The same of inputs so large that adding two could overflow, divided by [`SCALE`].
    large: Vec<f64>,
    /// Plain sum of the inputs that are infinite or not a number.
    special: Option<f64>,
}

/// A power of two: dividing a large float by it loses nothing.
const SCALE: f64 = 18_446_744_073_709_551_616.0; // 2^64
const LARGE: f64 = 1e290;

impl ExactSum {
    pub(super) fn add(&mut self, value: f64) {
        if !value.is_finite() {
            *self.special.get_or_insert(0.0) += value;
        } else if value.abs() >= LARGE {
            grow(&mut self.large, value / SCALE);
        } else {
            grow(&mut self.partials, value);
        }
    }

    /// Adds a value as often as the second argument says.
    pub(super) fn add_times(&mut self, value: f64, times: u64) {
        // Halves of 26 bits times 53 bits: each product is split into its rounded value and its exact error.
        const HALF: u64 = 1 << 26;
        if times == 1 || !value.is_finite() {
            return if times > 0 {
                self.add(value)
            };
        }
        if value.abs() >= LARGE / SCALE || value.abs() < f64::MIN_POSITIVE / f64::EPSILON {
            // Near the ends of the range a product or its error may not be representable; such values are rare.
            return self.add_bits(value, times);
        }
        let mut rest = times;
        let mut unit = 1.0;
        while rest > 0 {
            let factor = (rest % HALF) as f64 * unit;
            let product = value * factor;
            self.add(product);
            self.add(value.mul_add(factor, -product));
            rest /= HALF;
            unit *= HALF as f64;
        }
    }

    /// The same by doubling, exact for every finite value as long as the doubles are.
    fn add_bits(&mut self, value: f64, times: u64) {
        let mut scaled = ExactSum::default();
        scaled.add(value);
        for bit in 0..u64::BITS - times.leading_zeros() {
            if times >> bit & 1 == 1 {
                self.merge(&scaled);
            }
            scaled.merge(&scaled.clone());
        }
    }

    pub(super) fn merge(&mut self, other: &ExactSum) {
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
    pub(super) fn value(&self) -> f64 {
        if let Some(special) = self.special {
            return special;
        }
        if self.large.is_empty() {
            return round(&self.partials);
        }
        round(&self.scaled()) * SCALE
    }

    /// The sum divided by a number of inputs. It may be finite where the sum is not.
    pub(super) fn mean(&self, inputs: f64) -> f64 {
        let sum = self.value();
        if sum.is_finite() || self.special.is_some() {
            return sum / inputs;
        }
        let all = self.scaled();
        round(&all) / inputs * SCALE
    }

    /// The sum divided by [`SCALE`].
    fn scaled(&self) -> Vec<f64> {
        let mut all = self.large.clone();
        for partial in &self.partials {
            grow(&mut all, partial / SCALE);
        }
        all
    }

    pub(super) fn bytes(&self) -> usize {
        (self.partials.capacity() + self.large.capacity()) * size_of::<f64>()
    }

    /// For spilling: the three parts, each after its length.
    pub(super) fn encode(&self) -> Vec<u8> {
        let special = self.special.as_slice();
        let mut bytes = Vec::new();
        for part in [self.partials.as_slice(), self.large.as_slice(), special] {
            bytes.extend((part.len() as u32).to_le_bytes());
            bytes.extend(part.iter().flat_map(|value| value.to_le_bytes()));
        }
        bytes
    }

    pub(super) fn decode(mut bytes: &[u8]) -> Option<ExactSum> {
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
    fn adding_often_is_adding_again_and_again() {
        for value in [0.1, -3.7e12, 5e-324, 1e-300, 1.7e300, 2f64.powi(-1074 + 60)] {
            for times in [0u64, 1, 2, 3, 1000, 4097] {
                let (mut at_once, mut one_by_one) = (ExactSum::default(), ExactSum::default());
                at_once.add_times(value, times);
                (0..times).for_each(|_| one_by_one.add(value));
                assert_eq!(at_once.value(), one_by_one.value(), "{times} times {value}");
            }
        }
        let mut sum = ExactSum::default();
        sum.add_times(1.0, u64::MAX);
        assert_eq!(sum.value(), u64::MAX as f64);
        sum.add_times(-1.0, u64::MAX - 1);
        assert_eq!(sum.value(), 1.0);
    }

    #[test]
    fn a_mean_may_be_finite_where_the_sum_is_not() {
        let mean = |values: &[f64]| {
            let mut sum = ExactSum::default();
            values.iter().for_each(|value| sum.add(*value));
            sum.mean(values.len() as f64)
        };
        assert_eq!(mean(&[1e308, 1e308]), 1e308);
        assert_eq!(mean(&[f64::MAX; 3]), f64::MAX);
        assert_eq!(mean(&[-1.5e308, -1.5e308, 0.0]), -1e308);
        assert_eq!(mean(&[1.0, 2.0]), 1.5);
        assert_eq!(mean(&[f64::INFINITY, 1.0]), f64::INFINITY);
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
