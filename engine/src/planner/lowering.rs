//! The physical form of expressions, over the columns that they read.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_schema::{DataType, Schema, SchemaRef};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::physical_expr::expressions::{Column, Literal, cast};
use omnigraph_model::ir::{Expression, Origin};
use omnigraph_model::types::Scalar;
use omnigraph_model::vocabulary::functions::{Function, Operation};

use super::constant::{self, Constants};
use crate::kernel::DAY_MS;
use crate::operators::column::PlanColumn;
use crate::operators::expression::{Compare, ExprRef};
use crate::operators::object::Object;
use crate::operators::operator::nested;
use crate::operators::scalar::{Call, Case, Comprehension, Junction, Part, Place, ShownPath, item_type, may_fail};
use crate::storage::value_type;

/// The columns that an expression may read.
pub(super) struct Scope {
    pub schema: SchemaRef,
    pub columns: Vec<PlanColumn>,
}

impl Scope {
    /// Of expressions that read none.
    pub(super) fn empty() -> Scope {
        Scope {
            schema: Arc::new(Schema::empty()),
            columns: Vec::new(),
        }
    }

    fn column(&self, column: &PlanColumn) -> Result<ExprRef> {
        let place = self.columns.iter().position(|own| own == column);
        let place = place.ok_or_else(|| column.missing())?;
        Ok(Arc::new(Column::new(&column.to_string(), place)))
    }
}

/// What expressions are made of, once it is known which columns they read.
pub(super) struct Lowering<'a> {
    pub constants: &'a Constants,
    /// Bytes that a result may have.
    pub memory_limit: usize,
    /// The parts that are columns.
    pub leaves: Vec<(&'a Expression, PlanColumn)>,
}

impl Lowering<'_> {
    pub(super) fn lower(&self, expression: &Expression, scope: &Scope) -> Result<ExprRef> {
        nested(|| self.one(expression, scope))
    }

    fn leaf(&self, expression: &Expression) -> Result<&PlanColumn> {
        let known = self.leaves.iter().find(|(leaf, _)| std::ptr::eq(*leaf, expression));
        let known = known.map(|(_, column)| column);
        known.ok_or_else(|| DataFusionError::Internal(format!("{expression:?} is no column")))
    }

    fn one(&self, expression: &Expression, scope: &Scope) -> Result<ExprRef> {
        match expression {
            Expression::Literal { .. } | Expression::Parameter { .. } | Expression::Now => {
                let scalar = self.constants.scalar(expression)?;
                let scalar = scalar.ok_or_else(|| DataFusionError::Internal("a constant without a value".into()))?;
                Ok(Arc::new(Literal::new(scalar)))
            }
            Expression::Entity { .. }
            | Expression::Value { .. }
            | Expression::Property { .. }
            | Expression::Id { .. }
            | Expression::TypeName { .. }
            | Expression::Item { .. }
            | Expression::Slot { .. }
            | Expression::Score { .. }
            | Expression::ArmRank { .. }
            | Expression::RankValue { .. }
            | Expression::Aggregate(_)
            | Expression::Text { .. } => scope.column(self.leaf(expression)?),
            Expression::Compare {
                left,
                comparison,
                right,
            } => {
                let (mut l, mut r) = (self.lower(left, scope)?, self.lower(right, scope)?);
                if is_single(&l, &scope.schema)?
                    && let Some(rounded) = self.constants.rounded(right)?
                {
                    r = Arc::new(Literal::new(rounded));
                }
                if is_single(&r, &scope.schema)?
                    && let Some(rounded) = self.constants.rounded(left)?
                {
                    l = Arc::new(Literal::new(rounded));
                }
                Ok(Arc::new(Compare {
                    left: l,
                    comparison: *comparison,
                    right: r,
                }))
            }
            Expression::Object { present, members, ty } => {
                let DataType::Struct(fields) = value_type(ty) else {
                    return Err(DataFusionError::Internal("an object of no members".into()));
                };
                let members = members.iter().zip(&ty.members).zip(&fields);
                let members = members.map(|((value, member), field)| {
                    let value = self.lower(value, scope)?;
                    let value = match member.ty.scalar {
                        Scalar::Path(_) => Arc::new(ShownPath { path: value }),
                        _ => value,
                    };
                    typed(value, &scope.schema, field.data_type())
                });
                let members = members.collect::<Result<Vec<ExprRef>>>()?;
                let present = present.as_ref().map(|present| self.lower(present, scope));
                Ok(Arc::new(Object {
                    fields,
                    members,
                    present: present.transpose()?,
                }))
            }
            Expression::Paths(_) => Err(DataFusionError::Internal(
                "a search for paths inside of an expression".into(),
            )),
            Expression::Call {
                operation: Operation::Function(Function::Today),
                ..
            } => {
                let day = i32::try_from(self.constants.now_ms().div_euclid(DAY_MS)).ok();
                Ok(Arc::new(Literal::new(ScalarValue::Date32(day))))
            }
            Expression::Call {
                operation: operation @ (Operation::And | Operation::Or),
                arguments,
                ..
            } => {
                let parts = arguments.iter().map(|condition| {
                    Ok(Part {
                        condition: self.lower(condition, scope)?,
                        may_fail: may_fail(condition),
                    })
                });
                let parts = parts.collect::<Result<Vec<Part>>>()?;
                Ok(constant_or(Arc::new(Junction::new(parts, *operation == Operation::Or))))
            }
            Expression::Call {
                operation,
                arguments,
                ty,
                origin,
            } => {
                let arguments = arguments.iter().map(|argument| self.lower(argument, scope));
                let arguments = arguments.collect::<Result<Vec<ExprRef>>>()?;
                let call = Call::new(*operation, arguments, ty, self.place(*origin));
                Ok(constant_or(Arc::new(call)))
            }
            Expression::Case {
                branches,
                otherwise,
                ty,
                origin,
            } => {
                let branches = branches
                    .iter()
                    .map(|(condition, value)| Ok((self.lower(condition, scope)?, self.lower(value, scope)?)));
                let branches = branches.collect::<Result<Vec<(ExprRef, ExprRef)>>>()?;
                let otherwise = otherwise.as_ref().map(|otherwise| self.lower(otherwise, scope));
                Ok(constant_or(Arc::new(Case {
                    branches,
                    otherwise: otherwise.transpose()?,
                    data_type: value_type(ty),
                    place: self.place(*origin),
                })))
            }
            Expression::Comprehension {
                id,
                list,
                condition,
                item,
                ty,
            } => {
                let list = self.lower(list, scope)?;
                let mut read = BTreeSet::new();
                for part in condition.iter().chain([item]) {
                    part.visit(&mut |part| {
                        read.extend(
                            self.leaves
                                .iter()
                                .find(|(leaf, _)| std::ptr::eq(*leaf, part))
                                .map(|(_, own)| own),
                        );
                    });
                }
                let mut inner = Scope {
                    schema: Arc::new(Schema::empty()),
                    columns: scope.columns.iter().filter(|own| read.contains(own)).cloned().collect(),
                };
                let mut fields = Vec::new();
                let mut outer = Vec::new();
                for own in &inner.columns {
                    let read = scope.column(own)?;
                    fields.push(own.field(read.data_type(&scope.schema)?, true));
                    outer.push(read);
                }
                let own = PlanColumn::Item(*id);
                fields.push(own.field(item_type(&list.data_type(&scope.schema)?), true));
                inner.columns.push(own);
                inner.schema = Arc::new(Schema::new(fields));
                let condition = condition.as_ref().map(|condition| self.lower(condition, &inner));
                let (condition, item) = (condition.transpose()?, self.lower(item, &inner)?);
                Ok(constant_or(Arc::new(Comprehension {
                    list,
                    outer,
                    schema: inner.schema,
                    condition,
                    item,
                    data_type: item_type(&value_type(ty)),
                    place: self.place(Origin::default()),
                })))
            }
        }
    }

    fn place(&self, origin: Origin) -> Place {
        Place {
            origin,
            memory_limit: self.memory_limit,
        }
    }
}

/// An expression as one of a type.
pub(super) fn typed(value: ExprRef, schema: &Schema, ty: &DataType) -> Result<ExprRef> {
    match value.data_type(schema)? {
        found if found == *ty => Ok(value),
        DataType::Null => Ok(Arc::new(Literal::new(ScalarValue::try_from(ty)?))),
        _ => cast(value, schema, ty.clone()),
    }
}

/// The value of an expression of constants; one that fails stays as it is, and fails if a row needs it.
fn constant_or(expression: ExprRef) -> ExprRef {
    if !expression.children().into_iter().all(|part| part.is::<Literal>()) {
        return expression;
    }
    match constant::value_of(&expression) {
        Ok(value) => Arc::new(Literal::new(value)),
        Err(_) => expression,
    }
}

/// Whether an expression that reads columns gives F32s, alone or as items of a list.
fn is_single(expression: &ExprRef, schema: &Schema) -> Result<bool> {
    if expression.is::<Literal>() {
        return Ok(false);
    }
    Ok(match expression.data_type(schema)? {
        DataType::Float32 => true,
        DataType::List(item) => *item.data_type() == DataType::Float32,
        _ => false,
    })
}
