//! What a plan wants to know of the stored rows: how many offend a rule, and which.

use std::collections::{HashMap, HashSet};

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use omnigraph_model::catalog::Range;
use omnigraph_model::migration::{Answer, Column, Question, Test};
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::types::Type;
use regex::Regex;

use super::columns::{ID, SRC, value_type};
use super::future::{self, Unfit};
use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::validate::lookup::{column_of, visit};
use crate::validate::{Rule, unique_keys};

/// Ids that an answer names.
const EXAMPLES: usize = 5;

/// Counts the rows of a commit that do what a question asks about.
///
/// # Errors
/// What reading the rows gives.
pub async fn ask(snapshot: &Snapshot, question: &Question) -> Result<Answer> {
    snapshot.graph().bounded(answered(snapshot, question)).await
}

async fn answered(snapshot: &Snapshot, question: &Question) -> Result<Answer> {
    let mut answer = Answer::default();
    if let Test::Fan { source, allowed } = &question.test {
        let mut fans: HashMap<String, u64> = HashMap::new();
        let nodes = snapshot.node_table(source).await?;
        visit(&nodes, &[ID], None, |batch| {
            let ids = column_of(batch, ID)?.as_string::<i32>();
            fans.extend(ids.iter().flatten().map(|id| (id.to_owned(), 0)));
            Ok(())
        })
        .await?;
        let edges = snapshot.edge_table(&question.type_name).await?;
        visit(&edges, &[SRC], None, |batch| {
            for id in column_of(batch, SRC)?.as_string::<i32>().iter().flatten() {
                *fans.entry(id.to_owned()).or_default() += 1;
            }
            Ok(())
        })
        .await?;
        let wrong =
            |count: u64| count < u64::from(allowed.min) || allowed.max.is_some_and(|max| count > u64::from(max));
        let mut offending: Vec<String> = fans
            .into_iter()
            .filter(|(_, count)| wrong(*count))
            .map(|(id, _)| id)
            .collect();
        offending.sort();
        answer.rows = offending.len() as u64;
        offending.truncate(EXAMPLES);
        answer.examples = offending;
        return Ok(answer);
    }
    let table = match question.kind {
        DeclarationKind::Edge => snapshot.edge_table(&question.type_name).await?,
        _ => snapshot.node_table(&question.type_name).await?,
    };
    let mut offends = Offence::of(&question.test)?;
    let mut projection = stored(&question.test);
    projection.push(ID);
    visit(&table, &projection, None, |batch| {
        let ids = column_of(batch, ID)?.as_string::<i32>();
        for (row, wrong) in offends.rows(batch)?.into_iter().enumerate() {
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
    /// With what has been seen.
    Duplicate(Vec<Future<'t>>, HashSet<u128>),
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
            Test::Duplicate { columns } => {
                Offence::Duplicate(columns.iter().map(Future::of).collect::<Result<_>>()?, HashSet::new())
            }
            Test::Fan { .. } => return Err(Error::internal("edges are counted by their sources")),
        })
    }

    fn rows(&mut self, batch: &RecordBatch) -> Result<Vec<bool>> {
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
            Offence::Duplicate(columns, seen) => {
                let columns = columns.iter().map(|column| column.values(batch));
                let keys = unique_keys(&columns.collect::<Result<Vec<ArrayRef>>>()?)?;
                Ok(keys
                    .into_iter()
                    .map(|key| key.is_some_and(|key| !seen.insert(key)))
                    .collect())
            }
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
