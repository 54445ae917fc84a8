//! S076: `@index` on a blob.

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Property;

pub const RULE: Rule = Rule {
    code: "S076",
    subcode: "S076",
    name: "blob-index",
    severity: Severity::Error,
    summary: "`@index` does not stand on a blob.",
    explanation: "No index over a blob exists, so the wish for one could not be met.",
    fails: Example::Schema("node Book {\n    scan: Blob\n    @index(scan)\n}\n"),
    passes: Example::Schema("node Book {\n    scan: Blob\n    title: String @index\n}\n"),
};

/// `sugar` if the constraint is written on the property itself.
pub(crate) fn finding(property: &Property, at: Place, sugar: bool) -> Finding {
    let message = format!("`{}` is a blob, which cannot be indexed", property.name());
    let finding = Finding::new(&RULE, at.clone(), message).also(property.type_place(), "the type");
    match sugar {
        true => finding.safe_fix("delete `@index`", vec![(at, String::new())]),
        false => finding,
    }
}
