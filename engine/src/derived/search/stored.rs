//! The terms of a stored inverted index. Its own search is not used, because it scores with rounded lengths and with
//! statistics that include rows which are gone; its files are: the terms, for each of them the documents and how often,
//! and for each document its row and its length. Lists are read when a query asks for their term.

use std::fmt;
use std::mem::size_of;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{UInt32Type, UInt64Type};
use arrow_schema::Schema;
use datafusion::common::{DataFusionError, Result};
use lance_index::scalar::inverted::{
    DOCS_FILE, INVERT_LIST_FILE, LENGTH_COL, NUM_TOKEN_COL, POSTING_COL, PostingList, TOKEN_COL, TOKEN_FST_BYTES_COL,
    TOKENS_FILE, TokenSet, TokenSetFormat,
};
use lance_index::scalar::{IndexReader, IndexStore};

use super::inverted::Posting;
use crate::derived::lance_error;

const ROW_ID: &str = "_rowid";

/// A document whose row is gone, or newer than the index.
const GONE: u32 = u32::MAX;

/// One partition of an index.
pub(crate) struct StoredTerms {
    tokens: TokenSet,
    lists: Arc<dyn IndexReader>,
    /// Dense numbers by document.
    rows: Vec<u32>,
}

impl fmt::Debug for StoredTerms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredTerms of {} documents", self.rows.len())
    }
}

/// The partitions among an index's files.
pub(crate) fn partitions<'f>(files: impl Iterator<Item = &'f str>) -> Vec<String> {
    let names = files.filter_map(|file| file.strip_prefix("part_")?.strip_suffix(DOCS_FILE)?.strip_suffix('_'));
    names.map(str::to_string).collect()
}

impl StoredTerms {
    /// `dense` numbers the rows that the index is right about. Their lengths are put into `lengths`.
    pub(crate) async fn open(
        store: &dyn IndexStore,
        partition: &str,
        dense: impl Fn(u64) -> Option<u32>,
        lengths: &mut [u32],
    ) -> Result<StoredTerms> {
        let open = async |file: &str| {
            let name = format!("part_{partition}_{file}");
            store.open_index_file(&name).await.map_err(lance_error)
        };
        let documents = open(DOCS_FILE).await?;
        let documents = documents
            .read_range(0..documents.num_rows(), None)
            .await
            .map_err(lance_error)?;
        let column = |name: &str| documents.column_by_name(name).ok_or_else(|| missing(name));
        let row_ids = column(ROW_ID)?.as_primitive::<UInt64Type>();
        let counts = column(NUM_TOKEN_COL)?.as_primitive::<UInt32Type>();
        let mut rows = Vec::with_capacity(row_ids.len());
        for (row_id, count) in row_ids.values().iter().zip(counts.values()) {
            let row = dense(*row_id);
            if let Some(length) = row.and_then(|row| lengths.get_mut(row as usize)) {
                *length = *count;
            }
            rows.push(row.unwrap_or(GONE));
        }
        let tokens = open(TOKENS_FILE).await?;
        let format = match tokens.schema().field(TOKEN_FST_BYTES_COL) {
            Some(_) => TokenSetFormat::Fst,
            None => TokenSetFormat::Arrow,
        };
        Ok(StoredTerms {
            tokens: TokenSet::load(tokens, format).await.map_err(lance_error)?,
            lists: open(INVERT_LIST_FILE).await?,
            rows,
        })
    }

    /// Appends the rows of a term.
    pub(crate) async fn postings(&self, term: &str, postings: &mut Vec<Posting>) -> Result<()> {
        let Some(token) = self.tokens.get(term) else {
            return Ok(());
        };
        let place = token as usize;
        let list = self
            .lists
            .read_range(place..place + 1, Some(&[POSTING_COL, LENGTH_COL]))
            .await
            .map_err(lance_error)?;
        let length = list
            .column_by_name(LENGTH_COL)
            .and_then(|column| column.as_primitive_opt::<UInt32Type>())
            .ok_or_else(|| missing(LENGTH_COL))?
            .value(0);
        // How the list is written is told by the file.
        let schema = Schema::new_with_metadata(list.schema().fields().clone(), self.lists.schema().metadata.clone());
        let list = list.with_schema(Arc::new(schema))?;
        let list = PostingList::from_batch(&list, Some(0.0), Some(length)).map_err(lance_error)?;
        for (document, count, _) in list.iter() {
            let row = self.rows.get(document as usize).copied().unwrap_or(GONE);
            if row != GONE {
                postings.push(Posting { row, count });
            }
        }
        Ok(())
    }

    /// The terms that pass a test.
    pub(crate) fn terms(&self, wanted: impl Fn(&str) -> bool) -> Result<Vec<String>> {
        let all = self
            .tokens
            .clone()
            .to_batch(TokenSetFormat::Arrow)
            .map_err(lance_error)?;
        let all = all.column_by_name(TOKEN_COL).ok_or_else(|| missing(TOKEN_COL))?;
        let terms = all.as_string::<i32>().iter().flatten();
        Ok(terms.filter(|term| wanted(term)).map(str::to_string).collect())
    }

    pub(crate) fn bytes(&self) -> usize {
        self.rows.len() * size_of::<u32>() + self.tokens.len() * 16
    }
}

fn missing(column: &str) -> DataFusionError {
    DataFusionError::Internal(format!("a stored text index has no column {column}"))
}
