//! Expressions: operators, functions, `case`, casts and lists, each with its type. The rules are those of
//! docs/query-language.md, Expressions.

use omnigraph_grammar::query::ast::{
    self, BinaryOperator, Case, Comprehension, Expression as Source, ExpressionKind, Function, UnaryOperator,
};
use omnigraph_grammar::{Name, Span};
use omnigraph_model::ir::{Expression, Origin};
use omnigraph_model::types::{Scalar, Type, Value};
use omnigraph_model::vocabulary::functions::{self, Operation};

use super::constant::{self, adapt};
use super::context::{Cause, Context, Local, Ty, Typed};
use super::output::Column;
use super::row::Row;
use super::skips;
use super::widening::{arithmetic, widest};
use crate::rules::types::*;

/// Parts that the names of columns may stand for in a query.
const MOST_WRITTEN_OUT: usize = 10_000;

/// Levels of a column that others may name. With the levels of the expression that names it (Q014) it stays within the
/// stack of a thread.
const DEEPEST_COLUMN: usize = 64;

/// What may stand in an expression beside values, by its place.
#[derive(Clone, Copy)]
pub(crate) struct Place<'c> {
    pub scope: usize,
    /// The columns that a bare word may name; `None` where it names nothing.
    pub columns: Option<&'c [Column<'c>]>,
    /// Whether the rows are grouped, so that aggregates may stand here.
    pub aggregates: bool,
    /// In a statement, what it writes to.
    pub row: Option<Row<'c>>,
    /// Whether there are rows of a pattern that a block may go on from.
    pub blocks: bool,
}

impl Place<'_> {
    pub(crate) fn filter(scope: usize) -> Place<'static> {
        Place {
            scope,
            columns: None,
            aggregates: false,
            row: None,
            blocks: true,
        }
    }
}

impl Context<'_> {
    /// A condition: a Bool, which may be null.
    pub(crate) fn condition(&mut self, source: &Source, place: Place<'_>) -> Option<Expression> {
        let typed = self.expression(source, place);
        self.bool(&typed, "a condition")
    }

    /// The expression, if it is a Bool or nothing is known of it but that it is null.
    pub(super) fn bool(&mut self, typed: &Typed, what: &str) -> Option<Expression> {
        match &typed.ty {
            Ty::Error => None,
            Ty::Null => Some(null(Type::of(Scalar::Bool))),
            Ty::Value(ty) if ty.scalar == Scalar::Bool && !ty.list => {
                self.note_use(&typed.expression, None);
                Some(typed.expression.clone())
            }
            _ => {
                let finding = t43_operand_type::condition(self, typed, what);
                self.report(finding);
                None
            }
        }
    }

    /// Any expression with its type.
    pub(crate) fn expression(&mut self, source: &Source, place: Place<'_>) -> Typed {
        let scope = place.scope;
        let span = source.span;
        // Marks in conditions of its own that an operand has are looked at with the operand.
        if skips::is_condition(source)
            && skips::any(source)
            && let split = skips::split(source)
            && !split.marked.is_empty()
        {
            self.marked(&split.marked);
            let typed = self.expression(&skips::whole(split), place);
            return Typed { span, ..typed };
        }
        let found = match &source.kind {
            ExpressionKind::Literal(literal) => return self.literal(literal, source),
            ExpressionKind::Variable(name)
                if let Some(column) = named_by_variable(place.columns, name)
                    && self.locals.iter().all(|local| local.name != *name) =>
            {
                return self.of_column(column, name, span);
            }
            ExpressionKind::Variable(name) => match place.row {
                Some(_) if !self.is_value(name) && self.lookup(scope, name).is_none() => {
                    self.undeclared(name, span, None);
                    None
                }
                _ => return self.bare_variable(name, span, scope),
            },
            ExpressionKind::Skippable(_) => {
                self.report(t56_skipped_parameter::misplaced(span));
                None
            }
            ExpressionKind::Property { variable, property } => return self.property(variable, property, scope),
            ExpressionKind::Alias(name) => return self.named(name, span, place),
            ExpressionKind::Call(call) => match call.function {
                Function::Now => return constant::now(source),
                function if function.is_text_predicate() && place.row.is_none() => {
                    return self.text_predicate(call, scope);
                }
                function if function.is_aggregate() && place.row.is_none() => self.aggregated(call, place),
                _ if place.row.is_some() => {
                    self.report(t31_misplaced_expression::in_statement(call));
                    None
                }
                _ => {
                    self.report(match self.is_fragment() {
                        true => t59_3_fragment_aggregate::finding(call),
                        false => t31_misplaced_expression::inside(call, place.columns.is_some()),
                    });
                    None
                }
            },
            ExpressionKind::Compare(c) => self.comparison(c, place),
            ExpressionKind::Binary(binary) => {
                let (left, right) = (
                    self.expression(&binary.left, place),
                    self.expression(&binary.right, place),
                );
                self.binary(binary, left, right, span)
            }
            ExpressionKind::Unary(unary) => {
                let operand = self.expression(&unary.operand, place);
                match unary.op {
                    UnaryOperator::Not => self.bool(&operand, "the operand of `not`").map(|operand| {
                        let nullable = operand_nullable(&operand);
                        (
                            call(Operation::Not, vec![operand], bool_type(nullable), span),
                            bool_type(nullable),
                        )
                    }),
                    UnaryOperator::Negate => self.negated(unary, operand, span),
                }
            }
            ExpressionKind::NullTest(test) => {
                let operand = self.expression(&test.operand, place);
                self.null_test(test, operand, span)
            }
            ExpressionKind::TypeTest(test) => self.type_test(test, place, span),
            ExpressionKind::Case(case) => self.case(case, place, span),
            ExpressionKind::Cast(cast) => self.cast(cast, place, span),
            ExpressionKind::Index(index) => {
                let list = self.expression(&index.list, place);
                let at = self.expression(&index.index, place);
                let at_span = index.index.span;
                let function = functions::Function::At.signature();
                self.called(function, span, vec![list, Typed { span: at_span, ..at }], span)
            }
            ExpressionKind::Slice(slice) => self.slice(slice, place, span),
            ExpressionKind::List(items) => self.list_of(items, place, span),
            ExpressionKind::Comprehension(comprehension) => self.comprehension(comprehension, place),
            ExpressionKind::Apply(apply) => self.apply(apply, place, span),
            ExpressionKind::Block(value) => self.block_value(value, place, span),
            ExpressionKind::Step(property) => return self.step_property(property, span),
            ExpressionKind::Object(object) => self.object(object, place),
            // Only a definition has a walk, and only an object has rows, which look at them themselves.
            ExpressionKind::Walk(_) | ExpressionKind::Rows(_) => None,
        };
        match found {
            Some((expression, ty)) => Typed::value(expression, ty, span),
            None => Typed::error(span),
        }
    }

    /// A bare word: the name of a column, where there are any.
    fn named(&mut self, name: &str, span: Span, place: Place<'_>) -> Typed {
        if let Some(row) = place.row {
            return self.row_property(name, span, row);
        }
        let Some(columns) = place.columns else {
            self.report(t07_2_not_a_value::alias(name, span));
            return Typed::error(span);
        };
        let Some(column) = columns.iter().find(|column| column.referable && column.name == name) else {
            self.report_once(Cause::Alias(name.to_owned()), span, |context| {
                t30_unknown_alias::ordered(context, name, span, columns)
            });
            return Typed::error(span);
        };
        self.of_column(column, name, span)
    }

    /// What the name of a column stands for.
    fn of_column(&mut self, column: &Column<'_>, name: &str, span: Span) -> Typed {
        match column.typed() {
            Some(typed) if typed.scalar_type().is_some_and(|ty| ty.scalar == Scalar::Object) => {
                self.report(t31_misplaced_expression::object(name, span, column.written.span));
                Typed::error(span)
            }
            Some(typed) if !self.may_stand_for(&typed.expression) => {
                self.report_once(Cause::Alias(name.to_owned()), span, |_| {
                    t60_columns_too_large::finding(span, column.written.span)
                });
                Typed::error(span)
            }
            Some(typed) => Typed { span, ..typed },
            None => {
                if column.output.is_some() {
                    self.report(t31_misplaced_expression::ranked(name, span, column.written.span));
                }
                Typed::error(span)
            }
        }
    }

    /// Whether the expression of a column may stand for its name: columns that name columns could come to more than memory
    /// and stack bear.
    fn may_stand_for(&mut self, column: &Expression) -> bool {
        let mut parts = 0;
        column.visit(&mut |_| parts += 1);
        self.written_out += parts;
        self.written_out <= MOST_WRITTEN_OUT && column.depth() <= DEEPEST_COLUMN
    }

    /// An aggregate inside a larger expression, or alone.
    fn aggregated(&mut self, written: &ast::Call, place: Place<'_>) -> Option<(Expression, Type)> {
        if !place.aggregates {
            self.report(match place.columns {
                _ if self.is_fragment() => t59_3_fragment_aggregate::finding(written),
                Some(_) => t31_misplaced_expression::in_comprehension(written),
                None => t31_misplaced_expression::in_filter(written),
            });
            return None;
        }
        let aggregate = self.aggregate(written, place.scope)?;
        let ty = aggregate.ty.clone();
        Some((Expression::Aggregate(Box::new(aggregate)), ty))
    }

    fn comparison(&mut self, written: &ast::Comparison, place: Place<'_>) -> Option<(Expression, Type)> {
        let left = self.expression(&written.left, place);
        let right = self.expression(&written.right, place);
        let nullable = [&left, &right].iter().any(|side| side.may_be_null());
        let compared = self.compare(left, written.op, written.op_span, right, &written.right, written.span)?;
        Some((compared, bool_type(nullable)))
    }

    fn binary(&mut self, written: &ast::Binary, left: Typed, right: Typed, span: Span) -> Option<(Expression, Type)> {
        let operation = match written.op {
            BinaryOperator::And | BinaryOperator::Or => {
                let word = format!("an operand of `{}`", written.op.text());
                let (l, r) = (self.bool(&left, &word), self.bool(&right, &word));
                let (l, r) = (l?, r?);
                let ty = bool_type(left.may_be_null() || right.may_be_null());
                let operation = match written.op {
                    BinaryOperator::And => Operation::And,
                    _ => Operation::Or,
                };
                // `a and b and c` is one operation of three operands.
                let mut operands = Vec::new();
                for operand in [l, r] {
                    match operand {
                        Expression::Call {
                            operation: inner,
                            arguments,
                            ..
                        } if inner == operation => operands.extend(arguments),
                        other => operands.push(other),
                    }
                }
                return Some((call(operation, operands, ty.clone(), span), ty));
            }
            BinaryOperator::Join => {
                if left.is_error() || right.is_error() {
                    return None;
                }
                for side in [&left, &right] {
                    if !is_text(&side.ty) {
                        let finding = t43_operand_type::join(self, written, side, &left, &right);
                        self.report(finding);
                        return None;
                    }
                }
                let ty = nullable_if(Type::of(Scalar::String), left.may_be_null() || right.may_be_null());
                let text = Type::of(Scalar::String);
                let operands = vec![self.given(left, &text), self.given(right, &text)];
                return Some((call(Operation::Join, operands, ty.clone(), span), ty));
            }
            BinaryOperator::Add => Operation::Add,
            BinaryOperator::Subtract => Operation::Subtract,
            BinaryOperator::Multiply => Operation::Multiply,
            BinaryOperator::Divide => Operation::Divide,
            BinaryOperator::Remainder => Operation::Remainder,
        };
        if left.is_error() || right.is_error() {
            return None;
        }
        self.expects_alike(&[&left, &right]);
        let null = left.may_be_null() || right.may_be_null();
        let (l, r) = match (&left.ty, &right.ty) {
            (Ty::Null, Ty::Value(ty)) | (Ty::Value(ty), Ty::Null) => (ty.clone(), ty.clone()),
            (Ty::Value(l), Ty::Value(r)) => (l.clone(), r.clone()),
            _ => {
                let finding = t43_operand_type::arithmetic(self, written, &left, &right);
                self.report(finding);
                return None;
            }
        };
        let Some(result) = arithmetic(operation, &left.expression, &l, &right.expression, &r) else {
            let finding = t43_operand_type::arithmetic(self, written, &left, &right);
            self.report(finding);
            return None;
        };
        // A division by zero and a float that is not finite are null.
        let partial = matches!(operation, Operation::Divide | Operation::Remainder) || result == Scalar::F64;
        let ty = nullable_if(Type::of(result), null || partial);
        let operands = vec![self.given(left, &l), self.given(right, &r)];
        Some((call(operation, operands, ty.clone(), span), ty))
    }

    fn negated(&mut self, written: &ast::Unary, operand: Typed, span: Span) -> Option<(Expression, Type)> {
        let ty = match &operand.ty {
            Ty::Error => return None,
            Ty::Value(ty) if !ty.list && (ty.scalar.is_numeric() || ty.scalar == Scalar::Duration) => ty.clone(),
            _ => {
                let finding = t43_operand_type::sign(self, written, &operand);
                self.report(finding);
                return None;
            }
        };
        let scalar = match ty.scalar {
            scalar if scalar.is_integer() => Scalar::I64,
            Scalar::F32 => Scalar::F64,
            scalar => scalar,
        };
        let result = nullable_if(Type::of(scalar), ty.nullable);
        let operand = self.given(operand, &ty);
        Some((call(Operation::Negate, vec![operand], result.clone(), span), result))
    }

    fn null_test(&mut self, written: &ast::NullTest, operand: Typed, span: Span) -> Option<(Expression, Type)> {
        let ty = Type::of(Scalar::Bool);
        let tested = match &operand.ty {
            Ty::Error => return None,
            Ty::Null => null(Type::of(Scalar::Bool)),
            Ty::Value(_) | Ty::Node(_) | Ty::Edge(_) => {
                self.note_use(&operand.expression, None);
                operand.expression
            }
        };
        let test = call(Operation::IsNull, vec![tested], ty.clone(), span);
        let test = match written.negated {
            true => call(Operation::Not, vec![test], ty.clone(), span),
            false => test,
        };
        Some((test, ty))
    }

    fn case(&mut self, written: &Case, place: Place<'_>, span: Span) -> Option<(Expression, Type)> {
        let mut conditions = Vec::new();
        let mut values = Vec::new();
        for (condition, value) in &written.branches {
            conditions.push(self.condition(condition, place));
            values.push(self.expression(value, place));
        }
        let otherwise = written
            .otherwise
            .as_deref()
            .map(|otherwise| self.expression(otherwise, place));
        let open = otherwise.is_none();
        values.extend(otherwise);
        let (mut values, ty) = self.unified(values, open)?;
        let otherwise = if open { None } else { values.pop().map(Box::new) };
        let conditions: Option<Vec<Expression>> = conditions.into_iter().collect();
        let branches = conditions?.into_iter().zip(values).collect();
        let case = Expression::Case {
            branches,
            otherwise,
            ty: ty.clone(),
            origin: origin(span),
        };
        Some((case, ty))
    }

    /// Values of one type, numbers widened, and that type; reports the first that does not fit (T44). `open`: the result
    /// may also be null for want of a value.
    pub(super) fn unified(&mut self, values: Vec<Typed>, open: bool) -> Option<(Vec<Expression>, Type)> {
        if values.iter().any(Typed::is_error) {
            return None;
        }
        self.expects_alike(&values.iter().collect::<Vec<_>>());
        let mut common: Option<(Type, usize)> = None;
        for (index, value) in values.iter().enumerate() {
            let ty = match &value.ty {
                Ty::Null => continue,
                Ty::Value(ty) => ty.clone(),
                _ => {
                    let finding = t44_branch_types::not_a_value(self, value);
                    self.report(finding);
                    return None;
                }
            };
            common = match common {
                None => Some((ty, index)),
                Some((known, first)) => match widest(&known, &ty) {
                    Some(wider) => Some((wider, first)),
                    None => {
                        self.report(t44_branch_types::finding(&values[first], &known, value, &ty));
                        return None;
                    }
                },
            };
        }
        let Some((common, _)) = common else {
            self.report(t44_branch_types::only_null(&values));
            return None;
        };
        let nullable = open || values.iter().any(Typed::may_be_null);
        let ty = nullable_if(common, nullable);
        let values = values.into_iter().map(|value| self.widened(value, &ty)).collect();
        Some((values, ty))
    }

    /// The value as one of the wider type.
    fn widened(&mut self, value: Typed, ty: &Type) -> Expression {
        let own = match &value.ty {
            Ty::Value(own) => own.clone(),
            _ => return null(ty.clone()),
        };
        self.note_use(&value.expression, None);
        // What takes integers widens them itself, where one that does not fit has overflowed; a cast would say it has no form.
        if own.scalar == ty.scalar || own.scalar.is_integer() && ty.scalar.is_integer() {
            return value.expression;
        }
        let adapted = adapt(value.expression, ty.scalar);
        match &adapted {
            Expression::Literal { ty: own, .. } if own.scalar == ty.scalar => adapted,
            _ => {
                let to = nullable_if(ty.clone(), own.nullable);
                call(Operation::Cast, vec![adapted], to, value.span)
            }
        }
    }

    /// A value where one of this type is due; a bare null takes the type.
    pub(super) fn given(&mut self, value: Typed, ty: &Type) -> Expression {
        self.note_use(&value.expression, None);
        match value.ty {
            Ty::Null => null(ty.clone()),
            _ => value.expression,
        }
    }

    fn slice(&mut self, written: &ast::Slice, place: Place<'_>, span: Span) -> Option<(Expression, Type)> {
        let list = self.expression(&written.list, place);
        let bounds = [&written.from, &written.to];
        let bounds = bounds.map(|bound| bound.as_ref().map(|bound| self.expression(bound, place)));
        let ty = match &list.ty {
            Ty::Error => return None,
            Ty::Value(ty) if ty.list || ty.scalar == Scalar::String => Type {
                enum_values: None,
                ..ty.clone()
            },
            _ => {
                let finding = t43_operand_type::sequence(self, &list);
                self.report(finding);
                return None;
            }
        };
        let mut nullable = ty.nullable;
        let mut arguments = vec![self.given(list, &ty)];
        for bound in bounds {
            let integer = Type::of(Scalar::I64).nullable();
            let Some(bound) = bound else {
                arguments.push(null(integer));
                continue;
            };
            match &bound.ty {
                Ty::Error => return None,
                Ty::Value(ty) if ty.scalar.is_integer() && !ty.list => nullable |= ty.nullable,
                _ => {
                    let finding = t43_operand_type::argument(self, &bound, "an integer", "a bound of a slice");
                    self.report(finding);
                    return None;
                }
            }
            arguments.push(self.given(bound, &integer));
        }
        let ty = nullable_if(ty, nullable);
        Some((call(Operation::Slice, arguments, ty.clone(), span), ty))
    }

    fn list_of(&mut self, items: &[Source], place: Place<'_>, span: Span) -> Option<(Expression, Type)> {
        let values: Vec<Typed> = items.iter().map(|item| self.expression(item, place)).collect();
        if let Some(nested) = values
            .iter()
            .find(|value| matches!(&value.ty, Ty::Value(ty) if ty.list))
        {
            self.report(t28_mixed_list::nested(nested.span, span));
            return None;
        }
        let (values, item) = self.unified(values, false)?;
        if matches!(item.scalar, Scalar::Vector(_) | Scalar::Blob) {
            self.report(t44_branch_types::no_item(span, &item));
            return None;
        }
        let ty = Type::list_of(item.scalar);
        Some((call(Operation::List, values, ty.clone(), span), ty))
    }

    fn comprehension(&mut self, written: &Comprehension, place: Place<'_>) -> Option<(Expression, Type)> {
        let list = self.expression(&written.list, place);
        let (item, nullable) = match &list.ty {
            Ty::Error => return None,
            Ty::Value(ty) if ty.list => (
                Type {
                    list: false,
                    nullable: may_hold_nulls(&list.expression),
                    ..ty.clone()
                },
                ty.nullable,
            ),
            _ => {
                let finding = t43_operand_type::argument(self, &list, "a list", "what `for` goes through");
                self.report(finding);
                return None;
            }
        };
        self.new_name(&written.variable, place.scope)?;
        let id = self.comprehensions;
        self.comprehensions += 1;
        self.locals.push(Local {
            name: written.variable.text.clone(),
            id,
            ty: item,
        });
        // Aggregates are about rows, not about items.
        let inside = Place {
            aggregates: false,
            blocks: false,
            ..place
        };
        let value = self.expression(&written.item, inside);
        let condition = match &written.condition {
            Some(condition) => self.condition(condition, inside).map(Some),
            None => Some(None),
        };
        self.locals.pop();
        let ty = match &value.ty {
            Ty::Error => return None,
            Ty::Value(ty) if !ty.list && !matches!(ty.scalar, Scalar::Vector(_) | Scalar::Blob) => ty.clone(),
            _ => {
                let finding = t44_branch_types::not_a_value(self, &value);
                self.report(finding);
                return None;
            }
        };
        let ty = nullable_if(Type::list_of(ty.scalar), nullable);
        self.note_use(&value.expression, None);
        self.note_use(&list.expression, None);
        let comprehension = Expression::Comprehension {
            id,
            list: Box::new(list.expression),
            condition: condition?.map(Box::new),
            item: Box::new(value.expression),
            ty: ty.clone(),
        };
        Some((comprehension, ty))
    }

    /// Reports a name that stands for something else already (T46).
    pub(super) fn new_name(&mut self, variable: &Name, scope: usize) -> Option<()> {
        let name = &variable.text;
        let local = self.locals.iter().any(|local| local.name == *name);
        let parameter = self
            .environment
            .parameters
            .get(name)
            .map(|parameter| parameter.declared);
        let bound = self.lookup(scope, name).map(|var| self.variable(var).declared);
        let first = parameter.or(bound);
        if local || first.is_some() {
            self.report(t46_name_taken::finding(variable, first));
            return None;
        }
        Some(())
    }
}

/// The item of `with` that has this name from then on.
fn named_by_variable<'c>(columns: Option<&'c [Column<'c>]>, name: &str) -> Option<&'c Column<'c>> {
    columns?.iter().find(|column| column.variable && column.name == name)
}

pub(crate) fn call(operation: Operation, arguments: Vec<Expression>, ty: Type, span: Span) -> Expression {
    Expression::Call {
        operation,
        arguments,
        ty,
        origin: origin(span),
    }
}

pub(super) fn origin(span: Span) -> Origin {
    Origin {
        start: span.start,
        end: span.end,
    }
}

/// The literal null of a type.
pub(crate) fn null(ty: Type) -> Expression {
    Expression::Literal {
        value: Value::Null,
        ty: ty.nullable(),
    }
}

pub(super) fn bool_type(nullable: bool) -> Type {
    nullable_if(Type::of(Scalar::Bool), nullable)
}

pub(super) fn nullable_if(ty: Type, nullable: bool) -> Type {
    Type { nullable, ..ty }
}

fn operand_nullable(operand: &Expression) -> bool {
    match operand {
        Expression::Call { ty, .. } | Expression::Literal { ty, .. } | Expression::Property { ty, .. } => ty.nullable,
        Expression::Text { .. } => false,
        _ => true,
    }
}

fn is_text(ty: &Ty) -> bool {
    match ty {
        Ty::Null => true,
        Ty::Value(ty) => ty.scalar == Scalar::String && !ty.list,
        _ => false,
    }
}

/// Lists of properties and parameters hold no nulls; those that an expression makes may.
pub(super) fn may_hold_nulls(list: &Expression) -> bool {
    !matches!(
        list,
        Expression::Property { .. } | Expression::Parameter { .. } | Expression::Literal { .. }
    )
}

impl Typed {
    /// Whether its value may be null.
    pub(crate) fn may_be_null(&self) -> bool {
        match &self.ty {
            Ty::Value(ty) => ty.nullable,
            Ty::Null => true,
            _ => false,
        }
    }
}
