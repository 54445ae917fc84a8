//! T6.2: a property access names a property that the variable's type does not have.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T6",
    subcode: "T6.2",
    name: "unknown-property",
    severity: Severity::Error,
    summary: "A property access names a property of the variable's type.",
    explanation: "A misspelt property would otherwise read as null and silently drop rows. Ids and endpoints are not \
                  properties: match on the key property instead of `id`.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { $p.agee }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { $p.age }\n}\n"),
};
