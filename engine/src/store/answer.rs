//! What a plan wants to know of the stored rows: how many offend a rule, and which.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_row::{RowConverter, SortField};
use arrow_schema::DataType;
use datafusion::common::ScalarValue;
use omnigraph_compiler::catalog::Bound;
use omnigraph_compiler::diagnostic::DeclarationKind;
use omnigraph_compiler::migrate::{Answer, Question, Test};
use omnigraph_compiler::types::Type;
use regex::Regex;

use super::columns::{ID, SRC, value_type};
use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::validate::lookup::{column_of, visit};

/// Ids that an answer names.
const EXAMPLES: usize = 5;

pub(super) async fn ask(snapshot: &Snapshot, question: &Question) -> Result<Answer> {
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
    let columns: Vec<&str> = match &question.test {
        Test::Duplicate { columns } => columns.iter().map(String::as_str).collect(),
        Test::Null { column }
        | Test::NotNull { column }
        | Test::OutOfRange { column, .. }
        | Test::Mismatch { column, .. }
        | Test::NotAmong { column, .. }
        | Test::Unfit { column, .. } => vec![column],
        Test::Fan { .. } => Vec::new(),
    };
    let mut projection = columns.clone();
    projection.push(ID);
    let mut offends = offence(&question.test, &columns)?;
    visit(&table, &projection, None, |batch| {
        let ids = column_of(batch, ID)?.as_string::<i32>();
        for (row, wrong) in offends(batch)?.into_iter().enumerate() {
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

type Offends<'t> = Box<dyn FnMut(&RecordBatch) -> Result<Vec<bool>> + Send + 't>;

/// Says of each row of a batch whether it offends.
fn offence<'t>(test: &'t Test, columns: &'t [&str]) -> Result<Offends<'t>> {
    let text = |batch: &RecordBatch, column: &str, wrong: &dyn Fn(&str) -> bool| -> Result<Vec<bool>> {
        let values = column_of(batch, column)?;
        let values = values
            .as_string_opt::<i32>()
            .ok_or_else(|| Error::internal(format!("`{column}` holds no text")))?;
        Ok(values.iter().map(|value| value.is_some_and(wrong)).collect())
    };
    Ok(match test {
        Test::Null { column } => Box::new(move |batch| {
            let values = column_of(batch, column)?;
            Ok((0..values.len()).map(|row| values.is_null(row)).collect())
        }),
        Test::NotNull { column } => Box::new(move |batch| {
            let values = column_of(batch, column)?;
            Ok((0..values.len()).map(|row| values.is_valid(row)).collect())
        }),
        Test::NotAmong { column, allowed } => {
            Box::new(move |batch| text(batch, column, &|value| !allowed.iter().any(|one| one == value)))
        }
        Test::Mismatch { column, pattern } => {
            let regex = Regex::new(pattern).map_err(|error| Error::bad_request(format!("@check: {error}")))?;
            Box::new(move |batch| text(batch, column, &|value| !regex.is_match(value)))
        }
        Test::OutOfRange { column, min, max } => Box::new(move |batch| {
            let values = column_of(batch, column)?;
            (0..values.len())
                .map(|row| out_of_range(values, row, min, max))
                .collect()
        }),
        Test::Unfit { column, into } => {
            let into = value_type(&Type::of(*into));
            Box::new(move |batch| unfit(column_of(batch, column)?, &into))
        }
        Test::Duplicate { .. } => {
            let mut seen = std::collections::HashSet::new();
            Box::new(move |batch| {
                let arrays: Vec<ArrayRef> = columns
                    .iter()
                    .map(|name| column_of(batch, name).cloned())
                    .collect::<Result<_>>()?;
                let fields = arrays
                    .iter()
                    .map(|array| SortField::new(array.data_type().clone()))
                    .collect();
                let rows = RowConverter::new(fields)?.convert_columns(&arrays)?;
                let exempt = |row: usize| arrays.iter().any(|array| array.is_null(row));
                let keys = rows.iter().enumerate();
                Ok(keys
                    .map(|(row, key)| !exempt(row) && !seen.insert(key.as_ref().to_vec()))
                    .collect())
            })
        }
        Test::Fan { .. } => return Err(Error::internal("edges are counted by their sources")),
    })
}

/// Values that are others after a conversion there and back.
fn unfit(values: &ArrayRef, into: &DataType) -> Result<Vec<bool>> {
    let there = arrow_cast::cast(values, into)?;
    let back = arrow_cast::cast(&there, values.data_type())?;
    let same = arrow_ord::cmp::eq(&back, values)?;
    let wrong = |row: usize| values.is_valid(row) && !(same.is_valid(row) && same.value(row));
    Ok((0..values.len()).map(wrong).collect())
}

fn out_of_range(values: &ArrayRef, row: usize, min: &Option<Bound>, max: &Option<Bound>) -> Result<bool> {
    let integer = match ScalarValue::try_from_array(values, row)? {
        value if value.is_null() => return Ok(false),
        ScalarValue::Int32(Some(value)) => Ok(i128::from(value)),
        ScalarValue::Int64(Some(value)) => Ok(i128::from(value)),
        ScalarValue::UInt32(Some(value)) => Ok(i128::from(value)),
        ScalarValue::UInt64(Some(value)) => Ok(i128::from(value)),
        ScalarValue::Float32(Some(value)) => Err(f64::from(value)),
        ScalarValue::Float64(Some(value)) => Err(value),
        _ => return Err(Error::internal("a range of something that is no number")),
    };
    let number = |bound: &Bound| match bound {
        Bound::Integer(value) => *value as f64,
        Bound::Float(value) => *value,
    };
    // A number that compares with nothing is outside of every range.
    let at_least = |bound: &Bound| match (integer, bound) {
        (Ok(value), Bound::Integer(bound)) => value >= *bound,
        (Ok(value), bound) => value as f64 >= number(bound),
        (Err(value), bound) => value >= number(bound),
    };
    let at_most = |bound: &Bound| match (integer, bound) {
        (Ok(value), Bound::Integer(bound)) => value <= *bound,
        (Ok(value), bound) => value as f64 <= number(bound),
        (Err(value), bound) => value <= number(bound),
    };
    Ok(!(min.as_ref().is_none_or(at_least) && max.as_ref().is_none_or(at_most)))
}
