//! P002: null is given to optional parameters only.

use omnigraph_model::ir::Parameter;

use crate::diagnostic::Severity;
use crate::params::ParameterProblem;
use crate::rules::parameters::p001_missing_parameter::declared;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "P002",
    subcode: "P002",
    name: "null-parameter",
    severity: Severity::Error,
    summary: "Null is given to optional parameters only.",
    explanation: "`?` behind a parameter's type says that callers may leave it open.",
    fails: Example::Request {
        query: "query q($h: String) {\n    match { $p: Person { handle: $h } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"h\": null}",
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
    ParameterProblem::new(&RULE, name, format!("parameter `{name}` is null, and `{ty}` is not optional"))
}
