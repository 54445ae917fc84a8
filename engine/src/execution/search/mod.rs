//! Text and vector search: an analyser, an inverted index from a column or from storage, distances.

mod analyser;
mod inverted;
mod stored;
mod vector;

pub use analyser::{ANALYSER, Analyser};
pub use inverted::TextIndex;
pub use stored::{StoredTerms, partitions};
pub use vector::{Distance, distances};
