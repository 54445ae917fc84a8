//! Expressions over the columns of a batch, where DataFusion's own would follow other rules: comparison, keys of joins
//! and sorts, whole nodes.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{
    Array, ArrayRef, Datum, Decimal128Array, FixedSizeListArray, ListArray, RecordBatch, Scalar, StructArray,
};
use arrow_schema::{DataType, Field, Fields, Schema};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use omnigraph_model::ir::Comparison;

use super::object::holds_objects;
use crate::kernel;

pub(crate) type ExprRef = Arc<dyn PhysicalExpr>;

/// `left comparison right` by the rules of [`kernel::compare`].
#[derive(Debug, Eq)]
pub(crate) struct Compare {
    pub left: ExprRef,
    pub comparison: Comparison,
    pub right: ExprRef,
}

// Derived equality would move the trait objects.
impl PartialEq for Compare {
    fn eq(&self, other: &Compare) -> bool {
        self.comparison == other.comparison && self.left.eq(&other.left) && self.right.eq(&other.right)
    }
}

impl Hash for Compare {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.left, self.comparison, &self.right).hash(state);
    }
}

impl fmt::Display for Compare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbol = symbol(self.comparison);
        write!(f, "{} {symbol} {}", self.left, self.right)
    }
}

pub(crate) fn symbol(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterEqual => ">=",
        Comparison::ContainsItem | Comparison::ContainsText => "contains",
        Comparison::StartsWith => "starts_with",
        Comparison::EndsWith => "ends_with",
        Comparison::In => "in",
    }
}

impl PhysicalExpr for Compare {
    fn data_type(&self, _schema: &Schema) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn nullable(&self, _schema: &Schema) -> Result<bool> {
        Ok(true)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let left = Operand::new(self.left.evaluate(batch)?)?;
        let right = Operand::new(self.right.evaluate(batch)?)?;
        let result = kernel::compare(self.comparison, left.datum(), right.datum())?;
        Ok(match (&left, &right) {
            (Operand::Scalar(_), Operand::Scalar(_)) => {
                ColumnarValue::Scalar(ScalarValue::Boolean(result.iter().next().flatten()))
            }
            _ => ColumnarValue::Array(Arc::new(result)),
        })
    }

    fn children(&self) -> Vec<&ExprRef> {
        vec![&self.left, &self.right]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<ExprRef>) -> Result<ExprRef> {
        Ok(Arc::new(Compare {
            left: children[0].clone(),
            comparison: self.comparison,
            right: children[1].clone(),
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

enum Operand {
    Array(ArrayRef),
    Scalar(Scalar<ArrayRef>),
}

impl Operand {
    fn new(value: ColumnarValue) -> Result<Operand> {
        Ok(match value {
            ColumnarValue::Array(array) => Operand::Array(array),
            ColumnarValue::Scalar(scalar) => Operand::Scalar(scalar.to_scalar()?),
        })
    }

    fn datum(&self) -> &dyn Datum {
        match self {
            Operand::Array(array) => array,
            Operand::Scalar(scalar) => scalar,
        }
    }
}

/// What a key column is turned into, so that hashing and comparing its bits is comparing its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// Floats with one zero and one NaN, the greatest value: keys of sorts and groups.
    Total,
    /// As [`Form::Total`], but a NaN is null, as it equals nothing: keys of joins between columns of one type.
    Equality,
    /// F64 with NaN as null: join keys of two float widths.
    Float,
    /// Signed 64-bit: join keys of integer widths without U64.
    Signed,
    /// Decimals without fraction: join keys where a U64 or a float meets another integer. A float that is not an integer of
    /// that range is null.
    Whole,
}

impl Form {
    /// The form in which equal keys of the two types are equal bits; `None` where the columns can be used as they are.
    pub(crate) fn of_join(left: &DataType, right: &DataType) -> Option<Form> {
        match (left.is_floating(), right.is_floating()) {
            (true, true) if left == right => Some(Form::Equality),
            (true, true) => Some(Form::Float),
            (false, false) if left == right || !left.is_numeric() || !right.is_numeric() => None,
            (false, false) if *left != DataType::UInt64 && *right != DataType::UInt64 => Some(Form::Signed),
            _ => Some(Form::Whole),
        }
    }

    /// The form in which a column is sorted or grouped.
    pub(crate) fn of_order(data_type: &DataType) -> Option<Form> {
        let within = holds_objects(data_type) && holds_floats(data_type);
        (data_type.is_floating() || within).then_some(Form::Total)
    }
}

fn holds_floats(data_type: &DataType) -> bool {
    match data_type {
        DataType::List(item) | DataType::FixedSizeList(item, _) => holds_floats(item.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| holds_floats(field.data_type())),
        other => other.is_floating(),
    }
}

/// A column in a canonical form.
#[derive(Debug, Eq)]
pub(crate) struct Canonical {
    pub input: ExprRef,
    pub form: Form,
}

// Derived equality would move the trait objects.
impl PartialEq for Canonical {
    fn eq(&self, other: &Canonical) -> bool {
        self.form == other.form && self.input.eq(&other.input)
    }
}

impl Hash for Canonical {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.form, &self.input).hash(state);
    }
}

impl Canonical {
    pub(crate) fn wrap(input: ExprRef, form: Option<Form>) -> ExprRef {
        match form {
            Some(form) => Arc::new(Canonical { input, form }),
            None => input,
        }
    }
}

impl fmt::Display for Canonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.input.fmt(f)
    }
}

/// Enough for every 64-bit integer.
const WHOLE: DataType = DataType::Decimal128(20, 0);

impl PhysicalExpr for Canonical {
    fn data_type(&self, schema: &Schema) -> Result<DataType> {
        Ok(match self.form {
            Form::Total | Form::Equality => self.input.data_type(schema)?,
            Form::Float => DataType::Float64,
            Form::Signed => DataType::Int64,
            Form::Whole => WHOLE,
        })
    }

    fn nullable(&self, schema: &Schema) -> Result<bool> {
        Ok(self.form != Form::Total || self.input.nullable(schema)?)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let array = self.input.evaluate(batch)?.into_array(batch.num_rows())?;
        Ok(ColumnarValue::Array(canonical(&array, self.form)?))
    }

    fn children(&self) -> Vec<&ExprRef> {
        vec![&self.input]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<ExprRef>) -> Result<ExprRef> {
        Ok(Arc::new(Canonical {
            input: children[0].clone(),
            form: self.form,
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

pub(super) fn canonical(array: &ArrayRef, form: Form) -> Result<ArrayRef> {
    let nan = form == Form::Total;
    Ok(match (form, array.data_type()) {
        (Form::Total | Form::Equality, DataType::Float32) => {
            let floats = array.as_primitive::<Float32Type>();
            Arc::new(floats.unary_opt::<_, Float32Type>(|v| (nan || !v.is_nan()).then_some(normal(v, f32::NAN))))
        }
        (Form::Total | Form::Equality, DataType::Float64) => {
            let floats = array.as_primitive::<Float64Type>();
            Arc::new(floats.unary_opt::<_, Float64Type>(|v| (nan || !v.is_nan()).then_some(normal(v, f64::NAN))))
        }
        (Form::Total, DataType::List(item)) => {
            let lists = array.as_list::<i32>();
            let items = canonical(lists.values(), form)?;
            let (offsets, nulls) = (lists.offsets().clone(), lists.nulls().cloned());
            Arc::new(ListArray::try_new(item.clone(), offsets, items, nulls)?)
        }
        (Form::Total, DataType::FixedSizeList(item, size)) => {
            let lists = array.as_fixed_size_list();
            let items = canonical(lists.values(), form)?;
            let nulls = lists.nulls().cloned();
            Arc::new(FixedSizeListArray::try_new(item.clone(), *size, items, nulls)?)
        }
        (Form::Total, DataType::Struct(fields)) => {
            let objects = array.as_struct();
            let members = objects.columns().iter().map(|member| canonical(member, form));
            let members = members.collect::<Result<Vec<ArrayRef>>>()?;
            let nulls = objects.nulls().cloned();
            Arc::new(StructArray::try_new_with_length(
                fields.clone(),
                members,
                nulls,
                array.len(),
            )?)
        }
        (Form::Total | Form::Equality, _) => array.clone(),
        (Form::Float, _) => canonical(&arrow_cast::cast(array, &DataType::Float64)?, Form::Equality)?,
        (Form::Signed, _) => arrow_cast::cast(array, &DataType::Int64)?,
        (Form::Whole, DataType::Float32 | DataType::Float64) => {
            let floats = arrow_cast::cast(array, &DataType::Float64)?;
            let whole: Decimal128Array = floats
                .as_primitive::<Float64Type>()
                .iter()
                .map(|value| value.and_then(whole))
                .collect();
            Arc::new(whole.with_data_type(WHOLE))
        }
        (Form::Whole, _) => arrow_cast::cast(array, &WHOLE)?,
    })
}

/// Adding zero turns −0 into 0 and leaves every other number.
fn normal<T: std::ops::Add<Output = T> + PartialEq + Default + Copy>(value: T, nan: T) -> T {
    let is_nan = value != value + T::default();
    if is_nan { nan } else { value + T::default() }
}

fn whole(value: f64) -> Option<i128> {
    (value.trunc() == value && value.abs() < 1.9e19).then_some(value as i128)
}

/// A whole node or edge: a struct of its id and properties, fetched before.
#[derive(Debug, Eq)]
pub(crate) struct Whole {
    pub name: String,
    pub fields: Fields,
    /// What is null where it is missing.
    pub entity: ExprRef,
    pub columns: Vec<ExprRef>,
}

// Derived equality would move the trait objects.
impl PartialEq for Whole {
    fn eq(&self, other: &Whole) -> bool {
        (&self.name, &self.fields) == (&other.name, &other.fields)
            && self.entity.eq(&other.entity)
            && self.columns == other.columns
    }
}

impl Hash for Whole {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.name, &self.fields, &self.entity, &self.columns).hash(state);
    }
}

impl fmt::Display for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl PhysicalExpr for Whole {
    fn data_type(&self, _schema: &Schema) -> Result<DataType> {
        Ok(DataType::Struct(self.fields.clone()))
    }

    fn nullable(&self, schema: &Schema) -> Result<bool> {
        self.entity.nullable(schema)
    }

    fn return_field(&self, schema: &Schema) -> Result<Arc<Field>> {
        let nullable = self.nullable(schema)?;
        Ok(Arc::new(Field::new_struct(&self.name, self.fields.clone(), nullable)))
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let columns = self
            .columns
            .iter()
            .map(|column| column.evaluate(batch)?.into_array(batch.num_rows()))
            .collect::<Result<Vec<ArrayRef>>>()?;
        let entity = self.entity.evaluate(batch)?.into_array(batch.num_rows())?;
        Ok(ColumnarValue::Array(Arc::new(StructArray::try_new(
            self.fields.clone(),
            columns,
            entity.nulls().filter(|nulls| nulls.null_count() > 0).cloned(),
        )?)))
    }

    fn children(&self) -> Vec<&ExprRef> {
        [&self.entity].into_iter().chain(&self.columns).collect()
    }

    fn with_new_children(self: Arc<Self>, children: Vec<ExprRef>) -> Result<ExprRef> {
        Ok(Arc::new(Whole {
            name: self.name.clone(),
            fields: self.fields.clone(),
            entity: children[0].clone(),
            columns: children[1..].to_vec(),
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{Float32Array, Float64Array, Int64Array, UInt64Array};

    fn key(array: impl Array + 'static, form: Form) -> ArrayRef {
        canonical(&(Arc::new(array) as ArrayRef), form).unwrap()
    }

    #[test]
    fn equal_numbers_have_equal_keys() {
        let floats = || Float64Array::from(vec![-0.0, 3.0, 3.5, f64::NAN, 1.8446744073709552e19]);
        let integers = Int64Array::from(vec![0, 3, 4, 5, i64::MAX]);
        let (left, right) = (key(floats(), Form::Whole), key(integers, Form::Whole));
        assert_eq!(left.slice(0, 2).as_ref(), right.slice(0, 2).as_ref());
        assert_eq!(left.null_count(), 2);
        let wide = key(UInt64Array::from(vec![u64::MAX]), Form::Whole);
        assert_eq!(wide.data_type(), left.data_type());
        assert_ne!(left.slice(4, 1).as_ref(), wide.as_ref());
        let total = key(floats(), Form::Total);
        assert!(total.as_primitive::<Float64Type>().value(0).is_sign_positive());
        assert_eq!(total.null_count(), 0);
        assert_eq!(
            key(Float32Array::from(vec![-0.0, f32::NAN]), Form::Float).null_count(),
            1
        );
    }
}
