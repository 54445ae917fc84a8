//! Text search: an inverted index from a column or from storage.

mod inverted;

pub(crate) use inverted::{StoredPart, TextIndex};
