//! T15.5: `nearest` compares with a vector of the property's dimension, or with text to embed.

use omnigraph_grammar::query::ast::{Call, Expression, ExpressionKind};
use omnigraph_model::types::{Scalar, Type};

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::wording::spoken;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T15",
    subcode: "T15.5",
    name: "nearest-query",
    severity: Severity::Error,
    summary: "`nearest` compares with a vector of the property's dimension, or with text to embed.",
    explanation: "Distances exist only between vectors of one length.",
    fails: Example::Query(
        "query q($v: Vector(3)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { nearest($d.vec, $v) }\n    limit 3\n}\n",
    ),
    passes: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { nearest($d.vec, $v) }\n    limit 3\n}\n",
    ),
};

/// `count`: of a literal list, how many numbers it has.
pub(crate) fn finding(
    context: &Context,
    call: &Call,
    query: &Expression,
    ty: &Type,
    count: Option<usize>,
    size: u32,
) -> Finding {
    let message = match (count, ty.scalar) {
        (Some(count), _) => format!("the property holds {size} numbers, the list has {count}"),
        (None, Scalar::Vector(other)) => format!("the property holds {size} numbers, the vector has {other}"),
        _ => format!("`nearest` compares with a vector of {size} numbers or with text, not with {}", spoken(ty)),
    };
    let mut finding = Finding::new(&RULE, query.span, message).label(format!("expected `Vector({size})` or `String`"));
    if let Some(field) = call.arguments.first() {
        finding = finding.also(field.span, format!("`Vector({size})`"));
    }
    if let ExpressionKind::Variable(name) = &query.kind
        && let Some(parameter) = context.environment.parameters.get(name)
    {
        let optional = if ty.nullable { "?" } else { "" };
        let text = format!("${name}: Vector({size}){optional}");
        finding = finding
            .also(parameter.declared, "declared here")
            .maybe_fix(format!("declare `{text}`"), vec![(parameter.declared, text)]);
    }
    finding
}
