//! P010: a value that is only compared with an enum is one of its values.

use crate::diagnostic::Severity;
use crate::params::ParameterProblem;
use crate::wording::{all_of, nearest, quoted};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "P010",
    subcode: "P010",
    name: "value-outside-enum",
    severity: Severity::Warning,
    summary: "A value that is only compared with an enum is one of its values.",
    explanation: "Any other value finds nothing, which is rarely what the caller meant.",
    fails: Example::Request {
        query: "query q($r: String) {\n    match { $p: Person { role: $r } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"r\": \"boss\"}",
    },
    passes: Example::Request {
        query: "query q($r: String) {\n    match { $p: Person { role: $r } }\n    return { $p.name }\n}\n",
        name: None,
        mutation: false,
        params: "{\"r\": \"lead\"}",
    },
};

pub(crate) fn problem(name: &str, value: &str, variants: &[String]) -> ParameterProblem {
    let listed = all_of(&quoted(variants.iter().map(String::as_str)));
    let message = format!("parameter `{name}` is `{value}`, and is compared with an enum of {listed}");
    let problem = ParameterProblem::new(&RULE, name, message);
    match nearest(value, variants.iter().map(String::as_str)).first() {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    }
}
