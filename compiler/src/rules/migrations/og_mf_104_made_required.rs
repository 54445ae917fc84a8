//! OG-MF-104: a property that becomes required has a value in every row.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-MF-104",
    subcode: "OG-MF-104",
    name: "made-required",
    severity: Severity::Error,
    summary: "A property that becomes required has a value in every row.",
    explanation: "Fill in the values that are missing, or give it a `@default`. With the graph at hand, \
                  the plan counts the nulls; if there are none, nothing is reported.",
    fails: Example::Change {
        accepted: "node Book { lang: String? }\n",
        desired: "node Book { lang: String }\n",
    },
    passes: Example::Change {
        accepted: "node Book { lang: String? }\n",
        desired: "node Book { lang: String @default(\"en\") }\n",
    },
};
