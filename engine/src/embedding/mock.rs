//! A provider without a model: the same text always gets the same vector, and texts that share words get near ones. It is
//! for tests and demonstrations.

use async_trait::async_trait;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::Embedder;
use crate::error::Result;

/// A provider without a model: the same text always gets the same vector, and texts that share words get near ones. It is
/// for tests and demonstrations.
#[derive(Clone, Debug, Default)]
pub struct Mock {
    model: Option<String>,
}

impl Mock {
    /// `model` is the one model that it is set to; the vectors depend on it.
    pub fn new(model: Option<String>) -> Mock {
        Mock { model }
    }
}

#[async_trait]
impl Embedder for Mock {
    fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    fn batch(&self) -> usize {
        1024
    }

    async fn embed(&self, texts: &[String], model: Option<&str>, size: u32) -> Result<Vec<Vec<f32>>> {
        let seed = xxh3_64_with_seed(model.unwrap_or_default().as_bytes(), 0);
        Ok(texts.iter().map(|text| vector(text, seed, size as usize)).collect())
    }
}

/// Each word has a direction of its own, drawn from its letters; a text has the sum of its words'.
fn vector(text: &str, seed: u64, size: usize) -> Vec<f32> {
    let mut sum = vec![0.0; size];
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    // A text of signs alone is a word of its own.
    let whole = vec![text.to_owned()];
    for word in if words.is_empty() { &whole } else { &words } {
        for (at, x) in sum.iter_mut().enumerate() {
            let bits = xxh3_64_with_seed(word.as_bytes(), seed.wrapping_add(at as u64 + 1));
            // 24 bits are a float's: from -1 to 1 without rounding, on every machine.
            *x += (bits >> 40) as f32 / (1 << 23) as f32 - 1.0;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(a: &str, b: &str) -> f32 {
        let unit = |text: &str| {
            let vector = vector(text, 0, 64);
            let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
            vector.into_iter().map(|x| x / norm).collect::<Vec<f32>>()
        };
        let (a, b) = (unit(a), unit(b));
        a.iter().zip(&b).map(|(x, y)| (x - y) * (x - y)).sum::<f32>().sqrt()
    }

    #[test]
    fn texts_with_common_words_are_near() {
        assert_eq!(distance("The Matrix", "the matrix!"), 0.0);
        assert!(distance("star wars", "star trek") < distance("star wars", "love actually"));
        assert_ne!(vector("a", 0, 4), vector("a", 1, 4));
        assert_ne!(vector("…", 0, 4), vec![0.0; 4]);
    }
}
