//! Calls of functions: those of the table with their signatures, and `coalesce`, `nullif` and `if`, which evaluate what they
//! give alone. Those about nodes and edges are in `graph_functions.rs`.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{self, Apply};
use omnigraph_model::ir::Expression;
use omnigraph_model::types::{Scalar, Type, Value};
use omnigraph_model::vocabulary::functions::{self, Argument, Gives, Nulls, Operation, ScalarFunction};

use super::compare::comparable;
use super::constant::adapt;
use super::context::{Context, Ty, Typed};
use super::expression::{Place, call, null, nullable_if, origin};
use super::widening::integral;
use crate::rules::types::*;

/// Variables that are told apart at once: each is compared with every other one.
const MOST_DISTINCT: usize = 16;

impl Context<'_> {
    pub(super) fn apply(&mut self, written: &Apply, place: Place<'_>, span: Span) -> Option<(Expression, Type)> {
        match written.name.text.as_str() {
            "type" => return self.type_name(written, place, span),
            "degree" | "in_degree" | "out_degree" => return self.degree(written, place, span),
            _ => {}
        }
        let arguments: Vec<Typed> = written
            .arguments
            .iter()
            .map(|argument| self.expression(argument, place))
            .collect();
        if let Some(found) = self.path_part(written, &arguments, span) {
            return found;
        }
        match (written.name.text.as_str(), arguments.len()) {
            ("coalesce", 1..) => return self.coalesce(arguments, span),
            ("nullif", 2) => return self.nullif(written, arguments, span),
            ("if", 3) => return self.choice(arguments, span),
            ("distinct", 2..=MOST_DISTINCT) => return self.distinct(arguments, span),
            ("distinct", given) => {
                self.report(t42_unknown_function::distinct(
                    &written.name,
                    given,
                    MOST_DISTINCT,
                    span,
                ));
                return None;
            }
            ("coalesce" | "nullif" | "if", given) => {
                self.report(t42_unknown_function::form(&written.name, given, span));
                return None;
            }
            _ => {}
        }
        let Some(function) = functions::find_scalar_function(&written.name.text) else {
            let is_fragment = self.names.fragment(&written.name.text).is_some();
            self.report(match is_fragment {
                true => t59_2_fragment_as_value::finding(&written.name, span, place.blocks),
                false => t42_unknown_function::finding(&written.name, &self.names.fragments()),
            });
            return None;
        };
        self.called(function, written.name.span, arguments, span)
    }

    /// `distinct($a, $b, $c)`: whether all variables stand for different nodes or edges. Those of two types always do.
    fn distinct(&mut self, arguments: Vec<Typed>, span: Span) -> Option<(Expression, Type)> {
        let mut wrong = false;
        for argument in &arguments {
            match &argument.ty {
                Ty::Node(_) | Ty::Edge(_) => {}
                Ty::Error => wrong = true,
                Ty::Value(_) | Ty::Null => {
                    let finding =
                        t43_operand_type::argument(self, argument, "a node or an edge", "what `distinct` tells apart");
                    self.report(finding);
                    wrong = true;
                }
            }
        }
        if wrong {
            return None;
        }
        let missing = |argument: &Typed| match argument.ty {
            Ty::Node(var) | Ty::Edge(var) => self.variable(var).nullable,
            _ => false,
        };
        let ty = Type {
            nullable: arguments.iter().any(missing),
            ..Type::of(Scalar::Bool)
        };
        let mut tests = Vec::new();
        for (place, left) in arguments.iter().enumerate() {
            for right in &arguments[place + 1..] {
                tests.extend(self.same_entity(left, ast::Comparator::NotEqual, right));
            }
        }
        let test = match tests.len() {
            0 => Expression::Literal {
                value: Value::Bool(true),
                ty: ty.clone(),
            },
            1 => tests.remove(0),
            _ => call(Operation::And, tests, ty.clone(), span),
        };
        Some((test, ty))
    }

    /// The first value that is not null.
    fn coalesce(&mut self, arguments: Vec<Typed>, span: Span) -> Option<(Expression, Type)> {
        let last_null = arguments.last().is_none_or(Typed::may_be_null);
        let (mut values, ty) = self.unified(arguments, false)?;
        let ty = Type {
            nullable: last_null && ty.nullable,
            ..ty
        };
        let otherwise = values.pop()?;
        let test = |value: &Expression| {
            let null = call(
                Operation::IsNull,
                vec![value.clone()],
                Type::of(Scalar::Bool),
                Span::at(0),
            );
            call(Operation::Not, vec![null], Type::of(Scalar::Bool), Span::at(0))
        };
        let branches: Vec<(Expression, Expression)> = values.into_iter().map(|value| (test(&value), value)).collect();
        if branches.is_empty() {
            return Some((otherwise, ty));
        }
        let case = Expression::Case {
            branches,
            otherwise: Some(Box::new(otherwise)),
            ty: ty.clone(),
            origin: origin(span),
        };
        Some((case, ty))
    }

    /// The first value, or null if it equals the second.
    fn nullif(&mut self, written: &Apply, arguments: Vec<Typed>, span: Span) -> Option<(Expression, Type)> {
        let [value, other]: [Typed; 2] = arguments.try_into().ok()?;
        let ty = match &value.ty {
            Ty::Value(ty) => ty.clone().nullable(),
            Ty::Error => return None,
            _ => {
                let finding = t44_branch_types::not_a_value(self, &value);
                self.report(finding);
                return None;
            }
        };
        let kept = value.expression.clone();
        let same = self.compare(
            value,
            ast::Comparator::Equal,
            written.name.span,
            other,
            &written.arguments[1],
            span,
        )?;
        let case = Expression::Case {
            branches: vec![(same, null(ty.clone()))],
            otherwise: Some(Box::new(kept)),
            ty: ty.clone(),
            origin: origin(span),
        };
        Some((case, ty))
    }

    /// `if(condition, then, else)`
    fn choice(&mut self, arguments: Vec<Typed>, span: Span) -> Option<(Expression, Type)> {
        let [condition, then, otherwise]: [Typed; 3] = arguments.try_into().ok()?;
        let condition = self.bool(&condition, "the condition of `if`");
        let (values, ty) = self.unified(vec![then, otherwise], false)?;
        let [then, otherwise]: [Expression; 2] = values.try_into().ok()?;
        let case = Expression::Case {
            branches: vec![(condition?, then)],
            otherwise: Some(Box::new(otherwise)),
            ty: ty.clone(),
            origin: origin(span),
        };
        Some((case, ty))
    }

    /// A function of the table with its arguments; `name`: where it is named.
    pub(super) fn called(
        &mut self,
        function: &'static ScalarFunction,
        name: Span,
        arguments: Vec<Typed>,
        span: Span,
    ) -> Option<(Expression, Type)> {
        let given = arguments.len();
        if given < function.least() || function.most().is_some_and(|most| given > most) {
            self.report(t42_unknown_function::arguments(function, given, name, span));
            return None;
        }
        if arguments.iter().any(Typed::is_error) {
            return None;
        }
        let mut values: Vec<(Type, Typed)> = Vec::new();
        for (index, argument) in arguments.into_iter().enumerate() {
            let parameter = function.parameters[index.min(function.parameters.len() - 1)];
            let first = values.first().map(|(ty, _)| ty.clone());
            let Some(ty) = accepted(parameter.argument, &argument.ty, first.as_ref()) else {
                let wanted = wanted(parameter.argument, first.as_ref());
                let what = format!("`{}` of `{}`", parameter.name, function.signature());
                let finding = t43_operand_type::argument(self, &argument, &wanted, &what);
                self.report(finding);
                return None;
            };
            if let Some(finding) = t57_invalid_constant::finding(parameter.argument, &argument, &what_of(function)) {
                self.report(finding);
                return None;
            }
            values.push((ty, argument));
            // A list and what may be its item meet as the sides of a comparison do.
            if let (Argument::Item, [(list, first), (item, second)]) = (parameter.argument, values.as_mut_slice())
                && list.scalar.is_numeric()
                && item.scalar.is_numeric()
            {
                first.expression = adapt(first.expression.clone(), item.scalar);
                second.expression = adapt(second.expression.clone(), list.scalar);
            }
        }
        let null = values.iter().any(|(_, value)| value.may_be_null());
        let all_null = values.iter().all(|(_, value)| value.may_be_null());
        let (values, widest) = match function.gives {
            Gives::Widest => {
                let (values, ty) = self.unified(values.into_iter().map(|(_, value)| value).collect(), false)?;
                (
                    values.into_iter().map(|value| (ty.clone(), value)).collect::<Vec<_>>(),
                    Some(ty),
                )
            }
            _ => {
                let values = values
                    .into_iter()
                    .map(|(ty, value)| (ty.clone(), self.given(value, &ty)));
                (values.collect(), None)
            }
        };
        let first = values.first().map(|(ty, _)| ty.clone());
        let result = match function.gives {
            Gives::Scalar(scalar) => Type::of(scalar),
            Gives::List(scalar) => Type::list_of(scalar),
            Gives::First => first.map(|ty| computed(&ty))?,
            Gives::Second => values.get(1).map(|(ty, _)| ty.clone())?,
            Gives::Widest => widest?,
            Gives::ItemOfFirst => Type { list: false, ..first? },
            Gives::Integral => Type::of(integral(&values[0].1, &values[0].0, &values[1].1, &values[1].0)),
            Gives::SumOfItems => Type::of(match first?.scalar {
                Scalar::U64 => Scalar::U64,
                scalar if scalar.is_integer() => Scalar::I64,
                _ => Scalar::F64,
            }),
        };
        let nullable = match function.nulls {
            Nulls::Strict => null,
            Nulls::Partial => true,
            Nulls::Ignored => all_null,
            Nulls::Empty => false,
        };
        let ty = nullable_if(
            Type {
                nullable: false,
                enum_values: None,
                ..result
            },
            nullable,
        );
        let arguments = values.into_iter().map(|(_, value)| value).collect();
        let operation = Operation::Function(function.function);
        Some((call(operation, arguments, ty.clone(), span), ty))
    }
}

/// How a message names a function.
fn what_of(function: &ScalarFunction) -> String {
    format!("`{}`", function.signature())
}

/// The type of a value that was computed from one of this type and keeps its kind.
fn computed(ty: &Type) -> Type {
    if ty.list {
        return ty.clone();
    }
    let scalar = match ty.scalar {
        Scalar::I32 | Scalar::U32 => Scalar::I64,
        Scalar::F32 => Scalar::F64,
        scalar => scalar,
    };
    Type { scalar, ..ty.clone() }
}

/// The type that an argument has as a parameter's; `None` if it does not fit. `first`: of the first argument.
fn accepted(argument: Argument, ty: &Ty, first: Option<&Type>) -> Option<Type> {
    let scalar = |scalar| Type::of(scalar).nullable();
    let ty = match ty {
        Ty::Null => {
            return Some(match argument {
                Argument::Text | Argument::Pattern | Argument::Sequence => scalar(Scalar::String),
                Argument::DateFormat => scalar(Scalar::String),
                Argument::Bool => scalar(Scalar::Bool),
                Argument::Integer | Argument::Comparable => scalar(Scalar::I64),
                Argument::Number => scalar(Scalar::F64),
                Argument::Moment | Argument::DateTime => scalar(Scalar::DateTime),
                Argument::List | Argument::Texts => Type::list_of(Scalar::String).nullable(),
                Argument::Numbers | Argument::Ordered => Type::list_of(Scalar::I64).nullable(),
                Argument::Item => Type {
                    list: false,
                    ..first?.clone()
                }
                .nullable(),
                Argument::Unit | Argument::Vector => return None,
            });
        }
        Ty::Value(ty) => ty,
        _ => return None,
    };
    let orderable = ty.scalar.is_orderable();
    let vector = |ty: &Type| matches!(ty.scalar, Scalar::Vector(_)) || ty.list && ty.scalar.is_float();
    let fits = match argument {
        Argument::Text | Argument::Pattern | Argument::Unit | Argument::DateFormat => {
            ty.scalar == Scalar::String && !ty.list
        }
        Argument::Bool => ty.scalar == Scalar::Bool && !ty.list,
        Argument::Integer => ty.scalar.is_integer() && !ty.list,
        Argument::Number => ty.scalar.is_numeric() && !ty.list,
        Argument::Moment => matches!(ty.scalar, Scalar::Date | Scalar::DateTime) && !ty.list,
        Argument::DateTime => ty.scalar == Scalar::DateTime && !ty.list,
        Argument::List => ty.list,
        Argument::Texts => ty.list && ty.scalar == Scalar::String,
        Argument::Numbers => ty.list && ty.scalar.is_numeric(),
        Argument::Ordered => ty.list && orderable,
        Argument::Sequence => ty.list || ty.scalar == Scalar::String,
        Argument::Vector => {
            let same = |first: &Type| first.list || ty.list || first.scalar == ty.scalar;
            vector(ty) && first.is_none_or(same)
        }
        Argument::Comparable => !ty.list && orderable,
        Argument::Item => !ty.list && first.is_some_and(|list| comparable(&Type::of(list.scalar), ty)),
    };
    fits.then(|| ty.clone())
}

/// What an argument must be, in words.
fn wanted(argument: Argument, first: Option<&Type>) -> String {
    let words = match argument {
        Argument::Text => "a String",
        Argument::Pattern => "a String with a regular expression",
        Argument::Unit => "a literal String with a unit",
        Argument::DateFormat => "a String with a pattern",
        Argument::Bool => "a Bool",
        Argument::Integer => "an integer",
        Argument::Number => "a number",
        Argument::Moment => "a Date or a DateTime",
        Argument::DateTime => "a DateTime",
        Argument::List => "a list",
        Argument::Texts => "a list of String",
        Argument::Numbers => "a list of numbers",
        Argument::Ordered => "a list of values that have an order",
        Argument::Sequence => "a String or a list",
        Argument::Vector => "a vector, and both of one length",
        Argument::Comparable => "a value that has an order",
        Argument::Item => {
            return match first {
                Some(list) => format!("a value that compares with {}", list.scalar),
                None => "an item of the list".to_owned(),
            };
        }
    };
    words.to_owned()
}
