//! R004: a step of a cheapest path has a usable weight.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "R004",
    subcode: "R004",
    name: "weight",
    severity: Severity::Error,
    summary: "The weight of a step is a finite number that is not negative.",
    explanation: "`cheapest` looks for the least sum of weights. With negative ones there may be none: each time round costs less. All edges that a step may \
                  take are looked at, whether a path comes by or not, so that the answer does not depend on the order of the search. \
                  A step whose weight is null is not taken; a condition, `follows{1,6 where $.weight >= 0}`, leaves edges out.",
    fails: Example::Running {
        rows: ROWS,
        query: "query q() {\n    match {\n        $a: Person { handle: \"ada\" }\n        $b: Person { handle: \"bob\" }\n        path $p = cheapest $a follows{1,} $b by $.weight - 1\n    }\n    return { cost($p) as value }\n}\n",
    },
    passes: Example::Running {
        rows: ROWS,
        query: "query q() {\n    match {\n        $a: Person { handle: \"ada\" }\n        $b: Person { handle: \"bob\" }\n        path $p = cheapest $a follows{1,} $b by $.weight\n    }\n    return { cost($p) as value }\n}\n",
    },
};

const ROWS: &str = "{\"type\": \"Person\", \"data\": {\"handle\": \"ada\", \"name\": \"Ada\", \"role\": \"lead\"}}\n\
                    {\"type\": \"Person\", \"data\": {\"handle\": \"bob\", \"name\": \"Bob\", \"role\": \"lead\"}}\n\
                    {\"edge\": \"Follows\", \"from\": \"ada\", \"to\": \"bob\", \"data\": {\"weight\": 0}}\n";
