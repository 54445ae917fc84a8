//! Q008: an annotation that queries do not have.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q008",
    name: "unknown-query-annotation",
    severity: Severity::Error,
    summary: "The annotations of a query are `@description` and `@instruction`.",
    explanation: "They stand between the parameters and the body.",
    fails: Example::Query("query people() @desc(\"x\") {\n    match { $p: Person }\n    return { $p.name }\n}\n"),
    passes: Example::Query(
        "query people() @description(\"x\") {\n    match { $p: Person }\n    return { $p.name }\n}\n",
    ),
};
