//! P014: a cursor comes from a page of the same query.

use crate::diagnostic::Severity;
use crate::params::ParameterProblem;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "P014",
    subcode: "P014",
    name: "foreign-cursor",
    severity: Severity::Error,
    summary: "A cursor is the `next` of a page of the same query.",
    explanation: "It says where a row stands in the order of that query. It is good for every later commit, but not for another text of the \
                  query, nor where a sort key has got another type. Null, and the empty text, stand for the first page.",
    fails: Example::Running {
        rows: ROWS,
        query: "query q($cursor: String? = \"AQID\") {\n    match { $p: Person }\n    return { $p.name }\n    order { $p.name }\n    limit 1\n    after $cursor\n}\n",
    },
    passes: Example::Running {
        rows: ROWS,
        query: "query q($cursor: String?) {\n    match { $p: Person }\n    return { $p.name }\n    order { $p.name }\n    limit 1\n    after $cursor\n}\n",
    },
};

const ROWS: &str = "{\"type\": \"Person\", \"data\": {\"handle\": \"ada\", \"name\": \"Ada\", \"role\": \"lead\"}}\n";

/// `foreign`: it is one, but of another query.
pub fn problem(path: &str, foreign: bool) -> ParameterProblem {
    let message = match foreign {
        true => format!("parameter `{path}`: this cursor belongs to another query"),
        false => format!("parameter `{path}`: this is no cursor"),
    };
    ParameterProblem {
        help: Some(
            "a cursor is the `next` of a page of the same query, unchanged; without one the first page is read"
                .to_owned(),
        ),
        ..ParameterProblem::new(&RULE, path, message)
    }
}
