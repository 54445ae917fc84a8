//! P015: a number of rows is at least 0.

use omnigraph_model::types::Value;

use crate::diagnostic::Severity;
use crate::params::ParameterProblem;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "P015",
    subcode: "P015",
    name: "negative-amount",
    severity: Severity::Error,
    summary: "A number of rows is at least 0.",
    explanation: "`limit` and `offset` count rows. Null is not a number of rows, either.",
    fails: Example::Request {
        query: "query q($n: I64) {\n    match { $p: Person }\n    return { $p.name }\n    order { $p.name }\n    limit $n\n}\n",
        name: None,
        mutation: false,
        params: "{\"n\": -1}",
    },
    passes: Example::Request {
        query: "query q($n: I64) {\n    match { $p: Person }\n    return { $p.name }\n    order { $p.name }\n    limit $n\n}\n",
        name: None,
        mutation: false,
        params: "{\"n\": 1}",
    },
};

/// The problem that the value of a parameter behind `limit` or `offset` has, if any.
pub(crate) fn problem(name: &str, value: &Value, word: &str) -> Option<ParameterProblem> {
    let found = match value {
        Value::Null => "null".to_owned(),
        Value::Integer(number) if *number < 0 => number.to_string(),
        _ => return None,
    };
    let article = if word == "offset" { "an" } else { "a" };
    let message = format!("parameter `{name}` is {found}: {article} {word} is at least 0");
    Some(ParameterProblem::new(&RULE, name, message))
}
