//! T3.5: vectors and blobs are not matched by a value.

use omnigraph_model::types::{Scalar, Type};

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Owner;
use crate::wording::spoken;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T3",
    subcode: "T3.5",
    name: "unmatchable-property",
    severity: Severity::Error,
    summary: "Vectors and blobs are not matched by a value.",
    explanation: "No two vectors are ever usefully equal: order by `nearest(…)` instead. Blobs are read by a call of \
                  their own.",
    fails: Example::Query("query q($x: Blob) {\n    match { $d: Doc { scan: $x } }\n    return { $d.slug }\n}\n"),
    passes: Example::Query("query q($x: String) {\n    match { $d: Doc { slug: $x } }\n    return { $d.slug }\n}\n"),
};

pub(crate) fn finding(owner: &Owner, ty: &Type) -> Finding {
    let finding = Finding::new(&RULE, owner.name_span, format!("{} cannot be matched: it is {}", owner.spoken(), spoken(ty)));
    match ty.scalar {
        Scalar::Blob => finding.help("match another property; blobs are read by a call of their own"),
        _ => finding.help("order by `nearest(…)` to find close vectors"),
    }
}
