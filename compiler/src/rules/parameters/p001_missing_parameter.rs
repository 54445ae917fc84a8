//! P001: a request gives every parameter that is not optional.

use omnigraph_model::ir::Parameter;
use omnigraph_model::types::Type;

use crate::diagnostic::Severity;
use crate::params::ParameterProblem;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "P001",
    subcode: "P001",
    name: "missing-parameter",
    severity: Severity::Error,
    summary: "A request gives every parameter that is not optional.",
    explanation: "A parameter declared without `?` has no value to fall back on, and a query without its condition \
                  would return everything.",
    fails: Example::Request {
        query: "query q($h: String) {\n    match { $p: Person { handle: $h } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{}",
    },
    passes: Example::Request {
        query: "query q($h: String) {\n    match { $p: Person { handle: $h } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"h\": \"bo\"}",
    },
};

pub(crate) fn problem(parameter: &Parameter) -> ParameterProblem {
    let (name, ty) = (&parameter.name, declared(parameter));
    ParameterProblem::new(&RULE, name, format!("parameter `{name}` is missing"))
        .help(format!("the query declares `${name}: {ty}`"))
}

/// The type as the query declares it.
pub(crate) fn declared(parameter: &Parameter) -> String {
    let ty = Type {
        enum_values: None,
        ..parameter.ty.clone()
    };
    match &parameter.node {
        Some(node) if ty.nullable => format!("{node}?"),
        Some(node) => node.clone(),
        None => ty.to_string(),
    }
}
