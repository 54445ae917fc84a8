//! T24: a blob is not returned by a query.

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Typed;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T24",
    subcode: "T24",
    name: "blob-value",
    severity: Severity::Error,
    summary: "A blob is not returned by a query.",
    explanation: "Blobs may be large; they are read by a call of their own.",
    fails: Example::Query("query q() {\n    match { $d: Doc }\n    return { $d.scan }\n}\n"),
    passes: Example::Query("query q() {\n    match { $d: Doc }\n    return { $d.slug }\n}\n"),
};

pub(crate) fn finding(value: &Typed) -> Finding {
    let finding = Finding::new(&RULE, value.span, "a blob is not a value of a result").label("`Blob`");
    let finding = match (&value.owner, value.scalar_type()) {
        (Some(owner), Some(ty)) => owner.label(finding, ty),
        _ => finding,
    };
    finding.help("blobs are read by a call of their own")
}
