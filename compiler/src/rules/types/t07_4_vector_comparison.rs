//! T7.4: vectors and blobs are not compared.

use omnigraph_model::types::{Scalar, Type};

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Typed;
use crate::wording::spoken;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T7",
    subcode: "T7.4",
    name: "vector-comparison",
    severity: Severity::Error,
    summary: "Vectors and blobs are not compared.",
    explanation: "Closeness of vectors is asked for by ordering: `order { nearest($d.vec, $v) }` with a `limit`. A \
                  blob is read by a call of its own.",
    fails: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc  $d.vec = $v }\n    return { $d.slug }\n}\n",
    ),
    passes: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { nearest($d.vec, $v) }\n    limit 3\n}\n",
    ),
};

pub(crate) fn finding(side: &Typed, ty: &Type) -> Finding {
    let finding = Finding::new(&RULE, side.span, format!("{} cannot be compared", spoken(ty))).label(spoken(ty));
    let finding = match &side.owner {
        Some(owner) => owner.label(finding, ty),
        None => finding,
    };
    match ty.scalar {
        Scalar::Blob => finding.help("blobs are read by a call of their own"),
        _ => finding.help("order by `nearest(…)` with a `limit` to find close vectors"),
    }
}
