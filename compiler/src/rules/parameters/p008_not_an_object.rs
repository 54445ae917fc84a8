//! P008: the parameters of a request are one JSON object.

use crate::diagnostic::Severity;
use crate::params::ParameterProblem;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "P008",
    subcode: "P008",
    name: "parameters-not-an-object",
    severity: Severity::Error,
    summary: "The parameters of a request are one JSON object.",
    explanation: "Its members are called like the parameters, without the `$`. A request without parameters gives \
                  none, null or `{}`.",
    fails: Example::Request {
        query: "query q($h: String) {\n    match { $p: Person { handle: $h } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "[\"bo\"]",
    },
    passes: Example::Request {
        query: "query q($h: String) {\n    match { $p: Person { handle: $h } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"h\": \"bo\"}",
    },
};

pub(crate) fn problem(found: &str) -> ParameterProblem {
    ParameterProblem::new(&RULE, "", format!("the parameters are {found}, expected an object"))
}
