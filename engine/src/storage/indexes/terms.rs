//! The terms of a stored inverted index. Its own search is not used, because it scores with rounded lengths and with
//! statistics that include rows which are gone; its files are: the terms, for each of them the documents and how often,
//! and for each document its row and its length. Lists are read when a query asks for their term.

use std::fmt;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{UInt32Type, UInt64Type};
use arrow_schema::Schema;
use lance_index::scalar::inverted::{
    DOCS_FILE, INVERT_LIST_FILE, LENGTH_COL, NUM_TOKEN_COL, POSTING_COL, PostingList, TOKEN_COL, TOKEN_FST_BYTES_COL,
    TOKENS_FILE, TokenSet, TokenSetFormat,
};
use lance_index::scalar::{IndexReader, IndexStore};

use super::super::lookup::ROW_ID;
use crate::error::{Error, Result};

/// One partition of a text index.
pub struct StoredTerms {
    tokens: TokenSet,
    lists: Arc<dyn IndexReader>,
}

/// The documents of a partition, by their number in it.
#[derive(Debug)]
pub struct Documents {
    /// Stable ids of their rows.
    pub row_ids: Vec<u64>,
    /// How many terms they have, with repetitions.
    pub lengths: Vec<u32>,
}

impl fmt::Debug for StoredTerms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredTerms: {} terms", self.tokens.len())
    }
}

/// The partitions among an index's files.
pub(super) fn partitions<'f>(files: impl Iterator<Item = &'f str>) -> Vec<String> {
    let names = files.filter_map(|file| file.strip_prefix("part_")?.strip_suffix(DOCS_FILE)?.strip_suffix('_'));
    names.map(str::to_string).collect()
}

impl StoredTerms {
    pub(super) async fn open(store: &dyn IndexStore, partition: &str) -> Result<(StoredTerms, Documents)> {
        let open = async |file: &str| store.open_index_file(&format!("part_{partition}_{file}")).await;
        let documents = open(DOCS_FILE).await?;
        let documents = documents.read_range(0..documents.num_rows(), None).await?;
        let column = |name: &str| documents.column_by_name(name).ok_or_else(|| missing(name));
        let documents = Documents {
            row_ids: column(ROW_ID)?
                .as_primitive_opt::<UInt64Type>()
                .ok_or_else(|| missing(ROW_ID))?
                .values()
                .to_vec(),
            lengths: column(NUM_TOKEN_COL)?
                .as_primitive_opt::<UInt32Type>()
                .ok_or_else(|| missing(NUM_TOKEN_COL))?
                .values()
                .to_vec(),
        };
        let tokens = open(TOKENS_FILE).await?;
        let format = match tokens.schema().field(TOKEN_FST_BYTES_COL) {
            Some(_) => TokenSetFormat::Fst,
            None => TokenSetFormat::Arrow,
        };
        let terms = StoredTerms {
            tokens: TokenSet::load(tokens, format).await?,
            lists: open(INVERT_LIST_FILE).await?,
        };
        Ok((terms, documents))
    }

    /// Calls `each` with every document that has a term, and how often it does.
    ///
    /// # Errors
    ///
    /// The list cannot be read.
    pub async fn postings(&self, term: &str, mut each: impl FnMut(u32, u32)) -> Result<()> {
        let Some(token) = self.tokens.get(term) else {
            return Ok(());
        };
        let place = token as usize;
        let list = self
            .lists
            .read_range(place..place + 1, Some(&[POSTING_COL, LENGTH_COL]))
            .await?;
        let length = list
            .column_by_name(LENGTH_COL)
            .and_then(|column| column.as_primitive_opt::<UInt32Type>())
            .ok_or_else(|| missing(LENGTH_COL))?
            .value(0);
        // The file says how the list is written.
        let schema = Schema::new_with_metadata(list.schema().fields().clone(), self.lists.schema().metadata.clone());
        let list = list
            .with_schema(Arc::new(schema))
            .map_err(|source| Error::internal(format!("a stored list of documents has another schema: {source}")))?;
        let list = PostingList::from_batch(&list, Some(0.0), Some(length))?;
        for (document, count, _) in list.iter() {
            each(document as u32, count);
        }
        Ok(())
    }

    /// The terms that pass a test.
    ///
    /// # Errors
    ///
    /// The terms cannot be listed.
    pub fn terms(&self, wanted: impl Fn(&str) -> bool) -> Result<Vec<String>> {
        let all = self.tokens.clone().to_batch(TokenSetFormat::Arrow)?;
        let all = all.column_by_name(TOKEN_COL).ok_or_else(|| missing(TOKEN_COL))?;
        let terms = all.as_string::<i32>().iter().flatten();
        Ok(terms.filter(|term| wanted(term)).map(str::to_string).collect())
    }

    /// Bytes that are held in memory, roughly.
    pub(crate) fn bytes(&self) -> usize {
        self.tokens.len() * 16
    }
}

fn missing(column: &str) -> Error {
    Error::internal(format!("a stored text index has no column {column}"))
}
