//! The inverted index of a text column: what storage has of it, and the rows that storage's index does not cover.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use datafusion::common::Result;
use lance_table::format::Fragment;
use roaring::RoaringBitmap;

use super::Caches;
use super::cache::{Built, Entry, Key};
use super::derive::{blocking, lance_error, scan, too_much, wrong_entry};
use super::search::{StoredPart, TextIndex};
use crate::storage::{IndexFiles, Table, lookup};

impl Caches {
    /// From storage if wanted and there; otherwise built from the column.
    pub(crate) async fn text(&self, table: &Table, name: &str, stored: bool) -> Result<Arc<TextIndex>> {
        let base = self.text_of_dataset(table, name, stored).await?;
        if table.key == table.key.base() {
            return Ok(base);
        }
        let build = Box::pin(async {
            let rows = self.rows(table).await?;
            let overlay = table.overlay();
            let hidden: Vec<u64> = overlay.hidden().iter().collect();
            let texts = table.take_stored(&hidden, &[name]).await?;
            let gone_texts = (hidden.len() - texts.column(0).null_count()) as u64;
            let gone = hidden.iter().filter_map(|number| rows.number(*number)).collect();
            let texts = overlay.column(name)?.as_string::<i32>();
            let mut later: Vec<(u32, u32)> = rows.later().rows().collect();
            later.sort_unstable();
            let later = later.into_iter().map(|(dense, place)| {
                let place = place as usize;
                (dense, texts.is_valid(place).then(|| texts.value(place)))
            });
            let index = base.with(rows.slots() as usize, (gone, gone_texts), later);
            Ok(Built {
                bytes: index.bytes() + 1,
                entry: Entry::Text(Arc::new(index)),
                fragments: None,
            })
        });
        match self.get(Key::Text(table.key, name.to_string(), stored), build).await? {
            Entry::Text(index) => Ok(index),
            _ => Err(wrong_entry()),
        }
    }

    /// That of the dataset's rows.
    async fn text_of_dataset(&self, table: &Table, name: &str, stored: bool) -> Result<Arc<TextIndex>> {
        let build = Box::pin(async {
            let found = match stored {
                true => self.stored_text(table, name).await?,
                false => None,
            };
            let index = match found {
                Some(index) => index,
                None => {
                    let column = self.column(table, name).await?.ok_or_else(|| {
                        let needed = table.slots() * table.row_bytes();
                        too_much("memory for the texts of a property", self.column_limit(), needed)
                    })?;
                    let column = column.stored().as_string::<i32>().clone();
                    blocking(move || TextIndex::new(&column)).await?
                }
            };
            Ok(Built {
                bytes: index.bytes() + 1,
                entry: Entry::Text(Arc::new(index)),
                fragments: None,
            })
        });
        match self
            .get(Key::Text(table.key.base(), name.to_string(), stored), build)
            .await?
        {
            Entry::Text(index) => Ok(index),
            _ => Err(wrong_entry()),
        }
    }

    async fn stored_text(&self, table: &Table, name: &str) -> Result<Option<TextIndex>> {
        let dataset = table.dataset();
        let (Some(field), Some(stored)) = (dataset.schema().field(name), dataset.text(name).await?) else {
            return Ok(None);
        };
        let (inside, outside) = split(dataset.fragments(), &stored.fragments);
        let rows = self.stored_rows(table).await?;
        let mut lengths = vec![0; rows.slots() as usize];
        // A row that was written again has the number that the index knows, but another text.
        let dense = |row_id| rows.dense(row_id).filter(|row| is_within(&inside, *row));
        let mut parts = Vec::new();
        for (terms, documents) in stored.partitions {
            let rows = documents
                .row_ids
                .iter()
                .zip(&documents.lengths)
                .map(|(row_id, length)| {
                    let row = dense(*row_id)?;
                    if let Some(own) = lengths.get_mut(row as usize) {
                        *own = *length;
                    }
                    Some(row)
                });
            parts.push(StoredPart::new(terms, rows));
        }
        let nulls = match field.nullable {
            true => nulls(table, name).await?,
            false => 0,
        };
        let mut index = TextIndex::stored(parts, lengths, table.stored_rows() - nulls);
        for (first, fragment) in outside {
            let mut next = first;
            scan(dataset, &[name], vec![fragment], false, |batch| {
                let texts = batch.column(0).as_string::<i32>();
                index.extend(next, texts);
                next += batch.num_rows() as u32;
                Ok(true)
            })
            .await?;
        }
        Ok(Some(index))
    }
}

/// Dense numbers of the rows in covered fragments, ascending; the other fragments with their first dense number.
fn split(fragments: &[Fragment], covered: &RoaringBitmap) -> (Vec<Range<u32>>, Vec<(u32, Fragment)>) {
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    let mut first = 0;
    for fragment in fragments {
        let deleted = fragment.deletion_file.as_ref().and_then(|file| file.num_deleted_rows);
        let rows = fragment.physical_rows.unwrap_or_default() - deleted.unwrap_or_default();
        let end = first + rows as u32;
        match covered.contains(fragment.id as u32) {
            true => inside.push(first..end),
            false => outside.push((first, fragment.clone())),
        }
        first = end;
    }
    (inside, outside)
}

fn is_within(ranges: &[Range<u32>], row: u32) -> bool {
    let after = ranges.partition_point(|range| range.start <= row);
    after.checked_sub(1).is_some_and(|at| ranges[at].contains(&row))
}

async fn nulls(table: &Table, name: &str) -> Result<u64> {
    let mut scan = table.dataset().scan();
    scan.empty_project()
        .map_err(lance_error)?
        .with_row_id()
        .filter_expr(lookup::column(name).is_null());
    scan.count_rows().await.map_err(lance_error)
}
