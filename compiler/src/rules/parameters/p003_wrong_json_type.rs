//! P003: a value has the JSON type that the parameter's type is passed as.

use crate::diagnostic::Severity;
use crate::params::ParameterProblem;
use crate::wording::{any_of, quoted};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "P003",
    subcode: "P003",
    name: "wrong-json-type",
    severity: Severity::Error,
    summary: "A value has the JSON type that the parameter's type is passed as.",
    explanation: "Nothing is guessed: text is a string, a number a number. Integers may also come as strings of \
                  digits, dates always come as strings.",
    fails: Example::Request {
        query: "query q($h: String) {\n    match { $p: Person { handle: $h } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"h\": 5}",
    },
    passes: Example::Request {
        query: "query q($h: String) {\n    match { $p: Person { handle: $h } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"h\": \"5\"}",
    },
};

pub(crate) fn problem(path: &str, expected: &str, found: &str) -> ParameterProblem {
    ParameterProblem::new(&RULE, path, format!("parameter `{path}` is {found}, expected {expected}"))
}

/// A text that the declared enum does not have.
pub(crate) fn not_a_variant(path: &str, text: &str, values: &[String]) -> ParameterProblem {
    let expected = any_of(&quoted(values.iter().map(String::as_str)));
    problem(path, &expected, &format!("`{text}`"))
}
