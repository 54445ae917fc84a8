//! S074: `@unique` on a blob.

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Property;

pub const RULE: Rule = Rule {
    code: "S074",
    subcode: "S074",
    name: "blob-unique",
    severity: Severity::Error,
    summary: "`@unique` does not stand on a blob.",
    explanation: "Uniqueness compares the text of scalars; a blob has none.",
    fails: Example::Schema("node Book {\n    title: String\n    scan: Blob\n    @unique(title, scan)\n}\n"),
    passes: Example::Schema("node Book {\n    title: String\n    scan: Blob\n    @unique(title)\n}\n"),
};

/// `sugar` if the constraint is written on the property itself.
pub(crate) fn finding(property: &Property, at: Place, sugar: bool) -> Finding {
    let message = format!("`{}` is a blob, which cannot be unique", property.name());
    let finding = Finding::new(&RULE, at.clone(), message)
        .also(property.type_place(), "the type")
        .help("leave this column out");
    match sugar {
        true => finding.safe_fix("delete `@unique`", vec![(at, String::new())]),
        false => finding,
    }
}
