//! P005: a request gives only parameters that the query declares.

use omnigraph_model::ir::Parameter;

use crate::diagnostic::Severity;
use crate::params::ParameterProblem;
use crate::wording::nearest;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "P005",
    subcode: "P005",
    name: "unknown-parameter",
    severity: Severity::Warning,
    summary: "A request gives only parameters that the query declares.",
    explanation: "A misspelt optional parameter would silently be left open. A strict request is refused, any other \
                  one gets a warning.",
    fails: Example::Request {
        query: "query q($h: String) {\n    match { $p: Person { handle: $h } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"h\": \"bo\", \"extra\": 1}",
    },
    passes: Example::Request {
        query: "query q($h: String) {\n    match { $p: Person { handle: $h } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"h\": \"bo\"}",
    },
};

pub(crate) fn problem(name: &str, declared: &[Parameter]) -> ParameterProblem {
    let problem = ParameterProblem::new(&RULE, name, format!("the query has no parameter `{name}`"));
    match nearest(name, declared.iter().map(|p| p.name.as_str())).first() {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    }
}
