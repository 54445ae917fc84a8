//! T12.1: an insert gives every property that must have a value.

use omnigraph_grammar::Span;
use omnigraph_model::catalog::Property;
use omnigraph_model::types::{Scalar, Type};

use crate::diagnostic::{Finding, Severity, Place};
use crate::query::mutation::{NewRow, Target};
use crate::wording::{all_of, quoted};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T12",
    subcode: "T12.1",
    name: "missing-property",
    severity: Severity::Error,
    summary: "An insert gives every property that must have a value.",
    explanation: "A property without `?` and without a default has nothing to fall back on.",
    fails: Example::Query("query q() {\n    insert Person { handle: \"x\" }\n}\n"),
    passes: Example::Query("query q() {\n    insert Person { handle: \"x\", name: \"X\", role: \"guest\" }\n}\n"),
};

pub(crate) fn finding(insert: NewRow<'_>, target: &Target, missing: &[&Property]) -> Finding {
    let names = quoted(missing.iter().map(|property| property.name.as_str()));
    let message = format!("`{}` needs {}", target.name(), all_of(&names));
    let mut finding = Finding::new(&RULE, insert.ty.span, message).label(match missing.len() {
        1 => "a required property is missing".to_owned(),
        count => format!("{count} required properties are missing"),
    });
    for property in missing {
        let path = Place::of_property(target.kind(), target.name(), &property.name);
        finding = finding.also(path, format!("`{}` is not optional", property.ty));
    }
    let added: String = missing.iter().map(|p| format!(", {}: {}", p.name, placeholder(&p.ty))).collect();
    let Some(last) = insert.assignments.last() else {
        return finding;
    };
    finding.maybe_fix("add what is missing", vec![(Span::at(last.span.end as usize), added)])
}

/// A value of the type to start from.
pub(crate) fn placeholder(ty: &Type) -> String {
    if ty.list {
        return "[]".to_owned();
    }
    if let Some(first) = ty.enum_values.as_ref().and_then(|values| values.first()) {
        return format!("\"{first}\"");
    }
    match ty.scalar {
        Scalar::String | Scalar::Blob => "\"\"".to_owned(),
        Scalar::Bool => "false".to_owned(),
        Scalar::I32 | Scalar::I64 | Scalar::U32 | Scalar::U64 => "0".to_owned(),
        Scalar::F32 | Scalar::F64 => "0.0".to_owned(),
        Scalar::Date => "date(\"1970-01-01\")".to_owned(),
        Scalar::DateTime => "now()".to_owned(),
        Scalar::Vector(size) => {
            let zeros = vec!["0.0"; size.min(16) as usize];
            format!("[{}]", zeros.join(", "))
        }
        // No property has such a type.
        Scalar::Duration | Scalar::Path(_) | Scalar::Object => "null".to_owned(),
    }
}
