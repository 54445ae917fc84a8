//! P006: a vector has as many numbers as its parameter's type says.

use crate::diagnostic::Severity;
use crate::params::ParameterProblem;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "P006",
    subcode: "P006",
    name: "vector-parameter-length",
    severity: Severity::Error,
    summary: "A vector has as many numbers as its parameter's type says.",
    explanation: "Vectors of different lengths cannot be compared.",
    fails: Example::Request {
        query: "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { nearest($d.vec, $v) }\n    limit 3\n}\n",
        name: None,
        mutation: false,
        params: "{\"v\": [1]}",
    },
    passes: Example::Request {
        query: "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { nearest($d.vec, $v) }\n    limit 3\n}\n",
        name: None,
        mutation: false,
        params: "{\"v\": [1, 0.5]}",
    },
};

pub(crate) fn problem(path: &str, size: u32, found: usize) -> ParameterProblem {
    let message = format!("parameter `{path}` has {found} numbers, expected {size}");
    ParameterProblem::new(&RULE, path, message)
}
