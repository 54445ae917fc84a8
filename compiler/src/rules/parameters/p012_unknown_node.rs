//! P012: a parameter that stands for a node has the id of one.

use crate::diagnostic::Severity;
use crate::params::ParameterProblem;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "P012",
    subcode: "P012",
    name: "unknown-node",
    severity: Severity::Error,
    summary: "A parameter that stands for a node has the id of one.",
    explanation: "It is looked up in the commit that is read, or that is changed, before anything else. Null stands for no node, where the parameter may be null.",
    fails: Example::Running {
        rows: ROWS,
        query: "query q($who: Person = \"zz\") {\n    match { $who follows $p }\n    return { $p.name }\n}\n",
    },
    passes: Example::Running {
        rows: ROWS,
        query: "query q($who: Person = \"ada\") {\n    match { $who follows $p }\n    return { $p.name }\n}\n",
    },
};

const ROWS: &str = "{\"type\": \"Person\", \"data\": {\"handle\": \"ada\", \"name\": \"Ada\", \"role\": \"lead\"}}\n";

/// `path`: the parameter.
pub fn problem(path: &str, type_name: &str, id: &str) -> ParameterProblem {
    ParameterProblem::new(&RULE, path, format!("no {type_name} has the id `{id}`"))
}
