//! Distances between stored vectors and one query vector, exactly, in 64-bit floats.

use arrow_array::cast::AsArray;
use arrow_array::types::Float32Type;
use arrow_array::{Array, FixedSizeListArray, Float64Array};
use omnigraph_model::schema::Metric;

/// A query vector under a metric.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Distance {
    pub metric: Metric,
    pub query: Vec<f32>,
}

impl std::fmt::Display for Distance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} of {} dimensions", self.metric, self.query.len())
    }
}

/// For each row the distance to the query: Euclidean; one minus the cosine; one minus the dot product. Null for a null
/// vector and where the metric has no value.
pub(crate) fn distances(vectors: &FixedSizeListArray, distance: &Distance) -> Float64Array {
    let size = vectors.value_length() as usize;
    let values = vectors.values().as_primitive::<Float32Type>().values();
    let query: Vec<f64> = distance.query.iter().copied().map(f64::from).collect();
    let norm = sum(query.iter().map(|q| q * q));
    (0..vectors.len())
        .map(|row| {
            if vectors.is_null(row) || query.len() != size {
                return None;
            }
            let start = vectors.value_offset(row) as usize;
            let vector = &values[start..start + size];
            let pairs = vector.iter().map(|v| f64::from(*v)).zip(query.iter().copied());
            let value = match distance.metric {
                Metric::L2 => sum(pairs.map(|(v, q)| (v - q) * (v - q))).sqrt(),
                Metric::Dot => 1.0 - sum(pairs.map(|(v, q)| v * q)),
                Metric::Cosine => {
                    let own = sum(vector.iter().map(|v| f64::from(*v) * f64::from(*v)));
                    1.0 - sum(pairs.map(|(v, q)| v * q)) / (own.sqrt() * norm.sqrt())
                }
            };
            (!value.is_nan()).then_some(value)
        })
        .collect()
}

/// Four running sums, so that additions need not wait for each other; always in the same order.
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let mut sums = [0.0; 4];
    for (i, value) in values.enumerate() {
        sums[i % 4] += value;
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lab() -> FixedSizeListArray {
        FixedSizeListArray::from_iter_primitive::<Float32Type, _, _>(
            [
                Some(vec![Some(0.0), Some(0.0)]),
                Some(vec![Some(1.0), Some(0.0)]),
                Some(vec![Some(3.0), Some(4.0)]),
                None,
            ],
            2,
        )
    }

    fn to(metric: Metric, query: [f32; 2]) -> Vec<Option<f64>> {
        let query = query.to_vec();
        distances(&lab(), &Distance { metric, query }).iter().collect()
    }

    #[test]
    fn each_metric_has_its_distance() {
        assert_eq!(
            to(Metric::L2, [3.0, 4.0]),
            [Some(5.0), Some(20f64.sqrt()), Some(0.0), None]
        );
        assert_eq!(to(Metric::Dot, [1.0, 1.0]), [Some(1.0), Some(0.0), Some(-6.0), None]);
        assert_eq!(to(Metric::Cosine, [2.0, 0.0]), [None, Some(0.0), Some(0.4), None]);
    }
}
