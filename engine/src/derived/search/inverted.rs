//! An inverted index of one text column: stored lists of the rows that an index of storage covers, and lists in memory of
//! all others. Scores are computed here from the statistics of the whole column, so they depend neither on what else a query
//! filters nor on what the stored index covers.

use std::collections::HashMap;
use std::mem::size_of;
use std::sync::Arc;

use arrow_array::{Array, BooleanArray, Float64Array, StringArray};
use arrow_buffer::BooleanBufferBuilder;
use datafusion::common::Result;
use roaring::RoaringBitmap;

use crate::analyser::Analyser;
use crate::storage::StoredTerms;

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// Which rows of a column hold which terms, how often.
#[derive(Debug, Default)]
pub(crate) struct TextIndex {
    /// The index of the dataset, where this is that of what was written since.
    base: Option<Base>,
    stored: Vec<StoredPart>,
    terms: HashMap<Box<str>, Vec<Posting>>,
    /// Terms of each row, with repetitions. With a base only of those that were written since; see [`TextIndex::length`].
    lengths: Vec<u32>,
    /// Places in `lengths` of rows that were written since.
    later: HashMap<u32, u32>,
    rows: usize,
    /// Rows that are not null.
    documents: u64,
    /// Sum of all lengths.
    total_length: u64,
}

/// An index, and which of its rows are gone or were written since.
#[derive(Debug)]
struct Base {
    index: Arc<TextIndex>,
    gone: RoaringBitmap,
}

/// A document whose row is gone, or newer than the index.
const GONE: u32 = u32::MAX;

/// Terms that storage holds, and the rows of their documents.
#[derive(Debug)]
pub(crate) struct StoredPart {
    terms: StoredTerms,
    /// By document.
    rows: Vec<u32>,
}

impl StoredPart {
    /// `rows` has the row of each document, `None` where the index is not right about it.
    pub(crate) fn new(terms: StoredTerms, rows: impl Iterator<Item = Option<u32>>) -> StoredPart {
        StoredPart {
            terms,
            rows: rows.map(|row| row.unwrap_or(GONE)).collect(),
        }
    }

    /// Appends the rows of a term.
    async fn postings(&self, term: &str, postings: &mut Vec<Posting>) -> Result<()> {
        let each = |document: u32, count| {
            let row = self.rows.get(document as usize).copied().unwrap_or(GONE);
            if row != GONE {
                postings.push(Posting { row, count });
            }
        };
        Ok(self.terms.postings(term, each).await?)
    }

    fn bytes(&self) -> usize {
        self.rows.len() * size_of::<u32>() + self.terms.bytes()
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Posting {
    pub row: u32,
    pub count: u32,
}

impl TextIndex {
    /// The index of a whole column.
    pub(crate) fn new(column: &StringArray) -> TextIndex {
        let mut index = TextIndex {
            lengths: vec![0; column.len()],
            documents: (column.len() - column.null_count()) as u64,
            rows: column.len(),
            ..TextIndex::default()
        };
        index.extend(0, column);
        index
    }

    /// From what is stored: the lengths of those rows, 0 for all others, and how many rows are not null.
    pub(crate) fn stored(stored: Vec<StoredPart>, lengths: Vec<u32>, documents: u64) -> TextIndex {
        TextIndex {
            stored,
            total_length: lengths.iter().copied().map(u64::from).sum(),
            rows: lengths.len(),
            lengths,
            documents,
            ..TextIndex::default()
        }
    }

    /// That of a table of so many rows: without some rows, of which `gone_texts` are not null, and with later ones.
    pub(crate) fn with<'t>(
        self: &Arc<TextIndex>,
        rows: usize,
        (gone, gone_texts): (RoaringBitmap, u64),
        later: impl Iterator<Item = (u32, Option<&'t str>)>,
    ) -> TextIndex {
        let gone_length: u64 = gone.iter().map(|row| u64::from(self.length(row))).sum();
        let mut index = TextIndex {
            base: Some(Base {
                index: self.clone(),
                gone,
            }),
            documents: self.documents - gone_texts,
            total_length: self.total_length - gone_length,
            rows,
            ..TextIndex::default()
        };
        let mut analyser = Analyser::default();
        for (row, text) in later {
            let Some(text) = text else { continue };
            let length = index.add(&mut analyser, row, text);
            index.later.insert(row, index.lengths.len() as u32);
            index.lengths.push(length);
            index.documents += 1;
        }
        index
    }

    /// Terms of a row, with repetitions.
    fn length(&self, row: u32) -> u32 {
        match &self.base {
            None => self.lengths.get(row as usize).copied().unwrap_or(0),
            Some(base) => match self.later.get(&row) {
                Some(place) => self.lengths[*place as usize],
                None => base.index.length(row),
            },
        }
    }

    /// Adds rows that are not stored, from one on.
    pub(crate) fn extend(&mut self, first: u32, texts: &StringArray) {
        let mut analyser = Analyser::default();
        for (row, text) in (first..).zip(texts).filter_map(|(row, text)| Some((row, text?))) {
            self.lengths[row as usize] = self.add(&mut analyser, row, text);
        }
    }

    /// Adds the terms of a row; how many there are.
    fn add(&mut self, analyser: &mut Analyser, row: u32, text: &str) -> u32 {
        let mut length = 0;
        analyser.each(text, |term| {
            length += 1;
            self.count(term, row);
        });
        self.total_length += u64::from(length);
        length
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

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    async fn postings(&self, term: &str) -> Result<Vec<Posting>> {
        let mut postings = self.terms.get(term).cloned().unwrap_or_default();
        if let Some(base) = &self.base {
            let mut known = Box::pin(base.index.postings(term)).await?;
            known.retain(|posting| !base.gone.contains(posting.row));
            postings.extend(known);
        }
        for part in &self.stored {
            part.postings(term, &mut postings).await?;
        }
        Ok(postings)
    }

    /// Rows that hold at least one term of the text.
    pub(crate) async fn search(&self, text: &str) -> Result<BooleanArray> {
        self.rows_of(Analyser::default().terms(text)).await
    }

    /// Rows that hold a term within `edits` insertions, deletions and replacements of some term of the text.
    pub(crate) async fn fuzzy(&self, text: &str, edits: usize) -> Result<BooleanArray> {
        let wanted: Vec<(String, usize)> = Analyser::default()
            .terms(text)
            .into_iter()
            .map(|term| {
                let length = term.chars().count();
                (term, length)
            })
            .collect();
        let near = |term: &str| {
            let length = term.chars().count();
            wanted.iter().any(|(other, other_length)| {
                length.abs_diff(*other_length) <= edits && strsim::levenshtein(term, other) <= edits
            })
        };
        let mut terms = Vec::new();
        self.terms_near(&near, &mut terms)?;
        terms.sort_unstable();
        terms.dedup();
        self.rows_of(terms).await
    }

    fn terms_near(&self, near: &impl Fn(&str) -> bool, terms: &mut Vec<String>) -> Result<()> {
        let own = self.terms.keys().filter(|term| near(term));
        terms.extend(own.map(|term| term.to_string()));
        for part in &self.stored {
            terms.extend(part.terms.terms(near)?);
        }
        match &self.base {
            Some(base) => base.index.terms_near(near, terms),
            None => Ok(()),
        }
    }

    async fn rows_of(&self, terms: Vec<String>) -> Result<BooleanArray> {
        let mut bits = BooleanBufferBuilder::new(self.rows());
        bits.append_n(self.rows(), false);
        for term in terms {
            for posting in self.postings(&term).await? {
                bits.set_bit(posting.row as usize, true);
            }
        }
        Ok(BooleanArray::new(bits.finish(), None))
    }

    /// The BM25 score of every row, null where no term of the text occurs. Repeating a term changes nothing.
    pub(crate) async fn bm25(&self, text: &str) -> Result<Float64Array> {
        let documents = self.documents as f64;
        let average = self.total_length as f64 / documents.max(1.0);
        let mut scores: Vec<Option<f64>> = vec![None; self.rows()];
        for term in Analyser::default().terms(text) {
            let postings = self.postings(&term).await?;
            let frequency = postings.len() as f64;
            let weight = (1.0 + (documents - frequency + 0.5) / (frequency + 0.5)).ln();
            for posting in postings {
                let count = f64::from(posting.count);
                let length = f64::from(self.length(posting.row));
                let saturation = count + K1 * (1.0 - B + B * length / average);
                *scores[posting.row as usize].get_or_insert(0.0) += weight * count * (K1 + 1.0) / saturation;
            }
        }
        Ok(Float64Array::from(scores))
    }

    pub(crate) fn bytes(&self) -> usize {
        let terms: usize = self
            .terms
            .iter()
            .map(|(term, postings)| term.len() + postings.capacity() * size_of::<Posting>() + 64)
            .sum();
        let stored: usize = self.stored.iter().map(StoredPart::bytes).sum();
        let gone = self.base.as_ref().map_or(0, |base| base.gone.serialized_size());
        terms + stored + gone + (self.lengths.len() + 4 * self.later.len()) * size_of::<u32>()
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

    #[tokio::test]
    async fn any_term_matches_and_null_never() {
        let index = titles();
        assert_eq!(rows(&index.search("JOINS").await.unwrap()), [0, 1]);
        assert_eq!(rows(&index.search("graph vector").await.unwrap()), [0, 2]);
        assert_eq!(rows(&index.search("the").await.unwrap()), [0usize; 0]);
        assert_eq!(rows(&index.fuzzy("vectr", 2).await.unwrap()), [2]);
        assert_eq!(rows(&index.fuzzy("vectr", 0).await.unwrap()), [0usize; 0]);
    }

    #[tokio::test]
    async fn scores_follow_the_formula() {
        let scores = titles().bm25("graph joins").await.unwrap();
        // Three documents of two terms each (`on` is a stop word), so length does not matter.
        let idf = |df: f64| (1.0 + (3.0 - df + 0.5) / (df + 0.5)).ln();
        let saturated = 2.2 / 2.2;
        assert!((scores.value(0) - (idf(1.0) + idf(2.0)) * saturated).abs() < 1e-12);
        assert!((scores.value(1) - idf(2.0) * saturated).abs() < 1e-12);
        assert!(scores.is_null(2) && scores.is_null(3));
    }
}
