//! Text search: an analyser, and an inverted index from a column or from storage.

mod analyser;
mod inverted;
mod stored;

pub(super) use analyser::Analyser;
pub(super) use inverted::TextIndex;
pub(super) use stored::{StoredTerms, partitions};
