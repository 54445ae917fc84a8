//! The types that operators give for those of their operands.

use omnigraph_model::ir::Expression;
use omnigraph_model::types::{Member, Scalar, Type, Value};
use omnigraph_model::vocabulary::functions::Operation;

/// The type that both are widened to; `None` if they have none. Nullability and enums aside.
pub(super) fn widest(a: &Type, b: &Type) -> Option<Type> {
    if a.list != b.list {
        return None;
    }
    if !is_alike(a, b) {
        return None;
    }
    let scalar = match (a.scalar, b.scalar) {
        (a, b) if a == b => a,
        (a, b) if a.is_numeric() && b.is_numeric() => match (a.is_float() || b.is_float(), a, b) {
            (true, ..) => Scalar::F64,
            (false, Scalar::U64, Scalar::U32) | (false, Scalar::U32, Scalar::U64) => Scalar::U64,
            _ => Scalar::I64,
        },
        _ => return None,
    };
    Some(Type {
        scalar,
        list: a.list,
        nullable: a.nullable || b.nullable,
        enum_values: a
            .enum_values
            .clone()
            .filter(|values| b.enum_values.as_ref() == Some(values)),
        members: match a.scalar {
            Scalar::Object => a.members.iter().zip(&b.members).filter_map(widest_member).collect(),
            _ => Vec::new(),
        },
    })
}

/// Whether objects have members of the same names and types, nullability and enums aside; true of what is no object.
fn is_alike(a: &Type, b: &Type) -> bool {
    let member = |(a, b): (&Member, &Member)| {
        a.name == b.name && (a.ty.scalar, a.ty.list) == (b.ty.scalar, b.ty.list) && is_alike(&a.ty, &b.ty)
    };
    a.members.len() == b.members.len() && a.members.iter().zip(&b.members).all(member)
}

fn widest_member((a, b): (&Member, &Member)) -> Option<Member> {
    let ty = widest(&a.ty, &b.ty)?;
    Some(Member {
        name: a.name.clone(),
        ty,
    })
}

/// The scalar that arithmetic gives; `None` if the operation has no meaning for the operands.
pub(super) fn arithmetic(
    operation: Operation,
    left: &Expression,
    l: &Type,
    right: &Expression,
    r: &Type,
) -> Option<Scalar> {
    use Scalar::{Date, DateTime, Duration, F64};
    if l.list || r.list {
        return None;
    }
    let (a, b) = (l.scalar, r.scalar);
    Some(match (operation, a, b) {
        (Operation::Divide, ..) if a.is_numeric() && b.is_numeric() => F64,
        _ if a.is_float() && b.is_numeric() || a.is_numeric() && b.is_float() => F64,
        _ if a.is_integer() && b.is_integer() => integral(left, l, right, r),
        (Operation::Add | Operation::Subtract, Date | DateTime, Duration) => a,
        (Operation::Add, Duration, Date | DateTime) => b,
        (Operation::Add | Operation::Subtract, Duration, Duration) => Duration,
        (Operation::Subtract, Date, Date) | (Operation::Subtract, DateTime, DateTime) => Duration,
        (Operation::Multiply, Duration, _) if b.is_integer() => Duration,
        (Operation::Multiply, _, Duration) if a.is_integer() => Duration,
        _ => return None,
    })
}

/// I64, or U64 if both sides are, or one is and the other a literal that is not negative.
pub(super) fn integral(left: &Expression, l: &Type, right: &Expression, r: &Type) -> Scalar {
    let literal =
        |side: &Expression| matches!(side, Expression::Literal { value: Value::Integer(number), .. } if *number >= 0);
    match (l.scalar, r.scalar) {
        (Scalar::U64, Scalar::U64) => Scalar::U64,
        (Scalar::U64, _) if literal(right) => Scalar::U64,
        (_, Scalar::U64) if literal(left) => Scalar::U64,
        _ => Scalar::I64,
    }
}
