//! Q011: the query that a request names is in the file.

use crate::diagnostic::Severity;
use crate::params::{Candidate, ParameterProblem};
use crate::wording::{all_of, nearest, quoted};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q011",
    subcode: "Q011",
    name: "unknown-query",
    severity: Severity::Error,
    summary: "The query that a request names is in the file.",
    explanation: "Names of queries are case-sensitive.",
    fails: Example::Request {
        query: "query people() {\n    match { $p: Person }\n    return { $p.name }\n}\n\nquery docs() {\n    match { $d: Doc }\n    return { $d.title }\n}\n",
        name: Some("peopel"),
        mutation: false,
        params: "{}",
    },
    passes: Example::Request {
        query: "query people() {\n    match { $p: Person }\n    return { $p.name }\n}\n\nquery docs() {\n    match { $d: Doc }\n    return { $d.title }\n}\n",
        name: Some("people"),
        mutation: false,
        params: "{}",
    },
};

pub(crate) fn problem(name: &str, candidates: &[Candidate]) -> ParameterProblem {
    let problem = ParameterProblem::new(&RULE, "", format!("the file has no query `{name}`"));
    let known: Vec<&str> = candidates.iter().map(|candidate| candidate.name.as_str()).collect();
    match nearest(name, known.iter().copied()).first() {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => problem,
        None => problem.help(format!("it has {}", all_of(&quoted(known.into_iter().take(12))))),
    }
}
