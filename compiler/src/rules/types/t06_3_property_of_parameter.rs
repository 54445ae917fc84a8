//! T6.3: a parameter is a value and has no properties.

use omnigraph_grammar::{Name, Span};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T6",
    subcode: "T6.3",
    name: "property-of-parameter",
    severity: Severity::Error,
    summary: "A parameter is a value and has no properties.",
    explanation: "`$min.value` reads a property of a bound node or edge called `min`; a parameter is written bare.",
    fails: Example::Query(
        "query q($min: I32) {\n    match { $p: Person  $p.age > $min.value }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q($min: I32) {\n    match { $p: Person  $p.age > $min }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn finding(variable: &Name, property: &Name, declared: Span) -> Finding {
    let name = &variable.text;
    Finding::new(&RULE, variable.span, format!("`${name}` is a parameter and has no properties"))
        .label("a parameter")
        .also(declared, "declared here")
        .maybe_fix(
            format!("use `${name}`"),
            vec![(variable.span.to(property.span), format!("${name}"))],
        )
}
