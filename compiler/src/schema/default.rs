//! The value of `@default`: typed by the property it stands on.

use omnigraph_grammar::schema::ast::{Annotation, ArgumentValue};
use omnigraph_model::temporal;
use omnigraph_model::types::{Scalar, Type, Value};

use super::property::{Default, Property};
use super::{Decl, text_of};
use crate::diagnostic::Finding;
use crate::rules::schema::{s011_annotation_arguments, s014_bad_default, s015_default_not_allowed};

pub(super) fn read<'a>(
    annotation: &'a Annotation,
    property: &Property<'a>,
    decl: &Decl<'a>,
    findings: &mut Vec<Finding>,
) -> Option<Default<'a>> {
    let ty = property.ty.as_ref()?;
    if ty.list || matches!(ty.scalar, Scalar::Vector(_) | Scalar::Blob) {
        findings.push(s015_default_not_allowed::by_type(property, annotation, ty));
        return None;
    }
    let list = annotation
        .arguments
        .as_ref()
        .map_or(&[][..], |arguments| &arguments.list);
    let argument = match list {
        [only] if only.keyword.is_none() => only,
        [] if annotation.arguments.is_none() => {
            findings.push(s014_bad_default::missing(property, annotation));
            return None;
        }
        // Reported by the parser.
        [] => return None,
        _ => {
            findings.push(s011_annotation_arguments::of_default(decl, annotation));
            return None;
        }
    };
    match value(&argument.value, ty) {
        Some(value) => Some(Default {
            annotation,
            value_span: argument.span,
            value,
        }),
        None => {
            findings.push(s014_bad_default::wrong_type(property, argument, ty));
            None
        }
    }
}

/// The value that an argument denotes in this type.
fn value(argument: &ArgumentValue, ty: &Type) -> Option<Value> {
    let text = text_of(argument);
    if matches!(argument, ArgumentValue::Range { .. }) {
        return None;
    }
    if let Some(values) = &ty.enum_values {
        return values.contains(&text).then_some(Value::String(text));
    }
    match ty.scalar {
        Scalar::String => Some(Value::String(text)),
        Scalar::Bool => text.parse().ok().map(Value::Bool),
        Scalar::I32 => text.parse::<i32>().ok().map(|number| Value::Integer(number.into())),
        Scalar::I64 => text.parse().ok().map(Value::Integer),
        Scalar::U32 => text.parse::<u32>().ok().map(|number| Value::Integer(number.into())),
        Scalar::U64 => text.parse::<u64>().ok().map(|number| match i64::try_from(number) {
            Ok(signed) => Value::Integer(signed),
            Err(_) => Value::Unsigned(number),
        }),
        Scalar::F32 | Scalar::F64 => {
            let number = ty.scalar.nearest(text.parse().ok()?);
            number.is_finite().then_some(Value::Float(number))
        }
        Scalar::Date => temporal::parse_date(&text).map(Value::Date),
        Scalar::DateTime => temporal::parse_datetime(&text).map(Value::DateTime),
        Scalar::Blob | Scalar::Vector(_) | Scalar::Duration | Scalar::Path(_) | Scalar::Object => None,
    }
}
