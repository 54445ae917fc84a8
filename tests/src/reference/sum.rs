//! Exact sums: integers as integers, floats by carrying every rounding error along (Shewchuk's partial sums).

use super::Value;

/// The sum of numbers, rounded once to F64, or `None` for no numbers.
pub(super) fn exact_sum(values: &[Value]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let mut integers: i128 = 0;
    let mut partials: Vec<f64> = Vec::new();
    let mut floats = false;
    for value in values {
        match value {
            Value::Integer(i) => integers += i,
            other => {
                floats = true;
                add(&mut partials, other.as_double().expect("sums take numbers"));
            }
        }
    }
    Some(if floats { round(&partials) } else { integers as f64 })
}

fn add(partials: &mut Vec<f64>, mut x: f64) {
    let mut kept = 0;
    for i in 0..partials.len() {
        let mut y = partials[i];
        if x.abs() < y.abs() {
            std::mem::swap(&mut x, &mut y);
        }
        let high = x + y;
        let low = y - (high - x);
        if low != 0.0 {
            partials[kept] = low;
            kept += 1;
        }
        x = high;
    }
    partials.truncate(kept);
    partials.push(x);
}

/// The partials do not overlap and grow; the last rounding has to see whether what lies below breaks a tie.
fn round(partials: &[f64]) -> f64 {
    let mut rest = partials.iter().rev();
    let Some(mut high) = rest.next().copied() else {
        return 0.0;
    };
    let mut low = 0.0;
    for &next in rest.by_ref() {
        let x = high;
        high = x + next;
        low = next - (high - x);
        if low != 0.0 {
            break;
        }
    }
    if let Some(&below) = rest.next()
        && ((low < 0.0 && below < 0.0) || (low > 0.0 && below > 0.0))
    {
        let doubled = low * 2.0;
        let x = high + doubled;
        if doubled == x - high {
            high = x;
        }
    }
    high
}
