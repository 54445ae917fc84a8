//! What a plan wants to know of the stored rows: how many offend a rule, and which.

use std::collections::{BTreeSet, HashMap};

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use futures::TryStreamExt;
use omnigraph_model::catalog::Range;
use omnigraph_model::migration::{Answer, Column, Question, Test};
use omnigraph_model::schema::{Cardinality, DeclarationKind};
use omnigraph_model::types::Type;
use regex::Regex;

use super::future::{self, Unfit};
use crate::error::{Error, Result};
use crate::history::Snapshot;
use crate::storage::lookup::{column_of, visit};
use crate::storage::{ID, SRC, Scan, Table, value_type};
use crate::validate::{KeyBudget, Keys, Rule, hash, unique_keys};

/// Ids that an answer names.
const EXAMPLES: usize = 5;

/// Bytes that are remembered of the rows before some go to disk, or are read in another pass.
const MEMORY: usize = 64 << 20;

/// Counts the rows of a commit that do what a question asks about.
///
/// # Errors
/// What reading the rows gives.
pub async fn ask(snapshot: &Snapshot, question: &Question) -> Result<Answer> {
    snapshot.graph().bounded(answered(snapshot, question)).await
}

async fn answered(snapshot: &Snapshot, question: &Question) -> Result<Answer> {
    if let Test::Fan { source, allowed } = &question.test {
        let (nodes, edges) = (
            snapshot.node_table(source).await?,
            snapshot.edge_table(&question.type_name).await?,
        );
        return fans(&nodes, &edges, *allowed, MEMORY).await;
    }
    let table = match question.kind {
        DeclarationKind::Edge => snapshot.edge_table(&question.type_name).await?,
        DeclarationKind::Node | DeclarationKind::Interface => snapshot.node_table(&question.type_name).await?,
    };
    let mut projection = stored(&question.test);
    projection.push(ID);
    if let Test::Duplicate { columns } = &question.test {
        return duplicates(&table, &projection, columns, MEMORY).await;
    }
    let offence = Offence::of(&question.test)?;
    let mut answer = Answer::default();
    visit(&table, &projection, None, |batch| {
        let ids = column_of(batch, ID)?.as_string::<i32>();
        for (row, wrong) in offence.rows(batch)?.into_iter().enumerate() {
            if wrong {
                answer.rows += 1;
                if answer.examples.len() < EXAMPLES {
                    answer.examples.push(ids.value(row).to_owned());
                }
            }
        }
        Ok(())
    })
    .await?;
    Ok(answer)
}

/// Rows that share their values with an earlier one. Values are remembered by their hashes, on disk if they are many.
async fn duplicates(table: &Table, projection: &[&str], columns: &[Column], memory: usize) -> Result<Answer> {
    let columns: Vec<Future> = columns.iter().map(Future::of).collect::<Result<_>>()?;
    let mut seen = Keys::new(&KeyBudget::new(memory));
    let mut found = Found::default();
    let mut passed = 0;
    visit(table, projection, None, |batch| {
        let values = columns.iter().map(|column| column.values(batch));
        let keys = unique_keys(&values.collect::<Result<Vec<ArrayRef>>>()?)?;
        for (row, key) in keys.into_iter().enumerate() {
            let ordinal = passed + row as u64;
            if let Some(key) = key
                && seen.insert(key, ordinal)?.is_some()
            {
                found.add(ordinal);
            }
        }
        passed += batch.num_rows() as u64;
        Ok(())
    })
    .await?;
    seen.seal(|first, later| {
        found.add(later);
        first
    })?;
    let mut answer = Answer {
        rows: found.rows,
        examples: Vec::new(),
    };
    if found.rows > 0 {
        let mut passed = 0;
        visit(table, &[ID], None, |batch| {
            let ids = column_of(batch, ID)?.as_string::<i32>();
            let here = found.first.range(passed..passed + batch.num_rows() as u64);
            answer
                .examples
                .extend(here.map(|ordinal| ids.value((ordinal - passed) as usize).to_owned()));
            passed += batch.num_rows() as u64;
            Ok(())
        })
        .await?;
    }
    Ok(answer)
}

/// Offending rows: how many, and the first of them by their place in the table.
#[derive(Default)]
struct Found {
    rows: u64,
    first: BTreeSet<u64>,
}

impl Found {
    fn add(&mut self, ordinal: u64) {
        self.rows += 1;
        self.first.insert(ordinal);
        if self.first.len() > EXAMPLES {
            self.first.pop_last();
        }
    }
}

/// Nodes with too few or too many edges. As many nodes are counted at once as `memory` holds; each time all edges are read.
async fn fans(nodes: &Table, edges: &Table, allowed: Cardinality, memory: usize) -> Result<Answer> {
    let mut answer = Answer::default();
    let mut examples = BTreeSet::new();
    let mut counts = Counts::default();
    let mut batches = match nodes.rows() {
        0 => None,
        _ => Some(nodes.scan(&Scan::of(&[ID])).await?),
    };
    loop {
        let batch = match &mut batches {
            Some(batches) => batches.try_next().await?,
            None => None,
        };
        let last = batch.is_none();
        if let Some(batch) = batch {
            counts.add(column_of(&batch, ID)?.clone());
        }
        if !counts.is_empty() && (last || counts.bytes > memory) {
            visit(edges, &[SRC], None, |batch| {
                let sources = column_of(batch, SRC)?.as_string::<i32>();
                sources.iter().flatten().for_each(|id| counts.count(id));
                Ok(())
            })
            .await?;
            for id in std::mem::take(&mut counts).outside(allowed) {
                answer.rows += 1;
                examples.insert(id);
                if examples.len() > EXAMPLES {
                    examples.pop_last();
                }
            }
        }
        if last {
            answer.examples = examples.into_iter().collect();
            return Ok(answer);
        }
    }
}

/// Edges by their sources, for some nodes.
#[derive(Default)]
struct Counts {
    ids: Vec<ArrayRef>,
    /// By the hash of an id: which array, which row, how many edges.
    edges: HashMap<u128, (usize, usize, u64)>,
    bytes: usize,
}

/// Bytes of an entry, with the capacity that the table keeps free.
const COUNT_BYTES: usize = 96;

impl Counts {
    fn add(&mut self, ids: ArrayRef) {
        for (row, id) in ids.as_string::<i32>().iter().enumerate() {
            let key = hash(id.unwrap_or_default().as_bytes());
            self.edges.insert(key, (self.ids.len(), row, 0));
        }
        self.bytes += ids.get_array_memory_size() + ids.len() * COUNT_BYTES;
        self.ids.push(ids);
    }

    fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    fn count(&mut self, source: &str) {
        if let Some((_, _, edges)) = self.edges.get_mut(&hash(source.as_bytes())) {
            *edges += 1;
        }
    }

    /// Ids of the nodes with another number of edges than is allowed.
    fn outside(self, allowed: Cardinality) -> impl Iterator<Item = String> {
        let ids = self.ids;
        let entries = self
            .edges
            .into_values()
            .filter(move |(_, _, edges)| !allowed.allows(*edges));
        entries.map(move |(array, row, _)| ids[array].as_string::<i32>().value(row).to_owned())
    }
}

/// The stored columns that a test reads.
fn stored(test: &Test) -> Vec<&str> {
    let stored: Vec<Option<&String>> = match test {
        Test::Duplicate { columns } => columns.iter().map(|column| column.stored.as_ref()).collect(),
        Test::OutOfRange { column, .. } | Test::Mismatch { column, .. } => vec![column.stored.as_ref()],
        Test::Null { column }
        | Test::NotNull { column }
        | Test::NotAmong { column, .. }
        | Test::Unfit { column, .. } => vec![Some(column)],
        Test::Fan { .. } => Vec::new(),
    };
    stored.into_iter().flatten().map(String::as_str).collect()
}

/// Says of each row of a batch whether it offends.
enum Offence<'t> {
    Null(&'t str),
    NotNull(&'t str),
    NotAmong(&'t str, &'t [String]),
    Unfit(&'t str, DataType),
    OutOfRange(Future<'t>, Range),
    Mismatch(Future<'t>, Regex),
}

impl<'t> Offence<'t> {
    fn of(test: &'t Test) -> Result<Offence<'t>> {
        Ok(match test {
            Test::Null { column } => Offence::Null(column),
            Test::NotNull { column } => Offence::NotNull(column),
            Test::NotAmong { column, allowed } => Offence::NotAmong(column, allowed),
            Test::Unfit { column, into } => Offence::Unfit(column, value_type(&Type::of(*into))),
            Test::OutOfRange { column, min, max } => {
                let range = Range {
                    property: String::new(),
                    min: *min,
                    max: *max,
                };
                Offence::OutOfRange(Future::of(column)?, range)
            }
            Test::Mismatch { column, pattern } => {
                let regex = Regex::new(pattern).map_err(|error| Error::bad_request(format!("@check: {error}")))?;
                Offence::Mismatch(Future::of(column)?, regex)
            }
            Test::Duplicate { .. } | Test::Fan { .. } => {
                return Err(Error::internal("no single row says whether it offends"));
            }
        })
    }

    fn rows(&self, batch: &RecordBatch) -> Result<Vec<bool>> {
        let rows = batch.num_rows();
        let broken = |rule: Rule, column: &ArrayRef| {
            let mut wrong = vec![false; rows];
            rule.test(column, |row, _| wrong[row] = true)?;
            Ok(wrong)
        };
        match self {
            Offence::Null(column) => {
                let values = column_of(batch, column)?;
                Ok((0..rows).map(|row| values.is_null(row)).collect())
            }
            Offence::NotNull(column) => {
                let values = column_of(batch, column)?;
                Ok((0..rows).map(|row| values.is_valid(row)).collect())
            }
            Offence::NotAmong(column, allowed) => broken(Rule::Among(allowed), column_of(batch, column)?),
            Offence::Unfit(column, into) => unfit(column_of(batch, column)?, into),
            Offence::OutOfRange(column, range) => broken(Rule::Range(range), &column.values(batch)?),
            Offence::Mismatch(column, regex) => broken(Rule::Pattern(regex), &column.values(batch)?),
        }
    }
}

/// A column as the migration leaves it.
struct Future<'t> {
    stored: Option<&'t str>,
    into: DataType,
    fill: Option<ArrayRef>,
}

impl<'t> Future<'t> {
    fn of(column: &'t Column) -> Result<Future<'t>> {
        let fill = column.fill.as_ref();
        Ok(Future {
            stored: column.stored.as_deref(),
            into: value_type(&column.into),
            fill: fill.map(|fill| future::constant(&column.into, fill)).transpose()?,
        })
    }

    fn values(&self, batch: &RecordBatch) -> Result<ArrayRef> {
        let stored = self.stored.map(|name| column_of(batch, name)).transpose()?;
        future::values(stored, batch.num_rows(), self.fill.as_ref(), &self.into, Unfit::IsNull)
    }
}

/// Values that are others after a conversion there and back.
fn unfit(values: &ArrayRef, into: &DataType) -> Result<Vec<bool>> {
    let there = arrow_cast::cast(values, into)?;
    let back = arrow_cast::cast(&there, values.data_type())?;
    let same = arrow_ord::cmp::eq(&back, values)?;
    let wrong = |row: usize| values.is_valid(row) && !(same.is_valid(row) && same.value(row));
    Ok((0..values.len()).map(wrong).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{RecordBatchIterator, StringArray};
    use arrow_schema::{Field, Schema};

    use super::*;
    use crate::storage::TableKey;

    /// A table with one column of text, in several batches.
    async fn table(folder: &std::path::Path, column: &str, rows: Vec<String>) -> Table {
        let schema = Arc::new(Schema::new(vec![Field::new(column, DataType::Utf8, false)]));
        let batch = |rows: &[String]| {
            let values: ArrayRef = Arc::new(StringArray::from_iter_values(rows));
            RecordBatch::try_new(schema.clone(), vec![values])
        };
        let batches: Vec<_> = rows.chunks(1000).map(batch).collect();
        let reader = RecordBatchIterator::new(batches, schema.clone());
        let location = folder.join(column);
        let dataset = lance::Dataset::write(reader, location.to_str().expect("a path"), None);
        let key = TableKey {
            type_id: 1,
            incarnation: 1,
            version: 1,
            overlay: 0,
        };
        Table::of(key, Arc::new(dataset.await.expect("a dataset")), rows.len() as u64)
    }

    /// The answer does not depend on how much is remembered at once.
    #[tokio::test]
    async fn little_memory_gives_the_same_answers() {
        let folder = tempfile::tempdir().expect("a folder");
        let ids: Vec<String> = (0..30_000).map(|n| format!("n{n:05}")).collect();
        // Each node has one edge, but every thousandth has none and every seven-hundredth two.
        let with_edges = (0..30_000).filter(|n| n % 1000 != 0);
        let sources = with_edges.flat_map(|n| vec![format!("n{n:05}"); 1 + usize::from(n % 700 == 0)]);
        let nodes = table(folder.path(), ID, ids).await;
        let edges = table(folder.path(), SRC, sources.collect()).await;
        let one = Cardinality { min: 1, max: Some(1) };
        let whole = fans(&nodes, &edges, one, MEMORY).await.expect("an answer");
        // 30 without an edge; 43 multiples of 700, of which 5 are multiples of 1000.
        assert_eq!((whole.rows, whole.examples.len()), (30 + 38, EXAMPLES));
        assert_eq!(whole.examples[..2], ["n00000", "n00700"]);
        assert_eq!(fans(&nodes, &edges, one, 1).await.expect("an answer"), whole);

        let twice: Vec<String> = (0..30_000).map(|n| format!("v{:05}", n % 29_990)).collect();
        let values = table(&folder.path().join("values"), ID, twice).await;
        let column = [Column {
            stored: Some(ID.to_owned()),
            into: Type::of(omnigraph_model::types::Scalar::String),
            fill: None,
        }];
        let whole = duplicates(&values, &[ID], &column, MEMORY).await.expect("an answer");
        assert_eq!(whole.rows, 10);
        assert_eq!(whole.examples, ["v00000", "v00001", "v00002", "v00003", "v00004"]);
        assert_eq!(duplicates(&values, &[ID], &column, 1).await.expect("an answer"), whole);
    }
}
