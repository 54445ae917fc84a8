//! What is known of the stored data. What is not known is taken to be the worst.

use std::collections::BTreeMap;

use omnigraph_model::migration::{Answer, Question};

use super::checks::Evidence;

/// What is known of a type without reading its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TypeStatistics {
    pub rows: u64,
    pub bytes: u64,
    /// It has indexes that cover rows.
    pub indexed: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoredData {
    types: BTreeMap<u64, TypeStatistics>,
    answers: Vec<(Question, Answer)>,
    evidence: Vec<Evidence>,
}

impl StoredData {
    /// No graph is at hand.
    pub fn unknown() -> StoredData {
        StoredData::default()
    }

    /// By the numbers of accepted types.
    pub fn of_types(types: BTreeMap<u64, TypeStatistics>) -> StoredData {
        StoredData {
            types,
            ..StoredData::default()
        }
    }

    pub fn with_answers(mut self, answers: Vec<(Question, Answer)>) -> StoredData {
        self.answers = answers;
        self
    }

    /// What the checks of the new schema gave, in its order.
    pub fn with_evidence(mut self, evidence: Vec<Evidence>) -> StoredData {
        self.evidence = evidence;
        self
    }

    pub(super) fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    pub(super) fn rows(&self, type_id: u64) -> Option<u64> {
        self.types.get(&type_id).map(|statistics| statistics.rows)
    }

    pub(super) fn of(&self, type_id: u64) -> Option<TypeStatistics> {
        self.types.get(&type_id).copied()
    }

    pub(super) fn answer(&self, question: &Question) -> Option<&Answer> {
        self.answers
            .iter()
            .find(|(asked, _)| asked == question)
            .map(|(_, answer)| answer)
    }
}
