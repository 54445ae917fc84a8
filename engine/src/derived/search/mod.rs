//! Text search: an analyser, and an inverted index from a column or from storage.

mod analyser;
mod inverted;
mod stored;

pub use analyser::{ANALYSER, Analyser};
pub use inverted::TextIndex;
pub use stored::{StoredTerms, partitions};
