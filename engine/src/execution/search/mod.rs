//! Text and vector search without a stored index: an analyser, an inverted index built from a column, distances.

mod analyser;
mod inverted;
mod vector;

pub use analyser::{ANALYSER, Analyser};
pub use inverted::TextIndex;
pub use vector::{Distance, distances};
