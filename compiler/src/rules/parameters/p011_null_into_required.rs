//! P011: null is not written into a property that must have a value.

use crate::diagnostic::Severity;
use crate::params::ParameterProblem;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "P011",
    subcode: "P011",
    name: "null-into-required",
    severity: Severity::Error,
    summary: "Null is not written into a property that must have a value.",
    explanation: "The parameter may be left open, the property may not. Declare the parameter without `?` to have \
                  callers told earlier.",
    fails: Example::Request {
        query: "query q($n: String?, $h: String) {\n    update Person set { name: $n } where handle = $h\n}\n",
        name: None,
        mutation: true,
        params: "{\"h\": \"bo\"}",
    },
    passes: Example::Request {
        query: "query q($n: String?, $h: String) {\n    update Person set { name: $n } where handle = $h\n}\n",
        name: None,
        mutation: true,
        params: "{\"h\": \"bo\", \"n\": \"Bo\"}",
    },
};

pub(crate) fn problem(name: &str, owner: &str, property: &str) -> ParameterProblem {
    let message = format!("parameter `{name}` is null, and `{owner}.{property}` must have a value");
    ParameterProblem::new(&RULE, name, message)
}
