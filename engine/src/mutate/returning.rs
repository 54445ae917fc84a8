//! What a mutation returns of what it wrote: a row for each assignment, or for each row of one statement.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, StructArray, UInt64Array, new_null_array};
use arrow_schema::{DataType, Field, Schema};
use omnigraph_model::ir::{ColumnType, Entity, Expression, MutationPlan, Returning, Var};
use omnigraph_model::types::Scalar;

use super::Values;
use super::given::Given;
use super::kind::Kind;
use crate::error::{Error, Result};
use crate::history::Snapshot;
use crate::planner::{Leaf, RowExpressions, same_leaf, shown_paths};
use crate::result::{QueryResult, entity_fields, visible_properties};
use crate::storage::lookup::{column_of, few, visit};
use crate::storage::{ID, value_type};

pub(crate) struct Written<'w> {
    pub plan: &'w MutationPlan,
    pub returning: &'w Returning,
    pub given: &'w Given,
    /// The ids of the rows of one statement.
    pub touched: Vec<String>,
}

impl Written<'_> {
    /// The rows. `state` is that after the query, or, of one that deletes, before it.
    pub(super) async fn rows(mut self, state: &Snapshot, commit: String, values: &Values) -> Result<QueryResult> {
        self.touched.sort_unstable();
        self.touched.dedup();
        let rows = match self.returning.statement {
            Some(_) => self.touched.len(),
            None => self.given.rows(),
        };
        let mut entities: BTreeMap<Var, Read> = BTreeMap::new();
        for expression in &self.returning.expressions {
            let mut parts = Vec::new();
            expression.visit(&mut |part| parts.push(part));
            for part in parts {
                self.reads(part, &mut entities)?;
            }
        }
        for (variable, read) in &mut entities {
            let kind = Kind::of(state, &read.entity)?;
            if read.whole {
                let properties = visible_properties(&state.catalog, &read.entity);
                read.names
                    .extend(properties.into_iter().map(|property| property.name.clone()));
                if kind.is_edge() {
                    read.names.extend(["from", "to"].map(str::to_owned));
                }
            }
            read.ids = match *variable {
                Var::ROW => self.touched.iter().map(Some).collect(),
                variable => self.given.ids(variable)?.clone(),
            };
            read.columns = stored(state, kind, &read.ids, &read.names).await?;
        }
        let (mut fields, mut columns) = (Vec::new(), Vec::new());
        for (expression, column) in self.returning.expressions.iter().zip(&self.returning.columns) {
            let array = match &column.ty {
                ColumnType::Value(ty) if matches!(ty.scalar, Scalar::Path(_)) => {
                    let paths = self.value(expression, &value_type(ty), rows, &entities, values)?;
                    values.checked(shown_paths(&paths))?
                }
                ColumnType::Value(ty) => self.value(expression, &value_type(ty), rows, &entities, values)?,
                ColumnType::Node(_)
                | ColumnType::OptionalNode(_)
                | ColumnType::Interface(_)
                | ColumnType::OptionalInterface(_)
                | ColumnType::Edge(_)
                | ColumnType::OptionalEdge(_)
                | ColumnType::Edges(_)
                | ColumnType::OptionalEdges(_) => whole(expression, state, &entities)?,
            };
            fields.push(Field::new(&column.name, array.data_type().clone(), true));
            columns.push(array);
        }
        let schema = Arc::new(Schema::new(fields));
        let batches = match rows {
            0 => Vec::new(),
            _ => vec![RecordBatch::try_new(schema.clone(), columns)?],
        };
        Ok(QueryResult {
            page: None,
            columns: self.returning.columns.clone(),
            schema,
            batches,
            commit,
        })
    }

    /// Notes what a part of an expression reads of a row.
    fn reads(&self, part: &Expression, entities: &mut BTreeMap<Var, Read>) -> Result<()> {
        let (variable, property) = match part {
            Expression::Property { variable, property, .. } => (*variable, Some(property)),
            Expression::Id { variable } | Expression::Entity { variable } => (*variable, None),
            _ => return Ok(()),
        };
        let entity = match variable {
            Var::ROW => {
                let statement = self.returning.statement.map(|number| number as usize);
                let statement = statement.and_then(|number| self.plan.statements.get(number));
                statement.map(|statement| statement.target())
            }
            variable => self.plan.variables.get(variable.0 as usize).map(|known| &known.entity),
        };
        let entity = entity.ok_or_else(|| Error::internal("a returned variable that nothing binds"))?;
        let read = entities.entry(variable).or_insert_with(|| Read::of(entity.clone()));
        read.names.extend(property.cloned());
        if matches!(part, Expression::Entity { .. }) {
            read.whole = true;
        }
        Ok(())
    }

    fn value(
        &self,
        expression: &Expression,
        wanted: &DataType,
        rows: usize,
        entities: &BTreeMap<Var, Read>,
        values: &Values,
    ) -> Result<ArrayRef> {
        let expression = values.constants.folded_expression(expression);
        let mut leaves: Vec<Leaf> = Vec::new();
        let mut arrays: Vec<ArrayRef> = Vec::new();
        let (mut parts, mut failed) = (Vec::new(), None);
        expression.visit(&mut |part| parts.push(part));
        for part in parts {
            let of = |variable: &Var| entities.get(variable).ok_or_else(|| missing(part));
            let array = match part {
                Expression::Property { variable: Var::ROW, .. } | Expression::Id { variable: Var::ROW } => continue,
                Expression::Property { variable, property, .. } => of(variable).and_then(|read| read.column(property)),
                Expression::Id { variable } => of(variable).map(|read| Arc::new(read.ids.clone()) as ArrayRef),
                Expression::Value { .. } => self.given.column(part).cloned().ok_or_else(|| missing(part)),
                _ => continue,
            };
            match array {
                Ok(_) if leaves.iter().any(|(known, _)| same_leaf(known, part)) => {}
                Ok(array) => {
                    leaves.push((part.clone(), array.data_type().clone()));
                    arrays.push(array);
                }
                Err(error) => failed = Some(error),
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        let row = entities.get(&Var::ROW);
        let stored = |name: &str| match (row, name) {
            (Some(_), ID) => Some(DataType::Utf8),
            (Some(read), name) => read.columns.get(name).map(|column| column.data_type().clone()),
            (None, _) => None,
        };
        let expressions = RowExpressions::of(&values.constants, [&expression], stored, &leaves);
        let expressions = values.checked(expressions)?;
        let mut read = Vec::new();
        for name in expressions.columns() {
            let row = row.ok_or_else(|| missing(&expression))?;
            read.push(match row.columns.get(name) {
                Some(column) => column.clone(),
                None => Arc::new(row.ids.clone()),
            });
        }
        read.extend(expressions.given().iter().map(|place| arrays[*place].clone()));
        let found = values.checked(expressions.evaluate(read, rows))?.swap_remove(0);
        Ok(match found.data_type() {
            DataType::Null => new_null_array(wanted, rows),
            known if known == wanted => found,
            _ => arrow_cast::cast(&found, wanted)?,
        })
    }
}

fn missing(part: &Expression) -> Error {
    Error::internal(format!("{part:?} was not read"))
}

/// What is read of the rows of one variable.
struct Read {
    entity: Entity,
    /// Properties, and the ends of an edge.
    names: BTreeSet<String>,
    /// Whether all of them are.
    whole: bool,
    ids: StringArray,
    /// By these names; null where a row is missing.
    columns: HashMap<String, ArrayRef>,
}

impl Read {
    fn of(entity: Entity) -> Read {
        Read {
            entity,
            names: BTreeSet::new(),
            whole: false,
            ids: StringArray::new_null(0),
            columns: HashMap::new(),
        }
    }

    fn column(&self, name: &str) -> Result<ArrayRef> {
        let column = self.columns.get(name).cloned();
        column.ok_or_else(|| Error::internal(format!("`{name}` was not read")))
    }
}

/// A whole node or edge.
fn whole(expression: &Expression, state: &Snapshot, entities: &BTreeMap<Var, Read>) -> Result<ArrayRef> {
    let Expression::Entity { variable } = expression else {
        return Err(missing(expression));
    };
    let read = entities.get(variable).ok_or_else(|| missing(expression))?;
    let fields = entity_fields(&state.catalog, &read.entity);
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(fields.len());
    for field in &fields {
        columns.push(match field.name().as_str() {
            ID => Arc::new(read.ids.clone()),
            name => read.column(name)?,
        });
    }
    let nulls = read.ids.nulls().filter(|nulls| nulls.null_count() > 0).cloned();
    Ok(Arc::new(StructArray::try_new(fields, columns, nulls)?))
}

/// Stored values of the rows with these ids, by name.
async fn stored(
    state: &Snapshot,
    kind: Kind<'_>,
    ids: &StringArray,
    names: &BTreeSet<String>,
) -> Result<HashMap<String, ArrayRef>> {
    let columns = kind.columns();
    let wanted: BTreeSet<&str> = ids.iter().flatten().collect();
    let mut needed = vec![ID];
    for name in names {
        needed.push(columns.stored(name));
    }
    let table = kind.table(state).await?;
    let among = few(wanted.len(), table.rows()).then(|| {
        let values = wanted.iter().map(|id| datafusion::common::ScalarValue::from(*id));
        (ID, values.collect())
    });
    let (mut found, mut places) = (Vec::new(), HashMap::new());
    if !names.is_empty() && !wanted.is_empty() {
        let mut first = 0;
        visit(&table, &needed, among, |batch| {
            let ids = column_of(batch, ID)?.as_string::<i32>();
            let hits: UInt64Array = (0..batch.num_rows())
                .filter(|row| wanted.contains(ids.value(*row)))
                .map(|row| row as u64)
                .collect();
            for hit in hits.values() {
                places.insert(ids.value(*hit as usize).to_owned(), first);
                first += 1;
            }
            found.push(arrow_select::take::take_record_batch(batch, &hits)?);
            Ok(())
        })
        .await?;
    }
    let rows: UInt64Array = ids.iter().map(|id| id.and_then(|id| places.get(id).copied())).collect();
    let mut read = HashMap::new();
    for name in names {
        let parts: Result<Vec<&dyn Array>> = found
            .iter()
            .map(|batch| column_of(batch, columns.stored(name)).map(|column| column as &dyn Array))
            .collect();
        let parts = parts?;
        let column = match parts.is_empty() {
            true => {
                let data_type = columns.data_type(name);
                let data_type = data_type.ok_or_else(|| super::write::outdated("property", name))?;
                new_null_array(&data_type, ids.len())
            }
            false => arrow_select::take::take(&arrow_select::concat::concat(&parts)?, &rows, None)?,
        };
        read.insert(name.clone(), column);
    }
    Ok(read)
}
