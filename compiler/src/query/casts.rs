//! `cast` and `try_cast`: to which type, and whether there is such a cast.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{self, Cast};
use omnigraph_model::ir::Expression;
use omnigraph_model::types::{Scalar, Type};
use omnigraph_model::vocabulary::functions::Operation;

use super::context::{Context, Ty};
use super::expression::{Place, call, null, nullable_if};
use crate::rules::types::*;

impl Context<'_> {
    pub(super) fn cast(&mut self, written: &Cast, place: Place<'_>, span: Span) -> Option<(Expression, Type)> {
        let operand = self.expression(&written.operand, place);
        let to = self.cast_type(&written.ty)?;
        let from = match &operand.ty {
            Ty::Error => return None,
            Ty::Null => {
                let ty = to.nullable();
                return Some((null(ty.clone()), ty));
            }
            Ty::Value(from) => from.clone(),
            _ => {
                let finding = t52_no_cast::not_a_value(self, &operand);
                self.report(finding);
                return None;
            }
        };
        if !castable(&from, &to) {
            self.report(t52_no_cast::finding(&operand, &from, &to, span));
            return None;
        }
        let ty = nullable_if(to, from.nullable || written.lenient);
        let operation = match written.lenient {
            true => Operation::TryCast,
            false => Operation::Cast,
        };
        self.note_use(&operand.expression, None);
        Some((call(operation, vec![operand.expression], ty.clone(), span), ty))
    }

    /// `I64`, `[String]`; reports a word that names no such type.
    fn cast_type(&mut self, written: &ast::ParameterType) -> Option<Type> {
        match Scalar::from_word(&written.name.text) {
            Some(scalar) if scalar != Scalar::Blob && written.size.is_none() => Some(match written.list {
                true => Type::list_of(scalar),
                false => Type::of(scalar),
            }),
            _ => {
                self.report(t52_no_cast::unknown(written));
                None
            }
        }
    }
}

/// Whether there is a cast, by the table of docs/query-language.md, Casts.
fn castable(from: &Type, to: &Type) -> bool {
    use Scalar::{Blob, Bool, Date, DateTime, Duration, F32, String, Vector};
    if matches!(from.scalar, Vector(_)) {
        return to.list && to.scalar == F32;
    }
    if from.list != to.list || matches!(from.scalar, Blob) {
        return false;
    }
    match (from.scalar, to.scalar) {
        (a, b) if a == b => true,
        (String, Bool | Date | DateTime) => true,
        (String, b) if b.is_numeric() => true,
        (Bool | Date | DateTime | Duration, String) => true,
        (a, String) if a.is_numeric() => true,
        (a, b) if a.is_numeric() && b.is_numeric() => true,
        (Date, DateTime) | (DateTime, Date) => true,
        _ => false,
    }
}
