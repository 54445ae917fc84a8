//! The types of expressions, as far as they decide values: which width arithmetic has, and what branches are widened to.

use omnigraph_grammar::query::ast::{self, BinaryOperator, Expression, ExpressionKind, Literal, UnaryOperator};
use omnigraph_model::catalog::Property;
use omnigraph_model::types::{Cost, Scalar};
use omnigraph_model::vocabulary::functions::{Gives, SCALAR_FUNCTIONS};

use super::expression::Scope;
use super::paths::EDGE;
use super::solve::{Context, Entity, Solution, Type};
use super::{Stop, Value};

/// A scalar, or a list of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub scalar: Scalar,
    pub list: bool,
}

impl Kind {
    pub(super) fn of(scalar: Scalar) -> Kind {
        Kind { scalar, list: false }
    }

    pub(super) fn list_of(scalar: Scalar) -> Kind {
        Kind { scalar, list: true }
    }

    pub(super) fn item(self) -> Kind {
        Kind::of(self.scalar)
    }

    /// Of a value that is computed from one of this kind: the narrow widths are for storage.
    pub(super) fn computed(self) -> Kind {
        match self.scalar {
            _ if self.list => self,
            Scalar::I32 | Scalar::U32 => Kind::of(Scalar::I64),
            Scalar::F32 => Kind::of(Scalar::F64),
            _ => self,
        }
    }
}

/// The kind that numbers of several kinds are widened to; any other kinds are all the same. `None` of nulls alone.
pub(super) fn widest(kinds: impl IntoIterator<Item = Option<Kind>>) -> Option<Kind> {
    kinds.into_iter().flatten().reduce(|a, b| {
        let scalar = match (a.scalar, b.scalar) {
            (a, b) if a == b => a,
            (a, b) if a.is_float() || b.is_float() => Scalar::F64,
            (Scalar::U64, Scalar::U32) | (Scalar::U32, Scalar::U64) => Scalar::U64,
            (a, b) if a.is_integer() && b.is_integer() => Scalar::I64,
            (a, _) => a,
        };
        Kind { scalar, ..a }
    })
}

/// A value of one kind as one of a wider kind.
pub(super) fn widen(value: Value, to: Option<Kind>) -> Result<Value, Stop> {
    let Some(to) = to else { return Ok(value) };
    Ok(match (value, to.scalar) {
        (Value::List(items), _) => {
            let items = items.into_iter().map(|item| widen(item, Some(to.item())));
            Value::List(items.collect::<Result<_, _>>()?)
        }
        (Value::Integer(number), scalar) if scalar.is_float() => Value::Double(number as f64),
        (Value::Single(number), Scalar::F64) => Value::Double(number.into()),
        (Value::Integer(number), scalar) => integer(number, scalar)?,
        (value, _) => value,
    })
}

/// An integer of a width, if it fits.
pub(super) fn integer(number: i128, scalar: Scalar) -> Result<Value, Stop> {
    match range(scalar).contains(&number) {
        true => Ok(Value::Integer(number)),
        false => Err(Stop::Fails("R001")),
    }
}

pub(super) fn range(scalar: Scalar) -> std::ops::RangeInclusive<i128> {
    match scalar {
        Scalar::I32 => i32::MIN.into()..=i32::MAX.into(),
        Scalar::U32 => 0..=u32::MAX.into(),
        Scalar::U64 => 0..=u64::MAX.into(),
        _ => i64::MIN.into()..=i64::MAX.into(),
    }
}

/// The width of `+ - * % div` on integers.
pub(super) fn integral(left: Option<Kind>, left_literal: bool, right: Option<Kind>, right_literal: bool) -> Scalar {
    let wide = |kind: Option<Kind>| kind.is_some_and(|kind| kind.scalar == Scalar::U64);
    match (wide(left), wide(right)) {
        (true, true) => Scalar::U64,
        (true, false) if right_literal => Scalar::U64,
        (false, true) if left_literal => Scalar::U64,
        _ => Scalar::I64,
    }
}

impl<'m> Context<'m> {
    fn called_kind(&self, call: &ast::Call, scope: &Scope<'_, 'm>) -> Result<Option<Kind>, Stop> {
        let bool = Some(Kind::of(Scalar::Bool));
        Ok(match call.function {
            ast::Function::Now => Some(Kind::of(Scalar::DateTime)),
            ast::Function::Count => Some(Kind::of(Scalar::I64)),
            ast::Function::Sum
            | ast::Function::Avg
            | ast::Function::StdDev
            | ast::Function::Variance
            | ast::Function::Median
            | ast::Function::Percentile => Some(Kind::of(Scalar::F64)),
            ast::Function::Min
            | ast::Function::Max
            | ast::Function::First
            | ast::Function::ArgMin
            | ast::Function::ArgMax => self.kind(&call.arguments[0], scope)?,
            ast::Function::Collect => self
                .kind(&call.arguments[0], scope)?
                .map(|kind| Kind { list: true, ..kind }),
            _ => bool,
        })
    }

    /// `None` of a literal null, of a node and of an edge.
    pub(super) fn kind(&self, expression: &Expression, scope: &Scope<'_, 'm>) -> Result<Option<Kind>, Stop> {
        let bool = Some(Kind::of(Scalar::Bool));
        Ok(match &expression.kind {
            ExpressionKind::Skippable(name) => self.parameters.get(name).map(|parameter| parameter.kind),
            ExpressionKind::Variable(name) => match (scope.item(name), self.parameters.get(name)) {
                (Some(item), _) => item.kind,
                (None, Some(parameter)) => Some(parameter.kind),
                (None, None) => match scope.types.get(name) {
                    Some(Type::Value(kind)) => *kind,
                    _ => None,
                },
            },
            ExpressionKind::Property { variable, property } => Some(self.property_kind(variable, property, scope)?),
            ExpressionKind::Literal(literal) => literal_kind(literal),
            ExpressionKind::Alias(name) => match scope.row {
                Some((row, _)) => Some(self.row_kind(row, name)?),
                None => self.kind(scope.column(name)?, scope)?,
            },
            ExpressionKind::Call(call) => self.called_kind(call, scope)?,
            ExpressionKind::Compare(_) | ExpressionKind::NullTest(_) | ExpressionKind::TypeTest(_) => bool,
            ExpressionKind::Block(value) => match (value.fold, &value.block.aggregate) {
                (ast::BlockFold::Exists | ast::BlockFold::Not, _) => bool,
                (ast::BlockFold::Aggregate, Some(call)) => {
                    let block = self.block_of(value, scope.types)?;
                    let nobody = Solution::new();
                    self.called_kind(call, &Scope::new(&block.types, &nobody))?
                }
                _ => Some(Kind::of(Scalar::I64)),
            },
            ExpressionKind::Unary(unary) => match unary.op {
                UnaryOperator::Not => bool,
                UnaryOperator::Negate => self.kind(&unary.operand, scope)?.map(|kind| match kind.scalar {
                    scalar if scalar.is_integer() => Kind::of(Scalar::I64),
                    Scalar::F32 => Kind::of(Scalar::F64),
                    _ => kind,
                }),
            },
            ExpressionKind::Binary(binary) => self.binary_kind(binary, scope)?,
            ExpressionKind::Case(case) => {
                let values = case.branches.iter().map(|(_, value)| value);
                self.common(values.chain(case.otherwise.as_deref()), scope)?
            }
            ExpressionKind::Cast(cast) => {
                let scalar = Scalar::from_word(&cast.ty.name.text).ok_or("a cast to an unknown type")?;
                let list = cast.ty.list;
                Some(Kind { scalar, list })
            }
            ExpressionKind::Index(index) => self.kind(&index.list, scope)?.map(Kind::item),
            ExpressionKind::Slice(slice) => self.kind(&slice.list, scope)?,
            ExpressionKind::List(items) => self.common(items, scope)?.map(|item| Kind::list_of(item.scalar)),
            ExpressionKind::Object(_) => Some(Kind::of(Scalar::Object)),
            ExpressionKind::Rows(_) => Some(Kind::list_of(Scalar::Object)),
            ExpressionKind::Comprehension(comprehension) => {
                let item = self.kind(&comprehension.list, scope)?.map(Kind::item);
                let inside = scope.with(&comprehension.variable.text, item, Value::Null);
                let item = self.kind(&comprehension.item, &inside)?;
                item.map(|item| Kind::list_of(item.scalar))
            }
            ExpressionKind::Apply(apply) => self.apply_kind(apply, scope)?,
            ExpressionKind::Step(property) => match scope.types.get(EDGE) {
                Some(Type::Entity(edge, true)) => Some(self.kind_of(edge, true, &property.text)?),
                _ => return Err("a step outside of a path".into()),
            },
            ExpressionKind::Walk(walk) => Some(self.walk_kind(walk)?),
        })
    }

    /// What several values are widened to.
    pub(super) fn common<'e>(
        &self,
        values: impl IntoIterator<Item = &'e Expression>,
        scope: &Scope<'_, 'm>,
    ) -> Result<Option<Kind>, Stop> {
        let kinds = values.into_iter().map(|value| self.kind(value, scope));
        Ok(widest(kinds.collect::<Result<Vec<_>, _>>()?))
    }

    fn property_kind(
        &self,
        variable: &omnigraph_grammar::Name,
        property: &omnigraph_grammar::Name,
        scope: &Scope<'_, 'm>,
    ) -> Result<Kind, Stop> {
        let Some(Type::Entity(ty, edge)) = scope.types.get(&variable.text) else {
            return Err(format!("`${}` has no type", variable.text).into());
        };
        self.kind_of(ty, *edge, &property.text)
    }

    fn row_kind(&self, row: Entity<'m>, name: &str) -> Result<Kind, Stop> {
        match name {
            "from" | "to" if row.edge => Ok(Kind::of(Scalar::String)),
            name => self.kind_of(row.ty, row.edge, name),
        }
    }

    fn kind_of(&self, ty: &str, edge: bool, property: &str) -> Result<Kind, Stop> {
        let catalog = &self.model.catalog;
        let found = match edge {
            // What several have in common has one type.
            true => {
                let mut edges = ty
                    .split('|')
                    .map(|one| catalog.edge(one).and_then(|edge| edge.property(property)));
                let first = edges.next().flatten();
                let same = |other: Option<&Property>| {
                    let types = first.zip(other).map(|(one, other)| (&one.ty, &other.ty));
                    types.is_some_and(|(one, other)| {
                        (one.scalar, one.list, &one.enum_values) == (other.scalar, other.list, &other.enum_values)
                    })
                };
                first.filter(|_| edges.all(same))
            }
            false => match (catalog.node(ty), catalog.interfaces.get(ty)) {
                (Some(node), _) => node.property(property),
                (None, interface) => interface.and_then(|interface| interface.property(property)),
            },
        };
        match found {
            Some(found) => Ok(Kind {
                scalar: found.ty.scalar,
                list: found.ty.list,
            }),
            None if property == "id" => Ok(Kind::of(Scalar::String)),
            None => Err(format!("{ty} has no `{property}`").into()),
        }
    }

    fn binary_kind(&self, binary: &ast::Binary, scope: &Scope<'_, 'm>) -> Result<Option<Kind>, Stop> {
        let (left, right) = (self.kind(&binary.left, scope)?, self.kind(&binary.right, scope)?);
        // A null is taken for what is beside it.
        let (Some(l), Some(r)) = (left.or(right), right.or(left)) else {
            return Ok(None);
        };
        let scalar = match binary.op {
            BinaryOperator::Or | BinaryOperator::And => Scalar::Bool,
            BinaryOperator::Join => Scalar::String,
            BinaryOperator::Divide => Scalar::F64,
            _ if l.scalar.is_integer() && r.scalar.is_integer() => {
                let literal = |side| is_natural_literal(side);
                integral(Some(l), literal(&binary.left), Some(r), literal(&binary.right))
            }
            _ if l.scalar.is_numeric() && r.scalar.is_numeric() => Scalar::F64,
            BinaryOperator::Subtract if l.scalar == r.scalar => Scalar::Duration,
            BinaryOperator::Add if l.scalar == Scalar::Duration => r.scalar,
            BinaryOperator::Multiply => Scalar::Duration,
            _ => l.scalar,
        };
        Ok(Some(Kind::of(scalar)))
    }

    fn apply_kind(&self, apply: &ast::Apply, scope: &Scope<'_, 'm>) -> Result<Option<Kind>, Stop> {
        let arguments = &apply.arguments;
        let first = || match arguments.first() {
            Some(first) => self.kind(first, scope),
            None => Ok(None),
        };
        if let Some(Kind {
            scalar: Scalar::Path(cost),
            list: false,
        }) = first()?
        {
            return Ok(match (apply.name.text.as_str(), cost) {
                ("nodes" | "edges", _) => Some(Kind::list_of(Scalar::String)),
                ("cost", Cost::Float) => Some(Kind::of(Scalar::F64)),
                ("coalesce", _) => first()?,
                ("nullif", _) => return Err("paths are not compared".into()),
                _ => Some(Kind::of(Scalar::I64)),
            });
        }
        let function = match apply.name.text.as_str() {
            "distinct" => return Ok(Some(Kind::of(Scalar::Bool))),
            "type" => return Ok(Some(Kind::of(Scalar::String))),
            "degree" | "in_degree" | "out_degree" => return Ok(Some(Kind::of(Scalar::I64))),
            "coalesce" => return self.common(arguments, scope),
            "nullif" => return first(),
            "if" => return self.common(&arguments[1..], scope),
            name => SCALAR_FUNCTIONS.iter().find(|function| function.name == name),
        };
        let function = function.ok_or_else(|| format!("no function `{}`", apply.name.text))?;
        Ok(match function.gives {
            Gives::Scalar(scalar) => Some(Kind::of(scalar)),
            Gives::List(scalar) => Some(Kind::list_of(scalar)),
            Gives::First => first()?.map(Kind::computed),
            Gives::Second => self.kind(&arguments[1], scope)?,
            Gives::Widest => self.common(arguments, scope)?,
            Gives::ItemOfFirst => first()?.map(Kind::item),
            Gives::Integral => {
                let (left, right) = (&arguments[0], &arguments[1]);
                let kinds = (self.kind(left, scope)?, self.kind(right, scope)?);
                let literals = (is_natural_literal(left), is_natural_literal(right));
                Some(Kind::of(integral(kinds.0, literals.0, kinds.1, literals.1)))
            }
            Gives::SumOfItems => first()?.map(|list| {
                Kind::of(match list.scalar {
                    Scalar::U64 => Scalar::U64,
                    scalar if scalar.is_integer() => Scalar::I64,
                    _ => Scalar::F64,
                })
            }),
        })
    }
}

/// A number that is written out and not negative takes the width of what it meets.
pub(super) fn is_natural_literal(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Literal(Literal::Integer(number)) => *number >= 0,
        ExpressionKind::Literal(Literal::Unsigned(_)) => true,
        _ => false,
    }
}

fn literal_kind(literal: &Literal) -> Option<Kind> {
    Some(Kind::of(match literal {
        Literal::Null => return None,
        Literal::String(_) => Scalar::String,
        Literal::Integer(_) => Scalar::I64,
        Literal::Unsigned(_) => Scalar::U64,
        Literal::Float(_) => Scalar::F64,
        Literal::Boolean(_) => Scalar::Bool,
        Literal::Date(..) => Scalar::Date,
        Literal::DateTime(..) => Scalar::DateTime,
        Literal::List(items) => {
            let items = items.iter().map(|item| match &item.kind {
                ExpressionKind::Literal(literal) => literal_kind(literal),
                _ => None,
            });
            return Some(Kind::list_of(widest(items).map_or(Scalar::String, |item| item.scalar)));
        }
    }))
}
