//! An inverted index of one text column, in memory. Scores use the statistics of the whole column, so they do not depend
//! on what else a query filters.

use std::collections::HashMap;
use std::mem::size_of;

use arrow_array::{Array, BooleanArray, Float64Array, StringArray};
use arrow_buffer::BooleanBufferBuilder;

use super::Analyser;

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// Which rows of a column hold which terms, how often.
#[derive(Debug, Default)]
pub struct TextIndex {
    terms: HashMap<Box<str>, Vec<Posting>>,
    /// Terms of each row, with repetitions.
    lengths: Vec<u32>,
    /// Rows that are not null.
    documents: u64,
    /// Sum of all lengths.
    total_length: u64,
}

#[derive(Clone, Copy, Debug)]
struct Posting {
    row: u32,
    count: u32,
}

impl TextIndex {
    pub fn new(column: &StringArray) -> TextIndex {
        let mut analyser = Analyser::default();
        let mut index = TextIndex {
            lengths: vec![0; column.len()],
            ..TextIndex::default()
        };
        for row in 0..column.len() {
            if column.is_null(row) {
                continue;
            }
            let mut length = 0;
            analyser.each(column.value(row), |term| {
                length += 1;
                index.count(term, row as u32);
            });
            index.documents += 1;
            index.total_length += u64::from(length);
            index.lengths[row] = length;
        }
        index
    }

    fn count(&mut self, term: &str, row: u32) {
        let postings = match self.terms.get_mut(term) {
            Some(postings) => postings,
            None => self.terms.entry(term.into()).or_default(),
        };
        match postings.last_mut() {
            Some(last) if last.row == row => last.count += 1,
            _ => postings.push(Posting { row, count: 1 }),
        }
    }

    pub fn rows(&self) -> usize {
        self.lengths.len()
    }

    /// Rows that hold at least one term of the text.
    pub fn search(&self, text: &str) -> BooleanArray {
        let terms = Analyser::default().terms(text);
        self.rows_of(terms.iter().filter_map(|term| self.terms.get(term.as_str())))
    }

    /// Rows that hold a term within `edits` insertions, deletions and replacements of some term of the text.
    pub fn fuzzy(&self, text: &str, edits: usize) -> BooleanArray {
        let wanted: Vec<(String, usize)> = Analyser::default()
            .terms(text)
            .into_iter()
            .map(|term| {
                let length = term.chars().count();
                (term, length)
            })
            .collect();
        let near = self.terms.iter().filter(|(term, _)| {
            let length = term.chars().count();
            wanted.iter().any(|(other, other_length)| {
                length.abs_diff(*other_length) <= edits && strsim::levenshtein(term, other) <= edits
            })
        });
        self.rows_of(near.map(|(_, postings)| postings))
    }

    fn rows_of<'a>(&self, postings: impl Iterator<Item = &'a Vec<Posting>>) -> BooleanArray {
        let mut bits = BooleanBufferBuilder::new(self.rows());
        bits.append_n(self.rows(), false);
        for posting in postings.flatten() {
            bits.set_bit(posting.row as usize, true);
        }
        BooleanArray::new(bits.finish(), None)
    }

    /// The BM25 score of every row, null where no term of the text occurs. Repeating a term changes nothing.
    pub fn bm25(&self, text: &str) -> Float64Array {
        let documents = self.documents as f64;
        let average = self.total_length as f64 / documents.max(1.0);
        let mut scores: Vec<Option<f64>> = vec![None; self.rows()];
        for term in Analyser::default().terms(text) {
            let Some(postings) = self.terms.get(term.as_str()) else {
                continue;
            };
            let frequency = postings.len() as f64;
            let weight = (1.0 + (documents - frequency + 0.5) / (frequency + 0.5)).ln();
            for posting in postings {
                let count = f64::from(posting.count);
                let length = f64::from(self.lengths[posting.row as usize]);
                let saturation = count + K1 * (1.0 - B + B * length / average);
                *scores[posting.row as usize].get_or_insert(0.0) += weight * count * (K1 + 1.0) / saturation;
            }
        }
        Float64Array::from(scores)
    }

    pub fn bytes(&self) -> usize {
        let terms: usize = self
            .terms
            .iter()
            .map(|(term, postings)| term.len() + postings.capacity() * size_of::<Posting>() + 64)
            .sum();
        terms + self.lengths.len() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles() -> TextIndex {
        TextIndex::new(&StringArray::from(vec![
            Some("Graph joins"),
            Some("Joins on trees"),
            Some("Vector search"),
            None,
        ]))
    }

    fn rows(found: &BooleanArray) -> Vec<usize> {
        (0..found.len()).filter(|row| found.value(*row)).collect()
    }

    #[test]
    fn any_term_matches_and_null_never() {
        let index = titles();
        assert_eq!(rows(&index.search("JOINS")), [0, 1]);
        assert_eq!(rows(&index.search("graph vector")), [0, 2]);
        assert_eq!(rows(&index.search("the")), [0usize; 0]);
        assert_eq!(rows(&index.fuzzy("vectr", 2)), [2]);
        assert_eq!(rows(&index.fuzzy("vectr", 0)), [0usize; 0]);
    }

    #[test]
    fn scores_follow_the_formula() {
        let scores = titles().bm25("graph joins");
        // Three documents of two terms each (`on` is a stop word), so length does not matter.
        let idf = |df: f64| (1.0 + (3.0 - df + 0.5) / (df + 0.5)).ln();
        let saturated = 2.2 / 2.2;
        assert!((scores.value(0) - (idf(1.0) + idf(2.0)) * saturated).abs() < 1e-12);
        assert!((scores.value(1) - idf(2.0) * saturated).abs() < 1e-12);
        assert!(scores.is_null(2) && scores.is_null(3));
    }
}
