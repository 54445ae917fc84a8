//! OG-DS-104: a property that has values stays.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-DS-104",
    subcode: "OG-DS-104",
    name: "property-dropped",
    severity: Severity::Warning,
    summary: "A property that has values stays.",
    explanation: "A soft drop hides the values from new commits; older commits still hold them. A \
                  property that is declared again later is another one and starts empty.",
    fails: Example::Change {
        accepted: "node Book { title: String fax: String? }\n",
        desired: "node Book { title: String }\n",
    },
    passes: Example::Change {
        accepted: "node Book { title: String fax: String? }\n",
        desired: "node Book { title: String fax: String? @description(\"The number\") }\n",
    },
};
