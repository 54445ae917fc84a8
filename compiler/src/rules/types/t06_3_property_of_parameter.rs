//! T6.3: a parameter, and a variable that holds a value, have no properties.

use omnigraph_grammar::{Name, Span};
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::wording::spoken;

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

/// A variable that holds a value of this type.
pub(crate) fn of_value(variable: &Name, property: &Name, declared: Span, ty: &Type) -> Finding {
    let name = &variable.text;
    Finding::new(&RULE, variable.span, format!("`${name}` is a value and has no properties"))
        .label(spoken(ty))
        .also(declared, "it gets its value here")
        .maybe_fix(
            format!("use `${name}`"),
            vec![(variable.span.to(property.span), format!("${name}"))],
        )
}

/// An object of what has no properties; `what`: a parameter, or a value.
pub(crate) fn object(variable: &Name, declared: Span, what: &str) -> Finding {
    let name = &variable.text;
    Finding::new(&RULE, variable.span, format!("`${name}` is {what}, and an object is of a node or an edge"))
        .label(what)
        .also(declared, "declared here")
        .help(format!("as a member of another object it reads `{name}: ${name}`"))
}

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
