//! Gives a dataset the columns of another schema. A column is the same if its property is, whatever it is called: what is
//! renamed, dropped, or new and empty costs a manifest and no data. Columns whose values change are written beside the
//! others, so that row numbers stay and no other column loses its indexes.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field as ArrowField, Schema as ArrowSchema};
use futures::{StreamExt, TryStreamExt};
use lance::Dataset;
use lance::dataset::transaction::Operation;
use lance::dataset::{BatchUDF, NewColumnTransform};
use lance::datatypes::{Field, Schema as LanceSchema};
use lance_table::format::Fragment;
use omnigraph_model::catalog::Property;

use super::future::{self, Unfit};
use crate::error::{Error, Result};
use crate::storage::{ID, PROPERTY_ID, commit_detached, data_files, manifest_file};

/// Fragments whose columns are written at once.
const CONCURRENCY: usize = 2;
const BATCH_ROWS: u32 = 8_192;

/// Told how many more rows were written.
pub type Progress = Arc<dyn Fn(u64) + Send + Sync>;

/// What a type's dataset shall be.
pub(super) struct Wanted<'s> {
    pub columns: ArrowSchema,
    pub properties: &'s [Property],
    /// Properties whose nulls give way to their default.
    pub filled: HashSet<&'s str>,
}

/// A version that nothing names yet, and the files that it needs beside those of its base.
pub(super) struct Reshaped {
    pub dataset: Arc<Dataset>,
    pub files: Vec<PathBuf>,
}

/// A column whose values are written: converted from a stored one, filled, or both.
#[derive(Clone)]
struct Written {
    /// Its place in the wanted schema.
    place: usize,
    from: Option<String>,
    fill: Option<ArrayRef>,
    into: ArrowField,
}

impl Wanted<'_> {
    /// Whether the dataset is not so already.
    pub(super) fn changes(&self, base: &Dataset) -> Result<bool> {
        Ok(plan(base, self)?.is_some())
    }
}

/// What a dataset's columns become.
struct Plan {
    /// What is not stored has no number.
    schema: LanceSchema,
    /// What is stored.
    kept: LanceSchema,
    written: Vec<Written>,
}

/// `None` if the columns are so already.
fn plan(base: &Dataset, wanted: &Wanted<'_>) -> Result<Option<Plan>> {
    let stored = base.schema();
    let mut schema = LanceSchema::try_from(&wanted.columns)?;
    schema.metadata = stored.metadata.clone();
    let fragments = &base.manifest().fragments;
    // The library reads rows that are deleted too, and their nulls would break a column that has none.
    let worn = fragments.iter().any(|fragment| fragment.deletion_file.is_some());
    let mut written: Vec<Written> = Vec::new();
    for (place, field) in schema.fields.iter_mut().enumerate() {
        let property = wanted.properties.iter().find(|property| property.name == field.name);
        let filled = wanted.filled.contains(field.name.as_str());
        let old = same_column(stored, field);
        if let Some(old) = old
            && old.logical_type == field.logical_type
            && !filled
            && !(worn && old.nullable && !field.nullable)
        {
            *field = Field {
                name: field.name.clone(),
                nullable: field.nullable,
                ..old.clone()
            };
            continue;
        }
        unset(field);
        let default = property.filter(|property| old.is_none() || filled || !property.ty.nullable);
        let fill = default
            .and_then(|property| Some(future::constant(&property.ty, property.default.as_ref()?)))
            .transpose()?;
        if !fragments.is_empty() && (old.is_some() || fill.is_some()) {
            written.push(Written {
                place,
                from: old.map(|old| old.name.clone()),
                fill,
                into: wanted.columns.field(place).clone(),
            });
        }
    }
    let grows = schema.fields.iter().any(|field| field.id < 0);
    let kept = LanceSchema {
        fields: schema.fields.iter().filter(|field| field.id >= 0).cloned().collect(),
        metadata: schema.metadata.clone(),
    };
    Ok((grows || kept.fields != stored.fields).then_some(Plan { schema, kept, written }))
}

/// `None` if the columns are so already.
pub(super) async fn reshape(
    base: &Arc<Dataset>,
    wanted: &Wanted<'_>,
    progress: Option<&Progress>,
) -> Result<Option<Reshaped>> {
    let Some(Plan {
        mut schema,
        kept,
        written,
    }) = plan(base, wanted)?
    else {
        return Ok(None);
    };
    let grows = schema.fields.iter().any(|field| field.id < 0);
    let staged = write_columns(base, &written, progress, &mut schema).await?;
    let mut dataset = base.clone();
    if kept.fields != base.schema().fields {
        let operation = Operation::Project {
            schema: kept,
            preserves_nullability: false,
        };
        dataset = commit_detached(dataset, operation).await?;
    }
    let new_files = new_files(base, &staged);
    let mut files: Vec<PathBuf> = data_files(&new_files).collect();
    if grows {
        // Columns that were dropped may still be in the files: their numbers are not given again.
        schema.set_field_id(Some(base.manifest().max_field_id()));
        let operation = Operation::Merge {
            fragments: joined(&dataset, new_files),
            schema,
            preserves_nullability: false,
        };
        dataset = commit_detached(dataset, operation).await?;
    }
    files.push(manifest_file(&dataset));
    Ok(Some(Reshaped { dataset, files }))
}

fn same_column<'s>(stored: &'s LanceSchema, field: &Field) -> Option<&'s Field> {
    stored.fields.iter().find(|old| match field.metadata.get(PROPERTY_ID) {
        Some(number) => old.metadata.get(PROPERTY_ID) == Some(number),
        None => old.name == field.name && !old.metadata.contains_key(PROPERTY_ID),
    })
}

fn unset(field: &mut Field) {
    field.id = -1;
    field.children.iter_mut().for_each(unset);
}

/// Writes the columns of every fragment, and gives their fields in `schema` the numbers that the files know them by.
async fn write_columns(
    base: &Arc<Dataset>,
    written: &[Written],
    progress: Option<&Progress>,
    schema: &mut LanceSchema,
) -> Result<Vec<Fragment>> {
    if written.is_empty() {
        return Ok(Vec::new());
    }
    // Names that no stored column has: the files know their columns by number.
    let prefix = (0..)
        .map(|n| format!("_new{n}_"))
        .find(|prefix| {
            !base
                .schema()
                .fields
                .iter()
                .any(|field| field.name.starts_with(prefix.as_str()))
        })
        .unwrap_or_default();
    let name = |at: usize| format!("{prefix}{at}");
    let output = written
        .iter()
        .enumerate()
        .map(|(at, column)| column.into.clone().with_name(name(at)));
    let output = Arc::new(ArrowSchema::new(output.collect::<Vec<_>>()));
    let mut read: Vec<String> = written.iter().filter_map(|column| column.from.clone()).collect();
    if read.is_empty() {
        read.push(ID.to_owned());
    }
    let columns: Arc<Vec<Written>> = Arc::new(written.to_vec());
    let work = base.get_fragments().into_iter().map(|fragment| {
        let (columns, output, read) = (columns.clone(), output.clone(), read.clone());
        let (progress, schema) = (progress.cloned(), output.clone());
        async move {
            let mapper = move |batch: &RecordBatch| {
                let values = columns.iter().map(|column| values(column, batch));
                let values = values.collect::<Result<Vec<ArrayRef>>>();
                let values = values.map_err(|error| lance::Error::external(Box::new(error)))?;
                if let Some(progress) = &progress {
                    progress(batch.num_rows() as u64);
                }
                Ok(RecordBatch::try_new(schema.clone(), values)?)
            };
            let transform = NewColumnTransform::BatchUDF(BatchUDF {
                mapper: Box::new(mapper),
                output_schema: output,
                result_checkpoint: None,
            });
            Ok::<_, Error>(fragment.add_columns(transform, Some(read), Some(BATCH_ROWS)).await?)
        }
    });
    let staged: Vec<(Fragment, LanceSchema)> = futures::stream::iter(work).buffered(CONCURRENCY).try_collect().await?;
    for (at, column) in written.iter().enumerate() {
        let mut numbers = staged
            .iter()
            .map(|(_, schema)| schema.field(&name(at)).map(|field| field.id));
        let first = numbers.next().flatten();
        let number = first.filter(|first| numbers.all(|number| number == Some(*first)));
        schema.fields[column.place].id =
            number.ok_or_else(|| Error::internal("fragments know a column by different numbers"))?;
    }
    Ok(staged.into_iter().map(|(fragment, _)| fragment).collect())
}

/// The new values of the rows of a batch.
fn values(column: &Written, batch: &RecordBatch) -> Result<ArrayRef> {
    let stored = match &column.from {
        None => None,
        Some(name) => {
            let stored = batch.column_by_name(name);
            Some(stored.ok_or_else(|| Error::internal("a column to convert was not read"))?)
        }
    };
    let (rows, into) = (batch.num_rows(), column.into.data_type());
    future::values(stored, rows, column.fill.as_ref(), into, Unfit::Fails)
}

/// The staged fragments with their new files alone.
fn new_files(base: &Dataset, staged: &[Fragment]) -> Vec<Fragment> {
    let known: HashSet<&str> = base
        .manifest()
        .fragments
        .iter()
        .flat_map(|fragment| &fragment.files)
        .map(|file| file.path.as_str())
        .collect();
    let mut staged = staged.to_vec();
    for fragment in &mut staged {
        fragment.files.retain(|file| !known.contains(file.path.as_str()));
    }
    staged
}

/// The dataset's fragments with further files.
fn joined(dataset: &Dataset, added: Vec<Fragment>) -> Vec<Fragment> {
    let mut fragments = dataset.manifest().fragments.as_ref().clone();
    for fragment in added {
        if let Some(own) = fragments.iter_mut().find(|own| own.id == fragment.id) {
            own.files.extend(fragment.files);
        }
    }
    fragments
}
